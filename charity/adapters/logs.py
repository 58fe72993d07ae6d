"""Logs: one line of JSON per event (readable lines in development), the request's id in it, no personal data."""

import logging
import re
import secrets
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
MAX_DEPTH: Final = 6

# Most specific first: an ID number holds what looks like a phone number.
MASKS: Final = (
    (re.compile(r"[^\s@<>()\"',;:=]{1,64}@[^\s@<>()\"',;:=]+\.[^\s@<>()\"',;:=.]{2,}"), "[e-mail]"),
    (
        re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}[\s-]?(?:18|19|20)\d{2}[\s-]?\d{4}[\s-]?\d{3}[0-9Xx](?![0-9A-Za-z])"),
        "[id]",
    ),
    (re.compile(r"(?<![0-9A-Za-z])[1-9]\d{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![0-9A-Za-z])"), "[id]"),
    (re.compile(r"(?<![0-9A-Za-z])(?:(?:\+|00)?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}(?![0-9A-Za-z])"), "[phone]"),
    (re.compile(r"(?<![0-9A-Za-z])0\d{2,3}[\s-]\d{7,8}(?![0-9A-Za-z])"), "[phone]"),
)


def configure_logging(*, json: bool, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Send structlog's and everybody else's logs down the same pipe: masked, stamped, one line each."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        # Text before masking: an exception's message may hold what somebody typed.
        structlog.processors.format_exc_info,
        mask,
    ]
    last = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.PositionalArgumentsFormatter(), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Which parts the migrations' library is made of, and how a font is cut, tells an operator nothing.
    for chatty in ("alembic.runtime.plugins", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )


def mask(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Cover phone numbers, ID numbers and e-mail addresses in every text of an event."""
    del logger, name
    return {key: _masked(value, MAX_DEPTH) for key, value in event.items()}


def masked(text: str) -> str:
    """Cover phone numbers, ID numbers and e-mail addresses in one text."""
    for pattern, cover in MASKS:
        text = pattern.sub(cover, text)
    return text


@contextmanager
def request_id(given: str | None = None) -> Iterator[str]:
    """Give everything logged inside one id: the caller's if it is well formed, else a new one."""
    name = given if given and REQUEST_ID.fullmatch(given) and masked(given) == given else secrets.token_hex(8)
    with structlog.contextvars.bound_contextvars(request_id=name):
        yield name


def bind_request_id(given: str | None = None) -> str:
    """Begin a request: forget the last one's id and give this one its own; the id is returned."""
    structlog.contextvars.clear_contextvars()
    name = given if given and REQUEST_ID.fullmatch(given) and masked(given) == given else secrets.token_hex(8)
    structlog.contextvars.bind_contextvars(request_id=name)
    return name


def _masked(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return masked(value)
    if value is None or isinstance(value, bool | float) or depth == 0:
        return value
    if isinstance(value, int):
        # A phone number is no less one when somebody logs it as a number.
        return value if (text := str(value)) == masked(text) else masked(text)
    if isinstance(value, Mapping):
        return {masked(str(key)): _masked(item, depth - 1) for key, item in cast(Mapping[Any, Any], value).items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes | bytearray):
        return [_masked(item, depth - 1) for item in cast(Sequence[Any], value)]
    return masked(str(value))
