"""Notices about lists of families: to look at, agreed to, turned down, open."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "list-to-review": (
        _l("A list of families waits for your look: %(programme)s"),
        _l("Somebody wants to open circles for all families of a list. Please look at the monthly gift and the list."),
    ),
    "list-agreed": (
        _l("Your list was agreed to: %(programme)s"),
        _l("The circles are being opened now, some at a time. You can watch it."),
    ),
    "list-rejected": (
        _l("Your list was turned down: %(programme)s"),
        _l("Nothing was opened. You can stage a list again."),
    ),
    "list-open": (
        _l("The circles of your list are open: %(programme)s"),
        _l("Donors can join by the link or by the printed cards. What was refused stands there with its reason."),
    ),
}

PATHS: dict[str, str] = {
    **dict.fromkeys(NOTICES, "/admin/lists/%(opening)s"),
    "list-to-review": "/reviews/lists/%(opening)s",
}
