"""Wishes for the line of searches: made of phrases by the bulk, in the order of publication, with all their pieces."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import psycopg

from charity.adapters.db import db, end_reading, transaction
from charity.adapters.search_text import write_text
from charity.domain.search import Written, pieces_of
from tests.kit.village import add_person, add_public

KINDS = ("冬季加厚", "学生用", "全新", "儿童", "带护眼", "双肩", "防水", "初中生", "家用", "大号")
THINGS = (
    *("棉衣一件", "运动鞋一双", "书包一个", "课外读物一套", "护眼台灯一盏", "书桌一张", "保温杯一个", "羽绒服一件"),
    *("乒乓球拍一副", "36码雨鞋一双", "作业本二十本", "棉被一床", "电子琴一台", "口琴一支", "滑板车一辆", "跳绳五根"),
    *("彩色铅笔一盒", "科学实验盒一套", "字典一本", "篮球一个", "足球一个", "T恤两件", "A4纸一箱", "校服一套"),
)
REASONS = (
    *("上学路上很冷", "家里只有一张桌子", "鞋子已经小了", "想在晚上写作业", "学校离家五公里", "孩子身高一百三十厘米"),
    *("班里同学都在读", "旧的已经用了三年", "雨天路滑", "想参加运动会", "喜欢画画", "爷爷奶奶照顾"),
)
SEASON, VALLEY = "春节福字一套", "高原犁具一副"  # the one only lately, the other only in one place
FIRST = int(datetime(2025, 11, 1, tzinfo=UTC).timestamp())
YEAR, TAIL, PART = 365 * 86_400, 20_000, 200_000
_PLAN = "id, title, plain, spoken, initials, at, wall_at, committed, kind, unit_fen, wanted"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase with its three writings and pieces."""

    text: str
    written: Written
    pieces: np.ndarray[Any, np.dtype[np.int64]]


def phrase(text: str) -> Phrase:
    """Write a phrase and cut it."""
    written = write_text(text)
    return Phrase(text, written, np.fromiter(sorted(pieces_of(written)), np.int64))


@dataclass(frozen=True, slots=True)
class Pools:
    """What wishes are made of, and which of each every wish has."""

    parts: tuple[tuple[Phrase, ...], ...]
    chosen: tuple[np.ndarray[Any, np.dtype[np.int64]], ...]
    places: tuple[str, ...]


def make_pools(count: int, places: Sequence[tuple[str, str]], *, seed: int = 7) -> Pools:
    """Choose for every wish a thing, a reason, a rare word and a county (code and name)."""
    chance, dice = random.Random(seed), np.random.default_rng(seed)
    titles = [phrase(kind + thing) for thing in THINGS for kind in KINDS] + [phrase(SEASON), phrase(VALLEY)]
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 2_500)]
    tail = [phrase("".join(chance.choices(signs, k=4))) for _ in range(TAIL)]
    names = [phrase(name) for _code, name in places]
    number = len(titles) - 2
    thing = np.minimum((number ** dice.random(count)).astype(np.int64) - 1, number - 1)  # a few are asked for most
    county = dice.integers(0, len(places), count)
    late = np.arange(count) > count * 4 // 5
    thing[late & (dice.random(count) < 0.1)] = number
    thing[(county == 0) & (dice.random(count) < 0.5)] = number + 1
    chosen = (thing, dice.integers(0, len(REASONS), count), dice.integers(0, TAIL, count), county)
    parts = (tuple(titles), tuple(phrase(reason) for reason in REASONS), tuple(tail), tuple(names))
    return Pools(parts, chosen, tuple(code for code, _name in places))


def plan_rows(pools: Pools, first: int) -> Iterator[tuple[Any, ...]]:
    """Give what differs from wish to wish; a fifth has units taken, and stands further back."""
    count = len(pools.chosen[0])
    every = zip(*(choice.tolist() for choice in pools.chosen), strict=True)
    for number, which in enumerate(every):
        phrases = [part[at] for part, at in zip(pools.parts, which, strict=True)]
        at = FIRST + number * YEAR // count
        taken = number % 9 if number % 5 == 0 else 0
        texts = (" ".join(getattr(each.written, name) for each in phrases) for name in ("plain", "spoken", "initials"))
        place, kind = pools.places[which[3]], "service" if number % 10 == 0 else "goods"
        yield (
            *(first + number, phrases[0].text, *texts, at, at + 14 * 86_400 * taken // 10, taken, kind),
            *(1_000 + number % 400 * 100, 10, place),
        )


def piece_rows(pools: Pools, first: int) -> tuple[Any, Any]:
    """Give the pieces of all wishes and whose they are, sorted by piece and, within it, by publication."""
    whose, pieces = [], []
    for part, choice in zip(pools.parts, pools.chosen, strict=True):
        sizes = np.array([len(each.pieces) for each in part])
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        laid, counts = np.concatenate([each.pieces for each in part]), sizes[choice]
        inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        pieces.append(laid[np.repeat(starts[choice], counts) + inside])
        whose.append(np.repeat(np.arange(len(choice), dtype=np.int64), counts))
    piece, wish = np.concatenate(pieces), np.concatenate(whose)
    order = np.lexsort((wish, piece))
    piece, wish = piece[order], wish[order]
    new = np.ones(len(piece), bool)
    new[1:] = (piece[1:] != piece[:-1]) | (wish[1:] != wish[:-1])
    return piece[new], wish[new] + first


def fill(count: int) -> int:
    """Fill this application's database, which knows the regions, with wishes; gives how many pieces they have."""
    with transaction() as tx:
        add_public(tx, add_person(tx), "like this", at=datetime.fromtimestamp(FIRST, UTC))
    end_reading()
    db.engine.dispose()
    if db.engine.dialect.name == "sqlite":
        return _fill_sqlite(str(db.engine.url.database), count)
    url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return _fill_postgresql(url, count)


def _fill_sqlite(path: str, count: int) -> int:
    with closing(sqlite3.connect(path, isolation_level=None)) as file:
        file.execute("PRAGMA synchronous=OFF")
        file.execute("PRAGMA cache_size=-200000")
        file.create_function("moment", 1, _moment, deterministic=True)
        pools, first = _pools(file, count)
        file.execute("BEGIN")
        file.execute(f"CREATE TEMPORARY TABLE plan ({_PLAN}, place)")
        file.executemany(f"INSERT INTO plan VALUES ({', '.join('?' * 12)})", plan_rows(pools, first))
        columns = [row[1] for row in file.execute("PRAGMA table_info(wishes)")]
        _copy(file, columns, "moment(p.at)", "printf('%013d', p.id)")
        piece, wish = piece_rows(pools, first)
        for start in range(0, len(piece), PART):
            ids = wish[start : start + PART]
            at = FIRST + (ids - first) * YEAR // count
            rows = zip(piece[start : start + PART].tolist(), at.tolist(), ids.tolist(), strict=True)
            file.executemany("INSERT INTO search_pieces VALUES (?, ?, ?)", rows)
        file.execute("COMMIT")
        file.execute("ANALYZE")
        return len(piece)


def _fill_postgresql(url: str, count: int) -> int:
    with psycopg.connect(url, autocommit=True) as server:
        pools, first = _pools(server, count)
        types = ["bigint", "text", "text", "text", "text", "bigint", "bigint", "int", "text", "bigint", "int"]
        named = ", ".join(f"{name} {type_}" for name, type_ in zip(_PLAN.split(", "), types, strict=True))
        server.execute(f"CREATE TEMPORARY TABLE plan ({named}, place text)".encode())
        with server.cursor().copy(f"COPY plan ({_PLAN}, place) FROM STDIN".encode()) as copy:
            for row in plan_rows(pools, first):
                copy.write_row(row)
        found = server.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'wishes'"
        )
        _copy(server, [str(row[0]) for row in found], "to_timestamp(p.at)", "lpad(p.id::text, 13, '0')")
        piece, wish = piece_rows(pools, first)
        server.execute("ALTER TABLE search_pieces DROP CONSTRAINT pk_search_pieces")
        with server.cursor().copy("COPY search_pieces FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\x00" + bytes(8))
            for start in range(0, len(piece), PART):
                copy.write(_binary(piece[start : start + PART], wish[start : start + PART], first, count))
            copy.write(b"\xff\xff")
        server.execute("SET maintenance_work_mem = '1GB'")
        server.execute("ALTER TABLE search_pieces ADD CONSTRAINT pk_search_pieces PRIMARY KEY (piece, at, wish_id)")
        for table in ("wishes", "search_texts", "search_pieces"):
            server.execute(f"VACUUM ANALYZE {table}".encode())
        return len(piece)


def _pools(server: Any, count: int) -> tuple[Pools, int]:
    counties = server.execute("SELECT code, name FROM regions WHERE length(code) = 6 ORDER BY code LIMIT 40").fetchall()
    first = server.execute("SELECT max(id) + 1 FROM wishes").fetchone()[0]
    return make_pools(count, [(str(code), str(name)) for code, name in counties]), int(first)


def _copy(server: Any, columns: list[str], moment: str, ref: str) -> None:
    """Write the wishes of the plan, like the first there is but for what differs, and their texts."""
    own = {name: f"p.{name}" for name in ["id", "title", "committed", "kind", "unit_fen", "wanted", "wall_at"]}
    own |= {"ref": ref, "source_key": "NULL", "published_at": moment, "county": "p.place", "in_transit": "0"}
    own |= {"city": "substr(p.place, 1, 4)", "province": "substr(p.place, 1, 2)", "fulfilled": "0", "reserved": "0"}
    own |= {"region_code": "p.place || '001001'"}
    values = ", ".join(own.get(name, f"w.{name}") for name in columns)
    like = "(SELECT * FROM wishes WHERE state = 'approved' ORDER BY id LIMIT 1)"
    server.execute(f"INSERT INTO wishes ({', '.join(columns)}) SELECT {values} FROM plan p CROSS JOIN {like} w")
    server.execute("INSERT INTO search_texts SELECT id, at, plain, spoken, initials FROM plan")


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S.000000")


def _binary(piece: Any, wish: Any, first: int, count: int) -> bytes:
    """Write rows as the server's binary COPY reads them: three numbers of eight bytes each."""
    fields = [("n", ">i2")] + [
        (f"{kind}{at}", type_) for at in range(3) for kind, type_ in (("l", ">i4"), ("v", ">i8"))
    ]
    rows = np.zeros(len(piece), np.dtype(fields))
    rows["n"], rows["v0"], rows["v1"], rows["v2"] = 3, piece, FIRST + (wish - first) * YEAR // count, wish
    for at in range(3):
        rows[f"l{at}"] = 8
    return rows.tobytes()
