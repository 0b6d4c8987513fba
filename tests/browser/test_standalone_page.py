"""The page that a server serves, in a real browser, under its own policy."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from domsync_jupyter import Document, Event
from tests.browser.serving import serving
from tests.faults.proxy import until


async def counter(server: Any, client: Any) -> None:
    """A button that counts its clicks, for each client."""
    document = server.get_document(client)
    button = document.createElement("button", innerText="0")
    button.addEventListener(
        "click", lambda event: setattr(button, "innerText", str(int(button.innerText) + 1))
    )
    document.getRootElement().append(button)


def test_page_is_live(page: Page) -> None:
    with serving(counter) as (server, _):
        page.goto(server.url)
        button = page.get_by_role("button")
        expect(button).to_have_text("0")
        for count in ("1", "2", "3"):
            button.click()
            expect(button).to_have_text(count)


def test_policy_forbids_what_the_page_does_not_need(page: Page, page_errors: list[str]) -> None:
    """Were somebody to get markup into the page after all, it would not run."""
    with serving(counter) as (server, _):
        page.goto(server.url)
        expect(page.get_by_role("button")).to_have_text("0")
        # Later, because the browser's own tools may evaluate at once what the page may not.
        refused = page.evaluate("""() => new Promise((resolve) => setTimeout(() => {
            const tried = [
                () => eval("1"), () => new Function("1"), () => { document.body.innerHTML = "<b>x</b>"; },
                () => document.body.setAttribute("onclick", "x"),
                () => { document.createElement("script").text = "x"; },
            ];
            resolve(tried.map((f) => { try { f(); return "done"; } catch (e) { return e.name; } }));
        }))""")
        assert "done" not in refused
        page_errors.clear()


def test_each_tab_is_a_client(page: Page) -> None:
    with serving(counter) as (server, _):
        page.goto(server.url)
        page.get_by_role("button").click()
        other = page.context.new_page()
        other.goto(server.url)
        expect(other.get_by_role("button")).to_have_text("0")
        expect(page.get_by_role("button")).to_have_text("1")
        assert len(server.get_clients()) == 2


def test_tabs_share_a_document(page: Page) -> None:
    document = Document()
    control: Any = document.createElement("input")
    echo = document.createElement("output")
    control.addEventListener("input", lambda event: setattr(echo, "textContent", event.value))
    document.getRootElement().append(control, echo)
    with serving(document) as (server, _):
        other = page.context.new_page()
        for tab in (page, other):
            tab.goto(server.url)
        page.get_by_role("textbox").press_sequentially("Hello \N{GRINNING FACE}")
        for tab in (page, other):
            expect(tab.locator("output")).to_have_text("Hello \N{GRINNING FACE}")
            expect(tab.get_by_role("textbox")).to_have_value("Hello \N{GRINNING FACE}")
        assert control.value == "Hello \N{GRINNING FACE}"


def test_what_is_typed_is_not_overwritten_by_what_python_has_not_seen(page: Page) -> None:
    """Python turns each text into capitals, while somebody types on."""
    document = Document()
    control: Any = document.createElement("input")

    def shout(event: Event) -> None:
        control.value = control.value.upper()

    control.addEventListener("input", shout)
    document.getRootElement().append(control)
    with serving(document) as (server, _):
        page.goto(server.url)
        page.get_by_role("textbox").press_sequentially("the quick brown fox jumps over the lazy dog")
        expect(page.get_by_role("textbox")).to_have_value("THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG")
        assert control.value == "THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG"


def test_an_error_is_shown_in_the_page(page: Page, expected_errors: list[Any]) -> None:
    document = Document()
    button = document.createElement("button", innerText="divide")
    button.addEventListener("click", lambda event: 1 / 0)
    document.getRootElement().append(button)
    with serving(document) as (server, _):
        page.goto(server.url)
        page.get_by_role("button", name="divide").click()
        expect(page.get_by_text("ZeroDivisionError").first).to_be_visible()
        button.textContent = "still here"
        expect(page.get_by_role("button", name="still here")).to_be_visible()
    assert "ZeroDivisionError" in expected_errors.pop().getMessage()


def test_text_is_text(page: Page) -> None:
    nasty = "</script><img src=x onerror=alert(1)>`${1}`\u2028&amp;\"'"
    document = Document()
    document.getRootElement().append(
        document.createElement("p", innerText=nasty, attributes={"title": nasty})
    )
    with serving(document) as (server, _):
        page.goto(server.url)
        expect(page.locator("p")).to_have_attribute("title", nasty)
        assert page.evaluate("document.querySelector('p').textContent") == nasty
        assert page.locator("img").count() == 0


def test_token_is_taken_out_of_the_address(page: Page) -> None:
    with serving(counter, token="secret") as (server, _):
        page.goto(server.url)
        expect(page.get_by_role("button")).to_have_text("0")
        assert "secret" not in page.url


@pytest.mark.parametrize("fragment", ["", "#token=yesterday"])
def test_without_the_token_the_page_says_so(page: Page, page_errors: list[str], fragment: str) -> None:
    page.clock.install()
    with serving(counter, token="secret") as (server, _):
        page.goto(server.url.partition("#")[0] + fragment)
        expect(page.locator("body")).to_contain_text("this page needs the token of the server")
        assert server.get_clients() == []
        # It does not try again; and the right address, whose page is the same, is all it needs.
        seen = len(page_errors)
        page.clock.run_for(20_000)
        assert len(page_errors) == seen
        page.goto(server.url)
        page.reload()
        expect(page.get_by_role("button")).to_have_text("0")
    assert all("401" in error or "WebSocket connection" in error for error in page_errors)
    page_errors.clear()


def test_reload_is_a_new_client(page: Page) -> None:
    with serving(counter) as (server, _):
        page.goto(server.url)
        page.get_by_role("button").click()
        expect(page.get_by_role("button")).to_have_text("1")
        page.reload()
        expect(page.get_by_role("button")).to_have_text("0")


def test_closing_the_tab_ends_the_client(page: Page) -> None:
    with serving(counter) as (server, loop):
        tab = page.context.new_page()
        tab.goto(server.url)
        expect(tab.get_by_role("button")).to_have_text("0")
        (client,) = server.get_clients()
        tab.close()
        loop.run(client.wait_closed)
        assert server.get_clients() == []


@pytest.mark.parametrize("abort", [False, True])
def test_page_comes_back_when_the_server_does(page: Page, abort: bool, page_errors: list[str]) -> None:
    document = Document()
    document.getRootElement().append("first")
    with serving(document) as (server, loop):
        port = server.port
        page.goto(server.url)
        expect(page.get_by_text("first")).to_be_visible()
        if abort:
            for connection in list(server._entrance.connections):
                loop.run(connection.transport.abort)
            document.getRootElement().textContent = "second"
            expect(page.get_by_text("second")).to_be_visible()
    document.getRootElement().textContent = "third"
    with serving(document, port=port):
        expect(page.get_by_text("third")).to_be_visible(timeout=15_000)
    page_errors.clear()


def test_options_in_another_order_keep_the_selection(page: Page) -> None:
    document = Document()
    select = document.createElement("select")
    select.append(*(document.createElement("option", innerText=name) for name in "xyz"))
    document.getRootElement().append(select)
    with serving(document) as (server, _):
        page.goto(server.url)
        expect(page.get_by_role("combobox")).to_have_value("x")
        select.replaceChildren(*select.children[::-1])
        expect(page.locator("option").first).to_have_text("z")
        expect(page.get_by_role("combobox")).to_have_value(select.value)  # type: ignore[attr-defined]  # a select has it
        page.get_by_role("combobox").select_option("y")
        select.prepend(document.createElement("option", innerText="w"))
        expect(page.locator("option").first).to_have_text("w")
        expect(page.get_by_role("combobox")).to_have_value("y")


def test_who_chooses_while_python_adds_options_has_chosen_that_option(page: Page) -> None:
    """An index names another option then."""
    document = Document()
    select: Any = document.createElement("select")
    select.append(*(document.createElement("option", innerText=name) for name in "xyz"))
    select.addEventListener("change", lambda event: None)
    document.getRootElement().append(select)
    chosen = threading.Event()

    def add_meanwhile() -> None:
        select.prepend(document.createElement("option", innerText="w"))
        chosen.wait(20)

    with serving(document) as (server, loop):
        page.goto(server.url)
        expect(page.locator("option")).to_have_count(3)
        loop.loop.call_soon_threadsafe(add_meanwhile)
        page.get_by_role("combobox").select_option("z")
        chosen.set()
        expect(page.locator("option")).to_have_count(4)
        expect(page.get_by_role("combobox")).to_have_value("z")
        until(lambda: select.value == "z")


def test_who_types_keeps_python_from_writing_the_text_and_nothing_else(page: Page) -> None:
    document = Document()
    control: Any = document.createElement("input")
    control.addEventListener("input", lambda event: None)
    document.getRootElement().append(control)
    typed = threading.Event()

    def write_meanwhile() -> None:
        typed.wait(20)
        control.value = "written"
        control.checked = True

    with serving(document) as (server, loop):
        page.goto(server.url)
        field = page.get_by_role("textbox")
        field.focus()
        loop.loop.call_soon_threadsafe(write_meanwhile)
        page.keyboard.type("typed")
        typed.set()
        expect(field).to_have_js_property("checked", value=True)
        expect(field).to_have_value("typed")
        until(lambda: control.value == "typed")
