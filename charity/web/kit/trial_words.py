"""What the rules that the simulator compares are called."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

RULES: Mapping[str, LazyString] = {
    "newest": _l("Newest first"),
    "popular": _l("Most helped first"),
    "filter-newest": _l("Donor’s filter, then newest"),
    "filter-urgent": _l("Donor’s filter, then most urgent"),
    "preference": _l("Only what donors stated"),
    "shipped": _l("Present weights"),
    "changed": _l("Weights you tried"),
}


def rule_word(name: str) -> LazyString:
    """Name a rule."""
    return RULES[name]
