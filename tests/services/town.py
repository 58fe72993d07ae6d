"""A small town for wired tests: people with their roles, a household, a service point, wishes."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from charity import ledger
from charity.adapters import clock
from charity.adapters.crypto import digest, new_ref, seal
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import AccountKind, Actor, Grant, Role
from charity.domain.wall import wall_at
from charity.models.accounts import Account, RoleGrant
from charity.models.acknowledging import card_code_digest
from charity.models.households import CardCode, CodeCard, Household
from charity.models.ledger import ENTRIES
from charity.models.pauses import Pause
from charity.models.pledges import GivenYear, Pledge
from charity.models.points import ServicePoint
from charity.models.receiving import take_place
from charity.models.sites import Site
from charity.models.waiting import Offer
from charity.models.wishes import Wish

COUNTY, TOWNSHIP, VILLAGE = "990101", "990101001", "990101001001"
OTHER_TOWNSHIP = "990101002"
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # ten in the morning there


@dataclass(slots=True)
class Town:
    """Everybody who is needed to bring a pledge to its end."""

    volunteer: Actor
    poster: Actor
    reviewer: Actor
    printer: Actor
    county_reviewer: Actor
    neighbour: Actor
    auditor: Actor
    city_auditor: Actor
    household_id: int
    point_id: int
    beneficiary: str
    made: list[int] = field(default_factory=list)


def person(
    *grants: tuple[Role, str], kind: str = "person", verified: bool = True, since: datetime | None = None, **more: Any
) -> Actor:
    """Make an account with its roles, and the actor it signs in as."""
    ref, now = new_ref(), since or clock.now()
    with transaction() as tx:
        account_id = tx.session.execute(
            insert(Account)
            .values(
                ref=ref,
                kind=kind,
                nickname=f"n-{ref[:6]}",
                email_digest=digest("email", f"{ref}@example.org"),
                email_sealed=seal(f"{ref}@example.org", place=f"accounts.email:{ref}"),
                email_verified_at=now if verified else None,
                pseudonym=new_ref(),
                created_at=now,
                last_acted_at=now,
                **more,
            )
            .returning(Account.id)
        ).scalar_one()
        for role, region in grants:
            tx.session.execute(
                insert(RoleGrant).values(
                    account_id=account_id,
                    role=role.value,
                    region_code=region,
                    starts_on=date(2020, 1, 1),
                    granted_at=now,
                )
            )
    held = tuple(Grant(role=role, region=region) for role, region in grants)
    return Actor(account_id=account_id, ref=ref, kind=AccountKind(kind), grants=held, verified=verified)


def found_town(*, keeper: bool = True) -> Town:
    """Make the town."""
    volunteer = person((Role.VOLUNTEER, TOWNSHIP))
    poster = person((Role.VOLUNTEER, VILLAGE))
    with transaction() as tx:
        point_ref, home_ref = new_ref(), new_ref()
        point_id = tx.session.execute(
            insert(ServicePoint)
            .values(
                ref=point_ref,
                region_code=TOWNSHIP,
                kind="township",
                name_sealed=seal("Point", place=f"service_points.name:{point_ref}"),
                recipient_sealed=seal("Keeper", place=f"service_points.recipient:{point_ref}"),
                address_sealed=seal("1 Main Street", place=f"service_points.address:{point_ref}"),
                phone_sealed=seal("13800000000", place=f"service_points.phone:{point_ref}"),
                keeper_id=volunteer.account_id if keeper else None,
                created_at=tx.now,
            )
            .returning(ServicePoint.id)
        ).scalar_one()
        household_id = tx.session.execute(
            insert(Household)
            .values(
                ref=home_ref,
                alias="Alias",
                region_code=VILLAGE,
                county=COUNTY,
                category="low-income",
                head_name_sealed=seal("Head", place=f"households.head_name:{home_ref}"),
                head_digest=digest("name", "Head"),
                address_sealed=seal("Somewhere", place=f"households.address:{home_ref}"),
                relative_phone_sealed=seal("+8613900000000", place=f"households.relative_phone:{home_ref}"),
                registered_by_id=poster.account_id,
                registered_at=tx.now,
            )
            .returning(Household.id)
        ).scalar_one()
    return Town(
        volunteer=volunteer,
        poster=poster,
        reviewer=person((Role.REVIEWER, TOWNSHIP)),
        printer=person((Role.REVIEWER, TOWNSHIP)),
        county_reviewer=person((Role.REVIEWER, COUNTY)),
        neighbour=person((Role.REVIEWER, OTHER_TOWNSHIP)),
        auditor=person((Role.AUDITOR, COUNTY)),
        city_auditor=person((Role.AUDITOR, "9901")),
        household_id=household_id,
        point_id=point_id,
        beneficiary=f"h{household_id}",
    )


def wish(
    town: Town,
    *,
    wanted: int = 1,
    unit_fen: int = 5_000,
    state: str = "approved",
    site: bool = False,
    receiver: str = "",
    **more: Any,
) -> str:
    """Make a public wish for goods, or one of money that an organisation receives; gives its ref."""
    ref, now = new_ref(), clock.now()
    beneficiary = f"s{_site(town)}" if site else town.beneficiary
    values: dict[str, Any] = {
        "ref": ref,
        "kind": "goods",
        "beneficiary_kind": "site" if site else "household",
        "beneficiary": beneficiary,
        "household_id": None if site else town.household_id,
        "site_id": int(beneficiary[1:]) if site else None,
        "region_code": VILLAGE,
        "province": "99",
        "city": "9901",
        "county": COUNTY,
        "title": "Winter shoes",
        "reason_code": "daily-life",
        "category": "shoes",
        "unit_label": "piece",
        "unit_fen": unit_fen,
        "wanted": wanted,
        "state": state,
        "point_id": town.point_id,
        "poster_id": town.poster.account_id,
        "created_at": now,
        "published_at": now,
        "wall_at": wall_at(now, taken=0, wanted=wanted),
    }
    with transaction() as tx:
        tx.session.execute(insert(Wish).values(values | more))
        take_place(tx, household_id=values["household_id"], member_id=None)
        subjects = {"wish": ref} | ({"organisation": receiver} if receiver else {})
        ledger.append(tx, "wish.published", subjects, {"state": state, "wanted": wanted})
    return ref


def _site(town: Town) -> int:
    ref = new_ref()
    with transaction() as tx:
        return tx.session.execute(
            insert(Site)
            .values(
                ref=ref,
                kind="school",
                region_code=VILLAGE,
                county=COUNTY,
                name_sealed=seal("School", place=f"sites.name:{ref}"),
                registered_by_id=town.poster.account_id,
                registered_at=tx.now,
            )
            .returning(Site.id)
        ).scalar_one()


def card(town: Town, *codes: str) -> None:
    """Print a card with these codes."""
    with transaction() as tx:
        card_id = tx.session.execute(
            insert(CodeCard)
            .values(
                ref=new_ref(),
                household_id=town.household_id,
                printed_by_id=town.printer.account_id,
                printed_at=tx.now,
            )
            .returning(CodeCard.id)
        ).scalar_one()
        for position, code in enumerate(codes, start=1):
            tx.session.execute(
                insert(CardCode).values(
                    card_id=card_id,
                    household_id=town.household_id,
                    position=position,
                    code_digest=card_code_digest(town.household_id, code),
                )
            )


def pause(first: date, last: date, region: str = COUNTY) -> None:
    """Put days into a region's pause calendar."""
    with transaction() as tx:
        tx.session.execute(
            insert(Pause).values(region_code=region, starts_on=first, ends_on=last, reason="snow", made_at=tx.now)
        )


def pledge_row(ref: str) -> Pledge:
    """Read a pledge as it is committed now."""
    end_reading()
    return reading().execute(select(Pledge).where(Pledge.ref == ref)).scalar_one()


def wish_row(ref: str) -> Wish:
    """Read a wish as it is committed now."""
    end_reading()
    return reading().execute(select(Wish).where(Wish.ref == ref)).scalar_one()


def account_row(actor: Actor) -> Account:
    """Read an account as it is committed now."""
    end_reading()
    return reading().execute(select(Account).where(Account.id == actor.account_id)).scalar_one()


def given_fen(actor: Actor, beneficiary: str) -> int:
    """Read what an account gives a beneficiary this year."""
    end_reading()
    rows = reading().scalars(
        select(GivenYear.amount_fen).where(
            GivenYear.account_id == actor.account_id, GivenYear.beneficiary == beneficiary
        )
    )
    return sum(rows)


def open_offers(wish_ref: str) -> list[Offer]:
    """List a wish's open offers."""
    end_reading()
    return list(
        reading().scalars(
            select(Offer).join(Wish, Wish.id == Offer.wish_id).where(Wish.ref == wish_ref, Offer.state == "open")
        )
    )


def entry_kinds(wish_ref: str) -> list[str]:
    """List the kinds of a wish's entries in order."""
    end_reading()
    return list(reading().scalars(select(ENTRIES.c.kind).where(ENTRIES.c.wish == wish_ref).order_by(ENTRIES.c.id)))


def later(start: datetime, **span: float) -> datetime:
    """Give a later moment."""
    return start + timedelta(**span)
