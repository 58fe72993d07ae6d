"""Whoever posted what a concern hides is told; and an unfounded concern leaves nothing hidden unawares."""

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import VISITOR, Actor, Role
from charity.domain.errors import TooMany
from charity.models.accounts import RoleGrant
from charity.models.outbox import Notice
from charity.queries.notices import path_of, words_of
from charity.queries.organisations.own import get_desk
from charity.services.organisations import people
from charity.services.pledges import cases, rule
from charity.services.wishes import takedowns
from tests.kit import listed, ring
from tests.kit import village as v
from tests.kit.charities import make_officer, verified
from tests.kit.visits import signed_in
from tests.safety.world import picture

WORDS = "小明家的照片"


@pytest.fixture
def village(app: Flask) -> v.Village:
    return v.build()


def person(*roles: tuple[Role, str]) -> Actor:
    with transaction() as tx:
        return v.add_person(tx, *roles)


def reported(page: str) -> str:
    return cases.report(VISITOR, reason="privacy", words=WORDS, page=page)


def told(actor: Actor, kind: str) -> list[dict[str, Any]]:
    end_reading()
    mine = select(Notice.params).where(Notice.account_id == actor.account_id, Notice.kind == kind).order_by(Notice.id)
    return [json.loads(params) for params in reading().scalars(mine)]


def leave(reviewer: Actor) -> None:
    with transaction() as tx:
        over = update(RoleGrant).where(RoleGrant.account_id == reviewer.account_id)
        tx.session.execute(over.values(revoked_at=tx.now))


def test_the_poster_is_told_that_it_is_hidden_and_when_it_is_seen_again(app: Flask, village: v.Village) -> None:
    wish, other = v.published(village, v.COAT), v.published(village, v.BOOKS)
    colleague, case = person((Role.REVIEWER, v.TOWNSHIP)), reported(f"/wishes/{wish}")
    takedowns.take_up(village.reviewer, case)
    assert told(village.volunteer, "posted-taken-down") == []
    takedowns.take_down(village.reviewer, case, scope="thing")
    (params,) = told(village.volunteer, "posted-taken-down")
    assert params == {"case": case, "count": 1}
    with app.test_request_context():
        said = " ".join(words_of("posted-taken-down", params))
    assert not any(word in said for word in (WORDS, v.COAT.title))
    mine = signed_in(app, village.volunteer).get("/desk/wishes?group=public&lang=en").get_data(as_text=True)
    assert "out of sight because of a concern" in mine
    assert f"/desk/wishes/{wish}/renew" not in mine
    assert told(village.volunteer, "posted-given-back") == []
    takedowns.bring_back(colleague, case, reason="it tells nobody")
    assert [line["count"] for line in told(village.volunteer, "posted-given-back")] == [1]
    mine = signed_in(app, village.volunteer).get("/desk/wishes?group=public&lang=en").get_data(as_text=True)
    assert "out of sight because of a concern" not in mine
    takedowns.take_down(village.reviewer, reported(f"/wishes/{other}"), scope="thing")
    assert len(told(village.volunteer, "posted-taken-down")) == 2


def test_one_household_reports_so_often_from_whatever_address_it_has(village: v.Village) -> None:
    page = f"/wishes/{v.published(village, v.BOOKS)}"

    def send(address: str) -> None:
        cases.report(VISITOR, reason="privacy", words=WORDS, page=page, address=address)

    for number in range(cases.MOST_CONCERNS):
        send(f"2001:db8:1:2::{number + 1:x}")
    with pytest.raises(TooMany):
        send("2001:db8:1:2:ffff::1")
    send("2001:db8:1:3::1")  # the control: another household
    send("203.0.113.7")


def test_one_notice_tells_of_a_picture_or_of_all_that_went(app: Flask, village: v.Village) -> None:
    wish = v.published(village, v.BOOKS, picture=picture())
    takedowns.take_down(village.reviewer, reported(f"/wishes/{wish}"), scope="photo")
    first, second = v.published(village, v.COAT), v.published(village, v.QUILT)
    takedowns.take_down(village.reviewer, reported(f"/wishes/{first}"), scope="everything")
    assert second
    assert [line["count"] for line in told(village.volunteer, "posted-taken-down")] == [1, 2]


def test_who_proposed_a_circle_is_told(app: Flask) -> None:
    at = ring.ground()
    takedowns.take_down(at.village.reviewer, reported(f"/circles/{ring.formed(at)}"), scope="thing")
    assert [line["count"] for line in told(at.village.volunteer, "posted-taken-down")] == [1]


def test_who_speaks_for_an_organisation_is_told_that_its_page_is_shut(app: Flask, village: v.Village) -> None:
    first, second, office = person(), person(), person((Role.ADMINISTRATOR, v.COUNTY))
    ref = verified(first, office, "云桥基金会", 1, v.COUNTY)
    people.join(second, code=people.make_code(first, ref).code, is_counted=False)
    end_reading()
    [member] = [one.ref for one in get_desk(first, ref).people if one.part == "member"]
    make_officer(first, office, ref, member)
    case = reported(f"/organisations/{ref}")
    reviewer = person((Role.REVIEWER, v.COUNTY))
    takedowns.take_down(reviewer, case, scope="thing")
    assert [told(who, "page-taken-down") for who in (first, second)] == [[{"case": case}]] * 2
    with app.test_request_context():
        said = " ".join(words_of("page-taken-down", {"case": case}))
    assert case in said and "云桥基金会" not in said and WORDS not in said
    assert told(first, "page-given-back") == []
    takedowns.bring_back(reviewer, case, reason="it tells nobody")
    assert [told(who, "page-given-back") for who in (first, second, office)] == [[{"case": case}], [{"case": case}], []]


def test_who_brought_a_list_is_told_once_of_its_circles_and_its_page(app: Flask) -> None:
    at = listed.county(2)
    code = listed.code(listed.opened(at))
    takedowns.take_down(person((Role.REVIEWER, v.COUNTY)), reported(f"/join/{code}"), scope="thing")
    kinds = ("posted-taken-down", "page-taken-down")
    assert [len(told(at.office, kind)) for kind in kinds] == [1, 0]


def test_what_an_unfounded_concern_still_hides_is_told_to_who_took_it_and_who_may_act(
    app: Flask, village: v.Village
) -> None:
    wish, auditor = v.published(village, v.BOOKS), person((Role.AUDITOR, v.COUNTY))
    neighbour, colleague = person((Role.REVIEWER, "990101002")), person((Role.REVIEWER, v.TOWNSHIP))
    far, case = person((Role.REVIEWER, v.OTHER_TOWNSHIP)), reported(f"/wishes/{wish}")
    takedowns.take_down(neighbour, case, scope="thing")
    rule.rule_concern(auditor, case, ruling="unfounded", grounds="nothing of it is true")
    assert app.test_client().get(f"/wishes/{wish}").status_code == 404, "somebody looks at it first"
    both = (neighbour, colleague)
    assert [told(who, "concern-unfounded") for who in both] == [[{"case": case}], [{"case": case}]]
    assert [told(who, "concern-unfounded") for who in (far, village.volunteer, auditor)] == [[], [], []]
    url = path_of("concern-unfounded", {"case": case})
    assert f"{url}/bring-back" in signed_in(app, colleague).get(url).get_data(as_text=True)
    assert takedowns.bring_back(colleague, case, reason="nothing of it is true") == 1
    assert app.test_client().get(f"/wishes/{wish}").status_code == 200


def test_nobody_is_told_where_nothing_is_hidden_or_the_concern_is_right(village: v.Village) -> None:
    auditor, colleague = person((Role.AUDITOR, v.COUNTY)), person((Role.REVIEWER, v.TOWNSHIP))
    back, never, right = (reported(f"/wishes/{v.published(village, need)}") for need in (v.BOOKS, v.COAT, v.QUILT))
    takedowns.take_down(village.reviewer, back, scope="thing")
    takedowns.bring_back(colleague, back, reason="it tells nobody")
    takedowns.take_down(village.reviewer, right, scope="thing")
    for case in (back, never):
        rule.rule_concern(auditor, case, ruling="unfounded", grounds="nothing of it is true")
    rule.rule_concern(auditor, right, ruling="upheld", grounds="it is so")
    assert [told(who, "concern-unfounded") for who in (colleague, village.reviewer, auditor)] == [[], [], []]


def test_where_those_of_the_township_had_a_part_in_it_the_county_is_told(village: v.Village) -> None:
    wish, auditor = v.published(village, v.BOOKS), person((Role.AUDITOR, v.COUNTY))
    neighbour, case = person((Role.REVIEWER, "990101002")), reported(f"/wishes/{wish}")
    leave(village.second)
    takedowns.take_down(village.reviewer, case, scope="thing")  # who let it through, and may not bring it back
    rule.rule_concern(auditor, case, ruling="unfounded", grounds="nothing of it is true")
    assert told(neighbour, "concern-unfounded") == [{"case": case}]


def test_who_ruled_is_told_where_nobody_else_is_left(village: v.Village) -> None:
    wish, auditor = v.published(village, v.BOOKS), person((Role.AUDITOR, v.COUNTY))
    case = reported(f"/wishes/{wish}")
    takedowns.take_down(auditor, case, scope="thing")
    for reviewer in (village.reviewer, village.second):
        leave(reviewer)
    rule.rule_concern(auditor, case, ruling="unfounded", grounds="nothing of it is true")
    assert told(auditor, "concern-unfounded") == [{"case": case}]
