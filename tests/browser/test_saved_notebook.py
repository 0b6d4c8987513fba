"""Saved notebooks show the last state where there is no kernel: in a real JupyterLab, and converted by nbconvert."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.lab import LabNotebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from scripts.lab_server import LabServer

DASHBOARD = """\
from domsync_jupyter import DomsyncWidget

widget = DomsyncWidget()
doc = widget.document
root = doc.getRootElement()
root.innerHTML = '''
<style>.hot { color: rgb(200, 0, 0) } table { border: 2px solid rgb(0, 0, 200) }</style>
<h3 id="title">Oven 7</h3>
<table><tr><th>Zone</th><th>°C</th></tr><tr><td>upper</td><td class="hot">231</td></tr></table>
<input id="name"><label><input type="checkbox" id="on"> heating</label>
<svg width="60" height="20"><title>history</title><rect width="40" height="20" fill="teal"></rect></svg>
<button id="button">0</button>
'''
button = doc.getElementById("button")
button.addEventListener("click", lambda event: setattr(button, "innerText", "pressed"))
widget
"""
CHANGE = """\
doc.getElementById("title").textContent = "Oven 8"
doc.getElementById("on").checked = True
doc.getElementById("name").value = "a <b> name"
"""


def shows_the_last_state(place: Locator) -> None:
    expect(place.locator("h3")).to_have_text("Oven 8")
    expect(place.locator("td").nth(1)).to_have_css("color", "rgb(200, 0, 0)")
    expect(place.locator("table")).to_have_css("border-top-color", "rgb(0, 0, 200)")
    expect(place.locator("input").first).to_have_value("a <b> name")
    expect(place.locator("input").first).to_be_disabled()
    expect(place.locator("input").nth(1)).to_be_checked()
    picture = place.locator("img[alt=history]")
    expect(picture).to_be_visible()
    assert picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") == 60
    expect(place.locator("button")).to_have_text("pressed")
    expect(place.locator("script, style, [id], [onclick]")).to_have_count(0)


@pytest.fixture
def page(page: Page, page_errors: list[str]) -> Iterator[Page]:
    """The test's page, in which Jupyter may log that it has no widget for an output: that is what is tried here."""
    yield page
    page_errors[:] = [error for error in page_errors if "widget model not found" not in error]


@pytest.fixture(scope="module")
def notebook(jupyter_lab: LabServer, module_page: Page) -> LabNotebook:
    """A notebook with a dashboard that was changed by another cell, and then by a click; saved."""
    notebook = LabNotebook.write(jupyter_lab, "dashboard-to-save.ipynb", [DASHBOARD, CHANGE]).open(
        module_page
    )
    notebook.run_cell(0)
    notebook.run_cell(1)
    module_page.locator(".domsync-view #button").click()
    expect(module_page.locator(".domsync-view #button")).to_have_text("pressed")
    expect(module_page.locator(".domsync-saved")).to_contain_text("pressed")
    expect(module_page.locator(".domsync-saved"), "the live view hides it").to_be_hidden()
    notebook.save()
    notebook.shut_down()
    return notebook


@pytest.fixture
def saved(notebook: LabNotebook) -> nbformat.NotebookNode:
    """What is in its file."""
    saved: nbformat.NotebookNode = nbformat.read(notebook.server.root / notebook.name, as_version=4)
    return saved


@pytest.fixture
def open_saved(jupyter_lab: LabServer, page: Page, saved: nbformat.NotebookNode) -> Callable[..., Page]:
    """Open it as a file that somebody else has made, which nobody here trusts, unless they say that they do."""

    def open_saved(kernel: str, *, trusted: bool = False) -> Page:
        saved.metadata.author = "somebody else"
        saved.metadata.kernelspec.name = kernel
        nbformat.write(saved, jupyter_lab.root / "saved.ipynb")
        if trusted:
            jupyter_lab.request("POST", "api/contents/saved.ipynb/trust")
        page.goto(jupyter_lab.address("doc/tree/saved.ipynb", reset=""))
        return page

    return open_saved


def test_untrusted_without_a_kernel(open_saved: Callable[..., Page]) -> None:
    page = open_saved("no such kernel")
    shows_the_last_state(page.locator(".jp-OutputArea"))
    expect(page.locator(".domsync-view")).to_have_count(0)


def test_untrusted_with_a_kernel(open_saved: Callable[..., Page]) -> None:
    page = open_saved("python3")
    shows_the_last_state(page.locator(".jp-OutputArea"))


def test_trusted_without_a_kernel(open_saved: Callable[..., Page]) -> None:
    page = open_saved("no such kernel", trusted=True)
    shows_the_last_state(page.locator(".domsync-saved"))
    # What Jupyter says in place of the widget, at first and in the end.
    words = page.get_by_text(re.compile("Loading widget|model not found"))
    expect(words).to_have_count(1)
    expect(words).to_be_hidden()


def test_trusted_in_a_new_kernel(notebook: LabNotebook, page: Page) -> None:
    """Which knows nothing of the widget."""
    again = LabNotebook(notebook.server, notebook.name).open(page)
    expect(page.locator(".domsync-saved h3")).to_have_text("Oven 8")
    shows_the_last_state(page.locator(".domsync-saved"))
    expect(page.locator(".jp-OutputArea").get_by_text("model not found")).to_be_hidden()
    again.shut_down()


@pytest.mark.parametrize("execute", [False, True])
def test_nbconvert(
    page: Page, page_errors: list[str], saved: nbformat.NotebookNode, tmp_path: Path, *, execute: bool
) -> None:
    if execute:  # From the sources alone.
        for cell in saved.cells:
            cell.outputs = []
        saved.cells[1].source += '\nbutton.innerText = "pressed"'
    nbformat.write(saved, tmp_path / "saved.ipynb")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "jupyter",
            "nbconvert",
            "--to",
            "html",
            *["--execute"] * execute,
            "saved.ipynb",
        ],
        cwd=tmp_path,
        check=True,
    )
    page.route("http*://**", lambda route: route.abort())
    page.goto((tmp_path / "saved.html").as_uri())
    shows_the_last_state(page.locator(".domsync-saved"))
    # nbconvert's own, from other servers.
    assert all("Failed to load resource" in error for error in page_errors)
    page_errors.clear()
