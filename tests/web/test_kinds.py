"""Hours and produce through the pages' and programs' doors: the wall by kind, the acts, and what a stranger reads."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor
from charity.domain.wishes import BeneficiaryKind
from charity.models.pledges import Pledge
from charity.models.produce import ProduceSale
from charity.services import accounts
from charity.services.pledges import plan
from charity.services.pledges.claim import claim
from charity.services.wishes import review, service
from tests.kit import harvest, hours
from tests.kit import village as v
from tests.kit.visits import signed_in

pytestmark = pytest.mark.backends("sqlite")
HOUSEHOLD, SITE = BeneficiaryKind.HOUSEHOLD, BeneficiaryKind.SITE


class Program:
    """A program with somebody's token."""

    def __init__(self, app: Flask, actor: Actor) -> None:
        end_reading()
        self.client, self.token = app.test_client(), accounts.make_token(actor, name="program")
        self.keys = 0

    def act(self, ref: str, act: str, **body: Any) -> TestResponse:
        self.keys += 1
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"key-{self.keys}-{act}"}
        return self.client.post(f"/api/v1/pledges/{ref}/{act}", json=body, headers=headers)


def state(ref: str) -> str:
    end_reading()
    return reading().scalars(select(Pledge.state).where(Pledge.ref == ref)).one()


def test_the_wall_shows_each_kind_and_no_price_for_an_hour(app: Flask) -> None:
    village = v.build()
    school = hours.add_school(village)
    lessons = hours.published(village, HOUSEHOLD, school.town_point)
    walnuts = harvest.wishes_of(harvest.listed(village, harvest.add_families(village, 0)))[0]
    page = app.test_client().get("/wishes?kind=service").get_data(as_text=True)
    assert lessons in page and walnuts not in page
    page = app.test_client().get("/wishes?kind=produce").get_data(as_text=True)
    assert walnuts in page and lessons not in page
    shown = app.test_client().get(f"/wishes/{lessons}?lang=en").get_data(as_text=True)
    assert "Repairs" in shown and "CN¥" not in shown and "人民路" not in shown
    assert app.test_client().get(f"/api/v1/wishes/{lessons}").json["unit_price_fen"] is None
    rows = app.test_client().get("/open/wishes.json").json
    assert {row["id"]: row["unit_price_fen"] for row in rows} == {lessons: None, walnuts: harvest.PRICE}


def test_hours_by_a_program(app: Flask) -> None:
    village = v.build()
    school = hours.add_school(village)
    hours.vet(village, village.donor)
    wish = hours.published(village, SITE, school.point)
    ref = claim(village.donor, wish, units=2).id
    donor, keeper = Program(app, village.donor), Program(app, school.keeper)
    assert donor.act(ref, "plan").json["code"] == "day-missing"
    assert donor.act(ref, "plan", day=hours.today().isoformat()).status_code == 200
    assert donor.act(ref, "send", hours=3).status_code == 422
    assert donor.act(ref, "send", hours=1).json["units"] == 1
    assert keeper.act(ref, "hand-over").json["code"] == "second-adult-missing"
    assert keeper.act(ref, "hand-over", second_adult=hours.TEACHER).status_code == 200
    assert Program(app, village.reviewer).act(ref, "confirm", basis="call-back").status_code == 200
    assert state(ref) == "confirmed"


def test_several_meetings_by_a_program_and_on_the_giver_s_page(app: Flask) -> None:
    village = v.build()
    school = hours.add_school(village)
    wish = hours.published(village, HOUSEHOLD, school.town_point)
    ref = claim(village.donor, wish, units=4).id
    donor, today = Program(app, village.donor), hours.today()
    days = [(today + timedelta(days=number)).isoformat() for number in (0, 7)]
    assert donor.act(ref, "plan", day=days[0], more_days=[days[0]]).json["code"] == "meeting-twice"
    assert donor.act(ref, "plan", day=days[0], more_days=days[1:]).status_code == 200
    assert donor.act(ref, "send", hours=1, people=2).json["code"] == "people-out-of-range"
    assert donor.act(ref, "send", hours=1).json["state"] == "planned"
    client = signed_in(app, village.donor)
    page = client.get(f"/pledges/{ref}?lang=en").get_data(as_text=True)
    assert "Meetings of this claim" in page and "hours: 1" in page
    assert "next meeting that is agreed" in client.get(f"/pledges/{ref}/hours?lang=en").get_data(as_text=True)
    assert client.get(f"/pledges/{ref}/day?lang=en").status_code == 200


def test_produce_by_a_program(app: Flask) -> None:
    village = v.build()
    wish = harvest.wishes_of(harvest.listed(village, harvest.add_families(village, 0)))[0]
    ref = claim(village.donor, wish, units=2).id
    donor, seller = Program(app, village.donor), Program(app, village.volunteer)
    assert donor.act(ref, "plan").status_code == 422
    where = {"recipient": harvest.BUYER_NAME, "phone": harvest.BUYER_PHONE, "address": harvest.BUYER_ADDRESS}
    assert donor.act(ref, "plan", **where).status_code == 200
    sent = {"courier": "sf", "tracking": "SF1239876540012", "income_fen": 5_000}
    assert donor.act(ref, "send", **sent).status_code == 404
    assert seller.act(ref, "send", **sent).status_code == 200
    assert seller.act(ref, "hand-over").status_code == 404
    assert donor.act(ref, "hand-over").status_code == 200
    reviewer = Program(app, village.reviewer)
    assert reviewer.act(ref, "confirm", basis="call-back").json["code"] == "income-missing"
    assert reviewer.act(ref, "confirm", basis="call-back", income_fen=5_500).status_code == 200
    end_reading()
    assert reading().scalars(select(ProduceSale.income_fen)).one() == 5_500


def test_a_batch_tells_totals_only_from_five_families_on(app: Flask) -> None:
    village = v.build()
    few = harvest.listed(village, harvest.add_families(village, 3))
    said = app.test_client().get(f"/batches/{few}?lang=en").get_data(as_text=True)
    assert "&lt;5" in said and said.count("not told for so few families") == 3
    with v.transaction() as tx:
        homes = [v.add_family(tx, village.volunteer).ref for _ in range(5)]
    many = harvest.listed(village, homes)
    said = app.test_client().get(f"/batches/{many}?lang=en").get_data(as_text=True)
    assert "100" in said and said.count("not told for so few families") == 1  # nobody has earned yet
    assert "青竹" not in said and "桃花坞" not in said
    desk = signed_in(app, village.volunteer).get(f"/desk/produce/{many}").get_data(as_text=True)
    assert desk.count("青竹") == 5
    assert signed_in(app, village.donor).get(f"/desk/produce/{many}").status_code in (403, 404)
    assert app.test_client().get("/batches/0000000000000").status_code == 404


def test_a_repeated_press_reserves_once(app: Flask) -> None:
    village = v.build()
    wish = harvest.wishes_of(harvest.listed(village, harvest.add_families(village, 0)))[0]
    ref = claim(village.donor, wish, units=2).id
    browser = signed_in(app, village.donor)
    page = browser.get(f"/pledges/{ref}/reserve").get_data(as_text=True)
    hidden = {name: page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0] for name in ("csrf_token", "once")}
    where = {"recipient": harvest.BUYER_NAME, "phone": harvest.BUYER_PHONE, "address": harvest.BUYER_ADDRESS}
    for _ in range(2):
        answer = browser.post(f"/pledges/{ref}/reserve", data=hidden | where)
        assert answer.status_code == 302, answer.get_data(as_text=True)[-600:]
    assert state(ref) == "planned"


def test_a_draft_of_hours_is_kept_corrected_and_handed_in(app: Flask) -> None:
    village = v.build()
    school = hours.add_school(village)
    ref = service.draft_service(
        village.volunteer,
        SITE,
        village.site,
        need=hours.need(SITE, school.point),
        terms=hours.terms(adult=""),
    )
    browser = signed_in(app, village.volunteer)
    moved = browser.get(f"/desk/wishes/{ref}/edit")
    assert moved.status_code == 302 and moved.location.endswith(f"/desk/wishes/service/{ref}/edit")
    assert browser.get(moved.location).status_code == 200
    service.resubmit_service(village.volunteer, ref, need=hours.need(SITE, school.point, hours=8), terms=hours.terms())
    review.approve(village.reviewer, ref, checks=v.CHECKS)
    hours.vet(village, village.donor, until=hours.today() + timedelta(days=90))
    pledge = claim(village.donor, ref, units=8).id
    plan.plan(village.donor, pledge, day=hours.today())
    assert hours.TEACHER not in signed_in(app, village.donor).get(f"/pledges/{pledge}").get_data(as_text=True)
    assert hours.TEACHER in signed_in(app, village.reviewer).get(f"/reviews/wishes/{ref}").get_data(as_text=True)
