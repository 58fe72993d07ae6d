"""What stands beside a gift and its family for tests: letters, second adults, receipts, who was shown what."""

from datetime import datetime

from sqlalchemy import select

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import transaction
from charity.models.circles import Circle, CircleTerms, Letter, Seat, letter_place
from charity.models.payees import TransferSaid, receipt_place
from charity.models.pledges import Pledge
from charity.models.points import AddressShown
from charity.models.produce import BuyerShown
from charity.models.service import ServiceTerms, ServiceVisit
from tests.kit import village as v


def write_words(village: v.Village, pledge_ref: str, *, at: datetime) -> None:
    """Write beside a gift and its family what people said or who they were, as circles, hours and transfers do."""
    by = village.volunteer.account_id
    with transaction() as tx:
        pledge = tx.session.scalars(select(Pledge).where(Pledge.ref == pledge_ref)).one()
        place = {"region_code": v.VILLAGE, "province": v.VILLAGE[:2], "city": v.VILLAGE[:4], "county": v.COUNTY}
        circle = Circle(
            ref=new_ref(), household_id=village.family.id, target=3, least=3, months=12, state="ended",
            promise_kind="letters", proposer_id=by, proposed_at=at, **place,
        )  # fmt: skip
        seat = Seat(ref=new_ref(), number=1, account_id=village.donor.account_id, state="ended")
        tx.session.add(circle)
        tx.session.flush()
        seat.circle_id = circle.id
        tx.session.add(seat)
        tx.session.flush()
        ref, said = new_ref(), new_ref()
        text = seal("天气冷了", place=letter_place(ref))
        tx.session.add_all((
            Letter(
                ref=ref, circle_id=circle.id, seat_id=seat.id, direction="to-family", month="2026-03", text_sealed=text,
                state="passed", writer_id=village.donor.account_id, written_at=at,
            ),
            CircleTerms(circle_id=circle.id, units=2, second_adult_sealed=b"x"),
            ServiceTerms(
                wish_id=pledge.wish_id, subject="maths", mode="on-site", first_on=at.date(), last_on=at.date(),
                serves_children=True, second_adult_sealed=b"x",
            ),
            ServiceVisit(pledge_id=pledge.id, agreed_on=at.date(), second_adult_sealed=b"x"),
            TransferSaid(
                ref=said, pledge_id=pledge.id, was_sent=True, receipt_sealed=seal("4711", place=receipt_place(said)),
                said_by_id=village.donor.account_id, said_at=at,
            ),
            AddressShown(pledge_id=pledge.id, point_id=pledge.point_id, account_id=by, shown_at=at),
            BuyerShown(pledge_id=pledge.id, account_id=by, shown_at=at),
        ))  # fmt: skip
