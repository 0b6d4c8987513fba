"""The widget where notebooks are shown, other than in JupyterLab: Notebook 7, Voila and marimo."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from scripts.lab_server import free_port
from tests.browser.lab import LabNotebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from scripts.lab_server import LabServer

COUNTER = '''\
from domsync_jupyter import DomsyncWidget

widget = DomsyncWidget()
doc = widget.document
button = doc.createElement("button", id="button", innerText="0")
field = doc.createElement("input", id="field")
echo = doc.createElement("p", id="echo")
button.addEventListener("click", lambda event: setattr(button, "innerText", str(int(button.innerText) + 1)))
field.addEventListener("input", lambda event: setattr(echo, "innerText", event.value))
island = doc.embed(
    esm="""export default { render({ model, el }) {
        const turn = document.createElement("button");
        turn.className = "turn";
        const show = () => { turn.textContent = `turned ${model.get("turns")}`; };
        turn.onclick = () => { model.set("turns", model.get("turns") + 1); model.save_changes(); };
        model.on("change:turns", show);
        show();
        el.append(turn);
    } };""",
    model={"turns": 0},
)
turns = doc.createElement("p", id="turns")
island.widget.observe(lambda change: setattr(turns, "innerText", str(change["new"])), "turns")
doc.getRootElement().append(button, field, echo, island, turns)
'''
MARIMO = """\
import marimo

app = marimo.App()


@app.cell
def _():
{body}    {end}
    return


if __name__ == "__main__":
    app.run()
"""


def works(page: Page) -> None:
    """Clicks and typing run Python, and what that changes is seen; a widget in the document lives as well."""
    view = page.locator(".domsync-view")
    expect(view.locator("#button")).to_have_text("0", timeout=60_000)
    for count in range(1, 6):
        view.locator("#button").click()
        expect(view.locator("#button")).to_have_text(f"{count}")
    view.locator("#field").press_sequentially("typed <b>")
    expect(view.locator("#echo")).to_have_text("typed <b>")
    page.locator(".turn").click()
    expect(page.locator(".turn")).to_have_text("turned 1")
    expect(view.locator("#turns")).to_have_text("1")
    expect(page.locator(".domsync-badge")).to_be_hidden()


def not_ours(page_errors: list[str]) -> None:
    """Take out what a front end says of other servers, and of extensions that are not made for it."""
    assert not [error for error in page_errors if "domsync" in error or "anywidget" in error]
    page_errors.clear()


def test_notebook_7(jupyter_lab: LabServer, page: Page) -> None:
    notebook = LabNotebook.write(jupyter_lab, "front-end-notebook.ipynb", [COUNTER + "widget"])
    notebook.open(page, "notebooks")
    try:
        notebook.run_cell(0)
        works(page)
        expect(page.locator(".domsync-saved")).to_be_hidden()
    finally:
        notebook.shut_down()


def test_voila(jupyter_lab: LabServer, page: Page, page_errors: list[str]) -> None:
    LabNotebook.write(jupyter_lab, "front-end-voila.ipynb", [COUNTER + "widget"])
    page.goto(jupyter_lab.address("voila/render/front-end-voila.ipynb"))
    works(page)
    expect(page.locator(".domsync-saved")).to_be_hidden()
    not_ours(page_errors)


@contextmanager
def marimo(mode: str, file: Path) -> Iterator[str]:
    port = free_port()
    arguments = ["--headless", "--no-token", "--host", "127.0.0.1", "--port", f"{port}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "marimo", "--log-level", "ERROR", mode, *arguments, file.name],
        cwd=file.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        deadline = monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(f"{url}health", timeout=5):
                    break
            except OSError:
                assert process.poll() is None, "marimo has ended"
                assert monotonic() < deadline, "marimo does not answer"
                sleep(0.1)
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize(("mode", "end"), [("run", "widget"), ("edit", "marimo.ui.anywidget(widget)")])
def test_marimo(page: Page, page_errors: list[str], tmp_path: Path, mode: str, end: str) -> None:
    body = "".join(f"    {line}\n" if line else "\n" for line in ("import marimo\n" + COUNTER).splitlines())
    file = tmp_path / "app.py"
    file.write_text(MARIMO.format(body=body, end=end))
    with marimo(mode, file) as url:
        page.goto(url)
        if mode == "edit":
            # Nothing happens before its kernel is there; who clicks again too soon runs the cell twice.
            button = page.locator("[data-testid=run-button]").first
            button.wait_for()
            for _ in range(10):
                with contextlib.suppress(AssertionError, PlaywrightError):
                    button.click(timeout=1_000)
                    expect(page.locator(".domsync-view").first).to_be_attached(timeout=6_000)
                    break
        works(page)
        page.goto("about:blank")
    not_ours(page_errors)
