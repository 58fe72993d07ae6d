"""The account of a family, written down by the township: sealed, agreed to, and changed by nobody alone in a hurry."""

from datetime import date, timedelta

from sqlalchemy import select

from charity.adapters.crypto import digest, new_ref, seal, unseal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.consents import Purpose, consent_needed
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted, SignInNeeded, TooMany
from charity.domain.identity import age_on
from charity.domain.payees import (
    LONGEST_REASON,
    PayeeAccount,
    PayeeState,
    Speaks,
    Wait,
    Way,
    may_second,
    needs_second,
    normal_payee,
    opens_at,
    speakers_for,
)
from charity.domain.permissions import is_allowed
from charity.domain.pool import is_of_county
from charity.domain.sides import Side, may_act_on_side
from charity.models.acts import Kept, act
from charity.models.desks import list_holders
from charity.models.households import Household, Member
from charity.models.organisation_rows import list_officers
from charity.models.outbox import notify
from charity.models.payee_rows import (
    find_live,
    has_stood,
    is_known_elsewhere,
    is_to_tell,
    is_under_way,
    list_paying,
    lock_number,
    number_digest,
    read_account,
    seal_account,
)
from charity.models.payees import Payee, PayeeTold, why_place
from charity.models.payees_above import is_open_above
from charity.models.register import get_household, take_side
from charity.models.sides import list_stands, lock_account, record_side
from charity.models.throttles import count_try, forget_tries
from charity.services.register import payee_clocks
from charity.services.register.records import ConsentGiven, put_word

RECORD, TELL = "payee.record", "payee.tell"
TRIES, TRIES_WITHIN = 5, timedelta(hours=1)


@act
def record(
    tx: Tx,
    actor: Actor,
    household_ref: str,
    *,
    account: PayeeAccount,
    agreed: bool,
    reason: str = "",
    speaks: str = Speaks.SELF,
) -> str:
    """Write down where a family's money goes, with the yes of its head or of his guardian; gives its reference.

    It stands at once where nothing is under way; otherwise a second person must write the number down again.
    The account that stands, written down once more, only renews the yes.
    """
    household = get_household(tx, actor, household_ref, RECORD)
    take_side(tx, actor, f"h{household.id}", Side.TOWNSHIP)
    said = normal_payee(account)
    if find_live(tx.session, household.id, PayeeState.WAITING) is not None:
        raise Conflict("payee-changing")
    standing = find_live(tx.session, household.id, PayeeState.STANDING)
    is_same = standing is not None and read_account(standing) == said
    if standing is not None and not is_same and not reason.strip():
        raise Invalid("reason-needed", field="reason")
    if not agreed:
        raise Invalid("payee-not-agreed", field="agreed")
    _put_yes(tx, actor, household, speaks)
    if standing is not None and is_same:
        _tell_paying(tx, household, "payee-there")
        return standing.ref
    digested = number_digest(said.number)
    lock_number(tx, digested)
    is_waiting = said.way == Way.VILLAGE or needs_second(
        is_money_under_way=is_under_way(tx.session, household.id),
        is_known_elsewhere=is_known_elsewhere(tx.session, digested, household.id),
    )
    row = _row(tx, actor, household, said, digested, reason)
    is_change = has_stood(tx.session, household.id)
    tx.session.add(row)
    tx.session.flush()
    if is_change:
        payee_clocks.ask(tx, household, row, payee_clocks.teller_of(tx, row.ref))
    if is_waiting:
        payee_clocks.ask(tx, household, row, Wait.SECOND)
        _tell_paying(tx, household, "payee-changing" if standing is not None else "payee-coming")
    else:
        _stand(tx, row, standing)
    return row.ref


def _put_yes(tx: Tx, actor: Actor, household: Household, speaks: str) -> None:
    """Write down the yes of those whom the head's age asks for; who says that the family agreed has asked a child."""
    head = _head(tx, household)
    birth = date.fromisoformat(unseal(head.birth_sealed, place=f"members.birth:{head.ref}"))
    age = age_on(birth, day_of(tx.now))
    asked = True if consent_needed(age).child_asked else None
    for given_by in speakers_for(speaks, age=age):
        yes = ConsentGiven(purpose=Purpose.PAYMENT, is_granted=True, given_by=given_by, child_agrees=asked)
        put_word(tx, actor, household, head, yes)


def _head(tx: Tx, household: Household) -> Member:
    head = (Member.household_id == household.id, Member.relation == "head", Member.left_at.is_(None))
    found = tx.session.scalars(select(Member).where(*head).limit(1)).first()
    if found is None:
        raise Conflict("payee-no-head")
    return found


def _row(tx: Tx, actor: Actor, household: Household, said: PayeeAccount, digested: bytes, reason: str) -> Payee:
    ref = new_ref()
    why = reason.strip()[:LONGEST_REASON]
    return Payee(
        ref=ref,
        household_id=household.id,
        way=said.way,
        told_sealed=seal_account(said, ref=ref),
        number_digest=digested,
        reason_sealed=seal(why, place=why_place(ref)) if why else None,
        agreed_on=day_of(tx.now),
        state=PayeeState.WAITING.value,
        recorded_by_id=actor.account_id,
        recorded_at=tx.now,
    )


def _stand(tx: Tx, row: Payee, before: Payee | None) -> None:
    """Let an account be the one that counts; money follows a changed one only after a wait."""
    is_change = has_stood(tx.session, row.household_id)
    if before is not None:
        before.state, before.ended_at = PayeeState.REPLACED.value, tx.now
        tx.session.flush()
    row.state = PayeeState.STANDING.value
    row.opens_at = opens_at(tx.now, is_change=is_change)
    tx.session.flush()


def _tell_paying(tx: Tx, household: Household, kind: str) -> None:
    """Tell the officers at whose organisation the family's money stands, or to which it is on its way."""
    for organisation, gift in list_paying(tx.session, household.id):
        params = {"organisation": organisation.ref, "pledge": gift}
        for account_id in list_officers(tx.session, organisation.id):
            notify(tx, account_id=account_id, kind=kind, params=params)


@act
def second(tx: Tx, actor: Actor, payee_ref: str, *, number: str) -> None:
    """Confirm an account by writing its number down again from the paper, as another reviewer of the county."""
    household, row = _waiting(tx, actor, payee_ref)
    tries = digest("payee-tries", f"{actor.ref}:{row.ref}")
    if count_try(tx, tries, window=TRIES_WITHIN) > TRIES:
        raise Kept(TooMany("payee-tries", field="number"))
    typed = "".join(sign for sign in number if sign not in " -\t")
    if number_digest(typed) != row.number_digest:
        raise Kept(Invalid("payee-number-differs", field="number"))
    forget_tries(tx, tries)
    record_side(tx, actor.account_id, f"h{household.id}", Side.TOWNSHIP)  # who typed a wrong number has done nothing
    before = find_live(tx.session, household.id, PayeeState.STANDING)
    row.decided_by_id, row.decided_at = actor.account_id, tx.now
    _stand(tx, row, before)
    _tell_paying(tx, household, "payee-changed" if before is not None else "payee-there")


@act
def refuse(tx: Tx, actor: Actor, payee_ref: str) -> None:
    """Say no to an account: what stood before goes on."""
    household, row = _waiting(tx, actor, payee_ref)
    record_side(tx, actor.account_id, f"h{household.id}", Side.TOWNSHIP)
    row.state, row.ended_at = PayeeState.REFUSED.value, tx.now
    row.decided_by_id, row.decided_at = actor.account_id, tx.now
    tx.session.flush()
    notify(tx, account_id=row.recorded_by_id, kind="payee-refused", params={"household": household.ref})
    _tell_paying(tx, household, "payee-kept")


def _waiting(tx: Tx, actor: Actor, payee_ref: str) -> tuple[Household, Payee]:
    """Give what waits in the actor's county, the family locked; its recorder and other sides never decide it."""
    if not actor.is_signed_in:
        raise SignInNeeded
    household = _of_county(tx, actor, payee_ref, Wait.SECOND)
    row = tx.session.scalars(select(Payee).where(Payee.ref == payee_ref)).one()
    if row.state != PayeeState.WAITING.value:
        raise Conflict("payee-not-waiting")
    may_second(decider=actor.account_id, recorder=row.recorded_by_id)
    may_act_on_side(list_stands(tx, actor.account_id, f"h{household.id}"), Side.TOWNSHIP, now=tx.now)
    return household, row


def _of_county(tx: Tx, actor: Actor, payee_ref: str, wait: Wait) -> Household:
    """Give the family of an account in the actor's county, both locked; else it is missing.

    What the county did not do in time, a reviewer of the level above may; where it has nobody else, of the next one.
    """
    lock_account(tx, actor.account_id)
    whose = tx.session.execute(select(Payee.household_id).where(Payee.ref == payee_ref)).scalar_one_or_none()
    household = None
    if whose is not None:
        locked = select(Household).where(Household.id == whose).with_for_update()
        household = tx.session.scalars(locked.execution_options(populate_existing=True)).one()
    if household is None or household.closed_at is not None:
        raise Missing
    if is_of_county(actor, household.region_code):
        return household
    late = select(Payee.id).join(Household, Household.id == Payee.household_id).where(Payee.ref == payee_ref)
    if tx.session.scalar(late.where(is_open_above(actor, wait, tx.now))) is None:
        raise Missing
    return household


@act
def tell(tx: Tx, actor: Actor, payee_ref: str, *, is_right: bool) -> None:
    """Write down that a family was told of another account, and what it said: as a volunteer of its village.

    Where none may or none did, as a reviewer of the county who neither wrote the account down nor confirmed it.
    A no is taken from whoever hears it first: then nobody opens any account of the family, and the township asks it.
    """
    household, side = _to_be_told(tx, actor, payee_ref)
    if is_right:
        take_side(tx, actor, f"h{household.id}", side)
    row = tx.session.scalars(select(Payee).where(Payee.ref == payee_ref, is_to_tell())).one_or_none()
    if row is None:
        raise Conflict("payee-told")
    if actor.account_id in (row.recorded_by_id, row.decided_by_id):
        raise NotPermitted("payee-told-by-another")
    tx.session.add(PayeeTold(payee_id=row.id, is_right=is_right, told_by_id=actor.account_id, told_at=tx.now))
    tx.session.flush()
    if is_right:
        _tell_paying(tx, household, "payee-told-yes")
    else:
        _end_live(tx, household)
        for account_id in list_holders(tx.session, "reviewer", payee_clocks.around(household), now=tx.now):
            notify(tx, account_id=account_id, kind="payee-doubted", params={"household": household.ref})


def _to_be_told(tx: Tx, actor: Actor, payee_ref: str) -> tuple[Household, Side]:
    """Give the family of an account, locked, and the side from which the actor tells it."""
    whose = select(Household.ref, Household.region_code).join(Payee, Payee.household_id == Household.id)
    found = tx.session.execute(whose.where(Payee.ref == payee_ref)).one_or_none()
    if found is None:
        raise Missing
    is_theirs = actor.is_signed_in and not is_allowed(actor, TELL, found.region_code)
    if is_theirs and payee_clocks.teller_of(tx, payee_ref) is Wait.COUNTY:
        return _of_county(tx, actor, payee_ref, Wait.COUNTY), Side.TOWNSHIP
    return get_household(tx, actor, found.ref, TELL), Side.FIELD


@act
def end(tx: Tx, actor: Actor, household_ref: str) -> None:
    """Take a family's account away at its word: nobody opens it any more, whatever is under way."""
    household = get_household(tx, actor, household_ref, RECORD)
    take_side(tx, actor, f"h{household.id}", Side.TOWNSHIP)
    if not _end_live(tx, household):
        raise Missing


def _end_live(tx: Tx, household: Household) -> bool:
    """End what stands and what waits of a family; says whether anything did."""
    found = [find_live(tx.session, household.id, state) for state in (PayeeState.STANDING, PayeeState.WAITING)]
    live = [row for row in found if row is not None]
    for row in live:
        row.state, row.ended_at = PayeeState.ENDED.value, tx.now
    tx.session.flush()
    if live:
        _tell_paying(tx, household, "payee-gone")
    return bool(live)
