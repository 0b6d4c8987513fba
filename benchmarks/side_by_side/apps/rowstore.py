"""The state that every app of the benchmark shows: rows, a counter, a grid. Knows nothing of how it is shown."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

# fmt: off
SIZES = ("tiny", "small", "long", "large", "huge", "short", "tall", "heavy", "handsome", "plain", "quaint", "clean")
COLOURS = ("red", "yellow", "blue", "green", "pink", "brown", "purple", "white", "black", "orange")
THINGS = ("table", "chair", "house", "bottle", "desk", "car", "pony", "cookie", "sandwich", "burger", "mouse",
          "keyboard")
# fmt: on

BUTTONS = ("run", "runlots", "add", "update", "clear", "swaprows", "sort", "counter", "stream")
RUN, LOTS = 1_000, 10_000
GRID_ROWS, GRID_COLS = 100, 10
CELLS = GRID_ROWS * GRID_COLS
STREAM_SECONDS = 5.0


@dataclass(slots=True)
class Row:
    id: int
    label: str


class Store:
    """Rows of the table, with the benchmark's operations on them."""

    def __init__(self, seed: int = 7) -> None:
        self._rng = random.Random(seed)
        self.next_id = 1
        self.rows: list[Row] = []
        self.selected: int | None = None

    def make(self, n: int) -> list[Row]:
        pick = self._rng.choice
        start = self.next_id
        self.next_id += n
        return [Row(i, f"{pick(SIZES)} {pick(COLOURS)} {pick(THINGS)}") for i in range(start, start + n)]

    def replace(self, n: int) -> list[Row]:
        self.rows = self.make(n)
        self.selected = None
        return self.rows

    def append(self, n: int) -> list[Row]:
        new = self.make(n)
        self.rows = self.rows + new
        return new

    def update(self) -> list[tuple[int, Row]]:
        """Change every 10th label; return index and row of those."""
        changed = []
        for i in range(0, len(self.rows), 10):
            row = self.rows[i]
            row.label += " !!!"
            changed.append((i, row))
        return changed

    def clear(self) -> None:
        self.rows = []
        self.selected = None

    def swap(self) -> tuple[int, int]:
        lo, hi = 1, min(998, len(self.rows) - 2)
        self.rows[lo], self.rows[hi] = self.rows[hi], self.rows[lo]
        return lo, hi

    def sort(self) -> None:
        """Sort by id, the other way round than the first row and the last stand now."""
        descending = len(self.rows) > 1 and self.rows[0].id < self.rows[-1].id
        self.rows.sort(key=lambda row: row.id, reverse=descending)

    def index(self, row_id: int | None) -> int:
        return next(i for i, r in enumerate(self.rows) if r.id == row_id)

    def remove(self, row_id: int | None) -> int:
        i = self.index(row_id)
        del self.rows[i]
        return i


def cell_text(tick: int, i: int) -> str:
    """Text of grid cell `i` after `tick` sweeps; every sweep changes every cell."""
    return str(tick + i)


class StreamClock:
    """Ends a stream after its time, and words the closing message."""

    def __init__(self, seconds: float = STREAM_SECONDS) -> None:
        self.deadline = time.perf_counter() + seconds
        self.tick = 0

    def running(self) -> bool:
        return time.perf_counter() < self.deadline

    def next(self) -> int:
        self.tick += 1
        return self.tick

    def done(self) -> str:
        return f"done {self.tick} {time.time() * 1000:.1f}"
