"""What the cells of a county's list say: relations, categories and dates as offices write them, in our own codes."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Final, TypeVar

from charity.domain.catalogue import REASONS, UNIT_LABELS
from charity.domain.errors import Invalid
from charity.domain.households import Category, Relation
from charity.domain.identity import Sex, parse_birth

T = TypeVar("T")
RELATIONS: Final = """
head: 户主 本人 本人或户主 head self
spouse: 配偶 妻 妻子 丈夫 夫 爱人 spouse wife husband
child: 子 女 儿子 女儿 之子 之女 长子 次子 三子 四子 独生子 长女 次女 三女 四女 独生女 养子 养女 继子 继女 子女 孩子
child: child son daughter
grandchild: 孙子 孙女 外孙 外孙女 外孙子 之孙子 之孙女 之外孙子 之外孙女 孙 grandchild grandson granddaughter
parent: 父 母 父亲 母亲 父母 之父 之母 岳父 岳母 公公 婆婆 继父 继母 养父 养母 parent father mother
grandparent: 祖父 祖母 外祖父 外祖母 爷爷 奶奶 外公 外婆 姥爷 姥姥 之祖父 之祖母 grandparent grandfather grandmother
sibling: 兄 弟 姐 妹 哥哥 弟弟 姐姐 妹妹 兄弟 姐妹 之兄弟姐妹 兄弟姐妹 sibling brother sister
other: 其他 其它 女婿 儿媳 之女婿 之儿媳 侄子 侄女 侄儿 外甥 外甥女 叔伯 其他亲属 other
"""
CATEGORY_WORDS: Final = """
low-income: 低保 低保户 低收入 低收入户 低收入家庭 最低生活保障 城乡低保 农村低保
extreme-poverty: 特困 特困户 特困人员 特困供养 五保 五保户 特困供养人员
marginal: 边缘 边缘户 边缘易致贫户 低保边缘 低保边缘家庭 边缘易致贫
unstable: 脱贫不稳定户 不稳定户 脱贫不稳定
sudden-hardship: 突发严重困难户 突发困难 突发困难户 突发严重困难
orphan: 孤儿 孤儿家庭
unattended-child: 事实无人抚养儿童 事实无人抚养 事孤
disability: 残疾 残疾人家庭 残疾家庭 重度残疾 残疾户
"""
CAUSE_WORDS: Final = """
illness: 因病 病 疾病 大病 患病 illness
disability: 因残 残疾 残 disability
schooling-cost: 因学 学费 上学 就学 schooling-cost
no-labour-force: 缺劳力 缺劳动力 无劳力 无劳动力 缺乏劳动力 no-labour-force
disaster: 因灾 灾害 自然灾害 disaster
lost-earner: 丧失主要劳动力 丧偶 主要劳动力去世 失去主要收入来源 lost-earner
"""
NEED_CATEGORY_WORDS: Final = """
school-bag: 书包
stationery: 文具
books: 图书 书籍 读物 课外书
desk-lamp: 台灯
desk-chair: 书桌 桌椅 课桌椅
coat: 棉衣 外套 羽绒服 大衣
clothes: 衣服 衣物 服装
shoes: 鞋 鞋子 运动鞋 棉鞋
bedding: 床上用品 被褥
quilt: 棉被 被子
kitchen: 厨具 炊具
food-staples: 米面油 粮油 食品
heater: 取暖器 取暖
small-appliance: 小家电 家电
care-aid: 护理用品 辅助器具 轮椅
farm-tool: 农具
seed-feed: 种子 饲料 种子饲料
sports: 体育用品 球类
art-music: 美术用品 乐器
toy-game: 玩具 益智玩具
hygiene: 卫生用品 洗护用品
other-goods: 其他 其他物品
"""
NEED_REASON_WORDS: Final = """
starts-school: 入学 开学 升学
outgrown: 穿不下 长高 变小
worn-out: 破旧 用旧 损坏
winter-comes: 过冬 御寒 入冬
learns-better: 学习需要 学习
likes-it: 喜欢 爱好
lives-away-from-home: 住校 寄宿
with-grandparents: 隔代抚养 留守
lost-in-disaster: 受灾 因灾
cares-for-ill: 照顾病人 照料
old-alone: 独居老人 高龄独居
wants-to-earn: 发展生产 增收
lacks-daily-things: 缺生活用品 生活困难 日常所需
"""
UNIT_WORDS: Final = """
piece: 件 个 只 床 盏 台 把 张 条
set: 套
pair: 双 副
copy: 本 册
bag: 袋 包
box: 盒 箱
"""


def _plain(text: str) -> str:
    return re.sub(r"[\s()·]+", "", unicodedata.normalize("NFKC", text)).casefold()


def words_of(table: str) -> Iterator[tuple[str, str]]:
    """Yield each code of a table of words (a code and its words on each line) with each of its words."""
    for line in table.strip().splitlines():
        code, _, said = line.partition(":")
        yield from ((code, word) for word in said.split())


def _turned(table: str, codes: Iterable[str], as_code: Callable[[str], T]) -> dict[str, T]:
    return {_plain(word): as_code(code) for code, word in words_of(table)} | {code: as_code(code) for code in codes}


_RELATIONS = _turned(RELATIONS, Relation, Relation)
_CATEGORIES = _turned(CATEGORY_WORDS, Category, Category)
_CAUSES = _turned(CAUSE_WORDS, {code for code, _ in words_of(CAUSE_WORDS)}, str)
_NEED_CATEGORIES = _turned(NEED_CATEGORY_WORDS, (), str)
_NEED_REASONS = _turned(NEED_REASON_WORDS, REASONS, str)
_UNITS = _turned(UNIT_WORDS, UNIT_LABELS, str)
_SEXES = {"男": Sex.MALE, "男性": Sex.MALE, "male": Sex.MALE, "m": Sex.MALE} | {
    "女": Sex.FEMALE, "女性": Sex.FEMALE, "female": Sex.FEMALE, "f": Sex.FEMALE,
}  # fmt: skip
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+00:00(?::00)?)?")
_DIGITS = re.compile(r"\d{8}")


def relation_of(text: str) -> Relation:
    """Tell how somebody belongs to the head; Invalid for a word nobody knows."""
    return _known(_RELATIONS, text, "list-relation")


def sex_of(text: str) -> Sex:
    """Tell a person's sex."""
    return _known(_SEXES, text, "list-sex")


def category_of(text: str) -> Category:
    """Tell on what ground a family is registered."""
    return _known(_CATEGORIES, text, "list-category")


def causes_of(text: str) -> tuple[str, ...]:
    """Tell the causes of hardship that a cell names, one or several."""
    words = [word for word in re.split(r"[、,,;;/\s]+", unicodedata.normalize("NFKC", text)) if word]
    return tuple(dict.fromkeys(_known(_CAUSES, word, "list-cause") for word in words))


def words_for_things(codes: Iterable[str], names: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Give every word by which a list may ask for a thing: usual ones, codes, and before both the names of today."""
    called = {_plain(name): code for code, said in names.items() for name in said}
    return _NEED_CATEGORIES | {_plain(code): code for code in codes} | called


def need_category_of(words: Mapping[str, str], text: str) -> str:
    """Tell what kind of thing is needed, by the words for all that the catalogue has now."""
    return _known(words, text, "list-need-category")


def need_reason_of(text: str) -> str:
    """Tell why it is needed."""
    return _known(_NEED_REASONS, text, "list-need-reason")


def unit_label_of(text: str) -> str:
    """Tell in what a need is counted; nothing said means pieces."""
    return _known(_UNITS, text, "list-need-unit") if text else "piece"


def _known(words: Mapping[str, T], text: str, code: str) -> T:
    try:
        return words[_plain(text)]
    except KeyError:
        raise Invalid(code) from None


def day_of_cell(text: str) -> str:
    """Bring a day as offices write it (2015年2月3日, 2015/2/3, 20150203) to 2015-02-03, else give it as it is."""
    said = unicodedata.normalize("NFKC", text).strip()
    if match := _DAY.fullmatch(said):
        return "-".join(match.groups())
    if _DIGITS.fullmatch(said):
        return f"{said[:4]}-{said[4:6]}-{said[6:]}"
    return said


def birth_of(text: str, *, today: date) -> date:
    """Read a date of birth; an impossible one is refused as such."""
    return parse_birth(day_of_cell(text), today=today)


def fen_of(text: str) -> int:
    """Read a price in yuan as fen."""
    said = re.sub(r"[元¥￥,\s]", "", unicodedata.normalize("NFKC", text))
    match = re.fullmatch(r"(\d{1,7})(?:\.(\d{1,2}))?", said, re.ASCII)
    if match is None:
        raise Invalid("list-price")
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def count_of(text: str) -> int:
    """Read how many are needed; nothing said means one."""
    said = unicodedata.normalize("NFKC", text).strip()
    if not said:
        return 1
    if not re.fullmatch(r"\d{1,4}", said, re.ASCII):
        raise Invalid("list-count")
    return int(said)
