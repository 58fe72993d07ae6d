"""The rows of people, homes, wishes and pledges, with counters that agree."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, cast

from sqlalchemy import Connection, Table
from sqlalchemy import insert as insert_rows

from bench.bulk.plan import CONFIRMED, DAY, HELD, LESSONS, ROUNDS, STRIDE, THINGS, Plan
from bench.bulk.tongues import Tongue, insert, literal
from charity.adapters.crypto import digest, new_ref, seal
from charity.domain.regions import Level
from charity.ledger.texts import text_digest
from charity.models.accounts import Account, RoleGrant
from charity.models.households import Consent, Household, HouseholdSide
from charity.models.outbox import Notice
from charity.models.pledges import GivenYear, Pledge
from charity.models.sites import Site
from charity.models.wishes import Wish

TITLES = ("图书", "一套课桌椅", "取暖器", "运动用品", "洗漱用品", "辅导功课")
CHUNK = 5_000


def table(model: type[Any]) -> Table:
    """Give a model's table."""
    return cast(Table, model.__table__)


def set_scene(tongue: Tongue) -> int:
    """Put the townships and the things into temporary tables; gives how many townships there are."""
    tongue.run("CREATE TEMPORARY TABLE bulk_places (k integer PRIMARY KEY, region text, point_id integer)")
    for place, (code, point) in enumerate(
        tongue.find(
            "SELECT r.code, min(p.id) FROM regions r LEFT JOIN service_points p ON p.region_code = r.code"
            f" WHERE r.level = {Level.TOWNSHIP.value} GROUP BY r.code ORDER BY r.code LIMIT 3000"
        )
    ):
        tongue.run(f"INSERT INTO bulk_places VALUES ({place}, '{code}', {'NULL' if point is None else point})")
    tongue.run("CREATE TEMPORARY TABLE bulk_things (k integer PRIMARY KEY, category text, title text, digest text)")
    for thing, (category, title) in enumerate(zip((*THINGS, LESSONS), TITLES, strict=True)):
        # the words' salt is not kept, as after forgetting them
        told = text_digest(b"bulk" * 8, title)
        tongue.run(f"INSERT INTO bulk_things VALUES ({thing}, '{category}', '{title}', '{told}')")
    return int(tongue.find("SELECT count(*) FROM bulk_places")[0][0])


def write_people(plan: Plan) -> None:
    """Write posters and donors; who gave has one pledge confirmed and one open."""
    tongue, sizes = plan.tongue, plan.sizes
    donor = f"(n - {sizes.posters})"
    gave = f"{donor} >= 0 AND {donor} < {sizes.given}"
    held = f"(({donor} + {sizes.given * STRIDE} - {STRIDE}) % {sizes.given})"
    then = tongue.moment(str(plan.now - 90 * DAY))
    given = {
        "id": f"{plan.account} + n",
        "ref": tongue.ref("a", "n"),
        "pseudonym": tongue.ref("q", "n"),
        "nickname": "'donor'",
        "email_digest": tongue.leaf(tongue.data(tongue.ref("e", "n"))),
        "email_verified_at": then,
        "created_at": then,
        "by_mail": literal(value=False),
        "open_pledges": f"CASE WHEN {gave} THEN 1 ELSE 0 END",
        "open_fen": f"CASE WHEN {gave} THEN {plan.price(held)} ELSE 0 END",
        "confirmed_pledges": f"CASE WHEN {gave} THEN 1 ELSE 0 END",
    }
    tongue.run(insert(table(Account), given, tongue.series(sizes.people)))
    rights = {
        "id": f"{_last(tongue, 'role_grants') + 1} + n",
        "account_id": f"{plan.account} + n",
        "role": "'volunteer'",
        "region_code": "region",
        "starts_on": literal(_day(plan, -100)),
        "granted_at": then,
    }
    places = f"{tongue.series(sizes.posters)} JOIN bulk_places ON k = n % {plan.places}"
    tongue.run(insert(table(RoleGrant), rights, places))


def _day(plan: Plan, days: int) -> date:
    return _instant(plan.now + days * DAY).date()


def _last(tongue: Tongue, name: str) -> int:
    return int(tongue.find(f"SELECT coalesce(max(id), 0) FROM {name}")[0][0])


def write_homes(plan: Plan, connection: Connection) -> None:
    """Write schools and families with sealed names, as the register seals them, and what the families agreed to."""
    regions = [region for (region,) in plan.tongue.find("SELECT region FROM bulk_places ORDER BY k")]
    when = plan.now - 90 * DAY
    sites = (_site(plan, number, regions[number % len(regions)], when) for number in range(plan.sizes.sites))
    families = (_family(plan, number, regions[number % len(regions)], when) for number in range(plan.sizes.families))
    _put(connection, table(Site), sites)
    _put(connection, table(Household), families)
    for purpose, audience in (("register", "staff"), ("publish-wish", "public")):
        given = {
            "household_id": f"{plan.household} + n",
            "purpose": f"'{purpose}'",
            "audience": f"'{audience}'",
            "is_granted": literal(value=True),
            "given_by": "'self'",
            "valid_until": literal(_day(plan, 275)),
            "recorded_by_id": str(plan.poster),
            "recorded_at": plan.tongue.moment(str(when)),
        }
        given["id"] = f"{_last(plan.tongue, 'consents') + 1} + n"
        plan.tongue.run(insert(table(Consent), given, plan.tongue.series(plan.sizes.families)))


def _put(connection: Connection, into: Table, rows: Iterable[dict[str, Any]]) -> None:
    rest = iter(rows)
    while chunk := list(islice(rest, CHUNK)):
        connection.execute(insert_rows(into), chunk)
        connection.commit()


def _site(plan: Plan, number: int, region: str, when: int) -> dict[str, Any]:
    ref = new_ref()
    return {
        "id": plan.site + number,
        "ref": ref,
        "kind": "school",
        "region_code": region,
        "county": region[:6],
        "name_sealed": seal(f"第{number + 1}小学", place=f"sites.name:{ref}"),
        "registered_by_id": plan.poster,
        "registered_at": _instant(when),
    }


def _family(plan: Plan, number: int, region: str, when: int) -> dict[str, Any]:
    ref, head = new_ref(), f"户主{number + 1}"
    wishes = sum(1 for _wish in range(2 * number + 1, plan.sizes.wishes, 2 * plan.sizes.families))
    return {
        "id": plan.household + number,
        "ref": ref,
        "alias": f"家庭{number + 1}",
        "region_code": region,
        "county": region[:6],
        "category": "other",
        "head_name_sealed": seal(head, place=f"households.head_name:{ref}"),
        "head_digest": digest("name", head),
        "address_sealed": seal("本村", place=f"households.address:{ref}"),
        "registered_by_id": plan.poster,
        "registered_at": _instant(when),
        "verified_by_id": plan.reviewer,
        "verified_at": _instant(when),
        "life_state": "verified",
        "open_wishes": wishes,
    }


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def write_wishes(plan: Plan) -> None:
    """Write open wishes: half of schools, half of families, ten of things for one of lessons."""
    tongue, sizes = plan.tongue, plan.sizes
    is_site, home, published = plan.is_of_site("n"), plan.home("n"), plan.published("n")
    at = tongue.moment(published)
    given = {
        "id": f"{plan.wish} + n",
        "ref": tongue.ref("w", "n"),
        "kind": f"CASE WHEN n < {sizes.given} THEN 'goods' ELSE 'service' END",
        "beneficiary_kind": f"CASE WHEN {is_site} THEN 'site' ELSE 'household' END",
        "beneficiary": _beneficiary(plan),
        "site_id": f"CASE WHEN {is_site} THEN {plan.site} + {home} END",
        "household_id": f"CASE WHEN {is_site} THEN NULL ELSE {plan.household} + {home} END",
        "region_code": "region",
        "province": "substr(region, 1, 2)",
        "city": "substr(region, 1, 4)",
        "county": "substr(region, 1, 6)",
        "title": "title",
        "reason_code": f"CASE WHEN {is_site} THEN 'class-has-none' ELSE 'lacks-daily-things' END",
        "category": "category",
        "unit_label": f"CASE WHEN n < {sizes.given} THEN 'piece' ELSE 'hour' END",
        "unit_fen": plan.price("n"),
        "wanted": plan.wanted("n"),
        "committed": plan.taken("n"),
        "fulfilled": f"CASE WHEN n < {sizes.given} THEN 1 ELSE 0 END",
        "state": "'approved'",
        "point_id": "point_id",
        "poster_id": f"CASE WHEN n % 10 = 0 THEN {plan.poster} ELSE {plan.account} + n % {sizes.posters} END",
        "reviewer_id": str(plan.reviewer),
        "created_at": at,
        "submitted_at": at,
        "published_at": at,
        "wall_at": plan.wall_at("n"),
        "clock": "'renewal'",
        "clock_started_at": at,
        "act_by": tongue.moment(f"{published} + {90 * DAY}"),
        "remind_at": tongue.moment(f"{published} + {90 * DAY}"),
    }
    source = f"{tongue.series(sizes.wishes)} JOIN bulk_things AS things ON things.k = {plan.thing('n')}"
    source += f" JOIN bulk_places AS places ON places.k = ({home}) % {plan.places} ORDER BY n"
    tongue.run(insert(table(Wish), given, source))


def _beneficiary(plan: Plan) -> str:
    home, text = plan.home("n"), "CAST({} AS text)"
    site, family = text.format(f"({plan.site} + {home})"), text.format(f"({plan.household} + {home})")
    return f"CASE WHEN {plan.is_of_site('n')} THEN 's' || {site} ELSE 'h' || {family} END"


def write_pledges(plan: Plan) -> None:
    """Write ten pledges of every wish of things, and what they count in: years and sides."""
    for turn in range(ROUNDS):
        _write_round(plan, turn)
    first, after = plan.first_pledge(CONFIRMED), plan.first_pledge(HELD + 1)
    counted = {name: name for name in ("account_id", "beneficiary", "year", "amount_fen")}
    source = f"pledges WHERE id >= {first} AND id < {after} ORDER BY account_id, beneficiary, year"
    plan.tongue.run(insert(table(GivenYear), counted, source))
    sides = {"account_id": "account_id", "beneficiary": "beneficiary", "side": "'giving'", "last_at": "max(claimed_at)"}
    source = f"pledges WHERE id >= {first} GROUP BY account_id, beneficiary ORDER BY account_id, beneficiary"
    plan.tongue.run(insert(table(HouseholdSide), sides, source))


def _write_round(plan: Plan, turn: int) -> None:
    tongue, n = plan.tongue, f"(wishes.id - {plan.wish})"
    state = {CONFIRMED: "confirmed", HELD: "held"}.get(turn, "cancelled")
    claimed = plan.claimed(n, turn)
    at = tongue.moment(claimed)
    given = {
        "id": f"{plan.first_pledge(turn)} + {n}",
        "ref": tongue.ref("p", f"{turn * plan.sizes.given} + {n}"),
        "wish_id": "wishes.id",
        "account_id": plan.claimer(n, turn),
        "kind": "wishes.kind",
        "beneficiary": "wishes.beneficiary",
        "region_code": "wishes.region_code",
        "units": "1",
        "amount_fen": "wishes.unit_fen",
        "year": f"CAST({tongue.said(claimed, 'year')} AS integer)",
        "display": "'nickname'",
        "state": f"'{state}'",
        "point_id": "wishes.point_id",
        "claimed_at": at,
    }
    if turn == HELD:
        given |= {"clock": "'plan'", "clock_started_at": at, "remind_at": at}
        given["act_by"] = tongue.moment(f"{claimed} + {3 * DAY}")
    if turn == CONFIRMED:
        given |= {"method": "'shop'", "sent_at": tongue.moment(f"{claimed} + 7200"), "confirmed_by": "'call-back'"}
        given["confirmed_at"] = tongue.moment(f"{claimed} + 18000")
    source = f"wishes WHERE id >= {plan.wish} AND id < {plan.wish + plan.sizes.given} ORDER BY id"
    tongue.run(insert(table(Pledge), given, source))


def write_notices(plan: Plan) -> None:
    """Write the long inbox of one reader."""
    pledge = plan.tongue.ref("p", "n")
    given = {
        "id": f"{_last(plan.tongue, 'notices') + 1} + n",
        "account_id": str(plan.poster),
        "kind": "'parcel-on-its-way'",
        "params": f"""'{{"parcel": "K7", "pledge": "' || {pledge} || '", "units": 1}}'""",
        "made_at": plan.tongue.moment(f"{plan.now - 80 * DAY} + n"),
    }
    plan.tongue.run(insert(table(Notice), given, plan.tongue.series(plan.sizes.notices)))
