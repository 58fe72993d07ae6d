"""Sentences for what an intention, or the answer to an offer for it, may be refused with."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "wish-taken-meanwhile": _l("Somebody else was quicker: these units are taken. Nothing was claimed."),
    "intention-not-open": _l("This intention has ended already."),
    "too-many-intentions": _l("You have %(most)s open intentions, as many as possible. Withdraw one first."),
    "beneficiary-unknown": _l("Please choose one of the answers."),
    "price-out-of-range": _l("Please write an amount from 1 to %(most)s yuan."),
    "until-out-of-range": _l("Please choose a day from today to %(days)s days from now."),
}
