"""Things that administrators add, rename and retire: in forms, pages, search and bands at once, with their history."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.catalogue import Category
from charity.domain.errors import Invalid, NotPermitted
from charity.domain.items import ItemNames, NewItem, item_of
from charity.domain.wishes import BeneficiaryKind
from charity.models.wishes import Wish
from charity.queries.catalogue import category_now
from charity.services.catalogue import add_item, change_item, rename_item
from charity.services.wishes import post as posting
from charity.services.wishes import review
from tests.kit import county_list as c
from tests.kit import village as v
from tests.kit.visits import post, signed_in


@pytest.fixture
def village(app: Flask) -> v.Village:
    return v.build()


@pytest.fixture
def office(village: v.Village) -> Actor:
    with transaction() as tx:
        return v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))


NEW = {
    "code": "rain-coat",
    "zh": "雨衣",
    "en": "Rain coat",
    "beneficiaries": ["child", "household"],
    "low_fen": "30",
    "top_fen": "90",
    "necessity": "basic",
    "size": "clothes",
    "is_offered": "y",
    "reason": "梅雨季节，孩子走路上学",
}


def test_a_thing_is_added_asked_for_found_renamed_and_retired_without_a_restart(
    app: Flask, village: v.Village, office: Actor
) -> None:
    keeper, volunteer = signed_in(app, office), signed_in(app, village.volunteer)
    asked = f"/desk/wishes/new/child/{village.family.child_ref}"
    assert "雨衣" not in volunteer.get(asked).get_data(as_text=True)
    assert post(keeper, "/admin/catalogue/new", NEW).location == "/admin/catalogue/rain-coat"
    assert "雨衣" in volunteer.get(asked).get_data(as_text=True)
    assert "Rain coat" in keeper.get("/admin/catalogue?lang=en").get_data(as_text=True)
    need = v.replace(v.COAT, title="黄色的一件", category="rain-coat", unit_fen=95_00, point_ref=village.point)
    dear = posting.post(village.volunteer, BeneficiaryKind.CHILD, village.family.child_ref, need=need)
    end_reading()
    assert reading().scalars(select(Wish.needs_second).where(Wish.ref == dear)).one()  # above its band
    review.approve(village.reviewer, dear, checks=v.CHECKS)
    review.approve(village.second, dear, checks=v.CHECKS)
    visitor = app.test_client()
    assert "雨衣" in visitor.get(f"/wishes/{dear}").get_data(as_text=True)
    assert "黄色的一件" in visitor.get("/wishes?q=雨衣").get_data(as_text=True)  # its title does not say it
    names = {"zh": "儿童雨衣", "en": "Rain coat for children", "why": "区分大人的"}
    at = "/admin/catalogue/rain-coat"
    assert post(keeper, f"{at}/name", names, shown_at=at).status_code == 303
    assert "儿童雨衣" in visitor.get(f"/wishes/{dear}").get_data(as_text=True)
    assert "Rain coat for children" in visitor.get(f"/wishes/{dear}?lang=en").get_data(as_text=True)
    history = keeper.get(at).get_data(as_text=True)
    assert "区分大人的" in history
    assert "梅雨季节" in history
    assert (
        post(keeper, "/admin/catalogue/coat/name", names | {"zh": "棉袄", "en": "Padded coat"}, shown_at=at).status_code
        == 303
    )
    assert "棉袄" in volunteer.get(asked).get_data(as_text=True)  # built-in things are renamed as well
    stands = item_of(category_of_now("rain-coat"))
    change_item(office, "rain-coat", was=stands, change=v.replace(stands, is_offered=False), reason="不再需要")
    assert "儿童雨衣" not in volunteer.get(asked).get_data(as_text=True)
    with pytest.raises(Invalid, match="item-not-offered"):
        posting.post(village.volunteer, BeneficiaryKind.CHILD, village.family.child_ref, need=need)
    assert app.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code == 0


def category_of_now(code: str) -> Category:
    end_reading()
    found = category_now(code)
    end_reading()
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "Rain Coat"}, "A code begins with a small letter"),
        ({"code": "coat"}, "has a thing with this code already"),
        ({"beneficiaries": []}, "Please say who may ask for it"),
        ({"zh": "Rain coat"}, "The Chinese name is in Chinese"),
        ({"en": "雨衣 coat"}, "The Chinese name is in Chinese"),
        ({"zh": "加微信 abc12345"}, "No chat account"),
        ({"top_fen": "20"}, "yuan"),
    ],
)
def test_what_cannot_be_added_is_refused_in_words(app: Flask, office: Actor, change: dict[str, Any], said: str) -> None:
    answer = post(signed_in(app, office), "/admin/catalogue/new?lang=en", NEW | change, shown_at="/admin/catalogue/new")
    assert answer.status_code in {409, 422}
    assert said in answer.get_data(as_text=True)


def test_a_code_is_no_longer_than_the_columns_that_hold_it(office: Actor) -> None:
    """Whoever adds a thing past the form is refused as well, in words and not by PostgreSQL."""
    new = NewItem(
        code="r" * 25,
        beneficiaries=frozenset(BeneficiaryKind),
        asks_interest=False,
        names=ItemNames("雨衣", "Rain coat"),
        item=item_of(category_of_now("coat")),
    )
    with pytest.raises(Invalid, match="item-code-length"):
        add_item(office, new=new, reason="x")
    assert add_item(office, new=v.replace(new, code="r" * 24), reason="梅雨季节") == "r" * 24


def test_counties_add_and_rename_nothing(app: Flask, village: v.Village) -> None:
    names = ItemNames("雨衣", "Rain coat")
    item = item_of(category_of_now("coat"))
    new = NewItem(
        code="rain-coat", beneficiaries=frozenset(BeneficiaryKind), asks_interest=False, names=names, item=item
    )
    for who in (village.administrator, village.reviewer, village.donor):
        with pytest.raises(NotPermitted):
            add_item(who, new=new, reason="x")
        with pytest.raises(NotPermitted):
            rename_item(who, "coat", names=names, reason="x")
    assert "/admin/catalogue/new" not in signed_in(app, village.administrator).get("/admin/catalogue").get_data(
        as_text=True
    )


def test_a_list_asks_for_things_by_the_names_they_have_now(village: v.Village, office: Actor) -> None:
    item = item_of(category_of_now("coat"))
    names = ItemNames("雨衣", "Rain coat")
    whose = frozenset(BeneficiaryKind)
    new = NewItem(code="rain-coat", beneficiaries=whose, asks_interest=False, names=names, item=item)
    add_item(office, new=new, reason="梅雨季节")
    rename_item(office, "coat", names=ItemNames("袄子", "Padded coat"), reason="本地说法")
    said = ("雨衣", "rain-coat", "袄子", "棉衣", "没有的东西")
    rows = [
        line
        for number, thing in enumerate(said, start=1)
        for line in (
            [*c.family(number)[0], *[""] * 6],
            [*c.family(number)[1], "过冬的一件", thing, "过冬", "150", "1", "130"],
        )
    ]
    ref = c.applied(village.administrator, c.text(rows, headings=(*c.HEADINGS, *c.NEED)))
    assert c.told(ref)[-1][1:] == ("wrong", "M12", "list-need-category")
    end_reading()
    asked = reading().scalars(select(Wish.category).order_by(Wish.id)).all()
    assert sorted(asked) == ["coat", "coat", "rain-coat", "rain-coat"]
