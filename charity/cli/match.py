"""The ranking of the wall: build its index by hand, and compute a served list again."""

import sys
import time

import click
from flask import current_app
from flask.cli import AppGroup

from charity.adapters.ranking import index_path
from charity.jobs.ranking import build

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
