"""An office brings a county's list, sees what is wrong in which cell, registers it, and reads the books above it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from charity.jobs import register_books as nightly
from tests.browser.eyes import Eyes
from tests.kit import county_list as c
from tests.kit import village as v
from tests.kit.browser import DESKTOP

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.backends("sqlite")]


def test_from_a_countys_list_to_its_books(enter: Callable[..., Eyes], tmp_path: Path) -> None:
    at = v.build()
    rows = [row for number in range(1, 9) for row in c.family(number)]
    rows[3][8], rows[5][10], rows[8][5] = "邻居", "110101201502290011", "12345"
    file = tmp_path / "名册.csv"
    file.write_bytes(c.text(rows))

    office = enter("administrator", by=at.administrator, size=DESKTOP)
    office.go("/admin").follow("County lists").follow("Bring a county list").follow("The list is of this place")
    office.press("Read the list", status=422)
    office.fill(file=file).press("Read the list")
    ref = office.path.split("/")[3]
    office.fill(column_2="head").press("Check the list", status=422)
    office.fill(column_2="village").press("Check the list").reads(
        "The list is being checked. Nothing is registered yet."
    )
    c.carry_all(ref)
    office.go(f"/admin/imports/{ref}", state="checked").reads("This relation to the head is not known.")
    office.press("Register these households").reads("The households are being registered.")
    c.carry_all(ref)
    nightly.turn()
    office.go(f"/admin/imports/{ref}", state="applied").reads("Rows left out")
    office.go("/admin/imports")

    reviewer = enter("reviewer", by=at.reviewer)
    reviewer.menu("Register books").to(f"main a[href='/registers/{v.VILLAGE}']")
    reviewer.reads("Households of this village")
    office.menu("Register books").reads("By life cycle")
    office.go(f"/admin/imports/{ref}").press("Undo the whole list")
    office.reads("The list is being undone: its households leave the register.")
    c.carry_all(ref)
    office.go(f"/admin/imports/{ref}", state="undone").reads("Undone")
