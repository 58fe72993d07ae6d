"""Deadlines: apply every one that has passed."""

import sys
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup

from charity.adapters.settings import Settings
from charity.jobs.clocks import apply_due

cli = AppGroup("clocks", help="Deadlines and reminders.")


@cli.command("run")
@click.option("--now", "moment", help="Apply what is due at this moment (ISO 8601); refused in production.")
def run(moment: str | None) -> None:
    """Apply every deadline that has passed."""
    settings: Settings = current_app.extensions["settings"]
    if moment is not None and settings.is_production:
        sys.exit("--now is refused in production.")
    counts = apply_due(None if moment is None else _read(moment))
    if not counts:
        click.echo("Nothing is due.")
    for name, count in sorted(counts.items()):
        click.echo(f"{name}: {count}")


def _read(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        sys.exit("--now must be a moment like 2026-05-01T08:00:00+08:00.")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
