"""Whether a slip may stand: its witness or signer is nobody who handled the gift, nor, for a family, one of its own."""

from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.domain.errors import Conflict, Invalid
from charity.domain.slips import may_rest_on, may_sign, may_witness
from charity.models.moving import PledgeRow
from charity.models.slips import (
    Signer,
    digests_of,
    find_newest_slip,
    is_used_before,
    list_family,
    list_handlers,
    list_names,
    list_signers,
    mark_checked,
)

LONGEST_REASON = 200


def find_signer(tx: Tx, pledge: PledgeRow, ref: str) -> Signer | None:
    """Find the account that signed for a site; None where somebody without one signed the paper."""
    if not ref or pledge.household_id is not None:
        return None
    places = [place for place in (pledge.region_code, pledge.point_region) if place]
    for signer in list_signers(tx.session, places, pledge.keeper_id, but=(), now=tx.now):
        if signer.ref == ref:
            return signer
    raise Invalid("signer-unknown", field="signer")


def may_stand(tx: Tx, pledge: PledgeRow, *, name: str, signer_id: int | None, stored_by: int) -> None:
    """Refuse a slip whose witness or signer had a part in what he vouches for."""
    handlers = list_handlers(tx.session, pledge.id)
    if pledge.household_id is None:
        may_sign(
            _known(tx, {signer_id} if signer_id else set(), name=name),
            posters=_known(tx, {pledge.poster_id}),
            receivers=_known(tx, handlers),
        )
        return
    helpers = list_names(tx.session, handlers | {pledge.poster_id, stored_by})
    may_witness(digests_of(name), helpers=helpers, family=list_family(tx.session, pledge.household_id))


def _known(tx: Tx, accounts: set[int] | frozenset[int], *, name: str = "") -> frozenset[str]:
    """Give under what people are known: the numbers of their accounts, and digests of their names."""
    names = list_names(tx.session, accounts) | digests_of(name)
    return frozenset({f"account:{number}" for number in accounts} | {one.hex() for one in names})


def check_slip(tx: Tx, pledge: PledgeRow, *, checker: int, checks: frozenset[str], override_reason: str) -> str:
    """Let a reviewer rest a confirmation on the newest slip, once he has checked it and it may stand.

    Gives the reason for which a picture of another gift's slip may stand, empty where it is of this gift alone.
    """
    slip = find_newest_slip(tx, pledge.id)
    if slip is None:
        raise Conflict("no-slip", field="basis")
    may_rest_on(checks, is_site=pledge.household_id is None)
    name = unseal(slip.witness_sealed, place=f"slips.witness:{slip.ref}")
    may_stand(tx, pledge, name=name, signer_id=slip.signer_id, stored_by=slip.stored_by_id)
    reason = override_reason.strip()[:LONGEST_REASON] if is_used_before(tx, slip.id) else None
    if reason == "":
        raise Conflict("slip-photo-used", field="override_reason")
    mark_checked(tx, slip.id, checked_by_id=checker, override_reason=reason)
    return reason or ""
