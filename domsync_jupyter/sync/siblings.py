"""What became of a list of siblings: who left, and who has to be moved or inserted so that the others may stay.

The fewest moves: what is equal at both ends is left alone, and of the rest the longest increasing subsequence of old
places stays where it is. What happens most often is told without looking at every item: items that were added or
removed in one place, one that went from end to end, and two that changed places.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Arrangement", "arrange", "stretches"]


class Arrangement(NamedTuple):
    """The difference between two lists of siblings.

    Attributes:
        gone: Items of the old list that the new one does not have.
        coming: Indices, ascending, of items of the new list that have to be moved or inserted.
    """

    gone: Sequence[Any]
    coming: Sequence[int]

    def ranges(self) -> Iterator[tuple[int, int]]:
        """What is coming, as ranges of neighbours: the first index, and the one after the last."""
        at = 0
        while at < len(self.coming):
            first = end = self.coming[at]
            while at < len(self.coming) and self.coming[at] == end:
                end += 1
                at += 1
            yield first, end


def stretches(flags: list[bool]) -> Iterator[tuple[bool, int, int]]:
    """Neighbours with the same flag: the flag, the first index, and the one after the last."""
    at, end = 0, len(flags)
    while at < end:
        flag = flags[at]
        try:
            after = flags.index(not flag, at)
        except ValueError:
            after = end
        yield flag, at, after
        at = after


def arrange(old: list[Any], new: list[Any]) -> Arrangement:
    """Compare two lists of siblings. Items are equal if they are the same; in one list, none comes twice."""
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    first, last = start, start + len(after) - 1
    if not before or not after:
        return Arrangement(before, range(first, last + 1))
    if before[1:] == after[:-1]:
        return Arrangement(_missing(before[:1], after[-1:]), (last,))
    if before[:-1] == after[1:]:
        return Arrangement(_missing(before[-1:], after[:1]), (first,))
    if len(before) == len(after) and before[1:-1] == after[1:-1]:
        return Arrangement(_missing([before[0], before[-1]], [after[0], after[-1]]), (first, last))
    place = {item: at for at, item in enumerate(before)}
    places = [place.get(item, -1) for item in after]
    staying = _longest_increasing(places)
    coming = [start + at for at in range(len(after)) if at not in staying]
    present = set(after)
    return Arrangement([item for item in before if item not in present], coming)


def _missing(some: list[Any], others: list[Any]) -> list[Any]:
    return [item for item in some if item not in others]


def _common(one: list[Any], other: list[Any]) -> int:
    """How many items are the same at the beginning of both."""
    low, high = 0, min(len(one), len(other))
    if one[:high] == other[:high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _longest_increasing(places: list[int]) -> frozenset[int]:
    """Indices of a longest strictly increasing subsequence; negative places are no part of it.

    O(n log n): `tails[k]` is the index of the smallest place that ends an increasing run of length k + 1.
    """
    tails: list[int] = []
    ends: list[int] = []
    previous: dict[int, int] = {}
    for index, place in enumerate(places):
        if place < 0:
            continue
        length = bisect_left(ends, place)
        if length:
            previous[index] = tails[length - 1]
        if length == len(tails):
            tails.append(index)
            ends.append(place)
        else:
            tails[length] = index
            ends[length] = place
    chain: list[int] = []
    index_or_none: int | None = tails[-1] if tails else None
    while index_or_none is not None:
        chain.append(index_or_none)
        index_or_none = previous.get(index_or_none)
    return frozenset(chain)
