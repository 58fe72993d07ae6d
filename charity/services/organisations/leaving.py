"""What it means that an officer goes: the last one stays, and nothing he had open stays open."""

from charity.adapters.db import Tx
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict
from charity.models.organisation_rows import list_able_officers, shut_doors
from charity.models.organisations import Organisation
from charity.services.organisations.ground import write_entry


def may_go(tx: Tx, row: Organisation, account_id: int) -> None:
    """Refuse that nobody is left who can speak for an organisation."""
    if not set(list_able_officers(tx.session, row.id)) - {account_id}:
        raise Conflict("last-officer")


def after_officer(tx: Tx, row: Organisation, *, by: str) -> None:
    """Shut what an officer who is one no more may have open: his own sessions ask for the right at each request.

    The organisation's own account may be open on a device of his, and he may know its password: both are over.
    """
    if row.account_id is not None:
        shut_doors(tx, row.account_id)
    row.code_digest = row.code_expires_at = None  # he may know the join code
    write_officer(tx, row, "officer-ended", by=by)


def write_officer(tx: Tx, row: Organisation, change: str, *, by: str) -> None:
    """Say in the book that somebody speaks for an organisation from now on, or no more; never who."""
    write_entry(tx, EntryKind.ORGANISATION_CHANGED, row, {"by": by, "change": change})
