"""Sentences for what cannot be printed."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "characters-missing": _l(
        "Nothing was printed: no font on the server draws %(characters)s. Tell the office that runs the site; "
        "until then write the paper by hand."
    ),
    "printer-busy": _l("Many sheets are being drawn just now. Please try again in a moment."),
}
