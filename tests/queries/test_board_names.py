"""Under which name somebody stands on a board."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask

from charity.adapters.db import end_reading, reading
from charity.domain.boards import ALL_TIME, Metric
from charity.models.accounts import Account
from charity.queries import boards
from charity.services.accounts import changes
from charity.services.circles import letters, seats
from tests.kit import ring as r

Travel = Callable[[datetime], None]
TEXT = "天气冷了,请多保重。我们一切都好。"


def test_letters_alone_bring_a_donor_onto_the_board_under_the_name_he_chose(app: Flask, travel: Travel) -> None:
    del app
    travel(r.APRIL)
    at = r.ground()
    named, nicknamed = at.donors[:2]
    changes.rename(named, nickname="远山", public_name="王先生")
    ref = r.formed(at, promise=r.LETTERS)
    seats.join(named, ref, display="name")
    seats.join(nicknamed, ref, display="nickname")
    travel(r.MAY)
    r.turn()
    for who in (named, nicknamed):
        letters.pass_on(at.village.reviewer, letters.write(who, ref, text=TEXT))
    end_reading()
    boards.forget_read()
    rows = boards.get_board(named, Metric.MONTHS, period=ALL_TIME).rows
    nickname = reading().get_one(Account, nicknamed.account_id).nickname
    assert {row.name for row in rows} == {"王先生", nickname}
