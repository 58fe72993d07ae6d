"""Sentences for what is done to several things at once."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "nothing-ticked": _l("Please tick at least one line of the list."),
}
