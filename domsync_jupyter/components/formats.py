"""How components are told to write a value."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

__all__ = ["Format", "written"]

#: A format alone, such as ``".1f"``, a text with one, ``"{:.1f} km"``, or a function from a value to text.
Format = str | Callable[[Any], str]


def written(value: Any, format: Format) -> str:
    """A value as a format says.

    Raises:
        AttributeError, LookupError, TypeError, ValueError: If the format does not suit it.
        Exception: What a function raises.
    """
    if not isinstance(format, str):
        return str(format(value))
    return format.format(value) if "{" in format else builtins.format(value, format)
