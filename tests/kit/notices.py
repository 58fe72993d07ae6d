"""Every notice a test has somebody told can be read: its words are found, nothing they name is missing."""

import json

from flask import current_app
from sqlalchemy import text

from charity.adapters.db import db, end_reading
from charity.queries.notices import path_of, words_of

MOST = 500  # of one test; a whole site's demonstration tells thousands of the same few kinds


def can_be_read() -> None:
    """Say every notice there is in the default language; fails with the kinds of those that cannot be said."""
    end_reading()
    with db.engine.connect() as connection:
        found = connection.execute(text(f"SELECT kind, params FROM notices ORDER BY id DESC LIMIT {MOST}")).all()
    if not found:
        return
    unreadable: list[str] = []
    with current_app.test_request_context():
        for kind, told in dict.fromkeys(map(tuple, found)):
            try:
                words_of(kind, json.loads(told))
                path_of(kind, json.loads(told))
            except (KeyError, ValueError, TypeError) as error:
                unreadable.append(f"{kind} {told}: {error!r}")
    assert not unreadable, unreadable
