"""docs/operations.md stays true: its marked commands run in a fresh folder, and what it names is there."""

import re
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from charity.adapters import metrics
from charity.adapters.processes import tied
from charity.adapters.settings import ROOT
from charity.cli.launch.site import free_port
from tests.faults.processes import environ_of
from tests.infra.test_embedded import wait_for
from tests.kit import servers

DOC = (ROOT / "docs" / "operations.md").read_text("utf-8")
MARKED = re.findall(r"^```sh test\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
NEEDED = ("app.py", "charity", "migrations", "requirements.txt", "script", "static", "templates", "deploy", "docs")
pytestmark = [pytest.mark.timeout(600)]


def block(word: str) -> str:
    """Give the marked block that holds a word; there is exactly one."""
    (found,) = (text for text in MARKED if word in text)
    return found


class Fresh:
    """A copy of the program in an empty folder, and its own instance folder."""

    def __init__(self, folder: Path) -> None:
        self.app = folder / "app"
        self.app.mkdir()
        for name in NEEDED:
            source = ROOT / name
            copied = shutil.copytree if source.is_dir() else shutil.copyfile
            copied(source, self.app / name)
            shutil.copymode(source, self.app / name)
        self.instance = folder / "instance"

    def run(self, commands: str, **more: str) -> str:
        """Run commands as the document has them."""
        environ = environ_of(self.instance) | more
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.app, env=environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{commands}\n{done.stdout[-1000:]}{done.stderr[-2000:]}"
        return done.stdout.strip()


@pytest.fixture
def fresh(folder: Path, full: bool) -> Fresh:
    made = Fresh(folder)
    if full:
        made.run(block("-m venv"))
    else:
        (made.app / ".venv").symlink_to(Path(sys.prefix))
    # script/restore brings requirements up to date first; they are what this test runs with
    return made


@pytest.fixture
def site(fresh: Fresh) -> Iterator[str]:
    port = free_port()
    command = [
        str(fresh.app / ".venv" / "bin" / "python"),
        "-m",
        "charity.cli.launch",
        "--no-demo",
        "--port",
        str(port),
    ]
    with (fresh.instance.parent / "log").open("wb") as out:
        process = subprocess.Popen(
            command, cwd=fresh.app, env=environ_of(fresh.instance), stdout=out, stderr=out, preexec_fn=tied()
        )
    try:
        assert wait_for(lambda: servers.answers(port) or process.poll() is not None, 150)
        assert process.poll() is None, (fresh.instance.parent / "log").read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def test_the_marked_commands_run_in_a_fresh_folder(fresh: Fresh, site: str) -> None:
    assert len(b64decode(fresh.run(block("token_bytes")))) == 32
    watched = fresh.run(block("/readyz"), SITE=site)
    assert watched.startswith("ok") and "charity_store_up" in watched
    backup = fresh.run(block("script/backup"), BACKUPS=str(fresh.instance.parent / "backups"))
    new = fresh.instance.parent / "new"
    new.mkdir()
    for key in ("secret_key", "data_key", "log_key", "log_origin"):
        shutil.copy(fresh.instance / key, new / key)
    restored = fresh.run(block("script/restore"), BACKUP=backup, INSTANCE_PATH=str(new))
    assert "The book agrees" in restored


def test_the_operators_verb_takes_the_settings_file(folder: Path) -> None:
    (folder / "environment").write_text("OPERATOR_NAME='Two words'\nTOLD='what was set'\n")
    script = (ROOT / "deploy" / "circle").read_text("utf-8")
    ending = 'exec "$@"'
    assert script.rstrip().endswith(ending)
    (folder / "circle").write_text(script.rstrip().removesuffix(ending) + 'echo "$TOLD $OPERATOR_NAME $*"\n')
    done = subprocess.run(
        ["sh", folder / "circle", "ledger", "verify"],
        env=environ_of(folder, CIRCLE_SETTINGS=str(folder)), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.startswith("what was set Two words "), done.stderr
    assert done.stdout.rstrip().endswith(".venv/bin/flask --app app ledger verify")


def test_every_file_and_figure_it_names_is_there() -> None:
    for path in set(re.findall(r"\b((?:deploy|script|tests|docs)/[\w./-]*\w)", DOC)):
        assert (ROOT / path).exists(), path
    sources = (ROOT / "charity" / "queries" / "operating.py").read_text() + Path(str(metrics.__file__)).read_text()
    for name in set(re.findall(r"charity_[a-z_]+", DOC)):
        assert f'"{name.removesuffix("_total")}"' in sources, name


@pytest.mark.backends("sqlite")
def test_every_verb_it_names_is_there(app: Flask) -> None:
    runner = app.test_cli_runner()
    for verb in {tuple(found.split()) for found in re.findall(r"(?:circle|--app app) ([a-z]+ [a-z]+)", DOC)}:
        if verb[0] in {"ledger", "boards", "accounts", "db"}:
            assert runner.invoke(args=[*verb, "--help"]).exit_code == 0, verb
