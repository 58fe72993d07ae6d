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

_OFFER_CLOSED = frozenset(
    {EntryKind.OFFER_ACCEPTED, EntryKind.OFFER_DECLINED, EntryKind.OFFER_EXPIRED, EntryKind.OFFER_ENDED}
)


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


@dataclass(frozen=True, slots=True)
class PledgeFigures:
    """What a pledge's row must say."""

    state: str
    units: int


@dataclass(slots=True)
class _Pledge:
    state: PledgeState
    units: int
    lines: Counter[str] = field(default_factory=Counter[str])


@dataclass(slots=True)
class WishStory:
    """Everything the book has told so far about one wish."""

    state: str | None = None
    wanted: int = 0
    _pledges: dict[str, _Pledge] = field(default_factory=dict[str, _Pledge])
    _offers: dict[str, int] = field(default_factory=dict[str, int])

    def tell(self, body: Body) -> None:
        """Take in the next entry; Impossible when it cannot follow."""
        if body.kind.family == "wish":
            self.state, self.wanted = str(body.facts["state"]), _whole(body.facts["wanted"])
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
            reserved=sum(self._offers.values()),
        )

    def pledges(self) -> Mapping[str, PledgeFigures]:
        """Give what the rows of the wish's pledges must say."""
        return {ref: PledgeFigures(pledge.state.value, pledge.units) for ref, pledge in self._pledges.items()}

    def _units_in(self, states: frozenset[PledgeState]) -> int:
        return sum(pledge.units for pledge in self._pledges.values() if pledge.state in states)

    def _tell_offer(self, body: Body) -> None:
        ref = body.subjects["offer"]
        if body.kind in _OFFER_CLOSED:
            if self._offers.pop(ref, None) is None:
                raise Impossible("offer-not-open")
        elif ref in self._offers:
            raise Impossible("offer-open-twice")
        else:
            self._offers[ref] = _whole(body.facts["units"])

    def _tell_pledge(self, body: Body) -> None:
        ref, before = body.subjects["pledge"], body.facts["from"]
        if body.kind is EntryKind.PLEDGE_CLAIMED:
            if ref in self._pledges or before is not None:
                raise Impossible("pledge-claimed-twice")
            self._pledges[ref] = _Pledge(PledgeState(str(body.facts["to"])), _whole(body.facts["units"]))
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
        self._pledges[part] = _Pledge(PledgeState(str(body.facts["to"])), units)


def _balance(lines: Counter[str], facts: Mapping[str, JSON]) -> None:
    """Keep account of the board lines a pledge has given: no more can be reversed than stand."""
    for name, sign in (("lines", 1), ("restored", 1), ("reversed", -1)):
        for line in _listed(facts.get(name)):
            lines[json.dumps(line, sort_keys=True)] += sign
    if any(count < 0 for count in lines.values()):
        raise Impossible("line-reversed-that-does-not-stand")


def _listed(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else []


def _whole(value: JSON) -> int:
    if not isinstance(value, int):
        raise Impossible("not-a-number")
    return value
