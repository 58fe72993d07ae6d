"""Organisations, their people, what was done in their name, money they receive, and agreements with places."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from charity.adapters.db import Base, Id, Instant

_INSIDE = text("left_at IS NULL")
_STANDS = text("state IN ('applied', 'verified')")


class Organisation(Base):
    """A registered organisation; once verified, an account of its own gives in its name."""

    __tablename__ = "organisations"
    __table_args__ = (
        UniqueConstraint("ref"),
        UniqueConstraint("account_id"),
        UniqueConstraint("code_digest"),
        Index("ix_organisations_state_region", "state", "region_code"),
        Index("uq_organisations_number", "number", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
        CheckConstraint("state in ('applied', 'verified', 'refused', 'ended')", name="state"),
        CheckConstraint("state <> 'verified' OR account_id IS NOT NULL", name="account"),
        CheckConstraint("NOT takes_money OR bank_sealed IS NOT NULL", name="bank"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    name: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(18))  # unified social credit code: public by law
    kind: Mapped[str] = mapped_column(String(12))
    region_code: Mapped[str] = mapped_column(String(12))  # the office that was asked to look at it
    contact_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    phone_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    email_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    email_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    bank_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(12))
    takes_money: Mapped[bool] = mapped_column(default=False)
    is_vetted: Mapped[bool] = mapped_column(default=False)  # for services to children, with a record of vetting
    vetted_on: Mapped[date | None]
    vetting_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    applied_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    applied_at: Mapped[datetime] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(20), default="")
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    code_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    code_expires_at: Mapped[datetime | None] = mapped_column(Instant)


class OrganisationPerson(Base):
    """Somebody's time in an organisation; whoever comes back, or is counted from now on, gets a row of his own."""

    __tablename__ = "organisation_people"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index(
            "uq_organisation_people_inside",
            "organisation_id",
            "account_id",
            unique=True,
            sqlite_where=_INSIDE,
            postgresql_where=_INSIDE,
        ),
        Index("ix_organisation_people_account", "account_id"),
        CheckConstraint("part in ('officer', 'member')", name="part"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    part: Mapped[str] = mapped_column(String(8))
    is_counted: Mapped[bool] = mapped_column(default=False)  # his gifts of this time count on its public page
    joined_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)


class OrganisationAct(Base):
    """Which officer did what in an organisation's name; append-only."""

    __tablename__ = "organisation_acts"
    __table_args__ = (Index("ix_organisation_acts_account", "account_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))  # the organisation's
    officer_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    act: Mapped[str] = mapped_column(String(40))
    done_at: Mapped[datetime] = mapped_column(Instant)


class WishReceiver(Base):
    """Which organisation receives the money of a wish of kind money."""

    __tablename__ = "wish_receivers"
    __table_args__ = (Index("ix_wish_receivers_organisation", "organisation_id"),)

    wish_id: Mapped[int] = mapped_column(ForeignKey("wishes.id"), primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))


class BankShown(Base):
    """Which donor saw an organisation's account for which pledge; append-only."""

    __tablename__ = "banks_shown"
    __table_args__ = (Index("ix_banks_shown_pledge", "pledge_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    shown_at: Mapped[datetime] = mapped_column(Instant)


class Payout(Base):
    """The document of a payment to a household, or of a refund to the donor; the newest of each counts.

    An undone payment keeps its row.
    """

    __tablename__ = "payouts"
    __table_args__ = (
        Index("ix_payouts_pledge", "pledge_id"),
        Index("ix_payouts_document", "document_digest"),
        Index("ix_payouts_payee", "payee_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    pledge_id: Mapped[int] = mapped_column(ForeignKey("pledges.id"))
    document_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    document_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    is_refund: Mapped[bool] = mapped_column(default=False, server_default=false())
    payee_id: Mapped[int | None] = mapped_column(ForeignKey("payees.id"))  # the family's account it went to
    paid_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    paid_at: Mapped[datetime] = mapped_column(Instant)


class Agreement(Base):
    """A pairing agreement between an organisation and a village, township or county."""

    __tablename__ = "agreements"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index("ix_agreements_organisation", "organisation_id"),
        Index("ix_agreements_region", "region_code"),
        CheckConstraint("state in ('proposed', 'running', 'declined', 'ended')", name="state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    region_code: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    commitments: Mapped[str] = mapped_column(String(300))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Milestone(Base):
    """One promised step of an agreement, and when the place's side saw it met."""

    __tablename__ = "agreement_milestones"
    __table_args__ = (
        UniqueConstraint("ref"),
        Index("ix_agreement_milestones_agreement", "agreement_id"),
        Index("ix_agreement_milestones_due", "due_on"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(13))
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"))
    title: Mapped[str] = mapped_column(String(80))
    due_on: Mapped[date]
    met_at: Mapped[datetime | None] = mapped_column(Instant)
    met_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))


def place(organisation_ref: str, field: str) -> str:
    """Name the place to which a sealed field of an organisation is bound."""
    return f"organisations.{field}:{organisation_ref}"
