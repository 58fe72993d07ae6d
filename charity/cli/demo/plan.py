"""What the story will tell, decided before it begins: families, their needs, and the fate of each need."""

from dataclasses import dataclass, field
from random import Random
from typing import Final

from charity.cli.demo.needs import Sort, choose
from charity.cli.demo.timeline import DAYS
from charity.domain.wishes import BeneficiaryKind as Whose

LEAST = 30
PICTURED = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a need: when it is posted (days before the end) and how its claims go."""

    name: str
    posted: tuple[float, float]
    units: int = 1
    sort: str = ""


# Of each fate at least one is told, however few families there are; the second number is how many of 600.
FATES: Final[tuple[tuple[Fate, int], ...]] = (
    (Fate(name="draft", posted=(1, 20)), 10),
    (Fate(name="waiting", posted=(0.2, 3)), 16),
    (Fate(name="in-pool", posted=(10, 14)), 3),
    (Fate(name="endorsed", posted=(1.5, 3), sort="other-goods"), 2),
    (Fate(name="returned", posted=(3, 15)), 9),
    (Fate(name="mended", posted=(20, 60)), 8),
    (Fate(name="rejected", posted=(10, 100)), 6),
    (Fate(name="referred", posted=(10, 100)), 6),
    (Fate(name="withdrawn", posted=(20, 60)), 8),
    (Fate(name="stale", posted=(97, 116)), 16),
    (Fate(name="renewed", posted=(97, 116)), 10),
    (Fate(name="lowered", posted=(30, 80), units=2), 3),
    (Fate(name="quiet", posted=(2, 60)), 80),
    (Fate(name="held", posted=(4, 20)), 3),
    (Fate(name="planned", posted=(7, 25)), 3),
    (Fate(name="sent", posted=(13, 30)), 3),
    (Fate(name="at-point", posted=(15, 35)), 3),
    (Fate(name="handed-over", posted=(18, 40)), 3),
    (Fate(name="confirmed", posted=(25, 60)), 3),
    (Fate(name="cancelled", posted=(10, 50)), 2),
    (Fate(name="lapsed", posted=(14, 60)), 2),
    (Fate(name="returned-goods", posted=(25, 70)), 2),
    (Fate(name="disputed", posted=(25, 60)), 3),
    (Fate(name="refuted", posted=(50, 80)), 2),
    (Fate(name="reopened", posted=(50, 80)), 1),
    (Fate(name="cleared", posted=(50, 80)), 2),
    (Fate(name="appealed", posted=(50, 80)), 1),
    (Fate(name="overdue", posted=(45, 70)), 3),
    (Fate(name="overdue-letter", posted=(50, 75)), 2),
    (Fate(name="undone", posted=(30, 60)), 2),
    (Fate(name="split", posted=(20, 45), units=2), 2),
    (Fate(name="extended", posted=(25, 45)), 2),
    (Fate(name="offered", posted=(12, 30)), 3),
    (Fate(name="accepted", posted=(14, 40)), 2),
    (Fate(name="declined", posted=(14, 40)), 2),
    (Fate(name="queued", posted=(12, 40)), 8),
)
ORDINARY: Final = Fate(name="ordinary", posted=(3, 116))


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedPlan:
    """One need of the story."""

    whose: Whose
    sort: Sort
    fate: Fate
    posted: float
    wanted: int
    is_pictured: bool


@dataclass(slots=True, kw_only=True)
class HomePlan:
    """One family: the ages of its children, and the needs of each of them and of the house (None)."""

    ages: list[int] = field(default_factory=list)
    needs: list[tuple[int | None, NeedPlan]] = field(default_factory=list)

    @property
    def first(self) -> float:
        """Give how many days before the end the family posts its first need."""
        return max((need.posted for _, need in self.needs), default=20.0)


@dataclass(slots=True, kw_only=True)
class Plan:
    """Everything the story will tell."""

    homes: list[HomePlan]
    sites: list[NeedPlan]
    donors: int
    schools: int

    def categories(self) -> list[str]:
        """List the categories of all needs that will have a picture."""
        needs = [need for home in self.homes for _, need in home.needs] + self.sites
        return [need.sort.category for need in sorted(needs, key=lambda need: -need.posted) if need.is_pictured]


@dataclass(slots=True)
class _Slot:
    home: HomePlan | None
    child: int | None
    whose: Whose


def make(chance: Random, households: int) -> Plan:
    """Decide the story: two needs for each family, one in ten of a school or village."""
    homes = [HomePlan(ages=_ages(chance)) for _ in range(households)]
    slots = _slots(chance, homes, households * 2)
    chance.shuffle(slots)
    plan = Plan(homes=homes, sites=[], donors=max(20, households * 2 // 3), schools=max(3, households // 20))
    for fate in _fates(chance, households * 2):
        _give(chance, plan, slots, fate)
    return plan


def _ages(chance: Random) -> list[int]:
    count = chance.choices((0, 1, 2, 3), (22, 42, 26, 10))[0]
    return [chance.randint(6, 16) for _ in range(count)]


def _slots(chance: Random, homes: list[HomePlan], total: int) -> list[_Slot]:
    slots = [_Slot(None, None, Whose.SITE) for _ in range(total // 10)]
    for home in homes:
        slots += [_Slot(home, place, Whose.CHILD) for place in range(len(home.ages)) if chance.random() < 0.85]
    while len(slots) < total:
        home = chance.choice(homes)
        if sum(slot.home is home for slot in slots) < 3:  # a household may have three open at once
            slots.append(_Slot(home, None, Whose.HOUSEHOLD))
    return slots[:total]


def _fates(chance: Random, total: int) -> list[Fate]:
    fates = [fate for fate, of_600 in FATES for _ in range(max(1, of_600 * total // 600))]
    rest = [ORDINARY] * max(0, total - len(fates))
    chance.shuffle(rest)
    return fates + rest


def _give(chance: Random, plan: Plan, slots: list[_Slot], fate: Fate) -> None:
    """Give a fate to the first slot that suits it."""
    place = next(number for number, slot in enumerate(slots) if _suits(slot, fate))
    slot = slots.pop(place)
    sort = _sort(chance, slot, fate)
    need = NeedPlan(
        whose=slot.whose,
        sort=sort,
        fate=fate,
        posted=min(chance.uniform(*fate.posted), DAYS - 7),
        wanted=max(fate.units, chance.choice(sort.wanted)),
        is_pictured=chance.random() < PICTURED,
    )
    if slot.home is None:
        plan.sites.append(need)
    else:
        slot.home.needs.append((slot.child, need))


def _suits(slot: _Slot, fate: Fate) -> bool:
    if fate is ORDINARY or fate.name == "quiet":
        return True
    if fate.units > 1 or fate.sort:
        return slot.whose is Whose.HOUSEHOLD
    return slot.whose is not Whose.SITE


def _sort(chance: Random, slot: _Slot, fate: Fate) -> Sort:
    while True:
        sort = choose(chance, slot.whose)
        if fate.sort and sort.category != fate.sort:
            continue
        if fate.units > 1 and max(sort.wanted) < fate.units:
            continue
        if fate.units == 1 and fate is not ORDINARY and slot.whose is Whose.HOUSEHOLD and max(sort.wanted) > 1:
            continue
        return sort
