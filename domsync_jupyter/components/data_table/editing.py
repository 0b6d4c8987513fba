"""What a person types into a cell, as a value of its column; and what is told about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import narwhals as nw

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CellEdit", "can_edit", "parse"]

_TRUE = frozenset({"true", "t", "yes", "y", "1"})
_FALSE = frozenset({"false", "f", "no", "n", "0"})


@dataclass(frozen=True, slots=True)
class CellEdit:
    """What a person has changed in a table.

    Attributes:
        row: The number of the row in the frame, whatever place it is shown at.
        column: The name of the column.
        value: What is there now.
        before: What was there before.
    """

    row: int
    column: str
    value: Any
    before: Any


def can_edit(dtype: nw.dtypes.DType) -> bool:
    """Whether text can be read as a value of this type."""
    return dtype.is_numeric() or isinstance(dtype, tuple(kind for kind, _ in _READERS))


def parse(text: str, dtype: nw.dtypes.DType) -> Any:
    """The value that a text stands for; ``None`` for an empty one, unless the column is of texts.

    Raises:
        ValueError: If it stands for none of this type; the message is for the person.
    """
    if isinstance(dtype, nw.String):
        return text
    text = text.strip()
    if not text:
        return None
    if dtype.is_integer():
        return _integer(text, dtype)
    for kind, read in _READERS:
        if isinstance(dtype, kind):
            return read(text)
    raise ValueError(f"a value of type {dtype} cannot be typed")


def _integer(text: str, dtype: nw.dtypes.DType) -> int:
    try:
        value = int(_digits(text))
    except ValueError:
        raise ValueError(f"{text!r:.60} is not a whole number") from None
    bits = int(re.sub(r"\D", "", str(dtype)) or 64)
    least, greatest = (
        (0, 2**bits - 1) if str(dtype).startswith("U") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    )
    if not least <= value <= greatest:
        raise ValueError(f"{text:.60} is not between {least:,} and {greatest:,}")
    return value


def _float(text: str) -> float:
    try:
        return float(_digits(text))
    except ValueError:
        raise ValueError(f"{text!r:.60} is not a number") from None


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(_digits(text))
    except InvalidOperation:
        raise ValueError(f"{text!r:.60} is not a number") from None


def _boolean(text: str) -> bool:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    raise ValueError(f"{text!r:.60} is neither true nor false")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r:.60} is not a date, such as 2024-05-17") from None


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r:.60} is not a date and time, such as 2024-05-17 12:30") from None


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r:.60} is not a time, such as 12:30") from None


def _digits(text: str) -> str:
    return re.sub(r"(?<=\d)[ ,_](?=\d{3})", "", text)


_READERS: tuple[tuple[type[nw.dtypes.DType], Callable[[str], Any]], ...] = (
    (nw.Float64, _float),
    (nw.Float32, _float),
    (nw.Decimal, _decimal),
    (nw.Boolean, _boolean),
    (nw.Date, _date),
    (nw.Datetime, _moment),
    (nw.Time, _time),
    (nw.String, str),
    (nw.Categorical, str),
    (nw.Enum, str),
)
