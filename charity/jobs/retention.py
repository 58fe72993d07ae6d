"""Once a day, from midnight on in Shanghai: forgetting what is over its time, kind by kind, some rows at a time."""

import structlog
from flask import current_app

from charity.adapters import clock
from charity.adapters.db import end_reading
from charity.adapters.settings import Settings
from charity.adapters.storage import Store, open_store
from charity.domain.actors import SYSTEM
from charity.domain.calendar import day_of
from charity.jobs.loop import Turn
from charity.queries.retention import is_done
from charity.services.retention import forgetting

_log = structlog.get_logger()
ROUNDS = 50


def turn() -> int:
    """Forget what is due; what one night does not manage the next turn goes on with."""
    day = day_of(clock.now())
    done = is_done(day)
    end_reading()
    if done:
        return forgetting.remove_files(SYSTEM, _store())
    for record in forgetting.AT_NIGHT:
        gone = 0
        for _round in range(ROUNDS):
            some = forgetting.forget(SYSTEM, record)
            gone += some
            if not some:
                break
        if gone:
            _log.info("forgotten", record=record.value, count=gone)
    return forgetting.remove_files(SYSTEM, _store())


def _store() -> Store:
    extensions = current_app.extensions
    if "photo_store" not in extensions:
        settings: Settings = extensions["settings"]
        extensions["photo_store"] = open_store(settings.photo_url)
    store: Store = extensions["photo_store"]
    return store


TURNS = (Turn("retention", 300.0, turn),)
