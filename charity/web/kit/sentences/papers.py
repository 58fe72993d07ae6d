"""Sentences for what cannot be printed."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "characters-missing": _l(
        "Nothing was printed: no font on the server draws %(characters)s. Tell the office that runs the site; "
        "until then write the paper by hand."
    ),
    "entry-not-numbered": _l("The book is still giving this entry its number. Please try again in a minute."),
    "printer-busy": _l("Many sheets are being drawn just now. Please try again in a moment."),
}
