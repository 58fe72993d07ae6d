"""The world itself: it stands, and the rows kept of it come back."""

from sqlalchemy import text

from charity.adapters.db import transaction
from tests.kit.databases import Database
from tests.safety.snapshots import Snapshot, digests
from tests.safety.world import World


def test_the_world_comes_back_as_it_was(world: World, snapshot: Snapshot, database: Database) -> None:
    snapshot.restore()
    before = digests(database)
    with transaction() as tx:
        tx.session.execute(text("UPDATE wishes SET title = 'another' WHERE ref = :ref"), {"ref": world.refs["wish"]})
    changed = digests(database)
    assert [name for name in before if before[name] != changed[name]] == ["wishes"]
    snapshot.restore()
    assert digests(database) == before
