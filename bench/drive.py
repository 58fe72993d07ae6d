"""Drive the whole loop over HTTP: a foreign list in, reviewed, claimed, sent, received, handed over, confirmed.

python -m bench.drive FILE --map docs/maps/classrooms-2012.toml [--database postgresql] [--approve N] [--pledges N]
Everything runs in a site of its own with all limits on; the book and the boards are verified at the end.
"""

import argparse
import json
import os
import random
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from typing import Any

from bench.asking import Client, at_once
from bench.site import BACKENDS, Site, site
from charity.adapters.foreign_list import ForeignMap
from charity.adapters.logins import read_login
from charity.adapters.passwords import hash_password
from charity.cli.demo.drawings import draw_slip
from charity.domain.actors import SYSTEM, Role
from charity.factory import create_app
from charity.queries.accounts import find_actor_by_login
from charity.services import accounts

PASSWORD = "bench-only-words"
IMPORTER = "importer@example.org"
CHECKS = ["need-is-real", "price-is-fair", "words-tell-nobody", "point-fits"]
TOWNSHIP = "001"
SLIPS = 0.1  # the share of sites that sign a slip; the others are called back


@dataclass(slots=True)
class Figures:
    """What is measured."""

    seconds: dict[str, float] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    claims: list[float] = field(default_factory=list)
    confirmed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Measure a part."""
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 1)


@dataclass(slots=True)
class People:
    """Who takes part: counties in order, tokens of each county's keeper and reviewer, of all donors."""

    counties: list[str]
    keepers: dict[str, str] = field(default_factory=dict)
    reviewers: dict[str, str] = field(default_factory=dict)
    donors: list[str] = field(default_factory=list)


def hire(running: Site, counties: list[str], donors: int) -> People:
    """Make everybody at the operator's door: one keeper and one reviewer for each county, and the donors."""
    os.environ.update(running.environ)  # the application built here is of this site
    hashed, people = hash_password(PASSWORD), People(counties)

    def add(login: str, role: Role, region: str) -> str:
        accounts.create(SYSTEM, login=login, password=None, hashed=hashed, role=role, region=region)
        actor = find_actor_by_login(read_login(login))
        return "" if actor is None else accounts.make_token(actor, name="bench")

    with create_app().app_context():
        for county in counties:
            township = f"{county}{TOWNSHIP}"
            people.keepers[county] = add(f"keeper-{county}@example.org", Role.VOLUNTEER, township)
            people.reviewers[county] = add(f"reviewer-{county}@example.org", Role.REVIEWER, township)
        people.donors = [add(f"donor-{number}@example.org", Role.DONOR, "") for number in range(donors)]
    return people


def review_all(running: Site, people: People, figures: Figures, *, most: int, threads: int) -> None:
    """Let each county's reviewer agree to what waits for him, by the form."""
    left, counties = [most], list(people.counties)

    def work(_number: int) -> None:
        while counties and left[0] > 0:
            with figures.lock:
                county = counties.pop() if counties else ""
            if county:
                _review(running, county, figures, left)

    at_once(threads, work)


def _review(running: Site, county: str, figures: Figures, left: list[int]) -> None:
    browser = Client(running.port, answers=figures.answers)
    browser.sign_in(f"reviewer-{county}@example.org", PASSWORD)
    while left[0] > 0:
        shown = browser.read_token("/reviews")
        refs = list(dict.fromkeys(re.findall(r'href="/reviews/wishes/([a-z0-9]+)"', shown)))
        if not refs:
            return
        browser.read_token(f"/reviews/wishes/{refs[0]}")
        for ref in refs:
            status = browser.form(f"/reviews/wishes/{ref}/approve", {"checks": CHECKS}, what="approve")
            if status not in (302, 303):
                raise SystemExit(f"wish {ref} of {county} was not approved: {status}")
            left[0] -= 1


def give_all(running: Site, people: People, figures: Figures, *, pledges: int, threads: int) -> None:
    """Let donors claim until their limits stop them, and bring everything they claimed to its end."""

    def work(number: int) -> None:
        chance, mine = random.Random(number), people.donors[number::threads]
        clients: dict[str, Client] = {}

        def client(token: str) -> Client:
            if token not in clients:
                clients[token] = Client(running.port, token=token, answers=figures.answers)
            return clients[token]

        while figures.confirmed < pledges:
            for token in mine:
                _round(client, people, figures, token, chance)
                if figures.confirmed >= pledges:
                    return

    at_once(threads, work)


def _round(client: Any, people: People, figures: Figures, token: str, chance: random.Random) -> None:
    donor, county = client(token), chance.choice(people.counties)
    _status, wall = donor.api("GET", f"/api/v1/wishes?region={county}&limit=50")
    wishes = wall.get("items", [])
    claimed: list[dict[str, Any]] = []
    for wish in chance.sample(wishes, min(len(wishes), 7)):
        units = min(wish["units_left"], chance.randint(1, 4))
        began = time.monotonic()
        status, told = donor.api("POST", f"/api/v1/wishes/{wish['id']}/pledges", {"units": units}, what="claim")
        figures.claims.append(time.monotonic() - began)
        if status == 201:
            claimed.append(told)
    for pledge in claimed:
        _bring_home(client, people, figures, donor, pledge["id"], county, chance)


def _bring_home(
    client: Any, people: People, figures: Figures, donor: Client, ref: str, county: str, chance: random.Random
) -> None:
    keeper, reviewer = client(people.keepers[county]), client(people.reviewers[county])
    by_slip = chance.random() < SLIPS
    tracking = "".join(chance.choices("0123456789", k=13))
    steps: list[tuple[Client, str, dict[str, Any]]] = [
        (donor, "plan", {"method": "shop"}),
        (donor, "send", {"courier": "post", "tracking": tracking}),
        (keeper, "receive", {}),
        (keeper, "hand-over", {}),
        (reviewer, "confirm", {"basis": "slip" if by_slip else "call-back"}),
    ]
    for who, act, body in steps:
        if by_slip and act == "confirm":
            keeper.upload(f"/api/v1/pledges/{ref}/slip", draw_slip(chance), {"witness": "见证人"}, what="slip")
        status, _told = who.api("POST", f"/api/v1/pledges/{ref}/{act}", body, what=act)
        if status != 200:
            return
    with figures.lock:
        figures.confirmed += 1


def drive(running: Site, options: argparse.Namespace) -> dict[str, Any]:
    """Do everything and give the figures."""
    figures, said = Figures(), ForeignMap(options.map)
    running.flask("accounts", "create", IMPORTER, "--role", "volunteer", "--region", "99", "--password-stdin",
                  given=f"{PASSWORD}\n")  # fmt: skip
    running.flask("accounts", "grant", IMPORTER, "--role", "administrator", "--region", "99")
    with figures.timed("import"):
        told = running.flask("wishes", "import", str(options.file), "--map", str(options.map), "--as", IMPORTER)
    counties = sorted({code for code, _name in said.counties.values()})
    people = hire(running, counties, options.donors)
    running.open(workers=options.workers)
    with figures.timed("review"):
        review_all(running, people, figures, most=options.approve, threads=options.threads)
    with figures.timed("give"):
        give_all(running, people, figures, pledges=options.pledges, threads=options.threads)
    with figures.timed("verify"):
        running.flask("ledger", "checkpoint")
        verified = running.flask("ledger", "verify")
        compared = running.flask("boards", "compare")
    return _told(options, figures, told.splitlines()[-1], verified, compared)


def _told(options: argparse.Namespace, figures: Figures, imported: str, verified: str, compared: str) -> dict[str, Any]:
    answers = dict(sorted(figures.answers.items()))
    cuts = quantiles(figures.claims, n=100) if len(figures.claims) > 1 else [0.0] * 99
    busy = figures.seconds["give"] + figures.seconds["review"]
    return {
        "database": options.database,
        "imported": imported,
        "approved": sum(count for name, count in answers.items() if name.startswith("approve 30")),
        "confirmed": figures.confirmed,
        "seconds": figures.seconds,
        "claim_ms": {name: round(cuts[place] * 1000, 1) for name, place in (("p50", 49), ("p95", 94), ("p99", 98))},
        "acts_per_second": round(sum(answers.values()) / max(busy, 0.1), 1),
        "answers": answers,
        "ledger": verified,
        "boards": compared,
    }


def main() -> None:
    """Read the arguments, drive, print the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.drive")
    parser.add_argument("file", type=Path)
    parser.add_argument("--map", type=Path, required=True)
    parser.add_argument("--database", choices=BACKENDS, default="sqlite")
    parser.add_argument("--approve", type=int, default=1_000_000, help="how many wishes are approved; all by default")
    parser.add_argument("--pledges", type=int, default=3_000)
    parser.add_argument("--donors", type=int, default=400)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    options.file, options.map = options.file.resolve(), options.map.resolve()
    with (
        tempfile.TemporaryDirectory(prefix="charity-drive-") as folder,
        site(Path(folder), options.database) as running,
    ):
        print(json.dumps(drive(running, options), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
