"""One small world for the safety tests: every state in which a page or form shows itself, made by the real services.

What must never become public carries a name found nowhere else (see SECRETS), so that a crawl can look for it.
"""

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from PIL import Image
from sqlalchemy import select, update

from charity.adapters import photos
from charity.adapters.clock import now
from charity.adapters.db import end_reading, transaction
from charity.domain.actors import SYSTEM, Actor, Role
from charity.domain.calendar import day_of
from charity.domain.consents import GivenBy, Purpose
from charity.domain.households import Category, FilePurpose, Relation
from charity.domain.identity import Sex, check_digit
from charity.domain.intentions import Intention
from charity.domain.kinds import Kind
from charity.domain.points import PointKind
from charity.domain.wishes import BeneficiaryKind
from charity.jobs import boards as carrying
from charity.jobs import intentions as pool
from charity.jobs import matching as matcher
from charity.jobs import sequencing
from charity.jobs.trials import work_of
from charity.models.acknowledging import add_code_check
from charity.models.households import Member
from charity.models.pledges import CodeCheck
from charity.models.regions import Region
from charity.models.wishes import Wish
from charity.services import accounts, interests, pauses, points, programmes, sites, skills, trials
from charity.services.evidence import open_evidence
from charity.services.pledges import (
    acknowledge,
    cases,
    confirm,
    intentions,
    money,
    paying,
    plan,
    receive,
    rule,
    send,
    waiting,
)
from charity.services.pledges.claim import claim
from charity.services.points import PointCard
from charity.services.programmes import Campaign
from charity.services.register import cards, files, households, records
from charity.services.register.households import Family, Person
from charity.services.register.records import ConsentGiven
from charity.services.sites import Place
from charity.services.wishes import ending, post, review, takedowns, taking_in
from charity.services.wishes.needs import Need
from charity.web.kit.pictures import photo_store
from tests.kit import people
from tests.kit import village as v
from tests.safety.circles import CALM_ADDRESS, CALM_HEAD, LETTER, add_circles, add_kind_circles
from tests.safety.county_lists import add_county_lists
from tests.safety.groups import add_groups
from tests.safety.kinds import BUYER_ADDRESS, BUYER_NAME, BUYER_PHONE, REAL_NAME, TEACHER, add_kinds
from tests.safety.lists import add_lists
from tests.safety.noted import note_numbers
from tests.safety.opinions import add_document, add_opinions, add_paper
from tests.safety.organisations import MONEY_SECRETS, PAYEE_SECRETS, add_organisations
from tests.services.town import pledge_row

# Told to staff in a file opened for a purpose, and to nobody else.
HEAD, CHILD = "尉迟雪岭", "尉迟小葵"
OTHER_HEAD, OTHER_CHILD = "鲜于望北", "鲜于青萝"
FRESH_HEAD = "公冶临川"
ADDRESS, OTHER_ADDRESS, FRESH_ADDRESS = "鹤鸣坡三组甲十七号", "鹤鸣坡九组乙二号", "鹤鸣坡十二组丙五号"
PHONE, RELATIVE = "13812349876", "13912348765"
SITE_HEAD, SITE_PHONE = "濮阳怀谷", "13712345577"
WITNESS = "澹台守一"
# Told to the staff of the region only.
SCHOOL, VILLAGE_NAME, TOWNSHIP_NAME = "望鹤岭完全小学", "桑榆坳村", "鹭洲镇"
# Told to the giver of a planned parcel only.
POINT_NAME, POINT_KEEPER, POINT_ADDRESS, POINT_PHONE = "鹭洲代收小站", "钟离掌柜", "鹭洲渡口老街三十六号", "13612346655"
# Told to its owner only.
MAIL, OTHER_MAIL, GIVER_PHONE = "heron.quill@example.org", "osprey.lantern@example.org", "13512347744"
# What people wrote into boxes that staff reads; it may name anybody.
CONCERN, REPLY, DISPUTE = "听说闾丘家的事不对", "请找闾丘回话", "闾丘说没收到"
NAME_CONCERN = "榜上有一个名字"  # about a board of the whole country: every auditor may read it
# What staff wrote to explain a decision.
NOTE, GROUNDS = "公输家已经看过", "公输的收据在卷"
SAID, EXPLAINED = "闾丘", "公输"
TRACKING = "SF1239876540012"
BORN, CHILD_BORN = date(1981, 7, 23), date(2016, 3, 19)

NAMES = (HEAD, CHILD, OTHER_HEAD, OTHER_CHILD, FRESH_HEAD, CALM_HEAD, WITNESS)
OF_FILES = (*NAMES, ADDRESS, OTHER_ADDRESS, FRESH_ADDRESS, CALM_ADDRESS, PHONE, RELATIVE)
OF_SALE = (BUYER_NAME, BUYER_PHONE, BUYER_ADDRESS)
OF_STAFF = (REAL_NAME, TEACHER, SCHOOL, VILLAGE_NAME, TOWNSHIP_NAME, SITE_HEAD, SITE_PHONE, SAID, EXPLAINED)
OF_POINT = (POINT_NAME, POINT_KEEPER, POINT_ADDRESS, POINT_PHONE)
OF_OWNER = (MAIL, OTHER_MAIL, GIVER_PHONE, TRACKING, LETTER)


def id_number(birth: date, serial: str) -> str:
    """Make a well-formed ID number of nobody."""
    first = f"110101{birth:%Y%m%d}{serial}"
    return first + check_digit(first)


NUMBER, CHILD_NUMBER = id_number(BORN, "362"), id_number(CHILD_BORN, "364")
BIRTHDAYS = (BORN.isoformat(), CHILD_BORN.isoformat())
OF_MONEY = (*MONEY_SECRETS, *PAYEE_SECRETS)
SECRETS = (*OF_FILES, NUMBER, CHILD_NUMBER, *BIRTHDAYS, *OF_STAFF, *OF_POINT, *OF_OWNER, *OF_SALE, *OF_MONEY)

NICKNAME, PUBLIC_NAME, OTHER_NICKNAME = "山间明月", "林间一叶", "水上清风"
CAMPAIGN, BASIS = "暖冬行动", ("云桥省慈善会", "慈证字001号", "备案字2026-01", "0990-1234567")
OTHER_FAMILY, SAME_NAME = "另一户人家,已经核对", "同名的另一户"
KINDS_OF_BOOKS = ("科学", "童话", "地图", "画册", "旧", "外来")

COAT = replace(v.COAT, title="保暖外套一件", details="深色,有内袋")
BOOKS = replace(v.BOOKS, title="图书角读物一套")
QUILT = replace(v.QUILT, title="棉被两床")
SCIENCE, TALES, MAPS, PICTURES, OLD, FOREIGN = (replace(BOOKS, title=f"{kind}读物一套") for kind in KINDS_OF_BOOKS)
ONE_QUILT, THREE_QUILTS = replace(QUILT, title="棉被一床", wanted=1), replace(QUILT, title="棉被三床", wanted=3)
ANOTHER_COAT = replace(COAT, title="保暖外套又一件")
NEEDS = (COAT, ANOTHER_COAT, BOOKS, SCIENCE, TALES, MAPS, PICTURES, OLD, FOREIGN, QUILT, ONE_QUILT, THREE_QUILTS)
TITLES = tuple(need.title for need in NEEDS)


@dataclass(slots=True)
class World:
    """Who is there, and the ref or number of a thing in each state."""

    actors: dict[str, Actor] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Actor:
        try:
            return self.actors[name]
        except KeyError:
            raise AttributeError(name) from None


OWN_ROLES = {
    "volunteer": (Role.VOLUNTEER, v.VILLAGE),
    "keeper": (Role.VOLUNTEER, v.TOWNSHIP),
    "reviewer": (Role.REVIEWER, v.TOWNSHIP),
    "second": (Role.REVIEWER, v.TOWNSHIP),
    "administrator": (Role.ADMINISTRATOR, v.COUNTY),
    "province": (Role.ADMINISTRATOR, v.PROVINCE),
    "auditor": (Role.AUDITOR, v.COUNTY),
    "city_auditor": (Role.AUDITOR, v.CITY),
    "shut_out": (Role.VOLUNTEER, v.VILLAGE),
    "far_volunteer": (Role.VOLUNTEER, v.OTHER_TOWNSHIP),
    "far_reviewer": (Role.REVIEWER, v.OTHER_TOWNSHIP),
    "far_administrator": (Role.ADMINISTRATOR, v.OTHER_COUNTY),
    "far_auditor": (Role.AUDITOR, v.OTHER_COUNTY),
}


def build(app: Flask) -> World:
    """Let everything happen once."""
    world = World()
    _people(world)
    _places(world)
    _families(world)
    _wishes(world)
    _pledges(world)
    _ends(world)
    _waiting(world)
    _stated(world)
    add_circles(world.actors, world.refs)
    add_groups(world.actors, world.refs)
    add_lists(world.actors, world.refs)
    add_kinds(world.actors, world.refs, logins=(MAIL, GIVER_PHONE))
    add_kind_circles(world.actors, world.refs, teacher=TEACHER)
    add_county_lists(world.actors, world.refs)
    add_opinions(world.actors, world.refs, GIVER_PHONE)
    add_document(world.administrator, world.refs)
    add_paper(world.volunteer, world.refs["home"], world.refs["home_head"])
    add_organisations(world.actors, world.refs)
    _matched(world)
    _office(world)
    note_numbers(world.refs, world.volunteer.account_id, world.donor)
    while sequencing.seal_waiting():
        pass
    sequencing.sign_growth()
    carrying.carry()
    end_reading()
    return world


def _people(world: World) -> None:
    with transaction() as tx:
        v.add_regions(tx)
        for code, name in ((v.VILLAGE, VILLAGE_NAME), (v.TOWNSHIP, TOWNSHIP_NAME)):
            tx.session.execute(update(Region).where(Region.code == code).values(name=name))
        for name, grant in OWN_ROLES.items():
            world.actors[name] = v.add_person(tx, grant)
        world.actors["importer"] = v.add_person(tx, (Role.VOLUNTEER, v.VILLAGE), (Role.ADMINISTRATOR, v.COUNTY))
        world.actors |= {name: v.add_person(tx) for name in ("stranger", "waiter", "third")}
    world.actors["donor"] = people.signed_up(MAIL, nickname=NICKNAME)
    world.actors["giver"] = people.signed_up(GIVER_PHONE, nickname=OTHER_NICKNAME)
    accounts.rename(world.donor, nickname=NICKNAME, public_name=PUBLIC_NAME)
    world.refs["person"] = world.volunteer.ref
    world.refs["token"] = accounts.make_token(world.donor, name="a program")


def _places(world: World) -> None:
    point = PointCard(
        kind=PointKind.TOWNSHIP,
        name=POINT_NAME,
        recipient=POINT_KEEPER,
        address=POINT_ADDRESS,
        phone=POINT_PHONE,
        hours="9:00-17:00",
        keeper_ref=world.keeper.ref,
    )
    world.refs["point"] = points.create(world.administrator, v.TOWNSHIP, point=point)
    spare = replace(point, name=f"{POINT_NAME}二店", keeper_ref="")
    world.refs["spare_point"] = points.create(world.administrator, v.TOWNSHIP, point=spare)
    campaign = Campaign(
        code="WINTER",
        name=CAMPAIGN,
        kind=Kind.GOODS,
        starts_on=date(2020, 1, 1),
        ends_on=None,
        body=BASIS[0],
        certificate=BASIS[1],
        filing=BASIS[2],
        contact=BASIS[3],
    )
    world.refs["programme"] = programmes.create(world.administrator, v.COUNTY, campaign=campaign)
    v.put_codes_on_file("WINTER")
    place = Place(kind="school", name=SCHOOL, head=SITE_HEAD, phone=SITE_PHONE, pupils=120, villages_served=3)
    world.refs["site"] = sites.register(world.volunteer, v.VILLAGE, place=place)
    world.refs["spare_site"] = sites.register(world.volunteer, v.VILLAGE, place=Place(kind="village", name=SCHOOL))


def _families(world: World) -> None:
    homes = (
        ("home", HEAD, CHILD, ADDRESS, PHONE, RELATIVE, (NUMBER, CHILD_NUMBER)),
        ("other_home", OTHER_HEAD, OTHER_CHILD, OTHER_ADDRESS, "", "", ("", "")),
    )
    for key, head, child, address, phone, relative, numbers in homes:
        family = Family(
            category=Category.LOW_INCOME, head_name=head, address=address, phone=phone, relative_phone=relative
        )
        home = world.refs[key] = households.register(world.volunteer, v.VILLAGE, family=family)
        eldest = Person(name=head, birth=BORN, sex=Sex.FEMALE, relation=Relation.HEAD, id_number=numbers[0])
        youngest = Person(name=child, birth=CHILD_BORN, sex=Sex.FEMALE, relation=Relation.CHILD, id_number=numbers[1])
        why = "" if key == "home" else OTHER_FAMILY
        world.refs[f"{key}_head"] = households.add_member(world.volunteer, home, person=eldest, override=why)
        world.refs[f"{key}_child"] = households.add_member(world.volunteer, home, person=youngest, override=why)
        _consents(world, key)
        if key == "home":
            households.verify(world.reviewer, home)
            records.record_fact(world.volunteer, home, key="illness", value="yes", as_of=date(2026, 1, 5))
    households.verify(world.reviewer, world.refs["other_home"])
    with transaction() as tx:  # written down in an earlier school year, so that somebody must ask again
        earlier = update(Member).where(Member.ref == world.refs["other_home_child"])
        tx.session.execute(earlier.values(stage_on=date(2020, 5, 4)))
    alike = Family(category=Category.LOW_INCOME, head_name=HEAD, address=ADDRESS, phone="", relative_phone="")
    world.refs["like_home"] = households.register(world.volunteer, v.VILLAGE, family=alike, override=SAME_NAME)
    fresh = replace(alike, head_name=FRESH_HEAD, address=FRESH_ADDRESS)
    world.refs["fresh"] = households.register(world.volunteer, v.VILLAGE, family=fresh)
    eldest = Person(name=FRESH_HEAD, birth=date(1970, 2, 3), sex=Sex.MALE, relation=Relation.HEAD)
    member = households.add_member(world.volunteer, world.refs["fresh"], person=eldest)
    yes = ConsentGiven(purpose=Purpose.REGISTER, is_granted=True, given_by=GivenBy.SELF)
    records.record_consent(world.volunteer, world.refs["fresh"], member, given=yes)


def open_files(world: World) -> None:
    """Open anew whatever shows for a quarter of an hour only: files, evidence, slips, and accounts."""
    files.open_file(world.second, world.refs["home"], purpose=FilePurpose.VISIT)
    files.open_file(world.second, world.refs["like_home"], purpose=FilePurpose.REVIEW)
    open_evidence(world.auditor, world.refs["handed_over"], purpose="sample")
    send.open_slip(world.donor, world.refs["planned"])
    send.open_slip(world.donor, world.refs["service_planned"])
    money.open_bank(world.actors["third"], world.refs["money_held"])
    paying.open_payee(world.actors["giver"], world.refs["gift_open"], purpose="pay")


def _consents(world: World, key: str) -> None:
    uses = (Purpose.REGISTER, Purpose.PUBLISH_WISH, Purpose.SHOW_SEX, Purpose.SHOW_SIZE, Purpose.SHOW_INTEREST)
    for person, by, asked in (("head", GivenBy.SELF, None), ("child", GivenBy.PARENT, True)):
        given = tuple(ConsentGiven(purpose=use, is_granted=True, given_by=by, child_agrees=asked) for use in uses)
        records.record_consents(world.volunteer, world.refs[key], world.refs[f"{key}_{person}"], given=given)


def picture() -> photos.Photo:
    """Take in a picture of a thing."""
    out = io.BytesIO()
    Image.effect_noise((64, 48), 90).convert("RGB").save(out, "JPEG")
    return photos.take_in(out.getvalue(), photo_store())


def _post(world: World, need: Need, kind: BeneficiaryKind, whose: str, *, as_draft: bool = False) -> str:
    do = post.draft if as_draft else post.post
    pointed = replace(need, point_ref=world.refs["point"])
    return do(world.volunteer, kind, world.refs[whose], need=pointed, photo=None if as_draft else picture())


def _approve(world: World, ref: str) -> str:
    review.approve(world.reviewer, ref, checks=v.CHECKS, programme_code="WINTER", override_reason=NOTE)
    return ref


def _wishes(world: World) -> None:
    site, child, household = BeneficiaryKind.SITE, BeneficiaryKind.CHILD, BeneficiaryKind.HOUSEHOLD
    refs = world.refs
    refs["wish"] = _approve(world, _post(world, BOOKS, site, "site"))
    refs["full"] = _approve(world, _post(world, replace(SCIENCE, wanted=1), site, "site"))
    refs["out_of_sight"] = _approve(world, _post(world, replace(SCIENCE, wanted=2), site, "site"))
    refs["offered_wish"] = _approve(world, _post(world, replace(TALES, wanted=1), site, "site"))
    refs["child_wish"] = _approve(world, _post(world, COAT, child, "home_child"))
    refs["quilt"] = _approve(world, _post(world, QUILT, household, "home"))
    refs["to_withdraw"] = _approve(world, _post(world, MAPS, site, "site"))
    refs["submitted"] = _post(world, COAT, child, "other_home_child")
    refs["draft"] = _post(world, ONE_QUILT, household, "other_home", as_draft=True)
    refs["returned"] = _post(world, THREE_QUILTS, household, "other_home")
    review.send_back(world.reviewer, refs["returned"], reasons=["photo-unclear"], note=NOTE)
    refs["stopped"] = _post(world, ANOTHER_COAT, child, "other_home_child", as_draft=True)
    refs["to_renew"] = _approve(world, _post(world, PICTURES, site, "site"))
    with transaction() as tx:
        soon = tx.now + timedelta(days=3)
        long_ago = soon - timedelta(days=90)  # its clock began then: a pause may reckon it anew
        renewed = update(Wish).where(Wish.ref == refs["to_renew"])
        tx.session.execute(renewed.values(act_by=soon, clock_started_at=long_ago))
    refs["taken_in"] = _approve(world, _take_in(world))
    gone = _approve(world, _post(world, OLD, site, "site"))
    ending.withdraw(world.volunteer, gone, reasons=["posted-wrongly"], note=NOTE)


def _take_in(world: World) -> str:
    return taking_in.take_in(
        world.importer,
        world.refs["site"],
        need=replace(FOREIGN, point_ref=world.refs["point"]),
        source_key="list:0001",
        source_posted_at=datetime(2012, 5, 4, tzinfo=UTC),
        programme_code="WINTER",
    )


def _claimed(world: World, who: str, key: str, wish: str, *, to: str = "held") -> None:
    """Bring a new pledge of somebody as far as asked."""
    ref = world.refs[key] = claim(world.actors[who], world.refs[wish], units=1, display="nickname").id
    steps = {
        "planned": lambda: plan.plan(world.actors[who], ref),
        "sent": lambda: send.send(world.actors[who], ref, courier="sf", tracking=TRACKING),
        "at_point": lambda: receive.receive(world.keeper, ref),
        "handed_over": lambda: receive.hand_over(world.keeper, ref),
        "confirmed": lambda: confirm.confirm(world.reviewer, ref, basis="call-back"),
    }
    for name in () if to == "held" else steps:
        steps[name]()
        if name == to:
            return


def _pledges(world: World) -> None:
    _claimed(world, "donor", "held", "wish")
    _claimed(world, "donor", "planned", "wish", to="planned")
    _claimed(world, "donor", "sent", "wish", to="sent")
    _claimed(world, "donor", "at_point", "wish", to="at_point")
    _claimed(world, "donor", "confirmed", "wish", to="confirmed")
    confirm.give_feedback(world.keeper, world.refs["confirmed"], phrase="thanks")
    _claimed(world, "giver", "child_pledge", "child_wish", to="confirmed")
    _claimed(world, "giver", "handed_over", "quilt", to="handed_over")
    shown = picture()
    confirm.store_slip(
        world.keeper,
        world.refs["handed_over"],
        storage_key=shown.key,
        sha256=shown.sha256,
        look=shown.dhash,
        width=shown.width,
        height=shown.height,
        witness=WITNESS,
    )
    acknowledge.send_code(world.keeper, world.refs["handed_over"])


def _ends(world: World) -> None:
    refs = world.refs
    codes = cards.print_card(world.reviewer, refs["home"]).codes
    _claimed(world, "donor", "by_code", "quilt", to="handed_over")
    acknowledge.acknowledge(world.keeper, refs["by_code"], code=codes[0])
    _to_be_checked(refs["by_code"])
    _claimed(world, "giver", "sent_back", "wish", to="sent")
    receive.return_(world.keeper, refs["sent_back"], reason="wrong-item")
    _claimed(world, "giver", "disputed", "wish", to="handed_over")
    cases.dispute(world.giver, refs["disputed"], reason="not-received", words=DISPUTE)
    _claimed(world, "donor", "ruled", "wish", to="handed_over")
    cases.dispute(world.donor, refs["ruled"], reason="other", words=DISPUTE)
    rule.rule(world.auditor, refs["ruled"], ruling="former", grounds=GROUNDS)
    _claimed(world, "third", "cancelled", "wish")
    plan.cancel(world.third, refs["cancelled"])
    for concern, wish in (("concern", refs["wish"]), ("heard_concern", refs["out_of_sight"])):
        refs[concern] = cases.report(
            world.stranger, reason="other", words=CONCERN, reply=REPLY, page=f"/wishes/{wish}", wish_ref=wish
        )
    takedowns.take_down(world.auditor, refs["heard_concern"], scope="thing")
    refs["name_concern"] = cases.report(world.stranger, reason="privacy", words=NAME_CONCERN, page="/boards")
    takedowns.take_down(world.auditor, refs["name_concern"], scope="name", name=world.third.ref)


def _to_be_checked(ref: str) -> None:
    """Draw the confirmation for the check that chance gives to one in ten."""
    number = pledge_row(ref).id
    with transaction() as tx:
        if tx.session.scalar(select(CodeCheck.id).where(CodeCheck.pledge_id == number)) is None:
            add_code_check(tx, number, due_at=tx.now)


def _waiting(world: World) -> None:
    refs = world.refs
    _claimed(world, "third", "filling", "full")
    waiting.join(world.donor, refs["full"], units=1)
    _claimed(world, "third", "freed", "offered_wish")
    waiting.join(world.donor, refs["offered_wish"], units=1)
    plan.cancel(world.third, refs["freed"])


def _stated(world: World) -> None:
    interests.add_place(world.donor, v.COUNTY)
    skills.state(world.donor, subjects=["maths", "repairs"], modes=["on-site"], weekdays=[6, 7], hours=3)
    interests.state(world.donor, kinds=["books"], ages=["primary"], need=1, budget_fen=173_00)
    wanted = Intention(category="books", most_fen=200_00, units=1, until=day_of(now() + timedelta(days=60)))
    world.refs["intention"] = intentions.leave(world.donor, intention=wanted)
    intentions.leave(world.donor, intention=replace(wanted, category="heater", region=v.CITY))
    pool.tend()


def _matched(world: World) -> None:
    interests.state(world.third, kinds=["quilt"], units=2, seats=3)
    ref = matcher.keep(matcher.compute(seed=1))
    world.refs["match_run"] = ref or ""
    world.refs["trial"] = trials.ask_night(world.administrator, region=v.COUNTY, seed=1)
    tried = trials.take(SYSTEM)
    assert tried is not None
    trials.finish(SYSTEM, tried.ref, work_of(tried)())


def _office(world: World) -> None:
    day = date(2027, 2, 5)
    made = pauses.add_pause(world.administrator, region=v.COUNTY, starts_on=day, ends_on=day, reason="festival")
    world.refs["pause"] = str(made.id)
    accounts.disable(world.administrator, world.shut_out.ref)
    world.refs["shut_out"] = world.actors.pop("shut_out").ref
