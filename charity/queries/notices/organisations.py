"""Notices about organisations: to the office that looks at them, and to those who speak for them."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "organisation-to-check": (
        _l("An organisation waits to be checked: %(name)s"),
        _l("Look for its number in the public register, and call it by a number listed there."),
    ),
    "organisation-bank-changed": (
        _l("%(name)s wrote down another account"),
        _l("Until you have looked at it no donor sees it, and no money is asked for through this organisation."),
    ),
    "organisation-verified": (
        _l("%(name)s is verified"),
        _l("You speak for it: make a join code, and act in its name."),
    ),
    "organisation-refused": (
        _l("%(name)s was not accepted"),
        _l("The reason stands beside it in the list of your organisations."),
    ),
    "organisation-rights": (
        _l("The office looked at %(name)s again"),
        _l("What it may do now stands on its desk."),
    ),
    "organisation-ended": (
        _l("%(name)s has ended here"),
        _l("It promises nothing new any more. Please finish what it began; the reason stands in your list."),
    ),
    "organisation-officer": (
        _l("You speak for %(name)s now"),
        _l("You may act in its name, make its join code, and confirm money that reaches it."),
    ),
    "organisation-member": (
        _l("You are a member of %(name)s again"),
        _l("You do not speak for it any more."),
    ),
    "organisation-places": (
        _l("%(name)s may have %(places)s gifts open at once now"),
        _l("The office changed the limit. Its reason stands on the organisation's desk."),
    ),
    "officer-change": (
        _l("Who speaks for %(name)s shall change"),
        _l("Please confirm it, or say no."),
    ),
    "officer-change-soon": (
        _l("Who speaks for %(name)s shall change: please decide by %(until)s"),
        _l("Please confirm it, or say no."),
    ),
    "officer-change-overdue": (
        _l("Overdue: who speaks for %(name)s"),
        _l("Nobody has decided in five working days. The offices around hear of it; please confirm it, or say no."),
    ),
    "officer-change-expired": (
        _l("The office did not answer: who speaks for %(name)s"),
        _l("Everything stays as it is. You may ask again, or write to the office."),
    ),
    "officer-change-refused": (
        _l("The office said no: who speaks for %(name)s"),
        _l("Everything stays as it is."),
    ),
    "agreement-proposed": (
        _l("A pairing agreement waits for %(name)s"),
        _l("An office wrote it down. Read what is promised, and say yes or no on the organisation's desk."),
    ),
    "agreement-accepted": (
        _l("%(name)s said yes to the pairing agreement"),
        _l("It is public from now on. Please mark its milestones when they are met."),
    ),
    "agreement-declined": (
        _l("%(name)s declined the pairing agreement"),
        _l("Nothing of it is public."),
    ),
    "organisation-removed": (
        _l("You are not in %(name)s any more"),
        _l("Somebody who speaks for it took you out."),
    ),
}

PATHS: dict[str, str] = {
    **dict.fromkeys(NOTICES, "/organisations/mine"),
    "organisation-to-check": "/admin/organisations/%(organisation)s",
    "organisation-bank-changed": "/admin/organisations/%(organisation)s",
    "organisation-verified": "/organisations/%(organisation)s/desk",
    "organisation-rights": "/organisations/%(organisation)s/desk",
    "organisation-officer": "/organisations/%(organisation)s/desk",
    "agreement-proposed": "/organisations/%(organisation)s/desk",
    "organisation-places": "/organisations/%(organisation)s/desk",
    **dict.fromkeys(
        ("officer-change", "officer-change-soon", "officer-change-overdue"),
        "/admin/organisations/%(organisation)s/keeping",
    ),
    "officer-change-expired": "/organisations/%(organisation)s/desk",
    "officer-change-refused": "/organisations/%(organisation)s/desk",
    "agreement-accepted": "/admin/agreements",
    "agreement-declined": "/admin/agreements",
}
