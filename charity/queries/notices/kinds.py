"""Notices about hours and about produce, where they read otherwise than for goods."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "due-plan-service": (
        _l("Agree on a day: %(title)s"),
        _l("Please choose by %(until)s on which day you give the hours. After that the units become free for others."),
    ),
    "due-send-service": (
        _l("Log your hours: %(title)s"),
        _l("Please log the hours you gave by %(until)s. After that the units become free for others."),
    ),
    "due-attest": (
        _l("Hours to attest: %(title)s"),
        _l("Please attest by %(until)s that the hours were given. After that the township does."),
    ),
    "due-acknowledge-service": (
        _l("Hours to be confirmed: %(title)s"),
        _l("Please let the family or the school confirm by %(until)s that the hours were given: by a code or a slip."),
    ),
    "service-agreed": (
        _l("A day is agreed: %(title)s"),
        _l("A volunteer comes on %(day)s (hours: %(units)s). Please see to the room and to whoever must be there."),
    ),
    "service-called-off": (
        _l("It does not take place: %(title)s"),
        _l("The volunteer who was to come on %(day)s does not come (hours: %(units)s). Nothing need be made ready."),
    ),
    "produce-called-off": (
        _l("A reservation has ended: %(title)s"),
        _l("A purchase that was reserved was cancelled (units: %(units)s). Please do not ship it."),
    ),
    "service-to-attest": (
        _l("Hours were given: %(title)s"),
        _l("The giver has logged the hours of %(day)s (hours: %(units)s). Please attest them within 7 days."),
    ),
    "service-attested": (
        _l("Your hours are attested: %(title)s"),
        _l("Your hours (%(units)s) were attested. Now the family or the school confirms them."),
    ),
    "service-returned": (
        _l("Your hours were not attested: %(title)s"),
        _l("The service point says that the hours were not given as agreed. “My claims” tells why."),
    ),
    "due-plan-produce": (
        _l("Reserve it: %(title)s"),
        _l("Please reserve it and say by %(until)s where it goes. After that the units become free for others."),
    ),
    "due-send-produce": (
        _l("To ship: %(title)s"),
        _l("Please ship it by %(until)s, when the harvest is over. After that it is released and listed as overdue."),
    ),
    "due-buyer-receipt": (
        _l("Has it come? %(title)s"),
        _l("Please say by %(until)s whether it has come. After that it is taken as received."),
    ),
    "due-acknowledge-produce": (
        _l("Income to be confirmed: %(title)s"),
        _l("Please let the family confirm by %(until)s what it has earned: by a code of its card, or by a slip."),
    ),
    "produce-reserved": (
        _l("Reserved: %(title)s"),
        _l("A buyer has reserved (units: %(units)s). Please ship it by %(until)s."),
    ),
    "produce-released": (
        _l("Released: %(title)s"),
        _l("The seller's side could not deliver. The units (%(units)s) are free again; this is no lapse of yours."),
    ),
    "produce-shipped": (
        _l("It is on its way to you: %(title)s"),
        _l("The seller's side has shipped it (units: %(units)s). Please say when it has come."),
    ),
    "produce-came": (
        _l("The buyer has it: %(title)s"),
        _l("It has come (units: %(units)s). Now the family confirms what it has earned."),
    ),
    "produce-returned": (
        _l("The buyer sends it back: %(title)s"),
        _l("The buyer has sent it back (units: %(units)s). Please settle it with the buyer."),
    ),
    "produce-late": (
        _l("Not shipped in time: %(title)s"),
        _l("The harvest ended before it was shipped (units: %(units)s). It was released and is listed as overdue."),
    ),
    "vetted": (
        _l("You may serve children until %(day)s"),
        _l("It is on record that you were vetted. Until %(day)s you can claim wishes for hours with children."),
    ),
    "vetting-revoked": (
        _l("Your vetting has ended"),
        _l("The record that you were vetted has ended. You cannot claim hours with children until it is made anew."),
    ),
}
PATHS: dict[str, str] = {
    "due-attest": "/desk/parcels/%(pledge)s",
    "due-acknowledge-service": "/desk/parcels/%(pledge)s",
    "service-agreed": "/desk/parcels/%(pledge)s",
    "service-called-off": "/desk/parcels",
    "produce-called-off": "/desk/orders/%(pledge)s",
    "service-to-attest": "/desk/parcels/%(pledge)s",
    "due-send-produce": "/desk/orders/%(pledge)s",
    "due-acknowledge-produce": "/desk/parcels/%(pledge)s",
    "produce-reserved": "/desk/orders/%(pledge)s",
    "produce-released": "/pledges/%(pledge)s",
    "produce-came": "/desk/orders/%(pledge)s",
    "produce-returned": "/desk/orders/%(pledge)s",
    "produce-late": "/desk/orders/%(pledge)s",
    "vetted": "/wishes",
    "vetting-revoked": "/account",
}
