"""What a driver saw, as one line of JSON in the file FAULTS_LOG names: docs/durability.md is written from it."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path


def note(name: str, **seen: object) -> None:
    """Write down what was seen, when somebody asked for it."""
    if where := os.environ.get("FAULTS_LOG"):
        line = json.dumps({"name": name, "at": datetime.now(UTC).isoformat(timespec="seconds"), **seen}, default=str)
        with Path(where).open("a") as out:
            out.write(line + "\n")
