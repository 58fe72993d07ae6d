"""When a vetting has ended: what was promised to children is let go, what was given anyway is not attested."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.errors import Conflict, Invalid, NotPermitted
from charity.domain.wishes import BeneficiaryKind
from charity.models.outbox import Notice
from charity.models.service import Vetting
from charity.models.waiting import Offer
from charity.queries.services import find_visit_for_field
from charity.services import vetting
from charity.services.organisations import decide
from charity.services.organisations.decide import Rights
from charity.services.pledges import plan, receive, send, waiting
from charity.services.pledges.claim import claim
from tests.kit import hours as h
from tests.kit import village as v
from tests.services.test_hours import agreed, place, pledge_row, school, told

__all__ = ["place", "school"]
Travel = Callable[[datetime], None]
CHILD, HOUSEHOLD = BeneficiaryKind.CHILD, BeneficiaryKind.HOUSEHOLD


def test_what_was_agreed_is_let_go_when_the_vetting_ends(place: v.Village, school: h.School) -> None:
    record = h.vet(place, place.donor)
    wish = h.published(place, CHILD, school.point)
    lesson = agreed(place, wish)
    with transaction() as tx:
        other = v.add_person(tx)
    h.vet(place, other)
    waiting.join(other, wish, units=1)
    repairs = agreed(place, h.published(place, HOUSEHOLD, school.town_point), units=1)
    vetting.revoke(place.administrator, record)
    assert (pledge_row(lesson).state, pledge_row(repairs).state) == ("cancelled", "planned")
    assert h.read_account(place.donor).lapses_in_row == 0
    assert told("service-called-off") == [school.keeper.account_id]
    assert told("pledge-released") == [place.donor.account_id]
    end_reading()
    [notice] = reading().scalars(select(Notice).where(Notice.kind == "service-called-off"))
    assert h.REAL_NAME not in str(notice.params)
    assert reading().scalars(select(Offer.account_id)).all() == [other.account_id]


def test_another_record_that_stands_keeps_what_was_agreed(place: v.Village, school: h.School) -> None:
    record = h.vet(place, place.donor)
    h.vet(place, place.donor)
    lesson = agreed(place, h.published(place, CHILD, school.point))
    vetting.revoke(place.administrator, record)
    assert pledge_row(lesson).state == "planned"


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=1)])
def test_hours_of_a_day_without_a_vetting_are_not_attested(
    place: v.Village, school: h.School, travel: Travel, after: timedelta
) -> None:
    h.vet(place, place.donor)
    ref = agreed(place, h.published(place, CHILD, school.point), units=2)
    travel(now() + timedelta(days=2))
    send.send(place.donor, ref)
    with transaction() as tx:
        tx.session.execute(update(Vetting).values(revoked_at=tx.now + after))
    end_reading()
    visit = find_visit_for_field(ref)
    assert visit is not None
    if after:  # it ended after the day: what was given in its time counts
        assert not visit.is_unvetted
        receive.hand_over(school.keeper, ref, second_adult=h.TEACHER)
        return
    assert (visit.is_unvetted, visit.giver) == (True, "")
    with pytest.raises(Conflict, match="vetting-not-standing"):
        receive.hand_over(school.keeper, ref, second_adult=h.TEACHER)
    assert receive.return_(school.keeper, ref, reason="other").state == "returned"


def test_an_organisation_that_is_vetted_no_more_gives_no_hours_to_children(place: v.Village, school: h.School) -> None:
    team = h.vetted_team(place)
    h.vet(place, team, login=team.ref)
    ref = claim(team, h.published(place, CHILD, school.town_point), units=1).id
    plan.plan(team, ref, day=h.today() + timedelta(days=2))
    decide.change_rights(place.administrator, h.organisation_of(team), rights=Rights())
    assert pledge_row(ref).state == "cancelled"
    assert told("service-called-off") == [school.town_keeper.account_id]


def test_whoever_prepares_is_told_of_a_cancelled_day(place: v.Village, school: h.School) -> None:
    wish = h.published(place, HOUSEHOLD, school.town_point)
    plan.cancel(place.donor, agreed(place, wish))
    assert told("service-called-off") == [school.town_keeper.account_id]
    held = claim(place.donor, wish, units=1).id
    plan.cancel(place.donor, held)  # no day was agreed: nobody prepared anything
    assert told("service-called-off") == [school.town_keeper.account_id]


def test_nobody_waits_for_hours_with_children_he_could_not_claim(place: v.Village, school: h.School) -> None:
    h.vet(place, place.donor)
    wish = h.published(place, CHILD, school.point, hours=2)
    claim(place.donor, wish, units=2)
    with transaction() as tx:
        other = v.add_person(tx)
    with pytest.raises(NotPermitted, match="vetting-missing"):
        waiting.join(other, wish, units=2)
    h.vet(place, other)
    waiting.join(other, wish, units=2)


def test_one_person_logs_at_most_twelve_hours_of_a_day(place: v.Village, school: h.School, travel: Travel) -> None:
    wish = h.published(place, HOUSEHOLD, school.town_point, hours=60)
    first, second = agreed(place, wish, units=40), agreed(place, wish, units=20)
    travel(now() + timedelta(days=2))
    with pytest.raises(Invalid, match="hours-out-of-range"):
        send.send(place.donor, first)
    send.send(place.donor, first, hours=8)
    with pytest.raises(Invalid, match="hours-out-of-range"):
        send.send(place.donor, second, hours=5)
    send.send(place.donor, second, hours=4)


def test_a_vetting_put_on_record_after_the_lesson_began_does_not_count(
    place: v.Village, school: h.School, travel: Travel
) -> None:
    h.vet(place, place.donor)
    wish = h.published(place, CHILD, school.point)
    ref = agreed(place, wish, units=2)
    other = agreed(place, h.published(place, HOUSEHOLD, school.town_point), units=1)
    travel(now() + timedelta(days=2))
    send.send(place.donor, ref)
    send.send(place.donor, other)
    with transaction() as tx:
        tx.session.execute(update(Vetting).values(vetted_at=tx.now))
    with pytest.raises(Conflict, match="vetting-not-standing"):
        receive.hand_over(school.keeper, ref, second_adult=h.TEACHER)
    receive.hand_over(school.town_keeper, other)
    late = claim(place.donor, wish, units=2).id
    with pytest.raises(NotPermitted, match="vetting-too-new"):
        plan.plan(place.donor, late, day=h.today())
    plan.plan(place.donor, late, day=h.today() + timedelta(days=1))
