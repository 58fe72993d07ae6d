"""The caller's inbox over the API."""

from flask import Blueprint
from spectree import Response

from charity.adapters.crypto import digest
from charity.api.shapes import Inbox, InboxQuery, NoticeItem, Problem
from charity.api.spec import spec
from charity.api.wishes import TOKEN, iso
from charity.queries.inbox import NoticeCard, list_notices
from charity.web.kit.doors import SIGNED_IN
from charity.web.kit.viewer import viewer

bp = Blueprint("api_inbox", __name__)
DOORS = {"mine": SIGNED_IN}
ID_LENGTH = 16


@bp.get("/api/v1/me/inbox")
@spec.validate(resp=Response(HTTP_200=Inbox, HTTP_401=Problem, HTTP_422=Problem), tags=["me"], security=TOKEN)
def mine(query: InboxQuery) -> dict[str, object]:
    """List what the caller was told, newest first, in the language asked for."""
    found = list_notices(viewer(), cursor=query.cursor or "")
    return Inbox(items=[_item(card) for card in found.notices], next=found.next).model_dump()


def _item(card: NoticeCard) -> NoticeItem:
    return NoticeItem(
        id=digest("notice", str(card.id)).hex()[:ID_LENGTH],  # rows are counted; the id of a notice is not
        kind=card.kind,
        subject=card.subject,
        body=card.body,
        at=iso(card.made_at),
        is_read=card.is_read,
    )
