"""`RadioGroup`: one of a few values, all of which are seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.choice_input import NOT_GIVEN, TickList

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.components.choices import Options
    from domsync_jupyter.components.component import Parent
    from domsync_jupyter.dom.events import Event

__all__ = ["RadioGroup"]


class RadioGroup(TickList):
    """One of a few values, all of which are seen.

    ```python
    scale = RadioGroup(document, "Scale", {"linear": None, "logarithmic": 10}, inline=True)
    scale.on_change = lambda base: print("base", base)
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What it is for, in a few words.
        options: A mapping from what is read to values of any type, or a list of values.
        value: The value at first: one of the options'. By default the first one.
        on_change: Called with the value when a person has chosen another one; may be a coroutine function.
        inline: Whether they stand beside each other.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Raises:
        TypeError: If `options` are neither a mapping nor a list.
        ValueError: If `value` is none of the options'.

    Attributes:
        on_change: See above; may be set at any time.
    """

    _type = "radio"

    def __init__(
        self,
        parent: Parent,
        label: str,
        options: Options,
        value: Any = NOT_GIVEN,
        *,
        on_change: Callable[[Any], Any] | None = None,
        inline: bool = False,
        disabled: bool = False,
        help: str = "",
    ) -> None:
        super().__init__(
            parent, label, options, on_change=on_change, inline=inline, disabled=disabled, help=help
        )
        self._complete_list(self._first() if value is NOT_GIVEN else value)

    def _read(self, event: Event | None) -> Any:
        if ticked := self._ticked():
            return ticked[0]
        if not self._choices:
            return None
        raise ValueError("Choose one of them.")

    def _show(self, value: Any) -> None:
        self._tick({self._choices.index(value)} if self._choices else set())
