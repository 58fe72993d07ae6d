"""Reading of wishes for those who claim and wait; no rule, no commit."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, select
from sqlalchemy.orm import Session

from charity.domain.kinds import Kind
from charity.models.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class WishRow:
    """A wish as far as a claim asks about it."""

    id: int
    ref: str
    kind: Kind
    state: str
    beneficiary: str
    household_id: int | None
    region_code: str
    county: str
    unit_fen: int
    wanted: int
    committed: int
    reserved: int
    point_id: int | None
    title: str
    published_at: datetime | None
    hidden_at: datetime | None
    circle_id: int | None

    @property
    def left(self) -> int:
        """Give the units a stranger may still claim."""
        return self.wanted - self.committed - self.reserved


_WISH = select(
    Wish.id,
    Wish.ref,
    Wish.kind,
    Wish.state,
    Wish.beneficiary,
    Wish.household_id,
    Wish.region_code,
    Wish.county,
    Wish.unit_fen,
    Wish.wanted,
    Wish.committed,
    Wish.reserved,
    Wish.point_id,
    Wish.title,
    Wish.published_at,
    Wish.hidden_at,
    Wish.circle_id,
)


def find_wish_row_by_id(session: Session, wish_id: int) -> WishRow | None:
    """Find a wish by its number."""
    return _found(session, _WISH.where(Wish.id == wish_id))


def find_wish_row(session: Session, ref: str) -> WishRow | None:
    """Find a wish by its reference."""
    return _found(session, _WISH.where(Wish.ref == ref))


def _found(session: Session, query: Executable) -> WishRow | None:
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        return None
    values: dict[str, Any] = {**row, "kind": Kind(row["kind"])}
    return WishRow(**values)
