"""Which role may do what; region scope is asked here, so that web, API and shell cannot differ."""

from charity.domain.actors import Actor, Role
from charity.domain.errors import Missing, NotPermitted, SignInNeeded

FIELD = frozenset({Role.VOLUNTEER})
TOWNSHIP = frozenset({Role.REVIEWER})
OFFICE = frozenset({Role.ADMINISTRATOR})
AUDIT = frozenset({Role.AUDITOR})

# action -> roles that may take it inside their region
ACTIONS: dict[str, frozenset[Role]] = {
    "household.register": FIELD,
    "household.open": FIELD | TOWNSHIP,
    "household.verify": TOWNSHIP,
    "payee.record": TOWNSHIP,
    "payee.tell": FIELD,
    "household.access-log": TOWNSHIP | OFFICE | AUDIT,
    "consent.record": FIELD | TOWNSHIP,
    "card.print": TOWNSHIP,
    "site.register": FIELD | TOWNSHIP | OFFICE,
    "wish.post": FIELD,
    "wish.review": TOWNSHIP,
    "wish.renew": FIELD | TOWNSHIP,
    "wish.withdraw": FIELD | TOWNSHIP,
    "wish.lower": TOWNSHIP,
    "wish.read": FIELD | TOWNSHIP | OFFICE | AUDIT,
    "parcel.receive": FIELD,
    "parcel.hand-over": FIELD,
    "parcel.return": FIELD,
    "slip.store": FIELD,
    "pledge.acknowledge": FIELD | TOWNSHIP,
    "pledge.confirm": TOWNSHIP,
    "pledge.dispute": FIELD | TOWNSHIP | AUDIT,
    "pledge.rule": AUDIT,
    "pledge.audit": OFFICE | AUDIT,
    "case.read": TOWNSHIP | OFFICE | AUDIT,
    "point.manage": OFFICE,
    "point.read": FIELD | TOWNSHIP | OFFICE | AUDIT,
    "people.grant": OFFICE,
    "people.read": OFFICE | AUDIT,
    "opinion.give": OFFICE | AUDIT,
    "produce.read": FIELD | TOWNSHIP | OFFICE | AUDIT,
    "vetting.record": OFFICE,
    "vetting.read": OFFICE | AUDIT,
    "programme.manage": OFFICE,
    "basis.read": TOWNSHIP | OFFICE | AUDIT,
    "retention.read": OFFICE | AUDIT,
    "organisation.manage": OFFICE,
    "organisation.limit": OFFICE,
    "organisation.read": OFFICE | AUDIT,
    "agreement.read": TOWNSHIP | OFFICE | AUDIT,
    "agreement.manage": OFFICE,
    "pause.manage": OFFICE,
    "queue.read": TOWNSHIP | OFFICE | AUDIT,
    "export.make": OFFICE | AUDIT,
    "wishes.import": OFFICE,
    "households.import": OFFICE,
    "responsible.record": FIELD | TOWNSHIP | OFFICE,
    "book.read": FIELD | TOWNSHIP | OFFICE | AUDIT,
    "circle.propose": FIELD | TOWNSHIP,
    "circle.review": TOWNSHIP,
    "circle.record": FIELD | TOWNSHIP,
    "circle.read": FIELD | TOWNSHIP | OFFICE | AUDIT,
    "circles.list": OFFICE,
    "match.try": OFFICE,
    "letter.bring": FIELD,
    "letter.review": TOWNSHIP,
}


def regions_for(actor: Actor, action: str) -> tuple[str, ...]:
    """List the region codes in which the actor may take an action; empty when nowhere."""
    return actor.regions(*ACTIONS[action])


def is_allowed(actor: Actor, action: str, region: str) -> bool:
    """Say whether the actor may take an action in a region."""
    return any(region.startswith(outer) for outer in regions_for(actor, action))


def may(actor: Actor, action: str, region: str) -> None:
    """Pass in silence when the actor may act in the region; otherwise the thing looks missing."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if not is_allowed(actor, action, region):
        raise Missing


def may_anywhere(actor: Actor, action: str) -> None:
    """Pass in silence when the actor may take the action in at least one region."""
    if not actor.is_signed_in:
        raise SignInNeeded
    if not regions_for(actor, action):
        raise NotPermitted("role-needed")
