"""The public book as people see it: its newest records, one record with its proof, and the story of one wish."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from charity.adapters.db import reading
from charity.adapters.signing import log_keys, log_signer
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.merkle import inclusion_spans, leaf_hash
from charity.domain.wishes import PUBLIC
from charity.ledger import (
    Record,
    Signed,
    entries_before,
    find_newest,
    find_record,
    newest_note,
    prove_inclusion,
    timeline,
)
from charity.models.wishes import Wish

PAGE = 30
Fact = tuple[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class EntryCard:
    """One record in a list; number is None while it is being sealed, wish_title while the wish is not public."""

    number: int | None
    kind: str
    at: datetime
    wish: str | None
    wish_title: str | None
    facts: tuple[Fact, ...]

    @property
    def units(self) -> int | None:
        """Give the units a pledge's or an offer's record is about."""
        found = dict(self.facts).get("units")
        return found if isinstance(found, int) else None


@dataclass(frozen=True, slots=True)
class CheckpointCard:
    """A signed head of the book."""

    size: int
    root: str
    note: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One hash to join with, and whether it stands on the left."""

    hash: str
    is_left: bool


@dataclass(frozen=True, slots=True)
class ProofCard:
    """What leads from one record's hash to the signed root: the hashes beside it, lowest first."""

    size: int
    root: str
    steps: tuple[ProofStep, ...]


@dataclass(frozen=True, slots=True)
class BookCard:
    """A page of the newest records, where the next page begins, and the newest checkpoint."""

    entries: tuple[EntryCard, ...]
    before: int | None
    checkpoint: CheckpointCard | None
    verifier_key: str


@dataclass(frozen=True, slots=True)
class LeafCard:
    """One record whole: its words, its exact bytes, its hash, and its proof once a checkpoint covers it."""

    entry: EntryCard
    data: str
    hash: str
    text_names: tuple[str, ...]
    proof: ProofCard | None
    checkpoint: CheckpointCard | None
    verifier_key: str


def get_book(viewer: Actor, *, before: int | None = None) -> BookCard:
    """Get a page of the newest records, from before a number."""
    session = reading()
    records = entries_before(session, before, limit=PAGE + 1)
    shown = records[:PAGE]
    more = shown[-1].number if len(records) > PAGE else None
    return BookCard(_cards(session, shown), more, _checkpoint(find_newest(session)), log_signer().verifier.text)


def get_leaf(viewer: Actor, number: int) -> LeafCard:
    """Get one record with its proof; Missing when there is none of this number."""
    session = reading()
    record, newest = _record(session, number), find_newest(session)
    return LeafCard(
        entry=_cards(session, [record])[0],
        data=record.data.decode(),
        hash=_base64(leaf_hash(record.data)),
        text_names=tuple(sorted(record.body.texts)),
        proof=None if newest is None or number >= newest.size else _prove(session, number, newest.size),
        checkpoint=_checkpoint(newest),
        verifier_key=log_signer().verifier.text,
    )


def get_leaf_data(viewer: Actor, number: int) -> bytes:
    """Get the exact bytes of one record; Missing when there is none of this number."""
    return _record(reading(), number).data


def get_checkpoint_note(viewer: Actor) -> str:
    """Get the newest checkpoint as a signed note."""
    return newest_note(reading(), log_signer(), log_keys())


def list_wish_timeline(viewer: Actor, wish_ref: str) -> list[EntryCard]:
    """List what happened to one wish, oldest first; the caller has made sure that the wish may be seen."""
    return [_card(record, {}) for record in timeline(reading(), "wish", wish_ref)]


def _record(session: Session, number: int) -> Record:
    record = find_record(session, number)
    if record is None:
        raise Missing
    return record


def _cards(session: Session, records: Iterable[Record]) -> tuple[EntryCard, ...]:
    told = list(records)
    wishes = {record.body.subjects.get("wish") for record in told} - {None}
    # The state is judged here: asked for in SQL, SQLite would look all public wishes up by their state for these few.
    seen = select(Wish.ref, Wish.title, Wish.state).where(Wish.ref.in_(wishes), Wish.hidden_at.is_(None))
    rows = session.execute(seen).all() if wishes else ()
    titles = {row.ref: row.title for row in rows if row.state in PUBLIC}
    return tuple(_card(record, titles) for record in told)


def _card(record: Record, titles: Mapping[str, str]) -> EntryCard:
    body = record.body
    wish = body.subjects.get("wish")
    # Board lines are lists; the record's own bytes show them
    facts = tuple((name, value) for name, value in body.facts.items() if not isinstance(value, list | dict))
    return EntryCard(
        record.number, body.kind.value, datetime.fromisoformat(body.at), wish, titles.get(wish or ""), facts
    )


def _checkpoint(signed: Signed | None) -> CheckpointCard | None:
    return None if signed is None else CheckpointCard(signed.size, _base64(signed.root), signed.note, signed.signed_at)


def _prove(session: Session, number: int, size: int) -> ProofCard:
    proof = prove_inclusion(session, number, size)
    sides = (span.start < number for span in inclusion_spans(number, size))
    steps = (ProofStep(_base64(piece), is_left) for piece, is_left in zip(proof.path, sides, strict=True))
    return ProofCard(size, _base64(proof.root), tuple(steps))


def _base64(data: bytes) -> str:
    return b64encode(data).decode()
