"""Messages leave after the commit, at least once, in the reader's language; afterwards nothing of them is kept."""

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import delete, select, update

from charity.adapters import mail, sms
from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.delivery import NullMessenger
from charity.domain.actors import Actor
from charity.jobs import outbox as carrying
from charity.models.accounts import Account
from charity.models.outbox import Notice, OutboxMessage, notify, put_message
from charity.services import outbox
from tests.kit import village as v

NOW = datetime(2026, 5, 4, 4, tzinfo=UTC)
Travel = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def post_office(app: Flask, travel: Travel) -> Iterator[None]:
    travel(NOW)
    carrying.wake()
    letters(app).clear()
    texts(app).clear()
    yield
    carrying.wake()


def letters(app: Flask) -> NullMessenger:
    found = mail.mailer(app.extensions["settings"])
    assert isinstance(found, NullMessenger)
    return found


def texts(app: Flask) -> NullMessenger:
    found = sms.texter(app.extensions["settings"])
    assert isinstance(found, NullMessenger)
    return found


def somebody(**changes: Any) -> Actor:
    with transaction() as tx:
        person = v.add_person(tx)
        if changes:
            tx.session.execute(update(Account).where(Account.id == person.account_id).values(**changes))
    return person


def tell(person: Actor, kind: str = "password-changed", **params: str | int) -> None:
    with transaction() as tx:
        notify(tx, account_id=person.account_id, kind=kind, params=params)


def rows() -> list[OutboxMessage]:
    end_reading()
    found = list(reading().scalars(select(OutboxMessage).order_by(OutboxMessage.id)))
    end_reading()
    return found


def test_nothing_leaves_before_the_commit(app: Flask) -> None:
    person = somebody()
    with pytest.raises(RuntimeError, match="broken"), transaction() as tx:
        notify(tx, account_id=person.account_id, kind="password-changed", params={})
        raise RuntimeError("broken")
    assert carrying.carry() == 0
    assert rows() == []
    assert reading().scalars(select(Notice)).all() == []
    tell(person)  # control: after a commit it leaves
    assert carrying.carry() == 1
    assert len(letters(app).sent) == 1


def test_a_letter_says_what_where_and_in_which_language(app: Flask) -> None:
    for language, subject in (("zh", "密码"), ("en", "password")):
        tell(somebody(language=language))
        carrying.carry()
        letter = letters(app).sent[-1]
        assert subject in letter.subject
        assert letter.body.endswith("\n\nhttp://circle.test/account\n")
    assert letters(app).sent[0].to.endswith("@example.org")


def test_channels_follow_the_account(app: Flask) -> None:
    tell(somebody(by_mail=False))
    tell(somebody(email_verified_at=None))
    tell(somebody(closed_at=NOW, by_mail=True))
    tell(somebody(disabled_at=NOW))
    assert rows() == []
    end_reading()
    assert len(reading().scalars(select(Notice)).all()) == 4  # the inbox is told all the same
    tell(somebody(by_sms=True))
    assert [row.channel for row in rows()] == ["mail"]  # no proved phone, no text message


def test_a_text_message_goes_to_the_address_it_names(app: Flask) -> None:
    with transaction() as tx:
        told = json.dumps({"code": "482913", "minutes": 15})
        put_message(tx, channel="sms", kind="verify-code", told=told, language="en", to="+8613812345678")
    assert carrying.carry() == 1
    [text] = texts(app).sent
    assert (text.to, text.subject) == ("+8613812345678", "")
    assert "482913" in text.body


def test_an_account_closed_meanwhile_gets_nothing(app: Flask) -> None:
    person = somebody()
    tell(person)
    with transaction() as tx:
        tx.session.execute(update(Account).where(Account.id == person.account_id).values(closed_at=tx.now))
    assert carrying.carry() == 0
    assert [row.outcome for row in rows()] == ["failed"]


def test_a_crash_between_taking_and_settling_sends_again(app: Flask, travel: Travel) -> None:
    tell(somebody())
    assert len(outbox.take_due()) == 1  # taken, then the worker dies
    assert carrying.carry() == 0  # another worker does not touch it while the lease runs
    travel(NOW + timedelta(minutes=2))
    assert carrying.carry() == 1
    assert len(letters(app).sent) == 1
    travel(NOW + timedelta(days=1))
    assert carrying.carry() == 0  # settled is settled


def test_crashing_every_time_ends_too(travel: Travel) -> None:
    tell(somebody())
    moment = NOW
    for _ in range(outbox.MOST_TRIES):
        assert len(outbox.take_due()) == 1
        moment += timedelta(hours=3)
        travel(moment)
    assert outbox.take_due() == []
    assert [row.outcome for row in rows()] == ["failed"]


def test_two_workers_never_take_the_same(app: Flask) -> None:
    for _ in range(6):
        tell(somebody())
    first, second = outbox.take_due(limit=4), outbox.take_due(limit=4)
    assert (len(first), len(second)) == (4, 2)
    assert not {message.id for message in first} & {message.id for message in second}


def test_a_message_without_words_does_not_hold_up_the_others(app: Flask, travel: Travel) -> None:
    person = somebody()
    tell(person, kind="said-by-nobody")
    tell(person)
    assert carrying.carry() == 2
    assert len(letters(app).sent) == 1
    assert [row.outcome for row in rows()] == ["", "sent"]
    with transaction() as tx:
        tx.session.execute(delete(Notice))  # one of them is not to be read


class Refusing:
    """A mail server that is asked for real, and answers as told."""

    def __init__(self, answer: str = "250 OK") -> None:
        self.answer = answer
        self.letters: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            self.letters.append(envelope)
        return self.answer


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Refusing]:
    """A real SMTP server on the loopback, and the application sending there."""
    post = Refusing()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    real = mail.open_mailer(f"smtp://127.0.0.1:{port}?from=post@circle.test")
    monkeypatch.setattr(carrying, "mailer", lambda _settings: real)
    yield post
    controller.stop()


def test_by_smtp_for_real(app: Flask, server: Refusing) -> None:
    person = somebody()
    tell(person)
    assert carrying.carry() == 1
    [envelope] = server.letters
    letter = message_from_bytes(envelope.content, policy=default)
    assert envelope.rcpt_tos == [f"{person.ref}@example.org"]
    assert "密码" in letter["Subject"]
    assert "http://circle.test" in letter.get_content()


def test_no_title_writes_a_header(app: Flask, server: Refusing) -> None:
    with transaction() as tx:
        wicked = "1\r\nBcc: everybody@example.org\r\n\r\nhello"
        told = json.dumps({"code": wicked, "minutes": 1})
        put_message(tx, channel="mail", kind="verify-code", told=told, language="en", to="a@example.org")
    carrying.carry()
    [envelope] = server.letters
    letter = message_from_bytes(envelope.content, policy=default)
    assert envelope.rcpt_tos == ["a@example.org"]
    assert letter["Bcc"] is None
    assert "Bcc: everybody" in letter["Subject"]


def test_a_wicked_address_is_refused_for_good(app: Flask, server: Refusing) -> None:
    with transaction() as tx:
        told = json.dumps({"code": "1", "minutes": 1})
        put_message(tx, channel="mail", kind="verify-code", told=told, language="en", to="a@b.cn\r\nBcc: c@d.cn")
    assert carrying.carry() == 1
    assert server.letters == []
    assert [(row.outcome, row.tries) for row in rows()] == [("failed", 1)]


def test_eight_tries_with_growing_pauses_then_no_more(server: Refusing, travel: Travel) -> None:
    tell(somebody())
    server.answer = "451 try later"
    moment, waits = NOW, []
    for _ in range(20):
        if carrying.carry() == 0:
            break
        [row] = rows()
        waits.append(row.try_at - moment)
        moment = row.try_at
        travel(moment)
    assert len(waits) == outbox.MOST_TRIES
    assert waits == sorted(waits)
    assert waits[-1] > timedelta(hours=1)
    assert [(row.outcome, row.tries) for row in rows()] == [("failed", 8)]


def test_a_later_try_succeeds(server: Refusing, travel: Travel) -> None:
    tell(somebody())
    server.answer = "451 try later"
    carrying.carry()
    server.answer = "250 OK"
    travel(NOW + timedelta(minutes=5))
    carrying.carry()
    assert len(server.letters) == 1
    assert [row.outcome for row in rows()] == ["sent"]


def test_a_silent_server_rests_and_costs_nobody_a_try(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        tell(somebody())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = mail.open_mailer(f"smtp://127.0.0.1:{probe.getsockname()[1]}")
    monkeypatch.setattr(carrying, "mailer", lambda _settings: nobody)
    assert carrying.carry() == 1  # one was tried, two were put back
    assert sorted(row.tries for row in rows()) == [0, 0, 1]
    assert carrying.carry() == 0  # the channel rests
    monkeypatch.undo()
    carrying.wake()
    assert carrying.carry() == 2
    assert len(letters(app).sent) == 2


def test_settled_messages_keep_neither_words_nor_address(travel: Travel) -> None:
    with transaction() as tx:
        told = json.dumps({"code": "482913", "minutes": 15})
        put_message(tx, channel="mail", kind="verify-code", told=told, language="en", to="a@example.org")
    assert rows()[0].params_sealed != b""
    carrying.carry()
    [row] = rows()
    assert (row.params_sealed, row.to_sealed, row.outcome) == (b"", None, "sent")
    travel(NOW + timedelta(days=30))
    assert outbox.forget_done() == 0
    travel(NOW + timedelta(days=30, seconds=1))
    assert outbox.forget_done() == 1
    assert rows() == []


def test_what_waits_is_not_forgotten(travel: Travel) -> None:
    tell(somebody())
    travel(NOW + timedelta(days=40))
    assert outbox.forget_done() == 0
    assert len(rows()) == 1


def test_the_outbox_holds_no_plain_word(app: Flask) -> None:
    with transaction() as tx:
        told = json.dumps({"code": "canary-482913", "minutes": 15})
        put_message(tx, channel="mail", kind="verify-code", told=told, language="en", to="canary@example.org")
    [row] = rows()
    assert b"canary" not in row.params_sealed + (row.to_sealed or b"")


def test_old_notices_leave_the_inbox(travel: Travel) -> None:
    tell(somebody())
    travel(NOW + timedelta(days=365))
    assert outbox.forget_read() == 0
    travel(NOW + timedelta(days=366))
    assert outbox.forget_read() == 1
