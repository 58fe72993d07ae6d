"""The board of months: lines of circles' gifts and letters, taken back and restored, and their copy in Redis."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.boards import ALL_TIME, BoardKey, Metric, Period
from charity.jobs.sequencing import seal_waiting
from charity.models.pledges import BoardLine
from charity.projections import board_building, board_comparing, boards
from charity.projections.board_keys import sums_key
from charity.queries import boards as shown
from charity.services.circles import letters, seats
from charity.services.pledges.cases import dispute
from charity.services.pledges.confirm import confirm
from charity.services.pledges.receive import hand_over, receive
from charity.services.pledges.rule import rule
from charity.services.pledges.send import send
from tests.kit import ring as r
from tests.kit import village as v
from tests.kit.ring import Ground

Travel = Callable[[datetime], None]
ALL = BoardKey(Metric.MONTHS, "", ALL_TIME)
MAY = BoardKey(Metric.MONTHS, v.COUNTY[:4], Period("2026-05"))
TEXT = "天气冷了,请多保重。我们一切都好。"


@pytest.fixture
def at(app: Flask, travel: Travel) -> Iterator[Ground]:
    shown.forget_read()
    travel(r.APRIL)
    yield r.ground()
    shown.forget_read()


def person(*roles: tuple[Role, str]) -> Actor:
    with transaction() as tx:
        return v.add_person(tx, *roles)


def confirmed(at: Ground, travel: Travel) -> tuple[str, str]:
    """Give a circle whose first gift of May was confirmed, and that gift."""
    ref = r.running(at, at.donors[:2])
    travel(r.MAY)
    r.turn()
    gift, keeper = r.gifts(ref)[0].ref, person((Role.VOLUNTEER, v.TOWNSHIP))
    send(at.donors[0], gift, courier="sf", tracking="SF1234567890123")
    receive(keeper, gift, units=1)
    hand_over(keeper, gift)
    confirm(at.village.reviewer, gift, basis="call-back")
    r.turn()
    return ref, gift


def lines() -> list[int]:
    """Give the values of all lines of months, in order."""
    end_reading()
    months = select(BoardLine.value).where(BoardLine.metric == "months").order_by(BoardLine.id)
    return list(reading().scalars(months))


def catch_up() -> None:
    """Do the worker's part until nothing is left."""
    end_reading()
    while seal_waiting():
        end_reading()
    while boards.catch_up(reading()):
        end_reading()


def on_board(who: Actor, key: BoardKey = ALL) -> int:
    """Give somebody's months in the copy, which must be what the book says."""
    catch_up()
    assert board_comparing.find_drift(reading()) is None
    pointer = boards.find_pointer()
    assert pointer is not None
    place = boards.find_place(pointer, key, who.account_id)
    return 0 if place is None else place.value


def test_a_dispute_takes_the_month_back_and_a_ruling_restores_exactly_it(at: Ground, travel: Travel) -> None:
    ref, gift = confirmed(at, travel)
    assert (on_board(at.donors[0]), on_board(at.donors[0], MAY)) == (1, 1)
    dispute(at.village.reviewer, gift, reason="not-received")
    r.turn()
    assert (on_board(at.donors[0]), lines()) == (0, [1, -1])
    assert r.months(ref)[0] == ("2026-05", "kept", "")  # as long as nobody ruled
    travel(r.JUNE)
    rule(person((Role.AUDITOR, v.COUNTY)), gift, ruling="former", grounds="The family has it.")
    r.turn()
    assert (on_board(at.donors[0]), on_board(at.donors[0], MAY)) == (1, 1)  # in the month it was given in
    assert lines() == [1, -1, 1]
    assert ("2026-05", "kept", "") in r.months(ref)
    assert r.agrees() == 1


def test_a_ruling_against_the_gift_leaves_the_month_missed(at: Ground, travel: Travel) -> None:
    ref, gift = confirmed(at, travel)
    dispute(at.village.reviewer, gift, reason="not-received")
    rule(person((Role.AUDITOR, v.COUNTY)), gift, ruling="refuted", grounds="Nothing came.")
    r.turn()
    assert (on_board(at.donors[0]), lines()) == (0, [1, -1])
    assert r.months(ref)[0] == ("2026-05", "missed", "refuted")
    assert r.agrees() == 1


def test_months_are_built_again_from_the_book(at: Ground, travel: Travel, redis_client: Redis) -> None:
    ref = r.formed(at, promise=r.LETTERS, family=r.another(at))
    confirmed(at, travel)
    from_letters(at, ref, travel)
    before = {who.account_id: on_board(who) for who in at.donors}
    assert sum(before.values()) == 3
    redis_client.flushall()
    board_building.rebuild(reading())
    assert {who.account_id: on_board(who) for who in at.donors} == before


def from_letters(at: Ground, ref: str, travel: Travel) -> None:
    """Let two donors join a circle of letters and keep the month of June."""
    for donor in at.donors[3:5]:
        seats.join(donor, ref)
    travel(r.JUNE)
    r.turn()
    for donor in at.donors[3:5]:
        for _ in range(2):  # the second letter of a month gives nothing
            letters.pass_on(at.village.reviewer, letters.write(donor, ref, text=TEXT))


def test_negative_control_a_changed_month_is_found(at: Ground, travel: Travel, redis_client: Redis) -> None:
    confirmed(at, travel)
    assert on_board(at.donors[0]) == 1
    pointer = boards.find_pointer()
    assert pointer is not None
    redis_client.zincrby(sums_key(pointer.generation, ALL.text), 1, str(at.donors[0].account_id))
    assert board_comparing.find_drift(reading()) is not None
