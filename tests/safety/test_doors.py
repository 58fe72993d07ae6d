"""Every address has a declared guard, and each guard holds: visitors, givers without the role, other regions."""

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from charity.web.kit.doors import OPEN, Doors
from tests.kit.client import Client
from tests.kit.visits import signed_in
from tests.safety.desks import Opened
from tests.safety.samples import FAR, HOLDERS, Place, places
from tests.safety.visits import Visitor, filled, people_for, visitors
from tests.safety.world import World

pytestmark = pytest.mark.backends("sqlite")
# Named by an answer, different each time, and telling nothing.
_FLEETING = re.compile(r'<input[^>]*name="(?:csrf_token|once)"[^>]*>')


def test_every_address_has_a_declared_guard(app: Flask) -> None:
    declared = app.extensions["doors"].all()
    assert {str(rule.endpoint) for rule in app.url_map.iter_rules()} <= declared.keys()
    assert len(declared) > 100


def test_every_argument_has_a_sample(world: World, app: Flask) -> None:
    for place in places(app):
        assert place.url(world)


def test_an_address_without_a_guard_stops_the_start() -> None:
    bare = Flask("bare")
    doors = Doors()
    bare.add_url_rule("/new", "new", lambda: "")
    with pytest.raises(RuntimeError, match="without a door: new"):
        doors.check(bare)
    doors._doors["new"] = OPEN
    doors._doors["gone"] = OPEN
    with pytest.raises(RuntimeError, match="without an endpoint: gone"):
        doors.check(bare)


def guarded(app: Flask) -> list[Place]:
    return [place for place in places(app) if not place.door.is_open]


def test_visitors_are_asked_to_sign_in(world: World, app: Flask) -> None:
    visitor = Visitor(app)
    wrong = [
        f"{place.method} {url} -> {answer.status_code}"
        for place in guarded(app)
        for url in place.urls(world)
        if (answer := visitor.send(place.method, url)).status_code != 401
    ]
    assert not wrong, "\n".join(wrong)


def test_a_role_is_needed_where_the_door_says_so(world: World, app: Flask) -> None:
    giver = Visitor(app, world.stranger)
    wrong = [
        f"{place.method} {url} -> {answer.status_code}"
        for place in guarded(app)
        if place.door.roles
        for url in place.urls(world)
        if (answer := giver.send(place.method, url)).status_code not in (403, 404)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_doors_open_for_those_they_are_for(world: World, app: Flask) -> None:
    """The control of the two tests above: the same requests do come through for the right person."""
    known = visitors(app, world)
    wrong: list[str] = []
    for place in places(app, "GET"):
        if place.door.roles:
            codes = [known[name].get(place.url(world)).status_code for name in people_for(place, world)]
            wrong += [] if 200 in codes else [f"{place.rule.rule}: {codes}"]
    assert not wrong, "\n".join(wrong)


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer tells, without what differs every time."""

    status: int
    text: str


def told(answer: TestResponse, url: str) -> Answer:
    text = _FLEETING.sub("", answer.get_data(as_text=True))
    path = url.partition("?")[0]
    text = text.replace(path, "HERE")
    for part in sorted(path.split("/"), key=len, reverse=True):
        if len(part) > 8:
            text = text.replace(part, "REF")
    return Answer(answer.status_code, f"{answer.headers.get('Location', '').replace(path, 'HERE')}\n{text}")


def test_outside_the_own_region_all_looks_missing(opened: Opened, world: World, app: Flask) -> None:
    values = {endpoint: filled(desk.form) for endpoint, desk in opened.desks.items()}
    known = visitors(app, world)
    wrong: list[str] = []
    for place in guarded(app):
        for name in _outsiders(place):
            wrong += _differences(known[name], place, world, values.get(place.endpoint, {}))
    assert not wrong, "\n".join(wrong)


def _outsiders(place: Place) -> list[str]:
    if not place.door.roles:  # everybody signed in: then it must be one's own
        return ["stranger", "far_reviewer"]
    return [FAR[role] for role in HOLDERS if role in place.door.roles]


# Open to everybody signed in, whoever's region it is in: public wishes and boards; a night's figures name no place.
PUBLIC_THINGS = frozenset(
    {
        "admin_catalogue.item",
        "admin_catalogue.change",
        "admin_catalogue.rename",
        "api_catalogue.item",
        "api_catalogue.change",
        "api_catalogue.rename",
        "admin_retention.period",
        "admin_retention.change",
        "admin_matching.run",
        "donor_pledges.claim",
        "donor_pledges.make_claim",
        "donor_waiting.queue",
        "donor_waiting.join",
        "donor_waiting.leave",
        "donor_circles.seat",
        "donor_circles.join",
        "donor_circles.wait",
        "donor_circles.stop_waiting",
        "donor_joining.join",
        "donor_joining.wait",
        "api_wishes.claim",
        "api_wishes.queue",
        "api_wishes.leave_queue",
    }
)


def _differences(visitor: Visitor, place: Place, world: World, values: dict[str, str]) -> list[str]:
    if place.endpoint in PUBLIC_THINGS:
        return []
    found: list[str] = []
    for missing_url in place.missing_urls(world):
        for data in [{}, values] if place.method == "POST" and values else [{}]:
            url = place.url(world)
            there = told(visitor.send(place.method, url, data), url)
            gone = told(visitor.send(place.method, missing_url, data), missing_url)
            if there != gone or there.status < 400:
                found.append(f"{place.method} {url} as {visitor.name}: {there.status} and {gone.status} {data}")
    return found


def test_the_comparison_sees_a_difference(world: World, app: Flask) -> None:
    """The control: for somebody of the region, the same comparison finds that the thing is there."""
    [place] = [p for p in places(app, "GET") if p.rule.rule == "/households/<ref>"]
    assert _differences(Visitor(app, world.reviewer), place, world, {})


def test_a_disabled_or_ended_role_opens_nothing(world: World, app: Flask, client: Client) -> None:
    from charity.services.accounts import disable

    inside = signed_in(app, world.volunteer)
    assert inside.get("/households").status_code == 200
    disable(world.administrator, world.volunteer.ref)
    assert inside.get("/households").status_code == 401
