"""A book under test: its database, its key, and the ways around its guards that an attacker with the database has."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from charity.adapters import db as database
from charity.adapters.db import Tx, db, transaction
from charity.adapters.settings import Settings, read_settings
from charity.adapters.signing import Signer
from charity.ledger import sequence, sign_head
from charity.ledger.verifying import Report, verify

SECRET = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Book:
    app: Flask
    engine: Engine
    settings: Settings

    @property
    def signer(self) -> Signer:
        return Signer.of(self.settings)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def seal(self) -> int:
        """Give everything its leaf, and sign the head."""
        with transaction() as tx:
            while sequence(tx):
                pass
        with transaction() as tx:
            return sign_head(tx, self.signer).size

    def verify(self, checkpoint: str | None = None) -> Report:
        return verify(self.engine, self.signer.verifier, checkpoint=checkpoint)

    def reading(self) -> Session:
        return Session(self.engine)

    def tamper(self, *statements: str) -> None:
        """Change the tables behind every guard, as somebody with the database's own rights can."""
        if self.is_sqlite:
            self._tamper_sqlite(statements)
            return
        engine = create_engine(self.engine.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("SET session_replication_role = replica"))
            for statement in statements:
                connection.exec_driver_sql(statement)
        engine.dispose()

    def _tamper_sqlite(self, statements: tuple[str, ...]) -> None:
        path = make_url(str(self.engine.url)).database
        with closing(sqlite3.connect(str(path), isolation_level=None)) as connection:
            named = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _sql in named:
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)
            for _name, sql in named:
                connection.execute(sql)


def open_book(url: str, folder: Path, *, renumber: bool = True) -> Iterator[Book]:
    secrets = {name: SECRET for name in ("SECRET_KEY", "DATA_KEY", "LOG_KEY")}
    environ = {"CHARITY_ENV": "test", "DATABASE_URL": url, "LOG_ORIGIN": "test.example/book", **secrets}
    settings = replace(read_settings(environ), instance_path=folder)
    app = Flask("book-under-test")
    database.set_up(app, settings)
    with app.app_context():
        made = Book(app, db.engine, settings)
        if renumber and not made.is_sqlite:
            made.tamper("SELECT setval(pg_get_serial_sequence('entries', 'id'), 1, false)")
        yield made
        db.session.remove()
        db.engine.dispose()


def fresh_tx(book: Book) -> Tx:
    """Open a transaction of its own beside the one that may be open here; the caller commits its session."""
    session = Session(book.engine.execution_options(writes=True), expire_on_commit=False)
    session.begin()
    return Tx(session)
