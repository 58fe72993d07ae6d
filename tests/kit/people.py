"""People for tests: the code that was just sent, accounts with roles, and browsers that are signed in."""

import json
import re
from datetime import date

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from charity.adapters.crypto import unseal
from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.logins import read_login
from charity.domain.actors import SYSTEM, VISITOR, Actor, Role
from charity.domain.demo_regions import demo_regions
from charity.domain.regions import level_of, parent_of
from charity.models.outbox import OutboxMessage
from charity.models.regions import put_regions
from charity.queries.accounts import find_actor_by_login, find_actor_by_session
from charity.services import accounts, sessions
from tests.kit.client import Client

PASSWORD = "three words apart"
NETWORK = b"somewhere"
COUNTY, OTHER_COUNTY = "990101", "990102"
TOWNSHIP, VILLAGE = "990101001", "990101001001"


def put_demo_regions() -> None:
    """Put the invented province into the database."""
    with transaction() as tx:
        put_regions(tx, [(r.code, parent_of(r.code), int(level_of(r.code)), r.name) for r in demo_regions()])


def messages(kind: str = "") -> list[tuple[str, str, dict[str, object]]]:
    """List what is in the outbox, opened: kind, address, params."""
    end_reading()
    rows = reading().scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    opened = [
        (
            row.kind,
            unseal(row.to_sealed, place=f"outbox.to:{row.ref}") if row.to_sealed else "",
            json.loads(unseal(row.params_sealed, place=f"outbox.params:{row.ref}")),
        )
        for row in rows
    ]
    end_reading()
    return [message for message in opened if kind in ("", message[0])]


def last_code() -> str:
    """Give the code of the newest message that carries one."""
    return str([told["code"] for _, _, told in messages() if "code" in told][-1])


def sign_up(login: str = "ann@example.org", *, nickname: str = "山间明月", password: str = PASSWORD) -> str:
    """Begin an account and give the browser's note."""
    return accounts.sign_up(
        VISITOR,
        login=login,
        password=password,
        nickname=nickname,
        language="zh",
        accepted=True,
        is_adult=True,
        network=NETWORK,
    )


def signed_up(login: str = "ann@example.org", *, nickname: str = "山间明月") -> Actor:
    """Make a proved giver's account, signed in."""
    token = accounts.verify_sign_up(VISITOR, sign_up(login, nickname=nickname), last_code(), device="test")
    return actor_of(token)


def with_role(login: str, role: Role, region: str, *, until: date | None = None) -> Actor:
    """Make an account with a role."""
    accounts.create(SYSTEM, login=login, password=PASSWORD, role=role, region=region, until=until, nickname="同心人")
    found = find_actor_by_login(read_login(login))
    end_reading()
    assert found is not None
    return found


def sign_in(login: str, *, password: str = PASSWORD, address: str = "203.0.113.7") -> str:
    """Open a session and give its token."""
    return sessions.sign_in(VISITOR, login, password, address=address, device="test")


def actor_of(token: str) -> Actor:
    """Give who acts by a session's token."""
    found = find_actor_by_session(token)
    end_reading()
    assert found is not None
    return found


def is_alive(token: str) -> bool:
    """Say whether a session still opens the door."""
    end_reading()
    found = find_actor_by_session(token)
    end_reading()
    return found is not None


def browser(app: Flask, login: str = "", *, password: str = PASSWORD) -> Client:
    """Give a browser, signed in when a log-in is given."""
    client = app.test_client()
    assert isinstance(client, Client)
    if login:
        answer = post(client, "/sign-in", login=login, password=password)
        assert answer.status_code == 302, answer.text
    return client


def post(client: Client, path: str, *, form: str = "", **fields: str) -> TestResponse:
    """Fill in the form shown at a page (the path itself unless told) and send it."""
    shown = client.get(form or path)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown.text)
    once = re.search(r'name="once" value="([^"]+)"', shown.text)
    assert token is not None and once is not None, f"no form at {form or path}: {shown.status_code}"
    return client.post(path, data={"csrf_token": token[1], "once": once[1], **fields})
