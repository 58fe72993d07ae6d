"""GET changes nothing: every page is visited as everybody, and every row is what it was."""

import pytest
from flask import Flask

from charity.services.wishes import keeping
from tests.kit.databases import Database
from tests.safety.samples import places
from tests.safety.snapshots import digests
from tests.safety.visits import visitors
from tests.safety.world import World
from tests.safety.writing import written

# What a visit may leave behind: the session in use was seen, tries were counted.
TRACES = frozenset({"sessions", "throttles"})
LOOKERS = ("visitor", "donor", "volunteer", "keeper", "reviewer", "administrator", "auditor", "far_reviewer")


@pytest.mark.full_on("postgres")
def test_looking_changes_nothing(world: World, app: Flask, database: Database) -> None:
    known = {name: visitor for name, visitor in visitors(app, world).items() if name in LOOKERS}
    for visitor in known.values():
        visitor.get("/api/v1/me/pledges")  # its token is made before the count
    before, wrong, failed = digests(database, but=TRACES), [], []
    for place in places(app, "GET"):
        for name, visitor in known.items():
            for url in place.urls(world)[: None if place.door.is_open else 1]:
                with written() as tables:
                    answer = visitor.get(url)
                    answer.get_data()
                wrong += [f"{url} as {name} writes to {table}" for table in set(tables) - TRACES]
                failed += [f"{url} as {name}: {answer.status_code}"] if answer.status_code >= 500 else []
    assert not failed, "\n".join(failed)
    assert not wrong, "\n".join(wrong)
    assert digests(database, but=TRACES) == before


def test_a_page_that_writes_would_be_seen(world: World, database: Database) -> None:
    """The control: an act that changes a row shows both among the statements and in the digests."""
    before = digests(database, but=TRACES)
    with written() as tables:
        keeping.renew(world.volunteer, world.refs["to_withdraw"])
    after = digests(database, but=TRACES)
    assert "wishes" in tables
    assert before["wishes"] != after["wishes"]
