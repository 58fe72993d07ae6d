"""What an account sees of itself: its profile, sessions, tokens and rights."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from charity.adapters import clock
from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.documents import AGREED_AT_SIGN_UP, VERSIONS
from charity.domain.errors import SignInNeeded
from charity.models.accounts import Account, AccountSession, ApiToken, RoleGrant, TermsAccepted
from charity.models.cases import Case
from charity.models.names_down import find_name_down


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One's own profile, opened for oneself."""

    ref: str
    kind: str
    nickname: str
    public_name: str
    email: str
    email_verified: bool
    phone: str
    phone_verified: bool
    language: str
    by_mail: bool
    by_sms: bool
    pseudonym: str
    created_at: datetime
    open_pledges: int
    confirmed_pledges: int


@dataclass(frozen=True, slots=True)
class SessionCard:
    """One running session as its owner sees it."""

    id: int
    device: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class TokenCard:
    """One API token as its owner sees it."""

    id: int
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class OwnGrant:
    """One of one's own roles, running or to come."""

    role: str
    region: str
    starts_on: date
    ends_on: date | None


def has_terms_to_accept(viewer: Actor) -> bool:
    """Say whether a document in force is newer than what the viewer has accepted of it."""
    if not viewer.is_signed_in:
        return False
    rows = reading().execute(
        select(TermsAccepted.document, func.max(TermsAccepted.version))
        .where(TermsAccepted.account_id == viewer.account_id)
        .group_by(TermsAccepted.document)
    )
    accepted = {document: version for document, version in rows}
    return any(accepted.get(document.value, "") < VERSIONS[document] for document in AGREED_AT_SIGN_UP)


@dataclass(frozen=True, slots=True)
class NameTaken:
    """That one's names were taken out of sight: by which case, why, since when, and whether one disagreed."""

    case: str
    reason: str
    at: datetime
    objected_at: datetime | None


def find_name_taken(viewer: Actor) -> NameTaken | None:
    """Say whether a concern keeps the viewer's names out of sight."""
    found = find_name_down(reading(), viewer.account_id)
    if found is None:
        return None
    down, taken = found
    case = reading().get_one(Case, taken.case_id)
    return NameTaken(case.ref, case.reason, taken.taken_at, down.objected_at)


def get_own_account(viewer: Actor) -> OwnAccount:
    """Give the viewer's own profile."""
    row = reading().get(Account, viewer.account_id) if viewer.is_signed_in else None
    if row is None:
        raise SignInNeeded
    return OwnAccount(
        ref=row.ref,
        kind=row.kind,
        nickname=row.nickname,
        public_name=open_field(row.public_name_sealed, "public_name", row.ref),
        email=open_field(row.email_sealed, "email", row.ref),
        email_verified=row.email_verified_at is not None,
        phone=open_field(row.phone_sealed, "phone", row.ref),
        phone_verified=row.phone_verified_at is not None,
        language=row.language,
        by_mail=row.by_mail,
        by_sms=row.by_sms,
        pseudonym=row.pseudonym,
        created_at=row.created_at,
        open_pledges=row.open_pledges,
        confirmed_pledges=row.confirmed_pledges,
    )


def open_field(sealed: bytes | None, column: str, ref: str) -> str:
    """Open a sealed field of an account; an empty one is empty."""
    return "" if sealed is None else unseal(sealed, place=f"accounts.{column}:{ref}")


def list_sessions(viewer: Actor) -> list[SessionCard]:
    """List the viewer's running sessions, the latest used first."""
    rows = reading().execute(
        select(AccountSession.id, AccountSession.device, AccountSession.created_at, AccountSession.seen_at)
        .where(
            AccountSession.account_id == viewer.account_id,
            AccountSession.ended_at.is_(None),
            AccountSession.expires_at > clock.now(),
        )
        .order_by(AccountSession.seen_at.desc(), AccountSession.id.desc())
    )
    return [SessionCard(*row, is_this=row.id == viewer.session_id) for row in rows]


def list_tokens(viewer: Actor) -> list[TokenCard]:
    """List the viewer's running API tokens, the newest first."""
    rows = reading().execute(
        select(ApiToken.id, ApiToken.name, ApiToken.created_at)
        .where(ApiToken.account_id == viewer.account_id, ApiToken.ended_at.is_(None))
        .order_by(ApiToken.id.desc())
    )
    return [TokenCard(*row) for row in rows]


def list_own_grants(viewer: Actor) -> list[OwnGrant]:
    """List the viewer's roles that were not revoked, with their terms."""
    rows = reading().execute(
        select(RoleGrant.role, RoleGrant.region_code, RoleGrant.starts_on, RoleGrant.ends_on)
        .where(RoleGrant.account_id == viewer.account_id, RoleGrant.revoked_at.is_(None))
        .order_by(RoleGrant.starts_on.desc(), RoleGrant.id.desc())
    )
    return [OwnGrant(*row) for row in rows]
