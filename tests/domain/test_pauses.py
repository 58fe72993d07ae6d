"""Which days may be paused, and what stays of a pause that is taken back."""

from datetime import date, timedelta

import pytest

from charity.domain.errors import Conflict, Invalid
from charity.domain.pauses import last_day_kept, may_pause

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (2, 1, "pause-order"),
        (-3, -1, "pause-over"),
        (-8, 3, "pause-too-early"),
        (0, 92, "pause-too-long"),
    ],
)
def test_days_that_may_not_be_paused(first: int, last: int, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        may_pause(TODAY + timedelta(first), TODAY + timedelta(last), today=TODAY)
    assert refused.value.code == code


def test_days_that_may() -> None:
    for first, last in ((0, 0), (-7, 0), (0, 91), (300, 310)):
        may_pause(TODAY + timedelta(first), TODAY + timedelta(last), today=TODAY)


def test_what_is_kept_of_a_pause() -> None:
    assert last_day_kept(TODAY, TODAY, today=TODAY) is None
    assert last_day_kept(TODAY + timedelta(3), TODAY + timedelta(5), today=TODAY) is None
    assert last_day_kept(TODAY - timedelta(3), TODAY + timedelta(5), today=TODAY) == TODAY - timedelta(1)
    with pytest.raises(Conflict, match="pause-ended-already"):
        last_day_kept(TODAY - timedelta(3), TODAY - timedelta(1), today=TODAY)
