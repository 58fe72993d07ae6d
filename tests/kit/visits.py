"""Visiting pages as somebody: signing in without a password, and posting forms as a browser does."""

import re
import secrets
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from charity.adapters.db import transaction
from charity.domain.actors import Actor
from charity.models.sessions import open_session
from charity.web.kit.viewer import SESSION_TOKEN
from tests.kit.client import Client

_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def signed_in(app: Flask, actor: Actor) -> Client:
    """Give a client that is signed in as somebody."""
    with transaction() as tx:
        token = open_session(tx, actor.account_id, device="test")
    client = app.test_client()
    assert isinstance(client, Client)
    with client.session_transaction() as session:
        session[SESSION_TOKEN] = token
    return client


def post(client: Client, url: str, data: dict[str, Any] | None = None, *, shown_at: str | None = None) -> TestResponse:
    """Post a form with the tokens of the page that shows it."""
    shown = client.get(shown_at or url)
    found = _CSRF.search(shown.get_data(as_text=True))
    assert found, f"{shown_at or url} answers {shown.status_code} and shows no form"
    tokens = {"csrf_token": found[1], "once": secrets.token_urlsafe(16)}
    return client.post(url, data=tokens | (data or {}))
