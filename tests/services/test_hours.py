"""Hours from the wish to the board: agreed, logged, attested, confirmed; and nobody unvetted comes near a child."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import SYSTEM
from charity.domain.calendar import day_end
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.domain.intentions import Intention
from charity.domain.service import Mode
from charity.domain.wishes import BeneficiaryKind
from charity.jobs import intentions as pool
from charity.ledger import timeline
from charity.models.intentions import IntentOffer
from charity.models.outbox import Notice
from charity.models.pledges import BoardLine, Pledge
from charity.models.points import AddressShown
from charity.models.service import ServiceVisit, Vetting
from charity.models.wishes import Wish
from charity.queries.pledges.own import get_own, get_slip
from charity.queries.pledges.point import get_point_pledge, list_desk
from charity.services import vetting
from charity.services.pledges import clocks, confirm, intentions, plan, receive, send
from charity.services.pledges.claim import claim
from charity.services.wishes import post, service
from tests.kit import hours as h
from tests.kit import village as v

Travel = Callable[[datetime], None]
CHILD, HOUSEHOLD, SITE = BeneficiaryKind.CHILD, BeneficiaryKind.HOUSEHOLD, BeneficiaryKind.SITE


@pytest.fixture
def place(app: Flask) -> v.Village:
    return v.build()


@pytest.fixture
def school(place: v.Village) -> h.School:
    return h.add_school(place)


def pledge_row(ref: str) -> Pledge:
    end_reading()
    return reading().scalars(select(Pledge).where(Pledge.ref == ref)).one()


def wish_row(ref: str) -> Wish:
    end_reading()
    return reading().scalars(select(Wish).where(Wish.ref == ref)).one()


def told(kind: str) -> list[int]:
    end_reading()
    return list(reading().scalars(select(Notice.account_id).where(Notice.kind == kind)))


def agreed(place: v.Village, wish: str, *, units: int = 4) -> str:
    """Claim hours and agree on the day after tomorrow."""
    ref = claim(place.donor, wish, units=units).id
    plan.plan(place.donor, ref, day=h.today() + timedelta(days=2))
    return ref


def test_the_whole_way_of_hours_for_a_family(place: v.Village, school: h.School, travel: Travel) -> None:
    wish = h.published(place, HOUSEHOLD, school.town_point)
    assert wish_row(wish).season_on == h.terms().last_on
    ref = claim(place.donor, wish, units=4).id
    day = h.today() + timedelta(days=2)
    plan.plan(place.donor, ref, day=day)
    row = pledge_row(ref)
    assert (row.state, row.clock, row.clock_started_at) == ("planned", "send", day_end(day))
    assert row.act_by == day_end(day) + timedelta(days=7)
    assert told("service-agreed") == [school.town_keeper.account_id]
    with pytest.raises(Conflict, match="day-not-come"):
        send.send(place.donor, ref, hours=3)
    travel(now() + timedelta(days=2))
    with pytest.raises(Invalid, match="hours-out-of-range"):
        send.send(place.donor, ref, hours=5)
    send.send(place.donor, ref, hours=3)
    assert [card.ref for card in list_desk(school.town_keeper).to_attest] == [ref]
    with pytest.raises(NotPermitted, match="not-your-act"):
        receive.hand_over(place.volunteer, ref)
    receive.hand_over(school.town_keeper, ref)
    confirm.confirm(place.reviewer, ref, basis="call-back")
    end_reading()
    lines = reading().execute(select(BoardLine.metric, BoardLine.value)).all()
    assert {tuple(line) for line in lines} == {("wishes", 1), ("hours", 3)}
    counters = wish_row(wish)
    assert (counters.committed, counters.fulfilled, counters.wanted) == (3, 3, 4)


def test_hours_not_given_are_free_again_without_a_lapse(place: v.Village, school: h.School, travel: Travel) -> None:
    wish = h.published(place, HOUSEHOLD, school.town_point)
    ref = agreed(place, wish)
    travel(now() + timedelta(days=3))
    send.send(place.donor, ref, hours=1)
    end_reading()
    rows = reading().execute(select(Pledge.state, Pledge.units).order_by(Pledge.id)).all()
    assert [tuple(row) for row in rows] == [("sent", 1), ("cancelled", 3)]
    account = h.read_account(place.donor)
    assert (account.open_pledges, account.lapses_in_row) == (1, 0)
    kinds = [record.body.kind.value for record in timeline(reading(), "wish", wish)]
    assert kinds[-4:] == ["pledge.planned", "pledge.split", "pledge.cancelled", "pledge.sent"]


def test_whoever_never_comes_lapses_a_week_after_the_day(place: v.Village, school: h.School, travel: Travel) -> None:
    ref = agreed(place, h.published(place, HOUSEHOLD, school.town_point))
    due = pledge_row(ref).act_by
    assert due is not None
    travel(due - timedelta(minutes=1))
    assert not clocks.pledge_due(SYSTEM, ref)
    travel(due + timedelta(minutes=1))
    assert clocks.pledge_due(SYSTEM, ref) == "lapse"
    assert pledge_row(ref).state == "lapsed"


def test_unattested_hours_go_to_the_township_and_then_to_a_case(
    place: v.Village, school: h.School, travel: Travel
) -> None:
    ref = agreed(place, h.published(place, HOUSEHOLD, school.town_point))
    travel(now() + timedelta(days=2))
    send.send(place.donor, ref)
    with pytest.raises(Missing):
        receive.hand_over(place.second, ref)
    travel(now() + timedelta(days=7, minutes=1))
    assert clocks.pledge_due(SYSTEM, ref) == "township-desk"
    assert place.second.account_id in told("pledge-overdue")
    assert [card.ref for card in list_desk(place.second).to_attest] == [ref]
    assert "hand-over" in get_point_pledge(place.second, ref).acts
    assert get_point_pledge(place.second, ref).card.must_act == "reviewer"
    with pytest.raises(NotPermitted, match="other-side"):  # he reviewed the wish
        receive.hand_over(place.reviewer, ref)
    travel(now() + timedelta(days=23))
    assert clocks.pledge_due(SYSTEM, ref) == "open-case"
    assert pledge_row(ref).state == "disputed"


def test_the_township_may_attest_after_a_week(place: v.Village, school: h.School, travel: Travel) -> None:
    ref = agreed(place, h.published(place, HOUSEHOLD, school.town_point))
    travel(now() + timedelta(days=2))
    send.send(place.donor, ref)
    travel(now() + timedelta(days=7, minutes=1))
    clocks.pledge_due(SYSTEM, ref)
    assert receive.hand_over(place.second, ref).state == "handed_over"


def test_nobody_unvetted_claims_hours_with_a_child(place: v.Village, school: h.School) -> None:
    wish = h.published(place, CHILD, school.point)
    with pytest.raises(NotPermitted, match="vetting-missing"):
        claim(place.donor, wish, units=1)
    record = h.vet(place, place.donor)
    assert told("vetted") == [place.donor.account_id]
    ref = claim(place.donor, wish, units=1).id
    vetting.revoke(place.administrator, record)
    with pytest.raises(Conflict, match="not-in-this-state"):  # it was let go with the record
        plan.plan(place.donor, ref, day=h.today())


def test_a_vetting_of_another_county_or_of_yesterday_is_none(
    place: v.Village, school: h.School, travel: Travel
) -> None:
    wish = h.published(place, CHILD, school.point)
    h.vet(place, place.donor, until=h.today() + timedelta(days=1))
    ref = claim(place.donor, wish, units=1).id
    with pytest.raises(NotPermitted, match="vetting-over"):
        plan.plan(place.donor, ref, day=h.today() + timedelta(days=2))
    travel(now() + timedelta(days=2))
    with pytest.raises(NotPermitted, match="vetting-missing"):
        claim(place.donor, wish, units=1)
    with pytest.raises(Missing):
        vetting.record(
            place.administrator,
            login=h.email_of(place.donor),
            region=v.OTHER_COUNTY,
            real_name=h.REAL_NAME,
            proof="no-criminal-record",
            until=h.today(),
        )


def test_outside_a_school_only_a_vetted_organisation_serves_children(place: v.Village, school: h.School) -> None:
    wish = h.published(place, CHILD, school.town_point)
    h.vet(place, place.donor)
    with pytest.raises(NotPermitted, match="only-verified-organisation"):
        claim(place.donor, wish, units=1)
    nobody = h.organisation()  # an account alone: no office has looked at it
    h.vet(place, nobody)
    with pytest.raises(NotPermitted, match="only-verified-organisation"):
        claim(nobody, wish, units=1)
    with pytest.raises(NotPermitted, match="only-verified-organisation"):
        claim(nobody, h.published(place, SITE, school.point), units=1)
    team = h.vetted_team(place)
    with pytest.raises(NotPermitted, match="vetting-missing"):
        claim(team, wish, units=1)
    h.vet(place, team, login=team.ref)
    assert claim(team, wish, units=1).state == "held"


def test_a_wish_with_children_needs_a_second_adult_and_no_private_call(place: v.Village, school: h.School) -> None:
    for kind, said, point, code in (
        (CHILD, h.terms(adult=""), school.point, "second-adult-missing"),
        (SITE, h.terms(adult=""), school.point, "second-adult-missing"),
        (CHILD, h.terms(mode=Mode.REMOTE), school.town_point, "private-remote-call"),
        (SITE, h.terms(mode=Mode.REMOTE), school.town_point, "private-remote-call"),
    ):
        whose = place.family.child_ref if kind is CHILD else place.site
        with pytest.raises(Invalid, match=code):
            service.post_service(place.volunteer, kind, whose, need=h.need(kind, point), terms=said)
    h.published(place, CHILD, school.point, h.terms(mode=Mode.REMOTE))


def test_hours_are_never_posted_without_their_terms(place: v.Village, school: h.School) -> None:
    with pytest.raises(Conflict, match="terms-missing"):
        post.post(place.volunteer, CHILD, place.family.child_ref, need=h.need(CHILD, school.point))


def test_a_childs_hours_are_attested_with_the_second_adult_named(
    place: v.Village, school: h.School, travel: Travel
) -> None:
    h.vet(place, place.donor)
    ref = agreed(place, h.published(place, CHILD, school.point), units=2)
    travel(now() + timedelta(days=2))
    send.send(place.donor, ref)
    with pytest.raises(Invalid, match="second-adult-missing"):
        receive.hand_over(school.keeper, ref)
    for himself in (h.REAL_NAME, f" {h.REAL_NAME[:2]} {h.REAL_NAME[2:]}", h.read_account(place.donor).nickname):
        with pytest.raises(Invalid, match="second-adult-is-giver"):
            receive.hand_over(school.keeper, ref, second_adult=himself)
    receive.hand_over(school.keeper, ref, second_adult=h.TEACHER)
    end_reading()
    kept = reading().scalars(select(ServiceVisit)).one()
    assert kept.second_adult_sealed is not None
    assert h.TEACHER.encode() not in kept.second_adult_sealed
    record = reading().scalars(select(Vetting)).one()
    assert h.REAL_NAME.encode() not in record.real_name_sealed


def test_the_meeting_place_is_for_the_giver_with_the_open_pledge_and_logged(
    place: v.Village, school: h.School, travel: Travel
) -> None:
    wish = h.published(place, HOUSEHOLD, school.town_point)
    held = claim(place.donor, wish, units=1).id
    with pytest.raises(Conflict, match="not-in-this-state"):
        send.open_slip(place.donor, held)
    plan.plan(place.donor, held, day=h.today())
    with pytest.raises(Missing):
        get_slip(place.donor, held)
    with pytest.raises(Missing):
        send.open_slip(place.second, held)
    send.open_slip(place.donor, held)
    assert "人民路" in get_slip(place.donor, held).address
    end_reading()
    assert reading().scalars(select(AddressShown.account_id)).all() == [place.donor.account_id]
    send.send(place.donor, held)
    receive.hand_over(school.town_keeper, held)
    assert not get_own(place.donor, held).may_see_slip
    with pytest.raises(Missing):
        get_slip(place.donor, held)


def test_a_remote_hour_shows_no_address(place: v.Village, school: h.School) -> None:
    said = h.terms("digital-help", mode=Mode.REMOTE, adult="")
    ref = claim(place.donor, h.published(place, HOUSEHOLD, school.town_point, said), units=1).id
    plan.plan(place.donor, ref, day=h.today())
    send.open_slip(place.donor, ref)
    assert get_slip(place.donor, ref).address == ""


def test_hours_with_children_are_offered_to_nobody_by_a_program(place: v.Village, school: h.School) -> None:
    h.vet(place, place.donor)
    h.published(place, CHILD, school.point)
    h.published(place, SITE, school.point)
    repairs = h.published(place, HOUSEHOLD, school.town_point)
    until = h.today() + timedelta(days=30)
    with transaction() as tx:
        other = v.add_person(tx)
    for who, category in ((place.donor, "lessons"), (other, "home-help")):
        wanted = Intention(kind="service", category=category, most_fen=100_00, units=1, until=until)
        intentions.leave(who, intention=wanted)
    pool.tend()
    end_reading()
    offered = select(IntentOffer.account_id, Wish.ref).join(Wish, Wish.id == IntentOffer.wish_id)
    assert [tuple(row) for row in reading().execute(offered)] == [(other.account_id, repairs)]


def test_who_names_no_kind_is_offered_goods_only(place: v.Village, school: h.School) -> None:
    h.published(place, HOUSEHOLD, school.town_point)
    until = h.today() + timedelta(days=30)
    intentions.leave(place.donor, intention=Intention(category="", most_fen=100_00, units=1, until=until))
    pool.tend()
    end_reading()
    assert reading().scalars(select(IntentOffer.id)).all() == []
