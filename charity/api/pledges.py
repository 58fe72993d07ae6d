"""Pledges over the API: the caller's own, the acts, and offers."""

from collections.abc import Callable

from flask import Blueprint, request
from spectree import Response

from charity.api.shapes import AcceptBody, ActBody, Acted, Claimed, OwnQuery, PledgeItem, PledgeList, Problem
from charity.api.spec import spec
from charity.api.wishes import REFUSALS, TOKEN, iso
from charity.domain.errors import Invalid, Missing
from charity.domain.slips import SlipCheck
from charity.queries.pledges.cards import PledgeCard
from charity.queries.pledges.own import get_card, list_own
from charity.services.pledges import acknowledge, cases, confirm, moves, plan, receive, rule, saying, send, waiting
from charity.services.pledges.produce import Buyer
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.pictures import with_photo
from charity.web.kit.viewer import viewer

bp = Blueprint("api_pledges", __name__)
DOORS = {
    "mine": SIGNED_IN,
    "show": SIGNED_IN,
    "take": SIGNED_IN,
    "slip": SIGNED_IN,
    "accept": SIGNED_IN,
    "decline": SIGNED_IN,
}


def item(card: PledgeCard) -> PledgeItem:
    """Give a pledge of the caller's own as the API shows it."""
    return PledgeItem(
        id=card.ref,
        wish_id=card.wish,
        title=card.title,
        kind=card.kind,
        units=card.units,
        amount_fen=card.amount_fen,
        state=card.state,
        must_act=card.must_act,
        act_by=None if card.act_by is None else iso(card.act_by),
        claimed_at=iso(card.claimed_at),
        confirmed_at=None if card.confirmed_at is None else iso(card.confirmed_at),
    )


@bp.get("/api/v1/me/pledges")
@spec.validate(resp=Response(HTTP_200=PledgeList, HTTP_401=Problem, HTTP_422=Problem), tags=["me"], security=TOKEN)
def mine(query: OwnQuery) -> dict[str, object]:
    """List the caller's own pledges."""
    found = list_own(viewer(), is_open=query.open, cursor=query.cursor)
    return PledgeList(items=[item(card) for card in found.cards], next=found.next).model_dump()


@bp.get("/api/v1/pledges/<ref>")
@spec.validate(resp=Response(HTTP_200=PledgeItem, HTTP_401=Problem, HTTP_404=Problem), tags=["pledges"], security=TOKEN)
def show(ref: str) -> dict[str, object]:
    """Give one of the caller's own pledges."""
    return item(get_card(viewer(), ref)).model_dump()


def _extend(ref: str, _body: ActBody) -> moves.Acted:
    return plan.extend(viewer(), ref)


def _cancel(ref: str, _body: ActBody) -> moves.Acted:
    return plan.cancel(viewer(), ref)


def _plan(ref: str, body: ActBody) -> moves.Acted:
    buyer = Buyer(recipient=body.recipient, phone=body.phone, address=body.address)
    return plan.plan(
        viewer(),
        ref,
        method=body.method,
        made_to_order=body.made_to_order,
        day=body.day,
        more_days=body.more_days,
        buyer=buyer,
    )


def _send(ref: str, body: ActBody) -> moves.Acted:
    return send.send(
        viewer(),
        ref,
        courier=body.courier,
        tracking=body.tracking,
        shop_order=body.shop_order,
        hours=body.hours,
        people=body.people,
        next_on=body.next_on,
        is_last=body.is_last,
        income_fen=body.income_fen,
    )


def _receive(ref: str, body: ActBody) -> moves.Acted:
    return receive.receive(viewer(), ref, units=body.units, family_away=body.family_away)


def _hand_over(ref: str, body: ActBody) -> moves.Acted:
    return receive.hand_over(viewer(), ref, second_adult=body.second_adult, document=body.document)


def _undo(ref: str, _body: ActBody) -> moves.Acted:
    return receive.undo(viewer(), ref)


def _return(ref: str, body: ActBody) -> moves.Acted:
    return receive.return_(
        viewer(), ref, reason=body.reason, courier=body.courier, tracking=body.tracking, document=body.document
    )


def _acknowledge(ref: str, body: ActBody) -> moves.Acted:
    return acknowledge.acknowledge(viewer(), ref, code=body.code)


def _confirm(ref: str, body: ActBody) -> moves.Acted:
    # Whoever names the slip as his basis here says that he has checked it; what he checked may be told one by one.
    checks = frozenset(SlipCheck) if body.checks is None else frozenset(body.checks)
    return confirm.confirm(
        viewer(), ref, basis=body.basis, checks=checks, override_reason=body.reason, income_fen=body.income_fen
    )


def _dispute(ref: str, body: ActBody) -> moves.Acted:
    return cases.dispute(viewer(), ref, reason=body.reason, words=body.words)


def _rule(ref: str, body: ActBody) -> moves.Acted:
    return rule.rule(viewer(), ref, ruling=body.ruling, grounds=body.grounds)


def _appeal(ref: str, body: ActBody) -> moves.Acted:
    return cases.appeal(viewer(), ref, grounds=body.grounds)


def _say_transfer(ref: str, body: ActBody) -> moves.Acted:
    return saying.say_transfer(viewer(), ref, was_sent=body.was_sent, sent_on=body.sent_on, receipt=body.receipt)


ACTS: dict[str, Callable[[str, ActBody], moves.Acted]] = {
    "plan": _plan,
    "cancel": _cancel,
    "extend": _extend,
    "send": _send,
    "receive": _receive,
    "hand-over": _hand_over,
    "undo": _undo,
    "return": _return,
    "acknowledge": _acknowledge,
    "confirm": _confirm,
    "dispute": _dispute,
    "rule": _rule,
    "appeal": _appeal,
    "say-transfer": _say_transfer,
}


@bp.post("/api/v1/pledges/<ref>/<act>")
@spec.validate(resp=Response(HTTP_200=Acted, **REFUSALS), tags=["pledges"], security=TOKEN)
def take(ref: str, act: str, json: ActBody) -> dict[str, object]:
    """Take an act on a pledge: plan, cancel, extend, send, receive, hand-over, undo, return, acknowledge and so on."""
    if act not in ACTS:
        raise Missing
    return _acted(ACTS[act](ref, json))


def _acted(done: moves.Acted) -> dict[str, object]:
    return Acted(id=done.id, state=done.state, units=done.units, act_by=done.act_by).model_dump()


@bp.post("/api/v1/pledges/<ref>/slip")
@spec.validate(resp=Response(HTTP_200=Acted, **REFUSALS), tags=["pledges"], security=TOKEN)
def slip(ref: str) -> dict[str, object]:
    """File a slip: multipart, its picture as photo, the name of its witness (for a site its signer) as witness."""
    upload = request.files.get("photo")
    if upload is None or not upload.filename:
        raise Invalid("photo-empty", field="photo")
    done = with_photo(
        upload,
        lambda photo: confirm.store_slip(
            viewer(),
            ref,
            storage_key=photo.key if photo else "",
            sha256=photo.sha256 if photo else "",
            look=photo.dhash if photo else "",
            width=photo.width if photo else 0,
            height=photo.height if photo else 0,
            witness=request.form.get("witness", ""),
            witness_role=request.form.get("witness_role", ""),
            signer=request.form.get("signer", ""),
        ),
        may_hold_codes=True,
    )
    return _acted(done)


@bp.post("/api/v1/offers/<ref>/accept")
@spec.validate(resp=Response(HTTP_201=Claimed, **REFUSALS), tags=["waiting list"], security=TOKEN)
def accept(ref: str, json: AcceptBody) -> tuple[dict[str, object], int]:
    """Accept an offer: its reserved units become a pledge."""
    made = waiting.accept(viewer(), ref, display=json.display)
    body = Claimed(id=made.id, state=made.state, units=made.units, wish_id=made.wish_id, act_by=made.act_by)
    return body.model_dump(), 201


@bp.post("/api/v1/offers/<ref>/decline")
@spec.validate(resp=Response("HTTP_204", **REFUSALS), tags=["waiting list"], security=TOKEN)
def decline(ref: str) -> tuple[str, int]:
    """Decline an offer; it goes to the next who waits."""
    waiting.decline(viewer(), ref)
    return "", 204
