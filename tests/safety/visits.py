"""Visiting as anybody, page by page: with the tokens a form needs, and a collection of all forms people meet."""

import re
import secrets
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from charity.adapters.clock import now
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.services import accounts
from tests.kit import charities
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.people import PASSWORD
from tests.kit.visits import signed_in
from tests.safety.forms import Field, Form, forms_of
from tests.safety.opinions import STEPS
from tests.safety.organisations import FUND, OF_VILLAGE
from tests.safety.samples import Place, places
from tests.safety.world import GIVER_PHONE, World

_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    """Somebody with a browser; a program with a token where the address is the API's."""

    def __init__(self, app: Flask, actor: Actor | None = None) -> None:
        client = app.test_client() if actor is None else signed_in(app, actor)
        assert isinstance(client, Client)
        self.client = client
        self.actor = actor
        self.name = "visitor" if actor is None else actor.ref
        self._csrf = ""
        self._token = ""

    def get(self, url: str) -> TestResponse:
        """Look at a page."""
        return self.send("GET", url)

    def send(self, method: str, url: str, data: Mapping[str, Any] | None = None) -> TestResponse:
        """Send a request as this person's browser or program would."""
        if url.startswith("/api/"):
            return self.client.open(url, method=method, headers=self._program(), json={} if method != "GET" else None)
        if method != "POST":
            return self.client.open(url, method=method)
        return self.client.post(
            url, data={"csrf_token": self.csrf(), "once": secrets.token_urlsafe(16)} | dict(data or {})
        )

    def csrf(self) -> str:
        """Give this browser's token against forged forms."""
        if not self._csrf:
            page = self.client.get("/sign-in" if self.actor is None else "/account").get_data(as_text=True)
            found = _CSRF.search(page)
            assert found, page
            self._csrf = found[1]
        return self._csrf

    def _program(self) -> dict[str, str]:
        if self.actor is None:
            return {}
        if not self._token:
            self._token = accounts.make_token(self.actor, name="program")
        return {"Authorization": f"Bearer {self._token}", "Idempotency-Key": secrets.token_hex(8)}


def visitors(app: Flask, world: World) -> dict[str, Visitor]:
    """Give a browser to each person, and one to nobody."""
    return {"visitor": Visitor(app)} | {name: Visitor(app, actor) for name, actor in world.actors.items()}


# Open to everybody, with a form for those who are signed in.
OPEN_WITH_FORMS: dict[str, tuple[str, ...]] = {"/join/<code>": ("donor",)}
# Shown with a form only to whoever holds its role in a larger region than the others of this world.
FORMS_FOR: dict[str, tuple[str, ...]] = {
    "/admin/catalogue/<code>": ("province",),
    "/admin/catalogue/new": ("province",),
    "/admin/retention/<code>": ("province",),
}


def people_for(place: Place, world: World) -> list[str]:
    """Name those who may see a place: nobody signed in, its owner, or the holders of its roles."""
    if place.door.roles:
        held = {actor.ref for actor in place.holders(world)}
        also = FORMS_FOR.get(place.rule.rule, ())
        return [*also, *(name for name, actor in world.actors.items() if actor.ref in held)]
    if place.door.is_open:
        return ["visitor", *OPEN_WITH_FORMS.get(place.rule.rule, ())]
    return ["donor", "giver", "third"]


# Pages that show themselves only after another form was sent: who, which form with what, the pages then.
BEGUN: dict[str, tuple[str, dict[str, str], str]] = {
    "newcomer": (
        "/sign-up",
        {
            "login": "new@example.org",
            "nickname": "清泉",
            "password": "three words apart",
            "accepted": "y",
            "is_adult": "y",
        },
        "/sign-up/code",
    ),
    "forgetful": ("/password/forgot", {"login": "somebody@example.org"}, "/password/reset"),
    "half_in": ("/sign-in", {"login": STEPS, "password": PASSWORD}, "/sign-in/second"),
    "moving": ("/account/address", {"login": "moved@example.org", "password": PASSWORD}, "/account/address/code"),
}


def beginners(app: Flask, world: World) -> dict[str, Visitor]:
    """Give the browsers of people in the middle of something."""
    found: dict[str, Visitor] = {}
    for name, (url, data, _) in BEGUN.items():
        found[name] = Visitor(app, world.donor if url.startswith("/account") else None)
        answer = found[name].send("POST", url, data)
        assert answer.status_code == 302, answer.get_data(as_text=True)
    return found


def all_pages(
    app: Flask, world: World, known: dict[str, Visitor] | None = None
) -> Iterator[tuple[str, str, TestResponse]]:
    """Visit every page as everybody who may see it: name, address and answer."""
    known = known or visitors(app, world)
    for name, (_, _, url) in BEGUN.items():
        if name in known:
            yield name, url, known[name].get(url)
    for place in places(app, "GET"):
        if place.endpoint == "static":
            continue
        for name in people_for(place, world):
            for url in place.urls(world):
                yield name, url, known[name].get(url)


def collect_forms(app: Flask, world: World, known: dict[str, Visitor] | None = None) -> dict[str, tuple[str, Form]]:
    """Find the forms of all pages, by the endpoint they are sent to, each with who met it first."""
    found: dict[str, tuple[str, Form]] = {}
    adapter = app.url_map.bind("circle.test")
    for name, url, answer in all_pages(app, world, known):
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for form in forms_of(answer.get_data(as_text=True), url):
            if form.method == "post":
                endpoint, _ = adapter.match(form.path, method="POST")
                best = found.get(str(endpoint))
                if best is None or len(best[1].fields) < len(form.fields):
                    found[str(endpoint)] = (name, form)
    return found


FILLED = {
    "login": "somebody@example.org",
    "password": "three words apart",
    "nickname": "山间",
    "phone": "13800001111",
    "relative_phone": "13800002222",
    "id_number": "",
    "giver": "",
    "birth": "1980-05-04",
    "as_of": "2026-01-05",
    "since": "2026-01-05",
    "duty": "official",
    "starts_on": "2027-03-01",
    "ends_on": "2027-03-02",
    "until": "2027-12-31",
    "not_before": "",
    "monthly_fen": "80",
    "season_on": "",
    "unit_fen": "50",
    "wanted": "1",
    "units": "1",
    "code": "123456",
    "tracking": "SF1112223334445",
    "postcode": "",
    "platform_url": "",
    "website": "",
    "next": "",
    "page": "/wishes",
    "value": "1",
    "valid_until": "2099-12-31",
    "courier": "sf",
    "shop_order": "240011223344",
    "size": "",
    "shown_sex": "",
    "interest": "",
    "child_agrees": "",
    "relation": "spouse",
    "pupils": "120",
    "villages_served": "3",
    "budget": "",
    "day": "2027-01-04",
    **dict.fromkeys((f"day_{number}" for number in range(2, 9)), ""),
    "next_on": "",
    "first_on": "2027-03-01",
    "last_on": "2027-04-01",
    "hours": "1",
    "second_adult": "第五明德",
    "income": "20",
    "quantity": "5",
    "parts": "",
    "bank_holder": FUND,
    "steps": "2027-03-01 说明文字",
    "bank_number": charities.BANK_NUMBER,
    "places": "70",
    "number": OF_VILLAGE.number,
    "sent_on": day_of(now()).isoformat(),
}


# Where the same words mean something else.
IN_THIS_FORM: dict[str, dict[str, Any]] = {
    "/admin/people/grant": {"login": GIVER_PHONE},
    "/admin/vetting/new": {"login": GIVER_PHONE, "until": (day_of(now()) + timedelta(days=90)).isoformat()},
    "/intentions/new": {"region": v.CITY},
    "/admin/catalogue/books": {"top_fen": "60"},
    "/admin/retention/parcels": {"days": "200"},
    "/admin/catalogue/books/name": {"zh": "课外书", "en": "Story books"},
    "/admin/catalogue/new": {
        "zh": "雨衣",
        "en": "Rain coat",
        "code": "rain-coat",
        "beneficiaries": ["child"],
        "low_fen": "30",
        "top_fen": "90",
    },
    "/sign-up": {"login": "another@example.org"},
    "/organisations/apply": {
        "number": charities.number(77),
        "email": "fund@charity.example.org",
        "name": FUND,
    },
    "/password/forgot": {"login": "another@example.org"},
}


def filled(form: Form) -> dict[str, Any]:
    """Fill a form in as somebody sensible would."""
    values = {f.name: _sensible(f) for f in form.fields if f.name not in {"csrf_token", "once"} and f.type != "file"}
    return values | IN_THIS_FORM.get(form.path, {})


def _sensible(field: Field) -> Any:
    if field.type not in {"select", "radio", "checkbox", "button"}:
        return field.value or FILLED.get(field.name, "1" if field.type == "number" else "说明文字")
    if field.name == "checks":
        return list(field.options)
    if FILLED.get(field.name) in field.options:
        return FILLED[field.name]
    real = [option for option in field.options if option]
    return field.value or (real[0] if real else "")
