"""What stands in the invented province: service points, schools, programmes with their legal basis, paused days."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from charity.adapters import clock
from charity.adapters.storage import Store
from charity.cli.basis_papers import put_invented_on_file
from charity.cli.demo.cast import Cast, places
from charity.domain.calendar import day_of
from charity.domain.catalogue import Necessity, SizeOf, get_category
from charity.domain.demo_regions import demo_regions
from charity.domain.items import ItemChange, ItemNames, NewItem, item_of
from charity.domain.kinds import Kind
from charity.domain.pauses import PauseReason
from charity.domain.points import PointKind
from charity.domain.regions import DEMO_PROVINCE, Level, township_of
from charity.domain.wishes import BeneficiaryKind
from charity.services import pauses, points, programmes, sites
from charity.services.catalogue import add_item, change_item
from charity.services.points import PointCard
from charity.services.programmes import Campaign
from charity.services.sites import Place

_NAMES = {region.code: region.name for region in demo_regions()}
# No area code 0399 exists, so nobody's telephone rings.
_LANDLINE = "0399"
WARM, READING, SPRING = "WARM-WINTER", "READING-LAMP", "SPRING-FIELDS"


@dataclass(slots=True)
class School:
    """A site of the story."""

    ref: str
    region: str


@dataclass(slots=True)
class Grounds:
    """The refs of what stands there."""

    points: dict[str, str] = field(default_factory=dict)
    sites: list[School] = field(default_factory=list)
    school_point: str = ""
    school_point_region: str = ""


def build(cast: Cast, chance: Random, store: Store, *, schools: int) -> Grounds:
    """Open points, schools and programmes, and put a festival into the pause calendar."""
    grounds = Grounds()
    _open_programmes(cast, store)
    for township in places(Level.TOWNSHIP):
        grounds.points[township] = points.create(cast.administrator, township, point=_point(cast, township, chance))
    first = places(Level.TOWNSHIP)[0]
    grounds.school_point = points.create(cast.administrator, first, point=_school_point(cast, first, chance))
    grounds.school_point_region = first
    villages = places(Level.VILLAGE)
    for number in range(schools):
        village = villages[number * 2 % len(villages)]
        grounds.sites.append(_site(cast, village, number, chance))
    return grounds


def phone(chance: Random) -> str:
    """Give a telephone number that cannot ring."""
    return f"{_LANDLINE}{chance.randint(2_000_000, 8_999_999)}"


def _point(cast: Cast, township: str, chance: Random) -> PointCard:
    name = _NAMES[township]
    return PointCard(
        kind=PointKind.TOWNSHIP,
        name=f"{name}爱心代收点",
        recipient=f"{name}代收点",
        address=f"同心省（演示）{name}便民服务中心一楼（虚构地址，请勿真的寄送）",
        phone=phone(chance),
        postcode="990000",
        hours="周一至周六 9:00-17:30",
        keeper_ref=cast.keepers[township].ref,
        is_remote=township.endswith("003"),
    )


def _school_point(cast: Cast, township: str, chance: Random) -> PointCard:
    return PointCard(
        kind=PointKind.SCHOOL,
        name=f"{_NAMES[township]}中心校代收点",
        recipient="门卫室代收",
        address=f"同心省（演示）{_NAMES[township]}中心校（虚构地址，请勿真的寄送）",
        phone=phone(chance),
        postcode="990000",
        hours="上学日 8:00-17:00",
        keeper_ref=cast.keepers[township].ref,
        pupils=320,
        villages_served=4,
    )


def _site(cast: Cast, village: str, number: int, chance: Random) -> School:
    keeper = cast.volunteers[village][0]
    is_school = number % 4 != 3
    name = f"{_NAMES[village]}{'小学' if is_school else '村委会'}{number + 1}"
    place = Place(
        kind="school" if is_school else "village",
        name=name,
        head="演示联系人",
        phone=phone(chance),
        pupils=chance.randint(60, 340) if is_school else 0,
        villages_served=chance.randint(1, 5),
    )
    return School(sites.register(keeper, village, place=place), village)


def _open_programmes(cast: Cast, store: Store) -> None:
    today = day_of(clock.now())
    for code, name, region in (
        (WARM, "暖冬同行（演示）", DEMO_PROVINCE),
        (READING, "书灯计划（演示）", "9901"),
        (SPRING, "春田行动（演示）", "990102"),
    ):
        campaign = Campaign(
            code=code,
            name=name,
            kind=Kind.GOODS,
            starts_on=today,
            ends_on=today + timedelta(days=500),
            body="同心省慈善会（虚构）",
            certificate="虚构慈证字99-001号",
            filing=f"虚构备案99-{code}",
            contact="演示数据，无真实电话",
            budget_fen=500_000_00,
        )
        programme = programmes.create(cast.administrator, region, campaign=campaign)
        put_invented_on_file(cast.administrator, store, programme, number=campaign.certificate)


def adjust_catalogue(cast: Cast) -> None:
    """Raise what a heater may cost, as prices rose before the winter, and add what villages in the rain asked for."""
    stands = item_of(get_category("heater"))
    raised = replace(stands, top_fen=stands.top_fen + 20_00)
    change_item(cast.administrator, "heater", was=stands, change=raised, reason="入冬前三个县询价，安全型取暖器涨价")
    coat = ItemChange(low_fen=30_00, top_fen=90_00, necessity=Necessity.BASIC, size=SizeOf.CLOTHES)
    add_item(
        cast.administrator,
        new=NewItem(
            code="rain-coat",
            beneficiaries=frozenset({BeneficiaryKind.CHILD, BeneficiaryKind.HOUSEHOLD}),
            asks_interest=False,
            names=ItemNames("雨衣", "Rain coat"),
            item=coat,
        ),
        reason="梅雨季节，山路上学的孩子需要",
    )


def announce_festival(cast: Cast) -> None:
    """Put a week of festival, three days ahead, into the pause calendar of one city."""
    first = day_of(clock.now()) + timedelta(days=3)
    pauses.add_pause(
        cast.administrator,
        region="9901",
        starts_on=first,
        ends_on=first + timedelta(days=6),
        reason=PauseReason.FESTIVAL,
    )


def announce_snow(cast: Cast) -> None:
    """Announce that the mountains of one county will be closed for a while."""
    first = day_of(clock.now()) + timedelta(days=25)
    pauses.add_pause(
        cast.administrator,
        region="990201",
        starts_on=first,
        ends_on=first + timedelta(days=20),
        reason=PauseReason.MOUNTAIN_CLOSED,
    )


def point_for(grounds: Grounds, region: str) -> str:
    """Give the ref of the point parcels for a village go to."""
    return grounds.points[township_of(region)]
