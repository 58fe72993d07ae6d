"""The pages of groups: founding, the code shown once, joining, young members, a seat for the class, and its end."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from charity.domain.actors import Actor
from charity.queries.accounts.download import get_own_data
from charity.services.circles import group_seats, household, letters, seats, young
from tests.kit import classes as c
from tests.kit import ring as r
from tests.kit.client import Client
from tests.kit.ring import Ground
from tests.kit.visits import post, signed_in

pytestmark = pytest.mark.backends("sqlite")
Travel = Callable[[datetime], None]
Of = Callable[[Actor], Client]
TEXT = "天气冷了,请多保重。我们一切都好。"
CODE = re.compile(r"<strong>([0-9A-Z]{5}-[0-9A-Z]{5})</strong>")


@pytest.fixture
def at(app: Flask, travel: Travel) -> Ground:
    travel(r.APRIL)
    return r.ground()


@pytest.fixture
def of(app: Flask) -> Of:
    return lambda who: signed_in(app, who)


def test_a_class_is_founded_its_code_shown_once_and_another_joins(at: Ground, of: Of) -> None:
    founder, other = of(at.donors[0]), of(at.donors[1])
    assert "You are in no group yet" in founder.get("/groups?lang=en").text
    assert post(founder, "/groups/new", {"kind": "class"}, shown_at="/groups/new").status_code == 422
    done = post(founder, "/groups/new", {"kind": "class", "is_adult": "y"}, shown_at="/groups/new")
    url = str(done.location)
    assert re.fullmatch(r"/groups/[0-9a-z]{13}", url)
    shown = post(founder, f"{url}/code", {}, shown_at=url)
    found = CODE.search(shown.text)
    assert found
    assert shown.headers["Cache-Control"] == "no-store"
    assert found[1] not in founder.get(url).text
    wrong = post(other, "/groups/join?lang=en", {"code": "00000-00000", "is_adult": "y"}, shown_at="/groups/join")
    assert wrong.status_code == 422
    assert "There is no group with this code" in wrong.text
    assert post(other, "/groups/join", {"code": found[1], "is_adult": "y"}, shown_at="/groups/join").location == url
    assert url in other.get("/groups").text
    assert "Class " in other.get(f"{url}?lang=en").text
    assert of(at.donors[2]).get(url).status_code == 404


def test_only_members_see_the_group_and_only_its_founder_acts(at: Ground, of: Of, client: Client) -> None:
    ref = c.founded(at.donors[0], at.donors[1:3])
    url, place = f"/groups/{ref}", c.place_of(ref, at.donors[2])
    assert client.get(url).status_code == 401
    member, stranger = of(at.donors[1]), of(at.donors[4])
    for path in ("/code", "/code/void", f"/members/{place}/remove", "/hand-over", "/dissolve", "/deputy/yes"):
        assert post(member, url + path, {}, shown_at="/groups/join").status_code == 404, path
        assert post(stranger, url + path, {}, shown_at="/groups/join").status_code == 404, path
    assert "Take out" not in member.get(f"{url}?lang=en").text
    assert "Take out" in of(at.donors[0]).get(f"{url}?lang=en").text


def test_a_young_member_is_a_word_of_the_list(at: Ground, of: Of) -> None:
    ref = c.founded(at.donors[0], at.donors[1:2])
    url, parent = f"/groups/{ref}", of(at.donors[1])
    typed = post(parent, f"{url}/young", {"word": "王小明", "has_leave": "y"}, shown_at=url)
    assert typed.status_code == 422
    assert post(parent, f"{url}/young", {"word": "青竹"}, shown_at=url).status_code == 422
    assert post(parent, f"{url}/young", {"word": "青竹", "has_leave": "y"}, shown_at=url).location == url
    assert "Green Bamboo 1" in parent.get(f"{url}?lang=en").text
    found = re.search(rf"{url}/young/\w+/remove", parent.get(url).text)
    assert found
    assert post(parent, found[0], {}, shown_at=url).location == url
    assert c.young(ref) == []


def test_the_deputy_is_asked_says_yes_and_takes_over(at: Ground, of: Of) -> None:
    ref = c.founded(at.donors[0], at.donors[1:2])
    url, founder, deputy = f"/groups/{ref}", of(at.donors[0]), of(at.donors[1])
    place = c.place_of(ref, at.donors[1])
    refused = post(founder, f"{url}/hand-over?lang=en", {}, shown_at=f"{url}/end")
    assert refused.status_code == 409
    assert "There is no deputy who agreed" in refused.text
    assert post(founder, f"{url}/members/{place}/deputy", {}, shown_at=url).location == url
    assert "Will you be the deputy?" in deputy.get(f"{url}?lang=en").text
    assert post(deputy, f"{url}/deputy/yes", {}, shown_at=url).location == url
    assert post(founder, f"{url}/hand-over", {}, shown_at=f"{url}/end").location == url
    assert c.group(ref).founder_id == at.donors[1].account_id
    assert post(founder, f"{url}/leave", {}, shown_at=f"{url}/end").location == "/groups"
    assert post(deputy, f"{url}/dissolve", {}, shown_at=f"{url}/end").location == "/groups"
    assert deputy.get(url).status_code == 404


def test_a_class_takes_a_seat_and_its_members_read_the_room(at: Ground, of: Of, client: Client, travel: Travel) -> None:
    group = c.founded(at.donors[0], at.donors[1:2])
    ref = r.formed(at, promise=r.LETTERS)
    shown, room = f"/circles/{ref}/seat", f"/circles/{ref}/room"
    assert 'name="taker"' not in of(at.donors[1]).get(shown).text
    founder, member = of(at.donors[0]), of(at.donors[1])
    taken = post(founder, f"/circles/{ref}/join", {"taker": group, "display": "nickname"}, shown_at=shown)
    assert taken.location == room
    assert r.seat_of(ref, at.donors[0]).group_id == c.group(group).id
    name, seen = c.group(group).name.split()[1], client.get(f"/circles/{ref}?lang=en").text
    assert re.search(rf"0 donors accompany the family now · Groups with a seat: Class [\w ]+ {name}\b", seen)
    seats.join(at.donors[2], ref)
    travel(r.MAY)
    r.turn()
    letters.pass_on(at.village.reviewer, letters.write(at.donors[0], ref, text=TEXT))
    inside = member.get(f"{room}?lang=en").text
    assert "(your group)" in inside
    assert TEXT in inside
    assert "Hand the letter in" not in inside
    assert "Leave the circle" not in inside
    name = c.group(group).name
    assert name in client.get(f"/circles/{ref}?lang=zh").text
    assert "Your group has a seat in this circle." in member.get(f"/circles/{ref}?lang=en").text
    assert "Held by a group:" in founder.get("/seats?lang=en").text
    assert "1 promise kept" in member.get(f"/groups/{group}?lang=en").text
    assert of(at.donors[3]).get(room).status_code == 404
    for who in (at.donors[0], at.donors[1]):
        assert who.ref not in client.get(f"/circles/{ref}").text


def test_an_anonymous_group_is_named_nowhere(at: Ground, of: Of, client: Client) -> None:
    group = c.founded(at.donors[0], at.donors[1:2])
    ref = r.formed(at)
    group_seats.take(at.donors[0], ref, group, display="anonymous")
    seats.join(at.donors[2], ref)
    name = c.group(group).name
    assert name not in client.get(f"/circles/{ref}?lang=zh").text
    assert name not in of(at.donors[2]).get(f"/circles/{ref}/room?lang=zh").text


def test_a_member_the_family_does_not_want_reads_no_room(at: Ground, of: Of) -> None:
    group = c.founded(at.donors[0], at.donors[1:2])
    ref = r.formed(at)
    group_seats.take(at.donors[0], ref, group)
    member = of(at.donors[1])
    assert member.get(f"/circles/{ref}/room").status_code == 200
    seats.join(at.donors[1], ref)
    household.refuse_person(at.village.volunteer, ref, r.seat_of(ref, at.donors[1]).ref)
    assert member.get(f"/circles/{ref}/room").status_code == 404


def test_a_member_who_left_reads_no_room(at: Ground, of: Of) -> None:
    group = c.founded(at.donors[0], at.donors[1:2])
    ref = r.formed(at)
    group_seats.take(at.donors[0], ref, group)
    member, url = of(at.donors[1]), f"/groups/{group}"
    assert post(member, f"{url}/leave", {}, shown_at=f"{url}/end").location == "/groups"
    assert member.get(f"/circles/{ref}/room").status_code == 404


def test_own_data_name_groups_and_young_members(at: Ground, of: Of) -> None:
    group = c.founded(at.donors[0])
    young.add(at.donors[0], group, word="晨露", has_leave=True)
    own, other = get_own_data(at.donors[0]), get_own_data(at.donors[1])
    assert [line["group"] for line in own["groups"]] == [group]
    assert [line["name"] for line in own["young_members"]] == ["晨露 1"]
    assert (other["groups"], other["young_members"]) == ([], [])
