"""Circles: several donors accompany one household for a term; what it promises, and when it may break."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from charity.domain.circle_states import HELD, CircleState, SeatState
from charity.domain.consents import NEEDED_TO_PUBLISH, Purpose
from charity.domain.counters import FREED
from charity.domain.errors import Invalid
from charity.domain.forbidden import may_say
from charity.domain.kinds import Kind, PledgeState
from charity.domain.limits import DEFAULTS, Limits
from charity.domain.service import HOUR_FEN
from charity.domain.telling import SHORTEST, tells_of, tells_school


class PromiseKind(StrEnum):
    """What every seat of a circle promises each month; money is none of it."""

    GOODS = "goods"
    LETTER = "letter"
    SERVICE = "service"
    PRODUCE = "produce"


class Outcome(StrEnum):
    """What became of one seat's month."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"


class LetterState(StrEnum):
    """Where a letter stands: nobody but its writer and the reviewers sees it before it has passed."""

    SUBMITTED = "submitted"
    PASSED = "passed"
    RETURNED = "returned"


class Direction(StrEnum):
    """Which way a letter goes."""

    TO_FAMILY = "to-family"
    FROM_FAMILY = "from-family"


class Risk(StrEnum):
    """Why a circle may break; the township's desk shows it with these."""

    NO_SUCCESSOR = "no-successor"
    BELOW_LEAST = "below-least"
    UNCOVERED_SOON = "uncovered-soon"
    LAPSED_TWICE = "lapsed-twice"


# A letter is kept or missed by itself; every other promise is a gift of this kind, with that kind's own life.
GIFT_KINDS: dict[PromiseKind, Kind] = {
    PromiseKind.GOODS: Kind.GOODS,
    PromiseKind.SERVICE: Kind.SERVICE,
    PromiseKind.PRODUCE: Kind.PRODUCE,
}
# What a donor's own silence makes of a month; everything else excuses him.
OWN_FAULT = frozenset({PledgeState.LAPSED.value, "no-letter"})
# What others, or nobody, did to a gift that was cancelled; a month missed by it says so.
EXCUSES = frozenset({"seller-overdue", "vetting-ended", "vetting-missing"})
EVERY_MONTH, EVERY_QUARTER = 1, 3
SHORTEST_WINDOW = timedelta(days=14)
MOST_SEATS, FEWEST_SEATS, USUAL_SEATS, USUAL_LEAST = 9, 3, 5, 3
SHORTEST_TERM, LONGEST_TERM, USUAL_TERM = 3, 36, 12
LONGEST_LETTER = 1000
RISK_AHEAD = timedelta(days=60)
RENEWAL_ASKED = timedelta(days=60)
LAPSES_AT_RISK = 2
READS_AFTER = timedelta(days=90)
REWRITTEN_WITHIN = timedelta(days=7)  # a letter given back, when its month is over
NEEDED_FOR_CIRCLE = NEEDED_TO_PUBLISH | {Purpose.CIRCLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What each seat promises: goods by one template, hours, produce of the family's own, or a letter.

    `monthly_fen` is what one seat's gift costs each time, all units together; an hour has no price.
    """

    kind: PromiseKind = PromiseKind.GOODS
    monthly_fen: int = 0
    title: str = ""
    details: str = ""
    category: str = ""
    reason_code: str = ""
    unit_label: str = "piece"
    point_ref: str = ""
    units: int = 1  # hours, or units of produce, each time
    every: int = EVERY_MONTH  # months from one time to the next
    subject: str = ""
    mode: str = ""
    second_adult: str = ""
    product: str = ""
    shipping: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a circle is meant to be: N, the number at which it starts, how long, and not before which day."""

    target: int = USUAL_SEATS
    least: int = USUAL_LEAST
    months: int = USUAL_TERM
    not_before: date | None = None


def may_propose(terms: Terms, promise: Promise, *, today: date) -> None:
    """Refuse a circle whose numbers cannot be right."""
    _between("target", terms.target, FEWEST_SEATS, MOST_SEATS)
    _between("least", terms.least, 1, terms.target)
    _between("months", terms.months, SHORTEST_TERM, LONGEST_TERM)
    if terms.not_before is not None and terms.not_before < today:
        raise Invalid("day-in-past", field="not_before")
    if promise.kind is PromiseKind.GOODS and promise.monthly_fen < 1:
        raise Invalid("price-out-of-range", field="monthly_fen")


def _between(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Invalid("number-out-of-range", field=field, params={"least": least, "most": most})


def may_write_letter(text: str, names: Iterable[str], schools: Iterable[str] = ()) -> None:
    """Refuse a letter that is empty, too long, asks for money or contact, or names who or where the family is.

    `names` are its people, village and township; `schools` are all of the county's.
    """
    if len(text.strip()) < SHORTEST:
        raise Invalid("letter-too-short", field="text")
    if len(text) > LONGEST_LETTER:
        raise Invalid("text-too-long", field="text", params={"most": LONGEST_LETTER})
    may_say(text, field="text")
    if tells_of(text, names) or tells_school(text, schools):
        raise Invalid("text-tells-who", field="text")


def may_bring(*, passed: date | None, on: date, today: date) -> None:
    """Refuse a day on which a letter cannot have reached the family: before it passed the review, or one to come."""
    if passed is None or on < passed:
        raise Invalid("day-too-early", field="day")
    if on > today:
        raise Invalid("day-in-future", field="day")


def gift_kind(promise_kind: str) -> Kind | None:
    """Give the kind of a promise's gifts; None for letters, which are no gifts."""
    return GIFT_KINDS.get(PromiseKind(promise_kind))


def is_asked(month: date, *, starts_on: date, every: int) -> bool:
    """Say whether a month is one of those in which something is promised: each, or each third of the term."""
    since = (month.year - starts_on.year) * 12 + month.month - starts_on.month
    return since % every == 0


def lasts_until(today: date) -> date:
    """Give the last day for a month's hours, or for shipping its produce: the month's own, yet at least 14 days."""
    return max(plus_months(today, 1) - timedelta(days=1), today + SHORTEST_WINDOW)


def unit_price(promise_kind: str, monthly_fen: int, units: int) -> int:
    """Give the price of one unit of a circle's wish, as the tables keep it."""
    return HOUR_FEN if gift_kind(promise_kind) is Kind.SERVICE else monthly_fen // units


def month_text(day: date) -> str:
    """Write the month of a day like "2026-05"."""
    return f"{day:%Y-%m}"


def first_of(day: date) -> date:
    """Give the first day of a day's month."""
    return day.replace(day=1)


def plus_months(day: date, months: int) -> date:
    """Give the first day of the month so many months after a day's."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def last_day(ends: date | None) -> date | None:
    """Give the last day of a term from the first day after it, as people read it."""
    return None if ends is None else ends - timedelta(days=1)


def term_start(today: date, not_before: date | None) -> date:
    """Give the first day of a circle's first month: this month's if it is the first, else the next one's."""
    day = max(today, not_before or today)
    return day if day.day == 1 else plus_months(day, 1)


def may_start(*, held: int, least: int, today: date, not_before: date | None) -> bool:
    """Say whether a forming circle can start: enough donors, and not before its day."""
    return held >= least and (not_before is None or not_before <= today)


def leaves_on(today: date, *, limits: Limits = DEFAULTS) -> date:
    """Give the last day of a seat whose donor gives notice today."""
    return today + timedelta(days=limits.seat_notice_days)


def follows_on(last: date) -> date:
    """Give the first day of a successor: the one after the last of whoever leaves, so that no month is given twice."""
    return last + timedelta(days=1)


def may_still_read(ended_at: datetime | None, *, now: datetime) -> bool:
    """Say whether whoever held a seat may still read what he accompanied: for ninety days after its end."""
    return ended_at is not None and now < ended_at + READS_AFTER


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A seat as the forecast sees it: from which day on it gives, and the day after which it does so no more."""

    state: SeatState
    since: date | None = None
    until: date | None = None
    has_successor: bool = True
    lapses: int = 0

    def covers(self, month: date) -> bool:
        """Say whether the seat gives in the month that begins on a day."""
        if self.state not in HELD:
            return False
        return (self.since is None or self.since <= month) and (self.until is None or self.until >= month)


@dataclass(frozen=True, slots=True)
class Ahead:
    """One month ahead and how many seats give in it."""

    month: str
    covered: int
    is_below: bool
    is_empty: bool


def forecast(places: Iterable[Place], *, first: date, months: int, least: int) -> tuple[Ahead, ...]:
    """Tell for each month ahead how many seats are covered, which are below the least, and which are empty."""
    seats = tuple(places)
    found: list[Ahead] = []
    for number in range(max(months, 0)):
        month = plus_months(first, number)
        covered = sum(seat.covers(month) for seat in seats)
        found.append(Ahead(month_text(month), covered, covered < least, covered == 0))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Gap:
    """Months ahead, one after the other, in which the same too few seats give."""

    first: str
    last: str
    covered: int


def gaps_of(ahead: Iterable[Ahead]) -> tuple[Gap, ...]:
    """Draw the months together that are below the least with the same number of seats."""
    found: list[Gap] = []
    was: Ahead | None = None
    for month in ahead:
        if month.is_below and was is not None and was.is_below and was.covered == month.covered:
            found[-1] = Gap(found[-1].first, month.month, month.covered)
        elif month.is_below:
            found.append(Gap(month.month, month.month, month.covered))
        was = month
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is asked when a circle's risk is judged."""

    state: CircleState
    least: int
    places: tuple[Place, ...]
    starts_on: date | None
    ends_on: date | None
    formed_on: date


def at_risk(health: Health, *, today: date) -> tuple[Risk, ...]:
    """Name why a circle may break; a circle that only forms is at risk when it has not started for 60 days."""
    if health.state is CircleState.FORMING:
        return (Risk.BELOW_LEAST,) if today - health.formed_on >= RISK_AHEAD else ()
    if health.state is not CircleState.RUNNING:
        return ()
    found: list[Risk] = []
    if any(seat.state is SeatState.LEAVING and not seat.has_successor for seat in health.places):
        found.append(Risk.NO_SUCCESSOR)
    if sum(seat.state in HELD for seat in health.places) < health.least:
        found.append(Risk.BELOW_LEAST)
    if _uncovered_soon(health, today):
        found.append(Risk.UNCOVERED_SOON)
    if any(seat.state in HELD and seat.lapses >= LAPSES_AT_RISK for seat in health.places):
        found.append(Risk.LAPSED_TWICE)
    return tuple(found)


def _uncovered_soon(health: Health, today: date) -> bool:
    first = plus_months(today, 1)
    while first <= today + RISK_AHEAD and (health.ends_on is None or first < health.ends_on):
        if (health.starts_on is None or first >= health.starts_on) and _below(health, first):
            return True
        first = plus_months(first, 1)
    return False


def _below(health: Health, month: date) -> bool:
    return sum(seat.covers(month) for seat in health.places) < health.least


def is_renewed(*, household: bool | None, reviewed: bool, yes: int, least: int) -> bool:
    """Say whether both sides agreed to another term: the family, the township's look at the template, enough donors."""
    return household is True and reviewed and yes >= least


def gift_stands(states: Sequence[PledgeState]) -> PledgeState | None:
    """Say where a seat's gift stands that may have parts, the gift first: hours given in one of its meetings count.

    While a part is under way, nothing is decided.
    """
    if PledgeState.CONFIRMED in states:
        return PledgeState.CONFIRMED
    under_way = [state for state in states if state not in FREED]
    return next(iter([*under_way, *states]), None)


def outcome_of(pledge: PledgeState | None, *, was: Outcome, is_over: bool) -> Outcome:
    """Judge a month: by its pledge, kept once confirmed and missed once it ended otherwise; without one, when over.

    A settled month changes only when a ruling decides otherwise; while a confirmed gift is disputed it stays kept.
    """
    if pledge is None:
        return Outcome.MISSED if is_over and was is Outcome.OPEN else was
    if pledge is PledgeState.CONFIRMED:
        return Outcome.KEPT
    return Outcome.MISSED if pledge in FREED else was
