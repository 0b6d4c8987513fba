"""Programs written for domsync, in pages of domsync's kind: real Chromium, our server.

The example and the page in domsync's own documentation, which its installed package carries, run word for word but for
the import.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from domsync_jupyter.components import Component, SelectComponent, TableComponent
from domsync_jupyter.domsync_server import DomsyncServer
from tests.browser.applier_page.stage import until
from tests.browser.serving import CLIENT_HTML, pages, serving


@contextmanager
def shown(page: Page, app: Any, **options: Any) -> Iterator[DomsyncServer]:
    """Serve a program, and show it in a page of domsync's kind, which comes from elsewhere."""
    with (
        serving(app, **options) as (server, _),
        pages(CLIENT_HTML.replace("PORT", str(server.port))) as address,
    ):
        page.goto(address)
        yield server


def test_a_clock(page: Page) -> None:
    async def connection_handler(server: Any, client: Any) -> None:
        document = server.get_document(client)
        root_element = document.getRootElement()
        root_element.appendChild(document.createElement("div", innerText="It is now:"))
        div_time = document.createElement("div")
        root_element.appendChild(div_time)
        while True:
            div_time.innerText = datetime.now(UTC).isoformat()
            await server.flush(client)
            await asyncio.sleep(0.05)

    with shown(page, connection_handler):
        clock = page.locator("#domsync_root_id > div").nth(1)
        expect(clock).to_contain_text(str(datetime.now(UTC).year))
        before = clock.text_content()
        expect(clock).not_to_have_text(str(before))
        # A page that is loaded again is a new client.
        page.reload()
        expect(clock).to_contain_text(str(datetime.now(UTC).year))


class Inputs(Component):
    """One of each input, and a table that says what is in them: as domsync's example of components does it."""

    def __init__(self, parent_el: Any) -> None:
        super().__init__(parent_el)
        doc = parent_el.getDocument()
        elements = {
            "button": doc.createElement("button", id=parent_el.id + ".button", innerText="on"),
            "text": doc.createElement(
                "input", id=parent_el.id + ".text", value="hi", attributes={"type": "text"}
            ),
            "area": doc.createElement("textarea", id=parent_el.id + ".area", value="a\nb"),
        }
        getters = {"button": None, "text": "this.value", "area": "this.value"}
        for name, element in elements.items():
            event = "click" if name == "button" else "input"
            element.addEventListener(event, self.on_event, js_value_getter=getters[name])
            parent_el.appendChild(element)
            parent_el.appendChild(doc.createElement("br"))
        SelectComponent(parent_el, ["One", "Two"], self.on_event, id=parent_el.id + ".select")
        table = TableComponent(parent_el, ["key", "value"])
        for name, element in elements.items():
            table.addRow(name, [name, element.innerText if name == "button" else element.value])
        table.addRow("select", ["select", "One"])
        self["table"] = table

    def on_event(self, event: Any) -> None:
        doc = event["doc"]
        name = event["id"].removeprefix(doc.getRootElement().id + ".")
        value = event["value"]
        if name == "button":
            button = doc.getElementById(event["id"])
            value = button.innerText = "on" if button.innerText == "off" else "off"
        self["table"].updateCell(name, "value", value)


def test_inputs_and_a_table(page: Page) -> None:
    async def connection_handler(server: Any, client: Any) -> None:
        Inputs(server.get_document(client).getRootElement())
        await server.flush(client)

    with shown(page, connection_handler):
        rows = page.locator("tr")
        expect(rows).to_have_text(["keyvalue", "areaab", "buttonon", "selectOne", "texthi"])
        page.locator("button").click()
        page.locator("input").press("End")
        page.locator("input").press_sequentially(" there")
        page.locator("textarea").fill("`${x}`</script>")
        page.locator("select").select_option("Two")
        expect(rows).to_have_text(
            ["keyvalue", "area`${x}`</script>", "buttonoff", "selectTwo", "texthi there"]
        )
        expect(page.locator("button")).to_have_text("off")
        ids = page.evaluate("[...document.querySelectorAll('#domsync_root_id [id]')].map((e) => e.id)")
        assert ids == [f"domsync_root_id.{name}" for name in ("button", "text", "area", "select")]


def test_a_table_under_an_id_that_changes_all_the_time(page: Page) -> None:
    async def connection_handler(server: Any, client: Any) -> None:
        doc = server.get_document(client)
        table = TableComponent(doc, doc.getRootId(), ["name", "age"], id="t")
        for number in range(50):
            table.addRow(f"r{number:02}", [f"<b>{number}", "0"])
            await server.flush(client)
        for number in range(50):
            table.updateCell(f"r{number:02}", "age", str(number))
            if number % 2:
                table.removeRow(f"r{number:02}")
        await server.flush(client)

    with shown(page, connection_handler):
        expect(page.locator("#t tr")).to_have_text(["nameage"] + [f"<b>{n}{n}" for n in range(0, 50, 2)])
        assert page.locator("#t\\.td\\.r08\\.age").text_content() == "8"


def test_a_callback_that_raises_says_so_in_the_console(
    page: Page, page_errors: list[str], expected_errors: list[Any]
) -> None:
    async def connection_handler(server: Any, client: Any) -> None:
        root = server.get_document(client).getRootElement()
        button = server.get_document(client).createElement("button", innerText="0")

        def on_click(event: Any) -> None:
            button.innerText = str(int(button.innerText) + 1)
            raise ValueError("mine")

        button.addEventListener("click", on_click)
        root.appendChild(button)

    with shown(page, connection_handler):
        for count in ("1", "2"):
            with page.expect_console_message():
                page.locator("button").click()
            expect(page.locator("button")).to_have_text(count)
    assert all("ValueError: mine" in text for text in page_errors)
    assert len(page_errors) == 2
    assert len(expected_errors) == 1, "the log has one of a kind"
    page_errors.clear()
    expected_errors.clear()


def test_the_application_and_the_page_speak(page: Page) -> None:
    async def connection_handler(server: Any, client: Any) -> None:
        root = server.get_document(client).getRootElement()
        root.innerText = "ready"
        await client.send("window.greeted = true; socket.send('hello')")
        root.innerText = await client.recv()
        box = await client.call(root, "getBoundingClientRect")
        await client.send(f"window.box = {box['width'] > 0}".lower())

    with shown(page, connection_handler):
        expect(page.locator("#domsync_root_id")).to_have_text("hello")
        until(page, "window.box === true")


def test_a_page_in_a_file(page: Page, tmp_path: Path) -> None:
    def connection_handler(server: Any, client: Any) -> None:
        server.get_document(client).getRootElement().innerText = "from a file"

    with serving(connection_handler, origins=["null"]) as (server, _):
        (tmp_path / "client.html").write_text(CLIENT_HTML.replace("PORT", str(server.port)))
        page.goto((tmp_path / "client.html").as_uri())
        expect(page.locator("#domsync_root_id")).to_have_text("from a file")


def test_the_example_and_the_page_of_domsync_itself(
    page: Page, free_port: int, page_errors: list[str]
) -> None:
    text = str(distribution("domsync").read_text("METADATA")).replace("8888", str(free_port))
    program = re.findall(r"```Python\n(.*?)```", text, re.DOTALL)[0].replace(
        "from domsync", "from domsync_jupyter"
    )
    html = re.findall(r"```html\n(.*?)```", text, re.DOTALL)[0]
    # asyncio.get_event_loop() and datetime.utcnow(), which it calls, are deprecated.
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("domsync server started on ")
            with pages(html) as address:
                page.goto(address)
                expect(page.locator("#domsync_root_id > div")).to_contain_text("The current time is: ")
                before = page.locator("#domsync_root_id").inner_text()
                expect(page.locator("#domsync_root_id")).not_to_have_text(before)
        finally:
            process.terminate()
    page_errors[:] = [error for error in page_errors if "favicon" not in error]
