"""Statements about what donors can give of hours: one row for who said anything; no rule, no commit."""

from sqlalchemy import ColumnElement, String, delete, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from charity.adapters.db import Tx
from charity.domain.skills import NO_SKILLS, Skills
from charity.models.service import ServiceTerms, Skill
from charity.models.wishes import Wish


def read_skills(session: Session, account_id: int) -> Skills:
    """Read what somebody said he can give; nothing where he said nothing."""
    row = session.execute(select(Skill).where(Skill.account_id == account_id)).scalar_one_or_none()
    if row is None:
        return NO_SKILLS
    return Skills(
        subjects=frozenset(row.subjects.split()),
        modes=frozenset(row.modes.split()),
        weekdays=frozenset(int(day) for day in row.weekdays.split()),
        hours=row.hours,
    )


def write_skills(tx: Tx, account_id: int, skills: Skills) -> None:
    """Write what somebody can give now."""
    row = Skill(
        account_id=account_id,
        subjects=" ".join(sorted(skills.subjects)),
        modes=" ".join(sorted(skills.modes)),
        weekdays=" ".join(str(day) for day in sorted(skills.weekdays)),
        hours=skills.hours,
        changed_at=tx.now,
    )
    tx.session.merge(row)
    tx.session.flush()


def forget_skills(tx: Tx, account_id: int) -> None:
    """Delete what somebody said he can give."""
    tx.session.execute(delete(Skill).where(Skill.account_id == account_id))


def is_beyond(me: int) -> ColumnElement[bool]:
    """Give the condition that a wish's hours are none of those somebody said he can give; whoever said nothing can."""
    wrong_way = (Skill.modes != "") & ~_names(Skill.modes, ServiceTerms.mode)
    unfit = or_(~_names(Skill.subjects, ServiceTerms.subject), wrong_way)
    terms = select(ServiceTerms.wish_id).join(Skill, Skill.account_id == me)
    return terms.where(ServiceTerms.wish_id == Wish.id, unfit).correlate(Wish).exists()


def _names(codes: InstrumentedAttribute[str], code: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Give the condition that codes with spaces between them have one among them."""
    space = literal(" ", String)
    return (space + codes + space).contains(space + code + space)
