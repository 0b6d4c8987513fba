"""`MultiSelect`: any number of several values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.choice_input import TickList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domsync_jupyter.components.choices import Options
    from domsync_jupyter.components.component import Parent
    from domsync_jupyter.dom.events import Event

__all__ = ["MultiSelect"]

STYLE = """
:where(.domsync-multi-select .domsync-choices) { max-height: 11em; overflow: auto; scrollbar-width: thin; }
"""


class MultiSelect(TickList):
    """Any number of several values, each with a box to tick. A long list is scrolled.

    The value is a list, in the order of the options, whatever the order in which they were chosen.

    ```python
    islands = MultiSelect(document, "Islands", ["Biscoe", "Dream", "Torgersen"], ["Dream"])
    islands.on_change = lambda chosen: print(", ".join(chosen) or "none")
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What it is for, in a few words.
        options: A mapping from what is read to values of any type, or a list of values.
        value: Those of the options' values that are chosen at first.
        on_change: Called with the list when a person has changed it; may be a coroutine function.
        inline: Whether they stand beside each other.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Raises:
        TypeError: If `options` are neither a mapping nor a list, or `value` is no list.
        ValueError: If one of `value` is none of the options'.

    Attributes:
        on_change: See above; may be set at any time.
    """

    _type = "checkbox"

    def __init__(
        self,
        parent: Parent,
        label: str,
        options: Options,
        value: Iterable[Any] = (),
        *,
        on_change: Callable[[list[Any]], Any] | None = None,
        inline: bool = False,
        disabled: bool = False,
        help: str = "",
    ) -> None:
        super().__init__(
            parent, label, options, on_change=on_change, inline=inline, disabled=disabled, help=help
        )
        self._root.classList.add("domsync-multi-select")
        self._complete_list(value, STYLE)

    def _read(self, event: Event | None) -> list[Any]:
        return self._ticked()

    def _handed_out(self) -> list[Any]:
        return list(self._value)

    def _show(self, value: list[Any]) -> None:
        self._tick({self._choices.index(each) for each in value})

    def _checked(self, value: Any) -> list[Any]:
        if isinstance(value, str | bytes):
            raise TypeError(f"the value of a MultiSelect must be a list of values, not {value!r}")
        indices = {self._choices.index(each) for each in value}
        return [self._choices.values[index] for index in sorted(indices)]

    def _kept(self, value: list[Any]) -> list[Any]:
        kept = []
        for each in value:
            try:
                kept += self._checked([each])
            except ValueError:
                continue
        return self._checked(kept)
