"""The nightly matching from rows to offers, on both databases: who is invited, who never is, what is replayed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import SYSTEM, Actor
from charity.domain.errors import Missing
from charity.domain.sides import Side
from charity.jobs.matching import carry_out, compute, figures, keep, turn
from charity.models.accounts import Account
from charity.models.circles import CircleRefusal, SeatOffer
from charity.models.households import Household
from charity.models.matching import MatchHousehold, MatchPair, MatchRun
from charity.models.sides import record_side
from charity.queries.matching.explaining import explain
from charity.services import interests
from charity.services.circles import clocks, seats
from charity.services.circles.invitations import invite
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]
SEED = 7
NIGHT = datetime.fromisoformat("2026-04-20T19:30:00+00:00")  # 03:30 in Shanghai


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


def willing(*donors: Actor, seats: int = 1) -> None:
    for donor in donors:
        interests.state(donor, kinds=["quilt"], seats=seats)


def rows(table: type) -> int:
    end_reading()
    return reading().scalar(select(func.count()).select_from(table)) or 0


def matched() -> set[tuple[int, int]]:
    result = compute(SEED)
    night, found = result.night, result.assignment
    return {
        (int(night.donors.id[donor]), int(night.homes[home]))
        for donor, home in zip(found.donor, found.household, strict=True)
    }


def who() -> set[int]:
    return {account for account, _home in matched()}


def offers() -> list[SeatOffer]:
    end_reading()
    return list(reading().scalars(select(SeatOffer).order_by(SeatOffer.id)))


def run(seed: int = SEED) -> str:
    ref = keep(compute(seed))
    assert ref is not None
    carry_out(ref)
    return ref


def test_only_who_said_yes_is_invited(at: Ground) -> None:
    r.formed(at)
    interests.state(at.donors[0], kinds=["quilt"])
    assert who() == set()
    willing(at.donors[1])
    assert who() == {at.donors[1].account_id}
    run()
    assert [(offer.account_id, offer.state, offer.place_id) for offer in offers()] == [
        (at.donors[1].account_id, "open", None)
    ]


def test_an_empty_night_is_a_run_too(at: Ground) -> None:
    result = compute(SEED)
    assert (len(result.assignment.donor), result.assignment.value) == (0, 0)
    r.formed(at)
    assert figures(compute(SEED)).alone == 1
    willing(at.donors[0])
    assert run()


def test_the_same_rows_and_seed_give_the_same_bytes_and_a_dry_run_writes_nothing(at: Ground) -> None:
    r.formed(at)
    willing(*at.donors)
    first, again = figures(compute(SEED)), figures(compute(SEED))
    assert first == again
    assert figures(compute(SEED + 1)).input_digest != first.input_digest
    assert (rows(MatchRun), rows(MatchPair), rows(MatchHousehold), rows(SeatOffer)) == (0, 0, 0, 0)
    ref = run()
    kept = reading().scalars(select(MatchRun).where(MatchRun.ref == ref)).one()
    assert {name: getattr(kept, name) for name in ("input_digest", "result_digest", "value", "bound", "code")} == {
        "input_digest": first.input_digest,
        "result_digest": first.result_digest,
        "value": first.value,
        "bound": first.bound,
        "code": first.code,
    }
    assert first.value <= first.bound


def test_no_more_than_its_seats_and_one_offer_for_a_donor(at: Ground) -> None:
    ref = r.formed(at)
    willing(*at.donors, seats=3)
    assert len(matched()) == 3  # six donors, three seats
    run()
    assert len({offer.account_id for offer in offers()}) == len(offers()) == 3
    assert r.states(ref) == ["offered"] * 3
    assert r.agrees() >= 0
    run(SEED + 1)
    assert len(offers()) == 3


def test_who_sits_as_often_as_he_likes_is_left_in_peace(at: Ground) -> None:
    first = r.formed(at)
    seats.join(at.donors[0], first)
    willing(at.donors[0])
    assert len(compute(SEED).night.donors) == 0
    willing(at.donors[0], seats=2)
    assert len(compute(SEED).night.donors) == 1
    assert matched() == set()  # he sits in this one


def test_who_is_barred_is_never_matched(at: Ground) -> None:
    r.formed(at)
    willing(*at.donors)
    village, family = at.village, at.village.family
    willing(village.volunteer)  # he registers here, and has a role in the village
    ids = [donor.account_id for donor in at.donors]
    with transaction() as tx:
        tx.session.add(
            CircleRefusal(
                household_id=family.id,
                account_id=ids[0],
                recorded_by_id=village.volunteer.account_id,
                recorded_at=tx.now,
            )
        )
        tx.session.get_one(Household, family.id).phone_digest = tx.session.get_one(Account, ids[1]).email_digest
        record_side(tx, ids[2], f"h{family.id}", Side.FIELD)
        tx.session.get_one(Account, ids[3]).email_verified_at = None
        tx.session.get_one(Account, ids[4]).cooling_until = tx.now + timedelta(days=1)
    assert who() == {ids[5]}
    run()
    assert [offer.account_id for offer in offers()] == [ids[5]]


def test_a_refusal_between_the_run_and_its_offers_is_heard(at: Ground) -> None:
    r.formed(at)
    willing(at.donors[0])
    ref = keep(compute(SEED))
    assert ref is not None
    with transaction() as tx:
        tx.session.add(
            CircleRefusal(
                household_id=at.village.family.id,
                account_id=at.donors[0].account_id,
                recorded_by_id=at.village.volunteer.account_id,
                recorded_at=tx.now,
            )
        )
    assert carry_out(ref) == 0
    assert offers() == []


def test_an_offer_lasts_72_hours_and_a_no_is_not_asked_again(at: Ground, travel: Travel) -> None:
    ref = r.formed(at)
    willing(at.donors[0])
    run()
    (offer,) = offers()
    assert offer.act_by == r.APRIL + timedelta(hours=72)
    travel(r.APRIL + timedelta(hours=49))
    assert clocks.offer_due(SYSTEM, offer.ref) is False
    seats.decline(at.donors[0], offer.ref)
    assert r.states(ref) == ["open"] * 3
    assert who() == set()


def test_accepting_is_the_donors_own_act(at: Ground) -> None:
    ref = r.formed(at)
    willing(at.donors[0])
    run()
    seats.accept(at.donors[0], offers()[0].ref)
    assert r.states(ref) == ["accepted", "open", "open"]
    assert r.agrees() == 1


def test_each_pair_becomes_at_most_one_offer_and_a_run_has_its_most(at: Ground) -> None:
    r.formed(at)
    willing(*at.donors)
    assert keep(compute(SEED)) is not None
    pairs = list(reading().scalars(select(MatchPair.id).order_by(MatchPair.id)))
    end_reading()
    assert [invite(SYSTEM, pair, most=2) for pair in pairs] == [True, True, False]
    assert [invite(SYSTEM, pair, most=9) for pair in pairs] == [False, False, False]
    assert len(offers()) == 2


def test_a_night_is_run_once_and_goes_on_where_it_was_cut_off(at: Ground, travel: Travel) -> None:
    r.formed(at)
    willing(at.donors[0])
    travel(NIGHT - timedelta(hours=1))
    turn()
    assert rows(MatchRun) == 0  # it is not yet three
    travel(NIGHT)
    turn()
    turn()
    assert (rows(MatchRun), len(offers())) == (1, 1)
    assert keep(compute(SEED), day=reading().scalar(select(MatchRun.day))) is None
    willing(at.donors[1])
    assert keep(compute(SEED)) is not None  # and cut off before any offer
    turn()
    assert len(offers()) == 2
    assert reading().scalar(select(func.count()).where(MatchRun.done_at.is_(None))) == 0


def test_why_not_me(at: Ground) -> None:
    ref = at.village.family.ref
    assert explain(at.village.volunteer, ref).runs == 0
    r.formed(at)
    willing(*at.donors[:2])
    run()
    seats.decline(at.donors[0], next(o.ref for o in offers() if o.account_id == at.donors[0].account_id))
    found = explain(at.village.reviewer, ref)
    assert (found.runs, found.seats, found.listed, found.offers, found.declined) == (1, 3, 2, 2, 1)
    for stranger in (at.donors[0], neighbour(at)):
        with pytest.raises(Missing):
            explain(stranger, ref)


def neighbour(at: Ground) -> Actor:
    with transaction() as tx:
        return v.add_person(tx, (v.Role.VOLUNTEER, v.OTHER_VILLAGE))
