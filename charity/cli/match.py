"""The ranking of the wall: build its index by hand, and compute a served list again."""

import sys
import time

import click
from flask import current_app
from flask.cli import AppGroup

from charity.adapters.ranking import index_path
from charity.domain.errors import Missing
from charity.jobs.ranking import build
from charity.queries.ranking.replay import Replayed, replay_list

cli = AppGroup("match", help="The ranking of the wall.")


@cli.command("index")
def index() -> None:
    """Build the wall's index from SQL now; the worker does the same by itself."""
    path = index_path(current_app.extensions["settings"])
    began = time.monotonic()
    stamp = build(path)
    if stamp is None:
        sys.exit("Another process is building the index just now.")
    took = time.monotonic() - began
    click.echo(f"{stamp.rows} open wishes, up to leaf {stamp.leaf}, {path.stat().st_size} bytes, {took:.2f} s: {path}")


@cli.command("replay")
@click.argument("list_ref", metavar="LIST")
def replay(list_ref: str) -> None:
    """Compute a served list again from its log; exit 1 and name the first difference."""
    try:
        found = replay_list(list_ref, index_path(current_app.extensions["settings"]))
    except Missing:
        sys.exit(f"No list {list_ref} in the log; old ones are deleted.")
    served, difference = found.served, found.difference
    click.echo(
        f"{served.rule}, {served.served_at.isoformat(timespec='seconds')}, weights {served.weights},"
        f" index of {served.built_at} at leaf {served.leaf}, {len(served.wishes)} wishes after {served.beneath}."
    )
    if difference is not None:
        sys.exit(
            f"Differs in its {difference.what} at place {difference.place}:"
            f" logged {difference.logged}, computed {difference.computed}."
        )
    if found.agrees_with_index is False:
        sys.exit("The index of that stamp says other numbers.")
    click.echo(_agreed(found))


def _agreed(found: Replayed) -> str:
    if found.agrees_with_index is None:
        return "The same list from its logged numbers; its index has made way for a newer one."
    return "The same list from its logged numbers, and its index says the same numbers."
