"""Small stories told twice, to the tables and to the book, as the services do."""

from datetime import UTC, datetime

from sqlalchemy import insert, select, update

from charity.adapters.db import Tx
from charity.domain.counters import COMMITTED, FULFILLED, IN_TRANSIT
from charity.domain.entry_values import JSON
from charity.domain.kinds import PledgeState
from charity.ledger import append
from charity.models.accounts import Account
from charity.models.pledges import BoardLine, Pledge
from charity.models.waiting import Offer, QueuePlace
from charity.models.wishes import Wish

WHEN = datetime(2026, 5, 1, 8, tzinfo=UTC)
LINE: dict[str, JSON] = {
    "pseudonym": "d000000000001",
    "county": "990101",
    "metric": "wishes",
    "month": "2026-05",
    "value": 1,
}
Facts = dict[str, JSON]


def ref(letter: str, number: int) -> str:
    return f"{letter}{number:012d}"


def poster(tx: Tx) -> int:
    found = tx.session.execute(select(Account.id).limit(1)).scalar_one_or_none()
    if found is not None:
        return found
    account = Account(ref=ref("a", 1), nickname="one", pseudonym=ref("d", 1), email_digest=bytes(32), created_at=WHEN)
    tx.session.add(account)
    tx.session.flush()
    return account.id


def publish(tx: Tx, number: int, wanted: int) -> str:
    wish = ref("w", number)
    tx.session.add(
        Wish(
            ref=wish, kind="goods", beneficiary_kind="household", beneficiary="h1", region_code="990101001001",
            province="99", city="9901", county="990101", title="A blanket", reason_code="cold", category="bedding",
            unit_label="piece", unit_fen=9_000, wanted=wanted, state="approved", poster_id=poster(tx), created_at=WHEN,
        )
    )  # fmt: skip
    tx.session.flush()
    append(
        tx,
        "wish.submitted",
        {"wish": wish},
        {"state": "submitted", "wanted": wanted, "kind": "goods"},
        texts={"title": "A blanket"},
    )
    facts: Facts = {"state": "approved", "wanted": wanted, "by": "reviewer", "price": 9_000}
    append(tx, "wish.published", {"wish": wish}, facts)
    return wish


def change_wish(tx: Tx, wish: str, kind: str, state: str, wanted: int) -> None:
    tx.session.execute(update(Wish).where(Wish.ref == wish).values(state=state, wanted=wanted))
    append(tx, kind, {"wish": wish}, {"state": state, "wanted": wanted})


def claim(tx: Tx, wish: str, number: int, units: int) -> str:
    pledge = ref("p", number)
    _add_pledge(tx, wish, pledge, units, PledgeState.HELD)
    _count(tx, wish, units, None, PledgeState.HELD)
    append(tx, "pledge.claimed", {"wish": wish, "pledge": pledge}, _claimed(units))
    return pledge


def _claimed(units: int) -> Facts:
    return {"units": units, "from": None, "to": "held", "price": 9_000}


def _add_pledge(tx: Tx, wish: str, pledge: str, units: int, state: PledgeState) -> None:
    wish_id = tx.session.execute(select(Wish.id).where(Wish.ref == wish)).scalar_one()
    tx.session.execute(
        insert(Pledge).values(
            ref=pledge, wish_id=wish_id, account_id=poster(tx), kind="goods", beneficiary="h1",
            region_code="990101001001", units=units, amount_fen=units * 9_000, year=2026, display="name",
            state=state.value, claimed_at=WHEN,
        )
    )  # fmt: skip


def _count(tx: Tx, wish: str, units: int, before: PledgeState | None, after: PledgeState) -> None:
    changes = {
        column: getattr(Wish, column) + units * (int(after in states) - int(before in states))
        for column, states in (("committed", COMMITTED), ("in_transit", IN_TRANSIT), ("fulfilled", FULFILLED))
    }
    tx.session.execute(update(Wish).where(Wish.ref == wish).values(changes))


def move(tx: Tx, wish: str, pledge: str, kind: str, to: str, extra: Facts | None = None) -> None:
    row = tx.session.execute(select(Pledge.state, Pledge.units).where(Pledge.ref == pledge)).one()
    tx.session.execute(update(Pledge).where(Pledge.ref == pledge).values(state=to))
    _count(tx, wish, row.units, PledgeState(row.state), PledgeState(to))
    facts: Facts = {"units": row.units, "from": row.state, "to": to, **(extra or {})}
    entry = append(tx, f"pledge.{kind}", {"wish": wish, "pledge": pledge}, facts)
    _thank(tx, wish, pledge, entry, -1 if "reversed" in facts else int(bool({"lines", "restored"} & facts.keys())))


def _thank(tx: Tx, wish: str, pledge: str, entry: int, value: int) -> None:
    if value:
        wish_id = select(Wish.id).where(Wish.ref == wish).scalar_subquery()
        pledge_id = select(Pledge.id).where(Pledge.ref == pledge).scalar_subquery()
        line = {name: LINE[name] for name in ("county", "metric", "month")}
        tx.session.execute(
            insert(BoardLine).values(
                entry_id=entry, pledge_id=pledge_id, wish_id=wish_id, account_id=poster(tx), beneficiary="h1",
                value=value, **line,
            )
        )  # fmt: skip


def split(tx: Tx, wish: str, pledge: str, part: str, left: int) -> None:
    row = tx.session.execute(select(Pledge.state, Pledge.units).where(Pledge.ref == pledge)).one()
    tx.session.execute(update(Pledge).where(Pledge.ref == pledge).values(units=left, amount_fen=left * 9_000))
    _add_pledge(tx, wish, part, row.units - left, PledgeState(row.state))
    facts: Facts = {"units": row.units - left, "left": left, "from": row.state, "to": row.state}
    append(tx, "pledge.split", {"wish": wish, "pledge": pledge, "part": part}, facts)


def offer(tx: Tx, wish: str, number: int, units: int) -> str:
    tx.session.execute(update(Wish).where(Wish.ref == wish).values(reserved=Wish.reserved + units))
    row = {"wish_id": tx.session.execute(select(Wish.id).where(Wish.ref == wish)).scalar_one(), "units": units}
    row["account_id"] = poster(tx)
    left = insert(QueuePlace).values(joined_at=WHEN, left_at=WHEN, **row).returning(QueuePlace.id)
    place = tx.session.execute(left).scalar_one()
    tx.session.execute(insert(Offer).values(ref=ref("o", number), place_id=place, state="open", made_at=WHEN, **row))
    append(tx, "offer.opened", {"wish": wish, "offer": ref("o", number)}, {"units": units})
    return ref("o", number)


def end_offer(tx: Tx, wish: str, offered: str, kind: str, units: int) -> None:
    tx.session.execute(update(Wish).where(Wish.ref == wish).values(reserved=Wish.reserved - units))
    tx.session.execute(update(Offer).where(Offer.ref == offered).values(state=kind))
    append(tx, f"offer.{kind}", {"wish": wish, "offer": offered}, {"units": units})


def tell_everything(tx: Tx) -> None:
    """Tell a story with every kind of turn: confirmation, split, dispute and ruling, offers, lowering, withdrawal."""
    first, second = publish(tx, 1, 5), publish(tx, 2, 3)
    one, two = claim(tx, first, 1, 3), claim(tx, first, 2, 1)
    move(tx, first, one, "planned", "planned", {"method": "shop"})
    move(tx, first, one, "sent", "sent")
    split(tx, first, one, ref("p", 3), 2)
    move(tx, first, one, "received", "at_point")
    move(tx, first, one, "handed-over", "handed_over")
    move(tx, first, one, "confirmed", "confirmed", {"basis": "call-back", "lines": [LINE]})
    move(tx, first, two, "cancelled", "cancelled")
    waiting = offer(tx, first, 1, 1)
    end_offer(tx, first, waiting, "declined", 1)
    offer(tx, first, 2, 1)
    move(tx, first, one, "disputed", "disputed", {"former": "confirmed", "reversed": [LINE]})
    move(tx, first, one, "ruled", "confirmed", {"ruling": "former", "restored": [LINE]})
    append(tx, "case.ruled", {"case": ref("c", 1), "wish": first, "pledge": one}, {"ruling": "former"})
    change_wish(tx, second, "wish.lowered", "approved", 2)
    change_wish(tx, second, "wish.withdrawn", "withdrawn", 2)
