"""The people of the demonstration who sign in: who they are, where, and the log-ins that are printed."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from charity.adapters import clock
from charity.adapters.logins import read_login
from charity.adapters.passwords import hash_password
from charity.cli.demo.words import TEAMS, nicknames
from charity.domain.actors import SYSTEM, Actor, Role
from charity.domain.calendar import day_of
from charity.domain.demo_regions import demo_regions
from charity.domain.regions import DEMO_PROVINCE, Level, level_of
from charity.queries.accounts import find_actor_by_login
from charity.services import accounts

DOMAIN = "example.org"
VOLUNTEERS = 40
# log-in -> what its owner can try; the first of each role bears the plain name
SHOWN = {
    "donor": "claim wishes, plan and send parcels, see the own place on the board",
    "organisation": "the same as a team, with more places at once",
    "officer": "speak for a foundation: confirm money that has arrived, pay it out, act in an organisation's name",
    "volunteer": "register families, post needs, hand over (village 990101001001)",
    "keeper": "receive parcels at a service point and hand them over (township 990101001)",
    "reviewer": "review needs, verify families, print code cards, call back (township 990101001)",
    "county-reviewer": "the county's pool: what nobody in a township could take (county 990101)",
    "administrator": "people and roles, service points, pauses, programmes, figures (province 99)",
    "auditor": "every pledge's trail, cases and rulings, the access log (province 99)",
}


@dataclass(slots=True)
class Cast:
    """Everybody who signs in, by what they do and where."""

    administrator: Actor
    auditor: Actor
    officer: Actor
    reviewers: dict[str, list[Actor]] = field(default_factory=dict)
    county_reviewers: dict[str, Actor] = field(default_factory=dict)
    keepers: dict[str, Actor] = field(default_factory=dict)
    volunteers: dict[str, list[Actor]] = field(default_factory=dict)
    donors: list[Actor] = field(default_factory=list)


def places(level: Level) -> list[str]:
    """List the codes of the invented province at one level."""
    return [region.code for region in demo_regions() if level_of(region.code) is level]


def login_of(name: str) -> str:
    """Give the log-in of a name."""
    return f"{name}@{DOMAIN}"


class Casting:
    """Makes accounts with one password, hashed once."""

    def __init__(self, chance: Random, password: str) -> None:
        self._hashed = hash_password(password)
        self._nicknames = nicknames(chance)
        self._made: dict[str, int] = {}

    def add(self, name: str, role: Role, region: str, *, until: date | None = None, nickname: str = "") -> Actor:
        """Make one more account; mail goes only to those whose log-in is printed."""
        number = self._made.get(name, 0) + 1
        self._made[name] = number
        login = login_of(name if number == 1 else f"{name}-{number:03}")
        accounts.create(
            SYSTEM,
            login=login,
            password=None,
            hashed=self._hashed,
            role=role,
            region=region,
            until=until,
            nickname=nickname or next(self._nicknames),
            by_mail=number == 1,
        )
        found = find_actor_by_login(read_login(login))
        if found is None:
            raise LookupError("an account that was made just now is not there")
        return found


def hire(casting: Casting) -> Cast:
    """Make everybody with a duty: two reviewers or more for each township, a keeper, a volunteer for each village."""
    cast = Cast(
        administrator=casting.add("administrator", Role.ADMINISTRATOR, DEMO_PROVINCE),
        auditor=casting.add("auditor", Role.AUDITOR, DEMO_PROVINCE),
        officer=casting.add("officer", Role.DONOR, ""),
    )
    for county in places(Level.COUNTY):
        casting.add("administrator", Role.ADMINISTRATOR, county)
        cast.county_reviewers[county] = casting.add("county-reviewer", Role.REVIEWER, county)
    for township in places(Level.TOWNSHIP):
        cast.reviewers[township] = [casting.add("reviewer", Role.REVIEWER, township) for _ in range(2)]
        cast.keepers[township] = casting.add("keeper", Role.VOLUNTEER, township)
    villages = places(Level.VILLAGE)
    posts = (villages * 3)[: VOLUNTEERS - len(cast.keepers)]
    ending = day_of(clock.now()) + timedelta(days=118)  # one term ends shortly before the story does
    for place, village in enumerate(posts):
        until = ending if place == len(villages) else None
        cast.volunteers.setdefault(village, []).append(casting.add("volunteer", Role.VOLUNTEER, village, until=until))
    casting.add("auditor", Role.AUDITOR, DEMO_PROVINCE)  # an appeal is decided by another one than ruled first
    return cast


def invite(casting: Casting, number: int) -> Actor:
    """Make the giver of a number; every fiftieth is a team."""
    if number % 50 == 1:
        team = TEAMS[number // 50 % len(TEAMS)]
        return casting.add("organisation", Role.ORGANISATION, "", nickname=team)
    return casting.add("donor", Role.DONOR, "")
