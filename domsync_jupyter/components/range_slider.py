"""`RangeSlider`: two numbers on a line, and what is between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.formats import Format, written
from domsync_jupyter.components.number_range import NumberBased, NumberRange, Step, usual_step
from domsync_jupyter.dom.reflection import number_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.components.component import Parent
    from domsync_jupyter.dom.events import Event

__all__ = ["RangeSlider"]

THUMB = """
  appearance: none; box-sizing: border-box; width: 16px; height: 16px; border: 0; border-radius: 50%;
  background: var(--domsync-accent); pointer-events: auto; cursor: pointer;
"""
# Two controls of the browser's lie upon each other; of either only the thumb can be touched.
STYLE = f"""
:where(.domsync-range > legend) {{
  display: flex; justify-content: space-between; align-items: baseline; column-gap: 12px; width: 100%;
}}
:where(.domsync-range output) {{
  color: var(--domsync-muted); font-size: 0.93em; font-variant-numeric: tabular-nums;
}}
:where(.domsync-range-line) {{ display: grid; align-items: center; height: 24px; }}
:where(.domsync-range-line > *) {{ grid-area: 1 / 1; }}
:where(.domsync-range-line > div) {{
  height: 6px; margin: 0 1px; border-radius: 3px; background: linear-gradient(to right,
    var(--domsync-line) calc(8px + (100% - 16px) * var(--low)), var(--domsync-accent) 0,
    var(--domsync-accent) calc(8px + (100% - 16px) * var(--high)), var(--domsync-line) 0);
}}
:where(.domsync-range-line > input) {{
  appearance: none; width: 100%; min-width: 0; height: 24px; padding: 0; background: none; pointer-events: none;
}}
:where(.domsync-range-line > input)::-webkit-slider-thumb {{ {THUMB} }}
:where(.domsync-range-line > input)::-moz-range-thumb {{ {THUMB} }}
:where(.domsync-range-line > input)::-moz-range-track {{ background: none; }}
:where(.domsync-range-line > input:focus-visible) {{ outline: none; }}
:where(.domsync-range-line > input:focus-visible)::-webkit-slider-thumb {{
  outline: 2px solid var(--domsync-accent); outline-offset: 2px;
}}
:where(.domsync-range-line > input:focus-visible)::-moz-range-thumb {{
  outline: 2px solid var(--domsync-accent); outline-offset: 2px;
}}
:where(.domsync-range:disabled) :where(.domsync-range-line) {{ opacity: 0.55; }}
"""


class RangeSlider(NumberBased[Any]):
    """Two numbers on a line, each with a thumb that is moved like that of a `Slider`: for "from" and "to".

    The value is a tuple of the smaller and the larger one. A thumb may pass the other one: then it is the other end.

    ```python
    years = RangeSlider(document, "Years", (1990, 2020), min=1950, max=2025)
    years.on_change = lambda value: print("from", value[0], "to", value[1])
    years.value = (2000, 2010)
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What it is for, in a few words.
        value: The two numbers at first; all there is by default.
        min: The least number.
        max: The greatest number.
        step: The distance of two of them, counted from `min`; ``None`` for any number in between. By default 1, or a
            hundredth of the way if a number has a fraction. What a program sets moves to the nearest one.
        on_change: Called with the tuple when a person has changed it; may be a coroutine function.
        format: How each number is written beside the label.
        continuous: Whether the value changes while a thumb is moved; else only when it is let go.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Raises:
        TypeError: If `value` is no pair of numbers, or `min`, `max` or `step` is no number.
        ValueError: If `value` is out of bounds or the wrong way round, or the bounds make no sense.

    Attributes:
        on_change: See above; may be set at any time.
    """

    _tag = "fieldset"
    _is_bounded = True

    def __init__(
        self,
        parent: Parent,
        label: str,
        value: tuple[float, float] | None = None,
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
        self._range = self._check_range(NumberRange(min, max, usual_step(step, min, max, *(value or ()))))
        self._format = format
        self._follows = continuous
        create = self.getDocument().createElement
        self._root.classList.add("domsync-range")
        attributes = {"type": "range", **self._range.attributes}
        self._sliders: list[Any] = [create("input", attributes=attributes) for _ in range(2)]
        self._output = create("output", attributes={"aria-hidden": "true"})
        line = create("div", attributes={"class": "domsync-range-line"})
        self._bar: Any = line.appendChild(create("div"))
        line.append(*self._sliders)
        self._label.after(self._output)
        self._frame.append(line)
        if not continuous:
            for slider in self._sliders:
                slider.addEventListener("input", self._write)
        if value is None:
            value = (self._range.clamped(min), self._range.clamped(max))
        self._complete(value, *self._sliders, style=STYLE)

    def _read(self, event: Event | None) -> Any:
        value = self._ends()
        if event is not None:
            self._write(event)
        return value

    def _show(self, value: Any) -> None:
        for slider, number in zip(self._sliders, value, strict=True):
            slider.value = number_text(number)
        self._write()

    def _ends(self) -> tuple[float, ...]:
        return tuple(sorted(self._range.parsed(slider.value) for slider in self._sliders))

    def _write(self, event: Event | None = None) -> None:
        """Write, and mark on the line, what the thumbs show."""
        ends = self._ends()
        texts = [written(number, self._format) for number in ends]
        low, high = self._range.low, self._range.high
        assert low is not None
        assert high is not None
        with self.getDocument().batch():
            self._output.textContent = " – ".join(texts)
            for name, number in zip(("--low", "--high"), ends, strict=True):
                self._bar.style.setProperty(name, f"{(number - low) / ((high - low) or 1):.4f}")
            for slider in self._sliders:
                # Which end a thumb is depends on where the other one is.
                end = ends.index(self._range.parsed(slider.value))
                if ends[0] == ends[1]:
                    end = self._sliders.index(slider)
                slider.ariaLabel = f"{self.label}, {('from', 'to')[end]}"
                slider.ariaValueText = texts[end]

    def _checked(self, value: Any) -> Any:
        try:
            low, high = value
        except (TypeError, ValueError):
            raise TypeError(f"the value of a range must be a pair of numbers, not {value!r}") from None
        ends = (self._range.checked(low), self._range.checked(high))
        if low > high:
            raise ValueError(f"the first number, {low}, is more than the second one, {high}")
        return ends

    def _clamped(self, value: Any) -> Any:
        return tuple(self._range.clamped(number) for number in value)
