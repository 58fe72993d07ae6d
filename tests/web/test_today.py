"""The volunteer's day: one page that shows what waits, and several things done with one press, each by itself."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Role
from charity.domain.wishes import BeneficiaryKind
from charity.models.households import Consent
from charity.models.pledges import PledgeStep
from charity.models.wishes import Wish
from charity.queries import today
from charity.queries.today import get_today
from charity.services.circles import letters
from charity.services.pledges import send
from tests.kit import hours, ring
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.visits import post, signed_in
from tests.services import town as t
from tests.services.test_hours import agreed
from tests.services.test_pledges_life import brought_to
from tests.services.test_produce import reserved
from tests.services.town import MONDAY, Town

pytestmark = pytest.mark.backends("sqlite")
HERE = "/desk/today"
TOKENS = re.compile(r'name="(csrf_token|once)" value="([^"]*)"')


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def part(client: Client, name: str) -> str:
    """Give the part of the page under one heading, in English."""
    text = client.get(f"{HERE}?lang=en").text
    return text.partition(f'id="{name}"')[2].partition("</section>")[0]


def test_it_is_where_a_volunteer_lands_and_shows_what_waits(app: Flask, town: Town) -> None:
    found = {state: brought_to(town, state)[0] for state in ("planned", "sent", "at_point", "handed_over", "confirmed")}
    client = signed_in(app, town.volunteer)
    assert client.get("/sign-in").headers["Location"] == HERE
    places = {"collect": "sent", "hand-over": "at_point", "chase": "handed_over"}
    for name, state in places.items():
        shown = part(client, name)
        assert {key for key, ref in found.items() if ref in shown} == {state}, name
    assert "1 slip is missing" in part(client, "chase")
    assert "Head" not in client.get(HERE).text.replace("<head>", "")
    other = signed_in(app, t.person((Role.VOLUNTEER, "990101002")))
    assert not [ref for ref in found.values() if ref in other.get(HERE).text]
    assert signed_in(app, t.person()).get(HERE).status_code == 403


def test_several_are_taken_in_and_handed_over_with_one_press_each(app: Flask, town: Town) -> None:
    refs = [brought_to(town, "sent")[0] for _ in range(3)]
    client = signed_in(app, town.volunteer)
    done = post(client, f"{HERE}/receive", {"refs": refs[:2]}, shown_at=HERE)
    assert (done.status_code, done.headers["Location"]) == (303, HERE)
    assert [t.pledge_row(ref).state for ref in refs] == ["at_point", "at_point", "sent"]
    assert post(client, f"{HERE}/hand-over", {"refs": refs[:2]}, shown_at=HERE).status_code == 303
    assert [t.pledge_row(ref).state for ref in refs] == ["handed_over", "handed_over", "sent"]
    nothing = post(client, f"{HERE}/receive", {}, shown_at=HERE)
    assert nothing.status_code == 422 and "请至少勾选一行" in nothing.text


def test_each_stands_by_itself_and_the_page_says_what_was_not_done(app: Flask, town: Town) -> None:
    good, early = brought_to(town, "at_point")[0], brought_to(town, "sent")[0]
    foreign = "0000000000000"
    client = signed_in(app, town.volunteer)
    answer = post(client, f"{HERE}/hand-over?lang=en", {"refs": [good, early, foreign]}, shown_at=HERE)
    assert answer.status_code == 409
    assert [t.pledge_row(ref).state for ref in (good, early)] == ["handed_over", "sent"]
    told = answer.text.partition('role="alert"')[2].partition("</div>")[0]
    assert "1 done, these not" in told and t.pledge_row(early).parcel_code in told and foreign in told
    assert t.pledge_row(good).parcel_code not in told


def test_the_same_press_twice_is_one_receipt_of_each(app: Flask, town: Town) -> None:
    refs = [brought_to(town, "sent")[0] for _ in range(2)]
    client = signed_in(app, town.volunteer)
    data = dict(TOKENS.findall(client.get(HERE).text)) | {"refs": refs}
    first, again = (client.post(f"{HERE}/receive", data=data) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    for ref in refs:
        number = t.pledge_row(ref).id
        steps = select(PledgeStep.act).where(PledgeStep.pledge_id == number, PledgeStep.act == "receive")
        assert len(reading().execute(steps).all()) == 1


def test_a_pledge_of_another_place_looks_missing_and_stays(app: Flask, town: Town) -> None:
    ref, _, _ = brought_to(town, "sent")
    stranger = signed_in(app, t.person((Role.VOLUNTEER, "990101002")))
    answer = post(stranger, f"{HERE}/receive", {"refs": [ref]}, shown_at="/account")
    assert answer.status_code == 409 and t.pledge_row(ref).state == "sent"
    gone = post(stranger, f"{HERE}/receive", {"refs": ["0000000000000"]}, shown_at="/account")
    assert answer.text.count(ref) == gone.text.count("0000000000000") == 1


def test_wishes_are_renewed_and_ending_consents_lead_to_their_family(app: Flask) -> None:
    village = v.build()
    wish = v.published(village, v.BOOKS)
    with transaction() as tx:
        soon = tx.now + timedelta(days=3)
        tx.session.execute(update(Wish).where(Wish.ref == wish).values(act_by=soon))
        ends = update(Consent).where(Consent.household_id == village.family.id)
        tx.session.execute(ends.values(valid_until=date(2099, 1, 1)))
        one = select(Consent.id).where(Consent.household_id == village.family.id).limit(1).scalar_subquery()
        tx.session.execute(update(Consent).where(Consent.id == one).values(valid_until=soon.date()))
    client = signed_in(app, village.volunteer)
    shown = part(client, "renew")
    assert wish in shown and "1 consent" in shown and f"/households/consents?of={village.family.ref}" in shown
    asked = client.get(f"/households/consents?of={village.family.ref}&lang=en").get_data(as_text=True)
    assert "Ask again" in asked and "Consents of all families that end soon" in asked
    assert "Ask again" not in client.get("/households/consents?of=0000000000000&lang=en").get_data(as_text=True)
    done = post(client, f"{HERE}/renew", {"refs": [wish]}, shown_at=HERE)
    assert done.status_code == 303, done.text[-1500:]
    assert wish not in part(client, "renew")
    row = reading().execute(select(Wish.act_by).where(Wish.ref == wish)).scalar_one()
    assert row is not None and row > soon + timedelta(days=60)


def test_no_number_of_drafts_hides_what_is_to_be_renewed(app: Flask) -> None:
    village = v.build()
    wish = v.published(village, v.BOOKS)
    with transaction() as tx:
        tx.session.execute(update(Wish).where(Wish.ref == wish).values(act_by=tx.now + timedelta(days=3)))
        row = tx.session.execute(select(*Wish.__table__.c).where(Wish.ref == wish)).one()._asdict()
        del row["id"]
        new = {"state": "draft", "act_by": None, "published_at": None, "reviewer_id": None}
        drafts = [row | new | {"ref": f"{number:013}"} for number in range(40)]
        tx.session.execute(insert(Wish), [*drafts, row | new | {"ref": "9" * 13, "state": "returned"}])
    today = get_today(village.volunteer)
    assert [found.ref for found in today.wishes] == [wish]
    assert today.returned == 1
    end_reading()


def test_letters_to_bring_stand_there(app: Flask, travel: Callable[[datetime], None]) -> None:
    travel(ring.APRIL)
    at = ring.ground()
    circle = ring.running(at, at.donors[:2], promise=ring.LETTERS)
    travel(ring.MAY)
    ring.turn()
    client = signed_in(app, at.village.volunteer)
    assert "Letters to bring" not in client.get(f"{HERE}?lang=en").get_data(as_text=True)
    letter = letters.write(at.donors[0], circle, text="天气冷了,请多保重。我们一切都好。")
    letters.pass_on(at.village.reviewer, letter)
    assert f"/circles/{circle}/letters/{letter}/brought" in part(client, "bring")


def test_hours_to_attest_and_produce_to_ship_stand_there_with_their_links(
    app: Flask, travel: Callable[[datetime], None]
) -> None:
    travel(MONDAY)
    place = v.build()
    school = hours.add_school(place)
    given = agreed(place, hours.published(place, BeneficiaryKind.HOUSEHOLD, school.town_point))
    bought = reserved(place)
    travel(MONDAY + timedelta(days=2))
    keeper, seller = signed_in(app, school.town_keeper), signed_in(app, place.volunteer)
    assert given not in keeper.get(HERE).text  # not given yet
    send.send(place.donor, given, hours=3)
    for client, link, other in (
        (keeper, f"/desk/parcels/{given}/attest", bought),
        (seller, f"/desk/orders/{bought}/ship", given),
    ):
        page = client.get(HERE).text
        assert f'href="{link}"' in page and other not in page
        assert client.get(link).status_code == 200
    send.send(place.volunteer, bought, courier="sf", tracking="SF1239876540012", income_fen=80_00)
    assert bought not in seller.get(HERE).text


def test_hours_that_are_cut_off_the_day_name_the_way_to_all_of_them(
    app: Flask, travel: Callable[[datetime], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    travel(MONDAY)
    place = v.build()
    school = hours.add_school(place)
    given = agreed(place, hours.published(place, BeneficiaryKind.HOUSEHOLD, school.town_point))
    travel(MONDAY + timedelta(days=2))
    send.send(place.donor, given, hours=3)
    keeper, way = signed_in(app, school.town_keeper), 'href="/desk/parcels#to-attest"'
    assert given in part(keeper, "attest") and way not in part(keeper, "attest")  # control: nothing is cut
    whole = today.get_today
    monkeypatch.setattr("charity.web.volunteer.today.get_today", lambda who: replace(whole(who), more_attest=True))
    assert way in part(keeper, "attest")
    assert 'id="to-attest"' in keeper.get("/desk/parcels").text
