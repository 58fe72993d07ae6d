"""The page of stated interests: skippable, without script, in both languages."""

import pytest
from flask import Flask

from charity.adapters.db import end_reading
from charity.domain.matching import Stated
from charity.queries.interests import find_interests, find_stated
from tests.kit.client import Client
from tests.kit.people import put_demo_regions, signed_up
from tests.kit.visits import post, signed_in

pytestmark = pytest.mark.backends("sqlite")
PAGE = "/account/interests"


@pytest.fixture
def donor(app: Flask):
    put_demo_regions()
    return signed_up()


@pytest.fixture
def client(app: Flask, donor) -> Client:
    return signed_in(app, donor)


def stated(donor) -> Stated:
    end_reading()
    return find_stated(donor.account_id)


def test_after_signing_up_it_is_one_step_that_may_be_skipped(client: Client) -> None:
    shown = client.get(f"{PAGE}?first=1&lang=en").text
    assert "Skip, and see the wishes" in shown
    assert "Skip, and see the wishes" not in client.get(f"{PAGE}?lang=en").text
    done = post(client, f"{PAGE}?first=1", {"kinds": ["books"], "need": ""})
    assert (done.status_code, done.location) == (302, "/wishes")
    assert PAGE in client.get("/account").text


def test_stating_changing_and_deleting(client: Client, donor) -> None:
    done = post(client, PAGE, {"kinds": ["books", "coat"], "ages": ["primary"], "need": "2", "budget": "120"})
    assert (done.status_code, done.location) == (302, PAGE)
    assert stated(donor) == Stated(kinds=frozenset({"books", "coat"}), ages=frozenset({"primary"}), need=2)
    assert find_interests(donor.account_id).budget_fen == 120_00
    shown = client.get(PAGE).text
    assert shown.count(" checked") == 5  # and no invitations
    assert 'value="120"' in shown
    assert post(client, PAGE, {"need": ""}).status_code == 302
    assert stated(donor) == Stated()
    post(client, PAGE, {"need": "0"})
    assert stated(donor).need == 0
    assert post(client, f"{PAGE}/forget", shown_at=PAGE).status_code == 302
    assert stated(donor) == Stated()


def test_places_are_chosen_step_by_step_down_to_the_county(client: Client, donor) -> None:
    assert "990101001" not in client.get(f"{PAGE}/place?region=990101").text  # never closer
    done = post(client, f"{PAGE}/place?first=1", {"region": "990101"}, shown_at=f"{PAGE}/place?region=990101&first=1")
    assert (done.status_code, done.location) == (302, f"{PAGE}?first=1")
    assert stated(donor).places == ("990101",)
    refused = post(client, f"{PAGE}/place", {"region": "990101001"}, shown_at=f"{PAGE}/place?region=9901")
    assert refused.status_code == 422
    assert post(client, f"{PAGE}/place/990101/remove", shown_at=PAGE).status_code == 302
    assert client.post(f"{PAGE}/place/990101/remove").status_code in (400, 422)
    assert stated(donor) == Stated()


def test_what_is_wrong_is_said_and_nothing_is_lost(client: Client, donor) -> None:
    answer = post(client, f"{PAGE}?lang=en", {"kinds": ["books"], "need": "1", "budget": "0"})
    assert answer.status_code == 422
    assert answer.text.count(" checked") == 3
    assert stated(donor) == Stated()
    assert post(client, PAGE, {"kinds": ["yacht"], "need": ""}).status_code == 422
    assert post(client, PAGE, {"need": "9"}).status_code == 422
    assert Client.get(client.application.test_client(), PAGE).status_code == 401


def test_how_many_are_given_at_once_may_be_said(client: Client, donor) -> None:
    post(client, PAGE, {"need": "", "units": "4"})
    end_reading()
    assert find_interests(donor.account_id).units == 4
    assert 'value="4"' in client.get(PAGE).text
    for wrong in ("0", "-1", "21", "many"):
        assert post(client, PAGE, {"need": "", "units": wrong}).status_code == 422
    post(client, PAGE, {"need": "", "units": ""})
    end_reading()
    assert find_interests(donor.account_id).units == 1


def test_nobody_is_invited_to_circles_before_he_says_so(client: Client, donor) -> None:
    post(client, PAGE, {"kinds": ["books"], "need": ""})
    assert find_interests(donor.account_id).seats == 0
    assert post(client, PAGE, {"kinds": ["books"], "need": "", "seats": "2"}).status_code == 302
    end_reading()
    assert find_interests(donor.account_id).seats == 2
    assert post(client, PAGE, {"need": "", "seats": "4"}).status_code == 422
    post(client, f"{PAGE}/forget", shown_at=PAGE)
    end_reading()
    assert find_interests(donor.account_id).seats == 0
