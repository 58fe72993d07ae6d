import io
import json
import logging
import sys

import pytest
import structlog

from charity.adapters.logs import bind_request_id, configure_logging, masked, request_id

CANARIES = [
    "13812345678", "+8613812345678", "+86 138 1234 5678", "138-1234-5678", "0086-13812345678", "0743-8222222",
    "11010519491231002X", "11010519491231002x", "110105 19491231 0021", "110105491231002",
    "zhang.san@example.org", "张三@例子.公司",
]  # fmt: skip


@pytest.fixture
def lines():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging(json=True, stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.mark.parametrize("canary", CANARIES)
def test_personal_data_is_covered_wherever_it_stands(lines, canary):
    log = structlog.get_logger()
    log.info(
        f"called {canary}.", who=canary, deep={"list": [canary, {"x": (canary,)}], canary: 1}, odd=Exception(canary)
    )
    logging.getLogger("werkzeug").warning("GET /find?q=%s from %s", canary, "10.0.0.1")
    try:
        raise ValueError(f"no such person: {canary}")
    except ValueError:
        log.exception("failed")
        logging.getLogger("sqlalchemy").exception("it failed")
    assert len(lines()) == 4
    assert canary not in json.dumps(lines(), ensure_ascii=False)
    assert "ValueError" in lines()[2]["exception"]


def test_a_number_that_is_a_phone_is_covered(lines):
    structlog.get_logger().info("x", phone=13812345678, fen=12345, code=990101001001)
    [line] = lines()
    assert (line["phone"], line["fen"], line["code"]) == ("[phone]", 12345, 990101001001)


@pytest.mark.parametrize(
    "text",
    [
        "990101001001", "2026-05-01T12:30:00.123456Z", "wish 4f1c2a9b7d3e5", "200 in 0.138 s", "12000000 fen",
        "1763769600123456789",
        "127.0.0.1:13812", "leaf 138123456789", "sha256 a13812345678b", "user@localhost",
    ],
)  # fmt: skip
def test_what_is_no_personal_data_stays(text):
    assert masked(text) == text


def test_a_line_says_when_who_and_in_which_request(lines):
    structlog.contextvars.clear_contextvars()  # of whatever was asked before in this thread
    with request_id() as name:
        structlog.get_logger("charity.web").info("claimed", units=2)
        logging.getLogger("other").info("seen")
    structlog.get_logger().info("outside")
    first, second, third = lines()
    assert first | {"timestamp": ""} == {
        "event": "claimed", "units": 2, "level": "info", "request_id": name, "timestamp": "", "logger": "charity.web",
    }  # fmt: skip
    assert second["request_id"] == name
    assert "request_id" not in third


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abc-123.DEF_456", True), ("short", False), ("x" * 65, False), ("a\nb" * 5, False), ("13812345678", False)],
)
def test_a_callers_id_is_kept_only_if_it_is_one(given, kept):
    assert (bind_request_id(given) == given) is kept
    with request_id(given) as name:
        assert (name == given) is kept
    structlog.contextvars.clear_contextvars()


def test_development_gets_readable_lines(capsys):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging(json=False, stream=stream)
    structlog.get_logger().info("hello", name="13812345678")
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    assert "hello" in stream.getvalue()
    assert "13812345678" not in stream.getvalue()
    assert sys.stderr is not stream
