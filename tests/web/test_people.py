"""The people's desk and the choosing of a place: beyond one's own region everything looks missing."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from charity.adapters import clock
from charity.adapters.db import transaction
from charity.domain.actors import Actor, Grant, Role
from charity.models.regions import put_regions
from charity.queries import accounts as read
from tests.kit.client import Client
from tests.kit.people import (
    COUNTY,
    OTHER_COUNTY,
    PASSWORD,
    TOWNSHIP,
    VILLAGE,
    actor_of,
    browser,
    post,
    put_demo_regions,
    sign_in,
    signed_up,
    with_role,
)

ANN = "ann@example.org"
MINE = f"/admin/people/grant?region={COUNTY}"
SIGN_UP = {"login": ANN, "nickname": "山间明月", "password": PASSWORD, "accepted": "y", "is_adult": "y"}


def plain(answer: TestResponse) -> str:
    """Give a page without what differs at every showing."""
    return re.sub(r'value="[^"]{16,}"|nonce-[\w-]+', "", answer.text)


@pytest.fixture
def boss(app: Flask) -> Client:
    """Give the browser of a county's administrator."""
    put_demo_regions()
    with_role("boss@example.org", Role.ADMINISTRATOR, COUNTY)
    return browser(app, "boss@example.org")


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


def test_many_places_are_chosen_by_a_select(app: Flask, boss: Client) -> None:
    with transaction() as tx:
        nodes = [(f"{TOWNSHIP}{number:03}", TOWNSHIP, 5, f"第{number}村") for number in range(100, 140)]
        put_regions(tx, nodes)
    shown = boss.get(f"/admin/people/grant?region={TOWNSHIP}&login=a%40example.org")
    assert f'<option value="{TOWNSHIP}139">' in shown.text
    assert 'type="hidden" name="login" value="a@example.org"' in shown.text
