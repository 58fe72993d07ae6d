"""Groups through the services: founding, codes, coming and going, seats that pass to the deputy or take notice."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import db, end_reading, reading, transaction
from charity.adapters.passwords import hash_password
from charity.domain.actors import AccountKind, Actor, Once
from charity.domain.errors import Refused
from charity.ledger.verifying.differences import Differs
from charity.ledger.verifying.tables import compare
from charity.models.accounts import Account
from charity.models.circles import Seat
from charity.models.groups import GroupMember, YoungMember
from charity.models.households import Household
from charity.models.ledger import ENTRIES
from charity.models.outbox import Notice
from charity.services import accounts
from charity.services.circles import group_seats, groups, household, letters, seats, young
from tests.kit import classes as c
from tests.kit import ring as r
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]
TEXT = "天气冷了,请多保重。我们一切都好。"
PASSWORD = "a long enough word"
HASHED = hash_password(PASSWORD)


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


def refused(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught:
        work()
    end_reading()
    return caught.value.code


def once(who: Actor, key: str) -> Actor:
    return replace(who, once=Once(scope=who.ref, method="POST", path="/groups", key=key, body=b""))


def close(who: Actor) -> None:
    """Close an account as its person does, seats and all."""
    with transaction() as tx:
        tx.session.get_one(Account, who.account_id).password_hash = HASHED
    accounts.close(who, password=PASSWORD)


def told(who: Actor) -> list[str]:
    end_reading()
    return list(reading().scalars(select(Notice.kind).where(Notice.account_id == who.account_id).order_by(Notice.id)))


def test_a_verified_grown_up_founds_a_group_whose_name_is_drawn(at: Ground) -> None:
    founder = at.donors[0]
    ref = c.founded(founder)
    found = c.group(ref)
    assert (found.kind, found.founder_id, found.members, found.young) == ("class", founder.account_id, 1, 0)
    assert found.name.split()[1].isdecimal()
    assert refused(lambda: groups.found(founder, kind="class", is_adult=False)) == "adults-only"
    assert refused(lambda: groups.found(founder, kind="school", is_adult=True)) == "group-kind-unknown"
    with transaction() as tx:
        tx.session.get_one(Account, at.donors[1].account_id).email_verified_at = None
        tx.session.get_one(Account, at.donors[2].account_id).kind = AccountKind.ORGANISATION.value
    assert refused(lambda: groups.found(at.donors[1], kind="team", is_adult=True)) == "verify-first"
    assert refused(lambda: groups.found(at.donors[2], kind="team", is_adult=True)) == "group-of-persons"
    for _ in range(4):
        c.founded(founder)
    assert refused(lambda: c.founded(founder)) == "groups-most"


def test_founding_twice_with_one_key_is_founding_once(at: Ground) -> None:
    founder = once(at.donors[0], "k")
    assert groups.found(founder, kind="team", is_adult=True) == groups.found(founder, kind="team", is_adult=True)
    end_reading()
    assert len(c.inside(groups.found(founder, kind="team", is_adult=True))) == 1


def test_a_code_is_shown_once_kept_as_digest_turned_and_runs_out(at: Ground, travel: Travel) -> None:
    founder, first, second, third = at.donors[:4]
    ref = c.founded(founder)
    keyed = once(founder, "code")
    code = groups.make_code(keyed, ref).code
    assert refused(lambda: groups.make_code(keyed, ref)) == "group-code-shown-already"
    stored = c.group(ref).code_digest or b""
    assert code.encode() not in stored
    assert code.replace("-", "").lower().encode() not in stored
    assert groups.join(first, code=f" {code.lower()} ", is_adult=True) == ref
    assert refused(lambda: groups.join(first, code=code, is_adult=True)) == "group-member-already"
    assert refused(lambda: groups.join(second, code=code, is_adult=False)) == "adults-only"
    newer = groups.make_code(founder, ref).code
    assert refused(lambda: groups.join(second, code=code, is_adult=True)) == "group-code-unknown"
    assert groups.join(second, code=newer, is_adult=True) == ref
    travel(r.APRIL + timedelta(days=15))
    assert refused(lambda: groups.join(third, code=newer, is_adult=True)) == "group-code-unknown"
    assert refused(lambda: groups.make_code(first, ref)) == "missing"
    assert c.inside(ref) == sorted(one.account_id for one in (founder, first, second))


def test_codes_are_not_guessed(at: Ground, travel: Travel) -> None:
    founder, guesser = at.donors[:2]
    ref = c.founded(founder)
    code = groups.make_code(founder, ref).code
    for number in range(5):
        assert refused(lambda n=number: groups.join(guesser, code=f"0000{n}-00000", is_adult=True)) == (
            "group-code-unknown"
        )
    assert refused(lambda: groups.join(guesser, code=code, is_adult=True)) == "group-codes-locked"
    travel(r.APRIL + timedelta(hours=2))
    assert groups.join(guesser, code=code, is_adult=True) == ref


def test_a_void_code_lets_nobody_in(at: Ground) -> None:
    founder, other = at.donors[:2]
    ref = c.founded(founder)
    code = groups.make_code(founder, ref).code
    groups.void_code(founder, ref)
    assert refused(lambda: groups.join(other, code=code, is_adult=True)) == "group-code-unknown"


def test_young_members_have_a_word_for_a_name_and_leave_no_trace(at: Ground) -> None:
    founder, parent, other = at.donors[:3]
    ref = c.founded(founder, (parent, other))
    first = young.add(parent, ref, word="青竹", has_leave=True)
    second = young.add(parent, ref, word="青竹", has_leave=True)
    assert (c.young(ref), c.group(ref).young) == (["青竹 1", "青竹 2"], 2)
    assert refused(lambda: young.add(parent, ref, word="王小明", has_leave=True)) == "young-name-unknown"
    assert refused(lambda: young.add(parent, ref, word="青竹", has_leave=False)) == "guardian-needed"
    assert refused(lambda: young.add(at.donors[4], ref, word="青竹", has_leave=True)) == "missing"
    assert refused(lambda: young.remove(other, ref, first)) == "missing"
    young.remove(parent, ref, first)
    young.remove(founder, ref, second)
    assert (c.young(ref), c.group(ref).young) == ([], 0)
    young.add(parent, ref, word="晨露", has_leave=True)
    groups.leave(parent, ref)
    assert (c.young(ref), c.group(ref).young, c.group(ref).members) == ([], 0, 2)


def test_members_go_and_only_the_founder_sends_them(at: Ground) -> None:
    founder, one, two = at.donors[:3]
    ref = groups.found(founder, kind="team", is_adult=True)
    code = groups.make_code(founder, ref).code
    for member in (one, two):
        groups.join(member, code=code, is_adult=True)
    assert refused(lambda: groups.remove(one, ref, c.place_of(ref, two))) == "missing"
    assert refused(lambda: groups.leave(founder, ref)) == "group-founder-stays"
    assert refused(lambda: groups.remove(founder, ref, c.place_of(ref, founder))) == "missing"
    groups.remove(founder, ref, c.place_of(ref, one))
    assert told(one) == ["group-removed"]
    assert refused(lambda: groups.join(one, code=code, is_adult=True)) == "group-code-unknown"
    groups.leave(two, ref)
    assert c.inside(ref) == [founder.account_id]


def test_a_deputy_says_yes_first(at: Ground) -> None:
    founder, deputy, other = at.donors[:3]
    ref = c.founded(founder, (deputy, other))
    groups.ask_deputy(founder, ref, c.place_of(ref, deputy))
    assert refused(lambda: group_seats.hand_over(founder, ref)) == "group-no-deputy"
    assert refused(lambda: groups.make_code(deputy, ref)) == "missing"
    assert refused(lambda: groups.answer_deputy(other, ref, agrees=True)) == "missing"
    groups.answer_deputy(deputy, ref, agrees=True)
    assert groups.make_code(deputy, ref).ref == ref
    groups.answer_deputy(deputy, ref, agrees=False)
    assert c.group(ref).deputy_id is None


def test_a_groups_seat_binds_its_founder_and_the_book_names_the_group(at: Ground, travel: Travel) -> None:
    founder, member = at.donors[:2]
    group = c.founded(founder, (member,))
    ref = r.formed(at)
    assert refused(lambda: group_seats.take(member, ref, group)) == "missing"
    taken = group_seats.take(founder, ref, group)
    seat = r.seat_of(ref, founder)
    assert (seat.ref, seat.group_id, seat.state) == (taken, c.group(group).id, "accepted")
    assert refused(lambda: group_seats.take(founder, ref, group)) == "seated-already"
    assert refused(lambda: seats.join(founder, ref)) == "seated-already"
    seats.join(member, ref)
    travel(r.MAY)
    r.turn()
    assert sorted(gift.account_id for gift in r.gifts(ref)) == sorted((founder.account_id, member.account_id))
    end_reading()
    told_of = [bytes(body) for body in reading().scalars(select(ENTRIES.c.body)) if group.encode() in bytes(body)]
    assert len(told_of) == 2  # joined, active
    assert not any(c.group(group).name.encode() in body for body in told_of)
    assert r.agrees() == 1


def bodies(about: str) -> list[str]:
    end_reading()
    every = (bytes(body).decode() for body in reading().scalars(select(ENTRIES.c.body).order_by(ENTRIES.c.id)))
    return [body for body in every if about in body]


def test_the_book_does_not_tell_which_seats_an_anonymous_group_holds(at: Ground) -> None:
    founder, deputy, other = at.donors[:3]
    group = c.founded(founder, (deputy,))
    c.deputised(group, founder, deputy)
    named, hidden, again = (r.formed(at, family=family) for family in (None, r.another(at), r.another(at)))
    group_seats.take(founder, named, group)
    taken = [group_seats.take(founder, ref, group, display="anonymous") for ref in (hidden, again)]
    seats.join(other, hidden)
    group_seats.hand_over(founder, group)
    assert r.agrees() == 3
    assert {json.loads(body)["subjects"]["circle"] for body in bodies(group)} == {named}
    told = [{json.loads(body)["subjects"].get("group") for body in bodies(seat)} - {None} for seat in taken]
    assert [len(refs) for refs in told] == [1, 1]
    assert told[0] != told[1]  # nor do two of its seats tell that they are one group's


@pytest.mark.parametrize("display", ["nickname", "anonymous"])
def test_a_group_that_nobody_told_of_is_found_in_the_tables(at: Ground, display: str) -> None:
    """The control of the book's word on groups: a seat's row that names another group differs."""
    founder, other = at.donors[:2]
    mine, theirs = c.founded(founder), c.founded(other)
    ref = r.formed(at)
    group_seats.take(founder, ref, mine, display=display)
    r.agrees()
    with transaction() as tx:
        tx.session.execute(update(Seat).where(Seat.group_id.is_not(None)).values(group_id=c.group(theirs).id))
    end_reading()
    with pytest.raises(Differs) as found:
        compare(db.engine)
    assert found.value.difference.place.endswith("column group")


def test_kin_in_the_group_or_a_refusal_closes_the_seat_and_says_no_more(at: Ground) -> None:
    founder, kin = at.donors[:2]
    group = c.founded(founder, (kin,))
    ref = r.formed(at)
    with transaction() as tx:
        digest = tx.session.get_one(Account, kin.account_id).email_digest
        tx.session.get_one(Household, at.village.family.id).phone_digest = digest
    assert refused(lambda: group_seats.take(founder, ref, group)) == "seat-not-possible"
    groups.leave(kin, group)
    code = groups.make_code(founder, group).code
    group_seats.take(founder, ref, group)
    assert refused(lambda: groups.join(kin, code=code, is_adult=True)) == "group-code-unknown"
    assert refused(lambda: groups.join(at.village.volunteer, code=code, is_adult=True)) == "group-code-unknown"
    assert c.inside(group) == [founder.account_id]


def test_a_family_that_refuses_the_seat_refuses_the_group_under_any_adult(at: Ground) -> None:
    founder, deputy = at.donors[:2]
    group = c.founded(founder, (deputy,))
    c.deputised(group, founder, deputy)
    ref = r.formed(at)
    group_seats.take(founder, ref, group)
    household.refuse_person(at.village.volunteer, ref, r.seat_of(ref, founder).ref)
    group_seats.hand_over(founder, group)
    groups.leave(founder, group)
    assert refused(lambda: group_seats.take(deputy, ref, group)) == "seat-not-possible"
    seats.join(deputy, ref)
    assert r.agrees() == 1


def test_handing_over_takes_the_seats_along_in_one_breath(at: Ground, travel: Travel) -> None:
    founder, deputy, other = at.donors[:3]
    group, ref = c.seated(at)
    number = r.seat_of(ref, founder).number
    group_seats.hand_over(founder, group)
    found = r.seat_of(ref, deputy)
    assert (found.number, found.state, found.group_id) == (number, "active", c.group(group).id)
    assert (c.group(group).founder_id, c.group(group).deputy_id) == (deputy.account_id, None)
    assert "group-seat-yours" in told(deputy)
    assert r.circle(ref).taken == 2
    travel(r.MAY)
    r.turn()
    assert sorted(gift.account_id for gift in r.gifts(ref)) == sorted((deputy.account_id, other.account_id))
    assert r.agrees() == 1


def test_a_seat_the_deputy_may_not_hold_takes_notice(at: Ground) -> None:
    founder, deputy = at.donors[:2]
    group = c.founded(founder, (deputy,))
    c.deputised(group, founder, deputy)
    ref = r.formed(at)
    group_seats.take(founder, ref, group)
    seats.join(deputy, ref)
    group_seats.hand_over(founder, group)
    left = r.seat_of(ref, founder)
    assert (left.state, left.leaves_on is not None) == ("leaving", True)
    assert r.agrees() == 1


def test_a_deputy_writes_renews_and_leaves_for_the_group(at: Ground, travel: Travel) -> None:
    founder, deputy, other = at.donors[:3]
    group = c.founded(founder, (deputy, at.donors[3]))
    c.deputised(group, founder, deputy)
    ref = r.formed(at, promise=r.LETTERS)
    group_seats.take(founder, ref, group)
    seats.join(other, ref)
    travel(r.MAY)
    r.turn()
    assert refused(lambda: letters.write(at.donors[3], ref, text=TEXT)) == "missing"
    letters.pass_on(at.village.reviewer, letters.write(deputy, ref, text=TEXT))
    assert ("2026-05", "kept", "") in r.months(ref)
    assert refused(lambda: seats.leave(at.donors[3], ref)) == "missing"
    seats.leave(deputy, ref)
    assert r.seat_of(ref, founder).state == "leaving"
    assert r.agrees() == 1


def test_dissolving_gives_notice_and_lets_everybody_go(at: Ground) -> None:
    founder, member, other = at.donors[:3]
    group = c.founded(founder, (member,))
    young.add(member, group, word="晨露", has_leave=True)
    ref = r.formed(at)
    group_seats.take(founder, ref, group)
    seats.join(other, ref)
    assert refused(lambda: group_seats.dissolve(member, group)) == "missing"
    group_seats.dissolve(founder, group)
    assert (c.inside(group), c.young(group), told(member)) == ([], [], ["group-dissolved"])
    assert r.seat_of(ref, founder).state == "leaving"
    assert r.states(ref).count("open") == 2
    assert refused(lambda: group_seats.dissolve(founder, group)) == "missing"
    assert r.agrees() == 1


def test_closing_the_founders_account_brings_the_deputy_or_the_end(at: Ground) -> None:
    founder, deputy, lonely, parent = at.donors[:4]
    kept, ended = c.founded(founder, (deputy,)), c.founded(lonely, (parent,))
    c.deputised(kept, founder, deputy)
    young.add(founder, kept, word="山泉", has_leave=True)
    ref = r.formed(at)
    group_seats.take(founder, ref, kept)
    seats.join(at.donors[4], ref)
    close(founder)
    close(lonely)
    assert (c.young(kept), c.inside(kept)) == ([], [deputy.account_id])
    assert r.turn() == {"groups": 2}
    assert c.group(kept).founder_id == deputy.account_id
    found = r.seat_of(ref, deputy)
    assert (found.state, found.group_id) == ("active", c.group(kept).id)
    assert r.states(ref) == ["active", "active", "open"]  # nobody else was let onto the group's place
    assert c.group(ended).dissolved_at is not None
    assert r.turn() == {}
    assert r.agrees() == 1


def test_what_a_closed_founder_had_not_sent_is_let_go_and_the_seat_gives_on(at: Ground, travel: Travel) -> None:
    founder, deputy, other = at.donors[:3]
    _group, ref = c.seated(at)
    travel(r.MAY)
    r.turn()
    close(founder)
    assert [gift.state for gift in r.gifts(ref)] == ["cancelled", "planned"]
    travel(r.JUNE)
    r.turn()
    assert [gift.account_id for gift in r.gifts(ref)[2:]] == [deputy.account_id, other.account_id]
    assert reading().get_one(Account, founder.account_id).lapses_in_row == 0
    assert r.agrees() == 1


@pytest.mark.parametrize("has_deputy", [False, True], ids=["none", "gone"])
def test_without_a_ready_deputy_the_seat_is_free_at_once(at: Ground, has_deputy: bool) -> None:
    founder, deputy, other, waiting = at.donors[:4]
    group = c.founded(founder, (deputy,))
    if has_deputy:
        c.deputised(group, founder, deputy)
        with transaction() as tx:
            tx.session.get_one(Account, deputy.account_id).disabled_at = tx.now
    ref = r.formed(at)
    group_seats.take(founder, ref, group)
    seats.join(other, ref)
    seats.join(at.donors[4], ref)
    seats.wait(waiting, ref)
    close(founder)
    assert r.states(ref) == ["ended", "offered", "active", "active"]
    assert r.turn()["groups"] == 1
    assert c.group(group).dissolved_at is not None
    assert r.agrees() == 1


def test_a_disabled_founder_without_deputy_may_come_back(at: Ground) -> None:
    founder, deputy = at.donors[:2]
    alone, ready = c.founded(founder), c.founded(founder, (deputy,))
    c.deputised(ready, founder, deputy)
    with transaction() as tx:
        tx.session.get_one(Account, founder.account_id).disabled_at = tx.now
    assert r.turn() == {"groups": 1}
    assert c.group(alone).dissolved_at is None
    assert (c.group(ready).founder_id, c.inside(ready)) == (deputy.account_id, [deputy.account_id])


def test_a_closed_account_leaves_no_place_and_no_young(at: Ground) -> None:
    founder, parent = at.donors[:2]
    ref = c.founded(founder, (parent,))
    c.deputised(ref, founder, parent)
    young.add(parent, ref, word="山泉", has_leave=True)
    close(parent)
    found = c.group(ref)
    assert (found.members, found.young, found.deputy_id) == (1, 0, None)
    with transaction() as tx:
        assert tx.session.scalars(select(YoungMember)).all() == []
        theirs = select(GroupMember).where(GroupMember.account_id == parent.account_id)
        assert [one.left_at is not None for one in tx.session.scalars(theirs)] == [True]
