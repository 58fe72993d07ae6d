"""Ruling a case: the auditor's word moves the pledge, corrects the boards, and gives the parties time to appeal."""

from datetime import timedelta
from typing import Any

from charity import ledger
from charity.adapters.crypto import seal_some
from charity.adapters.db import Tx
from charity.domain.actors import Actor, Role
from charity.domain.clocks import ClockName, get_clock
from charity.domain.counters import Standing
from charity.domain.durations import Duration
from charity.domain.entries import EntryKind
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict, Invalid, Missing, NotPermitted
from charity.domain.kinds import Kind, PledgeState
from charity.domain.permissions import may
from charity.domain.pledges import AGAIN, Act, Ruling, next_state
from charity.domain.regions import Level, county_of, level_of
from charity.domain.running import Running, started
from charity.domain.sides import Who, may_act, may_judge
from charity.ledger.names import end_names_down
from charity.models.acts import act
from charity.models.case_rows import CaseRow, change_case, find_case, find_case_by_id, find_first_judge, find_last_case
from charity.models.cases import grounds_place
from charity.models.concerned import find_case_place, has_part_in, list_takers_of
from charity.models.moving import PledgeRow, clock_values
from charity.models.names_down import list_owners, list_takers
from charity.models.outbox import notify
from charity.models.pausing import list_pauses
from charity.models.wish_people import list_first_to_act, list_reviewers
from charity.services.pledges.moves import Acted, Doer, acted, bring_to, get_pledge, said, take_side
from charity.services.pledges.produce import earn_where_unsaid
from charity.services.pledges.refunding import owe_refund

VERDICTS = frozenset({"upheld", "unfounded"})
LONGEST = 600


@act
def rule(tx: Tx, actor: Actor, pledge_ref: str, *, ruling: str, grounds: str) -> Acted:
    """Rule about a disputed pledge (or an appealed ruling): back to where it was, confirmed, returned or refuted."""
    pledge = get_pledge(tx, pledge_ref)
    case = find_last_case(tx, pledge.id, state="open")
    if case is None:
        raise Missing
    may(actor, "pledge.rule", case.region_code)
    may_judge(judge=actor.account_id, first_judge=find_first_judge(tx, case))
    decided, doer = _ruling(ruling), Doer(actor.account_id, Who.AUDITOR)
    _may_say(grounds)
    may_act(pledge.kind, Act.RULE, doer.who)
    after = next_state(
        pledge.kind,
        pledge.state,
        Act.RULE,
        former=pledge.former,
        ruling=decided,
        on_appeal=case.kind in AGAIN,
    )
    take_side(tx, doer, pledge.beneficiary)
    moved = pledge
    if after is not pledge.state:
        told = said(
            EntryKind.PLEDGE_RULED,
            {"ruling": decided.value, "appeal": case.kind == "appeal"},
            subjects={"case": case.ref},
            texts={"grounds": grounds},
            reason=decided.value,
        )
        values = _values(tx, pledge, after)
        if after is PledgeState.CONFIRMED and pledge.kind is Kind.PRODUCE:
            earn_where_unsaid(tx, pledge)
        moved = bring_to(tx, pledge, Act.RULE, Standing(state=after), doer, told, values=values)
    moved = owe_refund(tx, moved)
    _settle(tx, actor, case, decided.value, grounds, kind=pledge.kind, region=pledge.region_code, pledge=pledge)
    return acted(moved)


def _ruling(text: str) -> Ruling:
    try:
        return Ruling(text)
    except ValueError:
        raise Invalid("ruling-missing", field="ruling") from None


def _may_say(grounds: str) -> None:
    if not grounds.strip():
        raise Invalid("grounds-missing", field="grounds")


def _values(tx: Tx, pledge: PledgeRow, after: PledgeState) -> dict[str, Any]:
    """Give what a ruling writes beside the state: a stopped clock goes on, a confirmation gets its moment."""
    if after is PledgeState.CONFIRMED:
        if pledge.confirmed_at is not None:
            return clock_values(None)
        return {"confirmed_at": tx.now, "confirmed_by": "ruling"} | clock_values(None)
    if after is PledgeState.SENT and pledge.sent_at is None:  # nobody had said so before
        return {"sent_at": tx.now}
    if after is pledge.former and pledge.former_clock is not None and pledge.clock_left is not None:
        running = _resumed(tx, pledge, pledge.former_clock, pledge.clock_left)
        return {"clock_left": pledge.clock_left} | clock_values(running)
    return {}


def _resumed(tx: Tx, pledge: PledgeRow, name: str, left: int) -> Running:
    clock = get_clock(ClockName(name), pledge.kind)
    pauses = list_pauses(tx.session, pledge.region_code, since=tx.now)
    length = Duration(timedelta(seconds=left), clock.duration.working)
    return started(clock, tx.now, pauses, left=length)


@act
def rule_concern(tx: Tx, actor: Actor, case_ref: str, *, ruling: str, grounds: str) -> None:
    """Answer a reported concern: upheld or unfounded, with the grounds."""
    case = find_case(tx, case_ref)
    if case is None or case.pledge_id is not None or case.state != "open":
        raise Missing
    may_look_into(actor, case.region_code)
    may_judge(judge=actor.account_id, first_judge=find_first_judge(tx, case))
    _may_decide(tx, actor, case)
    if ruling not in VERDICTS:
        raise Invalid("ruling-missing", field="ruling")
    _may_say(grounds)
    _settle(tx, actor, case, ruling, grounds, kind=Kind.GOODS, region=case.region_code, pledge=None)
    if ruling == "unfounded":
        _give_names_back(tx, actor, case, grounds)
        _tell_still_down(tx, actor, case.appeal_of_id or case.id)


def _tell_still_down(tx: Tx, actor: Actor, case_id: int) -> None:
    """Tell who took it and who may act there that nothing but its concern, now unfounded, keeps something unseen.

    Where each of them posted it or let it through, the county's reviewers are told; and where there are none, whoever
    ruled, who may bring it back himself.
    """
    takers, reported = list_takers_of(tx.session, case_id), find_case_by_id(tx, case_id)
    if not takers or reported is None:
        return
    place = find_case_place(tx.session, case_id)
    told = takers | set(list_first_to_act(tx, place))
    if all(has_part_in(tx.session, account_id, case_id) for account_id in told - {actor.account_id}):
        told |= set(list_reviewers(tx, county_of(place), but=0)) if level_of(place) >= Level.COUNTY else set()
    for account_id in sorted((told - {actor.account_id}) or {actor.account_id}):
        notify(tx, account_id=account_id, kind="concern-unfounded", params={"case": reported.ref})


def _may_decide(tx: Tx, actor: Actor, case: CaseRow) -> None:
    """Refuse to decide about what one reported, about one's own names, and about a take-down of names by oneself."""
    reported, appealed = case.appeal_of_id or case.id, case.appeal_of_id is not None
    if actor.account_id == case.opened_by_id or actor.account_id in list_owners(tx.session, reported):
        raise NotPermitted("own-report")
    if appealed and actor.account_id in list_takers(tx.session, reported):
        raise NotPermitted("judged-before")


def _give_names_back(tx: Tx, actor: Actor, case: CaseRow, grounds: str) -> None:
    """Show the names again that a concern took which is not founded, at first or on appeal; nobody rules about himself.

    Other things come back by an act of their own: what may tell who a child is waits for somebody to look at it.
    """
    reported = case if case.appeal_of_id is None else find_case_by_id(tx, case.appeal_of_id)
    if reported is None or not end_names_down(
        tx, reported.id, reported.ref, by_id=actor.account_id, reason=grounds[:LONGEST]
    ):
        return
    facts: dict[str, JSON] = {"kind": "report", "by": Who.AUDITOR.value}
    ledger.append(tx, EntryKind.CASE_SHOWN, {"case": reported.ref}, facts, texts={"reason": grounds})


def may_look_into(actor: Actor, region: str) -> None:
    """Let auditors of the region in; a concern about no place is any auditor's."""
    if region:
        may(actor, "pledge.rule", region)
    elif not actor.has_role(Role.AUDITOR):
        raise Missing


def _settle(
    tx: Tx,
    actor: Actor,
    case: CaseRow,
    ruling: str,
    grounds: str,
    *,
    kind: Kind,
    region: str,
    pledge: PledgeRow | None,
) -> None:
    is_last = case.kind in ("appeal", "report")
    values: dict[str, Any] = {
        "state": "closed" if is_last else "ruled",
        "ruling": ruling,
        "grounds_sealed": seal_some(grounds[:LONGEST], place=grounds_place(case.ref)),
        "ruled_by_id": actor.account_id,
        "ruled_at": tx.now,
    }
    values |= clock_values(None if is_last else _appeal_clock(tx, kind, region))
    if not change_case(tx, case, values):
        raise Conflict("moved-meanwhile")
    subjects = {"case": case.ref}
    if pledge is not None:
        subjects |= {"wish": pledge.wish_ref, "pledge": pledge.ref}
    facts: dict[str, JSON] = {"ruling": ruling, "by": Who.AUDITOR.value, "kind": case.kind}
    ledger.append(tx, EntryKind.CASE_RULED, subjects, facts, texts={"grounds": grounds})
    told = {case.opened_by_id, None if pledge is None else pledge.account_id} - {None, actor.account_id}
    for account_id in sorted(number for number in told if number is not None):
        params = {"case": case.ref, "ruling": ruling, "pledge": "" if pledge is None else pledge.ref}
        notify(tx, account_id=account_id, kind="case-ruled", params=params)


def _appeal_clock(tx: Tx, kind: Kind, region: str) -> Running:
    pauses = list_pauses(tx.session, region, since=tx.now) if region else ()
    return started(get_clock(ClockName.APPEAL, kind), tx.now, pauses)
