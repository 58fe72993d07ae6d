"""Templates compiled once for each language: a sentence without a number or a name in it is text, not a question.

A page says about forty sentences, and asking for each of them at each drawing cost a fifth of the page
(`docs/decisions/0041-speed-by-asking-less.md`).
"""

from collections.abc import Iterable, MutableMapping
from typing import Any, cast

from flask import Flask, has_request_context
from flask.templating import Environment
from flask_babel import get_locale, gettext
from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

_ASKS = "_"
_ALL = -1


class SpokenEnvironment(Environment):
    """An environment that keeps a template for each language, with the language's sentences in it."""

    def __init__(self, app: Flask, **options: Any) -> None:
        """Keep what is compiled by language, too."""
        super().__init__(app, cache_size=_ALL, **options)
        self.cache = cast(Any, _ByLanguage(self.cache))

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give a template the environment's own globals where it has none besides: a chain of maps is slow to compare.

        Each import of each drawing compares them.
        """
        return super().make_globals(d) if d else cast(MutableMapping[str, Any], self.globals)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        if _spoken() is not None:
            is_escaped = self.autoescape(name) if callable(self.autoescape) else self.autoescape
            source = _Folder(is_escaped=is_escaped).visit(source)
        return super()._generate(source, name, filename, defer_init)


def _spoken() -> str | None:
    """Tell the language of the page that is drawn; outside of a request sentences are asked for at each drawing."""
    return str(get_locale()) if has_request_context() else None


class _ByLanguage:
    """A cache of templates behind one that tells languages apart."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def get(self, key: Any, default: Any = None) -> Any:
        return self._inner.get((key, _spoken()), default)

    def __setitem__(self, key: Any, template: Any) -> None:
        self._inner[key, _spoken()] = template

    def clear(self) -> None:
        self._inner.clear()


class _Folder(NodeTransformer):
    """Puts the sentence of the language where `_('...')` stands without anything to fill in."""

    def __init__(self, *, is_escaped: bool) -> None:
        self._is_escaped = is_escaped

    def visit_Call(self, node: nodes.Call, *more: Any, **named: Any) -> nodes.Node:  # noqa: N802 (named by jinja)
        """Fold a call that asks for a plain sentence."""
        self.generic_visit(node, *more, **named)
        said = _said(node)
        if said is None:
            return node
        # as jinja's own gettext does it: what is translated is markup, and a format even with nothing to fill in
        text = (Markup(gettext(said)) if self._is_escaped else gettext(said)) % {}
        return nodes.Const(text, lineno=node.lineno, environment=node.environment)


def _said(node: nodes.Call) -> str | None:
    given: Iterable[object] = (*node.kwargs, node.dyn_args, node.dyn_kwargs)
    is_plain = len(node.args) == 1 and not any(given)
    if not is_plain or not isinstance(node.node, nodes.Name) or node.node.name != _ASKS:
        return None
    words = node.args[0]
    return words.value if isinstance(words, nodes.Const) and isinstance(words.value, str) else None
