"""The line of searches: the time of the SQL of a page of found wishes, over words of many classes and later pages.

`python -m bench.search` measures the database of its environment and says what each class took.
"""

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median, quantiles
from typing import Any

from sqlalchemy import event, select

from bench.lines import ROUNDS, Line, line
from bench.search_ground import FIRST, SEASON, VALLEY, YEAR, fill
from bench.site import Site
from charity.adapters.db import db, end_reading, reading
from charity.adapters.settings import ROOT
from charity.domain.actors import VISITOR
from charity.domain.wall import Order
from charity.factory import create_app
from charity.models.search_rows import SearchText
from charity.models.wishes import Wish
from charity.queries.wall import EMPTY, WallFilters, cursor_at, list_wall

NAMES = ("search",)
TOGETHER = "two in many, together nowhere"  # is no word; measured as it is, without filters and deep pages
WORDS = {
    "in many": ("棉衣", "运动鞋", "书包", "学校", "作业", "冬季", "一件", "孩子", "上学路上"),
    "eight long": ("冬季加厚棉衣一件", "学生用书包一个", "家里只有一张桌子", "旧的已经用了三年", "儿童运动鞋一双"),
    "eight long, missing": ("冬季加厚书包一件", "家里只有三年桌子", "学生作业运动会桌", "上学路上雨天路滑"),
    "widths": ("３６码", "36码", "３６码雨鞋", "Ｔ恤", "Ａ４纸", "a4纸"),
    "traditional": ("運動鞋", "書包", "課外讀物", "學校離家", "護眼檯燈", "羽絨服"),
    "pinyin": ("yundongxie", "mianyi", "shubao", "xuexiao", "shuzhuo", "kouqin", "xie", "yugaoyuan"),
    "pinyin, missing": ("lanzhuo", "yundongbao", "xuexizhuo", "feichuan", "mianxue", "zhuangbei"),
    "initials": ("ydx", "my", "sb", "kwdw", "djjh", "ydxys", "jl", "hbcyl"),
    "initials, missing": ("qqzx", "zzxxw", "bpmf", "xqzqp", "ggwwk", "nnmmb"),
    "mixed": ("yundong鞋", "36码 yuxie", "T恤 xuesheng", "A4纸一箱", "棉衣 很冷", "书包 sb", "shu桌"),
    TOGETHER: ("棉衣 篮球", "书包 足球", "运动鞋 字典"),
    "lately only": (SEASON[:4], "福字", "chunjie", "cjfz"),
    "in one place only": (VALLEY[:4], "犁具", "liju", "gyljyf"),
}
RARE = 12  # words of a class that is drawn from the wishes there are
FILTERED = 3  # words of each class that are looked for with filters and on deep pages, too
FIRST_EVERY = 4  # pages, after which the wall's first page is asked


def measure(running: Site, backend: str, *, wishes: int) -> Line:
    """Fill the site with wishes and search them; reference: the SQL of the wall's first page."""
    command = [sys.executable, "-m", "bench.search", "--fill", str(wishes)]
    environ = os.environ | running.environ
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"the wall could not be searched: {done.stderr[-3000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    slow = ", ".join(f"{name} {took / 1000:.1f}" for name, took in told["slowest"])
    more = f"{wishes} wishes, {told['pieces']} pieces, {told['pages']} pages, p50 {median(told['p50']):.0f}"
    setting = f"{backend}, {more}, slowest classes (p50, ms): {slow}; against the SQL of the first page"
    return line(f"search-{backend}", told["p95"], told["first"], setting=setting, unit="µs p95")


class Clock:
    """Times the SQL of a page: what it asks is noted once, and then asked again without anything around it."""

    def __init__(self) -> None:
        """Begin to note."""
        self._noted: list[tuple[str, Any]] = []
        event.listen(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        self._noted.append((statement, parameters))

    def microseconds(self, filters: WallFilters, cursor: str | None = None) -> tuple[float, str | None]:
        """Give how long the questions of a page take, the better of two, and where the next page begins."""
        end_reading()
        self._noted.clear()
        page = list_wall(VISITOR, filters, cursor)
        asked = list(self._noted)
        end_reading()
        return min(_ask(asked) for _ in range(2)), page.next


def _ask(asked: list[tuple[str, Any]]) -> float:
    plain = db.engine.raw_connection()
    try:
        hand = plain.cursor()
        began = time.perf_counter()
        for statement, parameters in asked:
            hand.execute(statement, parameters)
            hand.fetchall()
        return (time.perf_counter() - began) * 1_000_000
    finally:
        plain.rollback()
        plain.close()


def cases(chance: random.Random) -> Iterator[tuple[str, WallFilters, str | None]]:
    """Give every search: its class, what is asked for, and where the page begins (None: at the first)."""
    drawn = _draw(chance)
    rare = [text.split()[2] for text in drawn]
    words = WORDS | {
        "in few": tuple(rare[:RARE]),
        "in few, of two": tuple(word[1:3] for word in rare[:RARE]),
        "missing, of two": tuple(one[0] + other[3] for one, other in itertools.pairwise(rare[:RARE])),
    }
    regions = reading().scalars(select(Wish.county).distinct().order_by(Wish.county).limit(4)).all()
    for name, every in words.items():
        for number, word in enumerate(every):
            yield name, WallFilters(q=word), None
            if number < FILTERED and name != TOGETHER:
                region = regions[number % len(regions)]
                yield f"{name}, region", WallFilters(q=word, region=region[: 6 - 2 * number]), None
                yield f"{name}, kind", WallFilters(q=word, kind="service"), None
                yield f"{name}, price", WallFilters(q=word, price="to-50"), None
                yield f"{name}, longest", WallFilters(q=word, longest=True), None
                for share in (0.3, 0.7):
                    yield f"{name}, deep", WallFilters(q=word), cursor_at(Order.FAIR, FIRST + int(YEAR * share))


def _draw(chance: random.Random) -> list[str]:
    last = reading().scalar(select(SearchText.wish_id).order_by(SearchText.wish_id.desc()).limit(1)) or 0
    ids = [chance.randint(2, last) for _ in range(2 * RARE)]
    return list(reading().scalars(select(SearchText.plain).where(SearchText.wish_id.in_(ids))))


def _round(clock: Clock, chance: random.Random) -> tuple[dict[str, list[float]], list[float]]:
    took: dict[str, list[float]] = {}
    first: list[float] = []
    for number, (name, filters, cursor) in enumerate(list(cases(chance))):
        spent, onwards = clock.microseconds(filters, cursor)
        took.setdefault(name, []).append(spent)
        if number % FIRST_EVERY == 0:
            first.append(clock.microseconds(EMPTY)[0])
        if cursor is None and onwards is not None:
            took.setdefault(f"{name}, page 2", []).append(clock.microseconds(filters, onwards)[0])
    return took, first


def main() -> None:
    """Fill the database, when asked to, search it in rounds after one that warms up, and say what came of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.search")
    parser.add_argument("--fill", type=int, default=0, metavar="WISHES")
    parser.add_argument("--classes", action="store_true", help="say what every class took")
    options = parser.parse_args()
    with create_app().app_context():
        told: dict[str, Any] = {"pieces": fill(options.fill) if options.fill else 0}
        classes = _rounds(told)
    middles = sorted(((name, median(times)) for name, times in classes.items()), key=lambda each: -each[1])
    told["slowest"] = middles[:5]
    if options.classes:
        for name, took in middles:
            print(f"{took:10.0f} {max(classes[name]):10.0f} {name}")
    print(json.dumps(told, ensure_ascii=False))


def _rounds(told: dict[str, Any]) -> dict[str, list[float]]:
    told |= {"p50": [], "p95": [], "first": []}
    classes: dict[str, list[float]] = {}
    clock = Clock()
    for number in range(ROUNDS + 1):
        took, first = _round(clock, random.Random(number))
        if not number:
            continue
        every = [each for times in took.values() for each in times]
        told["pages"], cut = len(every), quantiles(every, n=100)
        told["p50"].append(cut[49])
        told["p95"].append(cut[94])
        told["first"].append(median(first))
        for name, times in took.items():
            classes.setdefault(name, []).extend(times)
    return classes


if __name__ == "__main__":
    main()
