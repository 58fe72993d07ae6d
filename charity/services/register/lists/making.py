"""Writing families of a list into the register: many rows in a few statements, each as one that was typed."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Table

from charity.adapters.bulk import add_numbered, add_rows, known_among
from charity.adapters.crypto import new_ref, seal, seal_some
from charity.adapters.db import Tx
from charity.domain import consents
from charity.domain.aliases import alias_of
from charity.domain.calendar import day_of
from charity.domain.consents import AUDIENCES, GivenBy, Purpose
from charity.domain.errors import Conflict
from charity.domain.households import LifeState, Relation, get_fact
from charity.domain.identity import stage_of
from charity.domain.listed_families import ListedFamily, ListedPerson
from charity.domain.regions import county_of
from charity.models.county_lists import CountyList, ListedConsent, paper_place
from charity.models.households import Consent, Fact, Household, Member
from charity.services.register.lists.traces import FamilyTraces, Traces

_SEEDS, _TRIES = 10_000_000, 20
SPARE = 50  # drawn beside what is needed, since some are taken
_HOUSEHOLDS = cast(Table, Household.__table__)
_MEMBERS = cast(Table, Member.__table__)
_FACTS = cast(Table, Fact.__table__)


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a family: its household's id, and the id of the member of each row."""

    household_id: int
    members: Mapping[int, int]


class Maker:
    """Writes families of one list in the name of who applied it."""

    def __init__(self, tx: Tx, brought: CountyList, by: int) -> None:
        self._tx, self._brought, self._by = tx, brought, by
        self._today = day_of(tx.now)

    def make(self, families: Sequence[ListedFamily], known: Mapping[int, FamilyTraces]) -> dict[int, Made]:
        """Write the families with their people, causes and agreed papers; gives what came of each, by its line."""
        if not families:
            return {}
        traces = [known[family.line] for family in families]
        aliases = self._aliases(len(families))
        homes = [self._home(*given) for given in zip(families, traces, aliases, strict=True)]
        ids = add_numbered(self._tx.connection, _HOUSEHOLDS, homes)
        people = [
            self._person(home, person, theirs.people[person.line])
            for home, family, theirs in zip(ids, families, traces, strict=True)
            for person in family.people
        ]
        members = add_numbered(self._tx.connection, _MEMBERS, people)
        lines = [person.line for family in families for person in family.people]
        by_line = dict(zip(lines, members, strict=True))
        made = {
            family.line: Made(home, {one.line: by_line[one.line] for one in family.people})
            for home, family in zip(ids, families, strict=True)
        }
        self._add_causes(families, made)
        self._add_consents(families, made)
        return made

    def _aliases(self, count: int) -> list[str]:
        """Draw aliases that no family of the county bears."""
        free: list[str] = []
        ours = Household.county == self._brought.county
        for _ in range(_TRIES):
            drawn = {alias_of(secrets.randbelow(_SEEDS)) for _ in range(count + SPARE)} - set(free)
            free.extend(sorted(drawn - known_among(self._tx.connection, Household.alias, drawn, where=ours)))
            if len(free) >= count:
                return free[:count]
        raise Conflict("alias-not-found")

    def _home(self, family: ListedFamily, traces: FamilyTraces, alias: str) -> dict[str, Any]:
        ref = new_ref()
        relative = family.relative_phone
        return {
            "ref": ref,
            "alias": alias,
            "region_code": family.village,
            "county": county_of(family.village),
            "category": family.category.value,
            "life_state": LifeState.IDENTIFIED.value,
            "head_name_sealed": seal(family.head, place=f"households.head_name:{ref}"),
            "head_digest": traces.head,
            "address_sealed": seal(family.address, place=f"households.address:{ref}"),
            "phone_sealed": seal_some(family.phone, place=f"households.phone:{ref}"),
            "phone_digest": traces.phone,
            "relative_phone_sealed": seal_some(relative, place=f"households.relative_phone:{ref}"),
            "relative_phone_digest": traces.relative_phone,
            "registered_by_id": self._by,
            "registered_at": self._tx.now,
            "open_wishes": 0,
            "wrong_codes": 0,
        }

    def _person(self, household_id: int, person: ListedPerson, traces: Traces) -> dict[str, Any]:
        ref = new_ref()
        stage = stage_of(person.birth, self._today)
        number = "" if person.identity is None else person.identity.number
        return {
            "ref": ref,
            "household_id": household_id,
            "alias": alias_of(secrets.randbelow(_SEEDS)),
            "name_sealed": seal(person.name, place=f"members.name:{ref}"),
            "name_digest": traces.name,
            "id_number_sealed": seal_some(number, place=f"members.id_number:{ref}"),
            "id_digest": traces.id,
            "birth_sealed": seal(person.birth.isoformat(), place=f"members.birth:{ref}"),
            "sex_sealed": seal(person.sex.value, place=f"members.sex:{ref}"),
            "relation": person.relation.value,
            "school_stage": None if stage is None else stage.value,
            "stage_on": None if stage is None else self._today,
            "open_wishes": 0,
            "recorded_by_id": self._by,
            "recorded_at": self._tx.now,
        }

    def _add_causes(self, families: Sequence[ListedFamily], made: Mapping[int, Made]) -> None:
        rows = [
            self._cause(made[family.line].household_id, cause, new_ref())
            for family in families
            for cause in family.causes
        ]
        add_rows(self._tx.connection, _FACTS, rows)

    def _cause(self, household_id: int, cause: str, ref: str) -> dict[str, Any]:
        return {
            "ref": ref,
            "household_id": household_id,
            "member_id": None,
            "group_code": get_fact(cause).group.value,
            "key": cause,
            "value_sealed": seal("yes", place=f"facts.value:{ref}"),
            "as_of": self._today,
            "recorded_by_id": self._by,
            "recorded_at": self._tx.now,
        }

    def _add_consents(self, families: Sequence[ListedFamily], made: Mapping[int, Made]) -> None:
        """Record what the head agreed to on the named paper; nothing is taken as agreed that no paper says."""
        for family in families:
            head = next((one for one in family.people if one.relation is Relation.HEAD), None)
            if head is None or not family.paper:
                continue
            signed = {Purpose.REGISTER: family.agreed_on, Purpose.PUBLISH_WISH: family.publish_on}
            for purpose, day in signed.items():
                if day is not None:
                    self._add_consent(family, made[family.line], head, purpose, day)

    def _add_consent(
        self, family: ListedFamily, made: Made, head: ListedPerson, purpose: Purpose, signed_on: date
    ) -> None:
        consent = Consent(
            household_id=made.household_id,
            member_id=made.members[head.line],
            purpose=purpose.value,
            audience=AUDIENCES[purpose].value,
            is_granted=True,
            given_by=GivenBy.SELF.value,
            valid_until=consents.valid_until(signed_on, head.birth),
            recorded_by_id=self._by,
            recorded_at=self._tx.now,
        )
        self._tx.session.add(consent)
        self._tx.session.flush()
        self._tx.session.add(
            ListedConsent(
                consent_id=consent.id,
                list_id=self._brought.id,
                signed_on=signed_on,
                paper_sealed=seal(family.paper, place=paper_place(consent.id)),
            )
        )
