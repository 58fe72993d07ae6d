"""The harness itself: both databases are real and empty, requests stand alone, the clock travels."""

import socket
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from pytest_socket import SocketConnectBlockedError
from redis import Redis
from sqlalchemy import text

from charity.adapters import clock
from charity.adapters.db import db, reading, transaction
from tests.kit.client import Client
from tests.kit.databases import Database

NOON = datetime(2026, 5, 1, 4, tzinfo=UTC)


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_starts_empty(app: Flask, turn: int) -> None:
    table = db.metadata.tables["regions"]
    with transaction() as tx:
        assert tx.session.execute(table.select()).first() is None
        tx.session.execute(text("INSERT INTO regions (code, parent, name, level) VALUES ('11', '', 'x', 1)"))
    assert reading().execute(table.select()).first() is not None


def test_the_database_is_the_named_one(app: Flask, database: Database) -> None:
    assert db.engine.dialect.name == {"sqlite": "sqlite", "postgres": "postgresql"}[database.backend]


def test_a_request_has_its_own_session(app: Flask, client: Client) -> None:
    reading().execute(text("SELECT 1"))
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").get_json() == {"database": True, "redis": True}


def test_the_clock_travels(travel: Any) -> None:
    travel(NOON)
    assert clock.now() == NOON


def test_redis_is_empty(redis_client: Redis) -> None:
    assert redis_client.dbsize() == 0


@pytest.mark.filterwarnings("ignore:A test tried")
def test_the_network_is_shut() -> None:
    with socket.socket() as line, pytest.raises(SocketConnectBlockedError):
        line.connect(("203.0.113.1", 80))
