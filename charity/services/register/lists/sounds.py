"""Who of a village is spoken like somebody: read once by the process that carries a list, and only what is new since.

Names are sealed, so whoever sounds alike can be found by opening them alone: for a list of a thousand families of a
village that is done once. What stays in memory are keyed digests, and nothing is believed of them but whom to look at:
a family or a person is opened again, as it stands now, before anybody is told to look like it.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from charity.adapters import bulk
from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.models.households import Household, Member
from charity.services.register.lists.traces import sound_of_head, sound_of_person, speak
from charity.services.register.look_alikes import Likeness

LISTS: Final = 2  # carried by turns
BEHIND: Final = 500  # people are entered in families that stand already, and a number may come later than the next
_LENGTH: Final = 8  # bytes of a digest that say whom to look at
_HOME = (Household.id, Household.ref, Household.region_code, Household.head_name_sealed)
_PERSON = (Member.id, Member.ref, Member.household_id, Member.name_sealed, Member.birth_sealed, Member.id_digest)

_LIVES = Household.closed_at.is_(None)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Somebody who is spoken like another: the family, and whether an ID number may tell the two apart."""

    home: Likeness
    has_id: bool


@dataclass(slots=True)
class _Village:
    newest: int = 0
    newest_person: int = 0
    homes: dict[bytes, set[int]] = field(default_factory=lambda: defaultdict(set))
    people: dict[bytes, set[int]] = field(default_factory=lambda: defaultdict(set))
    unopened: set[int] = field(default_factory=set[int])  # people with an ID number, whom only those without may be


class Sounds:
    """How the families of some villages are spoken, and their people."""

    def __init__(self) -> None:
        self._villages: dict[str, _Village] = {}

    def heads(self, tx: Tx, wanted: Collection[tuple[bytes, str]]) -> dict[tuple[bytes, str], Likeness]:
        """Find for heads' sounds and villages the family whose head is spoken so, the newest of several."""
        self._read_homes(tx, {village for _, village in wanted})
        looked_at = {number: key for key in wanted for number in self._at(key[1]).homes.get(key[0][:_LENGTH], ())}
        rows = bulk.find(tx.connection, Household.id, looked_at, *_HOME, Household.alias, where=[_LIVES])
        spoken = speak({_head_of(row) for row in rows})
        alike = {}
        for row in sorted(rows, key=lambda row: row.id):
            key = looked_at[row.id]
            if (sound_of_head(spoken[_head_of(row)]), row.region_code) == key:
                alike[key] = Likeness(row.id, row.alias, row.region_code)
        return alike

    def people(
        self, tx: Tx, wanted: Collection[tuple[bytes, str]], *, unnumbered: Collection[tuple[bytes, str]]
    ) -> dict[tuple[bytes, str], list[Spoken]]:
        """Find for sounds with birthdays and villages who is spoken so and was born then, the newest first.

        Who has an ID number is looked for only where somebody without one (`unnumbered`, some of those `wanted`) may be
        the same: opening everybody's names takes as long as the rest of a list.
        """
        if not wanted:
            return {}
        self._read_people(tx, {village for _, village in wanted})
        self._open(tx, {village for _, village in unnumbered})
        looked_at = {number: key for key in wanted for number in self._at(key[1]).people.get(key[0][:_LENGTH], ())}
        people = bulk.find(tx.connection, Member.id, looked_at, *_PERSON, where=[Member.left_at.is_(None)])
        named = (Household.id, Household.alias, Household.region_code)
        theirs = bulk.find(tx.connection, Household.id, {row.household_id for row in people}, *named, where=[_LIVES])
        homes = {row.id: Likeness(row.id, row.alias, row.region_code) for row in theirs}
        told = _people_of(people)
        alike: dict[tuple[bytes, str], list[Spoken]] = defaultdict(list)
        for row, sound in sorted(told, key=lambda one: one[0].id, reverse=True):
            home = homes.get(row.household_id)
            if home is not None and (sound, home.region) == looked_at[row.id]:
                alike[looked_at[row.id]].append(Spoken(home, has_id=row.id_digest is not None))
        return alike

    def _at(self, village: str) -> _Village:
        return self._villages.setdefault(village, _Village())

    def _read_homes(self, tx: Tx, villages: Collection[str]) -> None:
        """Read the families that are new here; in one village their numbers follow each other, since it is locked."""
        for some, after in _by_newest({code: self._at(code).newest for code in villages}):
            rows = bulk.find(tx.connection, Household.region_code, some, *_HOME, where=[Household.id > after])
            fresh = [row for row in rows if row.head_name_sealed and row.id > self._at(row.region_code).newest]
            spoken = speak({_head_of(row) for row in fresh})
            for row in sorted(fresh, key=lambda row: row.id):
                village = self._at(row.region_code)
                village.homes[sound_of_head(spoken[_head_of(row)])[:_LENGTH]].add(row.id)
                village.newest = row.id

    def _read_people(self, tx: Tx, villages: Collection[str]) -> None:
        """Read the people who are new here; somebody who was read before is the same again."""
        for some, after in _by_newest({code: self._at(code).newest_person for code in villages}):
            if after:
                newer = (Member.id > after - BEHIND, Household.region_code.in_(some))
                asked = select(*_PERSON).join(Household, Household.id == Member.household_id).where(*newer)
                rows = tx.connection.execute(asked).all()
            else:
                homes = bulk.find(tx.connection, Household.region_code, some, Household.id)
                rows = bulk.find(tx.connection, Member.household_id, {home.id for home in homes}, *_PERSON)
            of_home = self._regions_of(tx, rows)
            named = [row for row in rows if row.name_sealed]
            for row in named:
                village = self._at(of_home[row.household_id])
                village.newest_person = max(village.newest_person, row.id)
                if row.id_digest is not None:
                    village.unopened.add(row.id)
            self._remember([row for row in named if row.id_digest is None], of_home)

    def _open(self, tx: Tx, villages: Collection[str]) -> None:
        """Read also those of some villages who have an ID number."""
        unopened = {number for code in villages for number in self._at(code).unopened}
        if not unopened:
            return
        rows = bulk.find(tx.connection, Member.id, unopened, *_PERSON)
        self._remember([row for row in rows if row.name_sealed], self._regions_of(tx, rows))
        for code in villages:
            self._at(code).unopened.clear()

    def _remember(self, people: Sequence[Any], of_home: dict[int, str]) -> None:
        for row, sound in _people_of(people):
            self._at(of_home[row.household_id]).people[sound[:_LENGTH]].add(row.id)

    def _regions_of(self, tx: Tx, people: Sequence[Any]) -> dict[int, str]:
        ids = {row.household_id for row in people}
        found = bulk.find(tx.connection, Household.id, ids, Household.id, Household.region_code)
        return {row.id: row.region_code for row in found}


_carried: "OrderedDict[str, Sounds]" = OrderedDict()


def sounds_of(list_ref: str) -> Sounds:
    """Give what this process knows for a list that it carries."""
    known = _carried.setdefault(list_ref, Sounds())
    _carried.move_to_end(list_ref)
    while len(_carried) > LISTS:
        _carried.popitem(last=False)
    return known


def _by_newest(newest: dict[str, int]) -> Iterable[tuple[list[str], int]]:
    """Put villages into those of which nothing is known yet, and the others with the least that is known of all."""
    unknown = [code for code, number in newest.items() if not number]
    known = [code for code, number in newest.items() if number]
    if unknown:
        yield unknown, 0
    if known:
        yield known, min(newest[code] for code in known)


def _head_of(row: Any) -> str:
    return unseal(row.head_name_sealed, place=f"households.head_name:{row.ref}")


def _people_of(rows: Sequence[Any]) -> list[tuple[Any, bytes]]:
    """Give for people the digest of their names as spoken, with the birthday."""
    names = {row.id: unseal(row.name_sealed, place=f"members.name:{row.ref}") for row in rows}
    spoken = speak(names.values())
    births = {row.id: unseal(row.birth_sealed, place=f"members.birth:{row.ref}") for row in rows}
    return [(row, sound_of_person(spoken[names[row.id]], births[row.id])) for row in rows]
