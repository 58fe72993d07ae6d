"""Who of a list stands in the register already, or twice in the list: the rules of one family, for a thousand at once.

The rules are those of look_alikes.py: the same head in the same village, also one whose name is only spoken the same;
the same phone anywhere; the same name and birthday unless two ID numbers tell them apart, and in one village also a
name that is only spoken the same. The same ID number is always the same person.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, select

from charity.adapters import bulk
from charity.adapters.crypto import digest, unseal
from charity.adapters.db import Tx
from charity.domain.county_lists import RowState
from charity.domain.list_columns import Column
from charity.domain.listed_families import ListedFamily, ListedPerson, name_in
from charity.models.county_list_rows import columns_of, read_row
from charity.models.county_lists import CountyList, CountyListRow
from charity.models.households import Household, Member
from charity.services.register.lists.sounds import Spoken, sounds_of
from charity.services.register.lists.traces import FamilyTraces, Traces, traces_of
from charity.services.register.look_alikes import MOST_KEPT, Likeness

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


@dataclass(slots=True)
class _Known:
    """Everybody who stands in the register already."""

    heads: dict[tuple[bytes, str], Likeness] = field(default_factory=dict[tuple[bytes, str], Likeness])
    phones: dict[bytes, Likeness] = field(default_factory=dict[bytes, Likeness])
    ids: set[bytes] = field(default_factory=set[bytes])
    people: dict[bytes, list[tuple[Any, Likeness]]] = field(default_factory=lambda: defaultdict(list))
    spoken_heads: dict[tuple[bytes, str], Likeness] = field(default_factory=dict[tuple[bytes, str], Likeness])
    spoken_people: dict[tuple[bytes, str], list[Spoken]] = field(default_factory=dict[tuple[bytes, str], list[Spoken]])


@dataclass(frozen=True, slots=True)
class _Earlier:
    """Somebody of an earlier row of the list; the name's digest is known only of the rows at hand."""

    line: int
    id: bytes | None
    village: str
    name: bytes | None = None


class Judge:
    """Judges families of one list; for a dry run against the list's earlier rows, too."""

    def __init__(self, tx: Tx, brought: CountyList, *, is_dry: bool = False) -> None:
        self._tx, self._brought, self._is_dry = tx, brought, is_dry
        self._region = brought.region_code
        self.traces: dict[int, FamilyTraces] = {}
        self._heads: dict[tuple[bytes, str], int] = {}
        self._phones: dict[bytes, int] = {}
        self._ids: dict[bytes, int] = {}
        self._people: dict[bytes, list[_Earlier]] = {}

    def judge(self, families: Sequence[ListedFamily]) -> dict[int, list[Finding]]:
        """Give what was found about each family, by its line; nothing for one that is new."""
        if not families:
            return {}
        traces = self.traces = traces_of(families)
        known = self._known(families)
        if self._is_dry:
            self._look_back(traces.values(), before=families[0].line)
        found: dict[int, list[Finding]] = {}
        for family in families:
            theirs = traces[family.line]
            findings = [*self._of_register(known, family, theirs), *self._of_list(family, theirs)]
            if findings:
                found[family.line] = findings
            self._remember(family, theirs)
        return found

    def _known(self, families: Sequence[ListedFamily]) -> _Known:
        known, traces = _Known(), self.traces.values()
        heads, phones = {one.head for one in traces}, {one.phone for one in traces if one.phone}
        villages = {family.village for family in families}
        for row in self._homes(Household.head_digest, heads, [Household.region_code.in_(villages)]):
            known.heads[row.head_digest, row.region_code] = Likeness(row.id, row.alias, row.region_code)
        for row in self._homes(Household.phone_digest, phones):
            known.phones[row.phone_digest] = Likeness(row.id, row.alias, row.region_code)
        people = [one for theirs in traces for one in theirs.people.values()]
        ids = {one.id for one in people if one.id is not None}
        known.ids.update(row.id_digest for row in self._find(Member.id_digest, ids, Member.id_digest))
        self._know_people(known, {one.name for one in people})
        sounds = sounds_of(self._brought.ref)
        spoken = {(self.traces[family.line].sound, family.village) for family in families}
        known.spoken_heads = sounds.heads(self._tx, spoken)
        unnumbered = {key for family in families for key in self._sounds_in(family, unnumbered=True)}
        everybody = {key for family in families for key in self._sounds_in(family)}
        known.spoken_people = sounds.people(self._tx, everybody, unnumbered=unnumbered)
        return known

    def _sounds_in(self, family: ListedFamily, *, unnumbered: bool = False) -> Iterable[tuple[bytes, str]]:
        """Give the sounds of a family's people, or of those without an ID number."""
        people = self.traces[family.line].people.values()
        return ((one.sound, family.village) for one in people if not unnumbered or one.id is None)

    def _find(self, key: Any, wanted: Collection[Any], *columns: Any, where: Sequence[Any] = ()) -> Sequence[Any]:
        return bulk.find(self._tx.connection, key, wanted, *columns, where=where)

    def _homes(self, key: Any, wanted: Collection[bytes], where: Sequence[Any] = ()) -> list[Any]:
        """Find families that live in the register, the oldest last: of several that are alike it is the one named."""
        columns = (Household.id, Household.alias, Household.region_code, Household.head_digest, Household.phone_digest)
        rows = self._find(key, wanted, *columns, where=[Household.closed_at.is_(None), *where])
        return sorted(rows, key=lambda row: row.id, reverse=True)

    def _know_people(self, known: _Known, names: set[bytes]) -> None:
        """Read who bears one of these names."""
        columns = (Member.name_digest, Member.ref, Member.birth_sealed, Member.id_digest, Member.household_id)
        rows = self._find(Member.name_digest, names, *columns, where=[Member.left_at.is_(None)])
        homes = {row.id: row for row in self._homes(Household.id, {row.household_id for row in rows})}
        for row in rows:
            if (home := homes.get(row.household_id)) is not None:
                known.people[row.name_digest].append((row, Likeness(home.id, home.alias, home.region_code)))

    def _of_register(self, known: _Known, family: ListedFamily, theirs: FamilyTraces) -> Iterable[Finding]:
        found = [
            (known.heads.get((theirs.head, family.village)), C.HEAD),
            (None if theirs.phone is None else known.phones.get(theirs.phone), C.PHONE),
            (known.spoken_heads.get((theirs.sound, family.village)), C.HEAD),
        ]
        columns = {like: column for like, column in reversed(found) if like is not None}
        for like, column in reversed(columns.items()):
            yield self._finding(family.line, column, like)
        for person in family.people:
            traces = theirs.people[person.line]
            if traces.id is not None and traces.id in known.ids:
                yield Finding(person.line, C.ID_NUMBER, "person-registered", is_same=True)
                continue
            for other in _like_people(known, traces, person, family.village):
                yield self._finding(person.line, C.NAME, other)

    def _finding(self, line: int, column: Column, like: Likeness) -> Finding:
        is_ours = like.region.startswith(self._region)
        code = "looks-alike" if is_ours else "looks-alike-elsewhere"
        return Finding(line, column, code, like.alias if is_ours else "", like)

    def _of_list(self, family: ListedFamily, theirs: FamilyTraces) -> Iterable[Finding]:
        earlier = self._heads.get((theirs.sound, family.village))
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
            others = self._people.get(traces.sound, ())
            line = next((one.line for one in others if self._is_like(one, traces, family.village)), None)
            if line is not None:
                yield Finding(person.line, C.NAME, "looks-alike-row", str(line))

    def _is_like(self, other: _Earlier, traces: Traces, village: str) -> bool:
        """Judge two of one sound and birthday: unless two numbers tell them apart; only spoken alike in one village."""
        if traces.id is not None and other.id is not None:
            return False
        return other.village == village or (other.name or self._name_of(other.line)) == traces.name

    def _name_of(self, line: int) -> bytes:
        """Open an earlier row for its name."""
        asked = select(CountyListRow.cells_sealed).where(CountyListRow.list_id == self._brought.id)
        sealed = self._tx.session.scalar(asked.where(CountyListRow.line == line))
        row = read_row(self._brought, columns_of(self._brought), line, sealed)
        return digest("name", name_in(row))

    def _remember(self, family: ListedFamily, theirs: FamilyTraces) -> None:
        self._heads.setdefault((theirs.sound, family.village), family.line)
        if theirs.phone is not None:
            self._phones.setdefault(theirs.phone, family.line)
        for line, traces in theirs.people.items():
            self._people.setdefault(traces.sound, []).append(_Earlier(line, traces.id, family.village, traces.name))
            if traces.id is not None:
                self._ids.setdefault(traces.id, line)

    def _look_back(self, traces: Iterable[FamilyTraces], *, before: int) -> None:
        """Find who of these stands in an earlier row of the list."""
        all_traces = list(traces)
        people = [one for theirs in all_traces for one in theirs.people.values()]
        row = CountyListRow
        self._heads, self._phones, self._ids, self._people = {}, {}, {}, {}
        heads, ids = {one.sound for one in all_traces}, {one.id for one in people if one.id}
        for head, village, line in self._first_rows(row.head_digest, heads, before, row.village):
            self._heads[head or b"", village] = line
        for phone, line in self._first_rows(row.phone_digest, {one.phone for one in all_traces if one.phone}, before):
            self._phones[phone or b""] = line
        for found, line in self._first_rows(row.id_digest, ids, before):
            self._ids[found or b""] = line
        columns = (row.person_digest, row.line, row.id_digest, row.village)
        alike = self._find(row.person_digest, {one.sound for one in people}, *columns, where=self._of_rows(before))
        for sound, *rest in sorted(alike, key=lambda one: one.line):
            self._people.setdefault(sound or b"", []).append(_Earlier(*rest))

    def _of_rows(self, before: int) -> list[ColumnElement[bool]]:
        row = CountyListRow
        # A sum, so that nobody takes the index of lines for it.
        return [row.list_id == self._brought.id, row.line + 0 < before, row.state.not_in(_OUT)]

    def _first_rows(self, key: Any, wanted: Collection[bytes], before: int, *beside: Any) -> Sequence[Any]:
        """Find the first of the earlier rows for each of these digests."""
        if not wanted:
            return ()
        columns = (key, *beside)
        asked = bulk.found(self._tx.connection, key, wanted, *columns, CountyListRow.line, where=self._of_rows(before))
        rows = asked.subquery()
        grouped = [rows.c[column.key] for column in columns]
        return self._tx.connection.execute(select(*grouped, func.min(rows.c.line)).group_by(*grouped)).all()


def _like_people(known: _Known, traces: Traces, person: ListedPerson, village: str) -> list[Likeness]:
    """List the families of those who may be this person, each once."""
    born = person.birth.isoformat()
    found = [
        home
        for row, home in known.people.get(traces.name, ())
        if (traces.id is None or row.id_digest is None)
        and unseal(row.birth_sealed, place=f"members.birth:{row.ref}") == born
    ]
    spoken = known.spoken_people.get((traces.sound, village), ())
    found += [one.home for one in spoken if traces.id is None or not one.has_id]
    return list(dict.fromkeys(found))[:MOST_KEPT]
