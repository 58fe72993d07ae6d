"""How Chinese is spoken: pypinyin's readings, asked from a file, because its dictionaries take 55 MB of every process.

The file holds what pypinyin says of each of its phrases and characters, and a text is cut as it cuts one: always the
longest phrase that stands next. It is made once for a version of pypinyin; where it cannot be, pypinyin answers itself.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from charity.adapters.apart import ChildFailed, run_apart

FOLDER: Final = Path(__file__).resolve().parent / "data"
_MAKING_TAKES: Final = 120.0
_SCHEMA: Final = "CREATE TABLE readings (words TEXT PRIMARY KEY, spoken TEXT NOT NULL) WITHOUT ROWID"
_ASK: Final = "SELECT words, spoken FROM readings WHERE words IN (SELECT value FROM json_each(?))"
_LONGEST: Final = "SELECT max(length(words)) FROM readings"


def file_of_readings() -> Path:
    """Tell where the readings of the installed pypinyin lie, once they were written."""
    return FOLDER / f"pinyin-{version('pypinyin')}.sqlite"


def write_readings() -> bool:
    """Write the file of readings if there is none; False where it cannot be written. It loads pypinyin."""
    target = file_of_readings()
    if target.is_file():
        return True
    try:
        with TemporaryDirectory(dir=FOLDER, prefix=".pinyin-") as folder:
            fresh = Path(folder) / target.name
            _fill(fresh)
            os.chmod(fresh, 0o644)
            fresh.replace(target)
    except OSError:
        return False
    return True


def _fill(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(_SCHEMA)
        connection.executemany("INSERT INTO readings VALUES (?, ?)", _readings())
    connection.close()


def _readings() -> Iterator[tuple[str, str]]:
    from pypinyin import lazy_pinyin  # noqa: PLC0415  # this is what should be loaded nowhere else
    from pypinyin.constants import PHRASES_DICT, PINYIN_DICT, RE_HANS  # noqa: PLC0415

    phrases = {phrase for phrase in PHRASES_DICT if len(phrase) > 1 and all(RE_HANS.match(each) for each in phrase)}
    for words in phrases | {chr(number) for number in PINYIN_DICT}:
        yield words, " ".join(lazy_pinyin(words, errors="ignore"))


class _Readings:
    """The file of readings, open for reading in this process."""

    def __init__(self, path: Path) -> None:
        address = f"{path.as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._lock = threading.Lock()
        self._longest: int = self._connection.execute(_LONGEST).fetchone()[0]

    def speak(self, text: str) -> list[str]:
        """Give the syllables of a text; a character that nobody can read stays as it is."""
        return self._cut(text, self._ask(self._pieces(text)))

    def speak_all(self, texts: Iterable[str]) -> dict[str, list[str]]:
        """Give the syllables of many texts in one question, which costs a fifth of asking for each."""
        wanted = set(texts)
        found = self._ask({piece for text in wanted for piece in self._pieces(text)})
        return {text: self._cut(text, found) for text in wanted}

    def _pieces(self, text: str) -> set[str]:
        ends = range(1, min(self._longest, len(text)) + 1)
        return {text[at : at + end] for at in range(len(text)) for end in ends}

    def _ask(self, pieces: set[str]) -> dict[str, str]:
        with self._lock:
            return dict(self._connection.execute(_ASK, (json.dumps(sorted(pieces)),)).fetchall())

    def _cut(self, text: str, found: Mapping[str, str]) -> list[str]:
        ends = range(1, min(self._longest, len(text)) + 1)
        spoken: list[str] = []
        at = 0
        while at < len(text):
            words = next((text[at : at + end] for end in reversed(ends) if text[at : at + end] in found), text[at])
            spoken += found.get(words, words).split(" ")
            at += len(words)
        return spoken


@cache
def _readings_file() -> _Readings | None:
    path = file_of_readings()
    if not path.is_file():
        try:
            run_apart(write_readings, name="readings of Chinese", seconds=_MAKING_TAKES)
        except ChildFailed:
            return None
    return _Readings(path) if path.is_file() else None


@lru_cache(maxsize=20_000)
def syllables(text: str) -> tuple[str, ...]:
    """Give the syllables of a Chinese text without their tones, ü as v; what is no Chinese stays as it is."""
    known = _readings_file()
    if known is not None:
        return tuple(known.speak(text))
    from pypinyin import lazy_pinyin  # noqa: PLC0415  # where no file can be kept

    return tuple(lazy_pinyin(text))


def syllables_of(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Give the syllables of many texts at once, each as `syllables` does."""
    known = _readings_file()
    if known is not None:
        return {text: tuple(spoken) for text, spoken in known.speak_all(texts).items()}
    return {text: syllables(text) for text in set(texts)}
