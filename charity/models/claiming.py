"""The statements of a claim, written once: on PostgreSQL all of them travel as one.

Each takes one thing only if its limit allows, and the next only if the one before was taken, in the order donor,
household, wish, pledge. Whoever gets less than everything must let the transaction go.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select

from charity.adapters.db import Tx
from charity.adapters.statements import Statement
from charity.domain.kinds import Kind
from charity.domain.regions import WIDTHS
from charity.domain.wall import TAKEN_WEIGHT
from charity.models.accounts import Account
from charity.models.households import Household
from charity.models.pauses import Pause
from charity.models.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimable:
    """A wish as far as a claim asks about it, and what it must know of the donor beside the limits."""

    id: int
    ref: str
    kind: Kind
    state: str
    beneficiary: str
    region_code: str
    county: str
    unit_fen: int
    account_kind: str
    circle_id: int | None
    is_own: bool
    is_paused: bool


_shares_phone = exists().where(
    Household.id == Wish.household_id,
    or_(Household.phone_digest == Account.phone_digest, Household.relative_phone_digest == Account.phone_digest),
)
_has_pauses = exists().where(
    Pause.revoked_at.is_(None),
    Pause.ends_on >= bindparam("today"),
    Pause.region_code.in_([func.substr(Wish.region_code, 1, width) for width in WIDTHS.values() if width]),
)
_CLAIMABLE = (
    select(
        Wish.id,
        Wish.ref,
        Wish.kind,
        Wish.state,
        Wish.beneficiary,
        Wish.region_code,
        Wish.county,
        Wish.unit_fen,
        Account.kind.label("account_kind"),
        Wish.circle_id,
        _shares_phone.label("is_own"),
        _has_pauses.label("is_paused"),
    )
    .select_from(Wish)
    .join(Account, Account.id == bindparam("account"))
    .where(Wish.ref == bindparam("ref"), Wish.hidden_at.is_(None))
)
# The donor's row is locked before the next statement looks at his sides: two acts of one person wait for each other.
_LOCKING = _CLAIMABLE.with_for_update(of=Account, key_share=True)


def find_claimable(tx: Tx, ref: str, account_id: int, *, today: date) -> Claimable | None:
    """Find a wish for a claim, and lock the donor."""
    query = _CLAIMABLE if tx.is_sqlite else _LOCKING
    row = tx.connection.execute(query, {"ref": ref, "account": account_id, "today": today}).mappings().one_or_none()
    if row is None:
        return None
    values: dict[str, Any] = {**row, "kind": Kind(row["kind"])}
    return Claimable(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """Everything a claim takes and writes; the names are those of the statements."""

    account: int
    wish: int
    beneficiary: str
    year: int
    units: int
    reserved: int  # of these, units that an offer kept
    fen: int
    now: datetime
    since: datetime
    first_open: int
    per_confirmed: int
    most_open: int
    team_open: int
    most_fen: int
    year_most: int
    ref: str
    display: str
    clock: str
    due: datetime
    entry_kind: str
    wish_ref: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How far a claim came."""

    donor: bool
    given: bool
    side: bool
    wish: bool
    pledge: bool


_PERSON = ":first_open + confirmed_pledges / :per_confirmed"
_DONOR = f"""
UPDATE accounts SET open_pledges = open_pledges + 1, open_fen = open_fen + :fen
WHERE id = :account AND closed_at IS NULL AND disabled_at IS NULL
  AND (email_verified_at IS NOT NULL OR phone_verified_at IS NOT NULL)
  AND (cooling_until IS NULL OR cooling_until <= :now)
  AND open_pledges < CASE
    WHEN kind = 'organisation' THEN CASE WHEN open_limit > :team_open THEN open_limit ELSE :team_open END
    WHEN {_PERSON} < :most_open THEN {_PERSON} ELSE :most_open END
  AND (kind = 'organisation' OR open_fen + :fen <= :most_fen)
RETURNING 1 AS one"""
_GIVEN = """
INSERT INTO given_years (account_id, beneficiary, year, amount_fen)
SELECT :account, :beneficiary, :year, :fen {donor} WHERE :fen <= :year_most
ON CONFLICT (account_id, beneficiary, year) DO UPDATE SET amount_fen = given_years.amount_fen + excluded.amount_fen
WHERE given_years.amount_fen + excluded.amount_fen <= :year_most
RETURNING 1 AS one"""
_SIDE = """
INSERT INTO household_sides (account_id, beneficiary, side, last_at)
SELECT :account, :beneficiary, 'giving', :now {given}
WHERE NOT EXISTS (
  SELECT 1 FROM household_sides AS other
  WHERE other.account_id = :account AND other.beneficiary = :beneficiary
    AND other.side <> 'giving' AND other.last_at > :since)
ON CONFLICT (account_id, beneficiary, side) DO UPDATE SET last_at = excluded.last_at
RETURNING 1 AS one"""
_WEIGHT = f"CAST({TAKEN_WEIGHT} AS BIGINT)"
_WISH = f"""
UPDATE wishes SET committed = committed + :units, reserved = reserved - :reserved,
  wall_at = wall_at - {_WEIGHT} * (committed + reserved) / wanted
    + {_WEIGHT} * (committed + reserved + :units - :reserved) / wanted
{{side}}
WHERE wishes.id = :wish AND state = 'approved' AND hidden_at IS NULL AND circle_id IS NULL
  AND committed + reserved + :units - :reserved <= wanted
RETURNING wishes.id, kind, beneficiary, region_code, point_id"""
_PLEDGE = """
INSERT INTO pledges (ref, wish_id, account_id, kind, beneficiary, region_code, units, amount_fen, year, display, state,
  method, is_made_to_order, is_extended, is_family_away, is_overdue, in_county_pool, point_id, claimed_at, confirmed_by,
  clock, clock_started_at, act_by, remind_at)
SELECT :ref, wish.id, :account, wish.kind, wish.beneficiary, wish.region_code, :units, :fen, :year, :display, 'held',
  '', false, false, false, false, false, wish.point_id, :now, '', :clock, :now, :due, :now
{wish}
RETURNING id"""
_ENTRY = """
INSERT INTO entries (kind, wish, pledge, body) SELECT :entry_kind, :wish_ref, :ref, :body {pledge} RETURNING id"""
_STEP = """
INSERT INTO pledge_steps (pledge_id, act, from_state, to_state, actor_id, side, units, reason, entry_id, taken_at)
SELECT {pledge_id}, 'claim', NULL, 'held', :account, 'giving', :units, '', {entry_id}, :now {entry}"""


_AT_ONCE = Statement(
    f"WITH donor AS ({_DONOR}), given AS ({_GIVEN.format(donor='FROM donor')}),"
    f" side AS ({_SIDE.format(given='FROM given')}), wish AS ({_WISH.format(side='FROM side')}),"
    f" pledge AS ({_PLEDGE.format(wish='FROM wish')}), entry AS ({_ENTRY.format(pledge='FROM pledge')}),"
    f" step AS ({_STEP.format(pledge_id='pledge.id', entry_id='entry.id', entry='FROM pledge, entry')})"
    " SELECT (SELECT count(*) FROM donor), (SELECT count(*) FROM given), (SELECT count(*) FROM side),"
    " (SELECT count(*) FROM wish), (SELECT count(*) FROM pledge)"
)
_ONE_BY_ONE = tuple(
    Statement(sql)
    for sql in (
        _DONOR,
        _GIVEN.format(donor=""),
        _SIDE.format(given=""),
        _WISH.format(side=""),
        _PLEDGE.format(wish="FROM wishes AS wish WHERE wish.id = :wish"),
    )
)
_ENTRY_ALONE = Statement(_ENTRY.format(pledge=""))
_STEP_ALONE = Statement(_STEP.format(pledge_id=":pledge_id", entry_id=":entry_id", entry=""))


def take_and_write(tx: Tx, taking: Taking) -> Taken:
    """Take a claim's place, year, side and units, and write its pledge, entry and step; says how far it came."""
    values = {name: getattr(taking, name) for name in Taking.__slots__}
    return _take_one_by_one(tx, values) if tx.is_sqlite else _take_at_once(tx, values)


def _take_at_once(tx: Tx, values: Mapping[str, Any]) -> Taken:
    (counts,) = _AT_ONCE.run(tx.connection, values)
    donor, given, side, wish, pledge = (bool(count) for count in counts)
    return Taken(donor=donor, given=given, side=side, wish=wish, pledge=pledge)


def _take_one_by_one(tx: Tx, values: Mapping[str, Any]) -> Taken:
    connection = tx.connection
    taken: list[tuple[Any, ...]] = []
    for statement in _ONE_BY_ONE:
        rows = statement.run(connection, values)
        if not rows:
            break
        taken.append(rows[0])
    reached = len(taken)
    if reached == len(_ONE_BY_ONE):
        ((entry_id,),) = _ENTRY_ALONE.run(connection, values)
        pledge_id = taken[-1][0]
        _STEP_ALONE.run(connection, {**values, "pledge_id": pledge_id, "entry_id": entry_id})
    return Taken(donor=reached > 0, given=reached > 1, side=reached > 2, wish=reached > 3, pledge=reached > 4)
