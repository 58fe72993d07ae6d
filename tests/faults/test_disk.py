"""A full disk under the data, the photos, the database's log or the temporary folder: a 503 that says so, no more."""

import errno
import io
import os
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from PIL import Image

from tests.faults import judge
from tests.faults.noting import note
from tests.faults.site import Site, a_site, answers
from tests.faults.traffic import Caller, Journal, claim_and_cancel, live_one
from tests.kit import postgres

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
FULL_CODES = {"no-room", "database-away"}
MEGABYTE = 1 << 20
_WRITE = "SELECT pg_logical_emit_message(true, 'fault', 'x')"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Put a small disk of its own under a folder; only root may."""
    folder.mkdir(exist_ok=True)
    said = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "none", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if said.returncode:
        pytest.skip(f"no disk of its own can be had: {said.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Leave no room on a disk, to the last byte."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as out:
        for size in (MEGABYTE, 4096, 1):
            try:
                while True:
                    out.write(b"\0" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC
    try:
        yield
    finally:
        filler.unlink()


def claims_until_refused(site: Site, caller: Caller, most: int = 600) -> tuple[int, dict[str, object], int]:
    """Claim until the disk is felt: the status and body of the refusal, and how many came through before."""
    wish, donors = site.people["wishes"][0], site.people["donors"]
    for number in range(most):
        token = donors[number % len(donors)]
        status, told = caller.ask(
            "POST", f"/api/v1/wishes/{wish}/pledges", token=token, body={"units": 1}, key=secrets.token_hex(8)
        )
        if status != 201:
            return status, told if isinstance(told, dict) else {}, number
        caller.journal.states[told["id"]] = told["state"]
    return 201, {}, most


def reads_work(site: Site, caller: Caller) -> None:
    """Prove that people may still look."""
    caller.close()  # a line on which an upload was refused half-way is closed by the server
    for path in ("/wishes", "/boards", "/api/v1/wishes", f"/wishes/{site.people['wishes'][0]}"):
        status, _told = caller.ask("GET", path, what="read")
        assert status == 200, (path, status, site.complaints())


def waits_for_claim(site: Site, caller: Caller, seconds: float = 30) -> float:
    """Wait until acts come through again without a restart of the site; say how long it took."""
    began = time.monotonic()
    while not site.is_open():
        assert time.monotonic() - began < seconds, site.ready()
        time.sleep(0.1)
    claim_and_cancel(site, caller, site.people["donors"][-1])
    return round(time.monotonic() - began, 1)


def picture(size: int = 720) -> bytes:
    """Draw a photo that does not compress."""
    out = io.BytesIO()
    Image.frombytes("RGB", (size, size), os.urandom(size * size * 3)).save(out, "JPEG", quality=95)
    return out.getvalue()


def handed_over(site: Site, caller: Caller) -> str:
    """Bring a pledge so far that a slip may be filed."""
    return live_one(site, caller, site.people["donors"][0], steps=4)


def files_in(folder: Path) -> set[str]:
    """List every file below a folder, but the filler."""
    return {str(path) for path in folder.rglob("*") if path.is_file() and path.name != "filler"}


def still_the_same(site: Site, before: tuple[int, list[int]]) -> None:
    """Prove that nobody restarted the site."""
    assert (site.launcher(), site.web_workers()) == before


def test_a_full_disk_of_sqlite_its_photos_and_its_temporary_folder(folder: Path) -> None:
    journal, seen = Journal(), dict[str, object]()
    with (
        small_disk(folder / "instance", 32) as data,
        small_disk(folder / "photos", 8) as photos,
        small_disk(folder / "temporary", 4) as temporary,
        a_site(folder, "sqlite", PHOTO_URL=f"file://{photos}", TMPDIR=str(temporary)) as site,
    ):
        caller, before = Caller(site, journal), (site.launcher(), site.web_workers())
        with filled(data):
            status, told, came = claims_until_refused(site, caller)
            assert (status, told.get("code")) == (503, "no-room"), (status, told, came, site.complaints())
            assert told["title"], told
            reads_work(site, caller)
            assert judge.half_written(site.engine()) == []
        seen["data"] = waits_for_claim(site, caller)
        parcel, shot = handed_over(site, caller), picture()
        with filled(photos):
            known = files_in(photos)
            status, told = caller.upload(f"/api/v1/pledges/{parcel}/slip", shot, site.people["keeper"])
            assert (status, told.get("code")) == (503, "no-room"), (status, told, site.complaints())
            assert files_in(photos) == known, "half a photo stayed"
            reads_work(site, caller)
        status, told = caller.upload(f"/api/v1/pledges/{parcel}/slip", shot, site.people["keeper"])
        assert status == 200, told
        parcel = handed_over(site, caller)
        with filled(temporary):
            known = files_in(photos)
            status, told = caller.upload(f"/api/v1/pledges/{parcel}/slip", shot, site.people["keeper"])
            assert (status, told.get("code")) == (503, "no-room"), (status, told, site.complaints())
            assert files_in(photos) == known
            reads_work(site, caller)
            claim_and_cancel(site, caller, site.people["donors"][1])
        status, told = caller.upload(f"/api/v1/pledges/{parcel}/slip", shot, site.people["keeper"])
        assert status == 200, told
        still_the_same(site, before)
        caller.close()
        judge.clean(site, journal)
    note("disk", backend="sqlite", recovered_after=seen)


@pytest.mark.full
@pytest.mark.parametrize("which", ["data", "wal"])
def test_a_full_disk_of_postgresql(folder: Path, which: str) -> None:
    """Its log cannot grow: it stops, and systemd (here the keeper) starts it until there is room; the site stays."""
    journal = Journal()
    with a_site(folder, "postgres") as site:
        caller = Caller(site, journal)
        claim_and_cancel(site, caller, site.people["donors"][0])
        before = (site.launcher(), site.web_workers())
        with moved(site, which) as disk:
            assert waits_for_claim(site, caller) >= 0
            with filled(disk):
                status, told = felt(site, caller, which)
                assert status == 503, (status, told, site.complaints())
                assert told.get("code") in FULL_CODES, told
                assert told["title"], told
                if answers(folder):
                    reads_work(site, caller)
            took = waits_for_claim(site, caller, 60)
            still_the_same(site, before)
            caller.close()
            judge.clean(site, journal)
            note("disk", backend="postgres", which=which, code=told.get("code"), recovered_after=took)


def felt(site: Site, caller: Caller, which: str) -> tuple[int, dict[str, object]]:
    """Act until the full disk is felt."""
    if which == "wal":
        with suppress(Exception):  # the next file of the log, at once; when it stops, that is the fault
            postgres.execute(site.folder, *[_WRITE, "SELECT pg_switch_wal()"] * 12)
    status, told, _came = claims_until_refused(site, caller, 1_000)
    return status, told


@contextmanager
def moved(site: Site, which: str) -> Iterator[Path]:
    """Move a folder of PostgreSQL onto a small disk, with the server stopped meanwhile."""
    data = site.folder / "pg" / "data"
    source, owner = (data / "pg_wal", data.stat()) if which == "wal" else (data / "base", data.stat())
    site.keeper.leave("postgres")
    site.keeper.running["postgres"].send_signal(2)
    site.keeper.running["postgres"].wait(30)
    size = sum(path.stat().st_size for path in source.rglob("*") if path.is_file()) // MEGABYTE
    # room for three more files of its log: the one it fills, and those it makes when it starts again
    with small_disk(site.folder / f"disk-{which}", size + 52) as disk:
        subprocess.run(["cp", "-a", f"{source}/.", str(disk)], check=True)
        os.chown(disk, owner.st_uid, owner.st_gid)
        disk.chmod(0o700)
        source.rename(source.with_name(f"{source.name}.was"))
        source.symlink_to(disk)
        site.keeper.resume("postgres")
        try:
            yield disk
        finally:
            site.keeper.leave("postgres")
            site.keeper.running["postgres"].kill()
            site.keeper.running["postgres"].wait()


def test_control_a_store_that_writes_in_place_leaves_half_a_photo(folder: Path) -> None:
    """The same judge over a store that neither writes beside nor cleans up: the half is found."""
    with small_disk(folder / "photos", 1) as photos, filled(photos):
        known = files_in(photos)
        with pytest.raises(OSError, match="No space"):
            (photos / "half.webp").write_bytes(b"x" * 100_000)
        assert files_in(photos) != known
