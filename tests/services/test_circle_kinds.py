"""Circles of hours and of produce: each month's gift lives the life of its kind, and keeps or misses the month."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import SYSTEM, Actor
from charity.domain.errors import Refused
from charity.domain.kinds import Kind
from charity.domain.sides import Side
from charity.models.accounts import Account, RoleGrant
from charity.models.circles import CircleTerms
from charity.models.households import Consent
from charity.models.outbox import Notice
from charity.models.pledges import BoardLine, GivenYear
from charity.models.produce import ProduceBatch, ProduceSale
from charity.models.service import ServiceTerms
from charity.models.sides import record_side
from charity.services import vetting
from charity.services.circles import group_seats, propose, seats
from charity.services.pledges import cases, clocks, confirm, plan, receive, rule, send
from tests.kit import classes as c
from tests.kit import harvest
from tests.kit import hours as h
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


@pytest.fixture
def school(at: Ground) -> h.School:
    return h.add_school(at.village)


def add_harvest() -> None:
    with transaction() as tx:
        v.add_programme(tx, code="HARVEST", kind=Kind.PRODUCE)


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.code


def told(kind: str) -> list[int]:
    end_reading()
    return list(reading().scalars(select(Notice.account_id).where(Notice.kind == kind).order_by(Notice.id)))


def lines() -> list[tuple[str, int]]:
    end_reading()
    return sorted((row.metric, row.value) for row in reading().execute(select(BoardLine.metric, BoardLine.value)))


def given(who: Actor, at: Ground) -> int:
    end_reading()
    row = reading().get(GivenYear, (who.account_id, f"h{at.village.family.id}", 2026))
    return 0 if row is None else row.amount_fen


def lesson_point(school: h.School) -> dict[str, str]:
    return {"subject": "maths", "adult": h.TEACHER, "point": school.point}


def test_a_month_of_hours_is_born_held_and_kept_when_the_family_confirms(
    at: Ground, school: h.School, travel: Travel
) -> None:
    ref = r.running(at, at.donors[:3], promise=r.hours(school.town_point, units=3))
    assert (r.circle(ref).category, r.circle(ref).unit_label, r.circle(ref).monthly_fen) == ("home-help", "hour", 0)
    travel(r.MAY)
    assert r.turn() == {"months-opened": 1}
    (wish,) = r.wishes(ref)
    assert (wish.kind, wish.wanted, wish.committed, wish.season_on) == ("service", 9, 9, r.MAY.date().replace(day=31))
    terms = reading().get_one(ServiceTerms, wish.id)
    assert (terms.subject, terms.serves_children) == ("repairs", False)
    assert [(gift.state, gift.units, gift.clock) for gift in r.gifts(ref)] == [("held", 3, "plan")] * 3
    assert reading().get_one(Account, at.donors[0].account_id).open_pledges == 0
    first, second, third = r.gifts(ref)
    plan.plan(at.donors[0], first.ref, day=h.today() + timedelta(days=2))
    plan.plan(at.donors[1], second.ref, day=h.today() + timedelta(days=2))
    travel(r.MAY + timedelta(days=2))
    send.send(at.donors[0], first.ref, hours=2)
    receive.hand_over(school.town_keeper, first.ref)
    confirm.confirm(at.village.reviewer, first.ref, basis="call-back")
    plan.cancel(at.donors[1], second.ref)
    travel(r.MAY + timedelta(days=4))
    assert clocks.pledge_due(SYSTEM, third.ref) == "lapse"
    r.turn()
    assert sorted(r.months(ref)) == [
        ("2026-05", "kept", ""),
        ("2026-05", "missed", "cancelled"),
        ("2026-05", "missed", "lapsed"),
    ]
    assert [seat.lapses for seat in r.seats_of(ref)] == [0, 0, 1]
    assert lines() == [("hours", 2), ("months", 1), ("wishes", 1)]
    assert reading().get_one(Account, at.donors[0].account_id).open_pledges == 0
    assert r.agrees() == 1


def test_hours_of_a_month_given_in_meetings_keep_it_once(at: Ground, school: h.School, travel: Travel) -> None:
    first, second = at.donors[:2]
    ref = r.running(at, (first, second), promise=r.hours(school.town_point, units=3))
    travel(r.MAY)
    r.turn()
    gifts = r.gifts(ref)
    days = [h.today() + timedelta(days=number) for number in (1, 3)]
    for donor, gift in zip((first, second), gifts, strict=True):
        plan.plan(donor, gift.ref, more_days=days)
    travel(r.MAY + timedelta(days=1))
    for donor, gift in zip((first, second), gifts, strict=True):
        send.send(donor, gift.ref, hours=1)
    for part in [one for one in r.gifts(ref) if one.state == "sent"]:
        receive.hand_over(school.town_keeper, part.ref)
        confirm.confirm(at.village.reviewer, part.ref, basis="call-back")
    plan.cancel(second, gifts[1].ref)  # the meeting that is still to come
    travel(r.MAY + timedelta(days=3))
    send.send(first, gifts[0].ref)
    receive.hand_over(school.town_keeper, gifts[0].ref)
    confirm.confirm(at.village.reviewer, gifts[0].ref, basis="call-back")
    r.turn()
    assert r.turn() == {}
    assert r.months(ref) == [("2026-05", "kept", "")] * 2
    assert lines() == [
        ("hours", 1),
        ("hours", 1),
        ("hours", 2),
        ("months", 1),
        ("months", 1),
        ("wishes", 1),
        ("wishes", 1),
    ]
    assert [reading().get_one(Account, donor.account_id).open_pledges for donor in (first, second)] == [0, 0]
    assert r.agrees() == 1


def test_a_seats_month_counts_once_whichever_of_its_meetings_is_objected_to(
    at: Ground, school: h.School, travel: Travel
) -> None:
    donor = at.donors[0]
    ref = r.running(at, at.donors[:2], promise=r.hours(school.town_point, units=3))
    with transaction() as tx:
        auditor = v.add_person(tx, (v.Role.AUDITOR, v.COUNTY))
    travel(r.MAY)
    r.turn()
    gift = r.gifts(ref)[0].ref
    plan.plan(donor, gift, more_days=[h.today() + timedelta(days=number) for number in (1, 3)])

    def keep(part: str) -> None:
        receive.hand_over(school.town_keeper, part)
        confirm.confirm(at.village.reviewer, part, basis="call-back")

    def decide(part: str, ruling: str) -> None:
        rule.rule(auditor, part, ruling=ruling, grounds="查过了")

    def counted() -> int:
        return sum(value for metric, value in lines() if metric == "months")

    travel(r.MAY + timedelta(days=1))
    send.send(donor, gift, hours=1)
    first = next(one.ref for one in r.gifts(ref) if one.state == "sent")
    keep(first)
    cases.dispute(at.village.reviewer, first, reason="misuse")
    assert counted() == 0
    travel(r.MAY + timedelta(days=3))
    second = next(one.ref for one in r.gifts(ref) if one.state == "planned")
    send.send(donor, second)
    keep(second)
    assert counted() == 1
    decide(first, "confirmed")
    assert counted() == 1  # the other one carries the month by now
    cases.dispute(at.village.reviewer, second, reason="misuse")
    assert counted() == 1  # and hands it back
    cases.dispute(at.village.reviewer, first, reason="misuse")
    assert counted() == 0
    decide(second, "confirmed")
    decide(first, "refuted")
    r.turn()
    assert ("2026-05", "kept", "") in r.months(ref)
    assert counted() == 1
    assert r.agrees() == 1


def test_a_month_of_produce_is_a_batch_of_its_own_that_the_village_ships(at: Ground, travel: Travel) -> None:
    add_harvest()
    ref = r.running(at, at.donors[:3], promise=r.produce(units=3))
    travel(r.MAY)
    assert r.turn() == {"months-opened": 1}
    (wish,) = r.wishes(ref)
    assert (wish.kind, wish.unit_fen, wish.wanted, wish.point_id) == ("produce", 30_00, 9, None)
    (batch,) = reading().scalars(select(ProduceBatch))
    assert (batch.poster_id, batch.product, str(batch.last_on)) == (
        at.village.volunteer.account_id, "walnuts", "2026-05-31",
    )  # fmt: skip
    assert [given(donor, at) for donor in at.donors[:3]] == [90_00] * 3
    first, second, third = r.gifts(ref)
    for donor, gift in zip(at.donors[:2], (first, second), strict=True):
        plan.plan(donor, gift.ref, buyer=harvest.BUYER)
    send.send(at.village.volunteer, first.ref, courier="sf", tracking="SF1239876540012", income_fen=80_00)
    receive.hand_over(at.donors[0], first.ref)
    confirm.confirm(at.village.reviewer, first.ref, basis="call-back", income_fen=85_00)
    travel(r.JUNE + timedelta(minutes=1))
    assert clocks.pledge_due(SYSTEM, third.ref) == "lapse"
    assert clocks.pledge_due(SYSTEM, second.ref) == "release-overdue-seller"
    r.turn()
    may = sorted(one for one in r.months(ref) if one[0] == "2026-05")
    assert may == [
        ("2026-05", "kept", ""),
        ("2026-05", "missed", "lapsed"),
        ("2026-05", "missed", "seller-overdue"),
    ]
    assert [seat.lapses for seat in r.seats_of(ref)] == [0, 0, 1]  # the seller's delay is nobody else's lapse
    assert [given(donor, at) for donor in at.donors[:3]] == [180_00, 90_00, 90_00]
    assert lines() == [("months", 1), ("purchases", 90_00), ("wishes", 1)]
    assert all(row.buyer_sealed is None for row in reading().scalars(select(ProduceSale)))
    assert r.agrees() == 1


def test_produce_of_each_quarter_is_asked_every_third_month(at: Ground, travel: Travel) -> None:
    add_harvest()
    ref = r.running(at, at.donors[:2], promise=r.produce(every=3))
    for month in range(5, 9):
        travel(r.MAY.replace(month=month))
        r.turn()
        assert r.circle(ref).month == f"2026-0{month}"
    assert sorted({month for month, _, _ in r.months(ref)}) == ["2026-05", "2026-08"]
    assert r.agrees() == 1


def test_another_volunteer_ships_when_the_proposer_is_gone_and_without_one_nothing_opens(
    at: Ground, travel: Travel
) -> None:
    add_harvest()
    ref = r.running(at, at.donors[:2], promise=r.produce())
    with transaction() as tx:
        own = select(RoleGrant).where(RoleGrant.account_id == at.village.volunteer.account_id)
        tx.session.scalars(own).one().revoked_at = tx.now
    travel(r.MAY)
    assert r.turn() == {}
    assert set(told("circle-month-stuck")) == {at.village.reviewer.account_id, at.village.second.account_id}
    with transaction() as tx:
        reviewed = v.add_person(tx, (v.Role.VOLUNTEER, v.VILLAGE))
        record_side(tx, reviewed.account_id, f"h{at.village.family.id}", Side.TOWNSHIP)
    assert r.turn() == {}  # on another side of this family he could not ship
    with transaction() as tx:
        other = v.add_person(tx, (v.Role.VOLUNTEER, v.TOWNSHIP))
    assert r.turn() == {"months-opened": 1}
    assert reading().scalars(select(ProduceBatch.poster_id)).all() == [other.account_id]
    assert len(r.gifts(ref)) == 2


def test_what_hours_and_produce_may_not_be_proposed(at: Ground, school: h.School) -> None:
    add_harvest()
    point = school.town_point
    assert refused(lambda: r.proposed(at, promise=r.hours(point, units=21))) == "number-out-of-range"
    assert refused(lambda: r.proposed(at, promise=r.hours(point, subject="magic"))) == "subject-unknown"
    assert refused(lambda: r.proposed(at, promise=r.hours("nowhere"))) == "point-unknown"
    assert refused(lambda: r.proposed(at, promise=r.produce(unit_fen=900_00))) == "template-not-ordinary"
    assert refused(lambda: r.proposed(at, promise=r.produce(every=2))) == "number-out-of-range"
    by_reviewer = (at.village.reviewer, at.village.family.ref)
    assert refused(lambda: propose.propose(*by_reviewer, promise=r.produce())) == "seller-is-volunteer"


def test_hours_with_children_need_a_second_adult_a_school_or_a_team_and_a_consent(at: Ground, school: h.School) -> None:
    def lesson(**changed: str) -> str:
        told: dict[str, str] = {"subject": "maths", "adult": h.TEACHER} | changed
        point = told.pop("point", school.point)
        return r.proposed(at, promise=r.hours(point, **told))

    assert refused(lambda: lesson(adult="")) == "second-adult-missing"
    assert refused(lambda: lesson(point=school.town_point, mode="remote")) == "private-remote-call"
    with transaction() as tx:
        tx.session.query(Consent).where(
            Consent.member_id == at.village.family.child_id, Consent.purpose == "school-point"
        ).update({"is_granted": False})
    assert refused(lesson) == "no-willing-child"
    with transaction() as tx:
        v.add_consent(
            tx, at.village.volunteer, at.village.family.id, at.village.family.child_id,
            v.Purpose.SCHOOL_POINT, given_by="parent",
        )  # fmt: skip
    ref = lesson()
    terms = reading().get_one(CircleTerms, r.circle(ref).id)
    assert terms.serves_children
    assert h.TEACHER.encode() not in (terms.second_adult_sealed or b"")


def test_only_who_was_vetted_sits_for_children_and_a_month_without_it_is_excused(
    at: Ground, school: h.School, travel: Travel
) -> None:
    first, second, other = at.donors[:3]
    ref = r.formed(at, promise=r.hours(school.point, subject="maths", adult=h.TEACHER))
    assert refused(lambda: seats.join(first, ref)) == "vetting-missing"
    group = c.founded(other)
    h.vet(at.village, other)
    assert refused(lambda: group_seats.take(other, ref, group)) == "group-meets-no-children"
    record = h.vet(at.village, first)
    h.vet(at.village, second)
    seats.join(first, ref)
    seats.join(second, ref)
    travel(r.MAY)
    r.turn()
    (wish,) = r.wishes(ref)
    terms = reading().get_one(ServiceTerms, wish.id)
    assert (terms.serves_children, terms.second_adult_sealed is not None) == (True, True)
    day = h.today() + timedelta(days=2)
    plan.plan(first, r.gifts(ref)[0].ref, day=day)
    vetting.revoke(at.village.administrator, record)
    r.turn()
    assert ("2026-05", "missed", "vetting-ended") in r.months(ref)
    plan.plan(second, r.gifts(ref)[1].ref, day=day)
    travel(now() + timedelta(days=2))
    send.send(second, r.gifts(ref)[1].ref)
    assert refused(lambda: receive.hand_over(school.keeper, r.gifts(ref)[1].ref)) == "second-adult-missing"
    receive.hand_over(school.keeper, r.gifts(ref)[1].ref, second_adult=h.TEACHER)
    travel(r.JUNE)
    r.turn()
    assert ("2026-06", "missed", "vetting-missing") in r.months(ref)
    assert told("circle-month-unvetted-donor") == [first.account_id]
    assert r.seat_of(ref, first).lapses == 0
    assert len([gift for gift in r.gifts(ref) if gift.account_id == first.account_id]) == 1
    assert r.agrees() == 1
