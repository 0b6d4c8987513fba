"""Property paths: what a listener may ask of the page.

domsync's ``js_value_getter`` was JavaScript text. Here it is a path that both sides parse and
nobody evaluates: ``this`` or ``event``, then ``.name`` and ``[index]``, where an index
is a number or a path of its own, as in ``this.options[this.selectedIndex].value``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from domsync_jupyter.errors import DomsyncError

__all__ = ["GetterError", "Path", "check_getter", "parse_getter"]

#: A path, parsed: ``"this"`` or ``"event"``, then for each step a name, a number, or the path whose value it is.
Path = tuple["str | int | Path", ...]

_TOKEN = re.compile(r"\s*(?:(?P<name>[A-Za-z_$][\w$]*)|(?P<index>\d+)|(?P<mark>[.\[\]]))")
_FORBIDDEN = frozenset({"__proto__", "constructor", "prototype"})


class GetterError(DomsyncError, ValueError):
    """A ``js_value_getter`` is not a property path."""


@lru_cache(maxsize=1024)
def check_getter(getter: str) -> str:
    """Check a property path and return it without white space.

    Raises:
        TypeError: If it is not a ``str``.
        GetterError: If it is not a property path.
    """
    if not isinstance(getter, str):
        raise TypeError(f"js_value_getter must be a str, not {type(getter).__name__}")
    tokens = _tokens(getter)
    _parse(tokens, getter)
    return "".join(text for _, text in tokens)


@lru_cache(maxsize=1024)
def parse_getter(getter: str) -> Path:
    """The steps of a property path: ``this.options[0]`` gives ``("this", "options", 0)``.

    Raises:
        GetterError: If it is not a property path.
    """
    return _parse(_tokens(getter), getter)


def _tokens(getter: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position, stripped = 0, getter.rstrip("; \t\r\n")
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:
            raise _error(getter)
        assert match.lastgroup is not None
        tokens.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return tokens


def _parse(tokens: list[tuple[str, str]], getter: str) -> Path:
    path, end = _path(tokens, 0, getter)
    if end != len(tokens):
        raise _error(getter)
    return path


def _path(tokens: list[tuple[str, str]], at: int, getter: str) -> tuple[Path, int]:
    """Read one path from `at`; return it and where it ends."""
    if tokens[at : at + 1] not in ([("name", "this")], [("name", "event")]):
        raise _error(getter)
    steps: list[str | int | Path] = [tokens[at][1]]
    at += 1
    while at < len(tokens) and tokens[at][1] in ".[":
        kind, text = tokens[at + 1] if at + 1 < len(tokens) else ("", "")
        if tokens[at][1] == ".":
            if kind != "name" or text in _FORBIDDEN:
                raise _error(getter)
            steps.append(text)
            at += 2
        else:
            if kind == "index":
                step: int | Path = int(text)
                at += 2
            else:
                step, at = _path(tokens, at + 1, getter)
            if tokens[at : at + 1] != [("mark", "]")]:
                raise _error(getter)
            steps.append(step)
            at += 1
    return tuple(steps), at


def _error(getter: str) -> GetterError:
    return GetterError(
        f"{getter!r} is not a property path: write for example 'this.value', "
        "'this.options[this.selectedIndex].value' or 'event.clientX'; text is never run as code"
    )
