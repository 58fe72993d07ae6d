"""The monthly gift of a circle: held against the rules of a wish; one that needs a second reviewer is none."""

from datetime import date

from charity.domain import catalogue, wish_texts, wishes
from charity.domain.catalogue import Category
from charity.domain.circles import Promise
from charity.domain.errors import Invalid
from charity.domain.items import may_be_asked
from charity.domain.kinds import Kind
from charity.domain.wishes import BeneficiaryKind


def may_promise(promise: Promise, category: Category, *, seats: int, today: date) -> None:
    """Refuse a template that is no ordinary thing for a household, within its price band and without a brand."""
    may_be_asked(category)
    catalogue.may_ask(
        category,
        kind=Kind.GOODS,
        beneficiary=BeneficiaryKind.HOUSEHOLD,
        unit_label=promise.unit_label,
        size="",
        reason=promise.reason_code,
        interest="",
        sex="",
    )
    need = wishes.Need(
        kind=Kind.GOODS,
        unit=catalogue.unit_of(promise.unit_label),
        wanted=seats,
        unit_fen=promise.monthly_fen,
        beneficiary=BeneficiaryKind.HOUSEHOLD,
        season_ends=None,
    )
    wishes.may_submit(need, today=today)
    wish_texts.may_write(promise.title, promise.details)
    words = f"{promise.title} {promise.details}"
    top = catalogue.band_top(category)
    is_dear = top is not None and promise.monthly_fen > top
    if is_dear or catalogue.is_odd_thing(category, words) or catalogue.names_brand(words):
        raise Invalid("template-not-ordinary", field="category")
