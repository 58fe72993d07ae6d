"""A book of its own for every test, on each database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.databases import Database
from tests.ledger.book import Book, open_book


@pytest.fixture
def book(database: Database, tmp_path: Path) -> Iterator[Book]:
    """Give an empty book, whose entries are numbered from 1."""
    yield from open_book(database.url, tmp_path)
