"""The kit of the tests keeps its own promises about databases."""

from pathlib import Path

import pytest

from tests.kit.databases import Database, bytes_of


@pytest.mark.backends("sqlite")
def test_no_test_reads_the_databases_file_in_its_own_process(database: Database) -> None:
    path = Path(database.url.removeprefix("sqlite:///"))
    with pytest.raises(AssertionError, match="another process"):
        path.read_bytes()
    assert bytes_of(database.url).startswith(b"SQLite format 3")
