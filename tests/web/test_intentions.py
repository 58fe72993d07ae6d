"""The pages of intentions: leaving one, deciding about what is offered, and the next at once where it is gone."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from charity.adapters import clock
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.jobs.intentions import tend
from charity.services.pledges.claim import claim
from tests.kit import people
from tests.kit.client import Client
from tests.kit.visits import post, signed_in
from tests.services import pool as p
from tests.services import town as t
from tests.services.town import Town

pytestmark = pytest.mark.backends("sqlite")
FILLED = {"category": "shoes", "beneficiary": "", "stage": "", "most": "120", "units": "1"}


@pytest.fixture
def town(app: Flask) -> Town:
    people.put_demo_regions()
    return t.found_town()


@pytest.fixture
def donor(town: Town) -> Actor:
    return t.person()


@pytest.fixture
def client(app: Flask, donor: Actor) -> Client:
    return signed_in(app, donor)


def until(days: int = 30) -> str:
    return (day_of(clock.now()) + timedelta(days=days)).isoformat()


def left(client: Client) -> str:
    """Leave an intention by the form; gives its ref."""
    done = post(client, "/intentions/new", FILLED | {"region": "9901", "until": until()})
    assert (done.status_code, done.location) == (302, "/intentions")
    found = re.search(r"/intentions/(\w{13})/withdraw", client.get("/intentions").text)
    assert found
    return found[1]


def form_at(client: Client, url: str) -> dict[str, str]:
    """Open an offer's page, to press its button later."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(url).text)
    assert token
    return {"csrf_token": token[1], "once": "0123456789abcdef", "display": "nickname"}


def test_from_the_form_to_a_claim(client: Client, town: Town) -> None:
    wish = t.wish(town)
    mine = left(client)
    intent = p.intent(mine)
    assert (intent.category, intent.region_code, intent.most_fen, intent.units) == ("shoes", "9901", 120_00, 1)
    assert intent.until == date.fromisoformat(until())
    tend()
    url = f"/intentions/offers/{p.offered(mine)}"
    assert url in client.get("/intentions").text
    shown = client.get(f"{url}?lang=en").text
    assert f"/wishes/{wish}" in shown
    assert "Nothing is reserved for you" in shown
    done = post(client, f"{url}/accept", {"display": "nickname"}, shown_at=url)
    assert done.status_code == 302
    assert re.fullmatch(r"/pledges/\w{13}", done.location or "")
    assert "Accepted" in client.get(f"{url}?lang=en").text


def test_what_is_gone_answers_409_with_the_next_one_on_the_page(client: Client, town: Town) -> None:
    first, second = t.wish(town), t.wish(town)
    mine = left(client)
    tend()
    assert p.offered_wish(mine) == first
    url = f"/intentions/offers/{p.offered(mine)}"
    opened = form_at(client, url)
    claim(t.person(), first, units=1)
    gone = client.post(f"{url}/accept?lang=en", data=opened)
    assert gone.status_code == 409
    assert "Somebody else was quicker" in gone.text
    assert f"/wishes/{second}" in gone.text
    assert f"/wishes/{first}" not in gone.text
    following = f"/intentions/offers/{p.offered(mine)}"
    assert f'action="{following}/accept"' in gone.text
    assert following in client.get(url).text, "the old page leads on to the next one"
    assert post(client, f"{following}/accept", {"display": "anonymous"}, shown_at=following).status_code == 302


def test_gone_with_nothing_else_that_fits(client: Client, town: Town) -> None:
    wish = t.wish(town)
    mine = left(client)
    tend()
    url = f"/intentions/offers/{p.offered(mine)}"
    opened = form_at(client, url)
    claim(t.person(), wish, units=1)
    assert "found its givers meanwhile" in client.get(f"{url}?lang=en").text
    assert "Accept" not in client.get(f"{url}?lang=en").text
    assert client.post(f"{url}/accept", data=opened).status_code == 409
    assert p.open_offer(mine) is None


def test_declining_and_withdrawing(client: Client, town: Town) -> None:
    t.wish(town)
    mine = left(client)
    tend()
    url = f"/intentions/offers/{p.offered(mine)}"
    assert post(client, f"{url}/decline", shown_at=url).location == "/intentions"
    assert p.open_offer(mine) is None
    assert post(client, f"/intentions/{mine}/withdraw", shown_at="/intentions").location == "/intentions"
    assert p.intent(mine).state == "withdrawn"
    assert "Withdrawn" in client.get("/intentions?lang=en").text


@pytest.mark.parametrize(
    ("field", "value"),
    [("most", "0"), ("most", ""), ("units", "51"), ("until", "2020-01-01"), ("until", ""), ("category", "yacht")],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(client: Client, field: str, value: str) -> None:
    given = FILLED | {"region": "9901", "until": until()}
    answer = post(client, "/intentions/new?lang=en", given | {field: value})
    assert answer.status_code == 422
    assert "Please check the following" in answer.text
    assert 'name="region" value="9901"' in answer.text


def test_others_find_nothing_here(app: Flask, client: Client, town: Town) -> None:
    t.wish(town)
    mine = left(client)
    tend()
    other = signed_in(app, t.person())
    assert other.get(f"/intentions/offers/{p.offered(mine)}").status_code == 404
    assert post(other, f"/intentions/{mine}/withdraw", shown_at="/intentions/new").status_code == 404
    assert app.test_client().get("/intentions").status_code == 401


def test_the_wall_leads_here_when_nothing_fits(client: Client, town: Town) -> None:
    shown = client.get("/wishes?region=990102&stage=primary").text
    assert "/intentions/new?region=990102&amp;stage=primary" in shown
    form = client.get("/intentions/new?region=990102&stage=primary").text
    assert 'name="region" value="990102"' in form
    assert re.search(r'<option selected value="primary"', form)
    assert "/intentions/new" not in client.get("/").text
    assert 'name="region" value=""' in client.get("/intentions/new?region=990101001001&stage=x").text
