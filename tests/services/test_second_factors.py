"""Signing in in two steps: the password alone opens nothing, each code opens once, and staff rights wait for it."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.adapters.totp import code_of
from charity.domain.actors import VISITOR, Actor, Role
from charity.domain.errors import Conflict, Invalid, NotPermitted, SignInNeeded, TooMany
from charity.domain.second_factor import STEP_SECONDS
from charity.models.second_factors import RecoveryCode, SecondFactor
from charity.queries.accounts import find_actor_by_token, is_waiting
from charity.queries.second_factors import get_new_secret
from charity.services import accounts, second_factors
from charity.web.kit.viewer import forget_viewer, viewer
from tests.kit.client import Client
from tests.kit.people import (
    COUNTY,
    PASSWORD,
    actor_of,
    browser,
    is_alive,
    messages,
    post,
    put_demo_regions,
    sign_in,
    with_role,
)

Travel = Callable[[datetime], None]
BOSS = "boss@example.org"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def boss(app: Flask, travel: Travel) -> Actor:
    """Give an administrator in a session of his own."""
    travel(NOON)
    put_demo_regions()
    with_role(BOSS, Role.ADMINISTRATOR, COUNTY)
    return actor_of(sign_in(BOSS))


def secret_of(actor: Actor) -> str:
    end_reading()
    text = get_new_secret(actor, issuer="x").text.replace(" ", "")
    end_reading()
    return text


def shown(secret: str, at: datetime) -> str:
    return code_of(secret, int(at.timestamp()) // STEP_SECONDS)


def set_up(actor: Actor, at: datetime = NOON) -> tuple[str, tuple[str, ...]]:
    """Set an app up and give its secret and the recovery codes."""
    second_factors.begin(actor)
    secret = secret_of(actor)
    return secret, second_factors.confirm(actor, shown(secret, at))


def test_the_password_alone_opens_nothing_but_the_second_step(boss: Actor, travel: Travel) -> None:
    other, program = sign_in(BOSS), accounts.make_token(boss, name="x")
    secret, codes = set_up(boss)
    assert len(set(codes)) == 10
    assert not is_alive(other)
    assert find_actor_by_token(program) is None
    end_reading()
    token = sign_in(BOSS)
    assert not is_alive(token)
    assert is_waiting(token)
    travel(NOON + timedelta(seconds=STEP_SECONDS))
    second_factors.take_step(VISITOR, token, shown(secret, NOON + timedelta(seconds=STEP_SECONDS)))
    there = actor_of(token)
    assert there.proved
    assert there.holds(Role.ADMINISTRATOR, COUNTY)
    assert not is_waiting(token)
    with pytest.raises(SignInNeeded):  # a session that stands needs no step
        second_factors.take_step(VISITOR, token, "123456")


def test_a_code_opens_once_also_in_the_same_half_minute(boss: Actor, travel: Travel) -> None:
    secret, _ = set_up(boss)
    first, second = sign_in(BOSS), sign_in(BOSS)
    with pytest.raises(Invalid, match="second-step-wrong"):  # the one that proved the app is spent
        second_factors.take_step(VISITOR, first, shown(secret, NOON))
    later = NOON + timedelta(seconds=STEP_SECONDS)
    travel(later)
    second_factors.take_step(VISITOR, first, f" {shown(secret, later)[:3]} {shown(secret, later)[3:]} ")
    for code in (shown(secret, later), shown(secret, NOON)):
        with pytest.raises(Invalid, match="second-step-wrong"):
            second_factors.take_step(VISITOR, second, code)
    assert not is_alive(second)


def test_a_recovery_code_opens_once_and_is_no_plain_text(boss: Actor) -> None:
    _, codes = set_up(boss)
    first, second = sign_in(BOSS), sign_in(BOSS)
    second_factors.take_step(VISITOR, first, codes[3].upper().replace("-", " "))
    assert is_alive(first)
    with pytest.raises(Invalid):
        second_factors.take_step(VISITOR, second, codes[3])
    second_factors.take_step(VISITOR, second, codes[4])
    assert len(messages("recovery-code-used")) == 2
    end_reading()
    stored = [row.code_digest for row in reading().scalars(select(RecoveryCode))]
    sealed = reading().scalars(select(SecondFactor.secret_sealed)).one()
    end_reading()
    assert not any(code.replace("-", "").encode() in digest for code in codes for digest in stored)
    assert len(sealed) > 32


def test_wrong_codes_are_counted_for_the_account_not_for_the_session(boss: Actor, travel: Travel) -> None:
    secret, codes = set_up(boss)
    for _ in range(second_factors.TRIES):
        with pytest.raises(Invalid):
            second_factors.take_step(VISITOR, sign_in(BOSS), "000000")
    later = NOON + timedelta(seconds=60)
    travel(later)
    waiting = sign_in(BOSS)
    for code in (shown(secret, later), codes[0]):
        with pytest.raises(TooMany):
            second_factors.take_step(VISITOR, waiting, code)
    assert len(messages("second-step-tried")) == 1
    travel(later + second_factors.WINDOW)
    second_factors.take_step(VISITOR, sign_in(BOSS), codes[0])


def test_a_half_open_session_closes_after_ten_minutes(boss: Actor, travel: Travel) -> None:
    secret, _ = set_up(boss)
    token = sign_in(BOSS)
    later = NOON + timedelta(minutes=11)
    travel(later)
    assert not is_waiting(token)
    with pytest.raises(SignInNeeded):
        second_factors.take_step(VISITOR, token, shown(secret, later))


def test_without_the_step_there_are_no_changes_and_no_tokens(boss: Actor, travel: Travel) -> None:
    _, codes = set_up(boss)
    with pytest.raises(Conflict):
        second_factors.begin(boss)
    with pytest.raises(NotPermitted, match="second-step-needed"):
        accounts.make_token(boss, name="x")
    assert accounts.make_token(replace(boss, proved=True), name="x")
    with pytest.raises(Invalid):
        second_factors.remove(boss, "123123")
    fresh = second_factors.renew_codes(boss, codes[0])
    with pytest.raises(Invalid):
        second_factors.remove(boss, codes[1])
    second_factors.remove(boss, fresh[0])
    assert is_alive(sign_in(BOSS))


@pytest.fixture
def strict(app: Flask) -> Callable[[], None]:
    """Let the site ask staff for the second step, as in production."""
    was = app.extensions["settings"]
    app.extensions["settings"] = replace(was, require_second_factor=True)
    return lambda: app.extensions.update(settings=was)


def test_staff_without_a_second_step_is_led_to_it_and_the_desk_is_shut(
    app: Flask, boss: Actor, strict: Callable[[], None]
) -> None:
    try:
        client = browser(app)
        answer = post(client, "/sign-in", login=BOSS, password=PASSWORD)
        assert answer.location == "/account/second-factor"
        for page in ("/admin", "/audit/exports", "/admin/people"):
            refused = client.get(f"{page}?lang=en")
            assert (refused.status_code, "/account/second-factor" in refused.text) == (403, True), page
        assert client.get("/wishes").status_code == client.get("/pledges").status_code == 200
        assert "/admin" not in client.get("/account").text
        codes = _set_up_on_the_web(client)
        assert client.get("/admin").status_code == 200
        again = _sign_in_again(app, codes[0])
        assert len(re.findall("<code>", post(again, "/account/second-factor/codes", code=codes[1]).text)) == 10
        assert post(client, "/account/second-factor/remove", code=codes[2]).status_code == 422  # no longer counts
    finally:
        strict()


def _set_up_on_the_web(client: Client) -> list[str]:
    assert post(client, "/account/second-factor").location == "/account/second-factor/app"
    page = client.get("/account/second-factor/app").text
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    assert "<svg" in page
    secret = found[1].replace(" ", "")
    wrong = post(client, "/account/second-factor/app", code="000000")
    assert wrong.status_code == 422
    done = post(client, "/account/second-factor/app", code=shown(secret, NOON))
    codes = re.findall(r"<code>([0-9a-z]{5}-[0-9a-z]{5})</code>", done.text)
    assert done.status_code == 201
    assert len(re.findall(r"<code>[0-9a-z]{5}-[0-9a-z]{5}</code>", done.text)) == 10
    assert client.get("/account/second-factor/app").status_code == 404  # the secret is shown no more
    return codes


def _sign_in_again(app: Flask, code: str) -> Client:
    """Pass the password, find everything shut, and take the second step."""
    client = browser(app)
    answer = post(client, "/sign-in", login=BOSS, password=PASSWORD, next="/admin/people")
    assert answer.location == "/sign-in/second?next=/admin/people"
    assert client.get("/account").status_code == client.get("/admin").status_code == 401
    assert post(client, "/sign-in/second", code="nonsense").status_code == 422
    assert (
        post(client, "/sign-in/second", form=answer.location, code=code, next="/admin/people").location
        == "/admin/people"
    )
    assert client.get("/admin").status_code == 200
    return client


def test_a_token_made_before_the_step_carries_no_staff_rights(
    app: Flask, boss: Actor, strict: Callable[[], None]
) -> None:
    try:
        for program, has_rights in (
            (accounts.make_token(boss, name="made when nothing was asked"), False),
            (accounts.make_token(replace(boss, proved=True), name="made after the step"), True),
        ):
            end_reading()
            with app.test_request_context("/api/v1/me/inbox", headers={"Authorization": f"Bearer {program}"}):
                forget_viewer()
                seen = viewer()
                assert (seen.holds(Role.ADMINISTRATOR, COUNTY), seen.has_role(Role.DONOR)) == (has_rights, True)
            end_reading()
    finally:
        strict()
