"""A donor's next wish: those helped before come first, as publicly as the wall names them, and never his own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from charity.adapters.db import end_reading, transaction
from charity.domain.actors import VISITOR, Actor, Role
from charity.domain.sides import Side
from charity.models.accounts import Account
from charity.models.households import Household, HouseholdSide
from charity.models.pledges import Pledge
from charity.models.wishes import Wish
from charity.queries.next_wishes import list_next
from charity.queries.pledges.own import get_own
from tests.browser import giving
from tests.kit import village as v
from tests.kit.village import Village

DAY = datetime(2026, 5, 1, tzinfo=UTC)
FAR = "990201"


@pytest.fixture
def place(app: Flask) -> Village:
    """Found the village with families enough to name its county."""
    del app
    village = v.build()
    more_families(village, 4)
    return village


def more_families(village: Village, count: int) -> None:
    with transaction() as tx:
        for _ in range(count):
            v.add_family(tx, village.volunteer)


def helped(place: Village, need: v.Need = v.COAT, state: str = "at_point") -> str:
    """Let the donor's gift come as far as a state; gives the pledge's ref."""
    pledge = giving.sent(place.donor, v.published(place, need))
    with transaction() as tx:
        tx.session.execute(update(Pledge).where(Pledge.ref == pledge).values(state=state))
    return pledge


def site_wish(place: Village, title: str, *, county: str = v.COUNTY, days: int = 0, **more: object) -> Wish:
    with transaction() as tx:
        return v.add_public(tx, place.volunteer, title, at=DAY + timedelta(days=days), county=county, **more)


def family_wish(place: Village, title: str, home: int, *, days: int = 0, **more: object) -> Wish:
    told: dict[str, Any] = {"beneficiary_kind": "household", "beneficiary": f"h{home}", "household_id": home}
    return site_wish(place, title, days=days, **(told | more))


def titles(viewer: Actor) -> list[str]:
    end_reading()
    return [card.title for card in list_next(viewer)]


def test_the_same_family_stands_before_the_same_county_and_strangers_stay_away(place: Village) -> None:
    helped(place)
    site_wish(place, "same county", days=-300)
    family_wish(place, "same family", place.family.id, days=100)
    site_wish(place, "elsewhere", county=FAR)
    assert titles(place.donor) == ["same family", "same county"]
    assert titles(VISITOR) == []
    with transaction() as tx:
        newcomer = v.add_person(tx)
    assert titles(newcomer) == []


def test_a_helped_site_counts_like_a_family(place: Village) -> None:
    helped(place, v.BOOKS)
    with transaction() as tx:
        site = tx.session.query(Wish.site_id).where(Wish.site_id.is_not(None)).limit(1).scalar()
    site_wish(place, "same county", days=-300)
    site_wish(place, "same school", days=100, beneficiary=f"s{site}", site_id=site)
    assert titles(place.donor) == ["same school", "same county"]


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        *(("at_point", True), ("handed_over", True), ("confirmed", True), ("held", False), ("sent", False)),
        *(("returned", False), ("refuted", False), ("cancelled", False)),
    ],
)
def test_only_a_gift_that_arrived_counts(place: Village, state: str, counts: bool) -> None:
    helped(place, state=state)
    site_wish(place, "same county")
    assert bool(titles(place.donor)) is counts


def test_at_most_three_in_the_order_of_the_wall(place: Village) -> None:
    helped(place)
    for days in (4, 1, 3, 2):
        site_wish(place, f"day {days}", days=days)
    assert titles(place.donor) == ["day 1", "day 2", "day 3"]


def test_what_is_full_stale_or_hidden_is_not_offered(place: Village) -> None:
    helped(place)
    site_wish(place, "full", committed=10)
    site_wish(place, "stale", state="stale")
    site_wish(place, "hidden", hidden_at=DAY)
    assert titles(place.donor) == []


def test_a_wish_he_has_claimed_is_not_his_next(place: Village) -> None:
    helped(place, v.BOOKS)
    assert titles(place.donor) == [], "the books still miss nine units, but he has given one of them"


def test_his_own_family_is_never_offered(place: Village) -> None:
    helped(place, v.BOOKS)
    family_wish(place, "his own", place.family.id)
    assert titles(place.donor) == ["his own"]
    with transaction() as tx:
        tx.session.execute(update(Account).where(Account.id == place.donor.account_id).values(phone_digest=b"p" * 32))
        tx.session.execute(update(Household).values(relative_phone_digest=b"p" * 32))
    assert titles(place.donor) == []


def test_where_he_stands_on_another_side_nothing_is_offered(place: Village) -> None:
    helped(place, v.BOOKS)
    family_wish(place, "his parcel", place.family.id)
    take_side(place, v.later(-30))
    assert titles(place.donor) == []


def test_a_side_of_long_ago_stands_in_nobodys_way(place: Village) -> None:
    helped(place, v.BOOKS)
    family_wish(place, "long ago", place.family.id)
    take_side(place, v.later(-400))
    assert titles(place.donor) == ["long ago"]


def take_side(place: Village, at: datetime) -> None:
    with transaction() as tx:
        tx.session.add(
            HouseholdSide(
                account_id=place.donor.account_id,
                beneficiary=f"h{place.family.id}",
                side=Side.FIELD.value,
                last_at=at,
            )
        )


@pytest.mark.parametrize(("region", "offered"), [(v.VILLAGE, False), (v.TOWNSHIP, False), (v.COUNTY, True)])
def test_a_right_in_the_neighbourhood_makes_a_stranger_of_nobody(place: Village, region: str, offered: bool) -> None:
    with transaction() as tx:
        officer = v.add_person(tx, (Role.ADMINISTRATOR, region))
    giver = v.replace(place, donor=officer)
    helped(giver, v.BOOKS)
    family_wish(place, "of his township", place.family.id, region_code=v.VILLAGE)
    assert (titles(officer) == ["of his township"]) is offered


def test_what_he_posted_himself_is_not_offered(place: Village) -> None:
    helped(place)
    site_wish(place, "his", poster_id=place.donor.account_id)
    assert titles(place.donor) == []


def test_a_county_too_small_to_be_named_offers_its_whole_city(app: Flask) -> None:
    del app
    place = v.build()
    helped(place)
    with transaction() as tx:
        small = v.add_family(tx, place.volunteer, village=v.OTHER_VILLAGE)
    family_wish(place, "another small county", small.id, county=v.OTHER_COUNTY)
    site_wish(place, "a school of the city", county=v.OTHER_COUNTY, days=1)
    site_wish(place, "another city", county=FAR)
    assert titles(place.donor) == ["another small county", "a school of the city"]


def test_a_named_county_keeps_families_of_unnamed_ones_to_their_city(app: Flask) -> None:
    """The control: a school names its county, but the families there are too few to stand under that name."""
    del app
    place = v.build()
    helped(place, v.BOOKS)
    family_wish(place, "too few to be named", place.family.id)
    site_wish(place, "another school", days=1)
    assert titles(place.donor) == ["another school"]
    more_families(place, 4)
    assert titles(place.donor) == ["too few to be named", "another school"]


def test_one_question_however_much_he_gave(place: Village) -> None:
    helped(place)
    for number in range(5):
        site_wish(place, f"wish {number}")
    end_reading()
    with v.counting() as asked:
        list_next(place.donor)
    assert len(asked) == 1


def test_a_confirmed_pledge_names_the_next_wish_after_it(place: Village) -> None:
    pledge = helped(place, state="confirmed")
    assert get_own(place.donor, pledge).next_wish is None
    other = helped(place, v.BOOKS, state="confirmed")
    following = family_wish(place, "same family", place.family.id, days=200).ref
    of_school = site_wish(place, "same county", days=-300).ref
    end_reading()
    assert get_own(place.donor, pledge).next_wish == following
    assert get_own(place.donor, other).next_wish == of_school
