"""Dated facts and consents: both append-only; a withdrawn consent hides everything at once."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, or_, select, update

from charity.adapters.crypto import new_ref, seal, unseal
from charity.adapters.db import Tx
from charity.domain import calendar, consents
from charity.domain.actors import Actor
from charity.domain.circles import NEEDED_FOR_CIRCLE
from charity.domain.consents import AUDIENCES, GivenBy, Purpose
from charity.domain.errors import Invalid, NotPermitted
from charity.domain.households import OUT_OF_HARDSHIP, LifeState, get_fact, normal_value
from charity.domain.identity import age_on, is_child
from charity.domain.permissions import is_allowed
from charity.domain.sides import Side
from charity.ledger.showing import hide_circles, hide_unwilling, show_circles
from charity.ledger.waiting import end_waiting
from charity.models.acts import act
from charity.models.households import Consent, Fact, Household, Member
from charity.models.pledges import Pledge
from charity.models.register import get_household, get_member, take_side
from charity.models.wall import hide_wishes
from charity.models.wishes import Wish

# What a wish stops telling of a person when its consent is withdrawn.
HIDES = {Purpose.SHOW_SEX: "shown_sex", Purpose.SHOW_INTEREST: "interest", Purpose.SHOW_SIZE: "shows_size"}
# What a child and its elders are asked before anybody may be with it in a circle.
OF_LESSONS = consents.NEEDED_TO_PUBLISH | {Purpose.SCHOOL_POINT}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """What was said about one use of one person's data."""

    purpose: Purpose
    is_granted: bool
    given_by: GivenBy
    giver: str = ""  # the ref of the elder who said it, where he lives with the family
    child_agrees: bool | None = None
    parent_agreed: bool = False


@act
def record_fact(
    tx: Tx, actor: Actor, household_ref: str, *, key: str, value: str, as_of: date, member_ref: str | None = None
) -> None:
    """Add one dated fact of the six groups; what was recorded before stays."""
    household = get_household(tx, actor, household_ref, "household.register")
    take_side(tx, actor, f"h{household.id}", Side.FIELD)
    kind = get_fact(key)
    if as_of > calendar.day_of(tx.now):
        raise Invalid("fact-in-future", field="as_of")
    if kind.of_member and member_ref is None:
        raise Invalid("fact-needs-member", field="member")
    member = get_member(tx, household, member_ref) if kind.of_member and member_ref else None
    ref = new_ref()
    tx.session.add(
        Fact(
            ref=ref,
            household_id=household.id,
            member_id=None if member is None else member.id,
            group_code=kind.group.value,
            key=key,
            value_sealed=seal(normal_value(key, value), place=f"facts.value:{ref}"),
            as_of=as_of,
            recorded_by_id=actor.account_id,
            recorded_at=tx.now,
        )
    )


@act
def record_consents(
    tx: Tx, actor: Actor, household_ref: str, member_ref: str, *, given: tuple[ConsentGiven, ...]
) -> None:
    """Record what a person said to some uses; a no to publishing hides that person's wishes in the same breath."""
    household = get_household(tx, actor, household_ref, "consent.record")
    _may_allow_payment(actor, household, given)
    write_consents(tx, actor, household, get_member(tx, household, member_ref), given)


def _may_allow_payment(actor: Actor, household: Household, given: tuple[ConsentGiven, ...]) -> None:
    """Refuse the field side a yes to payments: it is written down with the account, by the township."""
    is_yes = any(word.is_granted and word.purpose is Purpose.PAYMENT for word in given)
    if is_yes and _side(actor, household) is Side.FIELD:
        raise NotPermitted("payment-with-account", field="purposes")


def write_consents(tx: Tx, actor: Actor, household: Household, member: Member, given: tuple[ConsentGiven, ...]) -> date:
    """Write down what a person said to some uses, each in a row of its own; gives until when a yes stands."""
    if any(word.is_granted for word in given):
        # A no is taken from whoever hears it first; a yes belongs to the recorder's side.
        take_side(tx, actor, f"h{household.id}", _side(actor, household))
    birth = _birth_of(member)
    for word in given:
        _may_record(tx, birth, word)
    until = consents.valid_until(calendar.day_of(tx.now), birth)
    if not given:
        return until
    # The order of the rows is the order in which things were said.
    tx.session.execute(insert(Consent), [_row(tx, actor, household, member, word, birth) for word in given])
    for word in given:
        if not word.is_granted:
            _hide(tx, household, member, word.purpose)
    if any(word.purpose in OF_LESSONS and not word.is_granted for word in given):
        hide_unwilling(tx, household.id)
    # A child's yes, or its elders', brings back the hours that are given to children.
    if member.relation == "head" or any(word.purpose in OF_LESSONS and word.is_granted for word in given):
        _show(tx, household)
    return until


def put_word(tx: Tx, actor: Actor, household: Household, member: Member, word: ConsentGiven) -> None:
    """Write down one word of a person as part of another act, which has locked the family and taken its side."""
    birth = _birth_of(member)
    _may_record(tx, birth, word)
    tx.session.execute(insert(Consent), [_row(tx, actor, household, member, word, birth)])


def record_consent(actor: Actor, household_ref: str, member_ref: str, *, given: ConsentGiven) -> None:
    """Record a person's yes, no or withdrawal to one use."""
    record_consents(actor, household_ref, member_ref, given=(given,))


def _may_record(tx: Tx, birth: date, given: ConsentGiven) -> None:
    consents.may_record(
        age=age_on(birth, calendar.day_of(tx.now)),
        given_by=given.given_by,
        is_granted=given.is_granted,
        child_agrees=given.child_agrees,
        parent_agreed=given.parent_agreed,
    )


def _hide(tx: Tx, household: Household, member: Member, purpose: Purpose) -> None:
    """Take out of sight what a no to this use no longer lets be seen."""
    of_family = member.relation == "head"  # the head speaks for what is published of the family as a whole
    if of_family and purpose in NEEDED_FOR_CIRCLE:
        hide_circles(tx, household.id)
    if purpose in consents.NEEDED_TO_PUBLISH:
        for wish in hide_wishes(tx, household_id=household.id, member_id=None if of_family else member.id):
            end_waiting(tx, wish, by_clock=False)
    elif purpose is Purpose.SCHOOL_POINT:
        for wish in hide_wishes(tx, household_id=household.id, member_id=member.id, at_school=True):
            end_waiting(tx, wish, by_clock=False)
    whose = Wish.member_id == member.id  # a child may be the head, and has wishes of its own
    theirs = or_(whose, Wish.member_id.is_(None)) if of_family else whose
    if purpose is Purpose.FEEDBACK:
        wishes = select(Wish.id).where(Wish.household_id == household.id, theirs)
        thanked = Pledge.wish_id.in_(wishes) & Pledge.feedback.is_not(None)
        tx.session.execute(update(Pledge).where(thanked).values(feedback=None))
    elif purpose in HIDES:
        hidden = {HIDES[purpose]: False if purpose is Purpose.SHOW_SIZE else ""}
        tx.session.execute(update(Wish).where(Wish.household_id == household.id, theirs).values(hidden))


def _show(tx: Tx, household: Household) -> None:
    """Bring circles back into sight whose family agrees to all they need, and is not out of hardship."""
    if LifeState(household.life_state) not in OUT_OF_HARDSHIP:
        show_circles(tx, household.id)


def _birth_of(member: Member) -> date:
    return date.fromisoformat(unseal(member.birth_sealed, place=f"members.birth:{member.ref}"))


def _giver_of(tx: Tx, household: Household, member: Member, given: ConsentGiven) -> int | None:
    """Give which of the family speaks for a person: somebody else, who is grown up. Of others the paper tells."""
    if not given.giver:
        return None
    if given.given_by is GivenBy.SELF or given.giver == member.ref:
        raise Invalid("giver-is-another", field="giver")
    giver = get_member(tx, household, given.giver)
    if is_child(_birth_of(giver), calendar.day_of(tx.now)):
        raise Invalid("giver-not-grown", field="giver")
    return giver.id


def _side(actor: Actor, household: Household) -> Side:
    return Side.FIELD if is_allowed(actor, "household.register", household.region_code) else Side.TOWNSHIP


def _row(
    tx: Tx, actor: Actor, household: Household, member: Member, given: ConsentGiven, birth: date
) -> dict[str, object]:
    return {
        "household_id": household.id,
        "member_id": member.id,
        "purpose": given.purpose.value,
        "audience": AUDIENCES[given.purpose].value,
        "is_granted": given.is_granted,
        "given_by": given.given_by.value,
        "giver_id": _giver_of(tx, household, member, given),
        "child_agrees": given.child_agrees,
        "parent_agreed": given.parent_agreed,
        "valid_until": consents.valid_until(calendar.day_of(tx.now), birth) if given.is_granted else None,
        "recorded_by_id": actor.account_id,
        "recorded_at": tx.now,
    }
