"""The pages of county lists, and the verb: from the file to the register and out again, without any script."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from xlsxwriter import Workbook

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.models.accounts import ExportMade
from tests.kit import county_list as c
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.village import Village
from tests.kit.visits import post, signed_in

pytestmark = pytest.mark.backends("sqlite")
NEW = f"/admin/imports/new?region={v.COUNTY}"


@pytest.fixture
def at(app: Flask) -> Village:
    return v.build()


@pytest.fixture
def of(app: Flask) -> Callable[[Actor], Client]:
    return lambda who: signed_in(app, who)


def bring(office: Client, content: bytes, name: str = "名册.csv"):  # type: ignore[no-untyped-def]
    return post(office, f"{NEW}&lang=en", {"file": (io.BytesIO(content), name)}, shown_at=f"{NEW}&here=1")


def chosen(page: str) -> dict[str, str]:
    """Read what each column is taken for, as the form shows it."""
    found: dict[str, str] = {}
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        picked = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = picked[1] if picked else ""
    return found


def county_sheet() -> bytes:
    """A county's own workbook: a title, two rows of headings with merged cells, families merged downwards, a sum."""
    out = io.BytesIO()
    book = Workbook(out)
    sheet = book.add_worksheet()
    sheet.merge_range(0, 0, 0, 9, "云溪县2026年帮扶对象花名册")
    sheet.merge_range(1, 0, 2, 0, "行政村")
    sheet.merge_range(1, 1, 1, 3, "户主信息")
    sheet.write_row(2, 1, ["姓名", "家庭住址", "联系电话"])
    sheet.merge_range(1, 4, 1, 8, "家庭成员")
    sheet.write_row(2, 4, ["姓名", "与户主关系", "性别", "身份证号", "困难类型"])
    row = 3
    for number in (1, 2):
        rows = c.family(number)
        for column, place in ((0, 2), (1, 3), (2, 4), (3, 5)):
            sheet.merge_range(row, column, row + 1, column, rows[0][place])
        for one in rows:
            sheet.write_row(row, 4, [*one[7:11], "低保"])
            row += 1
    sheet.write_row(row, 0, ["合计", "2户", "", "", "4人"])
    book.close()
    return out.getvalue()


def test_a_countys_own_workbook_comes_in_page_by_page(at: Village, of: Callable[[Actor], Client]) -> None:
    office = of(at.administrator)
    assert "/admin/imports" in office.get("/admin").text
    done = bring(office, county_sheet(), "名册.xlsx")
    assert done.status_code == 303
    columns_url = str(done.location)
    url = columns_url.removesuffix("/columns")
    shown = office.get(f"{columns_url}?lang=en").text
    picked = chosen(shown)
    assert [picked[f"column_{place}"] for place in range(9)] == [
        "village", "head", "address", "phone", "name", "relation", "sex", "id-number", "category"
    ]  # fmt: skip
    twice = post(office, f"{columns_url}?lang=en", picked | {"column_2": "head"}, shown_at=columns_url)
    assert twice.status_code == 422
    assert "Two columns are taken for the same thing." in twice.text
    assert post(office, columns_url, picked, shown_at=columns_url).location == url
    progress = office.get(f"{url}?lang=en").text
    assert '<progress max="4" value="0"' in progress
    c.carry_all(url.rsplit("/", 1)[1])
    checked = office.get(f"{url}?lang=en").text
    assert "Register these households" in checked
    assert "合计" not in checked
    assert post(office, f"{url}/apply", {}, shown_at=url).status_code == 303
    c.carry_all(url.rsplit("/", 1)[1])
    assert "Undo the whole list" in office.get(f"{url}?lang=en").text
    assert post(office, f"{url}/undo", {}, shown_at=url).status_code == 303
    assert "Being undone" in office.get(f"{url}?lang=en").text
    c.carry_all(url.rsplit("/", 1)[1])
    assert "Its households left the register" in office.get(f"{url}?lang=en").text
    assert post(office, f"{url}/undo", {}, shown_at="/account").status_code == 409


def exported() -> list[tuple[int | None, str, str, dict[str, str], int]]:
    """Read which exports are on record."""
    end_reading()
    made = reading().scalars(select(ExportMade).order_by(ExportMade.id)).all()
    found = [(one.account_id, one.what, one.form, json.loads(one.filters), one.rows) for one in made]
    end_reading()
    return found


def test_rows_left_out_are_on_record_each_time_and_who_did_not_bring_the_list_takes_nothing(
    at: Village, of: Callable[[Actor], Client]
) -> None:
    with transaction() as tx:
        colleague = v.add_person(tx, (Role.ADMINISTRATOR, v.COUNTY))
    ref = c.checked(at.administrator, c.text([*c.family(1), *c.family(2, phone="12")]))
    other, office = of(colleague), of(at.administrator)
    page = other.get(f"/admin/imports/{ref}").text
    assert "/left-out" not in page
    assert post(other, f"/admin/imports/{ref}/left-out", shown_at="/account").status_code == 404
    assert exported() == []
    for _time in range(2):
        post(office, f"/admin/imports/{ref}/left-out", shown_at=f"/admin/imports/{ref}").close()
    assert [row[1:4] for row in exported()] == [("left-out", "xlsx", {"list": ref})] * 2
    told = other.get("/audit/exports?lang=en").text
    assert "Rows left out of a county" in told
    assert f"List: {ref}" in told
    assert "Rows left out of a county" in other.get("/audit/access?look=export&lang=en").text
    assert 'value="left-out"' not in told  # it is taken at the list alone


def test_rows_left_out_leave_as_a_sheet_that_can_be_put_right_and_brought_again(
    at: Village, of: Callable[[Actor], Client]
) -> None:
    office = of(at.administrator)
    rows = c.family(1)
    rows[0][4] = '=HYPERLINK("http://example.org","三组")'.replace("=", "@")  # a spreadsheet would run it
    rows[1][8] = "邻居"
    ref = c.checked(at.administrator, c.text(rows))
    page = office.get(f"/admin/imports/{ref}?lang=en").text
    assert "I4" in page
    assert "This relation to the head is not known." in page
    assert exported() == []
    assert office.get(f"/admin/imports/{ref}/left-out").status_code == 405  # looking at an address takes nothing along
    answer = post(office, f"/admin/imports/{ref}/left-out?lang=en", shown_at=f"/admin/imports/{ref}")
    assert answer.status_code == 200
    assert exported() == [(at.administrator.account_id, "left-out", "xlsx", {"list": ref}, 2)]
    assert answer.headers["Cache-Control"].startswith(("private", "no-store"))
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        sheet = (
            book.read("xl/worksheets/sheet1.xml").decode() + book.read("xl/sharedStrings.xml").decode()
            if ("xl/sharedStrings.xml" in book.namelist())
            else book.read("xl/worksheets/sheet1.xml").decode()
        )
    assert "&#39;@HYPERLINK" in sheet or "'@HYPERLINK" in sheet
    again = c.checked(at.administrator, answer.data)
    answer.close()
    assert [row[1:] for row in c.told(again)] == [("held", "", ""), ("wrong", "L3", "list-relation")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 broken", "This file cannot be read."),
        ("说明\n只是一段话".encode(), "Among the first rows there are no headings"),
        (c.text([]), "There is no row in this list."),
    ],
)
def test_a_file_that_is_no_list_gives_the_form_back_with_one_sentence(
    at: Village, of: Callable[[Actor], Client], content: bytes, said: str
) -> None:
    answer = bring(of(at.administrator), content)
    assert answer.status_code == 422
    assert said in answer.text


def test_the_verb_does_the_same_through_the_same_service(app: Flask, at: Village, tmp_path: Path) -> None:
    email = "office@example.org"
    with transaction() as tx:
        v.add_person(
            tx, *((grant.role, grant.region) for grant in at.administrator.grants if grant.region), email=email
        )
    rows = [*c.family(1), *c.family(2)]
    rows[3][8] = "邻居"
    (tmp_path / "list.csv").write_bytes(c.text(rows))
    (tmp_path / "map.toml").write_text(f'region = "{v.COUNTY}"\n[columns]\n"联系电话" = ""\n', "utf-8")
    command = ["households", "import", str(tmp_path / "list.csv"), "--map", str(tmp_path / "map.toml"), "--as", email]
    run = app.test_cli_runner().invoke
    tried = run(args=[*command, "--dry-run"])
    assert tried.exit_code == 0, tried.output
    assert "1 households would come in, 2 rows are left out" in tried.output
    assert "row 6, I6: wrong, list-relation" in tried.stderr
    done = run(args=command)
    assert "1 households came in, 2 rows were left out" in done.output
    assert "K3: wrong, person-registered" in run(args=command).stderr  # nobody comes in twice
    stranger = run(args=[*command[:-1], "nobody@example.org"])
    assert stranger.exit_code == 1
