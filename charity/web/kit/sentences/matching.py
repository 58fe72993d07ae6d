"""Sentences for what trials of the matching refuse."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "trials-waiting": _l("Your region has %(most)s trials waiting. Please wait until one is done."),
}
