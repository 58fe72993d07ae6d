"""Who should see which wish: hard gates first, then one score in whole points that can say why.

score = fit + lift. The fit (0 to 1000) compares what a donor *stated* with what the wish is; a field left open counts
half, and nothing is learned from behaviour. The lift is owed to the wish itself: behind its pace, close to completion,
not yet helped, not yet seen, in a region that gets less help than others. No popularity, no words, no pictures.

Shares are whole thousandths (PARTS) and impressions thousandths of one, so that every sum is exact and can be replayed.
`charity/matching/` has the same rules over columns of numbers; a test holds both to the same points.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag, StrEnum
from typing import NamedTuple

from charity.domain.catalogue import CATEGORIES
from charity.domain.identity import SchoolStage
from charity.domain.kinds import Kind

PARTS = 1000
COUNTY_DIGITS = 6
NEED_LEVELS = 3
ASK_LEVELS = 2

# What columns of numbers call kinds, forms and age bands: the place in these lists.
KINDS: tuple[str, ...] = tuple(CATEGORIES)
MOST_KINDS = 62  # so many have a number; what was added after them counts as other goods
FORMS: tuple[str, ...] = tuple(kind.value for kind in Kind)
NO_AGE = ""
AGES: tuple[str, ...] = (NO_AGE, *(stage.value for stage in SchoolStage))


def kinds_of(things: Iterable[str]) -> tuple[str, ...]:
    """List all kinds that have a number: the built-in ones first, then what administrators added, in its order."""
    return (*KINDS, *(code for code in things if code not in KINDS))[:MOST_KINDS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The points of each term; changed only with a recorded decision, and then with a new version."""

    version: str
    place: int
    kind: int
    form: int
    age: int
    need: int
    pace: int
    finish: int
    first_helper: int
    first_look: int
    looks: int
    ripe: int  # thousandths of its time after which an unseen wish is owed all of the first look
    region_lag: int


WEIGHTS = Weights(
    version="3",
    place=350,
    kind=250,
    form=150,
    age=100,
    need=150,
    pace=60,
    finish=150,
    first_helper=335,
    first_look=350,
    looks=3,
    ripe=50,
    region_lag=400,
)


class Term(StrEnum):
    """One part of the score."""

    PLACE = "place"
    KIND = "kind"
    FORM = "form"
    AGE = "age"
    NEED = "need"
    PACE = "pace"
    FINISH = "finish"
    FIRST_HELPER = "first-helper"
    FIRST_LOOK = "first-look"
    REGION_LAG = "region-lag"


class Asks(IntFlag):
    """What a wish asks of its giver beyond money; a giver who has not all of it never gets the wish."""

    NOTHING = 0
    VETTED = 1  # a service to children
    ORGANISATION = 2
    REAL_NAME = 4


class Gate(StrEnum):
    """Why a wish is not for somebody at all."""

    NOT_OPEN = "not-open"
    NO_UNITS_LEFT = "no-units-left"
    BUDGET = "budget"
    NOT_ALLOWED = "not-allowed"
    OWN_HOUSEHOLD = "own-household"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a donor said he would like; empty means he left it open."""

    places: tuple[str, ...] = ()  # region codes of any level: where he likes to help, where he comes from
    kinds: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    ages: frozenset[str] = frozenset()
    need: int | None = None  # how much the need should weigh: 0, 1 or 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Giver:
    """What the gates ask about a donor."""

    budget_fen: int | None = None
    units: int = 1  # how many he said he gives at once
    has: Asks = Asks.NOTHING
    households: frozenset[int] = frozenset()  # his own, and those whose circle he is already in


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is offered: a wish, or a seat of a household's circle; need runs from 1 to 3."""

    id: int
    county: str
    kind: str
    form: str
    age: str = NO_AGE
    need: int = 2
    household: int = 0
    unit_fen: int = 0
    asks: Asks = Asks.NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a wish fares: time used, share taken and region's lag in thousandths, impressions in thousandths of one."""

    used: int
    filled: int
    has_helper: bool
    seen: int
    lag: int


class Reason(NamedTuple):  # the key of what is drawn from it, by the hundred a page: a plain tuple is hashed fastest
    """One term of a score; `holds`: its sentence is true of this card (half points for silence are no reason)."""

    term: Term
    points: int
    holds: bool


def gates(subject: Subject, giver: Giver, *, is_open: bool, units_left: int) -> tuple[Gate, ...]:
    """Name every gate that is shut; none means the wish may be shown."""
    shut = (
        (Gate.NOT_OPEN, not is_open),
        (Gate.NO_UNITS_LEFT, units_left < max(1, giver.units)),
        (Gate.BUDGET, giver.budget_fen is not None and subject.unit_fen > giver.budget_fen),
        (Gate.NOT_ALLOWED, bool(subject.asks & ~giver.has)),
        (Gate.OWN_HOUSEHOLD, subject.household in giver.households),
    )
    return tuple(gate for gate, is_shut in shut if is_shut)


def _agreement(term: Term, points: int, *, is_stated: bool, agrees: bool) -> Reason:
    if not is_stated:
        return Reason(term, points // 2, holds=False)
    return Reason(term, points if agrees else 0, holds=agrees)


def fit_reasons(stated: Stated, subject: Subject, weights: Weights = WEIGHTS) -> tuple[Reason, ...]:
    """Compare what a donor stated with what a wish is, term by term."""
    in_place = any(subject.county.startswith(place[:COUNTY_DIGITS]) for place in stated.places)
    need = weights.need // 2
    if stated.need is not None:
        need = weights.need * subject.need * stated.need // (NEED_LEVELS * ASK_LEVELS)
    return (
        _agreement(Term.PLACE, weights.place, is_stated=bool(stated.places), agrees=in_place),
        _agreement(Term.KIND, weights.kind, is_stated=bool(stated.kinds), agrees=subject.kind in stated.kinds),
        _agreement(Term.FORM, weights.form, is_stated=bool(stated.forms), agrees=subject.form in stated.forms),
        _agreement(Term.AGE, weights.age, is_stated=bool(stated.ages), agrees=subject.age in stated.ages),
        Reason(Term.NEED, need, holds=bool(stated.need) and subject.need == NEED_LEVELS),
    )


def lift_reasons(need: int, standing: Standing, weights: Weights = WEIGHTS) -> tuple[Reason, ...]:
    """Say what is owed to a wish, whoever looks, term by term."""
    used, filled = standing.used, standing.filled
    pace = need * (used - filled) * weights.pace // PARTS
    finish = filled * used * weights.finish // PARTS**2
    alone = 0 if standing.has_helper else used * weights.first_helper // PARTS
    unseen = max(0, weights.looks * PARTS - standing.seen)
    look = unseen * min(weights.ripe, used) * weights.first_look // (weights.looks * PARTS * weights.ripe)
    lag = standing.lag * weights.region_lag // PARTS
    return (
        Reason(Term.PACE, pace, holds=pace > 0),
        Reason(Term.FINISH, finish, holds=finish > 0),
        Reason(Term.FIRST_HELPER, alone, holds=not standing.has_helper),
        Reason(Term.FIRST_LOOK, look, holds=look > 0),
        Reason(Term.REGION_LAG, lag, holds=lag > 0),
    )


def fit(stated: Stated, subject: Subject, weights: Weights = WEIGHTS) -> int:
    """Give the points of what a donor stated, 0 to 1000."""
    return sum(reason.points for reason in fit_reasons(stated, subject, weights))


def lift(need: int, standing: Standing, weights: Weights = WEIGHTS) -> int:
    """Give the points that are owed to a wish."""
    return sum(reason.points for reason in lift_reasons(need, standing, weights))


def reasons(stated: Stated, subject: Subject, standing: Standing, weights: Weights = WEIGHTS) -> tuple[Reason, ...]:
    """Give all terms, the largest first; their sum is the score."""
    terms = (*fit_reasons(stated, subject, weights), *lift_reasons(subject.need, standing, weights))
    return tuple(sorted(terms, key=lambda reason: -reason.points))


def score(stated: Stated, subject: Subject, standing: Standing, weights: Weights = WEIGHTS) -> int:
    """Give the one number that ranks a wish for a donor."""
    return fit(stated, subject, weights) + lift(subject.need, standing, weights)


def shown_reasons(found: Iterable[Reason], most: int = 3) -> tuple[Reason, ...]:
    """Pick what a card says: the largest terms whose sentence is true of it."""
    return tuple(reason for reason in found if reason.holds and reason.points > 0)[:most]


def place_in_line(points: int, published_at: datetime, number: int) -> tuple[int, datetime, int]:
    """Give the key that sorts a list: more points first, then older, then the smaller number."""
    return (-points, published_at, number)


def time_used(published_at: datetime, deadline: datetime, now: datetime) -> int:
    """Give the thousandths of a wish's time that are gone."""
    whole = max(1, int((deadline - published_at).total_seconds()))
    gone = int((now - published_at).total_seconds())
    return min(PARTS, max(0, gone * PARTS // whole))


def share_filled(*, wanted: int, taken: int) -> int:
    """Give the thousandths of a wish's units that are taken."""
    return min(PARTS, taken * PARTS // max(1, wanted))


def region_lags(open_wishes: Iterable[tuple[str, int, int]]) -> Mapping[str, int]:
    """Give each region's lag behind all, in thousandths, from (region, time used, share filled) of every open wish.

    A region's pace is the mean of time used less share filled; one that gets more help than others is not pushed back.
    """
    sums: dict[str, tuple[int, int]] = {}
    for region, used, filled in open_wishes:
        behind, count = sums.get(region, (0, 0))
        sums[region] = (behind + used - filled, count + 1)
    total = sum(behind for behind, _count in sums.values())
    number = max(1, sum(count for _behind, count in sums.values()))
    return {region: max(0, behind // count - total // number) for region, (behind, count) in sums.items()}
