"""Sentences for what stated interests may be refused with."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "too-many-places": _l("At most %(most)s places, please. Take one away first."),
    "too-many-kinds": _l("You have chosen more things than can be kept. Leave all of them open, or choose fewer."),
    "stage-unknown": _l("There is no such school stage."),
    "need-weight-unknown": _l("Please choose one of the answers."),
    "units-at-once-out-of-range": _l("Please write a number from 1 to %(most)s, or leave it empty."),
    "budget-out-of-range": _l("Please write an amount from 1 to %(most)s yuan, or leave it empty."),
    "skills-missing": _l("Please choose at least one subject or skill, or delete all you stated."),
    "mode-unknown": _l("Please choose one of the answers."),
    "weekday-unknown": _l("Please choose one of the answers."),
    "hours-at-once-out-of-range": _l("Please write a number from 1 to %(most)s, or leave it empty."),
    "seats-out-of-range": _l("Please choose at most %(most)s circles."),
}
