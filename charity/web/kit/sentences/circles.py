"""Sentences for what circles refuse."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "wish-of-circle": _l("This gift belongs to the donors of a circle."),
    "circle-exists": _l("This family has a circle already."),
    "circle-consent-missing": _l(
        "The family's yes to being shown and to a circle is not on record (any more). Record it on its page first."
    ),
    "circle-full": _l("All seats of this circle are taken. You can join its waiting list."),
    "circle-not-open": _l("This circle takes nobody any more."),
    "seated-already": _l("You have a seat in this circle already."),
    "seat-limit": _l("You have %(limit)s seats in circles, as many as possible. When you leave one, another is free."),
    "seats-are-free": _l("A seat is free: you can take it at once."),
    "seat-not-possible": _l("You cannot take a seat here. Other families look for company."),
    "template-not-ordinary": _l("A monthly gift must be an ordinary thing within its usual price, without a brand."),
    "organisation-not-verified": _l(
        "Only a verified organisation can hold a seat. Register it, and the office looks at it."
    ),
    "group-meets-no-children": _l(
        "These hours are with children: only a person who was vetted can hold the seat, no class or team."
    ),
    "no-willing-child": _l(
        "No child of this family and its guardian have agreed to it (at a school, to the school’s place, too). "
        "Record their consent first."
    ),
    "children-not-by-list": _l(
        "Hours with children are proposed family by family: who sits beside them is said for each."
    ),
    "seller-is-volunteer": _l("Produce is shipped by the village: only its volunteer can propose this circle."),
    "mode-unknown": _l("Please choose: on site or remotely."),
    "shipping-unknown": _l("Please choose who pays for the way."),
    "recorder-reviews": _l("Recording the family's yes and looking at the next term are for two people."),
    "number-out-of-range": _l("Please give a number from %(least)s to %(most)s."),
    "day-in-past": _l("This day is over."),
    "day-too-early": _l("The letter had not passed the review on this day."),
    "day-in-future": _l("The day is still to come."),
    "letter-too-short": _l("Please write a few words."),
}
