"""The public book: verify it, and print its newest signed checkpoint."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from charity.adapters.db import db, reading
from charity.adapters.signing import log_keys, log_signer
from charity.jobs.sequencing import seal_waiting, sign_growth
from charity.ledger import Inconsistent, newest_note
from charity.ledger.verifying import Report
from charity.ledger.verifying import verify as check

cli = AppGroup("ledger", help="The public book.")


@cli.command("verify")
@click.option(
    "--checkpoint", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A checkpoint kept outside."
)
@click.option("--json", "as_json", is_flag=True, help="Answer with one JSON object.")
def verify(checkpoint: Path | None, as_json: bool) -> None:
    """Recompute the book and compare it with its tree, its checkpoints and the tables; exit 1 at a difference."""
    kept = None if checkpoint is None else checkpoint.read_bytes().decode("utf-8", errors="replace")
    report = check(db.engine, log_keys(), checkpoint=kept)
    click.echo(json.dumps({"ok": report.is_clean, **asdict(report)}) if as_json else _told(report))
    sys.exit(0 if report.is_clean else 1)


def _told(report: Report) -> str:
    if report.difference is not None:
        return f"The book does not agree: {report.difference}."
    return (
        f"The book agrees: {report.leaves} leaves, {report.waiting} entries waiting for theirs, "
        f"{report.checkpoints} checkpoints, {report.wishes} wishes, {report.pledges} pledges, "
        f"{report.circles} circles, {report.lines} board lines. Root {report.root}."
    )


@cli.command("checkpoint")
def checkpoint() -> None:
    """Print the newest signed checkpoint; whatever has been committed is sealed and signed first."""
    try:
        while seal_waiting():
            pass
        sign_growth()
    except (Inconsistent, KeyError) as error:
        sys.exit(f"Nothing can be signed, because the stored tree is damaged: {error}. Run `ledger verify`.")
    click.echo(newest_note(reading(), log_signer(), log_keys()), nl=False)


@cli.command("key")
def key() -> None:
    """Print the public key that signs checkpoints; add it to LOG_KEY_FORMER before LOG_KEY changes."""
    click.echo(log_signer().verifier.text)
