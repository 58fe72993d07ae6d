"""The world of the safety tests, built once per database and worker and put back before every test."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask

from charity.adapters import clock
from charity.queries.figures import forget_figures
from charity.queries.home import forget_home
from charity.queries.regions import forget_names
from tests.kit.databases import Database
from tests.safety import snapshots
from tests.safety.desks import Opened, desks
from tests.safety.snapshots import Snapshot
from tests.safety.world import World, build, open_files

# Kept by the process, not by a fixture: another folder that takes these fixtures in would build a world of its own
# over the rows this one goes back to.
_WORLDS: dict[str, tuple[World, Snapshot]] = {}
_FORMS: dict[str, Opened] = {}
# The world is as old at its first test as it would be at its last one on a slow machine: what shows for minutes only
# would otherwise be shut there alone.
SLOW = timedelta(hours=1)


@pytest.fixture(scope="session")
def _worlds() -> Iterator[dict[str, tuple[World, Snapshot]]]:
    yield _WORLDS
    snapshots.close_all()
    for _, kept in _WORLDS.values():
        with suppress(Exception):
            kept.forget()


@pytest.fixture(scope="session")
def _opened() -> Iterator[dict[str, Opened]]:
    yield _FORMS
    for forms in _FORMS.values():
        with suppress(Exception):
            forms.kept.forget()


@pytest.fixture
def snapshot(app: Flask, database: Database, _worlds: dict[str, tuple[World, Snapshot]]) -> Snapshot:
    """Give the world's rows, to go back to."""
    forget_home()
    forget_names()
    forget_figures()
    if database.backend in _worlds:
        _worlds[database.backend][1].restore()
    else:
        with clock.hold(clock.now() - SLOW):
            built = build(app)
        _worlds[database.backend] = (built, snapshots.take(database))
    return _worlds[database.backend][1]


@pytest.fixture
def world(snapshot: Snapshot, database: Database, _worlds: dict[str, tuple[World, Snapshot]]) -> World:
    """Give the world, as it was built."""
    stands = _worlds[database.backend][0]
    open_files(stands)
    return stands


@pytest.fixture
def opened(world: World, app: Flask, database: Database, _opened: dict[str, Opened]) -> Iterator[Opened]:
    """Give every form of the site, opened by somebody who may; rows and clock are those of that moment.

    A file that was opened for a purpose would be shut again before a slow machine comes to the last test.
    """
    if database.backend in _opened:
        _opened[database.backend].kept.restore()
    else:
        forms = desks(app, world)
        _opened[database.backend] = Opened(forms, snapshots.take(database, name="opened"), clock.now())
    with clock.hold(_opened[database.backend].moment):
        yield _opened[database.backend]
