"""The Nu HTML checker on saved pages: errors and warnings, each told once with the first page that has it."""

import json
import subprocess
from pathlib import Path
from typing import Any

from charity.adapters.settings import ROOT

JAR = ROOT / "node_modules" / ".quality" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def check(folder: Path) -> list[str]:
    """List what the checker finds in a folder of pages, one line for each kind of finding."""
    command = ["java", "-jar", str(JAR), "--format", "json", "--stdout", "--exit-zero-always", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout.startswith("{"):
        raise SystemExit(f"the Nu HTML checker did not run: {done.stderr[-500:]}")
    return tell(json.loads(done.stdout)["messages"])


def tell(messages: list[dict[str, Any]]) -> list[str]:
    """Tell each kind of finding once: how often, and where first."""
    found: dict[str, list[str]] = {}
    for message in messages:
        place = f"{message.get('url', '').rpartition('/')[2]}:{message.get('lastLine', '')}"
        extract = " ".join(message.get("extract", "").split())
        said = f"{message.get('subType') or message['type']}: {message['message']}"
        found.setdefault(said, []).append(f"{place}  {extract}")
    return [f"{said}  {len(places)} times, first in {places[0]}" for said, places in found.items()]
