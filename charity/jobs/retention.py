"""Once a day, from midnight on in Shanghai: forgetting what is over its time, kind by kind, some rows at a time."""

import structlog
from flask import current_app

from charity.adapters import clock, metrics
from charity.adapters.db import busy_because, end_reading
from charity.adapters.settings import Settings
from charity.adapters.storage import Store, open_store
from charity.domain.actors import SYSTEM
from charity.domain.calendar import day_of
from charity.domain.errors import Busy
from charity.domain.retention import Record
from charity.jobs.loop import Turn
from charity.queries.retention import is_done
from charity.services.retention import forgetting

_log = structlog.get_logger()
NAME = "retention"
ROUNDS = 50


def turn() -> int:
    """Forget what is due, each kind by itself; what a turn does not manage the next goes on with, until all is done."""
    day = day_of(clock.now())
    done = is_done(day)
    end_reading()
    if done:
        return forgetting.remove_files(SYSTEM, _store())
    are_done = [_forget_kind(record) for record in forgetting.AT_NIGHT]
    if all(are_done):
        forgetting.end_night(SYSTEM)
    return forgetting.remove_files(SYSTEM, _store())


def _forget_kind(record: Record) -> bool:
    """Forget one kind and say whether it is done; a row that cannot be read stops no other kind."""
    gone = 0
    try:
        for _round in range(ROUNDS):
            some = forgetting.forget(SYSTEM, record)
            if not some:
                return True
            gone += some
    except Exception as error:  # what it says may tell of a person: only its kind is logged
        _note(record, error)
    finally:
        if gone:
            _log.info("forgotten", record=record.value, count=gone)
    return False


def _note(record: Record, error: Exception) -> None:
    if isinstance(error, Busy) or busy_because(error) is not None:  # it will pass
        _log.warning("forgetting waits", record=record.value)
        return
    metrics.turn_failed(NAME)
    _log.error("forgetting failed", record=record.value, kind=type(error).__name__)


def _store() -> Store:
    extensions = current_app.extensions
    if "photo_store" not in extensions:
        settings: Settings = extensions["settings"]
        extensions["photo_store"] = open_store(settings.photo_url)
    store: Store = extensions["photo_store"]
    return store


TURNS = (Turn(NAME, 300.0, turn),)
