"""The catalogue: codes that belong together, sizes, bands, brands and odd things."""

import pytest

from charity.domain import catalogue as c
from charity.domain.errors import Invalid
from charity.domain.kinds import LIVES, Kind
from charity.domain.wishes import BeneficiaryKind

CHILD, HOME, SITE = BeneficiaryKind.CHILD, BeneficiaryKind.HOUSEHOLD, BeneficiaryKind.SITE


def ask(code: str, who: BeneficiaryKind = CHILD, **changes: str) -> None:
    given = {"unit_label": "piece", "size": "", "reason": "winter-comes", "interest": "", "sex": ""} | changes
    c.may_ask(c.get_category(code), kind=Kind.GOODS, beneficiary=who, **given)


def test_what_belongs_together_passes() -> None:
    ask("coat", size="130", sex="girl")
    ask("shoes", size="34")
    ask("farm-tool", HOME)
    ask("books", SITE, reason="too-few-for-all", interest="reading")


@pytest.mark.parametrize(
    ("code", "who", "changes", "field"),
    [
        ("coat", CHILD, {"size": ""}, "size"),
        ("coat", CHILD, {"size": "34"}, "size"),
        ("books", CHILD, {"size": "130"}, "size"),
        ("coat", SITE, {"size": "130"}, "category"),
        ("books", HOME, {"reason": "starts-school"}, "reason_code"),
        ("books", CHILD, {"interest": "gambling"}, "interest"),
        ("quilt", HOME, {"sex": "girl"}, "shown_sex"),
        ("books", CHILD, {"unit_label": "lorry"}, "unit_label"),
        ("lessons", CHILD, {}, "category"),
    ],
)
def test_what_does_not_is_refused_at_its_field(
    code: str, who: BeneficiaryKind, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        ask(code, who, **changes)
    assert refused.value.field == field


def test_an_unknown_category_is_refused() -> None:
    with pytest.raises(Invalid, match="category-unknown"):
        c.get_category("treadmill")


def test_the_catalogue_is_sound() -> None:
    for category in c.CATEGORIES.values():
        assert category.low_fen <= category.top_fen
        assert category.beneficiaries
    for kind in Kind:
        assert c.list_categories(kind), kind
        assert any(unit in LIVES[kind].unit_kinds for unit in c.UNIT_LABELS.values())
    for who in BeneficiaryKind:
        assert c.list_categories(Kind.GOODS, who)
        assert any(who in those for those in c.REASONS.values())


def test_brands_and_odd_things_are_noticed() -> None:
    coat = c.get_category("coat")
    assert c.names_brand("耐克运动鞋")
    assert c.names_brand("New Balance shoes")
    assert all(c.names_brand(text) for text in ("ＮＩＫＥ鞋", "波司 登", "n i k e 鞋", "華為", "波\u3164司登"))
    assert all(c.is_odd_thing(coat, text) for text in ("電動車", "手 机", "手-機", "ｄｒｏｎｅ"))
    assert not c.names_brand("苹果一箱"), "a fruit is not a telephone"
    assert c.is_odd_thing(coat, "跑步机一台")
    assert c.is_odd_thing(c.get_category("other-goods"), "坐垫")
    assert not c.is_odd_thing(coat, "冬季棉衣一件")
    assert c.is_below_band(coat, 10_00)
    assert not c.is_below_band(coat, 150_00)
