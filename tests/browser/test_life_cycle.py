"""What becomes of a view in JupyterLab: what a person sees, and which clients Python has.

Displayed twice, "Create New View", reload, and several pages: `test_widget.py`. Restart, death and shutdown of the
kernel, and lost links: `test_connection.py`. Files: `test_saved_notebook.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.lab import LabNotebook
from tests.faults.soak import pick

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook

COUNTER = """\
from domsync_jupyter import DomsyncWidget

widget = DomsyncWidget()
doc = widget.document
button = doc.createElement("button", id="button", innerText="0")
button.addEventListener("click", lambda event: setattr(button, "innerText", str(int(button.innerText) + 1)))
field = doc.createElement("input", id="field")
box = doc.createElement("div", id="box", attributes={"style": "height: 60px; overflow: auto"})
for number in range(50):
    box.append(doc.createElement("p", innerText=f"line {number}"))
doc.getRootElement().append(button, field, box)
"""
# A page that goes says so, and may come back within the first number. What it says last may be lost (Chromium and
# Jupyter's server do not send all that waits, about once in 20 times on a busy machine): then its silence tells.
GONE_SOON = (
    "DomsyncWidget(resume_seconds=1, silence_seconds=10, limits=Limits(heartbeat_ms=2_000, silence_ms=8_000))"
)
SHORT_LIVED = COUNTER.replace("DomsyncWidget()", GONE_SOON).replace(
    "import DomsyncWidget", "import DomsyncWidget, Limits"
)
CLIENTS = """\
import asyncio
async with asyncio.timeout(40):
    while (count := len(widget.get_clients())) != {count}:
        await asyncio.sleep(0.01)
print("clients:", count)
"""
COUNT = """\
from ipywidgets.widgets.widget import _instances
count = sum(isinstance(each, DomsyncWidget) for each in _instances.values())
print("clients:", len(widget.get_clients()), "widgets:", count)
"""
# JupyterLab's default, and the one that hides what is out of sight.
WINDOWING = pick(["contentVisibility", "full"], ["contentVisibility", "defer", "full", "none"])


def views(notebook: LabNotebook) -> Locator:
    return notebook.page.locator(".domsync-view")


def clients(notebook: LabNotebook, count: int, cell: int) -> None:
    """Have a cell wait until Python has so many clients."""
    notebook.page.evaluate(
        "([index, source]) => window.jupyterapp.shell.currentWidget.content.widgets[index].model"
        ".sharedModel.setSource(source)",
        [cell, CLIENTS.format(count=count)],
    )
    notebook.run_cell(cell)
    expect(notebook.output(cell)).to_have_text(f"clients: {count}\n")


def activate(notebook: LabNotebook, index: int) -> None:
    notebook.page.evaluate(
        "(index) => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = index }", index
    )


def scroll_to(notebook: LabNotebook, index: int) -> None:
    """Scroll as a person does, until the cell stays in sight: what is rendered meanwhile moves it."""
    notebook.page.wait_for_function(
        """(cell) => {
            const outer = cell.closest(".jp-WindowedPanel-outer");
            const { top, bottom } = outer.getBoundingClientRect();
            const place = cell.getBoundingClientRect();
            const isSeen = place.top < bottom - 20 && place.bottom > top + 20;
            if (!isSeen) outer.scrollTop += place.top - top;
            window.seenFor = isSeen ? (window.seenFor ?? 0) + 1 : 0;
            return window.seenFor > 5;
        }""",
        arg=notebook.cell(index).element_handle(),
    )
    expect(notebook.cell(index)).to_be_in_viewport()


def test_outputs_come_and_go(open_beside: OpenNotebook) -> None:
    notebook = open_beside([COUNTER, "widget", "", "1"])
    notebook.run_cell(0)
    notebook.run_cell(1)
    view = views(notebook)
    view.locator("#button").click()
    view.locator("#field").fill("typed")
    expect(view.locator("#button")).to_have_text("1")
    clients(notebook, 1, cell=2)

    activate(notebook, 1)
    notebook.execute("notebook:hide-cell-outputs")  # Collapsed: it stays what it was.
    expect(view.locator("#button")).to_be_hidden()
    clients(notebook, 1, cell=2)
    activate(notebook, 1)
    notebook.execute("notebook:show-cell-outputs")
    expect(view.locator("#field")).to_have_value("typed")
    view.locator("#button").click()
    expect(view.locator("#button")).to_have_text("2")

    notebook.run_cell(1)  # A new view of the same document.
    expect(view.locator("#button")).to_have_text("2")
    expect(view.locator("#field")).to_have_value("typed")
    clients(notebook, 1, cell=2)

    activate(notebook, 1)
    notebook.execute("notebook:move-cell-down")
    expect(view.locator("#button")).to_have_text("2")
    clients(notebook, 1, cell=1)

    activate(notebook, 2)
    notebook.execute("notebook:cut-cell")
    expect(view).to_have_count(0)
    clients(notebook, 0, cell=1)
    activate(notebook, 1)
    notebook.execute("notebook:paste-cell-below")
    expect(view.locator("#button")).to_have_text("2")
    expect(view.locator("#field")).to_have_value("typed")
    clients(notebook, 1, cell=1)

    activate(notebook, 2)
    notebook.execute("notebook:clear-cell-output")
    expect(view).to_have_count(0)
    clients(notebook, 0, cell=1)


def test_a_tab_that_is_closed_and_opened_again(open_beside: OpenNotebook) -> None:
    notebook = open_beside([SHORT_LIVED, "widget", ""])
    notebook.run_cell(0)
    notebook.run_cell(1)
    views(notebook).locator("#button").click()
    expect(views(notebook).locator("#button")).to_have_text("1")
    views(notebook).locator("#field").fill("typed")
    notebook.save()
    context = notebook.page.context
    other = LabNotebook(notebook.server, notebook.name).open(context.new_page())
    expect(views(other).locator("#button")).to_have_text("1")
    clients(other, 2, cell=2)
    other.page.on("dialog", lambda dialog: dialog.accept())  # "Leave site?"
    other.page.close(run_before_unload=True)
    clients(notebook, 1, cell=2)
    again = LabNotebook(notebook.server, notebook.name).open(context.new_page())
    views(again).locator("#button").click()
    for each in (notebook, again):
        expect(views(each).locator("#button")).to_have_text("2")
        expect(views(each).locator("#field")).to_have_value("typed")
    clients(again, 2, cell=2)
    again.page.close()


def test_a_page_reloaded_before_it_was_saved(open_beside: OpenNotebook) -> None:
    """What was displayed is not in the file: the cell is empty, and the widget is there for the next one."""
    notebook = open_beside([SHORT_LIVED, "widget", ""])
    notebook.cell(2).locator(".cm-content").click()
    notebook.page.keyboard.press("Enter")  # A person's edit: now the page asks before it is left.
    notebook.run_cell(0)
    notebook.run_cell(1)
    views(notebook).locator("#button").click()
    expect(views(notebook).locator("#button")).to_have_text("1")
    notebook.reload()
    expect(notebook.output(1)).to_have_count(0)
    clients(notebook, 0, cell=2)
    notebook.run_cell(1)
    views(notebook).locator("#button").click()
    expect(views(notebook).locator("#button")).to_have_text("2")
    clients(notebook, 1, cell=2)


@pytest.mark.parametrize("mode", WINDOWING)
def test_scrolled_away_and_back(open_beside: OpenNotebook, mode: str) -> None:
    notebook = open_beside([COUNTER + "widget", *["print('\\n' * 60)"] * 5, COUNT])
    notebook.page.evaluate(
        "(mode) => { const { content } = window.jupyterapp.shell.currentWidget;"
        " content.notebookConfig = { ...content.notebookConfig, windowingMode: mode } }",
        mode,
    )
    notebook.run_all()
    view = views(notebook)
    scroll_to(notebook, 0)
    view.locator("#field").fill("typed")
    view.locator("#box").evaluate("(box) => { box.scrollTop = 300 }")
    for index in (6, 0):
        scroll_to(notebook, index)
    view.locator("#button").click()
    expect(view.locator("#button")).to_have_text("1")
    expect(view.locator("#field")).to_have_value("typed")
    assert view.locator("#box").evaluate("(box) => box.scrollTop") == 300
    notebook.run_cell(6)
    expect(notebook.output(6)).to_have_text("clients: 1 widgets: 1\n")


def test_a_cell_that_is_run_again_leaves_no_widgets_behind(open_beside: OpenNotebook) -> None:
    kept = "kept = DomsyncWidget()\nkept"
    notebook = open_beside([COUNTER + "widget", kept, "import asyncio\nawait asyncio.sleep(3)\n" + COUNT])
    notebook.run_cell(0)
    notebook.run_cell(1)
    for _ in range(5):
        expect(views(notebook)).to_have_count(2)
        notebook.run_cell(0)
    views(notebook).locator("#button").click()
    expect(views(notebook).locator("#button")).to_have_text("1")
    notebook.run_cell(2, timeout=30)
    expect(notebook.output(2)).to_have_text("clients: 1 widgets: 2\n")


def test_close_takes_it_out_of_all_pages(open_beside: OpenNotebook) -> None:
    notebook = open_beside(
        [COUNTER + "display(widget, widget)", "widget.close()\nprint(widget.get_clients())"]
    )
    notebook.run_cell(0)
    expect(views(notebook)).to_have_count(2)
    notebook.run_cell(1)
    expect(views(notebook)).to_have_count(0)


MANY = """\
from domsync_jupyter import DomsyncWidget
from ipywidgets import VBox

widgets = [DomsyncWidget() for _ in range(50)]
for number, widget in enumerate(widgets):
    widget.document.getRootElement().textContent = f"view {number}"
VBox(widgets)  # One output: of more than fifty, JupyterLab hides those after them.
"""
COUNT_BYTES = """() => {
    window.counted = { opened: 0, code: 0 };
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    kernel.anyMessage.connect((_kernel, { msg, direction }) => {
        if (direction !== "recv") return;
        if (msg.header.msg_type === "comm_open") counted.opened += JSON.stringify(msg.content).length;
        if (msg.content.data?.content?.code) counted.code += 1;
    });
}"""


def test_fifty_widgets_carry_their_code_once(open_notebook: OpenNotebook) -> None:
    notebook = open_notebook([MANY])
    notebook.page.evaluate(COUNT_BYTES)
    notebook.run_cell(0)
    expect(views(notebook)).to_have_text([f"view {number}" for number in range(50)], timeout=60_000)
    counted = notebook.page.evaluate("counted")
    print(f"50 widgets: {counted['opened']} characters to open them, {counted['code']} times the code")
    assert counted["code"] == 1
    assert counted["opened"] < 50 * 5_000
    notebook.save()
    notebook.reload()
    expect(views(notebook)).to_have_text([f"view {number}" for number in range(50)], timeout=60_000)
    notebook.shut_down()
