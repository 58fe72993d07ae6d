"""Sentences for refusals about how long records are kept."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "periods-of-province": _l("Only administrators of a province or the country set how long records are kept."),
    "period-changed-meanwhile": _l("Somebody changed this period meanwhile. Look at it again."),
    "period-bounds": _l("Between %(least)s and %(most)s days."),
}
