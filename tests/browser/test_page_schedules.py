"""Random schedules of everything that can go wrong between a real page and Python, while both are busy.

A proxy delays, stalls, cuts, refuses and forgets connections; Python stalls; a comm drops, doubles and reorders
messages; pages are reloaded. Then the faults end. The page's DOM must be what the document is, with focus and scroll
position kept, and every event must have run once, in order. The same for many more schedules, without a browser and
with a virtual clock: tests/sync/test_schedules.py.

``DOMSYNC_SEED`` repeats a schedule, as far as a real clock does; ``DOMSYNC_SOAK=1`` plays all of them.
"""

from __future__ import annotations

import asyncio
import copy
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Error, Page

from domsync_jupyter import Document
from domsync_jupyter.sync.limits import Limits
from scripts.lab_server import LabServer
from tests.browser.canonical import CANONICAL, differences
from tests.browser.lab import LabNotebook
from tests.browser.page_schedules_document import Play
from tests.browser.page_schedules_person import PERSON
from tests.browser.page_schedules_widget import ORDER, RESULT
from tests.browser.serving import serving
from tests.faults.proxy import Proxy, schedule
from tests.faults.served import CHECKOUT
from tests.faults.soak import SECONDS, pick, report

pytestmark = pytest.mark.timeout(SECONDS)

PAGES, LABS = pick((4, 1), (150, 50))
#: Changes, and events besides those of a mouse and a keyboard, of a schedule, and about how many seconds it lasts.
OPERATIONS, ACTS, PLAY_SECONDS = 300, 200, 1.0
#: By then everything has arrived, once nothing goes wrong any more.
QUIET_SECONDS = 30
#: By then a page has sent what was edited.
EDITS_MS = 300
#: Events of which the page may keep all but the latest.
FAST = ("input", "scroll", "mousemove")
#: What a browser says of connections that fail.
REFUSALS = ("WebSocket connection to", "net::ERR_", "TypeError: Failed to fetch")
LIFE = 1_000_000


def limits(rnd: random.Random) -> Limits:
    """A session that is as impatient as such a short time asks for."""
    return Limits(
        window_frames=rnd.choice([1, 2, 4]),
        ring_bytes=rnd.choice([3_000, 4 << 20]),  # so little brings snapshots
        ack_ms=rnd.choice([10, 100]),
        heartbeat_ms=500,
        silence_ms=1_500,
        check_frames=rnd.choice([1, 8]),
        resume_on_reload=rnd.random() < 0.5,
    )


def seeds(count: int) -> list[int]:
    """Of the schedules of this run."""
    if "DOMSYNC_SEED" in os.environ:
        return [int(os.environ["DOMSYNC_SEED"])]
    base = random.randrange(2**31)
    return [*SEEDS_THAT_FAILED, *range(base, base + count)]


SEEDS_THAT_FAILED: list[int] = []


def use(page: Page, rnd: random.Random) -> None:
    """A mouse and a keyboard, besides what the page's person does; until that is done."""
    deadline = time.monotonic() + QUIET_SECONDS
    while page.evaluate("person.busy()"):
        assert time.monotonic() < deadline, "the page's person does not come to an end"
        match rnd.randrange(3):
            case 0:
                page.evaluate("person.turnToView()")
                page.keyboard.type(rnd.choice(["typed", "x"]))
            case 1:
                button = page.locator(f"#button{rnd.randrange(4)}")
                if (place := button.bounding_box()) is not None:
                    page.mouse.click(place["x"] + 5, place["y"] + 5)
            case 2:
                page.mouse.move(rnd.randrange(300), rnd.randrange(200), steps=5)


def check_events(
    logs: dict[str, list[tuple[int, str, str]]], seen: list[tuple[int, str]], *, lossless: bool
) -> None:
    """Each life's events ran once and in order: all of them, or, if the page was reloaded, all before some moment."""
    numbers = [number for number, _ in seen]
    assert None not in numbers, "an event of which nobody has taken notice"
    twice = [number for number, count in Counter(numbers).items() if count > 1]
    assert not twice, f"events ran twice: {twice[:10]}"
    assert set(numbers) <= {number for log in logs.values() for number, *_ in log}, "events that never were"
    for life, log in logs.items():
        ran = [number for number in numbers if number // LIFE == int(life)]
        assert ran == sorted(ran), "events ran out of order"
        done = set(ran)
        single = [number for number, kind, _ in log if kind not in FAST]
        last = {(kind, target): number for number, kind, target in log}
        wanted = sorted({*single, *last.values()})
        if not lossless and int(life) < max(map(int, logs)):
            wanted = [number for number in wanted if number <= max(ran, default=0) and number in single]
        assert not (lost := [number for number in wanted if number not in done]), f"events lost: {lost[:10]}"


def settle(page: Page) -> dict[str, Any]:
    """Wait until everything has arrived; what the page is then."""
    # What the last frames have changed in controls is reported in a while.
    for pause in (0, EDITS_MS):
        page.wait_for_timeout(pause)
        fence = page.evaluate("person.fence()")
        try:
            page.wait_for_function("fence => person.reached(fence)", arg=fence, timeout=QUIET_SECONDS * 1000)
        except Error as error:
            words = page.evaluate("person.result().words")
            raise AssertionError(f"not in step after {QUIET_SECONDS} s: {words}") from error
    state: dict[str, Any] = page.evaluate("person.result()")
    return state


def check(state: dict[str, Any], result: dict[str, Any], *, lossless: bool) -> None:
    found = list(differences(state["shown"], result["shown"]))
    assert not found, "\n".join(found)
    check_events(state["logs"], result["seen"], lossless=lossless)
    wanted, active = state["focus"]
    assert wanted in (None, active), f"the focus was on {wanted!r} and is on {active!r}"
    wanted, top = state["top"]
    assert wanted in (None, top), f"the box was scrolled to {wanted} and is at {top}"
    assert state["strangers"] == []
    assert not any(state["words"]), state["words"]


class Totals(Counter[str]):
    """What happened in all schedules."""

    def add(self, state: dict[str, Any], result: dict[str, Any]) -> None:
        self["schedules"] += 1
        self["changes"] += result["operations"]
        self["events in the page"] += sum(map(len, state["logs"].values()))
        self["events in Python"] += len(result["seen"])

    def __str__(self) -> str:
        return ", ".join(f"{count:,} {what}" for what, count in self.items())


class Failures(list[str]):
    """What went wrong: one schedule that fails keeps none of the others from being played."""

    @contextmanager
    def of(self, seed: int, page_errors: list[str]) -> Iterator[None]:
        try:
            yield
            page_errors[:] = [error for error in page_errors if not any(words in error for words in REFUSALS)]
            assert not page_errors, "\n".join(page_errors)
        except (AssertionError, Error, TimeoutError) as error:
            page_errors.clear()
            self.append(f"DOMSYNC_SEED={seed}: {error}")
            print(self[-1], flush=True)

    def __str__(self) -> str:
        return "\n\n".join(self)


def play_in_page(page: Page, proxy: Proxy, seed: int, totals: Totals) -> None:
    rnd = random.Random(seed)
    document = Document()
    play = Play(document, seed)
    reloads = rnd.random() < 0.25
    before = proxy.accepted, proxy.cuts
    origin = f"http://localhost:{proxy.port}"
    with serving(document, limits=limits(rnd), origins=[origin]) as (server, loop):
        proxy.target = "localhost", server.port
        page.goto(origin)
        attach(page)
        page.evaluate("person.forget()")
        parts = 2 if reloads else 1
        for part in range(parts):
            if part:
                proxy.stop()
                page.reload()
                attach(page)
                totals["reloads"] += 1
            changes = asyncio.run_coroutine_threadsafe(
                play.run(OPERATIONS * (part + 1) // parts, PLAY_SECONDS / parts), loop.loop
            )
            proxy.play(schedule(rnd, PLAY_SECONDS / parts, harshness=rnd.choice([2, 5, 10])))
            page.evaluate(
                "([...what]) => person.start(...what)",
                [seed + part, ACTS // parts, PLAY_SECONDS * 1000 / ACTS],
            )
            use(page, rnd)
            changes.result(60)
        proxy.stop()
        # As a browser does when the network is back.
        page.evaluate("window.dispatchEvent(new Event('online'))")
        state = settle(page)
        result = loop.run(play.result)
        totals.add(state, result)
        totals["connections"] += proxy.accepted - before[0]
        totals["cuts"] += proxy.cuts - before[1]
        totals["sessions"] += sum(viewer.session.epoch > 0 for viewer in server._viewers.values())
        totals["Hellos"] += sum(viewer.session.epoch for viewer in server._viewers.values())
        check(state, result, lossless=not reloads)
        page.goto("about:blank")


def attach(page: Page, what: str = "#fence") -> None:
    page.locator(what).wait_for(state="attached")
    page.evaluate("person.attach()")


def test_a_page_loses_nothing(page: Page, page_errors: list[str]) -> None:
    page.add_init_script(CANONICAL)
    page.add_init_script(PERSON)
    totals, failures = Totals(), Failures()
    start = time.perf_counter()
    with Proxy("localhost", 0) as proxy:
        for seed in seeds(PAGES):
            with failures.of(seed, page_errors):
                play_in_page(page, proxy, seed, totals)
    report(f"page schedules: {totals}, {len(failures)} failed; {time.perf_counter() - start:.0f} s")
    assert not failures, str(failures)
    assert totals["Hellos"] > totals["sessions"] or totals["schedules"] == 1, "nothing was lost"


CELLS = [
    f"""\
import sys
sys.path.insert(0, {str(CHECKOUT)!r})
from tests.browser.page_schedules_widget import Stage
stage = Stage()
stage.widget
""",
    "stage.begin()",
    "stage.end()",
]
#: Keys and clicks that miss the view, as it moves, would change or cut cells; and when a request fails, which is
#: nothing to us, JupyterLab shows a dialog, which takes the focus.
KEEP_QUIET = """() => {
  const app = window.jupyterapp;
  app.commands.processKeydownEvent = () => undefined;
  app.serviceManager.connectionFailure.emit = () => undefined;
  const style = document.createElement("style");
  style.textContent = "body * { pointer-events: none !important } .domsync-view * { pointer-events: auto !important }";
  document.head.append(style);
}"""
#: What would make JupyterLab itself give up, and the page with it.
TOO_MUCH = ("refuse", "forget")


def play_in_lab(notebook: LabNotebook, proxy: Proxy, seed: int, totals: Totals) -> None:
    page, rnd = notebook.page, random.Random(seed)
    reloads = rnd.random() < 0.15
    seconds = PLAY_SECONDS * (5 if reloads else 1)
    order = {"seed": seed, "operations": OPERATIONS, "seconds": seconds}
    (notebook.server.root / ORDER).write_text(json.dumps(order))
    before = proxy.cuts
    notebook.run_cell(1)
    attach(page, f"[data-seed='{seed}'] #fence")
    page.evaluate("person.forget()")
    page.evaluate("person.fence()")
    for part in range(2 if reloads else 1):
        if part:
            proxy.stop()
            notebook.reload()
            page.evaluate(KEEP_QUIET)
            attach(page)
            totals["reloads"] += 1
        acts = schedule(rnd, PLAY_SECONDS, harshness=rnd.choice([0, 0.5, 2]) or 0.1)
        proxy.play([act for act in acts if act.method not in TOO_MUCH])
        page.evaluate("([...what]) => person.start(...what)", [seed + part, ACTS, PLAY_SECONDS * 1000 / ACTS])
        use(page, rnd)
    page.locator(f"[data-done='{seed}']").wait_for(state="attached")
    proxy.stop()
    state = settle(page)
    notebook.run_cell(2)
    result = json.loads((notebook.server.root / RESULT).read_text())
    totals.add(state, result)
    totals["cuts"] += proxy.cuts - before
    totals.update(result["counts"])
    check(state, result, lossless=not reloads)


def test_a_view_in_jupyterlab_loses_nothing(
    page: Page, jupyter_lab: LabServer, page_errors: list[str]
) -> None:
    page.add_init_script(CANONICAL)
    page.add_init_script(PERSON)
    totals, failures = Totals(), Failures()
    with Proxy("127.0.0.1", jupyter_lab.port) as proxy:
        lab = copy.copy(jupyter_lab)
        lab.port = proxy.port
        notebook = LabNotebook.write(lab, "page-schedules.ipynb", CELLS).open(page)
        try:
            page.evaluate(KEEP_QUIET)
            notebook.run_cell(0)
            page.locator(".domsync-view").wait_for(state="attached")
            notebook.save()
            start = time.perf_counter()
            for seed in seeds(LABS):
                with failures.of(seed, page_errors):
                    play_in_lab(notebook, proxy, seed, totals)
        finally:
            proxy.stop()
            notebook.shut_down()
            page.goto("about:blank")  # Or JupyterLab would miss the proxy.
    report(f"JupyterLab schedules: {totals}, {len(failures)} failed; {time.perf_counter() - start:.0f} s")
    assert not failures, str(failures)
    assert totals["dropped"] or totals["schedules"] == 1, "nothing was lost"
