"""Notices about counties' lists: that one came in, and drafts that lie on a volunteer's desk because of it."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "list-applied": (
        _l("Your county list came in"),
        _l(
            "%(count)s households were registered. The townships verify them now; rows left out are on the list's page."
        ),
    ),
    "list-kept": (
        _l("Your county list could not be undone"),
        _l("Somebody began to work with one of its households meanwhile. All of them stand in the register as before."),
    ),
    "drafts-from-list": (
        _l("Drafts of wishes from a county list"),
        _l("%(count)s wishes lie on your desk as drafts. Ask each family before you hand them in."),
    ),
}

PATHS: dict[str, str] = {
    "list-applied": "/admin/imports/%(list)s",
    "list-kept": "/admin/imports/%(list)s",
    "drafts-from-list": "/desk/wishes",
}
