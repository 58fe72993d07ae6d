"""By what people and families of a list are found again: keyed digests, never what they are digests of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from charity.adapters.crypto import digest
from charity.adapters.pinyin import syllables_of
from charity.domain.listed_families import ListedFamily, ListedPerson
from charity.services.register.look_alikes import spoken_as


@dataclass(frozen=True, slots=True)
class Traces:
    """By what a person is found: name, name as it is spoken with the birthday, ID number."""

    name: bytes
    sound: bytes
    id: bytes | None


@dataclass(frozen=True, slots=True)
class FamilyTraces:
    """By what a family is found: its head's name as written and as spoken, its phones, its people."""

    head: bytes
    sound: bytes
    phone: bytes | None
    relative_phone: bytes | None
    people: Mapping[int, Traces]


def traces_of(families: Sequence[ListedFamily]) -> dict[int, FamilyTraces]:
    """Give the digests of families and their people, by the line of each."""
    names = {family.head for family in families} | {one.name for family in families for one in family.people}
    spoken = speak(names)
    return {family.line: _family_traces(family, spoken) for family in families}


def speak(names: Iterable[str]) -> dict[str, str]:
    """Give for names how they are spoken."""
    return {name: spoken_as(name, said) for name, said in syllables_of(names).items()}


def sound_of_head(spoken: str) -> bytes:
    """Give the digest of a head's name as it is spoken."""
    return digest("spoken-name", spoken)


def sound_of_person(spoken: str, birth: str) -> bytes:
    """Give the digest of somebody's name as it is spoken, with the birthday."""
    return digest("spoken-name-and-birth", f"{spoken}\x00{birth}")


def _family_traces(family: ListedFamily, spoken: Mapping[str, str]) -> FamilyTraces:
    return FamilyTraces(
        head=digest("name", family.head),
        sound=sound_of_head(spoken[family.head]),
        phone=digest("phone", family.phone) if family.phone else None,
        relative_phone=digest("phone", family.relative_phone) if family.relative_phone else None,
        people={person.line: _person_traces(person, spoken[person.name]) for person in family.people},
    )


def _person_traces(person: ListedPerson, spoken: str) -> Traces:
    return Traces(
        name=digest("name", person.name),
        sound=sound_of_person(spoken, person.birth.isoformat()),
        id=None if person.identity is None else digest("id-number", person.identity.number),
    )
