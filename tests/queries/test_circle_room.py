"""Who comes into the room of a circle; on both databases."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from charity.adapters.db import transaction
from charity.domain.actors import Actor, Role
from charity.domain.errors import Missing
from charity.queries.circles.room import get_desk_view, get_room
from charity.services.circles import letters
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground
from tests.kit.visits import signed_in

Travel = Callable[[datetime], None]
TEXT = "天气冷了,请多保重。我们一切都好。"


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


def staff(role: Role, region: str) -> Actor:
    with transaction() as tx:
        return v.add_person(tx, (role, region))


def test_the_room_is_closed_to_offices_audit_and_keepers_who_read_what_their_desk_needs(
    app: Flask, at: Ground, travel: Travel
) -> None:
    ref = r.running(at, at.donors[:2], promise=r.LETTERS)
    travel(r.MAY)
    r.turn()
    waits, passed = (letters.write(donor, ref, text=TEXT) for donor in at.donors[:2])
    letters.pass_on(at.village.reviewer, passed)
    keeper = staff(Role.VOLUNTEER, v.TOWNSHIP)
    offices = [staff(role, v.COUNTY[:2]) for role in (Role.ADMINISTRATOR, Role.AUDITOR)]
    for who in (keeper, *offices):
        with pytest.raises(Missing):
            get_room(who, ref)
        assert signed_in(app, who).get(f"/circles/{ref}/room").location == f"/circles/{ref}/family"
        view = get_desk_view(who, ref)
        assert (view.months, view.is_inside) == ((), False)
        assert {letter.ref for letter in view.letters} == ({passed} if who is keeper else set())
        family = signed_in(app, who).get(f"/circles/{ref}/family?lang=en")
        assert (family.status_code, TEXT in family.text, "/room" in family.text) == (200, False, False)
    for inside in (at.village.volunteer, at.village.reviewer):
        room = get_room(inside, ref)
        assert passed in {letter.ref for letter in room.letters}
        assert room.months
        assert get_desk_view(inside, ref).is_inside
    assert waits not in {letter.ref for letter in get_room(at.village.volunteer, ref).letters}
    with pytest.raises(Missing):
        get_desk_view(at.donors[0], ref)
    assert signed_in(app, at.donors[5]).get(f"/circles/{ref}/room").status_code == 404


def test_a_neighbouring_villages_volunteer_does_not_come_in(at: Ground) -> None:
    ref = r.running(at, at.donors[:2])
    neighbour = staff(Role.VOLUNTEER, v.VILLAGE[:-1] + ("1" if v.VILLAGE[-1] != "1" else "2"))
    for look in (get_room, get_desk_view):
        with pytest.raises(Missing):
            look(neighbour, ref)
