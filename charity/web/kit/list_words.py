"""The words for lists of families: their states, their rows, and what stands in a family's way."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from charity.web.kit.labels import Labels

LIST_STATES: Labels = {
    "staged": _l("Dry run"),
    "submitted": _l("Waits for the second look"),
    "opening": _l("Circles are being opened"),
    "open": _l("Open"),
    "rejected": _l("Turned down"),
    "dropped": _l("Given up"),
}

ROW_STATES: Labels = {
    "wrong": _l("Left out"),
    "waiting": _l("Ready"),
    "opened": _l("Circle opened"),
    "refused": _l("Refused when it was to be opened"),
}

CELLS: Labels = {
    "household": _l("Household"),
    "point": _l("Service point"),
}

TROUBLES: Labels = {
    "household-unknown": _l("There is no such household in your region"),
    "household-out-of-hardship": _l("Out of hardship"),
    "household-not-verified": _l("The household is not verified yet"),
    "consent-missing": _l("There is no consent to a circle"),
    "circle-exists": _l("The household has a circle already"),
    "look-alike-open": _l("It looks like another household: the township looks at both first"),
    "listed-twice": _l("The household stands in an earlier row, too"),
    "other-side": _l("Who handed it in or agreed acts on another side for this household"),
    "text-tells-who": _l("The words of the gift would tell who or where the household is"),
    "children-not-by-list": _l("No adult lives in the household: hours with children are proposed one by one"),
    "point-missing": _l("No service point serves the household"),
    "point-unknown": _l("No such service point serves the household"),
}

LIST_REJECTIONS: Labels = {
    "gift-not-fit": _l("The monthly gift does not fit"),
    "too-dear": _l("It is too dear"),
    "list-not-right": _l("The list is not right"),
    "unclear": _l("The words are unclear"),
}

WORDS: Mapping[str, Mapping[str, LazyString]] = {
    "list": LIST_STATES,
    "row": ROW_STATES,
    "cell": CELLS,
    "trouble": TROUBLES,
    "rejection": LIST_REJECTIONS,
}


def list_word(group: str, code: str) -> LazyString | str:
    """Say a code of lists; a code without words stands for itself."""
    return WORDS[group].get(code, code)
