"""Hours with a child and produce of a village, each from the volunteer's form to the family's word."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.models.pledges import Pledge
from charity.services.wishes import review
from tests.browser import world
from tests.browser.eyes import Eyes
from tests.kit import harvest, hours
from tests.kit import village as v
from tests.kit.browser import DESKTOP

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
Enter = Callable[..., Eyes]


def newest_pledge() -> str:
    end_reading()
    return reading().scalars(select(Pledge.ref).order_by(Pledge.id.desc()).limit(1)).one()


def test_hours_with_a_child(enter: Enter) -> None:
    village = world.build()
    school = hours.add_school(village)
    wish = ask_for_hours(enter("volunteer", by=village.volunteer), village, school.point)
    donor = enter("donor", by=village.donor)
    donor.go(f"/wishes/{wish}").reads("With children").follow("I make it come true")
    donor.fill(units="2", display="nickname").press("Claim", status=403)
    vet(enter("administrator", by=village.administrator, size=DESKTOP), hours.email_of(village.donor))
    hours.backdate()  # a vetting counts from the day after it was put on record
    donor.go(f"/wishes/{wish}/claim").fill(units="2", display="nickname").press("Claim")
    pledge = donor.path.rsplit("/", 1)[1]
    donor.follow("Agree on a day").fill(day=hours.today().isoformat()).press("Agree on a day")
    donor.press("See where you meet").reads(
        "You meet at this place only, never at a home. Bring your identity card: the keeper looks at it."
    )
    assert "人民路" in donor.text()
    donor.go(f"/pledges/{pledge}", state="planned").follow("Log the hours").fill(hours="9").press(
        "Log the hours", status=422
    )
    donor.fill(hours="2").press("Log the hours")
    keeper = enter("keeper", by=school.keeper)
    keeper.menu("Parcels").reads("Hours to attest").go(f"/desk/parcels/{pledge}", state="hours")
    assert hours.REAL_NAME in keeper.text()
    keeper.follow("Attest the hours").fill(second_adult="").press("Attest", status=422)
    keeper.fill(second_adult=hours.TEACHER).press("Attest")
    reviewer = enter("reviewer", by=village.reviewer, size=DESKTOP)
    reviewer.go(f"/confirmations/{pledge}", state="hours").fill(basis="call-back").press("Confirm")
    world.settle_book()
    donor.go(f"/pledges/{pledge}", state="hours confirmed")
    assert hours.TEACHER not in donor.text()
    donor.go("/boards?metric=hours")


def ask_for_hours(eyes: Eyes, village: v.Village, point: str) -> str:
    """Ask for hours with a child, and have a reviewer agree."""
    eyes.menu("Wishes I posted").follow("Post a wish").follow("Volunteer service")
    eyes.to(f"main a[href$='/child/{village.family.child_ref}']")
    first, last = hours.today(), hours.today() + timedelta(days=60)
    eyes.fill(subject="maths", title="数学辅导四小时", reason_code="learns-better", wanted="4", point_ref=point)
    eyes.fill(first_on=first.isoformat(), last_on=last.isoformat(), second_adult="")
    eyes.press("Hand in for review", status=422).fill(second_adult=hours.TEACHER).press("Hand in for review")
    ref = world.newest_wish()
    review.approve(village.reviewer, ref, checks=v.CHECKS)
    return ref


def vet(eyes: Eyes, login: str) -> None:
    """Put a vetting on record."""
    eyes.go("/admin/vetting").follow("Record a vetting")
    eyes.fill(login=login, real_name=hours.REAL_NAME, proof="no-criminal-record")
    eyes.fill(until=(hours.today() + timedelta(days=300)).isoformat()).press("Record a vetting")
    assert hours.REAL_NAME in eyes.text()


def test_produce_of_a_village(enter: Enter) -> None:
    village = world.build()
    homes = harvest.add_families(village, 1)
    seller = enter("volunteer", by=village.volunteer)
    batch = list_batch(seller, homes)
    for wish in harvest.wishes_of(batch):
        review.approve(village.reviewer, wish, checks=v.CHECKS)
    donor = enter("donor", by=village.donor)
    donor.go(f"/wishes/{wish}", state="produce").follow("The whole batch").reads("not told for so few families")
    donor.go(f"/wishes/{wish}/claim").fill(units="3", display="nickname").press("Claim")
    pledge = newest_pledge()
    donor.follow("Reserve it").fill(recipient="", phone="1", address="").press("Reserve it", status=422)
    donor.fill(recipient=harvest.BUYER_NAME, phone=harvest.BUYER_PHONE, address=harvest.BUYER_ADDRESS).press(
        "Reserve it"
    )
    seller.menu("Produce of the village").to(f"main a[href='/desk/produce/{batch}']")
    assert harvest.BUYER_ADDRESS not in seller.text()
    seller.to(f"main a[href='/desk/orders/{pledge}']").press("See where to ship it")
    assert harvest.BUYER_ADDRESS in seller.text()
    seller.follow("It is shipped").fill(courier="sf", tracking="SF1234567890123", income="80").press("Ship it")
    donor.go(f"/pledges/{pledge}", state="shipped").press("It has come")
    reviewer = enter("reviewer", by=village.reviewer, size=DESKTOP)
    reviewer.go(f"/confirmations/{pledge}", state="produce").fill(basis="call-back").press("Confirm", status=422)
    reviewer.fill(basis="call-back", income="85").press("Confirm")
    world.settle_book()
    seller.go(f"/desk/orders/{pledge}", state="done").go(f"/desk/produce/{batch}", state="done")
    assert harvest.BUYER_ADDRESS not in seller.text()
    assert "85" in seller.text()
    donor.go(f"/pledges/{pledge}", state="produce confirmed").go("/boards?metric=purchases")


def list_batch(eyes: Eyes, homes: list[str]) -> str:
    """List walnuts of two families."""
    today = hours.today()
    eyes.menu("Produce of the village").follow("List a batch")
    eyes.fill(
        product="walnuts", title="今秋核桃", details="带壳", unit_label="kilogram", unit_fen="30", shipping="buyer"
    )
    eyes.fill(first_on=today.isoformat(), last_on=(today + timedelta(days=30)).isoformat())
    eyes.press("Hand in for review", status=422)
    for home in homes:
        eyes.page.fill(f"#quantity-{home}", "20")
    eyes.press("Hand in for review")
    return eyes.path.rsplit("/", 1)[1]
