"""How a service acts: one transaction, and, when the request carries a key, one effect and one answer for ever."""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from functools import wraps
from types import SimpleNamespace
from typing import Any, Concatenate, ParamSpec, TypeVar, cast, get_type_hints

from sqlalchemy import bindparam, delete, exc, func, select
from sqlalchemy.dialects import postgresql, sqlite

from charity.adapters.db import Instant, Tx, is_try_again, reading, transaction
from charity.adapters.statements import Statement
from charity.domain.actors import Actor, Once
from charity.domain.errors import Busy, Conflict, Invalid, Refused
from charity.domain.idempotency import OTHER_BODY
from charity.models.organisation_rows import write_act
from charity.models.requests import AnsweredRequest

P = ParamSpec("P")
R = TypeVar("R")
_TRIES = 3
_DEADLOCKS = frozenset({"40001", "40P01"})


# Every act with a key asks these, so each is built once.
_KEY, _BODY, _NOW = bindparam("key"), bindparam("body"), bindparam("now", type_=Instant())
_NEW = {"key_digest": _KEY, "body_digest": _BODY, "result": ""}
_FRESH = (AnsweredRequest.key_digest, AnsweredRequest.answered_at)
_CLAIM_ON_SQLITE = (
    sqlite.insert(AnsweredRequest).values({**_NEW, "answered_at": _NOW}).on_conflict_do_nothing().returning(*_FRESH)
)
_CLAIM_ON_POSTGRESQL = (
    postgresql.insert(AnsweredRequest)
    .values({**_NEW, "answered_at": func.coalesce(_NOW, func.clock_timestamp())})
    .on_conflict_do_nothing()
    .returning(*_FRESH)
)
_STORED = select(AnsweredRequest.body_digest, AnsweredRequest.result).where(AnsweredRequest.key_digest == _KEY)
_REMEMBER = Statement("UPDATE answered_requests SET result = :said WHERE key_digest = :key")


@dataclasses.dataclass(frozen=True, slots=True)
class First:
    """The answer a request got when it was made before; fields of a result that had some are read by their names."""

    result: object


class _Repeated(Exception):
    """The request was answered before; carries the stored result out of the transaction."""

    def __init__(self, result: object) -> None:
        super().__init__()
        self.result = result


class Kept(Exception):
    """A refusal whose transaction is kept all the same (a wrong try was counted); nothing is remembered for its key."""

    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.refused = refused


def find_first(once: Once | None) -> First | None:
    """Give the answer that this very request got before; for a page that can no longer see what it was about.

    Another body under the same key is refused, as the act itself refuses it.
    """
    if once is None:
        return None
    stored = reading().execute(_STORED, {"key": _key_digest(once)}).one_or_none()
    if stored is None:
        return None
    plain = json.loads(_same(stored.body_digest, stored.result, once))
    return First(SimpleNamespace(**plain) if isinstance(plain, dict) else plain)


def act(work: Callable[Concatenate[Tx, Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
    """Make a service function of work(tx, actor, ...): one transaction; repeats are answered with the first result."""

    @wraps(work)
    def run(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(_TRIES):
            try:
                return _run(actor, work, lambda tx: work(tx, actor, *args, **kwargs))
            except _Repeated as repeated:
                return cast(R, repeated.result)
            except Busy as busy:  # a deadlock undid everything: try again
                if attempt == _TRIES - 1 or not _was_deadlock(busy.__cause__):
                    raise
        raise Busy

    return run


def _run(actor: Actor, work: Callable[..., object], run: Callable[[Tx], R]) -> R:
    with transaction() as tx:
        _look_back(tx, actor.once, work)
        try:
            result = run(tx)
        except Kept as kept:
            refused = kept.refused
            _forget(tx, actor.once)
        else:
            _write_officer(tx, actor, work.__name__.strip("_"))
            _remember(tx, actor.once, result)
            return result
    raise refused


def _write_officer(tx: Tx, actor: Actor, name: str) -> None:
    """Write down who did it where somebody acted in an organisation's name, or, as himself, for one."""
    if actor.officer_id is not None:
        write_act(tx, account_id=actor.account_id, officer_id=actor.officer_id, act=name)
    elif tx.spoken_for is not None and tx.spoken_for != actor.account_id:
        write_act(tx, account_id=tx.spoken_for, officer_id=actor.account_id, act=name)


def _was_deadlock(error: BaseException | None) -> bool:
    return isinstance(error, exc.DBAPIError) and getattr(error.orig, "sqlstate", None) in _DEADLOCKS


def _key_digest(once: Once) -> bytes:
    return hashlib.sha256("\x00".join((once.scope, once.method, once.path, once.key)).encode()).digest()


def _look_back(tx: Tx, once: Once | None, work: Callable[..., object]) -> None:
    if once is None:
        return
    # Claim the key first: a second request with the same key waits here for our commit, then finds our answer.
    claim = _CLAIM_ON_SQLITE if tx.is_sqlite else _CLAIM_ON_POSTGRESQL
    values = {"key": _key_digest(once), "body": once.body, "now": tx.known_now}
    try:
        claimed = tx.connection.execute(claim, values).one_or_none()
    except exc.OperationalError as error:
        if is_try_again(error):
            raise Conflict("request-in-progress") from error
        raise
    if claimed is None:
        raise _Repeated(_restore(_stored(tx, once), work))
    tx.settle(claimed.answered_at)


def _stored(tx: Tx, once: Once) -> str:
    row = tx.session.execute(_STORED, {"key": _key_digest(once)}).one_or_none()
    if row is None:
        raise Conflict("request-in-progress")
    return _same(row.body_digest, row.result, once)


def _same(body: bytes, result: str, once: Once) -> str:
    if body != once.body:
        raise Invalid(OTHER_BODY)
    return result


def _remember(tx: Tx, once: Once | None, result: object) -> None:
    if once is None:
        return
    plain = dataclasses.asdict(cast(Any, result)) if dataclasses.is_dataclass(result) else result
    _REMEMBER.run(tx.connection, {"key": _key_digest(once), "said": json.dumps(plain)})


def _forget(tx: Tx, once: Once | None) -> None:
    if once is not None:
        tx.session.execute(delete(AnsweredRequest).where(AnsweredRequest.key_digest == _key_digest(once)))


def _restore(stored: str, work: Callable[..., object]) -> object:
    plain = json.loads(stored)
    kind = get_type_hints(work).get("return")
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return kind(**plain)
    return plain
