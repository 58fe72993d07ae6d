"""Wishes over the API: the wall, one wish, claims and the waiting list."""

from datetime import UTC, datetime

from flask import Blueprint
from spectree import Response

from charity.api.shapes import ClaimBody, Claimed, Event, Problem, QueueBody, WallQuery, WishDetail, WishItem, WishList
from charity.api.spec import spec
from charity.domain.errors import Invalid
from charity.queries.wall import WallFilters, list_wall
from charity.queries.wish_cards import WishCard
from charity.queries.wishes.page import get_wish
from charity.services.pledges import claim as claims
from charity.services.pledges import waiting
from charity.web.kit.doors import OPEN, SIGNED_IN
from charity.web.kit.viewer import viewer

bp = Blueprint("api_wishes", __name__)
DOORS = {"wall": OPEN, "show": OPEN, "claim": SIGNED_IN, "queue": SIGNED_IN, "leave_queue": SIGNED_IN}
TOKEN = {"token": []}
REFUSALS = {f"HTTP_{status}": Problem for status in (401, 403, 404, 409, 422, 503)}


def iso(moment: datetime) -> str:
    """Write a moment as the API does: UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@bp.get("/api/v1/wishes")
@spec.validate(
    resp=Response(HTTP_200=WishList, HTTP_401=Problem, HTTP_422=Problem), tags=["wishes"], skip_validation=False
)
def wall(query: WallQuery) -> dict[str, object]:
    """List open wishes, a page at a time."""
    filters = WallFilters(kind=query.kind, region=query.region, stage=query.stage, able=query.able, q=query.q)
    found = list_wall(viewer(), filters, query.cursor, limit=query.limit)
    return WishList(items=[_item(card) for card in found.cards], next=found.next).model_dump()


def _item(card: WishCard) -> WishItem:
    return WishItem(
        id=card.ref,
        title=card.title,
        kind=card.kind,
        county=card.county,
        units_wanted=card.units_wanted,
        units_left=card.units_left,
        state=card.state,
        posted_at=iso(card.posted_at),
    )


@bp.get("/api/v1/wishes/<ref>")
@spec.validate(resp=Response(HTTP_200=WishDetail, HTTP_404=Problem), tags=["wishes"])
def show(ref: str) -> dict[str, object]:
    """Give one public wish with its timeline."""
    found = get_wish(viewer(), ref)
    timeline = [
        Event(kind=line.kind, at=iso(line.at), leaf=line.number, units=line.units, to=line.to)
        for line in found.timeline
    ]
    return WishDetail(
        **_item(found.card).model_dump(),
        unit_price_fen=found.card.unit_price,
        category=found.card.category,
        beneficiary=found.card.beneficiary_kind,
        school_stage=found.card.school_stage,
        reason=found.card.reason,
        timeline=timeline,
    ).model_dump()


@bp.post("/api/v1/wishes/<ref>/pledges")
@spec.validate(resp=Response(HTTP_201=Claimed, **REFUSALS), tags=["claims"], security=TOKEN)
def claim(ref: str, json: ClaimBody) -> tuple[dict[str, object], int]:
    """Claim units of a wish; the request must carry an Idempotency-Key."""
    if viewer().once is None:
        raise Invalid("idempotency-key-needed")
    made = claims.claim(viewer(), ref, units=json.units, display=json.display)
    return _claimed(made), 201


def _claimed(made: claims.Claimed) -> dict[str, object]:
    return Claimed(
        id=made.id, state=made.state, units=made.units, wish_id=made.wish_id, act_by=made.act_by
    ).model_dump()


@bp.post("/api/v1/wishes/<ref>/queue")
@spec.validate(resp=Response("HTTP_204", **REFUSALS), tags=["waiting list"], security=TOKEN)
def queue(ref: str, json: QueueBody) -> tuple[str, int]:
    """Wait for units of a full wish."""
    waiting.join(viewer(), ref, units=json.units)
    return "", 204


@bp.delete("/api/v1/wishes/<ref>/queue")
@spec.validate(resp=Response("HTTP_204", **REFUSALS), tags=["waiting list"], security=TOKEN)
def leave_queue(ref: str) -> tuple[str, int]:
    """Leave the waiting list."""
    waiting.leave(viewer(), ref)
    return "", 204
