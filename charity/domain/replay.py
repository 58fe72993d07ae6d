"""Deriving the present from the book: a pure fold over the entries of one wish, its pledges and its offers.

What a service wrote into the tables and what this fold makes of the entries must be the same; the difference, if
there is one, is what somebody changed behind the book's back.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from charity.domain.counters import COMMITTED, FULFILLED, IN_TRANSIT
from charity.domain.entries import Body, EntryKind
from charity.domain.entry_values import JSON
from charity.domain.kinds import PledgeState
from charity.domain.offers import OfferState

_OFFER_CLOSED: dict[EntryKind, OfferState] = {
    EntryKind.OFFER_ACCEPTED: OfferState.ACCEPTED,
    EntryKind.OFFER_DECLINED: OfferState.DECLINED,
    EntryKind.OFFER_EXPIRED: OfferState.EXPIRED,
    EntryKind.OFFER_ENDED: OfferState.ENDED,
}


class Impossible(ValueError):
    """An entry that cannot follow the ones before it; the text is a stable code."""


@dataclass(frozen=True, slots=True)
class WishFigures:
    """What a wish's row must say."""

    state: str
    wanted: int
    committed: int
    in_transit: int
    fulfilled: int
    reserved: int
    unit_fen: int | None = None  # None where no entry named the price


@dataclass(frozen=True, slots=True)
class PledgeFigures:
    """What a pledge's row must say."""

    state: str
    units: int
    amount_fen: int | None = None  # None where no entry named the price


@dataclass(frozen=True, slots=True)
class OfferFigures:
    """What the row of an offer to the waiting list must say."""

    state: str
    units: int


@dataclass(slots=True)
class _Pledge:
    state: PledgeState
    units: int
    price: int | None = None
    lines: Counter[str] = field(default_factory=Counter[str])

    def figures(self) -> PledgeFigures:
        amount = None if self.price is None else self.units * self.price
        return PledgeFigures(self.state.value, self.units, amount)


@dataclass(slots=True)
class WishStory:
    """Everything the book has told so far about one wish."""

    state: str | None = None
    wanted: int = 0
    price: int | None = None
    _pledges: dict[str, _Pledge] = field(default_factory=dict[str, _Pledge])
    _offers: dict[str, OfferFigures] = field(default_factory=dict[str, OfferFigures])

    def tell(self, body: Body) -> None:
        """Take in the next entry; Impossible when it cannot follow."""
        if body.kind.family == "wish":
            self.state, self.wanted = str(body.facts["state"]), _whole(body.facts["wanted"])
            self.price = _price(body, self.price)
        elif body.kind.family == "offer":
            self._tell_offer(body)
        elif body.kind.family == "pledge":
            self._tell_pledge(body)

    def figures(self) -> WishFigures | None:
        """Give what the wish's row must say; None when the book only knows pledges of it."""
        if self.state is None:
            return None
        return WishFigures(
            state=self.state,
            wanted=self.wanted,
            committed=self._units_in(COMMITTED),
            in_transit=self._units_in(IN_TRANSIT),
            fulfilled=self._units_in(FULFILLED),
            reserved=sum(offer.units for offer in self._offers.values() if offer.state == OfferState.OPEN),
            unit_fen=self.price,
        )

    def pledges(self) -> Mapping[str, PledgeFigures]:
        """Give what the rows of the wish's pledges must say."""
        return {ref: pledge.figures() for ref, pledge in self._pledges.items()}

    def offers(self) -> Mapping[str, OfferFigures]:
        """Give what the rows of the wish's offers must say."""
        return self._offers

    def _units_in(self, states: frozenset[PledgeState]) -> int:
        return sum(pledge.units for pledge in self._pledges.values() if pledge.state in states)

    def _tell_offer(self, body: Body) -> None:
        ref = body.subjects["offer"]
        offer, units = self._offers.get(ref), _whole(body.facts["units"])
        if body.kind in _OFFER_CLOSED:
            if offer is None or offer.state != OfferState.OPEN:
                raise Impossible("offer-not-open")
            self._offers[ref] = OfferFigures(_OFFER_CLOSED[body.kind].value, offer.units)
        elif offer is not None:
            raise Impossible("offer-open-twice")
        else:
            self._offers[ref] = OfferFigures(OfferState.OPEN.value, units)

    def _tell_pledge(self, body: Body) -> None:
        ref, before = body.subjects["pledge"], body.facts["from"]
        if body.kind is EntryKind.PLEDGE_CLAIMED:
            if ref in self._pledges or before is not None:
                raise Impossible("pledge-claimed-twice")
            state, units = PledgeState(str(body.facts["to"])), _whole(body.facts["units"])
            self._pledges[ref] = _Pledge(state, units, _price(body, None))
            return
        pledge = self._pledges.get(ref)
        if pledge is None:
            raise Impossible("pledge-unknown")
        if pledge.state != before:
            raise Impossible("pledge-elsewhere")
        if body.kind is EntryKind.PLEDGE_SPLIT:
            self._split(pledge, body)
        elif pledge.units != body.facts["units"]:
            raise Impossible("pledge-other-units")
        pledge.state = PledgeState(str(body.facts["to"]))
        _balance(pledge.lines, body.facts)

    def _split(self, pledge: _Pledge, body: Body) -> None:
        part, units, left = body.subjects["part"], _whole(body.facts["units"]), _whole(body.facts["left"])
        if part in self._pledges or units < 1 or left < 1 or units + left != pledge.units:
            raise Impossible("split-does-not-add-up")
        pledge.units = left
        self._pledges[part] = _Pledge(PledgeState(str(body.facts["to"])), units, pledge.price)


def _balance(lines: Counter[str], facts: Mapping[str, JSON]) -> None:
    """Keep account of the board lines a pledge has given: no more can be reversed than stand."""
    for name, sign in (("lines", 1), ("restored", 1), ("reversed", -1)):
        for line in _listed(facts.get(name)):
            lines[json.dumps(line, sort_keys=True)] += sign
    if any(count < 0 for count in lines.values()):
        raise Impossible("line-reversed-that-does-not-stand")


def _price(body: Body, before: int | None) -> int | None:
    price = body.facts.get("price")
    return before if price is None else _whole(price)


def _listed(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []


def _whole(value: JSON) -> int:
    if not isinstance(value, int):
        raise Impossible("not-a-number")
    return value
