"""Which name was meant: for messages about a name that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["did_you_mean", "suggest"]


def suggest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that is most like `name`, or ``None`` if none is like it.

    One that differs in case only, or in ``_`` and ``-``, comes first: ``innerhtml``, ``inner_html`` -> ``innerHTML``.
    """
    import difflib  # noqa: PLC0415 - only on the way to an error

    plain = {_plain(candidate): candidate for candidate in sorted(candidates)}
    wanted = _plain(name)
    if wanted in plain:
        return plain[wanted]
    close = difflib.get_close_matches(wanted, plain, n=1, cutoff=0.7)
    return plain[close[0]] if close else None


def did_you_mean(name: str, candidates: Iterable[str]) -> str:
    """``": did you mean 'className'?"`` to end a message with, or nothing."""
    meant = suggest(name, candidates)
    return "" if meant is None else f": did you mean {meant!r}?"


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
