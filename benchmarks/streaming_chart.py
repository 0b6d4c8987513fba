"""A `TimeSeries` of 10 lines x 10,000 points with 20 updates a second: whether the browser drops frames.

``python -m benchmarks.streaming_chart`` streams to the standalone page and to a cell of a real JupyterLab, in a real
Chromium, and prints what the frames were like: beside those of the same view while nothing comes, as a busy machine
drops frames by itself.
"""

from __future__ import annotations

import argparse
import math
import platform
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from domsync_jupyter import Document
from domsync_jupyter.components import TimeSeries
from scripts.lab_server import LabServer
from tests.browser.conftest import ARGUMENTS, chromium_executable
from tests.browser.lab import LabNotebook
from tests.browser.serving import serving

LINES, POINTS, UPDATES = 10, 10_000, 20
#: Points that an update brings to each line.
EACH = 10
#: A frame of a 60 Hz screen takes 16.7 ms: what comes later than this after the one before has missed one.
DROPPED_MS = 25
CHECKOUT = Path(__file__).parent.parent

# How long callbacks of frames take; short ones do nothing.
INIT = """
globalThis.callbacks = [];
const request = globalThis.requestAnimationFrame.bind(globalThis);
globalThis.requestAnimationFrame = (callback) => request((now) => {
    const start = performance.now();
    callback(now);
    const took = performance.now() - start;
    if (took > 0.5) globalThis.callbacks.push(took);
});
"""
MEASURE = """async (seconds) => {
    const gaps = [], tasks = [];
    const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((each) => each.duration)));
    observer.observe({ type: "longtask" });
    const time = document.querySelector(".domsync-below > time");
    const before = Number(time.textContent.replaceAll(",", ""));
    globalThis.callbacks = [];
    await new Promise((resolve) => {
        let start, last;
        requestAnimationFrame(function frame(now) {
            if (last !== undefined) gaps.push(now - last);
            start ??= now;
            last = now;
            if (now - start < seconds * 1000) requestAnimationFrame(frame); else resolve();
        });
    });
    observer.disconnect();
    const points = Number(time.textContent.replaceAll(",", "")) - before;
    return { gaps, tasks, callbacks: globalThis.callbacks, points };
}"""
CELL = f"""
import sys, threading
sys.path.insert(0, {str(CHECKOUT)!r})
from benchmarks.streaming_chart import fill, stream
from domsync_jupyter import DomsyncWidget
widget, stop = DomsyncWidget(), threading.Event()
chart = fill(widget.document)
widget
"""
START = "threading.Thread(target=stream, args=(chart, stop)).start()"


def fill(document: Document) -> TimeSeries:
    """The chart, with all the points that it keeps."""
    names = [f"line {line}" for line in range(LINES)]
    chart = TimeSeries(document, names, points=POINTS, x="number", height=360)
    chart.extend(range(POINTS), columns(range(POINTS)))
    return chart


def columns(numbers: range) -> list[list[float]]:
    return [
        [
            math.sin(number / (160 + 29 * line)) * (line + 1) + 0.3 * math.sin(number * 1.7) + 2 * line
            for number in numbers
        ]
        for line in range(LINES)
    ]


def stream(chart: TimeSeries, stop: threading.Event) -> None:
    """Update it until told to stop."""
    number, due = POINTS, time.monotonic()
    while not stop.is_set():
        numbers = range(number, number + EACH)
        chart.extend(numbers, columns(numbers))
        number += EACH
        due += 1 / UPDATES
        time.sleep(max(0, due - time.monotonic()))


@contextmanager
def on_page(browser: Browser) -> Iterator[tuple[Page, Callable[[], None]]]:
    document, stop = Document(), threading.Event()
    chart = fill(document)
    streaming = threading.Thread(target=stream, args=(chart, stop))
    with serving(document) as (server, _):
        page = new_page(browser)
        page.goto(server.url)
        yield page, streaming.start
        stop.set()
        streaming.join()
        page.close()


@contextmanager
def in_lab(browser: Browser) -> Iterator[tuple[Page, Callable[[], None]]]:
    with (
        tempfile.TemporaryDirectory() as base,
        LabServer(Path(base, "notebooks"), Path(base, "state")) as server,
    ):
        notebook = LabNotebook.write(server, "streaming.ipynb", [CELL, START, "stop.set()"])
        page = new_page(browser)
        notebook.open(page)
        notebook.run_cell(0)
        yield page, lambda: notebook.run_cell(1)
        notebook.run_cell(2)
        page.close()


def new_page(browser: Browser) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.add_init_script(INIT)
    return page


def describe(name: str, found: dict[str, Any], seconds: float) -> str:
    gaps, callbacks = sorted(found["gaps"]), sorted(found["callbacks"]) or [0.0]
    dropped = sum(round(gap / (1000 / 60)) - 1 for gap in gaps if gap > DROPPED_MS)
    return (
        f"| {name} | {found['points'] / EACH / seconds:.1f} | {len(gaps)} | {dropped} | {median(gaps):.1f} "
        f"| {gaps[len(gaps) * 99 // 100]:.1f} | {gaps[-1]:.1f} | {median(callbacks):.1f} | {callbacks[-1]:.1f} "
        f"| {len(found['tasks'])} |"
    )


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.streaming_chart")
    parser.add_argument("--seconds", type=float, default=10, help="of each measurement (default: 10)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (default: 3)")
    options = parser.parse_args(arguments)
    print(
        f"{LINES} lines x {POINTS:,} points, {UPDATES} updates/s of {EACH} points each; {platform.machine()}\n"
    )
    print("| view | updates/s | frames | dropped | gap ms, median | p99 | worst ", end="")
    print("| draw ms, median | worst | tasks > 50 ms |")
    print("| --- " + "| --: " * 9 + "|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_executable(), args=ARGUMENTS)
        for name, view in (("page", on_page), ("JupyterLab", in_lab)):
            with view(browser) as (page, start):
                expect(page.locator(".domsync-below > time")).to_have_text(f"{POINTS - 1:,}", timeout=60_000)
                for _ in range(options.rounds):
                    print(
                        describe(
                            f"{name}, nothing comes", page.evaluate(MEASURE, options.seconds), options.seconds
                        )
                    )
                start()
                page.wait_for_timeout(1000)
                for _ in range(options.rounds):
                    print(
                        describe(
                            f"{name}, streaming", page.evaluate(MEASURE, options.seconds), options.seconds
                        )
                    )
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
