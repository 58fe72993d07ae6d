"""Who comes into the room of a circle; on both databases."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from charity.adapters.db import end_reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.errors import Missing, Refused
from charity.jobs.clocks import settle_desks
from charity.models.circles import CircleRefusal
from charity.queries.circles.own import list_own
from charity.queries.circles.room import get_desk_view, get_room
from charity.services.circles import group_seats, household, letters, seats
from tests.kit import classes as c
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground
from tests.kit.visits import signed_in

Travel = Callable[[datetime], None]
AFTER = datetime.fromisoformat("2026-06-01T02:00:00+00:00")
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
        desk = f"/circles/{ref}/family" if who is keeper else f"/reviews/circles/{ref}"
        assert signed_in(app, who).get(f"/circles/{ref}/room").location == desk
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


def accompanied(at: Ground, travel: Travel) -> tuple[str, str]:
    """Let the first of three donors leave after May, with a letter that passed; gives the circle and the letter."""
    ref = r.running(at, at.donors[:3], promise=r.LETTERS)
    travel(r.MAY)
    r.turn()
    letter = letters.write(at.donors[0], ref, text=TEXT)
    letters.pass_on(at.village.reviewer, letter)
    seats.leave(at.donors[0], ref)
    travel(AFTER)
    r.turn()
    assert r.seat_of(ref, at.donors[0]).state == "ended"
    return ref, letter


def test_whoever_left_reads_what_he_accompanied_for_ninety_days_and_no_more(
    app: Flask, at: Ground, travel: Travel
) -> None:
    ref, letter = accompanied(at, travel)
    travel(datetime.fromisoformat("2026-07-01T02:00:00+00:00"))
    r.turn()
    room = get_room(at.donors[0], ref)
    assert {line.month for line in room.months} == {"2026-05"}
    assert {card.ref for card in room.letters} == {letter}
    assert (room.seats, room.forecast, room.is_staff) == ((), (), False)
    assert {line.month for line in get_room(at.donors[1], ref).months} == {"2026-05", "2026-06", "2026-07"}
    with pytest.raises(Refused):
        letters.write(at.donors[0], ref, text=TEXT)
    shown = signed_in(app, at.donors[0]).get(f"/circles/{ref}/room?lang=en").text
    assert "Your seat has ended. Until Aug 30, 2026" in shown
    assert "Hand the letter in" not in shown and "Leave the circle" not in shown
    assert f"/circles/{ref}/room" in signed_in(app, at.donors[0]).get("/seats").text
    travel(AFTER + timedelta(days=90))
    with pytest.raises(Missing):
        get_room(at.donors[0], ref)
    assert [seat.reads_room for seat in list_own(at.donors[0])] == [False]


def test_the_room_of_an_ended_circle_stays_readable_to_all_who_sat_there(at: Ground, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2], months=3)
    travel(r.MAY)
    r.turn()
    travel(datetime.fromisoformat("2026-08-01T02:00:00+00:00"))
    r.turn()
    assert r.circle(ref).state == "ended"
    for donor in at.donors[:2]:
        assert len(get_room(donor, ref).months) == 2
        assert [seat.reads_room for seat in list_own(donor)] == [True]
    with pytest.raises(Missing):
        get_room(at.donors[2], ref)
    r.agree(at.village, at.village.family, granted=False)
    settle_desks()
    with pytest.raises(Missing):
        get_room(at.donors[0], ref)


def test_whom_the_family_refused_reads_nothing_any_more(at: Ground, travel: Travel) -> None:
    ref, _letter = accompanied(at, travel)
    household.refuse_person(at.village.volunteer, ref, r.seat_of(ref, at.donors[1]).ref)
    with pytest.raises(Missing):
        get_room(at.donors[1], ref)
    assert [seat.reads_room for seat in list_own(at.donors[1])] == [False]
    assert get_room(at.donors[0], ref).months
    household.refuse_circle(at.village.volunteer, ref)
    for donor in (at.donors[0], at.donors[2]):
        with pytest.raises(Missing):
            get_room(donor, ref)


def test_a_group_reads_on_after_its_seat_and_not_after_a_refusal(at: Ground, travel: Travel) -> None:
    group = c.founded(at.donors[0], at.donors[1:2])
    ref = r.formed(at)
    group_seats.take(at.donors[0], ref, group)
    seats.join(at.donors[2], ref)
    travel(r.MAY)
    r.turn()
    seats.leave(at.donors[0], ref)
    travel(AFTER)
    r.turn()
    for who in at.donors[:2]:
        assert get_room(who, ref).months
    number = c.group(group).id
    end_reading()
    with transaction() as tx:
        home, by = at.village.family.id, at.village.volunteer.account_id
        no = CircleRefusal(household_id=home, group_id=number, recorded_by_id=by, recorded_at=tx.now)
        tx.session.add(no)
    for who in at.donors[:2]:
        with pytest.raises(Missing):
            get_room(who, ref)


def test_who_left_before_anything_began_has_nothing_to_read(at: Ground) -> None:
    ref = r.formed(at)
    seats.join(at.donors[0], ref)
    assert get_room(at.donors[0], ref).months == ()
    seats.leave(at.donors[0], ref)
    with pytest.raises(Missing):
        get_room(at.donors[0], ref)
