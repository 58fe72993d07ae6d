"""Boards: build them from the book, and prove that the copy agrees with it."""

import sys

import click
from flask.cli import AppGroup

from charity.adapters.db import reading
from charity.adapters.redis import RedisDown
from charity.projections import board_building, board_comparing

cli = AppGroup("boards", help="Boards in Redis, a copy of the book's lines.")


@cli.command("rebuild")
def rebuild() -> None:
    """Build all boards from the book."""
    try:
        count = board_building.rebuild(reading())
    except RedisDown:
        sys.exit("Redis does not answer: the site serves boards from the database meanwhile.")
    except board_building.BeingBuilt:
        sys.exit("The boards are being built by somebody else: wait for that.")
    click.echo(f"{count} boards built from the book.")


@cli.command("compare")
def compare() -> None:
    """Compare the boards with the book; exit 1 and name the first difference."""
    try:
        drift = board_comparing.find_drift(reading())
    except RedisDown:
        sys.exit("Redis does not answer: there is nothing to compare.")
    except LookupError:
        sys.exit("The boards are being built: compare them when they are.")
    if drift is not None:
        sys.exit(f"Board {drift.board}: the book says {drift.book} for account {drift.account_id}, Redis {drift.copy}.")
    click.echo("The boards agree with the book.")
