"""The menus: where everybody can go, and each role's own work. An entry shows once its page exists.

A telephone shows the places in front and keeps the others one touch away; a desk shows them all.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import current_app
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.routing import MapAdapter

from charity.domain.actors import Actor, Role


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One place to go; is_here marks the reader's own place, in_front what a telephone shows at once."""

    text: LazyString
    url: str
    is_here: bool
    in_front: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in a menu and the roles that see it; none means everybody."""

    text: LazyString
    url: str
    roles: frozenset[Role] = frozenset()


PUBLIC = (
    Entry(_l("Wishes"), "/wishes"),
    Entry(_l("Board"), "/boards"),
    Entry(_l("Book"), "/book"),
    Entry(_l("Figures"), "/figures"),
)
VISITOR = (Entry(_l("Sign in"), "/sign-in"),)
ACCOUNT = (Entry(_l("Inbox"), "/inbox"), Entry(_l("My account"), "/account"))
DESK = (  # work for others first: a volunteer's phone is small
    Entry(_l("Today"), "/desk/today", frozenset({Role.VOLUNTEER})),
    Entry(_l("Households"), "/households", frozenset({Role.VOLUNTEER, Role.REVIEWER})),
    Entry(_l("Wishes I posted"), "/desk/wishes", frozenset({Role.VOLUNTEER})),
    Entry(_l("Produce of the village"), "/desk/produce", frozenset({Role.VOLUNTEER, Role.REVIEWER})),
    Entry(_l("Circles of my families"), "/desk/circles", frozenset({Role.VOLUNTEER})),
    Entry(_l("Parcels"), "/desk/parcels", frozenset({Role.VOLUNTEER, Role.REVIEWER})),
    Entry(_l("Reviews"), "/reviews", frozenset({Role.REVIEWER})),
    Entry(_l("Circles"), "/reviews/circles", frozenset({Role.REVIEWER})),
    Entry(_l("Confirmations"), "/confirmations", frozenset({Role.REVIEWER})),
    Entry(_l("Accounts for payments"), "/payees", frozenset({Role.REVIEWER})),
    Entry(_l("Pairing agreements"), "/agreements/milestones", frozenset({Role.REVIEWER})),
    Entry(
        _l("Register books"),
        "/registers",
        frozenset({Role.VOLUNTEER, Role.REVIEWER, Role.ADMINISTRATOR, Role.AUDITOR}),
    ),
    Entry(_l("Legal basis"), "/basis", frozenset({Role.REVIEWER, Role.AUDITOR})),
    Entry(_l("Administration"), "/admin", frozenset({Role.ADMINISTRATOR})),
    Entry(_l("Audit"), "/audit", frozenset({Role.AUDITOR})),
    Entry(_l("My giving"), "/giving"),
    Entry(_l("My claims"), "/pledges"),
    Entry(_l("My intentions"), "/intentions"),
    Entry(_l("My circles"), "/seats"),
    Entry(_l("My organisations"), "/organisations/mine"),
)
FRONT = {  # what each role goes to most; whoever has several roles sees the first few of all of them
    Role.VOLUNTEER: ("/desk/today", "/households", "/desk/parcels"),
    Role.REVIEWER: ("/reviews", "/confirmations", "/households"),
    Role.ADMINISTRATOR: ("/admin", "/registers"),
    Role.AUDITOR: ("/audit", "/registers"),
}
GIVERS_FRONT = ("/giving", "/pledges")
MOST_IN_FRONT = 5  # beside the inbox, in two rows of a telephone
INBOX = "/inbox"
EVERYBODYS = frozenset(entry.url for entry in (*DESK, *ACCOUNT) if not entry.roles)


def menu_of(viewer: Actor, path: str) -> tuple[MenuItem, ...]:
    """List the places for everybody, and for a visitor the way in."""
    return _items((*PUBLIC, *(() if viewer.is_signed_in else VISITOR)), path)


def desk_of(viewer: Actor, path: str) -> tuple[MenuItem, ...]:
    """List the work of the viewer's roles, the inbox and the account."""
    if not viewer.is_signed_in:
        return ()
    roles = {grant.role for grant in viewer.grants}
    items = _items((*(entry for entry in DESK if not entry.roles or entry.roles & roles), *ACCOUNT), path)
    return _with_front(items, roles)


def _with_front(items: tuple[MenuItem, ...], roles: set[Role]) -> tuple[MenuItem, ...]:
    wanted = {url for role in roles for url in FRONT.get(role, ())} or set(GIVERS_FRONT)
    front = [*[item.url for item in items if item.url in wanted][:MOST_IN_FRONT], INBOX]
    return tuple(replace(item, in_front=item.url in front) for item in items)


def _items(entries: Iterable[Entry], path: str) -> tuple[MenuItem, ...]:
    routes = current_app.url_map.bind("")
    there = [entry for entry in entries if _exists(routes, entry.url)]
    around = [entry.url for entry in there if path == entry.url or path.startswith(f"{entry.url}/")]
    here = max(around, key=len, default=None)  # a room within a room is the nearer place
    return tuple(MenuItem(entry.text, entry.url, entry.url == here) for entry in there)


def _exists(routes: MapAdapter, url: str) -> bool:
    return routes.test(url, method="GET")
