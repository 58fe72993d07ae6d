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
    "item-code-shape": _l("A code begins with a small letter; small letters, digits and single hyphens follow."),
    "item-code-length": _l("A code has at most %(most)s signs."),
    "item-code-taken": _l("The catalogue has a thing with this code already."),
    "item-for-nobody": _l("Please say who may ask for it."),
    "item-name-length": _l("A name has between 2 and %(most)s signs."),
    "item-name-language": _l("The Chinese name is in Chinese, the English one is not."),
    "nothing-changed": _l("Nothing is changed yet."),
    "item-changed-meanwhile": _l("Somebody changed it meanwhile. Look at how it stands now."),
    "item-not-offered": _l("The catalogue does not offer this any more. Choose another thing."),
}
