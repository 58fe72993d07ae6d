"""Which programmes cover a region, a kind of help and a day, and on what they stand: nothing is published without."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import Session

from charity.domain.kinds import Kind
from charity.domain.legal import Standing, bases_of
from charity.models.papers import BasisDocument, BasisFile
from charity.models.programmes import Programme


def covering_programmes(region: str, kind: str, today: date) -> Select[Programme]:
    """Ask for the programmes that cover these, the nearest and newest first."""
    prefixes = [region[:width] for width in (0, 2, 4, 6, 9, 12)]
    return (
        select(Programme)
        .where(
            Programme.region_code.in_(prefixes),
            Programme.kind == kind,
            Programme.closed_at.is_(None),
            Programme.starts_on <= today,
            or_(Programme.ends_on.is_(None), Programme.ends_on >= today),
        )
        .order_by(func.length(Programme.region_code).desc(), Programme.starts_on.desc(), Programme.id)
    )


def seen_from(regions: Collection[str]) -> ColumnElement[bool]:
    """Give the condition that a programme lies in one of these regions or covers one from above."""
    above = {region[:width] for region in regions for width in (0, 2, 4, 6, 9)}
    inside = [Programme.region_code.startswith(region, autoescape=True) for region in regions]
    return or_(false(), Programme.region_code.in_(sorted(above)), *inside)


def running_first() -> tuple[ColumnElement[Any], ...]:
    """Give the order of lists of programmes: what runs before what is closed, the newest first."""
    return Programme.closed_at.is_not(None), Programme.starts_on.desc(), Programme.id.desc()


def stands_on_file(today: date) -> ColumnElement[bool]:
    """Give the condition that a copy of a document that is a basis of a programme lies here, and it holds today."""
    return exists().where(
        or_(*(and_(Programme.kind == kind.value, BasisDocument.kind.in_(sorted(bases_of(kind)))) for kind in Kind)),
        BasisDocument.programme_id == Programme.id,
        BasisDocument.ended_at.is_(None),
        or_(BasisDocument.valid_until.is_(None), BasisDocument.valid_until >= today),
        BasisFile.document_id == BasisDocument.id,
        BasisFile.replaced_at.is_(None),
    )


def list_standing(session: Session, programme_id: int) -> list[Standing]:
    """List the documents of a programme that nobody ended."""
    has_file = exists().where(BasisFile.document_id == BasisDocument.id, BasisFile.replaced_at.is_(None))
    documents = BasisDocument.programme_id == programme_id, BasisDocument.ended_at.is_(None)
    rows = session.execute(select(BasisDocument.kind, BasisDocument.valid_until, has_file).where(*documents))
    return [Standing(kind, ends, is_there) for kind, ends, is_there in rows]


def find_standing(session: Session, region: str, kind: str, today: date, *, own_id: int | None) -> Programme | None:
    """Find the programme to publish under: its own, else the nearest that covers these, with a document on file."""
    covering = covering_programmes(region, kind, today).where(stands_on_file(today))
    if own_id is not None:
        own = session.scalars(covering.where(Programme.id == own_id)).one_or_none()
        if own is not None:
            return own
    return session.scalars(covering.limit(1)).one_or_none()
