"""Who looks at this page: the session's account with its rights at this moment, asked once per request."""

import hashlib
import secrets
from dataclasses import replace
from typing import Protocol

from flask import current_app, g, has_request_context, request, session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from charity.adapters.crypto import digest
from charity.adapters.settings import Settings
from charity.domain.actors import VISITOR, Actor, Once
from charity.domain.errors import Invalid
from charity.domain.second_factor import hold_back
from charity.queries.accounts import find_actor_by_session, find_actor_by_token
from charity.queries.organisations.acting import find_acting

SESSION_TOKEN = "sid"
FORM_SESSION = "form"
ACTING = "acting"  # the reference of the organisation in whose name the person acts
SHOWN_WITH = "csrf_token"  # what Flask-WTF puts into the session when it shows a form
ONCE_FIELD = "once"


class Hash(Protocol):
    """A running digest."""

    def update(self, data: bytes, /) -> None:
        """Add bytes."""
        ...


NOT_THE_BODY = frozenset({ONCE_FIELD, "csrf_token"})
LONGEST_KEY = 80


def viewer() -> Actor:
    """Give the current actor; on a request that changes something it carries the request's once-key."""
    if not has_request_context():
        return VISITOR
    if "viewer" not in g:
        g.viewer = _found()  # stands already when the key is refused, so that the refusal can be shown to somebody
        g.viewer = _with_once(g.viewer)
    return g.viewer


def session_token() -> str:
    """Give the token that the browser's cookie carries, empty when there is none."""
    token = session.get(SESSION_TOKEN)
    return token if isinstance(token, str) else ""


def forget_viewer() -> None:
    """Ask again who looks, after signing in or out."""
    g.pop("viewer", None)


def _found() -> Actor:
    seen = _asked()
    if not seen.is_signed_in:
        return seen
    settings: Settings = current_app.extensions["settings"]
    return hold_back(seen) if settings.require_second_factor else seen


def _asked() -> Actor:
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer ") and request.path.startswith("/api/"):
        return find_actor_by_token(header.removeprefix("Bearer ").strip()) or VISITOR
    token = session.get(SESSION_TOKEN)
    if isinstance(token, str) and not request.path.startswith("/api/"):
        return _acting(find_actor_by_session(token) or VISITOR)
    return VISITOR


def _acting(person: Actor) -> Actor:
    """Give the organisation in whose name a person acts in this browser, as long as he speaks for it."""
    named = session.get(ACTING)
    if not person.is_signed_in or not isinstance(named, str):
        return person
    acting = find_acting(person, named)
    if acting is None:
        session.pop(ACTING, None)
    return acting or person


def act_for(organisation: str) -> None:
    """Let this browser act in an organisation's name from now on, or, for an empty one, as the person again."""
    if organisation:
        session[ACTING] = organisation
    else:
        session.pop(ACTING, None)
    forget_viewer()


def _with_once(actor: Actor) -> Actor:
    key = request.headers.get("Idempotency-Key") or _typed_key()
    if not key or request.method not in ("POST", "DELETE"):
        return actor
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid("bad-idempotency-key")
    scope = f"a{actor.account_id}" if actor.is_signed_in else _scope_of_visitor(key)
    once = Once(scope=scope, method=request.method, path=request.path, key=key, body=body_digest())
    return replace(actor, once=once)


def _scope_of_visitor(key: str) -> str:
    """Name whose key it is: a browser keeps the id of its forms, a program without an account keeps nothing."""
    if not request.path.startswith("/api/"):
        return f"s{form_session()}"
    return f"p{digest('once-visitor', f'{request.remote_addr}{chr(0)}{key}').hex()}"


def _typed_key() -> str | None:
    try:
        return request.form.get(ONCE_FIELD) if request.method == "POST" else None
    except RequestEntityTooLarge:  # a body nobody reads: the refusal is on its way
        return None


def form_session() -> str:
    """Give the random id by which a visitor's forms are his own, kept in the signed cookie."""
    shown = session.get(SHOWN_WITH)
    if isinstance(shown, str):  # drawn with the form; an id drawn only now would be another at the second press
        return shown
    if FORM_SESSION not in session:
        session[FORM_SESSION] = secrets.token_urlsafe(12)
    return str(session[FORM_SESSION])


def body_digest() -> bytes:
    """Digest what the request says, without the keys that differ at every showing of a form.

    Keyed, because the digest is stored and a form may hold a password: a bare hash could be guessed at leisure.
    """
    total = hashlib.sha256()
    if request.is_json:
        total.update(request.get_data(cache=True))
        return digest("body", total.hexdigest())
    for name, values in sorted(request.form.lists()):
        if name not in NOT_THE_BODY:
            total.update(repr((name, values)).encode())
    for name, file in sorted(request.files.items()):
        total.update(repr((name, file.filename)).encode())
        _add_file(total, file)
    return digest("body", total.hexdigest())


def _add_file(total: Hash, file: FileStorage) -> None:
    while block := file.stream.read(1 << 16):
        total.update(block)
    file.stream.seek(0)
