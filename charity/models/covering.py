"""Which programmes cover a region, a kind of help and a day: without one nothing is published."""

from datetime import date

from sqlalchemy import Select, func, or_, select

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
