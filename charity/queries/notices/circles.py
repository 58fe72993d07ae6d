"""Notices about circles: seats, months, letters, another term, and what the township must look at."""

from flask_babel import lazy_gettext as _l

from charity.queries.notices import Words

NOTICES: dict[str, Words] = {
    "circle-to-review": (
        _l("A circle waits for your review: %(alias)s"),
        _l("Somebody proposed a circle of donors for this family. Please look at its monthly gift first."),
    ),
    "circle-opened": (
        _l("The circle of %(alias)s is open"),
        _l("The township agreed to the circle you proposed. Donors can join it now."),
    ),
    "circle-rejected": (
        _l("The circle of %(alias)s was not accepted"),
        _l("The township did not agree to the circle you proposed."),
    ),
    "circle-started": (
        _l("The circle of %(alias)s begins"),
        _l("Enough donors are together. The first month begins with the next first day of a month; we will tell you."),
    ),
    "circle-letter-month": (
        _l("This month's letter to %(alias)s"),
        _l("A new month has begun. Please write your letter; a reviewer reads it before the family does."),
    ),
    "circle-month-limit": (
        _l("A month without a gift in the circle of %(alias)s"),
        _l("A donor has reached the yearly limit with this family, so no gift was asked of him this month."),
    ),
    "circle-month-limit-donor": (
        _l("No gift this month for %(alias)s"),
        _l("You have reached the yearly limit with this family. Thank you: nothing is asked of you this month."),
    ),
    "circle-month-unvetted": (
        _l("A month without hours in the circle of %(alias)s"),
        _l("For a donor of these hours with children no vetting stands now, so nothing was asked of him this month."),
    ),
    "circle-month-unvetted-donor": (
        _l("No hours this month for %(alias)s"),
        _l("No record of vetting stands for you now, so nothing is asked of you this month. Please renew it."),
    ),
    "circle-month-stuck": (
        _l("The month of %(alias)s's circle cannot open"),
        _l(
            "A programme with its papers, a service point, a volunteer who ships, or for hours with children a consent "
            "is missing. Please see to it, or tell the county."
        ),
    ),
    "circle-consent-ended": (
        _l("The circle of %(alias)s is out of sight"),
        _l("The family's consent to a circle has ended or was withdrawn. No month opens until it agrees again."),
    ),
    "circle-at-risk": (
        _l("The circle of %(alias)s is at risk"),
        _l("A donor has missed two months. Please look at the circles at risk on your desk."),
    ),
    "circle-member-leaves": (
        _l("A donor leaves the circle of %(alias)s"),
        _l("He stays until his notice is over. The seat goes to the waiting list first."),
    ),
    "circle-renewal": (
        _l("Will you go on with %(alias)s?"),
        _l("The term of your circle ends within 60 days. Please say whether you keep your seat for another term."),
    ),
    "circle-renewal-family": (
        _l("Ask %(alias)s about another term"),
        _l("The term of the circle ends within 60 days. Please ask the family and record what it says."),
    ),
    "circle-renewal-review": (
        _l("Another term for the circle of %(alias)s?"),
        _l("Its term ends within 60 days. Please look at its monthly gift again, so that it can go on."),
    ),
    "circle-renewed": (
        _l("The circle of %(alias)s goes on"),
        _l("Both sides said yes: another term has begun. Thank you."),
    ),
    "circle-letter-to-review": (
        _l("A letter waits for your review"),
        _l("A letter in the circle of %(alias)s waits. Nobody sees it before you have read it."),
    ),
    "circle-letter": (
        _l("A letter from %(alias)s"),
        _l("A letter of the family has passed the review. You find it in the room of your circle."),
    ),
    "circle-letter-to-family": (
        _l("A letter for %(alias)s"),
        _l("A donor's letter has passed the review. Please bring it to the family or read it out."),
    ),
    "circle-letter-brought": (
        _l("Your letter has reached %(alias)s"),
        _l("The volunteer brought your letter to the family on %(day)s."),
    ),
    "circle-letter-returned": (
        _l("Please change your letter: %(alias)s"),
        _l(
            "A reviewer gave your letter back. Please write it without names, places, contacts or money. "
            "A donor's letter written anew within 7 days still counts for its month."
        ),
    ),
    "seat-offered": (
        _l("A seat is kept for you: %(alias)s"),
        _l("Until %(until)s a seat in this circle is kept for you. Accept or decline it; declining costs nothing."),
    ),
    "seat-offer-expired": (
        _l("No longer kept for you: a seat with %(alias)s"),
        _l("The seat that was kept for you went to the next who waits."),
    ),
    "seat-offer-withdrawn": (
        _l("No seat with %(alias)s can be taken just now"),
        _l("The seat kept for you was taken back. It costs you nothing, and whoever waited keeps his place."),
    ),
    "seat-ended": (
        _l("Your seat with %(alias)s has ended"),
        _l("Thank you for your company. What you have given stays in your list, and gifts on their way still arrive."),
    ),
    "circle-family-out": (
        _l("%(alias)s is out of hardship"),
        _l("The township has recorded it, and your circle ends. Thank you. Gifts on their way still arrive."),
    ),
    "seat-waiting-ended": (
        _l("The circle of %(alias)s has ended"),
        _l("You waited for a seat. The circle takes nobody any more; other families look for company."),
    ),
}

PATHS: dict[str, str] = {
    **dict.fromkeys(NOTICES, "/circles/%(circle)s/room"),
    "circle-to-review": "/reviews/circles/%(circle)s",
    "circle-renewal-review": "/reviews/circles/%(circle)s",
    "circle-renewal-family": "/circles/%(circle)s/family",
    "circle-at-risk": "/reviews/circles",
    "circle-letter-to-review": "/reviews/circles",
    "seat-offered": "/circles/%(circle)s/seat",
    "seat-offer-expired": "/circles/%(circle)s",
    "seat-offer-withdrawn": "/seats",
    "seat-ended": "/seats",
    "circle-family-out": "/seats",
    "seat-waiting-ended": "/circles",
}
