"""Four sides of one household or site, and who may do what: nobody acts on two sides within a term."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from charity.domain.durations import working_days
from charity.domain.errors import NotPermitted
from charity.domain.kinds import Kind
from charity.domain.pledges import Act


class Side(StrEnum):
    """Where a person stands towards one beneficiary."""

    GIVING = "giving"
    FIELD = "field"
    TOWNSHIP = "township"
    AUDIT = "audit"


class Who(StrEnum):
    """In what capacity somebody takes an act."""

    DONOR = "donor"
    KEEPER = "keeper"
    VOLUNTEER = "volunteer"
    # The township's desk, for an act whose volunteer's term has ended: it stands on the field side then.
    DESK = "desk"
    SELLER = "seller"
    OFFICER = "officer"
    HOUSEHOLD = "household"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    CLOCK = "clock"


class FieldAct(StrEnum):
    """Acts beside a pledge's life that put a person on a side of the beneficiary."""

    REGISTER = "register"
    POST = "post"
    LIST_BATCH = "list-batch"
    REVIEW = "review"
    PRINT_CARD = "print-card"
    CHECK_CODE = "check-code"
    CALL_BACK = "call-back"
    CLAIM = "claim"
    QUEUE = "queue"


# Nobody's side: the household itself, and clocks.
SIDE_OF: dict[Who, Side | None] = {
    Who.DONOR: Side.GIVING,
    Who.OFFICER: Side.GIVING,
    Who.KEEPER: Side.FIELD,
    Who.VOLUNTEER: Side.FIELD,
    Who.DESK: Side.FIELD,
    Who.SELLER: Side.FIELD,
    Who.REVIEWER: Side.TOWNSHIP,
    Who.AUDITOR: Side.AUDIT,
    Who.HOUSEHOLD: None,
    Who.CLOCK: None,
}
SIDE_OF_ACT: dict[FieldAct, Side] = {
    FieldAct.REGISTER: Side.FIELD,
    FieldAct.POST: Side.FIELD,
    FieldAct.LIST_BATCH: Side.FIELD,
    FieldAct.REVIEW: Side.TOWNSHIP,
    FieldAct.PRINT_CARD: Side.TOWNSHIP,
    FieldAct.CHECK_CODE: Side.TOWNSHIP,
    FieldAct.CALL_BACK: Side.TOWNSHIP,
    FieldAct.CLAIM: Side.GIVING,
    FieldAct.QUEUE: Side.GIVING,
}

_DISPUTERS = frozenset({Who.DONOR, Who.VOLUNTEER, Who.REVIEWER, Who.AUDITOR, Who.CLOCK})
_SHARED: dict[Act, frozenset[Who]] = {
    Act.PLAN: frozenset({Who.DONOR}),
    Act.CANCEL: frozenset({Who.DONOR}),
    Act.EXTEND: frozenset({Who.DONOR}),
    Act.SEND: frozenset({Who.DONOR}),
    Act.ACKNOWLEDGE: frozenset({Who.HOUSEHOLD}),
    Act.SLIP: frozenset({Who.VOLUNTEER, Who.KEEPER, Who.DESK}),
    Act.CONFIRM: frozenset({Who.REVIEWER}),
    Act.DISPUTE: _DISPUTERS,
    Act.RULE: frozenset({Who.AUDITOR}),
    Act.APPEAL: frozenset({Who.DONOR, Who.KEEPER, Who.VOLUNTEER, Who.REVIEWER, Who.OFFICER}),
    Act.LAPSE: frozenset({Who.CLOCK}),
    Act.RELEASE: frozenset({Who.CLOCK}),
    Act.DEEM: frozenset({Who.CLOCK}),
}
_POINT = frozenset({Who.KEEPER, Who.VOLUNTEER, Who.DESK})
_AT_THE_END: dict[Kind, frozenset[Who]] = {
    Kind.GOODS: _POINT,
    Kind.SERVICE: frozenset({Who.KEEPER, Who.DESK}),
    Kind.PRODUCE: frozenset({Who.DONOR}),
    Kind.MONEY: frozenset({Who.OFFICER}),
}


def _actors_of(kind: Kind) -> dict[Act, frozenset[Who]]:
    end = _AT_THE_END[kind]
    own = {Act.RECEIVE: end, Act.HAND_OVER: end, Act.UNDO: end, Act.RETURN: end}
    return _SHARED | own | ({Act.SEND: frozenset({Who.SELLER, Who.DESK})} if kind is Kind.PRODUCE else {})


ACTORS: dict[Kind, dict[Act, frozenset[Who]]] = {kind: _actors_of(kind) for kind in Kind}


def may_act(kind: Kind, act: Act, who: Who) -> None:
    """Refuse an act to somebody who comes in another capacity."""
    if who not in ACTORS[kind][act]:
        raise NotPermitted("not-your-act", params={"act": act.value})


def is_for(kind: Kind, act: Act, who: Who) -> bool:
    """Say whether somebody in a capacity may take an act at all."""
    return who in ACTORS[kind].get(act, ())


TERM = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Stand:
    """A side somebody took towards a beneficiary, and when he last acted on it."""

    side: Side
    at: datetime


def may_act_on_side(existing: Iterable[Stand], side: Side | None, *, now: datetime, term: timedelta = TERM) -> None:
    """Refuse a second side of one beneficiary within a term, whichever was first."""
    if side is None:
        return
    for stand in existing:
        if stand.side is not side and now - stand.at < term:
            raise NotPermitted("other-side", params={"side": stand.side.value})


def may_review(*, reviewer: int, poster: int, first_reviewer: int | None = None) -> None:
    """Refuse a review by the poster, and a second review by the first reviewer."""
    if reviewer == poster:
        raise NotPermitted("poster-reviews")
    if first_reviewer is not None and reviewer == first_reviewer:
        raise NotPermitted("second-reviewer-is-first")


def may_check_codes(*, checker: int, printer: int) -> None:
    """Refuse the one-in-ten check to whoever printed the card; confirming by slip or call-back stays open to him."""
    if checker == printer:
        raise NotPermitted("printer-checks")


def may_type_code(existing: Iterable[Stand], *, typer: int, donor: int, now: datetime, term: timedelta = TERM) -> None:
    """Refuse a household's code from the hand of its giving side; whoever else types it takes no side by that."""
    if typer == donor or any(stand.side is Side.GIVING and now - stand.at < term for stand in existing):
        raise NotPermitted("other-side", params={"side": Side.GIVING.value})


def may_not_have_printed(*, typer: int, printer: int | None) -> None:
    """Refuse a code typed by whoever printed the card, and so has seen it."""
    if typer == printer:
        raise NotPermitted("printer-types")


def may_judge(*, judge: int, first_judge: int | None) -> None:
    """Refuse an appeal to whoever gave the ruling that is appealed: another person looks at it again."""
    if judge == first_judge:
        raise NotPermitted("judged-before")


def may_sign_for_site(*, signer: str, poster: str, receiver: str) -> None:
    """Refuse a site's slip signed by somebody who posted the wish or received the parcel (compare digests or refs)."""
    if signer in {poster, receiver}:
        raise NotPermitted("signer-handled-it")


def may_receive_money(*, organisation: int, donor: int) -> None:
    """Refuse a money pledge whose donor is the organisation that receives it."""
    if organisation == donor:
        raise NotPermitted("receiver-is-donor")


ONE_IN = 10


# How long the one-in-ten check of a code may take.
CHECK_WITHIN = working_days(10)


def is_drawn_for_check(keyed: bytes, *, one_in: int = ONE_IN) -> bool:
    """Draw one code confirmation in ten from a keyed digest, so that nobody can foresee or choose which."""
    return int.from_bytes(keyed[:8], "big") % one_in == 0
