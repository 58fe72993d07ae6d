"""A donor finds a circle, takes a seat, writes and leaves; a volunteer proposes one and brings the family's word."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import update

from charity.adapters.clock import now
from charity.adapters.db import transaction
from charity.domain.calendar import day_of
from charity.domain.circles import first_of, plus_months
from charity.domain.kinds import Kind
from charity.models.circles import Circle
from charity.services.circles import seats
from tests.browser.conftest import alternately
from tests.browser.eyes import Eyes
from tests.kit import hours as h
from tests.kit import ring as r
from tests.kit import village as v

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
TEXT = "天气冷了,请多保重。我们一切都好。"


def begun(ref: str) -> None:
    """Let a circle that has just started be in its first month already."""
    _shift(ref, starts_on=first_of(day_of(now())))


def near_its_end(ref: str) -> None:
    """Let a circle of three months be in its last one, when everybody is asked whether it goes on."""
    begun(ref)
    _shift(ref, ends_on=plus_months(first_of(day_of(now())), 1))


def past_its_end(ref: str) -> None:
    """Let the day after a circle's last one come."""
    _shift(ref, ends_on=day_of(now()))


def _shift(ref: str, **days: date) -> None:
    with transaction() as tx:
        tx.session.execute(update(Circle).where(Circle.ref == ref).values(**days))
    r.turn()


def test_a_donor_takes_a_seat_writes_and_leaves(enter: Callable[..., Eyes]) -> None:
    at = r.ground(3)
    ref = r.formed(at, promise=r.LETTERS)
    seats.join(at.donors[1], ref)
    eyes = enter("donor", by=at.donors[0])
    eyes.menu("My circles").follow("Circles that look for donors").to(f"main a[href='/circles/{ref}']")
    eyes.reads("How a circle works").follow("Take a seat").fill(display="anonymous").press("Take the seat")
    eyes.reads("The seat is yours. Thank you! You are told when the first month begins.")
    begun(ref)
    eyes.menu("My circles").reads("under way").follow("Write a letter")
    eyes.fill(text="请打我电话13812345678").press("Hand the letter in", status=422)
    eyes.fill(text=TEXT).press("Hand the letter in").reads("waits for the reviewer")
    eyes.follow("Leave the circle").reads("You need not say why, and it is no lapse.").press("Give notice")
    eyes.reads("Your notice is written down. Thank you for your company.")
    assert r.seat_of(ref, at.donors[0]).state == "leaving"
    assert (r.circle(ref).ends_on or day_of(now())) > day_of(now())


def test_a_volunteer_proposes_a_circle_and_says_what_the_family_says(enter: Callable[..., Eyes]) -> None:
    at = r.ground(3)
    eyes = enter("volunteer", by=at.village.volunteer)
    home = f"/households/{at.village.family.ref}"
    eyes.go(home).follow("Circle of donors").press("Propose the circle", status=422)
    eyes.fill(target="3", least="2", title="每月一床棉被", category="quilt", reason_code="winter-comes")
    eyes.fill(monthly_fen="100", point_ref=at.village.point).press("Propose the circle")
    ref = eyes.path.split("/")[2]
    township = enter("reviewer", by=at.village.reviewer, **alternately(zh=True))
    township.go("/reviews/circles", state="proposed").to(f"main a[href='/reviews/circles/{ref}']").press(
        "Turn it down", status=422
    )
    township.press("Agree and open the circle").reads("Your decision is on record.")
    for donor in at.donors[:2]:
        seats.join(donor, ref)
    begun(ref)
    seats.leave(at.donors[0], ref)
    eyes.menu("Circles of my families").reads("Somebody leaves and nobody follows").to(f"main a[href*='{ref}']")
    eyes.follow("Bring a letter of the family").fill(text=TEXT).press("Hand the letter in")
    township.go("/reviews/circles", state="risk").reads("Circles at risk").to("main a[href^='/reviews/letters/']")
    township.press("Pass it on")
    eyes.follow("What the family says").press("The family wants no circle")
    eyes.reads("What the family said is on record.")
    assert r.circle(ref).state == "refused"


def test_a_term_is_renewed_when_both_sides_and_the_township_say_yes(enter: Callable[..., Eyes]) -> None:
    at = r.ground(3)
    ref = r.running(at, at.donors[:2], promise=r.LETTERS, months=3)
    near_its_end(ref)
    eyes = enter("donor", by=at.donors[0])
    eyes.menu("My circles").reads("Another term?").go(f"/circles/{ref}/room", state="again").press(
        "Send the answer", status=422
    )
    eyes.fill(agrees="yes").press("Send the answer").reads("You said: yes.")
    seats.renew(at.donors[1], ref, agrees=True)
    field = enter("volunteer", by=at.village.volunteer, **alternately(zh=True))
    field.go(f"/circles/{ref}/family", state="again").reads("The family has not been asked yet.")
    field.press("It wants no other term").reads("The family said: no.")
    field.press("It wants another term").reads("The family said: yes.")
    township = enter("reviewer", by=at.village.second)
    township.go("/reviews/circles", state="again").reads("Another term?").to(
        f"main a[href='/reviews/circles/{ref}']"
    ).press("Agree to the gift for another term")
    township.reads("Your decision is on record.").reads("No circle waits for review.").go(
        f"/reviews/circles/{ref}"
    ).reads("The township has looked at the next term.")
    past_its_end(ref)
    assert (r.circle(ref).term, r.states(ref)) == (2, ["active", "active", "open"])
    eyes.go("/seats", state="second term").reads("under way")


def test_who_waited_says_how_he_is_called_when_he_accepts(enter: Callable[..., Eyes]) -> None:
    at = r.ground(4)
    ref = r.running(at, at.donors[:3], promise=r.LETTERS)
    begun(ref)
    eyes = enter("donor", by=at.donors[3])
    eyes.go(f"/circles/{ref}/seat").fill(display="name").press("Join the waiting list")
    seats.leave(at.donors[0], ref)
    eyes.go(f"/circles/{ref}/seat", state="offer").reads(
        "Declining costs nothing: the seat goes to the next who waits."
    )
    assert eyes.page.locator("main input[name=display]:checked").get_attribute("value") == "name"
    eyes.fill(display="anonymous").press("Accept").reads(
        "The seat is yours. Thank you! You are told when the first month begins."
    )
    assert (r.seat_of(ref, at.donors[3]).state, r.seat_of(ref, at.donors[3]).display) == ("accepted", "anonymous")


def test_hours_and_produce_each_month_are_promised_and_begun(enter: Callable[..., Eyes]) -> None:
    at = r.ground(3)
    school = h.add_school(at.village)
    with transaction() as tx:
        v.add_programme(tx, code="HARVEST", kind=Kind.PRODUCE)
    eyes = enter("volunteer", by=at.village.volunteer)
    eyes.go(f"/households/{at.village.family.ref}/circle").fill(promise="service", target="3", least="2", hours="3")
    eyes.fill(title="每月两小时数学辅导", reason_code="lacks-daily-things", subject="maths", point_ref=school.point)
    eyes.press("Propose the circle", status=422).fill(second_adult=h.TEACHER).press("Propose the circle")
    ref = eyes.path.split("/")[2]
    enter("reviewer", by=at.village.reviewer).go(f"/reviews/circles/{ref}", state="hours").reads(h.TEACHER).press(
        "Agree and open the circle"
    )
    for donor in at.donors[:2]:
        h.vet(at.village, donor)
    seats.join(at.donors[1], ref)
    donor = enter("donor", by=at.donors[0])
    donor.go(f"/circles/{ref}", state="hours").reads("With children").follow("Take a seat")
    donor.press("Take the seat")
    begun(ref)
    donor.go("/seats", state="hours").reads("agree on a day").to(f"main a[href='/pledges/{r.gifts(ref)[-1].ref}']")
    sold = r.formed(at, family=r.another(at), promise=r.produce(), least=1)
    donor.go(f"/circles/{sold}", state="produce").reads("Walnuts").follow("Take a seat").press("Take the seat")
    begun(sold)
    donor.go("/seats", state="produce").reads("reserve, and say where to ship it")
    donor.go(f"/circles/{sold}/room", state="produce").reads("under way")
