"""Hours and produce of the safety tests' world: a vetted giver at a school, a batch of the village, each in its states.

What must never become public carries a name found nowhere else, so that a crawl can look for it.
"""

from collections.abc import Callable
from datetime import date, timedelta

from charity.adapters.clock import now
from charity.adapters.db import transaction
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.kinds import Kind
from charity.domain.points import PointKind
from charity.domain.produce import Batch, Part, Shipping
from charity.domain.service import HOUR_FEN, Mode, Terms
from charity.domain.wishes import BeneficiaryKind
from charity.services import points, programmes, vetting
from charity.services.pledges import confirm, plan, receive, send
from charity.services.pledges.claim import claim
from charity.services.pledges.produce import Buyer
from charity.services.points import PointCard
from charity.services.programmes import Campaign
from charity.services.wishes import produce, review, service
from charity.services.wishes.needs import Need
from tests.kit import village as v
from tests.kit.harvest import wishes_of
from tests.kit.hours import backdate

# Told to staff and to the keeper of the place only.
REAL_NAME, TEACHER = "百里知微", "第五明德"
# Told to nobody while the seller's side has not opened it, and never to anybody else.
BUYER_NAME, BUYER_PHONE, BUYER_ADDRESS = "闻人望舒", "13912349911", "海天市枫桥路二百零七号四栋"
TRACKING = "SF1239876540099"
STEPS = ("held", "planned", "sent", "handed_over", "confirmed")


def add_kinds(actors: dict[str, Actor], refs: dict[str, str], *, logins: tuple[str, str]) -> None:
    """Let hours be asked for at the school and walnuts be sold, and bring a gift of each to every state."""
    _ground(actors, refs, logins=logins)
    _hours(actors, refs)
    _produce(actors, refs)


def _ground(actors: dict[str, Actor], refs: dict[str, str], *, logins: tuple[str, str]) -> None:
    office = actors["administrator"]
    for code, kind in (("HOURS", Kind.SERVICE), ("HARVEST", Kind.PRODUCE)):
        campaign = Campaign(
            code=code,
            name=code,
            kind=kind,
            starts_on=date(2020, 1, 1),
            ends_on=None,
            body="云桥省慈善会",
            certificate="",
            filing="",
            contact="0990-1234567",
        )
        programmes.create(office, v.COUNTY, campaign=campaign)
    v.put_codes_on_file("HOURS", "HARVEST")
    card = PointCard(
        kind=PointKind.SCHOOL,
        name="鹭洲中心校",
        recipient="钟离掌柜",
        address="鹭洲渡口老街三十六号",
        phone="13612346655",
        keeper_ref=actors["keeper"].ref,
        pupils=200,
        villages_served=4,
    )
    refs["school_point"] = points.create(office, v.TOWNSHIP, point=card)
    until = day_of(now()) + timedelta(days=300)
    for login in logins:
        refs["vetting"] = vetting.record(
            office, login=login, region=v.COUNTY, real_name=REAL_NAME, proof="teachers-certificate", until=until
        )
        backdate()


def _hours(actors: dict[str, Actor], refs: dict[str, str]) -> None:
    today = day_of(now())
    terms = Terms(
        subject="reading",
        mode=Mode.ON_SITE,
        first_on=today,
        last_on=today + timedelta(days=60),
        second_adult=TEACHER,
    )
    need = Need(
        kind=Kind.SERVICE,
        title="共读时光十小时",
        details="每次一小时",
        category="lessons",
        reason_code="too-few-for-all",
        unit_label="hour",
        unit_fen=HOUR_FEN,
        wanted=10,
        point_ref=refs["school_point"],
    )
    site, by = BeneficiaryKind.SITE, actors["volunteer"]
    refs["service_wish"] = service.post_service(by, site, refs["site"], need=need, terms=terms)
    review.approve(actors["reviewer"], refs["service_wish"], checks=v.CHECKS)
    refs["service_draft"] = service.draft_service(by, site, refs["site"], need=need, terms=terms)

    def step(giver: Actor, ref: str, name: str) -> object:
        do: dict[str, Callable[[], object]] = {
            "planned": lambda: plan.plan(giver, ref, day=today),
            "sent": lambda: send.send(giver, ref),
            "handed_over": lambda: receive.hand_over(actors["keeper"], ref, second_adult=TEACHER),
            "confirmed": lambda: confirm.confirm(actors["reviewer"], ref, basis="call-back"),
        }
        return do[name]()

    # each two that are confirmed make room for one more that is open
    for state in (*["confirmed"] * 4, "handed_over", "held", "planned", "sent"):
        giver = actors["giver" if state == "sent" else "donor"]
        _bring(giver, refs, "service", refs["service_wish"], state, step)


def _produce(actors: dict[str, Actor], refs: dict[str, str]) -> None:
    with transaction() as tx:
        refs["market_home"] = v.add_family(tx, actors["volunteer"]).ref
    today, by = day_of(now()), actors["volunteer"]
    batch = Batch(
        product="walnuts",
        unit_label="kilogram",
        first_on=today,
        last_on=today + timedelta(days=200),
        shipping=Shipping.SELLER,
        parts=(Part(household=refs["market_home"], quantity=40),),
    )
    refs["batch"] = produce.list_batch(by, batch=batch, title="今秋核桃", details="带壳", unit_fen=5_00)
    refs["produce_wish"] = wishes_of(refs["batch"])[0]
    review.approve(actors["reviewer"], refs["produce_wish"], checks=v.CHECKS)
    other = produce.list_batch(by, batch=batch, title="今秋核桃仁", details="", unit_fen=5_00)
    refs["produce_returned"] = wishes_of(other)[0]
    review.send_back(actors["reviewer"], refs["produce_returned"], reasons=["units-wrong"])
    buyer = Buyer(recipient=BUYER_NAME, phone=BUYER_PHONE, address=BUYER_ADDRESS)

    def step(giver: Actor, ref: str, name: str) -> object:
        do: dict[str, Callable[[], object]] = {
            "planned": lambda: plan.plan(giver, ref, buyer=buyer),
            "sent": lambda: send.send(by, ref, courier="sf", tracking=TRACKING, income_fen=5_00),
            "handed_over": lambda: receive.hand_over(giver, ref),
            "confirmed": lambda: confirm.confirm(actors["reviewer"], ref, basis="call-back", income_fen=5_00),
        }
        return do[name]()

    for state in ("confirmed", "handed_over", "held", "planned", "sent"):
        giver = actors["giver" if state == "planned" else "donor"]
        _bring(giver, refs, "produce", refs["produce_wish"], state, step)


def _bring(
    giver: Actor, refs: dict[str, str], name: str, wish: str, state: str, step: Callable[[Actor, str, str], object]
) -> None:
    """Claim a unit and bring it as far as asked."""
    ref = refs[f"{name}_{state}"] = claim(giver, wish, units=1, display="nickname").id
    for each in STEPS[1 : STEPS.index(state) + 1]:
        step(giver, ref, each)
