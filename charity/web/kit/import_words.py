"""The words for counties' lists: where a list stands, what became of its rows, and what a column is taken for."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from charity.web.kit.labels import Labels
from charity.web.kit.sentences import sentence

STATES: Labels = {
    "staged": _l("Columns to be confirmed"),
    "clearing": _l("What was read before is put away"),
    "checking": _l("Being checked"),
    "checked": _l("Checked, nothing registered yet"),
    "applying": _l("Being registered"),
    "stopping": _l("Being stopped"),
    "applied": _l("Came into the register"),
    "undoing": _l("Being undone"),
    "restoring": _l("Not undone: being put back"),
    "undone": _l("Undone"),
    "dropped": _l("Given up"),
}
ROWS: Labels = {
    "raw": _l("Not read yet"),
    "ready": _l("Can come in"),
    "wrong": _l("Wrong"),
    "double": _l("Likely a double"),
    "held": _l("Held back with its family"),
    "taken": _l("Came in"),
    "refused": _l("Refused when it was to come in"),
}
COLUMNS: Labels = {
    "family": _l("Number of the household"),
    "township": _l("Township"),
    "village": _l("Village"),
    "head": _l("Head of the household"),
    "address": _l("Address"),
    "phone": _l("Phone"),
    "relative-phone": _l("Phone of a relative"),
    "category": _l("Category of the household"),
    "cause": _l("Causes of hardship"),
    "override": _l("Why it is not the same household"),
    "name": _l("Name of the member"),
    "relation": _l("Relation to the head"),
    "sex": _l("Sex"),
    "birth": _l("Date of birth"),
    "id-number": _l("ID number"),
    "consent-on": _l("Agreed to being registered on"),
    "publish-on": _l("Agreed to publishing on"),
    "consent-paper": _l("Number of the signed paper"),
    "need": _l("Need"),
    "need-details": _l("More about the need"),
    "need-category": _l("Category of the need"),
    "need-reason": _l("Reason of the need"),
    "need-wanted": _l("How many"),
    "need-unit": _l("Unit of the need"),
    "need-price": _l("Price of one (yuan)"),
    "need-size": _l("Size"),
}
WORDS: Mapping[str, Mapping[str, LazyString]] = {"list": STATES, "row": ROWS, "column": COLUMNS}


def import_word(group: str, code: str) -> LazyString | str:
    """Say a code of counties' lists; a code without words stands for itself."""
    return WORDS[group].get(code, code)


def why(reason: str, told: str) -> str:
    """Say why a row was left out, naming what it looks like where that may be told."""
    if not reason:
        return _("Another row of this household is wrong.")
    if reason in ("looks-alike-row", "listed-twice") and told:
        return _("%(reason)s (row %(row)s)", reason=sentence(reason, {}), row=told)
    return sentence(reason, {"alias": told})
