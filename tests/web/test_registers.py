"""The pages of the five books: drilling down, the same numbers on screen, in the sheet and on paper, and the desk."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, update

from charity.adapters.db import end_reading, transaction
from charity.domain.actors import Actor, Role
from charity.jobs import register_books as nightly
from charity.models.households import Household
from charity.models.register_books import RegisterCheck
from charity.queries.operating import list_figures
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.village import Village
from tests.kit.visits import signed_in

pytestmark = pytest.mark.backends("sqlite")


@pytest.fixture
def at(app: Flask) -> Village:
    return v.build()


@pytest.fixture
def of(app: Flask) -> Callable[[Actor], Client]:
    return lambda who: signed_in(app, who)


def test_staff_goes_down_from_its_own_book_to_the_households(at: Village, of: Callable[[Actor], Client]) -> None:
    nightly.turn()
    end_reading()
    office = of(at.administrator)
    assert "/registers" in office.get("/admin").text
    assert f"/registers/{v.TOWNSHIP}" in office.get("/registers").text
    county = office.get(f"/registers/{v.COUNTY}?lang=en").text
    assert f"/registers/{v.TOWNSHIP}" in county
    assert "each level equals the sum of the level below" in county
    assert office.get(f"/registers/{v.CITY}").status_code == 404
    township = office.get(f"/registers/{v.TOWNSHIP}?lang=en").text
    assert "Township ledger" in township
    village = office.get(f"/registers/{v.VILLAGE}?lang=en").text
    assert f"/households/{at.family.ref}" in village
    assert "欧阳" not in county + township + village
    assert office.get(f"/households/{at.family.ref}").status_code == 200


def test_a_book_leaves_as_a_sheet_and_on_paper(at: Village, of: Callable[[Actor], Client]) -> None:
    reviewer = of(at.reviewer)
    answer = reviewer.get(f"/registers/{v.VILLAGE}/sheet")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        assert book.read("xl/worksheets/sheet1.xml").count(b"<row ") == 3  # heading, family, sum
    answer.close()
    for code in (v.TOWNSHIP, v.VILLAGE):
        paper = reviewer.get(f"/registers/{code}/paper")
        assert paper.mimetype == "application/pdf"
        assert paper.data.startswith(b"%PDF")
        assert paper.headers["Cache-Control"] == "no-store"
    assert reviewer.get(f"/registers/{v.COUNTY}/paper").status_code == 404


def test_a_difference_shows_on_the_desk_and_in_the_figures_of_operators(
    at: Village, of: Callable[[Actor], Client]
) -> None:
    office = of(at.administrator)
    nightly.turn()
    assert "The nightly check found" not in office.get("/admin?lang=en").text
    with transaction() as tx:
        lost = v.add_family(tx, at.volunteer)
        tx.session.execute(update(Household).where(Household.id == lost.id).values(region_code="990101001999"))
        tx.session.execute(delete(RegisterCheck))  # as if a day had passed
    nightly.turn()
    end_reading()
    assert "The nightly check found 1 place" in office.get("/admin?lang=en").text
    told = {figure.name: figure.values for figure in list_figures(Path("/"))}
    assert told["charity_register_differences"] == {"": 1.0}


def test_several_regions_are_offered(at: Village, of: Callable[[Actor], Client]) -> None:
    with transaction() as tx:
        both = v.add_person(tx, (Role.AUDITOR, v.COUNTY), (Role.AUDITOR, v.OTHER_COUNTY))
        country = v.add_person(tx, (Role.AUDITOR, ""))
    shown = of(both).get("/registers").text
    assert f"/registers/{v.COUNTY}" in shown
    assert f"/registers/{v.OTHER_COUNTY}" in shown
    assert f"/registers/{v.CITY}" in of(country).get("/registers").text
