"""One claim of hours given in several meetings, and how many hours the people of a team can have given."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from charity.adapters.clock import now
from charity.adapters.db import db, end_reading, reading, transaction
from charity.domain.actors import SYSTEM, Actor
from charity.domain.calendar import day_end
from charity.domain.errors import Conflict, Invalid, NotPermitted
from charity.domain.organisations import Part
from charity.domain.wishes import BeneficiaryKind
from charity.ledger.verifying.tables import compare
from charity.ledger.writing import moment
from charity.models.ledger import ENTRIES
from charity.models.organisation_rows import put_person
from charity.models.organisations import Organisation, OrganisationPerson
from charity.models.pledges import BoardLine, Pledge, PledgeStep
from charity.models.service import ServiceDay, Vetting
from charity.queries.services import find_visit_for_field, list_meetings
from charity.services.pledges import clocks, confirm, plan, receive, send
from charity.services.pledges.claim import claim
from tests.kit import hours as h
from tests.kit import village as v
from tests.services.test_hours import place, pledge_row, school, told, wish_row

__all__ = ["place", "school"]
Travel = Callable[[datetime], None]
CHILD, HOUSEHOLD = BeneficiaryKind.CHILD, BeneficiaryKind.HOUSEHOLD


def in_days(number: int) -> timedelta:
    return timedelta(days=number)


def states() -> list[tuple[str, int]]:
    end_reading()
    rows = reading().execute(select(Pledge.state, Pledge.units).order_by(Pledge.id))
    return [(row.state, row.units) for row in rows]


def further() -> list[int]:
    end_reading()
    return [(day - h.today()).days for day in reading().scalars(select(ServiceDay.meets_on))]


def test_a_claim_is_given_in_several_meetings(place: v.Village, school: h.School, travel: Travel) -> None:
    wish = h.published(place, HOUSEHOLD, school.town_point, hours=6)
    ref = claim(place.donor, wish, units=6).id
    first = h.today() + in_days(2)
    plan.plan(place.donor, ref, day=first, more_days=[first + in_days(7), first + in_days(3)])
    assert (pledge_row(ref).clock_started_at, further()) == (day_end(first), [5, 9])
    travel(now() + in_days(2))
    done = send.send(place.donor, ref, hours=2)
    assert (done.id, done.state, done.units) == (ref, "planned", 4)
    assert states() == [("planned", 4), ("sent", 2)]
    assert pledge_row(ref).clock_started_at == day_end(first + in_days(3))
    meetings = list_meetings(place.donor, ref)
    assert [(m.day, m.hours, m.state) for m in meetings] == [
        (first, 2, "sent"),
        (first + in_days(3), None, "planned"),
        (first + in_days(7), None, "planned"),
    ]
    receive.hand_over(school.town_keeper, meetings[0].pledge)
    confirm.confirm(place.reviewer, meetings[0].pledge, basis="call-back")
    travel(now() + in_days(3))
    send.send(place.donor, ref, hours=1)
    travel(now() + in_days(4))
    send.send(place.donor, ref, hours=3)
    assert states() == [("sent", 3), ("confirmed", 2), ("sent", 1)]
    for meeting in list_meetings(place.donor, ref)[1:]:
        receive.hand_over(school.town_keeper, meeting.pledge)
        confirm.confirm(place.reviewer, meeting.pledge, basis="call-back")
    end_reading()
    lines = [tuple(line) for line in reading().execute(select(BoardLine.metric, BoardLine.value))]
    assert sorted(lines) == [("hours", 1), ("hours", 2), ("hours", 3), ("wishes", 1)]
    counters = wish_row(wish)
    assert (counters.committed, counters.fulfilled, counters.state) == (6, 6, "closed")
    account = h.read_account(place.donor)
    assert (account.open_pledges, account.lapses_in_row) == (0, 0)
    assert compare(db.engine).pledges == 3


def test_one_meeting_after_another_until_the_giver_says_it_was_the_last(
    place: v.Village, school: h.School, travel: Travel
) -> None:
    wish = h.published(place, HOUSEHOLD, school.town_point)
    ref = claim(place.donor, wish, units=4).id
    plan.plan(place.donor, ref, day=h.today())
    for next_on, code in (
        (h.today() + in_days(61), "day-outside-period"),
        (h.today(), "meeting-twice"),
        (h.today() - in_days(1), "day-outside-period"),
    ):
        with pytest.raises(Invalid, match=code):
            send.send(place.donor, ref, hours=1, next_on=next_on)
    with pytest.raises(Invalid, match="no-hours-left"):
        send.send(place.donor, ref, hours=4, next_on=h.today() + in_days(1))
    send.send(place.donor, ref, hours=1, next_on=h.today() + in_days(1))
    with pytest.raises(Conflict, match="day-not-come"):
        send.send(place.donor, ref, hours=1)
    travel(now() + in_days(1))
    send.send(place.donor, ref, hours=1, next_on=h.today() + in_days(5), is_last=True)
    assert states() == [("sent", 1), ("sent", 1), ("cancelled", 2)]
    assert further() == []
    assert h.read_account(place.donor).lapses_in_row == 0


def test_a_meeting_that_falls_out_is_put_off_to_the_next(place: v.Village, school: h.School, travel: Travel) -> None:
    ref = claim(place.donor, h.published(place, HOUSEHOLD, school.town_point), units=2).id
    plan.plan(place.donor, ref, day=h.today() + in_days(2))
    with pytest.raises(Invalid, match="next-meeting-missing"):
        send.send(place.donor, ref, hours=0)
    moved = send.send(place.donor, ref, hours=0, next_on=h.today() + in_days(9))
    assert (moved.state, states()) == ("planned", [("planned", 2)])
    assert pledge_row(ref).clock_started_at == day_end(h.today() + in_days(9))
    assert told("service-called-off") == [school.town_keeper.account_id]
    due = pledge_row(ref).act_by
    assert due is not None
    assert extensions(ref) == [moment(due)]
    with pytest.raises(Conflict, match="put-off-already"):
        send.send(place.donor, ref, hours=0, next_on=h.today() + in_days(20))
    assert (pledge_row(ref).act_by, extensions(ref)) == (due, [moment(due)])
    travel(due + timedelta(minutes=1))
    assert clocks.pledge_due(SYSTEM, ref) == "lapse"


def test_after_hours_were_given_a_meeting_may_be_put_off_again(
    place: v.Village, school: h.School, travel: Travel
) -> None:
    ref = claim(place.donor, h.published(place, HOUSEHOLD, school.town_point), units=3).id
    plan.plan(place.donor, ref, day=h.today())
    send.send(place.donor, ref, hours=0, next_on=h.today() + in_days(1))
    travel(now() + in_days(1))
    send.send(place.donor, ref, hours=1, next_on=h.today() + in_days(1))
    send.send(place.donor, ref, hours=0, next_on=h.today() + in_days(2))
    assert len(extensions(ref)) == 3
    assert compare(db.engine).pledges == 2


def extensions(ref: str) -> list[str]:
    """List until when the book says that a claim was put off, each with its step."""
    end_reading()
    steps = select(func.count()).select_from(PledgeStep).join(Pledge, Pledge.id == PledgeStep.pledge_id)
    count = reading().execute(steps.where(Pledge.ref == ref, PledgeStep.act == "extend")).scalar_one()
    bodies = reading().scalars(select(ENTRIES.c.body).where(ENTRIES.c.kind == "pledge.extended"))
    told = [json.loads(body) for body in bodies]
    found = [one["facts"]["until"] for one in told if one["subjects"]["pledge"] == ref]
    assert len(found) == count
    return found


def test_what_was_given_stays_when_the_giver_comes_no_more(place: v.Village, school: h.School, travel: Travel) -> None:
    ref = claim(place.donor, h.published(place, HOUSEHOLD, school.town_point), units=4).id
    plan.plan(place.donor, ref, day=h.today(), more_days=[h.today() + in_days(1)])
    send.send(place.donor, ref, hours=1)
    due = day_end(h.today() + in_days(1)) + in_days(7)
    assert pledge_row(ref).act_by == due
    travel(due + timedelta(minutes=1))
    assert clocks.pledge_due(SYSTEM, ref) == "lapse"
    assert states() == [("lapsed", 3), ("sent", 1)]


def test_the_bound_of_a_day_holds_over_all_meetings_of_a_claim(
    place: v.Village, school: h.School, travel: Travel
) -> None:
    wish = h.published(place, HOUSEHOLD, school.town_point, hours=40)
    ref = claim(place.donor, wish, units=40).id
    plan.plan(place.donor, ref, day=h.today())
    with pytest.raises(Invalid, match="hours-out-of-range"):
        send.send(place.donor, ref, hours=13, next_on=h.today() + in_days(1))
    with pytest.raises(Invalid, match="people-out-of-range"):
        send.send(place.donor, ref, hours=13, people=2, next_on=h.today() + in_days(1))
    send.send(place.donor, ref, hours=12, next_on=h.today() + in_days(1))
    travel(now() + in_days(1))
    send.send(place.donor, ref, hours=12, next_on=h.today() + in_days(1))


def test_no_meeting_with_children_beyond_the_vetting(place: v.Village, school: h.School, travel: Travel) -> None:
    h.vet(place, place.donor, until=h.today() + in_days(3))
    ref = claim(place.donor, h.published(place, CHILD, school.point), units=3).id
    with pytest.raises(NotPermitted, match="vetting-over"):
        plan.plan(place.donor, ref, day=h.today(), more_days=[h.today() + in_days(4)])
    plan.plan(place.donor, ref, day=h.today(), more_days=[h.today() + in_days(2)])
    with pytest.raises(NotPermitted, match="vetting-over"):
        send.send(place.donor, ref, hours=1, next_on=h.today() + in_days(5))
    with transaction() as tx:
        tx.session.execute(update(Vetting).values(until=h.today() + in_days(1)))
    send.send(place.donor, ref, hours=1)  # nobody vetted could come to the second one: its hours are free again
    assert states() == [("sent", 1), ("cancelled", 2)]


def joined(team: Actor, since: timedelta = timedelta(days=1)) -> Actor:
    """Let somebody have joined the team; gives him."""
    with transaction() as tx:
        member = v.add_person(tx)
        organisation = tx.session.scalars(select(Organisation.id).where(Organisation.account_id == team.account_id))
        put_person(tx, organisation.one(), member.account_id, Part.MEMBER, is_counted=False)
        earlier = update(OrganisationPerson).where(OrganisationPerson.account_id == member.account_id)
        tx.session.execute(earlier.values(joined_at=tx.now - since))
    return member


def test_a_team_gives_twelve_hours_for_each_who_was_there(place: v.Village, school: h.School, travel: Travel) -> None:
    team = h.vetted_team(place)
    wish = h.published(place, HOUSEHOLD, school.town_point, hours=90)
    first, second = claim(team, wish, units=60).id, claim(team, wish, units=30).id
    for ref in (first, second):
        plan.plan(team, ref, day=h.today())
    with pytest.raises(Invalid, match="hours-out-of-range"):
        send.send(team, first, hours=37, people=3)
    with pytest.raises(Invalid, match="people-out-of-range"):
        send.send(team, first, hours=37, people=51)
    send.send(team, first, hours=30, people=3)
    with pytest.raises(Invalid, match="hours-out-of-range"):  # the same three may have been there
        send.send(team, second, hours=7, people=3)
    send.send(team, second, hours=6, people=2)
    visit = find_visit_for_field(first)
    assert visit is not None
    assert (visit.people, visit.team) == (3, ())


def test_with_children_a_team_has_a_named_vetting_for_each(place: v.Village, school: h.School, travel: Travel) -> None:
    team = h.vetted_team(place)
    h.vet(place, team, login=team.ref)
    member = joined(team)
    joined(team)
    ref = claim(team, h.published(place, CHILD, school.town_point, hours=30), units=20).id
    plan.plan(team, ref, day=h.today())
    with pytest.raises(Invalid, match="people-unvetted"):
        send.send(team, ref, hours=13, people=2)
    record = h.vet(place, member)
    h.vet(place, joined(team, timedelta(0)))  # joined on the day itself: did not belong all through it
    with pytest.raises(Invalid, match="people-unvetted"):
        send.send(team, ref, hours=13, people=3)
    send.send(team, ref, hours=13, people=2)
    visit = find_visit_for_field(ref)
    assert visit is not None
    assert (visit.people, visit.team) == (2, (h.REAL_NAME, h.REAL_NAME))
    with pytest.raises(Invalid, match="second-adult-is-giver"):
        receive.hand_over(school.town_keeper, ref, second_adult=h.read_account(member).nickname)
    with transaction() as tx:
        tx.session.execute(update(Vetting).where(Vetting.ref == record).values(revoked_at=tx.now))
    with pytest.raises(Conflict, match="vetting-not-standing"):
        receive.hand_over(school.town_keeper, ref, second_adult=h.TEACHER)
    assert told("service-to-attest") == [school.town_keeper.account_id]
