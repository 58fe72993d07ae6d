"""Migrations run as the schema's owner, one at a time, and give up rather than hold the site's tables."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from charity.adapters.db import Instant, db

TURN = 7_240_911  # any number, the same for all migrations: two upgrades at once take turns
settings = current_app.extensions["settings"]


def number_of_next(folder: Path) -> str:
    numbers = [int(path.name[:4]) for path in folder.glob("[0-9][0-9][0-9][0-9]_*.py")]
    return f"{max(numbers, default=0) + 1:04d}"


def name_revision(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Number migrations 0001, 0002 ... in place of random names; write none when nothing changed."""
    script = directives[0]
    if getattr(context.config.cmd_opts, "autogenerate", False) and script.upgrade_ops.is_empty():
        directives.clear()
        return
    script.rev_id = number_of_next(Path(__file__).parent / "versions")


def write_type(kind: str, value: Any, autogen: Any) -> str | bool:
    """Write our moment as the plain column type it is, so that old migrations do not import today's code."""
    if kind == "type" and isinstance(value, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def compare_types(
    _context: Any, _inspected: Any, metadata: Any, inspected_type: Any, metadata_type: Any
) -> bool | None:
    """Compare our moment by the column type it stands for."""
    if isinstance(metadata_type, Instant):
        return type(inspected_type).__name__ not in {"DATETIME", "TIMESTAMP", "DateTime"}
    return None


@contextmanager
def alone(database: Path) -> Iterator[None]:
    """Wait for whoever moves the schema of this SQLite file: each step is a transaction, and between two is room.

    The lock is flock(2)'s: it ends with its process, however that ends.
    """
    with database.with_name(f"{database.name}-schema").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def connected() -> Iterator[Connection]:
    if settings.owner_url == settings.database_url and settings.is_sqlite:
        file = Path(db.engine.url.database or "memory")
        with alone(file), db.engine.execution_options(writes=True).connect() as connection:
            yield connection
        return
    engine = create_engine(settings.owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_lock(:turn)"), {"turn": TURN})
            connection.execute(text("SET lock_timeout = '4s'"))
            connection.commit()  # a session's lock outlives it, and is gone with the connection
        yield connection
    engine.dispose()


with connected() as connection:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=compare_types,
        compare_server_default=False,
        process_revision_directives=name_revision,
        render_item=write_type,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    # our SQLite engine begins by itself, before alembic asks for a transaction of its own
    connection.commit()
