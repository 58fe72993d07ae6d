"""Sentences for what hours and produce may be refused with."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "subject-unknown": _l("Please choose a subject that fits."),
    "period-shape": _l("The last day comes after the first, and at most a year later."),
    "second-adult-missing": _l("Please name the second adult who is in the room all the time."),
    "second-adult-is-giver": _l("The second adult is another person than the giver. Please name who else was there."),
    "private-remote-call": _l(
        "A call with children takes place in a school's room only, never privately. "
        "Choose a school's point, or meet on site."
    ),
    "hours-unguarded": _l(
        "These hours are with children now, and the wish names no second adult, or asks for a call without a school. "
        "Nobody can give them: the village withdraws the wish and posts it anew."
    ),
    "terms-missing": _l("It is not said yet what is asked for and when. Please correct the wish first."),
    "vetting-missing": _l(
        "These hours are with children, so only somebody who was vetted can give them, under the real name. Ask the "
        "county's administrator to check your papers and to put it on record; then you can claim them."
    ),
    "vetting-not-standing": _l(
        "The vetting of whoever gave these hours did not stand on that day. They cannot be attested: please send them "
        "back, and tell the township what happened."
    ),
    "vetting-over": _l("Your vetting ends before that day. Choose an earlier day, or have it renewed."),
    "vetting-too-new": _l("A vetting counts from the day after it was put on record. Please choose a later day."),
    "only-verified-organisation": _l(
        "These hours are with children: of organisations only one that is verified and vetted can give them, and "
        "outside a school nobody else."
    ),
    "day-outside-period": _l("Please choose a day, not before today, within the days that were asked for."),
    "day-missing": _l("Please choose a day."),
    "hours-out-of-range": _l(
        "Between 1 and %(most)s hours: no more than you claimed, and at most 12 on one day "
        "for each person who was there."
    ),
    "meeting-twice": _l("There is a meeting on that day already. Please choose another day."),
    "too-many-meetings": _l("At most %(most)s meetings: no more than hours, and the others later."),
    "no-hours-left": _l("All hours you claimed are given, so there is no next meeting. Leave it empty."),
    "next-meeting-missing": _l(
        "Please say when the next meeting is. If there is none, cancel the claim; there is no penalty."
    ),
    "people-out-of-range": _l("Between 1 and %(most)s people."),
    "people-unvetted": _l(
        "With children there is a named vetting for everybody: for that day there are %(most)s. Ask the county to put "
        "the others on record first."
    ),
    "put-off-already": _l(
        "A meeting was put off already, and no hours were given since. Keep this one, or cancel the claim: others can "
        "give the hours then."
    ),
    "day-not-come": _l("The day has not come yet. Log the hours afterwards."),
    "vetting-term": _l("Please choose a day from today, at most a year ahead."),
    "vetting-revoked-already": _l("This record has ended already."),
    "proof-unknown": _l("Please choose what was checked."),
    "product-unknown": _l("Please choose a product."),
    "batch-empty": _l("Please write a quantity for at least one family."),
    "batch-too-large": _l("A batch has at most %(most)s families."),
    "household-twice": _l("A family stands in a batch once."),
    "batch-of-two-villages": _l("A batch is of one village. Please list another for the other village."),
    "batch-missing": _l("It is not said yet to which batch this belongs."),
    "quantity-shape": _l("Please write quantities as whole numbers."),
    "harvest-over": _l("The harvest is over. Please cancel the claim; there is no penalty."),
    "not-your-batch": _l("Whoever listed the batch ships it."),
    "income-above-price": _l("The family cannot earn more by this purchase than the buyer paid."),
    "income-missing": _l("Please write what the family says it has earned."),
}
