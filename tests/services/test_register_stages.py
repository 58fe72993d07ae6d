"""School stages through the years: shown for one school year, asked about each September, renewed in wishes as well."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters import clock
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import VISITOR
from charity.domain.errors import Invalid, Missing
from charity.models.households import Household, Member
from charity.models.wishes import Wish
from charity.queries.stages import list_stages_due
from charity.queries.wall import WallFilters, list_wall
from charity.queries.wishes.page import get_wish
from charity.services.register import households
from charity.services.register.stages import renew_stages
from tests.kit import village as v
from tests.kit.visits import post, signed_in
from tests.services import parish as p
from tests.services.parish import Parish

MAY, AUGUST = datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 8, 31, 15, 59, tzinfo=UTC)
SEPTEMBER = datetime(2026, 8, 31, 16, 0, tzinfo=UTC)  # midnight in China


@pytest.fixture
def parish(app: Flask) -> Iterator[Parish]:
    with clock.hold(MAY):
        yield p.found()


def settled(parish: Parish) -> tuple[str, str]:
    """Register a family whose child has a wish on the wall: refs of the child and of the wish."""
    _, _, child = p.settled(parish)
    with transaction() as tx:
        member = tx.session.scalars(select(Member).where(Member.ref == child)).one()
        whose: dict[str, Any] = {
            "beneficiary_kind": "child",
            "beneficiary": f"h{member.household_id}",
            "household_id": member.household_id,
            "member_id": member.id,
            "school_stage": "primary",
            "stage_until": date(2026, 8, 31),
        }
        return child, v.add_public(tx, parish.volunteer, "水杯", at=MAY, **whose).ref


def on_the_wall(stage: str) -> list[str]:
    end_reading()
    return [card.ref for card in list_wall(VISITOR, WallFilters(stage=stage)).cards]


def stage_on_page(wish: str) -> str | None:
    end_reading()
    return get_wish(VISITOR, wish).card.school_stage


def row_of(child: str) -> Member:
    end_reading()
    return reading().scalars(select(Member).where(Member.ref == child)).one()


def test_the_stage_at_registration_carries_its_day(parish: Parish) -> None:
    _, _, child = p.settled(parish)
    assert (row_of(child).school_stage, row_of(child).stage_on) == ("primary", date(2026, 5, 4))


def test_a_stage_leaves_public_pages_with_its_school_year(parish: Parish) -> None:
    _, wish = settled(parish)
    with clock.hold(AUGUST):
        assert stage_on_page(wish) == "primary"
        assert on_the_wall("primary") == [wish]
    with clock.hold(SEPTEMBER):
        assert stage_on_page(wish) is None
        assert on_the_wall("primary") == []
        assert on_the_wall("") == [wish]


def test_each_september_the_volunteer_asks_again(parish: Parish) -> None:
    child, wish = settled(parish)
    with clock.hold(AUGUST):
        assert list_stages_due(parish.volunteer) == ()
    with clock.hold(SEPTEMBER):
        end_reading()
        [due] = list_stages_due(parish.volunteer)
        assert (due.ref, due.stage, due.recorded_on) == (child, "primary", date(2026, 5, 4))
        assert list_stages_due(parish.neighbour) == ()
        assert list_stages_due(parish.reviewer) == ()
        assert renew_stages(parish.volunteer, said={child: "junior"}) == 1
        end_reading()
        assert list_stages_due(parish.volunteer) == ()
        assert stage_on_page(wish) == "junior"
        assert (on_the_wall("primary"), on_the_wall("junior")) == ([], [wish])
    with clock.hold(datetime(2027, 9, 2, tzinfo=UTC)):
        end_reading()
        assert len(list_stages_due(parish.volunteer)) == 1
        assert stage_on_page(wish) is None


def test_an_ended_wish_keeps_what_it_told(parish: Parish) -> None:
    child, wish = settled(parish)
    with transaction() as tx:
        tx.session.execute(update(Wish).where(Wish.ref == wish).values(state="withdrawn"))
    with clock.hold(SEPTEMBER):
        renew_stages(parish.volunteer, said={child: "junior"})
    end_reading()
    assert reading().scalars(select(Wish.school_stage).where(Wish.ref == wish)).one() == "primary"


def test_nobody_is_asked_about_grown_ups(parish: Parish) -> None:
    home = p.registered(parish)
    child = households.add_member(parish.volunteer, home, person=p.child(birth=date(2008, 7, 1)))
    with clock.hold(SEPTEMBER):
        end_reading()
        assert list_stages_due(parish.volunteer) == ()
        with pytest.raises(Invalid, match="not-a-child"):
            renew_stages(parish.volunteer, said={child: "senior"})


def test_what_cannot_be_renewed(parish: Parish) -> None:
    _, _, child = p.settled(parish)
    with pytest.raises(Invalid, match="stages-missing"):
        renew_stages(parish.volunteer, said={})
    with pytest.raises(Invalid, match="stage-unknown"):
        renew_stages(parish.volunteer, said={child: "university"})
    with pytest.raises(Missing):
        renew_stages(parish.volunteer, said={"0000000000000": "primary"})
    with pytest.raises(Missing):  # another village's volunteer
        renew_stages(parish.neighbour, said={child: "primary"})
    assert row_of(child).stage_on == date(2026, 5, 4)


def test_a_child_nobody_knows_the_day_of_is_on_the_list(parish: Parish) -> None:
    _, _, child = p.settled(parish)
    with transaction() as tx:
        tx.session.execute(update(Member).values(stage_on=None))
    end_reading()
    assert [due.ref for due in list_stages_due(parish.volunteer)] == [child]


def test_the_desk_leads_to_the_list_and_the_list_is_worked_off(parish: Parish, app: Flask) -> None:
    child, wish = settled(parish)
    with clock.hold(SEPTEMBER):
        volunteer = signed_in(app, parish.volunteer)
        assert "有 1 个孩子的就读阶段" in volunteer.get("/households").get_data(as_text=True)
        shown = volunteer.get("/households/stages").get_data(as_text=True)
        assert p.CHILD not in shown
        assert f'value="{child}:junior"' in shown
        empty = post(volunteer, "/households/stages", {"said": ""})
        assert empty.status_code == 422
        assert "至少选择一个孩子" in empty.get_data(as_text=True)
        assert post(volunteer, "/households/stages", {"said": f"{child}:junior"}).status_code == 303
        assert "已更新 1 个孩子" in volunteer.get("/households/stages").get_data(as_text=True)
        assert "就读阶段还是以前" not in volunteer.get("/households").get_data(as_text=True)
        assert stage_on_page(wish) == "junior"


def test_a_closed_family_is_not_asked(parish: Parish) -> None:
    p.settled(parish)
    with transaction() as tx:
        tx.session.execute(update(Household).values(closed_at=MAY))
    with clock.hold(SEPTEMBER):
        end_reading()
        assert list_stages_due(parish.volunteer) == ()
