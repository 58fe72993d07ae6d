"""The lines of the boards: what they build is what the lines say, and both sides write the same members."""

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import func, select

from bench import boards
from bench.__main__ import NAMES
from charity.adapters.db import end_reading, reading
from charity.models.pledges import BoardLine


def test_the_lines_can_be_asked_for() -> None:
    assert set(boards.NAMES) < set(NAMES)


def test_building_is_measured_over_every_member(app: Flask, redis_client: Redis) -> None:
    [made] = boards._build(300, 1)
    assert 300 * 2 < made.members <= 300 * 4  # all time and the year have every donor, each month some
    assert made.ours > 0 and made.raw > 0 and made.bytes > 0
    assert redis_client.dbsize() == 0
    end_reading()
    assert reading().scalar(select(func.count(BoardLine.account_id.distinct()))) == 300
    assert boards._memory_line(300, [made]).ours == made.bytes
    said = boards._rebuild_line("sqlite", 300, [made])
    assert (said.name, said.unit) == ("board-rebuild", "seconds") and "400 lines" in said.setting


@pytest.mark.backends("sqlite")
def test_taking_in_is_measured_one_by_one_and_at_once(
    app: Flask, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "SECONDS", 0.05)
    made = boards._update(40, 1)
    assert [name for name, *_ in made] == ["board-update", "board-update-batch"]
    assert all(len(ours) == len(other) == 1 and ours[0] > 0 for _, _, ours, other in made)
    held = {board: redis_client.zcard(f"board:bench:{{{board}}}:sums") for board in boards.BOARDS}
    assert held == dict.fromkeys(boards.BOARDS, 40)
