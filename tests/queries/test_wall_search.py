"""Searching the wall finds what reading every wish would find: the same wishes, in the same order, on every page."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select

from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.search_text import read_words, write_text
from charity.domain.actors import SYSTEM, VISITOR
from charity.domain.search import is_found
from charity.jobs.search import Filler
from charity.models.search_rows import SearchPiece, SearchText
from charity.models.searching import drop_words, write_words
from charity.models.wishes import Wish
from charity.queries import wall_search, wall_words
from charity.queries.wall import WallFilters, list_wall
from charity.queries.wishes.lacking_words import list_lacking
from charity.services.pledges.claim import claim
from charity.services.pledges.plan import cancel
from charity.services.wishes import words
from tests.kit import village as v
from tests.services import town as t

DAY = datetime(2026, 5, 1, tzinfo=UTC)
SYLLABLES = ("棉", "衣", "運", "动", "鞋", "书", "包", "西", "安", "先", "36", "Ｔ", "恤", "nike", "码", " ", "，")
ASKED = (
    *("棉", "棉衣", "运动鞋", "運動", "书包", "36码", "３６", "码", "T恤", "nike", "ike", "西安", "先"),
    *(
        "mianyi",
        "yundongxie",
        "xian",
        "shubao",
        "my",
        "ydx",
        "sb",
        "xie书",
        "棉 书包",
        "西安 xian",
        "衣运",
        "鞋36",
        "zzz",
        "龘龘",
    ),
)


@pytest.fixture
def texts(app: Flask) -> dict[str, str]:
    """Put wishes of random words onto the wall, a third of them taken in part; gives their words by their refs."""
    chance, made = random.Random(11), dict[str, str]()
    with transaction() as tx:
        v.add_regions(tx)
        poster = v.add_person(tx)
        for number in range(120):
            title = "".join(chance.choices(SYLLABLES, k=chance.randint(3, 9))).strip() or "空"
            county = v.COUNTY if number % 3 else v.OTHER_COUNTY
            taken = chance.choice((0, 0, 3, 9))
            # many of one second, so that equal places are paged, too
            at = DAY + timedelta(hours=number // 4)
            wish = v.add_public(tx, poster, title, at=at, county=county, committed=taken, unit_fen=20_00 + number * 100)
            made[wish.ref] = f"{title} {v.NAMES.get(county, '')}"
    return made


def _expected(texts: dict[str, str], filters: WallFilters) -> list[str]:
    order = (Wish.published_at if filters.longest else Wish.wall_at, Wish.id)
    asked = read_words(filters.q)
    rows = reading().execute(select(Wish.ref, Wish.county, Wish.unit_fen).order_by(*order)).all()
    return [
        row.ref
        for row in rows
        if is_found(write_text(texts[row.ref]), asked)
        and row.county.startswith(filters.region)
        and (not filters.price or row.unit_fen <= 50_00)
    ]


def _paged(filters: WallFilters, *, limit: int) -> list[str]:
    found: list[str] = []
    cursor = None
    for _ in range(100):
        end_reading()
        with v.counting() as asked:
            page = list_wall(VISITOR, filters, cursor, limit=limit)
        assert len(asked) <= 4
        found += [card.ref for card in page.cards]
        cursor = page.next
        if cursor is None:
            return found
    raise AssertionError("pages without an end")


# The sizes of a small wall choose the way: few wishes are looked up, many are met on a walk, the thin are followed.
WAYS = {
    "looked up": {"FEW": 4_000, "WALKED": 8_000, "FOLLOWED": 4_000},
    "met on the way": {"FEW": 1, "WALKED": 8_000, "FOLLOWED": 4_000},
    "followed in steps": {"FEW": 2, "WALKED": 3, "FOLLOWED": 40},
    "followed to the end": {"FEW": 2, "WALKED": 3, "FOLLOWED": 1},
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_finds_what_reading_everything_finds(
    texts: dict[str, str], way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose(way, monkeypatch)
    chance = random.Random(5)
    for q in ASKED:
        filters = WallFilters(q=q, longest=chance.random() < 0.3)
        if chance.random() < 0.3:
            filters = replace(filters, region=chance.choice((v.COUNTY, v.OTHER_COUNTY, v.CITY)))
        if chance.random() < 0.2:
            filters = replace(filters, price="to-50")
        assert _paged(filters, limit=chance.choice((2, 7, 24))) == _expected(texts, filters), (way, filters)
    _forget()


def _choose(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, size in WAYS[way].items():
        for module in (wall_search, wall_words):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, size)
    _forget()


def _forget() -> None:
    for question in (wall_search.counting, wall_search.walking, wall_search.looking_up, wall_search.following):
        question.cache_clear()


def test_the_number_found_is_exact_or_says_more(texts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    there = len(_expected(texts, WallFilters(q="棉")))
    for way in WAYS:
        _choose(way, monkeypatch)
        end_reading()
        page = list_wall(VISITOR, WallFilters(q="棉"), limit=2)
        assert page.total == there or (page.is_more_than_counted and page.total is not None and 2 <= page.total < there)
    _forget()


def test_a_text_that_has_the_pieces_but_not_the_word_is_not_found(app: Flask) -> None:
    with transaction() as tx:
        v.add_regions(tx)
        poster = v.add_person(tx)
        v.add_public(tx, poster, "运动 动鞋", at=DAY)
        v.add_public(tx, poster, "运动鞋", at=DAY)
    for q in ("运动鞋", "yundongxie"):
        end_reading()
        assert [card.title for card in list_wall(VISITOR, WallFilters(q=q)).cards] == ["运动鞋"]


def test_a_claim_touches_no_words(app: Flask) -> None:
    """A wish that is taken whole is not found; it is again when its units come back, though nobody wrote its words."""
    town = t.found_town()
    donor, ref = t.person(), t.wish(town, wanted=1)
    with transaction() as tx:
        wish = tx.session.scalars(select(Wish).where(Wish.ref == ref)).one()
        write_words(tx, wish.id, DAY, wish.title)
    filters = WallFilters(q="winter")
    assert _paged(filters, limit=3) == [ref]
    with v.counting() as asked:
        pledge = claim(donor, ref, units=1).id
        assert _paged(filters, limit=3) == []
        cancel(donor, pledge)
    assert not [each for each in asked if "search_" in each and not each.startswith(("SELECT", "WITH"))]
    assert _paged(filters, limit=3) == [ref]


def test_dropped_words_leave_no_row(texts: dict[str, str]) -> None:
    with transaction() as tx:
        ids = list(tx.session.scalars(select(Wish.id)))
        write_words(tx, ids[0], DAY, "别的")  # written anew: the old pieces go
        drop_words(tx, ids[1:])
    end_reading()
    assert set(reading().scalars(select(SearchPiece.wish_id))) == {ids[0]}
    assert list(reading().scalars(select(SearchText.plain))) == ["别的"]


def test_wishes_without_words_get_them_from_the_worker(texts: dict[str, str]) -> None:
    before = _rows()
    with transaction() as tx:
        hidden = tx.session.scalars(select(Wish).order_by(Wish.id).limit(1)).one()
        hidden.hidden_at, hidden_id = DAY, hidden.id
        tx.session.execute(delete(SearchPiece).where(SearchPiece.wish_id % 2 == 0))
        tx.session.execute(delete(SearchText).where(SearchText.wish_id % 2 == 0))
        drop_words(tx, [hidden_id])
    end_reading()
    filler = Filler()
    while filler.look():
        pass
    end_reading()
    assert _titles(_rows()) == _titles(before) - {hidden_id}
    assert filler.look() == 0
    last, lacking = list_lacking(SYSTEM, 0)
    assert lacking == [] and last > 0
    assert words.write_missing(SYSTEM, [hidden_id]) == 0, "what is out of sight gets none"


def _rows() -> list[tuple[int, str]]:
    return [(row.wish_id, row.plain) for row in reading().scalars(select(SearchText))]


def _titles(rows: list[tuple[int, str]]) -> set[int]:
    return {wish for wish, _plain in rows}
