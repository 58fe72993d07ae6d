"""Notices about claims, parcels, confirmations, the waiting list and cases."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "due-plan": (
        _l("Choose how your gift travels: %(title)s"),
        _l("Please choose by %(until)s how the goods will travel. After that the units become free for others."),
    ),
    "due-send": (
        _l("Post your gift: %(title)s"),
        _l(
            "Please post it and enter the tracking number by %(until)s. You can ask once for seven more days. After "
            "that the units become free for others."
        ),
    ),
    "due-hand-over": (
        _l("To hand over: %(title)s"),
        _l("A parcel lies at the service point. Please hand it over by %(until)s."),
    ),
    "due-acknowledge": (
        _l("To be confirmed by the family: %(title)s"),
        _l("Please let the family confirm by %(until)s that it has it: by a code of its card, or by a slip."),
    ),
    "due-call-back": (
        _l("To call back: %(title)s"),
        _l("The family has not confirmed yet. Please call back by %(until)s."),
    ),
    "due-ruling": (_l("A case waits for a ruling"), _l("Please rule the case %(case)s by %(until)s.")),
    "due-offer": (
        _l("Kept for you: %(title)s"),
        _l("Kept for you until %(until)s (units: %(units)s). Accept or decline under “My claims”."),
    ),
    "offer-expired": (
        _l("No longer kept for you: %(title)s"),
        _l("The units that were kept for you went to the next who waits."),
    ),
    "parcel-on-its-way": (
        _l("A parcel is on its way to you"),
        _l("The parcel with the code %(parcel)s (units: %(units)s) is on its way to your service point."),
    ),
    "pledge-received": (
        _l("Your gift has arrived at the service point: %(title)s"),
        _l("It has arrived (units: %(units)s) and will be handed over to the family."),
    ),
    "pledge-handed-over": (
        _l("Your gift was handed over: %(title)s"),
        _l("It was handed over (units: %(units)s). Now the family confirms it."),
    ),
    "pledge-confirmed": (
        _l("The wish has come true: %(title)s"),
        _l("Several sides have confirmed your gift (units: %(units)s). Thank you!"),
    ),
    "pledge-returned": (
        _l("Your gift goes back: %(title)s"),
        _l("The service point has sent your gift back. “My claims” tells why. The units are free again."),
    ),
    "pledge-undone": (
        _l("A mistake was corrected: %(title)s"),
        _l("The service point has corrected a mistaken entry about your gift (units: %(units)s)."),
    ),
    "feedback-thanks": (
        _l("A word from the service point: %(title)s"),
        _l("It has arrived, thank you."),
    ),
    "feedback-fits-well": (_l("A word from the service point: %(title)s"), _l("It fits well.")),
    "feedback-in-use": (_l("A word from the service point: %(title)s"), _l("It is used every day.")),
    "feedback-happy": (_l("A word from the service point: %(title)s"), _l("There was great joy.")),
    "pledge-trace": (
        _l("Not arrived for 15 days: %(title)s"),
        _l("Please ask the courier where your parcel is. If it is lost, say so under “My claims”."),
    ),
    "pledge-lapsed": (
        _l("Ran out of time: %(title)s"),
        _l("The time was over, and the units (%(units)s) are free for others. You are welcome to claim again."),
    ),
    "pledge-lapsed-unsettled": (
        _l("Ran out of time, to be checked: %(title)s"),
        _l("No transfer was reported in time. An auditor finds out whether anything was sent."),
    ),
    "pledge-released": (
        _l("Released: %(title)s"),
        _l("It does not go on, for no reason of yours. The units (%(units)s) are free again; this is no lapse."),
    ),
    "pledge-disputed": (
        _l("Somebody says something is wrong: %(title)s"),
        _l("An auditor looks into it and rules within 15 working days. All deadlines stand still meanwhile."),
    ),
    "waiting-ended": (
        _l("The waiting list has ended: %(title)s"),
        _l("The wish takes no more givers, so your place in its waiting list has ended. Similar wishes still wait."),
    ),
    "concern-reported": (
        _l("A concern was reported"),
        _l(
            "Somebody reported what stands in your region. Look at it at once, and take it out of sight if it may harm."
        ),
    ),
    "posted-taken-down": (
        _l("What you posted is out of sight for now"),
        _l(
            "A concern about it is looked into, so nobody sees it meanwhile (things: %(count)s). “Wishes I posted” "
            "shows which. Gifts on their way go on. You need do nothing; you are told when it is seen again."
        ),
    ),
    "posted-given-back": (
        _l("What you posted is in sight again"),
        _l(
            "The concern %(case)s keeps it out of sight no longer (things: %(count)s). What still waits for a consent "
            "stays hidden until it is given."
        ),
    ),
    "page-taken-down": (
        _l("Your public page is out of sight for now"),
        _l(
            "Because of the concern %(case)s, a page or line that your organisation or list shows in public is seen by "
            "nobody while it is looked into. Gifts on their way go on. You are told when it is seen again."
        ),
    ),
    "page-given-back": (
        _l("Your public page is in sight again"),
        _l("The concern %(case)s keeps what your organisation or list shows in public out of sight no longer."),
    ),
    "concern-unfounded": (
        _l("Not founded, and still out of sight"),
        _l(
            "The concern %(case)s is not founded, but what it was about is still out of sight and keeps its place. "
            "Please look at it, and bring it back if nothing else speaks against it."
        ),
    ),
    "name-taken-down": (
        _l("A name you chose is shown no more"),
        _l(
            "Because of the concern %(case)s the names you chose are shown nowhere any more. What you gave counts as "
            "before, without a name. Choose another name, or say why you disagree: both under My names."
        ),
    ),
    "name-given-back": (
        _l("Your name is shown again"),
        _l("The concern %(case)s is not founded: the names you chose are shown again."),
    ),
    "concern-left-alone": (
        _l("Nobody looks into a concern"),
        _l("Nobody has begun to look into the concern %(case)s within 24 hours. Please see to it now."),
    ),
    "case-ruled": (
        _l("There is a ruling"),
        _l("The case %(case)s was ruled. You can read the grounds there, and appeal once within 10 working days."),
    ),
    "case-overdue": (
        _l("A ruling is overdue"),
        _l("The case %(case)s of the level below was not ruled in time."),
    ),
    "pledge-overdue": (
        _l("Overdue: %(title)s"),
        _l("Somebody in your township should have acted. Please see to it."),
    ),
    "pledge-in-county-pool": (
        _l("County pool: %(title)s"),
        _l("Nobody in the township may confirm this. It is now open to every reviewer of the county."),
    ),
    "desk-has-acts": (
        _l("Parcels without a volunteer"),
        _l("A volunteer's term has ended, or nothing was heard for 7 days. %(count)s open acts are on your desk now."),
    ),
    "receipt-code": (
        _l("Code for the gift: %(code)s"),
        _l("Code for the gift: %(code)s. Tell it only to the volunteer who hands the gift over. It costs nothing."),
    ),
}

# Where staff find it; a giver's notices lead to the pledge's own page.
PATHS: dict[str, str] = {
    "due-hand-over": "/desk/parcels/%(pledge)s",
    "due-acknowledge": "/desk/parcels/%(pledge)s",
    "due-call-back": "/confirmations/%(pledge)s",
    "due-ruling": "/audit/cases/%(case)s",
    "due-offer": "/offers/%(offer)s",
    "parcel-on-its-way": "/desk/parcels/%(pledge)s",
    "pledge-overdue": "/desk/parcels/%(pledge)s",
    "pledge-in-county-pool": "/confirmations/%(pledge)s",
    "case-overdue": "/audit/cases/%(case)s",
    "name-taken-down": "/account/names",
    "name-given-back": "/account/names",
    "concern-reported": "/audit/cases/%(case)s",
    "posted-taken-down": "/desk/wishes",
    "posted-given-back": "/desk/wishes",
    "concern-unfounded": "/audit/cases/%(case)s",
    "concern-left-alone": "/audit/cases/%(case)s",
    "desk-has-acts": "/desk/parcels",
}
