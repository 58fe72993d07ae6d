"""How much an organisation may promise, who speaks for it, and that nothing of either changes by one person alone."""

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.passwords import hash_password
from charity.domain.actors import Actor, Role
from charity.domain.errors import CapReached, Conflict, Invalid, Missing, NotPermitted
from charity.domain.organisations import MOST_OFFICERS, Becomes, Part
from charity.ledger.verifying.differences import Differs
from charity.ledger.verifying.tables import compare
from charity.models.accounts import Account, AccountSession
from charity.models.ledger import ENTRIES
from charity.models.organisation_rows import list_officers, put_person
from charity.models.sessions import open_session
from charity.queries.accounts import find_actor_by_token
from charity.queries.organisations.acting import find_acting
from charity.queries.organisations.acts import list_acts
from charity.queries.organisations.keeping import get_keeping, get_places
from charity.queries.organisations.own import get_desk
from charity.services.accounts import make_token
from charity.services.organisations import limits, officers, people
from charity.services.pledges.claim import claim
from tests.kit import charities as c
from tests.kit import village as v
from tests.kit.people import PASSWORD, actor_of, sign_in
from tests.services import town as t

NAME = "云桥同心慈善基金会"
WHY = "两个村同时过冬,认领量大"


@dataclass(frozen=True, slots=True)
class Kept:
    """An organisation with one officer and one member, and two administrators of its office."""

    officer: Actor
    member: Actor
    office: Actor
    second: Actor
    ref: str
    person: str


@pytest.fixture
def at(app: Flask) -> Kept:
    with transaction() as tx:
        v.add_regions(tx)
    office, second = (t.person((Role.ADMINISTRATOR, t.COUNTY)) for _ in range(2))
    officer, member = t.person(), t.person()
    ref = c.verified(officer, office, NAME, 1, t.COUNTY)
    people.join(member, code=people.make_code(officer, ref).code, is_counted=True)
    end_reading()
    [card] = [one for one in get_desk(officer, ref).people if one.part == "member"]
    end_reading()
    return Kept(officer, member, office, second, ref, card.ref)


def speaking(at: Kept) -> list[int]:
    end_reading()
    found = list_officers(reading(), c.row_of(at.ref).id)
    end_reading()
    return found


def place_of(at: Kept, who: Actor) -> str:
    end_reading()
    found = get_keeping(at.office, at.ref)
    names = {one.nickname: one.ref for one in found.officers}
    nickname = reading().get_one(Account, who.account_id).nickname
    end_reading()
    return names[nickname]


def test_the_office_raises_and_lowers_the_limit_with_a_reason(app: Flask, at: Kept) -> None:
    town = t.found_town()
    acting = c.acting(at.officer, at.ref)
    wish = t.wish(town, wanted=80)
    own = c.row_of(at.ref).account_id
    with transaction() as tx:
        tx.session.execute(update(Account).where(Account.id == own).values(open_pledges=50))
    with pytest.raises(CapReached, match="open-limit"):
        claim(acting, wish, units=1, display="nickname")
    limits.set_places(at.office, at.ref, places=52, reason=WHY)
    for _ in range(2):
        claim(acting, wish, units=1, display="nickname")
    with pytest.raises(CapReached, match="open-limit"):
        claim(acting, wish, units=1, display="nickname")
    limits.set_places(at.office, at.ref, places=50, reason="恢复")
    end_reading()
    shown = get_places(at.officer, at.ref)
    assert (shown.open, shown.places) == (52, 50), "what was promised beyond it runs on"
    assert [(line.was, line.places, line.reason) for line in shown.history] == [(52, 50, "恢复"), (50, 52, WHY)]
    told = b"".join(reading().execute(select(ENTRIES.c.body)).scalars())
    assert told.count(b"organisation.limited") == 2
    assert WHY.encode() not in told
    end_reading()


def test_who_may_not_change_the_limit_and_to_what_it_may_not_change(at: Kept) -> None:
    elsewhere = t.person((Role.ADMINISTRATOR, v.OTHER_COUNTY))
    for who in (elsewhere, at.officer, t.person((Role.AUDITOR, t.COUNTY)), t.person((Role.REVIEWER, t.COUNTY))):
        with pytest.raises(Missing):
            limits.set_places(who, at.ref, places=60, reason=WHY)
    for places in (49, 2001):
        with pytest.raises(Invalid, match="places-range"):
            limits.set_places(at.office, at.ref, places=places, reason=WHY)
    with pytest.raises(Invalid, match="reason-needed"):
        limits.set_places(at.office, at.ref, places=60, reason=" ")
    with pytest.raises(Conflict, match="places-same"):
        limits.set_places(at.office, at.ref, places=50, reason=WHY)
    own = t.person((Role.ADMINISTRATOR, t.COUNTY))
    theirs = c.verified(own, at.office, "清河助学慈善基金会", 2, t.COUNTY)
    with pytest.raises(NotPermitted, match="own-organisation"):
        limits.set_places(own, theirs, places=60, reason=WHY)


def test_the_book_tells_the_limit_and_a_quiet_change_of_the_table_is_found(app: Flask, at: Kept) -> None:
    limits.set_places(at.office, at.ref, places=70, reason=WHY)
    end_reading()
    compare(app.extensions["sqlalchemy"].engine)
    with transaction() as tx:
        tx.session.execute(update(Account).where(Account.id == c.row_of(at.ref).account_id).values(open_limit=90))
    end_reading()
    with pytest.raises(Differs, match="organisation-differs"):
        compare(app.extensions["sqlalchemy"].engine)


def test_a_new_officer_needs_the_offices_yes(at: Kept) -> None:
    change = officers.ask(at.officer, at.ref, at.person, becomes=Becomes.OFFICER)
    assert speaking(at) == [at.officer.account_id], "asked is not given"
    with pytest.raises(Conflict, match="officer-change-open"):
        officers.ask(at.officer, at.ref, at.person, becomes=Becomes.OFFICER)
    for who in (at.officer, at.member, t.person((Role.ADMINISTRATOR, v.OTHER_COUNTY))):
        with pytest.raises((Missing, NotPermitted)):
            officers.confirm(who, at.ref, change)
    officers.confirm(at.office, at.ref, change)
    assert speaking(at) == sorted([at.officer.account_id, at.member.account_id])
    with pytest.raises(Conflict, match="officer-change-over"):
        officers.refuse(at.second, at.ref, change)


def test_nobody_confirms_what_is_about_himself_or_what_he_asked_for(at: Kept) -> None:
    people.join(at.second, code=people.make_code(at.officer, at.ref).code, is_counted=False)
    end_reading()
    [card] = [one for one in get_desk(at.officer, at.ref).people if one.part == "member" and one.ref != at.person]
    change = officers.ask(at.officer, at.ref, card.ref, becomes=Becomes.OFFICER)
    with pytest.raises(NotPermitted, match="not-ones-own-question"):
        officers.confirm(at.second, at.ref, change)
    officers.refuse(at.office, at.ref, change)
    assert speaking(at) == [at.officer.account_id]


def test_an_ended_officer_has_no_right_left_on_any_device(at: Kept) -> None:
    c.make_officer(at.officer, at.office, at.ref, at.person)
    end_reading()
    assert find_acting(at.member, at.ref) is not None
    end_reading()
    own = c.row_of(at.ref).account_id or 0
    with transaction() as tx:
        for device in ("手机", "电脑"):
            open_session(tx, own, device=device)
    change = officers.ask(at.officer, at.ref, place_of(at, at.member), becomes=Becomes.MEMBER)
    end_reading()
    assert find_acting(at.member, at.ref) is not None, "the control: until the office says so"
    end_reading()
    officers.confirm(at.office, at.ref, change)
    end_reading()
    assert find_acting(at.member, at.ref) is None
    left = select(AccountSession.id).where(AccountSession.account_id == own, AccountSession.ended_at.is_(None))
    assert reading().scalars(left).all() == [], "the organisation's own account may have been open on his devices"
    end_reading()
    with pytest.raises(Missing):
        people.make_code(at.member, at.ref)


def test_an_ended_officer_does_not_come_back_by_the_organisations_own_password(at: Kept) -> None:
    c.make_officer(at.officer, at.office, at.ref, at.person)
    own = c.row_of(at.ref).account_id or 0
    end_reading()
    with transaction() as tx:
        known = update(Account).where(Account.id == own).values(password_hash=hash_password(PASSWORD))
        tx.session.execute(known)
    program = make_token(actor_of(sign_in("office1@charity.example.org")), name="books")
    assert find_actor_by_token(program) is not None, "the control: as long as he speaks for it"
    end_reading()
    officers.end(at.office, at.ref, place_of(at, at.member))
    assert find_actor_by_token(program) is None
    end_reading()
    with pytest.raises(Invalid, match="login-wrong"):
        sign_in("office1@charity.example.org")


def test_the_office_takes_the_right_away_at_once_but_never_the_last(at: Kept) -> None:
    c.make_officer(at.officer, at.office, at.ref, at.person)
    officers.end(at.office, at.ref, place_of(at, at.member))
    assert speaking(at) == [at.officer.account_id]
    with pytest.raises(Conflict, match="last-officer"):
        officers.end(at.office, at.ref, place_of(at, at.officer))
    with pytest.raises(Conflict, match="last-officer"):
        people.leave(at.officer, at.ref)


def test_an_officer_who_is_shut_out_does_not_count_as_one_who_is_left(at: Kept) -> None:
    c.make_officer(at.officer, at.office, at.ref, at.person)
    with transaction() as tx:
        shut = update(Account).where(Account.id == at.member.account_id)
        tx.session.execute(shut.values(disabled_at=tx.now))
    with pytest.raises(Conflict, match="last-officer"):
        people.leave(at.officer, at.ref)
    third = t.person()
    people.join(third, code=people.make_code(at.officer, at.ref).code, is_counted=False)
    end_reading()
    [card] = [one for one in get_desk(at.officer, at.ref).people if one.part == "member"]
    with pytest.raises(Conflict, match="officer-there"):
        officers.ask_as_office(at.office, at.ref, card.ref)
    with transaction() as tx:
        shut = update(Account).where(Account.id == at.officer.account_id)
        tx.session.execute(shut.values(disabled_at=tx.now))
    end_reading()
    number = c.row_of(at.ref).id
    more = [t.person() for _ in range(MOST_OFFICERS - 2)]
    end_reading()
    with transaction() as tx:
        for one in more:
            put_person(tx, number, one.account_id, Part.OFFICER, is_counted=False)
            tx.session.execute(update(Account).where(Account.id == one.account_id).values(disabled_at=tx.now))
    end_reading()
    assert len(speaking(at)) == MOST_OFFICERS, "the control: nobody of twelve can act"
    assert [one.ref for one in get_keeping(at.office, at.ref).members] == [card.ref]
    change = officers.ask_as_office(at.office, at.ref, card.ref)
    with pytest.raises(NotPermitted, match="not-ones-own-question"):
        officers.confirm(at.office, at.ref, change)
    officers.confirm(at.second, at.ref, change)
    assert third.account_id in speaking(at)
    officers.end(at.office, at.ref, place_of(at, more[0]))
    assert more[0].account_id not in speaking(at)


def test_auditors_read_what_officers_did(at: Kept) -> None:
    town = t.found_town()
    claim(c.acting(at.officer, at.ref), t.wish(town), units=1, display="nickname")
    auditor, far = t.person((Role.AUDITOR, t.COUNTY)), t.person((Role.AUDITOR, v.OTHER_COUNTY))
    end_reading()
    found = list_acts(auditor)
    assert [(line.act, line.organisation) for line in found.lines][:2] == [("claim", NAME), ("make_once", NAME)]
    assert {line.who_ref for line in found.lines} == {at.officer.ref}, "what he did as himself stands there, too"
    assert list_acts(far).lines == ()
    assert list_acts(auditor, organisation=at.ref).lines == found.lines
    with pytest.raises(Missing):
        list_acts(far, organisation=at.ref)
    for who in (at.officer, t.person((Role.REVIEWER, t.COUNTY))):
        with pytest.raises(NotPermitted):
            list_acts(who)
