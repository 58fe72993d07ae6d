"""The words for states, kinds and roles, said once: macros, form choices and exports all take them from here."""

from collections.abc import Mapping
from typing import Final, cast

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from charity.web.kit.item_names import item_word
from charity.web.kit.kind_words import KIND_GROUPS
from charity.web.kit.wish_words import WISH_GROUPS

Labels = Mapping[str, LazyString]
ITEMS: Final = "category"

KINDS: Labels = {
    "goods": _l("Goods"),
    "service": _l("Volunteer service"),
    "produce": _l("Buy produce"),
    "money": _l("Gift of money (to a charity)"),
}

ROLES: Labels = {
    "donor": _l("Donor"),
    "organisation": _l("Organisation"),
    "volunteer": _l("Village volunteer"),
    "reviewer": _l("Township reviewer"),
    "administrator": _l("County administrator"),
    "auditor": _l("Auditor"),
}

BENEFICIARIES: Labels = {
    "child": _l("A child's wish"),
    "household": _l("A household's need"),
    "site": _l("For a school or village"),
}

WISH_STATES: Labels = {
    "draft": _l("Draft"),
    "submitted": _l("Waiting for review"),
    "returned": _l("Sent back for changes"),
    "rejected": _l("Not accepted"),
    "referred": _l("Referred to public assistance"),
    "approved": _l("Looking for givers"),
    "full": _l("All units claimed"),
    "stale": _l("Waiting for renewal"),
    "withdrawn": _l("Taken down"),
    "closed": _l("Finished"),
}

PLEDGE_STATES: Labels = {
    "held": _l("Claimed, not yet arranged"),
    "planned": _l("To be posted"),
    "sent": _l("On the way"),
    "at_point": _l("At the service point"),
    "handed_over": _l("Handed over, to be confirmed"),
    "confirmed": _l("Wish come true (confirmed by several sides)"),
    "cancelled": _l("Cancelled"),
    "lapsed": _l("Ran out of time, released"),
    "lapsed_unsettled": _l("Ran out of time, to be checked"),
    "returned": _l("Sent back"),
    "disputed": _l("Being looked into"),
    "refuted": _l("Found not to be true"),
}

PLEDGE_STATES_BY_KIND: Mapping[str, Labels] = {
    "goods": {},
    "service": {
        "planned": _l("Date agreed"),
        "sent": _l("Hours given, to be attested"),
        "handed_over": _l("Attested, to be confirmed"),
    },
    "produce": {
        "planned": _l("Reserved"),
        "sent": _l("Shipped by the seller"),
        "handed_over": _l("Received by the buyer, income to be confirmed"),
    },
    "money": {
        "held": _l("To be transferred"),
        "sent": _l("Transferred, to arrive"),
        "at_point": _l("Arrived at the organisation"),
        "handed_over": _l("Paid out, to be called back"),
    },
}

OFFER_STATES: Labels = {
    "open": _l("Waiting for your answer"),
    "accepted": _l("Accepted"),
    "declined": _l("Declined"),
    "expired": _l("Expired"),
    "ended": _l("Ended"),
}

INTENTION_STATES: Labels = {
    "open": _l("Waiting for a wish"),
    "used": _l("Given"),
    "expired": _l("Expired"),
    "withdrawn": _l("Withdrawn"),
    "unanswered": _l("Resting: no answer"),
}

CASE_STATES: Labels = {
    "open": _l("Open case"),
    "ruled": _l("Ruled"),
    "appealed": _l("Under appeal"),
    "final": _l("Case closed"),
}

CASE_ORIGINS: Labels = {
    "dispute": _l("Disputed by a party"),
    "clock": _l("Opened by a clock"),
    "report": _l("Reported"),
    "appeal": _l("Appealed"),
    "sample": _l("Drawn as a sample"),
    "flag": _l("Flagged by a rule"),
}

SEAT_STATES: Labels = {
    "open": _l("Free seat"),
    "offered": _l("To be accepted"),
    "accepted": _l("To begin"),
    "active": _l("Keeping company"),
    "leaving": _l("About to leave"),
    "ended": _l("Seat ended"),
}

HOUSEHOLD_STATES: Labels = {
    "identified": _l("Identified"),
    "verified": _l("Verified"),
    "supported": _l("Being helped"),
    "graduated": _l("Out of hardship"),
    "followed-up": _l("Followed up"),
    "relapse": _l("At risk of falling back"),
}

SCHOOL_STAGES: Labels = {
    "preschool": _l("Kindergarten"),
    "primary": _l("Primary school"),
    "junior": _l("Junior middle school"),
    "senior": _l("Senior middle school"),
}

METRICS: Labels = {
    "wishes": _l("Wishes come true"),
    "hours": _l("Hours given"),
    "months": _l("Months of company"),
    "purchases": _l("Produce bought"),
}

DISPLAYS: Labels = {
    "name": _l("With my name"),
    "nickname": _l("With my nickname"),
    "anonymous": _l("Anonymously"),
}

POINT_KINDS: Labels = {
    "township": _l("Township service point"),
    "village": _l("Village service point"),
    "school": _l("School service point"),
}

UNITS: Labels = {
    "piece": _l("Pieces"),
    "share": _l("Shares of money"),
    "hour": _l("Hours"),
    "kilogram": _l("Kilograms"),
}

ACTS: Labels = {
    "claim": _l("I will make it come true"),
    "plan": _l("Choose how"),
    "send": _l("Enter the tracking number"),
    "extend": _l("Ask for more time"),
    "receive": _l("Sign for receipt"),
    "hand-over": _l("Hand over"),
    "acknowledge": _l("Confirm receipt"),
    "slip": _l("File the signed slip"),
    "confirm": _l("Check and confirm"),
    "cancel": _l("Cancel the claim"),
    "undo": _l("Undo and correct"),
    "return": _l("Send back"),
    "dispute": _l("Raise an objection"),
    "rule": _l("Rule"),
    "appeal": _l("Ask for a second look"),
    "accept": _l("Accept"),
    "decline": _l("Decline"),
    "renew": _l("Renew"),
    "withdraw": _l("Take down"),
    "refer": _l("Refer to public assistance"),
    "call-back": _l("Call back"),
}

GROUPS: Mapping[str, Labels] = {
    "kind": KINDS,
    "role": ROLES,
    "beneficiary": BENEFICIARIES,
    "wish": WISH_STATES,
    "pledge": PLEDGE_STATES,
    "offer": OFFER_STATES,
    "intention": INTENTION_STATES,
    "case": CASE_STATES,
    "origin": CASE_ORIGINS,
    "seat": SEAT_STATES,
    "household": HOUSEHOLD_STATES,
    "stage": SCHOOL_STAGES,
    "metric": METRICS,
    "display": DISPLAYS,
    "point": POINT_KINDS,
    "unit": UNITS,
    "act": ACTS,
    **WISH_GROUPS,
    **KIND_GROUPS,
}


def label(group: str, code: str) -> LazyString | str:
    """Say a code in the reader's language; a code without words stands for itself."""
    return GROUPS[group].get(code, code) if group != ITEMS else cast(str, item_word(code))


def wish_label(state: str, units_left: int) -> LazyString | str:
    """Say a wish's state; an approved wish without free units is full."""
    return label("wish", "full" if state == "approved" and units_left <= 0 else state)


def pledge_label(state: str, kind: str) -> LazyString | str:
    """Say a pledge's state in the words of its kind."""
    return PLEDGE_STATES_BY_KIND.get(kind, {}).get(state) or label("pledge", state)


def choices_of(group: str) -> list[tuple[str, LazyString]]:
    """List a group's codes with their words, for the choices of a form field."""
    return list(GROUPS[group].items())
