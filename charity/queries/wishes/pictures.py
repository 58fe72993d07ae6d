"""Pictures of wishes that are not public: who may look at one, and which others look like it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, false, or_, select

from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.clocks import ClockName
from charity.domain.permissions import is_allowed, regions_for
from charity.domain.regions import Level, county_of, level_of
from charity.domain.wishes import PUBLIC, WishState
from charity.models.doubles import COMPARED, is_alike, list_alike
from charity.models.photos import Photo
from charity.models.wishes import Wish
from charity.queries.scopes import within
from charity.queries.wish_cards import photo_url

MOST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Another wish whose picture looks the same; bits is how many of 64 differ."""

    url: str  # empty where the viewer may not read that wish: then only its picture shows
    title: str
    state: str
    bits: int
    photo_url: str


def may_read(viewer: Actor, region: str, *, is_in_pool: bool) -> bool:
    """Say whether the viewer may read a wish of a region that is not public."""
    if is_allowed(viewer, "wish.read", region):
        return True
    return is_in_pool and any(code.startswith(region[:6]) for code in viewer.regions(Role.REVIEWER))


def list_pictures_alike(viewer: Actor, wish_id: int, county: str, photo_ref: str | None) -> tuple[Alike, ...]:
    """List wishes whose picture is the same anywhere, or looks much alike among the county's newest."""
    photo = None if photo_ref is None else reading().scalar(select(Photo).where(Photo.ref == photo_ref))
    if photo is None:
        return ()
    found = list_alike(reading(), wish_id=wish_id, county=county, photo=photo)
    return tuple(_alike(viewer, other, bits) for bits, other in found[:MOST])


def _alike(viewer: Actor, other: Any, bits: int) -> Alike:
    url = ""
    if may_read(viewer, other.region_code, is_in_pool=other.clock == ClockName.COUNTY_POOL.value):
        url = f"/reviews/wishes/{other.ref}"
    elif WishState(other.state) in PUBLIC and other.hidden_at is None:
        url = f"/wishes/{other.ref}"
    return Alike(
        url=url,
        title=other.title if url else "",
        state=other.state if url else "",
        bits=bits,
        photo_url=f"/desk{photo_url(other.photo_ref, 320)}",
    )


def find_desk_photo(viewer: Actor, ref: str) -> str | None:
    """Find the files of a thing's picture for those who may read its wish, and for whoever posted it.

    And for who has to decide about a wish whose picture looks like it, wherever it lies.
    """
    rows = (
        reading()
        .execute(
            select(Photo.storage_key, Photo.sha256, Photo.look, Wish.id, Wish.region_code, Wish.poster_id, Wish.clock)
            .join(Wish, Wish.photo_id == Photo.id)
            .where(Photo.ref == ref, Photo.purpose == "thing")
        )
        .all()
    )
    for row in rows:
        is_in_pool = row.clock == ClockName.COUNTY_POOL.value
        if row.poster_id == viewer.account_id or may_read(viewer, row.region_code, is_in_pool=is_in_pool):
            return row.storage_key
    return next((row.storage_key for row in rows if _has_to_compare(viewer, row)), None)


def _has_to_compare(viewer: Actor, picture: Any) -> bool:
    """Say whether a wish that waits for the viewer's decision shows the same picture, or one that looks much alike."""
    held = viewer.regions(Role.REVIEWER)
    pooled = and_(
        Wish.clock == ClockName.COUNTY_POOL.value,
        or_(false(), *(Wish.county == county_of(code) for code in held if level_of(code) >= Level.COUNTY)),
    )
    waiting = (
        select(Photo.sha256, Photo.look)
        .join(Wish, Wish.photo_id == Photo.id)
        .where(
            Wish.state == WishState.SUBMITTED.value,
            or_(within(Wish.region_code, regions_for(viewer, "wish.review")), pooled),
            Wish.id != picture.id,
        )
        .order_by(Wish.id.desc())
        .limit(COMPARED)
    )
    return any(is_alike(picture, other) for other in reading().execute(waiting))
