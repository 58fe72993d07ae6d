"""Fair limits on both sides: every number is a setting, these are the defaults."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from charity.domain.actors import AccountKind
from charity.domain.errors import CapReached, Conflict
from charity.domain.kinds import PledgeState
from charity.domain.wishes import BeneficiaryKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All fair limits; money in fen, times in days unless said otherwise."""

    first_open: int = 5
    confirmed_per_place: int = 2
    most_open: int = 15
    organisation_open: int = 50
    open_fen: int = 2_000_00
    lapses_in_a_row: int = 2
    cooling_days: int = 10
    donor_household_year_fen: int = 5_000_00
    child_open_wishes: int = 1
    household_open_wishes: int = 3
    child_year_fen: int = 1_000_00
    child_dear_fen: int = 300_00
    board_wishes_per_month: int = 3
    wrong_codes: int = 5
    card_codes: int = 20
    seat_notice_days: int = 30
    seats: int = 9
    group_seats: int = 18
    organisation_seats: int = 50

    @property
    def cooling(self) -> timedelta:
        """Give how long an account may not claim after lapses in a row."""
        return timedelta(days=self.cooling_days)


DEFAULTS = Limits()


def open_limit(
    confirmed: int, kind: AccountKind, county_override: int | None = None, *, limits: Limits = DEFAULTS
) -> int:
    """Give how many pledges an account may have open; a county may raise an organisation's number, never lower it."""
    if kind is AccountKind.ORGANISATION:
        return max(limits.organisation_open, county_override or 0)
    return min(limits.most_open, limits.first_open + confirmed // limits.confirmed_per_place)


def open_fen_limit(kind: AccountKind, *, limits: Limits = DEFAULTS) -> int | None:
    """Give how much money an account may have open; an organisation is bounded by its number of pledges only."""
    return None if kind is AccountKind.ORGANISATION else limits.open_fen


def seat_limit(kind: AccountKind, *, for_group: bool, limits: Limits = DEFAULTS) -> int:
    """Give how many seats in circles somebody may hold himself, or hold for all groups he answers for."""
    if for_group:
        return limits.group_seats
    return limits.organisation_seats if kind is AccountKind.ORGANISATION else limits.seats


def may_take_seat(held: int, kind: AccountKind, *, for_group: bool, limits: Limits = DEFAULTS) -> None:
    """Refuse a seat beyond those one donor may hold, so that none takes the seats of a whole programme."""
    most = seat_limit(kind, for_group=for_group, limits=limits)
    if held >= most:
        raise CapReached("seat-limit", params={"limit": most})


def lapses_after(lapses_in_a_row: int, after: PledgeState) -> int:
    """Count lapses in a row: only `lapsed` adds one, and a confirmed pledge ends the row."""
    if after is PledgeState.LAPSED:
        return lapses_in_a_row + 1
    return 0 if after is PledgeState.CONFIRMED else lapses_in_a_row


def cooling_until(
    lapses_in_a_row: int, last_lapse_at: datetime | None, *, limits: Limits = DEFAULTS
) -> datetime | None:
    """Tell until when an account may not claim after lapses in a row; None when it may."""
    if last_lapse_at is None or lapses_in_a_row < limits.lapses_in_a_row:
        return None
    return last_lapse_at + timedelta(days=limits.cooling_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorStanding:
    """What is known of a claiming account; `year_fen` is between it and this beneficiary in the year of the claim."""

    kind: AccountKind
    verified: bool
    confirmed: int
    open_pledges: int
    open_fen: int
    year_fen: int
    lapses_in_a_row: int = 0
    last_lapse_at: datetime | None = None
    county_override: int | None = None


def may_claim(standing: DonorStanding, *, fen: int, now: datetime, limits: Limits = DEFAULTS) -> None:
    """Refuse a claim of so much money beyond any of the donor's limits, naming the limit."""
    if not standing.verified:
        raise CapReached("verify-first")
    cooling = cooling_until(standing.lapses_in_a_row, standing.last_lapse_at, limits=limits)
    if cooling is not None and now < cooling:
        raise CapReached("cooling", params={"until": cooling.isoformat()})
    places = open_limit(standing.confirmed, standing.kind, standing.county_override, limits=limits)
    if standing.open_pledges >= places:
        raise CapReached("open-limit", params={"limit": places})
    most = open_fen_limit(standing.kind, limits=limits)
    if most is not None and standing.open_fen + fen > most:
        raise CapReached("open-amount-limit", params={"limit": most})
    if standing.year_fen + fen > limits.donor_household_year_fen:
        raise CapReached("yearly-limit", params={"limit": limits.donor_household_year_fen})


def room_left(standing: DonorStanding, *, now: datetime, limits: Limits = DEFAULTS) -> int | None:
    """Give how much money one more claim may come to, 0 when it may not be made at all; None: as much as he likes."""
    try:
        may_claim(standing, fen=0, now=now, limits=limits)
    except CapReached:
        return 0
    most = open_fen_limit(standing.kind, limits=limits)
    return None if most is None else most - standing.open_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivingStanding:
    """What a beneficiary has already; for a child also what its household has open."""

    kind: BeneficiaryKind
    child_open: int = 0
    household_open: int = 0
    child_year_fen: int = 0


def limits_passed(standing: ReceivingStanding, *, fen: int, limits: Limits = DEFAULTS) -> tuple[str, ...]:
    """Name the receiving side's limits that one more wish of so much money would pass; a site has none."""
    if standing.kind is BeneficiaryKind.SITE:
        return ()
    codes: list[str] = []
    if standing.household_open >= limits.household_open_wishes:
        codes.append("household-open-wishes")
    if standing.kind is BeneficiaryKind.CHILD:
        if standing.child_open >= limits.child_open_wishes:
            codes.append("child-open-wish")
        if standing.child_year_fen + fen > limits.child_year_fen:
            codes.append("child-year")
    return tuple(codes)


def may_override(passed: Iterable[str], *, reason: str) -> None:
    """Refuse a wish beyond the receiving side's limits unless a reviewer gives a reason."""
    codes = tuple(passed)
    if codes and not reason.strip():
        raise Conflict(codes[0], field="override_reason")
