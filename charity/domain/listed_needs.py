"""What a row of a county's list asks for, in the catalogue's own codes; a cell that cannot be read is named."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from charity.domain import list_words
from charity.domain.errors import Invalid
from charity.domain.list_columns import NEED_COLUMNS, Column
from charity.domain.listed_families import Row

C = Column
T = TypeVar("T")
_ASKING = sorted(NEED_COLUMNS - {C.NEED_UNIT, C.NEED_WANTED})
# Where a refusal of the rules for needs shows in the list.
COLUMNS_OF = {
    "title": C.NEED,
    "details": C.NEED_DETAILS,
    "category": C.NEED_CATEGORY,
    "reason_code": C.NEED_REASON,
    "unit_label": C.NEED_UNIT,
    "unit_fen": C.NEED_PRICE,
    "wanted": C.NEED_WANTED,
    "size": C.NEED_SIZE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedNeed:
    """A need as its row tells of it."""

    title: str
    details: str
    category: str
    reason_code: str
    unit_label: str
    unit_fen: int
    wanted: int
    size: str


def asks(row: Row) -> bool:
    """Say whether a row asks for anything, if only by a price; how many is often filled in beforehand."""
    return any(row.get(column) for column in _ASKING)


def read_need(row: Row, words: Mapping[str, str]) -> ListedNeed:
    """Read what a row asks for, by the words for things; Invalid names the column that cannot be read."""
    return ListedNeed(
        title=row.get(C.NEED),
        details=row.get(C.NEED_DETAILS),
        category=_read(row, C.NEED_CATEGORY, partial(list_words.need_category_of, words)),
        reason_code=_read(row, C.NEED_REASON, list_words.need_reason_of),
        unit_label=_read(row, C.NEED_UNIT, list_words.unit_label_of),
        unit_fen=_read(row, C.NEED_PRICE, list_words.fen_of),
        wanted=_read(row, C.NEED_WANTED, list_words.count_of),
        size=row.get(C.NEED_SIZE),
    )


def _read(row: Row, column: Column, read: Callable[[str], T]) -> T:
    try:
        return read(row.get(column))
    except Invalid as wrong:
        raise Invalid(wrong.code, field=column.value) from None


def column_of(field: str | None) -> Column:
    """Tell in which column a refusal shows: its own field, or the need itself."""
    if field in set(Column):
        return Column(field)
    return COLUMNS_OF.get(field or "", C.NEED)
