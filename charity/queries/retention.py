"""How long records are kept, who changed it, and how much was forgotten."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.calendar import day_of
from charity.domain.errors import Missing, NotPermitted
from charity.domain.permissions import may_anywhere
from charity.domain.retention import RULES, Rule, may_set_periods
from charity.models.accounts import Account
from charity.models.retention import NIGHT, Forgotten, ForgottenFile, RetentionChange, kept_for, reason_of

READ = "retention.read"
MOST_CHANGES = 100
LATELY = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow:
    """One kind of record: how long it is kept, within which bounds, how much of it was forgotten."""

    code: str
    days: int
    rule: Rule
    lately: int
    ever: int

    @property
    def is_changed(self) -> bool:
        """Say whether somebody set another period than the usual one."""
        return self.days != self.rule.days


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodsPage:
    """All kinds, when the nightly turn was last through, and how many files wait to be removed."""

    rows: tuple[PeriodRow, ...]
    last_day: date | None
    files_waiting: int
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """One change of a period."""

    was: int
    days: int
    reason: str
    who: str
    made_at: datetime


def get_periods(viewer: Actor) -> PeriodsPage:
    """Show all periods to administrators and auditors."""
    may_anywhere(viewer, READ)
    session = reading()
    since = day_of(clock.now()) - timedelta(days=LATELY)
    sums = session.execute(
        select(
            Forgotten.record,
            func.sum(Forgotten.count),
            func.coalesce(func.sum(Forgotten.count).filter(Forgotten.day > since), 0),
        ).group_by(Forgotten.record)
    )
    counts = {record: (int(ever), int(lately)) for record, ever, lately in sums}
    rows = tuple(
        PeriodRow(
            code=record.value,
            days=days,
            rule=RULES[record],
            ever=counts.get(record.value, (0, 0))[0],
            lately=counts.get(record.value, (0, 0))[1],
        )
        for record, days in kept_for(session).items()
    )
    return PeriodsPage(
        rows=rows,
        last_day=session.scalar(select(func.max(Forgotten.day)).where(Forgotten.record == NIGHT)),
        files_waiting=session.scalar(select(func.count()).select_from(ForgottenFile)) or 0,
        may_change=_may_change(viewer),
    )


def get_period(viewer: Actor, code: str) -> tuple[PeriodRow, tuple[ChangeLine, ...], bool]:
    """Show one kind of record with the history of its period."""
    found = get_periods(viewer)
    row = next((one for one in found.rows if one.code == code), None)
    if row is None:
        raise Missing
    rows = reading().execute(
        select(RetentionChange, Account.nickname)
        .join(Account, Account.id == RetentionChange.made_by_id)
        .where(RetentionChange.record == code)
        .order_by(RetentionChange.id.desc())
        .limit(MOST_CHANGES)
    )
    changes = tuple(
        ChangeLine(was=one.was, days=one.days, reason=reason_of(one), who=who, made_at=one.made_at) for one, who in rows
    )
    return row, changes, found.may_change


def list_periods() -> dict[str, int]:
    """Give the days of each kind, for the page that tells everybody."""
    return {record.value: days for record, days in kept_for(reading()).items()}


def is_done(day: date) -> bool:
    """Say whether the night of a day has been through all kinds."""
    row = select(Forgotten.day).where(Forgotten.day == day, Forgotten.record == NIGHT)
    return reading().execute(row).first() is not None


def _may_change(viewer: Actor) -> bool:
    if not viewer.has_role(Role.ADMINISTRATOR):
        return False
    try:
        may_set_periods(viewer)
    except NotPermitted:
        return False
    return True
