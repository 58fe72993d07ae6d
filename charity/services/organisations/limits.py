"""How much an organisation may promise at once: fifty open gifts, more by its office, with a reason."""

from sqlalchemy import select

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.entries import EntryKind
from charity.domain.errors import Invalid, Missing
from charity.domain.limits import DEFAULTS
from charity.domain.organisations import LONGEST_NOTE, OrganisationState, may_be, may_set_places
from charity.models.accounts import Account
from charity.models.acts import act
from charity.models.organisation_changes import OrganisationLimit
from charity.models.organisation_rows import limit_place
from charity.models.organisations import Organisation
from charity.models.sides import lock_accounts
from charity.services.organisations.ground import get_for_office, tell_officers, write_entry

LIMIT = "organisation.limit"


@act
def set_places(tx: Tx, actor: Actor, ref: str, *, places: int, reason: str) -> None:
    """Raise or lower how many gifts an organisation may have open; what it promised beyond it runs on."""
    _lock_own(tx, ref)
    row = get_for_office(tx, actor, ref, LIMIT)
    may_be(OrganisationState(row.state), OrganisationState.VERIFIED)
    account = tx.session.get(Account, row.account_id, populate_existing=True)
    if account is None:
        raise Missing
    least = DEFAULTS.organisation_open
    was = max(least, account.open_limit or 0)
    may_set_places(places, now=was, least=least)
    if not reason.strip():
        raise Invalid("reason-needed", field="reason")
    account.open_limit = None if places == least else places
    _keep(tx, actor, row, was=was, places=places, reason=reason.strip()[:LONGEST_NOTE])


def _lock_own(tx: Tx, ref: str) -> None:
    """Lock the organisation's own account: accounts come before organisations."""
    own = tx.session.execute(select(Organisation.account_id).where(Organisation.ref == ref)).scalar_one_or_none()
    if own is not None:
        lock_accounts(tx, [own])


def _keep(tx: Tx, actor: Actor, row: Organisation, *, was: int, places: int, reason: str) -> None:
    ref = new_ref()
    tx.session.add(
        OrganisationLimit(
            ref=ref,
            organisation_id=row.id,
            was=was,
            places=places,
            reason_sealed=seal(reason, place=limit_place(ref)),
            set_by_id=actor.account_id,
            set_at=tx.now,
        )
    )
    change = "places-raised" if places > was else "places-lowered"
    facts = {"by": Role.ADMINISTRATOR.value, "change": change, "count": places}
    write_entry(tx, EntryKind.ORGANISATION_LIMITED, row, facts, texts={"reason": reason})
    tell_officers(tx, row, "organisation-places", more={"places": places})
