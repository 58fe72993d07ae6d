"""Sentences for what wishes, sites, programmes and service points refuse."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, LazyString] = {
    # who and whether at all
    "child-open-wish": _l("This child has an open wish already. Keep a draft: a reviewer may lift the limit."),
    "household-open-wishes": _l("This family has three open wishes. Keep a draft: a reviewer may lift the limit."),
    "child-year": _l("With this wish the child would pass 1,000 yuan this year. A reviewer may lift the limit."),
    "consent-missing": _l("The person has not agreed (any more) that needs are published. Record the consent first."),
    "consent-missing-detail": _l("The person has not agreed that this is shown. Leave it out, or record the consent."),
    "household-not-verified": _l("The township has not verified this family yet. Verify it first."),
    "household-out-of-hardship": _l(
        "This family is out of hardship. If it fell back, the township records that first."
    ),
    "not-a-child": _l("This person is 18 or older: post the need for the family."),
    "poster-reviews": _l("You posted this wish: somebody else reviews it."),
    "second-reviewer-is-first": _l("You agreed to this wish already: the second reviewer is somebody else."),
    # the need
    "category-unknown": _l("Please choose what kind of thing it is."),
    "category-of-other-kind": _l("This thing belongs to another kind of help."),
    "category-not-for-them": _l("Such a thing is not asked for by these people."),
    "unit-unknown": _l("Please choose what it is counted in."),
    "unit-not-of-kind": _l("This kind of help is not counted in this unit."),
    "units-out-of-range": _l("Please give a number from %(least)s to %(most)s."),
    "price-out-of-range": _l("This price cannot be right."),
    "share-size": _l("A share is 10, 20, 50 or 100 yuan."),
    "size-missing": _l("A giver needs the size to choose well."),
    "size-unknown": _l("This size does not fit the thing."),
    "sex-unknown": _l("Only a child's wish may say boy or girl."),
    "interest-unknown": _l("Please choose an interest from the list."),
    "reason-unknown": _l("Please choose a reason from the list."),
    "season-over": _l("The day until which it is needed is over."),
    "money-shape": _l("Please write an amount in yuan, like 120 or 12.50."),
    "money-too-much": _l("This amount is too large."),
    # words and pictures
    "title-too-short": _l("Please say in a few words what is needed."),
    "text-too-long": _l("This is too long: at most %(most)s characters."),
    "text-tells-who": _l("These words tell a name, village, township or school. Please leave it out."),
    "text-tells-size": _l(
        "A child's size may not stand in these words, which everybody can read and search. It has a field of its own."
    ),
    "forbidden-medicine": _l("Medicine is not asked for here. Illness is referred to medical assistance."),
    "forbidden-formula": _l("Infant formula cannot be sent by post safely and is not asked for here."),
    "forbidden-home-cooked": _l("Home-cooked food cannot be sent safely and is not asked for here."),
    "forbidden-alcohol": _l("Alcohol is not asked for here."),
    "forbidden-dangerous": _l("Tobacco, fireworks, fuel, poison, weapons and lottery tickets are not given here."),
    "forbidden-used-clothes": _l("Only new things are given here, no used clothes."),
    "forbidden-cash": _l("Nobody may ask for cash or transfers here."),
    "forbidden-cards": _l("Cards and vouchers are not asked for here."),
    "contact-phone": _l("No phone number may stand here."),
    "contact-chat": _l("No chat account may stand here."),
    "contact-link": _l("No link or code to scan may stand here."),
    "contact-email": _l("No e-mail address may stand here."),
    "contact-bank-account": _l("No bank account may stand here."),
    "contact-id-number": _l("No ID number may stand here."),
    "contact-asked": _l("Nobody may ask to be contacted here."),
    "basis-run-out": _l("All documents of the legal basis of %(programme)s have run out. Ask the county office."),
    "basis-of-no-kind": _l(
        "None of the documents recorded for %(programme)s is its legal basis. Goods and money need the "
        "public-fundraising certificate or the filing of the campaign; hours and produce may stand on an authority's "
        "approval, too."
    ),
    "basis-without-document": _l(
        "No document of the legal basis of %(programme)s is recorded: its certificate or filing, with a copy. Until "
        "the county office has put one on file, nothing is published under it."
    ),
    "basis-without-file": _l(
        "Documents of the legal basis of %(programme)s are recorded, but no copy of one that still holds is on file. "
        "Until the county office has put one there, nothing is published under it."
    ),
    "file-empty": _l("This file is empty."),
    "copy-too-large": _l("This file is larger than %(megabytes)s megabytes."),
    "copy-neither": _l("This is neither a PDF nor a picture (JPEG, PNG, WebP)."),
    "copy-cut-off": _l("This PDF is cut off. Please save it again."),
    "copy-not-plain": _l(
        "This PDF carries programs or other files. Please print it into a plain one, or photograph it."
    ),
    "copy-known": _l("This very copy is on file already."),
    "copy-replaced": _l("Another copy took its place meanwhile. Look at the list."),
    "too-many-copies": _l("A document has at most %(most)s pages on file."),
    "document-unknown": _l("Please choose which document it is."),
    "platform-without-link": _l(
        "This programme gives no link to the designated platform. Open a programme that does, and record it there."
    ),
    "document-incomplete": _l("Please fill in number and issuer."),
    "document-in-past": _l("This day is past already."),
    "document-ended": _l("The document no longer counts."),
    "same-wish-in-family": _l(
        "The same family asks for the same thing on another list. Look at both, and say why both stand."
    ),
    "photo-taken-down": _l("A reported concern took this picture out of sight. Send the wish back for another one."),
    "photo-shows-code": _l(
        "This picture shows a QR code or bar code. Codes lead to payments or contacts and may not be shown; please "
        "take the picture without it, or cover it."
    ),
    "photo-used-before": _l("Another wish shows this picture. Ask for a new one, or say why it may be used again."),
    # review
    "checklist-open": _l("Please check every point of the list before you agree."),
    "reason-missing": _l("Please say why."),
    "note-missing": _l("“Another reason” needs a few words."),
    "no-legal-basis": _l("No running programme covers this region and kind today. Without one nothing is published."),
    "legal-basis-missing": _l("The legal basis is not complete."),
    "wanted-not-lower": _l("This is not fewer than now: at most %(most)s."),
    "wanted-below-committed": _l("%(least)s units are taken already; fewer cannot be asked for."),
    "nothing-to-reopen": _l("All units are confirmed: there is nothing to ask for."),
    "nothing-chosen": _l("Please tick at least one wish."),
    "too-many-chosen": _l("Please choose at most %(most)s at once."),
    # where parcels go
    "point-missing": _l("Please choose the service point for the parcel."),
    "point-unknown": _l("This service point does not exist."),
    "point-closed": _l("This service point is closed."),
    "point-in-other-county": _l("This service point lies in another county."),
    "point-of-village-for-child": _l("A village point would tell where the child lives. Choose a township point."),
    "point-school-too-small": _l("This school is too small to hide which school the child goes to."),
    "point-school-not-agreed": _l("The guardian has not agreed to the school's point."),
    "point-has-parcels": _l("Gifts are on their way to this point. Close it when they have arrived."),
    "point-has-wishes": _l("Open wishes name this point. Change them first."),
    "keeper-not-volunteer": _l("The keeper needs the role of a volunteer for this place."),
    "postcode-shape": _l("A postcode has six digits."),
    "township-needed": _l("Please choose a township or village."),
    "field-needed": _l("Please fill this in."),
    "number-out-of-range": _l("This number cannot be right."),
    # sites and programmes
    "site-kind": _l("Please choose a school or a village."),
    "site-has-open-wishes": _l("It still has open wishes."),
    "code-shape": _l("Please use 2 to 24 capital letters, digits and hyphens."),
    "code-taken": _l("Another programme has this code."),
    "ends-before-start": _l("The last day lies before the first, or is over."),
    "link-shape": _l("A link begins with https://"),
    "closed-already": _l("This is closed already."),
    # the wall
    "kind-unknown": _l("There is no such kind of help."),
    "price-band-unknown": _l("There is no such price band."),
    "limit-out-of-range": _l("A page has at most %(most)s entries."),
}
