"""Sentences for the refusals of the register."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    "nothing-to-renew": _l("Nothing of this ends soon any more: somebody else has asked already."),
    "list-changed": _l("One of the ticked families is not in this list any more. Please look at the list again."),
    "consent-withdrawn": _l("It was withdrawn in the meantime: a no stands until the family is asked by itself."),
    "consent-ends-with-age": _l(
        "It would end soon again because the child turns 14 or 18. Ask again then: the child speaks too, or alone."
    ),
    "list-of-two-villages": _l("One list is of one village. Renew the families of the other village by themselves."),
    "paper-missing": _l("The photo of the signed paper is missing: one for this family, or of the list they signed."),
    "too-many-papers": _l("There are %(most)s papers of this family already."),
    "looks-alike": _l("This looks like %(alias)s, who is registered already. If it is not the same, say why."),
    "looks-alike-elsewhere": _l("This looks like somebody registered elsewhere. If it is not the same, say why."),
    "look-alike-cleared": _l("This likeness was cleared before."),
    "look-alike-open": _l("First clear the likeness to somebody else that the volunteer wrote down."),
    "delivery-runs-there": _l(
        "Something is on its way to that record, or a dispute about it is open. End the record when that is settled, "
        "or end the other one."
    ),
    "circle-runs-there": _l("That record has a circle of donors. End the circle first, or end the other record."),
    "double-not-found": _l(
        "In the other family nobody with this name and birthday was found. End the person's record in the first one."
    ),
    "reason-needed": _l("Please give a reason in a few words."),
    "purpose-not-in-pool": _l("Only what waits in the county's pool may be done here. Open the file for that purpose."),
    "consent-to-register-missing": _l(
        "The head of the family has not agreed to the register yet. Record that consent first."
    ),
    "village-needed": _l("Choose a village: families are registered where they live."),
    "demo-data-present": _l("While the demonstration's families are here, real places stay closed."),
    "name-needed": _l("Please write the name."),
    "address-needed": _l("Please write the address."),
    "person-registered": _l("This person is registered already. Nobody stands in the register twice."),
    "head-registered": _l("This family has its head already."),
    "member-has-open-wishes": _l("A wish of this person is still open. Close or take it down first."),
    "card-already-printed": _l(
        "This card was made already, and its codes leave only once. If the sheet is lost, make a new card."
    ),
    "stages-missing": _l("Choose the school stage of at least one child."),
    "stage-unknown": _l("Please choose a school stage of the list."),
    "alias-not-found": _l("No free alias was found. Please try again."),
    "birth-shape": _l("Write the date as year-month-day, such as 2015-02-28."),
    "birth-impossible": _l("This day never was in the calendar. Please look at the document again."),
    "birth-in-future": _l("This day is still to come."),
    "birth-too-long-ago": _l("Nobody is that old. Please check the year."),
    "birth-not-of-id-number": _l("The ID number says another date of birth."),
    "sex-not-of-id-number": _l("The ID number says the other sex."),
    "id-number-shape": _l("An ID number has 18 characters: 17 digits, then a digit or X."),
    "id-number-check": _l("The last character does not fit the others: one digit is wrong."),
    "family-phone-shape": _l("This is not a phone number of mainland China, neither mobile nor landline."),
    "fact-unknown": _l("This is not asked here."),
    "fact-value": _l("This answer does not fit the question. Please check it."),
    "fact-in-future": _l("The day is still to come."),
    "fact-day-needed": _l("Please say for which day the answer holds."),
    "fact-needs-member": _l("Say which person it is about."),
    "consent-needs-elder": _l("Under 14 a parent, guardian or carer must speak for the child."),
    "consent-needs-self": _l("From 18 a person speaks for himself or herself."),
    "carer-needs-parents-yes": _l("A carer may speak only when a parent's yes is on record."),
    "child-not-asked": _l("From 8 to 13 the child is asked, too. Please say what the child answered."),
    "giver-is-another": _l("Name somebody else of the family, or nobody where the person speaks alone."),
    "giver-not-grown": _l("Only somebody of 18 or more can speak for another."),
    "child-says-no": _l("The child does not want it, so it is recorded as a no: choose the other answer."),
    "thanks-not-wanted": _l("The family does not want thanks to be sent to givers, so none are sent."),
    "not-in-this-state": _l("Things have moved on: this step does not fit any more."),
    "other-side": _l("You have acted for this family on another side before. Somebody else must do this."),
}
