"""A wish helped in several parts counts once, by whichever part stands: boards, rebuilt boards and the book agree."""

import random
from collections.abc import Iterator
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import db, end_reading, reading
from charity.domain.actors import Actor
from charity.domain.boards import ALL_TIME, BoardKey, Metric
from charity.domain.errors import Refused
from charity.ledger.verifying.lines import compare_lines
from charity.models.pledges import Pledge
from charity.projections import board_building, board_comparing
from charity.queries import boards as shown
from charity.services.pledges import cases, claim, confirm, plan, receive, rule, send
from tests.projections.test_boards import catch_up, on_board
from tests.services import town as t
from tests.services.town import Town

ALL = BoardKey(Metric.WISHES, "", ALL_TIME)
WANTED = 4


@pytest.fixture
def town(app: Flask) -> Iterator[Town]:
    shown.forget_read()
    yield t.found_town()
    shown.forget_read()


def in_parts(town: Town, donor: Actor, *, display: str = "nickname") -> list[str]:
    """Bring a claim to the hand-over in four parts, each of which is confirmed by itself."""
    made = claim.claim(donor, t.wish(town, site=True, wanted=WANTED), units=WANTED, display=display)
    plan.plan(donor, made.id, method="shop")
    send.send(donor, made.id, courier="sf", tracking="SF1234567890123")
    for left in range(WANTED, 0, -1):
        arrived = next(part.ref for part in parts() if part.state == "sent" and part.account_id == donor.account_id)
        receive.receive(town.volunteer, arrived, units=1) if left > 1 else receive.receive(town.volunteer, arrived)
    mine = [part.ref for part in parts() if part.account_id == donor.account_id]
    for ref in mine:
        receive.hand_over(town.volunteer, ref)
    return mine


def parts() -> list[Pledge]:
    end_reading()
    return list(reading().scalars(select(Pledge).order_by(Pledge.id)))


def step(town: Town, part: Pledge, chance: random.Random) -> None:
    if part.state == "handed_over":
        confirm.confirm(town.reviewer, part.ref, basis="call-back")
    elif part.state == "confirmed":
        cases.dispute(town.volunteer, part.ref, reason="not-received")
    elif part.state == "disputed":
        rule.rule(town.auditor, part.ref, ruling=chance.choice(["former", "confirmed", "refuted"]), grounds="Seen.")


def agrees() -> None:
    """Prove that the copy, a copy built anew and the private lines all say what the book says."""
    end_reading()
    assert board_comparing.find_drift(reading()) is None
    board_building.rebuild(reading())
    assert board_comparing.find_drift(reading()) is None
    compare_lines(db.engine)


def test_another_confirmed_part_carries_the_wish_on(town: Town) -> None:
    donor = t.person()
    first, second, third, _ = in_parts(town, donor)
    for ref in (first, second, third):
        confirm.confirm(town.reviewer, ref, basis="call-back")
    for fallen, left in ((first, 1), (second, 1), (third, 0)):
        cases.dispute(town.volunteer, fallen, reason="not-received")
        rule.rule(town.auditor, fallen, ruling="refuted", grounds="Nothing came.")
        catch_up()
        assert on_board(donor) == left, fallen
    agrees()


def test_an_anonymous_claim_is_carried_on_in_the_total_alone(town: Town) -> None:
    donor = t.person()
    first, second, *_ = in_parts(town, donor, display="anonymous")
    for ref in (first, second):
        confirm.confirm(town.reviewer, ref, basis="call-back")
    cases.dispute(town.volunteer, first, reason="not-received")
    catch_up()
    board = shown.get_board(donor, Metric.WISHES, period=ALL_TIME)
    assert (board.rows, board.me, board.total) == ((), None, 1)
    agrees()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_objected_to_and_ruled_a_wish_counts_once_while_a_part_stands(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    donors = [t.person(), t.person()]
    for donor in donors:
        in_parts(town, donor)
    seen = set[int]()
    for _ in range(40):
        with suppress(Refused):  # what was ruled on stays, and units may be somebody else's by now
            step(town, chance.choice(parts()), chance)
        if chance.random() < 0.4:
            catch_up()
            for donor in donors:
                states = {part.state for part in parts() if part.account_id == donor.account_id}
                assert on_board(donor) == ("confirmed" in states), states
                seen.add(on_board(donor))
    assert seen == {0, 1}
    agrees()
