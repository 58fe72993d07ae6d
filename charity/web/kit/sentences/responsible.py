"""Sentences for the refusals of writing down who is responsible."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "duty-elsewhere": _l("This duty belongs to another level: a family, a village or a township."),
    "which-child": _l("Please choose the child whose class it is."),
    "before-the-former": _l("The person before began later than this day."),
    "nobody-responsible": _l("Nobody is written down there yet. Please write the name."),
}
