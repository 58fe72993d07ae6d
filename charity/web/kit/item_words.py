"""The words of the catalogue: which size is asked, and months."""

from flask_babel import lazy_gettext as _l

from charity.web.kit.labels import Labels

SIZES_OF: Labels = {
    "none": _l("No size"),
    "clothes": _l("Clothes size"),
    "shoes": _l("Shoe size"),
}

MONTH_NAMES: Labels = {
    "1": _l("January"),
    "2": _l("February"),
    "3": _l("March"),
    "4": _l("April"),
    "5": _l("May"),
    "6": _l("June"),
    "7": _l("July"),
    "8": _l("August"),
    "9": _l("September"),
    "10": _l("October"),
    "11": _l("November"),
    "12": _l("December"),
}


def size_word(code: str) -> object:
    """Say which size is asked."""
    return SIZES_OF.get(code, code)


def month_word(month: int) -> object:
    """Say a month."""
    return MONTH_NAMES[str(month)]
