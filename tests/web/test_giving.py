"""A donor's home: what waits, journeys, years of what was confirmed, and certificates of exactly that."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from charity.adapters.db import end_reading, transaction
from charity.domain.actors import Actor
from charity.jobs import sequencing
from charity.models.pledges import Pledge
from charity.models.wishes import Wish
from charity.queries import giving
from charity.services import accounts
from charity.services.pledges.cases import dispute
from charity.services.pledges.claim import claim
from charity.services.pledges.confirm import confirm
from charity.services.pledges.plan import plan
from charity.services.pledges.receive import hand_over, receive
from charity.services.pledges.send import send
from tests.kit.visits import signed_in
from tests.services import town as t
from tests.services.town import MONDAY, Town

pytestmark = pytest.mark.backends("sqlite")


@pytest.fixture
def town(app: Flask, travel: Callable[[datetime], None]) -> Town:
    travel(MONDAY)
    return t.found_town()


def given(town: Town, donor: Actor, *, to: str = "confirmed", display: str = "nickname", wanted: int = 1) -> str:
    """Bring a pledge of one donor as far as asked; a confirmed one has its number in the book."""
    ref = claim(donor, t.wish(town, wanted=wanted), units=1, display=display).id
    steps = {
        "planned": lambda: plan(donor, ref),
        "sent": lambda: send(donor, ref, courier="sf", tracking="SF1234567890123"),
        "at_point": lambda: receive(town.volunteer, ref),
        "handed_over": lambda: hand_over(town.volunteer, ref),
        "confirmed": lambda: confirm(town.reviewer, ref, basis="call-back"),
    }
    for name, step in steps.items():
        if t.pledge_row(ref).state == to:
            break
        step()
        assert t.pledge_row(ref).state == name
    return ref


def number_all() -> None:
    while sequencing.seal_waiting():
        pass
    end_reading()


def read(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.get_data(as_text=True)[-1500:]
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=answer.data, capture_output=True, check=True)
    return done.stdout.decode()


def test_home_shows_what_waits_the_journeys_and_the_years(app: Flask, town: Town) -> None:
    donor = t.person()
    held, sent, confirmed = (given(town, donor, to=state) for state in ("held", "sent", "confirmed"))
    page = signed_in(app, donor).get("/giving?lang=en").text
    to_do, journeys = page.partition('id="to-do"')[2].split("</section>")[:2]
    assert f"/pledges/{held}" in to_do and sent not in to_do and "choose how the goods will travel" in to_do
    assert f"/pledges/{sent}" in journeys and held not in journeys and confirmed not in journeys
    assert '<ol class="journey">' in journeys and 'aria-current="step"' in journeys
    assert "More of yours are open" not in page
    assert 'href="/giving/2026"' in page
    of_year = signed_in(app, donor).get("/giving/2026?lang=en").text
    assert f"/pledges/{confirmed}/certificate.pdf" in of_year and sent not in of_year
    other = signed_in(app, t.person())
    assert not [ref for ref in (held, sent, confirmed) if ref in other.get("/giving").text]
    assert other.get("/giving/2026").status_code == 404


def test_home_says_when_more_is_open_than_it_shows(app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    donor = t.person()
    for state in ("held", "sent", "sent"):
        given(town, donor, to=state)
    monkeypatch.setattr(giving, "MOST_JOURNEYS", 1)
    assert "More of yours are open than are shown here." in signed_in(app, donor).get("/giving?lang=en").text


def test_a_year_is_the_calendar_year_in_china_and_counts_what_is_confirmed(
    app: Flask, town: Town, travel: Callable[[datetime], None]
) -> None:
    donor = t.person()
    refs = [given(town, donor) for _ in range(3)]
    open_one = given(town, donor, to="handed_over")
    moments = (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), datetime(2025, 12, 31, 16, 1, tzinfo=UTC))
    with transaction() as tx:
        for ref, at in zip(refs, moments, strict=False):
            tx.session.execute(update(Pledge).where(Pledge.ref == ref).values(confirmed_at=at))
    end_reading()
    client = signed_in(app, donor)
    first, second = (client.get(f"/giving/{year}?lang=en").text for year in (2025, 2026))
    assert refs[0] in first and refs[1] not in first
    assert refs[1] in second and refs[2] in second and refs[0] not in second and open_one not in second
    assert ">CN¥50<" in first and ">CN¥100<" in second
    dispute(donor, refs[2], reason="not-received", words="")
    end_reading()
    assert ">CN¥50<" in client.get("/giving/2026?lang=en").text, "what is looked into is not confirmed"
    assert [client.get(f"/giving/{year}").status_code for year in (2024, 2027, 1, 99999)] == [404] * 4


def test_a_certificate_says_who_as_he_chose_and_leads_to_the_entry(app: Flask, town: Town) -> None:
    donor = t.person()
    accounts.rename(donor, nickname="山间明月", public_name="欧阳㛃𠅤")
    nick, named, nobody = (given(town, donor, display=way) for way in ("nickname", "name", "anonymous"))
    client = signed_in(app, donor)
    early = client.get(f"/pledges/{nick}/certificate.pdf?lang=en")
    assert early.status_code == 409 and "still giving this entry its number" in early.text
    number_all()
    texts = [read(client.get(f"/pledges/{ref}/certificate.pdf?lang=zh")) for ref in (nick, named, nobody)]
    assert ["山间明月" in text for text in texts] == [True, False, False]
    assert ["欧阳㛃𠅤" in text for text in texts] == [False, True, False]
    assert "一位不愿具名的爱心网友" in texts[2]
    for ref, text in zip((nick, named, nobody), texts, strict=True):
        assert "不是税务凭证" in text and "Winter shoes" in text
        entry = text.partition("circle.test/book/")[2].split()[0]
        assert ref in client.get(f"/book/{entry}").text, "the code leads to the entry that confirmed it"
        assert "Head" not in text and "Alias" not in text and "Somewhere" not in text


def test_only_the_own_and_only_what_is_confirmed_has_a_certificate(app: Flask, town: Town) -> None:
    donor = t.person()
    ref, open_one = given(town, donor), given(town, donor, to="handed_over")
    number_all()
    mine, other = signed_in(app, donor), signed_in(app, t.person())
    url = f"/pledges/{ref}/certificate.pdf"
    assert mine.get(url).status_code == 200
    stranger, gone = other.get(url), other.get("/pledges/0000000000000/certificate.pdf")
    assert stranger.status_code == gone.status_code == 404
    assert mine.get(f"/pledges/{open_one}/certificate.pdf").status_code == 404
    assert app.test_client().get(url).status_code == 401
    with transaction() as tx:
        wish = t.pledge_row(ref).wish_id
        tx.session.execute(update(Wish).where(Wish.id == wish).values(hidden_at=tx.now - timedelta(days=1)))
    assert "Winter shoes" not in read(mine.get(url)), "what was hidden is told to nobody any more"
    dispute(donor, ref, reason="not-received", words="")
    end_reading()
    assert mine.get(url).status_code == 404
