"""Sentences for what organisations refuse."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "registration-number": _l("This is no unified social credit code: 18 signs, the last one fits the others."),
    "organisation-kind-unknown": _l("Please choose what the organisation is."),
    "organisation-name-length": _l("The name has between %(least)s and %(most)s signs."),
    "organisation-known": _l("An organisation with this number is registered here, or waits to be checked."),
    "organisation-address-taken": _l("The e-mail address belongs to another account. The organisation needs its own."),
    "organisation-not-so": _l("The organisation does not stand so that this could be done."),
    "organisation-ended": _l("The organisation has ended here and promises nothing new."),
    "organisation-member-already": _l("You are in this organisation already."),
    "own-organisation": _l("You registered this organisation or speak for it: somebody else decides about it."),
    "persons-only": _l("Only a person can do this, not an organisation's account."),
    "acts-as-organisation": _l(
        "You act in the name of an organisation. Act as yourself again to see your own account."
    ),
    "applications-most": _l("%(most)s of your applications wait already."),
    "office-empty": _l("Nobody sits in this office yet. Please choose another one."),
    "bank-number": _l("An account number has between 8 and 30 digits."),
    "bank-not-own": _l("The account must be in the organisation's own registered name."),
    "bank-missing": _l("No account is written down for it."),
    "kind-takes-no-money": _l(
        "Only foundations, charitable associations and social service organisations receive money."
    ),
    "not-checked": _l("Please check the number and the contact first."),
    "vetting-record-missing": _l("Please write down the record of the vetting."),
    "organisation-unknown": _l("Please choose a verified organisation."),
    "agreement-region": _l("An agreement is with a county, a township or a village."),
    "agreement-not-so": _l("The agreement does not stand so that this could be done."),
    "milestones-count": _l("An agreement has between one and %(most)s milestones."),
    "milestone-line": _l("Each line begins with a day like 2027-06-30, then what will be done."),
    "milestone-outside-term": _l("A milestone lies outside the term."),
    "last-officer": _l("At least one person must speak for the organisation. Let somebody else do it first."),
    "places-range": _l("An organisation may have between %(least)s and %(most)s gifts open."),
    "places-same": _l("That is its limit already."),
    "officer-change-open": _l("This was asked for already. The office has not decided yet."),
    "officer-change-over": _l("This was decided or taken back already."),
    "officer-change-gone": _l("The person is not in the organisation any more."),
    "officer-there": _l("Somebody speaks for this organisation: it asks for the change itself."),
    "officer-gives-here": _l(
        "A gift of money by this person is on its way to the organisation. Until it has arrived, somebody else speaks."
    ),
    "officers-most": _l("At most %(most)s people speak for an organisation."),
}
