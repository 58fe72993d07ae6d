"""Notices about groups: who is asked to answer for one, who does now, and who is in no longer."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "group-deputy-asked": (
        _l("Will you be the deputy of your group %(alias)s?"),
        _l("Its founder asks you to answer for its promises when he cannot. Say yes or no on the group's page."),
    ),
    "group-yours": (
        _l("You answer for the group %(alias)s now"),
        _l("What it promises to families is asked of you from now on. You may hand it over or dissolve it."),
    ),
    "group-seat-yours": (
        _l("Your group's seat with %(alias)s passed to you"),
        _l("The gifts of the coming months are planned in your name. You may leave with 30 days of notice."),
    ),
    "group-removed": (
        _l("You are not in the group %(alias)s any more"),
        _l("Whoever answers for the group took you out, and the young members you acted for."),
    ),
    "group-dissolved": (
        _l("The group %(alias)s was dissolved"),
        _l("Its seats take notice as every seat that is left does. You can found a group of your own."),
    ),
}

PATHS: dict[str, str] = {
    **dict.fromkeys(NOTICES, "/groups"),
    "group-deputy-asked": "/groups/%(group)s",
    "group-yours": "/groups/%(group)s",
    "group-seat-yours": "/circles/%(circle)s/room",
}
