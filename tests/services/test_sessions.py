"""Sessions: opened by a password, throttled in SQL, ended at once."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading
from charity.domain.actors import SYSTEM, VISITOR, Actor, Once, Role
from charity.domain.errors import Missing, NotPermitted, Refused
from charity.models.accounts import AccountSession, LoginCode, Throttle
from charity.models.requests import AnsweredRequest
from charity.queries import accounts as read
from charity.services import accounts, sessions
from tests.kit.people import (
    COUNTY,
    PASSWORD,
    TOWNSHIP,
    actor_of,
    is_alive,
    put_demo_regions,
    sign_in,
    signed_up,
    with_role,
)

Travel = Callable[[datetime], None]
NOON = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)


def try_in(login: str = "ann@example.org", password: str = "not it at all", address: str = "203.0.113.7") -> str:
    """Try to sign in and give the refusal's code, or nothing."""
    try:
        sessions.sign_in(VISITOR, login, password, address=address, device="")
    except Refused as refused:
        return refused.code
    return ""


def test_a_wrong_password_and_an_unknown_person_are_answered_alike(app: Flask) -> None:
    signed_up()
    assert try_in() == try_in("nobody@example.org") == try_in("not an address") == "login-wrong"


def test_only_the_digest_of_a_token_is_stored(app: Flask) -> None:
    signed_up()
    token = sign_in("ann@example.org")
    kept = reading().scalars(select(AccountSession.token_digest)).all()
    assert all(token.encode() not in digest and len(digest) == 32 for digest in kept)
    assert sessions.token_digest(token) in kept


def test_a_token_is_not_kept_among_the_answers_of_repeated_requests(app: Flask) -> None:
    signed_up()
    once = Once(scope="s1", method="POST", path="/sign-in", key="k", body=b"b" * 32)
    token = sessions.sign_in(replace(VISITOR, once=once), "ann@example.org", PASSWORD, address="::1", device="")
    stored = reading().scalars(select(AnsweredRequest.result)).all()
    assert all(token not in answer for answer in stored)


def test_ten_wrong_tries_shut_a_login_for_a_while(app: Flask, travel: Travel) -> None:
    travel(NOON)
    signed_up()
    assert [try_in(address=f"203.0.113.{n}") for n in range(10)] == ["login-wrong"] * 10
    assert try_in(password=PASSWORD) == "too-many-tries"
    travel(NOON + timedelta(minutes=15, seconds=1))
    assert try_in(password=PASSWORD) == ""


def test_unknown_logins_are_shut_alike(app: Flask) -> None:
    answers = [try_in("nobody@example.org", address=f"203.0.113.{n}") for n in range(11)]
    assert answers == ["login-wrong"] * 10 + ["too-many-tries"]


def test_a_success_forgets_the_wrong_tries(app: Flask) -> None:
    signed_up()
    for _ in range(3):
        assert [try_in() for _ in range(9)] == ["login-wrong"] * 9
        assert try_in(password=PASSWORD) == ""


def test_one_network_may_not_try_many_logins(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "ADDRESS_TRIES", 5)
    answers = [try_in(f"n{n}@example.org", address=f"2001:db8::{n}") for n in range(6)]
    assert answers == ["login-wrong"] * 5 + ["too-many-tries"]
    assert try_in("other@example.org", address="2001:db8:1::1") == "login-wrong"


@pytest.mark.parametrize("limit", [sessions.LOGIN_TRIES, 10_000])
def test_many_tries_at_once_do_not_pass_the_limit(app: Flask, monkeypatch: pytest.MonkeyPatch, limit: int) -> None:
    """With the limit set out of reach all 30 get through: the same test can fail."""
    monkeypatch.setattr(sessions, "LOGIN_TRIES", limit)
    signed_up()
    seen: Counter[str] = Counter()
    lock = threading.Lock()

    def one() -> None:
        with app.app_context():
            code = try_in()
        with lock:
            seen[code] += 1

    threads = [threading.Thread(target=one) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen["login-wrong"] == min(limit, 30)


def test_the_throttle_keeps_no_address(app: Flask) -> None:
    try_in(address="203.0.113.7")
    keys = reading().scalars(select(Throttle.key_digest)).all()
    assert len(keys) == 2
    assert all(len(key) == 32 for key in keys)


def test_a_disabled_account_cannot_sign_in_and_only_the_right_password_learns_it(app: Flask) -> None:
    put_demo_regions()
    admin = with_role("boss@example.org", Role.ADMINISTRATOR, COUNTY)
    volunteer = with_role("vol@example.org", Role.VOLUNTEER, TOWNSHIP)
    accounts.disable(admin, volunteer.ref)
    assert try_in("vol@example.org") == "login-wrong"
    assert try_in("vol@example.org", PASSWORD) == "account-disabled"


# Living and ending


def session_id(token: str) -> int:
    found = actor_of(token).session_id
    assert found is not None
    return found


def test_signing_out_ends_the_session_at_once(app: Flask) -> None:
    signed_up()
    here, there = sign_in("ann@example.org"), sign_in("ann@example.org")
    sessions.sign_out(actor_of(here))
    assert not is_alive(here)
    assert is_alive(there)


def test_an_owner_sees_and_ends_his_sessions(app: Flask) -> None:
    signed_up()
    here, there = sign_in("ann@example.org"), sign_in("ann@example.org")
    listed = read.list_sessions(actor_of(here))
    assert [card.is_this for card in listed].count(True) == 1
    assert len(listed) == 3  # the one from signing up, too
    sessions.end(actor_of(here), session_id(there))
    assert not is_alive(there)
    assert sessions.end_others(actor_of(here)) == 1
    assert len(read.list_sessions(actor_of(here))) == 1


def test_anothers_session_looks_missing(app: Flask) -> None:
    signed_up("ann@example.org")
    bob = signed_up("bob@example.org")
    token = sign_in("ann@example.org")
    with pytest.raises(Missing):
        sessions.end(bob, session_id(token))
    assert is_alive(token)
    with pytest.raises(Missing):
        sessions.end(bob, 10**9)


def test_a_givers_session_rests_thirty_days_and_staffs_twelve_hours(app: Flask, travel: Travel) -> None:
    put_demo_regions()
    travel(NOON)
    signed_up()
    with_role("vol@example.org", Role.VOLUNTEER, TOWNSHIP)
    giver, staff = sign_in("ann@example.org"), sign_in("vol@example.org")
    travel(NOON + timedelta(hours=12, seconds=1))
    assert is_alive(giver)
    assert not is_alive(staff)
    travel(NOON + timedelta(days=30, seconds=1))
    assert not is_alive(giver)


def test_a_session_in_use_lives_on_and_is_written_every_five_minutes_at_most(app: Flask, travel: Travel) -> None:
    travel(NOON)
    signed_up()
    token = sign_in("ann@example.org")
    travel(NOON + timedelta(minutes=4))
    sessions.touch(actor_of(token))
    assert last_seen(token) == NOON
    travel(NOON + timedelta(days=29))
    sessions.touch(actor_of(token))
    travel(NOON + timedelta(days=40))
    assert is_alive(token)


def last_seen(token: str) -> datetime:
    end_reading()
    return (
        reading()
        .execute(select(AccountSession.seen_at).where(AccountSession.token_digest == sessions.token_digest(token)))
        .scalar_one()
    )


def test_a_dead_session_is_not_brought_back_by_use(app: Flask, travel: Travel) -> None:
    travel(NOON)
    signed_up()
    token = sign_in("ann@example.org")
    actor = actor_of(token)
    sessions.sign_out(actor)
    travel(NOON + timedelta(minutes=6))
    sessions.touch(actor)
    assert not is_alive(token)


def test_the_actor_is_found_in_one_question_with_todays_rights(app: Flask, travel: Travel) -> None:
    put_demo_regions()
    travel(datetime(2026, 5, 4, 4, 0, tzinfo=UTC))
    with_role("vol@example.org", Role.VOLUNTEER, TOWNSHIP, until=datetime(2026, 5, 4, tzinfo=UTC).date())
    token = sign_in("vol@example.org")
    travel(datetime(2026, 5, 4, 15, 59, tzinfo=UTC))  # 23:59 in Shanghai
    assert questions(lambda: read.find_actor_by_session(token)) == 1
    assert actor_of(token).has_role(Role.VOLUNTEER)
    travel(datetime(2026, 5, 4, 16, 0, tzinfo=UTC))
    assert not actor_of(sign_in("vol@example.org")).has_role(Role.VOLUNTEER)


def questions(ask: Callable[[], Actor | None]) -> int:
    from sqlalchemy import event

    from charity.adapters.db import db

    asked: list[str] = []
    end_reading()

    def note(_c: object, _cu: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert ask() is not None
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return len([statement for statement in asked if statement.lstrip().upper().startswith("SELECT")])


@pytest.mark.parametrize("token", ["", "x", "é" * 300, "a\x00b"])
def test_a_token_that_is_none_finds_nobody(app: Flask, token: str) -> None:
    assert read.find_actor_by_session(token) is None
    assert read.find_actor_by_token(token) is None


def test_sweeping_deletes_what_no_longer_serves(app: Flask, travel: Travel) -> None:
    travel(NOON)
    signed_up()
    old = sign_in("ann@example.org")
    try_in("nobody@example.org")
    travel(NOON + timedelta(days=300))
    new = sign_in("ann@example.org")
    sessions.sweep(SYSTEM)
    end_reading()
    left = [reading().execute(select(func.count()).select_from(t)).scalar_one() for t in (AccountSession, LoginCode)]
    assert left == [1, 0]
    assert is_alive(new)
    assert not is_alive(old)
    with pytest.raises(NotPermitted):
        sessions.sweep(VISITOR)
