"""Faults on purpose: a few rounds in the default run, all with `--full`; `full` marks what only runs then."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit import home


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--full"):
        return
    reason = pytest.mark.skip(reason="takes minutes: script/test tests/faults --full")
    for item in items:
        if item.get_closest_marker("full"):
            item.add_marker(reason)


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Say whether the drivers run as often and as long as promised, or a few rounds only."""
    return bool(request.config.getoption("--full"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a short empty folder (sockets want short paths) that everybody may enter, and remove it afterwards."""
    made = Path(tempfile.mkdtemp(dir=home.here()))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)
