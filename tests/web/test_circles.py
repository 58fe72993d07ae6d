"""The pages of circles: joining, waiting, the room, letters, leaving; proposing, reviewing, the family's word."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import update

from charity.adapters.db import transaction
from charity.domain.actors import Actor
from charity.models.wishes import Wish
from tests.kit import ring as r
from tests.kit.client import Client
from tests.kit.ring import Ground
from tests.kit.visits import post, signed_in

pytestmark = pytest.mark.backends("sqlite")
Travel = Callable[[datetime], None]
TEXT = "天气冷了,请多保重。我们一切都好。"


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


@pytest.fixture
def of(app: Flask) -> Callable[[Actor], Client]:
    return lambda who: signed_in(app, who)


Of = Callable[[Actor], Client]


def test_strangers_see_the_circle_and_no_name(at: Ground, client: Client) -> None:
    ref = r.formed(at)
    page = client.get(f"/circles/{ref}?lang=en")
    assert page.status_code == 200
    assert "0 of 3 seats are taken" in page.text
    assert at.village.family.ref not in page.text
    assert f"/circles/{ref}" in client.get("/circles").text
    assert client.get(f"/circles/{ref}/room").status_code == 401
    proposed = r.circle(ref)
    assert proposed.state == "forming"


def test_a_circle_that_is_only_proposed_is_not_there(at: Ground, client: Client, of: Of) -> None:
    ref = r.proposed(at)
    assert client.get(f"/circles/{ref}").status_code == 404
    assert of(at.donors[0]).get(f"/circles/{ref}/seat").status_code == 404


def test_a_donor_joins_waits_takes_an_offer_and_leaves(at: Ground, of: Of) -> None:
    ref = r.formed(at)
    for donor in at.donors[:3]:
        done = post(of(donor), f"/circles/{ref}/join", {"display": "nickname"}, shown_at=f"/circles/{ref}/seat")
        assert (done.status_code, done.location) == (302, f"/circles/{ref}/room")
    late = of(at.donors[3])
    assert "Join the waiting list" in late.get(f"/circles/{ref}/seat?lang=en").text
    done = post(late, f"/circles/{ref}/wait", {"display": "nickname"}, shown_at=f"/circles/{ref}/seat")
    assert done.location == "/seats"
    first = of(at.donors[0])
    said = first.get(f"/circles/{ref}/leave?lang=en").text
    assert "Your seat goes to those who wait first" in said
    assert "2026" in said
    assert post(first, f"/circles/{ref}/leave", {}, shown_at=f"/circles/{ref}/leave").location == "/seats"
    assert r.seat_of(ref, at.donors[0]).state == "leaving"
    assert "You have given notice already" in first.get("/seats?lang=en").text
    assert f"/circles/{ref}/seat" in late.get("/seats").text
    done = post(late, f"/circles/{ref}/offer/accept", {"display": "anonymous"}, shown_at=f"/circles/{ref}/seat")
    assert done.location == f"/circles/{ref}/room"
    assert (r.seat_of(ref, at.donors[3]).state, r.seat_of(ref, at.donors[3]).display) == ("accepted", "anonymous")


def test_a_declined_seat_costs_nothing(at: Ground, of: Of) -> None:
    ref = r.running(at, at.donors[:3])
    late = of(at.donors[3])
    post(late, f"/circles/{ref}/wait", {"display": "nickname"}, shown_at=f"/circles/{ref}/seat")
    leaver = of(at.donors[0])
    post(leaver, f"/circles/{ref}/leave", {}, shown_at=f"/circles/{ref}/leave")
    assert post(late, f"/circles/{ref}/offer/decline", {}, shown_at=f"/circles/{ref}/seat").location == "/seats"
    assert not r.offers_to(at.donors[3])


def test_the_room_is_for_members_and_staff_only(at: Ground, of: Of, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    travel(r.MAY)
    r.turn()
    inside = of(at.donors[0]).get(f"/circles/{ref}/room?lang=en").text
    mine, other = r.gifts(ref)
    assert f"/pledges/{mine.ref}" in inside
    assert other.ref not in inside
    assert of(at.donors[4]).get(f"/circles/{ref}/room").status_code == 404
    assert of(at.village.volunteer).get(f"/circles/{ref}/room").status_code == 200
    assert of(at.village.reviewer).get(f"/circles/{ref}/room").status_code == 200
    shown = of(at.donors[0]).get("/seats?lang=en").text
    assert "2026-05" in shown
    assert "post the parcel" in shown


def test_a_letter_with_a_number_is_refused_in_words_and_a_kind_one_waits(at: Ground, of: Of, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2], promise=r.LETTERS)
    travel(r.MAY)
    r.turn()
    writer = of(at.donors[0])
    room = f"/circles/{ref}/room"
    bad = post(writer, f"/circles/{ref}/letters?lang=en", {"text": "请打我电话13812345678"}, shown_at=room)
    assert bad.status_code == 422
    assert "13812345678" in bad.text
    assert "Please check the following" in bad.text
    assert post(writer, f"/circles/{ref}/letters", {"text": TEXT}, shown_at=room).location == room
    assert TEXT in writer.get(room).text
    assert TEXT not in of(at.donors[1]).get(room).text


def proposal(at: Ground) -> dict[str, str]:
    return r.FILLED_IN | {"point_ref": at.village.point}


def test_a_volunteer_proposes_and_another_agrees(at: Ground, of: Of) -> None:
    url = f"/households/{at.village.family.ref}/circle"
    field, township = of(at.village.volunteer), of(at.village.reviewer)
    assert url in field.get(f"/households/{at.village.family.ref}").text
    branded = post(field, url, proposal(at) | {"monthly_fen": "5000"}, shown_at=url)
    assert branded.status_code == 422
    assert 'value="每月一床棉被"' in branded.text
    done = post(field, url, proposal(at), shown_at=url)
    assert done.status_code == 303
    ref = str(done.location).split("/")[2]
    assert r.circle(ref).state == "proposed"
    assert f"/circles/{ref}/room" in field.get(url).text
    assert f"/reviews/circles/{ref}" in township.get("/reviews/circles").text
    assert "每月一床棉被" in township.get(f"/reviews/circles/{ref}").text
    shown = f"/reviews/circles/{ref}"
    assert post(township, f"{shown}/reject", {}, shown_at=shown).status_code == 422
    assert post(township, f"{shown}/approve", {}, shown_at=shown).location == "/reviews/circles"
    assert r.circle(ref).state == "forming"


def test_a_letter_a_month_needs_no_template(at: Ground, of: Of) -> None:
    url = f"/households/{at.village.family.ref}/circle"
    empty = dict.fromkeys(("title", "category", "reason_code", "monthly_fen", "point_ref"), "")
    done = post(of(at.village.volunteer), url, proposal(at) | empty | {"promise": "letter"}, shown_at=url)
    assert done.status_code == 303
    assert r.circle(str(done.location).split("/")[2]).promise_kind == "letter"


def test_letters_pass_the_reviewer_both_ways(at: Ground, of: Of, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2], promise=r.LETTERS)
    travel(r.MAY)
    r.turn()
    donor, field, township = of(at.donors[0]), of(at.village.volunteer), of(at.village.reviewer)
    room = f"/circles/{ref}/room"
    post(donor, f"/circles/{ref}/letters", {"text": TEXT}, shown_at=room)
    assert TEXT not in field.get(room).text
    found = re.search(r"/reviews/letters/\w+", township.get("/reviews/circles").text)
    assert found
    assert TEXT in township.get(found[0]).text
    assert post(township, f"{found[0]}/pass", {}, shown_at=found[0]).status_code == 303
    assert TEXT in field.get(room).text
    assert r.months(ref)[0] == ("2026-05", "kept", "")
    url = f"/circles/{ref}/seats/{r.seat_of(ref, at.donors[0]).ref}/letter"
    assert post(field, url, {"text": "谢谢你们。"}, shown_at=url).location == room
    assert "谢谢你们。" not in donor.get(room).text
    found = re.search(r"/reviews/letters/\w+", township.get("/reviews/circles").text)
    assert found
    assert post(township, f"{found[0]}/return", {"reason": "unclear"}, shown_at=found[0]).status_code == 303
    assert "It cannot be understood" in field.get(f"{room}?lang=en").text
    assert "谢谢你们。" not in donor.get(room).text


def test_the_family_refuses_a_person_and_then_the_circle_without_a_reason(at: Ground, of: Of) -> None:
    ref = r.running(at, at.donors[:3])
    field, url = of(at.village.volunteer), f"/circles/{ref}/family"
    seat = r.seat_of(ref, at.donors[0]).ref
    assert post(field, f"{url}/refuse/{seat}", {}, shown_at=url).location == url
    assert r.seat_of(ref, at.donors[0]).state == "ended"
    donor = of(at.donors[0])
    again = post(donor, f"/circles/{ref}/join?lang=en", {"display": "nickname"}, shown_at=f"/circles/{ref}/seat")
    assert "You cannot take a seat here" in again.text
    assert post(field, f"{url}/refuse", {}, shown_at=url).location == "/desk/circles"
    assert r.circle(ref).state == "refused"


def test_another_term_takes_the_word_of_all(at: Ground, of: Of, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    travel(datetime.fromisoformat("2027-03-10T02:00:00+00:00"))
    r.turn()
    donor, field, township = of(at.donors[0]), of(at.village.volunteer), of(at.village.reviewer)
    room, url, review = f"/circles/{ref}/room", f"/circles/{ref}/family", f"/reviews/circles/{ref}"
    assert post(donor, f"/circles/{ref}/again", {"agrees": "yes"}, shown_at=room).location == room
    assert "You said: yes." in donor.get(f"{room}?lang=en").text
    assert post(field, f"{url}/yes", {}, shown_at=url).location == url
    assert post(township, f"{review}/next-term", {}, shown_at=review).status_code == 303
    found = r.circle(ref)
    assert (found.household_agrees, found.reviewed_term, r.seat_of(ref, at.donors[0]).renews) == (True, 2, True)


def test_who_looked_at_the_next_term_does_not_record_the_familys_yes(at: Ground, of: Of, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    travel(datetime.fromisoformat("2027-03-10T02:00:00+00:00"))
    r.turn()
    township, url, review = of(at.village.reviewer), f"/circles/{ref}/family", f"/reviews/circles/{ref}"
    assert post(township, f"{review}/next-term", {}, shown_at=review).status_code == 303
    shown = post(township, f"{url}/yes?lang=en", {}, shown_at=url)
    assert (shown.status_code, "are for two people" in shown.text) == (409, True)
    assert r.circle(ref).household_agrees is None


def test_the_township_sees_circles_at_risk_with_their_uncovered_months(at: Ground, of: Of) -> None:
    ref = r.running(at, at.donors[:2])
    assert "No circle is at risk." in of(at.village.reviewer).get("/reviews/circles?lang=en").text
    leaver = of(at.donors[0])
    post(leaver, f"/circles/{ref}/leave", {}, shown_at=f"/circles/{ref}/leave")
    shown = of(at.village.reviewer).get("/reviews/circles?lang=en").text
    assert "Somebody leaves and nobody follows" in shown
    assert "2026-06 to 2027-04: 1" in shown
    assert of(at.donors[1]).get("/reviews/circles").status_code == 403


def test_a_familys_wish_leads_to_its_circle_but_a_childs_does_not(at: Ground, client: Client, travel: Travel) -> None:
    ref = r.running(at, at.donors[:2])
    travel(r.MAY)
    r.turn()
    [wish] = r.wishes(ref)
    assert f"/circles/{ref}" in client.get(f"/wishes/{wish.ref}").text
    with transaction() as tx:
        tx.session.execute(update(Wish).where(Wish.ref == wish.ref).values(beneficiary_kind="child"))
    assert f"/circles/{ref}" not in client.get(f"/wishes/{wish.ref}?again=1").text


def test_the_first_page_leads_a_stranger_to_the_circles(app: Flask) -> None:
    assert 'href="/circles"' in app.test_client().get("/").get_data(as_text=True)
