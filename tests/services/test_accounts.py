"""Accounts: proving an address, telling nothing about others' accounts, changing, closing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters import clock
from charity.adapters.crypto import digest
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import SYSTEM, VISITOR, AccountKind, Role
from charity.domain.documents import VERSIONS, Document
from charity.domain.errors import CapReached, Conflict, Invalid, NotPermitted, Refused, SignInNeeded, TooMany
from charity.models.accounts import Account, ApiToken, TermsAccepted
from charity.models.outbox import Notice
from charity.queries import accounts as read
from charity.services import accounts
from charity.services.accounts import codes
from tests.kit.people import (
    COUNTY,
    NETWORK,
    PASSWORD,
    actor_of,
    is_alive,
    last_code,
    messages,
    put_demo_regions,
    sign_in,
    sign_up,
    signed_up,
    with_role,
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
    assert {tuple(row) for row in agreed} == {(d.value, VERSIONS[d]) for d in (Document.TERMS, Document.PRIVACY)}


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
    assert refusal(lambda: accounts.sign_up(VISITOR, accepted=False, **asked)) == "terms-not-accepted"
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


def test_a_lost_password_is_replaced_and_all_sessions_end(app: Flask, travel: Travel) -> None:
    travel(NOON)
    signed_up()
    token = sign_in("ann@example.org")
    travel(NOON + timedelta(minutes=2))
    note = accounts.ask_reset(VISITOR, "ANN@example.org", language="en", network=NETWORK)
    accounts.reset_password(VISITOR, note, last_code(), "brand new words here")
    assert not is_alive(token)
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


# Changing


def test_a_new_password_ends_the_other_sessions(app: Flask) -> None:
    signed_up()
    here, there = sign_in("ann@example.org"), sign_in("ann@example.org")
    accounts.change_password(actor_of(here), old=PASSWORD, new="brand new words here")
    assert is_alive(here)
    assert not is_alive(there)
    assert refusal(lambda: accounts.change_password(actor_of(here), old=PASSWORD, new="x" * 20)) == "password-wrong"


def test_names_language_and_notices_change(app: Flask) -> None:
    actor = signed_up()
    accounts.rename(actor, nickname="  新的\u200b昵称 ", public_name="李安")
    accounts.choose_language(actor, "en")
    accounts.choose_notices(actor, by_mail=False, by_sms=True)
    own = read.get_own_account(actor)
    assert (own.nickname, own.public_name, own.language, own.by_mail, own.by_sms) == (
        "新的昵称",
        "李安",
        "en",
        False,
        True,
    )
    assert account().public_name_sealed is not None
    assert refusal(lambda: accounts.choose_language(actor, "xx")) == "language-unknown"
    accounts.rename(actor, nickname="新的昵称", public_name="")
    assert account().public_name_sealed is None


def test_a_visitor_changes_nothing(app: Flask) -> None:
    for work in (
        lambda: accounts.rename(VISITOR, nickname="明月", public_name=""),
        lambda: accounts.choose_language(VISITOR, "en"),
        lambda: accounts.close(VISITOR, password=PASSWORD),
        lambda: accounts.make_token(VISITOR, name="x"),
        lambda: accounts.ask_address(VISITOR, "a@example.org", password=PASSWORD, network=NETWORK),
    ):
        with pytest.raises(SignInNeeded):
            work()


def test_a_phone_number_is_added_with_its_code(app: Flask) -> None:
    actor = signed_up()
    note = accounts.ask_address(actor, "13900001111", password=PASSWORD, network=NETWORK)
    assert read.get_own_account(actor).phone == ""
    accounts.verify_address(actor, note, last_code())
    own = read.get_own_account(actor)
    assert (own.phone, own.phone_verified, own.email) == ("13900001111", True, "ann@example.org")
    assert sign_in("139 0000 1111")


def test_a_new_address_asks_for_the_password(app: Flask) -> None:
    actor = signed_up()
    ask = lambda: accounts.ask_address(actor, "13900001111", password="not it at all", network=NETWORK)  # noqa: E731
    assert refusal(ask) == "password-wrong"


def test_anothers_proved_address_is_never_taken_and_never_told(app: Flask) -> None:
    signed_up("bob@example.org")
    actor = signed_up("ann@example.org")
    end_reading()
    with transaction() as tx:
        tx.session.execute(
            update(Account).where(Account.email_digest == digest("email", "bob@example.org")).values(language="en")
        )
    with clock.hold(datetime.now(UTC) + timedelta(minutes=2)):
        note = accounts.ask_address(actor, "bob@example.org", password=PASSWORD, network=NETWORK)
        assert messages()[-1][:2] == ("address-known", "bob@example.org")
        assert refusal(lambda: accounts.verify_address(actor, note, "123456")) == "code-wrong"


def test_an_address_somebody_only_began_with_is_taken_by_who_proves_it(app: Flask) -> None:
    sign_up("bob@example.org")
    squatter = sign_in("bob@example.org")
    actor = signed_up("ann@example.org")
    with clock.hold(datetime.now(UTC) + timedelta(minutes=2)):
        note = accounts.ask_address(actor, "bob@example.org", password=PASSWORD, network=NETWORK)
        accounts.verify_address(actor, note, last_code())
    assert read.get_own_account(actor).email == "bob@example.org"
    assert not is_alive(squatter)


def test_a_note_of_one_account_does_not_serve_another(app: Flask) -> None:
    ann, bob = signed_up("ann@example.org"), signed_up("bob@example.org")
    note = accounts.ask_address(ann, "13900001111", password=PASSWORD, network=NETWORK)
    assert refusal(lambda: accounts.verify_address(bob, note, last_code())) == "code-wrong"


# Closing


def test_closing_wipes_the_person_and_keeps_the_pseudonym(app: Flask) -> None:
    actor = signed_up()
    accounts.rename(actor, nickname="明月", public_name="李安")
    token = sign_in("ann@example.org")
    program = accounts.make_token(actor, name="x")
    before = account()
    accounts.close(actor, password=PASSWORD)
    kept = account()
    assert kept.pseudonym == before.pseudonym
    assert [kept.email_sealed, kept.email_digest, kept.password_hash, kept.public_name_sealed] == [None] * 4
    assert kept.nickname == kept.pseudonym
    assert not is_alive(token)
    assert read.find_actor_by_token(program) is None
    end_reading()
    assert refusal(lambda: sign_in("ann@example.org")) == "login-wrong"
    assert reading().scalars(select(Notice)).all() == []


def test_after_closing_the_address_may_sign_up_anew(app: Flask) -> None:
    accounts.close(signed_up(), password=PASSWORD)
    with clock.hold(datetime.now(UTC) + timedelta(minutes=2)):
        assert signed_up(nickname="重新开始").verified


def test_open_claims_hold_an_account_open(app: Flask) -> None:
    actor = signed_up()
    with transaction() as tx:
        tx.session.execute(update(Account).values(open_pledges=1))
    with pytest.raises(Conflict, match="open-pledges-first"):
        accounts.close(actor, password=PASSWORD)
    assert account().closed_at is None
    with transaction() as tx:
        tx.session.execute(update(Account).values(open_pledges=0))
    accounts.close(actor, password=PASSWORD)
    assert account().closed_at is not None


def test_closing_asks_for_the_password(app: Flask) -> None:
    actor = signed_up()
    assert refusal(lambda: accounts.close(actor, password="not it at all")) == "password-wrong"


# Tokens


def test_a_token_is_shown_once_and_stored_as_a_digest(app: Flask) -> None:
    actor = signed_up()
    token = accounts.make_token(actor, name="  a program ")
    found = read.find_actor_by_token(token)
    assert found is not None and found.account_id == actor.account_id
    kept = reading().scalars(select(ApiToken)).one()
    assert token.encode() not in kept.token_digest
    accounts.end_token(actor, kept.id)
    end_reading()
    assert read.find_actor_by_token(token) is None


def test_anothers_token_looks_missing(app: Flask) -> None:
    ann, bob = signed_up("ann@example.org"), signed_up("bob@example.org")
    accounts.make_token(ann, name="x")
    token_id = read.list_tokens(ann)[0].id
    assert refusal(lambda: accounts.end_token(bob, token_id)) == "missing"
    assert len(read.list_tokens(ann)) == 1


def test_tokens_have_an_end(app: Flask) -> None:
    actor = signed_up()
    for _ in range(10):
        accounts.make_token(actor, name="x")
    with pytest.raises(CapReached):
        accounts.make_token(actor, name="x")


# From the shell


def test_the_operator_makes_the_first_administrator(app: Flask) -> None:
    put_demo_regions()
    admin = with_role("boss@example.org", Role.ADMINISTRATOR, COUNTY)
    assert admin.verified
    assert admin.holds(Role.ADMINISTRATOR, COUNTY)
    assert refusal(lambda: with_role("boss@example.org", Role.AUDITOR, COUNTY)) == "login-taken"
    assert refusal(lambda: with_role("x@example.org", Role.AUDITOR, "110101")) == "region-unknown"
    with pytest.raises(NotPermitted):
        accounts.create(admin, login="y@example.org", password=PASSWORD, role=Role.AUDITOR, region=COUNTY)


def test_an_organisation_gives_as_one(app: Flask) -> None:
    put_demo_regions()
    team = with_role("team@example.org", Role.ORGANISATION, COUNTY)
    assert team.kind is AccountKind.ORGANISATION
    assert not team.has_role(Role.DONOR)


def test_the_shell_makes_accounts_and_tokens(app: Flask) -> None:
    put_demo_regions()
    run = app.test_cli_runner().invoke
    made = run(args=["accounts", "create", "boss@example.org", "--role", "administrator", "--region", COUNTY, "--until", "2030-01-31", "--password-stdin"], input=f"{PASSWORD}\n")  # fmt: skip  # noqa: E501
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    assert sign_in("boss@example.org")
    told = run(args=["accounts", "token", "boss@example.org"])
    assert read.find_actor_by_token(told.output.strip()) is not None
    end_reading()
    again = run(args=["accounts", "create", "boss@example.org", "--role", "auditor", "--region", COUNTY])
    assert again.exit_code == 1
    assert "already" in again.output


# One's own data


def test_the_download_holds_what_is_ones_own_and_nothing_of_others(app: Flask) -> None:
    signed_up("bob@example.org", nickname="别人")
    actor = signed_up("ann@example.org")
    accounts.make_token(actor, name="my program")
    data = json.dumps(read.get_own_data(actor), ensure_ascii=False)
    assert "ann@example.org" in data
    assert "my program" in data
    assert "bob@example.org" not in data
    assert "别人" not in data
    assert "argon2" not in data


def test_the_operator_is_not_a_person(app: Flask) -> None:
    with pytest.raises(SignInNeeded):
        read.get_own_data(SYSTEM)


def test_other_costs_make_a_hash_outdated_and_signing_in_renews_it(app: Flask) -> None:
    from argon2 import PasswordHasher

    signed_up()
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with transaction() as tx:
        tx.session.execute(update(Account).values(password_hash=weak))
    assert sign_in("ann@example.org")
    assert "m=19456,t=2,p=1" in str(account().password_hash)
    assert sign_in("ann@example.org")


def test_a_wrong_shape_is_invalid_not_a_failure(app: Flask) -> None:
    with pytest.raises(Invalid):
        sign_up("not an address")
