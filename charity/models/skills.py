"""Statements about what donors can give of hours: one row for who said anything; no rule, no commit."""

from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, String, and_, case, delete, extract, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from charity.adapters.db import Tx
from charity.domain.calendar import DAY
from charity.domain.kinds import Kind
from charity.domain.points import PointKind
from charity.domain.skills import NO_SKILLS, WEEK, WEEKDAYS, Skills
from charity.models.gates import is_claimed, is_near, is_own, stands_elsewhere
from charity.models.points import ServicePoint
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
    terms = select(ServiceTerms.wish_id).join(Skill, Skill.account_id == me)
    return terms.where(ServiceTerms.wish_id == Wish.id, ~_can_give()).correlate(Wish).exists()


def is_teachable(
    me: int | BindParameter[int],
    *,
    since: datetime | BindParameter[datetime],
    today: date | BindParameter[date],
    is_team: bool,
) -> ColumnElement[bool]:
    """Give the condition that a wish's hours are among those somebody said he can give, and that he may claim them.

    What he could not claim is left out: his own, his neighbours', and, for a person, hours with children outside a
    school. `since`: from when on another side that he took counts.
    """
    terms = (
        select(ServiceTerms.wish_id)
        .join(Skill, Skill.account_id == me)
        .outerjoin(ServicePoint, ServicePoint.id == Wish.point_id)
        .where(ServiceTerms.wish_id == Wish.id, _can_give(), ServiceTerms.last_on >= today, _on_his_days(today))
    )
    if not is_team:
        terms = terms.where(or_(ServiceTerms.serves_children.is_(False), ServicePoint.kind == PointKind.SCHOOL.value))
    return and_(
        Wish.kind == Kind.SERVICE.value,
        terms.correlate(Wish).exists(),
        Wish.poster_id != me,
        ~is_claimed(me),
        ~is_own(me),
        ~stands_elsewhere(me, since),
        ~is_near(me, today),
    )


def _can_give() -> ColumnElement[bool]:
    """Give the condition that the subject is among his, and the way too where he named any."""
    return _names(Skill.subjects, ServiceTerms.subject) & or_(Skill.modes == "", _names(Skill.modes, ServiceTerms.mode))


def _on_his_days(today: date | BindParameter[date]) -> ColumnElement[bool]:
    """Give the condition that one of his days lies, from today on, within those that were asked for."""
    begins = case((ServiceTerms.first_on < today, today), else_=ServiceTerms.first_on)
    lasts, first = extract("epoch", ServiceTerms.last_on) - extract("epoch", begins), extract("dow", begins)
    comes = (  # each of his days comes so many days after the first
        and_(Skill.weekdays.contains(str(day)), (day % WEEK - first + WEEK) % WEEK * int(DAY.total_seconds()) <= lasts)
        for day in WEEKDAYS
    )
    return or_(Skill.weekdays == "", *comes)


def _names(codes: InstrumentedAttribute[str], code: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Give the condition that codes with spaces between them have one among them."""
    space = literal(" ", String)
    return (space + codes + space).contains(space + code + space)
