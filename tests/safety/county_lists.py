"""Counties' lists of the safety tests' world: one to be confirmed, one checked with a wrong row, one that came in."""

from charity.adapters.db import end_reading
from charity.domain.actors import Actor
from charity.services.register.lists import applying
from tests.kit import county_list as c
from tests.kit import village as v

HEADINGS = (  # a sheet says its headings as they are, whoever reads the page
    "household number", "township", "village", "head", "address", "phone", "category", "name", "relation",
    "sex", "id number",
)  # fmt: skip
FIRST = 700  # numbers of people nobody else of the world bears


def add_county_lists(actors: dict[str, Actor], refs: dict[str, str]) -> None:
    """Bring a list into each state that a page knows."""
    office = actors["administrator"]
    refs["confirmed_list"] = c.staged(office, _sheet(_families(FIRST)))
    refs["checked_list"] = c.checked(office, _sheet([*_families(FIRST + 1), *_wrong(FIRST + 2)]))
    refs["applying_list"] = c.checked(office, _sheet(_families(FIRST + 5)))
    applying.apply(office, refs["applying_list"])
    refs["applied_list"] = c.applied(office, _sheet([*_families(FIRST + 3), *_wrong(FIRST + 4)]))
    end_reading()


def _sheet(rows: list[list[str]]) -> bytes:
    return c.text(rows, headings=HEADINGS)


def _families(number: int) -> list[list[str]]:
    rows = c.family(number, village=v.VILLAGE)
    for row in rows:
        row[1] = v.TOWNSHIP
    return rows


def _wrong(number: int) -> list[list[str]]:
    rows = _families(number)
    rows[1][8] = "邻居"
    return rows
