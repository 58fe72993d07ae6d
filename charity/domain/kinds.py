"""The four kinds of help and the life a pledge of each kind runs through when all goes well."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a wish asks for."""

    GOODS = "goods"
    SERVICE = "service"
    PRODUCE = "produce"
    MONEY = "money"


class PledgeState(StrEnum):
    """Where a pledge stands."""

    HELD = "held"
    PLANNED = "planned"
    SENT = "sent"
    AT_POINT = "at_point"
    HANDED_OVER = "handed_over"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    LAPSED_UNSETTLED = "lapsed_unsettled"
    RETURNED = "returned"
    DISPUTED = "disputed"
    REFUTED = "refuted"


class UnitOf(StrEnum):
    """What one unit of a wish is counted in."""

    PIECE = "piece"
    SHARE = "share"
    HOUR = "hour"
    KILOGRAM = "kilogram"


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One kind's way from claim to confirmation, and what sets it apart."""

    path: tuple[PledgeState, ...]
    unit_kinds: frozenset[UnitOf]
    through_point: bool
    asks_public: bool

    @property
    def has_plan(self) -> bool:
        """Say whether the donor plans before sending."""
        return PledgeState.PLANNED in self.path

    @property
    def has_arrival(self) -> bool:
        """Say whether somebody receives before the hand-over."""
        return PledgeState.AT_POINT in self.path


_HELD, _PLANNED, _SENT = PledgeState.HELD, PledgeState.PLANNED, PledgeState.SENT
_AT_POINT, _HANDED_OVER, _CONFIRMED = PledgeState.AT_POINT, PledgeState.HANDED_OVER, PledgeState.CONFIRMED

LIVES: dict[Kind, Life] = {
    Kind.GOODS: Life(
        path=(_HELD, _PLANNED, _SENT, _AT_POINT, _HANDED_OVER, _CONFIRMED),
        unit_kinds=frozenset({UnitOf.PIECE, UnitOf.SHARE}),
        through_point=True,
        asks_public=True,
    ),
    Kind.SERVICE: Life(
        path=(_HELD, _PLANNED, _SENT, _HANDED_OVER, _CONFIRMED),
        unit_kinds=frozenset({UnitOf.HOUR}),
        through_point=False,
        asks_public=False,
    ),
    Kind.PRODUCE: Life(
        path=(_HELD, _PLANNED, _SENT, _HANDED_OVER, _CONFIRMED),
        unit_kinds=frozenset({UnitOf.KILOGRAM, UnitOf.PIECE}),
        through_point=False,
        asks_public=False,
    ),
    Kind.MONEY: Life(
        path=(_HELD, _SENT, _AT_POINT, _HANDED_OVER, _CONFIRMED),
        unit_kinds=frozenset({UnitOf.SHARE}),
        through_point=False,
        asks_public=True,
    ),
}

# Parcels go to a service point, and hours are given at one; its keeper attests them.
MEETS_AT_POINT = frozenset({Kind.GOODS, Kind.SERVICE})
