"""`Host.reload`: another app in the pages that are open. Succession of documents, seen from the page."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import anywidget
import pytest

from domsync_jupyter import Document, DomsyncError
from domsync_jupyter.testing import AsyncPage, CallbackError, connect
from domsync_jupyter.transports.host import Host

FORM = (
    '<h1>{0}</h1><form><input name="a"><input type="checkbox"><textarea id="t"></textarea>'
    "<select><option value=1>x<option value=2>y</select><select multiple><option>p<option>q</select></form>"
    "<details><summary>s</summary>{0}</details><button>{0}</button>"
)


def document(html: str) -> Document:
    made = Document()
    made.getRootElement().innerHTML = html
    return made


def numbers(page: AsyncPage, selector: str = "*") -> list[int]:
    """The numbers by which the page knows elements."""
    return [page._screen._numbers[element] for element in page.query_all(selector)]


async def show(page: AsyncPage, new: Document) -> None:
    page.server.show(new)
    await page.settle()


async def test_what_corresponds_is_the_same_to_the_page() -> None:
    async with connect(document(FORM.format("old"))) as page:
        before = numbers(page)
        new = document(FORM.format("new"))
        await show(page, new)
        assert page.html == new.getRootElement().innerHTML
        assert numbers(page) == before
        assert page.app_document is new


async def test_what_was_entered_goes_over() -> None:
    async with connect(document(FORM.format("old"))) as page:
        await page.type("[name=a]", "abc")
        await page.check("[type=checkbox]")
        await page.type("textarea", "def")
        await page.select("select", "2")
        await page.select("[multiple]", "q")
        await page.click("summary")
        new = document(FORM.format("new").replace("<option value=1>", "<option value=0>w<option value=1>"))
        await show(page, new)
        for seen in page, new:
            get: Any = seen.query if isinstance(seen, AsyncPage) else seen.querySelector
            assert get("[name=a]").value == "abc"
            assert get("[type=checkbox]").checked
            assert get("textarea").value == "def"
            assert get("select").value == "2"
            assert get("select").selectedIndex == 2
            assert [option.text for option in get("[multiple]").selectedOptions] == ["q"]
            assert get("details").open
        # And once more.
        last = document(FORM.format("last"))
        await show(page, last)
        assert last.querySelector("textarea").value == "def"  # type: ignore[union-attr]


async def test_what_python_had_written_does_not() -> None:
    old = document("<input><input type=checkbox><select><option>a<option>b</select>")
    for name, value in {"input": "x", "select": "b"}.items():
        old.querySelector(name).value = value  # type: ignore[union-attr]
    old.querySelector("[type=checkbox]").checked = True  # type: ignore[union-attr]
    async with connect(old) as page:
        await show(page, document("<input><input type=checkbox><select><option>a<option>b</select>"))
        field, box, select = page.query_all("input, select")
        assert (field.value, box.checked, select.value) == ("", False, "a")  # type: ignore[attr-defined]


async def test_ids_count_more_than_places() -> None:
    async with connect(document('<div><p id="a">1</p><p id="b">2</p></div><p>3</p>')) as page:
        a, b, c = numbers(page, "p")
        await show(
            page, document('<p>0</p><section><p id="b">2</p></section><p>3</p><p id="a">1</p><i id="a2"></i>')
        )
        assert numbers(page, "p")[:2] == [c, b]
        assert numbers(page, "#a") == [a]
        # No number stands for something else than before.
        assert set(numbers(page, "section, i, p:nth-of-type(2)")).isdisjoint({a, b, c})


async def test_a_view_of_another_widget_is_another_element() -> None:
    class Number(anywidget.AnyWidget):
        _esm = "export default { render() {} }"

    same, one, other = Number(), Number(), Number()

    def embedding(widget: Any) -> Document:
        made = Document()
        made.getRootElement().append(made.embed(same), made.embed(widget))
        return made

    async with connect(embedding(one)) as page:
        stays, goes = numbers(page, "domsync-embed")
        await show(page, embedding(other))
        first, second = numbers(page, "domsync-embed")
        assert first == stays
        assert second > goes
    for widget in same, one, other:
        widget.close()


async def test_the_new_document_lives() -> None:
    async with connect(document("<button>old</button>")) as page:
        new = document("<button>new</button><ul></ul>")
        clicks: list[str] = []

        def on_click(_: object) -> None:
            clicks.append("new")
            new.querySelector("ul").append(new.createElement("li", innerText="one"))  # type: ignore[union-attr]

        new.querySelector("button").addEventListener("click", on_click)  # type: ignore[union-attr]
        old = page.app_document
        await show(page, new)
        await page.click("button")
        assert page.text == "newone"
        assert clicks == ["new"]
        old.getRootElement().append("nobody sees this")
        await page.settle()
        assert "nobody" not in page.text


async def test_a_page_that_is_away_gets_it_when_it_is_back() -> None:
    async with connect(document("<input>")) as page:
        await page.type("input", "abc")
        await page.drop()
        page.server.show(document("<p>new</p><input>"))
        await page.reconnect()
        assert page.text.strip() == "new"
        assert page.get("input").value == "abc"  # type: ignore[attr-defined]


def test_all_pages_of_a_document() -> None:
    host_app = document("<input>")
    with connect(host_app) as one:
        host = one.server

        async def show_new() -> None:
            host.show(document("<p>new</p><input>"))

        one.type("input", "abc")
        one._run(show_new())
        one.wait_for_text("new")
        assert one.get("input").value == "abc"  # type: ignore[attr-defined]


def counting(start: int, pause: float = 0.0) -> Any:
    async def app(server: Any, client: Any) -> None:
        if pause:
            await asyncio.sleep(pause)
        doc = server.get_document(client)
        doc.getRootElement().innerHTML = f"<p>{start}</p><input>"
        while server.is_connected(client):
            await server.flush(client)
            await asyncio.sleep(0.005)
            doc.querySelector("p").innerText = str(int(doc.querySelector("p").innerText) + 1)

    return app


@pytest.mark.parametrize("pause", [0.0, 0.05])
async def test_a_handler_is_begun_anew(pause: float) -> None:
    async with connect(counting(0)) as page:
        await page.type("input", "abc")
        await page.until(lambda: int(page.get("p").innerText) > 2)
        before = numbers(page)
        await page.server.reload(counting(1000, pause))
        await page.until(lambda: int(page.get("p").innerText) > 1002)
        # It has built its document before the page showed it: a new one came once, and was not empty.
        _first, last = (message for message in page.frames if message.name == "Snapshot")
        assert "1000" in str(last.fields)
        assert numbers(page) == before
        assert page.get("input").value == "abc"  # type: ignore[attr-defined]
        (handler,) = page.server._handlers.values()
        assert not handler.done()
        assert page.server.get_document(page.client) is page.app_document


async def test_one_that_fails_leaves_the_old_one(expected_errors: list[logging.LogRecord]) -> None:
    async def broken(server: Any, client: Any) -> None:
        server.get_document(client).getRootElement()
        raise LookupError("not today")

    async with connect(counting(0)) as page:
        await page.server.reload(broken)
        with pytest.raises(CallbackError, match="not today"):
            await page.settle()
        count = int(page.get("p").innerText)
        await page.until(lambda: int(page.get("p").innerText) > count)
    assert len(expected_errors) == 1
    expected_errors.clear()


async def test_from_a_handler_to_a_document_and_back() -> None:
    async with connect(counting(0)) as page:
        await page.type("input", "abc")
        await page.server.reload(document("<b>one</b><input>"))
        await page.wait_for_text("one")
        assert not page.server._handlers
        await page.server.reload(counting(0))
        await page.wait_for("p")
        assert page.get("input").value == "abc"  # type: ignore[attr-defined]


async def test_one_that_builds_nothing_is_shown_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    from domsync_jupyter.transports import remounting

    monkeypatch.setattr(remounting, "_READY_SECONDS", 0.05)
    gone = asyncio.Event()

    async def idle(server: Any, client: Any) -> None:
        await asyncio.Event().wait()

    async def old(server: Any, client: Any) -> None:
        server.get_document(client).getRootElement().append("old")
        try:
            await asyncio.Event().wait()
        finally:
            gone.set()

    async with connect(old) as page:
        await page.server.reload(idle)
        await page.until(lambda: page.html == "")
        await asyncio.wait_for(gone.wait(), 1)


async def test_notices_come_and_go() -> None:
    async with connect(document(""), raise_errors=False) as page:
        page.server.notify("error", "not reloaded", "SyntaxError")
        page.server.notify("error", "not reloaded", count=0)
        await page.settle()
        assert [(notice.title, notice.count) for notice in page.notices] == [
            ("not reloaded", 1),
            ("not reloaded", 0),
        ]


def test_another_loop_is_refused() -> None:
    with connect(document("old")) as page:
        with pytest.raises(DomsyncError, match="run_coroutine_threadsafe"):
            asyncio.run(page.server.reload(document("new")))
        assert page.text == "old"
        page._run(page.server.reload(document("new")))
        page.wait_for_text("new")


async def test_what_is_no_app_is_refused() -> None:
    host = Host(document(""))
    with pytest.raises(TypeError, match="connection handler"):
        await host.reload(1)  # type: ignore[arg-type]
