"""Organisations of the safety tests' world: the donor speaks for one and is a member of another; money under way."""

from datetime import date, timedelta

from sqlalchemy import select, update

from charity.adapters import clock
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import SYSTEM, Actor
from charity.domain.calendar import day_of
from charity.domain.kinds import Kind
from charity.domain.organisations import Becomes
from charity.domain.payees import PayeeAccount
from charity.domain.wishes import BeneficiaryKind
from charity.models.organisations import Agreement, Milestone, Organisation, OrganisationPerson
from charity.models.pledges import Pledge
from charity.services import programmes
from charity.services.organisations import agreements, limits, officers, people
from charity.services.organisations.agreements import Pairing, Step
from charity.services.organisations.apply import apply
from charity.services.organisations.decide import Rights
from charity.services.pledges import clocks, paying, plan, receive, rule, saying, send
from charity.services.pledges.claim import claim
from charity.services.programmes import Campaign
from charity.services.register import payees
from charity.services.wishes import money as asking
from charity.services.wishes import review
from charity.services.wishes.needs import Need
from tests.kit import charities as c
from tests.kit import village as v

FUND, OTHER_FUND = "云桥同心慈善基金会", "清河助学慈善基金会"
WHY_MORE, GROUNDS = "两个村同时过冬", "核对无此笔"
ACCOUNT = PayeeAccount(way="account", holder="濮阳望舒", bank="云桥农商行石桥分理处", number="6217991122334455667")
OF_VILLAGE = PayeeAccount(
    way="village",
    holder="石桥村委会代收专户",
    bank="云桥农商行",
    number="6217009988776655443",
    note="两人签字后当面转交",
)
OF_FREE_HOME = PayeeAccount(way="account", holder="濮阳知秋", bank="云桥农商行石桥分理处", number="6217553344556677889")
OF_TOLD_HOME = PayeeAccount(way="account", holder="濮阳晚舟", bank="云桥农商行石桥分理处", number="6217660011223344556")
OF_TOLD_BEFORE = PayeeAccount(way="account", holder="濮阳晚舟", bank="云桥农商行", number="6217660099887766554")
VETTING, DOCUMENT, RECEIPT = "漆雕的无犯罪证明", "PZ-20261122-0777", "回单尾号55667788"
OTHERS = ("白鹭助老服务社", "白鹭织造有限公司")
MONEY_SECRETS = (c.BANK_NUMBER, c.BANK_NAME, c.CONTACT, c.PHONE, VETTING, DOCUMENT, RECEIPT)
OWN_ACCOUNTS = (ACCOUNT.holder, ACCOUNT.number, OF_FREE_HOME.holder, OF_FREE_HOME.number)
OWN_ACCOUNTS += (OF_TOLD_HOME.holder, OF_TOLD_HOME.number, OF_TOLD_BEFORE.number)
PAYEE_SECRETS = (*OWN_ACCOUNTS, OF_VILLAGE.holder, OF_VILLAGE.number, OF_VILLAGE.note)
GIFTS = (
    *(("gift", "sent"), ("gift_here", "at_point"), ("gift_paid", "handed_over"), ("gift_late", "cancelled")),
    ("gift_back", "returned"),
)
COSTS = Need(
    kind=Kind.MONEY,
    title="一学期住宿费",
    category="living-costs",
    reason_code="lacks-daily-things",
    unit_label="share",
    unit_fen=20_00,
    wanted=20,
)


BASIS = ("慈证字002号", "备案字2026-02")
# What anybody may read.
PROMISED, STEP = "一年内建一间阅览室", "阅览室开放"
OF_MONEY = (FUND, OTHER_FUND, *OTHERS, PROMISED, STEP, COSTS.title, "助困行动", *BASIS, WHY_MORE, GROUNDS)
OF_PAYEES = (ACCOUNT.bank, OF_VILLAGE.bank, ACCOUNT.holder, RECEIPT)


def add_organisations(actors: dict[str, Actor], refs: dict[str, str]) -> None:
    """Register organisations, let people in, and bring gifts of money as far as they show themselves."""
    donor, giver, third, office = (actors[name] for name in ("donor", "giver", "third", "administrator"))
    rights = Rights(takes_money=True, is_vetted=True, vetting=VETTING)
    refs["organisation"] = c.verified(donor, office, FUND, 11, v.COUNTY, rights=rights)
    refs["joined_organisation"] = c.verified(giver, office, OTHER_FUND, 12, v.COUNTY)
    for officer, key, member in ((donor, "organisation", giver), (giver, "joined_organisation", donor)):
        code = people.make_code(officer, refs[key]).code
        people.join(member, code=code, is_counted=True)
    refs["organisation_member"] = _place(refs["organisation"], giver)
    with transaction() as tx:
        candidate = v.add_person(tx)  # without a gift on its way there
    people.join(candidate, code=people.make_code(donor, refs["organisation"]).code, is_counted=False)
    asked = _place(refs["organisation"], candidate)
    refs["officer_change"] = officers.ask(donor, refs["organisation"], asked, becomes=Becomes.OFFICER)
    limits.set_places(office, refs["organisation"], places=60, reason=WHY_MORE)
    refs["payee"] = payees.record(actors["second"], refs["home"], account=ACCOUNT, agreed=True)
    refs["applied"] = apply(giver, application=c.application(OTHERS[0], 13, v.COUNTY, kind="service"))
    refs["applied_own"] = apply(donor, application=c.application(OTHERS[1], 14, v.COUNTY, bank=False))
    _money(actors, refs)
    payees.record(actors["second"], refs["free_home"], account=OF_FREE_HOME, agreed=True)
    refs["money_held"] = claim(third, refs["money_wish"], units=1, display="nickname").id
    _agree(donor, office, refs)
    refs["money_unsettled"] = claim(third, refs["own_money_wish"], units=1, display="nickname").id
    _run_out(refs["money_unsettled"])
    saying.say_transfer(third, refs["money_unsettled"], was_sent=True, sent_on=day_of(clock.now()), receipt=RECEIPT)
    refs["gift_ruled"] = claim(actors["waiter"], refs["own_money_wish"], units=1, display="nickname").id
    _run_out(refs["gift_ruled"])
    rule.rule(actors["auditor"], refs["gift_ruled"], ruling="lapsed", grounds=GROUNDS)
    for key, to in GIFTS:
        refs[key] = _given(actors["waiter"], third, refs["own_money_wish"], donor, to=to)
    refs["gift_open"] = _given(actors["waiter"], third, refs["money_wish"], giver, to="at_point")
    payees.record(actors["second"], refs["full_home"], account=OF_TOLD_BEFORE, agreed=True)
    refs["payee_to_tell"] = payees.record(
        actors["second"], refs["full_home"], account=OF_TOLD_HOME, agreed=True, reason=WHY_MORE
    )
    refs["waiting_payee"] = payees.record(actors["second"], refs["class_home"], account=OF_VILLAGE, agreed=True)


def _money(actors: dict[str, Actor], refs: dict[str, str]) -> None:
    office = actors["administrator"]
    campaign = Campaign(
        code="COSTS",
        name="助困行动",
        kind=Kind.MONEY,
        starts_on=date(2020, 1, 1),
        ends_on=None,
        body="云桥省慈善会",
        certificate=BASIS[0],
        filing=BASIS[1],
        contact="0990-1234568",
    )
    programmes.create(office, v.COUNTY, campaign=campaign)
    v.put_codes_on_file("COSTS")
    home = BeneficiaryKind.HOUSEHOLD
    asked = (("money_wish", "joined_organisation", "home"), ("own_money_wish", "organisation", "free_home"))
    for key, receiver, whose in asked:
        ref = asking.post_money(actors["volunteer"], home, refs[whose], need=COSTS, receiver=refs[receiver])
        review.approve(actors["reviewer"], ref, checks=v.CHECKS, programme_code="COSTS")
        refs[key] = ref
    refs["money_draft"] = asking.draft_money(
        actors["volunteer"], home, refs["home"], need=COSTS, receiver=refs["organisation"]
    )


def _agree(officer: Actor, office: Actor, refs: dict[str, str]) -> None:
    """Write two agreements down, one of which the organisation has said yes to."""
    pairing = Pairing(
        organisation=refs["organisation"],
        commitments=PROMISED,
        starts_on=date(2026, 1, 1),
        ends_on=date(2099, 1, 1),
        steps=(Step(STEP, date(2026, 2, 1)),),
    )
    refs["agreement"] = agreements.propose(office, v.VILLAGE, pairing=pairing)
    agreements.answer(officer, refs["organisation"], refs["agreement"], agrees=True)
    refs["asked_agreement"] = agreements.propose(office, v.COUNTY, pairing=pairing)
    end_reading()
    agreed = select(Milestone.ref).join(Agreement, Agreement.id == Milestone.agreement_id)
    refs["milestone"] = reading().scalars(agreed.where(Agreement.ref == refs["agreement"])).one()
    end_reading()


def _given(first: Actor, second: Actor, wish: str, officer: Actor, *, to: str) -> str:
    giver = first if to == "sent" else second
    ref = claim(giver, wish, units=1, display="nickname").id
    if to == "cancelled":
        plan.cancel(giver, ref)
        return ref
    send.send(giver, ref)
    if to != "sent":
        receive.receive(officer, ref)
    if to == "handed_over":
        paying.open_payee(officer, ref, purpose="pay")
        receive.hand_over(officer, ref, document=DOCUMENT)
    if to == "returned":
        receive.return_(officer, ref, reason="refused", document=DOCUMENT)
    return ref


def _run_out(ref: str) -> None:
    """Let the time of a transfer be over: nobody said anything."""
    end_reading()
    with transaction() as tx:
        over = update(Pledge).where(Pledge.ref == ref)
        began = tx.now - timedelta(days=30)
        tx.session.execute(over.values(clock_started_at=began, act_by=tx.now - timedelta(seconds=1)))
    clocks.pledge_due(SYSTEM, ref)
    end_reading()


def _place(organisation: str, who: Actor) -> str:
    end_reading()
    inside = select(OrganisationPerson.ref).join(Organisation, Organisation.id == OrganisationPerson.organisation_id)
    mine = inside.where(Organisation.ref == organisation, OrganisationPerson.account_id == who.account_id)
    ref = reading().scalars(mine.where(OrganisationPerson.left_at.is_(None))).one()
    end_reading()
    return ref
