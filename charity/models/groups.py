"""Groups that hold seats together: who answers for them, the accounts that joined, and young members by a word."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant
from charity.domain.groups import MOST_MEMBERS, MOST_YOUNG

_INSIDE = text("left_at IS NULL")
_LIVES = text("dissolved_at IS NULL")


class Group(Base):
    """A class or a team; its counters change by conditional UPDATE only, its code is kept as a keyed digest."""

    __tablename__ = "giving_groups"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("code_digest"),
        CheckConstraint(f"members BETWEEN 0 AND {MOST_MEMBERS}", name="members"),
        CheckConstraint(f"young BETWEEN 0 AND {MOST_YOUNG}", name="young"),
        CheckConstraint("deputy_id IS NULL OR deputy_id <> founder_id", name="deputy"),
        Index("ix_giving_groups_founder", "founder_id", sqlite_where=_LIVES, postgresql_where=_LIVES),
        Index("ix_giving_groups_deputy", "deputy_id", sqlite_where=_LIVES, postgresql_where=_LIVES),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(20))  # drawn, never typed
    founder_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))  # the adult who answers for its promises
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    deputy_agreed_at: Mapped[datetime | None] = mapped_column(Instant)
    code_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    code_expires_at: Mapped[datetime | None] = mapped_column(Instant)
    members: Mapped[int] = mapped_column(default=0)
    young: Mapped[int] = mapped_column(default=0)
    founded_at: Mapped[datetime] = mapped_column(Instant)
    dissolved_at: Mapped[datetime | None] = mapped_column(Instant)


class GroupMember(Base):
    """An adult's time in a group; whoever comes back gets a row of his own."""

    __tablename__ = "group_members"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(
            "uq_group_members_inside",
            "group_id",
            "account_id",
            unique=True,
            sqlite_where=_INSIDE,
            postgresql_where=_INSIDE,
        ),
        Index("ix_group_members_account", "account_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    group_id: Mapped[int] = mapped_column(ForeignKey("giving_groups.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    joined_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)


class YoungMember(Base):
    """Somebody under 18 for whom an adult member acts: a word of the list and nothing else; the row goes with him."""

    __tablename__ = "young_members"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("group_id", "name"),
        Index("ix_young_members_adult", "adult_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    group_id: Mapped[int] = mapped_column(ForeignKey("giving_groups.id"))
    adult_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(String(20))
    added_at: Mapped[datetime] = mapped_column(Instant)
