"""Whose need it is: the child, household or site behind a wish, and the names that its words must not tell."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from charity.adapters.crypto import unseal
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.consents import NEEDED_TO_PUBLISH, Purpose
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.households import LifeState
from charity.domain.identity import is_child
from charity.domain.permissions import may
from charity.domain.regions import county_of, township_of
from charity.domain.school import stage_until
from charity.domain.wishes import BeneficiaryKind
from charity.models.consents import agreed_of, is_agreed
from charity.models.households import Household, Member
from charity.models.naming import list_names, list_site_names, with_spoken
from charity.models.regions import Region
from charity.models.sites import Site
from charity.models.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """A beneficiary, as far as a wish needs to know it; names are read for checking and never kept."""

    kind: BeneficiaryKind
    beneficiary: str
    region: str
    names: tuple[str, ...]
    sites: tuple[str, ...] = ()  # schools and the like of a family's county
    household_id: int | None = None
    member_id: int | None = None
    site_id: int | None = None
    school_stage: str | None = None
    stage_until: date | None = None
    life: LifeState | None = None  # of the household; a site has none


_FIELDS = {
    Purpose.SHOW_SEX: "shown_sex",
    Purpose.SHOW_SIZE: "size",
    Purpose.SHOW_INTEREST: "interest",
    Purpose.SCHOOL_POINT: "point_ref",
}


def get_whose(tx: Tx, actor: Actor, kind: BeneficiaryKind, ref: str) -> Whose:
    """Find the child (by the member's ref), household or site by its ref; outside the actor's region it is missing."""
    whose = _find(tx, kind, ref)
    may(actor, "wish.post", whose.region)
    return whose


def _find(tx: Tx, kind: BeneficiaryKind, ref: str) -> Whose:
    if kind is BeneficiaryKind.SITE:
        site = tx.session.scalars(select(Site).where(Site.ref == ref, Site.closed_at.is_(None))).one_or_none()
        return _of_site(tx, site)
    if kind is BeneficiaryKind.CHILD:
        member = tx.session.scalars(select(Member).where(Member.ref == ref, Member.left_at.is_(None))).one_or_none()
        if member is None:
            raise Missing
        return _of_child(tx, member)
    household = tx.session.scalars(
        select(Household).where(Household.ref == ref, Household.closed_at.is_(None))
    ).one_or_none()
    return _of_household(tx, household)


def whose_of(tx: Tx, wish: Wish) -> Whose:
    """Find the beneficiary of a wish that was written down before."""
    if wish.site_id is not None:
        return _of_site(tx, tx.session.get(Site, wish.site_id))
    if wish.member_id is not None:
        member = tx.session.get(Member, wish.member_id)
        if member is None or member.left_at is not None:
            raise Missing
        return _of_child(tx, member)
    return _of_household(tx, tx.session.get(Household, wish.household_id))


def whose_listed(tx: Tx, region: str, names: Iterable[str], *, is_child: bool) -> Whose:
    """Describe somebody of a county's list who is not in the register yet, for judging what is needed."""
    return Whose(
        kind=BeneficiaryKind.CHILD if is_child else BeneficiaryKind.HOUSEHOLD,
        beneficiary="",
        region=region,
        names=(*with_spoken(names), *_places(tx, region)),
        sites=list_site_names(tx, str(county_of(region))),
    )


def may_publish_about(tx: Tx, whose: Whose, *, shown: Iterable[Purpose] = ()) -> None:
    """Refuse to publish without consent, or more than was agreed to; a site needs none."""
    if whose.household_id is None:
        return
    wanted = tuple(shown)
    agreed = agreed_of(
        tx.session,
        NEEDED_TO_PUBLISH | set(wanted),
        household_id=whose.household_id,
        member_id=whose.member_id,
        moment=tx.now,
    )
    if not agreed >= NEEDED_TO_PUBLISH:
        raise Conflict("consent-missing")
    for purpose in wanted:
        if purpose not in agreed:
            raise Invalid("consent-missing-detail", field=_FIELDS[purpose])


def agrees(tx: Tx, whose: Whose, purpose: Purpose) -> bool:
    """Say whether the person's consent to a use of the data stands now; the head speaks for the family."""
    if whose.household_id is None:
        return False
    return is_agreed(tx.session, purpose, household_id=whose.household_id, member_id=whose.member_id, moment=tx.now)


def _of_site(tx: Tx, site: Site | None) -> Whose:
    if site is None:
        raise Missing
    names = [unseal(site.name_sealed, place=f"sites.name:{site.ref}")]
    if site.head_sealed is not None:
        names += with_spoken([unseal(site.head_sealed, place=f"sites.head:{site.ref}")])
    return Whose(
        kind=BeneficiaryKind.SITE,
        beneficiary=f"s{site.id}",
        region=site.region_code,
        names=(*names, *_places(tx, site.region_code)),
        site_id=site.id,
    )


def _of_household(tx: Tx, household: Household | None) -> Whose:
    if household is None or household.closed_at is not None:
        raise Missing
    return Whose(
        kind=BeneficiaryKind.HOUSEHOLD,
        beneficiary=f"h{household.id}",
        region=household.region_code,
        names=list_names(tx, household),
        sites=list_site_names(tx, household.county),
        household_id=household.id,
        life=LifeState(household.life_state),
    )


def _of_child(tx: Tx, member: Member) -> Whose:
    household = tx.session.get(Household, member.household_id)
    if household is None or household.closed_at is not None:
        raise Missing
    birth = _birth(member)
    if not is_child(birth, day_of(tx.now)):
        raise Invalid("not-a-child", field="beneficiary")
    return Whose(
        kind=BeneficiaryKind.CHILD,
        beneficiary=f"h{household.id}",
        region=household.region_code,
        names=list_names(tx, household),
        sites=list_site_names(tx, household.county),
        household_id=household.id,
        member_id=member.id,
        school_stage=member.school_stage,
        stage_until=None if member.stage_on is None else stage_until(member.stage_on),
        life=LifeState(household.life_state),
    )


def _birth(member: Member) -> date:
    return date.fromisoformat(unseal(member.birth_sealed, place=f"members.birth:{member.ref}"))


def _places(tx: Tx, region: str) -> tuple[str, ...]:
    codes = {region, township_of(region)} if len(region) >= 9 else set[str]()
    return tuple(tx.session.scalars(select(Region.name).where(Region.code.in_(codes)).order_by(Region.code)))
