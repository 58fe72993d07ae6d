"""Which organisation receives the money of a wish; nobody hands one in, and nobody publishes one, without."""

from sqlalchemy import select

from charity.adapters.db import Tx
from charity.domain.errors import Conflict, Invalid
from charity.domain.organisations import OrganisationState
from charity.domain.wishes import BeneficiaryKind
from charity.models.organisation_rows import find_receiver, put_receiver
from charity.models.organisations import Organisation
from charity.models.wishes import Wish


def keep_receiver(tx: Tx, wish: Wish, ref: str) -> None:
    """Name the receiving organisation beside a wish: a verified one that may receive money."""
    found = tx.session.scalars(select(Organisation).where(Organisation.ref == ref)).one_or_none()
    if found is None or not _receives(found):
        raise Invalid("receiver-unknown", field="receiver")
    put_receiver(tx, wish.id, found.id)


def may_receive(tx: Tx, wish: Wish) -> None:
    """Refuse a wish for money that no organisation receives, and one of a school or village, which has no account."""
    if wish.beneficiary_kind == BeneficiaryKind.SITE.value:
        raise Conflict("money-for-families")
    found = find_receiver(tx.session, wish.id)
    if found is None or not _receives(found):
        raise Conflict("no-receiver", field="receiver")


def _receives(found: Organisation) -> bool:
    return found.state == OrganisationState.VERIFIED.value and found.takes_money
