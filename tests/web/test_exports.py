"""Exports and the access log on the web: safe, in scope, written down first, found by person and day."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.domain.households import FilePurpose
from charity.models.accounts import Account, ExportMade
from charity.models.households import FileOpened
from charity.models.wishes import Wish
from charity.queries import audit
from charity.queries.regions import forget_names
from charity.services import opinions
from charity.services.pledges.send import open_slip
from tests.kit import village
from tests.kit.client import Client
from tests.kit.opinions import newest_question
from tests.kit.visits import post, signed_in
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import COUNTY, MONDAY, Town

Travel = Callable[[datetime], None]


@pytest.fixture
def town(app: Flask, travel: Travel) -> Town:
    forget_names()
    travel(MONDAY)
    with transaction() as tx:
        village.add_regions(tx)
    return t.found_town()


@pytest.fixture
def office(town: Town) -> Actor:
    return t.person((Role.ADMINISTRATOR, COUNTY))


def take(client: Client, data: dict[str, str], *, narrowed: str = "") -> TestResponse:
    """Take a list that names people: ask, let an auditor agree, and press again."""
    url = f"/audit/exports{narrowed}"
    asked = post(client, url, data, shown_at="/audit/exports")
    assert (asked.status_code, asked.location) == (302, "/opinions"), asked.text
    opinions.agree(t.person((Role.AUDITOR, "99")), newest_question())
    return post(client, url, data, shown_at="/audit/exports")


def _rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_an_export_is_safe_filtered_and_written_down(app: Flask, town: Town, office: Actor) -> None:
    sent = brought_to(town, "sent")[0]
    brought_to(town, "held")
    with transaction() as tx:
        tx.session.execute(update(Wish).values(title="=HYPERLINK(1)"))
        tx.session.execute(update(Account).where(Account.id == office.account_id).values(nickname="=cmd"))
    client = signed_in(app, office)
    answer = take(client, {"what": "pledges", "form": "csv"}, narrowed="?state=sent&lang=en")
    assert answer.status_code == 200
    assert re.search(r'filename="pledges-20260302-\d+\.csv"', answer.headers["Content-Disposition"])
    rows = _rows_of(answer.data)
    assert "=cmd" in rows[0][0] and "State: On the way" in rows[0][0]
    assert [row[0] for row in rows[2:]] == [sent]
    assert rows[2][3] == "'=HYPERLINK(1)"
    assert len(rows[1]) == len(rows[2])
    end_reading()
    made = reading().execute(select(ExportMade)).scalar_one()
    assert (made.what, made.form, made.rows, json.loads(made.filters)) == ("pledges", "csv", 1, {"state": "sent"})
    listed = client.get("/audit/exports?lang=en").get_data(as_text=True)
    assert "State: On the way" in listed
    for what, send in (("wishes", partial(post, client, "/audit/exports")), ("people", partial(take, client))):
        book = send({"what": what, "form": "xlsx"})
        assert "xl/workbook.xml" in ZipFile(io.BytesIO(book.data)).namelist()
    end_reading()
    assert reading().execute(select(func.count()).select_from(ExportMade)).scalar_one() == 3
    outside = signed_in(app, t.person((Role.ADMINISTRATOR, "990102")))
    for what, most in (("pledges", 2), ("people", 3)):
        assert len(_rows_of(take(outside, {"what": what, "form": "csv"}).data)) <= most
    assert len(_rows_of(post(outside, "/audit/exports", {"what": "wishes", "form": "csv"}).data)) <= 2
    assert "=cmd" not in outside.get("/audit/exports").get_data(as_text=True)


def test_an_export_that_breaks_off_is_on_record(
    app: Flask, town: Town, office: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_to(town, "held")

    def breaks(viewer: Actor, filters: audit.AuditFilters) -> Iterator[audit.AuditRow]:
        end_reading()
        assert reading().execute(select(func.count()).select_from(ExportMade)).scalar_one() == 1
        yield audit.list_pledges(viewer, filters).rows[0]
        raise ConnectionError("the line went dead")

    monkeypatch.setattr(audit, "stream_pledges", breaks)
    assert take(signed_in(app, office), {"what": "pledges", "form": "csv"}).status_code == 500
    end_reading()
    assert reading().execute(select(ExportMade.rows)).scalar_one() == 1


@pytest.mark.parametrize("data", [{"what": "secrets", "form": "csv"}, {"what": "wishes", "form": "exe"}, {}])
def test_bad_exports_are_refused_and_leave_no_line(app: Flask, office: Actor, data: dict[str, str]) -> None:
    assert post(signed_in(app, office), "/audit/exports", data).status_code == 422
    end_reading()
    assert reading().execute(select(func.count()).select_from(ExportMade)).scalar_one() == 0


def test_the_access_log_by_person_and_day(app: Flask, town: Town, office: Actor, travel: Travel) -> None:
    ref, _, donor = brought_to(town, "planned")
    open_slip(donor, ref)
    with transaction() as tx:
        tx.session.add(
            FileOpened(
                household_id=town.household_id,
                account_id=town.poster.account_id,
                purpose=FilePurpose.VISIT.value,
                opened_at=MONDAY,
                open_until=MONDAY,
            )
        )
    client = signed_in(app, office)
    take(client, {"what": "people", "form": "csv"})
    text = client.get("/audit/access?lang=en").get_data(as_text=True)
    assert text.count("<tr>") - 1 == 3
    assert "Alias" in text and "Head" not in text
    assert "Point" in text
    lines = lambda query: client.get(f"/audit/access?lang=en&{query}").get_data(as_text=True).count("<tr>")  # noqa: E731
    assert lines(f"person={town.poster.ref}") == 2
    assert lines(f"nickname=n-{donor.ref[:6]}") == 2
    assert lines("day=2026-03-02") == 4
    assert lines("day=2026-03-01") == 0
    assert lines("look=address") == 2
    for bad in ("look=mirror", "day=someday", "cursor=x", "cursor=2026-03-02T00:00:00~file~1"):
        assert client.get(f"/audit/access?{bad}").status_code == 422, bad
    outside = signed_in(app, t.person((Role.ADMINISTRATOR, "990102")))
    assert "<tr>" not in outside.get("/audit/access").get_data(as_text=True)
