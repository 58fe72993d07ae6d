"""Sealing the book: waiting entries get their leaves at once, and the grown tree is signed every half minute."""

from charity.adapters.db import reading, transaction
from charity.adapters.signing import log_signer
from charity.jobs.loop import Turn
from charity.ledger import has_grown, has_waiting, sequence, sign_head

SEAL_EVERY = 0.2
SIGN_EVERY = 30.0


def seal_waiting() -> int:
    """Give a batch of waiting entries their leaves; asks first, so that an idle worker never takes the write lock."""
    if not has_waiting(reading()):
        return 0
    with transaction() as tx:
        return sequence(tx)


def sign_growth() -> int:
    """Sign the tree when it has grown since the last checkpoint."""
    if has_grown(reading()):
        with transaction() as tx:
            sign_head(tx, log_signer())
    return 0  # never in a hurry: one checkpoint in half a minute is enough, however fast the book grows


TURNS = (Turn("seal the book", SEAL_EVERY, seal_waiting), Turn("sign the book", SIGN_EVERY, sign_growth))
