"""Geometry of the N+1 ring: one dot in the middle, one per unit around it, arcs when there are too many to count."""

from dataclasses import dataclass
from math import cos, pi, sin

MOST_DOTS = 12
SIZE = 48
ORBIT = 17.0
ROUND = 100.0
AROUND = 2 * pi * ORBIT
BIGGEST = 5.5


@dataclass(frozen=True, slots=True)
class Dot:
    """One unit at its place around the middle."""

    x: float
    y: float
    state: str


@dataclass(frozen=True, slots=True)
class Arc:
    """A share of the circle, in hundredths of the way round."""

    length: float
    start: float
    state: str

    @property
    def dash(self) -> float:
        """Give its length along the drawn circle."""
        return round(self.length * AROUND / ROUND, 1)

    @property
    def gap(self) -> float:
        """Give how far along the drawn circle it starts."""
        return round(self.start * AROUND / ROUND, 1)


@dataclass(frozen=True, slots=True)
class Ring:
    """All that a drawing of the ring needs, whoever draws it."""

    dots: tuple[Dot, ...]
    arcs: tuple[Arc, ...]
    radius: float
    confirmed: int
    in_transit: int
    claimed: int
    empty: int


def ring_of(wanted: int, confirmed: int, in_transit: int, committed: int) -> Ring:
    """Lay out the ring of a wish from its counters; committed includes the units in transit and confirmed."""
    claimed = max(0, committed - in_transit - confirmed)
    empty = max(0, wanted - max(committed, confirmed + in_transit))
    counts = {"confirmed": confirmed, "transit": in_transit, "claimed": claimed, "empty": empty}
    total = sum(counts.values())
    few = total <= MOST_DOTS
    return Ring(
        dots=_dots(counts, total) if few else (),
        arcs=() if few else _arcs(counts, total),
        radius=_radius(total),
        confirmed=confirmed,
        in_transit=in_transit,
        claimed=claimed,
        empty=empty,
    )


def _radius(total: int) -> float:
    if total < 3:
        return BIGGEST
    return round(min(BIGGEST, ORBIT * sin(pi / total) * 0.8), 1)


def _dots(counts: dict[str, int], total: int) -> tuple[Dot, ...]:
    states = [state for state, count in counts.items() for _ in range(count)]
    middle = SIZE / 2
    turns = [2 * pi * place / total - pi / 2 for place in range(total)]
    return tuple(
        Dot(round(middle + ORBIT * cos(turn), 1), round(middle + ORBIT * sin(turn), 1), state)
        for turn, state in zip(turns, states, strict=True)
    )


def _arcs(counts: dict[str, int], total: int) -> tuple[Arc, ...]:
    arcs: list[Arc] = []
    start = 0.0
    for state, count in counts.items():
        length = ROUND * count / total
        if count:
            arcs.append(Arc(round(length, 1), round(start, 1), state))
        start += length
    return tuple(arcs)
