"""Every place the menus and the footer name is there."""

import re
from dataclasses import replace

import pytest
from flask import Flask

from charity.domain.actors import STAFF, Actor, Grant, Role
from charity.web.kit.menu import ACCOUNT, DESK, FRONT, GIVERS_FRONT, PUBLIC, VISITOR, desk_of
from tests.kit.client import Client


@pytest.mark.backends("sqlite")
def test_every_menu_entry_leads_somewhere(app: Flask) -> None:
    routes = app.url_map.bind("")
    missing = [entry.url for entry in (*PUBLIC, *VISITOR, *ACCOUNT, *DESK) if not routes.test(entry.url, method="GET")]
    assert not missing


@pytest.mark.backends("sqlite")
def test_every_link_of_the_foot_leads_somewhere(client: Client) -> None:
    page = client.get("/figures").get_data(as_text=True)
    foot = page[page.index("<footer") :]
    assert {link: client.get(link).status_code for link in re.findall(r'href="([^"]+)"', foot)} == {
        link: 200
        for link in ("/privacy", "/children", "/terms", "/officials", "/organisations", "/concern?page=/figures")
    }


def test_every_role_of_the_staff_has_work() -> None:
    assert {role for entry in DESK for role in entry.roles} == STAFF


@pytest.mark.backends("sqlite")
def test_only_the_nearest_place_is_marked_as_here(app: Flask) -> None:
    with app.test_request_context("/reviews/circles"):
        here = [item.url for item in desk_of(reviewer(), "/reviews/circles") if item.is_here]
    assert here == ["/reviews/circles"]


@pytest.mark.backends("sqlite")
def test_work_for_others_stands_before_ones_own(app: Flask) -> None:
    with app.test_request_context("/"):
        urls = [item.url for item in desk_of(reviewer(), "/")]
    assert urls.index("/reviews") < urls.index("/pledges")


@pytest.mark.backends("sqlite")
def test_a_few_places_stand_in_front_and_the_inbox_is_among_them(app: Flask) -> None:
    everything = replace(reviewer(), grants=tuple(Grant(role=role, region="99") for role in sorted(STAFF)))
    with app.test_request_context("/"):
        fronts = [
            [item.url for item in desk_of(actor, "/") if item.in_front]
            for actor in (reviewer(), replace(reviewer(), grants=()), everything)
        ]
    assert fronts[:2] == [["/households", "/reviews", "/confirmations", "/inbox"], ["/giving", "/pledges", "/inbox"]]
    assert fronts[2] == ["/desk/today", "/households", "/desk/parcels", "/reviews", "/confirmations", "/inbox"]


def test_what_stands_in_front_is_in_the_menu_of_its_role() -> None:
    places = {entry.url: entry.roles for entry in DESK}
    assert all(role in places[url] for role, urls in FRONT.items() for url in urls)
    assert not any(places[url] for url in GIVERS_FRONT)


def reviewer() -> Actor:
    return Actor(
        account_id=1, ref="r", grants=(Grant(role=Role.REVIEWER, region="990101"),), verified=True, language="en"
    )
