"""After a renaming, wishes that stand on the wall are found by the new name and no longer by the old one."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import SYSTEM, VISITOR, Actor, Role
from charity.domain.items import ItemNames
from charity.jobs import search
from charity.jobs.search import renew
from charity.models import searching
from charity.models.search_rows import SearchRenewal
from charity.models.wishes import Wish
from charity.queries.wall import WallFilters, list_wall
from charity.services.catalogue import rename_item
from charity.services.wishes import words
from charity.services.wishes.publishing import take_down
from tests.kit import village as v

OLD, NEW = ItemNames("袄子", "Padded coat"), ItemNames("暖冬衣", "Winter wear")


@pytest.fixture
def poster(app: Flask) -> Actor:
    with transaction() as tx:
        v.add_regions(tx)
        return v.add_person(tx)


@pytest.fixture
def office(poster: Actor) -> Actor:
    with transaction() as tx:
        return v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))


def put_up(poster: Actor, count: int, category: str = "coat") -> list[str]:
    """Put wishes up whose title says nothing of their thing."""
    with transaction() as tx:
        wishes = [v.add_public(tx, poster, f"第{number}件", at=tx.now, category=category) for number in range(count)]
        return [wish.ref for wish in wishes]


def found(word: str) -> int:
    end_reading()
    cards = list_wall(VISITOR, WallFilters(q=word), limit=100).cards
    end_reading()
    return len(cards)


def pieces() -> list[Any]:
    """Read what stands in the tables by the database's own words."""
    end_reading()
    rows = reading().execute(text("SELECT piece, at, wish_id FROM search_pieces ORDER BY 1, 2, 3")).all()
    end_reading()
    return [tuple(row) for row in rows]


def said() -> list[str]:
    end_reading()
    rows = reading().execute(text("SELECT plain FROM search_texts ORDER BY wish_id")).scalars().all()
    end_reading()
    return list(rows)


def work() -> None:
    for _ in range(50):
        if not renew():
            return
    raise AssertionError("it never ends")


def test_old_wishes_are_found_by_the_new_name_and_no_longer_by_the_old(poster: Actor, office: Actor) -> None:
    put_up(poster, 3)
    put_up(poster, 2, "books")
    rename_item(office, "coat", names=OLD, reason="本地说法")
    assert found("袄子") == 0  # until the worker comes
    work()
    assert (found("袄子"), found("padded"), found("aozi")) == (3, 3, 3)
    old = pieces()
    rename_item(office, "coat", names=NEW, reason="大家都懂")
    work()
    assert (found("暖冬衣"), found("wear"), found("nuandongyi")) == (3, 3, 3)
    assert (found("袄子"), found("padded"), found("aozi")) == (0, 0, 0)
    assert [plain.count("winter wear") for plain in said()] == [1, 1, 1, 0, 0]
    assert pieces() != old
    rename_item(office, "coat", names=OLD, reason="还是本地说法")
    work()
    assert pieces() == old  # nothing of the name between is left, nothing is there twice


def test_it_goes_on_after_a_kill_in_bounded_pieces_and_once_more_for_latecomers(
    poster: Actor, office: Actor, monkeypatch: pytest.MonkeyPatch, travel: Any
) -> None:
    moment: datetime = now()
    travel(moment)
    monkeypatch.setattr(searching, "NEAR", 3)
    monkeypatch.setattr(search, "PIECE", 2)
    monkeypatch.setattr(search, "PIECES", 2)
    put_up(poster, 7)
    rename_item(office, "coat", names=OLD, reason="本地说法")
    assert renew() > 0
    done = found("袄子")
    assert 0 < done <= 4  # a turn does so much and no more
    dies = RuntimeError("killed in the middle of a piece")

    def die(*_args: object) -> None:
        raise dies

    with monkeypatch.context() as broken:
        broken.setattr(words, "write_words", die)
        with pytest.raises(RuntimeError, match="killed"):
            work()
    assert found("袄子") == done  # a piece is whole or not there
    work()
    assert found("袄子") == 7
    with transaction() as tx:  # written with the old name by whoever put it up in that moment
        late = tx.session.scalars(select(Wish).order_by(Wish.id).limit(1)).one()
        searching.write_words(tx, late.id, late.published_at or tx.now, "第0件")
        gone = tx.session.scalars(select(Wish).order_by(Wish.id.desc()).limit(1)).one()
        take_down(tx, gone)
    assert renew() == 0
    travel(moment + searching.LATECOMERS + timedelta(seconds=1))
    work()
    assert found("袄子") == 6  # the latecomer too; what has left the wall meanwhile stays away
    end_reading()
    assert reading().scalar(select(func.count()).select_from(SearchRenewal)) == 0
    before = pieces()
    assert words.renew_named(SYSTEM, limit=5) == 0
    assert pieces() == before
