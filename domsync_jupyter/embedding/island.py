"""`make_island`: an `anywidget.AnyWidget` of an ES module and the values of its model, without a class of one's own."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["make_island"]

_RESERVED = frozenset(dir(anywidget.AnyWidget)) | {"_esm", "_css", "_anywidget_id"}


def make_island(
    esm: str | Path, css: str | Path | None = None, model: Mapping[str, Any] | None = None
) -> anywidget.AnyWidget:
    """Make a widget with a synced trait for each key of `model`.

    Raises:
        ValueError: If a key is no name, or one that widgets use themselves.
        TypeError: If a key is not text.
    """
    members: dict[str, Any] = {"_esm": esm}
    if css is not None:
        members["_css"] = css
    for key, value in (model or {}).items():
        if not isinstance(key, str):
            raise TypeError(f"the keys of model must be str, not {type(key).__name__}")
        if not key.isidentifier() or key in _RESERVED:
            raise ValueError(
                f"the key {key!r} of model cannot be used: "
                + ("widgets have a member of this name" if key in _RESERVED else "it is not a name in Python")
            )
        members[key] = traitlets.Any(value).tag(sync=True)
    members["__doc__"] = "An island: see `Document.embed`."
    members["__module__"] = __name__
    # A page keeps one style sheet for all widgets whose classes have the same name, that of the last one.
    name = "Island" if css is None else f"Island_{sha256(str(css).encode()).hexdigest()[:12]}"
    island: anywidget.AnyWidget = type(name, (anywidget.AnyWidget,), members)()
    return island
