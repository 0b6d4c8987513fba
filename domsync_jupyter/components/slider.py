"""`Slider`: a number on a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.formats import Format, written
from domsync_jupyter.components.number_range import NumberBased, NumberRange, Step, usual_step
from domsync_jupyter.dom.reflection import number_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.components.component import Parent
    from domsync_jupyter.dom.events import Event

__all__ = ["Slider"]

STYLE = """
:where(.domsync-slider > label) {
  display: grid; grid-template-columns: 1fr auto; align-items: baseline; column-gap: 12px;
}
:where(.domsync-slider > label > input) {
  grid-area: 2 / 1 / 3 / 3; width: 100%; min-width: 0; height: 24px; cursor: pointer;
}
:where(.domsync-slider > label > output) {
  grid-area: 1 / 2; color: var(--domsync-muted); font-size: 0.93em; font-variant-numeric: tabular-nums;
}
:where(.domsync-slider :disabled) { cursor: default; }
"""


class Slider(NumberBased[Any]):
    """A number on a line, to be moved with the mouse, by touch, or with the arrow keys, Page Up and Down, Home and End.

    The value is an ``int`` if `min` and `step` are, else a ``float``.

    ```python
    from domsync_jupyter.components import Card, Slider

    card = Card(document, "Simulation")
    speed = Slider(card, "Speed", 30, max=120, step=5, format="{} km/h", on_change=lambda value: print(value))
    share = Slider(card, "Share", 0.5, max=1.0, step=0.01, format="{:.0%}", continuous=False)
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What it is for, in a few words. Without any, say it with ``control.ariaLabel``.
        value: The number at first; `min` by default.
        min: The least one.
        max: The greatest one.
        step: The distance of two of them, counted from `min`; ``None`` for any number in between. By default 1, or a
            hundredth of the way if a number has a fraction. What a program sets moves to the nearest one.
        on_change: Called with the number when a person has changed it; may be a coroutine function.
        format: How the number is written beside the label: ``"{:.1f} km"``, ``".1f"``, or a function.
        continuous: Whether the value changes while the slider is moved; else only when it is let go, for what takes
            long. What is written goes along in either case.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Raises:
        TypeError: If `value`, `min`, `max` or `step` is no number.
        ValueError: If `value` is out of bounds, or the bounds make no sense.

    Attributes:
        on_change: See above; may be set at any time.
    """

    _is_bounded = True

    def __init__(
        self,
        parent: Parent,
        label: str,
        value: float | None = None,
        *,
        min: float = 0,
        max: float = 100,
        step: Step = "auto",
        on_change: Callable[[Any], Any] | None = None,
        format: Format = "{}",
        continuous: bool = True,
        disabled: bool = False,
        help: str = "",
    ) -> None:
        super().__init__(parent, label, on_change=on_change, disabled=disabled, help=help)
        self._range = self._check_range(NumberRange(min, max, usual_step(step, min, max, value)))
        self._format = format
        self._follows = continuous
        create = self.getDocument().createElement
        self._root.classList.add("domsync-slider")
        self._slider: Any = create("input", attributes={"type": "range", **self._range.attributes})
        # After the control, which is to be the label's. A reader is told by the control.
        self._output = create("output", attributes={"aria-hidden": "true"})
        self._frame.append(self._slider, self._output)
        if not continuous:
            self._slider.addEventListener("input", self._write)
        self._complete(self._range.low if value is None else value, self._slider, style=STYLE)

    def _read(self, event: Event | None) -> Any:
        value = self._range.parsed(self._slider.value)
        if event is not None:
            self._write(event)
        return value

    def _show(self, value: Any) -> None:
        self._slider.value = number_text(value)
        self._write()

    def _write(self, event: Event | None = None) -> None:
        """Write the number that the control shows."""
        text = written(self._range.parsed(self._slider.value), self._format)
        with self.getDocument().batch():
            if self._output.textContent != text:
                self._output.textContent = text
                self._slider.ariaValueText = text

    def _checked(self, value: Any) -> Any:
        return self._range.checked(value)

    def _clamped(self, value: Any) -> Any:
        return self._range.clamped(value)
