"""Lists of families of the safety tests' world: one staged with a wrong row, one handed in, one open."""

from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor
from charity.domain.circles import Terms
from charity.domain.openings import ListRow
from charity.jobs.openings import turn_openings
from charity.models.openings import CircleOpening
from charity.services.circles import list_joining, list_review, lists
from tests.safety.circles import LETTERS, add_home

TERMS = Terms(target=3, least=2)
HOMES = ("staged_home", "handed_home", "listed_home", "other_listed_home", "full_listed_home")
FIRST = 6  # after those of the circles


def add_lists(actors: dict[str, Actor], refs: dict[str, str]) -> None:
    """Bring a list into each state that a page knows."""
    for place, key in enumerate(HOMES):
        add_home(actors["volunteer"], actors["reviewer"], refs, key, FIRST + place)
    refs["staged_list"] = _staged(actors, refs, "staged_home", "")
    refs["handed_list"] = _staged(actors, refs, "handed_home")
    lists.submit(actors["administrator"], refs["handed_list"])
    refs["open_list"], refs["join_code"] = _opened(actors, refs, "listed_home", "other_listed_home")
    list_joining.join(actors["third"], refs["join_code"])
    _full_list, refs["full_code"] = _opened(actors, refs, "full_listed_home")
    for name in ("third", "waiter", "giver"):
        list_joining.join(actors[name], refs["full_code"])


def _opened(actors: dict[str, Actor], refs: dict[str, str], *homes: str) -> tuple[str, str]:
    """Open a list's circles; gives its reference and its code."""
    ref = _staged(actors, refs, *homes)
    lists.submit(actors["administrator"], ref)
    list_review.agree(actors["second"], ref)
    while turn_openings():
        pass
    end_reading()
    code = str(reading().scalar(select(CircleOpening.join_code).where(CircleOpening.ref == ref)))
    end_reading()
    return ref, code


def _staged(actors: dict[str, Actor], refs: dict[str, str], *homes: str) -> str:
    rows = tuple(ListRow(line, refs.get(home, home)) for line, home in enumerate(homes, start=2))
    return lists.stage(actors["administrator"], refs["programme"], terms=TERMS, promise=LETTERS, rows=rows)
