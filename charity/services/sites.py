"""Sites: schools and villages as beneficiaries; public as "a school (village) in COUNTY"."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from charity.adapters.crypto import new_ref, seal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.identity import normal_phone
from charity.domain.permissions import may
from charity.domain.regions import Level, county_of, level_of
from charity.domain.sides import Side
from charity.domain.wishes import OPEN
from charity.models.acts import act
from charity.models.regions import Region
from charity.models.register import may_stand_in, take_side
from charity.models.sites import Site
from charity.models.wishes import Wish

KINDS = ("school", "village")
MOST_PUPILS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What is written down about a school or village; head and phone are for call-backs and may be empty."""

    kind: str
    name: str
    head: str = ""
    phone: str = ""
    pupils: int = 0
    villages_served: int = 0


@act
def register(tx: Tx, actor: Actor, region: str, *, place: Place) -> str:
    """Register a school or village and give its ref."""
    may(actor, "site.register", region)
    return write_site(tx, actor, region, place).ref


@act
def take_in(tx: Tx, actor: Actor, region: str, *, place: Place, source_key: str) -> str:
    """Register a site of a foreign list, once however often the list is read; gives its ref."""
    may(actor, "site.register", region)
    known = tx.session.execute(select(Site.ref).where(Site.source_key == source_key)).scalar_one_or_none()
    return known or write_site(tx, actor, region, place, source_key=source_key).ref


def write_site(
    tx: Tx, actor: Actor, region: str, place: Place, *, source_key: str | None = None, at: datetime | None = None
) -> Site:
    """Add the row of a site; its source is named where a foreign list is taken in."""
    _may_write(tx, region, place)
    ref = new_ref()
    phone = normal_phone(place.phone) if place.phone.strip() else ""
    site = Site(
        ref=ref,
        kind=place.kind,
        region_code=region,
        county=county_of(region),
        name_sealed=seal(place.name.strip(), place=f"sites.name:{ref}"),
        head_sealed=seal(place.head.strip(), place=f"sites.head:{ref}") if place.head.strip() else None,
        phone_sealed=seal(phone, place=f"sites.phone:{ref}") if phone else None,
        pupils=place.pupils,
        villages_served=place.villages_served,
        source_key=source_key,
        registered_by_id=actor.account_id,
        registered_at=at or tx.now,
    )
    tx.session.add(site)
    tx.session.flush()
    take_side(tx, actor, f"s{site.id}", Side.FIELD)
    return site


def _may_write(tx: Tx, region: str, place: Place) -> None:
    if level_of(region) < Level.TOWNSHIP or tx.session.get(Region, region) is None:
        raise Invalid("village-needed", field="region")
    may_stand_in(tx, region)
    if place.kind not in KINDS:
        raise Invalid("site-kind", field="kind")
    if not place.name.strip():
        raise Invalid("name-needed", field="name")
    if not 0 <= place.pupils <= MOST_PUPILS or not 0 <= place.villages_served <= MOST_PUPILS:
        raise Invalid("number-out-of-range", field="pupils")


@act
def close(tx: Tx, actor: Actor, ref: str) -> None:
    """Close a site that asks for nothing any more."""
    site = tx.session.scalars(select(Site).where(Site.ref == ref).with_for_update()).one_or_none()
    if site is None or site.closed_at is not None:
        raise Missing
    may(actor, "site.register", site.region_code)
    still_open = select(Wish.id).where(Wish.site_id == site.id, Wish.state.in_([state.value for state in sorted(OPEN)]))
    if tx.session.execute(still_open.limit(1)).first() is not None:
        raise Conflict("site-has-open-wishes")
    site.closed_at = tx.now
