"""The pages of the five books: drilling down, the same numbers on screen, in the sheet and on paper, and the desk."""

import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask import Flask
from sqlalchemy import delete, insert, update

from charity.adapters import clock
from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import end_reading, transaction
from charity.domain.actors import SYSTEM, Actor, Role
from charity.domain.calendar import day_of
from charity.jobs import register_books as nightly
from charity.models.households import Fact, Household, Member
from charity.models.register_books import RegisterCheck
from charity.queries.operating import list_figures
from charity.queries.register_books import HOMES
from charity.services.register import books, records
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


def test_which_causes_a_village_has_stands_in_the_files_alone(at: Village, of: Callable[[Actor], Client]) -> None:
    records.record_fact(at.volunteer, at.family.ref, key="disability", value="yes", as_of=clock.now().date())
    nightly.turn()
    end_reading()
    office, word = of(at.administrator), "因残"
    assert word in office.get(f"/registers/{v.TOWNSHIP}").text
    assert word not in office.get(f"/registers/{v.VILLAGE}").text
    papers = {code: written(office.get(f"/registers/{code}/paper").data) for code in (v.TOWNSHIP, v.VILLAGE)}
    assert word in papers[v.TOWNSHIP] and word not in papers[v.VILLAGE]
    rows = table_of(office.get(f"/registers/{v.TOWNSHIP}/sheet").data)
    [column] = [place for place, heading in enumerate(rows[0]) if word in heading]
    by_place = {row[0]: row[column] if column < len(row) else "" for row in rows[1:] if row}
    assert by_place["合计"] == "1" and set(by_place.values()) == {"", "1"}
    assert not any(word in heading for heading in table_of(office.get(f"/registers/{v.VILLAGE}/sheet").data)[0])


def test_a_difference_is_told_in_the_book_and_where_if_it_is_on_the_way(
    at: Village, of: Callable[[Actor], Client]
) -> None:
    day = day_of(clock.now())
    books.keep_check(SYSTEM, day=day, villages=9, differences=3, region=v.VILLAGE, figure="members")
    end_reading()
    office = of(at.administrator)
    name = v.NAMES[v.VILLAGE]
    for code in (v.COUNTY, v.TOWNSHIP, v.VILLAGE):
        told = {
            "page": office.get(f"/registers/{code}").text,
            "paper": "".join(written(office.get(f"/registers/{code}/paper").data).split()),
            "sheet": str(table_of(office.get(f"/registers/{code}/sheet").data)),
        }
        for what, text in told.items():
            plain = text.replace(" ", "")
            assert "3个地方的合计" in plain and f"首先是：{name}，“家庭成员”" in plain, (code, what)
            assert "各级合计与下级之和一致" not in plain, (code, what)
    with transaction() as tx:
        tx.session.execute(update(RegisterCheck).values(region_code="990199"))
    elsewhere = office.get(f"/registers/{v.COUNTY}").text
    assert "3个地方的合计" in elsewhere.replace(" ", "") and "首先是" not in elsewhere


def written(data: bytes) -> str:
    """Read a paper back with another program."""
    return subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()


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


MANY = 520  # more than one page, and more than one piece of those that a file is written in


def crowd(at: Village) -> list[str]:
    """Fill the village: each family has one person, and the last of all two causes, one of them an old answer."""
    with transaction() as tx:
        like = tx.session.get_one(Household, at.family.id)
        kept = {column.key: getattr(like, column.key) for column in Household.__table__.columns if column.key != "id"}
        refs = [new_ref() for _ in range(MANY - 1)]
        homes = [kept | {"ref": ref, "alias": f"白鹭 {number}"} for number, ref in enumerate(refs, start=1)]
        tx.session.execute(insert(Household), homes)
        ids = {home.ref: home.id for home in tx.session.query(Household).filter(Household.region_code == v.VILLAGE)}
        person = tx.session.get_one(Member, at.family.child_id)
        same = {column.key: getattr(person, column.key) for column in Member.__table__.columns if column.key != "id"}
        people = [same | grown_up() | {"household_id": ids[ref]} for ref in refs]
        tx.session.execute(insert(Member), people)
        for key, year in (("illness", 2020), ("disability", tx.now.year)):
            ref = new_ref()
            told = {"value_sealed": seal("yes", place=f"facts.value:{ref}"), "as_of": tx.now.date().replace(year=year)}
            row = Fact(ref=ref, household_id=ids[refs[-1]], group_code="causes", key=key, **told)
            row.recorded_by_id, row.recorded_at = at.volunteer.account_id, tx.now
            tx.session.add(row)
    nightly.turn()
    end_reading()
    return [at.family.ref, *refs]


def grown_up() -> dict[str, object]:
    """Give what is an adult's own."""
    ref = new_ref()
    return {"ref": ref, "birth_sealed": seal("1980-01-02", place=f"members.birth:{ref}"), "school_stage": None}


def table_of(data: bytes) -> list[list[str]]:
    """Read the rows of the first sheet of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        root = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        texts = (
            ["".join(one.itertext()) for one in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))]
            if "xl/sharedStrings.xml" in book.namelist()
            else []
        )
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    return [
        [texts[int("".join(c.itertext()))] if c.get("t") == "s" else "".join(c.itertext()) for c in row]
        for row in root.iter(f"{space}row")
    ]


def test_a_large_village_stands_whole_in_the_sheet_on_paper_and_on_its_pages(
    at: Village, of: Callable[[Actor], Client]
) -> None:
    refs, reviewer = crowd(at), of(at.reviewer)
    answer = reviewer.get(f"/registers/{v.VILLAGE}/sheet?lang=en")
    heading, *lines, total = table_of(answer.data)
    answer.close()
    assert [line[1] for line in lines] == refs
    assert total[2] == str(MANY)
    for column, name in enumerate(heading[2:], start=2):
        assert sum(float(line[column]) for line in lines) == float(total[column]), name
    named = dict(zip(heading, lines[-1], strict=True))
    assert (named["Causes of hardship"], named["Stale facts"]) == ("2", "1")
    found, url, pages = list[str](), f"/registers/{v.VILLAGE}", 0
    while url:
        text = reviewer.get(f"{url}{'&' if '?' in url else '?'}lang=en").text
        found += re.findall(r'<th scope="row"><a href="/households/(\w+)"', text)
        assert "Sum of the whole village" in text
        following = re.search(rf'rel="next" href="(/registers/{v.VILLAGE}\?cursor=\d+)"', text)
        url, pages = following[1] if following else "", pages + 1
    assert (found, pages) == (refs, -(-MANY // HOMES))
    paper = reviewer.get(f"/registers/{v.VILLAGE}/paper?lang=en").data
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=paper, capture_output=True, check=True)
    written = read.stdout.decode().splitlines()
    printed = [line.split() for line in written if re.match(r"\s*(?:白鹭|White|Egret)", line) or "Egret" in line]
    assert len(printed) == MANY - 1, written[:20]
    assert [line[-2:] for line in (printed[0], printed[-1])] == [["0", "0"], ["2", "1"]]


def test_the_books_over_the_api_and_the_page_refuse_a_cursor_that_is_none(
    at: Village, of: Callable[[Actor], Client]
) -> None:
    reviewer = of(at.reviewer)
    assert reviewer.get(f"/registers/{v.VILLAGE}?cursor=zwei").status_code == 422
    last = reviewer.get(f"/registers/{v.VILLAGE}?cursor=999999").text
    assert f"/households/{at.family.ref}" not in last


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
