"""The five books on random registers: each level equals the sum of the level below, and the nightly check says so."""

import random
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from charity.adapters import clock
from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Tx, end_reading, transaction
from charity.domain import calendar
from charity.domain import register_books as b
from charity.domain.actors import VISITOR, Actor, Role
from charity.domain.errors import Missing, SignInNeeded
from charity.domain.households import Category, LifeState
from charity.domain.regions import level_of, parent_of
from charity.jobs import register_books as nightly
from charity.models.households import Fact, Household, Member
from charity.models.pledges import Pledge
from charity.models.regions import Region
from charity.models.register_books import HouseholdFigures, RegisterCheck, VillageFigure
from charity.models.register_counts import Counts
from charity.models.wishes import Wish
from charity.queries import register_walks
from charity.queries.register_books import find_check, get_book, list_own_books
from charity.queries.register_checks import list_differences
from tests.kit import village as v

STATES = ("approved", "closed", "submitted", "draft")
CAUSES = tuple(cause.removeprefix("cause:") for cause in b.CAUSES)


def add_places(tx: Tx, chance: random.Random) -> list[str]:
    """Grow a tree of regions and give its villages."""
    v.add_regions(tx)
    codes = ["9902", *(f"{city}{n:02}" for city in ("9901", "9902") for n in range(11, 11 + chance.randint(1, 3)))]
    codes += [f"{county}{n:03}" for county in list(codes) if len(county) == 6 for n in range(1, chance.randint(2, 4))]
    codes += [f"{town}{n:03}" for town in list(codes) if len(town) == 9 for n in range(1, chance.randint(2, 4))]
    for code in sorted(codes, key=len):
        tx.session.add(Region(code=code, parent=str(parent_of(code)), level=int(level_of(code)), name=f"地{code}"))
    return [code for code in codes if len(code) == 12]


def fill(tx: Tx, by: Actor, villages: list[str], chance: random.Random, homes: int) -> None:
    """Register families at random, with people, causes of hardship new and old, and wishes in all states."""
    for _ in range(homes):
        village = chance.choice(villages)
        family = v.add_family(tx, by, village=village, consents=False)
        home = tx.session.get_one(Household, family.id)
        home.life_state = chance.choice(list(LifeState)).value
        home.category = chance.choice(list(Category)).value
        if chance.random() < 0.1:
            home.closed_at = tx.now
        if chance.random() < 0.1:
            tx.session.get_one(Member, family.child_id).left_at = tx.now
        for cause in chance.sample(CAUSES, chance.randint(0, 3)):
            for said in chance.choice((("yes",), ("yes", "no"), ("no", "yes"))):
                _add_fact(tx, by, home.id, cause, said, chance)
        for _wish in range(chance.randint(0, 2)):
            _add_wish(tx, by, home, chance)


def _add_fact(tx: Tx, by: Actor, home: int, cause: str, said: str, chance: random.Random) -> None:
    ref = new_ref()
    sealed = seal(said, place=f"facts.value:{ref}")
    row = Fact(ref=ref, household_id=home, group_code="causes", key=cause, value_sealed=sealed)
    row.as_of = date(2026, 1, 1) if said == "yes" else date(chance.choice((2020, 2026)), 6, 1)
    row.recorded_by_id, row.recorded_at = by.account_id, tx.now
    tx.session.add(row)


def _add_wish(tx: Tx, by: Actor, home: Household, chance: random.Random) -> None:
    wish = v.add_public(tx, by, "冬被", at=tx.now, wanted=5)
    wish.household_id, wish.site_id, wish.beneficiary = home.id, None, f"h{home.id}"
    wish.beneficiary_kind, wish.region_code, wish.county = "household", home.region_code, home.county
    wish.city, wish.province = home.region_code[:4], home.region_code[:2]
    wish.state, wish.kind = chance.choice(STATES), chance.choice(("goods", "money", "service", "produce"))
    wish.fulfilled = wish.committed = chance.randint(0, 5)
    tx.session.flush()
    if wish.fulfilled:
        _add_gift(tx, by, wish)


def _add_gift(tx: Tx, by: Actor, wish: Wish) -> None:
    gift = Pledge(ref=new_ref(), wish_id=wish.id, account_id=by.account_id, kind=wish.kind, state="confirmed")
    gift.beneficiary, gift.region_code, gift.units = wish.beneficiary, wish.region_code, wish.fulfilled
    gift.amount_fen, gift.year, gift.display, gift.claimed_at = wish.fulfilled * wish.unit_fen, 2026, "name", tx.now
    tx.session.add(gift)
    tx.session.flush()


@pytest.fixture
def office(app: Flask) -> Actor:
    with transaction() as tx:
        v.add_regions(tx)
        return v.add_person(tx, (Role.AUDITOR, v.PROVINCE))


def crowd(office: Actor, seed: int, homes: int = 40) -> None:
    chance = random.Random(seed)
    with transaction() as tx:
        fill(tx, office, add_places(tx, chance), chance, homes)


def night() -> None:
    nightly.turn()
    end_reading()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_level_equals_the_sum_of_the_level_below(office: Actor, seed: int) -> None:
    crowd(office, seed)
    night()
    left, levels, homes = [v.PROVINCE], set[int](), 0
    while left:
        book = get_book(office, left.pop())
        levels.add(book.level)
        if book.is_village:
            summed = b.added(line.figures for line in book.lines)
            assert {name: summed[name] for name in b.OF_HOMES} == {name: book.totals[name] for name in b.OF_HOMES}
            assert not any(set(b.CAUSES) & told.keys() for told in (book.totals, *(one.figures for one in book.lines)))
            homes += len(book.lines)
        else:
            assert book.totals[b.TROUBLES] == sum(book.totals[name] for name in b.CAUSES)
            summed, told = b.added(line.figures for line in book.lines), b.shown_of(book.level + 1)
            assert {name: summed[name] for name in told} == {name: book.totals[name] for name in told}
            left += [line.key for line in book.lines]
    whole = get_book(office, v.PROVINCE).totals
    assert levels == {1, 2, 3, 4, 5}
    assert 0 < homes == whole[b.HOUSEHOLDS] == sum(whole[name] for name in b.LIFE) < 40
    assert sum(whole[name] for name in b.CATEGORIES) == homes
    assert all(whole[name] > 0 for name in (*b.CAUSES, *b.KEPT, b.HELP_FEN, b.HELP_HOURS, b.SOLD_FEN, b.WISHES_MET))
    check = find_check()
    assert check is not None
    assert check.differences == 0


def test_what_is_counted_is_what_stands_there(office: Actor) -> None:
    with transaction() as tx:
        family = v.add_family(tx, office, consents=False)
        closed = v.add_family(tx, office, consents=False)
        tx.session.get_one(Household, closed.id).closed_at = tx.now
        for cause, said, year in (("illness", "yes", 2026), ("disaster", "yes", 2020), ("lost-earner", "no", 2026)):
            _add_fact(tx, office, family.id, cause, said, random.Random(1))
            tx.session.flush()
            tx.session.execute(update(Fact).where(Fact.key == cause).values(as_of=date(year, 1, 1)))
        wish = v.add_public(tx, office, "冬被", at=tx.now, wanted=5)
        wish.household_id, wish.site_id, wish.region_code, wish.county = family.id, None, v.VILLAGE, v.COUNTY
        wish.fulfilled = wish.committed = 2
        wish.unit_fen = 60_00
        v.add_public(tx, office, "学校的", at=tx.now)  # a school's need stands in no household's book
    night()
    totals = get_book(office, v.COUNTY).totals
    expected = {
        b.HOUSEHOLDS: 1, b.MEMBERS: 2, b.CHILDREN: 1, "life:verified": 1, "category:low-income": 1,
        "cause:illness": 1, "cause:disaster": 1, b.TROUBLES: 2, b.STALE: 1, b.WISHES_OPEN: 1, b.HELP_FEN: 120_00,
    }  # fmt: skip
    assert {name: value for name, value in totals.items() if value} == expected


def test_the_nightly_check_finds_who_fell_between_two_levels(office: Actor) -> None:
    crowd(office, 7, homes=10)
    with transaction() as tx:
        lost = v.add_family(tx, office, consents=False)
        tx.session.execute(update(Household).where(Household.id == lost.id).values(region_code="990101001999"))
    night()
    found = find_check()
    assert found is not None
    assert (found.differences, found.region, found.figure) == (1, v.TOWNSHIP, b.HOUSEHOLDS)
    with transaction() as tx:
        tx.session.execute(
            update(Household).where(Household.id == lost.id).values(region_code=v.VILLAGE, county="990102")
        )
        tx.session.execute(delete(RegisterCheck))
    night()
    found = find_check()
    assert found is not None
    assert {found.region, found.figure} == {v.COUNTY, b.HOUSEHOLDS}
    assert found.differences == 2
    end_reading()
    again = nightly.turn()  # once a day
    assert (again, find_check()) == (0, found)


def found_at(village: str) -> str:
    """Check again and give the first figure that differs; nothing differs anywhere but in this village."""
    with transaction() as tx:
        tx.session.execute(delete(RegisterCheck))
    night()
    check = find_check()
    assert check is not None
    assert check.differences == bool(check.figure)
    assert check.region == (village if check.figure else "")
    return check.figure


def test_the_check_counts_children_and_help_another_way_and_can_fail(office: Actor) -> None:
    crowd(office, 5, homes=12)
    assert found_at("") == ""
    with transaction() as tx:
        lives = (Member.left_at.is_(None), Household.closed_at.is_(None), Member.school_stage.is_not(None))
        child = tx.session.scalars(
            select(Member).join(Household, Household.id == Member.household_id).where(*lives).limit(1)
        ).one()
        village, stage = tx.session.get_one(Household, child.household_id).region_code, child.school_stage
        child.school_stage = None  # a child that the books do not count
        child_id = child.id
    assert found_at(village) == b.CHILDREN
    with transaction() as tx:
        tx.session.get_one(Member, child_id).school_stage = stage
        gift = tx.session.scalars(
            select(Pledge)
            .join(Wish, Wish.id == Pledge.wish_id)
            .join(Household, Household.id == Wish.household_id)
            .where(Household.closed_at.is_(None), Wish.kind == "goods")
            .limit(1)
        ).one()
        gift.units += 1  # help that the books do not count
        village, gift_id = gift.region_code, gift.id
    assert found_at(village) == b.HELP_FEN
    with transaction() as tx:
        tx.session.get_one(Pledge, gift_id).units -= 1
    assert found_at("") == ""


def differing(since: datetime = datetime(2100, 1, 1, tzinfo=UTC)) -> list[tuple[str, str]]:
    """Compare at once, with everything that was written down before a moment."""
    end_reading()
    found = list_differences(calendar.day_of(clock.now()), since=since)
    return [(one.region, one.figure) for one in found.differences]


@pytest.mark.parametrize("seed", [11, 12])
def test_the_check_counts_causes_and_old_answers_another_way_and_can_fail(
    office: Actor, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register_walks, "PIECE", 5)
    crowd(office, seed, homes=20)
    night()
    assert differing() == []
    with transaction() as tx:
        figures = tx.session.scalars(select(HouseholdFigures).where(HouseholdFigures.causes > 0).limit(1)).one()
        home, causes = figures.household_id, figures.causes
        village = tx.session.get_one(Household, home).region_code
        figures.causes += 1
    assert (village, b.TROUBLES) in differing()
    with transaction() as tx:
        tx.session.get_one(HouseholdFigures, home).causes = causes
        tx.session.get_one(HouseholdFigures, home).stale += 1
    assert (village, b.STALE) in differing()
    with transaction() as tx:
        tx.session.get_one(HouseholdFigures, home).stale -= 1
        row = tx.session.scalars(select(VillageFigure).limit(1)).one()
        wrong, figure = row.region_code, row.figure
        row.value = 777  # a counter that adds up in all levels, and counts wrong
    assert differing() == [(wrong, figure)]
    assert differing(since=datetime(2000, 1, 1, tzinfo=UTC)) == [], "what was written down since is not counted yet"


def test_an_answer_that_does_not_open_is_in_no_figure_and_no_difference(office: Actor) -> None:
    crowd(office, 13, homes=12)
    with transaction() as tx:
        fact = tx.session.scalars(select(Fact).where(Fact.group_code == "causes").limit(1)).one()
        fact.value_sealed = b"\x00" * 40
    night()
    assert differing() == []


def test_the_check_adds_up_the_lines_of_village_books_and_can_fail(
    office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(office, 6, homes=12)
    monkeypatch.setattr(register_walks, "PIECE", 5)
    assert found_at("") == ""
    with transaction() as tx:
        home = tx.session.scalars(select(Household).where(Household.closed_at.is_(None)).limit(1)).one()
        ref, village = home.ref, home.region_code
    counted = register_walks.count_homes

    def short(session: Session, where: ColumnElement[bool]) -> Counts:
        """Lose one line, as a card would that no book leads to."""
        return {key: line for key, line in counted(session, where).items() if key != ref}

    monkeypatch.setattr(register_walks, "count_homes", short)
    assert found_at(village) == b.HOUSEHOLDS


def test_books_are_for_staff_of_the_region(office: Actor) -> None:
    with transaction() as tx:
        volunteer = v.add_person(tx, (Role.VOLUNTEER, v.VILLAGE))
        donor = v.add_person(tx)
    assert list_own_books(volunteer) == (v.VILLAGE,)
    assert get_book(volunteer, v.VILLAGE).path == ()
    assert get_book(office, v.VILLAGE).path == (v.PROVINCE, v.CITY, v.COUNTY, v.TOWNSHIP)
    for who, region in ((volunteer, v.TOWNSHIP), (volunteer, v.OTHER_VILLAGE), (donor, v.VILLAGE), (office, "11")):
        with pytest.raises(Missing):
            get_book(who, region)
    with pytest.raises(SignInNeeded):
        get_book(VISITOR, v.VILLAGE)
