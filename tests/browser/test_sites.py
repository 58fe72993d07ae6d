"""A school as a beneficiary: written down, its need posted, met, and confirmed by a slip its head has signed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from charity.services.pledges import receive
from charity.services.wishes import review
from tests.browser import giving, world
from tests.browser.conftest import alternately
from tests.browser.eyes import Eyes
from tests.kit import village as v
from tests.kit.village import Village

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
SCHOOL, HEAD = "望山完全小学", "司徒老师"


def register(eyes: Eyes) -> None:
    """Write the school down; a second one by mistake is closed again."""
    eyes.menu("Wishes I posted").follow("Schools and villages").follow("Register a school or village")
    eyes.fill(kind="school", name="", pupils=86, phone="12").press("Register", status=422)
    for name in (SCHOOL, "写错的学校"):
        eyes.fill(kind="school", name=name, head=HEAD, phone="0990-7654321", pupils=86, villages_served=3)
        eyes.press("Register").reads("The site was registered.")
        eyes.go(f"/sites/new?region={v.VILLAGE}")
    eyes.go("/sites").press("Close", nth=-1)
    assert SCHOOL in eyes.text()
    assert "写错的学校" not in eyes.text()


def post_wish(eyes: Eyes, picture: Path) -> str:
    """Post what the school needs; give its ref."""
    eyes.menu("Wishes I posted").follow("Post a wish").to(f"main a[href*='/site/']:text('{SCHOOL}')")
    eyes.fill(
        category="books", title="图书角绘本", reason_code="class-has-none", wanted=2, unit_fen="60", photo=picture
    )
    eyes.page.select_option("[name=point_ref]", index=1)
    eyes.press("Hand in for review").reads("The wish was handed in for review.")
    return world.newest_wish()


def confirm_by_slip(village: Village, eyes: Eyes, pledge: str, slip: Path) -> None:
    """Hand the parcel over; a school has no code card, its head signs a slip."""
    receive.receive(village.volunteer, pledge)
    eyes.go(f"/desk/parcels/{pledge}").press("Handed over").reads_not("Type the code of the family")
    eyes.follow("Store a slip").reads("The head or a teacher who neither posted nor received signs the slip.")
    eyes.fill(photo=slip, witness=HEAD, witness_role="head").press("Store")


def test_a_schools_wish_from_posted_to_confirmed(enter: Callable[..., Eyes], scripts: bool, tmp_path: Path) -> None:
    village = world.build()
    eyes = enter("volunteer", by=village.volunteer, **alternately(zh=scripts))
    register(eyes)
    wish = post_wish(eyes, world.picture(tmp_path))
    review.approve(village.reviewer, wish, checks=v.CHECKS)
    pledge = giving.sent(village.donor, wish, units=2)
    confirm_by_slip(village, eyes, pledge, world.picture(tmp_path))
    reviewer = enter("reviewer", by=village.reviewer, **alternately(zh=not scripts))
    reviewer.menu("Confirmations").to(f"main a[href='/confirmations/{pledge}']")
    reviewer.fill(basis="slip", checks=["matches", "signer"]).press("Confirm")
    donor = enter("donor", by=village.donor, **alternately(zh=scripts))
    donor.go(f"/pledges/{pledge}", state="confirmed by slip").menu("Inbox")
    donor.go(f"/wishes/{wish}", state="fulfilled").reads_not("I make it come true").reads_not(SCHOOL)
