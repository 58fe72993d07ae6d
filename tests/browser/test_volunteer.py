"""A village volunteer on a cheap phone: a family, its wish, its parcels, its confirmation."""

from collections.abc import Callable
from pathlib import Path

import pytest

from charity.adapters.db import transaction
from charity.domain.actors import Actor, Role
from charity.services.register import cards, households
from charity.services.wishes import review
from tests.browser import giving, world
from tests.browser.eyes import Eyes
from tests.kit import village as v

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]
CHEAP = {"width": 360, "height": 640}
HEAD, RELATIVE = "慕容知秋", "13987654321"


def travelling_volunteer() -> Actor:
    """Make a volunteer who serves the whole province, so that every step of the chooser shows."""
    with transaction() as tx:
        return v.add_person(tx, (Role.VOLUNTEER, v.PROVINCE))


def register(eyes: Eyes) -> str:
    """Choose the village step by step and write the family down; give its ref."""
    eyes.menu("Households").follow("Register a family")
    for code in (v.CITY, v.COUNTY, v.TOWNSHIP, v.VILLAGE):
        eyes.to(f"main nav a[href$='region={code}']")
    eyes.fill(category="low-income", head_name=HEAD, address="三组甲一号", phone="12", relative_phone=RELATIVE)
    eyes.press("Register the family", status=422)
    assert eyes.page.input_value("[name=head_name]") == HEAD
    eyes.fill(phone="13812345678").press("Register the family")
    eyes.reads("The family is registered. Now write down its people.")
    return eyes.path.rsplit("/", 1)[1]


def write_down(eyes: Eyes, home: str) -> None:
    """Write down the head and a child, what they agree to, and one dated fact."""
    eyes.follow("Add a person").fill(relation="head", name=HEAD, sex="female", birth="1980-05-04")
    eyes.press("Save the person")
    eyes.follow("Add a person").fill(relation="child", name="慕容小满", sex="male", birth="2016-03-09")
    eyes.press("Save the person")
    eyes.go(f"/households/{home}").fill(purpose="visit").press("Open the file").reads("Dated facts")
    assert HEAD in eyes.text()
    assert eyes.opens("Print the private side for the locked file (PDF)") == "application/pdf"
    eyes.go(f"/households/{home}", state="printed").follow("Record a consent")
    head = eyes.page.locator("[name=member] option").nth(1).get_attribute("value")
    eyes.fill(member=head, purposes=["register", "publish-wish"], answer="yes", given_by="self")
    eyes.press("Save what was said")
    eyes.page.locator("main summary").first.click()
    eyes.to("main details[open] a[href*='/facts/']").go(f"/households/{home}", state="open")


def post_wish(eyes: Eyes, home: str, picture: Path) -> None:
    """Post the family's wish for two quilts with a picture of the thing."""
    eyes.menu("Wishes I posted").follow("Post a wish").to(f"main a[href$='/household/{home}']")
    eyes.fill(
        category="quilt", title="棉被两床,请打电话13812345678", reason_code="winter-comes", wanted=2, unit_fen="120"
    )
    eyes.page.select_option("[name=point_ref]", index=1)
    eyes.press("Hand in for review", status=422)
    eyes.fill(title="棉被两床", photo=picture).press("Hand in for review")


def test_a_volunteer_registers_posts_and_hands_over(enter: Callable[..., Eyes], tmp_path: Path) -> None:
    village = world.build()
    eyes = enter("volunteer", size=CHEAP, by=travelling_volunteer())
    home = register(eyes)
    write_down(eyes, home)
    households.verify(village.reviewer, home)
    post_wish(eyes, home, world.picture(tmp_path))
    wish = world.newest_wish()
    review.approve(village.reviewer, wish, checks=v.CHECKS)
    codes = cards.print_card(village.reviewer, home).codes
    pledge = giving.sent(village.donor, wish, units=2)
    hand_over(eyes, pledge)
    confirm(eyes, pledge, codes[0], world.picture(tmp_path))
    return_rest(eyes, pledge)


def hand_over(eyes: Eyes, pledge: str) -> None:
    """Take one of two quilts in, hand it over, undo a slip of the finger, hand it over again."""
    eyes.menu("Parcels").to(f"main a[href='/desk/parcels/{pledge}']")
    eyes.follow("Take in").fill(units="1").press("Take in").reads("Taken in. Now hand it over to the family.")
    eyes.press("Handed over").press("Undo my mistake")
    eyes.menu("Today").press("Hand over the ticked parcels", status=422).reads(
        "Please tick at least one line of the list."
    )
    eyes.fill(refs=pledge).press("Hand over the ticked parcels").reads("Store a slip")
    eyes.go(f"/desk/parcels/{pledge}", state="handed over")


def confirm(eyes: Eyes, pledge: str, code: str, slip: Path) -> None:
    """Send a code to the relative, store a slip, and at last type a code of the card."""
    eyes.press("Send a code to the relative").fill(code="000 000").press("Confirm", status=422)
    eyes.go(f"/desk/parcels/{pledge}").follow("Store a slip")
    eyes.fill(photo=slip, witness="南宫雁", witness_role="neighbour").press("Store")
    eyes.follow("Type the code of the family").fill(code=code).press("Confirm")
    eyes.reads("Confirmed by the family. The wish has come true.")
    eyes.follow("A word for the donor").fill(phrase="fits-well").press("Send")


def return_rest(eyes: Eyes, pledge: str) -> None:
    """The second parcel holds the wrong thing and goes back."""
    eyes.menu("Parcels").to(f"main .records a:not([href$='{pledge}'])")
    eyes.follow("Send it back").fill(reason="wrong-item", courier="sf", tracking="SF9876543210987")
    eyes.press("Send it back").reads("Sent back. The units are free again, and the donor is told.")
    eyes.menu("Inbox")
