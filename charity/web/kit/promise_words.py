"""What a seat of a circle promises, in one line: for pages, printed cards and lists alike."""

from typing import Protocol

from flask_babel import gettext as _
from flask_babel import ngettext

from charity.domain.circles import EVERY_QUARTER, PromiseKind
from charity.queries.circles.rows import PromiseTerms
from charity.web.kit.circle_words import circle_word
from charity.web.kit.formats import number, yuan
from charity.web.kit.labels import label


class Promised(Protocol):
    """Whatever tells what a seat promises: a circle, a list of families, one's own seat."""

    @property
    def promise_kind(self) -> str:
        """Give the promise's kind."""
        ...

    @property
    def title(self) -> str:
        """Give what is promised, in the proposer's words."""
        ...

    @property
    def monthly_fen(self) -> int:
        """Give what it costs each time."""
        ...

    @property
    def unit_label(self) -> str:
        """Give what its units are called."""
        ...

    @property
    def terms(self) -> PromiseTerms:
        """Give how much, and how often."""
        ...


def promise_words(card: Promised) -> str:
    """Say what each seat promises: the kind, what it is, how much of it, and what it costs."""
    kind = str(circle_word("promise", card.promise_kind))
    parts = [part for part in (card.title, *_measure(card)) if part]
    return _("%(kind)s: %(what)s", kind=kind, what=" · ".join(parts)) if parts else kind


def _measure(card: Promised) -> tuple[str, ...]:
    terms = card.terms
    if card.promise_kind == PromiseKind.GOODS.value:
        return (yuan(card.monthly_fen),)
    if card.promise_kind == PromiseKind.SERVICE.value:
        hours = ngettext("%(num)s hour a month", "%(num)s hours a month", terms.units)
        return str(label("subject", terms.subject)), hours, str(label("mode", terms.mode))
    if card.promise_kind == PromiseKind.PRODUCE.value:
        much = f"{number(terms.units)} × {label('unit_label', card.unit_label)}"
        return str(label("product", terms.product)), much, every_words(terms.every), yuan(card.monthly_fen)
    return ()


def every_words(every: int) -> str:
    """Say how often something is promised."""
    return _("every three months") if every == EVERY_QUARTER else _("every month")
