"""`PointRing`: the last points of some lines, as columns of floats. Knows neither a document nor threads."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from math import isfinite
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Column", "PointRing"]

#: Numbers of C's type double.
Column: TypeAlias = "array[float]"


class PointRing:
    """Points that come at one end and go at the other, when there are too many or they are too old.

    They are counted from the last clearing on.

    Args:
        width: How many columns there are; the first is the time.
        most: How many points are kept at most.
        seconds: How much older than the newest point they may be; ``None`` for as old as they like.

    Attributes:
        epoch: How often it was cleared.
        oldest: The number of the oldest point that is kept.
        next: The number that the next point gets.
    """

    def __init__(self, width: int, most: int, seconds: float | None) -> None:
        self._columns = [array("d") for _ in range(width)]
        #: Where in the columns the oldest point is: they are cut when half of them is too old.
        self._at = 0
        self._most = most
        self._seconds = seconds
        self.epoch = self.oldest = self.next = 0

    def add(self, columns: Sequence[Column]) -> None:
        """Add points.

        Raises:
            ValueError: If a time is not a finite number, or earlier than the one before. Nothing is added.
        """
        times = columns[0]
        before = self._columns[0][-1] if self._columns[0] else float("-inf")
        for time in times:
            if not isfinite(time):
                raise ValueError(f"a time has to be a finite number, not {time}")
            if time < before:
                raise ValueError(f"times must not go back: {time} comes after {before}")
            before = time
        for column, news in zip(self._columns, columns, strict=True):
            column.extend(news)
        self.next += len(times)
        self._trim()

    def clear(self) -> None:
        """Forget all points."""
        for column in self._columns:
            del column[:]
        self._at = self.oldest = self.next = 0
        self.epoch += 1

    def since(self, number: int) -> list[Column]:
        """Copies of the columns, from the point with this number on."""
        at = self._at + max(0, number - self.oldest)
        return [column[at:] for column in self._columns]

    def last(self) -> list[float]:
        """The newest point: its time and its values; nothing, if there is none."""
        return [column[-1] for column in self._columns] if self.next > self.oldest else []

    def _trim(self) -> None:
        times = self._columns[0]
        gone = max(0, len(times) - self._at - self._most)
        if self._seconds is not None:
            # Where a line comes into the picture is drawn too: one point before it is kept.
            first_seen = bisect_left(times, times[-1] - self._seconds, self._at) if times else 0
            gone = max(gone, first_seen - 1 - self._at)
        self._at += gone
        self.oldest += gone
        if 2 * self._at > len(times):
            for column in self._columns:
                del column[: self._at]
            self._at = 0
