"""The widget in a real JupyterLab: its three forms, several views, reload, and a document shared with a page."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.lab import LabNotebook

COUNTER = """\
from domsync_jupyter import DomsyncWidget

widget = DomsyncWidget()
doc = widget.document
button = doc.createElement("button", id="button", innerText="0")
later = doc.createElement("button", id="later", innerText="later")
said = doc.createElement("p", id="said")

def on_click(event):
    button.innerText = str(int(button.innerText) + 1)

async def on_later(event):
    await asyncio.sleep(0)
    said.textContent = f"{event.type} of {event.target.id}"

button.addEventListener("click", on_click)
later.addEventListener("click", on_later)
doc.getRootElement().append(button, later, said)
widget
"""

APP = """\
import asyncio
from domsync_jupyter import DomsyncServer, DomsyncWidget

async def app(server, client):
    doc = server.get_document(client)
    button = doc.createElement("button", id="button", innerText="0")
    ticks = doc.createElement("p", id="ticks", innerText="0")
    field = doc.createElement("input", id="field")
    echo = doc.createElement("p", id="echo")
    button.addEventListener("click", lambda event: setattr(button, "innerText", str(int(button.innerText) + 1)))
    field.addEventListener("input", lambda event: setattr(echo, "innerText", event.value))
    doc.getRootElement().append(button, ticks, field, echo)
    while server.is_connected(client):
        ticks.innerText = str(int(ticks.innerText) + 1)
        await server.flush(client)
        await asyncio.sleep(0.1)
"""

CLIENTS = """\
import asyncio
async with asyncio.timeout(10):
    while len(widget.get_clients()) != {count}:
        await asyncio.sleep(0.01)
print("clients:", len(widget.get_clients()))
"""

CLOSE_OUTPUT_VIEW = """() => {
    const shell = window.jupyterapp.shell;
    const open = [...shell.widgets("main"), ...shell.widgets("down")];
    open.find((w) => w.node.querySelector(".domsync-view") && !w.node.querySelector(".jp-Notebook")).close();
}"""

RAISES = """\
    if button.innerText == "1":
        button.innerText = "2"
        raise ValueError("no more")
"""

STYLE = """\
from domsync_jupyter import DomsyncWidget

widget = DomsyncWidget()
doc = widget.document
style = doc.createElement("style")
style.textContent = "div { outline: 3px solid rgb(1, 2, 3); }"
doc.getRootElement().append(style, doc.createElement("div", id="inside"))
widget
"""

LETTERS = """\
from domsync_jupyter import DomsyncWidget

widget = DomsyncWidget()
doc = widget.document
said = doc.createElement("p", id="said")
for letter in "abc":
    button = doc.createElement("button", id=letter, innerText=letter)
    button.addEventListener("click", lambda event: setattr(said, "innerText", said.innerText + event.target.id))
    doc.getRootElement().append(button)
doc.getRootElement().append(said)
widget
"""

NOTE_STATUSES = """() => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    const statuses = window.statuses = new Map();  // of each message of the view's to the kernel
    kernel.anyMessage.connect((_kernel, { msg, direction }) => {
        if (direction === "send" && msg.content.data?.method === "custom") {
            statuses.set(msg.header.msg_id, []);
        } else if (msg.header.msg_type === "status") {
            statuses.get(msg.parent_header.msg_id)?.push(msg.content.execution_state);
        }
    });
}"""

PROGRESS = """\
import time
from domsync_jupyter import DomsyncWidget

widget = DomsyncWidget()
doc = widget.document
bar = doc.createElement("progress", attributes={"max": "20", "value": "0"})
doc.getRootElement().append(bar)
display(widget)
for step in range(1, 21):
    time.sleep(0.2)
    bar.setAttribute("value", str(step))
    doc.flush()
"""

# The values that were there when a frame was painted, while the cell ran.
NOTE_PROGRESS = """() => {
    const seen = window.seen = [];
    const prompt = document.querySelector(".jp-Notebook .jp-InputPrompt");
    const look = () => {
        const bar = document.querySelector(".domsync-view div")?.shadowRoot.querySelector("progress");
        const value = bar?.getAttribute("value");
        if (value && prompt.textContent.includes("*") && seen.at(-1) !== value) seen.push(value);
        requestAnimationFrame(look);
    };
    look();
}"""

# One after the other, by twos and threes.
CLICK_LETTERS = """async (view, letters) => {
    const root = view.querySelector("div").shadowRoot;
    for (const [index, letter] of [...letters].entries()) {
        root.querySelector(`#${letter}`).click();
        if (index % 5 % 2) await new Promise((resolve) => setTimeout(resolve));
    }
}"""

SERVER = """\
from domsync_jupyter import DomsyncServer, DomsyncWidget

server = DomsyncServer({app}, "localhost", 0, verbose=False)
await server.serve()
widget = DomsyncWidget(server)
widget
"""


def views(notebook: LabNotebook) -> Locator:
    return notebook.page.locator(".domsync-view")


def test_changes_appear_by_themselves_and_clicks_run_python(open_beside: OpenNotebook) -> None:
    notebook = open_beside(
        ["import asyncio\n" + COUNTER, "button.innerText = '40'", "print(widget.connection)"]
    )
    notebook.run_cell(0)
    button = views(notebook).locator("#button")
    expect(button).to_have_text("0")
    button.click()
    expect(button).to_have_text("1")
    notebook.run_cell(1)
    expect(button).to_have_text("40")
    button.click(click_count=2)
    expect(button).to_have_text("42")
    views(notebook).locator("#later").click()
    expect(views(notebook).locator("#said")).to_have_text("click of later")
    notebook.run_cell(2)
    expect(notebook.output(2)).to_have_text("comm: no server to connect to\n")


def test_a_loop_that_sleeps_shows_its_progress(open_beside: OpenNotebook) -> None:
    notebook = open_beside([PROGRESS])
    notebook.page.evaluate(NOTE_PROGRESS)
    notebook.run_cell(0)
    expect(views(notebook).locator("progress")).to_have_attribute("value", "20")
    seen = notebook.page.evaluate("seen")
    assert seen == sorted(seen, key=int)
    assert len(seen) >= 10, f"of 20 steps, {seen} were seen while the cell ran"


def test_clicks_in_quick_succession_run_once_each_and_in_order(open_beside: OpenNotebook) -> None:
    notebook = open_beside([LETTERS])
    notebook.run_cell(0)
    said = views(notebook).locator("#said")
    expect(said).to_have_count(1)
    letters = "abcacbbacbcaccab" * 10
    views(notebook).evaluate(CLICK_LETTERS, letters)
    expect(said).to_have_text(letters)


def test_the_kernel_says_idle_late_and_never_busy_of_a_views_messages(open_beside: OpenNotebook) -> None:
    notebook = open_beside([LETTERS])
    notebook.run_cell(0)
    said = views(notebook).locator("#said")
    expect(said).to_have_count(1)
    notebook.page.evaluate(NOTE_STATUSES)
    for number, letter in enumerate("abcba", start=1):
        views(notebook).locator(f"#{letter}").click()
        expect(said).to_have_text("abcba"[:number])
    assert notebook.page.evaluate("window.statuses.size") >= 5
    notebook.page.wait_for_function("[...window.statuses.values()].every((said) => said.length)")
    assert notebook.page.evaluate("[...window.statuses.values()].flat()") == (
        ["idle"] * notebook.page.evaluate("window.statuses.size")
    )


def test_views_follow_reload_and_go(open_beside: OpenNotebook) -> None:
    notebook = open_beside(
        ["import asyncio\n" + COUNTER, "widget", CLIENTS.format(count=2), CLIENTS.format(count=1)]
    )
    notebook.run_cell(0)
    first = views(notebook).locator("#button")
    first.click()
    first.click()
    expect(first).to_have_text("2")

    notebook.execute("notebook:create-output-view")
    expect(views(notebook)).to_have_count(2)
    late = views(notebook).nth(1).locator("#button")
    expect(late).to_have_text("2")
    late.click()
    expect(views(notebook).locator("#button")).to_have_text(["3", "3"])
    notebook.page.keyboard.press("Escape")
    notebook.run_cell(2)
    expect(notebook.output(2)).to_have_text("clients: 2\n")

    notebook.page.evaluate(CLOSE_OUTPUT_VIEW)
    expect(views(notebook)).to_have_count(1)
    notebook.run_cell(3)
    expect(notebook.output(3)).to_have_text("clients: 1\n")

    notebook.save()
    notebook.reload()
    expect(views(notebook).locator("#button")).to_have_text(["3"])
    views(notebook).locator("#button").click()
    expect(views(notebook).locator("#button")).to_have_text(["4"])
    notebook.run_cell(1)
    expect(views(notebook).locator("#button")).to_have_text(["4", "4"])
    notebook.run_cell(3 - 1)
    expect(notebook.output(2)).to_have_text("clients: 2\n")


def test_a_view_of_an_app_takes_its_session_up_after_a_reload(open_beside: OpenNotebook) -> None:
    notebook = open_beside([APP, "widget = DomsyncWidget(app)\nwidget", CLIENTS.format(count=1)])
    notebook.run_cell(0)
    notebook.run_cell(1)
    button = views(notebook).locator("#button")
    button.click()
    button.click()
    expect(button).to_have_text("2")
    views(notebook).locator("#field").press_sequentially("typed")
    expect(views(notebook).locator("#echo")).to_have_text("typed")
    notebook.save()
    notebook.reload()
    expect(button).to_have_text("2")
    expect(views(notebook).locator("#field")).to_have_value("typed")
    button.click()
    expect(button).to_have_text("3")
    notebook.run_cell(2)
    expect(notebook.output(2)).to_have_text("clients: 1\n")


def test_an_app_has_a_document_for_each_view(open_beside: OpenNotebook) -> None:
    notebook = open_beside([APP, "widget = DomsyncWidget(app)\nwidget", "widget"])
    notebook.run_all()
    expect(views(notebook)).to_have_count(2)
    views(notebook).nth(0).locator("#button").click()
    expect(views(notebook).locator("#button")).to_have_text(["1", "0"])


def test_a_running_server_serves_the_cell_too(open_beside: OpenNotebook) -> None:
    notebook = open_beside(
        [
            APP,
            SERVER.format(app="app"),
            "print(widget.connection.replace(str(server.port), 'PORT'), len(server.get_clients()))",
            "print(server.url)",
            "widget.close()",
            "await server.close()\nprint(len(server.get_clients()))",
        ]
    )
    notebook.run_cell(0)
    notebook.run_cell(1)
    button = views(notebook).locator("#button")
    button.click()
    expect(button).to_have_text("1")
    notebook.run_cell(2)
    # Through Jupyter's own address if it has jupyter-server-proxy, or else straight to the server's.
    expect(notebook.output(2)).to_have_text(
        re.compile(r"websocket: ws://localhost:PORT/ answered 1|/proxy/PORT/ answered 1")
    )
    notebook.run_cell(3)
    page = notebook.page.context.new_page()
    page.goto(notebook.output(3).inner_text().strip())
    page.locator("#button").click()
    expect(page.locator("#button")).to_have_text("1")
    expect(page.locator("#ticks")).not_to_have_text("0")
    page.close()
    notebook.run_cell(4)
    expect(views(notebook)).to_have_count(0)
    notebook.run_cell(5)
    expect(notebook.output(5)).to_have_text("0\n")


def test_one_document_in_a_cell_and_on_two_pages(open_beside: OpenNotebook) -> None:
    notebook = open_beside(
        [
            "import asyncio\n" + COUNTER.replace("\nwidget\n", "\n"),
            SERVER.format(app="doc").replace("widget = DomsyncWidget(server)\n", ""),
            "print(server.url)",
            "button.innerText = '40'",
        ]
    )
    for index in range(3):
        notebook.run_cell(index)
    cell = views(notebook).locator("#button")
    cell.click()
    expect(cell).to_have_text("1")
    pages = [notebook.page.context.new_page() for _ in range(2)]
    for page in pages:
        page.goto(notebook.output(2).inner_text().strip())
        expect(page.locator("#button")).to_have_text("1")
    pages[0].locator("#button").click()
    for shown in (cell, *(page.locator("#button") for page in pages)):
        expect(shown).to_have_text("2")
    notebook.run_cell(3)
    for shown in (cell, *(page.locator("#button") for page in pages)):
        expect(shown).to_have_text("40")
    for page in pages:
        page.close()


def test_styles_and_ids_stay_inside(open_beside: OpenNotebook) -> None:
    notebook = open_beside([STYLE])
    notebook.run_cell(0)
    outline = "(element) => getComputedStyle(element).outlineColor"
    expect(views(notebook).locator("#inside")).to_have_count(1)
    assert views(notebook).locator("#inside").evaluate(outline) == "rgb(1, 2, 3)"
    assert notebook.cell(0).locator("div.jp-OutputArea").first.evaluate(outline) != "rgb(1, 2, 3)"
    assert notebook.page.evaluate("document.getElementById('inside')") is None


def test_a_raising_callback_is_shown_and_ends_nothing(open_beside: OpenNotebook) -> None:
    head = "def on_click(event):\n"
    notebook = open_beside(["import asyncio\n" + COUNTER.replace(head, head + RAISES)])
    notebook.run_cell(0)
    button = views(notebook).locator("#button")
    button.click()
    expect(button).to_have_text("1")
    button.click()
    expect(views(notebook)).to_contain_text("ValueError: no more")
    button.click()
    expect(button).to_have_text("3")
