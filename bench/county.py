"""The line of counties' lists: 100,000 rows from the file to the register, and the memory that takes."""

import csv
import json
import os
import resource
import secrets
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import psycopg

from bench.lines import Line, line
from bench.site import Site
from charity.adapters.county_sheets import Sheet
from charity.adapters.db import end_reading, transaction
from charity.adapters.settings import ROOT
from charity.domain.actors import Role
from charity.domain.identity import check_digit
from charity.domain.regions import level_of, parent_of
from charity.factory import create_app
from charity.jobs.county_lists import carry
from charity.models.regions import Region
from charity.queries.county_lists import get_list
from charity.services.register.lists import applying, staging
from tests.kit import village as v

PEOPLE, VILLAGES, CHUNK, MEGABYTE = 4, 60, 1_000, 1024
HEADINGS = (
    "户编号",
    "村",
    "户主姓名",
    "家庭住址",
    "联系电话",
    "帮扶类别",
    "致困原因",
    "姓名",
    "与户主关系",
    "性别",
    "身份证号码",
)
RELATIONS = (("户主", "男", 45), ("配偶", "女", 43), ("长女", "女", 12), ("次子", "男", 8))
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜秀敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华"


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds for bringing, checking and applying; rows that came in; megabytes the process had at most."""

    read: float
    checked: float
    applied: float
    taken: int
    memory: float

    @property
    def whole(self) -> float:
        """Add the three up."""
        return self.read + self.checked + self.applied


def measure(running: Site, backend: str, *, rows: int) -> Iterator[Line]:
    """Bring a county's list in; reference: as many bare rows, as they come, in transactions as large."""
    path = running.home / "county.csv"
    write(path, rows)
    before = _bare(running, rows)
    command = [sys.executable, "-m", "bench.county", str(path)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | running.environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"the list could not be brought in: {done.stderr[-3000:]}")
    spent = Spent(**json.loads(done.stdout.splitlines()[-1]))
    if spent.taken != rows:
        raise SystemExit(f"only {spent.taken} of {rows} rows came in")
    yield line(
        f"import-households-{backend}",
        [rows / spent.whole],
        [before, _bare(running, rows)],
        unit="rows per second",
        setting=f"{backend}, {rows} rows in families of {PEOPLE}, one process: {spent.whole:.1f} s in all, brought in"
        f" {spent.read:.1f} s, checked in {spent.checked:.1f} s, applied in {spent.applied:.1f} s,"
        f" at most {spent.memory:.0f} MB, against bare rows",
    )


def write(path: Path, rows: int) -> None:
    """Write a list of people who never were, in the writing that offices save."""
    with path.open("w", encoding="gb18030", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(("云溪县帮扶对象花名册",))
        sheet.writerow(HEADINGS)
        for number in range(rows):
            sheet.writerow(_row(*divmod(number, PEOPLE)))


def _row(family: int, place: int) -> tuple[str, ...]:
    relation, sex, age = RELATIONS[place]
    born = date(2026 - age, 1, 1) + timedelta(days=family % 300)
    first = f"{990000 + family // 300 % 500}{born:%Y%m%d}{(family // 150_000 * 2 + (sex == '男')):03}"
    home = (str(family), _village(family), _name(family, 0), f"{family % 30 + 1}组{family}号", f"138{family:08}")
    who = (_name(family, place), relation, sex, first + check_digit(first))
    return (*home, "低保户", "因病、因学", *who)


def _name(family: int, place: int) -> str:
    left = family * PEOPLE + place
    letters = SURNAMES[family % len(SURNAMES)]
    for _ in range(3):
        left, letter = divmod(left, len(GIVEN))
        letters += GIVEN[letter]
    return letters


def _village(family: int) -> str:
    return f"青山{family % VILLAGES + 1}村"


def _bring(path: Path) -> Spent:
    with transaction() as tx:
        v.add_regions(tx)
        for number in range(VILLAGES):
            code = f"{v.TOWNSHIP}{number + 100}"
            region = Region(code=code, parent=str(parent_of(code)), level=int(level_of(code)), name=_village(number))
            tx.session.add(region)
        office = v.add_person(tx, (Role.ADMINISTRATOR, v.COUNTY))
    marks = [time.perf_counter()]
    ref = staging.stage(office, v.COUNTY, sheet=Sheet(path.read_bytes()))
    marks.append(time.perf_counter())
    columns = tuple(heading.column for heading in get_list(office, ref).headings)
    end_reading()
    staging.check(office, ref, columns=columns, category=None)
    while carry(ref):
        pass
    marks.append(time.perf_counter())
    applying.apply(office, ref)
    while carry(ref):
        pass
    marks.append(time.perf_counter())
    end_reading()
    taken = get_list(office, ref).counts["taken"]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    read, checked, applied = (after - before for before, after in pairwise(marks))
    return Spent(read, checked, applied, taken, memory)


def _bare(running: Site, rows: int) -> float:
    """Insert bare rows of a person's size; gives how many a second."""
    table = "CREATE TABLE IF NOT EXISTS raw_people (ref text PRIMARY KEY, home bigint, name {0}, born {0}, number {0})"
    given = [(f"{secrets.token_hex(8)}", n, b"n" * 36, b"b" * 38, b"i" * 46) for n in range(min(rows, 20_000))]
    chunks = [given[at : at + CHUNK] for at in range(0, len(given), CHUNK)]
    began = time.perf_counter()
    if "DATABASE_URL" in running.environ:
        with psycopg.connect(running.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
            cursor.execute(table.format("bytea").encode())
            for chunk in chunks:
                cursor.executemany("INSERT INTO raw_people VALUES (%s, %s, %s, %s, %s)", chunk)
                connection.commit()
    else:
        with closing(sqlite3.connect(running.home / "instance" / "charity.db")) as connection:
            connection.execute(table.format("blob"))
            for chunk in chunks:
                connection.executemany("INSERT INTO raw_people VALUES (?, ?, ?, ?, ?)", chunk)
                connection.commit()
    return len(given) / (time.perf_counter() - began)


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps(asdict(_bring(Path(sys.argv[1])))))
