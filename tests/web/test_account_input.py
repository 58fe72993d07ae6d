"""Bad input of every form of people: a clear error in the reader's language, and the form comes back filled in."""

import re

import pytest
from flask import Flask

from charity.domain.actors import Role
from tests.kit.client import Client
from tests.kit.people import (
    COUNTY,
    PASSWORD,
    browser,
    post,
    put_demo_regions,
    signed_up,
    with_role,
)

ANN = "ann@example.org"
MINE = f"/admin/people/grant?region={COUNTY}"
SIGN_UP = {"login": ANN, "nickname": "山间明月", "password": PASSWORD, "accepted": "y", "is_adult": "y"}


@pytest.fixture
def boss(app: Flask) -> Client:
    """Give the browser of a county's administrator."""
    put_demo_regions()
    with_role("boss@example.org", Role.ADMINISTRATOR, COUNTY)
    return browser(app, "boss@example.org")


# Bad input of every form

BAD = {
    "long": "x" * 1_000_000,
    "zero-width": "\u200b\u200d\ufeff",
    "control": "a\x00b\x07",
    "markup": "<script>alert(1)</script>",
    "empty": "",
}
EVE = SIGN_UP | {"login": "eve@example.org"}
OPEN_FORMS = [
    ("/sign-up", "", EVE, "login"),
    ("/sign-up", "", EVE, "nickname"),
    ("/sign-up", "", EVE, "password"),
    ("/sign-in", "", {"login": ANN, "password": PASSWORD}, "login"),
    ("/sign-in", "", {"login": ANN, "password": PASSWORD}, "password"),
    ("/password/forgot", "", {"login": ANN}, "login"),
]
OWN_FORMS = [
    ("/account/names", "", {"nickname": "明月", "public_name": "李安"}, "nickname"),
    ("/account/names", "", {"nickname": "明月", "public_name": "李安"}, "public_name"),
    ("/account/language", "", {"language": "en"}, "language"),
    ("/account/password", "", {"old": PASSWORD, "password": "brand new words here"}, "old"),
    ("/account/password", "", {"old": PASSWORD, "password": "brand new words here"}, "password"),
    ("/account/address", "", {"login": "13900001111", "password": PASSWORD}, "login"),
    ("/account/address", "", {"login": "13900001111", "password": PASSWORD}, "password"),
    ("/account/close", "", {"password": PASSWORD}, "password"),
    ("/account/tokens", "", {"name": "program"}, "name"),
]
# What is well formed once cleaned; it is shown escaped.
HARMLESS = {
    ("/account/names", "public_name", "zero-width"),
    ("/account/names", "public_name", "empty"),
    ("/account/names", "public_name", "control"),
    ("/account/names", "public_name", "markup"),
    ("/account/names", "nickname", "control"),
    ("/sign-up", "nickname", "control"),
    ("/sign-up", "password", "markup"),
    ("/account/password", "password", "markup"),
    ("/account/tokens", "name", "control"),
    ("/account/tokens", "name", "markup"),
}
Form = tuple[str, str, dict[str, str], str]


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("asked", [*OPEN_FORMS, *OWN_FORMS], ids=lambda form: f"{form[0]}:{form[3]}")
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.backends("sqlite")
def test_bad_input_comes_back_with_a_clear_error(app: Flask, asked: Form, kind: str, language: str) -> None:
    signed_up(ANN)
    path, form, fields, name = asked
    client = browser(app, ANN) if asked in OWN_FORMS else browser(app)
    client.get(f"{path}?lang={language}")
    answer = post(client, path, form=form, **fields | {name: BAD[kind]})
    assert answer.status_code < 500
    assert "<script>alert(1)" not in answer.text
    if answer.status_code < 400:
        assert (path, name, kind) in HARMLESS
        return
    assert answer.status_code in (413, 422)
    assert ("请" in answer.text) == (language == "zh")
    if answer.status_code == 422:
        assert 'id="problems"' in answer.text
        kept = [
            value
            for field, value in fields.items()
            if field not in (name, "password", "old", "accepted", "is_adult", "language")
        ]
        assert all(value in answer.text for value in kept)
    assert PASSWORD not in answer.text


@pytest.mark.backends("sqlite")
def test_twenty_megabytes_are_refused_kindly(app: Flask) -> None:
    client = browser(app)
    answer = post(client, "/sign-up", **SIGN_UP | {"nickname": "x" * 20_000_000})
    assert answer.status_code == 413
    assert "请" in answer.text or "太大" in answer.text


@pytest.mark.parametrize("once", ["x" * 100, "a\x00b", ""])
def test_a_strange_key_is_refused_not_a_failure(app: Flask, once: str) -> None:
    client = browser(app)
    shown = client.get("/password/forgot").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token is not None
    answer = client.post("/password/forgot", data={"csrf_token": token[1], "once": once, "login": ANN})
    assert answer.status_code == (422 if once else 302)


def test_what_is_stored_of_a_form_is_no_hash_of_its_password(app: Flask) -> None:
    import hashlib

    from sqlalchemy import select

    from charity.adapters.db import reading
    from charity.models.requests import AnsweredRequest

    post(browser(app), "/sign-up", **SIGN_UP)
    bare = hashlib.sha256()
    for name, value in sorted(SIGN_UP.items()):
        bare.update(repr((name, [value])).encode())
    stored = reading().scalars(select(AnsweredRequest.body_digest)).all()
    assert stored
    assert bare.digest() not in stored
