"""How components are told about columns and options: with a list of names, or with a mapping from ids to names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["by_id"]


def by_id(items: Mapping[str, str] | Iterable[str]) -> dict[str, str]:
    """A new mapping from ids to names; an item of a list is both.

    Raises:
        TypeError: If it is neither a mapping nor a list, for example a single string.
    """
    if isinstance(items, Mapping):
        return dict(items)
    if isinstance(items, str) or not isinstance(items, Iterable):
        raise TypeError(
            f"expected a list of names or a mapping from ids to names, not {type(items).__name__}"
        )
    return {item: item for item in items}
