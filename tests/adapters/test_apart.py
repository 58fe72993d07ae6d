"""Work in a process of its own: its answer comes back, and nothing else of it stays."""

import os
import sys
import time
from collections.abc import Callable
from functools import partial

import pytest

from charity.adapters.apart import Child, ChildFailed, run_apart
from charity.adapters.processes import is_running
from tests.adapters import tasks


def apart(work: Callable[[], object], *, seconds: float = 60, nice: int = 0) -> object:
    return run_apart(work, name="work", seconds=seconds, nice=nice)


def test_the_answer_comes_from_another_process_that_has_ended() -> None:
    pid = run_apart(os.getpid, name="work", seconds=60)
    assert pid != os.getpid()
    assert not is_running(pid)


def test_what_the_work_prints_is_no_answer() -> None:
    assert apart(partial(tasks.loud, "word")) == ("word", 5)


def test_what_the_work_loads_stays_there() -> None:
    sys.modules.pop("wave", None)
    assert apart(partial(tasks.load, "wave"))
    assert "wave" not in sys.modules


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "of this process only")
    assert "SECRET_KEY" not in apart(tasks.environment)


def test_the_child_is_less_urgent() -> None:
    assert apart(partial(os.nice, 0), nice=3) == min(19, os.nice(0) + 3)


@pytest.mark.parametrize("work", [tasks.fail, tasks.vanish])
def test_a_child_without_an_answer_is_an_error(work: Callable[[], object]) -> None:
    with pytest.raises(ChildFailed, match="ended with"):
        apart(work)


def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(ChildFailed, match="longer than"):
        apart(tasks.sleep, seconds=0.5)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_child_that_wants_too_much_memory_is_an_error() -> None:
    with pytest.raises(ChildFailed):
        apart(tasks.take_memory)


def test_one_may_look_whether_it_is_done() -> None:
    child = Child(partial(time.sleep, 0.3), name="nap", seconds=60)
    assert child.is_running()
    assert child.answer() is None
    assert not child.is_running()
