"""The words of the five books: what each is called, and what each figure counts."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from charity.domain import register_books as b
from charity.domain.regions import Level
from charity.web.kit.formats import number, yuan
from charity.web.kit.labels import HOUSEHOLD_STATES
from charity.web.kit.register import CATEGORIES, FACTS

BOOKS: dict[int, LazyString] = {
    int(Level.VILLAGE): _l("Village book"),
    int(Level.TOWNSHIP): _l("Township ledger"),
    int(Level.COUNTY): _l("County file"),
    int(Level.CITY): _l("City store"),
    int(Level.PROVINCE): _l("Province store"),
}
FIGURES: dict[str, LazyString] = {
    b.HOUSEHOLDS: _l("Households"),
    b.MEMBERS: _l("Members"),
    b.CHILDREN: _l("Children"),
    b.WISHES_OPEN: _l("Open wishes"),
    b.WISHES_MET: _l("Wishes met"),
    b.HELP_FEN: _l("Help received"),
    b.HELP_HOURS: _l("Hours received"),
    b.SOLD_FEN: _l("Produce sold"),
    b.TROUBLES: _l("Causes of hardship"),
    b.STALE: _l("Stale facts"),
}
SECTIONS: tuple[tuple[LazyString, tuple[str, ...]], ...] = (
    (_l("By life cycle"), b.LIFE),
    (_l("By category"), b.CATEGORIES),
    (_l("By cause of hardship"), b.CAUSES),
    (_l("Help received"), (b.HELP_FEN, b.HELP_HOURS, b.SOLD_FEN, b.WISHES_OPEN, b.WISHES_MET, b.STALE)),
)


def figure_word(figure: str) -> LazyString | str:
    """Say what a figure counts."""
    group, _, code = figure.partition(":")
    words = {"life": HOUSEHOLD_STATES, "category": CATEGORIES, "cause": FACTS}.get(group)
    return FIGURES.get(figure, figure) if words is None else words.get(code, code)


def figure_text(figure: str, value: int) -> str:
    """Write a figure's value: money as money."""
    return yuan(value) if figure in b.MONEY else number(value)
