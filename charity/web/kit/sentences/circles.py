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
    "recorder-reviews": _l("Recording the family's yes and looking at the next term are for two people."),
    "number-out-of-range": _l("Please give a number from %(least)s to %(most)s."),
    "day-in-past": _l("This day is over."),
    "day-too-early": _l("The letter had not passed the review on this day."),
    "day-in-future": _l("The day is still to come."),
    "letter-too-short": _l("Please write a few words."),
}
