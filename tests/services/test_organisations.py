"""Organisations: applying, four eyes, the join code, whose gifts count, and what is done in an organisation's name."""

from dataclasses import dataclass, replace

import pytest
from flask import Flask
from sqlalchemy import insert, select

from charity.adapters.crypto import new_ref
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import AccountKind, Actor, Role
from charity.domain.errors import CapReached, Conflict, Invalid, Missing, NotPermitted, TooMany
from charity.domain.organisations import BankAccount
from charity.domain.sides import Side, may_act_on_side
from charity.models.accounts import Account
from charity.models.ledger import ENTRIES
from charity.models.organisation_rows import read_bank
from charity.models.organisations import OrganisationAct, OrganisationPerson
from charity.models.pledges import Pledge
from charity.models.sides import list_stands, record_side
from charity.queries.figures import forget_figures, get_figures
from charity.queries.organisations.acting import find_acting
from charity.queries.organisations.own import get_desk, list_own
from charity.queries.organisations.public import get_organisation, list_organisations
from charity.services.organisations import decide, people
from charity.services.organisations.apply import apply, change_bank, withdraw
from charity.services.organisations.decide import Rights
from charity.services.pledges.claim import claim
from tests.kit import charities as c
from tests.kit import village as v
from tests.services import town as t

NAME = "云桥同心慈善基金会"


@dataclass(frozen=True, slots=True)
class Office:
    """Somebody who registers an organisation, and those who look at it."""

    officer: Actor
    administrator: Actor
    elsewhere: Actor


@pytest.fixture
def at(app: Flask) -> Office:
    with transaction() as tx:
        v.add_regions(tx)
    return Office(
        officer=t.person(),
        administrator=t.person((Role.ADMINISTRATOR, t.COUNTY)),
        elsewhere=t.person((Role.ADMINISTRATOR, v.OTHER_COUNTY)),
    )


def made(at: Office, **more: object) -> str:
    return c.verified(at.officer, at.administrator, NAME, 1, t.COUNTY, **more)  # type: ignore[arg-type]


def kinds_in_book(ref: str) -> list[str]:
    end_reading()
    rows = reading().execute(select(ENTRIES.c.kind, ENTRIES.c.body).order_by(ENTRIES.c.id))
    return [kind for kind, body in rows if ref.encode() in body]


def test_an_organisation_is_registered_and_verified(at: Office) -> None:
    ref = apply(at.officer, application=c.application(NAME, 1, t.COUNTY))
    assert list_organisations().cards == ()
    with pytest.raises(Missing):
        get_organisation(ref)
    decide.verify(at.administrator, ref, is_checked=True, rights=Rights(takes_money=True), note="查过")
    end_reading()
    page = get_organisation(ref)
    assert (page.name, page.takes_money, page.is_vetted) == (NAME, True, False)
    row = c.row_of(ref)
    account = reading().get_one(Account, row.account_id)
    assert account.kind == AccountKind.ORGANISATION
    assert kinds_in_book(ref) == ["organisation.verified", "organisation.changed"]
    told = b"".join(reading().execute(select(ENTRIES.c.body)).scalars())
    for secret in (NAME, c.CONTACT, c.PHONE, c.BANK_NUMBER, "charity.example.org"):
        assert secret.encode() not in told


def test_a_wrong_number_or_somebody_elses_account_is_refused(at: Office) -> None:
    good = c.application(NAME, 1, t.COUNTY)
    with pytest.raises(Invalid, match="registration-number"):
        apply(at.officer, application=replace(good, number=good.number[:-1] + "A"))
    with pytest.raises(Invalid, match="bank-not-own"):
        held = BankAccount(holder="张三", bank=c.BANK_NAME, number=c.BANK_NUMBER)
        apply(at.officer, application=replace(good, bank=held))
    for contact in ("13800138000", "微信abc123"):  # also behind what fits into a short name
        with pytest.raises(Invalid, match="name-with-contact"):
            apply(at.officer, application=replace(good, name="云桥" + "同心" * 20 + contact))
    with pytest.raises(Invalid, match="office-empty"):
        apply(at.officer, application=replace(good, region="99"))
    apply(at.officer, application=good)
    with pytest.raises(Conflict, match="organisation-known"):
        apply(t.person(), application=good)


def test_nobody_decides_about_his_own_organisation_or_elsewhere(at: Office) -> None:
    own = apply(at.administrator, application=c.application(NAME, 1, t.COUNTY))
    with pytest.raises(NotPermitted, match="own-organisation"):
        decide.verify(at.administrator, own, is_checked=True, rights=Rights())
    with pytest.raises(Missing):
        decide.verify(at.elsewhere, own, is_checked=True, rights=Rights())
    with pytest.raises(Missing):
        decide.verify(at.officer, own, is_checked=True, rights=Rights())
    other = t.person((Role.ADMINISTRATOR, t.COUNTY))
    decide.verify(other, own, is_checked=True, rights=Rights())  # the control: another pair of eyes


def test_an_officer_who_becomes_an_administrator_does_not_decide_about_his_organisation(at: Office) -> None:
    ref = made(at)
    late = t.person((Role.ADMINISTRATOR, t.COUNTY))
    people.join(late, code=people.make_code(at.officer, ref).code, is_counted=False)
    decide.change_rights(late, ref, rights=Rights(takes_money=True))
    [member] = [one for one in get_desk(at.officer, ref).people if one.part == "member"]
    c.make_officer(at.officer, at.administrator, ref, member.ref)
    with pytest.raises(NotPermitted, match="own-organisation"):
        decide.change_rights(late, ref, rights=Rights())


def test_a_refusal_names_its_reason_and_lets_the_number_be_used_again(at: Office) -> None:
    ref = apply(at.officer, application=c.application(NAME, 1, t.COUNTY))
    decide.refuse(at.administrator, ref, reason="papers-missing", note="缺证书")
    end_reading()
    [own] = list_own(at.officer)
    assert (own.state, own.reason, own.note) == ("refused", "papers-missing", "缺证书")
    again = apply(at.officer, application=c.application(NAME, 1, t.COUNTY))
    withdraw(at.officer, again)
    with pytest.raises(Conflict, match="organisation-not-so"):
        decide.verify(at.administrator, again, is_checked=True, rights=Rights())


def test_only_charities_receive_money_and_vetting_needs_a_record(at: Office) -> None:
    firm = apply(at.officer, application=c.application("云桥织造有限公司", 2, t.COUNTY, kind="enterprise"))
    with pytest.raises(Conflict, match="kind-takes-no-money"):
        decide.verify(at.administrator, firm, is_checked=True, rights=Rights(takes_money=True))
    with pytest.raises(Invalid, match="vetting-record-missing"):
        decide.verify(at.administrator, firm, is_checked=True, rights=Rights(is_vetted=True))
    decide.verify(at.administrator, firm, is_checked=True, rights=Rights(is_vetted=True, vetting="公安证明2026-11"))
    assert c.row_of(firm).is_vetted


def test_another_bank_account_is_looked_at_first(at: Office) -> None:
    ref = made(at)
    new = BankAccount(holder=NAME, bank="另一家银行", number="6217000011112222")
    with pytest.raises(Missing):
        change_bank(t.person(), ref, bank=new)
    change_bank(at.officer, ref, bank=new)
    row = c.row_of(ref)
    assert (row.takes_money, read_bank(row).number) == (False, new.number)
    decide.change_rights(at.administrator, ref, rights=Rights(takes_money=True))
    assert c.row_of(ref).takes_money


def test_members_join_by_a_code_that_can_be_guessed_by_nobody(at: Office) -> None:
    ref = made(at)
    first = people.make_code(at.officer, ref).code
    second = people.make_code(at.officer, ref).code
    guest = t.person()
    with pytest.raises(Invalid, match="group-code-unknown"):
        people.join(guest, code=first, is_counted=True)
    assert people.join(guest, code=second, is_counted=True) == ref
    with pytest.raises(Conflict, match="organisation-member-already"):
        people.join(guest, code=second, is_counted=True)
    guesser = t.person()
    for _ in range(5):
        with pytest.raises(Invalid):
            people.join(guesser, code="0000000000", is_counted=True)
    with pytest.raises(TooMany):
        people.join(guesser, code=second, is_counted=True)
    with pytest.raises(Conflict, match="last-officer"):
        people.leave(at.officer, ref)


def give(who: Actor, town: t.Town, *, display: str = "nickname", fen: int = 5_000, kind: str = "goods") -> None:
    """Write down a gift that was confirmed now."""
    wish = t.wish_row(t.wish(town, unit_fen=fen))
    with transaction() as tx:
        tx.session.execute(
            insert(Pledge).values(
                ref=new_ref(),
                wish_id=wish.id,
                account_id=who.account_id,
                kind=kind,
                beneficiary=town.beneficiary,
                region_code=t.VILLAGE,
                units=1,
                amount_fen=fen,
                year=2026,
                display=display,
                state="confirmed",
                claimed_at=tx.now,
                confirmed_at=tx.now,
            )
        )


def test_fewer_than_five_are_told_as_nobody_and_who_comes_or_goes_changes_no_sum(at: Office) -> None:
    ref, town = made(at), t.found_town()
    members = [t.person() for _ in range(6)]
    give(members[0], town)  # before: never counted
    code = people.make_code(at.officer, ref).code
    for one in members[:5]:
        people.join(one, code=code, is_counted=True)
    people.join(members[5], code=code, is_counted=False)
    for one in (*members[:4], members[5]):
        give(one, town)
    give(members[4], town, display="anonymous")
    end_reading()
    shown = get_organisation(ref).members
    assert (shown.counted, shown.totals) == (5, None), "four gave by name: no sum yet"
    give(members[4], town)
    end_reading()
    shown = get_organisation(ref).members
    assert shown.totals is not None
    assert (shown.totals.wishes, shown.totals.fen) == (5, 25_000)
    people.be_counted(members[0], ref, is_counted=False)
    give(members[0], town)
    end_reading()
    after = get_organisation(ref).members
    assert (after.counted, after.totals) == (None, shown.totals), "what was counted names nobody and stays"


def confirmed_fen() -> int:
    """Read what the public figures say now."""
    end_reading()
    forget_figures()
    return get_figures(with_demo=True).confirmed_fen


def test_an_hour_has_no_price_in_any_sum(at: Office) -> None:
    ref, town = made(at), t.found_town()
    members = [t.person() for _ in range(5)]
    code = people.make_code(at.officer, ref).code
    for one in members:
        people.join(one, code=code, is_counted=True)
        give(one, town, fen=40, kind="service")
    end_reading()
    shown = get_organisation(ref).members
    assert shown.totals is not None
    assert (shown.totals.wishes, shown.totals.fen) == (5, 0)
    assert confirmed_fen() == 0
    give(members[0], town)
    assert confirmed_fen() == 5_000, "a thing has one"


def test_an_officer_acts_in_its_name_with_its_places_and_is_written_down(at: Office) -> None:
    ref, town = made(at), t.found_town()
    as_it = c.acting(at.officer, ref)
    assert (as_it.kind, as_it.officer_id) == (AccountKind.ORGANISATION, at.officer.account_id)
    wish = t.wish(town, wanted=40)
    for _ in range(7):  # a person has five places
        claim(as_it, wish, units=1, display="nickname")
    end_reading()
    rows = reading().execute(select(OrganisationAct.officer_id, OrganisationAct.act)).all()
    assert set(rows) == {(at.officer.account_id, "claim")}
    assert t.account_row(as_it).open_pledges == 7
    assert t.account_row(at.officer).open_pledges == 0


def test_what_it_gave_anonymously_is_in_no_public_sum_of_its_own(at: Office) -> None:
    ref, town = made(at), t.found_town()
    as_it = c.acting(at.officer, ref)
    give(as_it, town)
    give(as_it, town, display="anonymous")
    end_reading()
    assert (get_organisation(ref).totals.wishes, get_organisation(ref).totals.fen) == (1, 5_000)
    assert get_desk(at.officer, ref).totals.wishes == 2, "its officers see both"


def test_nobody_else_acts_in_its_name_and_an_ended_one_promises_nothing(at: Office) -> None:
    ref, town = made(at), t.found_town()
    assert find_acting(t.person(), ref) is None
    code = people.make_code(at.officer, ref).code
    member = t.person()
    people.join(member, code=code, is_counted=False)
    end_reading()
    assert find_acting(member, ref) is None
    as_it = c.acting(at.officer, ref)
    decide.end(at.administrator, ref, reason="own-wish")
    with pytest.raises(CapReached, match="organisation-ended"):
        claim(as_it, t.wish(town), units=1, display="nickname")
    end_reading()
    assert list_organisations().cards == ()


def test_the_officer_himself_stands_on_the_giving_side_of_what_he_claims(at: Office) -> None:
    ref, town = made(at), t.found_town()
    code = people.make_code(at.officer, ref).code
    for who in (town.poster, town.reviewer):
        people.join(who, code=code, is_counted=False)
    for card in [one for one in get_desk(at.officer, ref).people if one.part == "member"]:
        c.make_officer(at.officer, at.administrator, ref, card.ref)
    wish = t.wish(town, wanted=5)
    with transaction() as tx:
        record_side(tx, town.poster.account_id, town.beneficiary, Side.FIELD)
    with pytest.raises(NotPermitted, match="other-side"):
        claim(c.acting(town.poster, ref), wish, units=1, display="nickname")
    claim(c.acting(town.reviewer, ref), wish, units=1, display="nickname")
    with transaction() as tx, pytest.raises(NotPermitted, match="other-side"):
        stands = list_stands(tx, town.reviewer.account_id, town.beneficiary)
        may_act_on_side(stands, Side.TOWNSHIP, now=tx.now)


def test_a_closed_place_stays_as_history(at: Office) -> None:
    ref = made(at)
    guest = t.person()
    people.join(guest, code=people.make_code(at.officer, ref).code, is_counted=True)
    people.leave(guest, ref)
    end_reading()
    rows = reading().scalars(select(OrganisationPerson).where(OrganisationPerson.account_id == guest.account_id)).all()
    assert [row.left_at is not None for row in rows] == [True]
    with pytest.raises(Missing):
        get_desk(guest, ref)
