"""A donor on a phone: from the wall to their own place on the board."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from charity.services.pledges import confirm, plan, receive
from charity.services.pledges.claim import claim
from tests.browser import world
from tests.browser.eyes import Eyes
from tests.kit import people
from tests.kit import village as v

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
LOGIN = "lin@example.org"


def arrive(eyes: Eyes) -> None:
    """Sign up, and prove the address by the code that was mailed."""
    eyes.menu("Sign in").follow("Sign up")
    eyes.fill(login=LOGIN, nickname="山间明月", password="short", accepted=True, is_adult=True)
    eyes.press("Sign up", status=422).reads("Please check the following")
    eyes.fill(password=people.PASSWORD).press("Sign up")
    eyes.fill(code="000000").press("Prove my address", status=422)
    eyes.fill(code=world.mailed_code(LOGIN)).press("Prove my address")
    eyes.reads("Welcome. Your address is proved, and you can claim a wish.")


def find(eyes: Eyes, ref: str) -> None:
    """Filter and search the wall until the coat is there."""
    eyes.go("/").follow("See the wishes")
    eyes.fill(q="棉衣").press("Show").reads_not("No open wish like this just now")
    assert eyes.page.locator(".card").count() == 1
    eyes.follow("Choose a place").follow("Show wishes of the whole country")
    eyes.to(f"main a[href='/wishes/{ref}']").reads("Legal basis")


def claim_and_send(eyes: Eyes) -> str:
    """Claim the unit, plan it, open the slip, send it; give the pledge's ref."""
    eyes.follow("I make it come true").fill(units="0").press("Claim", status=422)
    eyes.fill(units="1", display="nickname").press("Claim")
    ref = eyes.path.rsplit("/", 1)[1]
    eyes.follow("Choose how it travels").fill(method="shop").press("Continue")
    eyes.press("Open the shipping slip").reads("Parcel code")
    assert "13900000000" in eyes.text()
    copy(eyes)
    eyes.follow("Enter the tracking number")
    eyes.fill(courier="sf", tracking="SF1234567890123", shop_order="JD-2026-1")
    eyes.press("Send").reads("Thank you. You will be told when it arrives at the service point.")
    return ref


def copy(eyes: Eyes) -> None:
    """With scripts the slip can be copied; without, it can be selected and the button stays away."""
    button = eyes.page.locator("[data-copy]")
    if not eyes.scripts:
        assert not button.is_visible()
        return
    eyes.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button.click()
    assert "柳林镇人民路8号" in eyes.page.evaluate("navigator.clipboard.readText()")


@pytest.mark.full_on("postgres")
def test_a_donor_makes_a_wish_come_true(enter: Callable[..., Eyes], tmp_path: Path) -> None:
    village = world.build()
    wish = v.published(village)
    world.settle_book()
    eyes = enter("donor")
    find(eyes, wish)
    arrive(eyes)
    eyes.go(f"/wishes/{wish}")
    pledge = claim_and_send(eyes)
    receive.receive(village.volunteer, pledge)
    eyes.menu("My giving").reads("On the way").to(f"main a[href='/pledges/{pledge}']")
    receive.hand_over(village.volunteer, pledge)
    eyes.go(f"/pledges/{pledge}", state="handed over")
    confirm.confirm(village.reviewer, pledge, basis="call-back")
    confirm.give_feedback(village.volunteer, pledge, phrase="fits-well")
    world.settle_book()
    eyes.go(f"/pledges/{pledge}", state="confirmed").menu("My claims").follow("Finished claims")
    eyes.menu("My giving").to("main a[href^='/giving/20']").reads("Certificates are words of thanks, no tax receipts.")
    eyes.menu("My claims").reads("Where you have helped before").go("/wishes", state="helped").reads(
        "Where you have helped before"
    )
    assert eyes.page.locator("[aria-labelledby=following] .card").count() == 3
    eyes.menu("Board").reads("Your place: %(rank)s", rank="1")
    assert "山间明月" in eyes.page.inner_text("tr.me")
    eyes.menu("Inbox")
    assert eyes.page.locator(".notices li").count() >= 4
    eyes.press("Mark all as read").reads("Everything is read.")
    own_account(eyes)


def own_account(eyes: Eyes) -> None:
    """Look at every page of one's own account, and take one's data along."""
    eyes.menu("My account")
    with eyes.page.expect_download() as told:
        eyes.page.click("a[download]")
    data = json.loads(Path(told.value.path()).read_text("utf-8"))
    assert LOGIN in json.dumps(data)
    for page in ("names", "address", "language", "notices", "password", "sessions", "tokens", "close"):
        eyes.go(f"/account/{page}")
    eyes.go("/account").press("Sign out")
    eyes.menu("Sign in").fill(login=LOGIN, password=people.PASSWORD).press("Sign in")


@pytest.mark.backends("sqlite")
def test_a_donor_waits_and_is_offered_what_was_cancelled(enter: Callable[..., Eyes]) -> None:
    village = world.build()
    wish = v.published(village)
    taken = claim(village.donor, wish, units=1, display="nickname").id
    with v.transaction() as tx:
        donor = v.add_person(tx)
    eyes = enter("donor", by=donor)
    eyes.go(f"/wishes/{wish}").follow("Join the waiting list").press("Join the waiting list")
    plan.cancel(village.donor, taken)
    eyes.menu("My claims").reads("Kept for you").to("main a[href^='/offers/']")
    eyes.fill(display="anonymous").press("Accept")
    eyes.press("Cancel the claim").reads("The units are free again. There is no penalty.")
