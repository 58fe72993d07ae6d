"""What can be asked for: categories with their price bands, units, sizes, interests and reasons. Codes only, no words.

The bands are what such a thing, new and without a brand, costs in a county town; a piece above its band needs a second
reviewer, it is not forbidden.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from charity.domain.errors import Invalid
from charity.domain.kinds import Kind, UnitOf
from charity.domain.wishes import BeneficiaryKind
from charity.domain.writing import bare, plain


class Necessity(StrEnum):
    """How close to daily life a thing is; pages show the share of each, so that trivial needs are seen as such."""

    BASIC = "basic"
    LEARNING = "learning"
    LIVELIHOOD = "livelihood"
    GROWING = "growing"


class SizeOf(StrEnum):
    """Which size a giver must know to choose well."""

    NONE = "none"
    CLOTHES = "clothes"
    SHOES = "shoes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One kind of thing; band in fen for a piece."""

    code: str
    kind: Kind
    low_fen: int
    top_fen: int
    necessity: Necessity
    size: SizeOf = SizeOf.NONE
    asks_interest: bool = False
    beneficiaries: frozenset[BeneficiaryKind] = frozenset(BeneficiaryKind)
    is_odd: bool = False
    season: tuple[int, ...] = ()  # months in which it is needed; none means all the year
    is_offered: bool = True


_CHILD = frozenset({BeneficiaryKind.CHILD})
_HOME = frozenset({BeneficiaryKind.HOUSEHOLD})
_PERSON = frozenset({BeneficiaryKind.CHILD, BeneficiaryKind.HOUSEHOLD})
_SITE = frozenset({BeneficiaryKind.SITE})
_NOT_SITE_HOME = frozenset({BeneficiaryKind.CHILD, BeneficiaryKind.SITE})
N, S = Necessity, SizeOf


def _goods(
    code: str,
    low: int,
    top: int,
    necessity: Necessity,
    who: frozenset[BeneficiaryKind] = frozenset(BeneficiaryKind),
    *,
    size: SizeOf = SizeOf.NONE,
    asks_interest: bool = False,
    is_odd: bool = False,
) -> Category:
    return Category(
        code=code,
        kind=Kind.GOODS,
        low_fen=low * 100,
        top_fen=top * 100,
        necessity=necessity,
        size=size,
        asks_interest=asks_interest,
        beneficiaries=who,
        is_odd=is_odd,
    )


_ALL = (
    _goods("school-bag", 40, 150, N.LEARNING, _CHILD),
    _goods("stationery", 10, 100, N.LEARNING, _NOT_SITE_HOME),
    _goods("books", 10, 100, N.LEARNING, asks_interest=True),
    _goods("desk-lamp", 40, 150, N.LEARNING, _NOT_SITE_HOME),
    _goods("desk-chair", 120, 400, N.LEARNING),
    _goods("coat", 80, 260, N.BASIC, _PERSON, size=S.CLOTHES),
    _goods("clothes", 40, 200, N.BASIC, _PERSON, size=S.CLOTHES),
    _goods("shoes", 50, 200, N.BASIC, _PERSON, size=S.SHOES),
    _goods("bedding", 80, 300, N.BASIC, _PERSON),
    _goods("quilt", 80, 300, N.BASIC, _PERSON),
    _goods("kitchen", 30, 300, N.BASIC, _HOME),
    _goods("food-staples", 30, 200, N.BASIC, _HOME),
    _goods("heater", 80, 300, N.BASIC),
    _goods("small-appliance", 80, 500, N.BASIC, _HOME),
    _goods("care-aid", 50, 600, N.BASIC, _HOME),
    _goods("farm-tool", 50, 500, N.LIVELIHOOD, _HOME),
    _goods("seed-feed", 50, 500, N.LIVELIHOOD, _HOME),
    _goods("sports", 30, 200, N.GROWING, asks_interest=True),
    _goods("art-music", 30, 260, N.GROWING, _NOT_SITE_HOME, asks_interest=True),
    _goods("toy-game", 30, 150, N.GROWING, _NOT_SITE_HOME, asks_interest=True),
    _goods("classroom-set", 20, 100, N.LEARNING, _SITE),
    _goods("lab-set", 20, 100, N.LEARNING, _SITE),
    _goods("computer-set", 20, 100, N.LEARNING, _SITE),
    _goods("hygiene", 10, 100, N.BASIC),
    _goods("other-goods", 1, 300, N.GROWING, is_odd=True),
    Category(code="lessons", kind=Kind.SERVICE, low_fen=0, top_fen=0, necessity=N.LEARNING),
    Category(code="home-help", kind=Kind.SERVICE, low_fen=0, top_fen=0, necessity=N.BASIC, beneficiaries=_HOME),
    Category(
        code="farm-produce", kind=Kind.PRODUCE, low_fen=100, top_fen=300_00, necessity=N.LIVELIHOOD, beneficiaries=_HOME
    ),
    Category(code="school-costs", kind=Kind.MONEY, low_fen=10_00, top_fen=100_00, necessity=N.LEARNING),
    Category(code="living-costs", kind=Kind.MONEY, low_fen=10_00, top_fen=100_00, necessity=N.BASIC),
)
CATEGORIES: dict[str, Category] = {category.code: category for category in _ALL}

# What one unit is called on the page, and what it counts as in the rules.
UNIT_LABELS: dict[str, UnitOf] = {
    "piece": UnitOf.PIECE,
    "set": UnitOf.PIECE,
    "pair": UnitOf.PIECE,
    "copy": UnitOf.PIECE,
    "bag": UnitOf.PIECE,
    "box": UnitOf.PIECE,
    "share": UnitOf.SHARE,
    "hour": UnitOf.HOUR,
    "kilogram": UnitOf.KILOGRAM,
}
REASONS: dict[str, frozenset[BeneficiaryKind]] = {
    "starts-school": _CHILD,
    "outgrown": _CHILD,
    "worn-out": _PERSON,
    "winter-comes": frozenset(BeneficiaryKind),
    "learns-better": _NOT_SITE_HOME,
    "likes-it": _CHILD,
    "lives-away-from-home": _CHILD,
    "with-grandparents": _CHILD,
    "lost-in-disaster": frozenset(BeneficiaryKind),
    "cares-for-ill": _HOME,
    "old-alone": _HOME,
    "wants-to-earn": _HOME,
    "lacks-daily-things": _HOME,
    "class-has-none": _SITE,
    "too-few-for-all": _SITE,
    "village-uses-together": _SITE,
}
INTERESTS = (
    "reading", "drawing", "football", "basketball", "table-tennis", "skipping", "singing", "music", "dancing",
    "chess", "science", "nature", "handicraft", "writing",
)  # fmt: skip
SEXES = ("", "girl", "boy")
CLOTHES_SIZES = tuple(str(height) for height in range(80, 196, 5))
SHOE_SIZES = tuple(str(number) for number in range(22, 47))
PRICE_BANDS: dict[str, tuple[int, int | None]] = {
    "to-50": (0, 50_00),
    "50-100": (50_01, 100_00),
    "100-300": (100_01, 300_00),
    "over-300": (300_01, None),
}


def get_category(code: str) -> Category:
    """Give a category by its code; Invalid when the catalogue has no such thing."""
    try:
        return CATEGORIES[code]
    except KeyError:
        raise Invalid("category-unknown", field="category") from None


def list_categories(kind: Kind, beneficiary: BeneficiaryKind | None = None) -> tuple[Category, ...]:
    """List the categories of a kind that a beneficiary may ask for, in the order of the catalogue."""
    return tuple(c for c in _ALL if c.kind is kind and (beneficiary is None or beneficiary in c.beneficiaries))


def sizes_of(category: Category) -> tuple[str, ...]:
    """List the sizes a thing of this category comes in."""
    return {SizeOf.NONE: (), SizeOf.CLOTHES: CLOTHES_SIZES, SizeOf.SHOES: SHOE_SIZES}[category.size]


def unit_of(label: str) -> UnitOf:
    """Tell what a unit's name counts as; Invalid for a name the catalogue does not have."""
    try:
        return UNIT_LABELS[label]
    except KeyError:
        raise Invalid("unit-unknown", field="unit_label") from None


def may_ask(
    category: Category,
    *,
    kind: Kind,
    beneficiary: BeneficiaryKind,
    unit_label: str,
    size: str,
    reason: str,
    interest: str,
    sex: str,
) -> None:
    """Refuse a wish whose codes do not belong together, naming the first field that is wrong."""
    if category.kind is not kind:
        raise Invalid("category-of-other-kind", field="category")
    if beneficiary not in category.beneficiaries:
        raise Invalid("category-not-for-them", field="category")
    unit_of(unit_label)
    if beneficiary not in REASONS.get(reason, frozenset()):
        raise Invalid("reason-unknown", field="reason_code")
    if bool(size) and size not in sizes_of(category):
        raise Invalid("size-unknown", field="size")
    if not size and sizes_of(category):
        raise Invalid("size-missing", field="size")
    if interest and interest not in INTERESTS:
        raise Invalid("interest-unknown", field="interest")
    if sex not in SEXES or (sex and beneficiary is not BeneficiaryKind.CHILD):
        raise Invalid("sex-unknown", field="shown_sex")


def band_top(category: Category) -> int | None:
    """Give the most a piece of the category should cost; None where pieces have no price."""
    return category.top_fen or None


def is_below_band(category: Category, unit_fen: int) -> bool:
    """Say whether a price is so low that it is probably a mistake."""
    return 0 < unit_fen < category.low_fen


_BRANDS = re.compile(
    r"nike|adidas|puma|new ?balance|converse|vans|fila|iphone|ipad|macbook|huawei|xiaomi|lego|dior|gucci|chanel"
    r"|耐克|阿迪达斯|阿迪|彪马|新百伦|匡威|斐乐|安踏|李宁|鸿星尔克|苹果(?:手机|电脑|平板|手表)|华为|小米(?:手机|电脑|平板|手环)"
    r"|乐高|迪奥|古驰|香奈儿|茅台|五粮液|北面|始祖鸟|波司登",
    re.IGNORECASE,
)
_ODD = re.compile(
    r"treadmill|game ?console|smart ?phone|mobile phone|motorbike|motorcycle|air ?conditioner|perfume|jewel|drone"
    r"|跑步机|按摩椅|按摩器|游戏机|手机|平板电脑|摩托|电动车|空调|香水|首饰|项链|化妆品|无人机|皮草|保健品|茶具",
    re.IGNORECASE,
)


def names_brand(text: str) -> bool:
    """Say whether a text asks for a brand."""
    return _names(_BRANDS, text)


def is_odd_thing(category: Category, text: str) -> bool:
    """Say whether a thing is outside the catalogue or unusual for a need."""
    return category.is_odd or _names(_ODD, text)


def _names(things: re.Pattern[str], text: str) -> bool:
    said = plain(text)  # spelled as in other texts: full-width, traditional, spaced out
    return any(things.search(form) is not None for form in (said, bare(said)))
