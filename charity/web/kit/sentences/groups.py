"""Sentences for what groups refuse."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "adults-only": _l("Only somebody of 18 years or more can do this. A grown-up member acts for the young."),
    "group-of-persons": _l("Only a person can answer for a group or join one, not an organisation's account."),
    "group-kind-unknown": _l("Please choose a class or a team."),
    "groups-most": _l("You answer for %(most)s groups already, which is as many as one person can."),
    "group-full": _l("A group has at most %(most)s grown-up members."),
    "group-code-unknown": _l("There is no group with this code, or the code has run out. Please ask for a new one."),
    "group-codes-locked": _l("Too many wrong codes. Please try again in an hour."),
    "group-code-shown-already": _l("This code was shown already. Please make a new one."),
    "group-member-already": _l("You are in this group already."),
    "group-founder-stays": _l("You answer for this group: hand it over to the deputy, or dissolve it."),
    "group-no-deputy": _l("There is no deputy who agreed to answer for the group."),
    "guardian-needed": _l("Only the guardian, or somebody with the guardian's yes, can act for a young member."),
    "young-name-unknown": _l("Please choose a name from the list."),
    "young-most": _l("A group has at most %(most)s young members."),
}
