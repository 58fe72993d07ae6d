"""The names that words about a family must not tell; read for checking and never kept."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.domain.regions import township_of
from charity.models.households import Household, Member
from charity.models.regions import Region


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
    return {home.id: (_head(home), *people[home.id], *_near(home, places)) for home in households}


_PLACES = select(Region.code, Region.name).where(Region.code.in_(bindparam("codes", expanding=True)))


def _head(household: Household) -> str:
    return unseal(household.head_name_sealed, place=f"households.head_name:{household.ref}")


def _near(household: Household, places: dict[str, str]) -> tuple[str, ...]:
    around = sorted({household.region_code, str(township_of(household.region_code))})
    return tuple(places[code] for code in around if code in places)
