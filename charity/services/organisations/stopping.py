"""What it means for promises under way that an organisation may do something no more."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.organisations import OrganisationState
from charity.ledger.releasing import release_pledge, release_unvetted
from charity.ledger.seating import leave_circles
from charity.models.moving import find_pledge
from charity.models.organisation_rows import list_held_gifts, list_posters
from charity.models.organisations import Organisation
from charity.models.outbox import notify
from charity.models.sides import lock_accounts


def lock_givers(tx: Tx, ref: str) -> None:
    """Lock whoever may lose a promise with a right of an organisation: accounts come before organisations."""
    row = tx.session.execute(
        select(Organisation.id, Organisation.account_id).where(Organisation.ref == ref)
    ).one_or_none()
    if row is not None:
        own = [] if row.account_id is None else [row.account_id]
        lock_accounts(tx, [*own, *(gift.account_id for gift in list_held_gifts(tx.session, row.id))])


def after_rights(tx: Tx, row: Organisation, *, took_money: bool) -> None:
    """Let go of what was promised by a right that an organisation has no more, and tell everybody concerned."""
    tx.session.flush()
    if row.account_id is not None and not row.is_vetted:
        release_unvetted(tx, row.account_id)
    if row.account_id is not None and row.state == OrganisationState.ENDED.value:
        # Its seats pass on, so that no family waits for it; its officers finish the gifts that were begun.
        leave_circles(tx, row.account_id, reason="organisation-ended", by=None, keeps_gifts=True)
    if took_money and not row.takes_money:
        _stop_money(tx, row)


def _stop_money(tx: Tx, row: Organisation) -> None:
    """Release the gifts whose donors never saw the account; whoever saw it may have transferred, and is asked."""
    for gift in list_held_gifts(tx.session, row.id):
        pledge = find_pledge(tx.session, gift.ref)
        if pledge is None:
            continue
        if gift.is_shown:
            params = {"pledge": pledge.ref, "title": pledge.title, "units": pledge.units}
            notify(tx, account_id=pledge.account_id, kind="money-stopped", params=params)
        else:
            release_pledge(tx, pledge, reason="receiver-stopped", by_clock=False)
    for wish_ref, title, poster_id in list_posters(tx.session, row.id):
        notify(tx, account_id=poster_id, kind="receiver-stopped", params={"wish": wish_ref, "title": title})
