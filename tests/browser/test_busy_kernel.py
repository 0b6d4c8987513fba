"""Widgets while the kernel runs a cell that lets nothing else run: in a real JupyterLab, with the real kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Locator, expect

from scripts.lab_server import LabServer
from tests.browser.conftest import OpenNotebook
from tests.browser.lab import LabNotebook
from tests.faults.soak import pick, report

# The button counts clicks, and `during` says of each whether it was handled while a cell ran.
APP = """\
from domsync_jupyter import Document, DomsyncServer, DomsyncWidget

busy = False
during = []
doc = Document()
button = doc.createElement("button", id="button", innerText="0")

def on_click(event):
    during.append(busy)
    button.innerText = str(int(button.innerText) + 1)

button.addEventListener("click", on_click)
doc.getRootElement().appendChild(button)
"""

MAKE = {
    "server": "DomsyncWidget(DomsyncServer(doc, 'localhost', 0, verbose=False).start())",
    "server-comm": "DomsyncServer(doc, 'localhost', 0, verbose=False).start().widget(transport='comm')",
    "thread": "DomsyncWidget(doc, thread=True)",
    "default": "DomsyncWidget(doc)",
}

# Blocks until the test makes a file; a deadline keeps a test that fails from leaving it behind.
BLOCK = """\
import pathlib, time

release = pathlib.Path("{file}")
deadline = time.monotonic() + 60
busy = True
print("busy")
while not release.exists():
    {body}
    assert time.monotonic() < deadline
busy = False
release.unlink()
"""
SLEEP, COMPUTE = "time.sleep(0.5)", "sum(number * number for number in range(10_000))"

# Clicks, waits until the count changes, and so on; how long each took, in milliseconds.
ROUND_TRIPS = """async (view, [count, pause]) => {
    const button = view.querySelector("div").shadowRoot.querySelector("#button");
    const times = [];
    for (let number = 0; number < count; number++) {
        const before = performance.now();
        await new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error(`click ${number} was not answered`)), 10_000);
            const observer = new MutationObserver(() => {
                clearTimeout(timer);
                observer.disconnect();
                resolve();
            });
            observer.observe(button, { childList: true, characterData: true, subtree: true });
            button.click();
        });
        times.push(performance.now() - before);
        await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return times;
}"""

#: In each cell; with `make soak` that takes ten seconds.
CLICKS = pick(20, 200)
PAUSE = pick(0, 50)

Release = Callable[[], None]


@pytest.fixture
def file(jupyter_lab: LabServer) -> Iterator[Path]:
    """What a blocked cell waits for."""
    file = jupyter_lab.root / "release"
    yield file
    file.unlink(missing_ok=True)


def view(notebook: LabNotebook) -> Locator:
    return notebook.page.locator(".domsync-view")


def shown(form: str) -> str:
    return f"{APP}widget = {MAKE[form]}\nwidget"


def block(body: str, file: Path) -> str:
    return BLOCK.format(body=body, file=file.name)


def expect_busy(notebook: LabNotebook, index: int) -> None:
    expect(notebook.cell(index).locator(".jp-InputPrompt")).to_have_text("[*]:")
    expect(notebook.output(index)).to_have_text("busy\n")


@pytest.mark.parametrize("form", ["server", "server-comm", "thread"])
def test_clicks_are_answered_while_a_cell_runs(
    form: str, open_beside: OpenNotebook, file: Path, record_property: Callable[[str, object], None]
) -> None:
    notebook = open_beside(
        [
            shown(form),
            block(SLEEP, file),
            block(COMPUTE, file),
            "print(during, widget.connection.split(':')[0])",
        ]
    )
    notebook.run_cell(0)
    button = view(notebook).locator("#button")
    button.click()
    expect(button).to_have_text("1")
    for index, count in (1, 1 + CLICKS), (2, 1 + 2 * CLICKS):
        notebook.start_cell(index)
        expect_busy(notebook, index)
        times = view(notebook).evaluate(ROUND_TRIPS, [CLICKS, PAUSE])
        expect(button).to_have_text(str(count))
        expect_busy(notebook, index)
        file.touch()
        notebook.wait_for_cell(index)
        words = f"{form}, {'sleep' if index == 1 else 'CPU loop'}"
        record_property(words, times)
        p95 = sorted(times)[int(0.95 * len(times))]
        report(f"{words}: median {median(times):.1f} ms, p95 {p95:.1f} ms, at most {max(times):.1f} ms")
    notebook.run_cell(3)
    via = "websocket" if form == "server" else "comm"
    expect(notebook.output(3)).to_have_text(f"{[False] + [True] * 2 * CLICKS} {via}\n")


@pytest.mark.parametrize("form", ["server-comm", "thread"])
def test_a_view_comes_to_life_while_the_next_cell_runs(
    form: str, open_beside: OpenNotebook, file: Path
) -> None:
    """Its first Hello may wait behind that cell; the next does not, and the first, which comes last, does no harm."""
    notebook = open_beside([shown(form), block(SLEEP, file), "print(during, len(widget.get_clients()))"])
    notebook.start_all()
    button = view(notebook).locator("#button")
    expect_busy(notebook, 1)
    expect(button).to_have_text("0")
    view(notebook).evaluate(ROUND_TRIPS, [3, 0])
    expect(button).to_have_text("3")
    expect_busy(notebook, 1)
    file.touch()
    notebook.wait_for_cell(2)
    expect(notebook.output(2)).to_have_text("[True, True, True] 1\n")
    button.click()
    expect(button).to_have_text("4")


def test_by_default_clicks_run_once_each_after_the_cell(open_beside: OpenNotebook, file: Path) -> None:
    notebook = open_beside([shown("default"), block(SLEEP, file), "print(during)"])
    notebook.run_cell(0)
    button = view(notebook).locator("#button")
    button.click()
    expect(button).to_have_text("1")
    notebook.start_cell(1)
    expect_busy(notebook, 1)
    for _ in range(3):
        button.click()
    expect(button).to_have_text("1")
    expect_busy(notebook, 1)
    file.touch()
    expect(button).to_have_text("4")
    notebook.run_cell(2)
    expect(notebook.output(2)).to_have_text(f"{[False] * 4}\n")
