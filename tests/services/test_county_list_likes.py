"""A list stops whom a single registration would stop: also who is only spoken like somebody, and nobody beside."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.crypto import unseal
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.county_lists import ListState
from charity.domain.households import Category, Relation
from charity.domain.identity import Sex
from charity.models.county_lists import CountyListRow
from charity.models.households import Household, LookAlike
from charity.models.regions import Region
from charity.queries.county_lists import get_list
from charity.services.register import households, look_alikes
from charity.services.register.lists import applying, staging
from tests.kit import county_list as c
from tests.kit import village as v
from tests.kit.village import Village

HEADINGS = ("村", "户主姓名", "家庭住址", "姓名", "与户主关系", "性别", "出生日期", "帮扶类别")
SECOND = ("990101001002", "李家湾村")
READY, HELD = ("ready", ""), ("held", "")


@pytest.fixture
def at(app: Flask) -> Village:
    del app
    made = v.build()
    with transaction() as tx:
        tx.session.add(Region(code=SECOND[0], parent=v.TOWNSHIP, level=5, name=SECOND[1]))
    return made


def plain(head: str, child: str, *, village: str = v.NAMES[v.VILLAGE], born: str = "2015-03-02") -> list[list[str]]:
    """Give a family of two of whom nobody knows an ID number."""
    home = [village, head, f"{head}家"]
    return [
        [*home, head, "户主", "男", "1980-01-02", "低保户"],
        [*home, child, "长女", "女", born, "低保户"],
    ]


def states(ref: str) -> list[tuple[str, str]]:
    return [(state, reason) for _, state, _, reason in c.told(ref)]


def test_who_sounds_like_a_family_or_a_person_of_the_register_stops_with_a_reason_alone(at: Village) -> None:
    c.applied(at.administrator, c.text([*plain("王建国", "王小燕"), *plain("李大明", "李晓红")], headings=HEADINGS))
    heads = plain("王健国", "王春花")  # jian guo, written otherwise
    people = plain("赵长河", "李小宏")  # xiao hong, born on the same day, in another family of the village
    others = [
        *plain("张健国", "张春花"),  # another surname
        *plain("孙长河", "李小宏", born="2015-03-03"),  # another day
        *plain("周长河", "李晓宏", village=SECOND[1]),
    ]
    ref = c.checked(at.administrator, c.text([*heads, *people, *others], headings=HEADINGS))
    assert states(ref) == [("double", "looks-alike"), HELD, HELD, ("double", "looks-alike"), *[READY] * 6]
    # A reason lets both in, and puts both before the township side by side.
    rows = [[*row, "两家人只是名字同音"] for row in [*heads, *people]]
    ref = c.applied(at.administrator, c.text(rows, headings=(*HEADINGS, "非重复说明")))
    assert states(ref) == [("taken", "")] * 4
    marked = reading().scalars(select(LookAlike).order_by(LookAlike.id)).all()
    known = {
        unseal(home.head_name_sealed, place=f"households.head_name:{home.ref}"): home
        for home in reading().scalars(select(Household).where(Household.id != at.family.id))
    }
    assert [(one.household_id, one.other_household_id) for one in marked] == [
        (known["王健国"].id, known["王建国"].id),
        (known["王健国"].id, known["王建国"].id),  # the head as a person, born on the same day
        (known["赵长河"].id, known["李大明"].id),
    ]
    assert [one.member_id is None for one in marked] == [True, False, False]
    home, like = known["王健国"].ref, marked[0].ref
    end_reading()
    look_alikes.clear_look_alike(at.reviewer, home, like, reason="上门看过,是两户")


def test_a_number_tells_people_of_one_sound_apart_as_on_the_form(at: Village) -> None:
    born = date(2016, 3, 2)
    theirs, others = c.family(1, head="李大明"), c.family(2, head="赵长河")
    theirs[1][7], theirs[1][10] = "李晓红", c.id_number(8, born=born, male=False)
    others[1][7], others[1][10] = "李小宏", c.id_number(9, born=born, male=False)
    c.applied(at.administrator, c.text(theirs))
    c.applied(at.administrator, c.text(plain("孙大山", "孙春花", born="2016-03-02"), headings=HEADINGS))
    assert states(c.checked(at.administrator, c.text(others))) == [READY, READY]
    others[1][7] = "孙春华"  # of the two who are spoken so, one has no number
    assert states(c.checked(at.administrator, c.text(others))) == [HELD, ("double", "looks-alike")]
    others = plain("赵长河", "李小宏", born="2016-03-02")
    assert states(c.checked(at.administrator, c.text(others, headings=HEADINGS))) == [HELD, ("double", "looks-alike")]


def test_rows_of_one_list_are_compared_by_sound_too_across_pieces(at: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charity.services.register.lists.checking.CHUNK", 3)
    rows = [
        *plain("王建国", "王小燕"),
        *plain("王健国", "王春花"),
        *plain("赵长河", "王晓艳"),
        *plain("周长河", "王晓艳", village=SECOND[1]),  # as written above, which counts everywhere
        *plain("吴长河", "王小雁", village=SECOND[1], born="2014-01-01"),
    ]
    ref = c.checked(at.administrator, c.text(rows, headings=HEADINGS))
    row = ("double", "looks-alike-row")
    assert states(ref) == [READY, READY, row, HELD, HELD, row, HELD, row, READY, READY]
    told = select(CountyListRow.told).where(CountyListRow.state == "double").order_by(CountyListRow.line)
    assert list(reading().scalars(told)) == ["3", "4", "8"]


def test_a_family_typed_while_a_list_is_carried_is_seen(at: Village) -> None:
    ref = c.checked(
        at.administrator, c.text([*plain("王健国", "王春花"), *plain("李大明", "李晓红")], headings=HEADINGS)
    )
    assert states(ref) == [READY] * 4
    family = households.Family(head_name="王建国", address="一组", phone="", category=Category.LOW_INCOME)
    typed = households.register(at.volunteer, v.VILLAGE, family=family)
    born = date(1980, 1, 2)
    person = households.Person(name="李达明", birth=born, sex=Sex.MALE, relation=Relation.HEAD)
    households.add_member(at.volunteer, typed, person=person)
    applying.apply(at.administrator, ref)
    c.carry_all(ref)
    assert states(ref) == [("refused", "looks-alike"), HELD, ("refused", "looks-alike"), HELD]


def test_a_list_is_checked_anew_in_pieces_that_can_be_cut_off(at: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "PIECE", 4)
    ref = c.checked(
        at.administrator, c.text([*plain("王建国", "王小燕")[:1], *plain("李大明", "李晓红")] * 2, headings=HEADINGS)
    )
    before = c.told(ref)
    end_reading()
    columns = tuple(heading.column for heading in get_list(at.administrator, ref).headings)
    end_reading()
    staging.check(at.administrator, ref, columns=columns, category=Category.LOW_INCOME)
    card = get_list(at.administrator, ref)
    assert (card.state, card.done, card.counts["raw"]) == (ListState.CLEARING.value, 0, 0)  # nothing at once
    end_reading()
    assert c.carry(ref) == 4
    card = get_list(at.administrator, ref)
    assert (card.state, card.done) == (ListState.CLEARING.value, 4)
    row = reading().scalars(select(CountyListRow).where(CountyListRow.state == "raw")).first()
    assert row is not None
    assert (row.family, row.village, row.head_digest, row.id_digest) == (0, "", None, None)
    c.carry_all(ref)
    assert get_list(at.administrator, ref).state == ListState.CHECKED.value
    assert c.told(ref) == before
    end_reading()
    staging.check(at.administrator, ref, columns=columns, category=Category.LOW_INCOME)
    staging.drop(at.administrator, ref)
    assert c.carry(ref) == 0
