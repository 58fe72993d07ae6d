"""Who is responsible in reality: each level its own duties, sealed, with a history, and forgotten in its time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.crypto import unseal
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.households import FilePurpose
from charity.domain.responsible import Duty
from charity.domain.retention import RULES, Record
from charity.jobs import retention as night
from charity.models.responsible import ResponsiblePerson, name_place
from charity.queries.household_files import get_file
from charity.queries.responsible import people_of_place
from charity.services.register import files
from charity.services.register.responsible import Named, name_for_family, name_for_place
from tests.kit import village as v

NOW = datetime(2026, 5, 4, 4, tzinfo=UTC)
FIRST, SECOND, PHONE = "canary-慕容青", "canary-东方朗", "13912345678"
Travel = Callable[[datetime], None]


@pytest.fixture
def village(app: Flask, travel: Travel) -> v.Village:
    travel(NOW)
    return v.build()


def named(duty: Duty, name: str = FIRST, day: date = date(2026, 1, 5), phone: str = PHONE) -> Named:
    return Named(duty=duty, name=name, since=day, phone=phone)


def rows() -> list[ResponsiblePerson]:
    end_reading()
    return list(reading().scalars(select(ResponsiblePerson).order_by(ResponsiblePerson.id)))


def test_the_next_one_ends_the_former_and_nothing_is_written_over(village: v.Village) -> None:
    name_for_place(village.volunteer, v.VILLAGE, named=named(Duty.FIRST_SECRETARY))
    name_for_place(village.volunteer, v.VILLAGE, named=named(Duty.CHILD_OFFICER, "第五兰"))
    later = date(2026, 3, 2)
    name_for_place(village.reviewer, v.VILLAGE, named=named(Duty.FIRST_SECRETARY, SECOND, later, ""))
    found = people_of_place(village.reviewer, v.VILLAGE)
    end_reading()
    assert {(line.duty, line.name, line.phone) for line in found.now} == {
        ("first-secretary", SECOND, ""),
        ("child-officer", "第五兰", PHONE),
    }
    assert [(line.name, line.phone, line.until) for line in found.before] == [(FIRST, PHONE, later)]
    with pytest.raises(Conflict, match="before-the-former"):
        name_for_place(village.volunteer, v.VILLAGE, named=named(Duty.FIRST_SECRETARY, FIRST))
    name_for_place(village.volunteer, v.VILLAGE, named=named(Duty.FIRST_SECRETARY, "", date(2026, 4, 1), ""))
    assert [row.until for row in rows()] == [later, None, date(2026, 4, 1)]
    with pytest.raises(Conflict, match="nobody-responsible"):
        name_for_place(village.volunteer, v.VILLAGE, named=named(Duty.FIRST_SECRETARY, "", date(2026, 4, 1)))
    with pytest.raises(Invalid, match="fact-in-future"):
        name_for_place(village.volunteer, v.VILLAGE, named=named(Duty.CHILD_OFFICER, SECOND, date(2026, 5, 5)))


def test_names_and_phones_are_sealed(village: v.Village) -> None:
    name_for_place(village.volunteer, v.VILLAGE, named=named(Duty.FIRST_SECRETARY))
    [row] = rows()
    kept = b"".join(bytes(value) for value in (row.name_sealed, row.phone_sealed) if value)
    assert "慕容青".encode() not in kept
    assert PHONE.encode() not in kept
    assert unseal(row.name_sealed, place=name_place(row.ref)) == FIRST  # control: it is this row


def test_each_acts_inside_the_own_region_and_on_its_level(village: v.Village) -> None:
    with transaction() as tx:
        foreign = v.add_person(tx, (Role.VOLUNTEER, v.OTHER_VILLAGE))
        auditor = v.add_person(tx, (Role.AUDITOR, v.COUNTY))
    refused: list[tuple[Actor, str, Duty]] = [
        (foreign, v.VILLAGE, Duty.FIRST_SECRETARY),
        (auditor, v.VILLAGE, Duty.FIRST_SECRETARY),
        (village.volunteer, v.TOWNSHIP, Duty.CHILD_SUPERVISOR),
    ]
    for actor, region, duty in refused:
        with pytest.raises(Missing):
            name_for_place(actor, region, named=named(duty))
    for actor in (foreign, auditor):
        with pytest.raises(Missing):
            name_for_family(actor, village.family.ref, named=named(Duty.OFFICIAL))
    for region in (v.VILLAGE, v.COUNTY):
        with pytest.raises(Invalid, match="duty-elsewhere"):
            name_for_place(village.administrator, region, named=named(Duty.CHILD_SUPERVISOR))
    assert rows() == []
    with pytest.raises(Missing):
        people_of_place(foreign, v.VILLAGE)
    end_reading()
    name_for_place(village.reviewer, v.TOWNSHIP, named=named(Duty.CHILD_SUPERVISOR))
    [line] = people_of_place(auditor, v.TOWNSHIP).now
    end_reading()
    assert line.name == FIRST


def test_a_family_has_its_official_and_each_child_a_class_teacher(village: v.Village) -> None:
    home = village.family.ref
    name_for_family(village.volunteer, home, named=named(Duty.OFFICIAL))
    with pytest.raises(Invalid, match="which-child"):
        name_for_family(village.volunteer, home, named=named(Duty.CLASS_TEACHER))
    teacher = named(Duty.CLASS_TEACHER, SECOND)
    name_for_family(village.reviewer, home, named=teacher, member_ref=village.family.child_ref)
    with pytest.raises(Missing):
        get_file(village.volunteer, home)  # control: without a purpose nobody reads who it is
    end_reading()
    files.open_file(village.volunteer, home, purpose=FilePurpose.VISIT)
    shown = get_file(village.volunteer, home)
    end_reading()
    assert [(line.duty, line.name, bool(line.child)) for line in shown.responsible] == [
        ("class-teacher", SECOND, True),
        ("official", FIRST, False),
    ]


def test_who_has_left_long_ago_is_forgotten(app: Flask, village: v.Village, travel: Travel) -> None:
    name_for_place(village.volunteer, v.VILLAGE, named=named(Duty.FIRST_SECRETARY))
    name_for_place(village.volunteer, v.VILLAGE, named=named(Duty.FIRST_SECRETARY, SECOND, date(2026, 5, 4)))
    travel(NOW + timedelta(days=RULES[Record.RESPONSIBLE].days - 2))
    night.turn()
    assert len(rows()) == 2  # control: not before its time
    travel(NOW + timedelta(days=RULES[Record.RESPONSIBLE].days + 2))
    night.turn()
    assert [row.until for row in rows()] == [None]
