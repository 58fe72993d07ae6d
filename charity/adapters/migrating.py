"""Steps of the schema, through Flask-Migrate: a module of its own, because only shells take them and it is heavy."""

from flask import Flask
from flask_migrate import Migrate

from charity.adapters.db import db
from charity.adapters.settings import ROOT

migrate = Migrate(compare_type=True, render_as_batch=True)


def let_migrate(app: Flask) -> None:
    """Give an application the verbs `flask db ...`."""
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
