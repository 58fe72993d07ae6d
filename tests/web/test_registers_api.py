"""The five books over the API: the same numbers, scope and rules of opening a file as on the pages."""

from typing import Any

import pytest
from flask import Flask

from charity.adapters import clock
from charity.adapters.db import end_reading, transaction
from charity.domain.actors import Role
from charity.domain.register_books import FIGURES, OF_HOMES
from charity.jobs import register_books as nightly
from charity.services.register.files import OPEN_FOR
from tests.kit import village as v
from tests.kit.village import Village
from tests.safety.test_api import Program, refused

pytestmark = pytest.mark.backends("sqlite")
SURNAME = "欧阳"


@pytest.fixture
def at(app: Flask) -> Village:
    return v.build()


def told(program: Program, url: str) -> Any:
    answer = program.get(url.removeprefix("/api/v1"))
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_books_lead_from_the_province_to_a_card_and_every_level_is_the_sum_below(app: Flask, at: Village) -> None:
    with transaction() as tx:
        auditor = v.add_person(tx, (Role.AUDITOR, v.COUNTY[:2]))
        for _ in range(2):
            v.add_family(tx, at.volunteer)
    province = Program(app, auditor)
    nightly.turn()
    end_reading()
    link, depth = told(province, "/registers?lang=en")["items"][0], []
    url, above = link["url"], 0
    while url.startswith("/api/v1/registers/"):
        book = told(province, f"{url}?lang=en")
        depth.append(book["level"])
        assert len(book["above"]) == above
        assert book["check"]["differences"] == 0
        assert book["totals"].keys() == set(FIGURES if book["level"] < 5 else OF_HOMES), "a village tells no cause"
        for figure in FIGURES if book["level"] < 4 else OF_HOMES:
            assert all(figure in line["figures"] for line in book["lines"])
            assert book["totals"][figure] == sum(line["figures"][figure] for line in book["lines"]), figure
        url = max(book["lines"], key=lambda line: line["figures"]["households"])["url"]
        above += 1
    assert depth == [1, 2, 3, 4, 5]
    card = told(province, f"{url}?lang=en")
    assert card["book_url"] == f"/api/v1/registers/{v.VILLAGE}"
    assert (card["file"], card["open_until"]) == (None, None)
    refused(province.post(f"{url.removeprefix('/api/v1')}/open", {"purpose": "visit"}), 403)


def test_a_file_shows_only_after_it_was_opened_for_a_purpose_and_only_for_a_while(app: Flask, at: Village) -> None:
    reviewer, home = Program(app, at.reviewer), f"/households/{at.family.ref}"
    assert SURNAME not in reviewer.get(home).text
    refused(reviewer.post(f"{home}/open", {"purpose": "curiosity"}), 422, "bad-input")
    refused(reviewer.post(f"{home}/open"), 422, "bad-input")
    assert told(reviewer, home)["file"] is None
    assert reviewer.post(f"{home}/open", {"purpose": "visit"}).json == {"id": at.family.ref}
    file = told(reviewer, home)["file"]
    assert file["head_name"].startswith(SURNAME)
    assert {"name", "birth", "relation"} <= file["people"][0].keys()
    assert told(Program(app, at.second), home)["file"] is None  # somebody else's opening opens nothing
    with clock.hold(clock.now() + OPEN_FOR):
        assert told(reviewer, home)["file"] is None


def test_what_is_elsewhere_is_not_there(app: Flask, at: Village) -> None:
    with transaction() as tx:
        neighbour = v.add_person(tx, (Role.REVIEWER, v.OTHER_COUNTY))
    other, own = Program(app, neighbour), Program(app, at.reviewer)
    for path in (f"/registers/{v.COUNTY}", f"/registers/{v.VILLAGE}", f"/households/{at.family.ref}"):
        refused(other.get(path), 404)
    refused(other.post(f"/households/{at.family.ref}/open", {"purpose": "visit"}), 404)
    for path in (f"/registers/{v.COUNTY}", "/registers/9", "/registers/none", "/registers/999999999999"):
        refused(own.get(path), 404)
    refused(Program(app, at.donor).get("/registers"), 403)
    refused(Program(app, None).get(f"/households/{at.family.ref}"), 401)


def test_the_description_says_why_papers_have_no_address(app: Flask) -> None:
    info = Program(app, None).get("/openapi.json").json["info"]
    assert "Papers (PDF) have no address here" in info["description"]
