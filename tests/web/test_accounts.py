"""The pages of an account: nobody learns who has one, ended is ended, the documents are open."""

import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from charity.adapters import clock
from charity.domain import documents
from charity.domain.actors import Actor
from charity.queries import accounts as read
from charity.queries.accounts.download import get_own_data
from charity.services import accounts, sessions
from tests.kit.client import Client
from tests.kit.people import (
    COUNTY,
    PASSWORD,
    actor_of,
    browser,
    is_alive,
    last_code,
    messages,
    post,
    sign_in,
    signed_up,
)

ANN = "ann@example.org"
MINE = f"/admin/people/grant?region={COUNTY}"
SIGN_UP = {"login": ANN, "nickname": "山间明月", "password": PASSWORD, "accepted": "y", "is_adult": "y"}


def plain(answer: TestResponse) -> str:
    """Give a page without what differs at every showing."""
    return re.sub(r'value="[^"]{16,}"|nonce-[\w-]+', "", answer.text)


@pytest.fixture
def ann(app: Flask) -> Iterator[Client]:
    """Give the browser of a signed-in giver."""
    signed_up(ANN)
    return browser(app, ANN)


# The way in


def test_signing_up_asks_for_a_tick_that_one_is_grown_up_and_keeps_it(app: Flask) -> None:
    client = browser(app)
    assert "我已年满18周岁" in client.get("/sign-up").text
    young = {name: value for name, value in SIGN_UP.items() if name != "is_adult"}
    answer = post(client, "/sign-up", **young)
    assert answer.status_code == 422
    assert 'href="#is_adult"' in answer.text
    assert messages() == []
    post(client, "/sign-up", **SIGN_UP)
    post(client, "/sign-up/code", code=last_code())
    said = get_own_data(actor_of(sign_in(ANN)))["agreements"]
    assert sorted(row["document"] for row in said) == ["adult", "privacy", "terms"]


def test_signing_up_proving_and_signing_out(app: Flask) -> None:
    client = browser(app)
    assert post(client, "/sign-up", **SIGN_UP).location == "/sign-up/code"
    done = post(client, "/sign-up/code", code=last_code())
    assert (done.status_code, done.location) == (302, "/account/interests?first=1")
    mine = client.get("/account")
    assert "山间明月" in mine.text
    assert ANN in mine.text
    post(client, "/sign-out", form="/account")
    assert client.get("/account").status_code == 401


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(app: Flask) -> None:
    signed_up(ANN)
    shown: list[tuple[int, str | None, str, str]] = []
    for login in ("new@example.org", "a" + ANN):
        shown.append(_attempt(browser(app), login))
    # the second address is known to the site only in the second round
    signed_up("zz@example.org")
    with_known = _attempt(browser(app), "zz@example.org", wait=True)
    assert shown[0][:3] == shown[1][:3] == with_known[:3]
    assert shown[0][3] == with_known[3]


def _attempt(client: Client, login: str, *, wait: bool = False) -> tuple[int, str | None, str, str]:
    moment = datetime.now(UTC) + timedelta(minutes=5 if wait else 0)
    with clock.hold(moment):
        begun = post(client, "/sign-up", **SIGN_UP | {"login": login})
        asked = client.get("/sign-up/code")
        wrong = post(client, "/sign-up/code", code="0000000")
    return begun.status_code, begun.location, plain(asked), plain(wrong)


def test_a_lost_password_says_the_same_to_everybody(app: Flask) -> None:
    signed_up(ANN)
    answers: list[tuple[int, str | None, str]] = []
    for login in (ANN, "nobody@example.org"):
        client = browser(app)
        with clock.hold(datetime.now(UTC) + timedelta(minutes=5)):
            begun = post(client, "/password/forgot", login=login)
            answers.append((begun.status_code, begun.location, plain(client.get("/password/reset"))))
    assert answers[0] == answers[1]


def test_a_lost_password_is_replaced(app: Flask) -> None:
    signed_up(ANN)
    old = sign_in(ANN)
    client = browser(app)
    with clock.hold(datetime.now(UTC) + timedelta(minutes=5)):
        post(client, "/password/forgot", login=ANN)
        done = post(client, "/password/reset", code=last_code(), password="brand new words here")
        assert done.location == "/sign-in"
        assert not is_alive(old)
        browser(app, ANN, password="brand new words here")


def test_a_trap_for_robots_makes_no_account(app: Flask) -> None:
    client = browser(app)
    assert post(client, "/sign-up", website="http://buy.example", **SIGN_UP).location == "/sign-up/code"
    assert messages() == []
    assert post(client, "/sign-up/code", code="123456").status_code == 422


def test_a_code_serves_only_the_browser_that_began(app: Flask) -> None:
    post(browser(app), "/sign-up", **SIGN_UP)
    stranger = browser(app)
    assert stranger.get("/sign-up/code").location == "/sign-up"


def test_wrong_sign_ins_look_alike_and_are_throttled_without_redis(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_up(ANN)
    client = browser(app)
    answers = [post(client, "/sign-in", login=login, password="not it at all") for login in (ANN, "no@example.org")]
    assert [answer.status_code for answer in answers] == [422, 422]
    first, second = (plain(answer).replace(ANN, "X").replace("no@example.org", "X") for answer in answers)
    assert first == second
    monkeypatch.setattr(sessions, "LOGIN_TRIES", 2)
    assert post(client, "/sign-in", login=ANN, password="not it at all").status_code == 422
    assert post(client, "/sign-in", login=ANN, password=PASSWORD).status_code == 429


@pytest.mark.parametrize(
    ("wanted", "target"),
    [
        ("/boards?region=43", "/boards?region=43"),
        ("https://evil.example/", "/wishes"),
        ("//evil.example", "/wishes"),
        ("/\\evil.example", "/wishes"),
        ("javascript:alert(1)", "/wishes"),
        ("http:/evil.example", "/wishes"),
    ],
)
def test_after_signing_in_one_stays_on_this_site(app: Flask, wanted: str, target: str) -> None:
    signed_up(ANN)
    done = post(browser(app), "/sign-in", login=ANN, password=PASSWORD, next=wanted)
    assert done.location == target


def test_newer_documents_are_shown_once_after_signing_in_and_accepted_with_one_button(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_up(ANN)
    client = browser(app, ANN)
    assert "/account/terms" not in client.get("/account").text  # control: what was accepted at sign-up is in force
    monkeypatch.setitem(documents.VERSIONS, documents.Document.PRIVACY, "2027-01-01")
    client = browser(app)
    led = post(client, "/sign-in", login=ANN, password=PASSWORD, next="/boards?region=43")
    assert led.location == "/account?next=/boards?region%3D43"
    assert client.get("/wishes").status_code == 200  # led there, not kept there
    shown = client.get(led.location).text
    assert 'href="/terms"' in shown and 'href="/privacy"' in shown
    [action] = re.findall(r'action="(/account/terms[^"]*)"', shown)
    done = post(client, html.unescape(action), form=led.location)
    assert (done.status_code, done.location) == (302, "/boards?region=43")
    assert "/account/terms" not in client.get("/account").text
    assert post(browser(app), "/sign-in", login=ANN, password=PASSWORD).location == "/wishes"


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example"])
def test_accepting_leads_to_no_other_site(app: Flask, wanted: str) -> None:
    signed_up(ANN)
    done = post(browser(app, ANN), f"/account/terms?next={wanted}", form="/account")
    assert done.location == "/wishes"


def test_without_the_forms_token_nothing_is_done(app: Flask) -> None:
    client = browser(app)
    assert client.post("/sign-up", data=SIGN_UP).status_code == 422
    assert messages() == []


def test_a_double_click_is_one_sign_up(app: Flask) -> None:
    client = browser(app)
    shown = client.get("/sign-up").text
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', shown)[1] for name in ("csrf_token", "once")}  # type: ignore[index]
    answers = [client.post("/sign-up", data=SIGN_UP | fields).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert len(messages("verify-code")) == 1


# One's own account


def test_everything_of_ones_own_needs_signing_in(app: Flask) -> None:
    client = browser(app)
    for path in ("", "/names", "/language", "/notices", "/password", "/address", "/address/code", "/sessions"):
        answer = client.get(f"/account{path}")
        assert answer.status_code == 401, path
    assert client.get("/account/data.json").status_code == 401


def test_an_ended_session_is_refused_at_once(app: Flask, ann: Client) -> None:
    other = browser(app, ANN)
    assert other.get("/account").status_code == 200
    post(ann, "/account/sessions/end-others", form="/account/sessions")
    assert other.get("/account").status_code == 401
    assert ann.get("/account").status_code == 200


def test_a_copied_cookie_is_dead_after_signing_out(app: Flask, ann: Client) -> None:
    cookie = ann.get_cookie("circle")
    assert cookie is not None
    post(ann, "/sign-out", form="/account")
    thief = browser(app)
    thief.set_cookie("circle", cookie.value)
    assert thief.get("/account").status_code == 401


def test_a_foreign_session_cannot_be_ended(app: Flask, ann: Client) -> None:
    signed_up("bob@example.org")
    token = sign_in("bob@example.org")
    bobs = actor_of(token).session_id
    answer = post(ann, f"/account/sessions/{bobs}/end", form="/account/sessions")
    assert answer.status_code == 404
    assert is_alive(token)


def test_names_language_notices_and_password_change(app: Flask, ann: Client) -> None:
    assert post(ann, "/account/names", nickname="海边", public_name="李安").status_code == 302
    assert post(ann, "/account/notices", by_sms="y").status_code == 302
    assert "海边" in ann.get("/account").text
    assert "My account" in ann.get(post(ann, "/account/language", language="en").location).text
    assert post(ann, "/account/password", old=PASSWORD, password="brand new words here").status_code == 302
    own = read.get_own_account(actor_of(sign_in(ANN, password="brand new words here")))
    assert (own.public_name, own.by_mail, own.by_sms, own.language) == ("李安", False, True, "en")


def test_an_address_is_added(app: Flask, ann: Client) -> None:
    assert post(ann, "/account/address", login="13900001111", password=PASSWORD).location == "/account/address/code"
    assert post(ann, "/account/address/code", code="000000x").status_code == 422
    assert post(ann, "/account/address/code", code=last_code()).location == "/account"
    assert "13900001111" in ann.get("/account").text


def test_a_token_is_shown_once(app: Flask, ann: Client) -> None:
    made = post(ann, "/account/tokens", name="my program")
    found = re.search(r"<code>([^<]+)</code>", made.text)
    assert made.status_code == 201
    assert found is not None
    assert read.find_actor_by_token(found[1]) is not None
    listed = ann.get("/account/tokens")
    assert "my program" in listed.text
    assert found[1] not in listed.text


def test_the_data_is_taken_away(ann: Client) -> None:
    answer = ann.get("/account/data.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert json.loads(answer.text)["account"]["email"] == ANN


def test_the_account_is_closed(app: Flask, ann: Client) -> None:
    assert post(ann, "/account/close", password="not it at all").status_code == 422
    assert post(ann, "/account/close", password=PASSWORD).location == "/"
    assert ann.get("/account").status_code == 401
    assert post(browser(app), "/sign-in", login=ANN, password=PASSWORD).status_code == 422


# The documents


@pytest.mark.parametrize("path", ["/terms", "/privacy", "/children"])
def test_documents_are_open_in_both_languages_with_their_version(app: Flask, path: str) -> None:
    client = browser(app)
    chinese, english = client.get(f"{path}?lang=zh"), client.get(f"{path}?lang=en")
    assert chinese.status_code == english.status_code == 200
    version = documents.VERSIONS[documents.Document(path[1:])]
    assert version in chinese.text
    assert version in english.text
    assert chinese.text != english.text


def test_a_session_in_use_is_kept_alive(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from charity.web.kit import sessions as kit

    signed_up(ANN)
    touched: list[object] = []
    keep: Callable[[Actor], None] = sessions.touch
    monkeypatch.setattr(sessions, "touch", lambda actor: (touched.append(actor), keep(actor)))
    monkeypatch.setattr(kit, "_asked", type(kit._asked)())
    client = browser(app, ANN)
    for _ in range(3):
        client.get("/account")
    assert len(touched) == 1


@pytest.mark.parametrize(
    ("told", "named"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36 MicroMessenger/8",
            "WeChat, Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/130.0", "Firefox, Windows"),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_browser_is_named_as_its_owner_knows_it(app: Flask, told: str, named: str) -> None:
    from charity.web.kit.sessions import device

    with app.test_request_context(headers={"User-Agent": told}):
        assert device() == named


def test_nothing_is_sent_twice_after_closing(app: Flask, ann: Client) -> None:
    accounts.close(actor_of(sign_in(ANN)), password=PASSWORD)
    assert ann.get("/account").status_code == 401
