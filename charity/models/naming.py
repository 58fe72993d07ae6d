"""The names that words about a family must not tell; read for checking and never kept."""

from sqlalchemy import select

from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.domain.regions import township_of
from charity.models.households import Household, Member
from charity.models.regions import Region


def list_names(tx: Tx, household: Household) -> tuple[str, ...]:
    """List the names of a family's people, its village and township."""
    members = tx.session.execute(select(Member.ref, Member.name_sealed).where(Member.household_id == household.id))
    people = [unseal(sealed, place=f"members.name:{ref}") for ref, sealed in members]
    head = unseal(household.head_name_sealed, place=f"households.head_name:{household.ref}")
    codes = {household.region_code, township_of(household.region_code)}
    places = tx.session.scalars(select(Region.name).where(Region.code.in_(codes)).order_by(Region.code))
    return (head, *people, *places)
