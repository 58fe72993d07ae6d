"""The judge of every driver: nothing acknowledged is lost, nothing is half-written, book, tables and boards agree."""

import time

from sqlalchemy import Engine, text

from tests.faults.site import Site
from tests.faults.traffic import Journal

# Each counts what must never be: rows that say something else than the rows they stand for.
_GONE = "('cancelled', 'lapsed', 'returned', 'refuted')"
NEVER = {
    "wishes whose counter is not the sum of their pledges": (
        "SELECT count(*) FROM wishes w WHERE committed <> (SELECT coalesce(sum(units), 0) FROM pledges p"
        f" WHERE p.wish_id = w.id AND p.state NOT IN {_GONE})"
        " OR fulfilled <> (SELECT coalesce(sum(units), 0) FROM pledges p WHERE p.wish_id = w.id"
        " AND p.state = 'confirmed')"
    ),
    "donors whose counter is not the number of their open pledges": (
        "SELECT count(*) FROM accounts a WHERE open_pledges <> (SELECT count(*) FROM pledges p"
        " WHERE p.account_id = a.id AND p.state IN ('held', 'planned', 'sent'))"
    ),
    "pledges whose last step says another state": (
        "SELECT count(*) FROM pledges p WHERE p.state <> coalesce((SELECT s.to_state FROM pledge_steps s"
        " WHERE s.pledge_id = p.id ORDER BY s.id DESC LIMIT 1), '')"
    ),
    "steps without their entry": (
        "SELECT count(*) FROM pledge_steps s WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.id = s.entry_id)"
    ),
    "pledges without the entry of their claim": (
        "SELECT count(*) FROM pledges p WHERE 1 <> (SELECT count(*) FROM entries e WHERE e.pledge = p.ref"
        " AND e.kind = 'pledge.claimed')"
    ),
    "claims in the book without a pledge": (
        "SELECT count(*) FROM entries e WHERE e.kind = 'pledge.claimed'"
        " AND NOT EXISTS (SELECT 1 FROM pledges p WHERE p.ref = e.pledge)"
    ),
    "entries that have neither a leaf nor a place in the queue": (
        "SELECT count(*) FROM entries e WHERE NOT EXISTS (SELECT 1 FROM leaves l WHERE l.entry_id = e.id)"
        " AND NOT EXISTS (SELECT 1 FROM entry_queue q WHERE q.entry_id = e.id)"
    ),
    "answers that were begun and not kept": "SELECT count(*) FROM answered_requests WHERE result = ''",
}


def half_written(engine: Engine) -> list[str]:
    """List what contradicts itself in the database."""
    with engine.connect() as connection:
        found = {what: int(connection.execute(text(sql)).scalar_one()) for what, sql in NEVER.items()}
    return [f"{count} {what}" for what, count in found.items() if count]


def lost(engine: Engine, journal: Journal) -> list[str]:
    """List what people were told and the database does not know, and what it knows and nobody was told."""
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT ref, state FROM pledges"))
        states = {str(ref): str(state) for ref, state in rows}
    missing = [f"{ref}: told {said}, is {states.get(ref)}" for ref, said in journal.states.items()
               if states.get(ref) != said]  # fmt: skip
    twice = [f"{ref}: nobody was told" for ref in states.keys() - journal.states.keys()]
    return missing + twice


def sealed(site: Site, seconds: float = 20) -> bool:
    """Wait until every committed entry has its leaf."""
    engine, until = site.engine(), time.monotonic() + seconds
    with engine.connect() as connection:
        while time.monotonic() < until:
            if not connection.execute(text("SELECT count(*) FROM entry_queue")).scalar_one():
                return True
            connection.rollback()
            time.sleep(0.2)
    return False


def clean(site: Site, journal: Journal) -> None:
    """Prove that nothing was lost and that everything agrees."""
    engine = site.engine()
    assert not journal.odd, (journal.odd[:5], site.complaints())
    assert lost(engine, journal) == []
    assert half_written(engine) == []
    assert sealed(site)
    agrees(site)
    engine.dispose()


def agrees(site: Site) -> None:
    """Prove that the operator's checks find book, tables and boards in agreement."""
    said = site.python("tests.faults.verbs")
    assert "The book agrees" in said["book"], said
    assert "agree" in said["boards"], said
