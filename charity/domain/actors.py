"""Who acts: an account with its rights at this moment, and, on a POST, the key that makes the request once-only."""

from dataclasses import dataclass
from enum import StrEnum

from charity.domain.regions import contains


class Role(StrEnum):
    """What a person comes to do; a right is always role x region x term."""

    DONOR = "donor"
    ORGANISATION = "organisation"
    VOLUNTEER = "volunteer"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


STAFF = frozenset({Role.VOLUNTEER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR})


class AccountKind(StrEnum):
    """A person gives as a donor; a team gives as an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role in a region whose term covers this moment."""

    role: Role
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """An idempotency key with its scope and the digest of the request's body."""

    scope: str
    method: str
    path: str
    key: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who acts or looks; account_id is 0 for a visitor and for the clock."""

    account_id: int
    ref: str
    kind: AccountKind = AccountKind.PERSON
    grants: tuple[Grant, ...] = ()
    verified: bool = False
    language: str = "zh"
    session_id: int | None = None
    proved: bool = False  # this session or token stands on a second step of signing in
    withheld: tuple[Grant, ...] = ()  # rights that wait for that second step
    is_system: bool = False
    officer_id: int | None = None  # the person who acts in an organisation's name
    acts_for: str = ""  # that organisation's name
    once: Once | None = None

    @property
    def is_signed_in(self) -> bool:
        """Say whether an account stands behind this actor."""
        return self.account_id > 0

    def has_role(self, role: Role) -> bool:
        """Say whether the actor holds a role anywhere."""
        return any(grant.role is role for grant in self.grants)

    def regions(self, *roles: Role) -> tuple[str, ...]:
        """List the regions where the actor holds one of the roles."""
        return tuple(sorted({grant.region for grant in self.grants if grant.role in roles}))

    def holds(self, role: Role, region: str) -> bool:
        """Say whether the actor holds a role in a region or in one that contains it."""
        return any(grant.role is role and contains(grant.region, region) for grant in self.grants)


VISITOR = Actor(account_id=0, ref="")
SYSTEM = Actor(account_id=0, ref="", is_system=True)
