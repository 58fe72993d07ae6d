"""Signing up, codes, a lost password: proving an address, telling nothing about others' accounts."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.crypto import digest
from charity.adapters.db import end_reading, reading
from charity.domain.actors import VISITOR, Role
from charity.domain.documents import VERSIONS, Document
from charity.domain.errors import Refused, TooMany
from charity.models.accounts import Account, TermsAccepted
from charity.queries import accounts as read
from charity.services import accounts
from charity.services.accounts import codes
from tests.kit.people import (
    NETWORK,
    PASSWORD,
    actor_of,
    is_alive,
    last_code,
    messages,
    sign_in,
    sign_up,
    signed_up,
)

Travel = Callable[[datetime], None]
NOON = datetime(2026, 5, 4, 4, 0, tzinfo=UTC)


def account() -> Account:
    end_reading()
    found = reading().scalars(select(Account).order_by(Account.id)).first()
    end_reading()
    assert found is not None
    return found


def count_accounts() -> int:
    end_reading()
    return len(reading().scalars(select(Account.id)).all())


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


def wrong(code: str) -> str:
    """Give another code than the right one."""
    return f"{(int(code) + 1) % 1_000_000:06}"


# Signing up


def test_a_code_proves_the_address_and_opens_a_session(app: Flask) -> None:
    actor = signed_up("Ann@Example.org")
    own = read.get_own_account(actor)
    assert (own.email, own.email_verified, own.nickname, own.language) == ("ann@example.org", True, "山间明月", "zh")
    assert actor.verified
    assert actor.holds(Role.DONOR, "43")
    agreed = reading().execute(select(TermsAccepted.document, TermsAccepted.version)).all()
    assert {tuple(row) for row in agreed} == {
        (d.value, VERSIONS[d]) for d in (Document.TERMS, Document.PRIVACY, Document.ADULT)
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+86 139-0000-1111", "13900001111"),
        ("１３９００００１１１１", "13900001111"),
        ("+44 20 7031 3000", "+442070313000"),
        ("Ann.Lee@EXAMPLE.org", "ann.lee@example.org"),
    ],
)
def test_addresses_come_into_one_form(app: Flask, typed: str, kept: str) -> None:
    own = read.get_own_account(signed_up(typed))
    assert (own.email or own.phone) == kept


@pytest.mark.parametrize(
    "typed", ["", "12345", "a@b", "a b@example.org", "139000011112", "@", "+1 1", "a@例子", "x" * 300]
)
def test_what_is_no_address_is_refused(app: Flask, typed: str) -> None:
    assert refusal(lambda: sign_up(typed)) in ("login-shape", "email-shape", "phone-shape")


def test_an_address_is_stored_sealed_and_found_by_digest(app: Flask) -> None:
    signed_up()
    kept = account()
    assert kept.email_sealed is not None and b"ann" not in kept.email_sealed
    assert kept.email_digest == digest("email", "ann@example.org")
    assert kept.password_hash is not None and kept.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("password", ["short", "password123!", "1234567890", "aaaaaaaaaaaa", "x" * 201])
def test_a_weak_password_is_refused(app: Flask, password: str) -> None:
    assert refusal(lambda: sign_up(password=password)).startswith("password-")


@pytest.mark.parametrize("nickname", ["a", "x" * 21, "加微信abc", "13900001111", "平台客服", "a@b", "\u200b\u200b"])
def test_a_nickname_that_misleads_is_refused(app: Flask, nickname: str) -> None:
    assert refusal(lambda: sign_up(nickname=nickname)) in ("nickname-length", "name-with-contact", "name-official")


def test_without_agreeing_there_is_no_account(app: Flask) -> None:
    asked = {"login": "a@example.org", "password": PASSWORD, "nickname": "明月", "language": "zh", "network": NETWORK}
    assert refusal(lambda: accounts.sign_up(VISITOR, accepted=False, is_adult=True, **asked)) == "terms-not-accepted"
    assert count_accounts() == 0


def test_nobody_signs_up_without_saying_to_be_18_or_older(app: Flask) -> None:
    asked = {"login": "a@example.org", "password": PASSWORD, "nickname": "明月", "language": "zh", "network": NETWORK}
    assert refusal(lambda: accounts.sign_up(VISITOR, accepted=True, is_adult=False, **asked)) == "account-adults-only"
    assert count_accounts() == 0


def test_signing_up_with_a_known_address_looks_the_same_and_tells_its_owner(app: Flask, travel: Travel) -> None:
    travel(NOON)
    signed_up()
    travel(NOON + timedelta(minutes=2))
    note = sign_up(nickname="另一个人", password="another four words")
    assert messages()[-1] == ("address-known", "ann@example.org", {})
    assert refusal(lambda: accounts.verify_sign_up(VISITOR, note, "000000", device="")) == "code-wrong"
    travel(NOON + timedelta(minutes=4))
    accounts.resend_sign_up(VISITOR, note, network=NETWORK)
    assert len(messages()) == 2
    assert count_accounts() == 1
    assert sign_in("ann@example.org")


def test_whoever_reads_the_mail_owns_the_account_not_who_began_it(app: Flask, travel: Travel) -> None:
    travel(NOON)
    sign_up(password="the words of a thief")
    stolen = sign_in("ann@example.org", password="the words of a thief")
    travel(NOON + timedelta(minutes=2))
    note = sign_up(nickname="真正的人")
    token = accounts.verify_sign_up(VISITOR, note, last_code(), device="")
    assert actor_of(token).verified
    assert not is_alive(stolen)
    assert refusal(lambda: sign_in("ann@example.org", password="the words of a thief")) == "login-wrong"
    assert read.get_own_account(actor_of(sign_in("ann@example.org"))).nickname == "真正的人"


def test_an_unproved_account_may_sign_in_but_is_not_verified(app: Flask) -> None:
    sign_up()
    assert not actor_of(sign_in("ann@example.org")).verified


# Codes


def test_five_wrong_tries_kill_a_code(app: Flask) -> None:
    note, code = sign_up(), last_code()
    for _ in range(5):
        assert refusal(lambda: accounts.verify_sign_up(VISITOR, note, wrong(code), device="")) == "code-wrong"
    assert refusal(lambda: accounts.verify_sign_up(VISITOR, note, code, device="")) == "code-wrong"


def test_four_wrong_tries_leave_it_alive(app: Flask) -> None:
    note, code = sign_up(), last_code()
    for _ in range(4):
        refusal(lambda: accounts.verify_sign_up(VISITOR, note, wrong(code), device=""))
    assert accounts.verify_sign_up(VISITOR, note, code, device="")


def test_a_code_is_dead_after_ten_minutes(app: Flask, travel: Travel) -> None:
    travel(NOON)
    note, code = sign_up(), last_code()
    travel(NOON + timedelta(minutes=10, seconds=1))
    assert refusal(lambda: accounts.verify_sign_up(VISITOR, note, code, device="")) == "code-wrong"


def test_a_code_serves_once(app: Flask) -> None:
    note, code = sign_up(), last_code()
    accounts.verify_sign_up(VISITOR, note, code, device="")
    assert refusal(lambda: accounts.verify_sign_up(VISITOR, note, code, device="")) == "code-wrong"


def test_a_newer_code_replaces_the_older(app: Flask, travel: Travel) -> None:
    travel(NOON)
    note, old = sign_up(), last_code()
    travel(NOON + timedelta(minutes=2))
    accounts.resend_sign_up(VISITOR, note, network=NETWORK)
    if last_code() != old:  # one in a million they are equal
        assert refusal(lambda: accounts.verify_sign_up(VISITOR, note, old, device="")) == "code-wrong"
    assert accounts.verify_sign_up(VISITOR, note, last_code(), device="")


def test_a_code_proves_its_own_address_only(app: Flask) -> None:
    sign_up("ann@example.org")
    code = last_code()
    other = sign_up("bob@example.org")
    if code != last_code():
        assert refusal(lambda: accounts.verify_sign_up(VISITOR, other, code, device="")) == "code-wrong"


@pytest.mark.parametrize("note", ["", "x", "AAAA", "é" * 40])
def test_a_note_that_is_not_ours_is_refused(app: Flask, note: str) -> None:
    assert refusal(lambda: accounts.verify_sign_up(VISITOR, note, "123456", device="")) == "start-again"


def test_a_note_for_another_purpose_is_refused(app: Flask) -> None:
    note = accounts.ask_reset(VISITOR, "ann@example.org", language="zh", network=NETWORK)
    assert refusal(lambda: accounts.verify_sign_up(VISITOR, note, "123456", device="")) == "start-again"


def test_codes_are_sent_once_a_minute_and_six_times_an_hour(app: Flask, travel: Travel) -> None:
    travel(NOON)
    note = sign_up()
    for login in ("ann@example.org", "nobody@example.org"):  # the same for an address nobody has
        ask = (
            accounts.ask_reset(VISITOR, "nobody@example.org", language="zh", network=NETWORK) if "no" in login else note
        )
        assert ask
        with pytest.raises(TooMany, match="code-sent-just-now"):
            accounts.ask_reset(VISITOR, login, language="zh", network=NETWORK)
    for minute in range(2, 12, 2):
        travel(NOON + timedelta(minutes=minute))
        accounts.resend_sign_up(VISITOR, note, network=NETWORK)
    travel(NOON + timedelta(minutes=14))
    with pytest.raises(TooMany, match="too-many-codes"):
        accounts.resend_sign_up(VISITOR, note, network=NETWORK)


def test_one_network_may_not_send_codes_without_end(app: Flask) -> None:
    for number in range(codes.SENDS_PER_ADDRESS):
        accounts.ask_reset(VISITOR, f"n{number}@example.org", language="zh", network=NETWORK)
    with pytest.raises(TooMany):
        accounts.ask_reset(VISITOR, "last@example.org", language="zh", network=NETWORK)
    accounts.ask_reset(VISITOR, "last@example.org", language="zh", network=b"elsewhere")


# A lost password


def test_a_lost_password_is_replaced_and_all_sessions_and_tokens_end(app: Flask, travel: Travel) -> None:
    travel(NOON)
    program = accounts.make_token(signed_up(), name="whoever knew the password")
    token = sign_in("ann@example.org")
    travel(NOON + timedelta(minutes=2))
    note = accounts.ask_reset(VISITOR, "ANN@example.org", language="en", network=NETWORK)
    accounts.reset_password(VISITOR, note, last_code(), "brand new words here")
    assert not is_alive(token)
    assert read.find_actor_by_token(program) is None
    end_reading()
    assert refusal(lambda: sign_in("ann@example.org")) == "login-wrong"
    assert sign_in("ann@example.org", password="brand new words here")
    assert messages()[-1][0] == "password-changed"


def test_asking_for_an_unknown_address_looks_the_same_and_sends_nothing(app: Flask) -> None:
    note = accounts.ask_reset(VISITOR, "nobody@example.org", language="zh", network=NETWORK)
    assert messages() == []
    assert refusal(lambda: accounts.reset_password(VISITOR, note, "123456", "brand new words here")) == "code-wrong"


def test_the_note_tells_nothing_about_the_account(app: Flask, travel: Travel) -> None:
    travel(NOON)
    signed_up("bob1@example.org")
    travel(NOON + timedelta(minutes=2))
    known = accounts.ask_reset(VISITOR, "bob1@example.org", language="zh", network=NETWORK)
    unknown = accounts.ask_reset(VISITOR, "bob2@example.org", language="zh", network=NETWORK)
    assert len(known) == len(unknown)
