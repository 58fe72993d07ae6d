"""Circles of hours and of produce through the web door: proposed, looked at, joined, and each month's next step."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor
from charity.domain.kinds import Kind
from charity.models.circles import Circle, CircleTerms
from charity.models.programmes import Programme
from tests.kit import charities as o
from tests.kit import harvest
from tests.kit import hours as h
from tests.kit import listed as li
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.listed import County
from tests.kit.ring import Ground
from tests.kit.visits import post, signed_in
from tests.web.test_circle_lists import csv

pytestmark = pytest.mark.backends("sqlite")
Travel = Callable[[datetime], None]
Of = Callable[[Actor], Client]
HOURS = r.FILLED_IN | {
    "promise": "service",
    "title": "每月上门修修补补",
    "category": "",
    "monthly_fen": "",
    "reason_code": "old-alone",
    "subject": "repairs",
    "hours": "3",
    "mode": "on-site",
}
PRODUCE = r.FILLED_IN | {
    "promise": "produce",
    "title": "今秋核桃",
    "category": "",
    "monthly_fen": "30",
    "reason_code": "",
    "unit_label": "kilogram",
    "product": "walnuts",
    "quantity": "3",
    "every": "1",
    "shipping": "seller",
}


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


@pytest.fixture
def of(app: Flask) -> Of:
    return lambda who: signed_in(app, who)


def opened(at: Ground, of: Of, fields: dict[str, str]) -> str:
    """Propose a circle by the form and let the township agree on its page."""
    url = f"/households/{at.village.family.ref}/circle"
    done = post(of(at.village.volunteer), url, fields, shown_at=url)
    assert done.status_code == 303, done.text
    ref = str(done.location).split("/")[2]
    shown = f"/reviews/circles/{ref}"
    assert post(of(at.village.reviewer), f"{shown}/approve", {}, shown_at=shown).location == "/reviews/circles"
    return ref


def take(of: Of, who: Actor, ref: str) -> None:
    done = post(of(who), f"/circles/{ref}/join", {"display": "nickname"}, shown_at=f"/circles/{ref}/seat")
    assert done.location == f"/circles/{ref}/room", done.text


def test_hours_from_the_form_to_the_kept_month(at: Ground, of: Of, client: Client, travel: Travel) -> None:
    school = h.add_school(at.village)
    ref = opened(at, of, HOURS | {"point_ref": school.town_point})
    said = client.get(f"/circles/{ref}?lang=en").text
    assert "Hours each month: 每月上门修修补补 · Repairs · 3 hours a month · On site" in said
    assert "¥" not in said.split("Each seat promises")[1].split("</dd>")[0]  # an hour has no price
    assert "云桥省慈善会" in said
    assert "you agree on a day" in of(at.donors[0]).get(f"/circles/{ref}/seat?lang=en").text
    for donor in at.donors[:2]:
        take(of, donor, ref)
    travel(r.MAY)
    r.turn()
    donor, gift = of(at.donors[0]), r.gifts(ref)[0]
    mine = donor.get("/seats?lang=en").text
    assert "agree on a day" in mine
    assert f"/pledges/{gift.ref}" in mine
    url = f"/pledges/{gift.ref}/day"
    day = (h.today() + timedelta(days=1)).isoformat()
    assert post(donor, url, {"day": day}, shown_at=url).status_code in (302, 303)
    assert "give the hours and log them" in donor.get("/seats?lang=en").text
    travel(r.MAY + timedelta(days=1))
    url = f"/pledges/{gift.ref}/hours"
    assert post(donor, url, {"hours": "3"}, shown_at=url).status_code in (302, 303)
    shown = donor.get(f"/circles/{ref}/room?lang=en").text
    assert "Hours given, to be attested" in shown
    (wish,) = r.wishes(ref)
    assert "6 × hour" in client.get(f"/wishes/{wish.ref}?lang=en").text
    assert f"/pledges/{gift.ref}" in shown


def test_lessons_show_who_sits_beside_them_to_staff_alone(at: Ground, of: Of, client: Client) -> None:
    school = h.add_school(at.village)
    lessons = HOURS | {"subject": "maths", "point_ref": school.point, "second_adult": h.TEACHER}
    url = f"/households/{at.village.family.ref}/circle?lang=en"
    alone = post(of(at.village.volunteer), url, lessons | {"second_adult": ""}, shown_at=url)
    assert alone.status_code == 422
    ref = opened(at, of, lessons)
    assert h.TEACHER in of(at.village.reviewer).get(f"/reviews/circles/{ref}").text
    for page in (f"/circles/{ref}?lang=en", f"/circles/{ref}/seat?lang=en"):
        shown = of(at.donors[0]).get(page).text
        assert "Only whoever was vetted can take a seat" in shown
        assert h.TEACHER not in shown
    assert h.TEACHER not in client.get(f"/circles/{ref}").text
    refused = post(of(at.donors[0]), f"/circles/{ref}/join", {"display": "nickname"}, shown_at=f"/circles/{ref}/seat")
    assert refused.status_code == 403
    h.vet(at.village, at.donors[0])
    take(of, at.donors[0], ref)


def test_produce_from_the_form_to_the_reserved_purchase(at: Ground, of: Of, client: Client, travel: Travel) -> None:
    with transaction() as tx:
        v.add_programme(tx, code="HARVEST", kind=Kind.PRODUCE)
    ref = opened(at, of, PRODUCE)
    said = client.get(f"/circles/{ref}?lang=en").text
    assert "今秋核桃 · Walnuts · 3 × kilogram · every month · CN¥90" in said
    assert "CN¥90" in client.get("/circles?lang=en").text
    for donor in at.donors[:2]:
        take(of, donor, ref)
    travel(r.MAY)
    r.turn()
    donor, gift = of(at.donors[0]), r.gifts(ref)[0]
    assert "reserve, and say where to ship it" in donor.get("/seats?lang=en").text
    url = f"/pledges/{gift.ref}/reserve"
    where = {"recipient": harvest.BUYER_NAME, "phone": harvest.BUYER_PHONE, "address": harvest.BUYER_ADDRESS}
    assert post(donor, url, where, shown_at=url).status_code in (302, 303)
    assert "The village ships what you reserved" in donor.get("/seats?lang=en").text
    field = of(at.village.volunteer)
    assert gift.ref in field.get("/desk/today").text
    assert harvest.BUYER_ADDRESS not in field.get(f"/circles/{ref}/room").text


def test_a_list_opens_circles_of_hours_and_of_produce_but_of_no_lessons(app: Flask, of: Of) -> None:
    at = li.county(2)
    with transaction() as tx:
        for code, kind in (("HOURS", Kind.SERVICE), ("HARVEST", Kind.PRODUCE)):
            v.add_programme(tx, code=code, region=v.COUNTY, kind=kind)
    of_hours, of_produce = programme("HOURS"), programme("HARVEST")
    refused = bring(at, of, of_hours, HOURS | {"subject": "maths"})
    assert (refused.status_code, "maths" in refused.text) == (422, False)
    assert bring(at, of, of_produce, HOURS).status_code == 422  # another kind's programme
    for programme_ref, fields, words in (
        (of_hours, HOURS, "Repairs · 3 hours a month"),
        (of_produce, PRODUCE, "Walnuts · 3 × kilogram"),
    ):
        done = bring(at, of, programme_ref, fields)
        assert done.status_code == 303, done.text
        url = str(done.location)
        office, ref = of(at.office), url.split("/")[3]
        assert words in office.get(f"{url}?lang=en").text
        if programme_ref == of_produce:
            continue
        assert post(office, f"{url}/submit", {}, shown_at=url).status_code == 303
        look = f"/reviews/lists/{ref}"
        assert post(of(at.county_reviewer), f"{look}/agree", {}, shown_at=look).location == "/reviews/lists"
        li.carry_all()
        assert words in app.test_client().get(f"/join/{li.code(ref)}?lang=en").text
        found = li.circles(ref)
        assert [(one.promise_kind, one.category, one.unit_label) for one in found] == [
            ("service", "home-help", "hour")
        ] * 2
        assert {terms_of(one).units for one in found} == {3}


def programme(code: str) -> str:
    end_reading()
    return reading().scalars(select(Programme.ref).where(Programme.code == code)).one()


def terms_of(circle: Circle) -> CircleTerms:
    return reading().get_one(CircleTerms, circle.id)


def bring(at: County, of: Of, programme_ref: str, fields: dict[str, str]):  # type: ignore[no-untyped-def]
    url = f"/admin/programmes/{programme_ref}/lists/new"
    data = fields | {"file": (io.BytesIO(csv(at)), "list.csv")}
    return post(of(at.office), f"{url}?lang=en", data, shown_at=url)


def test_an_organisation_nobody_verified_reads_why_it_takes_no_seat(at: Ground, of: Of) -> None:
    ref = r.formed(at)
    nobody = of(h.organisation())
    shown = post(nobody, f"/circles/{ref}/join?lang=en", {"display": "nickname"}, shown_at=f"/circles/{ref}/seat")
    assert shown.status_code == 403
    assert "Only a verified organisation can hold a seat" in shown.text
    team = o.acting(at.donors[0], o.verified(at.donors[0], at.village.administrator, "云桥慈善会", 1, v.COUNTY))
    assert post(of(team), f"/circles/{ref}/join", {"display": "nickname"}, shown_at=f"/circles/{ref}/seat").location
