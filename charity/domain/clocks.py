"""Every deadline as data: who must act, by when, what happens at the end; pauses stop all clocks of a region."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from charity.domain.durations import Duration, days, hours, working_days
from charity.domain.errors import Conflict
from charity.domain.kinds import Kind, PledgeState


class ClockName(StrEnum):
    """What is waited for."""

    REVIEW = "review"
    SECOND_REVIEW = "second-review"
    PLAN = "plan"
    SEND = "send"
    TRACE = "trace"
    ARRIVAL = "arrival"
    MONEY_ARRIVAL = "money-arrival"
    ATTEST = "attest"
    BUYER_RECEIPT = "buyer-receipt"
    HAND_OVER = "hand-over"
    REFUND = "refund"
    ACKNOWLEDGE = "acknowledge"
    CALL_BACK = "call-back"
    OFFER = "offer"
    RULING = "ruling"
    APPEAL = "appeal"
    UNSETTLED_OVERDUE = "unsettled-overdue"
    UNSETTLED = "unsettled"
    COUNTY_POOL = "county-pool"


class Anchor(StrEnum):
    """The moment a clock starts."""

    ENTERED = "entered"
    AGREED_DATE = "agreed-date"
    HARVEST_END = "harvest-end"


class End(StrEnum):
    """What happens when a clock runs out."""

    COUNTY_POOL = "county-pool"
    LAPSE = "lapse"
    RELEASE_OVERDUE_SELLER = "release-overdue-seller"
    REMIND_TRACE = "remind-trace"
    OPEN_CASE = "open-case"
    TOWNSHIP_DESK = "township-desk"
    DEEM_HANDED_OVER = "deem-handed-over"
    OVERDUE_TOWNSHIP = "overdue-township"
    OVERDUE_COUNTY = "overdue-county"
    OVERDUE_LEVEL_ABOVE = "overdue-level-above"
    CALL_BACK = "call-back"
    EXPIRE_OFFER = "expire-offer"
    RULING_STANDS = "ruling-stands"


class MustAct(StrEnum):
    """Whom a clock waits for."""

    REVIEWER = "reviewer"
    DONOR = "donor"
    SELLER = "seller"
    KEEPER = "keeper"
    OFFICER = "officer"
    HOUSEHOLD = "household"
    AUDITOR = "auditor"
    PARTY = "party"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One line of the table; `longer` stands in remote or snow areas, for absent families, or goods made to order."""

    name: ClockName
    kinds: frozenset[Kind]
    state: PledgeState | None
    must_act: MustAct
    duration: Duration
    at_end: End
    organisation: Duration | None = None
    longer: Duration | None = None
    extension: timedelta | None = None
    anchor: Anchor = Anchor.ENTERED


S = PledgeState
ALL = frozenset(Kind)
PLANNABLE = ALL - {Kind.MONEY}


def _clock(
    name: ClockName,
    kinds: frozenset[Kind] | Kind,
    state: PledgeState | None,
    who: MustAct,
    duration: Duration,
    at_end: End,
    *,
    organisation: Duration | None = None,
    longer: Duration | None = None,
    extension: timedelta | None = None,
    anchor: Anchor = Anchor.ENTERED,
) -> Clock:
    return Clock(
        name=name,
        kinds=frozenset({kinds}) if isinstance(kinds, Kind) else kinds,
        state=state,
        must_act=who,
        duration=duration,
        at_end=at_end,
        organisation=organisation,
        longer=longer,
        extension=extension,
        anchor=anchor,
    )


N, M = ClockName, MustAct
CLOCKS: tuple[Clock, ...] = (
    _clock(N.REVIEW, ALL, None, M.REVIEWER, working_days(5), End.COUNTY_POOL),
    _clock(N.SECOND_REVIEW, ALL, None, M.REVIEWER, working_days(3), End.COUNTY_POOL),
    _clock(N.COUNTY_POOL, ALL, None, M.REVIEWER, working_days(3), End.COUNTY_POOL),
    _clock(N.PLAN, PLANNABLE, S.HELD, M.DONOR, hours(72), End.LAPSE, organisation=working_days(7)),
    _clock(N.SEND, Kind.GOODS, S.PLANNED, M.DONOR, days(14), End.LAPSE, longer=days(30), extension=timedelta(days=7)),
    _clock(N.SEND, Kind.SERVICE, S.PLANNED, M.DONOR, days(7), End.LAPSE, anchor=Anchor.AGREED_DATE),
    _clock(N.SEND, Kind.MONEY, S.HELD, M.DONOR, days(7), End.LAPSE),
    _clock(N.SEND, Kind.PRODUCE, S.PLANNED, M.SELLER, days(0), End.RELEASE_OVERDUE_SELLER, anchor=Anchor.HARVEST_END),
    _clock(N.TRACE, Kind.GOODS, S.SENT, M.DONOR, days(15), End.REMIND_TRACE),
    _clock(N.ARRIVAL, Kind.GOODS, S.SENT, M.KEEPER, days(45), End.OPEN_CASE, longer=days(60)),
    # Officers who never look into their account are as overdue as those who never pay out.
    _clock(N.MONEY_ARRIVAL, Kind.MONEY, S.SENT, M.OFFICER, days(15), End.OVERDUE_COUNTY),
    _clock(N.ATTEST, Kind.SERVICE, S.SENT, M.KEEPER, days(7), End.TOWNSHIP_DESK),
    _clock(N.ARRIVAL, Kind.SERVICE, S.SENT, M.KEEPER, days(30), End.OPEN_CASE),
    _clock(N.BUYER_RECEIPT, Kind.PRODUCE, S.SENT, M.DONOR, days(15), End.DEEM_HANDED_OVER),
    _clock(N.HAND_OVER, Kind.GOODS, S.AT_POINT, M.KEEPER, days(15), End.OVERDUE_TOWNSHIP, longer=days(30)),
    _clock(N.HAND_OVER, Kind.MONEY, S.AT_POINT, M.OFFICER, days(15), End.OVERDUE_COUNTY),
    # Starts only by a ruling that gives the money back; an officer who sends it back himself names its document.
    _clock(N.REFUND, Kind.MONEY, S.RETURNED, M.OFFICER, days(15), End.OVERDUE_COUNTY),
    _clock(N.ACKNOWLEDGE, ALL, S.HANDED_OVER, M.HOUSEHOLD, days(15), End.CALL_BACK),
    # Starts when the acknowledgement's clock has run out, in the same state.
    _clock(N.CALL_BACK, ALL, S.HANDED_OVER, M.REVIEWER, working_days(10), End.OPEN_CASE),
    _clock(N.OFFER, ALL, None, M.DONOR, hours(48), End.EXPIRE_OFFER),
    _clock(N.RULING, ALL, S.DISPUTED, M.AUDITOR, working_days(15), End.OVERDUE_LEVEL_ABOVE),
    _clock(N.APPEAL, ALL, None, M.PARTY, working_days(10), End.RULING_STANDS),
    _clock(N.UNSETTLED_OVERDUE, Kind.MONEY, S.LAPSED_UNSETTLED, M.AUDITOR, days(15), End.OVERDUE_LEVEL_ABOVE),
    _clock(N.UNSETTLED, Kind.MONEY, S.LAPSED_UNSETTLED, M.AUDITOR, days(30), End.LAPSE),
)
_STARTS_APART = frozenset({N.CALL_BACK, N.REFUND})


def clocks_of(kind: Kind, state: PledgeState) -> tuple[Clock, ...]:
    """List the clocks that start when a pledge of a kind enters a state."""
    return tuple(c for c in CLOCKS if c.state is state and kind in c.kinds and c.name not in _STARTS_APART)


def get_clock(name: ClockName, kind: Kind) -> Clock:
    """Give a clock by its name and kind; KeyError when the kind has none."""
    for clock in CLOCKS:
        if clock.name is name and kind in clock.kinds:
            return clock
    raise KeyError(name, kind)


def duration_of(
    clock: Clock, *, by_organisation: bool = False, longer: bool = False, extended: bool = False
) -> Duration:
    """Give a clock's length for this pledge."""
    if by_organisation and clock.organisation is not None:
        return clock.organisation
    if longer and clock.longer is not None:
        return clock.longer
    if extended and clock.extension is not None:
        return Duration(clock.duration.span + clock.extension, clock.duration.working)
    return clock.duration


def may_extend(clock: Clock, *, already: bool, made_to_order: bool) -> None:
    """Refuse a second extension, and one of goods made to order, whose 30 days are the longest there is."""
    if clock.extension is None or made_to_order:
        raise Conflict("no-extension-here")
    if already:
        raise Conflict("extended-already")
