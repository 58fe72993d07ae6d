"""A slip confirms only with a witness outside, or a site's signer who had no part, and after the township's check."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from charity.adapters.crypto import digest, seal
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import VISITOR, Actor, Role
from charity.domain.errors import Invalid, NotPermitted
from charity.domain.slips import SlipCheck
from charity.models.accounts import Account
from charity.models.cases import Case
from charity.models.households import Member
from charity.models.names_down import NAME, put_names_away
from charity.models.pledges import Slip
from charity.models.takedowns import TakeDown
from charity.queries.pledges.point import list_site_signers
from charity.queries.pledges.township import get_confirmation
from charity.services.pledges import cases
from charity.services.pledges.claim import claim
from charity.services.pledges.confirm import confirm, store_slip
from charity.services.pledges.plan import plan
from charity.services.pledges.receive import hand_over, receive
from charity.services.pledges.send import send
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, Town

PICTURE: dict[str, Any] = {"storage_key": "k", "sha256": "ab" * 32, "look": "0" * 16, "width": 10, "height": 10}
ALL = frozenset(SlipCheck)


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def call(actor: Actor, *, nickname: str = "", public_name: str = "") -> None:
    """Give somebody a nickname, a public name."""
    values: dict[str, Any] = {"nickname": nickname} if nickname else {}
    if public_name:
        values["public_name_sealed"] = seal(public_name, place=f"accounts.public_name:{actor.ref}")
    with transaction() as tx:
        tx.session.execute(update(Account).where(Account.id == actor.account_id).values(**values))


def add_member(town: Town, name: str) -> None:
    with transaction() as tx:
        tx.session.execute(
            insert(Member).values(
                ref="member0000000",
                household_id=town.household_id,
                alias="A",
                name_sealed=b"",
                name_digest=digest("name", name),
                birth_sealed=b"",
                sex_sealed=b"",
                relation="spouse",
                recorded_by_id=town.poster.account_id,
                recorded_at=tx.now,
            )
        )


def slip(town: Town, ref: str, *, by: Actor | None = None, **said: str) -> None:
    store_slip(by or town.volunteer, ref, **PICTURE, **({"witness": "张三", "witness_role": "neighbour"} | said))


def test_the_witness_and_his_role_are_kept_and_shown_to_the_township(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    slip(town, ref)
    (line,) = get_confirmation(town.reviewer, ref).slips
    assert (line.witness, line.role, line.signer) == ("张三", "neighbour", "")
    with pytest.raises(Invalid, match="slip-not-checked"):
        confirm(town.reviewer, ref, basis="slip", checks=frozenset({"matches"}))
    confirm(town.reviewer, ref, basis="slip", checks=frozenset({"matches", "witness"}))
    end_reading()
    kept = reading().scalars(select(Slip)).one()
    assert (kept.checked_by_id, kept.checked_at) == (town.reviewer.account_id, MONDAY)


def test_nobody_of_the_household_witnesses(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    add_member(town, "李四")
    for name in ("Head", " Head ", "李四", "李 四"):
        with pytest.raises(Invalid, match="witness-is-family"):
            slip(town, ref, witness=name)
    slip(town, ref, witness="李四光")


def test_nobody_who_handled_the_gift_witnesses(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    call(town.volunteer, nickname="王五")
    call(town.poster, public_name="赵·六")
    other = t.person((Role.VOLUNTEER, t.TOWNSHIP))
    for name in ("王五", "赵六"):
        with pytest.raises(Invalid, match="witness-is-helper"):
            slip(town, ref, witness=name, by=other)
    with pytest.raises(Invalid, match="witness-role-unknown"):
        slip(town, ref, witness_role="head")
    slip(town, ref, by=other)


def test_what_is_found_out_after_the_slip_was_stored_stops_it(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    slip(town, ref)
    add_member(town, "张三")
    with pytest.raises(Invalid, match="witness-is-family"):
        confirm(town.reviewer, ref, basis="slip", checks=ALL)
    confirm(town.reviewer, ref, basis="call-back")


def of_site(town: Town) -> str:
    donor, wish = t.person(), t.wish(town, site=True)
    ref = claim(donor, wish, units=1, display="nickname").id
    plan(donor, ref)
    send(donor, ref, courier="sf", tracking="SF1234567890123")
    receive(town.volunteer, ref)
    hand_over(town.volunteer, ref)
    return ref


def test_a_site_names_its_signer_by_account(town: Town) -> None:
    ref = of_site(town)
    teacher = t.person((Role.VOLUNTEER, t.VILLAGE))
    over = t.person((Role.VOLUNTEER, t.VILLAGE))
    stranger = t.person((Role.VOLUNTEER, t.OTHER_TOWNSHIP))
    with transaction() as tx:
        tx.session.execute(
            update(t.RoleGrant).where(t.RoleGrant.account_id == over.account_id).values(ends_on=date(2026, 3, 1))
        )
    assert [signer.ref for signer in list_site_signers(town.volunteer, ref)] == [teacher.ref]
    said = {"witness": "", "witness_role": "teacher"}
    for signer in (town.poster, town.volunteer):
        with pytest.raises(NotPermitted, match="signer-handled-it"):
            slip(town, ref, **said, signer=signer.ref)
    for signer in (over, stranger, t.person()):
        with pytest.raises(Invalid, match="signer-unknown"):
            slip(town, ref, **said, signer=signer.ref)
    slip(town, ref, **said, signer=teacher.ref)
    with pytest.raises(Invalid, match="slip-not-checked"):
        confirm(town.reviewer, ref, basis="slip", checks=frozenset({"matches", "witness"}))
    assert confirm(town.reviewer, ref, basis="slip", checks=frozenset({"matches", "signer"})).state == "confirmed"


def test_a_site_names_its_signer_on_paper(town: Town) -> None:
    ref = of_site(town)
    call(town.poster, nickname="孙七")
    call(town.volunteer, public_name="周八")
    for name in ("孙七", "周 八"):
        with pytest.raises(NotPermitted, match="signer-handled-it"):
            slip(town, ref, witness=name, witness_role="head")
    with pytest.raises(Invalid, match="witness-missing"):
        slip(town, ref, witness=" ", witness_role="head")
    slip(town, ref, witness="吴校长", witness_role="head")
    call(town.volunteer, public_name="吴校长")
    with pytest.raises(NotPermitted, match="signer-handled-it"):
        confirm(town.reviewer, ref, basis="slip", checks=ALL)


def take_name_down(of: Actor, name: str) -> None:
    """Let a concern take somebody's name off boards, as a reviewer does."""
    number = cases.report(VISITOR, reason="privacy", words="-", page="/boards")
    with transaction() as tx:
        case_id = tx.session.scalars(select(Case.id).where(Case.ref == number)).one()
        down = TakeDown(case_id=case_id, thing=NAME, taken_at=tx.now, taken_by_id=of.account_id)
        tx.session.add(down)
        tx.session.flush()
        account = tx.session.get_one(Account, of.account_id)
        account.nickname = name
        put_names_away(tx, account, down.id)


def test_a_teacher_whose_name_went_from_the_boards_signs_still(town: Town) -> None:
    ref = of_site(town)
    teacher = t.person((Role.VOLUNTEER, t.VILLAGE))
    take_name_down(teacher, "郑九")
    take_name_down(town.volunteer, "钱十")  # nameless, too, and nobody's namesake for that
    (signer,) = list_site_signers(town.volunteer, ref)
    assert signer.ref == teacher.ref
    assert signer.nickname
    slip(town, ref, witness="", witness_role="teacher", signer=teacher.ref)
    (line,) = get_confirmation(town.reviewer, ref).slips
    assert line.witness == line.signer == signer.nickname
    assert "郑九" not in line.witness
    with pytest.raises(Invalid, match="witness-missing"):
        slip(town, ref, witness=" ", witness_role="teacher")
    assert confirm(town.reviewer, ref, basis="slip", checks=frozenset({"matches", "signer"})).state == "confirmed"


def test_who_handled_the_gift_witnesses_no_more_after_his_name_went_from_the_boards(town: Town) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    other = t.person((Role.VOLUNTEER, t.TOWNSHIP))
    take_name_down(town.volunteer, "王五")
    with pytest.raises(Invalid, match="witness-is-helper"):
        slip(town, ref, witness="王 五", by=other)
    slip(town, ref, witness="王伍", by=other)
