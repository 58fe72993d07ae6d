"""The story of the demonstration: 124 days in the invented province, told by the services people really use."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from charity.adapters import clock
from charity.adapters.db import reading, together
from charity.adapters.redis import RedisDown
from charity.adapters.storage import Store
from charity.cli.demo import plan as planning
from charity.cli.demo.cast import Casting, hire, invite
from charity.cli.demo.charities import Charities
from charity.cli.demo.circles import Circles
from charity.cli.demo.county_lists import CountyLists
from charity.cli.demo.families import Home, Registrar
from charity.cli.demo.kinds import Kinds
from charity.cli.demo.offices import ask_for_second, report_picture
from charity.cli.demo.pictures import Pictures
from charity.cli.demo.places import adjust_catalogue, announce_festival, announce_snow, build
from charity.cli.demo.stage import Stage
from charity.cli.demo.timeline import Timeline
from charity.cli.demo.wishes import tell_need
from charity.domain.actors import VISITOR, Actor
from charity.domain.calendar import day_start, local
from charity.domain.errors import Refused
from charity.domain.school import year_begins
from charity.jobs.boards import publish_digest
from charity.jobs.clocks import apply_deadlines, apply_due
from charity.jobs.sequencing import seal_waiting, sign_growth
from charity.projections import board_building
from charity.queries.pledges.township import list_confirmations
from charity.queries.stages import list_stages_due
from charity.queries.waiting import list_open_offers
from charity.services.pledges import cases, confirm, rule, waiting
from charity.services.register.stages import renew_stages

Shown = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Told:
    """How much was told."""

    households: int
    wishes: int
    donors: int


def tell(*, households: int, seed: int, password: str, store: Store, shown: Shown) -> Told:
    """Tell the whole story in one transaction: all of it is there afterwards, or nothing."""
    chance = Random(seed)
    plan = planning.make(chance, households)
    pictures = Pictures(store, Random(seed + 1))
    pictures.order(plan.categories())
    try:
        with _no_pauses(), together():
            _tell(Timeline(clock.now(), chance), plan, pictures, password, shown)
    finally:
        pictures.close()
    _carry_to_boards()
    wishes = sum(len(home.needs) for home in plan.homes) + len(plan.sites)
    return Told(households, wishes, plan.donors)


@contextmanager
def _no_pauses() -> Iterator[None]:
    """Let Python look for garbage seldom: the program itself stays in memory anyway."""
    usual = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _tell(time: Timeline, plan: planning.Plan, pictures: Pictures, password: str, shown: Shown) -> None:
    chance = time.chance
    casting = Casting(chance, password)
    with clock.hold(time.start):
        cast = hire(casting)
        grounds = build(cast, chance, pictures.store, schools=plan.schools)
    stage = Stage(time=time, chance=chance, cast=cast, grounds=grounds, pictures=pictures)
    registrar = Registrar(chance, cast, pictures.store, ends=local(time.end).date())
    _invite(stage, casting, plan.donors)
    for home in plan.homes:
        _schedule_home(stage, registrar, home)
    for number, need in enumerate(plan.sites):
        school = grounds.sites[number % len(grounds.sites)]
        time.put(time.ago(need.posted), lambda need=need, school=school: tell_need(stage, need, school, None))
    circles = Circles(stage, Random(len(plan.homes)))
    circles.schedule()
    Kinds(stage, Random(len(plan.homes) + 1)).schedule()
    Charities(stage, Random(len(plan.homes) + 2)).schedule()
    CountyLists(stage).schedule()
    _schedule_offices(stage, registrar, circles)
    time.tell(shown=shown)
    _close_the_books()


def _invite(stage: Stage, casting: Casting, count: int) -> None:
    """Let givers join: a third are there from the beginning, the others come week by week."""
    days = [0.1 if place < count // 3 else stage.chance.uniform(1, 100) for place in range(count)]
    for number, day in enumerate(sorted(days)):
        join = stage.time.start + timedelta(days=day)
        stage.time.put(join, lambda number=number: stage.cast.donors.append(invite(casting, number)))


def _schedule_home(stage: Stage, registrar: Registrar, plan: planning.HomePlan) -> None:
    time, chance = stage.time, stage.chance
    begins = max(time.start + timedelta(days=0.3), time.ago(plan.first + chance.uniform(3, 20)))

    def register() -> None:
        home = registrar.register(registrar.village(), plan.ages)
        time.later(lambda: _verify(stage, registrar, home), least=0.3, most=1.6)
        if chance.random() < 0.3:
            time.later(lambda: registrar.support(home), least=8, most=20)
        for child, need in plan.needs:
            _schedule_need(stage, home, child, need)

    time.put(time.awake(begins), register)


def _verify(stage: Stage, registrar: Registrar, home: Home) -> None:
    registrar.verify(home)
    stage.homes.append(home)


def _schedule_need(stage: Stage, home: Home, child: int | None, need: planning.NeedPlan) -> None:
    time = stage.time
    moment = max(time.ago(need.posted), time.now + timedelta(days=2.6))  # after the township has verified the family
    time.put(moment, lambda: tell_need(stage, need, home, child))


def _schedule_offices(stage: Stage, registrar: Registrar, circles: Circles) -> None:
    """Put down what offices do: clocks each morning, the book each week, pauses, concerns, checks of codes."""
    time = stage.time
    time.every_third_day(lambda: _morning(stage, circles))
    for week in range(1, 18):
        time.put(time.start + timedelta(days=7 * week, hours=14), _sign_book)
    for days in (60, 25, 6):
        time.put(time.ago(days), lambda: _check_codes(stage))
    time.put(time.ago(55), lambda: announce_festival(stage.cast))
    time.put(time.ago(20), lambda: adjust_catalogue(stage.cast))
    time.put(time.ago(4), lambda: announce_snow(stage.cast))
    time.put(time.ago(31), lambda: registrar.register_twins("990101001002"))
    september = year_begins(local(time.end).date())
    time.put(day_start(september) + timedelta(hours=9), lambda: _renew_stages(stage))
    _schedule_concerns(stage)


def _schedule_concerns(stage: Stage) -> None:
    time = stage.time

    def report(reason: str, words: str, ruling: str = "") -> Callable[[], None]:
        def deed() -> None:
            ref = cases.report(VISITOR, reason=reason, words=words, page="/wishes")
            if ruling:
                grounds = "已核实并答复举报人。"
                time.later(
                    lambda: rule.rule_concern(stage.cast.auditor, ref, ruling=ruling, grounds=grounds), least=2, most=6
                )

        return deed

    time.put(time.ago(70), report("false-need", "同一件物品好像登记了两次，请核对。", "unfounded"))
    time.put(time.ago(38), report("misuse", "有人冒充平台要收手续费。", "upheld"))
    time.put(time.ago(3), lambda: report_picture(stage))
    time.put(time.ago(0.5), lambda: ask_for_second(stage))


def _morning(stage: Stage, circles: Circles) -> None:
    """Apply the clocks, then let those who wait answer what was offered to them."""
    apply_deadlines()
    circles.morning()
    for waiter, wish in stage.waiting:
        for offer in list_open_offers(waiter):
            if offer.wish == wish:
                _answer(stage, waiter, offer.ref)


def _renew_stages(stage: Stage) -> None:
    """Let the volunteers ask about every child when a school year begins; none of the story moves on just then."""
    for volunteers in stage.cast.volunteers.values():
        while due := list_stages_due(volunteers[0]):
            renew_stages(volunteers[0], said={child.ref: child.stage for child in due})


def _answer(stage: Stage, waiter: Actor, ref: str) -> None:
    chance = stage.chance.random()
    if chance > 0.8:
        return  # thinks about it until it runs out
    with suppress(Refused):  # no place left for one more gift
        (waiting.accept if chance < 0.6 else waiting.decline)(waiter, ref)


def _sign_book() -> None:
    while seal_waiting():
        pass
    sign_growth()


def _check_codes(stage: Stage) -> None:
    """Let the township's second reviewer check the confirmations by code that were drawn."""
    for reviewers in stage.cast.reviewers.values():
        for reviewer in reviewers:  # whoever printed the card does not see its checks
            for line in list_confirmations(reviewer).to_check:
                confirm.check_code(reviewer, line.card.ref, outcome="true")


def _close_the_books() -> None:
    apply_due()
    _sign_book()
    publish_digest()
    _sign_book()


def _carry_to_boards() -> None:
    try:
        board_building.rebuild(reading())
    except RedisDown:
        return  # the worker builds them when Redis is there
