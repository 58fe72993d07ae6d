"""The download of own data holds own seats, waiting places, offers and letters; and a list of circles is cheap."""

import json

import pytest
from flask import Flask

from charity.adapters.db import end_reading
from charity.domain.actors import VISITOR, Actor
from charity.domain.circles import Promise, PromiseKind
from charity.queries.accounts import get_own_data
from charity.queries.circles.wall import list_public
from charity.services.circles import letters, seats
from tests.kit import ring, village
from tests.kit.ring import Ground

WORDS = "祝你们新年好,我们都很高兴。"


@pytest.fixture
def at(app: Flask) -> Ground:
    del app
    return ring.ground()


def data_of(actor: Actor) -> dict[str, list[dict[str, str]]]:
    end_reading()
    return get_own_data(actor)


def test_own_seats_places_offers_and_letters(at: Ground) -> None:
    first, second, third, fourth, stranger, _ = at.donors
    ref = ring.running(at, (first, second, third), promise=Promise(kind=PromiseKind.LETTER))
    seats.wait(fourth, ref)
    ring.turn()
    seats.leave(third, ref)
    ring.turn()
    letters.write(first, ref, text=WORDS)
    (seat,) = data_of(first)["seats"]
    assert (seat["circle"], seat["state"]) == (ref, "active")
    (letter,) = data_of(first)["letters"]
    assert (letter["circle"], letter["text"], letter["state"]) == (ref, WORDS, "submitted")
    assert [place["circle"] for place in data_of(fourth)["seats_awaited"]] == [ref]
    assert [offer["state"] for offer in data_of(fourth)["seats_offered"]] == ["open"]
    others = json.dumps([data_of(one) for one in (second, stranger, at.village.volunteer)], ensure_ascii=False)
    assert WORDS not in others
    assert data_of(stranger)["seats"] == []


def test_a_list_of_circles_asks_the_same_questions_however_long_it_is(at: Ground) -> None:
    asked: list[int] = []
    for _ in range(3):
        ring.formed(at, family=ring.another(at))
        end_reading()
        with village.counting() as questions:
            found = list_public(VISITOR).cards
        asked.append(len(questions))
    assert len(found) == 3
    assert len(set(asked)) == 1
