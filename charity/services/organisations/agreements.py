"""Pairing agreements: an office writes one down for its place, the organisation says yes, the place sees steps met."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from charity import ledger
from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.entries import EntryKind
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.forbidden import may_say
from charity.domain.organisations import (
    LONGEST_COMMITMENT,
    LONGEST_MILESTONE,
    MOST_MILESTONES,
    AgreementState,
    OrganisationState,
    may_agree_on,
    may_be,
    may_be_met,
    may_decide,
    may_last,
)
from charity.domain.permissions import may
from charity.domain.regions import Level, county_of, level_of, township_of
from charity.domain.sides import Who
from charity.domain.telling import tells_of
from charity.models.acts import act
from charity.models.organisation_rows import find_organisation, list_officers
from charity.models.organisations import Agreement, Milestone, Organisation
from charity.models.outbox import notify
from charity.models.regions import Region
from charity.services.organisations.ground import get_for_officer, place_fact

MANAGE = "agreement.manage"
STANDING = (AgreementState.PROPOSED.value, AgreementState.RUNNING.value)


@dataclass(frozen=True, slots=True)
class Step:
    """One promised step and its day."""

    title: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """What an organisation and a place agree on."""

    organisation: str
    commitments: str
    starts_on: date
    ends_on: date
    steps: tuple[Step, ...]


@act
def propose(tx: Tx, actor: Actor, region: str, *, pairing: Pairing) -> str:
    """Write an agreement down for a village, township or county; the organisation answers. Gives its reference."""
    may(actor, MANAGE, region)
    may_agree_on(region)
    if tx.session.get(Region, region) is None:
        raise Invalid("region-unknown", field="region")
    row = find_organisation(tx, pairing.organisation)
    if row is None:
        raise Invalid("organisation-unknown", field="organisation")
    may_be(OrganisationState(row.state), OrganisationState.VERIFIED)
    officers = list_officers(tx.session, row.id)
    may_decide(decider=actor.account_id, applicant=row.applied_by_id, officers=officers)
    may_last(pairing.starts_on, pairing.ends_on, today=day_of(tx.now))
    _may_publish(tx, region, pairing)
    agreement = Agreement(
        ref=new_ref(),
        organisation_id=row.id,
        region_code=region,
        state=AgreementState.PROPOSED.value,
        commitments=pairing.commitments.strip(),
        starts_on=pairing.starts_on,
        ends_on=pairing.ends_on,
        proposed_by_id=actor.account_id,
        proposed_at=tx.now,
    )
    tx.session.add(agreement)
    tx.session.flush()
    for step in pairing.steps:
        milestone = Milestone(ref=new_ref(), agreement_id=agreement.id, title=step.title.strip(), due_on=step.due_on)
        tx.session.add(milestone)
    for account_id in officers:
        params = {"organisation": row.ref, "name": row.name}
        notify(tx, account_id=account_id, kind="agreement-proposed", params=params)
    return agreement.ref


def _may_publish(tx: Tx, region: str, pairing: Pairing) -> None:
    """Refuse words that are too long, ask for cash or contact, or name the village or township."""
    if not pairing.commitments.strip() or len(pairing.commitments) > LONGEST_COMMITMENT:
        raise Invalid("text-too-long", field="commitments", params={"most": LONGEST_COMMITMENT})
    if not 1 <= len(pairing.steps) <= MOST_MILESTONES:
        raise Invalid("milestones-count", field="steps", params={"most": MOST_MILESTONES})
    small = [region, township_of(region)] if level_of(region) >= Level.TOWNSHIP else []
    names = list(tx.session.scalars(select(Region.name).where(Region.code.in_(small)))) if small else []
    texts = [("commitments", pairing.commitments), *(("steps", step.title) for step in pairing.steps)]
    for field, text in texts:
        may_say(text, field=field)
        if tells_of(text, names):
            raise Invalid("text-tells-who", field=field)
    for step in pairing.steps:
        if not step.title.strip() or len(step.title) > LONGEST_MILESTONE:
            raise Invalid("text-too-long", field="steps", params={"most": LONGEST_MILESTONE})
        if not pairing.starts_on <= step.due_on <= pairing.ends_on:
            raise Invalid("milestone-outside-term", field="steps")


@act
def answer(tx: Tx, actor: Actor, organisation_ref: str, agreement_ref: str, *, agrees: bool) -> None:
    """Say yes or no in the organisation's name; from a yes on the agreement is public."""
    row = get_for_officer(tx, actor, organisation_ref)
    agreement = _find(tx, agreement_ref)
    if agreement is None or agreement.organisation_id != row.id:
        raise Missing
    if agreement.state != AgreementState.PROPOSED.value:
        raise Conflict("agreement-not-so")
    if agrees:
        may_be(OrganisationState(row.state), OrganisationState.VERIFIED)
        may_last(agreement.starts_on, agreement.ends_on, today=day_of(tx.now))
    agreement.state = (AgreementState.RUNNING if agrees else AgreementState.DECLINED).value
    agreement.answered_by_id, agreement.answered_at = actor.account_id, tx.now
    if agrees:
        facts: dict[str, JSON] = {
            "by": "officer",
            "starts": agreement.starts_on.isoformat(),
            "ends": agreement.ends_on.isoformat(),
        }
        _write(tx, EntryKind.AGREEMENT_OPENED, row, agreement, facts)
    kind = "agreement-accepted" if agrees else "agreement-declined"
    notify(tx, account_id=agreement.proposed_by_id, kind=kind, params={"name": row.name})


@act
def meet(tx: Tx, actor: Actor, milestone_ref: str) -> None:
    """Say, for the place, that a promised step was done; also after the end, of what was due by then."""
    of_step = select(Agreement.ref).join(Milestone, Milestone.agreement_id == Agreement.id)
    whose = tx.session.execute(of_step.where(Milestone.ref == milestone_ref)).scalar_one_or_none()
    agreement = None if whose is None else _find(tx, whose)
    if agreement is None:
        raise Missing
    milestone = tx.session.scalars(select(Milestone).where(Milestone.ref == milestone_ref)).one()
    row = _for_office(tx, actor, agreement)
    ended_on = day_of(agreement.ended_at) if agreement.ended_at and agreement.answered_at else None
    may_be_met(AgreementState(agreement.state), due_on=milestone.due_on, ended_on=ended_on)
    if milestone.met_at is not None:
        raise Conflict("agreement-not-so")
    milestone.met_at, milestone.met_by_id = tx.now, actor.account_id
    facts: dict[str, JSON] = {"by": Role.ADMINISTRATOR.value, "until": milestone.due_on.isoformat()}
    _write(tx, EntryKind.AGREEMENT_MET, row, agreement, facts, milestone=milestone.ref)


@act
def end(tx: Tx, actor: Actor, agreement_ref: str) -> None:
    """End an agreement before its term; what was not met stays to be seen."""
    agreement = _find(tx, agreement_ref)
    if agreement is None:
        raise Missing
    row = _for_office(tx, actor, agreement)
    if agreement.state not in STANDING:
        raise Conflict("agreement-not-so")
    _end(tx, row, agreement, {"by": Role.ADMINISTRATOR.value})


@act
def run_out(tx: Tx, actor: Actor, agreement_ref: str) -> bool:
    """End an agreement whose last day has passed; False when somebody was quicker."""
    del actor
    agreement = _find(tx, agreement_ref)
    if agreement is None or agreement.state not in STANDING or agreement.ends_on >= day_of(tx.now):
        return False
    row = tx.session.get_one(Organisation, agreement.organisation_id)
    _end(tx, row, agreement, {"by": Who.CLOCK.value, "reason": "term-over"})
    return True


def end_all(tx: Tx, row: Organisation) -> None:
    """End what an organisation that has ended had agreed on."""
    theirs = select(Agreement).where(Agreement.organisation_id == row.id, Agreement.state.in_(STANDING))
    for agreement in tx.session.scalars(theirs.order_by(Agreement.id).with_for_update()).all():
        _end(tx, row, agreement, {"by": Role.ADMINISTRATOR.value, "reason": "organisation-ended"})


def _end(tx: Tx, row: Organisation, agreement: Agreement, facts: dict[str, JSON]) -> None:
    was_running = agreement.state == AgreementState.RUNNING.value
    agreement.state, agreement.ended_at = AgreementState.ENDED.value, tx.now
    tx.session.flush()
    if was_running:
        _write(tx, EntryKind.AGREEMENT_ENDED, row, agreement, facts)


def _find(tx: Tx, ref: str) -> Agreement | None:
    mine = select(Agreement).where(Agreement.ref == ref).with_for_update()
    return tx.session.scalars(mine.execution_options(populate_existing=True)).one_or_none()


def _for_office(tx: Tx, actor: Actor, agreement: Agreement) -> Organisation:
    """Give the organisation of an agreement the actor's office looks after; its officers never judge it."""
    may(actor, MANAGE, agreement.region_code)
    row = tx.session.get_one(Organisation, agreement.organisation_id)
    officers = list_officers(tx.session, row.id)
    may_decide(decider=actor.account_id, applicant=row.applied_by_id, officers=officers)
    return row


def _write(
    tx: Tx,
    kind: EntryKind,
    row: Organisation,
    agreement: Agreement,
    facts: dict[str, JSON],
    *,
    milestone: str = "",
) -> None:
    tx.session.flush()
    subjects = {"organisation": row.ref, "agreement": agreement.ref} | ({"milestone": milestone} if milestone else {})
    ledger.append(tx, kind, subjects, {**place_fact(county_of(agreement.region_code)), **facts})
