"""The background worker: sequencing, boards, clocks, messages."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from charity.jobs import all_turns
from charity.jobs.loop import Loop

cli = AppGroup("worker", help="The background worker.")


@cli.command("run")
@click.option("--once", is_flag=True, help="Run every turn once and end.")
def run(once: bool) -> None:
    """Do the regular work until told to stop."""
    app: Flask = current_app._get_current_object()  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue]
    loop = Loop(app, all_turns())
    if once:
        loop.step()
    else:
        loop.run()
