"""What a reviewer takes out of sight is gone from every public face of every process, whatever they keep in memory."""

import gzip
import json
import re
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from charity.adapters.clock import hold, now
from charity.adapters.db import transaction
from charity.adapters.embedded import Embedded
from charity.cli.launch.site import free_port
from charity.domain.actors import Role
from charity.domain.calendar import day_of, month_bounds
from charity.domain.circles import month_text
from charity.domain.concerns import WITHIN_SECONDS
from charity.services import accounts
from charity.services.circles import seats
from charity.services.organisations import agreements
from charity.services.organisations.agreements import Pairing, Step
from charity.services.pledges import claim
from tests.faults.site import HOOKS, ROOT
from tests.kit import harvest, listed, ring, servers, settings
from tests.kit import village as v
from tests.kit.charities import verified
from tests.kit.databases import Database
from tests.kit.servers import Server
from tests.safety.world import picture

pytestmark = pytest.mark.race
NAME, PROMISE = "云桥清泉基金会", "一年内修好三口水井"
MONTHLY = "每月一袋大米"
LISTS = 10.0  # by then also what is kept for a second is gone, on a machine that has much else to do
PHOTO = re.compile(r"/photos/[0-9a-z]{13}-\d+\.\w+")
KEPT = re.compile(r"max-age=(\d+)")


@dataclass(frozen=True)
class Face:
    """An address, and what shows there as long as the thing is in sight; nothing where the page itself goes."""

    url: str
    sign: str = ""
    encoding: str = "identity"


@dataclass(frozen=True)
class Seen:
    """What an address answered."""

    status: int
    text: str
    headers: dict[str, str]

    def shows(self, face: Face) -> bool:
        """Say whether the thing is in sight."""
        return self.status == 200 and face.sign in self.text


def ask(server: Server, url: str, *, encoding: str = "identity", **headers: str) -> Seen:
    """Look at an address as a visitor, past all that a browser keeps."""
    request = urllib.request.Request(server.url + url, headers={"Accept-Encoding": encoding} | headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            status, told, body = answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        status, told, body = refused.code, refused.headers, refused.read()
    if told.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return Seen(status, body.decode("utf-8", errors="replace"), {name.lower(): value for name, value in told.items()})


def post(server: Server, path: str, body: dict[str, str], token: str = "") -> dict[str, object]:
    """Act as a program."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(8)}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(f"{server.url}/api/v1{path}", json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return dict(json.loads(answer.read()))


@pytest.fixture
def trio(
    app: Flask,
    database: Database,
    redis_server: Embedded,
    folder: Path,
    worker: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[list[Server]]:
    """Start two processes as they are shipped, and one that forgets lists after an hour."""
    del app
    usual = settings.environ(database.url, redis_url=redis_server.url, worker=worker) | {"CHARITY_ENV": "development"}
    spoilt = usual | {"SPOIL": "long-memory", "PYTHONPATH": f"{HOOKS}:{ROOT}"}
    ports = set[int]()
    while len(ports) < 3:
        ports.add(free_port())
    free = iter(ports)  # servers that start at once would find the same one
    monkeypatch.setattr(servers, "free_port", lambda: next(free))
    with ThreadPoolExecutor() as pool:  # kept until the end: a server ends with the thread that started it
        begun = [
            pool.submit(servers.start, environ, folder / f"log{number}", workers=1)
            for number, environ in enumerate((usual, usual, spoilt))
        ]
        started = [one.result() for one in begun if not one.exception()]
        try:
            assert len(started) == len(begun), [one.exception() for one in begun]
            yield started
        finally:
            for server in started:
                server.stop()


def faces_of_wish(wish: str, other: str, photo: str, title: str) -> list[Face]:
    """List whatever shows a wish: its own pages and pictures, lists, and the page of a like one."""
    own = (f"/wishes/{wish}", f"/wishes/{wish}?lang=en", f"/api/v1/wishes/{wish}", f"/wishes/{wish}/share.png", photo)
    lists = (
        "/wishes",
        "/wishes?lang=en",
        "/wishes?kind=goods",
        "/",
        "/?lang=en",
        "/open/wishes.json",
        "/api/v1/wishes",
    )
    found = (f"/wishes?q={quote(title[:4])}", f"/wishes/{other}")
    zipped = [Face(url, wish, "gzip") for url in ("/wishes", "/")]
    paper = [Face(f"/wishes/cards.pdf?wish={wish}"), Face("/wishes/print?kind=goods", title)]
    return [*map(Face, own), *(Face(url, wish) for url in (*lists, *found)), *zipped, *paper]


def gone_from(pair: list[Server], faces: list[Face], since: float) -> dict[str, float]:
    """Ask both processes until nothing shows any more; gives when each address was last found to show it."""
    last, left = dict[str, float](), [(server, face) for face in faces for server in pair]
    while left and time.monotonic() - since < WITHIN_SECONDS:
        left = [(server, face) for server, face in left if ask(server, face.url, encoding=face.encoding).shows(face)]
        last |= {face.url: time.monotonic() - since for _, face in left}
    assert not left, [face.url for _, face in left]
    return last


def tags_of(pair: list[Server], faces: list[Face]) -> list[tuple[Server, Face, str]]:
    """List the marks by which a cache asks whether its copy is fresh; as long as nothing is taken down it is."""
    found = [
        (server, face, tag)
        for face in faces
        for server in pair
        if (tag := ask(server, face.url, encoding=face.encoding).headers.get("etag"))
    ]
    for server, face, tag in found:
        assert ask(server, face.url, encoding=face.encoding, **{"If-None-Match": tag}).status == 304, face
    return found


def goes(pair: list[Server], faces: list[Face], page: str, token: str) -> list[str]:
    """Let both processes keep what they keep, take a page down through one, and watch it go from both.

    Gives the addresses of which a cache might have kept a copy.
    """
    for _ in range(2):
        for face in faces:
            for server in pair:
                seen = ask(server, face.url, encoding=face.encoding)
                assert seen.shows(face), (face, seen.status)
                assert int((KEPT.search(seen.headers.get("cache-control", "")) or ["", "0"])[1]) <= WITHIN_SECONDS
    tags = tags_of(pair, faces)
    first, second = pair
    number = post(first, "/concerns", {"page": page, "reason": "privacy", "words": "A name can be read."})["number"]
    begun = time.monotonic()
    post(second, f"/concerns/{number}/take-down", {"scope": "thing"}, token)
    since = time.monotonic()
    at_once = [face for face in faces if not face.sign]
    shown = [face.url for face in at_once for server in pair if ask(server, face.url).status == 200]
    assert not shown, shown  # a thing's own pages are kept by no process
    last = gone_from(pair, faces, since)
    assert max(last.values(), default=0.0) < LISTS, last
    assert time.monotonic() - begun < WITHIN_SECONDS
    for server, face, tag in tags:  # nor is a copy that a cache asks about called fresh
        assert ask(server, face.url, encoding=face.encoding, **{"If-None-Match": tag}).status != 304, face
    for face in faces:  # gone because it was taken down, and not because something is broken
        for server in pair:
            assert ask(server, face.url).status == (200 if face.sign else 404), face
    return [face.url for _, face, _ in tags]


@pytest.mark.full_on("postgres")
def test_a_wish_is_gone_from_both_processes(app: Flask, trio: list[Server]) -> None:
    village = v.build()
    wish, other = v.published(village, v.BOOKS, picture=picture()), v.published(village, v.COAT)
    claim.claim(village.donor, other, units=1, display="nickname")  # a full one shows what else waits
    token = accounts.make_token(village.reviewer, name="hotline")
    *pair, spoilt = trio
    found = PHOTO.search(ask(pair[0], f"/wishes/{wish}").text)
    assert found is not None
    faces = faces_of_wish(wish, other, found[0], v.BOOKS.title)
    assert ask(spoilt, "/").shows(Face("/", wish))
    assert found[0] in goes(pair, faces, f"/wishes/{wish}", token)
    # The control: a process that keeps its lists longer shows it still, and would be seen to.
    assert ask(spoilt, "/").shows(Face("/", wish))
    assert ask(spoilt, f"/wishes/{wish}").status == 404


def test_a_code_in_capitals_is_gone_from_both_processes(app: Flask, trio: list[Server]) -> None:
    """On every database: they do not agree about small letters and capitals."""
    at = listed.county(2)
    code = listed.code(listed.opened(at))
    token = accounts.make_token(at.village.reviewer, name="hotline")
    typed = f"/join/{code.upper()}"
    goes(trio[:2], [Face(url) for url in (typed, f"/join/{code}", f"{typed}?lang=en")], typed, token)


def goes_with_its_month(at: ring.Ground, pair: list[Server], token: str) -> None:
    """Let a circle run into the next month and take it down: what its month asks for goes with it."""
    family = ring.another(at)
    runs = ring.formed(at, family=family, promise=replace(ring.goods(at.village), title=MONTHLY))
    for donor in at.donors[:2]:
        seats.join(donor, runs)
    first = month_bounds(month_text(day_of(now())))[1]
    with hold(first):
        ring.turn()
    (wish,) = ring.wishes(runs)
    own = [f"/circles/{runs}", f"/api/v1/circles/{runs}", f"/wishes/{wish.ref}", f"/wishes/{wish.ref}?lang=en",
           f"/api/v1/wishes/{wish.ref}", f"/wishes/{wish.ref}/share.png"]  # fmt: skip
    lists = [Face("/circles", runs), Face("/api/v1/circles", runs)]
    lists += [Face("/open/wishes.json", wish.ref)]
    goes(pair, [*map(Face, own), *lists], f"/circles/{runs}", token)


@pytest.mark.full_on("postgres")
def test_a_circle_a_batch_and_an_organisation_are_gone_from_both_processes(app: Flask, trio: list[Server]) -> None:
    pair = trio[:2]
    at = ring.ground()
    village = at.village
    token = accounts.make_token(village.reviewer, name="hotline")
    circle = ring.formed(at)
    goes(pair, [Face(f"/circles/{circle}"), Face("/circles", circle), Face("/circles?lang=en", circle),
               Face(f"/api/v1/circles/{circle}"), Face("/api/v1/circles", circle)],
         f"/circles/{circle}", token)  # fmt: skip
    goes_with_its_month(at, pair, token)
    batch = harvest.listed(village, harvest.add_families(village, 1))
    parts = harvest.wishes_of(batch)
    lists = ("/wishes?kind=produce", "/api/v1/wishes?kind=produce", "/open/wishes.json", "/")
    faces = [Face(f"{root}/{batch}") for root in ("/batches", "/api/v1/batches")]
    faces += [Face(f"{root}/{part}") for part in parts for root in ("/wishes", "/api/v1/wishes")]
    faces += [Face(url, part) for part in parts for url in lists]
    goes(pair, faces, f"/batches/{batch}", token)
    with transaction() as tx:
        officer, office = v.add_person(tx), v.add_person(tx, (Role.ADMINISTRATOR, v.COUNTY))
        auditor = v.add_person(tx, (Role.AUDITOR, v.COUNTY))
    ref = verified(officer, office, NAME, 1, v.COUNTY)
    today = day_of(now())
    until = today + timedelta(days=300)
    steps = (Step(PROMISE, until),)
    pairing = Pairing(organisation=ref, commitments=PROMISE, starts_on=today, ends_on=until, steps=steps)
    agreements.answer(officer, ref, agreements.propose(office, v.COUNTY, pairing=pairing), agrees=True)
    faces = [Face(f"/organisations/{ref}"), Face(f"/api/v1/organisations/{ref}")]
    faces += [
        Face(url, ref) for url in ("/organisations", "/api/v1/organisations", "/agreements", "/api/v1/agreements")
    ]
    goes(pair, faces, f"/organisations/{ref}", accounts.make_token(auditor, name="hotline"))
