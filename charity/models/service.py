"""Services: what is asked for, the date agreed and the hours given, and who was vetted to serve children."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class ServiceTerms(Base):
    """What a wish for hours says beside the hours; one for each such wish."""

    __tablename__ = "service_terms"
    __table_args__ = (CheckConstraint("first_on <= last_on", name="period"),)

    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"), primary_key=True, autoincrement=False)
    subject: Mapped[str] = mapped_column(String(24))
    mode: Mapped[str] = mapped_column(String(8))  # on-site, remote
    first_on: Mapped[date]
    last_on: Mapped[date]
    serves_children: Mapped[bool]
    second_adult_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class ServiceVisit(Base):
    """The date a giver agreed to, the hours given, and the second adult who was there, as attested."""

    __tablename__ = "service_visits"
    __table_args__ = (CheckConstraint("hours >= 1", name="hours"),)

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"), primary_key=True, autoincrement=False)
    agreed_on: Mapped[date]
    hours: Mapped[int | None]
    people: Mapped[int] = mapped_column(SmallInteger, default=1, server_default=text("1"))  # of an organisation
    logged_at: Mapped[datetime | None] = mapped_column(Instant)
    second_adult_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class ServiceDay(Base):
    """One more day agreed for a claim, after the one its visit names; gone from here when its turn comes."""

    __tablename__ = "service_days"

    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"), primary_key=True, autoincrement=False)
    meets_on: Mapped[date] = mapped_column(primary_key=True)


class Skill(Base):
    """What a donor said he can give: a subject, how, and when; his own to see, to change and to delete."""

    __tablename__ = "skills"

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True, autoincrement=False)
    subjects: Mapped[str] = mapped_column(String(300))  # codes with spaces between them
    modes: Mapped[str] = mapped_column(String(20), default="")
    weekdays: Mapped[str] = mapped_column(String(20), default="")  # 1 Monday to 7 Sunday
    hours: Mapped[int | None] = mapped_column(SmallInteger)  # in a week
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Vetting(Base):
    """That somebody was vetted to serve children: under which real name, by whom, in which region, until when."""

    __tablename__ = "vettings"
    __table_args__ = (UniqueConstraint("ref"), Index(None, "account_id"), Index(None, "region_code"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    region_code: Mapped[str] = mapped_column(String(12))
    real_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    proof: Mapped[str] = mapped_column(String(24))
    vetted_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    vetted_at: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[date]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


def adult_place(wish_ref: str) -> str:
    """Name the place to which the second adult of a wish is bound."""
    return f"service_terms.second_adult:{wish_ref}"


def attested_place(pledge_ref: str) -> str:
    """Name the place to which the second adult of a visit is bound."""
    return f"service_visits.second_adult:{pledge_ref}"


def real_name_place(ref: str) -> str:
    """Name the place to which the real name of a vetting is bound."""
    return f"vettings.real_name:{ref}"
