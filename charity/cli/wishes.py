"""Wishes from elsewhere: a foreign list becomes submitted wishes, by the rules of the form."""

import csv
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click
from flask.cli import AppGroup

from charity.adapters.foreign_list import BadMap, ForeignMap
from charity.adapters.logins import read_login
from charity.cli.taking_in import Importer, Outcome
from charity.domain.actors import Actor
from charity.domain.errors import Refused
from charity.queries.accounts import find_actor_by_login

cli = AppGroup("wishes", help="Wishes from elsewhere.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@cli.command("import")
@click.argument("file", type=FILE)
@click.option("--map", "plan", type=FILE, required=True, help="A map (TOML); docs/maps has examples.")
@click.option("--as", "login", default="", help="Who posts; else the account the map names.")
@click.option("--programme", default="", help="Its code; else the one the map names.")
@click.option("--dry-run", is_flag=True, help="Do everything, keep nothing.")
@click.option(
    "--report", type=click.Path(dir_okay=False, path_type=Path), help="Write a line for every row here (CSV)."
)
def import_(file: Path, plan: Path, login: str, programme: str, dry_run: bool, report: Path | None) -> None:
    """Take FILE (CSV) in as submitted wishes; twice changes nothing. Refused rows are printed with their reason."""
    counts: Counter[str] = Counter()
    try:
        said = ForeignMap(plan)
        poster = _poster(login or said.text("posting", "account"))
        importer = Importer(poster, said, programme or said.text("programme", "code"))
        with ExitStack() as stack:
            told = _teller(stack, counts, report)
            (importer.rehearse if dry_run else importer.run)(said.read(file), told)
    except (BadMap, LookupError) as problem:
        raise click.ClickException(str(problem)) from None
    except Refused as refused:
        field = f" ({refused.field})" if refused.field else ""
        raise click.ClickException(f"the ground of the list is refused: {refused.code}{field}") from None
    done = "would be submitted" if dry_run else "submitted"
    click.echo(f"{counts['submitted']} {done}, {counts['known']} known already, {counts['refused']} refused.")


def _poster(login: str) -> Actor:
    try:
        poster = find_actor_by_login(read_login(login))
    except Refused:
        poster = None
    if poster is None:
        raise LookupError(f"no account of the log-in {login!r}; it needs the roles volunteer and administrator")
    return poster


def _teller(stack: ExitStack, counts: Counter[str], report: Path | None) -> Callable[[Outcome], None]:
    out = None if report is None else stack.enter_context(report.open("w", encoding="utf-8", newline=""))
    sheet = None if out is None else csv.writer(out)
    if sheet is not None:
        sheet.writerow(("line", "key", "outcome", "reason"))

    def told(outcome: Outcome) -> None:
        counts[outcome.outcome] += 1
        if sheet is not None:
            sheet.writerow((outcome.line, outcome.key, outcome.outcome, outcome.reason))
        if outcome.outcome == "refused":
            click.echo(f"line {outcome.line}, {outcome.key}: refused, {outcome.reason}", file=sys.stderr)

    return told
