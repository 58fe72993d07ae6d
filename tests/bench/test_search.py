"""The line of searches: its wishes are whole, its words are what their classes say, and it times what a page asks."""

import random

from flask import Flask
from sqlalchemy import func, select

from bench import search, search_ground
from bench.__main__ import NAMES
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import VISITOR
from charity.domain.search import Written, pieces_of
from charity.models.search_rows import SearchPiece, SearchText
from charity.queries.wall import WallFilters, list_wall
from tests.kit import village as v

WISHES = 400


def test_every_wish_has_its_pieces_and_every_class_its_words(app: Flask) -> None:
    with transaction() as tx:
        v.add_regions(tx)
    pieces = search_ground.fill(WISHES)
    texts = reading().scalars(select(SearchText)).all()
    assert len(texts) >= WISHES
    row = texts[-1]
    there = set(reading().scalars(select(SearchPiece.piece).where(SearchPiece.wish_id == row.wish_id)))
    assert there == pieces_of(Written(row.plain, row.spoken, row.initials))
    like_this = reading().scalar(select(func.count()).select_from(SearchPiece)) or 0
    assert 0 < like_this - pieces < 20  # those of the one wish that was copied
    asked = list(search.cases(random.Random(1)))
    assert {name for name, _filters, _cursor in asked} >= set(search.WORDS)
    for q, found in (("棉衣", True), ("运动鞋", True), ("bpmf", False), ("飞船飞", False)):
        end_reading()
        assert bool(list_wall(VISITOR, WallFilters(q=q)).cards) is found
    spent, onwards = search.Clock().microseconds(WallFilters(q="棉衣"))
    assert spent > 0 and onwards


def test_it_is_a_line() -> None:
    assert set(search.NAMES) <= set(NAMES)
