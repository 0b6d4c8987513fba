"""What an ``input`` makes of a value that it is given: the standard's value sanitization algorithms.

https://html.spec.whatwg.org/#value-sanitization-algorithm
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation, localcontext
from typing import TYPE_CHECKING

from domsync_jupyter.dom.reflection import number_text, parse_double

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domsync_jupyter.dom.changes import AttributeKey

__all__ = ["VALUE_MODES", "Steps", "sanitised"]

#: Type -> the mode of its ``value``; those that are not here have the mode "value".
VALUE_MODES = {
    **dict.fromkeys(("hidden", "submit", "image", "reset", "button"), "default"),
    **dict.fromkeys(("checkbox", "radio"), "default/on"),
    "file": "filename",
}

_BLANKS = "\t\n\f\r "
_VALID_DOUBLE = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DATE = re.compile(r"([0-9]{4,})-([0-9]{2})-([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4,})-([0-9]{2})")
_WEEK = re.compile(r"([0-9]{4,})-W([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,3}))?)?")
_COLOUR = re.compile("#[0-9a-fA-F]{6}")


def sanitised(kind: str, value: str, attributes: Mapping[AttributeKey, str]) -> str:
    """The value which an ``input`` has after it was given `value`.

    Args:
        kind: Its type.
        value: Any text.
        attributes: Its attributes: ``multiple``, ``min``, ``max``, ``step`` and ``value`` are looked at.
    """
    match kind:
        case "text" | "search" | "tel" | "password":
            return _without_breaks(value)
        case "url":
            return _without_breaks(value).strip(_BLANKS)
        case "email":
            if "multiple" not in attributes:
                return _without_breaks(value).strip(_BLANKS)
            return ",".join(part.strip(_BLANKS) for part in _without_breaks(value).split(","))
        case "number":
            return value if _is_number(value) else ""
        case "range":
            return _in_range(value, attributes)
        case "color":
            return value.lower() if _COLOUR.fullmatch(value) else _colour(value)
        case "date":
            return value if _is_date(value) else ""
        case "month":
            return value if _is_month(value) else ""
        case "week":
            return value if _is_week(value) else ""
        case "time":
            return value if _is_time(value) else ""
        case "datetime-local":
            return _local_date_and_time(value)
    return value


def _without_breaks(value: str) -> str:
    return value.replace("\n", "").replace("\r", "")


def _is_number(value: str) -> bool:
    return bool(_VALID_DOUBLE.fullmatch(value)) and parse_double(value) is not None


def _decimal(text: str | None) -> Decimal | None:
    if text is None or parse_double(text) is None or not _is_number(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _in_range(value: str, attributes: Mapping[AttributeKey, str]) -> str:
    """https://html.spec.whatwg.org/#range-state-(type=range)"""
    steps = Steps(attributes, is_range=True)
    assert steps.low is not None
    assert steps.high is not None
    with localcontext(prec=30):
        number = _decimal(value)
        if number is None:
            number = steps.low + (steps.high - steps.low) / 2
        number = max(min(number, steps.high), steps.low)
        if steps.step is not None:
            nearest = (
                steps.base
                + ((number - steps.base) / steps.step + Decimal("0.5")).to_integral_value(ROUND_FLOOR)
                * steps.step
            )
            if nearest > steps.high:
                nearest -= steps.step
            if nearest < steps.low:
                nearest += steps.step
            if nearest <= steps.high:
                number = nearest
    return number_text(float(number))


class Steps:
    """The values that a number or a slider can have. https://html.spec.whatwg.org/#the-step-attribute

    Attributes:
        low: The minimum, if there is one.
        high: The maximum, if there is one.
        step: The distance of two values, or ``None`` if any is possible.
        base: Where steps are counted from.
    """

    __slots__ = ("base", "high", "low", "step")

    def __init__(self, attributes: Mapping[AttributeKey, str], *, is_range: bool) -> None:
        self.low = _decimal(attributes.get("min"))
        self.high = _decimal(attributes.get("max"))
        self.base = next(
            (base for base in (self.low, _decimal(attributes.get("value"))) if base is not None), Decimal(0)
        )
        if is_range:
            self.low = Decimal(0) if self.low is None else self.low
            self.high = max(Decimal(100) if self.high is None else self.high, self.low)
        text = attributes.get("step", "1")
        step = _decimal(text)
        self.step = None if text.lower() == "any" else Decimal(1) if step is None or step <= 0 else step

    def move(self, value: str, count: int) -> str | None:
        """The value after `count` steps, or ``None`` if it stays. https://html.spec.whatwg.org/#dom-input-stepup"""
        assert self.step is not None
        if self.low is not None and self.high is not None and self.low > self.high:
            return None
        with localcontext(prec=30):
            known = _decimal(value)
            before = Decimal(0) if known is None else known
            number, steps = before, (before - self.base) / self.step
            if steps != steps.to_integral_value():
                # The first step goes to the nearest value that is possible.
                if count > 0:
                    number = self.base + steps.to_integral_value(ROUND_CEILING) * self.step
                    count -= 1
                elif count < 0:
                    number = self.base + steps.to_integral_value(ROUND_FLOOR) * self.step
                    count += 1
            number += count * self.step
            if self.low is not None and number < self.low:
                number = self.low
            if self.high is not None and number > self.high:
                steps = ((self.high - self.base) / self.step).to_integral_value(ROUND_FLOOR)
                number = self.base + steps * self.step
            if known is None:
                count = 0
            if (count > 0 and number < before) or (count < 0 and number > before):
                return None
        return number_text(float(number))


def _is_date(text: str) -> bool:
    match = _DATE.fullmatch(text)
    return bool(match) and _is_day(int(match[1]), int(match[2]), int(match[3]))  # type: ignore[index]  # it matched


def _is_day(year: int, month: int, day: int) -> bool:
    if not (0 < year <= 275760 and 1 <= month <= 12):
        return False
    # The calendar repeats every 400 years, and Python's ends with the year 9999.
    try:
        dt.date(year if year < 9999 else 2000 + year % 400, month, day)
    except ValueError:
        return False
    return (year, month, day) <= (275760, 9, 13)


def _is_month(text: str) -> bool:
    match = _MONTH.fullmatch(text)
    return bool(match) and _is_day(int(match[1]), int(match[2]), 1)  # type: ignore[index]  # it matched


def _is_week(text: str) -> bool:
    match = _WEEK.fullmatch(text)
    if match is None or not 0 < int(match[1]) <= 275760:
        return False
    year = int(match[1])
    last = dt.date(year if year < 9999 else 2000 + year % 400, 12, 28).isocalendar().week
    return 1 <= int(match[2]) <= last


def _is_time(text: str) -> bool:
    match = _TIME.fullmatch(text)
    return bool(match) and int(match[1]) < 24 and int(match[2]) < 60 and int(match[3] or 0) < 60  # type: ignore[index]  # it matched


def _local_date_and_time(text: str) -> str:
    """https://html.spec.whatwg.org/#valid-normalised-local-date-and-time-string"""
    date, mark, time = text.partition("T")
    if not mark:
        date, _, time = text.partition(" ")
    if not (_is_date(date) and _is_time(time)):
        return ""
    match = _TIME.fullmatch(time)
    assert match is not None
    fraction = (match[4] or "").rstrip("0")
    seconds = match[3] or "00"
    if fraction:
        return f"{date}T{match[1]}:{match[2]}:{seconds}.{fraction}"
    return f"{date}T{match[1]}:{match[2]}" + (f":{seconds}" if seconds != "00" else "")


def _colour(value: str) -> str:
    """https://html.spec.whatwg.org/#color-state-(type=color); colours of CSS 3 only."""
    from tinycss2.color3 import RGBA, parse_color  # type: ignore[import-untyped]  # noqa: PLC0415 - it has no types; rare

    colour = parse_color(value)
    if not isinstance(colour, RGBA):
        return "#000000"
    return "#" + "".join(f"{min(max(round(part * 255), 0), 255):02x}" for part in colour[:3])
