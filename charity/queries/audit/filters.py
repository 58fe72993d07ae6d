"""What the audit list can be narrowed by, as conditions; an unknown code is refused, never passed over."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, false, or_

from charity.domain.calendar import day_end, day_start
from charity.domain.catalogue import PRICE_BANDS
from charity.domain.clocks import CLOCKS, ClockName, MustAct
from charity.domain.errors import Invalid
from charity.domain.kinds import Kind, PledgeState
from charity.domain.regions import is_code
from charity.models.accounts import Account
from charity.models.pledges import Pledge
from charity.models.points import ServicePoint
from charity.queries.pledges.cards import must_act

CONFIRMED_BY = ("card", "sms", "slip", "call-back", "ruling")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilters:
    """Which pledges to list; an empty field does not narrow. Donor and point are opaque references."""

    state: str = ""
    kind: str = ""
    region: str = ""
    overdue: bool = False
    clock: str = ""
    waits: str = ""
    donor: str = ""
    point: str = ""
    since: date | None = None
    until: date | None = None
    confirmed_by: str = ""
    amount: str = ""

    def told(self) -> dict[str, str]:
        """Give the filters that narrow, as text, for an address or a log."""
        given = {
            "state": self.state,
            "kind": self.kind,
            "region": self.region,
            "overdue": "1" if self.overdue else "",
            "clock": self.clock,
            "waits": self.waits,
            "donor": self.donor,
            "point": self.point,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
            "confirmed_by": self.confirmed_by,
            "amount": self.amount,
        }
        return {name: value for name, value in given.items() if value}


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Give the condition that somebody should have acted on a pledge already."""
    return and_(Pledge.act_by.is_not(None), or_(Pledge.is_overdue, Pledge.act_by < now))


def conditions(filters: AuditFilters, *, now: datetime) -> list[ColumnElement[bool]]:
    """Give what the filters ask of a pledge, its donor and its point; Invalid for a code that does not exist."""
    _known("state", filters.state, set(PledgeState))
    _known("kind", filters.kind, set(Kind))
    _known("clock", filters.clock, set(ClockName))
    _known("confirmed_by", filters.confirmed_by, CONFIRMED_BY)
    if filters.region and not is_code(filters.region):
        raise Invalid("filter-unknown", field="region")
    equal = (
        (Pledge.state, filters.state),
        (Pledge.kind, filters.kind),
        (Pledge.clock, filters.clock),
        (Pledge.confirmed_by, filters.confirmed_by),
        (Account.ref, filters.donor),
        (ServicePoint.ref, filters.point),
    )
    asked: list[ColumnElement[bool]] = [column == value for column, value in equal if value]
    if filters.region:
        asked.append(Pledge.region_code.startswith(filters.region, autoescape=True))
    if filters.overdue:
        asked.append(is_overdue(now))
    if filters.waits:
        asked.append(_waits_for(filters.waits))
    return [*asked, *_dates(filters), *_amount(filters.amount)]


def _known(field: str, value: str, codes: Collection[str]) -> None:
    if value and value not in codes:
        raise Invalid("filter-unknown", field=field)


def _waits_for(who: str) -> ColumnElement[bool]:
    _known("waits", who, set(MustAct))
    pairs = {(kind.value, line.name.value) for line in CLOCKS for kind in line.kinds}
    ours = [(kind, clock) for kind, clock in sorted(pairs) if must_act(kind, clock) == who]
    return or_(false(), *(and_(Pledge.kind == kind, Pledge.clock == clock) for kind, clock in ours))


def _dates(filters: AuditFilters) -> list[ColumnElement[bool]]:
    if filters.since and filters.until and filters.until < filters.since:
        raise Invalid("dates-order", field="until")
    after = [Pledge.claimed_at >= day_start(filters.since)] if filters.since else []
    return [*after, *([Pledge.claimed_at < day_end(filters.until)] if filters.until else [])]


def _amount(band: str) -> list[ColumnElement[bool]]:
    if not band:
        return []
    _known("amount", band, PRICE_BANDS)
    low, high = PRICE_BANDS[band]
    return [Pledge.amount_fen >= low, *([] if high is None else [Pledge.amount_fen <= high])]
