"""Drawn pieces that many pages share (rings, wish cards), remembered by this process for each language."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import cast

from flask import Flask
from flask_babel import get_locale
from jinja2 import Environment
from markupsafe import Markup

from charity.domain.matching import Reason, shown_reasons
from charity.domain.ring import ring_of

MOST = 20_000


class Fragments:
    """Templates rendered once per content and language; when too many are kept, all are forgotten."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._kept: dict[Hashable, Markup] = {}

    def ring(self, wanted: int, confirmed: int, in_transit: int, committed: int) -> Markup:
        """Draw the N+1 ring of a wish's counters."""
        counters = (wanted, confirmed, in_transit, committed)
        return self._of(
            (str(get_locale()), counters),
            lambda: self._drawn("kit/_ring.html", wanted=wanted, r=ring_of(*counters), of_seats=False),
        )

    def seats(self, target: int, giving: int, taken: int) -> Markup:
        """Draw the N+1 ring of a circle: seats whose donors give now, seats taken beside them, and free ones."""
        counters = (target, min(giving, taken), 0, taken)
        return self._of(
            (str(get_locale()), "seats", counters),
            lambda: self._drawn("kit/_ring.html", wanted=target, r=ring_of(*counters), of_seats=True),
        )

    def card(self, card: Hashable) -> Markup:
        """Draw one wish card."""
        return self.cards((card,))[0]

    def cards(self, cards: Iterable[Hashable]) -> list[Markup]:
        """Draw many wish cards in their order."""
        spoken = str(get_locale())
        return [self._of((spoken, card), lambda card=card: self._drawn("kit/_card.html", card=card)) for card in cards]

    def piece(self, template: str, **context: Hashable) -> Markup:
        """Draw a piece that says nothing but what follows from these values; they may not be what people write."""
        return self._of((str(get_locale()), template, *context.items()), lambda: self._drawn(template, **context))

    def explained(
        self, cards: Sequence[Hashable], reasons: Sequence[tuple[Reason, ...]]
    ) -> list[tuple[Markup, Markup | str]]:
        """Draw wish cards, each with why it is shown: the largest true reasons, all terms, their sum; or without."""
        spoken = str(get_locale())
        whys = [self._of((spoken, each), lambda each=each: self._why(each)) for each in reasons]
        return list(zip(self.cards(cards), whys or [""] * len(cards), strict=True))

    def _why(self, reasons: tuple[Reason, ...]) -> Markup:
        return self._drawn("kit/_why.html", reasons=reasons, shown=shown_reasons(reasons))

    def _of(self, key: Hashable, draw: Callable[[], Markup]) -> Markup:
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= MOST:
                self._kept.clear()
            kept = self._kept[key] = draw()
        return kept

    def _drawn(self, template: str, /, **context: object) -> Markup:
        return Markup(self._environment.get_template(template).render(context))


def init_fragments(app: Flask) -> None:
    """Give the templates the pieces."""
    pieces = Fragments(app.jinja_env)
    known = cast(dict[str, object], app.jinja_env.globals)
    known.update(drawn_ring=pieces.ring, drawn_seats=pieces.seats, drawn_piece=pieces.piece)
    known.update(drawn_card=pieces.card, drawn_cards=pieces.cards, drawn_explained=pieces.explained)
