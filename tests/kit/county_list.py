"""Counties' lists for tests: rows as an office writes them, with good ID numbers of people who never were."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date

from sqlalchemy import select

from charity.adapters.county_sheets import Sheet
from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor
from charity.domain.households import Category
from charity.domain.identity import check_digit
from charity.jobs.county_lists import carry
from charity.models.county_lists import CountyList, CountyListRow
from charity.queries.county_lists import get_list
from charity.services.register.lists import applying, staging
from tests.kit import village as v

TITLE = ("云溪县2026年帮扶对象花名册",)
HEADINGS = (
    "户编号",
    "乡镇",
    "村",
    "户主姓名",
    "家庭住址",
    "联系电话",
    "帮扶类别",
    "姓名",
    "与户主关系",
    "性别",
    "身份证号码",
)
NEED = ("心愿名称", "心愿类别", "心愿原因", "单价(元)", "数量", "尺码")
PAPER = ("同意登记日期", "同意公示日期", "同意书编号")
Rows = Sequence[Sequence[str]]


def id_number(number: int, *, born: date, male: bool = True) -> str:
    """Give an ID number of nobody, with a good check digit."""
    order = number % 500 * 2 + (1 if male else 0)
    first = f"{990101 + number // 500 % 8}{born:%Y%m%d}{order:03}"
    return first + check_digit(first)


def family(number: int, *, head: str = "", phone: str = "", village: str = v.NAMES[v.VILLAGE]) -> list[list[str]]:
    """Give the rows of a family of two: the head, and a child of nine."""
    head = head or f"王建{_hundred(number)}"
    home = [str(number), v.NAMES[v.TOWNSHIP], village, head, f"{number}组", phone, "低保户"]
    grown, small = date(1980, 1, 1 + number % 28), date(2016, 3, 1 + number % 28)
    return [
        [*home, head, "户主", "男", id_number(number, born=grown)],
        [*home, f"王小{_hundred(number)}", "长女", "女", id_number(number, born=small, male=False)],
    ]


def _hundred(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in f"{number:03}")


def text(rows: Rows, *, headings: Sequence[str] = HEADINGS) -> bytes:
    """Write rows below a title and headings, in the writing that offices save."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([TITLE, headings, *rows])
    return out.getvalue().encode("gb18030")


def staged(office: Actor, data: bytes, *, region: str = v.COUNTY) -> str:
    """Bring a list."""
    return staging.stage(office, region, sheet=Sheet(data))


def checked(office: Actor, data: bytes, *, region: str = v.COUNTY) -> str:
    """Bring a list, take its columns as they were recognised, and read it as a dry run."""
    ref = staged(office, data, region=region)
    end_reading()
    columns = tuple(heading.column for heading in get_list(office, ref).headings)
    staging.check(office, ref, columns=columns, category=Category.LOW_INCOME)
    carry_all(ref)
    return ref


def applied(office: Actor, data: bytes, *, region: str = v.COUNTY) -> str:
    """Bring, check and apply a list."""
    ref = checked(office, data, region=region)
    applying.apply(office, ref)
    carry_all(ref)
    return ref


def carry_all(ref: str, work: Callable[[str], int] = carry) -> None:
    """Let the worker do all there is to do."""
    while work(ref):
        pass
    end_reading()


def told(ref: str) -> list[tuple[int, str, str, str]]:
    """Give line, state, cell and reason of each row."""
    end_reading()
    row = CountyListRow
    rows = select(row.line, row.state, row.cell, row.reason).join(CountyList, CountyList.id == row.list_id)
    return [tuple(one) for one in reading().execute(rows.where(CountyList.ref == ref).order_by(row.line))]
