"""Who may give to which family is asked in four places: they agree, and the line of a list is the full judgement's."""

import random
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters import clock
from charity.adapters.db import Tx, end_reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.errors import Refused
from charity.domain.openings import place_in_line
from charity.domain.sides import TERM, Side
from charity.models import fitting, opening_joins
from charity.models.accounts import Account, RoleGrant
from charity.models.circles import Circle, CircleRefusal, Seat
from charity.models.households import Household, HouseholdSide
from charity.models.intending import IntentRow
from charity.models.openings import CircleOpening
from charity.models.wishes import Wish
from charity.queries.matching import night
from charity.services.circles.seats import may_sit
from tests.kit import listed as li
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.listed import County
from tests.kit.village import Family

PHONES = [bytes([number]) * 32 for number in (1, 2, 3)]  # digests of three numbers
PLACES = (v.VILLAGE, v.OTHER_VILLAGE, v.TOWNSHIP, v.OTHER_TOWNSHIP, v.COUNTY)


@pytest.fixture
def at(app: Flask) -> County:
    del app
    at = li.county(3)
    with transaction() as tx:
        more = tuple(li.willing(tx, at.village, where=v.OTHER_VILLAGE) for _ in range(3))
        poster = v.add_person(tx)
        for family in (*at.families, *more):
            add_wish(tx, poster, family)
    return County(village=at.village, families=(*at.families, *more), county_reviewer=at.county_reviewer)


def add_wish(tx: Tx, poster: Actor, family: Family) -> None:
    region = tx.session.get_one(Household, family.id).region_code
    whose = {"beneficiary_kind": "household", "beneficiary": f"h{family.id}", "household_id": family.id}
    v.add_public(tx, poster, "一床棉被", at=tx.now, region_code=region, category="quilt", **whose)


def bar(at: County, donors: tuple[Actor, ...], chance: random.Random) -> None:
    """Let some families be kin, neighbours, cases of work, or unwilling; and some only look like it."""
    with transaction() as tx:
        for family in at.families:
            tx.session.get_one(Household, family.id).phone_digest = chance.choice([None, *PHONES])
            tx.session.get_one(Household, family.id).relative_phone_digest = chance.choice([None, None, *PHONES])
        for donor in donors:
            tx.session.get_one(Account, donor.account_id).phone_digest = None
        for donor, phone in zip(chance.sample(donors, len(PHONES)), PHONES, strict=True):
            tx.session.get_one(Account, donor.account_id).phone_digest = phone
        for donor in donors:
            _roles(tx, donor, chance)
            for family in at.families:
                _stand(tx, at, donor, family, chance)


def _roles(tx: Tx, donor: Actor, chance: random.Random) -> None:
    if chance.random() < 0.5:
        held = chance.choice([Role.VOLUNTEER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR])
        ends = chance.choice([None, None, date(2021, 1, 1), tx.now.date() + timedelta(days=9)])
        revoked = tx.now if chance.random() < 0.2 else None
        grant = {"role": held.value, "region_code": chance.choice(PLACES), "starts_on": date(2020, 1, 1)}
        tx.session.add(
            RoleGrant(account_id=donor.account_id, granted_at=tx.now, ends_on=ends, revoked_at=revoked, **grant)
        )


def _stand(tx: Tx, at: County, donor: Actor, family: Family, chance: random.Random) -> None:
    if chance.random() < 0.25:
        ago = chance.choice([timedelta(days=1), TERM + timedelta(days=1)])
        side = chance.choice([Side.FIELD, Side.TOWNSHIP, Side.GIVING])
        row = {"beneficiary": f"h{family.id}", "side": side.value, "last_at": tx.now - ago}
        tx.session.add(HouseholdSide(account_id=donor.account_id, **row))
    if chance.random() < 0.15:
        by = at.village.volunteer.account_id
        refusal = {"household_id": family.id, "account_id": donor.account_id, "recorded_by_id": by}
        tx.session.add(CircleRefusal(recorded_at=tx.now, **refusal))


def asks(donor: Actor) -> IntentRow:
    far = clock.now().date() + timedelta(days=30)
    return IntentRow(
        id=1, ref="any", account_id=donor.account_id, kind="", category="", beneficiary_kind="", school_stage="",
        region_code="", most_fen=10**6, units_left=1, until=far, state="open", unanswered=0, look_at=None,
    )  # fmt: skip


def sits(tx: Tx, donor: Actor, circle: Circle) -> bool:
    try:
        may_sit(tx, donor.account_id, circle)
    except Refused:
        return False
    return True


@pytest.mark.parametrize("seed", range(2))
def test_the_four_places_agree_on_who_may_give_to_whom(at: County, seed: int) -> None:
    ref, chance = li.opened(at), random.Random(seed)
    donors = r.more_donors(6)
    bar(at, donors, chance)
    end_reading()
    opening = li.opening(ref)
    judged: dict[tuple[int, int], bool] = {}
    with transaction() as tx:
        circles = list(tx.session.scalars(select(Circle).order_by(Circle.id)))
        people = list(tx.session.scalars(select(Account).where(Account.id.in_([d.account_id for d in donors]))))
        barred = night._barred(tx.session, tx.now, people, night._circles(tx.session, ""))  # pyright: ignore[reportPrivateUsage]
        for donor in donors:
            digests = {one for one in [tx.session.get_one(Account, donor.account_id).phone_digest] if one}
            for circle in circles:
                pair = (donor.account_id, circle.household_id)
                others = [one.id for one in circles if one is not circle]
                found = opening_joins.find_next_circle(tx, opening.id, donor.account_id, tried=others, is_patient=True)
                home = tx.session.get_one(Household, circle.household_id)
                # kinship is asked of the circle that was found, not of all: it takes a digest of every member
                is_kin = not digests.isdisjoint({home.phone_digest, home.relative_phone_digest})
                wish = tx.session.scalars(select(Wish.id).where(Wish.household_id == circle.household_id)).one()
                judged[pair] = sits(tx, donor, circle)
                assert (found is not None and not is_kin) is judged[pair], pair
                assert (pair not in barred) is judged[pair], pair
                assert (fitting.find_fitting(tx, asks(donor), wish_id=wish) is not None) is judged[pair], pair
    assert 4 <= sum(judged.values()) <= len(judged) - 4  # both answers came up


@pytest.mark.parametrize("seed", range(2))
def test_the_first_in_line_is_the_same_as_by_judging_every_circle(
    at: County, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening_joins, "LOOKED_AT", 2)
    ref, chance = li.opened(at, target=9, least=3), random.Random(seed)
    donors = r.more_donors(8)
    opening = li.opening(ref)
    bar(at, donors, chance)
    seen = 0
    for _ in range(3):
        with transaction() as tx:
            for circle in tx.session.scalars(select(Circle)):
                values = {"taken": chance.choice([0, 1, 2, 3, 5, 9]), "least": chance.choice([2, 3, 4])}
                tx.session.execute(update(Circle).where(Circle.id == circle.id).values(**values))
        end_reading()
        with transaction() as tx:
            for donor in donors:
                tried = {circle.id for circle in li.circles(ref) if chance.random() < 0.1}
                found = opening_joins.find_next_circle(
                    tx, opening.id, donor.account_id, tried=tried, is_patient=chance.random() < 0.5
                )
                assert found == by_judging_all(tx, opening, donor, tried)
                seen += found is not None
    assert seen > 5


def by_judging_all(tx: Tx, opening: CircleOpening, donor: Actor, tried: set[int]) -> tuple[int, str] | None:
    """Walk down the line and ask every circle, but for kinship, which is asked of the one that was found."""
    del opening
    rows = tx.session.scalars(select(Circle).where(Circle.taken < Circle.target, Circle.id.not_in(tried)))
    line = sorted(rows, key=lambda circle: (place_in_line(circle.taken, circle.least), circle.id))
    with tx.session.begin_nested() as without_kin:
        tx.session.execute(update(Account).where(Account.id == donor.account_id).values(phone_digest=None))
        first = next((circle for circle in line if sits(tx, donor, circle)), None)
        without_kin.rollback()
    return None if first is None else (first.id, first.ref)


def test_whoever_holds_a_seat_is_led_to_another_circle(at: County) -> None:
    ref, (donor,) = li.opened(at), r.more_donors(1)
    first, second = li.circles(ref)[:2]
    with transaction() as tx:
        seat = tx.session.scalars(select(Seat).where(Seat.circle_id == first.id).limit(1)).one()
        values = {"account_id": donor.account_id, "state": "active", "accepted_at": tx.now}
        tx.session.execute(update(Seat).where(Seat.id == seat.id).values(**values))
    with transaction() as tx:
        opening = tx.session.scalars(select(CircleOpening).where(CircleOpening.ref == ref)).one()
        found = opening_joins.find_next_circle(tx, opening.id, donor.account_id, tried=(), is_patient=True)
    assert found == (second.id, second.ref)
