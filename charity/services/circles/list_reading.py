"""Reading a list of families as a dry run: which row means which family and point, and what is wrong in which cell."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from charity.adapters.db import Tx
from charity.domain.circles import Promise
from charity.domain.openings import Column, ListRow, RowState, nearest_point
from charity.domain.sides import Side
from charity.models.households import Household
from charity.models.opening_rows import find_households, list_open_points, name_of_point
from charity.models.points import ServicePoint
from charity.services.circles.list_ground import AT_POINT, Trouble, find_troubles

BATCH = 500
UNKNOWN = Trouble("household-unknown")
TWICE = Trouble("listed-twice")
NO_POINT = Trouble("point-missing", Column.POINT)
OTHER_POINT = Trouble("point-unknown", Column.POINT)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One row with what it means; the trouble is None where its circle can be opened."""

    line: int
    household: Household | None
    point: ServicePoint | None
    trouble: Trouble | None

    def values(self, opening_id: int) -> dict[str, int | str | None]:
        """Give what is kept of the row."""
        wrong = self.trouble
        return {
            "opening_id": opening_id,
            "line": self.line,
            "household_id": None if self.household is None else self.household.id,
            "point_id": None if self.point is None else self.point.id,
            "state": (RowState.WAITING if wrong is None else RowState.WRONG).value,
            "cell": "" if wrong is None else wrong.cell.value,
            "reason": "" if wrong is None else wrong.code,
        }


class ListReader:
    """Reads the rows of one list for an administrator of some regions."""

    def __init__(self, tx: Tx, actor_id: int, regions: Sequence[str], promise: Promise) -> None:
        self._tx, self._promise, self._regions = tx, promise, tuple(regions)
        self._acting = ((actor_id, Side.FIELD),)
        self._at_point = promise.kind in AT_POINT
        self._points = [point for region in regions for point in list_open_points(tx, region)] if self._at_point else []
        self._named: dict[str, list[ServicePoint]] = {}
        self._seen: set[int] = set()

    def read(self, rows: Iterable[ListRow]) -> Iterator[ReadRow]:
        """Judge the rows in the order of the file; a family that comes a second time is wrong there."""
        left = iter(rows)
        while batch := list(islice(left, BATCH)):
            yield from self._read(batch)

    def _read(self, batch: list[ListRow]) -> Iterator[ReadRow]:
        known = find_households(self._tx, {row.household for row in batch})
        inside = {ref: home for ref, home in known.items() if self._is_inside(home)}
        homes = {home.id: home for home in inside.values()}
        points = {home.id: self._point(home, "") for home in homes.values()}
        serving = {home: point for home, point in points.items() if point is not None}
        troubles = find_troubles(self._tx, list(homes.values()), self._promise, serving, acting=self._acting)
        for row in batch:
            yield self._judge(row, inside.get(row.household), troubles)

    def _judge(self, row: ListRow, home: Household | None, troubles: dict[int, Trouble]) -> ReadRow:
        if home is None:
            return ReadRow(row.line, None, None, UNKNOWN)
        if home.id in self._seen:
            return ReadRow(row.line, home, None, TWICE)
        self._seen.add(home.id)
        trouble = troubles.get(home.id)
        point = self._point(home, row.point)
        if trouble is None and self._at_point and point is None:
            trouble = OTHER_POINT if row.point else NO_POINT
        return ReadRow(row.line, home, point, trouble)

    def _is_inside(self, home: Household) -> bool:
        return home.closed_at is None and home.region_code.startswith(self._regions)

    def _point(self, home: Household, wanted: str) -> ServicePoint | None:
        """Give the point a row names, if it serves the family; without one the nearest."""
        offered = self._called(wanted) if wanted else self._points
        number = nearest_point([(point.id, point.region_code) for point in offered], home.region_code)
        return next((point for point in offered if point.id == number), None)

    def _called(self, wanted: str) -> list[ServicePoint]:
        if not self._named:
            for point in self._points:
                self._named.setdefault(point.ref, []).append(point)
                self._named.setdefault(name_of_point(point), []).append(point)
        return self._named.get(wanted, [])
