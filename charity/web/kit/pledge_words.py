"""The words for pledges: who must act, ways, couriers, reasons, rulings; and a pledge's way as the journey draws it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from charity.web.kit.journey import Mark, Station
from charity.web.kit.kind_words import MODES, NEXT_BY_KIND
from charity.web.kit.labels import Labels, pledge_label
from charity.web.kit.ways import WAYS

MUST_ACT: Labels = {
    "donor": _l("You, the donor"),
    "keeper": _l("The service point"),
    "household": _l("The family"),
    "reviewer": _l("The township reviewer"),
    "auditor": _l("The auditor"),
    "officer": _l("The organisation"),
    "seller": _l("The seller's side"),
    "party": _l("Whoever disagrees"),
}

WHAT_NEXT: Labels = {
    "plan": _l("choose how the goods will travel"),
    "send": _l("post the parcel and enter its tracking number"),
    "trace": _l("takes the parcel in when it arrives"),
    "arrival": _l("takes the parcel in when it arrives"),
    "money-arrival": _l("says when the money has come"),
    "hand-over": _l("hands it over to the family"),
    "refund": _l("transfers the money back to its donor and names the document"),
    "acknowledge": _l("confirms that it has arrived, by a code or a slip"),
    "call-back": _l("calls the family back"),
    "ruling": _l("looks into it and rules"),
    "attest": _l("attests the hours"),
    "buyer-receipt": _l("says that the goods have come"),
    "unsettled": _l("finds out whether anything was sent"),
    "unsettled-overdue": _l("finds out whether anything was sent"),
}

METHODS: Labels = {
    "shop": _l("A shop sends it straight to the service point"),
    "own-parcel": _l("I post a parcel myself"),
    "by-hand": _l("I bring it to the service point"),
}

COURIER_NAMES: Labels = {
    "ems": _l("China Post EMS"),
    "post": _l("China Post parcel"),
    "sf": _l("SF Express"),
    "zto": _l("ZTO Express"),
    "yto": _l("YTO Express"),
    "sto": _l("STO Express"),
    "yunda": _l("Yunda Express"),
    "jd": _l("JD Logistics"),
    "jt": _l("J&T Express"),
    "deppon": _l("Deppon Express"),
    "best": _l("Best Freight"),
    "other": _l("Another courier"),
}

RETURN_REASONS: Labels = {
    "wrong-item": _l("Not what was wished for"),
    "damaged": _l("Damaged"),
    "not-new": _l("Not new"),
    "refused": _l("Refused by the family"),
    "uncollected": _l("Never collected"),
    "other": _l("Another reason"),
}

DISPUTE_REASONS: Labels = {
    "not-arrived": _l("It never arrived"),
    "not-handed-over": _l("It was not handed over"),
    "wrong-item": _l("Not what was wished for"),
    "not-received": _l("The family says it has not received it"),
    "misuse": _l("It was used for something else"),
    "other": _l("Another reason"),
}

NOT_BACK_REASONS: Labels = {"not-back": _l("The money did not come back to me")}

CASE_REASONS: Labels = {
    **DISPUTE_REASONS,
    **NOT_BACK_REASONS,
    "arrival": _l("Not arrived in time"),
    "call-back": _l("Nobody confirmed in time"),
    "appeal": _l("Somebody disagrees with the ruling"),
    "unsettled": _l("Nobody knows whether the money was sent"),
    "money-found": _l("The organisation says that the money came"),
    "money-late": _l("Money came after its time"),
    "payee-doubted": _l("The family does not know of the account it was paid to"),
    "privacy": _l("It shows who somebody is"),
    "false-need": _l("The need is not true"),
    "charged-money": _l("Somebody asked me for money"),
    "child-safety": _l("A child may be in danger"),
    "name": _l("Somebody wants to be called again as before"),
}

CONCERN_REASONS: Labels = {
    "child-safety": _l("A child may be in danger"),
    "privacy": _l("It shows who somebody is"),
    "false-need": _l("The need is not true"),
    "misuse": _l("It was used for something else"),
    "charged-money": _l("Somebody asked me for money"),
    "other": _l("Another reason"),
}

CASE_KINDS: Labels = {
    "dispute": _l("Disputed by a party"),
    "clock": _l("Opened by a deadline"),
    "report": _l("Reported"),
    "appeal": _l("Appeal"),
    "late": _l("Came too late"),
    "after": _l("Doubted after its end"),
}

RULINGS: Labels = {
    "former": _l("It stands as it was before"),
    "confirmed": _l("Confirmed: the family has it"),
    "returned": _l("Returned: it went back"),
    "refuted": _l("Not true: the units are free again"),
    "sent": _l("It was sent"),
    "lapsed": _l("Nothing was sent"),
    "upheld": _l("The concern is right"),
    "unfounded": _l("The concern is not founded"),
}

TAKE_DOWNS: Labels = {
    "photo": _l("The picture only"),
    "wish": _l("This wish with its picture"),
    "month": _l("This wish with its circle and the wishes of its other months"),
    "circle": _l("This circle with the wishes of its months"),
    "batch": _l("This batch: each family's part of it"),
    "organisation": _l("The public page of this organisation"),
    "agreement": _l("This agreement with its steps"),
    "list": _l("The page of this code, and its circles"),
    "name": _l("A name that is shown there: anonymous everywhere from now on"),
    "everything": _l("All wishes and circles of the same family, school or village"),
}

PHRASES: Labels = {
    "thanks": _l("It has arrived, thank you."),
    "fits-well": _l("It fits well."),
    "in-use": _l("It is used every day."),
    "happy": _l("There was great joy."),
}

WITNESS_ROLES: Labels = {
    "neighbour": _l("A neighbour"),
    "village-official": _l("An official of the village"),
    "teacher": _l("A teacher"),
    "health-worker": _l("A doctor or health worker of the village"),
    "other": _l("Somebody else who is no relative"),
}

SIGNER_ROLES: Labels = {
    "head": _l("The head of the school or village"),
    "teacher": _l("A teacher"),
}

SLIP_CHECKS: Labels = {
    "matches": _l("The slip names this gift, and it bears the thumbprint or the signature"),
    "witness": _l("The witness is not of the volunteer's family, nor of this household"),
    "signer": _l("The signer is the head or a teacher, and neither posted the wish nor received the gift"),
}

STEP_ACTS: Labels = {
    "claim": _l("claimed"),
    "plan": _l("planned"),
    "cancel": _l("cancelled"),
    "extend": _l("took more time"),
    "send": _l("sent"),
    "split": _l("arrived in part"),
    "receive": _l("taken in"),
    "hand-over": _l("handed over"),
    "undo": _l("corrected"),
    "acknowledge": _l("acknowledged by code"),
    "slip": _l("slip stored"),
    "confirm": _l("confirmed by the township"),
    "return": _l("sent back"),
    "dispute": _l("disputed"),
    "rule": _l("ruled"),
    "lapse": _l("ran out of time"),
    "release": _l("released"),
    "deem": _l("taken as received"),
}

SIDES: Labels = {
    "": _l("the clock, or the family by its code"),
    "giving": _l("donor"),
    "field": _l("service point"),
    "township": _l("township"),
    "audit": _l("auditor"),
}

WORDS: Mapping[str, Mapping[str, LazyString]] = {
    "must_act": MUST_ACT,
    "next": {**WHAT_NEXT, **NEXT_BY_KIND},
    "method": {**METHODS, **MODES, "seller-ships": _l("The seller's side ships it"), "transfer": _l("By transfer")},
    "courier": COURIER_NAMES,
    "return": RETURN_REASONS,
    "case_reason": CASE_REASONS,
    "case_kind": CASE_KINDS,
    "ruling": RULINGS,
    "phrase": PHRASES,
    "witness": WITNESS_ROLES | SIGNER_ROLES,
    "step": STEP_ACTS,
    "side": SIDES,
    "way": WAYS,
}


def say(group: str, code: str | None) -> LazyString | str:
    """Say a code of this room; a code without words stands for itself."""
    return "" if code is None else WORDS[group].get(code, code)


def say_next(clock: str | None, kind: str) -> LazyString | str:
    """Say what a running clock waits for, in the words of the pledge's kind."""
    by_kind = f"{kind}.{clock}"
    return say("next", by_kind if by_kind in WORDS["next"] else clock)


class Stop(Protocol):
    """A station as a query gives it."""

    @property
    def state(self) -> str:
        """Give the state it stands for."""
        ...

    @property
    def mark(self) -> str:
        """Give how far it is."""
        ...

    @property
    def at(self) -> datetime | None:
        """Give when it was reached."""
        ...

    @property
    def due(self) -> datetime | None:
        """Give by when it must be left."""
        ...


def stations_of(stops: Iterable[Stop], kind: str, *, owes_refund: bool = False) -> list[Station]:
    """Give a pledge's way as the journey macro draws it; what a ruling gives back has not come back with the ruling."""
    words = {"returned": _l("To be sent back")} if owes_refund else {}
    return [
        Station(
            label=words.get(stop.state) or pledge_label(stop.state, kind),
            mark=Mark(stop.mark),
            at=stop.at,
            due=stop.due,
        )
        for stop in stops
    ]


def choices(labels: Labels, *, please: bool = False) -> list[tuple[str, Any]]:
    """List labels as the choices of a form field; WTForms' types know plain text only, a lazy sentence does as well."""
    return [*([("", _l("Please choose"))] if please else []), *labels.items()]
