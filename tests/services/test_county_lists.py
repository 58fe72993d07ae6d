"""Counties' lists: what stands in them comes into the register as if it had been typed, or is named with its reason."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from charity.adapters.clock import now
from charity.adapters.crypto import unseal
from charity.adapters.db import db, end_reading, reading, transaction
from charity.domain.actors import Role
from charity.domain.consents import Purpose
from charity.domain.errors import Conflict, Invalid, Missing, Refused
from charity.domain.households import FilePurpose
from charity.domain.list_columns import Column
from charity.domain.listed_families import _Reading as Reading
from charity.models.consents import is_agreed
from charity.models.county_lists import CountyList, CountyListRow, ListedConsent, paper_place
from charity.models.households import Consent, FileOpened, Household, HouseholdSide, LookAlike, Member
from charity.models.ledger import ENTRIES
from charity.models.wishes import Wish
from charity.queries.county_lists import get_list, stream_left_out
from charity.services.register import households
from charity.services.register.consent_papers import keep
from charity.services.register.files import open_file
from charity.services.register.lists import applying, checking, forgetting, staging, stopping, undoing
from charity.services.wishes import post
from tests.kit import county_list as c
from tests.kit import village as v
from tests.kit.databases import bytes_of
from tests.kit.village import Village


@pytest.fixture
def at(app: Flask) -> Village:
    return v.build()


def refused(call: object, code: str, kind: type[Refused] = Conflict) -> Refused:
    with pytest.raises(kind, match=f"^{code}$") as caught:
        call()  # type: ignore[operator]
    return caught.value


def homes(at: Village) -> list[Household]:
    end_reading()
    return list(reading().scalars(select(Household).where(Household.id != at.family.id).order_by(Household.id)))


def entries(kind: str) -> int:
    end_reading()
    return reading().scalar(select(func.count()).select_from(ENTRIES).where(ENTRIES.c.kind == kind)) or 0


def test_families_come_in_as_identified_and_without_consents(at: Village) -> None:
    rows = [row for number in range(1, 7) for row in c.family(number)]
    ref = c.applied(at.administrator, c.text(rows))
    found = homes(at)
    assert len(found) == 6
    assert {home.life_state for home in found} == {"identified"}
    assert {home.verified_at for home in found} == {None}
    assert {home.region_code for home in found} == {v.VILLAGE}
    first = found[0]
    assert unseal(first.head_name_sealed, place=f"households.head_name:{first.ref}") == "王建零零一"
    people = list(reading().scalars(select(Member).where(Member.household_id == first.id).order_by(Member.id)))
    assert [(one.relation, one.school_stage) for one in people] == [("head", None), ("child", "primary")]
    assert reading().scalar(select(func.count()).select_from(Consent).where(Consent.household_id == first.id)) == 0
    assert entries("register.imported") == 1
    # What the township still has to do, and who may not do it.
    refused(lambda: households.verify(at.reviewer, first.ref), "consent-to-register-missing")
    side = select(HouseholdSide.side).where(HouseholdSide.beneficiary == f"h{first.id}")
    assert list(reading().scalars(side)) == ["field"]
    end_reading()
    card = get_list(at.administrator, ref)
    assert (card.state, card.counts["taken"], card.families, card.left_out) == ("applied", 12, 6, 0)


@pytest.mark.backends("sqlite")  # whose file can be read
def test_nothing_personal_stays_readable_and_what_came_in_is_wiped_from_the_list(at: Village) -> None:
    ref = c.checked(at.administrator, c.text([*c.family(1), *c.family(2, phone="12")]))
    raw = bytes_of(str(db.engine.url))
    for secret in ("王建零零一", c.family(1)[0][-1], "1组"):
        assert secret.encode() not in raw
    applying.apply(at.administrator, ref)
    c.carry_all(ref)
    end_reading()
    kept = dict(reading().execute(select(CountyListRow.line, CountyListRow.cells_sealed)).all())
    assert [line for line, cells in kept.items() if cells is not None] == [5, 6]
    assert [row.line for row in stream_left_out(at.administrator, ref)] == [5, 6]


@pytest.mark.parametrize(
    ("place", "said", "cell", "code"),
    [
        (2, "无名村", "C3", "list-village-unknown"),
        (4, "", "E3", "address-needed"),
        (5, "12345", "F3", "family-phone-shape"),
        (6, "富户", "G3", "list-category"),
        (7, "", "H3", "name-needed"),
        (8, "朋友的朋友", "I3", "list-relation"),
        (9, "不详", "J3", "list-sex"),
        (9, "女", "J3", "sex-not-of-id-number"),
        (10, "110101201502290011", "K3", "id-number-check"),
        (10, "4.30102201502283e+17", "K3", "id-number-shape"),
    ],
)
def test_a_wrong_cell_is_named_and_holds_its_family_back(
    at: Village, place: int, said: str, cell: str, code: str
) -> None:
    rows = [*c.family(1), *c.family(2)]
    rows[0][place] = said
    if place < 7:  # of the household: each of its rows says so
        rows[1][place] = said
    found = c.told(c.checked(at.administrator, c.text(rows)))
    assert found[0] == (3, "wrong", cell, code)
    assert [state for _, state, _, _ in found] == ["wrong", "held", "ready", "ready"]


def test_people_without_a_column_for_their_births_are_not_left_out_unseen(at: Village) -> None:
    """A household that came in without its members would look complete."""
    headings = ("村", "户主姓名", "家庭住址", "姓名", "与户主关系", "性别", "帮扶类别")
    row = [v.NAMES[v.VILLAGE], "刘强", "三组", "刘小草", "长女", "女", "低保"]
    refused(lambda: c.checked(at.administrator, c.text([row], headings=headings)), "list-no-births", Invalid)
    alone = c.text([[*row[:3], row[-1]]], headings=(*headings[:3], headings[-1]))
    assert c.told(c.checked(at.administrator, alone)) == [(3, "ready", "", "")]


def test_a_birthday_that_never_was_is_refused_as_such(at: Village) -> None:
    headings = ("村", "户主姓名", "家庭住址", "姓名", "与户主关系", "性别", "出生日期", "帮扶类别")
    row = [v.NAMES[v.VILLAGE], "刘强", "三组", "刘强", "户主", "男", "1980年2月29日", "低保"]
    child = [v.NAMES[v.VILLAGE], "刘强", "三组", "刘小草", "长女", "女", "2015-02-29", "低保"]
    assert c.told(c.checked(at.administrator, c.text([row, child], headings=headings))) == [
        (3, "held", "", ""),
        (4, "wrong", "G4", "birth-impossible"),
    ]


def test_doubles_are_marked_and_come_in_only_with_a_reason_that_the_township_then_looks_at(at: Village) -> None:
    c.applied(at.administrator, c.text(c.family(1, phone="13800000001")))
    like = c.family(1)  # the same head in the same village, and the same people
    other = [*c.family(2, phone="13800000001"), *c.family(3), *c.family(4), *c.family(4, head="王建零零四")]
    for row in other[-2:]:
        row[0] = "40"
    found = c.told(c.checked(at.administrator, c.text([*like, *other])))
    assert [(state, reason) for _, state, _, reason in found] == [
        ("wrong", "person-registered"), ("wrong", "person-registered"),
        ("double", "looks-alike"), ("held", ""),
        ("ready", ""), ("ready", ""),
        ("ready", ""), ("ready", ""),
        ("wrong", "listed-twice"), ("wrong", "listed-twice"),
    ]  # fmt: skip
    rows = [[*row, "兄弟分户,共用电话"] for row in c.family(2, phone="13800000001")]
    ref = c.applied(at.administrator, c.text(rows, headings=(*c.HEADINGS, "非重复说明")))
    assert get_list(at.administrator, ref).families == 1
    marked = reading().scalars(select(LookAlike)).one()
    assert unseal(marked.reason_sealed, place=f"look_alikes.reason:{marked.ref}") == "兄弟分户,共用电话"
    assert marked.cleared_at is None


def test_the_alias_of_a_double_elsewhere_is_not_told(at: Village) -> None:
    with transaction() as tx:
        far = v.add_person(tx, (Role.ADMINISTRATOR, v.OTHER_COUNTY))
    rows = c.family(1, phone="13800000001", village=v.NAMES[v.OTHER_VILLAGE])
    for row in rows:
        row[1] = v.NAMES[v.OTHER_TOWNSHIP]
    c.applied(far, c.text(rows), region=v.OTHER_COUNTY)
    ref = c.checked(at.administrator, c.text(c.family(2, phone="13800000001")))
    end_reading()
    row = reading().scalars(select(CountyListRow).where(CountyListRow.state == "double")).one()
    assert (row.reason, row.told) == ("looks-alike-elsewhere", "")
    assert get_list(at.administrator, ref).counts["ready"] == 0
    refused(lambda: applying.apply(at.administrator, ref), "list-without-good-rows")


def test_consents_are_taken_from_a_paper_only(at: Village) -> None:
    day = (now() - timedelta(days=10)).date().isoformat()
    headings = (*c.HEADINGS, *c.PAPER)
    told = [[*row, day, "", "云溪授权-0001"] for row in c.family(1)]
    bare = [[*row, day, "", ""] for row in c.family(2)]
    old = [[*row, "2020-01-01", "", "云溪授权-0003"] for row in c.family(3)]
    ref = c.applied(at.administrator, c.text([*told, *bare, *old], headings=headings))
    assert [(state, reason) for _, state, _, reason in c.told(ref)] == [
        ("taken", ""), ("taken", ""),
        ("wrong", "list-paper-missing"), ("held", ""),
        ("wrong", "list-consent-over"), ("held", ""),
    ]  # fmt: skip
    (home,) = homes(at)
    ask = {"household_id": home.id, "member_id": None, "moment": now()}
    assert is_agreed(reading(), Purpose.REGISTER, **ask)
    assert not is_agreed(reading(), Purpose.PUBLISH_WISH, **ask)
    paper = reading().scalars(select(ListedConsent)).one()
    assert unseal(paper.paper_sealed, place=paper_place(paper.consent_id)) == "云溪授权-0001"
    end_reading()
    households.verify(at.reviewer, home.ref)


def test_needs_become_drafts_of_the_villages_volunteer_by_the_rules_of_the_form(at: Village) -> None:
    need = ["棉衣一件", "棉衣", "过冬", "150", "1", "130"]
    named = ["王小零零二的棉衣", "棉衣", "过冬", "150", "1", "130"]
    rows = [
        [*c.family(1)[0], *[""] * 6], [*c.family(1)[1], *need],
        [*c.family(2)[0], *[""] * 6], [*c.family(2)[1], *named],
    ]  # fmt: skip
    ref = c.applied(at.administrator, c.text(rows, headings=(*c.HEADINGS, *c.NEED)))
    assert c.told(ref)[2:] == [(5, "held", "", ""), (6, "wrong", "L6", "text-tells-who")]
    end_reading()
    wish = reading().scalars(select(Wish)).one()
    assert (wish.state, wish.poster_id, wish.beneficiary_kind) == ("draft", at.volunteer.account_id, "child")
    assert (wish.unit_fen, wish.size, wish.category) == (150_00, "130", "coat")
    # Nothing of it may be shown as long as nobody agreed.
    refused(lambda: post.submit(at.volunteer, wish.ref), "point-missing", Invalid)


def test_a_need_that_does_not_say_what_is_named_and_how_many_alone_asks_for_nothing(at: Village) -> None:
    needs = (["", "棉衣", "过冬", "150", "1", "130"], ["", "", "", "", "1", ""])
    rows = [[*c.family(number)[0], *need] for number, need in enumerate(needs, start=1)]
    ref = c.checked(at.administrator, c.text(rows, headings=(*c.HEADINGS, *c.NEED)))
    assert [(state, cell) for _, state, cell, _ in c.told(ref)] == [("wrong", "L3"), ("ready", "")]


def test_a_need_without_a_volunteer_in_the_village_is_refused_in_its_cell(at: Village) -> None:
    with transaction() as tx:
        far = v.add_person(tx, (Role.ADMINISTRATOR, v.OTHER_COUNTY))
    rows = [
        [*row, "棉被两床", "棉被", "过冬", "120", "2", ""] for row in c.family(1, village=v.NAMES[v.OTHER_VILLAGE])[:1]
    ]
    rows[0][1] = v.NAMES[v.OTHER_TOWNSHIP]
    ref = c.checked(far, c.text(rows, headings=(*c.HEADINGS, *c.NEED)), region=v.OTHER_COUNTY)
    assert c.told(ref) == [(3, "wrong", "L3", "list-no-volunteer")]


def test_a_killed_worker_goes_on_where_it_stopped(at: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "CHUNK", 4)
    monkeypatch.setattr(checking, "CHUNK", 5)
    rows = [row for number in range(1, 8) for row in c.family(number)]
    ref = c.checked(at.administrator, c.text(rows))
    applying.apply(at.administrator, ref)
    made, broken = applying.Maker.make, [3]

    def dies(self: applying.Maker, families: object, known: object) -> object:
        broken[0] -= 1
        done = made(self, families, known)  # type: ignore[arg-type]
        if not broken[0]:
            raise SystemExit  # after the rows were written, before the commit
        return done

    monkeypatch.setattr(applying.Maker, "make", dies)
    with pytest.raises(SystemExit):
        c.carry_all(ref)
    assert 0 < len(homes(at)) < 7
    c.carry_all(ref)
    assert len(homes(at)) == 7
    assert get_list(at.administrator, ref).state == "applied"


def test_one_id_number_twice_in_a_family_is_named(at: Village) -> None:
    rows = [*c.family(1), *c.family(2)]
    rows[1][9:] = rows[0][9:]
    assert c.told(c.checked(at.administrator, c.text(rows))) == [
        (3, "held", "", ""), (4, "wrong", "K4", "listed-twice"), (5, "ready", "", ""), (6, "ready", "", ""),
    ]  # fmt: skip


def test_what_the_tables_refuse_is_left_out_alone_and_keeps_nobody_waiting(
    at: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row for number in range(1, 6) for row in c.family(number)]
    rows[5][9:] = rows[4][9:]
    with monkeypatch.context() as patch:  # as if the reader knew nothing of people who stand there twice
        patch.setattr(Reading, "wrong", lambda *_said: None)
        ref = c.checked(at.administrator, c.text(rows))
        assert get_list(at.administrator, ref).counts["ready"] == 10
        end_reading()
        applying.apply(at.administrator, ref)
        c.carry_all(ref)
    assert get_list(at.administrator, ref).state == "applied"
    assert len(homes(at)) == 4
    assert c.told(ref)[4:6] == [(7, "refused", "D7", "list-family-refused"), (8, "held", "", "")]


def test_a_list_can_be_given_up_or_stopped_while_the_worker_is_at_it_and_then_undone(
    at: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = c.text([row for number in range(1, 6) for row in c.family(number)])
    ref = c.staged(at.administrator, data)
    end_reading()
    columns = tuple(heading.column for heading in get_list(at.administrator, ref).headings)
    staging.check(at.administrator, ref, columns=columns, category=None)
    staging.drop(at.administrator, ref)
    assert c.carry(ref) == 0
    assert get_list(at.administrator, ref).state == "dropped"
    monkeypatch.setattr(applying, "CHUNK", 4)
    ref = c.checked(at.administrator, data)
    applying.apply(at.administrator, ref)
    c.carry(ref)
    stopping.stop(at.administrator, ref)
    c.carry_all(ref)
    came = len(homes(at))
    assert 0 < came < 5
    assert get_list(at.administrator, ref).state == "applied"
    assert [(state, reason) for _, state, _, reason in c.told(ref)][-2:] == [("held", "list-stopped")] * 2
    assert entries("register.imported") == 1
    end_reading()
    undoing.undo(at.administrator, ref)
    c.carry_all(ref)
    assert all(home.closed_at is not None for home in homes(at))
    assert get_list(at.administrator, ref).state == "undone"


def test_undoing_is_one_act_and_leaves_nobody_behind(at: Village) -> None:
    data = c.text([row for number in range(1, 7) for row in c.family(number, phone=f"1380000000{number}")])
    ref = c.applied(at.administrator, data)
    undoing.undo(at.administrator, ref)
    c.carry_all(ref)
    found = homes(at)
    assert all(home.closed_at is not None and home.head_name_sealed == b"" and not home.county for home in found)
    assert set(reading().scalars(select(Member.name_sealed).where(Member.household_id != at.family.id))) == {b""}
    assert entries("register.undone") == 1
    end_reading()
    again = c.applied(at.administrator, data)  # nothing of them is in the way
    assert get_list(at.administrator, again).families == 6
    refused(lambda: undoing.undo(at.administrator, ref), "not-in-this-state")


def test_nothing_is_undone_on_which_somebody_built(at: Village) -> None:
    ref = c.applied(at.administrator, c.text([*c.family(1), *c.family(2)]))
    home = homes(at)[0]
    end_reading()
    open_file(at.reviewer, home.ref, purpose=FilePurpose.REVIEW)
    refused(lambda: undoing.undo(at.administrator, ref), "list-built-upon")
    assert all(home.closed_at is None for home in homes(at))


def test_a_draft_goes_with_its_list_until_it_is_handed_in(at: Village) -> None:
    rows = [[*row, "棉被两床", "棉被", "过冬", "120", "2", ""] for row in c.family(1)[:1]]
    ref = c.applied(at.administrator, c.text(rows, headings=(*c.HEADINGS, *c.NEED)))
    assert reading().scalar(select(func.count()).select_from(Wish)) == 1
    end_reading()
    undoing.undo(at.administrator, ref)
    c.carry_all(ref)
    assert reading().scalar(select(func.count()).select_from(Wish)) == 0


def test_a_draft_its_volunteer_wrote_on_and_a_signed_paper_are_built_upon(at: Village) -> None:
    rows = [[*row, "棉被两床", "棉被", "过冬", "120", "2", ""] for row in c.family(1)[:1]]
    ref = c.applied(at.administrator, c.text(rows, headings=(*c.HEADINGS, *c.NEED)))
    wish = reading().scalars(select(Wish)).one()
    need = replace(post.need_of(wish), details="家里有两位老人。")
    end_reading()
    post.edit(at.volunteer, wish.ref, need=need)
    refused(lambda: undoing.undo(at.administrator, ref), "list-built-upon")
    ref = c.applied(at.administrator, c.text(c.family(2)))
    home = homes(at)[-1]
    head = reading().scalars(select(Member).where(Member.household_id == home.id).order_by(Member.id)).first()
    end_reading()
    assert head is not None
    keep(at.volunteer, home.ref, head.ref, key="paper")
    # Whoever kept it: it is the paper on which nothing may be undone, not only who brought it.
    with transaction() as tx:
        tx.session.execute(delete(HouseholdSide).where(HouseholdSide.beneficiary == f"h{home.id}"))
    refused(lambda: undoing.undo(at.administrator, ref), "list-built-upon")


def test_undoing_goes_on_in_pieces_and_gives_back_what_somebody_built_upon_meanwhile(
    at: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undoing, "CHUNK", 2)
    data = c.text([row for number in range(1, 6) for row in c.family(number)])
    ref = c.applied(at.administrator, data)
    undoing.undo(at.administrator, ref)
    assert c.carry(ref) == 2
    assert [home.closed_at is None for home in homes(at)] == [False, False, True, True, True]
    last = homes(at)[-1]
    end_reading()
    open_file(at.reviewer, last.ref, purpose=FilePurpose.REVIEW)
    c.carry_all(ref)
    assert get_list(at.administrator, ref).state == "applied"
    assert {(home.closed_at, home.county) for home in homes(at)} == {(None, v.COUNTY)}
    assert entries("register.undone") == 0
    with transaction() as tx:
        tx.session.execute(delete(FileOpened))
    end_reading()
    undoing.undo(at.administrator, ref)
    for _piece in range(4):
        c.carry(ref)
    # Closed, and some of them wiped; a worker that comes after goes on from here.
    assert [home.head_name_sealed == b"" for home in homes(at)] == [True, True, False, False, False]
    assert entries("register.undone") == 0
    c.carry_all(ref)
    assert {home.head_name_sealed for home in homes(at)} == {b""}
    assert entries("register.undone") == 1
    end_reading()
    card = get_list(at.administrator, ref)
    assert (card.state, card.headings) == ("undone", ())


def test_lists_are_forgotten_in_pieces_with_their_headings_also_those_that_stand_still(
    at: Village, monkeypatch: pytest.MonkeyPatch, travel: object
) -> None:
    monkeypatch.setattr(forgetting, "PIECE", 3)
    monkeypatch.setattr(staging, "PIECE", 3)
    dropped = c.staged(at.administrator, c.text([*c.family(1), *c.family(2)]))
    staging.drop(at.administrator, dropped)
    stuck = c.checked(at.administrator, c.text([*c.family(3), *c.family(4, phone="12")]))
    applying.apply(at.administrator, stuck)
    assert forgetting.forget_old(at.administrator) == 1  # the rest of what was given up, and nothing else
    travel(now() + timedelta(days=38))  # type: ignore[operator]
    assert [forgetting.forget_old(at.administrator) for _ in range(3)] == [3, 1, 0]
    end_reading()
    kept = reading().execute(select(CountyList.headings_sealed, CountyList.state).order_by(CountyList.id)).all()
    assert [tuple(one) for one in kept] == [(b"", "dropped"), (b"", "stopping")]
    assert reading().scalar(select(func.count()).where(CountyListRow.cells_sealed.is_not(None))) == 0


def test_columns_are_remembered_for_the_layout_and_the_county(at: Village) -> None:
    headings = (*c.HEADINGS[:-1], "证件")
    ref = c.staged(at.administrator, c.text(c.family(1), headings=headings))
    end_reading()
    columns = [heading.column for heading in get_list(at.administrator, ref).headings]
    assert columns[-1] is None
    staging.check(at.administrator, ref, columns=(*columns[:-1], Column.ID_NUMBER), category=None)
    again = c.staged(at.administrator, c.text(c.family(2), headings=tuple(f" {name} " for name in headings)))
    end_reading()
    assert get_list(at.administrator, again).headings[-1].column is Column.ID_NUMBER


def test_an_office_brings_lists_of_its_own_region_alone(at: Village) -> None:
    with transaction() as tx:
        far = v.add_person(tx, (Role.ADMINISTRATOR, v.OTHER_COUNTY))
    data = c.text(c.family(1))
    for who in (far, at.volunteer, at.reviewer, at.donor):
        refused(lambda who=who: c.staged(who, data), "missing", Missing)
    ref = c.checked(at.administrator, data)
    for act in (applying.apply, staging.drop, undoing.undo):
        refused(lambda act=act: act(far, ref), "missing", Missing)
    refused(lambda: get_list(far, ref), "missing", Missing)
    # A village outside the list's own region is not known there.
    rows = c.family(2, village=v.NAMES[v.OTHER_VILLAGE])
    assert c.told(c.checked(at.administrator, c.text(rows)))[0][2:] == ("C3", "list-village-unknown")


def test_left_out_rows_go_to_nobody_but_who_brought_them_and_are_wiped_after_a_month(
    at: Village, travel: object
) -> None:
    with transaction() as tx:
        other = v.add_person(tx, (Role.ADMINISTRATOR, v.COUNTY))
    ref = c.applied(at.administrator, c.text([*c.family(1), *c.family(2, phone="12")]))
    assert len(list(stream_left_out(at.administrator, ref))) == 2
    refused(lambda: stream_left_out(other, ref), "missing", Missing)
    end_reading()
    travel(now() + timedelta(days=31))  # type: ignore[operator]
    assert forgetting.forget_old(at.administrator) == 4
    refused(lambda: stream_left_out(at.administrator, ref), "missing", Missing)
