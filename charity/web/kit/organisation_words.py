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

WORDS = {
    "kind": ORGANISATION_KINDS,
    "state": ORGANISATION_STATES,
    "reason": REASONS,
    "part": PARTS,
    "agreement": AGREEMENT_STATES,
}


def org_word(group: str, code: str) -> object:
    """Say a code of organisations; a code without words stands for itself."""
    return WORDS[group].get(code, code)
