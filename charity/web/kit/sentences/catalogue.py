"""Sentences for refusals of the catalogue."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "catalogue-of-province": _l(
        "The catalogue holds everywhere: only administrators of a province or the country change it."
    ),
    "item-not-goods": _l("Only goods have a price band."),
    "band-order": _l("The least must be more than nothing and below the most, and the most at most %(most)s yuan."),
    "season-months": _l("Choose some months, or none for all the year."),
    "nothing-changed": _l("Nothing is changed yet."),
    "item-changed-meanwhile": _l("Somebody changed it meanwhile. Look at how it stands now."),
    "item-not-offered": _l("The catalogue does not offer this any more. Choose another thing."),
}
