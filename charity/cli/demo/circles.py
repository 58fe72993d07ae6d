"""Circles of the story, one for each state a page knows, and donors who would like to be asked."""

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Final

from charity.adapters import clock
from charity.cli.demo.families import Home
from charity.cli.demo.gifts import Gift
from charity.cli.demo.kinds import HARVEST, HOURS, STEPS, Kinds, Posted
from charity.cli.demo.places import WARM, point_for
from charity.cli.demo.stage import Stage, Told
from charity.domain.actors import AccountKind, Actor
from charity.domain.calendar import day_of
from charity.domain.circles import Promise, PromiseKind, Terms
from charity.domain.consents import GivenBy, Purpose
from charity.domain.errors import Refused
from charity.domain.intentions import Intention
from charity.jobs.circles import turn_circles
from charity.queries.circles.own import list_own
from charity.queries.circles.own_months import list_own_months
from charity.services import interests
from charity.services.circles import letters, propose, seats
from charity.services.pledges import confirm, intentions
from charity.services.register import records
from charity.services.register.records import ConsentGiven

# Where the log-ins that are printed work: the volunteer's village, the township's reviewer and keeper.
VILLAGE, TOWNSHIP = "990101001001", "990101001"
PATIENCE: Final = ((10, VILLAGE), (14, TOWNSHIP))  # up to which day of waiting only a family of this place will do
SOON = 30  # days before the end from which there is no time to wait
IN_VILLAGE: Final = frozenset({"letters", "at-risk", "proposed"})
GIFT: Final = ("每月一袋大米和一桶食用油", "5公斤装大米、5升装食用油即可，不必名牌。")
UNDER: Final = {
    PromiseKind.GOODS: WARM,
    PromiseKind.LETTER: WARM,
    PromiseKind.SERVICE: HOURS,
    PromiseKind.PRODUCE: HARVEST,
}
HOURS_A_MONTH: Final = Promise(
    kind=PromiseKind.SERVICE,
    title="每月帮老人收拾院子、修修补补",
    details="自带手套即可，工具家里都有。",
    reason_code="old-alone",
    units=2,
    subject="housework",
    mode="on-site",
)
HONEY: Final = Promise(
    kind=PromiseKind.PRODUCE,
    title="自家蜂箱的土蜂蜜",
    details="每瓶一斤，玻璃瓶装。",
    monthly_fen=2 * 45_00,
    unit_label="box",
    units=2,
    product="honey",
    shipping="seller",
)
WORDS: Final = (
    "天气转凉了，请多保重身体。我们这边一切都好，常常想起你们。",
    "读到上个月的消息，很高兴。愿家里的日子一天比一天好。",
    "这个月院子里的花开了，分享给你们，愿你们每天都有好心情。",
    "谢谢你们让我加入。请慢慢来，我们会一直陪着走这一程。",
)
ANSWERS: Final = ("东西都收到了，家里用得上。谢谢大家惦记。", "信读给老人听了，她笑了很久。也祝你们平安。")
LETTERS: Final = "letters"
WAY: Final = ((0.5, 6, "send"), (3, 6, "receive"), (0.5, 3, "hand-over"), (0.5, 3, "call-back"))
FORGETS = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A circle to tell: how many days before the end it is proposed, its N, and who sits down."""

    name: str
    days: float
    target: int
    least: int
    sit: int
    kind: PromiseKind = PromiseKind.GOODS


SCENES: Final = (
    Scene(name="running", days=117, target=5, least=3, sit=5),
    Scene(name=LETTERS, days=112, target=4, least=2, sit=4, kind=PromiseKind.LETTER),
    Scene(name="at-risk", days=106, target=5, least=3, sit=3),
    Scene(name="hours", days=66, target=4, least=2, sit=3, kind=PromiseKind.SERVICE),
    Scene(name="harvest", days=64, target=5, least=2, sit=3, kind=PromiseKind.PRODUCE),
    Scene(name="full", days=60, target=3, least=2, sit=3),
    Scene(name="forming", days=21, target=5, least=4, sit=2),
    Scene(name="fresh", days=9, target=6, least=3, sit=0, kind=PromiseKind.LETTER),
    Scene(name="proposed", days=4, target=4, least=2, sit=0),
)


@dataclass(slots=True)
class Ring:
    """A circle of the story while it is told."""

    scene: Scene
    home: Home
    ref: str
    donors: list[Actor] = field(default_factory=list)


class Circles:
    """Tells the circles, and what their donors do in each month."""

    def __init__(self, stage: Stage, chance: Random) -> None:
        self._stage, self._chance = stage, chance
        self._rings: list[Ring] = []
        self._seen: set[str] = set()
        self._turn = 3

    def schedule(self) -> None:
        """Put everything into the timeline."""
        time = self._stage.time
        for scene in SCENES:
            time.put(time.ago(scene.days), lambda scene=scene: self._begin(scene))
        time.put(time.ago(3.1), self._ask_for_invitations)

    def morning(self) -> None:
        """Let the calendar do its part; whoever is asked for a gift or a letter sets about it."""
        if not turn_circles().get("months-opened"):
            return
        for ring in self._rings:
            if ring.scene.kind is PromiseKind.LETTER:
                self._write(ring)
            else:
                self._give(ring)

    def _begin(self, scene: Scene, waited: int = 0) -> None:
        home = self._family(scene, waited)
        if home is None:  # nobody is verified there yet: ask again tomorrow
            self._stage.time.later(lambda: self._begin(scene, waited + 1), least=0.6, most=1.4)
            return
        agreed = ConsentGiven(purpose=Purpose.CIRCLE, is_granted=True, given_by=GivenBy.SELF)
        records.record_consents(home.volunteer, home.ref, home.head, given=(agreed,))
        terms = Terms(target=scene.target, least=scene.least, months=12)
        ref = propose.propose(
            home.volunteer, home.ref, promise=self._promise(scene, home), terms=terms, programme_code=UNDER[scene.kind]
        )
        if scene.name != "proposed":
            self._stage.time.later(lambda: self._open(scene, home, ref), least=0.2, most=0.9)

    def _family(self, scene: Scene, waited: int) -> Home | None:
        """Choose a family for a circle: one that the printed log-ins look after, or after some days any."""
        homes = self._stage.homes
        places = [place for days, place in PATIENCE if waited < days or scene.days < SOON]
        places = [place for place in places if place != VILLAGE or scene.name in IN_VILLAGE]
        free = [home for home in homes if home.village.startswith(places[0] if places else "")]
        if not free and scene.days < SOON:
            free = homes
        if not free:
            return None
        home = self._chance.choice(free)
        self._stage.homes.remove(home)
        return home

    def _promise(self, scene: Scene, home: Home) -> Promise:
        if scene.kind is PromiseKind.LETTER:
            return Promise(kind=PromiseKind.LETTER)
        if scene.kind is PromiseKind.SERVICE:
            return replace(HOURS_A_MONTH, point_ref=point_for(self._stage.grounds, home.village))
        if scene.kind is PromiseKind.PRODUCE:
            return HONEY
        title, details = GIFT
        return Promise(
            monthly_fen=90_00,
            title=title,
            details=details,
            category="food-staples",
            reason_code="lacks-daily-things",
            point_ref=point_for(self._stage.grounds, home.village),
        )

    def _open(self, scene: Scene, home: Home, ref: str) -> None:
        propose.approve(self._chance.choice(self._stage.cast.reviewers[home.township]), ref)
        ring = Ring(scene, home, ref)
        self._rings.append(ring)
        for place in range(scene.sit):
            donor = self._shown() if scene.name == "running" and place == 0 else self._next()
            self._stage.time.later(lambda donor=donor: self._join(ring, donor), least=0.1, most=1.5)
        later = {"at-risk": self._leave_alone, "full": self._wait_for_full, LETTERS: self._last_letters}
        later.get(scene.name, _nothing)(ring)

    def _shown(self) -> Actor:
        return self._stage.cast.donors[0]

    def _next(self) -> Actor:
        """Give the next person among the donors who were there from the beginning."""
        donors = self._stage.cast.donors
        while donors[self._turn % len(donors)].kind is not AccountKind.PERSON:
            self._turn += 1
        self._turn += 1
        return donors[(self._turn - 1) % len(donors)]

    def _join(self, ring: Ring, donor: Actor) -> None:
        display = self._chance.choices(("nickname", "anonymous"), (4, 1))[0]
        with suppress(Refused):  # cooling down just now, or a neighbour
            seats.join(donor, ring.ref, display=display)
            ring.donors.append(donor)

    def _give(self, ring: Ring) -> None:
        """Let every donor but one of the circle at risk send the month's gift."""
        for place, donor in enumerate(ring.donors):
            for month in (one for lines in list_own_months(donor).values() for one in lines):
                if month.pledge is None or month.pledge in self._seen:
                    continue
                self._seen.add(month.pledge)
                if ring.scene.name != "at-risk" or place != FORGETS:
                    self._send(ring, donor, month.pledge)

    def _send(self, ring: Ring, donor: Actor, pledge: str) -> None:
        told = Told(ref="", region=ring.home.village, poster=ring.home.volunteer, wanted=1, taken=1)
        if ring.scene.kind in (PromiseKind.SERVICE, PromiseKind.PRODUCE):
            self._go_on(ring, donor, pledge)
            return
        gift, moment, time = Gift(self._stage, told, donor, pledge, 1), self._stage.time.now, self._stage.time
        for least, most, step in WAY:
            moment = time.awake(moment + timedelta(days=self._chance.uniform(least, most)))
            time.put(moment, lambda step=step: gift.take(step))
        if self._chance.random() < 0.7:
            time.put(time.awake(moment + timedelta(days=2)), lambda: self._thank(gift))

    def _go_on(self, ring: Ring, donor: Actor, pledge: str) -> None:
        """Let the month's hours be given, or its produce be bought, a step every few days."""
        kinds, place = Kinds(self._stage, self._chance), Posted("", ring.home.village)
        if ring.scene.kind is PromiseKind.SERVICE:
            keeper = self._stage.cast.keepers[ring.home.township]
            kinds.go_on(pledge, STEPS, kinds.hours(donor, keeper, place))
        else:
            kinds.go_on(pledge, STEPS, kinds.sale(donor, ring.home.volunteer, place))

    def _thank(self, gift: Gift) -> None:
        with suppress(Refused):  # not confirmed yet
            phrase = self._chance.choice(("thanks", "happy"))
            confirm.give_feedback(self._stage.keeper(gift.wish), gift.ref, phrase=phrase)

    def _write(self, ring: Ring) -> None:
        for donor in ring.donors:
            self._stage.time.later(lambda donor=donor: self._letter(ring, donor, brought=True), least=0.4, most=6)
        if ring.donors:
            donor = self._chance.choice(ring.donors)
            self._stage.time.later(lambda: self._answer(ring, donor), least=7, most=11)

    def _letter(self, ring: Ring, donor: Actor, *, brought: bool, passes: bool = True) -> None:
        with suppress(Refused):
            ref = letters.write(donor, ring.ref, text=self._chance.choice(WORDS))
            if passes:
                self._stage.time.later(lambda: self._pass(ring, ref, brought=brought), least=0.2, most=1.2)

    def _pass(self, ring: Ring, ref: str, *, brought: bool) -> None:
        reviewer = self._chance.choice(self._stage.cast.reviewers[ring.home.township])
        with suppress(Refused):  # not wanted any more
            letters.pass_on(reviewer, ref)
            if brought:
                self._stage.time.later(lambda: self._bring(ring, ref), least=0.3, most=3)

    def _bring(self, ring: Ring, ref: str) -> None:
        with suppress(Refused):
            letters.hand_to_family(ring.home.volunteer, ref, day=day_of(clock.now()))

    def _answer(self, ring: Ring, donor: Actor) -> None:
        mine = next((seat.ref for seat in list_own(donor) if seat.circle == ring.ref), None)
        if mine is not None:
            with suppress(Refused):
                ref = letters.bring(ring.home.volunteer, ring.ref, mine, text=self._chance.choice(ANSWERS))
                self._stage.time.later(lambda: self._pass(ring, ref, brought=False), least=0.2, most=1.2)

    def _last_letters(self, ring: Ring) -> None:
        """Leave one letter to bring and one to pass, and let the visitor wait for a seat behind somebody."""
        time = self._stage.time
        time.put(time.ago(2.6), lambda: self._letter(ring, ring.donors[0], brought=False))
        time.put(time.ago(0.4), lambda: self._letter(ring, ring.donors[-1], brought=False, passes=False))
        for place, who in enumerate((self._next(), self._shown())):
            time.put(time.ago(9 - place), lambda who=who: self._wait(ring, who))

    def _leave_alone(self, ring: Ring) -> None:
        time = self._stage.time
        time.put(time.ago(11), lambda: seats.leave(ring.donors[-1], ring.ref))

    def _wait_for_full(self, ring: Ring) -> None:
        """Let three wait for a seat; the first is offered one on the last day."""
        time = self._stage.time
        for place, who in enumerate((self._shown(), self._next(), self._next())):
            time.put(time.ago(8 - place), lambda who=who: self._wait(ring, who))
        time.put(time.ago(0.6), lambda: seats.leave(ring.donors[-1], ring.ref))

    def _wait(self, ring: Ring, who: Actor) -> None:
        with suppress(Refused):
            seats.wait(who, ring.ref)

    def _ask_for_invitations(self) -> None:
        """Let donors state what they like to be asked for, and leave intentions."""
        today = day_of(clock.now())
        wishes: tuple[tuple[str, ...], ...] = (("food-staples",), ("quilt", "bedding"), ("books", "stationery"), ())
        for number in range(16):
            donor = self._next()
            interests.state(donor, kinds=wishes[number % len(wishes)], seats=number % 3)
            if number % 4 == 0:
                wanted = Intention(most_fen=(80 + 20 * number) * 100, units=1, until=today + timedelta(days=45))
                with suppress(Refused):
                    intentions.leave(donor, intention=wanted)


def _nothing(_ring: Ring) -> None:
    return None
