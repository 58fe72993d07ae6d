"""What people and organisations may call themselves where everybody reads it."""

import pytest

from charity.domain.errors import Invalid
from charity.domain.nicknames import may_be_registered, normal_nickname, normal_public_name

WAYS = (
    "一三八一二三四五六七八",
    "138-1234-5678",
    "薇信abc",
    "vx abc123",
    "加V abc",
    "微 信 abc",
    "微\ufe0f信",
    "abc.com",
    "a@b",
    "１３８１２３",
    "加我吧",
)


@pytest.mark.parametrize("name", WAYS)
def test_no_name_holds_a_way_of_contact(name: str) -> None:
    for call in (normal_nickname, normal_public_name, may_be_registered):
        with pytest.raises(Invalid, match="name-with-contact"):
            call(name)


@pytest.mark.parametrize("name", ["支付宝红包", "送现金", "轉賬給我", "红 包"])
def test_no_persons_name_asks_for_money(name: str) -> None:
    for call in (normal_nickname, normal_public_name):
        with pytest.raises(Invalid, match="forbidden-cash"):
            call(name)


@pytest.mark.parametrize(
    "name", ["管理员", "管理 员", "管理\u3164员", "管·理·员", "官 方", "客服小王", "ａｄｍｉｎ", "監督員"]
)
def test_no_name_sounds_official(name: str) -> None:
    for call in (normal_nickname, normal_public_name, may_be_registered):
        with pytest.raises(Invalid, match="name-official"):
            call(name)


@pytest.mark.parametrize(
    "name", ["远方的小树2", "巷口明月", "Anna Lin", "vivian", "旧书包", "阿依古丽·买买提", "木匠98", "米酒"]
)
def test_ordinary_names_pass(name: str) -> None:
    assert normal_nickname(name) == name
    assert normal_public_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "某某市红十字会",
        "现代文具有限公司",
        "某某药品有限公司",
        "某某酒业公益基金会",
        "威信县慈善会",
        "支付宝（某地）网络技术有限公司",
        "某某大学2008级校友会",
        "Reading Friends Foundation",
    ],
)
def test_what_organisations_are_really_called_passes(name: str) -> None:
    may_be_registered(name)
