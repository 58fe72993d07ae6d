"""Offers to the waiting list: freed units kept for the first in line."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from charity.domain.calendar import day_start, local
from charity.domain.durations import Duration, Pause, due_at, hours
from charity.domain.errors import Conflict, Invalid


class OfferState(StrEnum):
    """Where an offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    ENDED = "ended"


class OfferAct(StrEnum):
    """What the offered donor, the clock or the end of the wish does to an offer."""

    ACCEPT = "accept"
    DECLINE = "decline"
    EXPIRE = "expire"
    END = "end"


MOVES: dict[tuple[OfferState, OfferAct], OfferState] = {
    (OfferState.OPEN, OfferAct.ACCEPT): OfferState.ACCEPTED,
    (OfferState.OPEN, OfferAct.DECLINE): OfferState.DECLINED,
    (OfferState.OPEN, OfferAct.EXPIRE): OfferState.EXPIRED,
    (OfferState.OPEN, OfferAct.END): OfferState.ENDED,
}
FINAL = frozenset(OfferState) - {OfferState.OPEN}

LASTS = hours(48)
QUIET_FROM, QUIET_TO = 22, 8


def next_state(state: OfferState, act: OfferAct) -> OfferState:
    """Give the state an act leads to; only an open offer can be acted on."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise Conflict("offer-not-open", params={"state": state.value}) from None


def out_of_the_night(moment: datetime) -> datetime:
    """Move an instant between 22:00 and 08:00 in Shanghai on to 08:00, so that no offer ends while people sleep."""
    there = local(moment)
    if QUIET_TO <= there.hour < QUIET_FROM:
        return moment
    day = there.date() + timedelta(days=1) if there.hour >= QUIET_FROM else there.date()
    return day_start(day) + timedelta(hours=QUIET_TO)


def expires_at(offered_at: datetime, pauses: Iterable[Pause] = (), *, lasts: Duration = LASTS) -> datetime:
    """Tell when an offer expires: after 48 unpaused hours, in the daytime of a day that is not paused."""
    stopped = tuple(pauses)
    moment = due_at(offered_at, lasts, stopped)
    while True:
        by_day = due_at(out_of_the_night(moment), Duration(timedelta(0)), stopped)
        if by_day == moment:
            return moment
        moment = by_day


def offered_units(*, freed: int, asked: int) -> int:
    """Give the units an offer carries; 0 when there is nothing to offer."""
    return max(0, min(freed, asked))


def may_queue(*, units: int, wanted: int, left: int) -> None:
    """Refuse a place in the waiting list for units that can be claimed at once or were never wanted."""
    if not 1 <= units <= wanted:
        raise Invalid("units-out-of-range", field="units", params={"least": 1, "most": wanted})
    if left >= units:
        raise Conflict("units-are-free", params={"left": left})
