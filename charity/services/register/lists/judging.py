"""Who of a list stands in the register already, or twice in the list: the rules of one family, for a thousand at once.

The rules are those of look_alikes.py: the same head in the same village, the same phone anywhere, the same name and
birthday unless two ID numbers tell them apart; the same ID number is always the same person.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from charity.adapters.crypto import digest, unseal
from charity.adapters.db import Tx
from charity.domain.county_lists import RowState
from charity.domain.list_columns import Column
from charity.domain.listed_families import ListedFamily, ListedPerson
from charity.models.county_lists import CountyListRow
from charity.models.households import Household, Member
from charity.services.register.look_alikes import Likeness

C = Column
_OUT = (RowState.WRONG.value, RowState.HELD.value, RowState.REFUSED.value)


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that is somebody else's double (which a reason may explain), or the same person (which none may)."""

    line: int
    column: Column
    code: str
    told: str = ""
    like: Likeness | None = None
    is_same: bool = False


@dataclass(frozen=True, slots=True)
class Traces:
    """By what a person is found."""

    name: bytes
    person: bytes
    id: bytes | None


@dataclass(frozen=True, slots=True)
class FamilyTraces:
    """By what a family is found."""

    head: bytes
    phone: bytes | None
    relative_phone: bytes | None
    people: Mapping[int, Traces]


def traces_of(family: ListedFamily) -> FamilyTraces:
    """Give the digests of a family and its people."""
    return FamilyTraces(
        head=digest("name", family.head),
        phone=digest("phone", family.phone) if family.phone else None,
        relative_phone=digest("phone", family.relative_phone) if family.relative_phone else None,
        people={person.line: _person_traces(person) for person in family.people},
    )


def _person_traces(person: ListedPerson) -> Traces:
    return Traces(
        name=digest("name", person.name),
        person=digest("name-and-birth", f"{person.name}\x00{person.birth.isoformat()}"),
        id=None if person.identity is None else digest("id-number", person.identity.number),
    )


@dataclass(slots=True)
class _Known:
    """Everybody who stands somewhere already, by digest."""

    heads: dict[tuple[bytes, str], Likeness] = field(default_factory=dict[tuple[bytes, str], Likeness])
    phones: dict[bytes, Likeness] = field(default_factory=dict[bytes, Likeness])
    ids: set[bytes] = field(default_factory=set[bytes])
    people: dict[bytes, list[tuple[Any, Likeness]]] = field(default_factory=lambda: defaultdict(list))


class Judge:
    """Judges families of one list; for a dry run against the list's earlier rows, too."""

    def __init__(self, tx: Tx, region: str, *, list_id: int | None = None) -> None:
        self._tx, self._region, self._list_id = tx, region, list_id
        self.traces: dict[int, FamilyTraces] = {}
        self._heads: dict[tuple[bytes, str], int] = {}
        self._phones: dict[bytes, int] = {}
        self._ids: dict[bytes, int] = {}
        self._people: dict[bytes, list[tuple[int, bytes | None]]] = {}

    def judge(self, families: Sequence[ListedFamily]) -> dict[int, list[Finding]]:
        """Give what was found about each family, by its line; nothing for one that is new."""
        traces = self.traces = {family.line: traces_of(family) for family in families}
        known = self._known(traces.values(), {family.village for family in families})
        if self._list_id is not None and families:
            self._look_back(traces.values(), before=families[0].line)
        found: dict[int, list[Finding]] = {}
        for family in families:
            theirs = traces[family.line]
            findings = [*self._of_register(known, family, theirs), *self._of_list(family, theirs)]
            if findings:
                found[family.line] = findings
            self._remember(family, theirs)
        return found

    def _known(self, traces: Iterable[FamilyTraces], villages: set[str]) -> _Known:
        all_traces = list(traces)
        known, session = _Known(), self._tx.session
        homes = select(
            Household.id, Household.alias, Household.region_code, Household.head_digest, Household.phone_digest
        )
        homes = homes.where(Household.closed_at.is_(None)).order_by(Household.id.desc())
        heads, phones = {one.head for one in all_traces}, {one.phone for one in all_traces if one.phone}
        same = homes.where(Household.head_digest.in_(heads), Household.region_code.in_(villages))
        for row in session.execute(same):
            known.heads[row.head_digest, row.region_code] = Likeness(row.id, row.alias, row.region_code)
        for row in session.execute(homes.where(Household.phone_digest.in_(phones))):
            known.phones[row.phone_digest] = Likeness(row.id, row.alias, row.region_code)
        people = [one for theirs in all_traces for one in theirs.people.values()]
        ids = {one.id for one in people if one.id is not None}
        known.ids.update(
            found for found in session.scalars(select(Member.id_digest).where(Member.id_digest.in_(ids))) if found
        )
        self._know_people(known, {one.name for one in people})
        return known

    def _know_people(self, known: _Known, names: set[bytes]) -> None:
        """Read who bears one of these names; in two questions, since a planner without figures joins them badly."""
        rows = self._tx.session.execute(
            select(Member.name_digest, Member.ref, Member.birth_sealed, Member.id_digest, Member.household_id).where(
                Member.name_digest.in_(names), Member.left_at.is_(None)
            )
        ).all()
        living = select(Household.id, Household.alias, Household.region_code).where(Household.closed_at.is_(None))
        theirs = self._tx.session.execute(living.where(Household.id.in_({row.household_id for row in rows})))
        homes = {row.id: Likeness(row.id, row.alias, row.region_code) for row in theirs}
        for row in rows:
            if row.household_id in homes:
                known.people[row.name_digest].append((row, homes[row.household_id]))

    def _of_register(self, known: _Known, family: ListedFamily, theirs: FamilyTraces) -> Iterable[Finding]:
        like, column = known.heads.get((theirs.head, family.village)), C.HEAD
        if like is None and theirs.phone is not None:
            like, column = known.phones.get(theirs.phone), C.PHONE
        if like is not None:
            yield self._finding(family.line, column, like)
        for person in family.people:
            traces = theirs.people[person.line]
            if traces.id is not None and traces.id in known.ids:
                yield Finding(person.line, C.ID_NUMBER, "person-registered", is_same=True)
            elif (other := _like_person(known, traces, person)) is not None:
                yield self._finding(person.line, C.NAME, other)

    def _finding(self, line: int, column: Column, like: Likeness) -> Finding:
        is_ours = like.region.startswith(self._region)
        code = "looks-alike" if is_ours else "looks-alike-elsewhere"
        return Finding(line, column, code, like.alias if is_ours else "", like)

    def _of_list(self, family: ListedFamily, theirs: FamilyTraces) -> Iterable[Finding]:
        earlier = self._heads.get((theirs.head, family.village))
        column = C.HEAD
        if earlier is None and theirs.phone is not None:
            earlier, column = self._phones.get(theirs.phone), C.PHONE
        if earlier is not None:
            yield Finding(family.line, column, "looks-alike-row", str(earlier))
        for person in family.people:
            traces = theirs.people[person.line]
            if traces.id is not None and traces.id in self._ids:
                yield Finding(person.line, C.ID_NUMBER, "listed-twice", str(self._ids[traces.id]), is_same=True)
                continue
            others = self._people.get(traces.person, ())
            line = next((line for line, other in others if traces.id is None or other is None), None)
            if line is not None:
                yield Finding(person.line, C.NAME, "looks-alike-row", str(line))

    def _remember(self, family: ListedFamily, theirs: FamilyTraces) -> None:
        self._heads.setdefault((theirs.head, family.village), family.line)
        if theirs.phone is not None:
            self._phones.setdefault(theirs.phone, family.line)
        for line, traces in theirs.people.items():
            self._people.setdefault(traces.person, []).append((line, traces.id))
            if traces.id is not None:
                self._ids.setdefault(traces.id, line)

    def _look_back(self, traces: Iterable[FamilyTraces], *, before: int) -> None:
        """Find who of these stands in an earlier row of the list."""
        all_traces = list(traces)
        people = [one for theirs in all_traces for one in theirs.people.values()]
        row = CountyListRow
        earlier = (row.list_id == self._list_id, row.line < before, row.state.not_in(_OUT))
        session = self._tx.session
        self._heads, self._phones, self._ids, self._people = {}, {}, {}, {}
        heads = select(row.head_digest, row.village, func.min(row.line)).where(*earlier)
        heads = heads.where(row.head_digest.in_({one.head for one in all_traces}))
        for head, village, line in session.execute(heads.group_by(row.head_digest, row.village)):
            self._heads[head or b"", village] = line
        phones = select(row.phone_digest, func.min(row.line)).where(*earlier)
        phones = phones.where(row.phone_digest.in_({one.phone for one in all_traces if one.phone}))
        for phone, line in session.execute(phones.group_by(row.phone_digest)):
            self._phones[phone or b""] = line
        ids = select(row.id_digest, func.min(row.line)).where(*earlier)
        ids = ids.where(row.id_digest.in_({one.id for one in people if one.id}))
        for found, line in session.execute(ids.group_by(row.id_digest)):
            self._ids[found or b""] = line
        alike = select(row.person_digest, row.line, row.id_digest).where(*earlier)
        alike = alike.where(row.person_digest.in_({one.person for one in people}))
        for person, line, other in session.execute(alike.order_by(row.line)):
            self._people.setdefault(person or b"", []).append((line, other))


def _like_person(known: _Known, traces: Traces, person: ListedPerson) -> Likeness | None:
    born = person.birth.isoformat()
    for row, home in known.people.get(traces.name, ()):
        are_told_apart = traces.id is not None and row.id_digest is not None
        if not are_told_apart and unseal(row.birth_sealed, place=f"members.birth:{row.ref}") == born:
            return home
    return None
