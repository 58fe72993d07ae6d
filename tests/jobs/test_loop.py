"""The worker's loop: a turn that fails stops nobody else, and stop() ends it."""

import threading
import time

from flask import Flask, current_app

from charity.jobs import all_turns
from charity.jobs.loop import Loop, Turn


def test_a_failing_turn_does_not_stop_the_others() -> None:
    ran: list[str] = []

    def broken() -> int:
        ran.append("broken")
        raise RuntimeError("broken")

    def sound() -> int:
        ran.append("sound")
        return 0

    loop = Loop(Flask("nothing"), (Turn("broken", 0.0, broken), Turn("sound", 0.0, sound)))
    for _ in range(3):
        loop.step()
    assert ran == ["broken", "sound"] * 3


def test_turns_keep_their_pace_and_a_backlog_does_not_wait() -> None:
    ran: list[str] = []
    left = [3]

    def idle() -> int:
        ran.append("idle")
        return 0

    def busy() -> int:
        ran.append("busy")
        left[0] -= 1
        return left[0]

    loop = Loop(Flask("nothing"), (Turn("idle", 3600.0, idle), Turn("busy", 3600.0, busy)))
    until = time.monotonic() + 2
    while time.monotonic() < until:
        loop.step()
        time.sleep(0.02)
    assert ran.count("idle") == 1
    assert ran.count("busy") == 3


def test_every_turn_stands_in_its_own_context(app: Flask) -> None:
    seen: list[str] = []

    def look() -> int:
        seen.append(current_app.name)
        return 0

    Loop(app, (Turn("look", 0.0, look),)).step()
    assert seen == ["charity"]


def test_stop_ends_it_after_the_turn_that_runs() -> None:
    begun, ended = threading.Event(), []

    def slow() -> int:
        begun.set()
        time.sleep(0.3)
        ended.append(True)
        return 0

    never: list[str] = []
    turns = (Turn("slow", 0.0, slow), Turn("never", 0.0, lambda: never.append("ran") or 0))
    loop = Loop(Flask("nothing"), turns)
    thread = threading.Thread(target=loop.run)
    thread.start()
    assert begun.wait(5)
    loop.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert ended == [True]
    assert never == []


def test_all_turns_are_found_with_names_of_their_own() -> None:
    names = [turn.name for turn in all_turns()]
    assert {"outbox", "boards"} <= set(names)
    assert len(set(names)) == len(names)


def test_a_whole_round_of_an_empty_site(app: Flask) -> None:
    for turn in all_turns():
        assert turn.work() >= 0, turn.name
