"""`DateInput`: a day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.input import Input

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.components.component import Parent
    from domsync_jupyter.dom.events import Event

__all__ = ["DateInput"]


class DateInput(Input[Any]):
    """A day, to be typed or picked from a calendar; as people of the browser's language write it.

    The value is a `datetime.date`, or ``None`` if the field is empty.

    ```python
    import datetime as dt

    start = DateInput(document, "Start", dt.date(2025, 1, 1), min=dt.date(2020, 1, 1), max=dt.date.today())
    start.on_change = lambda day: print("all" if day is None else f"from {day:%d %B %Y}")
    ```

    Args:
        parent: The element, component or document to put it in.
        label: What it is for, in a few words. Without any, say it with ``control.ariaLabel``.
        value: The day at first; none if ``None``.
        on_change: Called with the date, or ``None``, when a person has changed it; may be a coroutine function.
        min: The first day that may be. Without it, or with one of the last thousand years, a year of fewer than four
            digits counts as one that is still being typed.
        max: The last day that may be.
        required: Whether the field may not be empty; `value` has to be given then.
        disabled: Whether it can only be looked at.
        help: More about it, in small letters below.

    Raises:
        TypeError: If `value`, `min` or `max` is no date, or is a `datetime.datetime`.
        ValueError: If `value` is out of bounds, or missing.

    Attributes:
        on_change: See above; may be set at any time.
    """

    _is_typed = True
    # Of what is no date yet a browser says only that; its value is "".
    _getter = "this.validity.badInput"

    def __init__(
        self,
        parent: Parent,
        label: str,
        value: dt.date | None = None,
        *,
        on_change: Callable[[Any], Any] | None = None,
        min: dt.date | None = None,
        max: dt.date | None = None,
        required: bool = False,
        disabled: bool = False,
        help: str = "",
    ) -> None:
        super().__init__(parent, label, on_change=on_change, disabled=disabled, help=help)
        self._min = dt.date.min if min is None else _date(min, "min")
        self._max = dt.date.max if max is None else _date(max, "max")
        if self._min > self._max:
            raise ValueError(f"min is {min}, which is after max, {max}")
        self._required = required
        # With a last day, browsers go on to the month after four digits of the year.
        attributes = {"type": "date", "class": "domsync-field", "max": self._max.isoformat()}
        if min is not None:
            attributes["min"] = self._min.isoformat()
        self._field: Any = self.getDocument().createElement("input", attributes=attributes)
        self._frame.append(self._field)
        self._complete(value, self._field)

    def _read(self, event: Event | None) -> dt.date | None:
        text = self._field.value
        if event is not None and event.value is True:
            raise ValueError("Enter a whole date.")
        if not text:
            return self._fitting(None)
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            raise ValueError("Enter a date of the years 1 to 9999.") from None
        if day.year < 1000 <= self._min.year or (day.year < 1000 and self._min == dt.date.min):
            raise ValueError("Enter a year of four digits.")
        return self._fitting(day)

    def _show(self, value: dt.date | None) -> None:
        self._field.value = "" if value is None else value.isoformat()

    def _checked(self, value: Any) -> dt.date | None:
        return self._fitting(None if value is None else _date(value, "the value"))

    def _fitting(self, day: dt.date | None) -> dt.date | None:
        if day is None:
            if self._required:
                raise ValueError("Enter a date.")
            return None
        if day < self._min:
            raise ValueError(f"{self._min.isoformat()} or later, not {day.isoformat()}.")
        if day > self._max:
            raise ValueError(f"{self._max.isoformat()} or earlier, not {day.isoformat()}.")
        return day


def _date(value: Any, what: str) -> dt.date:
    # A datetime is a date for Python, and would say less than it did.
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise TypeError(f"{what} must be a date (datetime.date), not {type(value).__name__}")
    return value
