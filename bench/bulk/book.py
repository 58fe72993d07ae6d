"""The book of the bulk: what happened to every wish and pledge, entry by entry, with its leaves and its tree."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.bulk.plan import CONFIRMED, HELD, ROUNDS, Plan
from bench.bulk.rows import table
from bench.bulk.tongues import insert
from charity import ledger
from charity.domain.entry_values import JSON
from charity.models.ledger import ENTRIES, LEAVES, NODES
from charity.models.pledges import BoardLine, PledgeStep

# Values no entry has, put into a sample that the book's own rules have let pass; SQL writes the true ones instead.
WISH, PLEDGE, PSEUDONYM = "wwwwwwwwwwwww", "ppppppppppppp", "qqqqqqqqqqqqq"
PRICE, WANTED, COUNTY, MONTH, TITLE = 7_654_321, 8_765_432, "119999", "2001-02", "f" * 64
AT, UNTIL = datetime(2001, 3, 4, 5, 6, 7, tzinfo=UTC), "2001-05-06T07:08:09Z"
CATEGORY, KIND, WHO = "hole-category", "hole-kind", "hole-who"


@dataclass(frozen=True, slots=True)
class Move:
    """One act on every pledge of a round: its entry and its step."""

    kind: str
    act: str
    before: str | None
    after: str
    by: str
    side: str
    facts: Mapping[str, JSON]
    seconds: int  # after the claim


_CLAIM = Move(
    "pledge.claimed", "claim", None, "held", "donor", "giving", {"kind": "goods", "price": PRICE, "until": UNTIL}, 0
)
_CANCEL = Move("pledge.cancelled", "cancel", "held", "cancelled", "donor", "giving", {"reason": "by-donor"}, 1_800)
_LINE: dict[str, JSON] = {"pseudonym": PSEUDONYM, "county": COUNTY, "metric": "wishes", "month": MONTH, "value": 1}
_WAY = (
    Move("pledge.planned", "plan", "held", "planned", "donor", "giving", {"method": "shop"}, 3_600),
    Move("pledge.sent", "send", "planned", "sent", "donor", "giving", {"parcels": 1, "carrier": "post"}, 7_200),
    Move("pledge.received", "receive", "sent", "at_point", "volunteer", "field", {"split": False}, 10_800),
    Move("pledge.handed-over", "hand-over", "at_point", "handed_over", "volunteer", "field", {}, 14_400),
    Move(
        "pledge.confirmed",
        "confirm",
        "handed_over",
        "confirmed",
        "reviewer",
        "township",
        {"basis": "call-back", "lines": [_LINE]},
        18_000,
    ),
)


def moves_of(turn: int) -> tuple[Move, ...]:
    """List what happened to the pledges of a round, in its order."""
    if turn == CONFIRMED:
        return (_CLAIM, *_WAY)
    return (_CLAIM,) if turn == HELD else (_CLAIM, _CANCEL)


def write_book(plan: Plan) -> int:
    """Write all entries and steps, and seal them; gives how many entries there are."""
    next_entry, next_step = plan.entry, plan.step
    for kind, state, was in (("wish.submitted", "submitted", "draft"), ("wish.published", "approved", "submitted")):
        _write_wishes(plan, next_entry, kind, state, was)
        next_entry += plan.sizes.wishes
    # what was given back comes before what was kept, so that no wish ever had more units taken than it asked for
    for turn in (*range(2, ROUNDS), CONFIRMED, HELD):
        for move in moves_of(turn):
            _write_move(plan, turn, move, next_entry, next_step)
            next_entry, next_step = next_entry + plan.sizes.given, next_step + plan.sizes.given
    _seal(plan, next_entry)
    return next_entry - plan.entry


def _write_wishes(plan: Plan, first: int, kind: str, state: str, was: str) -> None:
    who = "volunteer" if kind == "wish.submitted" else "reviewer"
    facts: dict[str, JSON] = {"state": state, "was": was, "wanted": WANTED, "by": who, "price": PRICE}
    facts |= {"county": COUNTY, "category": CATEGORY, "kind": KIND, "beneficiary": WHO}
    facts |= {"second": False} if kind == "wish.published" else {}
    row = ledger.prepare(kind, {"wish": WISH}, facts, at=AT, digests={"title": TITLE})
    n = f"(wishes.id - {plan.wish})"
    body = _filled(
        row.body,
        {
            WISH: "wishes.ref",
            TITLE: "things.digest",
            str(PRICE): "wishes.unit_fen",
            str(WANTED): "wishes.wanted",
            COUNTY: "wishes.county",
            CATEGORY: "wishes.category",
            KIND: "wishes.kind",
            WHO: "wishes.beneficiary_kind",
            ledger_moment(): plan.tongue.said(plan.published(n), "moment"),
        },
    )
    given = {"id": f"{first} + {n}", "kind": f"'{kind}'", "wish": "wishes.ref", "body": plan.tongue.data(body)}
    source = f"wishes JOIN bulk_things AS things ON things.k = {plan.thing(n)}"
    source += f" WHERE wishes.id >= {plan.wish} AND wishes.id < {plan.wish + plan.sizes.wishes} ORDER BY wishes.id"
    plan.tongue.run(insert(ENTRIES, given, source))


def ledger_moment() -> str:
    """Write the sample's moment as the book does."""
    return f"{AT:%Y-%m-%dT%H:%M:%SZ}"


def _write_move(plan: Plan, turn: int, move: Move, first: int, first_step: int) -> None:
    facts: dict[str, JSON] = {"units": 1, "from": move.before, "to": move.after, "by": move.by, **move.facts}
    row = ledger.prepare(move.kind, {"wish": WISH, "pledge": PLEDGE}, facts, at=AT)
    start = plan.first_pledge(turn)
    n, place = f"(wishes.id - {plan.wish})", f"(pledges.id - {start})"
    seconds = f"{plan.claimed(n, turn)} + {move.seconds}"
    holes = {WISH: "wishes.ref", PLEDGE: "pledges.ref", str(PRICE): "wishes.unit_fen", COUNTY: "wishes.county"}
    holes |= {PSEUDONYM: "accounts.pseudonym", MONTH: plan.tongue.said(seconds, "month")}
    holes |= {ledger_moment(): plan.tongue.said(seconds, "moment")}
    holes |= {UNTIL: plan.tongue.said(f"{plan.claimed(n, turn)} + {3 * 86_400}", "moment")}
    body = plan.tongue.data(_filled(row.body, holes))
    among = f" WHERE pledges.id >= {start} AND pledges.id < {start + plan.sizes.given}"
    source = "pledges JOIN wishes ON wishes.id = pledges.wish_id"
    if PSEUDONYM in row.body.decode():
        source += " JOIN accounts ON accounts.id = pledges.account_id"
        _write_lines(plan, first, among, seconds, start)
    given = {"id": f"{first} + {place}", "kind": f"'{move.kind}'", "wish": "wishes.ref", "pledge": "pledges.ref"}
    plan.tongue.run(insert(ENTRIES, given | {"body": body}, f"{source}{among} ORDER BY pledges.id"))
    actor = {"giving": "pledges.account_id", "field": "wishes.poster_id"}.get(move.side, str(plan.reviewer))
    step = {
        "id": f"{first_step} + {place}",
        "pledge_id": "pledges.id",
        "act": f"'{move.act}'",
        "from_state": "NULL" if move.before is None else f"'{move.before}'",
        "to_state": f"'{move.after}'",
        "actor_id": actor,
        "side": f"'{move.side}'",
        "units": "1",
        "reason": "''",
        "entry_id": f"{first} + {place}",
        "taken_at": plan.tongue.moment(seconds),
    }
    joined = "pledges JOIN wishes ON wishes.id = pledges.wish_id"
    plan.tongue.run(insert(_STEPS, step, f"{joined}{among} ORDER BY pledges.id"))


_STEPS, _LINES = table(PledgeStep), table(BoardLine)


def _write_lines(plan: Plan, first: int, among: str, seconds: str, start: int) -> None:
    [(last,)] = plan.tongue.find("SELECT coalesce(max(id), 0) FROM board_lines")
    given = {
        "id": f"{last + 1} + pledges.id - {start}",
        "entry_id": f"{first} + pledges.id - {start}",
        "pledge_id": "pledges.id",
        "wish_id": "pledges.wish_id",
        "account_id": "pledges.account_id",
        "beneficiary": "pledges.beneficiary",
        "county": "wishes.county",
        "metric": "'wishes'",
        "month": plan.tongue.said(seconds, "month"),
        "value": "1",
    }
    source = f"pledges JOIN wishes ON wishes.id = pledges.wish_id{among} ORDER BY pledges.id"
    plan.tongue.run(insert(_LINES, given, source))


def _filled(sample: bytes, holes: Mapping[str, str]) -> str:
    """Write canonical bytes as an expression: texts that stay, joined with what stands in the holes."""
    parts = re.split(f"({'|'.join(map(re.escape, holes))})", sample.decode())
    return " || ".join(f"CAST({holes[part]} AS text)" if part in holes else f"'{part}'" for part in parts if part)


def _seal(plan: Plan, after: int) -> None:
    """Give the entries their leaves, and build every complete subtree above them."""
    tongue = plan.tongue
    given = {"number": f"id - {plan.entry - plan.leaf}", "entry_id": "id", "hash": tongue.leaf("body")}
    tongue.run(insert(LEAVES, given, f"entries WHERE id >= {plan.entry} AND id < {after} ORDER BY id"))
    size, level = plan.leaf + after - plan.entry, 1
    while size >> level:
        below = ("number", "leaves", "") if level == 1 else ("place", "tree_nodes", f" AND below.level = {level - 1}")
        _raise(plan, level, *below)
        level += 1


def _raise(plan: Plan, level: int, name: str, source: str, at_level: str) -> None:
    beside = f"beside.{name} = below.{name} + 1" + (" AND beside.level = below.level" if at_level else "")
    begin = (plan.leaf >> level) * 2
    given = {
        "level": str(level),
        "place": f"below.{name} / 2",
        "hash": plan.tongue.node("below.hash", "beside.hash"),
    }
    pairs = f"{source} AS below JOIN {source} AS beside ON {beside}"
    pairs += f" WHERE below.{name} >= {begin} AND below.{name} % 2 = 0{at_level} ORDER BY below.{name}"
    plan.tongue.run(insert(NODES, given, pairs))
