"""Work in a process of its own: its answer comes back, and nothing else of it stays."""

import os
import sys

import pytest

from charity.adapters.apart import ChildFailed, run_apart
from charity.adapters.processes import is_running
from tests.adapters import tasks


def test_the_answer_comes_from_another_process_that_has_ended() -> None:
    pid = run_apart(60, 0, os.getpid)
    assert pid != os.getpid()
    assert not is_running(pid)


def test_what_the_work_prints_is_no_answer() -> None:
    assert run_apart(60, 0, tasks.loud, "word") == ("word", 5)


def test_what_the_work_loads_stays_there() -> None:
    sys.modules.pop("wave", None)
    assert run_apart(60, 0, tasks.load, "wave")
    assert "wave" not in sys.modules


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "of this process only")
    assert "SECRET_KEY" not in run_apart(60, 0, tasks.environment)


def test_the_child_is_less_urgent() -> None:
    assert run_apart(60, 3, os.nice, 0) == min(19, os.nice(0) + 3)


@pytest.mark.parametrize("work", [tasks.fail, tasks.vanish])
def test_a_child_without_an_answer_is_an_error(work: object) -> None:
    with pytest.raises(ChildFailed, match="ended with"):
        run_apart(60, 0, work)  # type: ignore[arg-type]


def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(ChildFailed, match="longer than"):
        run_apart(0.5, 0, tasks.sleep)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_child_that_wants_too_much_memory_is_an_error() -> None:
    with pytest.raises(ChildFailed):
        run_apart(60, 0, tasks.take_memory)
