"""The words for organisations: what one is, where it stands, and why it was refused or ended."""

from flask_babel import lazy_gettext as _l

from charity.web.kit.labels import Labels

ORGANISATION_KINDS: Labels = {
    "foundation": _l("A foundation"),
    "association": _l("A charitable association"),
    "service": _l("A social service organisation"),
    "enterprise": _l("An enterprise"),
    "school": _l("A school or university"),
    "office": _l("A public office or institution"),
}

ORGANISATION_STATES: Labels = {
    "applied": _l("Waiting to be checked"),
    "verified": _l("Checked and verified"),
    "refused": _l("Not accepted"),
    "ended": _l("Ended"),
}

REFUSALS: Labels = {
    "number-not-found": _l("The registration number is not in the public register"),
    "papers-missing": _l("Papers are missing"),
    "not-reached": _l("The organisation could not be reached by its listed number"),
    "purpose": _l("Its purpose does not fit this platform"),
    "double": _l("It is registered here already"),
    "other": _l("Another reason"),
}

ENDINGS: Labels = {
    "own-wish": _l("At its own wish"),
    "registration-lost": _l("It lost its registration"),
    "misuse": _l("It misused the platform"),
    "other": _l("Another reason"),
}

REASONS: Labels = {
    **REFUSALS,
    **ENDINGS,
    "checked": _l("Number and contact were checked"),
    "withdrawn": _l("Taken back by the applicant"),
}

PARTS: Labels = {
    "officer": _l("speaks for it"),
    "member": _l("member"),
}

AGREEMENT_STATES: Labels = {
    "proposed": _l("Waiting for the other side"),
    "running": _l("Running"),
    "declined": _l("Declined"),
    "ended": _l("Ended"),
}

BECOMES: Labels = {
    "officer": _l("shall speak for it"),
    "member": _l("shall be a member again"),
    "out": _l("shall leave it"),
}

CHANGE_STATES: Labels = {
    "open": _l("Waiting for the office"),
    "confirmed": _l("Confirmed"),
    "refused": _l("Refused"),
    "withdrawn": _l("Taken back"),
    "expired": _l("Ended without an answer"),
}

PILES: Labels = {
    "overdue": _l("Overdue"),
    "soon": _l("Due within 60 days"),
    "later": _l("Later"),
    "met": _l("Met"),
}

ACTS: Labels = {
    "claim": _l("claimed a wish"),
    "pledge": _l("claimed a wish"),
    "plan": _l("chose how to give"),
    "cancel": _l("cancelled a claim"),
    "extend": _l("asked for more time"),
    "send": _l("said that a gift was sent"),
    "add_parcel": _l("added a parcel"),
    "open_bank": _l("saw where to transfer money"),
    "dispute": _l("said that something is wrong"),
    "appeal": _l("appealed a ruling"),
    "join": _l("joined a waiting list"),
    "leave": _l("left"),
    "accept": _l("accepted an offer"),
    "decline": _l("declined an offer"),
    "receive": _l("confirmed that money arrived"),
    "hand_over": _l("said that money was paid to a family"),
    "undo": _l("took a step back"),
    "return_": _l("sent money back"),
    "report_late": _l("said that late money came"),
    "open_payee": _l("opened a family's account to pay"),
    "say_transfer": _l("said whether money was sent"),
    "make_once": _l("made a join code"),
    "void_code": _l("voided the join code"),
    "remove": _l("took a member out"),
    "ask": _l("asked for another officer, or one less"),
    "take_back": _l("took a question to the office back"),
    "change_bank": _l("wrote down another account"),
    "answer": _l("answered a pairing agreement"),
    "look": _l("looked at an address"),
    "give_feedback": _l("read a thank-you"),
    "take": _l("took a seat in a circle"),
    "write": _l("wrote a letter"),
    "propose": _l("proposed something"),
    "withdraw": _l("withdrew something"),
}

SENT: Labels = {"yes": _l("I sent it"), "no": _l("I did not send it")}

WORDS = {
    "kind": ORGANISATION_KINDS,
    "state": ORGANISATION_STATES,
    "reason": REASONS,
    "part": PARTS,
    "agreement": AGREEMENT_STATES,
    "becomes": BECOMES,
    "act": ACTS,
    "pile": PILES,
    "change": CHANGE_STATES,
}


def org_word(group: str, code: str) -> object:
    """Say a code of organisations; a code without words stands for itself."""
    return WORDS[group].get(code, code)
