"""The public book: append is the only way in, everything else reads, seals or checks."""

from charity.ledger.checkpoints import Inconsistent, Signed, find_newest, has_grown, newest_note, sign_head
from charity.ledger.reading import BEFORE_ALL, Record, entries_after, entries_before, find_record, timeline
from charity.ledger.sequencing import has_waiting, sequence
from charity.ledger.texts import forget_texts, is_text_of
from charity.ledger.tree import count_leaves, prove_consistency, prove_inclusion
from charity.ledger.writing import append, prepare

__all__ = [
    "BEFORE_ALL",
    "Inconsistent",
    "Record",
    "Signed",
    "append",
    "count_leaves",
    "entries_after",
    "entries_before",
    "find_newest",
    "find_record",
    "forget_texts",
    "has_grown",
    "has_waiting",
    "is_text_of",
    "newest_note",
    "prepare",
    "prove_consistency",
    "prove_inclusion",
    "sequence",
    "sign_head",
    "timeline",
]
