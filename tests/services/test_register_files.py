"""A file opens for a purpose that is written down first, and closes by itself after a quarter of an hour."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Role
from charity.domain.errors import Missing, NotPermitted, SignInNeeded
from charity.domain.households import FilePurpose
from charity.models.accounts import Account
from charity.models.households import FileOpened
from charity.queries import household_files
from charity.queries import households as register
from charity.services.register import files
from tests.kit import village as v
from tests.services import parish as p
from tests.services.parish import Parish

NOW = datetime(2026, 5, 4, 4, tzinfo=UTC)
Travel = Callable[[datetime], None]


@pytest.fixture
def parish(app: Flask, travel: Travel) -> Parish:
    travel(NOW)
    return p.found()


def logged() -> list[tuple[str, int]]:
    end_reading()
    return [(row.purpose, row.account_id) for row in reading().scalars(select(FileOpened).order_by(FileOpened.id))]


def test_no_row_no_file(parish: Parish) -> None:
    home, _, _ = p.settled(parish)
    for who in (parish.volunteer, parish.reviewer):  # he who wrote it down, too
        with pytest.raises(Missing):
            household_files.get_file(who, home)
    files.open_file(parish.reviewer, home, purpose=FilePurpose.CALL_BACK)
    assert logged() == [("call-back", parish.reviewer.account_id)]
    shown = household_files.get_file(parish.reviewer, home)
    assert (shown.head_name, shown.address, shown.phone) == (p.HEAD, p.ADDRESS, p.PHONE)
    assert [person.name for person in shown.people] == [p.HEAD, p.CHILD]
    assert [person.age for person in shown.people] == [46, 10]
    with pytest.raises(Missing):
        household_files.get_file(parish.volunteer, home)  # another person's opening opens nothing for him


def test_it_closes_after_a_quarter_of_an_hour(parish: Parish, travel: Travel) -> None:
    home, _, _ = p.settled(parish)
    files.open_file(parish.reviewer, home, purpose=FilePurpose.VISIT)
    travel(NOW + timedelta(minutes=14, seconds=59))
    household_files.get_file(parish.reviewer, home)
    travel(NOW + timedelta(minutes=15))
    with pytest.raises(Missing):
        household_files.get_file(parish.reviewer, home)
    assert register.get_household(parish.reviewer, home).open_until is None


def test_a_grant_ends_with_the_role(parish: Parish) -> None:
    home, _, _ = p.settled(parish)
    files.open_file(parish.reviewer, home, purpose=FilePurpose.VISIT)
    moved = v.Actor(
        account_id=parish.reviewer.account_id,
        ref=parish.reviewer.ref,
        grants=(v.Grant(role=Role.REVIEWER, region=v.OTHER_TOWNSHIP),),
    )
    with pytest.raises(Missing):
        household_files.get_file(moved, home)


def test_outside_the_region_it_looks_missing(parish: Parish) -> None:
    home, _, _ = p.settled(parish)
    for who in (parish.neighbour, parish.donor):
        for read in (register.get_household, register.list_members, household_files.get_file):
            with pytest.raises(Missing):
                read(who, home)
        with pytest.raises(Missing):
            files.open_file(who, home, purpose=FilePurpose.VISIT)
    with pytest.raises(SignInNeeded):
        files.open_file(v.Actor(account_id=0, ref=""), home, purpose=FilePurpose.VISIT)
    assert logged() == []


def test_who_may_read_the_log_sees_no_file(parish: Parish) -> None:
    home, _, _ = p.settled(parish)
    files.open_file(parish.volunteer, home, purpose=FilePurpose.DELIVERY)
    for who in (parish.administrator, parish.auditor, parish.reviewer):
        [row] = register.list_file_openings(who, home)
        assert (row.purpose, row.opened_at) == ("delivery", NOW)
    for who in (parish.administrator, parish.auditor):
        with pytest.raises(Missing):
            files.open_file(who, home, purpose=FilePurpose.CASE)
    with pytest.raises(Missing):
        register.list_file_openings(parish.volunteer, home)


def test_the_log_is_whole_however_often_somebody_looked(parish: Parish) -> None:
    home, _, _ = p.settled(parish)
    files.open_file(parish.volunteer, home, purpose=FilePurpose.DELIVERY)
    with transaction() as tx:
        columns = [column for column in FileOpened.__table__.columns if column.name != "id"]
        row = dict(tx.session.execute(select(*columns)).mappings().one())
        later = [row | {"opened_at": NOW + timedelta(days=day)} for day in range(1, 701)]
        tx.session.execute(insert(FileOpened), later)
    end_reading()
    assert len(register.list_file_openings(parish.reviewer, home)) == 701


def test_the_log_names_whoever_looked_also_after_a_concern_took_his_name(parish: Parish) -> None:
    home, _, _ = p.settled(parish)
    files.open_file(parish.volunteer, home, purpose=FilePurpose.DELIVERY)
    mine = Account.id == parish.volunteer.account_id
    with transaction() as tx:
        tx.session.execute(update(Account).where(mine).values(nickname=""))
    end_reading()
    [row] = register.list_file_openings(parish.reviewer, home)
    assert row.who == reading().scalar(select(Account.pseudonym).where(mine))


def test_lists_hold_families_of_the_region_by_alias(parish: Parish) -> None:
    home, _, _ = p.settled(parish)
    p.registered(parish, region=v.OTHER_VILLAGE, phone="")
    for who in (parish.volunteer, parish.reviewer):
        assert [row.ref for row in register.list_households(who).rows] == [home]
    with pytest.raises(NotPermitted):
        register.list_households(parish.donor)
    with transaction() as tx:
        lapsed = v.add_person(tx)
    with pytest.raises(NotPermitted):
        register.list_households(lapsed)


@pytest.mark.parametrize("words", [p.HEAD, p.CHILD, p.PHONE, "+86 138-1234-5678", p.RELATIVE])
def test_finding_by_a_whole_name_or_phone(parish: Parish, words: str) -> None:
    home, _, _ = p.settled(parish)
    p.registered(parish, head_name="别的人", phone="", relative_phone="")
    assert [row.ref for row in register.list_households(parish.reviewer, search=words).rows] == [home]
    assert register.list_households(parish.neighbour, search=words).rows == ()


def test_half_a_name_finds_nothing(parish: Parish) -> None:
    p.settled(parish)
    for words in (p.HEAD[:2], p.PHONE[:8], "%", "_"):
        assert register.list_households(parish.reviewer, search=words).rows == ()


def test_paging_by_cursor_shows_everybody_once(parish: Parish) -> None:
    made = [p.registered(parish, head_name=f"别的{number}", phone="") for number in range(register.PAGE + 2)]
    first = register.list_households(parish.volunteer)
    second = register.list_households(parish.volunteer, cursor=first.next or "")
    assert [row.ref for row in (*first.rows, *second.rows)] == made[::-1]
    assert second.next is None
