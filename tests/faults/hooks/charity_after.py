"""Changing a module each time it is imported: a web worker imports anew what its server had loaded already."""

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

Change = Callable[[ModuleType], None]


_changes: dict[str, list[Change]] = {}


class _Changed(Loader):
    def __init__(self, inner: Loader, changes: Sequence[Change]) -> None:
        self._inner, self._changes = inner, changes

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)
        for change in self._changes:
            change(module)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in _changes:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Changed(spec.loader, _changes[fullname])
        return spec


def after_import(name: str, change: Change) -> None:
    """Let `change` have its way with a module whenever it has been executed, after those that asked before."""
    if not _changes:
        sys.meta_path.insert(0, _Finder())
    _changes.setdefault(name, []).append(change)
