"""The names that words about a family must not tell; read for checking and never kept."""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, select

from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.adapters.pinyin import syllables_of
from charity.domain.regions import township_of
from charity.domain.telling import given_name, parts_of
from charity.models.households import Household, Member
from charity.models.regions import Region
from charity.models.sites import Site


def list_names(tx: Tx, household: Household) -> tuple[str, ...]:
    """List the names of a family's people, its village and township."""
    return list_names_of(tx, [household])[household.id]


def list_names_of(tx: Tx, households: Sequence[Household]) -> dict[int, tuple[str, ...]]:
    """List the names of some families' people, villages and townships."""
    families = [household.id for household in households]
    people: dict[int, list[str]] = {family: [] for family in families}
    members = tx.session.execute(
        select(Member.household_id, Member.ref, Member.name_sealed).where(Member.household_id.in_(families))
    )
    for family, ref, sealed in members:
        people[family].append(unseal(sealed, place=f"members.name:{ref}"))
    codes = {code for home in households for code in (home.region_code, township_of(home.region_code))}
    places = {code: name for code, name in tx.session.execute(_PLACES, {"codes": sorted(codes)})}
    everybody = {home.id: dict.fromkeys((_head(home), *people[home.id])) for home in households}
    spoken = _spoken({name for names in everybody.values() for name in names})
    said = {family: [way for one in names for way in spoken[one]] for family, names in everybody.items()}
    return {home.id: (*everybody[home.id], *said[home.id], *_near(home, places)) for home in households}


def with_spoken(people: Iterable[str]) -> tuple[str, ...]:
    """Give people's names as they are and as they are written in pinyin."""
    names = tuple(people)
    return (*names, *(said for spoken in _spoken(set(names)).values() for said in spoken))


def list_site_names(tx: Tx, county: str) -> tuple[str, ...]:
    """List the names of a county's schools and other sites, whether they are closed or not."""
    known = tx.session.execute(select(Site.ref, Site.name_sealed).where(Site.county == county).order_by(Site.id))
    return tuple(unseal(sealed, place=f"sites.name:{ref}") for ref, sealed in known)


def _spoken(people: set[str]) -> dict[str, tuple[str, ...]]:
    """Write names in pinyin, a syllable beside the other: the surname first, last, and the given name alone."""
    parts = {name: found for name in people if (found := parts_of(name)) is not None}
    said = syllables_of({part for both in parts.values() for part in both})
    spoken = dict.fromkeys(people, tuple[str, ...]())
    for name, (surname, given) in parts.items():
        first, last = " ".join(said[surname]), " ".join(said[given])
        alone = (last,) if given_name(name) else ()
        spoken[name] = (f"{first} {last}", f"{last} {first}", *alone)
    return spoken


_PLACES = select(Region.code, Region.name).where(Region.code.in_(bindparam("codes", expanding=True)))


def _head(household: Household) -> str:
    return unseal(household.head_name_sealed, place=f"households.head_name:{household.ref}")


def _near(household: Household, places: dict[str, str]) -> tuple[str, ...]:
    around = sorted({household.region_code, str(township_of(household.region_code))})
    return tuple(places[code] for code in around if code in places)
