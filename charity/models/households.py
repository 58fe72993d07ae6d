"""The register: households, their members and dated facts. Everything personal is sealed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant


class Household(Base):
    """A registered family: public by alias and county only."""

    __tablename__ = "households"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(None, "region_code"),
        Index(None, "county", "id"),
        Index(None, "phone_digest"),
        Index(None, "head_digest"),
        CheckConstraint("open_wishes >= 0", name="open_wishes"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    alias: Mapped[str] = mapped_column(String(40))
    region_code: Mapped[str] = mapped_column(String(12))
    county: Mapped[str] = mapped_column(String(6))
    category: Mapped[str] = mapped_column(String(24))
    life_state: Mapped[str] = mapped_column(String(16), default="identified")
    life_since: Mapped[datetime | None] = mapped_column(Instant)  # None: since it was registered
    head_name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    head_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    address_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    relative_phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    relative_phone_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    registered_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    registered_at: Mapped[datetime] = mapped_column(Instant)
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    verified_at: Mapped[datetime | None] = mapped_column(Instant)
    open_wishes: Mapped[int] = mapped_column(default=0)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)


class Member(Base):
    """A person of a household; a child is a member under 18."""

    __tablename__ = "members"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("id_digest"),
        Index(None, "household_id"),
        Index(None, "name_digest"),
        CheckConstraint("open_wishes >= 0", name="open_wishes"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    alias: Mapped[str] = mapped_column(String(40))
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    name_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    id_number_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    id_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    birth_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sex_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    relation: Mapped[str] = mapped_column(String(16))
    school_stage: Mapped[str | None] = mapped_column(String(16))
    stage_on: Mapped[date | None]  # when somebody last said so; see domain/school.py
    open_wishes: Mapped[int] = mapped_column(default=0)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)


class ChildYear(Base):
    """What wishes of one child ask for in one calendar year, in fen."""

    __tablename__ = "child_years"
    __table_args__ = (CheckConstraint("amount_fen >= 0", name="amount_fen"),)

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    amount_fen: Mapped[int] = mapped_column(Id, default=0)


class Fact(Base):
    """One dated fact of the six groups; append-only, the newest of a key is the present."""

    __tablename__ = "facts"
    __table_args__ = (Index(None, "household_id", "group_code", "key"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    group_code: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(24))
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    as_of: Mapped[date]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class Consent(Base):
    """Who allowed (or withdrew) which use of whose data, until when; append-only."""

    __tablename__ = "consents"
    __table_args__ = (Index(None, "household_id", "member_id", "purpose"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    purpose: Mapped[str] = mapped_column(String(24))
    audience: Mapped[str] = mapped_column(String(16))
    is_granted: Mapped[bool]
    given_by: Mapped[str] = mapped_column(String(24))  # relation of the giver: self, parent, guardian, carer
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))  # the elder, where he lives with the family
    child_agrees: Mapped[bool | None]
    parent_agreed: Mapped[bool] = mapped_column(default=False)
    valid_until: Mapped[date | None]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class LookAlike(Base):
    """A family or person registered although somebody like them stands in the register: why, and who cleared it."""

    __tablename__ = "look_alikes"
    __table_args__ = (UniqueConstraint("ref"), Index(None, "household_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"))
    other_household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    cleared_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    cleared_at: Mapped[datetime | None] = mapped_column(Instant)
    clearing_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class FileOpened(Base):
    """Who opened a household's file, for which purpose, until when; written before it shows."""

    __tablename__ = "files_opened"
    __table_args__ = (Index(None, "household_id"), Index(None, "account_id", "household_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    purpose: Mapped[str] = mapped_column(String(24))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    open_until: Mapped[datetime] = mapped_column(Instant)


class CodeCard(Base):
    """A printed card of single-use codes; the codes themselves are never kept."""

    __tablename__ = "code_cards"
    __table_args__ = (UniqueConstraint("ref"), Index(None, "household_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    printed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    printed_at: Mapped[datetime] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)


class CardCode(Base):
    """One code of a card, as a keyed digest."""

    __tablename__ = "card_codes"
    __table_args__ = (UniqueConstraint("card_id", "position"), Index(None, "household_id", "code_digest"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("code_cards.id"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    position: Mapped[int]
    code_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledges.id"))


class PooledAct(Base):
    """An act on a household that has entered the county's pool; gone when somebody has taken it."""

    __tablename__ = "pooled_acts"

    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True)
    act: Mapped[str] = mapped_column(String(16), primary_key=True)  # verify, print-card
    entered_at: Mapped[datetime] = mapped_column(Instant)


class HouseholdSide(Base):
    """On which side of a beneficiary somebody last acted; nobody acts on two within a term."""

    __tablename__ = "household_sides"
    __table_args__ = (Index(None, "beneficiary"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    beneficiary: Mapped[str] = mapped_column(String(20), primary_key=True)
    side: Mapped[str] = mapped_column(String(12), primary_key=True)
    last_at: Mapped[datetime] = mapped_column(Instant)
