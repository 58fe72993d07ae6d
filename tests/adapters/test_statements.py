"""Statements past SQLAlchemy: rows and refusals are what anybody expects of SQLAlchemy."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import exc, select

from charity.adapters.db import end_reading, reading, transaction
from charity.adapters.statements import Statement
from charity.domain.errors import Busy
from charity.models.requests import AnsweredRequest

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PUT = Statement(
    "INSERT INTO answered_requests (key_digest, body_digest, result, answered_at) VALUES (:key, :body, :said, :now)"
)
READ = Statement("SELECT result FROM answered_requests WHERE key_digest = :key")


def value(key: bytes, said: str = "x") -> dict[str, object]:
    return {"key": key, "body": b"b", "said": said, "now": NOW, "unknown": object()}


def kept() -> list[str]:
    end_reading()
    return list(reading().scalars(select(AnsweredRequest.result).order_by(AnsweredRequest.result)))


def test_it_writes_in_the_transaction_and_gives_rows(app: Flask) -> None:
    with transaction() as tx:
        assert PUT.run(tx.connection, value(b"1", "50% of :it")) == []
        assert READ.run(tx.connection, value(b"1")) == [("50% of :it",)]
    assert kept() == ["50% of :it"]
    with pytest.raises(ZeroDivisionError), transaction() as tx:
        PUT.run(tx.connection, value(b"2"))
        raise ZeroDivisionError
    assert kept() == ["50% of :it"]


def test_what_the_database_refuses_is_raised_as_sqlalchemys(app: Flask) -> None:
    with transaction() as tx:
        PUT.run(tx.connection, value(b"1", "secret"))
    with pytest.raises(exc.IntegrityError) as refused, transaction() as tx:
        PUT.run(tx.connection, value(b"1", "secret"))
    assert "secret" not in str(refused.value)
    with pytest.raises(exc.DBAPIError), transaction() as tx:
        Statement("SELECT nothing FROM nowhere").run(tx.connection, {})
    assert kept() == ["secret"]


def test_a_lost_connection_is_marked_so(app: Flask) -> None:
    if app.extensions["settings"].is_sqlite:
        return  # a file does not hang up
    with pytest.raises(Busy) as lost, transaction() as tx:
        Statement("SELECT pg_terminate_backend(pg_backend_pid())").run(tx.connection, {})
    assert isinstance(lost.value.__cause__, exc.DBAPIError)
    assert lost.value.__cause__.connection_invalidated
    with transaction() as tx:  # the next one has a connection that works
        assert PUT.run(tx.connection, value(b"1")) == []
