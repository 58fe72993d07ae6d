"""The whole check: checkpoints and tree from the entries' bytes, then the tables from the entries' meaning."""

from sqlalchemy import Engine

from charity.adapters.signing import Keyring, Verifier
from charity.ledger.verifying.differences import Differs, Report
from charity.ledger.verifying.entries import check_outside, check_waiting
from charity.ledger.verifying.heads import given_head
from charity.ledger.verifying.tables import compare
from charity.ledger.verifying.tree import recompute


def verify(engine: Engine, keys: Verifier | Keyring, *, checkpoint: str | None = None) -> Report:
    """Recompute everything and compare; with a checkpoint kept outside, the book must continue it, too."""
    try:
        given = None if checkpoint is None else given_head(checkpoint, keys)
        edge, agreed = recompute(engine, keys, given)
        waiting = check_waiting(engine)
        check_outside(engine)
        compared = compare(engine)
    except Differs as found:
        return Report(difference=found.difference)
    return Report(
        leaves=edge.size,
        root=edge.root().hex(),
        waiting=waiting,
        checkpoints=agreed,
        wishes=compared.wishes,
        pledges=compared.pledges,
        circles=compared.circles,
        lines=compared.lines,
    )
