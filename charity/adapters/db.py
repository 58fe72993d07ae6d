"""The database: one base, one place that commits, the same on SQLite and PostgreSQL."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app, g, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Engine, Integer, MetaData, event, exc, func, select, text
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from charity.adapters import clock
from charity.adapters.postgresql import prepare_postgresql
from charity.adapters.settings import Settings
from charity.adapters.turns import Turns
from charity.domain.errors import Busy, Refused

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
# SQLSTATEs that mean "try again": serialization, deadlock, lock not available, query cancelled by a time-out
_TRY_AGAIN = frozenset({"40001", "40P01", "55P03", "57014"})
# It is shut down, restarts, has no connection left, cannot read its own disk; class 08 is the line itself.
_AWAY = frozenset({"57P01", "57P02", "57P03", "57P05", "53300", "58030"})
_NO_ROOM = frozenset({"53100", "53200"})
_AWAY_SAID = ("disk I/O error", "unable to open database file", "readonly database")
_NO_ROOM_SAID = ("database or disk is full",)

# SQLite numbers rows by itself only for a column typed exactly INTEGER
Trouble = (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)  # what a database that cannot just now raises
Unwilling = exc.DBAPIError  # whatever a database refuses
# What it raises about a value it cannot hold: a zero byte, a number past 64 bits.
BadValue = (exc.DataError, OverflowError)
Id = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """All tables, with names for every constraint."""

    metadata = MetaData(naming_convention=NAMING)


class Instant(TypeDecorator[datetime]):
    """A moment: aware UTC in Python, timestamptz on PostgreSQL, naive UTC on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; hand SQLite the naive UTC it can order."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone is not a moment")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an aware UTC moment back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """Read SQLite's text in one step: a page reads dozens of moments."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


_DATABASE_TIME = select(func.clock_timestamp())


class Tx:
    """An open transaction: its session, and one moment that is now for all of it."""

    __slots__ = ("_now", "connection", "is_sqlite", "session", "spoken_for")

    def __init__(self, session: Session) -> None:
        self.session = session
        self.connection = session.connection()  # for statements built once: a session would look at them anew
        self.is_sqlite = self.connection.dialect.name == "sqlite"
        self._now: datetime | None = None
        self.spoken_for: int | None = None  # the account of the organisation for which somebody speaks here

    @property
    def now(self) -> datetime:
        """Give this transaction's one moment: the held clock, else database time on PostgreSQL, else ours."""
        if self._now is None:
            self._now = clock.held() or self._ask()
        return self._now

    @property
    def known_now(self) -> datetime | None:
        """Give this transaction's moment if no question to the database is needed for it."""
        return self._now or clock.held() or (clock.now() if self.is_sqlite else None)

    def settle(self, now: datetime) -> None:
        """Let a moment that a statement brought from the database be this transaction's, if it has none yet."""
        if self._now is None:
            self._now = now

    def take_turn(self, number: int) -> None:
        """Wait until no other transaction holds the turn of this number; SQLite lets one write at a time anyway."""
        if not self.is_sqlite:
            self.session.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": number})

    def _ask(self) -> datetime:
        if self.is_sqlite:
            return clock.now()
        return self.connection.execute(_DATABASE_TIME).scalar_one().astimezone(UTC)


db = SQLAlchemy(model_class=Base)
_open: ContextVar[bool] = ContextVar("transaction_open", default=False)
_shared: ContextVar["_Shared | None"] = ContextVar("shared_transaction", default=None)
EACH_BY_ITSELF = {"isolation_level": "AUTOCOMMIT"}
ALONE = "alone"  # a question by itself needs no transaction on SQLite


def set_up(app: Flask, settings: Settings) -> None:
    """Bind the database to an application."""
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(settings)
    db.init_app(app)
    with app.app_context():
        if settings.is_sqlite:
            _prepare_sqlite(db.engine)
        else:
            prepare_postgresql(db.engine)


def _engine_options(settings: Settings) -> dict[str, Any]:
    if settings.is_sqlite:
        sizes = {"pool_size": 8, "max_overflow": 24, "pool_timeout": 10}
        return sizes | {"connect_args": {"timeout": 10}, "hide_parameters": True}
    options = "-c lock_timeout=5s -c statement_timeout=20s -c idle_in_transaction_session_timeout=60s -c timezone=UTC"
    return {
        "pool_size": 8,
        "max_overflow": 8,
        "pool_timeout": 10,
        "hide_parameters": True,  # a failure is logged with its statement; what was written stays out of the logs
        "connect_args": {"options": options, "connect_timeout": 5},
    }


def _prepare_sqlite(engine: Engine) -> None:
    if event.contains(engine, "begin", _begin_sqlite):
        return
    event.listen(engine, "connect", _connect_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _connect_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we write BEGIN ourselves; the driver would begin too late
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "cache_size=-4000",  # every thread has a connection, and the system keeps the file's pages for all of them
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    said = connection.get_execution_options()
    if said.get(ALONE):
        return
    writes = said.get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def reading() -> Session:
    """Give the session from which this request (or this turn of a worker) reads."""
    shared = _shared.get()
    if shared is not None:
        return shared.reader()
    session = cast(Session, db.session())
    if not session.in_transaction() and not _is_sqlite():
        # Every statement sees what is committed by then, with or without BEGIN: without, two errands less are run.
        session.connection(execution_options=EACH_BY_ITSELF)
    return session


def _is_sqlite() -> bool:
    settings: Settings = current_app.extensions["settings"]
    return settings.is_sqlite


def end_reading() -> None:
    """End the read transaction, so that the next question sees what has been committed since."""
    shared = _shared.get()
    if shared is not None:
        shared.end_reader()
    else:
        db.session.remove()


class _Shared:
    """One transaction that many use cases share, and the session that reads inside it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._reader: Session | None = None

    def reader(self) -> Session:
        if self._reader is None:
            # Closing this session must leave the transaction alone.
            self._reader = Session(self.connection, autoflush=False, join_transaction_mode="rollback_only")
        return self._reader

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Let what is refused leave no trace; plain words, since a nested transaction costs three times as much."""
        self.connection.exec_driver_sql("SAVEPOINT one_act")
        try:
            yield
        except BaseException:
            self.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT one_act")
            raise
        finally:
            self.connection.exec_driver_sql("RELEASE SAVEPOINT one_act")

    def end_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None


@contextmanager
def together() -> Iterator[None]:
    """Let all use cases inside share one commit, each undone alone when it is refused: for loading much at once."""
    if _open.get() or _shared.get() is not None:
        raise RuntimeError("a transaction is already open")
    end_reading()
    engine = _writer()
    with _turn(engine), _trying_again_means_busy(), engine.begin() as connection:
        shared = _Shared(connection)
        token = _shared.set(shared)
        try:
            yield
        finally:
            shared.end_reader()
            _shared.reset(token)


def refuse_writing(refusal: Refused) -> None:
    """Let no transaction begin for the rest of this request."""
    g.refuses_writing = refusal


def _may_write() -> None:
    refusal: Refused | None = g.get("refuses_writing") if has_app_context() else None
    if refusal is not None:
        raise refusal


@contextmanager
def transaction() -> Iterator[Tx]:
    """Do one use case's work and commit it; a nested one is a mistake in the program."""
    _may_write()
    if _open.get():
        raise RuntimeError("a transaction is already open: one use case, one transaction")
    end_reading()  # on SQLite a read that later turns into a write fails at once
    token = _open.set(True)
    try:
        with _writing() as session, _trying_again_means_busy():
            session.begin()
            yield Tx(session)
            session.commit()
    finally:
        _open.reset(token)


@contextmanager
def _writing() -> Iterator[Session]:
    shared = _shared.get()
    if shared is not None:
        mode = "rollback_only"
        with (
            Session(shared.connection, expire_on_commit=False, join_transaction_mode=mode) as session,
            shared.savepoint(),
        ):
            yield session
        return
    engine = _writer()
    with _turn(engine), Session(engine, expire_on_commit=False) as session:
        yield session


def _writer() -> Engine:
    """Give the engine whose transactions write; made once for each engine, since making one is not free."""
    engine, kept = db.engine, current_app.extensions
    of, made = kept.get("writing_engine", (None, engine))
    if of is not engine:
        made = engine.execution_options(writes=True)
        kept["writing_engine"] = (engine, made)
    return cast(Engine, made)


def _turn(engine: Engine) -> AbstractContextManager[None]:
    """Wait for the turn at SQLite's one writer; PostgreSQL has as many as it likes."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    kept = current_app.extensions
    at, turns = kept.get("writing_turns", (None, None))
    if turns is None or at != engine.url:
        turns = Turns(Path(engine.url.database or "memory"))
        kept["writing_turns"] = (engine.url, turns)
    return turns.turn()


@contextmanager
def _trying_again_means_busy() -> Iterator[None]:
    try:
        yield
    except exc.TimeoutError:
        raise Busy from None
    except (exc.OperationalError, exc.InterfaceError) as error:
        if (busy := busy_because(error)) is not None:
            raise busy from error
        raise


def is_try_again(error: Exception) -> bool:
    """Say whether the database only asked for another try (locked, deadlock, time-out)."""
    if isinstance(error, exc.TimeoutError):
        return True
    if not isinstance(error, exc.DBAPIError):
        return False
    said = str(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    return state in _TRY_AGAIN or "database is locked" in said or "database is busy" in said


def busy_because(error: Exception) -> Busy | None:
    """Put a failure that is the database's, and passes, into its refusal; None when it is ours."""
    if is_try_again(error):
        return Busy()
    if not isinstance(error, exc.DBAPIError):
        return None
    said, state = str(error.orig), getattr(error.orig, "sqlstate", None) or ""
    if state in _NO_ROOM or any(words in said for words in _NO_ROOM_SAID):
        return Busy("no-room")
    is_line = error.connection_invalidated or state.startswith("08") or _never_connected(error)
    if is_line or state in _AWAY or any(words in said for words in _AWAY_SAID):
        return Busy("database-away")
    return None


def _never_connected(error: exc.DBAPIError) -> bool:
    # A driver that reaches nobody raises before there is a statement, and names no SQLSTATE.
    return isinstance(error, exc.OperationalError) and error.statement is None


def violated(error: exc.IntegrityError) -> str:
    """Name the constraint an IntegrityError broke: its name on PostgreSQL, name or "table.column" on SQLite."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name or "")
    return str(error.orig).rpartition(": ")[2]
