"""The wall: its order, filters, words and cursor; what it costs; and what it must never tell."""

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import VISITOR, Actor
from charity.domain.errors import Invalid, Missing
from charity.ledger import timeline
from charity.models.wall import hide_wishes
from charity.models.wishes import Wish
from charity.queries.wall import WallFilters, list_wall
from charity.queries.wishes.page import find_photo, find_public, get_wish
from tests.kit import village as v

DAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def poster(app: Flask) -> Actor:
    with transaction() as tx:
        v.add_regions(tx)
        return v.add_person(tx)


def _fill(poster: Actor, *titles: str) -> None:
    with transaction() as tx:
        for number, title in enumerate(titles):
            v.add_public(tx, poster, title, at=DAY + timedelta(hours=number))


def _titles(q: str = "", **filters: object) -> list[str]:
    end_reading()
    return [card.title for card in list_wall(VISITOR, replace(WallFilters(q=q), **filters)).cards]


def test_waiting_and_missing_units_make_the_order(poster: Actor) -> None:
    with transaction() as tx:
        v.add_public(tx, poster, "half taken", at=DAY, committed=5)
        v.add_public(tx, poster, "untouched, a week younger", at=DAY + timedelta(days=6))
        v.add_public(tx, poster, "untouched, much younger", at=DAY + timedelta(days=8))
    assert _titles() == ["untouched, a week younger", "half taken", "untouched, much younger"]
    assert _titles(longest=True)[0] == "half taken"


def test_what_is_full_over_or_hidden_is_not_on_the_wall(poster: Actor) -> None:
    with transaction() as tx:
        v.add_public(tx, poster, "full", at=DAY, committed=7, reserved=3)
        v.add_public(tx, poster, "stale", at=DAY, state="stale")
        v.add_public(tx, poster, "hidden", at=DAY, hidden_at=DAY)
        v.add_public(tx, poster, "open", at=DAY)
    assert _titles() == ["open"]


def test_filters(poster: Actor) -> None:
    with transaction() as tx:
        v.add_public(tx, poster, "books", at=DAY)
        v.add_public(tx, poster, "dear", at=DAY, unit_fen=400_00)
        v.add_public(tx, poster, "nearly", at=DAY, committed=8)
        v.add_public(tx, poster, "elsewhere", at=DAY, county=v.OTHER_COUNTY)
        v.add_public(tx, poster, "lessons", at=DAY, kind="service")
        v.add_public(tx, poster, "primary", at=DAY, school_stage="primary")
    assert _titles(kind="service") == ["lessons"]
    assert _titles(region=v.OTHER_COUNTY) == ["elsewhere"]
    assert len(_titles(region=v.CITY)) == len(_titles(region=v.PROVINCE)) == 6
    assert len(_titles(region=v.VILLAGE)) == 5, "public filters end at the county"
    assert _titles(stage="primary") == ["primary"]
    assert _titles(price="over-300") == ["dear"]
    assert _titles(nearly=True) == ["nearly"]


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ({"kind": "gold"}, "kind-unknown"),
        ({"region": "x"}, "region-unknown"),
        ({"price": "x"}, "price-band-unknown"),
    ],
)
def test_unknown_filters_are_refused(poster: Actor, filters: dict[str, str], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        _titles(**filters)


def test_words_of_two_characters_pinyin_and_initials(poster: Actor) -> None:
    _fill(poster, "冬季棉鞋一双", "课外读物一套", "书桌一张", "Desk lamp")
    assert _titles("棉鞋") == ["冬季棉鞋一双"]
    assert _titles("鞋") == ["冬季棉鞋一双"]
    assert _titles("mianxie") == ["冬季棉鞋一双"]
    assert _titles("dw") == ["课外读物一套"]
    assert _titles("shuzhuo") == ["书桌一张"]
    assert _titles("lamp") == ["Desk lamp"]
    assert _titles("云溪 读物") == ["课外读物一套"]
    assert _titles("棉鞋 读物") == [], "every word must be there"
    assert _titles("飞船") == []
    assert _titles("!!") == []
    assert len(_titles("yunxi")) == 4


def test_pages_are_complete_and_without_repeats_while_wishes_come_in(poster: Actor) -> None:
    _fill(poster, *(f"wish {number:02}" for number in range(25)))
    seen: list[str] = []
    cursor: str | None = None
    for turn in range(20):
        end_reading()
        page = list_wall(VISITOR, WallFilters(), cursor, limit=4)
        seen += [card.title for card in page.cards]
        with transaction() as tx:
            v.add_public(tx, poster, f"new {turn}", at=DAY + timedelta(days=30, minutes=turn))
        cursor = page.next
        if cursor is None:
            break
    assert seen[:25] == [f"wish {number:02}" for number in range(25)]
    assert len(seen) == len(set(seen))


def test_equal_places_are_paged_too(poster: Actor) -> None:
    with transaction() as tx:
        for number in range(9):
            v.add_public(tx, poster, f"same {number}", at=DAY)
    for longest in (False, True):
        seen: list[str] = []
        cursor = None
        while True:
            end_reading()
            page = list_wall(VISITOR, WallFilters(longest=longest), cursor, limit=2)
            seen += [card.title for card in page.cards]
            cursor = page.next
            if cursor is None:
                break
        assert sorted(seen) == [f"same {number}" for number in range(9)]


def test_a_spoilt_cursor_is_refused(poster: Actor) -> None:
    _fill(poster, "one", "two")
    cursor = list_wall(VISITOR, limit=1).next
    assert cursor is not None
    assert list_wall(VISITOR, WallFilters(), cursor).cards, "the control: as it was given it is taken"
    for spoilt in ("", "!", "AAAA", cursor[:8]):
        with pytest.raises(Invalid, match="cursor-unreadable"):
            list_wall(VISITOR, WallFilters(), spoilt)
    with pytest.raises(Invalid, match="cursor-unreadable"):
        list_wall(VISITOR, WallFilters(longest=True), cursor)
    with pytest.raises(Invalid, match="limit-out-of-range"):
        list_wall(VISITOR, limit=101)


def test_the_total_is_counted_on_the_first_page(poster: Actor) -> None:
    _fill(poster, "one", "two", "three")
    first = list_wall(VISITOR, limit=2)
    assert (first.total, first.is_more_than_counted) == (3, False)
    assert list_wall(VISITOR, WallFilters(), first.next).total is None
    assert list_wall(VISITOR, WallFilters(q="nothing")).total == 0


def test_a_page_costs_two_questions_at_most(poster: Actor) -> None:
    _fill(poster, *(f"课外读物 {number}" for number in range(30)))
    for filters in (WallFilters(), WallFilters(q="读物 云溪"), WallFilters(region=v.COUNTY, kind="goods")):
        end_reading()
        with v.counting() as asked:
            list_wall(VISITOR, filters)
        assert len(asked) <= 2, asked


@pytest.fixture
def place(app: Flask) -> v.Village:
    return v.build()


CANARIES = ("欧阳", "建国", "小禾", "桃花坞", "柳林", "望云", "13900000000", "人民路")


def test_nobody_learns_who_or_where(place: v.Village) -> None:
    pictures = [v.photo(look="00ff00ff00ff00ff"), v.photo(look="123456789abcdef0")]
    refs = [v.published(place, need, picture=look) for need, look in zip((v.COAT, v.BOOKS), pictures, strict=True)]
    told = json.dumps([asdict(card) for card in list_wall(VISITOR).cards], default=str, ensure_ascii=False)
    told += json.dumps([asdict(get_wish(VISITOR, ref)) for ref in refs], default=str, ensure_ascii=False)
    assert not [canary for canary in CANARIES if canary in told]
    assert v.TOWNSHIP not in told


def test_a_small_countys_families_are_named_by_their_city(place: v.Village) -> None:
    ref = v.published(place)
    assert find_public(ref).county == v.CITY
    by_county = WallFilters(region=v.COUNTY), WallFilters(q=v.NAMES[v.COUNTY])
    assert [list_wall(VISITOR, filters).cards for filters in by_county] == [(), ()]
    assert len(list_wall(VISITOR, WallFilters(region=v.CITY)).cards) == 1
    entries = timeline(reading(), "wish", ref)
    assert {record.body.facts.get("county") for record in entries} == {v.CITY}
    with transaction() as tx:
        for _ in range(4):
            v.add_family(tx, place.volunteer)
    end_reading()
    assert find_public(ref).county == v.COUNTY
    assert len(list_wall(VISITOR, by_county[0]).cards) == 1


def test_a_rare_size_shows_to_the_claimant_only(place: v.Village) -> None:
    ref = v.published(place, replace(v.COAT, shown_sex="girl"))
    page = get_wish(VISITOR, ref)
    assert (page.size, page.sex, page.is_size_for_claimant) == ("", "", True)
    with transaction() as tx:
        first = tx.session.scalars(select(Wish).where(Wish.ref == ref)).one()
        for _ in range(4):
            family = v.add_family(tx, place.volunteer)
            v.add_public(
                tx,
                place.volunteer,
                "alike",
                at=DAY,
                beneficiary_kind="child",
                household_id=family.id,
                member_id=family.child_id,
                school_stage=first.school_stage,
                size=first.size,
                shown_sex="girl",
            )
    end_reading()
    page = get_wish(VISITOR, ref)
    assert (page.size, page.sex, page.is_size_for_claimant) == ("130", "girl", False)
    with transaction() as tx:
        hide_wishes(tx, household_id=family.id)
    end_reading()
    page = get_wish(VISITOR, ref)  # whom nobody can see hides nobody
    assert (page.size, page.sex, page.is_size_for_claimant) == ("", "", True)


def test_a_hidden_wish_vanishes_everywhere_at_once(place: v.Village) -> None:
    ref = v.published(place, picture=v.photo())
    picture = get_wish(VISITOR, ref).photo_large_url
    assert picture is not None
    photo_ref = picture.removeprefix("/photos/").partition("-")[0]
    assert find_photo(photo_ref) is not None
    with transaction() as tx:
        hide_wishes(tx, household_id=place.family.id, member_id=place.family.child_id)
    end_reading()
    assert list_wall(VISITOR).cards == ()
    assert list_wall(VISITOR, WallFilters(q="棉衣")).cards == ()
    assert (find_public(ref), find_photo(photo_ref)) == (None, None)
    with pytest.raises(Missing):
        get_wish(VISITOR, ref)


def test_a_wish_page_tells_its_story_and_its_basis(place: v.Village) -> None:
    ref = v.published(place, v.QUILT)
    with v.counting() as asked:
        page = get_wish(VISITOR, ref)
    assert len(asked) <= 3
    assert [happening.kind for happening in page.timeline] == ["wish.submitted", "wish.published"]
    assert page.basis is not None
    assert page.basis.body == "云桥省慈善会"
    assert page.composition is not None
    assert (page.why.missing, page.why.wanted, page.takes_claims) == (2, 2, True)


def test_what_is_not_public_is_missing(place: v.Village) -> None:
    ref = v.submitted(place)
    for wanted in (ref, "0000000000000", "x" * 40):
        with pytest.raises(Missing):
            get_wish(VISITOR, wanted)


def test_a_full_wish_names_similar_ones(place: v.Village) -> None:
    ref = v.published(place)
    with transaction() as tx:
        tx.session.scalars(select(Wish).where(Wish.ref == ref)).one().committed = 1
        v.add_public(tx, place.volunteer, "another coat", at=DAY, category="coat")
    end_reading()
    page = get_wish(VISITOR, ref)
    assert not page.takes_claims
    assert [card.title for card in page.similar] == ["another coat"]
    assert reading() is not None


def test_the_order_of_similar_wishes_tells_no_small_county(place: v.Village) -> None:
    """Both neighbours show the city; which of them shares the hidden county must not decide who stands first."""
    people = {"beneficiary_kind": "household", "household_id": None, "category": "coat"}
    with transaction() as tx:
        full = v.add_public(tx, place.volunteer, "full", at=DAY, committed=10, **people)
        twin = v.add_public(tx, place.volunteer, "waits longer", at=DAY, county=v.OTHER_COUNTY, **people)
        twin.city, twin.wall_at = full.city, full.wall_at - 2
        near = v.add_public(tx, place.volunteer, "same hidden county", at=DAY, **people)
        near.wall_at = full.wall_at - 1
    end_reading()
    page = get_wish(VISITOR, full.ref)
    assert {card.county for card in (page.card, *page.similar)} == {v.CITY}  # too few families anywhere
    assert [card.title for card in page.similar] == ["waits longer", "same hidden county"]


def test_a_named_county_comes_before_its_neighbours(place: v.Village) -> None:
    """The control: where the county is public, it still ranks."""
    with transaction() as tx:
        full = v.add_public(tx, place.volunteer, "full", at=DAY, committed=10, category="coat")
        far = v.add_public(tx, place.volunteer, "elsewhere", at=DAY, county=v.OTHER_COUNTY, category="coat")
        near = v.add_public(tx, place.volunteer, "near", at=DAY, category="coat")
        far.wall_at, near.wall_at = full.wall_at - 2, full.wall_at - 1
    end_reading()
    assert [card.title for card in get_wish(VISITOR, full.ref).similar] == ["near", "elsewhere"]
