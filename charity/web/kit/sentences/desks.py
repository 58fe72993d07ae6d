"""Sentences for the refusals of the desks: pauses, filters, exports, evidence."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "pause-order": _l("The last day comes before the first."),
    "pause-over": _l("These days are past already; a pause helps only days to come."),
    "pause-too-early": _l("A pause may begin at most %(days)s days back."),
    "pause-too-long": _l("A pause may last at most %(days)s days."),
    "pause-reason-unknown": _l("Please choose one of the reasons."),
    "pause-there-already": _l("These days are paused here already."),
    "pause-revoked-already": _l("This pause was taken back already."),
    "pause-ended-already": _l("This pause is over; what it held back cannot be changed any more."),
    "filter-unknown": _l("The list cannot be narrowed by this."),
    "dates-order": _l("The last day comes before the first."),
    "cursor-unreadable": _l("This page of the list does not exist. Please go back to the first page."),
    "donor-unknown-here": _l("Nobody with this address has claimed anything in your regions."),
    "purpose-unknown": _l("Please choose a purpose."),
    "export-unknown": _l("There is no such table."),
    "export-form-unknown": _l("There is no such form of a table."),
    "export-too-large": _l("More than %(most)s rows at once are too many. Please narrow the list first."),
}
