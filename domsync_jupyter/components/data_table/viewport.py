"""`Viewport`: which rows have to be there, and where, so that each viewer sees rows wherever they have scrolled to.

Each viewer of a document scrolls for themselves, and there is one DOM for all of them. So rows are there for each
place that somebody looks at, of the `MOST_PLACES` viewers who scrolled last, and at the top, where a new viewer
begins.

Browsers cannot make an element as high as a million rows (the limits are 17 to 33 million pixels, and positions are
rough long before). A table of more than `MOST_HEIGHT` is therefore squeezed: a row's distance from the top is that
in the whole table minus an `offset`. While a viewer scrolls by a little, their offset stays, so rows move with the
wheel; a jump, as with the scroll bar, leads to the part of the table that corresponds, with another offset. Near
both ends the offset is that of the end.
"""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from itertools import count
from math import ceil
from typing import Any, NamedTuple

__all__ = ["MOST_HEIGHT", "MOST_PLACES", "MOST_SEEN", "Place", "Run", "Viewport"]

#: Pixels: half of what is exact in a 32-bit float, which browsers scroll with, for screens with two pixels in one.
MOST_HEIGHT = 8_000_000
MOST_PLACES = 8
#: Pixels: higher than any screen. A page that says more would have all rows made, for whom nobody sees.
MOST_SEEN = 5_000
#: Scrolling by less than so many heights of what is seen is no jump.
_NEAR = 4


class Run(NamedTuple):
    """Rows one below the other.

    Attributes:
        first: The place of the first row.
        stop: The place after the last one.
        top: Pixels from the top of the rows' area to the first row.
        offset: How many pixels of the table were left out above.
    """

    first: int
    stop: int
    top: int
    offset: int


@dataclass(slots=True, eq=False)
class Place:
    """What one viewer looks at.

    Attributes:
        scroll: How far they have scrolled, in pixels.
        height: Of what they see of the rows, in pixels.
        offset: How many pixels of the table were left out above.
        when: The greater the later they scrolled.
    """

    scroll: float = 0
    height: float = 0
    offset: int = 0
    when: int = 0


class Viewport:
    """The places of all viewers.

    Args:
        row_height: Pixels.
        height: Pixels that a viewer sees of the rows, as long as their page has not said.
    """

    def __init__(self, row_height: int, height: int) -> None:
        self.row_height = row_height
        self.first_height = height
        self.size = 0
        self._places: weakref.WeakKeyDictionary[Any, Place] = weakref.WeakKeyDictionary()
        self._clock = count(1)
        self._pinned: int | None = None
        self._pin_offset = 0

    @property
    def height(self) -> int:
        """Pixels of all rows together, squeezed."""
        return min(self.size * self.row_height, MOST_HEIGHT)

    def place(self, viewer: Any) -> Place:
        """What a viewer looks at; the top, if they have not scrolled."""
        known = None if viewer is None else self._places.get(viewer)
        return known or Place(height=self.first_height)

    def scrolled(self, viewer: Any, scroll: float, height: float) -> None:
        """A viewer looks at another part.

        Args:
            viewer: Who; anything that can be weakly referred to.
            scroll: Pixels from the top, as their page says.
            height: Pixels of what they see of the rows; no more than `MOST_SEEN` count.
        """
        before = self.place(viewer)
        scroll, height = max(0.0, scroll), min(max(height, 1.0), MOST_SEEN)
        is_near = abs(scroll - before.scroll) <= _NEAR * height
        offset = self._offset(scroll, height, before.offset if is_near else None)
        self._places[viewer] = Place(scroll, height, offset, next(self._clock))

    def scroll_to(self, viewer: Any, row: int) -> float | None:
        """Have a viewer look at a row.

        Returns:
            How far their page has to scroll; ``None`` if they see all of the row already.
        """
        place = self.place(viewer)
        top = row * self.row_height
        above, below = top, top + self.row_height - place.height
        seen = place.scroll + place.offset
        if below <= seen <= above:
            return None
        wanted = above if seen > above else below
        offset = place.offset
        scroll = wanted - offset
        most = max(0.0, self.height - place.height)
        if abs(wanted - seen) > _NEAR * place.height or not 0 <= scroll <= most:
            scroll = wanted * most / max(1.0, self.size * self.row_height - place.height)
        offset = self._offset(scroll, place.height, round(wanted - scroll))
        scroll = min(max(0.0, wanted - offset), most)
        self._places[viewer] = Place(scroll, place.height, offset, next(self._clock))
        return scroll

    def scroll_all_to(self, row: int) -> float:
        """Have all viewers look at a row.

        Returns:
            How far their pages have to scroll.
        """
        whole, wanted = self.size * self.row_height, row * self.row_height
        most = max(0.0, self.height - self.first_height)
        scroll = min(wanted * most / max(1.0, whole - self.first_height), most)
        offset = self._offset(scroll, self.first_height, None)
        scroll = min(max(0.0, wanted - offset), most)
        for viewer in [*self._places, self]:
            height = self.place(viewer).height
            self._places[viewer] = Place(scroll, height, offset, next(self._clock))
        return scroll

    def pin(self, row: int | None, viewer: Any = None) -> None:
        """Keep a row where it is, although nobody may see it any more: somebody is writing into it."""
        self._pinned = row
        self._pin_offset = 0 if row is None else self.place(viewer).offset

    def runs(self) -> list[Run]:
        """The rows that have to be there, from top to bottom."""
        spans: list[tuple[int, int, int]] = []
        latest = sorted(self._places.values(), key=lambda place: -place.when)[:MOST_PLACES]
        for place in (Place(height=self.first_height), *latest):
            first, stop = self._seen(place)
            for _ in range(MOST_PLACES):
                other = self._in_the_way(first, stop, place.offset, spans)
                if other is None:
                    break
                # Two viewers scrolled to one part of the area by different ways: there is room for one view of it.
                place.offset = other
                first, stop = self._seen(place)
            if first < stop:
                spans.append((place.offset, first, stop))
        if self._pinned is not None and self._pinned < self.size:
            spans.append((self._pin_offset, self._pinned, self._pinned + 1))
        return self._merged(spans)

    def _seen(self, place: Place) -> tuple[int, int]:
        """The rows that a viewer sees, and as many above and below: the first, and the one after the last."""
        around = ceil(place.height / self.row_height)
        top = place.scroll + place.offset
        first = int(top // self.row_height) - around
        stop = int((top + place.height) // self.row_height) + 1 + around
        return max(0, first), min(self.size, stop)

    def _in_the_way(
        self, first: int, stop: int, offset: int, spans: list[tuple[int, int, int]]
    ) -> int | None:
        """The offset of a span at the same height that has another one."""
        top, bottom = first * self.row_height - offset, stop * self.row_height - offset
        for other, start, end in spans:
            if (
                other != offset
                and top < end * self.row_height - other
                and start * self.row_height - other < bottom
            ):
                return other
        return None

    def _merged(self, spans: list[tuple[int, int, int]]) -> list[Run]:
        merged: list[tuple[int, int, int]] = []
        for offset, first, stop in sorted(spans):
            if merged and merged[-1][0] == offset and first <= merged[-1][2]:
                merged[-1] = (offset, merged[-1][1], max(stop, merged[-1][2]))
            else:
                merged.append((offset, first, stop))
        return [Run(first, stop, first * self.row_height - offset, offset) for offset, first, stop in merged]

    def _offset(self, scroll: float, height: float, before: int | None) -> int:
        """How many pixels are left out above where somebody scrolled to."""
        whole = self.size * self.row_height
        left_out = whole - self.height
        most = max(0.0, self.height - height)
        # As far as rows are there for those who begin at the top, and as far as the same at the bottom.
        end = 2 * self.first_height + 2 * height
        if left_out <= 0 or scroll <= end:
            return 0
        if scroll >= most - end:
            return left_out
        if before is None:
            return round(scroll * (whole - height) / most - scroll)
        return min(max(before, -int(scroll)), left_out)
