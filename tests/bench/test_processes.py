"""The lines about processes: whose memory and time are counted, and that both can be asked for."""

import subprocess
import sys

import pytest

from bench import memory, processes, start
from bench.__main__ import NAMES

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"


def test_both_can_be_asked_for() -> None:
    assert set(processes.NAMES) == {"start", "memory"} <= set(NAMES)


@ON_LINUX
def test_a_family_is_a_process_its_children_and_theirs() -> None:
    with subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE) as process:
        try:
            found: set[int] = set()
            while len(found) < 2:
                found = start.family(process.pid)
            assert process.pid in found
        finally:
            process.communicate(b"\n")
    assert start.family(process.pid) == {process.pid}


@ON_LINUX
def test_what_a_process_keeps_for_itself_is_counted() -> None:
    held = "held = bytearray(64 * 2**20); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", held], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            kept = memory.look(process.pid)
        finally:
            process.communicate(b"\n")
    assert 64 <= kept.private <= kept.share + 1
    assert memory.look(process.pid).private == 0
