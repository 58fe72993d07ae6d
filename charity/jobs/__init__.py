"""Regular work: every module with TURNS offers pieces of it to the one worker loop."""

from importlib import import_module
from pkgutil import iter_modules

from charity.jobs.loop import Turn


def all_turns() -> list[Turn]:
    """List the turns of all rooms."""
    turns: list[Turn] = []
    for found in iter_modules(__path__):
        turns.extend(getattr(import_module(f"{__name__}.{found.name}"), "TURNS", ()))
    return turns
