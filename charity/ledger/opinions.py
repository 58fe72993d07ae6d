"""An act that needs a second person's yes: asked for at the first try, carried out once it was given."""

import json
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, update

from charity.adapters.crypto import digest, new_ref, seal_some
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.entry_values import JSON
from charity.domain.errors import Invalid, NotPermitted
from charity.domain.opinions import GIVERS, LIVES, OpinionAct, OpinionState
from charity.domain.regions import Level, county_of, level_of
from charity.ledger.writing import append
from charity.models.accounts import Account, RoleGrant
from charity.models.acts import Kept
from charity.models.outbox import notify
from charity.models.roles import is_running
from charity.models.second_opinions import SecondOpinion

Told = Mapping[str, str]
MOST_TOLD = 20


def need_second_yes(
    tx: Tx,
    actor: Actor,
    act: OpinionAct,
    region: str,
    *,
    told: Told,
    subject_id: int | None = None,
    reason: str | None = None,
) -> None:
    """Use up a second person's yes to exactly this; without one, ask for it and refuse, keeping the question."""
    what = what_digest(act, region, told)
    mine = SecondOpinion.asker_id == actor.account_id, SecondOpinion.what_digest == what
    tx.take_turn(int.from_bytes(what[:8], "big", signed=True))  # of two presses at once the second finds the question
    live = SecondOpinion.expires_at > tx.now
    agreed = select(SecondOpinion.id).where(*mine, live, SecondOpinion.state == OpinionState.AGREED.value)
    used = (
        update(SecondOpinion)
        .where(SecondOpinion.id.in_(agreed.order_by(SecondOpinion.id).limit(1).scalar_subquery()))
        .where(SecondOpinion.state == OpinionState.AGREED.value)
        .values(state=OpinionState.USED.value, used_at=tx.now)
        .returning(SecondOpinion.ref)
    )
    if (ref := tx.session.execute(used).scalar_one_or_none()) is not None:
        note(tx, "opinion.used", ref, act, region)
        return
    if tx.session.scalar(select(exists().where(*mine, live, SecondOpinion.state == OpinionState.OPEN.value))):
        raise NotPermitted("second-opinion-open")
    _ask(tx, actor, act, region, told=told, what=what, subject_id=subject_id, reason=reason)
    raise Kept(NotPermitted("second-opinion-asked"))


def what_digest(act: OpinionAct, region: str, told: Told) -> bytes:
    """Digest exactly what is asked, so that a yes to one thing is no yes to another."""
    return digest("second-opinion", json.dumps([act.value, region, dict(told)], sort_keys=True, ensure_ascii=False))


def _ask(
    tx: Tx,
    actor: Actor,
    act: OpinionAct,
    region: str,
    *,
    told: Told,
    what: bytes,
    subject_id: int | None,
    reason: str | None,
) -> None:
    if reason is not None and not reason.strip():
        raise Invalid("reason-needed", field="reason")
    givers = _givers(tx, region, but=(actor.account_id, subject_id or 0))
    if not givers:
        raise NotPermitted("nobody-to-agree")
    ref = new_ref()
    tx.session.add(
        SecondOpinion(
            ref=ref,
            act=act.value,
            region_code=region,
            asker_id=actor.account_id,
            subject_id=subject_id,
            told=json.dumps(dict(told), sort_keys=True, ensure_ascii=False),
            what_digest=what,
            reason_sealed=seal_some((reason or "").strip(), place=reason_place(ref)),
            state=OpinionState.OPEN.value,
            asked_at=tx.now,
            expires_at=tx.now + LIVES,
        )
    )
    tx.session.flush()
    note(tx, "opinion.asked", ref, act, region)
    for account_id in givers:
        notify(tx, account_id=account_id, kind="second-opinion-wanted", params={"hours": LIVES // timedelta(hours=1)})


def reason_place(ref: str) -> str:
    """Name the place a reason is sealed for."""
    return f"second_opinions.reason:{ref}"


def _givers(tx: Tx, region: str, *, but: tuple[int, ...]) -> list[int]:
    """List who could say yes, the nearest first: administrators and auditors of the region or one around it."""
    rows = tx.session.execute(
        select(RoleGrant.account_id, func.max(func.length(RoleGrant.region_code)).label("near"))
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role.in_([role.value for role in GIVERS]),
            _around(region),
            and_(is_running(day_of(tx.now)), RoleGrant.starts_on <= day_of(tx.now)),
            RoleGrant.account_id.not_in(but),
            Account.disabled_at.is_(None),
            Account.closed_at.is_(None),
        )
        .group_by(RoleGrant.account_id)
        .order_by(func.max(func.length(RoleGrant.region_code)).desc(), RoleGrant.account_id)
        .limit(MOST_TOLD)
    )
    return [row.account_id for row in rows]


def _around(region: str) -> ColumnElement[bool]:
    return or_(RoleGrant.region_code == "", literal(region).startswith(RoleGrant.region_code))


def note(tx: Tx, kind: str, ref: str, act: OpinionAct | str, region: str) -> None:
    """Write down in the book what became of a question: which sort of act, in which county, and nothing else."""
    facts: dict[str, JSON] = {"act": str(act)}
    if region:
        facts["county"] = county_of(region) if level_of(region) > Level.COUNTY else region
    append(tx, kind, {"opinion": ref}, facts)
