"""Statements that move the deadlines of offered seats when the pause calendar of their circles' region changed."""

from sqlalchemy import select, update

from charity.adapters.db import Tx
from charity.domain.durations import next_notice
from charity.domain.invitations import offer_lasts
from charity.domain.offers import expires_at
from charity.models.circles import Circle, Seat, SeatOffer
from charity.models.pausing import list_pauses


def reclock_seat_offers(tx: Tx, region: str) -> int:
    """Count the deadlines of a region's open offers of seats anew; gives how many moved."""
    rows = tx.session.execute(
        select(SeatOffer.id, SeatOffer.made_at, SeatOffer.act_by, SeatOffer.place_id, Circle.region_code)
        .join(Seat, Seat.id == SeatOffer.seat_id)
        .join(Circle, Circle.id == Seat.circle_id)
        .where(SeatOffer.state == "open", Circle.region_code.startswith(region, autoescape=True))
    ).all()
    moved = 0
    for row in rows:
        paused = list_pauses(tx.session, row.region_code, since=row.made_at)
        due = expires_at(row.made_at, paused, lasts=offer_lasts(has_waited=row.place_id is not None))
        if due != row.act_by:
            values = {"act_by": due, "remind_at": next_notice(row.made_at, due, after=tx.now)}
            still = (SeatOffer.id == row.id, SeatOffer.state == "open")
            tx.session.execute(update(SeatOffer).where(*still).values(values))
            moved += 1
    return moved
