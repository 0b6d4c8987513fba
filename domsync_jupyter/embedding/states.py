"""The state of a widget's model on its way to a page: what changed, one value for each key, the last one wins.

Binary parts of values travel beside the JSON, as on a comm: `Values` keeps them with the value that they belong to.
Values are text from the start: what they are made of may change while they wait, and it is known how long they are.
"""

from __future__ import annotations

import base64
import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Value", "Values", "encode", "join", "split"]


class Value(NamedTuple):
    """What a key is set to: JSON, and where in it which bytes belong, as Base64."""

    json: msgspec.Raw
    buffers: tuple[tuple[list[str | int], str], ...] = ()


#: Key -> what it is set to.
Values = dict[str, Value]

#: A path in a state: a key, then keys and indices inside its value.
Path = list[str | int]


def split(state: dict[str, Any], paths: Sequence[Path], buffers: Sequence[Any]) -> Values:
    """The values of a message as a comm carries it.

    Args:
        state: Key -> JSON. A value that is nothing but bytes is missing here.
        paths: Where the buffers belong.
        buffers: As many.

    Raises:
        TypeError, ValueError: If JSON cannot carry a value.
    """
    inside: dict[str, list[tuple[Path, str]]] = {}
    for path, buffer in zip(paths, buffers, strict=True):
        text = base64.b64encode(buffer).decode()
        inside.setdefault(str(path[0]), []).append((list(path[1:]), text))
    return {
        key: Value(msgspec.Raw(encode(state.get(key)).encode()), tuple(inside.get(key, ())))
        for key in {**state, **inside}
    }


def join(values: Values) -> dict[str, Any]:
    """The members of a message to a page: ``state``, ``buffer_paths``, ``buffers``."""
    return {
        "state": {key: value.json for key, value in values.items()},
        "buffer_paths": [[key, *path] for key, value in values.items() for path, _ in value.buffers],
        "buffers": [text for value in values.values() for _, text in value.buffers],
    }


def encode(message: Any) -> str:
    """A message as text. What JSON has no word for is written as Jupyter does; numbers that are none become null."""
    return msgspec.json.encode(message, enc_hook=_plain).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if hasattr(value, "tolist"):  # numbers and arrays of numpy, which knows how to make them plain
        return value.tolist()
    raise TypeError(f"the state of a widget holds {type(value).__name__}, which JSON cannot carry")
