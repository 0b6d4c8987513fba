"""`domsync_jupyter.testing`: pages in memory, in tests with and without ``async``."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import Any

import pytest

from domsync_jupyter import Document, DomsyncError, DomsyncServer, DomsyncWidget, Event
from domsync_jupyter.testing import AsyncPage, CallbackError, Page, connect


def counter(server: Any, client: Any) -> None:
    doc = server.get_document(client)
    button = doc.createElement("button", innerText="0")

    def on_click(event: Event) -> None:
        button.innerText = str(int(button.innerText) + 1)

    button.addEventListener("click", on_click)
    doc.getRootElement().append(button)


def document(html: str) -> Document:
    doc = Document()
    doc.getRootElement().innerHTML = html
    return doc


def listen(doc: Document, *types: str, selector: str = "input, select, textarea, form, button") -> list[str]:
    """What happens at elements, as ``tag:type=value``, in order."""
    seen: list[str] = []

    def on_event(event: Event) -> None:
        element: Any = event.target
        value = getattr(element, "value", "")
        seen.append(f"{element.localName}:{event.type}={value}")

    for element in doc.querySelectorAll(selector):
        for name in types:
            element.addEventListener(name, on_event)
    return seen


def test_a_plain_test() -> None:
    with connect(counter) as page:
        assert isinstance(page, Page)
        assert page.text == "0"
        page.click("button")
        page.click(page.get("button"))
        assert page.get("button").innerText == "2"
        assert page.html == "<button>2</button>"
        thread = threading.enumerate()
    assert any("domsync testing" in each.name for each in thread)
    assert not any("domsync testing" in each.name for each in threading.enumerate())


async def test_an_async_test() -> None:
    async with connect(counter) as page:
        assert isinstance(page, AsyncPage)
        await page.click("button")
        assert page.text == "1"
        assert page.server.get_clients() == [page.client]
        assert page.app_document.getRootElement().innerText == "1"
    assert page.server.get_clients() == []


async def test_handlers_that_wait() -> None:
    async def app(server: Any, client: Any) -> None:
        root = server.get_document(client).getRootElement()
        await asyncio.sleep(0.05)
        root.innerHTML = "<p>first</p>"
        while server.is_connected(client):
            await asyncio.sleep(0.01)
            root.append("x")

    async with connect(app) as page:
        assert (await page.wait_for("p")).innerText == "first"
        await page.wait_for_text("xx")
        assert (await page.until(lambda: page.text.count("x"))) > 1


def test_pages_of_a_document_see_each_other() -> None:
    doc = document("<input><output></output>")
    doc.querySelector("input").addEventListener(  # type: ignore[union-attr]
        "input",
        lambda event: doc.querySelector("output").append(event.value),  # type: ignore[union-attr]
    )
    with connect(doc) as one, connect(doc) as other:
        one.type("input", "ab")
        other.wait_for_text("aab")
        assert one.get("input").value == "ab"  # type: ignore[attr-defined]
        other.until(lambda: other.get("input").value == "ab")  # type: ignore[attr-defined]


async def test_a_server_needs_no_port() -> None:
    server = DomsyncServer(counter, "localhost", 0)
    async with connect(server) as one, connect(server) as other:
        await one.click("button")
        assert (one.text, other.text) == ("1", "0")
        assert len(server.get_clients()) == 2
    assert server.get_clients() == []
    assert server.loop is None


def test_a_server_that_runs_in_a_thread() -> None:
    server = DomsyncServer(counter, "localhost", 0, verbose=False).start()
    try:
        with connect(server) as page:
            page.click("button")
            assert page.text == "1"
            assert page.client.loop is server.loop
    finally:
        server.stop()


async def test_a_loop_that_is_elsewhere_is_refused() -> None:
    server = DomsyncServer(counter, "localhost", 0, verbose=False).start()
    try:
        with pytest.raises(DomsyncError, match="another event loop"):
            async with connect(server):
                pass
    finally:
        await asyncio.to_thread(server.stop)


def test_a_widget() -> None:
    widget = DomsyncWidget()
    button = widget.document.createElement("button", innerText="go")
    button.addEventListener("click", lambda _: button.remove())
    widget.document.getRootElement().append(button)
    with connect(widget) as page:
        page.click("button")
        assert page.query("button") is None
        assert len(widget.get_clients()) == 1
    widget.close()


async def test_a_widget_of_this_loop() -> None:
    widget = DomsyncWidget(counter)
    async with connect(widget) as page:
        await page.click("button")
        assert page.text == "1"
        widget.close()
        with pytest.raises(AssertionError, match="connection"):
            await page.until(lambda: False)


# What goes wrong


def test_what_a_callback_raises_fails_the_test(expected_errors: list[logging.LogRecord]) -> None:
    doc = document("<button>")
    doc.querySelector("button").addEventListener("click", lambda _: 1 / 0)  # type: ignore[union-attr]
    with connect(doc) as page:
        with pytest.raises(CallbackError, match=r"division by zero(.|\n)*Traceback(.|\n)*1 / 0"):
            page.click("button")
        page.settle()  # Once each.
    with connect(doc, raise_errors=False) as page:
        page.click("button")
        assert [notice.kind for notice in page.notices] == ["error"]
    expected_errors.clear()


async def test_what_a_handler_raises_fails_the_test_at_its_end(
    expected_errors: list[logging.LogRecord],
) -> None:
    go = asyncio.Event()

    async def app(server: Any, client: Any) -> None:
        await go.wait()
        raise LookupError("too late")

    with pytest.raises(CallbackError, match="too late"):
        async with connect(app):
            go.set()
    expected_errors.clear()


def test_an_error_of_the_test_itself_is_not_covered(expected_errors: list[logging.LogRecord]) -> None:
    doc = document("<button>")
    doc.querySelector("button").addEventListener("click", lambda _: 1 / 0)  # type: ignore[union-attr]
    with pytest.raises(LookupError, match="of the test"), connect(doc) as page:  # noqa: PT012 - the last counts
        page._page._session.click(page._page._screen._numbers[page.get("button")])
        raise LookupError("of the test")
    expected_errors.clear()


def test_waiting_in_vain_says_what_is_there() -> None:
    with connect(document("<p>here</p>"), timeout=0.1) as page:
        for wait in (
            lambda: page.until(lambda: False),
            lambda: page.wait_for("b"),
            lambda: page.get("b"),
            lambda: page.click("b"),
            lambda: page.get_by_text("there"),
            lambda: page.get_by_label("there"),
        ):
            with pytest.raises(AssertionError, match="<p>here</p>"):
                wait()


def test_a_callback_that_does_not_end() -> None:
    doc = document("<button>")

    async def on_click(_: Event) -> None:
        await asyncio.sleep(60)

    doc.querySelector("button").addEventListener("click", on_click)  # type: ignore[union-attr]
    begun = time.monotonic()
    with pytest.raises(AssertionError, match="callbacks have ended"), connect(doc, timeout=0.2) as page:
        page.click("button")
    assert time.monotonic() - begun < 5


def test_it_refuses_what_is_no_app() -> None:
    with pytest.raises(TypeError):
        connect(1)  # type: ignore[arg-type]


# Looking


def test_finding() -> None:
    doc = document(
        '<label>Name <input id="a"></label><label for="b">Age</label><input id="b" value="7">'
        '<button aria-label="Close">x</button><ul><li>one<li>two</ul>'
    )
    with connect(doc) as page:
        assert page.get_by_label("Name").id == "a"
        assert page.get_by_label("Age").value == "7"  # type: ignore[attr-defined]
        assert page.get_by_label("Close").localName == "button"
        assert page.get_by_text("two").localName == "li"
        assert [each.innerText for each in page.query_all("li")] == ["one", "two"]
        assert page.get("li:nth-child(2)").innerText == "two"
        doc.querySelector("ul").remove()  # type: ignore[union-attr]
        page.until(lambda: page.query("li") is None)


def test_an_element_that_has_left_is_told() -> None:
    doc = document("<button>a</button>")
    with connect(doc) as page:
        button = page.get("button")
        doc.getRootElement().innerHTML = "<button>b</button>"
        page.settle()
        with pytest.raises(AssertionError, match="any more"):
            page.click(button)


def test_frames_are_there_to_see() -> None:
    with connect(counter) as page:
        page.click("button")
        names = [(message.sent, message.name) for message in page.frames]
        assert names[0] == (True, "Hello")
        assert (False, "Snapshot") in names
        assert names.index((True, "Event")) < names.index((False, "Frame"))
        event = next(message for message in page.frames if message.name == "Event")
        assert event.fields[2] == "click"


# Acting


def test_typing() -> None:
    doc = document("<form><input><textarea></textarea></form>")
    seen = listen(doc, "keydown", "input", "keyup", "change", "focus", "blur", selector="input")
    listened = listen(doc, "submit")
    with connect(doc) as page:
        page.type("input", "hi")
        page.press("Backspace")
        assert page.get("input").value == "h"  # type: ignore[attr-defined]
        page.press("Enter")
        assert listened == ["form:submit="]
        page.press("Tab")
        assert page.focused is not None
        assert page.focused.localName == "textarea"
        page.type("textarea", "a\nb")
        page.blur()
    assert doc.querySelector("textarea").value == "a\nb"  # type: ignore[union-attr]
    assert seen == [
        "input:focus=",
        "input:keydown=", "input:input=h", "input:keyup=h",
        "input:keydown=h", "input:input=hi", "input:keyup=hi",
        "input:keydown=hi", "input:input=h", "input:keyup=h",
        "input:keydown=h", "input:change=h", "input:keyup=h",
        "input:keydown=h", "input:blur=h",
    ]  # fmt: skip


def test_the_change_comes_when_the_focus_goes() -> None:
    doc = document("<input><button>go</button>")
    seen = listen(doc, "change", "click")
    with connect(doc) as page:
        page.type("input", "x")
        assert seen == []
        page.click("button")
        assert seen == ["input:change=x", "button:click="]
        page.click("input")
        page.click("button")
        assert seen[2:] == ["input:click=x", "button:click="]


def test_python_sees_what_is_typed_without_a_listener() -> None:
    doc = document("<input>")
    with connect(doc) as page:
        page.type("input", "abc")
        assert doc.querySelector("input").value == "abc"  # type: ignore[union-attr]


def test_ticking() -> None:
    doc = document(
        '<label>one <input type="checkbox"></label>'
        '<input type="radio" name="r" value="a" checked><input type="radio" name="r" value="b">'
    )
    box, first, second = doc.querySelectorAll("input")
    seen = listen(doc, "change")
    with connect(doc) as page:
        page.click("label")
        assert box.checked  # type: ignore[attr-defined]
        page.check("input", on=False)
        page.check("input", on=False)
        assert not box.checked  # type: ignore[attr-defined]
        page.check("[value=b]")
        assert (first.checked, second.checked) == (False, True)  # type: ignore[attr-defined]
        assert [each.value for each in page.query_all("input:checked")] == ["b"]  # type: ignore[attr-defined]
        with pytest.raises(AssertionError, match="after all"):
            page.check("[value=b]", on=False)
    assert seen == ["input:change=on", "input:change=on", "input:change=b"]


def test_a_click_that_is_prevented_ticks_nothing() -> None:
    doc = document('<input type="checkbox">')
    box: Any = doc.querySelector("input")
    states: list[bool] = []
    box.addEventListener("click", lambda _: states.append(box.checked), prevent_default=True)
    with connect(doc) as page:
        page.click("input")
        assert states == [True]
        assert not page.get("input").checked  # type: ignore[attr-defined]
        page.until(lambda: not box.checked)


def test_choosing() -> None:
    doc = document(
        "<select><option value=1>One</option><option value=2>Two</option></select>"
        "<select multiple><option>a</option><option>b</option><option>c</option></select>"
    )
    single, multiple = doc.querySelectorAll("select")
    values: list[Any] = []
    single.addEventListener("change", lambda event: values.append(event.value), js_value_getter="this.value")
    with connect(doc) as page:
        page.select("select", "Two")
        page.select("[multiple]", "c", "a")
        assert single.value == "2"  # type: ignore[attr-defined]
        assert [each.value for each in multiple.selectedOptions] == ["a", "c"]  # type: ignore[attr-defined]
        assert page.get("select").value == "2"  # type: ignore[attr-defined]
        with pytest.raises(AssertionError, match="no option 'Three'"):
            page.select("select", "Three")
    assert values == ["2"]


def test_filling() -> None:
    doc = document('<input type="range" min="0" max="10"><input readonly><input disabled><p>')
    seen = listen(doc, "input", "change")
    with connect(doc) as page:
        page.fill("input", "7")
        for selector, words in {
            "[readonly]": "only be read",
            "[disabled]": "disabled",
            "p": "no state",
        }.items():
            with pytest.raises(AssertionError, match=words):
                page.fill(selector, "7")
    assert seen == ["input:input=7", "input:change=7"]


def test_choosing_files() -> None:
    doc = document("<input type=file multiple><input>")
    read: list[tuple[str, str, bytes]] = []

    async def on_change(event: Event) -> None:
        read.extend([(file.name, file.type, await file.read()) for file in event.files])

    doc.querySelector("input").addEventListener("change", on_change)  # type: ignore[union-attr]
    large = bytes(range(256)) * 4096
    with connect(doc) as page:
        page.choose_files("input", {"a.txt": b"hello", "b.unknown": large})
        with pytest.raises(AssertionError, match="takes no files"):
            page.choose_files("input + input", {})
    assert read == [("a.txt", "text/plain", b"hello"), ("b.unknown", "", large)]


def test_a_disabled_button_cannot_be_clicked() -> None:
    with (
        connect(document("<button disabled>go</button>")) as page,
        pytest.raises(AssertionError, match="disabled"),
    ):
        page.click("button")


def test_submitting_and_resetting() -> None:
    doc = document('<form><input value="x"><button>ok</button><button type="reset">no</button></form>')
    seen = listen(doc, "submit", "reset")
    with connect(doc) as page:
        page.click("button")
        page.type("input", "y")
        assert page.get("input").value == "xy"  # type: ignore[attr-defined]
        page.click("[type=reset]")
        assert page.get("input").value == "x"  # type: ignore[attr-defined]
    assert seen == ["form:submit=", "form:reset="]
    assert doc.querySelector("input").value == "x"  # type: ignore[union-attr]


def test_details_open() -> None:
    doc = document("<details><summary>more</summary>this</details>")
    seen = listen(doc, "toggle", selector="details")
    with connect(doc) as page:
        page.click("summary")
        assert page.query("details:open") is not None
    assert seen == ["details:toggle="]
    assert doc.querySelector("details").open  # type: ignore[union-attr]


def test_keys_and_other_events() -> None:
    doc = document('<div tabindex="0"><b>x</b></div>')
    seen: list[Any] = []
    box = doc.querySelector("div")
    assert box is not None
    box.addEventListener("keydown", lambda event: seen.append((event.key, event.ctrlKey)), keys=["s"])
    box.addEventListener(
        "dblclick",
        lambda event: seen.append((event.type, event.clientX, getattr(event.target, "localName", ""))),
    )
    box.addEventListener("focusin", lambda event: seen.append(event.type))
    with connect(doc) as page:
        page.press("Control+s", "div")
        page.press("x")
        page.fire("b", "dblclick", clientX=4)
    assert seen == ["focusin", ("s", True), ("dblclick", 4, "b")]


def test_what_python_asks_of_the_page() -> None:
    doc = document("<input><button>go</button>")
    field: Any = doc.querySelector("input")
    answers: list[Any] = []

    async def on_click(event: Event) -> None:
        answers.append(await event.client.get(field, "scrollTop"))
        answers.append(await event.client.call(field, "checkValidity"))
        await event.client.send("for code of the page")
        answers.append(await event.client.recv())
        field.focus()

    doc.querySelector("button").addEventListener("click", on_click)  # type: ignore[union-attr]
    with connect(doc) as page:
        page.answers["scrollTop"] = 12
        page.answers["checkValidity"] = lambda element: element.localName == "input"
        page.send("from code of the page")
        page.click("button")
        page.until(lambda: page.focused is not None and page.focused.localName == "input")
        assert answers == [12, True, "from code of the page"]
        assert page.received == ["for code of the page"]


# The connection


async def test_a_lost_connection_is_taken_up_again() -> None:
    async with connect(counter) as page:
        await page.click("button")
        client = page.client
        await page.drop()
        assert page.server.is_connected(client)
        page.app_document.getRootElement().append("meanwhile")
        with pytest.raises(AssertionError, match="reconnect"):
            await page.click("button")
        await page.reconnect()
        assert page.client is client
        assert page.text == "2meanwhile"
        await page.click("button")
        assert page.text == "3meanwhile"


def test_a_connection_that_the_app_closes() -> None:
    async def app(server: Any, client: Any) -> None:
        server.get_document(client).getRootElement().append("bye")
        await asyncio.sleep(0.05)
        await client.close(4000, "enough")

    with connect(app) as page:
        with pytest.raises(AssertionError, match="4000 'enough'"):
            page.until(lambda: False)
        page.close()
        assert not page.is_connected


def test_of_details_with_one_name_one_is_open() -> None:
    doc = document(
        "<details name=a open><summary>1</summary></details><details name=a><summary>2</summary></details>"
        "<details open><summary>3</summary></details>"
    )
    toggled = listen(doc, "toggle", selector="details")

    def are_open() -> list[bool]:
        return [details.hasAttribute("open") for details in doc.querySelectorAll("details")]

    with connect(doc) as page:
        page.click(page.get_by_text("2"))
        assert are_open() == [False, True, True]
        page.click(page.get_by_text("2"))
        assert are_open() == [False, False, True]
    assert len(toggled) == 3


async def test_python_moves_the_focus_of_one_page() -> None:
    doc = document("<input><button>")
    field = doc.querySelector("input")
    assert field is not None
    async with connect(doc) as page, connect(doc) as other:
        await page.client.call(field, "focus")
        assert page.focused is not None
        assert page.focused.localName == "input"
        assert other.focused is None
        await page.client.call(field, "blur")
        assert page.focused is None
