"""`Selection`: which rows of a frame are selected, whatever order they are shown in.

One byte for each row of the frame: to ask for a row, and to select a million, cost little.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import narwhals as nw

    from domsync_jupyter.components.data_table.order import Order

__all__ = ["Selection"]


class Selection:
    """Selected rows, by their numbers in the frame.

    Args:
        size: How many rows the frame has.
    """

    def __init__(self, size: int) -> None:
        self._marks = bytearray(size)
        #: The row from which a person extends the selection.
        self.anchor: int | None = None

    def __contains__(self, number: int) -> bool:
        return self._marks[number] == 1

    def __len__(self) -> int:
        return self._marks.count(1)

    def __bool__(self) -> bool:
        return 1 in self._marks

    @property
    def numbers(self) -> list[int]:
        """The selected rows, in the order of the frame."""
        return list(compress(range(len(self._marks)), self._marks))

    def clear(self) -> None:
        """Select nothing."""
        self._marks = bytearray(len(self._marks))
        self.anchor = None

    def replace(self, numbers: Iterable[int]) -> None:
        """Select these rows and no other.

        Raises:
            IndexError: If there is no such row. Nothing was changed.
        """
        marks = bytearray(len(self._marks))
        for number in numbers:
            if not 0 <= number < len(marks):
                raise IndexError(f"there is no row {number}: the frame has {len(marks):,}, from 0 on")
            marks[number] = 1
        self._marks = marks

    def toggle(self, number: int) -> None:
        """Select a row, or select it no more; the selection is extended from it."""
        self._marks[number] ^= 1
        self.anchor = number

    def only(self, number: int) -> None:
        """Select this row alone."""
        self.replace([number])
        self.anchor = number

    def extend(self, place: int, order: Order) -> None:
        """Select what is shown from the anchor to this place, and nothing else."""
        start = place if self.anchor is None else order.place(self.anchor)
        if start is None:
            start = place
        first, last = sorted((start, place))
        anchor = order.numbers(start, start + 1)[0] if self.anchor is None else self.anchor
        self.replace(order.numbers(first, last + 1))
        self.anchor = anchor

    def all(self, order: Order) -> None:
        """Select all rows that are shown."""
        marks = bytearray(len(self._marks))
        if len(order) == len(marks):
            marks = bytearray(b"\1") * len(marks)
        else:
            for chunk in order.chunks():
                for number in order.numbers(chunk.start, chunk.stop):
                    marks[number] = 1
        self._marks = marks

    def followed(self, before: nw.Series[Any], after: nw.Series[Any]) -> Selection:
        """What is selected in another frame: the rows that have the keys of those selected here.

        Args:
            before: The keys of the rows of this frame.
            after: Those of the other one.
        """
        found = Selection(len(after))
        keys = before[self.numbers].to_list()
        if keys:
            found.replace(after.is_in(keys).arg_true().to_list())
        if self.anchor is not None:
            found.anchor = next(iter(after.is_in(before[[self.anchor]].to_list()).arg_true().to_list()), None)
        return found

    def resize(self, size: int) -> None:
        """The frame has another number of rows: those that are gone are not selected any more."""
        self._marks = self._marks[:size] + bytearray(max(0, size - len(self._marks)))
        if self.anchor is not None and self.anchor >= size:
            self.anchor = None
