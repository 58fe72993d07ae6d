"""Statements about slips: who handled a pledge and under which names, whose family it is, who may sign for a site."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.orm import Session, aliased

from charity.adapters.crypto import digest, unseal
from charity.adapters.db import Tx
from charity.adapters.photos import NEAR, distance, shows_little
from charity.domain.actors import Role
from charity.domain.pledges import Act
from charity.domain.regions import county_of
from charity.domain.slips import name_forms
from charity.models.accounts import Account, RoleGrant
from charity.models.desks import is_in_term
from charity.models.households import Household, Member
from charity.models.names_down import list_names_down
from charity.models.pausing import prefixes_of
from charity.models.photos import Photo
from charity.models.pledges import Pledge, PledgeStep, Slip

COMPARED = 2_000  # of the county's newest slips


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody with an account who may sign for a site: by pseudonym where a concern left no name."""

    id: int
    ref: str
    nickname: str


def digests_of(name: str) -> frozenset[bytes]:
    """Give the digests under which a name is found."""
    return frozenset(digest("name", form) for form in name_forms(name))


def list_handlers(session: Session, pledge_id: int) -> frozenset[int]:
    """List who took a pledge's goods in or handed them over, mistakes included."""
    rows = session.scalars(
        select(PledgeStep.actor_id).where(
            PledgeStep.pledge_id == pledge_id,
            PledgeStep.act.in_((Act.RECEIVE.value, Act.HAND_OVER.value)),
            PledgeStep.actor_id.is_not(None),
        )
    )
    return frozenset(row for row in rows if row is not None)


def list_names(session: Session, account_ids: Collection[int]) -> frozenset[bytes]:
    """List the digests of the names that some accounts go by, those a concern took out of sight among them."""
    rows = session.execute(
        select(Account.ref, Account.nickname, Account.public_name_sealed).where(Account.id.in_(sorted(account_ids)))
    )
    found: set[bytes] = set()
    for ref, nickname, sealed in rows:
        names = [nickname] + ([unseal(sealed, place=f"accounts.public_name:{ref}")] if sealed else [])
        found |= {one for name in names if name for one in digests_of(name)}
    # Whoever carries no name on boards carries it in the village still, and vouches for nothing of his own.
    hidden = {name for account_id in sorted(account_ids) for name in list_names_down(session, account_id)}
    return frozenset(found | {one for name in hidden for one in digests_of(name)})


def list_family(session: Session, household_id: int) -> frozenset[bytes]:
    """List the digests of the names of a household's head and of all who belong or belonged to it."""
    head = session.scalars(select(Household.head_digest).where(Household.id == household_id))
    members = session.scalars(select(Member.name_digest).where(Member.household_id == household_id))
    return frozenset((*head, *members))


def list_signers(
    session: Session, places: Iterable[str], keeper_id: int | None, *, but: Collection[int], now: datetime
) -> tuple[Signer, ...]:
    """List the volunteers of a school or village and of its point who had nothing to do with the gift."""
    prefixes = sorted({prefix for place in places for prefix in prefixes_of(place)})
    rows = session.execute(
        select(Account.id, Account.ref, func.coalesce(func.nullif(Account.nickname, ""), Account.pseudonym))
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == Role.VOLUNTEER.value,
            RoleGrant.region_code.in_(prefixes) | (RoleGrant.account_id == (keeper_id or 0)),
            Account.id.not_in(sorted(but)),
            is_in_term(now),
        )
        .distinct()
        .order_by(Account.id)
    )
    return tuple(Signer(*row) for row in rows)


def find_newest_slip(tx: Tx, pledge_id: int) -> Slip | None:
    """Find the slip on which a confirmation would rest."""
    return tx.session.scalars(select(Slip).where(Slip.pledge_id == pledge_id).order_by(Slip.id.desc()).limit(1)).first()


def mark_checked(tx: Tx, slip_id: int, *, checked_by_id: int, override_reason: str | None = None) -> None:
    """Write down who of the township has checked a slip, and why a picture that was used before may stand."""
    values = {"checked_by_id": checked_by_id, "checked_at": tx.now, "override_reason": override_reason}
    tx.session.execute(update(Slip).where(Slip.id == slip_id).values(values))


def has_twin() -> ColumnElement[bool]:
    """Give the condition that a slip shows the picture, or one that looks the same, of another gift's slip."""
    own, other, twin = aliased(Photo), aliased(Photo), aliased(Slip)
    return exists(
        select(twin.id)
        .join(other, other.id == twin.photo_id)
        .join(own, own.id == Slip.photo_id)
        .where(twin.pledge_id != Slip.pledge_id, or_(other.sha256 == own.sha256, other.look == own.look))
        .correlate(Slip)
    )


def is_used_before(tx: Tx, slip_id: int) -> bool:
    """Say whether the picture of one slip, or one that looks much alike, vouches for another gift, too."""
    if tx.session.scalar(select(Slip.id).where(Slip.id == slip_id, has_twin())) is not None:
        return True
    return slip_id in list_near(tx.session, tx.session.scalars(select(Slip.pledge_id).where(Slip.id == slip_id)).one())


def list_near(session: Session, pledge_id: int) -> set[int]:
    """List the slips of a gift whose picture looks much alike one of the county's newest for other gifts.

    A picture that was saved again or made smaller differs by some bits; an even sheet is near to every other one, which
    says nothing.
    """
    asked = select(Slip.id, Photo.look, Pledge.region_code).join(Photo, Photo.id == Slip.photo_id)
    asked = asked.join(Pledge, Pledge.id == Slip.pledge_id)
    own = [row for row in session.execute(asked.where(Slip.pledge_id == pledge_id)) if not shows_little(row.look)]
    if not own:
        return set()
    others = asked.where(Slip.pledge_id != pledge_id, Pledge.region_code.startswith(county_of(own[0].region_code)))
    looks = {row.look for row in session.execute(others.order_by(Slip.id.desc()).limit(COMPARED))}
    return {row.id for row in own if any(distance(look, row.look) <= NEAR for look in looks)}
