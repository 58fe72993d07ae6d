"""The open files: what stands in them, and that the digest in the book is of exactly these lines."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator

import pytest
from flask import Flask

from charity.adapters.db import end_reading, reading
from charity.jobs import boards as board_jobs
from charity.jobs.sequencing import seal_waiting
from charity.ledger import entries_before
from charity.queries import figures, open_data
from tests.kit.client import Client
from tests.projections.test_boards import give
from tests.services import town as t
from tests.services.town import Town


@pytest.fixture
def town(app: Flask) -> Iterator[Town]:
    figures.forget_figures()
    yield t.found_town()
    figures.forget_figures()


def seal() -> None:
    end_reading()
    while seal_waiting():
        end_reading()
    end_reading()


def rows(client: Client, name: str) -> list[dict[str, str]]:
    answer = client.get(f"/open/{name}.csv")
    assert answer.status_code == 200 and answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_lines_of_the_boards_sum_to_the_board(town: Town, client: Client) -> None:
    donor = t.person()
    give(town, donor)
    give(town, t.person(), display="anonymous")
    seal()
    lines = rows(client, "boards-lines")
    assert [(line["pseudonym"], line["region"], line["metric"], line["value"]) for line in lines] == [
        (t.account_row(donor).pseudonym, t.COUNTY, "wishes", "1"),
        ("", t.COUNTY, "wishes", "1"),
    ]


def test_the_book_carries_the_digest_of_the_lines_once_a_day(town: Town, client: Client) -> None:
    give(town, t.person())
    seal()
    assert board_jobs.publish_digest() == 1
    assert board_jobs.publish_digest() == 0
    seal()
    lines = rows(client, "boards-lines")
    text = "".join(",".join(line.values()) + "\n" for line in lines)
    newest = entries_before(reading(), limit=1)[0]
    assert newest.body.facts["digest"] == hashlib.sha256(text.encode()).hexdigest()
    assert newest.body.facts["rows"] == len(lines)


def test_another_line_gives_another_digest(town: Town) -> None:
    give(town, t.person())
    seal()
    before = open_data.digest_lines()
    give(town, t.person())
    seal()
    assert open_data.digest_lines().digest != before.digest


def test_wishes_and_figures_agree(town: Town, client: Client) -> None:
    give(town, t.person())
    t.wish(town, wanted=3)
    t.wish(town, state="draft")
    t.wish(town, hidden_at=t.MONDAY)
    seal()
    wishes = rows(client, "wishes")
    assert sorted(wish["state"] for wish in wishes) == ["approved", "closed"]
    said = {row["figure"]: row["value"] for row in rows(client, "figures")}
    assert said["wishes_public"] == "2" and said["wishes_fulfilled"] == said["wishes_open"] == "<5"
    assert said[f"open_wishes:{t.COUNTY[:4]}"] == "<5"  # one family in the county: its city is named
    assert f"open_wishes:{t.COUNTY}" not in said
    assert said["confirmed_by:call-back"] == "<5"
    page = client.get("/figures?lang=en").get_data(as_text=True)
    assert "&lt;5" in page


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
@pytest.mark.parametrize("name", ["wishes", "boards-lines", "figures", "book"])
def test_every_table_in_every_form(town: Town, client: Client, app: Flask, name: str, form: str) -> None:
    give(town, t.person())
    seal()
    answer = client.get(f"/open/{name}.{form}")
    assert answer.status_code == 200 and len(answer.data) > 20
    if form == "json":
        assert isinstance(json.loads(answer.data), list)
    shell = app.test_cli_runner().invoke(args=["export", name, "--format", form])
    assert shell.exit_code == 0
    assert client.get(f"/open/{name}.exe").status_code == 404
    assert client.get(f"/open/accounts.{form}").status_code == 404
