"""`NumberInput`: a number to be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.number_range import NumberBased, NumberRange, Step, usual_step
from domsync_jupyter.dom.reflection import number_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.components.component import Parent
    from domsync_jupyter.dom.events import Event

__all__ = ["NumberInput"]


class NumberInput(NumberBased[Any]):
    """A number to be typed, or changed in steps with the arrow keys.

    The value is an ``int`` if `min` and `step` are, else a ``float``. While what is typed is no number that may be, the
    value stays the last good one, and below stands what is wrong.

    ```python
    trials = NumberInput(document, "Trials", 100, min=1, max=10_000)
    rate = NumberInput(document, "Learning rate", 0.01, min=0, max=1, step=None)
    limit = NumberInput(document, "Limit", optional=True, help="empty for none")
    trials.on_change = lambda value: print(value, "trials")
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What it is for, in a few words. Without any, say it with ``control.ariaLabel``.
        value: The number at first. If ``None``: none if it is `optional`, else the one nearest to 0.
        on_change: Called with the number when a person has changed it; may be a coroutine function.
        min: The least one.
        max: The greatest one.
        step: The distance of two of them, counted from `min` or 0; ``None`` for any number. By default 1, or any number
            if one that is given has a fraction. What a program sets moves to the nearest one.
        optional: Whether the field may be empty; the value is ``None`` then.
        placeholder: What stands in the empty field.
        continuous: Whether the value changes with each key. Else it does with Enter, or when the focus goes elsewhere.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Raises:
        TypeError: If `value`, `min`, `max` or `step` is no number.
        ValueError: If `value` is out of bounds, or the bounds make no sense.

    Attributes:
        on_change: See above; may be set at any time.
    """

    _is_typed = True
    # Of what is no number yet a browser says only that; its value is "".
    _getter = "this.validity.badInput"

    def __init__(
        self,
        parent: Parent,
        label: str,
        value: float | None = None,
        *,
        on_change: Callable[[Any], Any] | None = None,
        min: float | None = None,
        max: float | None = None,
        step: Step = "auto",
        optional: bool = False,
        placeholder: str = "",
        continuous: bool = True,
        disabled: bool = False,
        help: str = "",
    ) -> None:
        super().__init__(parent, label, on_change=on_change, disabled=disabled, help=help)
        self._range = NumberRange(min, max, usual_step(step, min, None, max, value))
        self._optional = optional
        self._follows = continuous
        attributes = {"type": "number", "class": "domsync-field", **self._range.attributes}
        self._field: Any = self.getDocument().createElement("input", attributes=attributes)
        if placeholder:
            self._field.placeholder = placeholder
        self._frame.append(self._field)
        if value is None and not optional:
            value = self._range.clamped(0)
        self._complete(value, self._field)

    def _read(self, event: Event | None) -> Any:
        text = self._field.value
        if not text and self._optional and not (event is not None and event.value is True):
            return None
        return self._range.parsed(text)

    def _show(self, value: Any) -> None:
        self._field.value = "" if value is None else number_text(value)

    def _checked(self, value: Any) -> Any:
        if value is None and self._optional:
            return None
        return self._range.checked(value)

    def _clamped(self, value: Any) -> Any:
        return None if value is None else self._range.clamped(value)
