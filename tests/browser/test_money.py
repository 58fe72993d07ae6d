"""A gift of money the whole way: an organisation is verified, a need posted, money transferred, paid, called back."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.kinds import Kind
from charity.models.organisations import Organisation
from charity.models.pledges import Pledge
from tests.browser import world
from tests.browser.conftest import alternately
from tests.browser.eyes import Eyes
from tests.kit import charities as c
from tests.kit import village as v
from tests.kit.browser import DESKTOP
from tests.kit.payees import let_pay
from tests.kit.village import Village

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
NAME, TITLE, DOCUMENT = "云桥同心慈善基金会", "一学期住宿费", "PZ20261122000777"


def newest(column: object) -> str:
    """Give the newest reference of a table."""
    end_reading()
    found = reading().scalars(select(column).limit(1)).one()  # type: ignore[call-overload]
    end_reading()
    return str(found)


def register(eyes: Eyes) -> None:
    """Register the foundation, as whoever answers for it."""
    eyes.go("/organisations").reads("No organisation yet").follow("Register an organisation")
    eyes.fill(name=NAME, number=c.number(5), kind="foundation", contact=c.CONTACT, phone=c.PHONE)
    eyes.fill(email="fund@charity.example.org", bank_holder=NAME, bank_name=c.BANK_NAME, bank_number="12")
    eyes.press("Hand in", status=422).reads("An account number has between 8 and 30 digits.")
    eyes.fill(bank_number=c.BANK_NUMBER).press("Hand in").reads("Waiting to be checked")


def verify(eyes: Eyes) -> None:
    """Look at the application, and let the foundation receive money."""
    eyes.menu("Administration").follow("Organisations").follow(NAME)
    eyes.reads(c.CONTACT).fill(is_checked=True, takes_money=True).press("Verify").reads("The organisation is verified.")


def ask(eyes: Eyes, village: Village) -> None:
    """Post a wish for money of the family."""
    eyes.menu("Wishes I posted").go("/desk/wishes/new/money")
    eyes.to(f"main a[href='/desk/wishes/new/money/household/{village.family.ref}']")
    eyes.fill(category="living-costs", title=TITLE, reason_code="lacks-daily-things", share="20", wanted=10)
    organisation = newest(Organisation.ref)
    eyes.fill(receiver=organisation).press("Hand in for review").reads("The wish was handed in for review.")


def agree(eyes: Eyes) -> str:
    """Check the wish and publish it; gives its reference."""
    wish = world.newest_wish()
    eyes.go(f"/reviews/wishes/{wish}").reads(NAME)
    for tick in eyes.page.locator("[name=checks]").all():
        tick.check()
    eyes.press("I have checked everything and agree")
    return wish


def test_money_goes_straight_to_the_organisation_and_on_to_the_family(
    enter: Callable[..., Eyes], scripts: bool
) -> None:
    village = world.build()
    with transaction() as tx:
        v.add_programme(tx, code="COSTS", kind=Kind.MONEY)
        person = v.add_person(tx)
    officer = enter("officer", by=person, **alternately(zh=not scripts))
    register(officer)
    verify(enter("administrator", size=DESKTOP, by=village.administrator))
    ask(enter("volunteer", by=village.volunteer), village)
    reviewer = enter("reviewer", size=DESKTOP, by=village.reviewer)
    wish = agree(reviewer)
    donor = enter("donor", by=village.donor)
    donor.go("/wishes?kind=money").to(f"main a[href='/wishes/{wish}']").reads(NAME)
    donor.follow("I make it come true").reads("This platform never touches money.")
    donor.fill(units=3).press("Claim")
    pledge = newest(Pledge.ref)
    donor.press("Show where to transfer").reads(c.BANK_NUMBER)
    donor.press("I have transferred it").reads("Transferred, to arrive")
    officer.menu("Inbox")
    organisation = newest(Organisation.ref)
    officer.menu("My organisations").follow("Desk of the organisation").follow("Gifts of money")
    officer.to(f"main a[href='/organisations/{organisation}/money/{pledge}']").press("Confirm the arrival")
    let_pay(person, pledge)
    officer.to(f"main a[href='/organisations/{organisation}/money/{pledge}']")
    officer.fill(document=DOCUMENT).press("Confirm the payment")
    reviewer.menu("Confirmations").to(f"main a[href='/confirmations/{pledge}']").reads(DOCUMENT)
    reviewer.fill(basis="call-back").press("Confirm")
    donor.go(f"/pledges/{pledge}", state="confirmed").reads("Wish come true (confirmed by several sides)")
    visitor = enter("visitor").go(f"/wishes/{wish}").go(f"/organisations/{organisation}")
    for secret in (DOCUMENT, c.BANK_NUMBER, c.CONTACT):
        assert secret not in visitor.text()
    officer.go("/organisations/mine").press("Act in its name").menu("My claims")
    officer.go("/organisations/acting").press("Act as yourself again")
