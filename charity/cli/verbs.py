"""The verbs of `flask --app app ...`, found when a shell asks for them: a web process is lighter without."""

from importlib import import_module
from pkgutil import iter_modules

import click
from flask import Flask
from flask.cli import AppGroup

MIGRATING = "db"


class Verbs(AppGroup):
    """The groups of all modules beside this one, and `db`."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app.name)
        self._app = app
        self._are_found = False

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give one group of verbs."""
        if cmd_name == MIGRATING:
            self._find_migrating()
        else:
            self._find()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all groups of verbs."""
        self._find()
        self._find_migrating()
        return super().list_commands(ctx)

    def _find(self) -> None:
        if self._are_found:
            return
        self._are_found = True
        package = import_module("charity.cli")
        for found in iter_modules(package.__path__):
            command = getattr(import_module(f"charity.cli.{found.name}"), "cli", None)
            if isinstance(command, AppGroup):
                self.add_command(command)

    def _find_migrating(self) -> None:
        if MIGRATING not in self.commands:
            import_module("charity.adapters.migrating").let_migrate(self._app)
