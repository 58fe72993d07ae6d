"""Hours and produce of the story: lessons at a school, repairs for a family, a batch of walnuts of one village."""

from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from charity.adapters import clock
from charity.cli.basis_papers import put_invented_on_file
from charity.cli.demo.cast import login_of
from charity.cli.demo.families import Home
from charity.cli.demo.places import School, phone, point_for
from charity.cli.demo.stage import Stage
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Refused
from charity.domain.kinds import Kind
from charity.domain.produce import Batch, Part, Shipping
from charity.domain.regions import DEMO_PROVINCE, county_of, township_of
from charity.domain.reviews import NEED_CHECKLIST
from charity.domain.service import HOUR_FEN, Mode, Terms, category_of
from charity.domain.wishes import BeneficiaryKind
from charity.queries.produce import list_parts
from charity.services import programmes, skills, vetting
from charity.services.pledges import confirm, plan, receive, send
from charity.services.pledges.claim import claim
from charity.services.pledges.produce import Buyer
from charity.services.programmes import Campaign
from charity.services.wishes import produce, review, service
from charity.services.wishes.needs import Need

HOURS, HARVEST = "GOOD-NEIGHBOURS", "MOUNTAIN-HARVEST"
PRICE_FEN: Final = 36_00
FAMILIES: Final = 6
STEPS: Final = ("planned", "sent", "handed_over", "confirmed")
Deed = Callable[[], object]


def weekly(first: date, times: int) -> list[date]:
    """Give days a week apart."""
    return [first + timedelta(weeks=number) for number in range(times)]


@dataclass(frozen=True, slots=True)
class Posted:
    """A wish of this part of the story, and who looks after it."""

    ref: str
    region: str


class Kinds:
    """Tells what is neither goods nor money."""

    def __init__(self, stage: Stage, chance: Random) -> None:
        self._stage, self._chance = stage, chance

    def schedule(self) -> None:
        """Put everything into the timeline."""
        time = self._stage.time
        time.put(time.ago(75), self._prepare)
        time.put(time.ago(52), self._ask_for_lessons)
        time.put(time.ago(46), self._ask_for_repairs)
        time.put(time.ago(40), self._list_walnuts)

    def _prepare(self) -> None:
        today, office = day_of(clock.now()), self._stage.cast.administrator
        for code, name, kind in (
            (HOURS, "邻里课堂（演示）", Kind.SERVICE),
            (HARVEST, "山货出山（演示）", Kind.PRODUCE),
        ):
            campaign = Campaign(
                code=code,
                name=name,
                kind=kind,
                starts_on=today,
                ends_on=today + timedelta(days=500),
                body="同心省慈善会（虚构）",
                certificate="",
                filing="",
                contact="演示数据，无真实电话",
            )
            programme = programmes.create(office, DEMO_PROVINCE, campaign=campaign)
            put_invented_on_file(
                office, self._stage.pictures.store, programme, number=f"虚构批复99-{code}", kind="approval"
            )
        for login in ("donor", "donor-003"):
            with suppress(Refused):
                vetting.record(
                    office,
                    login=login_of(login),
                    region=DEMO_PROVINCE,
                    real_name="演示人员",
                    proof="teachers-certificate",
                    until=today + timedelta(days=330),
                )

    def _ask_for_lessons(self) -> None:
        grounds = self._stage.grounds
        near = [site for site in grounds.sites if county_of(site.region) == county_of(grounds.school_point_region)]
        if not near:
            return
        school: School = near[0]
        by = self._stage.cast.volunteers[school.region][0]
        need = self._need(BeneficiaryKind.SITE, "每周一次的共读课，共十二小时", 12, grounds.school_point)
        terms = self._terms("reading", days=110, adult="班主任（演示）")
        ref = service.post_service(by, BeneficiaryKind.SITE, school.ref, need=need, terms=terms)
        wish = Posted(ref, school.region)
        keeper = self._stage.cast.keepers[township_of(grounds.school_point_region)]
        self._stage.time.later(lambda: self._lessons(wish, keeper), least=0.3, most=1.5)

    def _lessons(self, wish: Posted, keeper: Actor) -> None:
        self._approve(wish)
        vetted = (self._stage.cast.donors[0], self._stage.cast.donors[2])
        adult = "班主任（演示）"
        skills.state(vetted[0], subjects=["reading", "maths", "repairs"], weekdays=[6, 7], hours=2)
        self._go(wish, vetted[1], 4, "confirmed", self.hours(vetted[1], keeper, wish, adult=adult))
        self._go(wish, vetted[1], 3, "sent", self.hours(vetted[1], keeper, wish, adult=adult, meetings=3))
        self._go(wish, vetted[0], 2, "planned", self.hours(vetted[0], keeper, wish, adult=adult, meetings=2))

    def _ask_for_repairs(self) -> None:
        home = self._chance.choice(self._stage.homes)
        point = point_for(self._stage.grounds, home.village)
        need = self._need(BeneficiaryKind.HOUSEHOLD, "修补屋檐和院门，六小时", 6, point)
        with suppress(Refused):  # the family may ask for three things already
            terms = self._terms("repairs", days=100)
            ref = service.post_service(home.volunteer, BeneficiaryKind.HOUSEHOLD, home.ref, need=need, terms=terms)
            wish = Posted(ref, home.village)
            self._stage.time.later(lambda: self._repairs(wish), least=0.3, most=1.5)

    def _repairs(self, wish: Posted) -> None:
        self._approve(wish)
        keeper = self._stage.cast.keepers[township_of(wish.region)]
        for units, last in ((3, "confirmed"), (2, "handed_over")):
            giver = self._stage.somebody()
            self._go(wish, giver, units, last, self.hours(giver, keeper, wish))

    def _list_walnuts(self) -> None:
        by_village: dict[str, list[Home]] = defaultdict(list)
        for home in self._stage.homes:
            by_village[home.village].append(home)
        for homes in sorted(by_village.values(), key=len, reverse=True):
            if self._list_of(homes):
                return

    def _list_of(self, homes: list[Home]) -> bool:
        """List a batch for as many families of a village as may ask for one thing more."""
        for _ in range(FAMILIES):
            with suppress(Refused):
                self._list(self._chance.sample(homes, min(FAMILIES, len(homes))))
                return True
        return False

    def _list(self, homes: list[Home]) -> None:
        today, seller, village = day_of(clock.now()), homes[0].volunteer, homes[0].village
        batch = Batch(
            product="walnuts",
            unit_label="kilogram",
            first_on=today,
            last_on=today + timedelta(days=75),
            shipping=Shipping.SELLER,
            parts=tuple(Part(household=home.ref, quantity=30) for home in homes),
        )
        title, details = "今年新下的核桃", "带壳，五斤一袋"
        ref = produce.list_batch(seller, batch=batch, title=title, details=details, unit_fen=PRICE_FEN)
        wishes = [Posted(wish, village) for wish in list_parts(ref)]
        self._stage.time.later(lambda: self._walnuts(wishes, seller), least=0.5, most=1.5)

    def _walnuts(self, wishes: list[Posted], seller: Actor) -> None:
        for wish in wishes:
            self._approve(wish)
        for number, wish in enumerate(wishes):
            buyer = self._stage.somebody()
            self._go(wish, buyer, 2 + number % 3, "confirmed", self.sale(buyer, seller, wish))
        for last in ("planned", "sent"):
            buyer = self._stage.cast.donors[0]
            self._go(wishes[0], buyer, 1, last, self.sale(buyer, seller, wishes[0]))

    def _approve(self, wish: Posted) -> None:
        reviewer = self._stage.cast.reviewers[township_of(wish.region)][0]
        review.approve(reviewer, wish.ref, checks=NEED_CHECKLIST)

    def _go(self, wish: Posted, giver: Actor, units: int, last: str, steps: Callable[[str, str], object]) -> None:
        """Let somebody claim, and go on step by step as far as told; a limit on the way ends it there."""
        with suppress(Refused):
            ref = claim(giver, wish.ref, units=units, display="nickname").id
            self.go_on(ref, STEPS[: STEPS.index(last) + 1], steps)

    def go_on(self, ref: str, rest: tuple[str, ...], steps: Callable[[str, str], object]) -> None:
        """Take one step after the other, some days apart, until one is refused."""

        def deed() -> None:
            with suppress(Refused):
                steps(ref, rest[0])
                self.go_on(ref, rest[1:], steps)

        if rest:
            self._stage.time.later(deed, least=0.8, most=2.2)

    def hours(
        self, giver: Actor, keeper: Actor, wish: Posted, adult: str = "", *, meetings: int = 1
    ) -> Callable[[str, str], object]:
        """Give the steps of hours: a day is agreed, they are logged, attested and confirmed."""
        reviewer = self._stage.cast.reviewers[township_of(wish.region)][1]

        def step(ref: str, name: str) -> object:
            do: dict[str, Deed] = {
                "planned": lambda: plan.plan(giver, ref, more_days=weekly(day_of(clock.now()), meetings)),
                "sent": lambda: send.send(giver, ref, hours=1 if meetings > 1 else None),
                "handed_over": lambda: receive.hand_over(keeper, ref, second_adult=adult),
                "confirmed": lambda: confirm.confirm(reviewer, ref, basis="call-back"),
            }
            return do[name]()

        return step

    def sale(self, buyer: Actor, seller: Actor, wish: Posted) -> Callable[[str, str], object]:
        """Give the steps of a purchase: reserved, shipped by the seller's side, received and confirmed."""
        reviewer = self._stage.cast.reviewers[township_of(wish.region)][1]
        where = Buyer(recipient="演示买家", phone=phone(self._chance), address="虚构市虚构路一号（请勿真的寄送）")

        def step(ref: str, name: str) -> object:
            do: dict[str, Deed] = {
                "planned": lambda: plan.plan(buyer, ref, buyer=where),
                "sent": lambda: send.send(seller, ref, courier="sf", tracking=self._tracking(), income_fen=PRICE_FEN),
                "handed_over": lambda: receive.hand_over(buyer, ref),
                "confirmed": lambda: confirm.confirm(reviewer, ref, basis="call-back", income_fen=PRICE_FEN),
            }
            return do[name]()

        return step

    def _tracking(self) -> str:
        return f"SF{self._chance.randrange(10**12, 10**13)}"

    def _need(self, whose: BeneficiaryKind, title: str, hours: int, point: str) -> Need:
        return Need(
            kind=Kind.SERVICE,
            title=title,
            category=category_of(whose),
            reason_code="too-few-for-all" if whose is BeneficiaryKind.SITE else "old-alone",
            unit_label="hour",
            unit_fen=HOUR_FEN,
            wanted=hours,
            point_ref=point,
        )

    def _terms(self, subject: str, *, days: int, adult: str = "") -> Terms:
        first: date = day_of(clock.now())
        last = first + timedelta(days=days)
        return Terms(subject=subject, mode=Mode.ON_SITE, first_on=first, last_on=last, second_adult=adult)
