"""Apps that are changed while their views are open: ``%%domsync`` in a real JupyterLab, ``--reload`` in a real page."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import LabNotebook

CHECKOUT = Path(__file__).parents[2]

CELL = """\
%%domsync view
root.innerHTML = "<h3>{0}</h3><input><p></p>"
field, shown = root.querySelector("input"), root.querySelector("p")
field.addEventListener("input", lambda event: setattr(shown, "innerText", "{0}: " + field.value))
"""

APP = """\
async def app(server, client):
    doc = server.get_document(client)
    doc.getRootElement().innerHTML = (
        "<h1>{0}</h1><input><div style='height: 300px; overflow: auto'><div style='height: 2000px'>tall</div></div>"
    )
    field = doc.querySelector("input")
    field.addEventListener("input", lambda event: setattr(doc.querySelector("h1"), "title", "{0}: " + field.value))
    await client.wait_closed()
"""

SET_SOURCE = """([index, source]) =>
    window.jupyterapp.shell.currentWidget.content.widgets[index].model.sharedModel.setSource(source)"""


def change(lab: LabNotebook, index: int, source: str) -> None:
    """Edit a cell and run it."""
    lab.page.evaluate(SET_SOURCE, [index, source])
    lab.run_cell(index)


def test_a_cell_is_mounted_again(open_beside: OpenNotebook, tmp_path: Path) -> None:
    lab = open_beside(["%load_ext domsync_jupyter", CELL.format("one"), "view"])
    for index in range(3):
        lab.run_cell(index)
    own, other = (lab.cell(index).locator(".domsync-view") for index in (1, 2))
    for output in own, other:
        expect(output.locator("h3")).to_have_text("one")
    field = other.locator("input")
    field.focus()
    field.press_sequentially("typed")
    expect(own.locator("p")).to_have_text("one: typed")
    field.evaluate("field => { field.mine = true; field.setSelectionRange(1, 3); }")

    change(lab, 1, CELL.format("two"))
    for output in own, other:
        expect(output.locator("h3")).to_have_text("two")
        expect(output.locator("input")).to_have_value("typed")
    # It is the field that it was.
    assert field.evaluate("field => [field.mine, field.selectionStart, field.selectionEnd]") == [True, 1, 3]
    field.press("End")
    field.press_sequentially("!")
    for output in own, other:
        expect(output.locator("p")).to_have_text("two: typed!")

    # An error leaves what is there, in the cell's own output, too.
    lab.page.evaluate(
        SET_SOURCE, [1, CELL.format("three").replace("root.querySelector", "root.querySelektor")]
    )
    lab.start_cell(1)
    expect(lab.cell(1)).to_contain_text("AttributeError")
    for output in own, other:
        expect(output.locator("h3")).to_have_text("two")
        expect(output.locator(".domsync-badge details")).to_contain_text("what was there before goes on")
    lab.screenshot(tmp_path / "cell-error.png")
    change(lab, 1, CELL.format("four"))
    for output in own, other:
        expect(output.locator("h3")).to_have_text("four")
        expect(output.locator("input")).to_have_value("typed!")
        expect(output.locator(".domsync-badge details")).to_have_count(0)
    lab.screenshot(tmp_path / "cell.png")


@contextmanager
def running(file: Path) -> Iterator[str]:
    """The program with ``--reload``; the address that it printed."""
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "domsync_jupyter", file.name, "--reload", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=file.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[-1]
            process.stdout.readline()  # It watches, from now on.
            yield address
        finally:
            process.terminate()
            process.communicate()


def test_a_page_goes_on(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "reloaded_app.py"
    file.write_text(APP.format("one"))
    with running(file) as url:
        page.goto(url)
        heading, field = page.locator("h1"), page.locator("input")
        expect(heading).to_have_text("one")
        field.focus()
        page.keyboard.type("typed")
        expect(heading).to_have_attribute("title", "one: typed")
        field.evaluate("field => field.setSelectionRange(1, 3)")
        scroller = page.locator("div[style*=overflow]")
        scroller.evaluate("box => box.scrollTop = 700")
        page.evaluate("window.same = true")

        write_until(page, file, "two")
        expect(heading).to_have_text("two")
        assert page.evaluate("window.same"), "it was not loaded anew"
        expect(field).to_be_focused()
        expect(field).to_have_value("typed")
        assert field.evaluate("field => [field.selectionStart, field.selectionEnd]") == [1, 3]
        assert scroller.evaluate("box => box.scrollTop") == 700
        page.keyboard.press("End")
        page.keyboard.type("!")
        expect(heading).to_have_attribute("title", "two: typed!")

        file.write_text(APP.format("three") + "\n)")
        notice = page.locator(".domsync-badge details")
        expect(notice).to_contain_text("the app was not reloaded: the one before goes on")
        expect(notice).to_contain_text("SyntaxError")
        expect(heading).to_have_text("two")
        notice.locator("summary").click()
        page.screenshot(path=tmp_path / "page-error.png")
        file.write_text(APP.format("four"))
        expect(heading).to_have_text("four")
        expect(notice).to_have_count(0)
        expect(field).to_have_value("typed!")


def write_until(page: Page, file: Path, words: str) -> None:
    """Write the app until the program has seen it: when it begins to watch nobody tells exactly."""
    for _ in range(20):
        file.write_text(APP.format(words))
        with contextlib.suppress(AssertionError):
            expect(page.locator("h1")).to_have_text(words, timeout=500)
            return
