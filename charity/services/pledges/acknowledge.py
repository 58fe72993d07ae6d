"""The household's own word: a code from its card or from a relative's phone; five wrong tries go to the reviewer."""

import json
from datetime import timedelta

from charity.adapters.crypto import digest, new_code
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.clocks import ClockName, get_clock
from charity.domain.durations import due_at
from charity.domain.entries import EntryKind
from charity.domain.errors import Conflict, Invalid, TooMany
from charity.domain.kinds import Kind
from charity.domain.limits import DEFAULTS
from charity.domain.permissions import may
from charity.domain.pledges import Act, next_state
from charity.domain.running import started
from charity.domain.sides import CHECK_WITHIN, Who, is_drawn_for_check, may_not_have_printed, may_type_code
from charity.models.acknowledging import (
    add_code_check,
    add_receipt_code,
    count_receipt_codes,
    count_wrong_codes,
    find_printer,
    find_relative_phone,
    has_phone,
    list_printers,
    set_wrong_codes,
    use_card_code,
    use_receipt_code,
)
from charity.models.acts import Kept, act
from charity.models.desks import touch
from charity.models.moving import PledgeRow, clock_values
from charity.models.outbox import notify, put_message
from charity.models.pausing import list_pauses
from charity.models.sides import list_stands
from charity.models.slips import list_handlers
from charity.services.pledges.field import field_doer
from charity.services.pledges.moves import Acted, Doer, acted, advance, change, get_pledge, said
from charity.services.pledges.produce import earn_as_told

CODE_DIGITS = 6
CODE_LASTS_HOURS = 72
MOST_CODES_A_DAY = 3


@act
def acknowledge(tx: Tx, actor: Actor, pledge_ref: str, *, code: str) -> Acted:
    """Confirm a pledge by a code the household gives, typed on whoever's phone is at hand."""
    pledge = get_pledge(tx, pledge_ref)
    may(actor, "pledge.acknowledge", pledge.region_code)
    touch(tx, actor.account_id)
    next_state(pledge.kind, pledge.state, Act.ACKNOWLEDGE)
    if pledge.household_id is None:
        raise Conflict("site-has-no-card")
    stands = list_stands(tx, actor.account_id, pledge.beneficiary)
    may_type_code(stands, typer=actor.account_id, donor=pledge.account_id, now=tx.now)
    wrong = count_wrong_codes(tx, pledge.household_id)
    if wrong >= DEFAULTS.wrong_codes:
        raise TooMany("codes-locked", field="code")
    typed = "".join(sign for sign in code if sign.isdecimal())
    way = _way_of(tx, pledge, pledge.household_id, typed)
    if way is None:
        return _count_wrong(tx, pledge, pledge.household_id, wrong + 1)
    may_not_have_printed(typer=actor.account_id, printer=find_printer(tx, pledge.id) if way == "card" else None)
    set_wrong_codes(tx, pledge.household_id, 0)
    return acted(_confirmed(tx, pledge, way, typed_by=actor.account_id))


def _way_of(tx: Tx, pledge: PledgeRow, household_id: int, code: str) -> str | None:
    if not code:
        return None
    if use_card_code(tx, household_id, pledge.id, code):
        return "card"
    return "sms" if use_receipt_code(tx, pledge.id, code) else None


def _count_wrong(tx: Tx, pledge: PledgeRow, household_id: int, wrong: int) -> Acted:
    """Keep the count of wrong tries although the act is refused."""
    set_wrong_codes(tx, household_id, wrong)
    left = DEFAULTS.wrong_codes - wrong
    if left <= 0:
        _call_the_township(tx, pledge)
        raise Kept(TooMany("codes-locked", field="code"))
    raise Kept(Invalid("family-code-wrong", field="code", params={"left": left}))


def _call_the_township(tx: Tx, pledge: PledgeRow) -> None:
    """Start the township's clock at once: after so many wrong codes only its call-back can confirm."""
    if pledge.clock == ClockName.CALL_BACK.value:
        return
    pauses = list_pauses(tx.session, pledge.region_code, since=tx.now)
    running = started(get_clock(ClockName.CALL_BACK, pledge.kind), tx.now, pauses)
    change(tx, pledge, clock_values(running) | {"clock_left": None})


def _confirmed(tx: Tx, pledge: PledgeRow, way: str, *, typed_by: int) -> PledgeRow:
    """Take the household's word; whoever typed it stands in the step, and takes no side by it."""
    if pledge.kind is Kind.PRODUCE:
        earn_as_told(tx, pledge)
    told = said(EntryKind.PLEDGE_CONFIRMED, {"basis": way})
    values = {"confirmed_at": tx.now, "confirmed_by": way}
    moved = advance(tx, pledge, Act.ACKNOWLEDGE, Doer(typed_by, Who.HOUSEHOLD), told, values=values)
    if is_drawn_for_check(digest("code-check", pledge.ref)):
        pauses = list_pauses(tx.session, pledge.region_code, since=tx.now)
        add_code_check(tx, pledge.id, due_at=due_at(tx.now, CHECK_WITHIN, pauses))
    notify(
        tx,
        account_id=pledge.account_id,
        kind="pledge-confirmed",
        params={"pledge": pledge.ref, "title": pledge.title, "units": pledge.units},
    )
    return moved


@act
def send_code(tx: Tx, actor: Actor, pledge_ref: str) -> None:
    """Send a code to the phone of the household's relative, to be read out at the hand-over."""
    pledge = get_pledge(tx, pledge_ref)
    doer = field_doer(tx, actor, pledge)
    touch(tx, actor.account_id)
    next_state(pledge.kind, pledge.state, Act.ACKNOWLEDGE)
    phone = None if pledge.household_id is None else find_relative_phone(tx, pledge.household_id)
    if phone is None or doer.account_id is None:
        raise Conflict("no-relative-phone")
    _may_send_to(tx, actor, pledge, phone)
    if count_receipt_codes(tx, pledge.id, since=tx.now - timedelta(days=1)) >= MOST_CODES_A_DAY:
        raise TooMany("too-many-codes")
    code = new_code(CODE_DIGITS)
    add_receipt_code(tx, pledge.id, code, sent_by_id=doer.account_id, lasts=timedelta(hours=CODE_LASTS_HOURS))
    put_message(tx, channel="sms", kind="receipt-code", told=json.dumps({"code": code}), language="zh", to=phone)


def _may_send_to(tx: Tx, actor: Actor, pledge: PledgeRow, phone: str) -> None:
    """Refuse a relative's phone that is a helper's or the donor's own: he would confirm his own act."""
    helpers = {actor.account_id, pledge.account_id, pledge.poster_id, *list_handlers(tx.session, pledge.id)}
    if pledge.household_id is not None:
        helpers |= list_printers(tx, pledge.household_id)
    if has_phone(tx, helpers, digest("phone", phone)):
        raise Conflict("relative-phone-is-helper")
