"""What a poster writes down about a need, and whether it may be asked for at all."""

from dataclasses import dataclass
from datetime import date

from charity.domain import catalogue, wish_texts, wishes
from charity.domain.catalogue import Category
from charity.domain.items import may_be_asked
from charity.domain.kinds import Kind
from charity.domain.limits import DEFAULTS, Limits
from charity.domain.wishes import BeneficiaryKind
from charity.services.wishes.beneficiaries import Whose


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """A need as it is posted; money in fen, codes from the catalogue."""

    title: str
    category: str
    reason_code: str
    unit_label: str
    unit_fen: int
    wanted: int
    kind: Kind = Kind.GOODS
    details: str = ""
    size: str = ""
    shown_sex: str = ""
    interest: str = ""
    point_ref: str = ""
    season_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the rules found out about a need."""

    category: Category
    is_odd: bool
    needs_second: bool


def check(need: Need, whose: Whose, category: Category, *, today: date, limits: Limits = DEFAULTS) -> Checked:
    """Refuse a need that may not be asked for; otherwise tell whether a second reviewer must look.

    `category` is the thing as the catalogue has it now.
    """
    may_be_asked(category)
    catalogue.may_ask(
        category,
        kind=need.kind,
        beneficiary=whose.kind,
        unit_label=need.unit_label,
        size=need.size,
        reason=need.reason_code,
        interest=need.interest,
        sex=need.shown_sex,
    )
    rules = wishes.Need(
        kind=need.kind,
        unit=catalogue.unit_of(need.unit_label),
        wanted=need.wanted,
        unit_fen=need.unit_fen,
        beneficiary=whose.kind,
        season_ends=need.season_on,
    )
    wishes.may_submit(rules, today=today)
    wish_texts.may_write(need.title, need.details)
    wish_texts.may_tell(need.title, need.details, whose.names)
    wish_texts.may_tell_no_school(need.title, need.details, whose.sites)
    if whose.kind is BeneficiaryKind.CHILD:
        wish_texts.may_tell_no_size(need.title, need.details, need.size, worn=bool(catalogue.sizes_of(category)))
    words = f"{need.title} {need.details}"
    odd, branded = catalogue.is_odd_thing(category, words), catalogue.names_brand(words)
    second = wishes.needs_second_reviewer(
        unit_fen=need.unit_fen,
        price_fen=rules.price_fen,
        band_top_fen=catalogue.band_top(category),
        odd=odd,
        branded=branded,
        is_child=whose.kind is BeneficiaryKind.CHILD,
        child_fen=limits.child_dear_fen,
    )
    return Checked(category=category, is_odd=odd or branded, needs_second=second)
