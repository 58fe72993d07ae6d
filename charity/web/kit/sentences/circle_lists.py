"""Sentences for what lists of families refuse."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "list-column-missing": _l("The first row names no column “household”."),
    "list-empty": _l("There is no row in this list."),
    "list-without-good-rows": _l("No row of this list can be handed in."),
    "programme-full": _l("All seats of this programme are taken, or none is left where you can sit."),
    "seated-in-programme": _l(
        "You have a seat in this programme already. With another of its families you take one on its own page."
    ),
    "programme-not-running": _l("The programme is not running now."),
    "sheet-broken": _l("This file cannot be read. Please save it again as XLSX or CSV."),
}
