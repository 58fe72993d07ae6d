"""The pages of the goods life, without script, from the claim to the confirmed wish; each act through its form."""

import io
import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from charity.adapters.db import end_reading, reading
from charity.domain.actors import Role
from charity.models.cases import Case
from charity.services.pledges.cases import dispute
from charity.services.pledges.claim import claim
from charity.services.pledges.rule import rule
from charity.services.wishes.ending import withdraw
from tests.kit.client import Client
from tests.kit.visits import signed_in
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, Town

HIDDEN = re.compile(r'name="(csrf_token|once)" value="([^"]*)"')


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def post(client: Client, shown_at: str, action: str, **data: object) -> TestResponse:
    """Send a form of a page, with its hidden fields."""
    shown = client.get(shown_at)
    assert shown.status_code == 200, (shown_at, shown.status_code, shown.text[-2000:])
    hidden = dict(HIDDEN.findall(shown.text))
    return client.post(action, data={**hidden, **data})


def ok(answer: TestResponse, to: str) -> str:
    assert answer.status_code == 302, answer.text[-3000:]
    assert answer.headers["Location"].startswith(to), answer.headers["Location"]
    return answer.headers["Location"]


def test_the_whole_way_through_the_pages(app: Flask, town: Town) -> None:
    donor, wish = t.person(), t.wish(town)
    giver = signed_in(app, donor)
    assert giver.get(f"/wishes/{wish}").status_code == 200
    mine = ok(post(giver, f"/wishes/{wish}/claim", f"/wishes/{wish}/claim", units="1", display="name"), "/pledges/")
    ref = mine.rsplit("/", 1)[1]
    assert giver.get("/pledges").status_code == 200
    assert giver.get(f"{mine}/slip").status_code == 302
    ok(post(giver, f"{mine}/plan", f"{mine}/plan", method="shop"), mine)
    assert "1 Main Street" not in giver.get(mine).text
    ok(post(giver, mine, f"{mine}/slip"), f"{mine}/slip")
    slip = giver.get(f"{mine}/slip")
    assert "1 Main Street" in slip.text and slip.headers["Cache-Control"] == "no-store"
    ok(post(giver, mine, f"{mine}/extend"), mine)
    wrong = post(giver, f"{mine}/send", f"{mine}/send", courier="sf", tracking="?")
    assert wrong.status_code == 422 and 'value="?"' in wrong.text
    ok(post(giver, f"{mine}/send", f"{mine}/send", courier="sf", tracking="SF1234567890123"), mine)
    ok(post(giver, f"{mine}/parcel", f"{mine}/parcel", courier="ems", tracking="1234567890123"), mine)

    keeper = signed_in(app, town.volunteer)
    there = f"/desk/parcels/{ref}"
    code = t.pledge_row(ref).parcel_code
    assert ref in keeper.get("/desk/parcels", query_string={"code": code}).text
    assert ref not in keeper.get("/desk/parcels?code=NOTHING1").text
    ok(post(keeper, f"{there}/receive", f"{there}/receive", units="1"), there)
    ok(post(keeper, there, f"{there}/undo"), there)
    ok(post(keeper, f"{there}/receive", f"{there}/receive", units="1"), there)
    ok(post(keeper, there, f"{there}/hand-over"), there)
    bad = post(keeper, f"{there}/code", f"{there}/code", code="123456")
    assert bad.status_code == 422
    ok(post(keeper, there, f"{there}/send-code"), f"{there}/code")
    picture = io.BytesIO()
    Image.effect_noise((400, 300), 60).convert("RGB").save(picture, "JPEG")
    picture.seek(0)
    without = post(keeper, f"{there}/slip", f"{there}/slip", witness="W", witness_role="neighbour")
    assert without.status_code == 422
    ok(
        post(keeper, f"{there}/slip", f"{there}/slip", witness="W", witness_role="other", photo=(picture, "slip.jpg")),
        there,
    )

    clerk = signed_in(app, town.reviewer)
    assert ref in clerk.get("/confirmations").text
    desk = clerk.get(f"/confirmations/{ref}").text
    image = re.search(r'src="(/confirmations/[^"]+)"', desk)
    assert image is not None
    assert clerk.get(image[1]).content_type == "image/webp"
    assert signed_in(app, donor).get(image[1]).status_code in (403, 404)
    page = f"/confirmations/{ref}"
    half = post(clerk, page, f"{page}/confirm", basis="slip", checks=["matches"])
    assert half.status_code == 422 and t.pledge_row(ref).state == "handed_over"
    ok(post(clerk, page, f"{page}/confirm", basis="slip", checks=["matches", "witness"]), "/confirmations")
    assert t.pledge_row(ref).state == "confirmed"
    ok(post(keeper, f"{there}/thank", f"{there}/thank", phrase="thanks"), there)
    for language in ("zh", "en"):
        assert giver.get(f"{mine}?lang={language}").status_code == 200
    assert signed_in(app, t.person()).get(mine).status_code == 404


def test_cancelling_disputing_ruling_appealing(app: Flask, town: Town) -> None:
    ref, _, donor = brought_to(town, "held")
    giver = signed_in(app, donor)
    ok(post(giver, f"/pledges/{ref}", f"/pledges/{ref}/cancel"), f"/pledges/{ref}")
    assert giver.get("/pledges?ended=1").text.count(ref) == 1
    sent, _, other = brought_to(town, "sent")
    giver = signed_in(app, other)
    page = f"/pledges/{sent}/dispute"
    assert post(giver, page, page).status_code == 422
    ok(post(giver, page, page, reason="not-arrived", words="Where is it?"), f"/pledges/{sent}")
    auditor = signed_in(app, town.auditor)
    found = re.search(r"/audit/cases/([0-9a-z]{13})", auditor.get("/audit/cases").text)
    assert found is not None
    case = found[0]
    assert signed_in(app, t.person((Role.AUDITOR, "990102"))).get(case).status_code == 404
    assert post(auditor, case, f"{case}/rule", ruling="refuted", grounds="").status_code == 422
    ok(post(auditor, case, f"{case}/rule", ruling="refuted", grounds="Never sent."), case)
    assert "Never sent." in giver.get(f"/pledges/{sent}").text
    page = f"/pledges/{sent}/appeal"
    ok(post(giver, page, page, grounds="I did."), f"/pledges/{sent}")
    assert auditor.get("/audit/cases?ruled=1").status_code == 200


def test_a_volunteer_and_a_reviewer_may_appeal_too(app: Flask, town: Town) -> None:
    for who, there in ((town.volunteer, "/desk/parcels"), (town.reviewer, "/confirmations")):
        ref, _, donor = brought_to(town, "sent")
        dispute(donor, ref, reason="not-arrived")
        rule(town.auditor, ref, ruling="former", grounds="It will come.")
        page = f"{there}/{ref}/appeal"
        client = signed_in(app, who)
        assert page in client.get(f"{there}/{ref}").text
        assert post(client, page, page, grounds="").status_code == 422
        ok(post(client, page, page, grounds="It will not."), f"{there}/{ref}")
        assert page not in client.get(f"{there}/{ref}").text


def test_the_waiting_list(app: Flask, town: Town) -> None:
    first, second = t.person(), t.person()
    wish = t.wish(town)
    ref = claim(first, wish, units=1).id
    waiter = signed_in(app, second)
    full = post(waiter, f"/wishes/{wish}/queue", f"/wishes/{wish}/queue", units="1")
    ok(full, "/pledges")
    giver = signed_in(app, first)
    ok(post(giver, f"/pledges/{ref}", f"/pledges/{ref}/cancel"), f"/pledges/{ref}")
    (offer,) = t.open_offers(wish)
    page = f"/offers/{offer.ref}"
    assert page in waiter.get("/pledges").text
    assert giver.get(page).status_code == 404
    ok(post(waiter, page, f"{page}/accept", display="anonymous"), "/pledges/")
    gone = post(giver, f"/wishes/{wish}/queue", f"/wishes/{wish}/claim", units="1", display="name")
    assert gone.status_code == 409


def test_a_concern_from_a_visitor(app: Flask, town: Town, client: Client) -> None:
    wish = t.wish(town)
    page = f"/concern?page=/wishes/{wish}"
    wrong = post(client, page, "/concern", reason="privacy", words="")
    assert wrong.status_code == 422
    done = post(client, page, "/concern", reason="privacy", words="I know them.", page=f"/wishes/{wish}")
    number = ok(done, "/concern/done?number=").rsplit("=", 1)[1]
    assert number in client.get(f"/concern/done?number={number}").text
    assert number in signed_in(app, town.auditor).get("/audit/cases").text


def test_a_concern_from_the_foot_of_a_list_says_by_its_address_what_it_is_about(town: Town, client: Client) -> None:
    wish = t.wish(town)
    assert 'name="where"' not in client.get(f"/concern?page=/wishes/{wish}").text
    address = f"/wishes/{wish}?from=wall"
    for told, found in ((f"http://circle.test{address}", f"/wishes/{wish}"), ("什么地方", "/wishes")):
        done = post(
            client, "/concern?page=/wishes", "/concern", reason="privacy", words="!", page="/wishes", where=told
        )
        number = ok(done, "/concern/done?number=").rsplit("=", 1)[1]
        end_reading()
        assert reading().scalar(select(Case.page).where(Case.ref == number)) == found


def test_overdue_and_checks_on_the_townships_desk(app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    from charity.services.pledges.acknowledge import acknowledge

    monkeypatch.setattr("charity.services.pledges.acknowledge.is_drawn_for_check", lambda keyed: True)
    t.card(town, "111111")
    ref, _, _ = brought_to(town, "handed_over")
    acknowledge(town.volunteer, ref, code="111111")
    printer = signed_in(app, town.printer)
    assert ref not in printer.get("/confirmations").text
    clerk = signed_in(app, town.reviewer)
    assert ref in clerk.get("/confirmations").text
    page = f"/confirmations/{ref}"
    ok(post(clerk, page, f"{page}/check", outcome="true"), "/confirmations")
    ok(post(clerk, f"{page}/dispute", f"{page}/dispute", reason="misuse"), "/confirmations")


def test_a_wish_taken_down_under_ones_hands_says_so(app: Flask, town: Town) -> None:
    wish = t.wish(town)
    giver = signed_in(app, t.person())
    hidden = dict(HIDDEN.findall(giver.get(f"/wishes/{wish}/claim").text))
    withdraw(town.poster, wish, reasons=["no-longer-needed"])
    late = giver.post(f"/wishes/{wish}/claim", data={**hidden, "units": "1", "display": "name"})
    assert late.status_code == 409 and "心愿已撤下" in late.text


def test_nobody_is_invited_to_claim_more_than_is_free(app: Flask, town: Town) -> None:
    giver, wish = signed_in(app, t.person()), t.wish(town, wanted=7)
    shown = giver.get(f"/wishes/{wish}/claim").text
    assert re.search(r'<input[^>]*name="units"[^>]*>', shown)[0].count('max="7"') == 1  # type: ignore[index]
    ok(post(giver, f"/wishes/{wish}/claim", f"/wishes/{wish}/claim", units="4", display="name"), "/pledges/")
    other = signed_in(app, t.person())
    shown = other.get(f"/wishes/{wish}/claim").text
    assert re.search(r'<input[^>]*name="units"[^>]*>', shown)[0].count('max="3"') == 1  # type: ignore[index]
    late = post(other, f"/wishes/{wish}/claim", f"/wishes/{wish}/claim", units="4", display="name")
    assert late.status_code == 409  # what is free at last is judged by the claim
