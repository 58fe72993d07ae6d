"""Programmes: campaigns under which wishes are published, each with its legal basis."""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from charity import ledger
from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.entries import EntryKind
from charity.domain.entry_values import JSON
from charity.domain.errors import CapReached, Conflict, Invalid, Missing
from charity.domain.kinds import Kind
from charity.domain.legal import MOST_FILES, LegalBasis, may_be_recorded, may_publish
from charity.domain.permissions import may
from charity.domain.regions import Level, county_of, level_of
from charity.models.acts import act
from charity.models.papers import BasisDocument, BasisFile
from charity.models.programmes import Programme

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,23}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What an administrator writes down about a programme; money in fen."""

    code: str
    name: str
    kind: Kind
    starts_on: date
    ends_on: date | None
    body: str
    certificate: str
    filing: str
    contact: str
    platform_url: str = ""
    budget_fen: int | None = None


@act
def create(tx: Tx, actor: Actor, region: str, *, campaign: Campaign) -> str:
    """Open a programme in a region and give its ref; without a complete legal basis there is none."""
    may(actor, "programme.manage", region)
    _may_open(campaign, today=day_of(tx.now))
    taken = tx.session.execute(select(Programme.id).where(Programme.code == campaign.code)).first()
    if taken is not None:
        raise Conflict("code-taken", field="code")
    programme = Programme(
        ref=new_ref(),
        code=campaign.code,
        name=campaign.name.strip(),
        region_code=region,
        kind=campaign.kind.value,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        budget_fen=campaign.budget_fen,
        body=campaign.body.strip(),
        certificate=campaign.certificate.strip(),
        filing=campaign.filing.strip(),
        platform_url=campaign.platform_url.strip(),
        contact=campaign.contact.strip(),
        made_by_id=actor.account_id,
        made_at=tx.now,
    )
    tx.session.add(programme)
    tx.session.flush()
    facts = _facts(programme) | {
        "starts": programme.starts_on.isoformat(),
        "ends": None if programme.ends_on is None else programme.ends_on.isoformat(),
    }
    if programme.budget_fen is not None:
        facts["budget"] = programme.budget_fen
    texts = {"name": programme.name, "legal_basis": f"{programme.body}; {programme.certificate}; {programme.filing}"}
    ledger.append(tx, EntryKind.PROGRAMME_OPENED, {"programme": programme.ref}, facts, texts=texts)
    return programme.ref


@act
def close(tx: Tx, actor: Actor, ref: str) -> None:
    """End a programme: nothing more is published under it; what is public stays."""
    programme = tx.session.scalars(select(Programme).where(Programme.ref == ref).with_for_update()).one_or_none()
    if programme is None:
        raise Missing
    may(actor, "programme.manage", programme.region_code)
    if programme.closed_at is not None:
        raise Conflict("closed-already")
    programme.closed_at = tx.now
    tx.session.flush()
    ledger.append(tx, EntryKind.PROGRAMME_CLOSED, {"programme": programme.ref}, _facts(programme))


@act
def add_document(
    tx: Tx, actor: Actor, ref: str, *, kind: str, number: str, issued_by: str, valid_until: date | None
) -> str:
    """Record a document of a programme's legal basis and give its ref; the original stays with the responsible body."""
    programme = _managed(tx, actor, ref)
    may_be_recorded(kind, platform_url=programme.platform_url)
    if not number.strip() or not issued_by.strip():
        raise Invalid("document-incomplete", field="number" if not number.strip() else "issued_by")
    if valid_until is not None and valid_until < day_of(tx.now):
        raise Invalid("document-in-past", field="valid_until")
    document = BasisDocument(
        ref=new_ref(),
        programme_id=programme.id,
        kind=kind,
        number=number.strip()[:80],
        issued_by=issued_by.strip()[:120],
        valid_until=valid_until,
        recorded_by_id=actor.account_id,
        recorded_at=tx.now,
    )
    tx.session.add(document)
    tx.session.flush()
    facts = _facts(programme) | {"change": "document-added", "reason": kind}
    told = {"document": f"{kind}; {document.number}; {document.issued_by}"}
    ledger.append(tx, EntryKind.PROGRAMME_CHANGED, {"programme": programme.ref}, facts, texts=told)
    return document.ref


@act
def end_document(tx: Tx, actor: Actor, ref: str, document_ref: str) -> None:
    """Say that a document no longer holds."""
    programme = _managed(tx, actor, ref)
    document = _standing(tx, programme, document_ref)
    document.ended_at = tx.now
    tx.session.flush()
    facts = _facts(programme) | {"change": "document-ended", "reason": document.kind}
    ledger.append(tx, EntryKind.PROGRAMME_CHANGED, {"programme": programme.ref}, facts)


@act
def keep_file(
    tx: Tx,
    actor: Actor,
    ref: str,
    document_ref: str,
    *,
    key: str,
    media_type: str,
    size: int,
    sha256: str,
    instead_of: str = "",
) -> str:
    """Put a copy of a document on file, as one more page or instead of one; gives its key in the store.

    What was replaced stays where it is, and the digest of each copy stands in the public book.
    """
    programme = _managed(tx, actor, ref)
    document = _standing(tx, programme, document_ref)
    theirs = BasisFile.document_id == document.id, BasisFile.replaced_at.is_(None)
    there = list(tx.session.scalars(select(BasisFile).where(*theirs).order_by(BasisFile.id)))
    if any(one.sha256 == bytes.fromhex(sha256) for one in there):
        raise Conflict("copy-known", field="file")
    replaced = next((one for one in there if one.ref == instead_of), None)
    if instead_of and replaced is None:
        raise Conflict("copy-replaced", field="instead_of")
    if replaced is None and len(there) >= MOST_FILES:
        raise CapReached("too-many-copies", field="file", params={"most": MOST_FILES})
    if replaced is not None:
        replaced.replaced_at = tx.now
    copy = BasisFile(
        ref=new_ref(),
        document_id=document.id,
        storage_key=key,
        media_type=media_type,
        size=size,
        sha256=bytes.fromhex(sha256),
        added_by_id=actor.account_id,
        added_at=tx.now,
        instead_of_id=None if replaced is None else replaced.id,
    )
    tx.session.add(copy)
    tx.session.flush()
    change = "file-added" if replaced is None else "file-replaced"
    facts = _facts(programme) | {"change": change, "reason": document.kind, "digest": sha256}
    ledger.append(tx, EntryKind.PROGRAMME_CHANGED, {"programme": programme.ref}, facts)
    return key


def _standing(tx: Tx, programme: Programme, document_ref: str) -> BasisDocument:
    """Give a document of a programme that nobody ended."""
    theirs = BasisDocument.ref == document_ref, BasisDocument.programme_id == programme.id
    document = tx.session.scalars(select(BasisDocument).where(*theirs)).one_or_none()
    if document is None:
        raise Missing
    if document.ended_at is not None:
        raise Conflict("document-ended")
    return document


def _managed(tx: Tx, actor: Actor, ref: str) -> Programme:
    programme = tx.session.scalars(select(Programme).where(Programme.ref == ref).with_for_update()).one_or_none()
    if programme is None:
        raise Missing
    may(actor, "programme.manage", programme.region_code)
    return programme


def _may_open(campaign: Campaign, *, today: date) -> None:
    if not _CODE.fullmatch(campaign.code):
        raise Invalid("code-shape", field="code")
    if not campaign.name.strip():
        raise Invalid("name-needed", field="name")
    if campaign.ends_on is not None and campaign.ends_on < max(campaign.starts_on, today):
        raise Invalid("ends-before-start", field="ends_on")
    if campaign.platform_url and not campaign.platform_url.startswith("https://"):
        raise Invalid("link-shape", field="platform_url")
    try:
        may_publish(
            LegalBasis(
                responsible_body=campaign.body,
                certificate=campaign.certificate,
                filing_number=campaign.filing,
                contact=campaign.contact,
            ),
            campaign.kind,
        )
    except Conflict as missing:
        fields = {"responsible_body": "body", "filing_number": "filing"}
        raise Invalid(missing.code, field=fields.get(missing.field or "", missing.field)) from missing


def _facts(programme: Programme) -> dict[str, JSON]:
    region = programme.region_code
    facts: dict[str, JSON] = {"by": Role.ADMINISTRATOR.value, "kind": programme.kind}
    if region:
        facts["county"] = county_of(region) if level_of(region) > Level.COUNTY else region
    return facts
