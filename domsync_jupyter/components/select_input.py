"""`Select`: one of several values, in a list that opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.choice_input import NOT_GIVEN, ChoiceInput
from domsync_jupyter.components.choices import Choices, Options

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.components.component import Parent
    from domsync_jupyter.dom.events import Event

__all__ = ["Select"]


class Select(ChoiceInput):
    """One of several values, in a list that opens.

    ```python
    from domsync_jupyter.components import Select

    base = Select(document, "Scale", {"linear": None, "binary": 2, "decimal": 10}, on_change=lambda base: print(base))
    colour = Select(document, "Colour", ["red", "green", "blue"], "green")
    station = Select(document, "Station", range(1, 40), placeholder="Choose a station")
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What it is for, in a few words. Without any, say it with ``control.ariaLabel``.
        options: A mapping from what is read to values of any type, or a list of values.
        value: The value at first: one of the options'. By default the first one.
        on_change: Called with the value when a person has chosen another one; may be a coroutine function.
        placeholder: What stands there while nothing is chosen; the value is ``None`` then, as it is at first.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Raises:
        TypeError: If `options` are neither a mapping nor a list.
        ValueError: If `value` is none of the options'.

    Attributes:
        on_change: See above; may be set at any time.
    """

    def __init__(
        self,
        parent: Parent,
        label: str,
        options: Options,
        value: Any = NOT_GIVEN,
        *,
        on_change: Callable[[Any], Any] | None = None,
        placeholder: str = "",
        disabled: bool = False,
        help: str = "",
    ) -> None:
        super().__init__(parent, label, on_change=on_change, disabled=disabled, help=help)
        self._choices = Choices(options)
        self._may_be_none = bool(placeholder)
        self._placeholder = placeholder
        self._select: Any = self.getDocument().createElement("select", attributes={"class": "domsync-field"})
        self._frame.append(self._select)
        self._fill()
        self._complete(self._first() if value is NOT_GIVEN else value, self._select)

    def _fill(self) -> None:
        create = self.getDocument().createElement
        texts = [self._placeholder, *self._choices.texts] if self._may_be_none else self._choices.texts
        self._select.replaceChildren(
            *(create("option", innerText=text, value=str(index)) for index, text in enumerate(texts))
        )

    def _read(self, event: Event | None) -> Any:
        index = self._select.selectedIndex - self._may_be_none
        if index >= 0:
            return self._choices.values[index]
        if self._may_be_none or not self._choices:
            return None
        raise ValueError("Choose one of them.")

    def _show(self, value: Any) -> None:
        try:
            index = self._choices.index(value)
        except ValueError:
            index = -1
        self._select.selectedIndex = index + self._may_be_none
