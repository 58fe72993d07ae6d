"""The desks on the web: what each shows, whom it lets in, what it costs, and that bad input is answered clearly."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.actors import Actor, Role
from charity.models.accounts import Account, RoleGrant
from charity.models.cases import Case
from charity.models.evidence import EvidenceOpened
from charity.models.households import Consent
from charity.models.pauses import Pause
from charity.models.pledges import Pledge
from charity.queries.regions import forget_names
from charity.services.pledges.cases import dispute
from charity.services.pledges.send import open_slip, send
from tests.kit import village
from tests.kit.visits import post, signed_in
from tests.services import town as t
from tests.services.test_pledges_life import brought_to
from tests.services.town import COUNTY, MONDAY, TOWNSHIP, Town

Travel = Callable[[datetime], None]
PAGES = (
    "/admin",
    "/admin/waiting/review",
    "/admin/waiting/overdue",
    "/admin/waiting/pool",
    "/admin/waiting/returned",
    "/admin/silent",
    "/admin/ending",
    "/admin/consents",
    "/admin/pauses",
    "/admin/pauses/new",
    "/audit",
    "/audit/pledges",
    "/audit/exports",
    "/audit/access",
)
MOST_QUERIES = 14


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


@pytest.fixture
def both(town: Town) -> Actor:
    return t.person((Role.ADMINISTRATOR, COUNTY), (Role.AUDITOR, COUNTY))


def submitted(town: Town, days_ago: int, **more: object) -> str:
    at = MONDAY - timedelta(days=days_ago)
    return t.wish(town, state="submitted", submitted_at=at, clock="review", act_by=at + timedelta(days=7), **more)


@pytest.mark.parametrize("url", PAGES)
def test_every_page_shows_empty_and_filled_in_both_languages(app: Flask, town: Town, both: Actor, url: str) -> None:
    client = signed_in(app, both)
    assert client.get(url).status_code == 200
    submitted(town, 20)
    t.wish(town, state="returned")
    ref = brought_to(town, "sent")[0]
    dispute(town.volunteer, brought_to(town, "handed_over")[0], reason="other")
    for lang in ("zh", "en"):
        assert client.get(f"{url}?lang={lang}").status_code == 200
        assert client.get(f"/audit/pledges/{ref}?lang={lang}").status_code == 200


@pytest.mark.parametrize("url", PAGES)
def test_who_may_not_come_in(app: Flask, town: Town, url: str) -> None:
    assert app.test_client().get(url).status_code == 401
    assert signed_in(app, t.person()).get(url).status_code == 403
    assert signed_in(app, town.volunteer).get(url).status_code == 403
    if url.startswith("/admin") and not url.startswith("/admin/waiting") and url != "/admin/pauses":
        assert signed_in(app, town.auditor).get(url).status_code == 403
    if url == "/audit":
        assert signed_in(app, t.person((Role.ADMINISTRATOR, COUNTY))).get(url).status_code == 403


def _asked(app: Flask, who: Actor, url: str) -> int:
    client = signed_in(app, who)
    client.get(url)
    with village.counting() as asked:
        assert client.get(url).status_code == 200
    return len(asked)


def test_pages_cost_the_same_with_one_row_and_with_many(app: Flask, town: Town, both: Actor) -> None:
    def fill() -> str:
        submitted(town, 20)
        ref, _, donor = brought_to(town, "planned")
        open_slip(donor, ref)
        send(donor, ref, courier="sf", tracking="SF1234567890123")
        return ref

    ref = fill()
    urls = (*PAGES, f"/audit/pledges/{ref}")
    once = {url: _asked(app, both, url) for url in urls}
    for _ in range(4):
        fill()
    many = {url: _asked(app, both, url) for url in urls}
    assert many == once
    assert max(many.values()) <= MOST_QUERIES, many


def test_the_overview_counts_what_waits_and_leads_to_it(app: Flask, town: Town, office: Actor) -> None:
    submitted(town, 20)
    submitted(town, 2)
    t.wish(town, state="submitted", submitted_at=MONDAY - timedelta(days=30), clock="county-pool",
           act_by=MONDAY - timedelta(days=1))  # fmt: skip
    t.wish(town, state="returned", submitted_at=MONDAY)
    ref = brought_to(town, "at_point")[0]
    with transaction() as tx:
        tx.session.execute(
            update(Pledge).where(Pledge.ref == ref).values(act_by=MONDAY - timedelta(days=3), is_overdue=True)
        )
        tx.session.execute(
            update(Account)
            .where(Account.id == town.volunteer.account_id)
            .values(last_acted_at=MONDAY - timedelta(days=8))
        )
        tx.session.execute(
            update(RoleGrant)
            .where(RoleGrant.account_id == town.reviewer.account_id)
            .values(ends_on=MONDAY.date() + timedelta(days=10))
        )
    text = signed_in(app, office).get("/admin?lang=en").get_data(as_text=True)
    tiles = re.findall(r'<a href="([^"]+)"><strong>([^<]+)</strong> <span>([^<]+)</span>', text)
    counts = {url: count for url, count, _words in tiles}
    assert counts == {
        "/admin/waiting/review": "2",
        "/admin/waiting/pool": "1",
        "/admin/waiting/returned": "1",
        "/audit/pledges?overdue=1": "1",
        "/audit/cases": "0",
        "/admin/organisations": "0",
        "/admin/silent": "1",
        "/admin/ending": "1",
        "/admin/consents": "0",
    }
    assert "oldest: 20 days" in text
    assert "oldest: 30 days" in text
    assert f"/admin/waiting/review?region={TOWNSHIP}" in text
    assert "/audit/pledges?overdue=1&amp;clock=hand-over&amp;waits=keeper" in text
    client = signed_in(app, office)
    for url, count in counts.items():
        if count != "0":
            listed = client.get(url).get_data(as_text=True).count("<tr>") - 1
            assert listed == int(count), url
    other = signed_in(app, t.person((Role.ADMINISTRATOR, "990102"))).get("/admin?lang=en").get_data(as_text=True)
    assert set(re.findall(r"<strong>(\d+)</strong>", other)) == {"0"}


def test_consents_to_renew_are_listed_by_alias_once(app: Flask, town: Town, office: Actor) -> None:
    today = MONDAY.date()
    rows = (("register", 30), ("publish-wish", 59), ("show-size", 61), ("feedback", -1))
    with transaction() as tx:
        for purpose, days in (*rows, ("register", 400)):  # the last one renews the first
            tx.session.add(
                Consent(
                    household_id=town.household_id,
                    purpose=purpose,
                    audience="staff",
                    is_granted=True,
                    given_by="self",
                    valid_until=today + timedelta(days=days),
                    recorded_by_id=town.poster.account_id,
                    recorded_at=tx.now,
                )
            )
            tx.session.flush()
    text = signed_in(app, office).get("/admin/consents?lang=en").get_data(as_text=True)
    row = re.search(r'<th scope="row"[^>]*>Alias</th>.*?<td[^>]* class="num"[^>]*>(\d+)</td>', text, re.S)
    assert row is not None and row[1] == "2", "only the newest yes of each use counts, and what ended stays"
    other = signed_in(app, t.person((Role.ADMINISTRATOR, "990102")))
    assert "Alias" not in other.get("/admin/consents?lang=en").get_data(as_text=True)


def test_a_pause_is_added_and_taken_back_in_the_browser(app: Flask, town: Town, office: Actor) -> None:
    ref, client = brought_to(town, "held")[0], signed_in(app, office)
    client.get("/admin?lang=en")
    before = t.pledge_row(ref).act_by
    url = f"/admin/pauses/new?region={COUNTY}"
    days = {"starts_on": "2026-03-03", "ends_on": "2026-03-04", "reason": "festival"}
    assert post(client, url, days).status_code == 302
    assert t.pledge_row(ref).act_by != before
    shown = client.get("/admin/pauses?lang=en").get_data(as_text=True)
    assert "1 deadline has moved." in shown
    assert "Festival" in shown
    pause = reading().execute(select(Pause.id)).scalar_one()
    end_reading()
    readers = signed_in(app, town.auditor).get("/admin/pauses?lang=en").get_data(as_text=True)
    assert "Festival" in readers
    assert f"/admin/pauses/{pause}/revoke" not in readers
    assert post(client, f"/admin/pauses/{pause}/revoke", shown_at="/admin/pauses").status_code == 302
    assert t.pledge_row(ref).act_by == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"ends_on": "2026-03-01"}, "The last day comes before the first."),
        ({"ends_on": "soon"}, "Not a valid date value."),
        ({"starts_on": ""}, "This field is required."),
        ({"reason": "boredom"}, "Not a valid choice."),
        ({"ends_on": "2027-03-01"}, "A pause may last at most 92 days."),
    ],
)
def test_bad_days_come_back_filled_in(app: Flask, office: Actor, changes: dict[str, str], said: str) -> None:
    client = signed_in(app, office)
    client.get("/admin?lang=en")
    days = {"starts_on": "2026-03-03", "ends_on": "2026-03-04", "reason": "festival"} | changes
    answer = post(client, f"/admin/pauses/new?region={COUNTY}", days)
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert said in text
    assert f'value="{days["ends_on"]}"' in text
    assert reading().execute(select(func.count()).select_from(Pause)).scalar_one() == 0


def test_a_pause_outside_the_region_is_missing(app: Flask, office: Actor) -> None:
    client = signed_in(app, office)
    days = {"starts_on": "2026-03-03", "ends_on": "2026-03-04", "reason": "festival"}
    new = f"/admin/pauses/new?region={COUNTY}"
    assert post(client, "/admin/pauses/new?region=990102", days, shown_at=new).status_code == 404
    assert post(client, "/admin/pauses/new?region=abc", days, shown_at=new).status_code == 404
    assert post(client, "/admin/pauses/999/revoke", shown_at=new).status_code == 404


def test_the_list_and_its_filters_on_the_page(app: Flask, town: Town) -> None:
    sent, held = brought_to(town, "sent")[0], brought_to(town, "held")[0]
    client = signed_in(app, town.auditor)
    text = client.get("/audit/pledges?lang=en&state=sent").get_data(as_text=True)
    assert f"/audit/pledges/{sent}" in text
    assert f"/audit/pledges/{held}" not in text
    assert "1 pledge ·" in text
    assert client.get(f"/audit/pledges?region={TOWNSHIP}").status_code == 200
    for bad in ("state=gone", "since=yesterday", "region=990102", "region=x", "cursor=x", "overdue=9", "waits=me"):
        answer = client.get(f"/audit/pledges?{bad}")
        assert answer.status_code == 422, bad
        assert f"/audit/pledges/{sent}" not in answer.get_data(as_text=True)
    assert client.get("/audit/pledges?since=2026-03-02&until=2026-03-01&lang=en").status_code == 422
    other = signed_in(app, t.person((Role.AUDITOR, "990102")))
    assert sent not in other.get("/audit/pledges").get_data(as_text=True)
    assert other.get(f"/audit/pledges/{sent}").status_code == 404


def test_a_donor_is_found_without_his_address_in_the_url(app: Flask, town: Town) -> None:
    ref, _, donor = brought_to(town, "held")
    brought_to(town, "held")
    client, login = signed_in(app, town.auditor), f"{donor.ref}@example.org"
    answer = post(client, "/audit/pledges?state=held", {"login": login})
    assert answer.status_code == 302
    assert "@" not in answer.location and "example" not in answer.location
    assert "state=held" in answer.location
    text = client.get(answer.location).get_data(as_text=True)
    assert re.findall(r'<th scope="row"><a href="/audit/pledges/(\w+)"', text) == [ref]
    client.get("/audit?lang=en")
    nobody = post(client, "/audit/pledges", {"login": "nobody@example.org"})
    assert nobody.status_code == 422
    assert "Nobody with this address has claimed anything" in nobody.get_data(as_text=True)
    assert post(client, "/audit/pledges", {"login": "half an address@"}).status_code == 422


def test_evidence_opens_for_a_purpose_and_stands_in_the_log(app: Flask, town: Town, office: Actor) -> None:
    ref = brought_to(town, "sent")[0]
    client, url = signed_in(app, town.auditor), f"/audit/pledges/{ref}"
    assert "SF1234567890123" not in client.get(url).get_data(as_text=True)
    assert post(client, url, {"purpose": "curiosity"}).status_code == 422
    assert post(client, url, {"purpose": "case"}).status_code == 302
    assert "SF1234567890123" in client.get(url).get_data(as_text=True)
    end_reading()
    assert reading().execute(select(EvidenceOpened.purpose)).scalars().all() == ["case"]
    offices = signed_in(app, office).get(url).get_data(as_text=True)
    assert "SF1234567890123" not in offices
    assert post(signed_in(app, office), url, {"purpose": "case"}, shown_at="/audit/exports").status_code == 403
    log = client.get("/audit/access?lang=en&look=evidence").get_data(as_text=True)
    assert "Deciding a case" in log
    assert f"/audit/pledges/{ref}" in log


def test_a_case_shows_the_evidence_only_once_it_is_opened(app: Flask, town: Town) -> None:
    ref = brought_to(town, "sent")[0]
    dispute(town.volunteer, ref, reason="not-arrived")
    end_reading()
    case = reading().execute(select(Case.ref)).scalar_one()
    client = signed_in(app, town.auditor)
    sealed = client.get(f"/audit/cases/{case}").get_data(as_text=True)
    assert "SF1234567890123" not in sealed
    assert f'href="/audit/pledges/{ref}"' in sealed
    post(client, f"/audit/pledges/{ref}", {"purpose": "case"})
    assert "SF1234567890123" in client.get(f"/audit/cases/{case}").get_data(as_text=True)


def test_auditors_change_nothing_of_the_offices(app: Flask, town: Town) -> None:
    client = signed_in(app, town.auditor)
    days = {"starts_on": "2026-03-03", "ends_on": "2026-03-04", "reason": "festival"}
    for url, data in (
        (f"/admin/pauses/new?region={COUNTY}", days),
        ("/admin/pauses/1/revoke", {}),
        (f"/admin/people/grant?region={COUNTY}", {}),
    ):
        assert post(client, url, data, shown_at="/audit/exports").status_code == 403, url


def test_no_number_breaks_a_list(app: Flask, both: Actor) -> None:
    client = signed_in(app, both)
    for url in ("/admin/silent", "/admin/waiting/review", "/admin/consents", "/admin/ending"):
        for after in ("x", "-1", "9" * 40, "1.5"):
            assert client.get(f"{url}?after={after}").status_code == 422, (url, after)
    for url in ("/audit/pledges", "/audit/cases", "/pledges"):
        assert client.get(f"{url}?cursor={'9' * 40}").status_code == 422, url
    assert client.get("/admin/waiting/review?region=zz").status_code == 404
    assert client.get("/admin/waiting/gossip").status_code == 404
