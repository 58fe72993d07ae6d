import pytest
from hypothesis import given
from hypothesis import strategies as st

from charity.domain.errors import Invalid
from charity.domain.forbidden import Found, forbidden_in, may_say


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("想要一盒感冒药", Found.MEDICINE),
        ("some medicine for grandma", Found.MEDICINE),
        ("婴儿奶粉两罐", Found.FORMULA),
        ("infant  formula", Found.FORMULA),
        ("自制腊肉", Found.HOME_COOKED),
        ("home-cooked meals", Found.HOME_COOKED),
        ("米酒十斤", Found.ALCOHOL),
        ("a bottle of rice wine", Found.ALCOHOL),
        ("旧衣服几件", Found.USED_CLOTHES),
        ("second-hand clothes", Found.USED_CLOTHES),
        ("给点现金", Found.CASH),
        ("请转账", Found.CASH),
        ("please send money", Found.CASH),
        ("超市购物卡", Found.CARDS),
        ("gift card", Found.CARDS),
        ("电话13812345678", Found.PHONE),
        ("１３８ １２３４ ５６７８", Found.PHONE),
        ("1 3 8-1 2 3 4-5 6 7 8", Found.PHONE),
        ("138\u200b1234\u200b5678", Found.PHONE),
        ("一三八一二三四五六七八", Found.PHONE),
        ("幺三八一二三四五六七八", Found.PHONE),
        ("+86 138 1234 5678", Found.PHONE),
        ("0833-2345678", Found.PHONE),
        ("400-820-8820", Found.PHONE),
        ("加V：abc123", Found.CHAT),
        ("ＶＸ abc", Found.CHAT),
        ("微信 abc123", Found.CHAT),
        ("we chat me", Found.CHAT),
        ("QQ 12345", Found.CHAT),
        ("https://example.org/x", Found.LINK),
        ("ｗｗｗ．example．ｃｏｍ", Found.LINK),
        ("example . com", Found.LINK),
        ("someone@example.org", Found.EMAIL),
        ("someone (at) example", Found.EMAIL),
        ("6222 0212 3456 7890 123", Found.BANK_ACCOUNT),
        ("６２２２０２１２３４５６７８９０１２３", Found.BANK_ACCOUNT),
        ("11010519491231002X", Found.ID_NUMBER),
        ("请联系我", Found.ASKED),
        ("尺码请联系村里", Found.ASKED),
        ("转我钱", Found.CASH),
        ("捐点钱", Found.CASH),
        ("家里急需用钱", Found.CASH),
        ("快手abc", Found.CHAT),
        ("小红书号", Found.CHAT),
        ("围信号 abc", Found.CHAT),
        ("卫星abc123", Found.CHAT),
        ("138 oo13 8ooo", Found.PHONE),
        ("example点com", Found.LINK),
        ("手机用的电话卡", Found.CARDS),
        ("止痛片一盒", Found.MEDICINE),
        ("阿莫西林", Found.MEDICINE),
        ("二段奶", Found.FORMULA),
        ("自家做的馒头", Found.HOME_COOKED),
        ("香烟两条", Found.DANGEROUS),
        ("过年放的鞭炮", Found.DANGEROUS),
        ("农药一瓶", Found.DANGEROUS),
        ("a pack of cigarettes", Found.DANGEROUS),
        ("call me", Found.ASKED),
        ("微 信 abc", Found.CHAT),
        ("微.信", Found.CHAT),
        ("微\ufe0f信", Found.CHAT),
        ("微\u034f信", Found.CHAT),
        ("微\u115f信", Found.CHAT),
        ("微\u3164信", Found.CHAT),
        ("微\u2800信", Found.CHAT),
        ("徽信号 abc", Found.CHAT),
        ("w x abc123", Found.CHAT),
        ("wxabc123", Found.CHAT),
        ("Q Q 12345678", Found.CHAT),
        ("支 付 宝", Found.CASH),
        ("红 包", Found.CASH),
        ("现 金", Found.CASH),
        ("紅包", Found.CASH),
        ("現金", Found.CASH),
        ("轉賬", Found.CASH),
        ("匯款", Found.CASH),
        ("支付寶", Found.CASH),
        ("二維碼", Found.LINK),
        ("購物卡", Found.CARDS),
        ("禮品卡", Found.CARDS),
        ("藥品", Found.MEDICINE),
        ("舊衣服", Found.USED_CLOTHES),
        ("138\ufe0f1234\ufe0f5678", Found.PHONE),
        ("".join(f"{digit}\ufe0f\u20e3" for digit in "13812345678"), Found.PHONE),
        ("١٣٨١٢٣٤٥٦٧٨", Found.PHONE),
        ("l38l2345678", Found.PHONE),
        ("壹參捌壹貳叄肆伍陸柒捌", Found.PHONE),
        ("138|1234|5678", Found.PHONE),
        ("138，1234、5678", Found.PHONE),
        ("138:1234+5678", Found.PHONE),
        ("138・1234・5678", Found.PHONE),
        ("旧毛衣", Found.USED_CLOTHES),
        ("旧棉服", Found.USED_CLOTHES),
        ("旧T恤", Found.USED_CLOTHES),
        ("旧的棉衣", Found.USED_CLOTHES),
        ("二手毛衣", Found.USED_CLOTHES),
        ("二手棉服", Found.USED_CLOTHES),
        ("用过的衣服", Found.USED_CLOTHES),
        ("想要旧棉衣，家里的都穿不下了", Found.USED_CLOTHES),
        ("旧棉衣小了也行", Found.USED_CLOTHES),
        ("二锅头", Found.ALCOHOL),
        ("高粱酒", Found.ALCOHOL),
        ("青稞酒", Found.ALCOHOL),
        ("散酒", Found.ALCOHOL),
        ("五粮液", Found.ALCOHOL),
        ("感冒灵", Found.MEDICINE),
        ("板蓝根", Found.MEDICINE),
        ("眼药水", Found.MEDICINE),
        ("云南白药", Found.MEDICINE),
        ("二甲双胍", Found.MEDICINE),
        ("飞鹤一段", Found.FORMULA),
        ("爱他美3段", Found.FORMULA),
        ("京东卡", Found.CARDS),
        ("京东e卡", Found.CARDS),
        ("油卡", Found.CARDS),
        ("奶奶做的腊肉", Found.HOME_COOKED),
        ("希望给一点钱", Found.CASH),
        ("打到我的卡上", Found.CASH),
        ("需要500元", Found.CASH),
        ("需要五百块钱交学费", Found.CASH),
        ("给我发钱", Found.CASH),
    ],
)
def test_what_is_stopped(text, code):
    assert code in forbidden_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "卫星模型2000块",
        "快手工课用的彩纸",
        "家校联系本三本",
        "零钱包一个",
        "孩子需要钱包一个",
        "联系本人手一册",
        "手机卡通壳",
        "烟花图案的被子",
        "奶粉盒做的笔筒",
        "存钱罐一个",
        "学习用的奖状纸",
        "阶段练习册第二段",
        "size 38 or 40",
        "冬天的棉鞋一双，37码",
        "课外书 20 本，三年级",
        "书包和文具盒",
        "保温杯 500 毫升",
        "山药种子 2 公斤",
        "酒精湿巾",
        "中老年奶粉",
        "卡片纸和彩笔",
        "护眼台灯，2026年新款",
        "尺码 150 160 170",
        "跳绳、羽毛球拍各一副",
        "Winter shoes, size 37",
        "Flash cards and card stock",
        "A medicine ball for the sports room",
        "Cash register for the maths corner",
        "20 books for grades 3-5, 12.50 yuan each",
        "Vitamin-free paper, 80 g",
        "Formula for the area of a circle, poster",
        "旧棉衣穿不下了，想要新的",
        "家里的旧衣服都穿不下了",
        "旧校服太小了",
        "旧鞋架",
        "旧衣柜",
        "仿旧牛仔裤",
        "老年人奶粉",
        "农药喷雾器",
        "汽油机水泵",
        "柴油机配件",
        "中药材种苗",
        "板蓝根种子",
        "现金出纳账本",
        "加微量元素肥",
        "QQ糖",
        "120元以内的棉衣",
        "需要一件120元的棉衣",
        "需要120元以内的书包",
        "需要三元复合肥",
        "10块钱一本的本子",
        "给孩子钱包",
        "给奶奶做饭用的锅",
        "颜色红，包书皮用",
        "表现很好，金色的奖状",
        "大一点，卡通图案",
        "参加我们的合唱",
        "30 w x 20 h",
        "尺码130、140、150",
        "15:30-16:30，3本",
        "",
    ],
)
def test_what_is_let_through(text):
    assert forbidden_in(text) == ()
    may_say(text, field="title")


def test_the_refusal_names_the_first_reason_and_the_field():
    with pytest.raises(Invalid, match="forbidden-cash") as refused:
        may_say("现金，电话13812345678", field="details")
    assert refused.value.field == "details"


def test_every_reason_can_be_found():
    text = (
        "药品 奶粉 盒饭 白酒 旧衣服 鞭炮 现金 购物卡 13812345678; 微信 www.a.cn a@b.cn "
        "; 6222021234567890123; 联系我; 11010519491231002X"
    )
    assert set(forbidden_in(text)) >= set(Found) - {Found.BANK_ACCOUNT}
    assert Found.BANK_ACCOUNT in forbidden_in("6222021234567890123")


@given(
    st.sampled_from("3456789"),
    st.text("0123456789", min_size=9, max_size=9),
    st.sampled_from(["", " ", "-", ".", "　", "_"]),
)
def test_a_mobile_number_is_found_however_it_is_spaced(second, rest, gap):
    assert Found.PHONE in forbidden_in("找 " + gap.join("1" + second + rest) + " 吧")


CAUGHT = (
    "微信", "支付宝", "红包", "现金", "转账", "二维码", "购物卡", "京东卡", "感冒灵", "眼药水", "二锅头", "旧毛衣",
    "二手棉服", "鞭炮", "爱他美", "奶奶做的腊肉", "加我", "qq 1234", "138 1234 5678", "一三八一二三四五六七八",
)  # fmt: skip
UNSEEN = (
    "\u200b",
    "\ufe0f",
    "\u034f",
    "\u115f",
    "\u1160",
    "\u3164",
    "\uffa0",
    "\u2800",
    "\u20e3",
    "\u0301",
    "\U000e0100",
)
BETWEEN = (" ", "　", ".", "·", "・", "-", "_", "|", "/", "*", "~", ":", "，", "、", "。", "；", "\n", "★", "😀", " - ")


@given(st.sampled_from(CAUGHT), st.sampled_from((*UNSEEN, *BETWEEN)), st.sampled_from(("", "想要 ", "书包一个。")))
def test_nothing_put_between_its_characters_hides_a_word(word, between, before):
    code = forbidden_in(word)[0]
    assert code in forbidden_in(before + between.join(word.replace(" ", "")))


@given(st.sampled_from(CAUGHT), st.sampled_from(UNSEEN), st.data())
def test_nothing_unseen_at_any_place_hides_a_word(word, unseen, data):
    at = data.draw(st.integers(1, len(word) - 1))
    assert set(forbidden_in(word[:at] + unseen + word[at:])) == set(forbidden_in(word))


@given(st.text(max_size=80))
def test_any_text_is_judged_without_failing(text):
    assert set(forbidden_in(text)) <= set(Found)
