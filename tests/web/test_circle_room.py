"""What the room, the list of one's seats and the review page show: chosen names, thanks, places, what is decided on."""

import re
from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask

from charity.adapters.crypto import seal
from charity.adapters.db import transaction
from charity.domain.actors import Actor, Role
from charity.models.accounts import Account
from charity.services.circles import seats
from charity.services.pledges.cases import dispute
from charity.services.pledges.confirm import confirm, give_feedback
from charity.services.pledges.receive import hand_over, receive
from charity.services.pledges.send import send
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.ring import Ground
from tests.kit.visits import post, signed_in

pytestmark = pytest.mark.backends("sqlite")
Travel = Callable[[datetime], None]
NAMES = {"nickname": "山间小溪", "name": "李明月", "anonymous": "不愿具名者"}
SENTENCE = "It fits well."


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


@pytest.fixture
def of(app: Flask) -> Callable[[Actor], Client]:
    return lambda who: signed_in(app, who)


Of = Callable[[Actor], Client]


def named(at: Ground) -> str:
    """Seat three donors: one by nickname, one by name, one unnamed."""
    ref = r.formed(at, least=3)
    for donor, (display, name) in zip(at.donors, NAMES.items(), strict=False):
        with transaction() as tx:
            account = tx.session.get_one(Account, donor.account_id)
            account.nickname = name if display != "name" else "别名不显示"
            account.public_name_sealed = seal(name, place=f"accounts.public_name:{account.ref}")
        seats.join(donor, ref, display=display)
    return ref


def test_the_room_calls_everybody_as_he_chose_and_tells_no_contact(at: Ground, of: Of) -> None:
    ref = named(at)
    for who in (at.donors[0], at.donors[1], at.village.volunteer, at.village.reviewer):
        shown = of(who).get(f"/circles/{ref}/room?lang=en").text
        assert NAMES["nickname"] in shown and NAMES["name"] in shown
        assert "别名不显示" not in shown
        assert NAMES["anonymous"] not in shown
        assert "unnamed" in shown
        assert "example.org" not in shown


def confirmed(at: Ground, travel: Travel) -> str:
    """Give a circle one of whose two gifts of May was confirmed."""
    ref = r.running(at, at.donors[:2])
    travel(r.MAY)
    r.turn()
    gift = r.gifts(ref)[0]
    with transaction() as tx:
        keeper = v.add_person(tx, (Role.VOLUNTEER, v.TOWNSHIP))
    send(at.donors[0], gift.ref, courier="sf", tracking="SF1234567890123")
    receive(keeper, gift.ref, units=1)
    hand_over(keeper, gift.ref)
    confirm(at.village.reviewer, gift.ref, basis="call-back")
    give_feedback(keeper, gift.ref, phrase="fits-well")
    r.turn()
    return ref


def test_thanks_for_a_confirmed_gift_are_read_by_the_whole_circle(at: Ground, of: Of, travel: Travel) -> None:
    ref = confirmed(at, travel)
    for who in (*at.donors[:2], at.village.volunteer, at.village.reviewer):
        assert SENTENCE in of(who).get(f"/circles/{ref}/room?lang=en").text
    assert SENTENCE not in of(at.donors[2]).get(f"/circles/{ref}?lang=en").text
    dispute(at.village.reviewer, r.gifts(ref)[0].ref, reason="not-received")
    assert SENTENCE not in of(at.donors[1]).get(f"/circles/{ref}/room?lang=en").text


def test_the_months_say_where_each_gift_is_and_since_when(at: Ground, of: Of, travel: Travel) -> None:
    ref = confirmed(at, travel)
    shown = of(at.donors[1]).get(f"/circles/{ref}/room?lang=en").text
    assert "May 1, 2026" in shown
    assert r.gifts(ref)[0].parcel_code not in shown


def test_the_list_of_seats_tells_places_in_waiting_lists(at: Ground, of: Of) -> None:
    ref = r.running(at, at.donors[:3])
    for donor in at.donors[3:6]:
        seats.wait(donor, ref)
    assert "Your place: number 2" in of(at.donors[4]).get("/seats?lang=en").text
    seats.leave(at.donors[0], ref)
    first, second = (of(donor).get("/seats?lang=en").text for donor in at.donors[3:5])
    assert "Kept for you" in first and "Your place" not in first
    assert "Your place: number 1" in second
    third = of(at.donors[5])
    assert post(third, f"/circles/{ref}/wait/stop", {}, shown_at="/seats").location == "/seats"
    assert "Your place" not in third.get("/seats").text


def test_who_waits_for_a_circle_out_of_sight_hears_nothing_of_it(at: Ground, of: Of) -> None:
    ref = r.running(at, at.donors[:3])
    seats.wait(at.donors[3], ref)
    with transaction() as tx:
        from_sight = r.circle(ref).id
        tx.session.get_one(type(r.circle(ref)), from_sight).hidden_at = tx.now
    assert "Your place" not in of(at.donors[3]).get("/seats?lang=en").text


def test_the_review_page_shows_all_that_is_decided_on(at: Ground, of: Of) -> None:
    ref = r.proposed(at, not_before=date(2026, 7, 1))
    shown = of(at.village.reviewer).get(f"/reviews/circles/{ref}?lang=en").text
    for words in (
        "Winter",
        "Legal basis",
        "Fundraising certificate",
        "Jul 1, 2026",
        "Usual price of one",
        "Proposed by",
    ):
        assert words.lower() in shown.lower(), words
    assert at.village.family.ref in shown
    assert "Service point" in shown and "none chosen" not in shown
    assert "Agree and open the circle" in shown


def test_the_review_page_says_when_the_family_agrees_no_more(at: Ground, of: Of) -> None:
    ref = r.proposed(at)
    r.agree(at.village, at.village.family, granted=False)
    assert "no: it cannot be opened" in of(at.village.reviewer).get(f"/reviews/circles/{ref}?lang=en").text


def test_the_rings_words_speak_of_seats(at: Ground, client: Client) -> None:
    ref = r.running(at, at.donors[:2])
    for page in (f"/circles/{ref}?lang=en", "/circles?lang=en"):
        title = re.search(r"<title>(2 of 3[^<]*)</title>", client.get(page).text)
        assert title is not None
        assert title[1] == "2 of 3 seats are taken, 2 accompany the family now, 1 seat is free"
    assert "of 3 confirmed" not in client.get("/circles?lang=en").text
    assert "Legal basis" in client.get(f"/circles/{ref}?lang=en").text


def test_a_programme_is_chosen_among_those_that_cover_the_village(at: Ground, of: Of) -> None:
    with transaction() as tx:
        v.add_programme(tx, code="NEAR", region=v.COUNTY)
        v.add_programme(tx, code="FAR", region="9902")
    url, field = f"/households/{at.village.family.ref}/circle", of(at.village.volunteer)
    shown = field.get(url).text
    assert 'value="NEAR"' in shown and 'value="WINTER"' in shown and 'value="FAR"' not in shown
    told = {
        "target": "3", "least": "2", "months": "12", "promise": "goods", "title": "每月一床棉被", "details": "",
        "category": "quilt", "reason_code": "winter-comes", "unit_label": "piece", "monthly_fen": "100",
        "point_ref": at.village.point,
    }  # fmt: skip
    assert post(field, url, told | {"programme_code": "FAR"}, shown_at=url).status_code == 422
    done = post(field, url, told | {"programme_code": "NEAR"}, shown_at=url)
    assert done.status_code == 303
    assert r.circle(str(done.location).split("/")[2]).programme_id is not None
