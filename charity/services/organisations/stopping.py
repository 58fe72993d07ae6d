"""What it means for promises under way that an organisation may do something no more."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.ledger.releasing import release_unvetted
from charity.models.organisations import Organisation
from charity.models.sides import lock_account


def lock_givers(tx: Tx, ref: str) -> None:
    """Lock whoever may lose a promise with a right of an organisation: accounts come before organisations."""
    own = tx.session.execute(select(Organisation.account_id).where(Organisation.ref == ref)).scalar_one_or_none()
    if own is not None:
        lock_account(tx, own)


def after_rights(tx: Tx, row: Organisation) -> None:
    """Let go of what an organisation promised by a right that it has no more."""
    tx.session.flush()
    if row.account_id is not None and not row.is_vetted:
        release_unvetted(tx, row.account_id)
