"""Threads that hashed passwords keep next to nothing of the memory it took."""

import platform
import subprocess
import sys

import pytest

from charity.adapters.settings import ROOT

THREADS = 4
HASH = """
import sys, threading
from charity.adapters.allocating import give_large_blocks_back
from charity.adapters.passwords import hash_password

def private():
    lines = open("/proc/self/smaps_rollup").read().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) // 1024

def work():
    for number in range(2):
        hash_password("three words apart")
    gate.wait()
    gate.wait()  # idle while it is measured

if sys.argv[1] == "back":
    give_large_blocks_back()
gate = threading.Barrier(THREADS + 1)
threads = [threading.Thread(target=work) for _ in range(THREADS)]
before = private()
for thread in threads:
    thread.start()
gate.wait()
print(private() - before)
gate.wait()
""".replace("THREADS", str(THREADS))
pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators do not learn so")


def kept(how: str) -> int:
    """Tell how many megabytes more a process keeps while its threads wait after hashing."""
    done = subprocess.run([sys.executable, "-c", HASH, how], cwd=ROOT, capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_what_a_password_took_goes_back() -> None:
    assert kept("back") < 19


def test_control_an_allocator_left_alone_keeps_it() -> None:
    assert kept("alone") > 19
