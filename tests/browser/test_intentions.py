"""A donor states what he would like to help with, and leaves an intention; when a wish is gone, the next one comes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from charity.adapters.db import end_reading, transaction
from charity.domain.actors import Role
from charity.domain.items import item_of
from charity.jobs.intentions import tend
from charity.models.catalogue import find_category
from charity.queries.wishes.page import find_public
from charity.services.catalogue import change_item
from charity.services.pledges.claim import claim
from tests.browser import world
from tests.browser.eyes import Eyes
from tests.kit import village as v

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]


def offered(eyes: Eyes) -> str:
    """Let the worker look for a wish, and open what it offers; gives the wish's ref."""
    tend()
    eyes.go("/intentions", state="offered").to("main a[href^='/intentions/offers/']")
    return str(eyes.page.locator("main .cards a").first.get_attribute("href")).rsplit("/", 1)[1]


def _retire(code: str) -> None:
    with transaction() as tx:
        office = v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))
        stands = item_of(find_category(tx.session, code))
    change_item(office, code, was=stands, change=replace(stands, is_offered=False), reason="不再需要")


def test_interests_are_stated_changed_and_deleted(enter: Callable[..., Eyes]) -> None:
    village = world.build()
    eyes = enter("donor", by=village.donor, language="zh")
    eyes.go("/account/interests?first=1", state="first").follow("Choose a place")
    for place in (v.PROVINCE, v.CITY, v.COUNTY):
        eyes.to(f"main nav a[href*='region={place}']")
    eyes.to("main form button").reads("What I would like to help with")
    assert v.NAMES[v.COUNTY] in eyes.text()
    eyes.fill(kinds=["school-bag", "books"], ages="primary", need="2", budget="0").press("Save", status=422)
    eyes.fill(budget="120").press("Save")
    assert eyes.path == "/wishes"
    eyes.go("/wishes?able=1", state="able").reads("No open wish that fits what you can teach or do")
    _retire("books")
    eyes.menu("My account").follow("What I would like to help with")
    eyes.go("/account/interests", state="retired").reads("%(what)s (no longer asked for)", what="图书")
    assert eyes.page.locator("main input:checked").count() == 5  # and no invitations to circles
    eyes.press("Delete all I stated here").reads("Anywhere")
    assert eyes.page.locator("main input:checked").count() == 2


def test_an_intention_from_the_empty_wall_to_a_claim(enter: Callable[..., Eyes]) -> None:
    village = world.build()
    eyes = enter("donor", by=village.donor, language="zh")
    eyes.go("/wishes?stage=senior", state="nothing").reads("No open wish like this just now")
    eyes.follow("Nothing fits? Leave an intention, and a wish that fits is offered to you.")
    eyes.menu("My intentions").follow("Leave an intention").follow("Choose a place")
    eyes.to(f"main nav a[href*='region={v.PROVINCE}']").to("main .acts a.button:not(.button-quiet)")
    eyes.fill(category="books", most="100", units="0").press("Leave it", status=422)
    eyes.fill(units="2").press("Leave it").reads(
        "No wish is offered to you just now. You are told as soon as one fits."
    )
    first = offered(eyes)
    eyes.press("Decline").reads("That is all right. You are told when another wish fits.")
    second = offered(eyes)
    assert first != second
    with transaction() as tx:
        quicker = v.add_person(tx)
    units = eyes.page.locator("main .cards").inner_text()
    claim(quicker, second, units=left_of(second))
    eyes.fill(display="nickname").press("Accept", status=409)
    eyes.reads("Somebody else was quicker: these units are taken. Nothing was claimed.")
    assert units != eyes.page.locator("main .cards").inner_text()
    eyes.fill(display="nickname").press("Accept").reads(
        "The units are yours. Thank you! Now choose how the goods will travel."
    )
    eyes.menu("My intentions")


def left_of(ref: str) -> int:
    """Give the units of a wish that are still free."""
    card = find_public(ref)
    end_reading()
    assert card is not None
    return card.units_left
