"""The words of the desks: clocks, who must act, queues, purposes, pauses, exports."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from charity.web.kit.labels import Labels
from charity.web.kit.ways import WAYS
from charity.web.kit.wish_words import PRICES

CLOCKS: Labels = {
    "plan": _l("Choosing how to give"),
    "send": _l("Sending"),
    "trace": _l("On the way"),
    "arrival": _l("Arrival"),
    "money-arrival": _l("Arrival of money"),
    "attest": _l("Attesting the hours"),
    "buyer-receipt": _l("Receipt by the buyer"),
    "hand-over": _l("Hand-over"),
    "refund": _l("Refund after a ruling"),
    "acknowledge": _l("Confirmation by the family"),
    "call-back": _l("Call-back"),
    "ruling": _l("Ruling of a case"),
    "unsettled-overdue": _l("Finding out about a transfer"),
    "unsettled": _l("Finding out about a transfer (last days)"),
}

WAITS_FOR: Labels = {
    "donor": _l("The donor"),
    "seller": _l("The seller's side"),
    "keeper": _l("The service point"),
    "officer": _l("The organisation"),
    "household": _l("The family"),
    "reviewer": _l("The township reviewer"),
    "auditor": _l("The auditor"),
}

PAUSE_REASONS: Labels = {
    "festival": _l("Festival"),
    "school-holiday": _l("School holiday"),
    "mountain-closed": _l("Mountain closed by snow"),
    "disaster": _l("Natural disaster"),
}

PAUSE_PHASES: Labels = {
    "coming": _l("To come"),
    "running": _l("Clocks stand still now"),
    "over": _l("Pause is over"),
    "revoked": _l("Taken back"),
}

QUEUES: Labels = {
    "review": _l("Wishes waiting for review"),
    "overdue": _l("Wishes waiting too long for review"),
    "pool": _l("Wishes in the county pool"),
    "returned": _l("Wishes sent back for changes"),
}

TABLES: Labels = {
    "pledges": _l("Pledges (as filtered in the list)"),
    "wishes": _l("Wishes of my regions"),
    "people": _l("People and roles of my regions"),
}

# What was taken along from elsewhere than the desk of exports.
TAKEN: Labels = {**TABLES, "left-out": _l("Rows left out of a county's list")}

LOOKS: Labels = {
    "file": _l("A family's file"),
    "address": _l("A service point's address"),
    "buyer": _l("A buyer's address"),
    "payee": _l("A family's account"),
    "evidence": _l("A pledge's evidence"),
    "export": _l("An export"),
}

EVIDENCE_PURPOSES: Labels = {
    "case": _l("Deciding a case"),
    "sample": _l("Checking a sample"),
    "complaint": _l("Answering a complaint"),
    "request": _l("A party asked for it"),
}

OPINIONS: Labels = {
    "role-grant": _l("Giving a role"),
    "retention": _l("How long records are kept"),
    "export": _l("Exporting a list"),
    "unmask": _l("Seeing an address in full"),
    "step-reset": _l("Taking a lost second step away"),
}

OPINION_STATES: Labels = {
    "open": _l("Waiting for a second person"),
    "agreed": _l("Agreed, not carried out yet"),
    "refused": _l("Refused"),
    "withdrawn": _l("Taken back"),
    "used": _l("Carried out"),
    "expired": _l("Ran out of time"),
}

FORMS: Labels = {"csv": _l("CSV"), "xlsx": _l("Excel (XLSX)")}

CHECKS: Labels = {"true": _l("The family said yes"), "doubtful": _l("Doubtful")}

FILTERS: Labels = {
    "state": _l("State"),
    "kind": _l("Kind"),
    "region": _l("Region"),
    "overdue": _l("Overdue"),
    "clock": _l("Deadline"),
    "waits": _l("Waits for"),
    "donor": _l("One donor"),
    "point": _l("Service point"),
    "since": _l("Claimed from"),
    "until": _l("Claimed until"),
    "confirmed_by": _l("Confirmed by"),
    "amount": _l("Amount"),
    "list": _l("List"),
}

WORDS: Mapping[str, Labels] = {
    "clock": CLOCKS,
    "waits": WAITS_FOR,
    "pause": PAUSE_REASONS,
    "phase": PAUSE_PHASES,
    "queue": QUEUES,
    "table": TABLES,
    "taken": TAKEN,
    "look": LOOKS,
    "evidence": EVIDENCE_PURPOSES,
    "form": FORMS,
    "opinion": OPINIONS,
    "opinion-state": OPINION_STATES,
    "check": CHECKS,
    "filter": FILTERS,
    "way": WAYS,
    "amount": PRICES,
}


def desk_word(group: str, code: str | None) -> LazyString | str:
    """Say a code of the desks; a code without words stands for itself."""
    return "" if code is None else WORDS[group].get(code, code)


def choices(group: str, *, every: LazyString | None = None) -> list[tuple[str, LazyString | str]]:
    """List a group's codes with their words for a form's field; `every` words the choice that narrows nothing."""
    return [*([] if every is None else [("", every)]), *WORDS[group].items()]
