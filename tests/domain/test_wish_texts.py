"""Words of a wish: about the thing, never about who or where."""

import pytest

from charity.domain import wish_texts
from charity.domain.errors import Invalid
from charity.domain.points import PointFacts, PointKind, may_serve, suits_child
from charity.domain.reviews import Decision, may_decide, may_tick, read, written
from charity.domain.wishes import PHOTO_CHECKLIST, BeneficiaryKind

NAMES = ("欧阳小禾", "望云中心小学", "桃花坞村民委员会", "柳林镇")


@pytest.mark.parametrize(
    "title", ["给欧阳小禾的书", "望云小学的书桌", "望云中心小学", "桃花坞的棉被", "桃花坞村", "柳林的孩子"]
)
def test_names_and_their_short_forms_are_refused(title: str) -> None:
    if title == "望云小学的书桌":
        wish_texts.may_tell(title, "", NAMES[:1])
    with pytest.raises(Invalid, match="text-tells-who"):
        wish_texts.may_tell(title, "", (*NAMES, "望云小学"))


def test_details_are_looked_at_too() -> None:
    with pytest.raises(Invalid) as refused:
        wish_texts.may_tell("书桌", "放在桃花坞", NAMES)
    assert refused.value.field == "details"


def test_harmless_words_pass() -> None:
    wish_texts.may_tell("冬季棉衣一件", "蓝色,带帽子", NAMES)
    wish_texts.may_write("冬季棉衣一件", "蓝色,130 码")  # of a family or a school: a thing's measure is no child's
    wish_texts.may_tell("书", "", ("王", ""))


@pytest.mark.parametrize(
    ("title", "details", "code"),
    [
        ("书", "", "title-too-short"),
        ("长" * 41, "", "text-too-long"),
        ("书桌", "长" * 201, "text-too-long"),
        ("书桌", "请打电话 138-0000-1111", "contact-"),
        ("购物卡", "", "forbidden-cards"),
        ("书包 电话138", "12345678", "contact-phone"),
        ("书包，加微", "信：abc", "contact-chat"),
    ],
)
def test_other_words_are_refused(title: str, details: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        wish_texts.may_write(title, details)


def point(kind: PointKind, **changes: int) -> PointFacts:
    return PointFacts(kind=kind, region="990101001", **changes)


def test_points_for_children() -> None:
    village = "990101001001"
    may_serve(point(PointKind.TOWNSHIP), BeneficiaryKind.CHILD, region=village)
    may_serve(point(PointKind.VILLAGE), BeneficiaryKind.HOUSEHOLD, region=village)
    large = point(PointKind.SCHOOL, pupils=100, villages_served=3)
    may_serve(large, BeneficiaryKind.CHILD, region=village, guardian_agreed_to_school=True)
    for wrong in (point(PointKind.VILLAGE), point(PointKind.SCHOOL, pupils=99, villages_served=3), large):
        with pytest.raises(Invalid):
            may_serve(wrong, BeneficiaryKind.CHILD, region=village)
    with pytest.raises(Invalid, match="point-in-other-county"):
        may_serve(point(PointKind.TOWNSHIP), BeneficiaryKind.SITE, region="990102001001")
    assert suits_child(large)
    assert not suits_child(point(PointKind.VILLAGE))


def test_decisions_need_reasons() -> None:
    assert may_decide(Decision.RETURN, ["size-wrong", "photo-unclear"], "") == ("photo-unclear", "size-wrong")
    for reasons, note, code in (
        ([], "", "reason-missing"),
        (["medical"], "", "reason-unknown"),
        (["other"], " ", "note-missing"),
        (["other"], "x" * 201, "text-too-long"),
    ):
        with pytest.raises(Invalid, match=code):
            may_decide(Decision.RETURN, reasons, note)
    assert read(written(("size-wrong", "other"), " 说明|二 ")) == (("size-wrong", "other"), "说明|二")
    assert read("") == ((), "")


def test_the_checklist_is_whole() -> None:
    base = ["need-is-real", "price-is-fair", "words-tell-nobody", "point-fits"]
    may_tick(base, has_photo=False)
    may_tick([*base, *PHOTO_CHECKLIST], has_photo=True)
    with pytest.raises(Invalid, match="checklist-open"):
        may_tick(base, has_photo=True)


@pytest.mark.parametrize(
    "text",
    [
        "蓝色,130",
        "蓝色130码",
        "１３０的棉衣",
        "适合身高一米三的孩子",
        "适合 125 cm",
        "适合125厘米",
        "一二五公分",
        "36 码",
        "尺码：12",
        "Size 12",
    ],
)
def test_a_childs_size_stands_in_its_own_field_alone(text: str) -> None:
    for field, words in (("title", (text, "")), ("details", ("棉衣一件", text))):
        with pytest.raises(Invalid, match="text-tells-size") as refused:
            wish_texts.may_tell_no_size(*words, "130", worn=True)
        assert refused.value.field == field


@pytest.mark.parametrize(
    "text", ["蓝色,带帽子", "12色彩笔,1300毫升水壶", "5号电池,3月1日前", "三年级下册,共30页", "130元以内"]
)
def test_other_numbers_of_a_childs_thing_pass(text: str) -> None:
    wish_texts.may_tell_no_size("棉衣一件", text, "130", worn=True)
    wish_texts.may_tell_no_size("书包一个", text, "", worn=False)


@pytest.mark.parametrize(
    ("text", "size", "worn"),
    [
        ("被子150x200cm", "", False),
        ("书包 45*30*15厘米", "", False),
        ("直尺20厘米", "", False),
        ("三角尺30cm", "", False),
        ("适合125 cm的床", "", False),
        ("尺寸 120", "", False),
        ("鞋垫25*9厘米", "36", True),
        ("36色水彩笔", "36", True),
        ("36 色水彩笔", "36", True),
        ("120元以内的棉衣", "120", True),
        ("120*130cm的披风", "120", True),
    ],
)
def test_a_things_own_measures_and_price_pass(text: str, size: str, worn: bool) -> None:
    wish_texts.may_tell_no_size("棉衣一件", text, size, worn=worn)


@pytest.mark.parametrize("text", ["身高一米三", "38码的脚", "130厘米的孩子", "孩子高130厘米"])
def test_a_body_is_measured_beside_no_thing(text: str) -> None:
    with pytest.raises(Invalid, match="text-tells-size"):
        wish_texts.may_tell_no_size("书包一个", text, "", worn=False)


def test_any_school_of_the_county_is_refused_by_its_name_alone() -> None:
    with pytest.raises(Invalid, match="text-tells-who"):
        wish_texts.may_tell_no_school("书桌", "给新华小学的书桌", ["新华小学"])
    wish_texts.may_tell_no_school("新华字典一本", "", ["新华小学"])


def test_a_school_is_refused_without_the_parts_that_people_leave_out() -> None:
    for text in ("云桥镇 中心小学", "云桥小学的书桌", "云桥镇小学", "雲橋小學", "云 桥 中 心 小 学"):
        with pytest.raises(Invalid, match="text-tells-who"):
            wish_texts.may_tell_no_school("书桌", text, ["某某县云桥镇中心小学"])
    wish_texts.may_tell_no_school("书桌", "云桥镇的书桌,中心小学的课本", ["某某县云桥镇中心小学"])


@pytest.mark.parametrize(
    ("school", "said"),
    [
        ("河口乡第二小学", "河口二小"),
        ("云桥县第一中学", "雲橋一中"),
        ("云桥县第三高级中学", "云桥三中"),
        ("云桥镇中心小学", "云桥中心校"),
        ("云桥镇第一幼儿园", "云桥镇一幼"),
    ],
)
def test_a_school_is_refused_by_what_people_call_it(school: str, said: str) -> None:
    with pytest.raises(Invalid, match="text-tells-who"):
        wish_texts.may_tell_no_school("书桌", f"在{said}读书", [school])
    wish_texts.may_tell_no_school("书桌", "第二张书桌,一中午就够", [school])
