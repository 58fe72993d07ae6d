"""Every door is on the list: which endpoint opens for whom. An endpoint without a door stops the start."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, request

from charity.domain.actors import Actor, Role
from charity.domain.errors import NotPermitted, SignInNeeded


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come in: anybody, anybody signed in, or the holders of a role (its region is checked inside)."""

    is_open: bool = False
    roles: frozenset[Role] = frozenset()


OPEN = Door(is_open=True)
SIGNED_IN = Door()


def roles(*allowed: Role) -> Door:
    """Make a door for the holders of one of these roles."""
    return Door(roles=frozenset(allowed))


def door_of(given: Door | frozenset[Role]) -> Door:
    """Read a door as rooms declare it: a Door, or simply a set of roles."""
    return given if isinstance(given, Door) else Door(roles=frozenset(given))


class Doors:
    """The list of all doors of an application."""

    def __init__(self) -> None:
        self._doors: dict[str, Door] = {"static": OPEN}

    def add(self, blueprint: str, doors: Mapping[str, Door | frozenset[Role]]) -> None:
        """Put the doors of one blueprint on the list, by their endpoints' short names."""
        for name, door in doors.items():
            self._doors[f"{blueprint}.{name}"] = door_of(door)

    def check(self, app: Flask) -> None:
        """Refuse to start with an endpoint that has no door, or a door without an endpoint."""
        endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
        if missing := sorted(endpoints - self._doors.keys()):
            raise RuntimeError(f"endpoints without a door: {', '.join(missing)}")
        if spare := sorted(self._doors.keys() - endpoints - {"static"}):
            raise RuntimeError(f"doors without an endpoint: {', '.join(spare)}")

    def of(self, endpoint: str) -> Door:
        """Give the door of an endpoint."""
        return self._doors[endpoint]

    def all(self) -> Mapping[str, Door]:
        """Give the whole list."""
        return dict(self._doors)


def pass_door(door: Door, viewer: Actor) -> None:
    """Let the viewer through in silence, or raise."""
    if door.is_open:
        return
    if not viewer.is_signed_in:
        raise SignInNeeded
    if door.roles and not any(viewer.has_role(role) for role in door.roles):
        is_held_back = any(grant.role in door.roles for grant in viewer.withheld)
        raise NotPermitted("second-step-needed" if is_held_back else "role-needed")


# Rooms about the person himself: shut while he acts in an organisation's name, whose account is not his to change.
OWN_ROOMS = "account_"
OPEN_TO_OFFICERS = frozenset({"account_inbox", "account_sign_out"})


def pass_own_room(endpoint: str, viewer: Actor) -> None:
    """Refuse somebody who acts in an organisation's name the rooms about a person's own account."""
    room = endpoint.partition(".")[0]
    if viewer.officer_id is not None and room.startswith(OWN_ROOMS) and room not in OPEN_TO_OFFICERS:
        raise NotPermitted("acts-as-organisation")


def current_endpoint() -> str | None:
    """Give the endpoint of the request, None when no route matched."""
    return request.endpoint
