"""The county's pool on its pages: a reviewer of the next township finds and takes just what waits, nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from charity.adapters.db import transaction
from charity.domain.actors import Actor, Role
from charity.domain.sides import Side
from charity.services.pledges.acknowledge import acknowledge
from charity.services.register import cards, households
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.visits import post, signed_in
from tests.services import town as t
from tests.services.test_county_pool import at, dismiss, number_of, stand, without_field
from tests.services.test_pledges_life import brought_to
from tests.services.town import MONDAY, Town

Travel = Callable[[datetime], None]
LATER = MONDAY + timedelta(days=4)


@pytest.fixture
def town(app: Flask, travel: Travel) -> Town:
    travel(MONDAY)
    return t.found_town()


def statuses(client: Client, *paths: str) -> set[int]:
    return {client.get(path).status_code for path in paths}


def test_a_family_of_the_pool(app: Flask, travel: Travel) -> None:
    travel(MONDAY)
    village = v.build()
    cards.print_card(village.second, village.family.ref)  # of this family nothing waits
    with transaction() as tx:
        neighbour: Actor = v.add_person(tx, (Role.REVIEWER, "990101002"))
        home = v.add_family(tx, village.volunteer, verified=False).ref
    client, page, other = signed_in(app, neighbour), f"/households/{home}", f"/households/{village.family.ref}"
    assert statuses(client, page, other) == {404}
    assert home not in client.get("/households").text
    stand(number_of(home), Side.FIELD, village.reviewer, village.second)
    at(days=3, seconds=1)
    travel(LATER)
    client = signed_in(app, neighbour)
    assert f"/households/{home}" in client.get("/households").text
    shown = client.get(page).text
    assert "/verify" in shown and "/card" not in shown and "/consents/new" not in shown and "欧阳建国" not in shown
    assert shown.count("<option") == 2  # nothing chosen, and the review
    inside = (f"{page}/log", f"{page}/consents/new", f"{page}/members/new", f"{page}/facts/wages", other)
    assert statuses(client, *inside) <= {403, 404}
    wrong = post(client, f"{page}/open", {"purpose": "visit"}, shown_at=page)
    assert wrong.status_code in (403, 422) and "欧阳建国" not in client.get(page).text
    assert post(client, f"{page}/open", {"purpose": "review"}, shown_at=page).status_code == 303
    assert "欧阳建国" in client.get(page).text
    done = post(client, f"{page}/verify", shown_at=page)
    assert (done.status_code, done.headers["Location"]) == (303, "/households")
    assert statuses(client, page) == {404}
    log = signed_in(app, village.reviewer).get(f"{page}/log?lang=en").text
    assert ">Review<" in log


def test_a_card_of_the_pool(app: Flask, travel: Travel) -> None:
    travel(MONDAY)
    village = v.build()
    with transaction() as tx:
        neighbour: Actor = v.add_person(tx, (Role.REVIEWER, "990101002"))
        home = v.add_family(tx, village.volunteer, verified=False).ref
    households.verify(village.reviewer, home)
    client, page = signed_in(app, neighbour), f"/households/{home}/card"
    assert statuses(client, page) == {404}
    dismiss(village.reviewer, village.second)
    at(days=3, seconds=1)
    travel(LATER)
    client = signed_in(app, neighbour)
    shown = client.get(f"/households/{home}").text
    assert page in shown and "/verify" not in shown and "/open" not in shown  # nobody's file is needed
    assert post(client, page).mimetype == "application/pdf"
    assert statuses(client, page, f"/households/{home}") == {404}


def test_a_confirmation_of_the_pool(app: Flask, town: Town, travel: Travel) -> None:
    ref, _, _ = brought_to(town, "handed_over")
    client, page = signed_in(app, town.neighbour), f"/confirmations/{ref}"
    assert statuses(client, page) == {404}
    dismiss(town.reviewer, town.printer)
    at(days=3, seconds=1)
    travel(LATER)
    client = signed_in(app, town.neighbour)
    assert page in client.get("/confirmations").text
    shown = client.get(page).text
    assert f"{page}/confirm" in shown and f"{page}/dispute" in shown
    assert statuses(client, f"/desk/parcels/{ref}") == {404}
    assert post(client, f"{page}/confirm", {"basis": "call-back"}, shown_at=page).status_code == 302
    assert statuses(client, page) == {404}


def test_a_check_of_the_pool(app: Flask, town: Town, travel: Travel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charity.services.pledges.acknowledge.is_drawn_for_check", lambda keyed: True)
    t.card(town, "111111")
    ref, _, _ = brought_to(town, "handed_over")
    acknowledge(town.volunteer, ref, code="111111")
    client, page = signed_in(app, town.neighbour), f"/confirmations/{ref}"
    travel(LATER)
    client = signed_in(app, town.neighbour)
    assert statuses(client, page) == {404}
    dismiss(town.reviewer)
    at(days=4)
    assert page in client.get("/confirmations").text
    shown = client.get(page).text
    assert f"{page}/check" in shown and f"{page}/dispute" not in shown and f"{page}/confirm" not in shown
    assert post(client, f"{page}/check", {"outcome": "true"}, shown_at=page).status_code == 302
    assert statuses(client, page) == {404}


def test_a_parcel_of_the_pool(app: Flask, town: Town, travel: Travel) -> None:
    ref = without_field(town)
    client, page = signed_in(app, town.neighbour), f"/desk/parcels/{ref}"
    assert statuses(client, page) == {404}
    assert ref not in client.get("/desk/parcels").text
    at(days=3, seconds=1)
    travel(LATER)
    client = signed_in(app, town.neighbour)
    assert ref in client.get("/desk/parcels").text
    shown = client.get(page).text
    assert f"{page}/hand-over" in shown and f"{page}/return" in shown and f"{page}/dispute" not in shown
    assert statuses(client, f"/confirmations/{ref}") == {404}
    done = post(client, f"{page}/hand-over", shown_at=page)
    assert (done.status_code, done.headers["Location"]) == (302, page)
    after = client.get(page).text  # for the time in which a mistake can be undone
    assert f"{page}/undo" in after and f"{page}/slip" not in after and f"{page}/code" not in after
    travel(LATER + timedelta(hours=25))
    client = signed_in(app, town.neighbour)
    assert statuses(client, page) == {404}
