"""`NumberRange`: which numbers may be, and `NumberBased`: inputs whose values are such numbers."""

from __future__ import annotations

import math
import sys
from abc import abstractmethod
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal, localcontext
from math import inf, isclose
from numbers import Integral, Real
from typing import Any, ClassVar, Literal, TypeVar

from domsync_jupyter.components.input import Input
from domsync_jupyter.dom.reflection import number_text

__all__ = ["NumberBased", "NumberRange", "Step", "usual_step"]

Value = TypeVar("Value")

#: The distance of two numbers; ``None`` for any number in between; ``"auto"`` for what `usual_step` says.
Step = float | Literal["auto"] | None


def usual_step(step: Step, low: float | None, high: float | None, *values: object) -> float | None:
    """What "auto" means: 1, if no number has a fraction; else a hundredth of the way, or no step if a value is on none.

    Without both ends, fractions have no step.
    """
    if step != "auto":
        return step
    floats = [number for number in (low, high, *values) if isinstance(number, float)]
    if all(number.is_integer() for number in floats):
        return 1
    if low is None or high is None or not 0 < high - low < inf:
        return None
    step = (high - low) / 100
    places = [(number - low) / step for number in values if isinstance(number, int | float)]
    return step if all(isclose(place, round(place), abs_tol=1e-9) for place in places) else None


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers from `low` to `high`, in steps that are counted from `low`, or from 0.

    Attributes:
        low: The least one, or ``None``.
        high: The greatest one, or ``None``; it need not be on a step.
        step: The distance of two of them; ``None`` for any number in between.

    Raises:
        TypeError: If one of them is no number.
        ValueError: If one of them is not finite, there is no number at all, or `step` is not positive.
    """

    low: float | None = None
    high: float | None = None
    step: float | None = 1

    def __post_init__(self) -> None:
        for name in self.__slots__:
            given = getattr(self, name)
            if given is not None:
                object.__setattr__(
                    self, name, _number(given, "min" if name == "low" else "max" if name == "high" else name)
                )
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"min is {self.low}, which is more than max, {self.high}")
        if self.step is not None and self.step <= 0:
            raise ValueError(f"step must be more than 0, not {self.step}")

    @property
    def is_whole(self) -> bool:
        """Whether its numbers are ``int``."""
        return isinstance(self.step, int) and isinstance(self.low or 0, int)

    @property
    def attributes(self) -> dict[str, str]:
        """What an ``<input>`` has to be told."""
        known = {"min": self.low, "max": self.high, "step": "any" if self.step is None else self.step}
        return {
            name: value if isinstance(value, str) else number_text(value)
            for name, value in known.items()
            if value is not None
        }

    def checked(self, value: Any) -> float:
        """The number that a program gave, on the nearest step.

        Raises:
            TypeError: If it is no number.
            ValueError: If it is not finite, or too small or too large.
        """
        number = _number(value, "the value")
        self._check_bounds(number)
        return self.nearest(number)

    def parsed(self, text: str) -> float:
        """The number that a person wrote.

        Raises:
            ValueError: If it is none of those that may be. The message is for the person.
        """
        number: float
        try:
            number = int(text) if text.removeprefix("-").isdecimal() else float(text)
        except ValueError:
            number = math.nan
        if not _is_finite(number):
            raise ValueError("Enter a whole number." if self.is_whole else "Enter a number.")
        self._check_bounds(number)
        nearest = self.nearest(number)
        if nearest != number:
            if self.is_whole and self.step == 1:
                raise ValueError("Enter a whole number.")
            start = f" from {number_text(self.low)}" if self.low else ""
            raise ValueError(
                f"In steps of {number_text(self.step or 0)}{start}: for example {number_text(nearest)}."
            )
        return nearest

    def clamped(self, number: float) -> float:
        """The number of the range that is nearest."""
        if self.low is not None:
            number = max(number, self.low)
        if self.high is not None:
            number = min(number, self.high)
        return self.nearest(number)

    def nearest(self, number: float) -> float:
        """A number between the bounds, on the nearest step that is in there, too."""
        if self.step is None:
            return number
        with localcontext(prec=50):
            # By their decimal digits: 0.1 + 2 * 0.1 is to be 0.3.
            start, step, value = (Decimal(str(part)) for part in (self.low or 0, self.step, number))
            steps = ((value - start) / step).to_integral_value(ROUND_HALF_EVEN)
            if self.high is not None:
                steps = min(steps, ((Decimal(str(self.high)) - start) / step).to_integral_value(ROUND_FLOOR))
            result = start + steps * step
        return int(result) if self.is_whole else float(result)

    def _check_bounds(self, number: float) -> None:
        low, high = self.low, self.high
        if (low is None or low <= number) and (high is None or number <= high):
            return
        if low is not None and high is not None:
            raise ValueError(
                f"Between {number_text(low)} and {number_text(high)}, not {number_text(number)}."
            )
        if low is not None:
            raise ValueError(f"At least {number_text(low)}, not {number_text(number)}.")
        assert high is not None
        raise ValueError(f"At most {number_text(high)}, not {number_text(number)}.")


class NumberBased(Input[Value]):
    """An input whose value is one or more numbers of a range."""

    #: Whether there have to be bounds.
    _is_bounded: ClassVar[bool] = False
    _range: NumberRange

    @property
    def min(self) -> float | None:
        """The least number. When it is set, a value that is less becomes it."""
        return self._range.low

    @min.setter
    def min(self, low: float | None) -> None:
        self._set_range(replace(self._range, low=low))

    @property
    def max(self) -> float | None:
        """The greatest number. When it is set, a value that is more becomes it."""
        return self._range.high

    @max.setter
    def max(self, high: float | None) -> None:
        self._set_range(replace(self._range, high=high))

    @property
    def step(self) -> float | None:
        """The distance of two numbers, or ``None``. When it is set, the value moves to the nearest one."""
        return self._range.step

    @step.setter
    def step(self, step: float | None) -> None:
        self._set_range(replace(self._range, step=step))

    def _set_range(self, range: NumberRange) -> None:
        self._check_range(range)
        with self.getDocument().batch():
            value = self.value
            self._range = range
            for control in self._controls:
                for name in ("min", "max", "step"):
                    if name in range.attributes:
                        control.setAttribute(name, range.attributes[name])
                    else:
                        control.removeAttribute(name)
        self._put(self._clamped(value))

    def _check_range(self, range: NumberRange) -> NumberRange:
        if self._is_bounded and (range.low is None or range.high is None):
            raise TypeError(f"a {type(self).__name__} needs both min and max")
        return range

    @abstractmethod
    def _clamped(self, value: Value) -> Value:
        """The value of the present range that is nearest."""


def _number(value: Any, what: str) -> float:
    """An ``int`` or a ``float``, also of NumPy's.

    Raises:
        TypeError: If it is something else.
        ValueError: If it is not finite.
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{what} must be a number, not {type(value).__name__}")
    number = int(value) if isinstance(value, Integral) else float(value)
    if not _is_finite(number):
        raise ValueError(f"{what} must be a finite number that a float can be, not {value!r:.60}")
    return number


def _is_finite(number: float) -> bool:
    """Whether a browser has such a number: its numbers are floats, while an ``int`` may be larger."""
    return -sys.float_info.max <= number <= sys.float_info.max
