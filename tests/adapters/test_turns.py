"""Turns at writing: one at a time over threads and processes, nobody passed, and none lost with its process."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from charity.adapters.turns import Turns
from charity.domain.errors import Busy

HOLDER = """
import sys, time
from pathlib import Path
from charity.adapters.turns import Turns
with Turns(Path(sys.argv[1])).turn():
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def somebody_holding(database: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen([sys.executable, "-c", HOLDER, str(database)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate(timeout=10)


def test_only_one_holds_the_turn_at_a_time(tmp_path: Path) -> None:
    seen, inside = list[int](), list[int]()

    def work(turns: Turns) -> None:
        for _ in range(20):
            with turns.turn():
                inside.append(1)
                seen.append(len(inside))
                inside.pop()

    shared = [Turns(tmp_path / "x.db"), Turns(tmp_path / "x.db")]
    threads = [threading.Thread(target=work, args=(shared[number % 2],)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert seen == [1] * 120


@pytest.mark.parametrize("kinds", [1, 2], ids=["threads", "processes"])
def test_who_just_wrote_stands_behind_who_waits(tmp_path: Path, kinds: int) -> None:
    order, first, waits = list[str](), Turns(tmp_path / "x.db"), threading.Event()
    second = first if kinds == 1 else Turns(tmp_path / "x.db")

    def other() -> None:
        waits.set()
        with second.turn():
            order.append("other")

    with first.turn():
        order.append("one")
        thread = threading.Thread(target=other)
        thread.start()
        waits.wait(5)
        time.sleep(0.05)  # until it stands at the gate
    with first.turn():
        order.append("one again")
    thread.join(5)
    assert order == ["one", "other", "one again"]


def test_who_waits_too_long_is_told_so(tmp_path: Path) -> None:
    with somebody_holding(tmp_path / "x.db"), pytest.raises(Busy), Turns(tmp_path / "x.db").turn(patience=0.05):
        raise AssertionError("the turn was somebody else's")


def test_a_killed_process_takes_no_turn_with_it(tmp_path: Path) -> None:
    with somebody_holding(tmp_path / "x.db") as process:
        os.kill(process.pid, signal.SIGKILL)
        with Turns(tmp_path / "x.db").turn(patience=5):
            pass


def test_a_refused_turn_leaves_nothing_locked(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "x.db")
    with somebody_holding(tmp_path / "x.db"), pytest.raises(Busy), turns.turn(patience=0.05):
        raise AssertionError("the turn was somebody else's")
    with turns.turn(patience=5):
        pass
    with pytest.raises(ZeroDivisionError), turns.turn(patience=5):
        raise ZeroDivisionError
    with Turns(tmp_path / "x.db").turn(patience=5):
        pass


def test_a_child_of_a_holder_holds_nothing(tmp_path: Path) -> None:
    turns = Turns(tmp_path / "x.db")
    with turns.turn():
        child = os.fork()
        if child == 0:
            try:
                # an own pair of files: the turn is the parent's, so the child must wait, in vain
                turns._threads = (threading.Lock(), threading.Lock())  # pyright: ignore[reportPrivateUsage]
                with turns.turn(patience=0.05):
                    os._exit(1)
            except Busy:
                os._exit(0)
            os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
