"""School stages through the years: shown for one school year, asked about each September, renewed in wishes as well."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from structlog.testing import capture_logs

from charity.adapters import clock, metrics
from charity.adapters.crypto import seal
from charity.adapters.db import end_reading, reading, transaction
from charity.domain import register_books as b
from charity.domain.actors import VISITOR, Actor, Role
from charity.domain.errors import Invalid, Missing
from charity.domain.responsible import Duty
from charity.jobs import register_books as nightly
from charity.models.households import Fact, Household, Member
from charity.models.responsible import ResponsiblePerson
from charity.models.wishes import Wish
from charity.queries.register_books import find_check, get_book
from charity.queries.stages import list_grown_up, list_stages_due
from charity.queries.wall import WallFilters, list_wall
from charity.queries.wishes.page import get_wish
from charity.services.register import households
from charity.services.register.responsible import Named, name_for_family
from charity.services.register.stages import end_stages, renew_stages
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


LAST_DAY, BIRTHDAY = datetime(2026, 5, 31, 15, 59, tzinfo=UTC), datetime(2026, 5, 31, 16, 0, tzinfo=UTC)


def turning_18(parish: Parish) -> tuple[str, str, str, Actor]:
    """Give a child who is 18 from 1 June on, an open wish and a met one, and an auditor of the province."""
    child, wish = settled(parish)
    with transaction() as tx:
        member = tx.session.scalars(select(Member).where(Member.ref == child)).one()
        member.birth_sealed = seal("2008-06-01", place=f"members.birth:{child}")
        open_wish = tx.session.scalars(select(Wish).where(Wish.ref == wish)).one()
        told = {name: getattr(open_wish, name) for name in ("household_id", "member_id", "beneficiary", "stage_until")}
        told |= {"beneficiary_kind": "child", "school_stage": "primary", "state": "closed"}
        met = v.add_public(tx, parish.volunteer, "书包", at=MAY, **told)
        return child, wish, met.ref, v.add_person(tx, (Role.AUDITOR, v.PROVINCE))


def children_in_books(auditor: Actor) -> set[int]:
    end_reading()
    books = [get_book(auditor, code) for code in (v.VILLAGE, v.TOWNSHIP, v.COUNTY, v.PROVINCE)]
    check = find_check()
    assert check is not None
    assert check.differences == 0
    lines = {sum(line.figures[b.CHILDREN] for line in book.lines) for book in books}
    return lines | {book.totals[b.CHILDREN] for book in books}


def test_who_turns_18_is_no_child_in_any_book_nor_on_a_page_from_that_night_on(parish: Parish) -> None:
    child, wish, met, auditor = turning_18(parish)
    with clock.hold(LAST_DAY):
        nightly.turn()
        assert children_in_books(auditor) == {1}
        assert (row_of(child).school_stage, stage_on_page(wish), on_the_wall("primary")) == (
            "primary", "primary", [wish],
        )  # fmt: skip
    with clock.hold(BIRTHDAY):
        nightly.turn()
        assert children_in_books(auditor) == {0}
        assert (row_of(child).school_stage, row_of(child).stage_on) == (None, None)
        assert (stage_on_page(wish), on_the_wall("primary"), on_the_wall("")) == (None, [], [wish])
        assert stage_on_page(met) == "primary"  # gone on its day, it would tell the birthday
    with clock.hold(SEPTEMBER):
        assert stage_on_page(met) is None


def test_who_is_grown_up_is_found_piece_by_piece_and_a_child_keeps_the_stage(parish: Parish) -> None:
    child, _, _, _ = turning_18(parish)
    with transaction() as tx:
        other = v.add_family(tx, parish.volunteer).child_ref
    found, after = list[str](), 0
    while True:
        piece = list_grown_up(date(2026, 6, 1), after=after, most=1)
        found += piece.refs
        if piece.next is None:
            break
        after = piece.next
    assert found == [child]
    end_reading()
    with clock.hold(LAST_DAY):
        assert end_stages(parish.reviewer, refs=[child, other]) == 0  # asked anew inside: nobody is 18 yet
    with clock.hold(BIRTHDAY):
        assert end_stages(parish.reviewer, refs=[child, other]) == 1
    assert (row_of(child).school_stage, row_of(other).school_stage) == (None, "primary")


FAILED = 'charity_turn_failures_total{turn="register-books"} '


def failures() -> float:
    told = metrics.exposition()[0].decode()
    return sum(float(line.removeprefix(FAILED)) for line in told.splitlines() if line.startswith(FAILED))


def stranger(parish: Parish) -> tuple[str, str]:
    """Write another family down, before whose child nobody else's is read, with a cause of hardship."""
    with transaction() as tx:
        family = v.add_family(tx, parish.volunteer)
        tx.session.add(
            Fact(
                ref="0000000000fct",
                household_id=family.id,
                group_code="causes",
                key="illness",
                value_sealed=seal("yes", place="facts.value:0000000000fct"),
                as_of=date(2026, 5, 1),
                recorded_by_id=parish.volunteer.account_id,
                recorded_at=tx.now,
            )
        )
        return family.ref, family.child_ref


@pytest.mark.parametrize("broken", [False, True])
def test_a_birth_and_an_answer_that_do_not_open_stop_nobody_else_and_are_told(parish: Parish, *, broken: bool) -> None:
    home, lost = stranger(parish)
    child, wish, _, auditor = turning_18(parish)
    if broken:
        with transaction() as tx:
            tx.session.execute(update(Member).where(Member.ref == lost).values(birth_sealed=b"\x01" + bytes(40)))
            tx.session.execute(update(Fact).values(value_sealed=b""))
    before = failures()
    with clock.hold(BIRTHDAY), capture_logs() as lines:
        nightly.turn()
        assert children_in_books(auditor) == {1}  # the stage of whose birth does not open still says a child
        assert get_book(auditor, v.TOWNSHIP).totals["cause:illness"] == (0 if broken else 1)
        end_reading()
        nightly.turn()  # once a day, and told once
    assert (row_of(child).school_stage, row_of(lost).school_stage) == (None, "primary")
    assert stage_on_page(wish) is None
    assert failures() - before == broken
    assert ("register unreadable" in str(lines)) is broken
    assert not any(word in str(lines) for word in (lost, home, "0000000000fct"))


def test_nobody_teaches_the_class_of_who_is_grown_up_or_gone(parish: Parish) -> None:
    child, _, _, _ = turning_18(parish)
    end_reading()
    asked = select(Household.ref).join(Member, Member.household_id == Household.id)
    home = reading().scalars(asked.where(Member.ref == child)).one()
    end_reading()
    other = households.add_member(parish.volunteer, home, person=p.child(birth=date(2016, 7, 1), name="第五兰"))
    for member in (child, other):
        teacher = Named(duty=Duty.CLASS_TEACHER, name="东方朗", since=date(2026, 3, 2))
        name_for_family(parish.volunteer, home, named=teacher, member_ref=member)
    name_for_family(parish.volunteer, home, named=Named(duty=Duty.OFFICIAL, name="慕容青", since=date(2026, 3, 2)))

    def ends() -> dict[str, date | None]:
        end_reading()
        rows = select(ResponsiblePerson, Member.ref).outerjoin(Member, Member.id == ResponsiblePerson.member_id)
        return {ref or row.duty: row.until for row, ref in reading().execute(rows)}

    with clock.hold(LAST_DAY):
        nightly.turn()
        assert set(ends().values()) == {None}  # control
    with clock.hold(BIRTHDAY):
        nightly.turn()
        assert ends() == {child: date(2026, 6, 1), other: None, "official": None}
        end_reading()
        households.end_member(parish.volunteer, home, other)
        assert ends() == {child: date(2026, 6, 1), other: date(2026, 6, 1), "official": None}
