"""Money, days, moments and numbers follow the language; amounts are fen, moments are shown in Asia/Shanghai."""

from datetime import UTC, date, datetime

import pytest

from charity.adapters.locale import speaking
from charity.web.kit import formats
from tests.look.samples import sample_app

LATE = datetime(2026, 5, 2, 16, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("zh", ["¥1,234", "¥12.05", "¥0", "2026年5月3日", "2026年5月3日 00:30", "12,345", "云溪县"]),
        ("en", ["CN¥1,234", "CN¥12.05", "CN¥0", "May 3, 2026", "May 3, 2026 00:30", "12,345", "Yunxi County"]),
    ],
)
def test_formats(language: str, shown: list[str]) -> None:
    with sample_app().test_request_context(), speaking(language):
        assert [
            formats.yuan(123400),
            formats.yuan(1205),
            formats.yuan(0),
            formats.day(date(2026, 5, 3)),
            formats.moment(LATE),
            formats.number(12345),
            formats.place("990101"),
        ] == shown


def test_a_moment_late_in_utc_is_the_next_day_at_home() -> None:
    with sample_app().test_request_context(), speaking("zh"):
        assert formats.day(LATE) == "2026年5月3日"
    assert formats.iso(LATE) == "2026-05-02T16:30:00Z"
    assert formats.iso(date(2026, 5, 3)) == "2026-05-03"
