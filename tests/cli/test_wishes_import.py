"""A foreign list: rows become submitted wishes of sites by the rules of the form, once; refusals say why."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from charity.adapters.db import db, end_reading, reading, transaction
from charity.adapters.foreign_list import BadMap, ForeignMap, ForeignNeed, Refusal
from charity.adapters.settings import ROOT
from charity.adapters.signing import log_signer
from charity.domain.actors import SYSTEM, Role
from charity.domain.demo_regions import demo_regions
from charity.domain.errors import Conflict, Missing, NotPermitted
from charity.domain.reviews import NEED_CHECKLIST
from charity.ledger.verifying import verify
from charity.models.outbox import Notice
from charity.models.papers import BasisFile
from charity.models.points import ServicePoint
from charity.models.programmes import Programme
from charity.models.regions import Region
from charity.models.sites import Site
from charity.models.wishes import Wish
from charity.queries.demo import get_ground
from charity.services import accounts, regions
from charity.services.wishes import review
from tests.kit.people import put_demo_regions, with_role

MAP = ROOT / "docs" / "maps" / "classrooms-2012.toml"
LIST = Path(__file__).parent / "list-of-classrooms.csv"
POSTER = "importer@example.org"
TAKEN = {"p1", "p2", "p3", "p4", "p14"}


@pytest.fixture
def poster(app: Flask) -> Flask:
    put_demo_regions()
    with_role(POSTER, Role.VOLUNTEER, "99")
    accounts.grant_role(SYSTEM, login=POSTER, role=Role.ADMINISTRATOR, region="99")
    return app


def run(app: Flask, *more: str, file: Path = LIST, plan: Path = MAP) -> tuple[int, str, str]:
    end_reading()
    result = app.test_cli_runner().invoke(args=["wishes", "import", str(file), "--map", str(plan), *more])
    end_reading()
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def wishes() -> dict[str, Wish]:
    end_reading()
    return {str(wish.source_key).partition(":")[2]: wish for wish in reading().scalars(select(Wish))}


def count(table: type[Wish] | type[Site] | type[Region] | type[Notice]) -> int:
    end_reading()
    return reading().scalar(select(func.count()).select_from(table)) or 0


def test_rows_become_submitted_wishes_of_sites(poster: Flask) -> None:
    code, said, refused = run(poster)
    assert code == 0
    assert said.strip() == "5 submitted, 0 known already, 10 refused."
    found = wishes()
    assert set(found) == TAKEN
    assert {wish.state for wish in found.values()} == {"submitted"}
    assert {wish.beneficiary_kind for wish in found.values()} == {"site"}
    books, choir, dear = found["p1"], found["p2"], found["p3"]
    assert books.title == "识字课用的图书" and books.category == "books" and books.school_stage == "primary"
    # 700 yuan are seven sets of 100; the source's day is kept, and clocks start now
    assert (books.wanted, books.unit_fen) == (7, 100_00)
    assert books.source_posted_at == datetime(2012, 3, 3, 16, tzinfo=UTC)
    assert books.submitted_at is not None and books.submitted_at.year > 2020
    assert books.act_by is not None and books.act_by > books.submitted_at
    assert (choir.category, choir.wanted, choir.unit_fen) == ("art-music", 1, 99_96)
    assert dear.unit_fen <= 100_00 and dear.wanted == 4_877
    assert dear.wanted * dear.unit_fen >= 69_670_89 * 7
    assert found["p4"].category == "lab-set" and found["p14"].category == "sports"
    assert "p5: refused, a trip is not goods" in refused
    assert "p6: refused, a visitor is not goods" in refused
    assert "p13: refused, contact-link" in refused  # by the rules of the form
    assert "p7: refused, the map knows no county for 'XX'" in refused


def test_the_ground_is_laid_once_a_county_a_state(poster: Flask) -> None:
    run(poster)
    counties = {wish.county for wish in wishes().values()}
    assert len(counties) == 4 and all(county.startswith("9903") for county in counties)
    points = set(reading().scalars(select(ServicePoint.region_code)))
    assert {f"{county}001" for county in counties} <= points
    assert count(Site) == 5  # p1 and p2 come from one school; that of p13 is there for when its words are mended
    programme = reading().scalars(select(Programme)).one()
    assert programme.code == "CLASSROOMS" and programme.body
    assert {wish.programme_id for wish in wishes().values()} == {programme.id}
    assert count(Region) == len(list(demo_regions())) + 1 + 2 * 51
    assert get_ground().imported == len(TAKEN)


def test_a_second_time_changes_nothing(poster: Flask) -> None:
    run(poster)
    before = {key: wish.ref for key, wish in wishes().items()}
    code, said, _ = run(poster)
    assert code == 0
    assert said.strip() == "0 submitted, 5 known already, 10 refused."
    assert {key: wish.ref for key, wish in wishes().items()} == before
    assert count(Site) == 5


def test_a_rehearsal_keeps_nothing(poster: Flask, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    before = count(Region)
    code, said, _ = run(poster, "--dry-run", "--report", str(report))
    assert code == 0
    assert said.strip() == "5 would be submitted, 0 known already, 10 refused."
    assert (count(Wish), count(Site), count(Region)) == (0, 0, before)
    with report.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["line"] for row in rows] == [str(line) for line in range(2, 17)]
    assert rows[0] == {"line": "2", "key": "classrooms-2012:p1", "outcome": "submitted", "reason": ""}


def test_they_are_reviewed_under_their_programme_and_the_book_agrees(poster: Flask) -> None:
    run(poster)
    reviewer = with_role("judge@example.org", Role.REVIEWER, "9903")
    wish = next(iter(wishes().values()))
    with transaction() as tx:  # control: what the map declared lies on file, and is what they are published on
        tx.session.execute(update(BasisFile).values(replaced_at=tx.now))
    run(poster)  # and taking the list in again makes nothing good
    with pytest.raises(Conflict, match="basis-without-file"):
        review.approve(reviewer, wish.ref, checks=NEED_CHECKLIST)
    with transaction() as tx:
        tx.session.execute(update(BasisFile).values(replaced_at=None))
    for wish in wishes().values():
        review.approve(reviewer, wish.ref, checks=NEED_CHECKLIST)
    assert {wish.state for wish in wishes().values()} == {"approved"}
    report = verify(db.engine, log_signer().verifier)
    assert report.is_clean, report.difference


def test_one_word_is_enough_for_a_list(poster: Flask) -> None:
    put_codes = "990305001"
    run(poster, "--dry-run")
    regions.add_invented(SYSTEM, [("9903", "远岸市"), ("990305", "银柳县"), (put_codes, "银柳镇")])
    with_role("judge@example.org", Role.REVIEWER, put_codes)
    run(poster)
    end_reading()
    told = reading().scalar(select(func.count()).select_from(Notice).where(Notice.kind == "wish-to-review"))
    assert told == 1  # two wishes wait in that county


def test_who_posts_must_be_both(app: Flask) -> None:
    put_demo_regions()
    assert "no account of the log-in" in run(app)[2]
    with_role(POSTER, Role.VOLUNTEER, "99")
    code, _said, error = run(app)
    assert code == 1 and "refused" in error
    assert count(Wish) == 0


def test_only_the_operator_gives_a_second_role(poster: Flask) -> None:
    del poster
    stranger = with_role("stranger@example.org", Role.ADMINISTRATOR, "99")
    with pytest.raises(NotPermitted):
        accounts.grant_role(stranger, login=POSTER, role=Role.AUDITOR, region="99")
    with pytest.raises(Missing):
        accounts.grant_role(SYSTEM, login="nobody@example.org", role=Role.AUDITOR, region="99")


def test_a_map_is_checked_before_anything_happens(poster: Flask, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    for text, why in (
        ("[list", "bad.toml"),
        ("[list]\n", "there is no [posting]"),
        (MAP.read_text("utf-8").replace('key = "projectid"', 'key = ""'), "does not name 'key'"),
        (MAP.read_text("utf-8").replace('key = "projectid"', 'key = "nowhere"'), "no column 'nowhere'"),
    ):
        bad.write_text(text, "utf-8")
        code, _said, error = run(poster, plan=bad)
        assert code == 1 and why in error, error
    code, _said, error = run(poster, "--programme", "OTHER")
    assert code == 1 and "no programme OTHER" in error
    assert count(Wish) == 0


def test_the_shipped_map_reads_every_shape_of_row() -> None:
    read = list(ForeignMap(MAP).read(LIST))
    assert [type(row) for row in read].count(ForeignNeed) == len(TAKEN) + 1  # p13 is stopped by its words only
    assert all(row.reason for row in read if isinstance(row, Refusal))
    assert all(0 < row.unit_fen <= 100_00 and row.wanted >= 1 for row in read if isinstance(row, ForeignNeed))


def test_a_map_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadMap):
        ForeignMap(tmp_path / "nothing.toml")
