"""What the lines are measured on: public wishes by the hundred, copied to thousands, and teams that may give."""

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import insert, select, update

from bench.site import Site
from charity.adapters.crypto import new_ref
from charity.adapters.db import reading, together, transaction
from charity.adapters.foreign_list import ForeignMap
from charity.adapters.logins import read_login
from charity.adapters.settings import ROOT
from charity.cli.taking_in import Importer
from charity.domain.actors import SYSTEM, Actor, Role
from charity.domain.reviews import NEED_CHECKLIST
from charity.factory import create_app
from charity.models.accounts import Account
from charity.models.wishes import Wish
from charity.queries.accounts import find_actor_by_login
from charity.services import accounts
from charity.services.wishes import review

MAP = ROOT / "docs" / "maps" / "classrooms-2012.toml"
MANY = 1_000_000
WISHES, STATES = 200, ("CA", "NY", "TX", "FL")


@dataclass(frozen=True, slots=True)
class Ground:
    """Refs of public wishes with many units, one with as many as anybody may ask, and tokens of teams."""

    wishes: list[str]
    hot: str
    tokens: list[str]
    accounts: list[int]


def prepare(running: Site, *, teams: int, copies: int) -> Ground:
    """Make the ground, in a process of its own whose environment is the site's."""
    command = [sys.executable, "-m", "bench.ground", str(running.home / "list.csv"), str(teams), str(copies)]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | running.environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"the ground could not be made: {done.stderr[-3000:]}")
    return Ground(**json.loads(done.stdout.splitlines()[-1]))


def write_list(path: Path, *, rows: int = WISHES) -> None:
    """Write a list with the columns the map reads; its rows are dear, so that a wish has a thousand units."""
    columns = ["projectid", "schoolid", "school_state", "primary_focus_subject", "resource_type", "poverty_level"]
    columns += ["grade_level", "total_price_usd", "students_reached", "date_posted"]
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(columns)
        for row in range(rows):
            place = (f"p{row}", f"s{row}", STATES[row % len(STATES)], "Literacy", "Books", "high poverty")
            sheet.writerow((*place, "Grades 3-5", "14285.00", "30", "2012-05-01"))


def _make(path: Path, teams: int, copies: int) -> Ground:
    def add(login: str, role: Role, region: str) -> Actor:
        accounts.create(SYSTEM, login=login, password=None, role=role, region=region)
        found = find_actor_by_login(read_login(login))
        assert found is not None
        return found

    write_list(path)
    add("poster@example.org", Role.VOLUNTEER, "99")
    accounts.grant_role(SYSTEM, login="poster@example.org", role=Role.ADMINISTRATOR, region="99")
    poster = find_actor_by_login(read_login("poster@example.org"))
    assert poster is not None
    said = ForeignMap(MAP)
    Importer(poster, said, said.text("programme", "code")).run(said.read(path), lambda _outcome: None)
    wishes = _approve_all(add("judge@example.org", Role.REVIEWER, "99"))
    givers = [add(f"team-{number}@example.org", Role.ORGANISATION, "") for number in range(teams)]
    tokens = [accounts.make_token(giver, name="bench") for giver in givers]
    _widen(wishes[0])
    if copies:
        _copy(copies)
    return Ground(wishes[1:], wishes[0], tokens, [giver.account_id for giver in givers])


def _widen(hot: str) -> None:
    """Give the teams places, and one wish units, that no line uses up; every limit is still asked."""
    with transaction() as tx:
        tx.session.execute(update(Account).where(Account.kind == "organisation").values(open_limit=MANY))
        tx.session.execute(update(Wish).where(Wish.ref == hot).values(wanted=MANY, unit_fen=1))


def _approve_all(reviewer: Actor) -> list[str]:
    refs = list(reading().scalars(select(Wish.ref).where(Wish.state == "submitted")))
    with together():
        for ref in refs:
            review.approve(reviewer, ref, checks=NEED_CHECKLIST)
    return refs


def _copy(copies: int) -> None:
    """Copy public wishes until there are so many: the wall is measured, not how wishes come to be."""
    columns = [column for column in Wish.__table__.columns if column.name not in ("id", "source_key")]
    with transaction() as tx:
        rows = [dict(row) for row in tx.session.execute(select(*columns)).mappings()]
        for start in range(0, copies, 5_000):
            part = [
                rows[number % len(rows)] | {"ref": new_ref(), "wall_at": rows[number % len(rows)]["wall_at"] + number}
                for number in range(start, min(copies, start + 5_000))
            ]
            tx.session.execute(insert(Wish), part)


if __name__ == "__main__":
    with create_app().app_context():
        made = _make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(json.dumps({"wishes": made.wishes, "hot": made.hot, "tokens": made.tokens, "accounts": made.accounts}))
