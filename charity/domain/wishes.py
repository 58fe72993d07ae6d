"""A wish's states and acts, the rules of review, and its counters; what it rests on in law is in `legal`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from charity.domain.calendar import day_end
from charity.domain.durations import Pause, days, due_at
from charity.domain.errors import Conflict, Invalid
from charity.domain.kinds import LIVES, Kind, UnitOf


class WishState(StrEnum):
    """Where a wish stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REJECTED = "rejected"
    REFERRED = "referred"
    APPROVED = "approved"
    STALE = "stale"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class WishAct(StrEnum):
    """What somebody, or a clock, does to a wish."""

    SUBMIT = "submit"
    # The first of two reviewers agrees; the wish stays submitted until the second one approves.
    ENDORSE = "endorse"
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"
    REFER = "refer"
    RENEW = "renew"
    LOWER = "lower"
    WITHDRAW = "withdraw"
    GO_STALE = "go-stale"
    CLOSE = "close"
    REOPEN = "reopen"


class BeneficiaryKind(StrEnum):
    """Whose need it is."""

    CHILD = "child"
    HOUSEHOLD = "household"
    SITE = "site"


class Label(StrEnum):
    """What a page calls a wish: its state, or "full" when an approved one has no units left."""

    FULL = "full"


W, A = WishState, WishAct
MOVES: dict[tuple[WishState, WishAct], WishState] = {
    (W.DRAFT, A.SUBMIT): W.SUBMITTED,
    (W.RETURNED, A.SUBMIT): W.SUBMITTED,
    (W.SUBMITTED, A.ENDORSE): W.SUBMITTED,
    (W.SUBMITTED, A.APPROVE): W.APPROVED,
    (W.SUBMITTED, A.RETURN): W.RETURNED,
    (W.SUBMITTED, A.REJECT): W.REJECTED,
    (W.SUBMITTED, A.REFER): W.REFERRED,
    (W.APPROVED, A.GO_STALE): W.STALE,
    (W.APPROVED, A.RENEW): W.APPROVED,
    (W.STALE, A.RENEW): W.APPROVED,
    (W.APPROVED, A.LOWER): W.APPROVED,
    (W.STALE, A.LOWER): W.STALE,
    (W.DRAFT, A.WITHDRAW): W.WITHDRAWN,
    (W.SUBMITTED, A.WITHDRAW): W.WITHDRAWN,
    (W.APPROVED, A.WITHDRAW): W.WITHDRAWN,
    (W.STALE, A.WITHDRAW): W.WITHDRAWN,
    (W.APPROVED, A.CLOSE): W.CLOSED,
    (W.STALE, A.CLOSE): W.CLOSED,
    (W.CLOSED, A.REOPEN): W.APPROVED,
}
FINAL = frozenset({W.WITHDRAWN, W.REJECTED, W.REFERRED})
PUBLIC = frozenset({W.APPROVED, W.STALE, W.CLOSED})
# A wish that was public stays readable after it was taken back, so that links in mails and in the book lead somewhere.
READABLE = PUBLIC | {W.WITHDRAWN}
# These take a place of the receiving side's fair limits; a draft asks nobody for anything yet.
OPEN = frozenset({W.SUBMITTED, W.RETURNED, W.APPROVED, W.STALE})
NEEDS_REASON = frozenset({A.RETURN, A.REJECT, A.REFER, A.WITHDRAW, A.LOWER, A.REOPEN})
ENDS_OFFERS = frozenset({A.GO_STALE, A.WITHDRAW, A.CLOSE})
CANCELS_PLEDGES = frozenset({A.WITHDRAW})
PHOTO_CHECKLIST = (
    "shows-the-thing", "no-person", "no-name", "no-school-or-village-name", "no-contact", "not-used-before",
)  # fmt: skip


def next_state(state: WishState, act: WishAct) -> WishState:
    """Give the state an act leads to."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise Conflict("not-in-this-state", params={"state": state.value, "act": act.value}) from None


def acts_in(state: WishState) -> frozenset[WishAct]:
    """Give the acts that lead somewhere from a state."""
    return frozenset(act for was, act in MOVES if was is state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """A wish's units: all four numbers live on its row."""

    wanted: int
    committed: int = 0
    in_transit: int = 0
    fulfilled: int = 0
    reserved: int = 0

    @property
    def units_left(self) -> int:
        """Give the units a stranger may still claim."""
        return units_left(wanted=self.wanted, committed=self.committed, reserved=self.reserved)

    @property
    def are_sound(self) -> bool:
        """Say whether the invariants hold that the book and the tables are checked against."""
        least = min(self.in_transit, self.fulfilled, self.reserved)
        within = self.in_transit + self.fulfilled <= self.committed
        return least >= 0 and within and self.committed + self.reserved <= self.wanted

    @property
    def are_fulfilled(self) -> bool:
        """Say whether the wish is to be closed."""
        return self.wanted > 0 and self.fulfilled == self.wanted


def units_left(*, wanted: int, committed: int, reserved: int) -> int:
    """Give the units a stranger may still claim."""
    return wanted - committed - reserved


def takes_claims(state: WishState) -> bool:
    """Say whether new claims, queue places and offers are possible."""
    return state is W.APPROVED


def label_of(state: WishState, left: int) -> WishState | Label:
    """Give the label a page shows: "full" is approved with no units left, not a state."""
    return Label.FULL if state is W.APPROVED and left <= 0 else state


@dataclass(frozen=True, slots=True)
class Lowered:
    """A wish's new number of wanted units, and whether that fulfils it."""

    wanted: int
    closes: bool


def lower_wanted(counters: Counters, *, wanted: int, reason: str) -> Lowered:
    """Lower the wanted units, never below what is committed or reserved."""
    may_give_reason(reason)
    if not 1 <= wanted < counters.wanted:
        raise Invalid("wanted-not-lower", field="wanted", params={"most": counters.wanted - 1})
    taken = counters.committed + counters.reserved
    if wanted < taken:
        raise Conflict("wanted-below-committed", field="wanted", params={"least": taken})
    return Lowered(wanted, closes=counters.fulfilled == wanted)


def may_give_reason(reason: str) -> None:
    """Refuse an act that needs a reason and has none."""
    if not reason.strip():
        raise Invalid("reason-missing", field="reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a poster fills in, as far as rules ask about it."""

    kind: Kind
    unit: UnitOf
    wanted: int
    unit_fen: int
    beneficiary: BeneficiaryKind
    season_ends: date | None = None

    @property
    def price_fen(self) -> int:
        """Give the price of the whole wish."""
        return self.wanted * self.unit_fen


SHARES_FEN = (10_00, 20_00, 50_00, 100_00)
MOST_UNITS = 100_000
MOST_UNIT_FEN = 100_000_00


def may_submit(need: Need, *, today: date) -> None:
    """Refuse a need whose units, price or season cannot be right."""
    if need.unit not in LIVES[need.kind].unit_kinds:
        raise Invalid("unit-not-of-kind", field="unit")
    if not 1 <= need.wanted <= MOST_UNITS:
        raise Invalid("units-out-of-range", field="wanted", params={"least": 1, "most": MOST_UNITS})
    if not 1 <= need.unit_fen <= MOST_UNIT_FEN:
        raise Invalid("price-out-of-range", field="unit_fen")
    if need.unit is UnitOf.SHARE and need.unit_fen not in SHARES_FEN:
        raise Invalid("share-size", field="unit_fen")
    if need.season_ends is not None and need.season_ends < today:
        raise Invalid("season-over", field="season_ends")


def needs_second_reviewer(
    *, unit_fen: int, price_fen: int, band_top_fen: int | None, odd: bool, branded: bool, is_child: bool, child_fen: int
) -> bool:
    """Say whether a wish is odd, branded or dear: a piece over its catalogue band, a child's wish over its limit."""
    over_band = band_top_fen is not None and unit_fen > band_top_fen
    return odd or branded or over_band or (is_child and price_fen > child_fen)


STALE_AFTER = days(90)
# The clock of an approved wish: whoever posted it must say that the need still stands.
RENEWAL: Final = "renewal"


def stale_at(renewed_at: datetime, season_ends: date | None = None, *, pauses: Iterable[Pause] = ()) -> datetime:
    """Tell when an approved wish goes stale: 90 unpaused days after approval or renewal, or when its season is over."""
    by_age = due_at(renewed_at, STALE_AFTER, pauses)
    # No pause makes a winter longer
    return by_age if season_ends is None else min(by_age, day_end(season_ends))


def may_renew(*, today: date, season_ends: date | None) -> None:
    """Refuse a renewal past the season, unless the season is moved on."""
    if season_ends is not None and season_ends < today:
        raise Invalid("season-over", field="season_ends")
