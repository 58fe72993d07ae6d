"""Where a family's money is paid to: what is written down, who may change it, when it may be opened and for what."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from charity.domain.consents import GivenBy, consent_needed
from charity.domain.durations import days, working_days
from charity.domain.errors import Conflict, Invalid, NotPermitted
from charity.domain.kinds import PledgeState

LONGEST_NAME, LONGEST_BANK, LONGEST_NOTE, LONGEST_REASON = 40, 80, 200, 300
SHORTEST_RECEIPT, LONGEST_RECEIPT, MOST_SAID = 4, 200, 5
PAYEE_SHOWS = timedelta(minutes=15)
# So long money does not follow a change: the family and the office have time to notice a wrong one.
CHANGE_WAITS = timedelta(hours=72)
# While money is under way, here, or nobody knows where, nobody writes down alone where it goes.
UNDER_WAY = frozenset({PledgeState.SENT, PledgeState.AT_POINT, PledgeState.DISPUTED, PledgeState.LAPSED_UNSETTLED})


# Why a case is opened about a payment: the family does not know of the changed account it went to.
DOUBTED = "payee-doubted"


class Way(StrEnum):
    """How a family gets its money: on an account of its own, or as its village agreed for those without one."""

    ACCOUNT = "account"
    VILLAGE = "village"


class PayeeState(StrEnum):
    """Where what was written down stands."""

    WAITING = "waiting"
    STANDING = "standing"
    REPLACED = "replaced"
    REFUSED = "refused"
    ENDED = "ended"


class Wait(StrEnum):
    """What an account waits for: a second person, its village's question to the family, or the county's."""

    SECOND = "second"
    VILLAGE = "village"
    COUNTY = "county"


# A second word as that of a second reviewer; a week, then a volunteer counts as silent. What the county does not do
# in time either, a reviewer of the level above may do.
WITHIN: Final = {Wait.SECOND: working_days(3), Wait.VILLAGE: days(7), Wait.COUNTY: working_days(3)}


class PayPurpose(StrEnum):
    """Why an officer opens a family's account."""

    PAY = "pay"
    RETURNED = "returned"


class Speaks(StrEnum):
    """Who says yes for the family: its head, the guardian of a head who is a child, or both."""

    SELF = "self"
    GUARDIAN = "guardian"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayeeAccount:
    """Holder, bank and number; for a way of the village also how the money gets from there to the family."""

    way: str
    holder: str
    bank: str
    number: str
    note: str = ""


def normal_payee(said: PayeeAccount) -> PayeeAccount:
    """Bring an account to its written form; refuse one that lacks something or whose number cannot be one."""
    if said.way not in list(Way):
        raise Invalid("payee-way", field="way")
    number = "".join(sign for sign in said.number if sign not in " -\t")
    if not (number.isascii() and number.isdigit() and 8 <= len(number) <= 30):
        raise Invalid("bank-number", field="number")
    holder, bank, note = (" ".join(text.split()) for text in (said.holder, said.bank, said.note))
    for field, text, most in (("holder", holder, LONGEST_NAME), ("bank", bank, LONGEST_BANK)):
        if not text or len(text) > most:
            raise Invalid("field-needed", field=field)
    if said.way == Way.VILLAGE and not note:
        raise Invalid("payee-note", field="note")
    return PayeeAccount(way=said.way, holder=holder, bank=bank, number=number, note=note[:LONGEST_NOTE])


def speakers_for(speaks: str, *, age: int) -> tuple[GivenBy, ...]:
    """Give those whose yes is written down; refuse when they are not those whom the head's age asks for."""
    needed = consent_needed(age)
    wanted = {(True, False): Speaks.SELF, (False, True): Speaks.GUARDIAN, (True, True): Speaks.BOTH}
    if speaks != wanted[needed.own, needed.elder]:
        raise Invalid("payee-speaks", field="speaks")
    return {
        Speaks.SELF: (GivenBy.SELF,),
        Speaks.GUARDIAN: (GivenBy.GUARDIAN,),
        Speaks.BOTH: (GivenBy.SELF, GivenBy.GUARDIAN),
    }[Speaks(speaks)]


def masked(number: str) -> str:
    """Give what of a number shows without opening it."""
    return f"…{number[-4:]}"


def needs_second(*, is_money_under_way: bool, is_known_elsewhere: bool) -> bool:
    """Say whether one person may not write it down alone: money moves already, or another family has this account."""
    return is_money_under_way or is_known_elsewhere


def opens_at(now: datetime, *, is_change: bool) -> datetime:
    """Tell from when on money may follow an account: a changed one waits."""
    return now + CHANGE_WAITS if is_change else now


def may_second(*, decider: int, recorder: int) -> None:
    """Refuse the second word about an account by whoever wrote it down."""
    if decider == recorder:
        raise NotPermitted("not-ones-own-question")


def may_open(state: PledgeState) -> None:
    """Refuse a family's account to an officer for any payment that does not stand at his organisation."""
    if state is not PledgeState.AT_POINT:
        raise Conflict("not-in-this-state", params={"state": state.value, "act": "open-payee"})


def normal_receipt(text: str, sent_on: date | None, *, was_sent: bool, claimed_on: date, today: date) -> str:
    """Give a receipt as it is kept; refuse one without its text, or a day before the claim or after today."""
    if not was_sent:
        return ""
    if sent_on is None or not claimed_on <= sent_on <= today:
        raise Invalid("sent-on-impossible", field="sent_on")
    receipt = " ".join(text.split())
    if not SHORTEST_RECEIPT <= len(receipt) <= LONGEST_RECEIPT:
        raise Invalid("receipt-missing", field="receipt", params={"least": SHORTEST_RECEIPT, "most": LONGEST_RECEIPT})
    return receipt
