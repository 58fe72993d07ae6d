"""What a donor states he would like to help with: nothing is learned from what he does, all of it may stay open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from charity.domain.catalogue import CATEGORIES, Category
from charity.domain.errors import Invalid
from charity.domain.identity import SchoolStage
from charity.domain.kinds import Kind
from charity.domain.matching import ASK_LEVELS, COUNTY_DIGITS, Stated
from charity.domain.regions import is_code

OPEN = Stated()
MOST_PLACES = 3
MOST_BUDGET_FEN = 10_000_00
MOST_SEATS = 3
MOST_UNITS = 20
LONGEST_KINDS = 600  # letters of all codes with a space between them, as they are kept
# What can be asked for on the site now; a question with one answer is not put to anybody.
FORMS_OFFERED: tuple[Kind, ...] = (Kind.GOODS, Kind.SERVICE, Kind.PRODUCE)
AGES_OFFERED: tuple[str, ...] = tuple(stage.value for stage in SchoolStage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interests:
    """What one donor stated: what the score takes, and two gates: the most for a unit, how many units at once.

    Seats, in how many circles he would sit, are the yes to being invited to circles at night: none unless he said so.
    """

    stated: Stated = OPEN
    budget_fen: int | None = None
    units: int = 1
    seats: int = 0

    @property
    def is_empty(self) -> bool:
        """Say whether everything was left open."""
        return self == NOTHING


NOTHING = Interests()


def kinds_offered(things: Mapping[str, Category]) -> tuple[str, ...]:
    """List what somebody may say he would like to give: all that can be asked for now, as the catalogue has it."""
    here = [thing for thing in things.values() if thing.is_offered and not thing.is_odd]
    return tuple(thing.code for form in FORMS_OFFERED for thing in here if thing.kind is form)


def may_state(
    interests: Interests, *, things: Mapping[str, Category] = CATEGORIES, chosen: Collection[str] = ()
) -> None:
    """Refuse what the site does not know: Invalid, naming the first field that is wrong.

    What was chosen before may stay when it is not offered any more; it is not taken from anybody behind his back.
    """
    stated, budget = interests.stated, interests.budget_fen
    if len(stated.places) > MOST_PLACES:
        raise Invalid("too-many-places", field="region", params={"most": MOST_PLACES})
    for place in stated.places:
        may_be_place(place)
    _may_choose(stated.kinds, {*kinds_offered(things), *chosen})
    if not stated.forms <= {form.value for form in FORMS_OFFERED}:
        raise Invalid("kind-unknown", field="forms")
    if not stated.ages <= set(AGES_OFFERED):
        raise Invalid("stage-unknown", field="ages")
    if stated.need is not None and not 0 <= stated.need <= ASK_LEVELS:
        raise Invalid("need-weight-unknown", field="need")
    if budget is not None and not 1 <= budget <= MOST_BUDGET_FEN:
        raise Invalid("budget-out-of-range", field="budget", params={"most": MOST_BUDGET_FEN // 100})
    if not 1 <= interests.units <= MOST_UNITS:
        raise Invalid("units-at-once-out-of-range", field="units", params={"most": MOST_UNITS})
    if not 0 <= interests.seats <= MOST_SEATS:
        raise Invalid("seats-out-of-range", field="seats", params={"most": MOST_SEATS})


def _may_choose(kinds: Collection[str], there: Collection[str]) -> None:
    if any(code not in there for code in kinds):
        raise Invalid("category-unknown", field="kinds")
    if len(" ".join(kinds)) > LONGEST_KINDS:
        raise Invalid("too-many-kinds", field="kinds")


def may_be_place(place: str) -> None:
    """Refuse what is no place, or one below the county: it would tell more than the wall does."""
    if not is_code(place) or len(place) > COUNTY_DIGITS:
        raise Invalid("region-unknown", field="region")


def with_place(interests: Interests, place: str) -> Interests:
    """Add a place; one that is stated already, or lies within one that is, changes nothing."""
    may_be_place(place)
    stated = interests.stated
    if any(place.startswith(known) for known in stated.places):
        return interests
    places = (*(known for known in stated.places if not known.startswith(place)), place)
    return replace(interests, stated=replace(stated, places=places))


def without_place(interests: Interests, place: str) -> Interests:
    """Take a place away again."""
    places = tuple(known for known in interests.stated.places if known != place)
    return replace(interests, stated=replace(interests.stated, places=places))
