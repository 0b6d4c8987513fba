"""`Choices`: what there is to choose from, texts for the person and values of any kind for the program."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domsync_jupyter.components.input import same

__all__ = ["Choices", "Options"]

#: A mapping from what a person reads to what the program gets, or a list of values, which are read as ``str`` says.
Options = Mapping[str, Any] | Iterable[Any]


class Choices:
    """Options, in order.

    Attributes:
        texts: What a person reads.
        values: What the program gets.

    Raises:
        TypeError: If they are neither a mapping nor a list: a single string, for example.
    """

    __slots__ = ("texts", "values")

    def __init__(self, options: Options) -> None:
        if isinstance(options, str | bytes) or not isinstance(options, Iterable):
            raise TypeError(
                f"expected a list of values or a mapping from texts to values, not {type(options).__name__}"
            )
        self.values: list[Any]
        if isinstance(options, Mapping):
            self.texts, self.values = [str(text) for text in options], list(options.values())
        else:
            self.values = list(options)
            self.texts = [str(value) for value in self.values]

    def __len__(self) -> int:
        return len(self.values)

    def index(self, value: object) -> int:
        """Which one is meant: that very object, else one of its type that is equal, else one that is equal.

        Raises:
            ValueError: If there is none.
        """
        alike: Callable[[object, object], bool]
        for alike in (operator.is_, same, _equal):
            for index, one in enumerate(self.values):
                if alike(one, value):
                    return index
        shown = ", ".join(map(repr, self.values[:10])) + (", ..." if len(self.values) > 10 else "")
        raise ValueError(f"{value!r} is none of the options: {shown or 'there are none'}")


def _equal(one: object, other: object) -> bool:
    try:
        return bool(one == other)
    except Exception:  # noqa: BLE001 - arrays and frames do not say whether they are equal
        return False
