"""Open files from the shell."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from charity.adapters.settings import Settings
from charity.adapters.tables import pieces
from charity.queries.open_data import FORMATS, get_table

cli = AppGroup("export", help="What the public may see, as a file on standard output.")


def _export(name: str, form: str) -> None:
    settings: Settings = current_app.extensions["settings"]
    table = get_table(name, with_demo=not settings.is_production)
    for piece in pieces(form, table.header, table.rows(), title=name):
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()


def _command(name: str, words: str) -> None:
    @cli.command(name, help=words)
    @click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
    def run(form: str) -> None:
        _export(name, form)


_command("wishes", "All public wishes.")
_command("boards-lines", "All lines of the boards, from the book.")
_command("figures", "The public figures.")
_command("book", "Every entry of the book, as its canonical text.")
