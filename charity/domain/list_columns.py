"""The columns of a county's own list, told by their headings in Chinese or English; people correct what was guessed."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from charity.domain.errors import Invalid
from charity.domain.list_words import words_of

DEEPEST_HEADING: Final = 3
HEADING_WITHIN: Final = 12


class Column(StrEnum):
    """What a column of a list of families may say."""

    FAMILY = "family"
    TOWNSHIP = "township"
    VILLAGE = "village"
    HEAD = "head"
    ADDRESS = "address"
    PHONE = "phone"
    RELATIVE_PHONE = "relative-phone"
    CATEGORY = "category"
    CAUSE = "cause"
    OVERRIDE = "override"
    NAME = "name"
    RELATION = "relation"
    SEX = "sex"
    BIRTH = "birth"
    ID_NUMBER = "id-number"
    CONSENT_ON = "consent-on"
    PUBLISH_ON = "publish-on"
    CONSENT_PAPER = "consent-paper"
    NEED = "need"
    NEED_DETAILS = "need-details"
    NEED_CATEGORY = "need-category"
    NEED_REASON = "need-reason"
    NEED_WANTED = "need-wanted"
    NEED_UNIT = "need-unit"
    NEED_PRICE = "need-price"
    NEED_SIZE = "need-size"


C = Column
# A column and the headings it goes by; an underline stands for a space.
HEADINGS: Final = """
family: 户编号 户号 户序号 家庭编号 户卡编号 编户号 household_number household_no family_number
township: 乡镇 乡 镇 乡镇街道 所在乡镇 街道 township town
village: 村 村社区 行政村 所在村 村名 村居 居住村 village village_code 行政村代码
head: 户主 户主姓名 户主名字 户主信息姓名 head head_of_household head_name household_head
address: 住址 地址 家庭住址 家庭地址 详细地址 居住地址 address home_address
phone: 电话 联系电话 手机 手机号 手机号码 户主电话 联系方式 phone telephone mobile
relative-phone: 亲属电话 亲友电话 紧急联系电话 其他联系电话 relative_phone phone_of_a_relative
category: 类别 帮扶类别 户类型 对象类别 家庭类型 人员类别 户类别 困难类型 category type_of_household
cause: 致困原因 主要致困原因 致贫原因 主要致贫原因 困难原因 返贫风险 cause cause_of_hardship
override: 非重复说明 不是同一户说明 不同一户原因 重复说明 why_not_a_double override
name: 姓名 成员姓名 家庭成员姓名 家庭成员 人员姓名 孩子姓名 儿童姓名 name member member_name
relation: 与户主关系 关系 家庭关系 成员关系 relation relation_to_head relationship
sex: 性别 sex gender
birth: 出生日期 出生年月 出生年月日 生日 birth birth_date date_of_birth birthday
id-number: 身份证 身份证号 身份证号码 公民身份号码 证件号码 证件号 id id_number identity_number
consent-on: 同意登记日期 登记同意日期 授权同意日期 授权日期 同意日期 consent_date consent_to_register_on
publish-on: 同意公示日期 公示同意日期 同意发布日期 consent_to_publish_on
consent-paper: 同意书编号 授权同意书编号 授权书编号 纸质同意书编号 consent_paper paper_reference
need: 需求 心愿 需求名称 心愿名称 微心愿 帮扶需求 需求物品 need wish
need-details: 需求说明 心愿说明 规格 规格说明 need_details details
need-category: 需求类别 物品类别 心愿类别 need_category
need-reason: 需求原因 心愿原因 申请原因 need_reason reason
need-wanted: 数量 需求数量 件数 quantity wanted pieces
need-unit: 单位 计量单位 unit
need-price: 单价 单价元 参考价 参考单价 预算单价 price unit_price price_yuan
need-size: 尺码 尺寸 号码 衣服尺码 鞋码 size
"""
NEED_COLUMNS: Final = frozenset(column for column in Column if column.value.startswith("need"))
_HEAD_GROUPS = ("户主",)


def plain_heading(text: str) -> str:
    """Bring a heading to the form in which headings are compared: one writing, no spaces, no remarks in brackets."""
    said = unicodedata.normalize("NFKC", text).casefold()
    said = re.sub(r"\(.*?\)|【.*?】|\[.*?\]", "", said)
    return re.sub(r"[\W_]+", "", said)


_KNOWN = {plain_heading(words): Column(code) for code, words in words_of(HEADINGS)}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a list's headings stand, what they say, and what each column was taken for."""

    first_row: int  # index of the first row below the headings
    headings: tuple[str, ...]
    columns: tuple[Column | None, ...]


def find_layout(rows: Sequence[Sequence[str]]) -> Layout:
    """Find the headings among the first rows, one to three deep, below any titles; Invalid when there are none."""
    best: Layout | None = None
    for bottom in range(min(len(rows), HEADING_WITHIN)):
        for depth in range(1, min(DEEPEST_HEADING, bottom + 1) + 1):
            found = _layout(rows[bottom - depth + 1 : bottom + 1], bottom + 1)
            if best is None or _known(found) > _known(best):
                best = found
    if best is None or _known(best) < 2:
        raise Invalid("list-headings-missing", field="file")
    return best


def _known(layout: Layout) -> int:
    return sum(column is not None for column in layout.columns)


def _layout(rows: Sequence[Sequence[str]], first_row: int) -> Layout:
    parts = _parts(rows)
    columns: list[Column | None] = []
    for said in parts:
        column = _column_of(said, frozenset(one for one in columns if one is not None))
        columns.append(column if column not in columns else None)
    headings = tuple(" / ".join(said) for said in parts)
    return Layout(first_row, headings, tuple(columns))


def _parts(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Give for each column what its heading says from top to bottom; a wide heading stands for those to its right."""
    width = max((len(row) for row in rows), default=0)
    found: list[list[str]] = [[] for _ in range(width)]
    for level, row in enumerate(rows):
        below = [*rows[level + 1], *[""] * width] if level + 1 < len(rows) else []
        before = ""
        for column in range(width):
            said = row[column] if column < len(row) else ""
            before = said or (before if below and below[column] else "")
            if before and before not in found[column]:
                found[column].append(before)
    return [tuple(said) for said in found]


def _column_of(said: tuple[str, ...], taken: frozenset[Column]) -> Column | None:
    parts = [part for one in said for part in one.split(" / ")]  # as the sheet of rows left out puts them together
    if not parts:
        return None
    whole, leaf = plain_heading("".join(parts)), plain_heading(parts[-1])
    if whole in _KNOWN:
        return _KNOWN[whole]
    found = _KNOWN.get(leaf)
    if found is C.NAME and any(group in part for part in parts[:-1] for group in _HEAD_GROUPS):
        return C.HEAD if C.HEAD not in taken else None
    return found


def may_map(columns: Sequence[Column | None], *, of_village: bool) -> None:
    """Refuse a choice of columns in which one is named twice, or without which no family can be told."""
    chosen = [column for column in columns if column is not None]
    twice = next((column for column in chosen if chosen.count(column) > 1), None)
    if twice is not None:
        raise Invalid("list-column-twice", field=f"columns-{_last(columns, twice)}")
    has = frozenset(chosen)
    if not has & {C.HEAD, C.NAME}:
        raise Invalid("list-no-names")
    if C.NAME in has and not has & {C.BIRTH, C.ID_NUMBER}:
        raise Invalid("list-no-births")
    if not of_village and C.VILLAGE not in has:
        raise Invalid("list-no-village")
    if has & {C.CONSENT_ON, C.PUBLISH_ON} and C.CONSENT_PAPER not in has:
        raise Invalid("list-no-paper")
    if has & NEED_COLUMNS and not has >= {C.NEED, C.NEED_CATEGORY, C.NEED_PRICE}:
        raise Invalid("list-need-halved")


def _last(columns: Sequence[Column | None], column: Column) -> int:
    return max(place for place, one in enumerate(columns) if one is column)


def layout_name(headings: Iterable[str]) -> str:
    """Give what two sheets of one layout have in common: their headings, however they are spaced."""
    return "\x1f".join(plain_heading(heading) for heading in headings)


def cells_of(cells: Sequence[str], columns: Sequence[Column | None]) -> Mapping[Column, str]:
    """Name the cells of a row by its columns; a column that was left out says nothing."""
    return {
        column: cells[place] if place < len(cells) else "" for place, column in enumerate(columns) if column is not None
    }
