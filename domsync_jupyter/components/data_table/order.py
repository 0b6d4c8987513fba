"""`Order`: which rows are shown, from first to last, as their numbers in the frame. No row is copied or moved.

Memory: nothing as long as all rows are shown as they are; otherwise 4 bytes for each row that is shown (8 in a frame of
more than four billion), however wide the frame is. While it is made, also the columns by which it sorts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import narwhals as nw

if TYPE_CHECKING:
    from domsync_jupyter.components.data_table.frame import Frame

__all__ = ["Condition", "Direction", "Order", "Sorting", "can_sort"]

Direction = Literal["ascending", "descending"]
#: Columns and their directions, the one that decides first at the front.
Sorting = Sequence[tuple[str, Direction]]
#: An expression of narwhals for the whole frame, or a function of a row: a mapping from columns to values.
Condition: TypeAlias = "nw.Expr | Callable[[dict[str, Any]], object]"

_CHUNK = 65_536


class Order:
    """The rows of a frame that are shown, in order. It never changes.

    Args:
        size: How many rows the frame has.
        numbers: Those that are shown; ``None`` for all, as they are.
    """

    def __init__(self, size: int, numbers: nw.Series[Any] | None = None) -> None:
        if numbers is not None:
            # Without what pandas would keep beside it, an index of the same size.
            numbers = nw.maybe_reset_index(numbers.cast(nw.UInt32 if size < 2**32 else nw.Int64))
        self._numbers = numbers
        self._length = size if numbers is None else len(numbers)

    @classmethod
    def of(cls, frame: Frame, sorting: Sorting = (), conditions: Sequence[Condition] = ()) -> Order:
        """The rows for which all conditions hold, sorted; rows that are alike stay in the order of the frame.

        What is missing comes last, in either direction.

        Raises:
            TypeError: If a condition is of a wrong type, or an expression says not for each row whether it holds.
            Exception: What the frame's library or a condition raises.
        """
        size = len(frame)
        mask: nw.Series[Any] | None = None
        for condition in conditions:
            holds = _mask(frame, condition)
            mask = holds if mask is None else mask & holds
        if not sorting:
            return cls(size, None if mask is None else mask.arg_true())
        names = list(dict.fromkeys(column for column, _ in sorting))
        number = _free_name(names)
        keys = frame.select(names).with_row_index(number)
        if mask is not None:
            keys = keys.filter(mask)
        return cls(size, _sort(keys, sorting, number)[number])

    def __len__(self) -> int:
        return self._length

    def numbers(self, start: int, stop: int) -> Sequence[int]:
        """The numbers in the frame of the rows from place `start` to before place `stop`."""
        start, stop = max(0, start), min(stop, self._length)
        if self._numbers is None:
            return range(start, max(start, stop))
        return self._numbers[start:stop].to_list() if start < stop else []

    def chunks(self) -> list[range]:
        """All places, in stretches that are small enough to be made into lists."""
        return [range(at, min(at + _CHUNK, self._length)) for at in range(0, self._length, _CHUNK)]

    def among(self, numbers: Sequence[int]) -> Sequence[int]:
        """Those of some rows that are shown, in order.

        Args:
            numbers: In the order of the frame.
        """
        if self._numbers is None:
            return numbers
        return self._numbers.filter(self._numbers.is_in(list(numbers))).to_list()

    def place(self, number: int) -> int | None:
        """The place of a row; ``None`` if it is not shown."""
        if self._numbers is None:
            return number if 0 <= number < self._length else None
        if number < 0:
            return None
        found = (self._numbers == number).arg_true()
        return int(found[0]) if len(found) else None


def can_sort(dtype: nw.dtypes.DType) -> bool:
    """Whether there is a smaller and a larger among values of this type."""
    return not isinstance(dtype, nw.Object | nw.List | nw.Struct | nw.Array | nw.Unknown)


def _mask(frame: Frame, condition: Condition) -> nw.Series[Any]:
    if isinstance(condition, nw.Expr):
        mask = frame.select(condition.alias("holds"))["holds"]
        if len(mask) != len(frame) or not isinstance(mask.dtype, nw.Boolean):
            raise TypeError(
                "the expression must say true or false for each row, such as nw.col('price') > 10; it gives "
                f"{len(mask):,} of type {mask.dtype} for {len(frame):,} rows"
            )
        return mask.fill_null(False)
    if not callable(condition):
        raise TypeError(
            "expected an expression of narwhals or a function of a row, such as lambda row: row['price'] > 10, "
            f"not {type(condition).__name__}"
        )
    holds = [bool(condition(row)) for row in frame.iter_rows(named=True)]
    return nw.new_series("holds", holds, nw.Boolean, backend=frame.implementation)


def _sort(keys: Frame, sorting: Sorting, number: str) -> Frame:
    names = [column for column, _ in sorting]
    descending = [direction == "descending" for _, direction in sorting]
    if keys.implementation.is_polars():
        # It keeps the order of equals when asked to; a further key takes five times as long.
        native = keys.to_native().sort(names, descending=descending, nulls_last=True, maintain_order=True)
        return nw.from_native(native, eager_only=True)
    return keys.sort(*names, number, descending=[*descending, False], nulls_last=True)


def _free_name(names: Sequence[str]) -> str:
    name = "number"
    while name in names:
        name += "_"
    return name
