"""Organisations of the story: a foundation that receives money, a team with its page, an agreement with a county."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Final

from charity.adapters import clock
from charity.cli.basis_papers import put_invented_on_file
from charity.cli.demo.cast import login_of
from charity.cli.demo.families import Home
from charity.cli.demo.places import phone
from charity.cli.demo.stage import Stage
from charity.domain.actors import AccountKind, Actor
from charity.domain.calendar import day_of, day_start, local
from charity.domain.errors import Refused
from charity.domain.kinds import Kind
from charity.domain.organisations import BankAccount, check_sign
from charity.domain.payees import PayeeAccount
from charity.domain.regions import DEMO_PROVINCE, township_of
from charity.domain.reviews import NEED_CHECKLIST
from charity.domain.wishes import BeneficiaryKind
from charity.services import programmes
from charity.services.organisations import agreements, decide, limits, people
from charity.services.organisations.agreements import Pairing, Step
from charity.services.organisations.apply import Application, apply
from charity.services.organisations.decide import Rights
from charity.services.pledges import confirm, money, paying, receive, send
from charity.services.pledges.claim import claim
from charity.services.programmes import Campaign
from charity.services.register import payees
from charity.services.wishes import money as asking
from charity.services.wishes import review
from charity.services.wishes.needs import Need

COSTS: Final = "WARM-COSTS"
FOUNDATION, TEAM = "同心省乡村助困基金会（虚构）", "云上织造志愿队（虚构）"
COUNTY, VILLAGE = "990101", "990101001001"  # where the log-ins that are printed work
STEPS: Final = ("sent", "at_point", "handed_over", "confirmed")
GIFTS: Final = ((5, "confirmed"), (3, "confirmed"), (2, "handed_over"), (4, "at_point"), (1, "sent"), (2, "sent"))
BANK: Final = "演示银行（请勿真的转账）"
PAYEES: Final = tuple(
    PayeeAccount(way="account", holder="演示户主", bank=BANK, number=f"99000000000000{last}") for last in (99, 98)
)
CHANGED: Final = tuple(
    PayeeAccount(way="account", holder="演示户主", bank=BANK, number=f"99000000000000{last}") for last in (97, 96)
)
WISHES: Final = (("一学期住宿费和伙食费", 40, 20_00), ("开学交通费", 20, 10_00))
Deed = Callable[[], object]


class Charities:
    """Tells of organisations and of money that goes through one."""

    def __init__(self, stage: Stage, chance: Random) -> None:
        self._stage, self._chance = stage, chance
        self._foundation = ""
        self._payees = list(PAYEES)
        self._asked = set[str]()

    def schedule(self) -> None:
        """Put everything into the timeline."""
        time = self._stage.time
        time.put(time.ago(90), self._prepare)
        time.put(time.ago(60), self._found_team)
        time.put(time.ago(12), self._ask)
        time.put(time.ago(1), self._change_payee)

    def _prepare(self) -> None:
        today, office = day_of(clock.now()), self._stage.cast.administrator
        campaign = Campaign(
            code=COSTS,
            name="暖心助困（演示）",
            kind=Kind.MONEY,
            starts_on=today,
            ends_on=today + timedelta(days=500),
            body=FOUNDATION,
            certificate="慈证字（演示）第0002号",
            filing="备案（演示）2026-0002",
            contact="演示数据，无真实电话",
        )
        programme = programmes.create(office, DEMO_PROVINCE, campaign=campaign)
        put_invented_on_file(office, self._stage.pictures.store, programme, number=campaign.certificate)
        bank = BankAccount(holder=FOUNDATION, bank=BANK, number="9900000000000001")
        said = self._application(FOUNDATION, "foundation", "53990000MJ9900001", "foundation", bank)
        self._foundation = apply(self._stage.cast.officer, application=said)
        decide.verify(office, self._foundation, is_checked=True, rights=Rights(takes_money=True))

    def _application(self, name: str, kind: str, body: str, login: str, bank: BankAccount) -> Application:
        return Application(
            name=name,
            number=body + check_sign(body),
            kind=kind,
            region=DEMO_PROVINCE,
            contact="演示负责人",
            phone=phone(self._chance),
            email=login_of(login),
            bank=bank,
        )

    def _found_team(self) -> None:
        """Register the team of the printed log-in; its members let themselves be counted."""
        givers = [one for one in self._stage.cast.donors if one.kind is AccountKind.PERSON]
        office, officer, members = self._stage.cast.administrator, self._stage.cast.officer, givers[1:9]
        with suppress(Refused):
            said = self._application(TEAM, "enterprise", "91990000MA9900004", "organisation", BankAccount())
            ref = apply(officer, application=said)
            rights = Rights(is_vetted=True, vetting="演示：无犯罪记录证明已核")
            decide.verify(office, ref, is_checked=True, rights=rights)
            code = people.make_code(officer, ref).code
            for member in members:
                people.join(member, code=code, is_counted=True)
            self._agree(ref, officer)
            limits.set_places(office, ref, places=80, reason="演示：两个乡镇同时开展冬季认领")

    def _agree(self, ref: str, officer: Actor) -> None:
        today = day_of(clock.now())
        steps = (
            ("送去第一批课外读物", 20),
            ("为二十户家庭检修取暖设备", 50),
            ("阅览室开放", 200),
        )
        pairing = Pairing(
            organisation=ref,
            commitments="一年内建一间阅览室，为二十户家庭检修取暖设备，每季度组织一次志愿服务。",
            starts_on=today,
            ends_on=today + timedelta(days=365),
            steps=tuple(Step(title, today + timedelta(days=days)) for title, days in steps),
        )
        asked = agreements.propose(self._stage.cast.administrator, COUNTY, pairing=pairing)
        agreements.answer(officer, ref, asked, agrees=True)

    def _ask(self) -> None:
        homes = sorted(self._stage.homes, key=lambda home: home.village != VILLAGE)
        waiting = list(WISHES)
        for home in homes:
            if waiting and self._ask_for(home, *waiting[0]):
                waiting.pop(0)

    def _ask_for(self, home: Home, title: str, wanted: int, unit_fen: int) -> bool:
        need = Need(
            kind=Kind.MONEY,
            title=title,
            category="living-costs",
            reason_code="lacks-daily-things",
            unit_label="share",
            unit_fen=unit_fen,
            wanted=wanted,
        )
        household = BeneficiaryKind.HOUSEHOLD
        with suppress(Refused):  # the family may ask for three things already
            ref = asking.post_money(home.volunteer, household, home.ref, need=need, receiver=self._foundation)
            self._asked.add(home.ref)
            self._later(lambda: self._publish(ref, home), least=1, most=1)
            return True
        return False

    def _publish(self, ref: str, home: Home) -> None:
        reviewers = self._stage.cast.reviewers[township_of(home.village)]
        review.approve(reviewers[0], ref, checks=NEED_CHECKLIST, programme_code=COSTS)
        self._write_payee(home, reviewers[0])
        for units, last in GIFTS:
            giver = self._chance.choice(self._stage.cast.donors[-12:])  # who came last has given least
            with suppress(Refused):
                pledge = claim(giver, ref, units=units, display="nickname").id
                self._step(pledge, STEPS[: STEPS.index(last) + 1], giver, reviewers[1])
        self._stage.time.put(self._stage.time.ago(1.5), lambda: self._hold(ref))

    def _write_payee(self, home: Home, reviewer: Actor) -> None:
        """Write a family's account down."""
        with suppress(Refused):
            payees.record(reviewer, home.ref, account=self._payees[0], agreed=True)
            self._payees.pop(0)

    def _change_payee(self) -> None:
        """Write another account down for a family: a volunteer of its village is to tell it."""
        here = [home for home in self._stage.homes if home.village == VILLAGE and home.ref not in self._asked]
        reviewer = self._stage.cast.reviewers[township_of(VILLAGE)][0]
        for home in reversed(here):
            with suppress(Refused):  # its head may be too young to speak for it alone
                payees.record(reviewer, home.ref, account=CHANGED[0], agreed=True)
                payees.record(reviewer, home.ref, account=CHANGED[1], agreed=True, reason="演示：旧卡已注销")
                return

    def _hold(self, ref: str) -> None:
        """Let the printed donor have a gift to transfer, and the account before the eyes."""
        donor = self._stage.cast.donors[0]
        with suppress(Refused):
            money.open_bank(donor, claim(donor, ref, units=1, display="nickname").id)

    def _step(self, ref: str, rest: tuple[str, ...], giver: Actor, reviewer: Actor) -> None:
        officer = self._stage.cast.officer

        def deed() -> None:
            do: dict[str, Deed] = {
                "sent": lambda: send.send(giver, ref),
                "at_point": lambda: receive.receive(officer, ref),
                "handed_over": lambda: self._pay(officer, ref),
                "confirmed": lambda: confirm.confirm(reviewer, ref, basis="call-back"),
            }
            with suppress(Refused):
                do[rest[0]]()
                self._step(ref, rest[1:], giver, reviewer)

        if rest:
            self._later(deed, least=1, most=2)

    def _pay(self, officer: Actor, ref: str) -> None:
        with suppress(Refused):
            paying.open_payee(officer, ref, purpose="pay")
        receive.hand_over(officer, ref, document=f"演示{ref[:8]}")

    def _later(self, deed: Deed, *, least: int, most: int) -> None:
        """Let something happen at ten in the morning some days on; the rest of the story keeps its own chances."""
        day = local(self._stage.time.now).date() + timedelta(days=self._chance.randint(least, most))
        self._stage.time.put(day_start(day) + timedelta(hours=10), deed)
