"""Notices about intentions and what is offered for them."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "due-intention-offer": (
        _l("A wish that fits your intention: %(title)s"),
        _l(
            "You can accept or decline it until %(until)s (units: %(units)s). Nothing is reserved: somebody else may "
            "be quicker, and then you see the next one. Declining costs nothing."
        ),
    ),
    "intention-expired": (
        _l("An intention of yours has ended"),
        _l("Its last day has gone by. Thank you! You can leave another at any time."),
    ),
    "intention-unanswered": (
        _l("An intention of yours rests"),
        _l("Three wishes in a row got no answer, so we offer no more for it. You can leave another at any time."),
    ),
}

PATHS: dict[str, str] = {
    "due-intention-offer": "/intentions/offers/%(offer)s",
    "intention-expired": "/intentions",
    "intention-unanswered": "/intentions",
}
