"""On what programmes stand: documents and the copies on file, for reviewers, offices and auditors of their regions."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Missing
from charity.domain.kinds import LIVES, Kind
from charity.domain.legal import bases_of
from charity.domain.permissions import is_allowed, may_anywhere, regions_for
from charity.models.accounts import Account
from charity.models.covering import running_first, seen_from, stands_on_file
from charity.models.papers import BasisDocument, BasisFile
from charity.models.programmes import Programme

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class BasisRow:
    """One programme, on what it says it stands, and whether a document that holds lies here."""

    ref: str
    code: str
    name: str
    region: str
    kind: str
    starts_on: date
    ends_on: date | None
    body: str
    certificate: str
    filing: str
    platform_url: str
    contact: str
    is_over: bool
    is_on_file: bool
    asks_public: bool  # goods and money: an authority's approval alone is no basis
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRow:
    """A copy of a document: what it is, its digest, who put it on file, and whether another one took its place."""

    ref: str
    media_type: str
    size: int
    digest: str
    by: str
    added_at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """One document of a programme's legal basis, with its copies."""

    ref: str
    kind: str
    number: str
    issued_by: str
    valid_until: date | None
    is_over: bool
    is_ended: bool
    is_basis: bool
    copies: tuple[CopyRow, ...]

    @property
    def standing_copies(self) -> tuple[CopyRow, ...]:
        """Give the copies that nothing has taken the place of."""
        return tuple(copy for copy in self.copies if copy.replaced_at is None)


def list_bases(viewer: Actor) -> tuple[BasisRow, ...]:
    """List the programmes of the viewer's regions, and those that cover them from above, running ones first."""
    may_anywhere(viewer, "basis.read")
    today = day_of(clock.now())
    asked = select(Programme, stands_on_file(today).label("is_on_file")).where(_seen_by(viewer))
    rows = reading().execute(asked.order_by(*running_first()).limit(MOST))
    return tuple(_basis(viewer, programme, today, is_on_file=on_file) for programme, on_file in rows)


def get_basis(viewer: Actor, ref: str) -> tuple[BasisRow, tuple[DocumentRow, ...]]:
    """Give a programme of the viewer's regions with its documents, those in force first."""
    may_anywhere(viewer, "basis.read")
    today = day_of(clock.now())
    asked = select(Programme, stands_on_file(today).label("is_on_file")).where(Programme.ref == ref, _seen_by(viewer))
    found = reading().execute(asked).one_or_none()
    if found is None:
        raise Missing
    programme, on_file = found
    documents = reading().scalars(
        select(BasisDocument)
        .where(BasisDocument.programme_id == programme.id)
        .order_by(BasisDocument.ended_at.is_not(None), BasisDocument.id.desc())
    )
    rows = list(documents)
    copies = _copies([row.id for row in rows])
    return _basis(viewer, programme, today, is_on_file=on_file), _documents(programme, rows, copies, today)


def find_copy(viewer: Actor, ref: str) -> tuple[str, CopyRow]:
    """Give the key of a copy in the store and what it is, to those who may see its programme; else it is missing."""
    may_anywhere(viewer, "basis.read")
    row = (
        reading()
        .execute(
            select(BasisFile, Account.nickname)
            .join(BasisDocument, BasisDocument.id == BasisFile.document_id)
            .join(Programme, Programme.id == BasisDocument.programme_id)
            .join(Account, Account.id == BasisFile.added_by_id)
            .where(BasisFile.ref == ref, _seen_by(viewer))
        )
        .one_or_none()
    )
    if row is None:
        raise Missing
    return row.BasisFile.storage_key, _copy(row.BasisFile, row.nickname)


def _seen_by(viewer: Actor) -> ColumnElement[bool]:
    return seen_from(regions_for(viewer, "basis.read"))


def _basis(viewer: Actor, programme: Programme, today: date, *, is_on_file: bool) -> BasisRow:
    is_past = programme.ends_on is not None and programme.ends_on < today
    return BasisRow(
        ref=programme.ref,
        code=programme.code,
        name=programme.name,
        region=programme.region_code,
        kind=programme.kind,
        starts_on=programme.starts_on,
        ends_on=programme.ends_on,
        body=programme.body,
        certificate=programme.certificate,
        filing=programme.filing,
        platform_url=programme.platform_url,
        contact=programme.contact,
        is_over=programme.closed_at is not None or is_past,
        is_on_file=is_on_file,
        asks_public=LIVES[Kind(programme.kind)].asks_public,
        may_change=is_allowed(viewer, "programme.manage", programme.region_code),
    )


def _copies(document_ids: Collection[int]) -> dict[int, list[CopyRow]]:
    found: dict[int, list[CopyRow]] = defaultdict(list)
    rows = reading().execute(
        select(BasisFile, Account.nickname)
        .join(Account, Account.id == BasisFile.added_by_id)
        .where(BasisFile.document_id.in_(document_ids))
        .order_by(BasisFile.replaced_at.is_not(None), BasisFile.id)
    )
    for row in rows:
        found[row.BasisFile.document_id].append(_copy(row.BasisFile, row.nickname))
    return found


def _copy(row: BasisFile, by: str) -> CopyRow:
    return CopyRow(
        ref=row.ref,
        media_type=row.media_type,
        size=row.size,
        digest=row.sha256.hex(),
        by=by,
        added_at=row.added_at,
        replaced_at=row.replaced_at,
    )


def _documents(
    programme: Programme, rows: list[BasisDocument], copies: dict[int, list[CopyRow]], today: date
) -> tuple[DocumentRow, ...]:
    bases = bases_of(Kind(programme.kind))
    return tuple(_document(row, copies, today, is_basis=row.kind in bases) for row in rows)


def _document(row: BasisDocument, copies: dict[int, list[CopyRow]], today: date, *, is_basis: bool) -> DocumentRow:
    return DocumentRow(
        ref=row.ref,
        kind=row.kind,
        number=row.number,
        issued_by=row.issued_by,
        valid_until=row.valid_until,
        is_over=row.ended_at is not None or (row.valid_until is not None and row.valid_until < today),
        is_ended=row.ended_at is not None,
        is_basis=is_basis,
        copies=tuple(copies.get(row.id, ())),
    )
