"""The words for circles: their lives, promises, months, letters, and why one may break."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from charity.web.kit.labels import Labels
from charity.web.kit.pledge_words import PHRASES

CIRCLE_STATES: Labels = {
    "proposed": _l("Waits for the township"),
    "forming": _l("Looking for donors"),
    "running": _l("Accompanying"),
    "ended": _l("Over"),
    "refused": _l("Not begun or refused"),
}

PROMISES: Labels = {
    "goods": _l("A gift each month"),
    "service": _l("Hours each month"),
    "produce": _l("Buying the family’s produce"),
    "letter": _l("A letter each month"),
}

OUTCOMES: Labels = {
    "open": _l("under way"),
    "kept": _l("kept"),
    "missed": _l("missed"),
}

MISS_REASONS: Labels = {
    "lapsed": _l("not sent in time"),
    "no-letter": _l("no letter came"),
    "yearly-limit": _l("the yearly limit was reached"),
    "cancelled": _l("cancelled"),
    "vetting-missing": _l("no vetting stood for hours with children"),
    "vetting-ended": _l("the vetting for hours with children ended"),
    "seller-overdue": _l("the seller’s side did not ship in time"),
    "returned": _l("went back"),
    "refuted": _l("found not to be true"),
}

RISKS: Labels = {
    "no-successor": _l("Somebody leaves and nobody follows"),
    "below-least": _l("Fewer donors than the least number"),
    "uncovered-soon": _l("Uncovered months within 60 days"),
    "lapsed-twice": _l("A donor missed two months"),
}

LETTER_STATES: Labels = {
    "submitted": _l("waits for the reviewer"),
    "passed": _l("passed on"),
    "returned": _l("given back"),
}

DIRECTIONS: Labels = {
    "to-family": _l("To the family"),
    "from-family": _l("From the family"),
}

LETTER_REASONS: Labels = {
    "tells-who": _l("It tells who or where somebody is"),
    "asks-contact": _l("It asks for contact or money"),
    "not-kind": _l("It may hurt"),
    "unclear": _l("It cannot be understood"),
}

REJECT_REASONS: Labels = {
    "gift-not-fit": _l("The monthly gift does not fit"),
    "too-dear": _l("It is too dear"),
    "family-not-ready": _l("The family is not ready for a circle"),
    "unclear": _l("The words are unclear"),
}

WORDS: Mapping[str, Mapping[str, LazyString]] = {
    "circle": CIRCLE_STATES,
    "promise": PROMISES,
    "outcome": OUTCOMES,
    "miss": MISS_REASONS,
    "risk": RISKS,
    "letter": LETTER_STATES,
    "direction": DIRECTIONS,
    "letter_reason": LETTER_REASONS,
    "thanks": PHRASES,
}


def circle_word(group: str, code: str) -> LazyString | str:
    """Say a code of circles; a code without words stands for itself."""
    return WORDS[group].get(code, code)
