"""Accounts: changing, closing, tokens, the shell, one's own data."""

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
from charity.domain.errors import CapReached, Conflict, Invalid, NotPermitted, Refused, SignInNeeded
from charity.models.accounts import Account, ApiToken
from charity.models.outbox import Notice
from charity.queries import accounts as read
from charity.services import accounts
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


# Changing


def test_a_new_password_ends_the_other_sessions(app: Flask) -> None:
    signed_up()
    here, there = sign_in("ann@example.org"), sign_in("ann@example.org")
    accounts.change_password(actor_of(here), old=PASSWORD, new="brand new words here")
    assert is_alive(here)
    assert not is_alive(there)
    assert refusal(lambda: accounts.change_password(actor_of(here), old=PASSWORD, new="x" * 20)) == "password-wrong"


def test_a_new_password_is_not_made_of_the_log_in(app: Flask) -> None:
    signed_up("annabella@example.org")
    actor = actor_of(sign_in("annabella@example.org"))
    change = lambda new: accounts.change_password(actor, old=PASSWORD, new=new)  # noqa: E731
    assert refusal(lambda: change("annabella12")) == "password-common"
    change("barnabas of the hills")


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
