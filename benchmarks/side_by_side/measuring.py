"""One system in one round: its server, a fresh browser, and its page, ready for its phases."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from playwright.sync_api import Browser, Page, Playwright
from playwright.sync_api import Error as PageError

from benchmarks.side_by_side.phases import PAUSE_MS, Options, PagePhases
from benchmarks.side_by_side.processes import Server, serving
from benchmarks.side_by_side.systems import HERE, System
from tests.browser.lab import LabNotebook

__all__ = ["chromium", "measure"]

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HARNESS = (HERE / "harness.js").read_text(encoding="utf-8")
ECHO = (HERE.parent / "measure.js").read_text(encoding="utf-8")
WARM_UP_TRIPS = 20
READY_SECONDS = 60


def chromium() -> str:
    """The browser: ``DOMSYNC_CHROMIUM``, or the system's.

    Raises:
        FileNotFoundError: If there is none.
    """
    names = (os.environ.get("DOMSYNC_CHROMIUM", "chromium"), "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise FileNotFoundError("Chromium is missing: scripts/ensure-chromium installs it, or says how to")
    return found


def measure(
    play: Playwright, system: System, phases: set[str], options: Options, log: IO[str]
) -> dict[str, Any]:
    """Measure these phases of a system, from the start of its server to its end."""
    started = time.monotonic()
    complaints: list[str] = []

    def note(text: str) -> None:
        complaints.append(text)
        print(text[:300], file=log, flush=True)

    with (
        tempfile.TemporaryDirectory(prefix=f"bench-{system.name}-") as work,
        serving(system, Path(work), log) as server,
    ):
        browser = play.chromium.launch(executable_path=chromium(), args=FLAGS)
        try:
            page = _open(browser, system, server, note)
            if system.kind == "echo":
                found = _echo(page, system, server, phases, options)
            else:
                found = _measure_page(page, system, server, phases, options, complaints)
        finally:
            browser.close()
    return found | {"wall_s": round(time.monotonic() - started, 1)}


def _open(browser: Browser, system: System, server: Server, note: Callable[[str], None]) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(90_000)
    page.on("pageerror", lambda error: note(f"page error: {error}"))
    page.on("console", lambda message: note(message.text) if message.type == "error" else None)
    if server.lab is None:
        page.goto(system.url.format(port=server.port))
    else:
        notebook = LabNotebook.write(server.lab, "bench.ipynb", [system.notebook]).open(page)
        with suppress(AssertionError):  # what the cell prints is in the page, whose elements will be missing
            notebook.run_cell(0)
    return page


def _echo(page: Page, system: System, server: Server, phases: set[str], options: Options) -> dict[str, Any]:
    """The round trip of a bare transport, by the code of `benchmarks.round_trip`."""
    page.evaluate(ECHO)
    if server.lab is None:
        page.evaluate(
            "async (url) => { globalThis.bareEcho = await bench.socket(url); }",
            f"ws://127.0.0.1:{server.port}",
        )
    page.wait_for_function("() => globalThis.bareEcho")

    def trips(count: int, pause: int) -> list[float]:
        arguments = [WARM_UP_TRIPS + count, pause]
        times = page.evaluate("([count, pause]) => bench.trips(bareEcho, count, pause)", arguments)
        return list(times[WARM_UP_TRIPS:])

    found: dict[str, Any] = {}
    if "latency" in phases:
        found["latency"] = trips(options.clicks, 0)
    if "paused" in phases and system.in_lab:
        found["paused"] = trips(options.clicks // 4, PAUSE_MS)
    return found


def _measure_page(
    page: Page, system: System, server: Server, phases: set[str], options: Options, complaints: list[str]
) -> dict[str, Any]:
    page.evaluate(HARNESS)
    try:
        page.wait_for_function("() => window.__bench.ready()", timeout=READY_SECONDS * 1000)
    except PageError:
        reason = _exception(page) or (complaints or ["no error is shown"])[-1]
        raise RuntimeError(f"the page never showed the app: {reason}") from None
    page.evaluate("__bench.dress()")
    page.wait_for_timeout(300)
    page_phases = PagePhases(page, system, server, options)
    try:
        return page_phases.run(phases)
    finally:
        if options.pictures is not None:
            page.screenshot(path=options.pictures / f"{system.name}.png")


def _exception(page: Page) -> str:
    """The last line of the traceback that a notebook shows in place of a widget, if it does."""
    shown: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.jp-OutputArea-output')].map((output) => output.innerText)"
    )
    tracebacks = [text.strip() for text in shown if "Traceback" in text]
    return tracebacks[-1].rpartition("\n")[2][:200] if tracebacks else ""
