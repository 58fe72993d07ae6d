"""What officers did for organisations of the viewer's regions: who, when and what; for auditors and offices."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.permissions import is_allowed, may_anywhere, regions_for
from charity.models.accounts import Account
from charity.models.organisation_rows import list_officers
from charity.models.organisations import Organisation, OrganisationAct
from charity.queries.cursors import read_number
from charity.queries.scopes import within

READ = "organisation.read"
PER_PAGE, MOST_NAMES = 50, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLine:
    """One act of an officer; what came of it stands with the thing itself."""

    id: int
    act: str
    organisation: str
    organisation_ref: str
    who: str
    who_ref: str
    speaks_now: bool
    done_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActsPage:
    """One page of acts, where the next begins, and the organisation it is narrowed to."""

    lines: tuple[ActLine, ...]
    next: str | None
    name: str


def list_acts(viewer: Actor, *, organisation: str = "", cursor: str | None = None) -> ActsPage:
    """List what officers did, the newest first, of all organisations of the viewer's regions or of one."""
    may_anywhere(viewer, READ)
    asked = (
        select(OrganisationAct, Organisation.id, Organisation.ref, Organisation.name, Account.nickname, Account.ref)
        .join(Organisation, Organisation.account_id == OrganisationAct.account_id)
        .join(Account, Account.id == OrganisationAct.officer_id)
    )
    name = ""
    if organisation:
        row = reading().scalars(select(Organisation).where(Organisation.ref == organisation)).one_or_none()
        if row is None or not is_allowed(viewer, READ, row.region_code):
            raise Missing
        name = row.name
        asked = asked.where(OrganisationAct.account_id == row.account_id)
    else:
        asked = asked.where(within(Organisation.region_code, regions_for(viewer, READ)))
    if cursor:
        asked = asked.where(OrganisationAct.id < read_number(cursor))
    rows = reading().execute(asked.order_by(OrganisationAct.id.desc()).limit(PER_PAGE + 1)).all()
    speaking = {one: set(list_officers(reading(), one)) for one in {row[1] for row in rows}}
    lines = tuple(
        ActLine(
            id=act.id,
            act=act.act,
            organisation=named,
            organisation_ref=ref,
            who=nickname,
            who_ref=who_ref,
            speaks_now=act.officer_id in speaking[number],
            done_at=act.done_at,
        )
        for act, number, ref, named, nickname, who_ref in rows[:PER_PAGE]
    )
    return ActsPage(lines=lines, next=str(lines[-1].id) if len(rows) > PER_PAGE else None, name=name)


def list_names(viewer: Actor) -> tuple[tuple[str, str], ...]:
    """List the organisations of the viewer's regions for which officers act: reference and name."""
    rows = reading().execute(
        select(Organisation.ref, Organisation.name)
        .where(Organisation.account_id.is_not(None), within(Organisation.region_code, regions_for(viewer, READ)))
        .order_by(Organisation.name, Organisation.id)
        .limit(MOST_NAMES)
    )
    return tuple((ref, name) for ref, name in rows)
