"""Organisations: what registers one, who speaks for it, what it may do, and agreements with a village or county."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from charity.domain.errors import CapReached, Conflict, Invalid, NotPermitted
from charity.domain.regions import Level, level_of


class OrganisationKind(StrEnum):
    """What an organisation is in law."""

    FOUNDATION = "foundation"
    ASSOCIATION = "association"
    SERVICE = "service"
    ENTERPRISE = "enterprise"
    SCHOOL = "school"
    OFFICE = "office"


class OrganisationState(StrEnum):
    """Where an organisation stands."""

    APPLIED = "applied"
    VERIFIED = "verified"
    REFUSED = "refused"
    ENDED = "ended"


class Part(StrEnum):
    """What somebody is in an organisation: an officer speaks for it, a member gives under its name."""

    OFFICER = "officer"
    MEMBER = "member"


class Becomes(StrEnum):
    """What somebody in an organisation shall be from now on."""

    OFFICER = "officer"
    MEMBER = "member"
    OUT = "out"


class AgreementState(StrEnum):
    """Where a pairing agreement stands: both sides must have said yes before it is public."""

    PROPOSED = "proposed"
    RUNNING = "running"
    DECLINED = "declined"
    ENDED = "ended"


# Only these may be asked to receive money for families: their law makes them publish what becomes of it.
RECEIVES_MONEY = frozenset({OrganisationKind.FOUNDATION, OrganisationKind.ASSOCIATION, OrganisationKind.SERVICE})
REFUSALS = ("number-not-found", "papers-missing", "not-reached", "purpose", "double", "other")
ENDINGS = ("own-wish", "registration-lost", "misuse", "other")
LEAST_COUNTED = 5
MOST_APPLIED = 3
MOST_OFFICERS = 12
MOST_PLACES = 2000
LONGEST_NAME, LONGEST_NOTE, LONGEST_BANK = 60, 300, 80
LONGEST_COMMITMENT, LONGEST_MILESTONE, MOST_MILESTONES = 300, 80, 12
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_NUMBER = re.compile(rf"[{_SIGNS}]{{18}}")


def normal_number(text: str) -> str:
    """Bring a unified social credit code to its written form; refuse one whose check sign (GB 32100) is wrong."""
    number = "".join(text.split()).upper()
    if not _NUMBER.fullmatch(number) or number[-1] != check_sign(number[:-1]):
        raise Invalid("registration-number", field="number")
    return number


def check_sign(body: str) -> str:
    """Give the last sign of a unified social credit code."""
    total = sum(_SIGNS.index(sign) * weight for sign, weight in zip(body, _WEIGHTS, strict=True))
    return _SIGNS[(len(_SIGNS) - total) % len(_SIGNS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccount:
    """Where a donor transfers money to: the organisation's own account, never a person's."""

    holder: str = ""
    bank: str = ""
    number: str = ""

    @property
    def is_given(self) -> bool:
        """Say whether anything was written down."""
        return bool(self.holder or self.bank or self.number)


NO_BANK = BankAccount()


def normal_bank(bank: BankAccount, *, name: str) -> BankAccount:
    """Refuse an account that lacks something, or that is not held in the organisation's own name."""
    if not bank.is_given:
        return bank
    number = "".join(sign for sign in bank.number if not sign.isspace())
    if not (number.isascii() and number.isdigit() and 8 <= len(number) <= 30):
        raise Invalid("bank-number", field="bank_number")
    if not bank.bank.strip():
        raise Invalid("field-needed", field="bank_name")
    if bank.holder.strip() != name.strip():
        raise Invalid("bank-not-own", field="bank_holder")
    return BankAccount(holder=bank.holder.strip(), bank=bank.bank.strip(), number=number)


def may_decide(*, decider: int, applicant: int, officers: Collection[int]) -> None:
    """Refuse a decision about an organisation by whoever registered it or speaks for it: four eyes."""
    if decider == applicant or decider in officers:
        raise NotPermitted("own-organisation")


def may_take_money(kind: OrganisationKind, *, has_bank: bool) -> None:
    """Refuse to let an organisation receive money whose kind may not, or that told no account."""
    if kind not in RECEIVES_MONEY:
        raise Conflict("kind-takes-no-money", field="takes_money")
    if not has_bank:
        raise Conflict("bank-missing", field="takes_money")


def may_be(state: OrganisationState, wanted: OrganisationState) -> None:
    """Refuse an act on an organisation that stands elsewhere."""
    if state is not wanted:
        raise Conflict("organisation-not-so", params={"state": state.value})


def may_act_for(state: OrganisationState) -> None:
    """Refuse to act for an organisation that was never verified; one that has ended may finish what it began."""
    if state not in (OrganisationState.VERIFIED, OrganisationState.ENDED):
        raise Conflict("organisation-not-so", params={"state": state.value})


def may_promise(state: OrganisationState) -> None:
    """Refuse new promises in the name of an organisation that has ended."""
    if state is not OrganisationState.VERIFIED:
        raise CapReached("organisation-ended")


def may_sit_as(state: str | None) -> None:
    """Refuse a seat of a circle to an organisation's account that no verified organisation gives by."""
    if state != OrganisationState.VERIFIED.value:
        raise CapReached("organisation-not-verified")


def may_pay(*, donor: int, organisation: int, officers: Collection[int]) -> None:
    """Refuse money whose donor is the organisation that receives it, or one who speaks for it."""
    if donor == organisation or donor in officers:
        raise NotPermitted("receiver-is-donor")


def may_set_places(places: int, *, now: int, least: int) -> None:
    """Refuse a number of open gifts below everybody's, beyond reason, or the same as before."""
    if not least <= places <= MOST_PLACES:
        raise Invalid("places-range", field="places", params={"least": least, "most": MOST_PLACES})
    if places == now:
        raise Conflict("places-same", field="places")


def may_change_officer(*, decider: int, asker: int, subject: int) -> None:
    """Refuse a word about an officer by whoever asked for it, or whom it is about: four eyes."""
    if decider in (asker, subject):
        raise NotPermitted("not-ones-own-question")


def shown_count(people: int) -> int | None:
    """Give how many members are counted; None where they are too few for their sum to be nobody's."""
    return people if people >= LEAST_COUNTED else None


def may_agree_on(region: str) -> None:
    """Refuse an agreement with anything but a county, a township or a village."""
    if level_of(region) not in (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE):
        raise Invalid("agreement-region", field="region")


def may_last(starts_on: date, ends_on: date, *, today: date) -> None:
    """Refuse a term that ends before it begins, or has passed."""
    if ends_on <= starts_on or ends_on < today:
        raise Invalid("term-in-past", field="ends_on")


def may_be_met(state: AgreementState, *, due_on: date, ended_on: date | None) -> None:
    """Refuse to say a step was met of what nobody agreed to, and of what was due only after an early end."""
    is_owed = state is AgreementState.ENDED and ended_on is not None and due_on <= ended_on
    if state is not AgreementState.RUNNING and not is_owed:
        raise Conflict("agreement-not-so")


def is_overdue(*, due_on: date, met: bool, today: date) -> bool:
    """Say whether a milestone's day has passed without it being met."""
    return not met and due_on < today
