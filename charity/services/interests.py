"""Stating what one would like to help with, changing it, and having it forgotten."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Invalid, Missing, SignInNeeded
from charity.domain.interests import Interests, may_state, with_place, without_place
from charity.models.acts import act
from charity.models.catalogue import list_present
from charity.models.interests import forget_interests, read_interests, write_interests
from charity.models.regions import Region
from charity.models.sides import lock_account


@act
def state(
    tx: Tx,
    actor: Actor,
    *,
    kinds: Iterable[str] = (),
    forms: Iterable[str] = (),
    ages: Iterable[str] = (),
    need: int | None = None,
    budget_fen: int | None = None,
    units: int = 1,
    seats: int = 0,
) -> None:
    """State everything but the places anew; what is left out is open again."""

    def anew(known: Interests) -> Interests:
        stated = replace(known.stated, kinds=frozenset(kinds), forms=frozenset(forms), ages=frozenset(ages), need=need)
        return Interests(stated=stated, budget_fen=budget_fen, units=units, seats=seats)

    _change(tx, actor, anew)


@act
def add_place(tx: Tx, actor: Actor, region: str) -> None:
    """State one more place, of county size or larger: a hometown, or a region to help in."""
    _change(tx, actor, lambda known: with_place(known, region))
    if tx.session.get(Region, region) is None:
        raise Invalid("region-unknown", field="region")


@act
def remove_place(tx: Tx, actor: Actor, region: str) -> None:
    """Take a stated place back."""

    def without(known: Interests) -> Interests:
        if region not in known.stated.places:
            raise Missing
        return without_place(known, region)

    _change(tx, actor, without)


@act
def forget(tx: Tx, actor: Actor) -> None:
    """Delete everything one stated."""
    if not actor.is_signed_in:
        raise SignInNeeded
    forget_interests(tx, actor.account_id)


def _change(tx: Tx, actor: Actor, change: Callable[[Interests], Interests]) -> None:
    if not actor.is_signed_in:
        raise SignInNeeded
    lock_account(tx, actor.account_id)
    known = read_interests(tx.session, actor.account_id)
    changed = change(known)
    may_state(changed, things=list_present(tx.session), chosen=known.stated.kinds)
    write_interests(tx, actor.account_id, changed)
