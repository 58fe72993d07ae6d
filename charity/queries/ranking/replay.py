"""Computing a served list again from its log, and, while its index still lies there, comparing the log with it."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from charity.adapters.crypto import digest, is_same, unseal
from charity.adapters.db import reading
from charity.adapters.wall_index import open_index
from charity.domain.errors import Missing
from charity.domain.matching import Standing, Subject
from charity.domain.ranking import stated_place
from charity.domain.served import Difference, Ranked, Served, find_difference, read_stated, unpack
from charity.matching.index import Index
from charity.models.ranking import ServedList


@dataclass(frozen=True, slots=True)
class Replayed:
    """A list computed again: its first difference, and whether its index says the same (None: that is gone)."""

    served: Served
    difference: Difference | None
    agrees_with_index: bool | None


def replay_list(ref: str, index: Path) -> Replayed:
    """Compute a served list again; Missing when it was never logged, or forgotten since."""
    served = get_served(ref)
    return Replayed(served, find_difference(served), _compare(served, index))


def get_served(ref: str) -> Served:
    """Read a list from the log; what was stated must be what its digest says."""
    row = reading().execute(select(ServedList).where(ServedList.ref == ref)).scalar_one_or_none()
    if row is None:
        raise Missing
    stated = unseal(row.stated_sealed, place=stated_place(ref))
    if not is_same(digest("stated", stated), row.stated_digest):
        raise ValueError(f"list {ref}: what was stated is not what was logged")
    wishes, skipped = unpack(row.wishes)
    return Served(
        ref=ref,
        served_at=row.served_at,
        wishes=wishes,
        rule=row.rule,
        built_at=row.built_at,
        leaf=row.leaf,
        beneath=row.beneath,
        stated=read_stated(stated),
        skipped=skipped,
        weights=row.weights,
    )


def _compare(served: Served, path: Path) -> bool | None:
    opened = open_index(path)
    if opened is None or (opened.stamp.built_at, opened.stamp.leaf) != (served.built_at, served.leaf):
        return None
    return all(_logged(opened.index, each) == each.made_of for each in served.wishes)


def _logged(index: Index, each: Ranked) -> tuple[Subject, Standing] | None:
    """Give what the index says of a wish, without what made no point."""
    found = index.find(each.number)
    if found is None:
        return None
    subject, standing = found
    return Subject(
        id=subject.id, county=subject.county, kind=subject.kind, form=subject.form, age=subject.age, need=subject.need
    ), standing
