"""Passkeys beside the app: only their own answer to this site's one question opens, once, by whoever they know."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading
from charity.adapters.passkeys import credential_of, read_new, read_step
from charity.domain.actors import VISITOR, Actor, Role
from charity.domain.errors import CapReached, Conflict, Invalid, Missing, Refused, SignInNeeded, TooMany
from charity.domain.passkeys import CHALLENGE_LASTS, MOST_PASSKEYS, is_copied, party_of
from charity.models.passkeys import Passkey, PasskeyChallenge
from charity.queries.accounts import find_actor_by_token
from charity.queries.second_factors import list_own_passkeys, may_take_passkey
from charity.services import accounts
from charity.services import second_factors as service
from tests.kit.authenticator import PRESENT, Authenticator
from tests.kit.people import COUNTY, actor_of, is_alive, messages, sign_in, signed_up
from tests.services.test_second_factors import BOSS, NOON, boss, set_up

__all__ = ["boss"]
Travel = Callable[[datetime], None]
PARTY = party_of("http://circle.test")


def add(actor: Actor, code: str, key: Authenticator | None = None, name: str = "手机") -> Authenticator:
    """Let somebody add a passkey."""
    made = key or Authenticator()
    answer = made.make(service.ask_new_passkey(actor, site="x", party=PARTY))
    service.add_passkey(actor, name=name, code=code, answer=answer, party=PARTY)
    return made


def step(token: str, key: Authenticator) -> None:
    """Take the second step by a passkey."""
    answer = key.sign(service.ask_passkey(VISITOR, token, party=PARTY))
    service.take_step_with_passkey(VISITOR, token, answer, party=PARTY)


def count(what: type[Passkey] | type[PasskeyChallenge]) -> int:
    end_reading()
    return reading().execute(select(func.count()).select_from(what)).scalar_one()


def test_a_passkey_takes_the_second_step_and_codes_go_on(boss: Actor) -> None:
    _, codes = set_up(boss)
    key = add(boss, codes[0])
    (line,) = list_own_passkeys(boss)
    assert (line.name, line.used_at) == ("手机", None)
    assert len(messages("passkey-added")) == 1
    end_reading()
    token = sign_in(BOSS)
    assert not is_alive(token)
    assert may_take_passkey(token)
    end_reading()
    step(token, key)
    there = actor_of(token)
    assert there.proved
    assert there.holds(Role.ADMINISTRATOR, COUNTY)
    assert not may_take_passkey(token)
    end_reading()
    with pytest.raises(SignInNeeded):  # a session that stands needs no step
        service.ask_passkey(VISITOR, token, party=PARTY)
    other = sign_in(BOSS)
    service.take_step(VISITOR, other, codes[1])
    assert is_alive(other)
    assert count(PasskeyChallenge) == 0


def test_a_challenge_is_answered_once_and_soon_and_for_what_it_was_drawn(boss: Actor, travel: Travel) -> None:
    _, codes = set_up(boss)
    key = add(boss, codes[0])
    first, second = sign_in(BOSS), sign_in(BOSS)
    answer = key.sign(service.ask_passkey(VISITOR, first, party=PARTY))
    with pytest.raises(Conflict, match="passkey-too-late"):  # it was drawn for another session
        service.take_step_with_passkey(VISITOR, second, answer, party=PARTY)
    service.take_step_with_passkey(VISITOR, first, answer, party=PARTY)
    service.ask_passkey(VISITOR, second, party=PARTY)
    with pytest.raises(Invalid, match="passkey-wrong"):  # the same answer to the next question
        service.take_step_with_passkey(VISITOR, second, answer, party=PARTY)
    with pytest.raises(Conflict, match="passkey-too-late"):  # which is spent, too
        service.take_step_with_passkey(VISITOR, second, key.sign('{"challenge": "AAAA"}'), party=PARTY)
    late = key.sign(service.ask_passkey(VISITOR, second, party=PARTY))
    travel(NOON + CHALLENGE_LASTS + timedelta(seconds=1))
    with pytest.raises(Conflict, match="passkey-too-late"):
        service.take_step_with_passkey(VISITOR, second, late, party=PARTY)
    assert not is_alive(second)
    asked = service.ask_new_passkey(boss, site="x", party=PARTY)
    service.add_passkey(boss, name="y", code=codes[2], answer=Authenticator().make(asked), party=PARTY)
    with pytest.raises(Conflict, match="passkey-too-late"):
        service.add_passkey(boss, name="z", code=codes[3], answer=Authenticator().make(asked), party=PARTY)


@pytest.mark.parametrize(
    "fake",
    [
        lambda key: replace(key, origin="http://circle.test.evil.example"),
        lambda key: replace(key, origin="https://circle.test"),
        lambda key: replace(key, host="evil.example"),
        lambda key: replace(key, flags=PRESENT),  # nobody proved that it is his
        lambda key: replace(key, key=Authenticator().key),
        lambda key: replace(key, id=b"another"),
    ],
    ids=["other-site", "other-scheme", "other-host", "unverified", "other-key", "other-credential"],
)
def test_any_other_answer_opens_nothing(boss: Actor, fake: Callable[[Authenticator], Authenticator]) -> None:
    _, codes = set_up(boss)
    key = add(boss, codes[0])
    token = sign_in(BOSS)
    with pytest.raises(Invalid, match="passkey-wrong"):
        step(token, fake(key))
    assert not is_alive(token)
    step(token, key)  # the control: the true one does
    assert is_alive(token)


def test_wrong_answers_are_counted_with_wrong_codes(boss: Actor) -> None:
    _, codes = set_up(boss)
    add(boss, codes[0])
    token = sign_in(BOSS)
    for _ in range(service.TRIES):
        service.ask_passkey(VISITOR, token, party=PARTY)
        with pytest.raises(Invalid):
            service.take_step_with_passkey(VISITOR, token, "{}", party=PARTY)
    with pytest.raises(TooMany):
        service.take_step(VISITOR, token, codes[1])
    assert len(messages("second-step-tried")) == 1


def test_a_counter_that_goes_back_is_a_copy(boss: Actor) -> None:
    assert [is_copied(0, 0), is_copied(0, 1), is_copied(4, 5)] == [False] * 3
    assert [is_copied(5, 5), is_copied(5, 0), is_copied(5, 4)] == [True] * 3
    _, codes = set_up(boss)
    key = add(boss, codes[0])
    copy = replace(key)
    step(sign_in(BOSS), key)
    token = sign_in(BOSS)
    with pytest.raises(Invalid, match="passkey-wrong"):
        step(token, copy)
    assert not is_alive(token)
    assert len(messages("passkey-copied")) == 1


def test_adding_needs_the_app_and_a_code(boss: Actor) -> None:
    with pytest.raises(Conflict, match="passkey-needs-app"):
        service.ask_new_passkey(boss, site="x", party=PARTY)
    _, codes = set_up(boss)
    with pytest.raises(Invalid, match="second-step-wrong"):
        add(boss, "000000")
    with pytest.raises(Invalid, match="field-needed"):
        add(boss, codes[0], name=" ")
    with pytest.raises(Invalid, match="passkey-wrong"):
        add(boss, codes[0], Authenticator(flags=PRESENT))
    with pytest.raises(Invalid, match="passkey-wrong"):
        add(boss, codes[1], Authenticator(origin="http://evil.example"))
    key = add(boss, codes[2])
    with pytest.raises(Conflict, match="passkey-known"):
        add(boss, codes[3], key)
    assert count(Passkey) == 1
    with pytest.raises(SignInNeeded):
        service.ask_new_passkey(VISITOR, site="x", party=PARTY)


def test_no_more_than_ten(boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    _, codes = set_up(boss)
    add(boss, codes[0])
    monkeypatch.setattr("charity.domain.passkeys.MOST_PASSKEYS", 1)
    with pytest.raises(CapReached):
        add(boss, codes[1])
    assert MOST_PASSKEYS == 10


@pytest.mark.parametrize("answer", ["[" * 100_000, '{"rawId":' * 100_000, '{"rawId": "AAAA", "id": ' + "[" * 100_000])
def test_an_answer_nested_too_deeply_is_none(answer: str) -> None:
    assert credential_of(answer) == b""
    assert read_new(answer, challenge=b"c", party=PARTY) is None
    assert read_step(answer, challenge=b"c", party=PARTY, public_key=b"k") is None


def test_taking_away_needs_a_code_and_goes_with_the_app(boss: Actor) -> None:
    _, codes = set_up(boss)
    key, other = add(boss, codes[0]), add(boss, codes[1], name="钥匙扣")
    gone, _ = list_own_passkeys(boss)
    stranger = signed_up("other@example.org", nickname="远方")
    end_reading()
    refusals: list[tuple[Actor, str, type[Refused]]] = [
        (stranger, codes[2], Missing),
        (boss, "000000", Invalid),
    ]
    for actor, code, refusal in refusals:
        with pytest.raises(refusal):
            service.remove_passkey(actor, gone.ref, code=code)
    opened, own = sign_in(BOSS), sign_in(BOSS)
    step(opened, key)
    step(own, other)
    boss = actor_of(own)
    program = accounts.make_token(boss, name="made in that session")
    service.remove_passkey(boss, gone.ref, code=codes[2])
    assert [is_alive(opened), is_alive(own)] == [False, True]  # a lost key may have opened one
    assert find_actor_by_token(program) is None
    end_reading()
    assert len(messages("passkey-removed")) == 1
    token = sign_in(BOSS)
    with pytest.raises(Invalid, match="passkey-wrong"):
        step(token, key)
    step(token, other)
    service.remove(boss, codes[3])
    assert count(Passkey) == 0
    assert is_alive(sign_in(BOSS))  # one step again, and nothing of staff in it
