"""The township's word: a slip stored by the volunteer, a confirmation by slip or call-back, the check of one in ten."""

from sqlalchemy import insert

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.kinds import PledgeState
from charity.domain.pledges import Act, Basis, may_confirm_on, next_state
from charity.domain.sides import may_check_codes
from charity.models.acknowledging import find_printer, has_slip, set_wrong_codes, settle_code_check
from charity.models.acts import act
from charity.models.moving import PledgeRow
from charity.models.outbox import notify
from charity.models.photos import Photo
from charity.models.pledges import Slip
from charity.services.pledges.cases import dispute_pledge
from charity.services.pledges.field import checker_doer, field_doer, reviewer_doer
from charity.services.pledges.moves import Acted, acted, advance, get_pledge, said, take_side, write_down

DOUBTFUL = "doubtful"
OUTCOMES = frozenset({"true", DOUBTFUL})
PHRASES = frozenset({"fits-well", "in-use", "thanks", "happy"})


@act
def store_slip(
    tx: Tx,
    actor: Actor,
    pledge_ref: str,
    *,
    storage_key: str,
    sha256: str,
    look: str,
    width: int,
    height: int,
    witness: str,
) -> Acted:
    """Keep the picture of a thumb-printed (for a site: signed) slip with its witness's name."""
    pledge = get_pledge(tx, pledge_ref)
    doer = field_doer(tx, actor, pledge)
    next_state(pledge.kind, pledge.state, Act.SLIP)
    if not witness.strip():
        raise Invalid("witness-missing", field="witness")
    take_side(tx, doer, pledge.beneficiary)
    photo = Photo(
        ref=new_ref(),
        purpose="slip",
        storage_key=storage_key,
        sha256=bytes.fromhex(sha256),
        look=look,
        width=width,
        height=height,
        uploaded_by_id=actor.account_id,
        uploaded_at=tx.now,
    )
    tx.session.add(photo)
    tx.session.flush()
    ref = new_ref()
    tx.session.execute(
        insert(Slip).values(
            ref=ref,
            pledge_id=pledge.id,
            photo_id=photo.id,
            witness_sealed=seal(witness.strip(), place=f"slips.witness:{ref}"),
            stored_by_id=actor.account_id,
            stored_at=tx.now,
        )
    )
    told = said(EntryKind.PLEDGE_ACKNOWLEDGED, {"basis": "slip"}, texts={"slip": sha256})
    write_down(tx, pledge, Act.SLIP, pledge.state, doer, told)
    return acted(pledge)


@act
def confirm(tx: Tx, actor: Actor, pledge_ref: str, *, basis: str) -> Acted:
    """Confirm that the household has it, by a checked slip or a call-back."""
    pledge = get_pledge(tx, pledge_ref)
    doer = reviewer_doer(actor, pledge)
    ground = _basis(basis)
    may_confirm_on(pledge.kind, ground)
    if ground is Basis.SLIP and not has_slip(tx, pledge.id):
        raise Conflict("no-slip", field="basis")
    told = said(EntryKind.PLEDGE_CONFIRMED, {"basis": ground.value})
    values = {"confirmed_at": tx.now, "confirmed_by": ground.value}
    moved = advance(tx, pledge, Act.CONFIRM, doer, told, values=values)
    if pledge.household_id is not None:
        set_wrong_codes(tx, pledge.household_id, 0)
    _tell_donor(tx, pledge, "pledge-confirmed")
    return acted(moved)


def _basis(text: str) -> Basis:
    try:
        return Basis(text)
    except ValueError:
        raise Invalid("basis-unknown", field="basis") from None


@act
def check_code(tx: Tx, actor: Actor, pledge_ref: str, *, outcome: str) -> Acted:
    """Check one of the ten confirmations by code, by another person than the printer; doubt opens a case."""
    pledge = get_pledge(tx, pledge_ref)
    doer = checker_doer(tx, actor, pledge)
    if outcome not in OUTCOMES:
        raise Invalid("outcome-unknown", field="outcome")
    printer = find_printer(tx, pledge.id)
    if printer is not None:
        may_check_codes(checker=actor.account_id, printer=printer)
    take_side(tx, doer, pledge.beneficiary)
    if not settle_code_check(tx, pledge.id, checked_by_id=actor.account_id, outcome=outcome):
        raise Missing
    if outcome == DOUBTFUL and pledge.state is PledgeState.CONFIRMED:
        pledge = dispute_pledge(tx, pledge, doer, reason="not-received", kind="dispute")
    return acted(pledge)


@act
def give_feedback(tx: Tx, actor: Actor, pledge_ref: str, *, phrase: str) -> None:
    """Send the donor one of a few ready phrases after the confirmation; no child is ever asked for one."""
    pledge = get_pledge(tx, pledge_ref)
    field_doer(tx, actor, pledge)
    if pledge.confirmed_at is None:
        raise Conflict("not-in-this-state", params={"state": pledge.state.value, "act": "feedback"})
    if phrase not in PHRASES:
        raise Invalid("phrase-unknown", field="phrase")
    notify(
        tx,
        account_id=pledge.account_id,
        kind=f"feedback-{phrase}",
        params={"pledge": pledge.ref, "title": pledge.title},
    )


def _tell_donor(tx: Tx, pledge: PledgeRow, kind: str) -> None:
    notify(
        tx,
        account_id=pledge.account_id,
        kind=kind,
        params={"pledge": pledge.ref, "title": pledge.title, "units": pledge.units},
    )
