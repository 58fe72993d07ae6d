"""A small invented village for tests: regions, people with roles, a family with a child, a point, a programme."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from fpdf import FPDF
from sqlalchemy import Engine, event, select

from charity.adapters import photos
from charity.adapters.clock import now
from charity.adapters.crypto import digest, new_ref, seal
from charity.adapters.db import Tx, transaction
from charity.domain.actors import Actor, Grant, Role
from charity.domain.consents import AUDIENCES, Purpose
from charity.domain.kinds import Kind
from charity.domain.regions import county_of, level_of, parent_of
from charity.domain.reviews import NEED_CHECKLIST
from charity.domain.wall import wall_at
from charity.domain.wishes import PHOTO_CHECKLIST, BeneficiaryKind
from charity.models.accounts import Account, RoleGrant
from charity.models.households import Consent, Household, Member
from charity.models.papers import BasisDocument, BasisFile
from charity.models.points import ServicePoint
from charity.models.programmes import Programme
from charity.models.regions import Region
from charity.models.searching import write_words
from charity.models.sites import Site
from charity.models.wishes import Wish
from charity.services.wishes import post as posting
from charity.services.wishes import review
from charity.services.wishes.needs import Need

PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE = "99", "9901", "990101", "990101001", "990101001001"
OTHER_COUNTY, OTHER_TOWNSHIP, OTHER_VILLAGE = "990102", "990102001", "990102001001"
NAMES = {
    PROVINCE: "云桥省",
    CITY: "清河市",
    COUNTY: "云溪县",
    TOWNSHIP: "柳林镇",
    VILLAGE: "桃花坞村",
    OTHER_COUNTY: "石岭县",
    OTHER_TOWNSHIP: "白杨镇",
    OTHER_VILLAGE: "杏树坪村",
}
PAPER = FPDF()
PAPER.add_page()
PDF = bytes(PAPER.output())
CHECKS = (*NEED_CHECKLIST, *PHOTO_CHECKLIST)
COAT = Need(
    title="冬季棉衣一件",
    details="蓝色,带帽子",
    category="coat",
    reason_code="winter-comes",
    unit_label="piece",
    unit_fen=150_00,
    wanted=1,
    size="130",
)
BOOKS = Need(
    title="课外读物一套",
    category="books",
    reason_code="too-few-for-all",
    unit_label="set",
    unit_fen=80_00,
    wanted=10,
)
QUILT = Need(
    title="棉被两床",
    category="quilt",
    reason_code="winter-comes",
    unit_label="piece",
    unit_fen=120_00,
    wanted=2,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A registered family's refs and ids."""

    ref: str
    id: int
    child_ref: str
    child_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    """Everybody and everything a wish needs."""

    volunteer: Actor
    reviewer: Actor
    second: Actor
    administrator: Actor
    donor: Actor
    family: Family
    site: str
    point: str
    programme: str


def add_regions(tx: Tx) -> None:
    """Add the demo province's few regions."""
    for code, name in NAMES.items():
        if tx.session.get(Region, code) is None:
            tx.session.add(Region(code=code, parent=str(parent_of(code)), level=int(level_of(code)), name=name))


def add_person(tx: Tx, *roles: tuple[Role, str], email: str | None = None, password_hash: str | None = None) -> Actor:
    """Add a verified account with roles in regions."""
    ref = new_ref()
    address = email or f"{ref}@example.org"
    account = Account(
        ref=ref,
        nickname=f"网友{ref[:4]}",
        pseudonym=new_ref(),
        created_at=tx.now,
        email_sealed=seal(address, place=f"accounts.email:{ref}"),
        email_digest=digest("email", address),
        email_verified_at=tx.now,
        password_hash=password_hash,
    )
    tx.session.add(account)
    tx.session.flush()
    for role, region in roles:
        tx.session.add(
            RoleGrant(
                account_id=account.id,
                role=role.value,
                region_code=region,
                starts_on=date(2020, 1, 1),
                granted_at=tx.now,
            )
        )
    grants = tuple(Grant(role=role, region=region) for role, region in ((Role.DONOR, ""), *roles))
    return Actor(account_id=account.id, ref=ref, grants=grants, verified=True)


def add_family(
    tx: Tx, by: Actor, *, village: str = VILLAGE, consents: bool = True, verified: bool = True, born: int = 10
) -> Family:
    """Add a family of a head and one child who agreed to publishing."""
    ref, head_ref, child_ref = new_ref(), new_ref(), new_ref()
    household = Household(
        ref=ref,
        alias=f"青竹 {secrets.randbelow(10_000)}",
        region_code=village,
        county=county_of(village),
        category="low-income",
        head_name_sealed=seal("欧阳建国", place=f"households.head_name:{ref}"),
        head_digest=digest("name", "欧阳建国"),
        address_sealed=seal("桃花坞村三组17号", place=f"households.address:{ref}"),
        registered_by_id=by.account_id,
        registered_at=tx.now,
        verified_at=tx.now if verified else None,
        life_state="verified" if verified else "identified",
    )
    tx.session.add(household)
    tx.session.flush()
    head = _member(tx, by, household.id, head_ref, "欧阳建国", "head", 40)
    child = _member(tx, by, household.id, child_ref, "欧阳小禾", "child", born)
    if consents:
        for purpose in (
            Purpose.REGISTER,
            Purpose.PUBLISH_WISH,
            Purpose.SHOW_SEX,
            Purpose.SHOW_SIZE,
            Purpose.SHOW_INTEREST,
        ):
            add_consent(tx, by, household.id, head.id, purpose, given_by="self")
            add_consent(tx, by, household.id, child.id, purpose, given_by="parent")
    return Family(ref=ref, id=household.id, child_ref=child_ref, child_id=child.id)


def _member(tx: Tx, by: Actor, household_id: int, ref: str, name: str, relation: str, age: int) -> Member:
    born = date(tx.now.year - age, 1, 2)
    member = Member(
        ref=ref,
        household_id=household_id,
        alias=f"晨露 {secrets.randbelow(10_000)}",
        name_sealed=seal(name, place=f"members.name:{ref}"),
        name_digest=digest("name", name),
        birth_sealed=seal(born.isoformat(), place=f"members.birth:{ref}"),
        sex_sealed=seal("female", place=f"members.sex:{ref}"),
        relation=relation,
        school_stage="primary" if age < 13 else None,
        recorded_by_id=by.account_id,
        recorded_at=tx.now,
    )
    tx.session.add(member)
    tx.session.flush()
    return member


def add_consent(
    tx: Tx, by: Actor, household_id: int, member_id: int, purpose: Purpose, *, given_by: str, granted: bool = True
) -> None:
    """Add one word of consent, valid for a year."""
    tx.session.add(
        Consent(
            household_id=household_id,
            member_id=member_id,
            purpose=purpose.value,
            audience=AUDIENCES[purpose].value,
            is_granted=granted,
            given_by=given_by,
            child_agrees=True,
            valid_until=(tx.now + timedelta(days=3650)).date(),
            recorded_by_id=by.account_id,
            recorded_at=tx.now,
        )
    )
    tx.session.flush()


def add_point(
    tx: Tx,
    *,
    region: str = TOWNSHIP,
    kind: str = "township",
    pupils: int = 0,
    villages: int = 0,
    keeper: int | None = None,
) -> str:
    """Add a service point and give its ref."""
    ref = new_ref()
    tx.session.add(
        ServicePoint(
            ref=ref,
            region_code=region,
            kind=kind,
            name_sealed=seal("柳林镇爱心代收点", place=f"service_points.name:{ref}"),
            recipient_sealed=seal("代收点管理员", place=f"service_points.recipient:{ref}"),
            address_sealed=seal("柳林镇人民路8号", place=f"service_points.address:{ref}"),
            phone_sealed=seal("13900000000", place=f"service_points.phone:{ref}"),
            hours="9:00-17:00",
            keeper_id=keeper,
            pupils=pupils,
            villages_served=villages,
            created_at=tx.now,
        )
    )
    return ref


def add_programme(
    tx: Tx, *, code: str = "WINTER", region: str = PROVINCE, kind: Kind = Kind.GOODS, is_on_file: bool = True
) -> str:
    """Add a programme that gives wishes their legal basis, a document of it on file, and give its code."""
    programme = Programme(
        ref=new_ref(),
        code=code,
        name="暖冬行动",
        region_code=region,
        kind=kind.value,
        starts_on=date(2020, 1, 1),
        body="云桥省慈善会",
        certificate="慈证字001号",
        filing="备案字2026-01",
        contact="0990-1234567",
        made_at=tx.now,
    )
    tx.session.add(programme)
    if is_on_file:
        put_on_file(tx, programme)
    return code


def put_codes_on_file(*codes: str) -> None:
    """Put a document of each of these programmes on file."""
    with transaction() as tx:
        for programme in tx.session.scalars(select(Programme).where(Programme.code.in_(codes))).all():
            put_on_file(tx, programme)


def put_on_file(tx: Tx, programme: Programme) -> str:
    """Record a document of a programme's legal basis with a copy of it, and give the document's reference."""
    tx.session.flush()
    somebody = tx.session.scalars(select(Account.id).order_by(Account.id).limit(1)).one_or_none()
    by = somebody or add_person(tx, (Role.ADMINISTRATOR, programme.region_code)).account_id
    document = BasisDocument(
        ref=new_ref(),
        programme_id=programme.id,
        kind="certificate",
        number="慈证字001号",
        issued_by="云桥省民政厅",
        recorded_by_id=by,
        recorded_at=tx.now,
    )
    tx.session.add(document)
    tx.session.flush()
    tx.session.add(
        BasisFile(
            ref=new_ref(),
            document_id=document.id,
            storage_key=new_ref(),
            media_type="application/pdf",
            size=len(PDF),
            sha256=hashlib.sha256(PDF + document.ref.encode()).digest(),
            added_by_id=by,
            added_at=tx.now,
        )
    )
    return document.ref


def add_site(tx: Tx, by: Actor, *, village: str = VILLAGE) -> str:
    """Add a school as a site and give its ref."""
    ref = new_ref()
    tx.session.add(
        Site(
            ref=ref,
            kind="school",
            region_code=village,
            county=county_of(village),
            name_sealed=seal("望云中心小学", place=f"sites.name:{ref}"),
            pupils=120,
            registered_by_id=by.account_id,
            registered_at=tx.now,
        )
    )
    return ref


def build() -> Village:
    """Put the whole village into an empty database."""
    with transaction() as tx:
        add_regions(tx)
        volunteer = add_person(tx, (Role.VOLUNTEER, VILLAGE))
        village = Village(
            volunteer=volunteer,
            reviewer=add_person(tx, (Role.REVIEWER, TOWNSHIP)),
            second=add_person(tx, (Role.REVIEWER, TOWNSHIP)),
            administrator=add_person(tx, (Role.ADMINISTRATOR, COUNTY)),
            donor=add_person(tx),
            family=add_family(tx, volunteer),
            site=add_site(tx, volunteer),
            point=add_point(tx),
            programme=add_programme(tx),
        )
    return village


def photo(*, look: str = "00ff00ff00ff00ff", digest_of: str = "") -> photos.Photo:
    """Give a picture as the adapter hands it over, without any file behind it."""
    sha = (digest_of or secrets.token_hex(32)).rjust(64, "0")
    return photos.Photo(key=secrets.token_hex(16), width=800, height=600, sha256=sha, dhash=look)


def submitted(village: Village, need: Need = COAT, *, picture: photos.Photo | None = None) -> str:
    """Post a child's (or, for other needs, the site's) wish and hand it in."""
    kind, ref = _for(village, need)
    return posting.post(village.volunteer, kind, ref, need=replace(need, point_ref=village.point), photo=picture)


def published(village: Village, need: Need = COAT, *, picture: photos.Photo | None = None) -> str:
    """Post a wish and have it approved."""
    ref = submitted(village, need, picture=picture)
    review.approve(village.reviewer, ref, checks=CHECKS)
    return ref


def _for(village: Village, need: Need) -> tuple[BeneficiaryKind, str]:
    if need.reason_code in {"too-few-for-all", "class-has-none"}:
        return BeneficiaryKind.SITE, village.site
    if need.category == "quilt":
        return BeneficiaryKind.HOUSEHOLD, village.family.ref
    return BeneficiaryKind.CHILD, village.family.child_ref


def moment(text: str) -> datetime:
    """Read a moment in UTC, for `travel`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def later(days: int) -> datetime:
    """Give a moment so many days from now."""
    return now() + timedelta(days=days)


def add_public(tx: Tx, by: Actor, title: str, *, at: datetime, county: str = COUNTY, **changes: object) -> Wish:
    """Put a site's wish onto the wall without the way there, for tests of the wall itself."""
    values: dict[str, object] = {
        "ref": new_ref(),
        "kind": "goods",
        "beneficiary_kind": "site",
        "beneficiary": "s0",
        "region_code": f"{county}001001",
        "province": county[:2],
        "city": county[:4],
        "county": county,
        "title": title,
        "reason_code": "too-few-for-all",
        "category": "books",
        "unit_label": "set",
        "unit_fen": 80_00,
        "wanted": 10,
        "state": "approved",
        "poster_id": by.account_id,
        "created_at": at,
        "published_at": at,
    }
    values |= changes
    wish = Wish(**values)
    wish.wall_at = wall_at(at, taken=(wish.committed or 0) + (wish.reserved or 0), wanted=wish.wanted)
    tx.session.add(wish)
    tx.session.flush()
    write_words(tx, wish.id, wish.published_at or at, f"{title} {NAMES.get(county, '')}")
    return wish


@contextmanager
def counting() -> Iterator[list[str]]:
    """Collect the SQL statements of the block, without BEGIN and its like."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.lstrip().upper().startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SET", "SHOW")):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)
