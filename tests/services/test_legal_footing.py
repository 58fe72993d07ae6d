"""Legal footing: documents of a basis, publication refused when they have run out, and one page for officials."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.errors import Conflict, Invalid, Missing
from charity.models.programmes import Programme
from charity.services import programmes
from charity.services.wishes import review
from tests.kit import village as v
from tests.kit.visits import post, signed_in

Travel = Callable[[datetime], None]
NOON = datetime.fromisoformat("2026-03-02T04:00:00+00:00")


@pytest.fixture
def village(app: Flask, travel: Travel) -> v.Village:
    travel(NOON)
    return v.build()


def programme() -> str:
    end_reading()
    ref = reading().scalars(select(Programme.ref)).one()
    end_reading()
    return ref


def test_documents_are_recorded_and_without_one_in_force_nothing_is_published(
    app: Flask, village: v.Village, travel: Travel
) -> None:
    with transaction() as tx:
        office = v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))
    url = f"/admin/programmes/{programme()}/documents"
    client = signed_in(app, office)
    data = {"kind": "certificate", "number": "慈证字001号", "issued_by": "云桥省民政厅", "valid_until": "2026-03-31"}
    assert post(client, url, data).status_code == 303
    assert "慈证字001号" in client.get(url).get_data(as_text=True)
    first = v.published(village, v.BOOKS)
    assert app.test_client().get(f"/wishes/{first}").status_code == 200
    travel(datetime.fromisoformat("2026-04-02T04:00:00+00:00"))
    late = v.submitted(village, v.replace(v.BOOKS, title="又一套读物"))
    with pytest.raises(Conflict, match="basis-run-out"):
        review.approve(village.reviewer, late, checks=v.CHECKS)
    newer = programmes.add_document(
        office, programme(), kind="certificate", number="慈证字002号", issued_by="云桥省民政厅", valid_until=None
    )
    review.approve(village.reviewer, late, checks=v.CHECKS)
    programmes.end_document(office, programme(), newer)
    last = v.submitted(village, v.replace(v.BOOKS, title="第三套读物"))
    with pytest.raises(Conflict, match="basis-run-out"):
        review.approve(village.reviewer, last, checks=v.CHECKS)


def test_only_the_office_of_the_programme_records_documents(village: v.Village) -> None:
    def add(who: Actor, *, kind: str = "filing", number: str = "1", until: date | None = None) -> str:
        return programmes.add_document(who, programme(), kind=kind, number=number, issued_by="x", valid_until=until)

    for who in (village.administrator, village.reviewer, village.donor):  # the programme is the province's
        with pytest.raises(Missing):
            add(who)
    with transaction() as tx:
        office = v.add_person(tx, (Role.ADMINISTRATOR, v.PROVINCE))
    for wrong in (
        lambda: add(office, kind="letter"),
        lambda: add(office, number=" "),
        lambda: add(office, until=date(2020, 1, 1)),
    ):
        with pytest.raises(Invalid):
            wrong()


def test_officials_read_on_one_page_what_may_be_published(app: Flask) -> None:
    client = app.test_client()
    text = client.get("/officials?lang=en").get_data(as_text=True)
    assert "Counts below five" in text
    assert 'href="/officials"' in client.get("/").get_data(as_text=True)
