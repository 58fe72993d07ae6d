"""Intentions: what a donor would give to anybody who needs it, and the offers of fitting wishes that follow from it.

An offer of the pool reserves nothing: accepting it is a claim like any other, declining it costs nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from charity.domain.calendar import day_of, day_start, local
from charity.domain.durations import hours
from charity.domain.errors import CapReached, Invalid
from charity.domain.interests import AGES_OFFERED, FORMS_OFFERED, may_be_place
from charity.domain.invitations import NIGHT_BEGINS
from charity.domain.wishes import BeneficiaryKind

LASTS = hours(72)
LOOKS_AGAIN = timedelta(minutes=10)  # when nothing fitted
EVENING = 21  # the hour in Asia/Shanghai from which on what comes free is left for the nightly matching
UNANSWERED = 3  # offers in a row; after these the donor is left in peace
MOST_OPEN = 5
MOST_UNITS = 50
MOST_FEN = 5_000_00
LONGEST = timedelta(days=366)


class IntentionState(StrEnum):
    """Where an intention stands."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intention:
    """What a donor would give; an empty field means: whatever is needed."""

    most_fen: int
    units: int
    until: date
    kind: str = ""
    category: str = ""
    beneficiary: str = ""
    stage: str = ""
    region: str = ""


def may_leave(intention: Intention, *, offered: Collection[str], today: date, open_now: int) -> None:
    """Refuse an intention that no wish can fit, or one too many; `offered` are the things that can be asked for now."""
    if intention.kind and intention.kind not in FORMS_OFFERED:
        raise Invalid("kind-unknown", field="kind")
    if intention.category and intention.category not in offered:
        raise Invalid("category-unknown", field="category")
    if intention.beneficiary and intention.beneficiary not in set(BeneficiaryKind):
        raise Invalid("beneficiary-unknown", field="beneficiary")
    if intention.stage and intention.stage not in AGES_OFFERED:
        raise Invalid("stage-unknown", field="stage")
    if intention.region:
        may_be_place(intention.region)
    if not 1 <= intention.most_fen <= MOST_FEN:
        raise Invalid("price-out-of-range", field="most", params={"most": MOST_FEN // 100})
    if not 1 <= intention.units <= MOST_UNITS:
        raise Invalid("units-out-of-range", field="units", params={"least": 1, "most": MOST_UNITS})
    if not today <= intention.until <= today + LONGEST:
        raise Invalid("until-out-of-range", field="until", params={"days": LONGEST.days})
    if open_now >= MOST_OPEN:
        raise CapReached("too-many-intentions", params={"most": MOST_OPEN})


def after_silence(unanswered: int) -> IntentionState:
    """Give where an intention stands after so many offers in a row that nobody answered."""
    return IntentionState.UNANSWERED if unanswered >= UNANSWERED else IntentionState.OPEN


def looks_again(moment: datetime) -> datetime:
    """Give when wishes are looked for again after none fitted: what comes in the evening is left for the night."""
    again = local(moment + LOOKS_AGAIN)
    if NIGHT_BEGINS <= again.hour < EVENING:
        return moment + LOOKS_AGAIN
    day = day_of(again) + timedelta(days=again.hour >= EVENING)
    return day_start(day) + timedelta(hours=NIGHT_BEGINS) + LOOKS_AGAIN


def is_over(until: date, today: date) -> bool:
    """Say whether no more wishes are offered: the last day has gone by."""
    return until < today
