"""From a click to the DOM that Python changed, and from a table in Python to its pixels, in a real Chromium.

``python -m benchmarks.round_trip`` measures the standalone page and the widget in a real JupyterLab, beside what
their transports do without domsync: see ``benchmarks/README.md``. All are measured in every round, in an order that
changes from round to round, so that a busy machine is unfair to all alike; what is printed are medians over rounds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import apps
from scripts.lab_server import LabServer
from tests.browser.lab import LabNotebook

HERE = Path(__file__).parent
STATIC = HERE.parent / "domsync_jupyter" / "static"
PAUSE_MS = 150
WARM_UP = 20
PACKAGES = ("websockets", "anywidget", "jupyterlab", "jupyter_server", "ipykernel")

CELLS = [
    (HERE / "apps.py").read_text(encoding="utf-8"),
    "from domsync_jupyter import DomsyncWidget\nDomsyncWidget(counter)",
    "BareEcho()",
    "server = DomsyncServer(counter, 'localhost', 0, verbose=False)\nawait server.serve()\nDomsyncWidget(server)",
    """\
if "shown" in globals():
    shown.close()
doc = document_with_table()
shown = DomsyncWidget(doc)
doc.getElementById("stamp").innerText = str(time.time() * 1000)
display(shown)""",
]
COMM, BARE_COMM, SOCKET, TABLE = range(1, 5)

ROUND_TRIPS = {
    "bare WebSocket echo": "WebSocket, page",
    "page: click": "WebSocket, page",
    "bare anywidget echo": "comm, JupyterLab",
    "widget: click": "comm, JupyterLab",
    "bare anywidget echo, paused": f"comm, {PAUSE_MS} ms between two",
    "widget: click, paused": f"comm, {PAUSE_MS} ms between two",
    "widget of a server: click": "WebSocket, JupyterLab",
}
TABLES = {
    "page, open": "`append` in a callback",
    "page, new": "navigation",
    "widget, open": "`append` in a callback",
    "widget, new": "`display`",
}


class Pages:
    """The pages of one browser, each ready to be measured."""

    def __init__(self, browser: Browser, lab: LabServer, addresses: dict[str, str]) -> None:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(120_000)
        measuring = (HERE / "measure.js").read_text(encoding="utf-8")
        context.add_init_script(measuring)
        self.addresses = addresses
        self.app, self.echo, self.table = (context.new_page() for _ in range(3))
        # The table may be there before a question from here arrives.
        self.table.add_init_script(measuring + f"globalThis.firstTable = bench.table({apps.ROWS});")
        self.app.goto(addresses["app"])
        self.app.wait_for_selector("#count")
        self.echo.goto("http://" + addresses["echo"])
        self.echo.evaluate(
            "async (url) => { bench.ask = await bench.socket(url); }", "ws://" + addresses["echo"]
        )
        self.notebook = LabNotebook.write(lab, "round_trip.ipynb", CELLS).open(context.new_page())
        for cell in range(TABLE):
            self.notebook.run_cell(cell)
        self.lab.wait_for_function(
            "() => [0, 1].every((owner) => bench.find('#count', owner)) && globalThis.bareEcho"
        )

    @property
    def lab(self) -> Page:
        return self.notebook.page

    # Each returns the milliseconds of its trips.

    def bare_socket(self, count: int) -> list[float]:
        return _trips(self.echo, "bench.ask", count)

    def click_in_page(self, count: int) -> list[float]:
        return _trips(self.app, "() => bench.click(bench.find('#count'))", count)

    def bare_comm(self, count: int, pause: int = 0) -> list[float]:
        return _trips(self.lab, "bareEcho", count, pause)

    def click_in_lab(self, count: int, pause: int = 0, owner: int = 0) -> list[float]:
        return _trips(self.lab, f"() => bench.click(bench.find('#count', {owner}))", count, pause)

    def click_in_lab_over_socket(self, count: int) -> list[float]:
        return self.click_in_lab(count, owner=1)

    # Each returns milliseconds from the call that shows the table until it was painted.

    def table_in_open_view(self, page: Page) -> float:
        page.bring_to_front()
        moments = page.evaluate(
            "(rows) => { const done = bench.table(rows); bench.find('#show').click(); return done; }",
            apps.ROWS,
        )
        return float(moments["painted"] - moments["shown"])

    def table_in_new_page(self) -> float:
        self.table.bring_to_front()
        self.table.goto(self.addresses["table"])
        return float(self.table.evaluate("async () => (await firstTable).painted - performance.timeOrigin"))

    def table_in_new_output(self) -> float:
        self.lab.bring_to_front()
        self.lab.evaluate("(rows) => { bench.pending = bench.table(rows); }", apps.ROWS)
        self.notebook.run_cell(TABLE)
        moments = self.lab.evaluate("bench.pending")
        return float(moments["painted"] - moments["shown"])


def _trips(page: Page, ask: str, count: int, pause: int = 0) -> list[float]:
    page.bring_to_front()
    times: list[float] = page.evaluate(
        f"([count, pause]) => bench.trips({ask}, count, pause)", [WARM_UP + count, pause]
    )
    return times[WARM_UP:]


def measure(pages: Pages, rounds: int, clicks: int) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Return, by name, the (p50, p99) of each round, and the first paint of each round."""
    paused = max(1, clicks // 4)
    trips: dict[str, Callable[[], list[float]]] = {
        "bare WebSocket echo": lambda: pages.bare_socket(clicks),
        "page: click": lambda: pages.click_in_page(clicks),
        "bare anywidget echo": lambda: pages.bare_comm(clicks),
        "widget: click": lambda: pages.click_in_lab(clicks),
        "bare anywidget echo, paused": lambda: pages.bare_comm(paused, PAUSE_MS),
        "widget: click, paused": lambda: pages.click_in_lab(paused, PAUSE_MS),
        "widget of a server: click": lambda: pages.click_in_lab_over_socket(clicks),
    }
    tables: dict[str, Callable[[], float]] = {
        "page, open": lambda: pages.table_in_open_view(pages.app),
        "page, new": pages.table_in_new_page,
        "widget, open": lambda: pages.table_in_open_view(pages.lab),
        "widget, new": pages.table_in_new_output,
    }
    assert trips.keys() == ROUND_TRIPS.keys()
    assert tables.keys() == TABLES.keys()
    times: dict[str, list[Any]] = defaultdict(list)
    paints: dict[str, list[Any]] = defaultdict(list)
    for number in range(rounds):
        for name in _turned(list(trips), number):
            of_round = sorted(trips[name]())
            times[name].append((quantile(of_round, 0.5), quantile(of_round, 0.99)))
            print(f"round {number + 1}: {name}: {times[name][-1][0]:.1f} ms", file=sys.stderr, flush=True)
        for name in _turned(list(tables), number):
            paints[name].append(median(tables[name]() for _ in range(3)))
            print(f"round {number + 1}: {name}: {paints[name][-1]:.0f} ms", file=sys.stderr, flush=True)
    return times, paints


def _turned(names: list[str], by: int) -> list[str]:
    by = by * 3 % len(names)
    return names[by:] + names[:by]


def quantile(ordered: list[float], part: float) -> float:
    """The smallest value that at least `part` of all do not exceed."""
    return ordered[max(0, -int(-part * len(ordered) // 1) - 1)]


def report(times: dict[str, list[Any]], paints: dict[str, list[Any]], heading: str) -> str:
    """Write what was measured as Markdown."""
    lines = [
        heading,
        "",
        "| round trip | over | p50 ms | p99 ms | p50 of each round |",
        "| --- | --- | ---: | ---: | --- |",
    ]
    for name, over in ROUND_TRIPS.items():
        p50, p99 = (median(of_round[at] for of_round in times[name]) for at in (0, 1))
        each = ", ".join(f"{of_round[0]:.1f}" for of_round in times[name])
        lines.append(f"| {name} | {over} | {p50:.1f} | {p99:.1f} | {each} |")
    lines += [
        "",
        f"| {apps.ROWS:,}-row table painted | after | ms | each round |",
        "| --- | --- | ---: | --- |",
    ]
    for name, after in TABLES.items():
        each = ", ".join(f"{of_round:.0f}" for of_round in paints[name])
        lines.append(f"| {name} | {after} | {median(paints[name]):.0f} | {each} |")
    lines += ["", "| bundle | bytes | gzip -9 |", "| --- | ---: | ---: |"]
    for name in ("page.js", "widget.js"):
        code = (STATIC / name).read_bytes()
        lines.append(f"| {name} | {len(code):,} | {len(gzip.compress(code, 9, mtime=0)):,} |")
    return "\n".join(lines) + "\n"


def machine(browser: Browser) -> str:
    """One line about what was measured on, for a reader who compares."""
    versions = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    return (
        f"Chromium {browser.version}, Python {platform.python_version()}, {versions}; {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f} before"
    )


@contextmanager
def serving() -> Iterator[dict[str, str]]:
    """Serve the apps from a process of their own; give their addresses."""
    command = [sys.executable, "-m", "benchmarks.apps"]
    with subprocess.Popen(
        command, cwd=HERE.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A real browser: ``DOMSYNC_CHROMIUM``, or the system's."""
    names = (os.environ.get("DOMSYNC_CHROMIUM", "chromium"), "chromium-browser", "google-chrome")
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        sys.exit("Chromium is missing: scripts/ensure-chromium installs it, or says how to")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.round_trip", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="(default: %(default)s)")
    parser.add_argument("--clicks", type=int, default=200, help="in a round (default: %(default)s)")
    parser.add_argument("--output", type=Path, help="file for the Markdown that is printed")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        LabServer(Path(folder, "notebooks"), Path(folder, "state")) as lab,
        serving() as addresses,
        chromium() as browser,
    ):
        before = machine(browser)
        pages = Pages(browser, lab, addresses)
        times, paints = measure(pages, options.rounds, options.clicks)
        pages.notebook.shut_down()
        heading = (
            f"{options.rounds} rounds of {options.clicks} clicks; medians over rounds. "
            f"{before}, {os.getloadavg()[0]:.1f} after."
        )
    text = report(times, paints, heading)
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
