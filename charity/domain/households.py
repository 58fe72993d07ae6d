"""The register: categories, the six groups of dated facts, and the life of a household's card."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from charity.domain.errors import Conflict, Invalid


class Category(StrEnum):
    """On what ground a household is registered."""

    LOW_INCOME = "low-income"
    EXTREME_POVERTY = "extreme-poverty"
    MARGINAL = "marginal"
    UNSTABLE = "unstable"
    SUDDEN_HARDSHIP = "sudden-hardship"
    ORPHAN = "orphan"
    UNATTENDED_CHILD = "unattended-child"
    DISABILITY = "disability"


# For how many months a category stands before it is verified anew.
CATEGORY_MONTHS: dict[Category, int] = {
    Category.LOW_INCOME: 12,
    Category.EXTREME_POVERTY: 12,
    Category.MARGINAL: 12,
    Category.UNSTABLE: 6,
    Category.SUDDEN_HARDSHIP: 6,
    Category.ORPHAN: 12,
    Category.UNATTENDED_CHILD: 12,
    Category.DISABILITY: 24,
}


class Relation(StrEnum):
    """How a member belongs to the household's head."""

    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    GRANDCHILD = "grandchild"
    PARENT = "parent"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"
    OTHER = "other"


class FactGroup(StrEnum):
    """The six groups of dated facts."""

    MEMBERS = "members"
    INCOME = "income"
    LIVING = "living"
    CAUSES = "causes"
    HELP = "help"
    WAY_OUT = "way-out"


class FactType(StrEnum):
    """How a fact's value is written."""

    NUMBER = "number"
    FEN = "fen"
    YES_NO = "yes-no"
    CHOICE = "choice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FactKey:
    """One fact that is asked, about a person or the household, and for how many months an answer stays fresh."""

    group: FactGroup
    key: str
    type: FactType
    months: int
    choices: tuple[str, ...] = ()
    of_member: bool = False


G, T = FactGroup, FactType
FACTS: tuple[FactKey, ...] = (
    FactKey(G.MEMBERS, "health", T.CHOICE, 12, ("well", "long-ill", "gravely-ill", "disabled"), True),
    FactKey(G.MEMBERS, "schooling", T.CHOICE, 6, ("none", "in-school", "boarding", "left-early", "finished"), True),
    FactKey(G.MEMBERS, "labour", T.CHOICE, 12, ("able", "partly", "unable"), True),
    FactKey(G.MEMBERS, "away-for-work", T.YES_NO, 6, of_member=True),
    FactKey(G.INCOME, "income-per-head", T.FEN, 12),
    FactKey(G.INCOME, "wages", T.FEN, 12),
    FactKey(G.INCOME, "farming", T.FEN, 12),
    FactKey(G.INCOME, "transfers", T.FEN, 12),
    FactKey(G.INCOME, "spending-on-need", T.FEN, 12),
    FactKey(G.LIVING, "housing", T.CHOICE, 12, ("safe", "repair-needed", "unsafe", "none-own")),
    FactKey(G.LIVING, "water", T.CHOICE, 12, ("tap", "well", "carried")),
    FactKey(G.LIVING, "heating", T.CHOICE, 12, ("enough", "short", "none")),
    FactKey(G.LIVING, "land-mu", T.NUMBER, 24),
    FactKey(G.LIVING, "minutes-to-school", T.NUMBER, 24),
    FactKey(G.CAUSES, "illness", T.YES_NO, 12),
    FactKey(G.CAUSES, "disability", T.YES_NO, 24),
    FactKey(G.CAUSES, "schooling-cost", T.YES_NO, 12),
    FactKey(G.CAUSES, "no-labour-force", T.YES_NO, 12),
    FactKey(G.CAUSES, "disaster", T.YES_NO, 6),
    FactKey(G.CAUSES, "lost-earner", T.YES_NO, 24),
    FactKey(G.HELP, "allowance", T.FEN, 12),
    FactKey(G.HELP, "public-measures", T.TEXT, 12),
    FactKey(G.HELP, "other-donations", T.TEXT, 12),
    FactKey(G.WAY_OUT, "plan", T.TEXT, 12),
    FactKey(G.WAY_OUT, "measure", T.CHOICE, 12, ("work", "farming", "training", "schooling", "care", "public-aid")),
    FactKey(G.WAY_OUT, "expected-by", T.NUMBER, 12),
)
BY_KEY = {fact.key: fact for fact in FACTS}
LONGEST_TEXT = 300
MOST_NUMBER = 10**11


def get_fact(key: str) -> FactKey:
    """Give a fact's definition."""
    try:
        return BY_KEY[key]
    except KeyError:
        raise Invalid("fact-unknown", field="key") from None


def facts_of(group: FactGroup) -> tuple[FactKey, ...]:
    """List the facts of a group in the order of the form."""
    return tuple(fact for fact in FACTS if fact.group is group)


def normal_value(key: str, value: str) -> str:
    """Check a fact's value against its type and give it in the one form it is kept in."""
    fact, plain = get_fact(key), value.strip()
    if fact.type is T.TEXT:
        good = 1 <= len(plain) <= LONGEST_TEXT
    elif fact.type is T.CHOICE:
        good = plain in fact.choices
    elif fact.type is T.YES_NO:
        good = plain in {"yes", "no"}
    else:
        good = plain.isascii() and plain.isdigit() and len(plain) <= 12 and int(plain) <= MOST_NUMBER
    if not good:
        raise Invalid("fact-value", field="value")
    return str(int(plain)) if fact.type in {T.NUMBER, T.FEN} else plain


def months_later(day: date, months: int) -> date:
    """Give the same day so many months later, or the last day of a shorter month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(last, day.day))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def is_fresh(key: str, as_of: date, today: date) -> bool:
    """Say whether a fact's answer still stands."""
    return today <= months_later(as_of, get_fact(key).months)


class LifeState(StrEnum):
    """Where a household stands between being found and no longer needing help."""

    IDENTIFIED = "identified"
    VERIFIED = "verified"
    SUPPORTED = "supported"
    GRADUATED = "graduated"
    FOLLOWED_UP = "followed-up"
    RELAPSE = "relapse"


class LifeAct(StrEnum):
    """What moves a household on."""

    VERIFY = "verify"
    SUPPORT = "support"
    GRADUATE = "graduate"
    FOLLOW_UP = "follow-up"
    RELAPSE = "relapse"


L, A = LifeState, LifeAct
MOVES: dict[tuple[LifeState, LifeAct], LifeState] = {
    (L.IDENTIFIED, A.VERIFY): L.VERIFIED,
    (L.VERIFIED, A.SUPPORT): L.SUPPORTED,
    (L.SUPPORTED, A.GRADUATE): L.GRADUATED,
    (L.GRADUATED, A.FOLLOW_UP): L.FOLLOWED_UP,
    (L.FOLLOWED_UP, A.FOLLOW_UP): L.FOLLOWED_UP,
    (L.GRADUATED, A.RELAPSE): L.RELAPSE,
    (L.FOLLOWED_UP, A.RELAPSE): L.RELAPSE,
    (L.RELAPSE, A.VERIFY): L.VERIFIED,
}
# Only a household that a reviewer has verified may have wishes published.
MAY_HAVE_WISHES = frozenset({L.VERIFIED, L.SUPPORTED})
OUT_OF_HARDSHIP = frozenset({L.GRADUATED, L.FOLLOWED_UP})


def may_ask(state: LifeState) -> None:
    """Refuse a need of a family that is out of hardship; one not verified yet may hand in and wait for the township."""
    if state in OUT_OF_HARDSHIP:
        raise Conflict("household-out-of-hardship")


def may_be_published(state: LifeState) -> None:
    """Refuse to publish for a family that is out of hardship, or that the township has not verified (again)."""
    may_ask(state)
    if state not in MAY_HAVE_WISHES:
        raise Conflict("household-not-verified")


def next_life(state: LifeState, act: LifeAct) -> LifeState:
    """Give the life state an act leads to."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise Conflict("not-in-this-state", params={"state": state.value, "act": act.value}) from None


class FilePurpose(StrEnum):
    """For what a household's file may be opened; asked and logged before it shows."""

    VISIT = "visit"
    REVIEW = "review"
    DELIVERY = "delivery"
    CALL_BACK = "call-back"
    CORRECTION = "correction"
    COMPLAINT = "complaint"
    CASE = "case"


PRINTING = "print"  # stands in the log beside the purposes: the open file left on paper
