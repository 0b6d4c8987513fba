"""A `DataTable` of a million rows: first paint, scrolling, elements and memory, in a real Chromium.

``python -m benchmarks.table`` serves a page and prints, for each library:

* **first paint**: from the return of ``DataTable(document, frame)`` to the first frame of an open page with rows in it;
* **jumps**: from setting ``scrollTop`` to a random place until rows cover all of what is seen there, and are painted;
  with the elements of rows used again, as they are, and with new ones for comparison;
* **wheel**: 120 px a frame for five seconds: frames in which some of what is seen has no rows, and the longest stretch;
* **elements** in the page, at most;
* **memory** of a process of its own: what the table adds to the frame, unsorted, sorted by a number, and filtered.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import quantiles
from typing import Any

import psutil
from playwright.sync_api import Page

from benchmarks.round_trip import chromium
from domsync_jupyter import Document
from domsync_jupyter.components import DataTable
from domsync_jupyter.components.data_table.body import Body
from tests.browser.serving import serving

LIBRARIES = ("polars", "pandas", "pyarrow")

WATCH = """
// Whether rows cover what is seen of the grid below its header, and stand in order.
globalThis.covered = () => {
  const grid = document.querySelector("[role=grid]");
  if (!grid) return false;
  const { top, bottom } = grid.getBoundingClientRect();
  const above = top + grid.querySelector("thead").offsetHeight;
  const rows = [...grid.querySelectorAll("tbody tr")]
    .map((row) => [row.getBoundingClientRect(), Number(row.getAttribute("aria-rowindex"))])
    .filter(([box]) => box.bottom > above && box.top < bottom)
    .sort(([a], [b]) => a.top - b.top);
  let end = above;
  let last = rows[0]?.[1] - 1;
  for (const [box, index] of rows) {
    if (box.top > end + 1 || index !== last + 1) return false;
    end = box.bottom;
    last = index;
  }
  return rows.length > 0 && end >= bottom - 2;
};
const frame = () => new Promise(requestAnimationFrame);
const painted = () => frame().then(() => new Promise((resolve) => setTimeout(resolve)));
globalThis.firstPaint = (async () => {
  while (!globalThis.covered()) await frame();
  await painted();
  return performance.timeOrigin + performance.now();
})();
globalThis.jump = async (share) => {
  const grid = document.querySelector("[role=grid]");
  const start = performance.now();
  grid.scrollTop = share * (grid.scrollHeight - grid.clientHeight);
  do await frame(); while (!globalThis.covered());
  await painted();
  return performance.now() - start;
};
globalThis.roll = async (milliseconds) => {
  const grid = document.querySelector("[role=grid]");
  const start = performance.now();
  let [frames, blank, longest, since] = [0, 0, 0, 0];
  while (performance.now() - start < milliseconds) {
    grid.scrollTop += 120;
    await frame();
    frames++;
    if (globalThis.covered()) since = 0;
    else {
      blank++;
      since ||= performance.now();
      longest = Math.max(longest, performance.now() - since);
    }
  }
  return { frames, blank, longest };
};
"""


def frame_of(library: str, rows: int) -> Any:
    """Eight columns: whole numbers, decimals, texts, truth values and times."""
    import numpy as np  # noqa: PLC0415
    import polars as pl  # noqa: PLC0415

    chance = np.random.default_rng(1)
    words = np.array(["alpha", "beta", "gamma delta", "epsilon", "zeta"])
    frame = pl.DataFrame(
        {
            "id": np.arange(rows),
            "price": chance.normal(100, 20, rows).round(2),
            "count": chance.integers(0, 1000, rows),
            "share": chance.random(rows),
            "word": words[chance.integers(0, len(words), rows)],
            "is_new": chance.random(rows) > 0.5,
            "time": np.datetime64("2024-01-01", "ms") + np.arange(rows) * np.timedelta64(60_000, "ms"),
            "name": [f"item {number}" for number in range(rows)],
        }
    )
    if library == "pandas":
        return frame.to_pandas()
    return frame.to_arrow() if library == "pyarrow" else frame


@contextmanager
def new_rows() -> Iterator[None]:
    """Have rows that leave forgotten, and those that come made, for comparison."""
    show = Body.show

    def show_new(self: Body, runs: Any, is_selected: Any, *, anew: bool = False) -> None:
        wanted = {(run.offset, place) for run in runs for place in range(run.first, run.stop)}
        for key in self._rows.keys() - wanted:
            del self._by_element[self._rows.pop(key).element]
        show(self, runs, is_selected, anew=anew)

    Body.show = show_new  # type: ignore[method-assign]
    try:
        yield
    finally:
        Body.show = show  # type: ignore[method-assign]


def spread(times: list[float]) -> str:
    """p50, p95 and the largest."""
    cuts = quantiles(times, n=100, method="inclusive")
    return f"{cuts[49]:.0f} / {cuts[94]:.0f} / {max(times):.0f}"


def jumps(page: Page, count: int) -> tuple[list[float], int]:
    """Milliseconds of each, and the most elements there were."""
    chance = random.Random(1)
    times, elements = [], 0
    for _ in range(count):
        times.append(page.evaluate("(share) => jump(share)", chance.random()))
        elements = max(elements, page.evaluate("document.getElementsByTagName('*').length"))
    return times, elements


def measure(library: str, rows: int, count: int, rounds: int) -> None:
    """Measure what a person sees, and print it."""
    frame = frame_of(library, rows)
    first_paints, calls = [], []
    with chromium() as browser:
        for _ in range(rounds):
            document = Document()
            with serving(document) as (server, loop):
                page = browser.new_page(viewport={"width": 1000, "height": 700})
                page.add_init_script(WATCH)
                page.goto(server.url)
                page.wait_for_function("() => document.readyState === 'complete'")
                page.wait_for_timeout(300)

                def show(document: Document = document) -> tuple[float, float]:
                    start = time.time()
                    DataTable(document, frame)
                    return start, time.time()

                start, end = loop.run(show)
                painted = page.evaluate("firstPaint") / 1000
                calls.append((end - start) * 1000)
                first_paints.append((painted - end) * 1000)
                page.close()
        for name in ("rows used again", "new rows"):
            document = Document()
            DataTable(document, frame)
            with serving(document) as (server, _):
                page = browser.new_page(viewport={"width": 1000, "height": 700})
                page.add_init_script(WATCH)
                page.goto(server.url)
                page.evaluate("firstPaint")
                if name == "new rows":
                    with new_rows():
                        times, elements = jumps(page, count)
                        rolled = page.evaluate("roll(5000)")
                else:
                    times, elements = jumps(page, count)
                    rolled = page.evaluate("roll(5000)")
                page.close()
            if name == "rows used again":
                print(
                    f"{library}: the call {max(calls):.0f} ms, first paint after it {spread(first_paints)} ms"
                )
            print(
                f"{library}, {name}: {count} jumps {spread(times)} ms; wheel {rolled['blank']} of "
                f"{rolled['frames']} frames blank, {rolled['longest']:.0f} ms at most; {elements} elements"
            )


def memory(library: str, rows: int) -> None:
    """Print what a table adds to the frame, in a process of its own."""
    code = f"from benchmarks.table import resident; resident({library!r}, {rows})"
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    print(
        library,
        "memory, MB:",
        ", ".join(f"{name} {size:+.1f}" for name, size in json.loads(out.stdout).items()),
    )


def resident(library: str, rows: int) -> None:
    """Resident megabytes that each step adds, and what Python's allocators say of it."""
    process = psutil.Process()

    def megabytes() -> float:
        gc.collect()
        return float(process.memory_info().rss) / 2**20

    # What libraries and their threads take once.
    warm = DataTable(Document(), frame_of(library, 10_000))
    warm.sort("price")
    warm.search("beta", "word")
    before = megabytes()
    frame = frame_of(library, rows)
    sizes = {"frame": megabytes() - before}
    before = megabytes()
    table = DataTable(Document(), frame)
    sizes["table"] = megabytes() - before
    steps: dict[str, Callable[[], object]] = {
        "sorted": lambda: table.sort("price"),
        "filtered too": lambda: table.search("beta", "word"),
        "as it was": table.sort,
    }
    for name, step in steps.items():
        before = megabytes()
        step()
        sizes[name] = megabytes() - before
    print(json.dumps(sizes))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.table", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="(default: %(default)s)")
    parser.add_argument("--jumps", type=int, default=200, help="(default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="first paints (default: %(default)s)")
    parser.add_argument("--libraries", default=",".join(LIBRARIES), help="(default: %(default)s)")
    options = parser.parse_args()
    print(f"{options.rows:,} rows of 8 columns; times are p50 / p95 / max")
    for library in options.libraries.split(","):
        measure(library, options.rows, options.jumps, options.rounds)
        memory(library, options.rows)


if __name__ == "__main__":
    main()
