"""The inbox: what an account was told, newest first, in the language of the reader."""

import json
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor
from charity.domain.errors import SignInNeeded
from charity.models.outbox import Notice
from charity.queries.cursors import find_hidden_number, hide_number
from charity.queries.notices import path_of, words_of

PAGE = 30
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class NoticeCard:
    """One notice in words, and the page it is about (empty when there is none)."""

    id: int
    kind: str
    subject: str
    body: str
    path: str
    made_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """A page of the inbox, and where the next one begins."""

    notices: tuple[NoticeCard, ...]
    next: str | None


def list_notices(viewer: Actor, *, cursor: str = "", limit: int = PAGE) -> InboxPage:
    """List the viewer's own notices, newest first, from a cursor on."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    query = select(Notice).where(Notice.account_id == viewer.account_id).order_by(Notice.id.desc()).limit(limit + 1)
    after = find_hidden_number(cursor, place=_place(viewer))
    if after is not None:
        query = query.where(Notice.id < after)
    rows = reading().scalars(query).all()
    return InboxPage(
        notices=tuple(_card(row) for row in rows[:limit]),
        next=hide_number(rows[limit - 1].id, place=_place(viewer)) if len(rows) > limit else None,
    )


def _place(viewer: Actor) -> str:
    return f"notices.id:{viewer.ref}"


def mark_of(viewer: Actor, notice: NoticeCard | None) -> str:
    """Write down up to which notice a page of the inbox was shown."""
    return hide_number(0 if notice is None else notice.id, place=_place(viewer))


def read_mark(viewer: Actor, text: str) -> int:
    """Read the mark of the viewer's own inbox; 0, which is before every notice, for anything else."""
    return find_hidden_number(text, place=_place(viewer)) or 0


def _card(row: Notice) -> NoticeCard:
    params: dict[str, str | int] = json.loads(row.params)
    try:
        subject, body = words_of(row.kind, params)
    except (KeyError, ValueError):  # told by a newer or an older version of the program
        subject, body = _("A notice"), _("This notice cannot be shown in words any more.")
    return NoticeCard(
        id=row.id,
        kind=row.kind,
        subject=subject,
        body=body,
        path=path_of(row.kind, params),
        made_at=row.made_at,
        is_read=row.read_at is not None,
    )


def count_unread(viewer: Actor) -> int:
    """Count the viewer's unread notices, up to a hundred."""
    if not viewer.is_signed_in:
        return 0
    unread = (
        select(Notice.id)
        .where(Notice.account_id == viewer.account_id, Notice.read_at.is_(None))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return reading().scalar(select(func.count()).select_from(unread)) or 0


def unread_badge(viewer: Actor) -> int:
    """Count for the menu of every page; a comfort that is never the reason why a page (of an error, even) fails."""
    try:
        return count_unread(viewer)
    except SQLAlchemyError:
        end_reading()
        return 0
