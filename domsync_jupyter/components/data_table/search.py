"""What a person types to find rows, as a condition: by what a column holds, not by the digits that stand for it.

* Text columns: the text is in it, in capitals or not.
* Number columns: ``12`` finds what rounds to it, ``12.5`` likewise; ``>12``, ``<=12``, ``=12`` and ``12..20`` compare.
* Dates and times: ``2024``, ``2024-05`` and ``2024-05-17`` find what is in that year, month, day, and compare so.
* Truth values: ``true``, ``false``.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeAlias

import narwhals as nw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["condition_of"]

#: The least and the greatest value that a text stands for.
_Span: TypeAlias = "tuple[Any, Any]"

_COMPARISON = re.compile(r"\s*(>=|<=|>|<|=)\s*(.*)")
_RANGE = re.compile(r"(.+?)\s*\.\.\s*(.+)")
_NUMBER = re.compile(r"[+-]?\d[\d,_]*(?:\.(\d*))?|[+-]?\.(\d+)")
#: Characters; what is longer is neither a number nor a date, and to look for one in it takes its square.
_LONGEST = 100
#: What all libraries can compare with columns of whole numbers.
_INT64 = range(-(2**63), 2**63)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


def condition_of(text: str, schema: Mapping[str, nw.dtypes.DType]) -> nw.Expr | None:
    """The rows of which one of these columns has what the text says.

    Args:
        text: As it was typed.
        schema: The columns to look in, with their types.

    Returns:
        ``None`` if the text is empty, or there is nothing to look in.
    """
    text = text.strip()
    if not text or not schema:
        return None
    found = [each for name, dtype in schema.items() if (each := _in_column(text, name, dtype)) is not None]
    if not found:
        # Of as many rows as there are.
        return nw.col(next(iter(schema))).is_null() & nw.lit(False)
    return reduce(or_, (each.fill_null(False) for each in found))


def _in_column(text: str, name: str, dtype: nw.dtypes.DType) -> nw.Expr | None:
    """None if no value of the column can be meant."""
    column = nw.col(name)
    if isinstance(dtype, nw.String | nw.Categorical | nw.Enum):
        words = column if isinstance(dtype, nw.String) else column.cast(nw.String)
        return words.str.contains("(?i)" + re.escape(text))
    if isinstance(dtype, nw.Boolean):
        return {"true": column, "false": ~column}.get(text.lower())
    if len(text) > _LONGEST:
        return None
    if dtype.is_numeric():
        return _compared(column, text, _number, around=not dtype.is_integer())
    if isinstance(dtype, nw.Date):
        return _compared(column, text, _days)
    if isinstance(dtype, nw.Datetime) and dtype.time_zone is None:
        return _compared(column, text, _moments)
    return None


def _compared(
    column: nw.Expr, text: str, read: Callable[..., _Span | None], *, around: bool = False
) -> nw.Expr | None:
    if comparison := _COMPARISON.fullmatch(text):
        span = read(comparison[2])
        if span is None:
            return None
        least, greatest = span
        conditions: dict[str, nw.Expr] = {
            ">": column > greatest,
            ">=": column >= least,
            "<": column < least,
            "<=": column <= greatest,
            "=": column.is_between(least, greatest),
        }
        return conditions[comparison[1]]
    if (stretch := _RANGE.fullmatch(text)) is not None:
        first, last = read(stretch[1]), read(stretch[2])
        if first is None or last is None:
            return None
        return column.is_between(first[0], last[1])
    span = read(text, around=True) if around else read(text)
    return None if span is None else column.is_between(*span)


def _number(text: str, *, around: bool = False) -> _Span | None:
    """A number, and if `around` all that rounds to it, with as many decimals as it was typed with."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    digits = text.replace(",", "").replace("_", "")
    decimals = match[1] if match[1] is not None else match[2]
    if not around:
        exact = int(digits) if decimals is None else float(digits)
        if isinstance(exact, int) and exact not in _INT64:
            exact = float(exact)
        return exact, exact
    half = 0.5 * 10.0 ** -len(decimals or "")
    return float(digits) - half, float(digits) + half


def _days(text: str) -> _Span | None:
    """The first and the last day of a year, of a month, or a day."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (None if part is None else int(part) for part in match.groups())
    try:
        first = date(year or 0, month or 1, day or 1)
        if day is not None:
            return first, first
        if month is not None:
            last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
            return first, last
        return first, first.replace(month=12, day=31)
    except (ValueError, OverflowError):
        return None


def _moments(text: str) -> _Span | None:
    days = _days(text)
    if days is None:
        return None
    first, last = (datetime(day.year, day.month, day.day) for day in days)  # noqa: DTZ001 - the column has no zone
    return first, last + timedelta(days=1, microseconds=-1)
