"""Loading divisions: as a whole or not at all, as often as one likes, fast, and never into province 99."""

import lzma
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from charity.adapters.db import end_reading, reading
from charity.adapters.region_file import SHIPPED, RegionFile
from charity.domain.actors import SYSTEM, VISITOR
from charity.domain.demo_regions import demo_regions
from charity.domain.errors import Invalid, NotPermitted
from charity.domain.regions import Level, level_of, parent_of
from charity.models.regions import Region
from charity.queries import regions as read
from charity.services import regions
from tests.kit.people import put_demo_regions

ROWS = [
    "43,湖南省",
    "4301,长沙市",
    "430102,芙蓉区",
    "430102001,文艺路街道",
    "430102001001,识字里社区居委会",
    "62,甘肃省",
]


def file_of(folder: Path, *rows: str, header: str = "code,name") -> RegionFile:
    path = folder / "regions.csv"
    path.write_text("\n".join([header, *rows, ""]), "utf-8")
    return RegionFile(path)


def count() -> int:
    end_reading()
    found = reading().execute(select(func.count()).select_from(Region)).scalar_one()
    end_reading()
    return found


def test_rows_become_a_tree_and_a_second_time_changes_nothing(app: Flask, tmp_path: Path) -> None:
    source = file_of(tmp_path, *ROWS)
    assert regions.import_regions(SYSTEM, source) == regions.Imported(6, 6)
    assert regions.import_regions(SYSTEM, source) == regions.Imported(6, 0)
    assert [card.code for card in read.list_path("430102001001")] == [
        "43",
        "4301",
        "430102",
        "430102001",
        "430102001001",
    ]
    assert [card.name for card in read.list_children("430102")] == ["文艺路街道"]


def test_a_new_name_is_taken_over(app: Flask, tmp_path: Path) -> None:
    regions.import_regions(SYSTEM, file_of(tmp_path, *ROWS))
    changed = file_of(tmp_path, *ROWS[:2], "430102,芙蓉新区")
    assert regions.import_regions(SYSTEM, changed) == regions.Imported(3, 1)
    assert read.list_children("4301")[0].name == "芙蓉新区"


def test_under_takes_a_division_with_what_contains_it(app: Flask, tmp_path: Path) -> None:
    loaded = regions.import_regions(SYSTEM, file_of(tmp_path, *ROWS), under="430102")
    assert loaded.rows == 5
    assert not read.exists("62")


def test_a_compressed_file_is_read_and_progress_told(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "regions.csv.xz"
    with lzma.open(path, "wt", encoding="utf-8") as file:
        file.write("code,name\n" + "\n".join(ROWS))
    told: list[tuple[int, int]] = []
    regions.import_regions(SYSTEM, RegionFile(path), shown=lambda done, total: told.append((done, total)))
    assert told == [(6, 6)]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("991,坏", "region-code-shape"),
        ("99,同心省", "region-code-demo"),
        ("990101,暖溪县", "region-code-demo"),
        ("43０1,长沙市", "region-code-shape"),
        ("4302,", "region-name-shape"),
        ("4302," + "长" * 81, "region-name-shape"),
        ("4302,a\u200bb", "region-name-shape"),
        ("440101,越秀区", "region-without-parent"),
        ("4302,株洲市,x", "region-row-unreadable"),
        ("4302", "region-row-unreadable"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_nothing_is_written(app: Flask, tmp_path: Path, row: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        regions.import_regions(SYSTEM, file_of(tmp_path, *ROWS, row))
    assert (refused.value.code, refused.value.params["line"]) == (code, 8)
    assert count() == 0


@pytest.mark.parametrize("content", [b"code,name\n43,\xff\xfe\n", b"name,code\n", b""])
def test_a_file_that_is_no_list_is_refused(app: Flask, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "regions.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid):
        regions.import_regions(SYSTEM, RegionFile(path))
    assert count() == 0


def test_a_cut_off_compressed_file_is_refused(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "regions.csv.xz"
    path.write_bytes(SHIPPED.read_bytes()[:50_000])
    with pytest.raises(Invalid, match="region-row-unreadable"):
        regions.import_regions(SYSTEM, RegionFile(path))
    assert count() == 0


def test_a_file_without_the_wanted_division_is_refused(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="region-none"):
        regions.import_regions(SYSTEM, file_of(tmp_path, *ROWS), under="11")


def test_only_the_operator_loads(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(NotPermitted):
        regions.import_regions(VISITOR, file_of(tmp_path, *ROWS))


def test_first_start_loads_what_is_absent_only(app: Flask, tmp_path: Path) -> None:
    source = file_of(tmp_path, *ROWS)
    made = len(list(demo_regions()))
    assert regions.first_start(SYSTEM, source, province="43").rows == made + 5
    assert regions.first_start(SYSTEM, source, province="43") == regions.Imported(0, 0)


def test_the_invented_province_is_a_tree_of_villages() -> None:
    nodes = list(demo_regions())
    codes = {node.code for node in nodes}
    assert len(codes) == len(nodes)
    assert all(parent_of(node.code) in codes | {""} for node in nodes)
    counties = [node for node in nodes if level_of(node.code) is Level.COUNTY]
    assert len(counties) == 3
    for county in counties:
        assert any(level_of(code) is Level.VILLAGE for code in codes if code.startswith(county.code))


def test_no_invented_name_is_a_real_place() -> None:
    invented = {node.name.removesuffix("（演示）") for node in demo_regions()}
    real = {name for _, _, name in RegionFile(SHIPPED).rows()}
    villages = {name.removesuffix("民委员会").removesuffix("委会") for name in real}
    assert not invented & (real | villages)


def test_names_come_in_the_readers_language(app: Flask, tmp_path: Path) -> None:
    put_demo_regions()
    regions.import_regions(SYSTEM, file_of(tmp_path, *ROWS, "61,陕西省"))
    assert read.place_name("990101") == "暖溪县（演示）"
    assert read.place_name("990101", language="en") == "Warmbrook County (demo)"
    assert read.place_name("61", language="en") == "Shaanxi"
    assert read.place_path("430102", language="en") == "Furong District, Changsha City, Hunan"
    assert read.place_path("430102") == "湖南省长沙市芙蓉区"
    assert read.place_name("123456") == "123456"


def test_places_are_found_by_name_pinyin_and_initials(app: Flask, tmp_path: Path) -> None:
    regions.import_regions(SYSTEM, file_of(tmp_path, *ROWS))
    for typed in ("长沙", "changsha", "css", "ChangSha"):
        assert [card.code for card in read.find_regions(typed)] == ["4301"], typed
    assert read.find_regions("%") == []
    assert [card.code for card in read.find_regions("szl", within="430102")] == ["430102001001"]


@pytest.mark.slow
@pytest.mark.full_on("postgres")
def test_all_of_the_country_loads_within_a_minute(app: Flask) -> None:
    began = time.monotonic()
    loaded = regions.import_regions(SYSTEM, RegionFile(SHIPPED))
    assert loaded.rows == 665_276
    assert time.monotonic() - began < 60
    assert count() == 665_276
