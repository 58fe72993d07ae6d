"""A reviewer of the township at a desktop: families, wishes, cards, confirmations and checks."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from charity.adapters.clock import now
from charity.adapters.db import transaction
from charity.models.acknowledging import add_code_check
from charity.models.pledges import CodeCheck, Pledge
from charity.services.pledges import acknowledge
from charity.services.register import cards
from charity.services.wishes import post
from tests.browser import giving, world
from tests.browser.eyes import Eyes
from tests.kit import village as v
from tests.kit.browser import DESKTOP
from tests.kit.village import Family, Village

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]


def new_family(village: Village) -> Family:
    """Give a family that the township has not verified yet."""
    with transaction() as tx:
        return v.add_family(tx, village.volunteer, verified=False)


def draw(pledge: str) -> None:
    """Draw a confirmation for the one-in-ten check, as chance would."""
    with transaction() as tx:
        found = tx.session.query(Pledge.id).where(Pledge.ref == pledge).scalar()
        if (
            tx.session.query(CodeCheck.id).where(CodeCheck.pledge_id == found).scalar() is None
        ):  # chance itself draws one in ten
            add_code_check(tx, found, due_at=now() + timedelta(days=10))


def verify_and_print(eyes: Eyes, home: str) -> None:
    """Open the file, compare, verify, print the card."""
    eyes.menu("Households").to(f"main a[href='/households/{home}']")
    eyes.fill(purpose="review").press("Open the file").press("Verify this family").reads("The family is verified.")
    assert eyes.follow("Print a new code card").opens("Make a new card") == "application/pdf"
    eyes.go(f"/households/{home}/log")


def review(eyes: Eyes, village: Village, wish: str) -> None:
    """Return the wish with a reason, see it come again, agree to it."""
    eyes.menu("Reviews").to(f"main a[href='/reviews/wishes/{wish}']")
    eyes.to("main a[href$='/return']").press("Send back with reasons", status=422)
    reason = eyes.page.locator("[name=reasons]").first.get_attribute("value")
    eyes.fill(reasons=[reason], note="请写明尺寸").press("Send back with reasons")
    post.resubmit(village.volunteer, wish, need=v.replace(v.COAT, point_ref=village.point, size="140"))
    eyes.go(f"/reviews/wishes/{wish}")
    for tick in eyes.page.locator("[name=checks]").all():
        tick.check()
    eyes.press("I have checked everything and agree")


def test_a_reviewer_looks_after_families_and_wishes(enter: Callable[..., Eyes]) -> None:
    village = world.build()
    home = new_family(village).ref
    wish = v.submitted(village)
    eyes = enter("reviewer", size=DESKTOP, by=village.reviewer)
    verify_and_print(eyes, home)
    review(eyes, village, wish)
    eyes.go("/reviews/stopped").menu("Parcels")
    eyes.go(f"/wishes/{wish}").reads("I make it come true")


def test_a_reviewer_confirms_and_checks(enter: Callable[..., Eyes]) -> None:
    village = world.build()
    slip, call, code = (giving.handed_over(village, v.published(village, need)) for need in (v.BOOKS, v.QUILT, v.COAT))
    giving.slip_stored(village, slip)
    acknowledge.acknowledge(village.volunteer, code, code=cards.print_card(village.second, village.family.ref).codes[0])
    draw(code)
    eyes = enter("reviewer", size=DESKTOP, by=village.reviewer)
    looked_at = {"basis": "slip", "checks": ["matches", "signer"]}
    for pledge, ground in ((slip, looked_at), (call, {"basis": "call-back"})):
        eyes.menu("Confirmations").to(f"main a[href='/confirmations/{pledge}']").fill(**ground).press("Confirm")
    eyes.menu("Confirmations").to(f"main a[href='/confirmations/{code}']").fill(outcome="true").press("Write down")
    eyes.menu("Confirmations").reads("Nothing waits for you")
