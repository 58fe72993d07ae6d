"""Boards are sums of lines, nothing else: what a confirmation adds, what takes it back, on which boards it counts."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from charity.domain.calendar import month_bounds, month_of, year_bounds
from charity.domain.entries import BoardLine
from charity.domain.entry_values import JSON
from charity.domain.errors import Invalid
from charity.domain.kinds import Kind
from charity.domain.limits import DEFAULTS, Limits
from charity.domain.regions import Level, contains, level_of


class Metric(StrEnum):
    """What a board counts."""

    WISHES = "wishes"
    HOURS = "hours"
    MONTHS = "months"
    PURCHASES = "purchases"


class Display(StrEnum):
    """Under which name a gift is shown; an anonymous one counts in totals only."""

    NAME = "name"
    NICKNAME = "nickname"
    ANONYMOUS = "anonymous"


Period = NewType("Period", str)
ALL_TIME = Period("all")
_PERIOD = re.compile(r"all|20\d{2}(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)


def parse_period(text: str) -> Period:
    """Check a period: "all", a year like "2026" or a month like "2026-05"."""
    if not _PERIOD.fullmatch(text):
        raise Invalid("period-shape", field="period")
    return Period(text)


def parse_metric(text: str) -> Metric:
    """Check a metric's name."""
    try:
        return Metric(text)
    except ValueError:
        raise Invalid("metric-unknown", field="metric") from None


def bounds_of(period: Period) -> tuple[datetime, datetime] | None:
    """Give a period's first instant and the first after it, in UTC; None for all time."""
    if period == ALL_TIME:
        return None
    return month_bounds(period) if "-" in period else year_bounds(int(period))


def periods_of(month: str) -> tuple[Period, Period, Period]:
    """Give the periods a month counts in: all time, its year, itself."""
    return ALL_TIME, Period(month[:4]), Period(month)


def regions_of(county: str) -> tuple[str, ...]:
    """Give the regions a county counts in, from the whole country ("") down to itself."""
    return ("", *(county[:width] for width in (2, 4, 6) if len(county) >= width))


def may_have_board(region: str) -> None:
    """Refuse a board below the county."""
    if level_of(region) > Level.COUNTY:
        raise Invalid("board-below-county", field="region")


@dataclass(frozen=True, slots=True)
class BoardKey:
    """One board: a metric in a region and a period."""

    metric: Metric
    region: str
    period: Period

    @property
    def text(self) -> str:
        """Give the key's one spelling; the whole country is "0"."""
        return f"{self.metric.value}:{self.region or '0'}:{self.period}"


def boards_of(line: BoardLine) -> tuple[BoardKey, ...]:
    """List the boards a line counts on: each region above it, in each of its periods."""
    metric = Metric(line.metric)
    return tuple(
        BoardKey(metric, region, period) for region in regions_of(line.county) for period in periods_of(line.month)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """What is known when a pledge is confirmed; counts are read in the confirming transaction."""

    kind: Kind
    units: int
    amount_fen: int
    display: Display
    pseudonym: str
    county: str
    confirmed_at: datetime
    is_first_of_wish: bool
    counted_this_month: int
    is_self_dealing: bool
    is_seat_month: bool = False


def lines_for_confirmation(facts: Confirmation, *, limits: Limits = DEFAULTS) -> tuple[BoardLine, ...]:
    """Give the lines a confirmation adds, after caps and self-dealing.

    `is_first_of_wish`: no line of this donor and wish stands; `counted_this_month`: wishes lines of this donor and
    beneficiary in the month of Asia/Shanghai; `is_seat_month`: it keeps the month of a circle's seat, counted once.
    """
    if facts.is_self_dealing:
        return ()
    lines: list[BoardLine] = []
    if facts.is_first_of_wish and facts.counted_this_month < limits.board_wishes_per_month:
        lines.append(_line(facts, Metric.WISHES, 1))
    if facts.kind is Kind.SERVICE:
        lines.append(_line(facts, Metric.HOURS, facts.units))
    if facts.is_seat_month:
        lines.append(_line(facts, Metric.MONTHS, 1))
    if facts.kind is Kind.PRODUCE and facts.amount_fen:
        lines.append(_line(facts, Metric.PURCHASES, facts.amount_fen))
    return tuple(lines)


def line_for_letter(*, display: Display, pseudonym: str, county: str, passed_at: datetime) -> BoardLine:
    """Give the line of a month that a reviewed letter kept."""
    named = None if display is Display.ANONYMOUS else pseudonym
    return BoardLine(named, county, Metric.MONTHS.value, month_of(passed_at), 1)


def _line(facts: Confirmation, metric: Metric, value: int) -> BoardLine:
    pseudonym = None if facts.display is Display.ANONYMOUS else facts.pseudonym
    return BoardLine(pseudonym, facts.county, metric.value, month_of(facts.confirmed_at), value)


def reverse(lines: Iterable[BoardLine]) -> tuple[BoardLine, ...]:
    """Give the lines that take exactly these back."""
    return tuple(replace(line, value=-line.value) for line in lines)


def restore(reversed_lines: Iterable[BoardLine]) -> tuple[BoardLine, ...]:
    """Give back exactly the lines that a reversal took."""
    return reverse(reversed_lines)


def as_facts(lines: Iterable[BoardLine]) -> list[JSON]:
    """Write lines as the book keeps them, counted upwards; the fact's name says whether they are given or reversed."""
    return [
        {
            "pseudonym": line.pseudonym,
            "county": line.county,
            "metric": line.metric,
            "month": line.month,
            "value": abs(line.value),
        }
        for line in lines
    ]


def is_self_dealing(
    *,
    donor_digests: Iterable[bytes],
    member_digests: Iterable[bytes],
    donor_roles_in: Iterable[str] = (),
    village: str = "",
) -> bool:
    """Say whether a donor shares a phone, e-mail or ID digest with a member, or holds a role in that village.

    A role of the village itself or of its township counts; a county's officer is no neighbour.
    """
    if not set(donor_digests).isdisjoint(member_digests):
        return True
    near = (code for code in donor_roles_in if code and level_of(code) >= Level.TOWNSHIP)
    return any(village and contains(code, village) for code in near)
