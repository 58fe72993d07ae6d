"""Photos of signed consents: kept sealed, looked at by staff with the file open, each look written down."""

from dataclasses import replace

from sqlalchemy import func, insert, select

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import CapReached, Missing
from charity.domain.permissions import is_allowed
from charity.domain.sides import Side
from charity.models.acts import act
from charity.models.households import FileOpened, Household, Member
from charity.models.papers import ConsentPaper, PaperSeen
from charity.models.register import get_household, get_member, take_side
from charity.services.register.files import OPEN_FOR

MOST = 60


@act
def keep(tx: Tx, actor: Actor, household_ref: str, member_ref: str, *, key: str) -> str:
    """Write down the photo of a paper that a person or who speaks for him has signed; gives its key in the store."""
    household = get_household(tx, actor, household_ref, "consent.record")
    return write_paper(tx, actor, household, get_member(tx, household, member_ref), key=key)


def write_paper(tx: Tx, actor: Actor, household: Household, member: Member, *, key: str) -> str:
    """Write the photo of a signed paper down beside the family it is of; gives its key in the store."""
    take_side(tx, actor, f"h{household.id}", _side(actor, household))
    mine = (ConsentPaper.household_id == household.id, ConsentPaper.storage_key != "")  # one without is forgotten
    if tx.session.execute(select(func.count()).select_from(ConsentPaper).where(*mine)).scalar_one() >= MOST:
        raise CapReached("too-many-papers", params={"most": MOST})
    tx.session.add(
        ConsentPaper(
            ref=new_ref(),
            household_id=household.id,
            member_id=member.id,
            storage_key=key,
            recorded_by_id=actor.account_id,
            recorded_at=tx.now,
        )
    )
    return key


def _side(actor: Actor, household: Household) -> Side:
    return Side.FIELD if is_allowed(actor, "household.register", household.region_code) else Side.TOWNSHIP


def look(actor: Actor, household_ref: str, paper_ref: str) -> str:
    """Write down that somebody looks at a signed paper, out of an open file; gives its key in the store.

    Never kept among the answers: each look, the same request sent again too, is asked and written down anew.
    """
    return _look(replace(actor, once=None), household_ref, paper_ref)


@act
def _look(tx: Tx, actor: Actor, household_ref: str, paper_ref: str) -> str:
    household = get_household(tx, actor, household_ref, "household.open")
    standing = select(FileOpened.id).where(
        FileOpened.household_id == household.id,
        FileOpened.account_id == actor.account_id,
        FileOpened.open_until > tx.now,
        FileOpened.open_until <= tx.now + OPEN_FOR,
    )
    if tx.session.execute(standing.limit(1)).first() is None:
        raise Missing
    paper = tx.session.scalars(
        select(ConsentPaper).where(ConsentPaper.ref == paper_ref, ConsentPaper.household_id == household.id)
    ).one_or_none()
    if paper is None or not paper.storage_key:
        raise Missing
    seen = insert(PaperSeen).values(paper_id=paper.id, account_id=actor.account_id, seen_at=tx.now)
    tx.session.execute(seen)
    return paper.storage_key
