"""The catalogue: changed by those of a province, told in the book, and followed by what is handed in afterwards."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.crypto import new_ref
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Role
from charity.domain.catalogue import CATEGORIES, Necessity
from charity.domain.errors import Conflict, Invalid
from charity.domain.items import ItemChange, item_of, season_end
from charity.domain.wishes import BeneficiaryKind
from charity.jobs import sequencing
from charity.ledger import entries_after
from charity.models.catalogue import CatalogueChange
from charity.models.programmes import Programme
from charity.models.wishes import Wish
from charity.queries.figures import forget_figures, get_figures
from charity.services.catalogue import change_item
from charity.services.wishes import post as posting
from tests.kit import village as v
from tests.kit.client import Client
from tests.kit.village import Village
from tests.kit.visits import post, signed_in

pytestmark = pytest.mark.backends("sqlite")
URL = "/admin/catalogue/books"
BOOKS = item_of(CATEGORIES["books"])


@pytest.fixture
def village(app: Flask) -> Village:
    return v.build()


@pytest.fixture
def office(app: Flask, village: Village) -> Client:
    with transaction() as tx:
        province = v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))
    return signed_in(app, province)


def filled(**changes: object) -> dict[str, object]:
    stands = {
        "low_fen": "10",
        "top_fen": "60",
        "necessity": "learning",
        "size": "none",
        "is_offered": "y",
        "reason": "书价已调查",
        "was": "1000.10000.learning.none..1",
    }
    return stands | changes


def needs_second(ref: str) -> bool:
    end_reading()
    return bool(reading().execute(select(Wish.needs_second).where(Wish.ref == ref)).scalar_one())


def test_a_change_holds_for_what_is_handed_in_afterwards_and_stands_in_the_book(
    app: Flask, village: Village, office: Client
) -> None:
    before, drafted = v.submitted(village, v.BOOKS), _drafted(village)
    assert not needs_second(before) and not needs_second(drafted)
    done = post(office, URL, filled(), shown_at=URL)
    assert done.status_code == 303, done.text[-2000:]
    after = v.submitted(village, replace(v.BOOKS, title="课外读物又一套"))
    assert needs_second(after), "80 yuan are above the new band"
    assert not needs_second(before), "what was handed in before stays as it was judged"
    posting.submit(village.volunteer, drafted)
    assert needs_second(drafted), "a draft is judged at the moment it is handed in"
    page = office.get(f"{URL}?lang=en").text
    assert "书价已调查" in page and "CN¥10 – CN¥60" in page
    while sequencing.seal_waiting():
        pass
    end_reading()
    told = [record.body for record in entries_after(reading()) if record.body.kind.value == "catalogue.changed"]
    assert [dict(body.facts)["price"] for body in told] == [6000]
    assert "reason" in told[0].texts and "书价" not in str(told[0])
    reviewer = signed_in(app, village.reviewer)
    assert "CN¥60" in reviewer.get(f"/reviews/wishes/{after}?lang=en").text


def test_the_whole_history_is_shown_however_long(office: Client, village: Village) -> None:
    change = replace(BOOKS, top_fen=6_000)
    for number in range(60):
        with transaction() as tx:
            tx.session.add(
                CatalogueChange(
                    ref=new_ref(),
                    code="books",
                    low_fen=change.low_fen,
                    top_fen=change.top_fen + number,
                    necessity=change.necessity.value,
                    size=change.size.value,
                    season="",
                    is_offered=True,
                    reason=f"理由{number:02d}",
                    made_by_id=village.administrator.account_id,
                    made_at=tx.now,
                )
            )
    page = office.get(URL).text
    assert all(f"理由{number:02d}" in page for number in range(60))


def _drafted(village: Village) -> str:
    need = replace(v.BOOKS, title="课外读物第三套", point_ref=village.point)
    return posting.draft(village.volunteer, BeneficiaryKind.SITE, village.site, need=need, photo=v.photo())


def test_only_a_provinces_administrator_changes_and_others_read(app: Flask, village: Village) -> None:
    county, reviewer = signed_in(app, village.administrator), signed_in(app, village.reviewer)
    for client in (county, reviewer):
        shown = client.get(f"{URL}?lang=en")
        assert shown.status_code == 200 and "only administrators of a province" in shown.text
        assert client.get("/admin/catalogue").status_code == 200
    refused = post(county, URL, filled(), shown_at="/account")
    assert refused.status_code == 403
    assert post(reviewer, URL, filled(), shown_at="/account").status_code == 403
    assert not reading().execute(select(CatalogueChange.id)).all()
    assert signed_in(app, village.volunteer).get(URL).status_code == 403
    assert county.get("/admin/catalogue/no-such-thing").status_code == 404
    assert county.get("/admin/catalogue/lessons").status_code == 404


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"low_fen": "70"}, "below the most"),
        ({"top_fen": "60000"}, "below the most"),
        ({"season": [str(month) for month in range(1, 13)]}, "Choose some months"),
        ({"top_fen": "100"}, "Nothing is changed"),
        ({"reason": ""}, "This field is required"),
        ({"was": "1000.9900.learning.none..1"}, "changed it meanwhile"),
    ],
)
def test_what_cannot_be_is_refused_in_words(office: Client, changes: dict[str, object], says: str) -> None:
    answer = post(office, f"{URL}?lang=en", filled(**changes), shown_at=URL)
    assert answer.status_code in (409, 422) and says in answer.text
    assert not reading().execute(select(CatalogueChange.id)).all()


def test_what_is_not_offered_leaves_the_form_and_is_refused(app: Flask, village: Village, office: Client) -> None:
    form = f"/desk/wishes/new/site/{village.site}"
    field = signed_in(app, village.volunteer)
    assert 'value="books"' in field.get(form).text
    values = filled(top_fen="100")
    del values["is_offered"]
    assert post(office, URL, values, shown_at=URL).status_code == 303
    assert 'value="books"' not in field.get(form).text
    with pytest.raises(Invalid, match="item-not-offered"):
        v.submitted(village, v.BOOKS)
    assert "not offered" in office.get("/admin/catalogue?lang=en").text


def test_circles_offer_the_catalogue_as_it_is_kept(app: Flask, village: Village) -> None:
    with transaction() as tx:
        province = v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))
        programme = tx.session.execute(select(Programme.ref).where(Programme.code == village.programme)).scalar_one()
    forms = (
        (signed_in(app, village.volunteer), f"/households/{village.family.ref}/circle"),
        (signed_in(app, province), f"/admin/programmes/{programme}/lists/new"),
    )
    for client, form in forms:
        assert 'value="quilt"' in client.get(form).text, form
    quilt = item_of(CATEGORIES["quilt"])
    change_item(province, "quilt", was=quilt, change=replace(quilt, is_offered=False), reason="村里都有")
    for client, form in forms:
        shown = client.get(form).text
        assert 'value="quilt"' not in shown and 'value="bedding"' in shown, form


def test_the_share_of_trivial_wishes_goes_by_the_class_as_it_is_kept(village: Village) -> None:
    with transaction() as tx:
        province = v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))
    v.published(village, v.BOOKS)
    v.published(village, replace(v.COAT, unit_fen=20_00))  # cheap, and needed every day
    found: list[tuple[int, int | None]] = []
    for change in (None, replace(BOOKS, necessity=Necessity.GROWING)):
        if change is not None:
            change_item(province, "books", was=BOOKS, change=change, reason="另作一类")
        end_reading()
        forget_figures()
        figures = get_figures(with_demo=True)
        found.append((figures.trivial_wishes, figures.trivial_share))
    assert found == [(0, 0), (1, 50)]
    forget_figures()


def test_a_season_ends_the_wish_unless_a_day_is_named(village: Village) -> None:
    with transaction() as tx:
        province = v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))
    winter = replace(BOOKS, season=(1, 2, 11, 12), necessity=Necessity.BASIC)
    change_item(province, "books", was=BOOKS, change=winter, reason="冬天才要")
    with pytest.raises(Conflict, match="item-changed-meanwhile"):
        change_item(province, "books", was=BOOKS, change=replace(winter, season=()), reason="又改")
    ref = v.submitted(village, v.BOOKS)
    end_reading()
    ends = reading().execute(select(Wish.season_on).where(Wish.ref == ref)).scalar_one()
    assert ends is not None and (ends.month, ends.day) in ((2, 28), (2, 29))


def test_seasons_run_over_the_new_year() -> None:
    winter = (1, 2, 11, 12)
    assert season_end(winter, date(2026, 12, 5)) == date(2027, 2, 28)
    assert season_end(winter, date(2027, 1, 5)) == date(2027, 2, 28)
    assert season_end(winter, date(2027, 6, 5)) == date(2028, 2, 29)
    assert season_end((9,), date(2026, 9, 30)) == date(2026, 9, 30)
    assert season_end((), date(2026, 9, 30)) is None


def test_an_item_stands_as_it_came_until_it_is_changed() -> None:
    assert ItemChange(low_fen=1000, top_fen=10000, necessity=BOOKS.necessity, size=BOOKS.size) == BOOKS
