"""What a public page may weigh and ask, measured with a full wall and long timelines."""

import base64
import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import brotli
import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, transaction
from charity.jobs import boards, sequencing
from charity.models.wishes import Wish
from charity.queries.figures import forget_figures
from charity.queries.home import forget_home
from charity.queries.regions import forget_names
from charity.services.pledges import confirm, plan, receive, send
from charity.services.pledges.claim import claim
from tests.kit import village as v
from tests.kit.client import Client
from tests.safety.forms import Page, read
from tests.safety.world import TRACKING, World

KILO = 1024
HTML, CSS, SCRIPT, PICTURE, VISIT, REQUESTS, QUERIES = 14 * KILO, 10 * KILO, 6 * KILO, 30 * KILO, 100 * KILO, 6, 4
OUR_HOST = "circle.test"
CARDS = 24
GIVERS = 12


@pytest.fixture
def full(world: World) -> World:
    """Fill the wall, one wish's timeline and the boards."""
    with transaction() as tx:
        for number in range(60):
            title = f"图书角读物与文具一套,第 {number} 号,请按清单选购"
            v.add_public(tx, world.volunteer, title, at=tx.now - timedelta(days=number), reason_code="too-few-for-all")
        givers = [v.add_person(tx) for _ in range(GIVERS)]
        wish = v.add_public(tx, world.volunteer, "长长的故事", at=tx.now, wanted=GIVERS)
        other = tx.session.scalars(select(Wish).where(Wish.ref == world.refs["wish"])).one()
        for name in ("beneficiary", "site_id", "point_id", "programme_id", "region_code", "photo_id"):
            setattr(wish, name, getattr(other, name))
        world.refs["long"] = wish.ref
    for giver in givers:
        ref = claim(giver, world.refs["long"], units=1, display="nickname").id
        plan.plan(giver, ref)
        send.send(giver, ref, courier="sf", tracking=TRACKING)
        receive.receive(world.keeper, ref)
        receive.hand_over(world.keeper, ref)
        confirm.confirm(world.reviewer, ref, basis="call-back")
    while sequencing.seal_waiting():
        pass
    sequencing.sign_growth()
    while boards.carry():
        pass
    end_reading()
    return world


def pages(world: World) -> list[str]:
    refs = world.refs
    filters = "kind=goods&region=990101&price=50-100&longest=1&q=读物"
    wishes = [f"/wishes/{refs[key]}" for key in ("long", "child_wish", "quilt", "full", "service_wish", "produce_wish")]
    periods = ("region=990101&period=2026", "region=9901&period=2026-11", "region=99")
    boards_of = ["/boards", *(f"/boards?metric=wishes&{period}" for period in periods)]
    book = ["/book", "/book?before=20", "/book/1", "/book/30"]
    plain = [
        f"/batches/{refs['batch']}",
        "/figures",
        "/concern",
        "/terms",
        "/privacy",
        "/children",
        "/sign-in",
        "/sign-up",
        "/wishes/where?region=99",
        "/circles",
        "/circles?region=990101",
        "/circles/where?region=99",
        f"/circles/{refs['circle']}",
        "/organisations",
        f"/organisations/{refs['organisation']}",
        f"/organisations/{refs['joined_organisation']}",
        "/agreements",
        "/agreements?region=990101",
    ]
    return ["/", "/wishes", "/wishes?q=读物", f"/wishes?{filters}", *wishes, *boards_of, *book, *plain]


def sized(client: Client, url: str) -> int:
    """Give the bytes that travel."""
    answer = client.get(url, headers={"Accept-Encoding": "br"})
    assert answer.status_code in (200, 422), url
    data = answer.get_data()
    if answer.headers.get("Content-Encoding") == "br" or answer.mimetype.startswith("image/"):
        return len(data)
    return len(brotli.compress(data, quality=4))


def first_visit(page: Page) -> Iterator[tuple[str, str]]:
    """List what a browser fetches at once: its kind and address."""
    for link in page.root.iter("link"):
        kind = link.get("rel") or ""
        if kind in {"stylesheet", "preload", "icon", "manifest", "modulepreload"}:
            yield ("css" if kind == "stylesheet" else "other"), link.get("href") or ""
    for script in page.root.iter("script"):
        yield "script", script.get("src") or ""
    for image in page.root.iter("img"):
        if image.get("loading") != "lazy":
            yield "picture", image.get("src") or ""


@pytest.mark.backends("sqlite")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_public_pages_stay_within_their_weight(full: World, app: Flask, client: Client, language: str) -> None:
    problems: list[str] = []
    for url in pages(full):
        said = f"{url}{'&' if '?' in url else '?'}lang={language}"
        page = read(client.get(said).get_data(as_text=True), url)
        html = sized(client, said)
        fetched = [(kind, address, sized(client, address)) for kind, address in dict.fromkeys(first_visit(page))]
        of = {kind: sum(size for each, _, size in fetched if each == kind) for kind in ("css", "script")}
        largest = max((size for kind, _, size in fetched if kind == "picture"), default=0)
        total = html + sum(size for _, _, size in fetched)
        weights = ((html, HTML), (of["css"], CSS), (of["script"], SCRIPT), (largest, PICTURE), (total, VISIT))
        if any(weight > most for weight, most in weights) or len(fetched) + 1 > REQUESTS:
            problems.append(f"{said}: {weights}, {len(fetched) + 1} requests")
    assert not problems, "\n".join(problems)
    cards = read(client.get("/wishes").get_data(as_text=True)).root
    assert (
        len({a.get("href") for a in cards.iter("a") if re.fullmatch(r"/wishes/\w{13}", a.get("href") or "")}) == CARDS
    )


@pytest.mark.backends("sqlite")
def test_nothing_inline_and_nobody_elses(full: World, client: Client) -> None:
    problems: list[str] = []
    for url in pages(full):
        answer = client.get(url)
        policy = answer.headers.get("Content-Security-Policy", "")
        page = read(answer.get_data(as_text=True), url)
        if "default-src 'none'" not in policy or "unsafe" in policy or "http" in policy.replace("http-equiv", ""):
            problems.append(f"{url}: {policy}")
        problems += [f"{url}: {problem}" for problem in (*inline(page, policy), *foreign(page))]
    assert not problems, "\n".join(problems)


def inline(page: Page, policy: str) -> Iterator[str]:
    """List styles and scripts that stand in the page itself."""
    for found in page.root.iter():
        for name in found.attrib:
            if name == "style" or name.startswith("on"):
                yield f"{found.tag} has {name}"
        if found.tag == "script" and not found.get("src"):
            yield "a script stands in the page"
        if found.tag == "style":
            digest = base64.b64encode(hashlib.sha256((found.text or "").encode()).digest()).decode()
            if f"'sha256-{digest}'" not in policy:
                yield "a style is not allowed by its digest"


def foreign(page: Page) -> Iterator[str]:
    """List what comes from another host, or goes there without being a plain link."""
    for found in page.root.iter():
        for name in ("src", "href", "action", "srcset", "data", "poster"):
            host = urlsplit(found.get(name) or "").netloc
            if host and host != OUR_HOST and found.tag != "a":
                yield f"{found.tag} {name} leads to {host}"


def test_public_pages_ask_at_most_four_questions(full: World, client: Client) -> None:
    problems: list[str] = []
    for url in pages(full):
        forget_home()
        forget_names()
        forget_figures()
        client.get("/terms")  # whether invented data is loaded is asked once in a while, whatever page comes first
        end_reading()
        with v.counting() as asked:
            assert client.get(url).status_code in (200, 422), url
        if len(asked) > QUERIES:
            problems.append(f"{url}: {len(asked)}\n  " + "\n  ".join(each[:100] for each in asked))
    assert not problems, "\n".join(problems)


def test_a_page_over_its_budget_would_be_seen() -> None:
    """The control: a page with everything it must not have."""
    html = "<html lang=en><style>p{}</style><script>1</script><p style='x' onclick='y'><img src='https://other.example/a.png'>"
    page = read(html)
    assert len(list(inline(page, ""))) == 4
    assert list(foreign(page)) == ["img src leads to other.example"]
    assert ("picture", "https://other.example/a.png") in list(first_visit(page))
