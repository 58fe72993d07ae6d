"""The township's word: a slip stored by the volunteer, a confirmation by slip or call-back, the check of one in ten."""

from sqlalchemy import insert, select, update

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.consents import Purpose
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.kinds import Kind, PledgeState
from charity.domain.pledges import Act, Basis, may_confirm_on, next_state
from charity.domain.sides import may_check_codes
from charity.domain.slips import role_on_slip
from charity.models.acknowledging import find_printer, set_wrong_codes, settle_code_check
from charity.models.acts import act
from charity.models.consents import has_withdrawn
from charity.models.moving import PledgeRow
from charity.models.outbox import notify
from charity.models.photos import Photo
from charity.models.pledges import Pledge, Slip
from charity.models.wishes import Wish
from charity.services.pledges.cases import dispute_pledge
from charity.services.pledges.field import checker_doer, field_doer, reviewer_doer
from charity.services.pledges.moves import Acted, acted, advance, get_pledge, said, take_side, write_down
from charity.services.pledges.paying import may_call_back
from charity.services.pledges.produce import earn
from charity.services.pledges.slips import check_slip, find_signer, may_stand

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
    witness_role: str = "",
    signer: str = "",
) -> Acted:
    """Keep the picture of a slip and who witnessed the thumbprint, or, for a site, who signed: by name or account."""
    pledge = get_pledge(tx, pledge_ref)
    doer = field_doer(tx, actor, pledge)
    next_state(pledge.kind, pledge.state, Act.SLIP)
    signed_by = find_signer(tx, pledge, signer)
    name = witness.strip() or ("" if signed_by is None else signed_by.nickname)
    if not name:
        raise Invalid("witness-missing", field="witness")
    role = role_on_slip(witness_role, is_site=pledge.household_id is None)
    signer_id = None if signed_by is None else signed_by.id
    may_stand(tx, pledge, name=name, signer_id=signer_id, stored_by=actor.account_id)
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
    _keep(tx, actor, pledge, photo, name=name, role=role, signer_id=signer_id)
    told = said(EntryKind.PLEDGE_ACKNOWLEDGED, {"basis": "slip"}, texts={"slip": sha256})
    write_down(tx, pledge, Act.SLIP, pledge.state, doer, told)
    return acted(pledge)


def _keep(
    tx: Tx, actor: Actor, pledge: PledgeRow, photo: Photo, *, name: str, role: str | None, signer_id: int | None
) -> None:
    """Keep a slip beside its picture."""
    tx.session.add(photo)
    tx.session.flush()
    ref = new_ref()
    tx.session.execute(
        insert(Slip).values(
            ref=ref,
            pledge_id=pledge.id,
            photo_id=photo.id,
            witness_sealed=seal(name, place=f"slips.witness:{ref}"),
            stored_by_id=actor.account_id,
            stored_at=tx.now,
            witness_role=role,
            signer_id=signer_id,
        )
    )


@act
def confirm(
    tx: Tx,
    actor: Actor,
    pledge_ref: str,
    *,
    basis: str,
    checks: frozenset[str] = frozenset(),
    override_reason: str = "",
    income_fen: int | None = None,
) -> Acted:
    """Confirm that the household has it, by a slip of which everything was checked, or by a call-back."""
    pledge = get_pledge(tx, pledge_ref)
    doer = reviewer_doer(actor, pledge)
    ground = _basis(basis)
    may_confirm_on(pledge.kind, ground)
    why = ""
    if ground is Basis.SLIP:
        why = check_slip(tx, pledge, checker=actor.account_id, checks=checks, override_reason=override_reason)
    if pledge.kind is Kind.MONEY:
        may_call_back(tx, pledge, caller=actor.account_id)
    if pledge.kind is Kind.PRODUCE:
        next_state(pledge.kind, pledge.state, Act.CONFIRM)
        earn(tx, pledge, income_fen)
    told = said(EntryKind.PLEDGE_CONFIRMED, {"basis": ground.value}, texts={"reason": why} if why else None)
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
    """Send the donor one of a few ready phrases after the confirmation; no child is ever asked for one.

    Whoever was helped and does not want it is not thanked for.
    """
    pledge = get_pledge(tx, pledge_ref)
    field_doer(tx, actor, pledge)
    if pledge.confirmed_at is None:
        raise Conflict("not-in-this-state", params={"state": pledge.state.value, "act": "feedback"})
    if phrase not in PHRASES:
        raise Invalid("phrase-unknown", field="phrase")
    _may_thank(tx, pledge)
    tx.session.execute(update(Pledge).where(Pledge.id == pledge.id).values(feedback=phrase))
    notify(
        tx,
        account_id=pledge.account_id,
        kind=f"feedback-{phrase}",
        params={"pledge": pledge.ref, "title": pledge.title},
    )


def _may_thank(tx: Tx, pledge: PledgeRow) -> None:
    """Refuse thanks in the name of a family, or of a child, that said no to them."""
    if pledge.household_id is None:
        return
    whose = tx.session.execute(select(Wish.member_id).where(Wish.id == pledge.wish_id)).scalar_one()
    if has_withdrawn(tx.session, Purpose.FEEDBACK, household_id=pledge.household_id, member_id=whose, moment=tx.now):
        raise Conflict("thanks-not-wanted", field="phrase")


def _tell_donor(tx: Tx, pledge: PledgeRow, kind: str) -> None:
    notify(
        tx,
        account_id=pledge.account_id,
        kind=kind,
        params={"pledge": pledge.ref, "title": pledge.title, "units": pledge.units},
    )
