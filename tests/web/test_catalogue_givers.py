"""What donors would like to give knows the catalogue as it is now: added, renamed and retired things, on every page."""

import pytest
from flask import Flask

from charity.adapters.db import end_reading, transaction
from charity.domain.actors import SYSTEM, Actor, Role
from charity.domain.items import ItemNames, NewItem, item_of
from charity.domain.wishes import BeneficiaryKind
from charity.models.catalogue import find_category
from charity.queries.intentions import list_own_intentions
from charity.queries.interests import find_stated
from charity.services.catalogue import add_item, change_item, rename_item
from charity.services.pledges import intentions
from tests.kit import village as v
from tests.kit.visits import post, signed_in

INTERESTS, NEW = "/account/interests", "/intentions/new"
ASKED = {"category": "rain-coat", "most": "90", "units": "1", "until": "2026-12-31"}


@pytest.fixture
def village(app: Flask) -> v.Village:
    return v.build()


@pytest.fixture
def office(village: v.Village) -> Actor:
    with transaction() as tx:
        office = v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))
        coat = item_of(find_category(tx.session, "coat"))
    new = NewItem(
        code="rain-coat",
        beneficiaries=frozenset(BeneficiaryKind),
        asks_interest=False,
        names=ItemNames("雨衣", "Rain coat"),
        item=coat,
    )
    add_item(office, new=new, reason="梅雨季节")
    return office


def retire(office: Actor) -> None:
    with transaction() as tx:
        stands = item_of(find_category(tx.session, "rain-coat"))
    change_item(office, "rain-coat", was=stands, change=v.replace(stands, is_offered=False), reason="不再需要")


def test_interests_are_stated_in_things_as_the_catalogue_has_them(
    app: Flask, village: v.Village, office: Actor
) -> None:
    donor, other = signed_in(app, village.donor), signed_in(app, village.volunteer)
    assert "雨衣" in donor.get(f"{INTERESTS}?lang=zh").text
    assert "Rain coat" in donor.get(f"{INTERESTS}?lang=en").text
    assert post(donor, INTERESTS, {"kinds": ["rain-coat", "books"], "need": ""}).status_code == 302
    rename_item(office, "rain-coat", names=ItemNames("儿童雨衣", "Rain coat for children"), reason="区分大人的")
    assert "儿童雨衣" in donor.get(f"{INTERESTS}?lang=zh").text
    retire(office)
    shown = donor.get(f"{INTERESTS}?lang=en").text
    assert "Rain coat for children (no longer asked for)" in shown
    assert "Rain coat" not in other.get(f"{INTERESTS}?lang=en").text
    assert post(other, INTERESTS, {"kinds": ["rain-coat"], "need": ""}).status_code == 422
    assert post(donor, INTERESTS, {"kinds": ["rain-coat"], "need": "1"}).status_code == 302  # what stood may stay
    end_reading()
    assert find_stated(village.donor.account_id).kinds == {"rain-coat"}
    assert find_stated(village.volunteer.account_id).kinds == frozenset()
    end_reading()
    assert post(donor, INTERESTS, {"need": "1"}).status_code == 302  # and who takes it back cannot choose it again
    assert "Rain coat" not in donor.get(f"{INTERESTS}?lang=en").text


def test_an_intention_for_a_thing_that_was_added_is_offered_what_fits(
    app: Flask, village: v.Village, office: Actor
) -> None:
    donor = signed_in(app, village.donor)
    assert "雨衣" in donor.get(NEW).text
    assert post(donor, NEW, ASKED).location == "/intentions"
    wish = v.published(village, v.replace(v.COAT, title="黄色的一件", category="rain-coat", unit_fen=85_00))
    v.published(village, v.BOOKS)
    end_reading()
    (asked,) = list_own_intentions(village.donor)
    end_reading()
    assert asked.category == "rain-coat"
    assert intentions.look(SYSTEM, asked.ref)
    listed = donor.get("/intentions").text
    assert "雨衣" in listed
    offer = listed.partition("/intentions/offers/")[2].partition('"')[0]
    assert f"/wishes/{wish}" in donor.get(f"/intentions/offers/{offer}").text
    retire(office)
    assert "雨衣" in donor.get("/intentions").text  # what was chosen stays readable
    assert "雨衣" not in donor.get(NEW).text
    assert post(donor, NEW, ASKED).status_code == 422
