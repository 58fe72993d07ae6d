"""Short looks at one state of the database, so that a long verification holds neither rows nor locks for long."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session


@contextmanager
def snapshot(engine: Engine) -> Generator[Session]:
    """Open a session all of whose questions see the same state; a read transaction on SQLite is that by itself."""
    steady = engine.execution_options(isolation_level="REPEATABLE READ") if engine.dialect.name != "sqlite" else engine
    with Session(steady, expire_on_commit=False) as session:
        yield session
