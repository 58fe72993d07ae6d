"""The pages of people: bad input comes back filled in, nobody learns who has an account, ended is ended."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from charity.adapters import clock
from charity.adapters.db import transaction
from charity.domain.actors import Actor, Grant, Role
from charity.models.regions import put_regions
from charity.queries import accounts as read
from charity.services import accounts, sessions
from tests.kit.client import Client
from tests.kit.people import (
    COUNTY,
    OTHER_COUNTY,
    PASSWORD,
    TOWNSHIP,
    VILLAGE,
    actor_of,
    browser,
    is_alive,
    last_code,
    messages,
    post,
    put_demo_regions,
    sign_in,
    signed_up,
    with_role,
)

ANN = "ann@example.org"
MINE = f"/admin/people/grant?region={COUNTY}"
SIGN_UP = {"login": ANN, "nickname": "山间明月", "password": PASSWORD, "accepted": "y"}


def plain(answer: TestResponse) -> str:
    """Give a page without what differs at every showing."""
    return re.sub(r'value="[^"]{16,}"|nonce-[\w-]+', "", answer.text)


@pytest.fixture
def ann(app: Flask) -> Iterator[Client]:
    """Give the browser of a signed-in giver."""
    signed_up(ANN)
    return browser(app, ANN)


@pytest.fixture
def boss(app: Flask) -> Client:
    """Give the browser of a county's administrator."""
    put_demo_regions()
    with_role("boss@example.org", Role.ADMINISTRATOR, COUNTY)
    return browser(app, "boss@example.org")


# The way in


def test_signing_up_proving_and_signing_out(app: Flask) -> None:
    client = browser(app)
    assert post(client, "/sign-up", **SIGN_UP).location == "/sign-up/code"
    done = post(client, "/sign-up/code", code=last_code())
    assert (done.status_code, done.location) == (302, "/wishes")
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


def test_without_the_forms_token_nothing_is_done(app: Flask) -> None:
    client = browser(app)
    assert client.post("/sign-up", data=SIGN_UP).status_code == 400
    assert messages() == []


def test_a_double_click_is_one_sign_up(app: Flask) -> None:
    client = browser(app)
    shown = client.get("/sign-up").text
    fields = {name: re.search(rf'name="{name}" value="([^"]+)"', shown)[1] for name in ("csrf_token", "once")}  # type: ignore[index]
    answers = [client.post("/sign-up", data=SIGN_UP | fields).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert len(messages("verify-code")) == 1


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
            value for field, value in fields.items() if field not in (name, "password", "old", "accepted", "language")
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


# The people's desk


def test_an_administrator_gives_and_takes_a_role(app: Flask, boss: Client) -> None:
    signed_up("vol@example.org", nickname="新志愿者")
    token = sign_in("vol@example.org")
    form = f"/admin/people/grant?region={VILLAGE}"
    day = f"{clock.now().year + 1}-01-31"
    given = post(boss, form, login="vol@example.org", role="volunteer", until=day)
    assert given.location == "/admin/people", given.text
    assert actor_of(token).holds(Role.VOLUNTEER, VILLAGE)
    assert "新志愿者" in boss.get("/admin/people").text
    ref = actor_of(token).ref
    shown = boss.get(f"/admin/people/{ref}")
    revoke = re.search(r'action="(/admin/people/[^"]+/revoke)"', shown.text)
    assert revoke is not None
    assert post(boss, revoke[1], form=f"/admin/people/{ref}").status_code == 302
    assert not actor_of(token).has_role(Role.VOLUNTEER)


def test_an_administrator_shuts_out_and_lets_in(app: Flask, boss: Client) -> None:
    volunteer = with_role("vol@example.org", Role.VOLUNTEER, VILLAGE)
    client = browser(app, "vol@example.org")
    page = f"/admin/people/{volunteer.ref}"
    assert post(boss, f"{page}/disable", form=page).status_code == 302
    assert client.get("/account").status_code == 401
    assert post(browser(app), "/sign-in", login="vol@example.org", password=PASSWORD).status_code == 403
    assert post(boss, f"{page}/enable", form=page).status_code == 302
    browser(app, "vol@example.org")


def strangers(app: Flask) -> dict[str, Actor]:
    return {
        "volunteer": with_role("far@example.org", Role.VOLUNTEER, OTHER_COUNTY),
        "administrator": with_role("boss2@example.org", Role.ADMINISTRATOR, OTHER_COUNTY),
    }


def test_beyond_ones_region_everything_looks_missing(app: Flask, boss: Client) -> None:
    missing = plain(boss.get("/admin/people/nosuchperson0"))
    for stranger in strangers(app).values():
        answer = boss.get(f"/admin/people/{stranger.ref}")
        assert answer.status_code == 404
        assert plain(answer) == missing.replace("nosuchperson0", stranger.ref)
        for act in ("disable", "enable"):
            assert (
                post(boss, f"/admin/people/{stranger.ref}/{act}", form="/admin/people/grant?region=990101").status_code
                == 404
            )
        (held,) = [grant for grant in read.get_person(_country(), stranger.ref).grants]
        path = f"/admin/people/{stranger.ref}/grants/{held.id}/revoke"
        assert post(boss, path, form="/admin/people/grant?region=990101").status_code == 404
    assert "far@example.org" not in boss.get("/admin/people?q=far@example.org&term=all").text.replace('value="far@', "")


def _country() -> Actor:
    return Actor(account_id=10**6, ref="x", grants=(Grant(role=Role.ADMINISTRATOR, region=""),))


def test_a_role_beyond_ones_region_cannot_be_given(app: Flask, boss: Client) -> None:
    signed_up("vol@example.org")
    for region in (OTHER_COUNTY, "99", "9902", ""):
        answer = post(
            boss,
            f"/admin/people/grant?region={region}",
            form=f"/admin/people/grant?region={VILLAGE}",
            login="vol@example.org",
            role="volunteer",
            until="2099-01-01",
        )
        assert answer.status_code == 404, region


def test_a_role_form_with_mistakes_comes_back(app: Flask, boss: Client) -> None:
    path = f"/admin/people/grant?region={VILLAGE}"
    for fields in (
        {"login": "nobody@example.org", "role": "volunteer", "until": "2099-01-01"},
        {"login": "x" * 1_000_0, "role": "volunteer", "until": "2099-01-01"},
        {"login": "\u200b", "role": "volunteer", "until": "2099-01-01"},
        {"login": "a@example.org", "role": "donor", "until": "2099-01-01"},
        {"login": "a@example.org", "role": "volunteer", "until": "2099-02-30"},
        {"login": "boss@example.org", "role": "reviewer", "until": "2000-01-01"},
    ):
        answer = post(boss, path, **fields)
        assert answer.status_code == 422, fields
        assert 'id="problems"' in answer.text


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.REVIEWER, Role.AUDITOR])
def test_other_roles_have_no_say_over_people(app: Flask, role: Role) -> None:
    put_demo_regions()
    volunteer = with_role("vol@example.org", Role.VOLUNTEER, VILLAGE)
    with_role("other@example.org", role, COUNTY)
    client = browser(app, "other@example.org")
    assert client.get("/admin/people/grant").status_code == 403
    assert post(client, f"/admin/people/{volunteer.ref}/disable", form="/account").status_code == 403
    assert client.get("/admin/people").status_code == (200 if role is Role.AUDITOR else 403)


# Choosing a place


def test_a_village_is_chosen_in_steps_without_script(boss: Client) -> None:
    path = "/admin/people/grant"
    for depth in ("990101", "990101001"):
        shown = boss.get(path)
        link = re.search(rf'href="([^"]*region={depth}\d{{3}})"', shown.text)
        assert link is not None, depth
        path = link[1]
    assert "region=990101001001" in path
    shown = boss.get(path)
    assert "纸鸢村" in shown.text
    assert 'name="login"' in shown.text


@pytest.mark.parametrize("region", ["99", "990102", "990102001", "990101x", "99010", "43", "990101999", "' or 1=1 --"])
def test_what_is_not_ones_own_cannot_be_chosen(boss: Client, region: str) -> None:
    shown = boss.get("/admin/people/grant", query_string={"region": region})
    assert shown.status_code == 200
    assert "长灯县" not in shown.text
    assert "暖溪县" in shown.text


def test_the_country_starts_with_its_provinces(app: Flask) -> None:
    put_demo_regions()
    with_role("top@example.org", Role.ADMINISTRATOR, "")
    shown = browser(app, "top@example.org").get("/admin/people/grant")
    assert "同心省" in shown.text


# The documents


@pytest.mark.parametrize("path", ["/terms", "/privacy", "/children"])
def test_documents_are_open_in_both_languages_with_their_version(app: Flask, path: str) -> None:
    client = browser(app)
    chinese, english = client.get(f"{path}?lang=zh"), client.get(f"{path}?lang=en")
    assert chinese.status_code == english.status_code == 200
    assert "2026-11-01" in chinese.text
    assert "2026-11-01" in english.text
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


def test_many_places_are_chosen_by_a_select(app: Flask, boss: Client) -> None:
    with transaction() as tx:
        nodes = [(f"{TOWNSHIP}{number:03}", TOWNSHIP, 5, f"第{number}村") for number in range(100, 140)]
        put_regions(tx, nodes)
    shown = boss.get(f"/admin/people/grant?region={TOWNSHIP}&login=a%40example.org")
    assert f'<option value="{TOWNSHIP}139">' in shown.text
    assert 'type="hidden" name="login" value="a@example.org"' in shown.text


def test_nothing_is_sent_twice_after_closing(app: Flask, ann: Client) -> None:
    accounts.close(actor_of(sign_in(ANN)), password=PASSWORD)
    assert ann.get("/account").status_code == 401
