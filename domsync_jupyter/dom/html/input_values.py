"""What an ``input`` makes of a value that it is given: the standard's value sanitization algorithms.

https://html.spec.whatwg.org/#value-sanitization-algorithm
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_FLOOR, Decimal, InvalidOperation, localcontext
from typing import TYPE_CHECKING

from domsync_jupyter.dom.reflection import number_text, parse_double

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domsync_jupyter.dom.changes import AttributeKey

__all__ = ["VALUE_MODES", "sanitised"]

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
            return ",".join(part.strip(_BLANKS) for part in value.split(","))
        case "number":
            return value if _is_number(value) else ""
        case "range":
            return _in_range(value, attributes)
        case "color":
            return value.lower() if _COLOUR.fullmatch(value) else "#000000"
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
    low = _decimal(attributes.get("min"))
    high = _decimal(attributes.get("max"))
    minimum = Decimal(0) if low is None else low
    maximum = Decimal(100) if high is None else high
    number = _decimal(value)
    with localcontext(prec=30):
        if number is None:
            number = minimum if maximum < minimum else minimum + (maximum - minimum) / 2
        if maximum >= minimum:
            number = min(number, maximum)
        number = max(number, minimum)
        step_text = attributes.get("step", "1")
        step = _decimal(step_text)
        if step_text.lower() != "any":
            if step is None or step <= 0:
                step = Decimal(1)
            base = low
            if base is None:
                base = _decimal(attributes.get("value"))
            if base is None:
                base = Decimal(0)
            stepped = base + ((number - base) / step + Decimal("0.5")).to_integral_value(ROUND_FLOOR) * step
            if stepped > maximum >= minimum:
                stepped -= step
            if stepped < minimum:
                stepped += step
            if minimum <= stepped <= maximum:
                number = stepped
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
        return f"{date}T{match[1]}:{match[2]}:{seconds}.{fraction.ljust(3, '0') if len(fraction) < 3 else fraction}"
    return f"{date}T{match[1]}:{match[2]}" + (f":{seconds}" if seconds != "00" else "")
