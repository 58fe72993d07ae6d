"""Rules are tested as rules: a test in this folder that reaches for a database belongs in another one."""

import sqlite3

import pytest
import sqlalchemy


class BelongsElsewhere(Exception):
    pass


def _refuse(*_args, **_kwargs):
    raise BelongsElsewhere("this test belongs in tests/services")


@pytest.fixture(autouse=True)
def no_database(monkeypatch):
    monkeypatch.setattr(sqlite3, "connect", _refuse)
    monkeypatch.setattr(sqlalchemy.engine.Engine, "connect", _refuse)
    monkeypatch.setattr(sqlalchemy.engine.Engine, "begin", _refuse)
