"""Servers that are started in the cells of a notebook."""

from __future__ import annotations

import asyncio
import gc
import json
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from domsync_jupyter import Document, DomsyncServer, DomsyncWidget
from domsync_jupyter.notebook import panel as panels
from domsync_jupyter.notebook import predecessors
from domsync_jupyter.notebook.links import links_to
from domsync_jupyter.testing import connect
from tests.notebook.conftest import FakeShell
from tests.peer import eventually, page


@pytest.fixture(autouse=True)
def proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOMSYNC_JUPYTER_PROXY", "1")
    monkeypatch.delenv("JUPYTERHUB_SERVICE_PREFIX", raising=False)
    monkeypatch.delenv("JPY_PARENT_PID", raising=False)


@pytest.fixture(autouse=True)
def close_widgets() -> Iterator[None]:
    yield
    DomsyncWidget.close_all()


def shows(words: str) -> Document:
    document = Document()
    document.getRootElement().append(words)
    return document


def make(words: str, port: int) -> DomsyncServer:
    return DomsyncServer(shows(words), "localhost", port)


# One after the other


async def test_a_cell_that_is_run_again_replaces_its_server(shell: FakeShell, free_port: int) -> None:
    shell.cell("a")
    first = await asyncio.to_thread(make("first", free_port).start)
    async with page(first.url) as viewer:
        await viewer.shows("first")
        shell.cell("a")
        second = await asyncio.to_thread(make("second", free_port).start)
        # Its page is told that it may come back.
        assert (await viewer.closed())[0] == 1001
    try:
        assert first.loop is None
        async with page(second.url) as viewer:
            await viewer.shows("second")
    finally:
        await asyncio.to_thread(second.stop)


@pytest.mark.parametrize("ways", ["serve serve", "serve start", "start serve"])
async def test_however_they_were_started(shell: FakeShell, free_port: int, ways: str) -> None:
    one, other = ways.split()
    first, second = make("first", free_port), make("second", free_port)
    for server, way in (first, one), (second, other):
        shell.cell("a")
        if way == "serve":
            await server.serve()
        else:
            server.start()  # As in a cell: in the thread of the kernel's loop.
    try:
        async with page(second.url) as viewer:
            await viewer.shows("second")
        await eventually(lambda: first._server is None)
        assert first.loop is None
    finally:
        await (asyncio.to_thread(second.stop) if second._thread else second.close())


def test_pages_that_were_let_in_are_let_in_again(shell: FakeShell) -> None:
    shell.cell("a")
    first = DomsyncServer(shows("1"), "0.0.0.0", 0).start()
    ticket = first.page_ticket()
    shell.cell("a")
    second = DomsyncServer(shows("2"), "0.0.0.0", 0).start()
    shell.cell("a")
    own = DomsyncServer(shows("3"), "0.0.0.0", 0, token="my-own").start()
    try:
        assert first.token is not None
        assert second.url == first.url
        assert own.token == "my-own"
        assert second.page_ticket() == own.page_ticket() == ticket
        assert ticket in own._tickets
    finally:
        own.stop()


def test_with_any_free_port_the_cell_tells(shell: FakeShell) -> None:
    shell.cell("a")
    first, beside = make("1", 0).start(), make("2", 0).start()
    shell.cell("b")
    elsewhere = make("3", 0).start()
    shell.cell("a")
    again, beside_again = make("1", 0).start(), make("2", 0).start()
    try:
        assert first.loop is None
        assert beside.loop is None
        assert elsewhere.loop is not None
        # Pages that are open find the new ones.
        assert (again.port, beside_again.port) == (first.port, beside.port)
    finally:
        for server in elsewhere, again, beside_again:
            server.stop()


def test_in_a_program_the_port_is_in_use(free_port: int) -> None:
    first = DomsyncServer(shows("1"), "localhost", free_port, verbose=False).start()
    try:
        with pytest.raises(OSError, match="in use"):
            DomsyncServer(shows("2"), "localhost", free_port, verbose=False).start()
        assert first.loop is not None
    finally:
        first.stop()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("192.0.2.1", "198.51.100.7", False),
        ("192.0.2.1", "192.0.2.1", True),
        ("Example.org", "example.org", True),
        ("127.0.0.1", "localhost", True),
        ("::1", "[0:0:0:0:0:0:0:1]", True),
        ("127.0.0.1", "192.0.2.1", False),
        ("127.0.0.1", "0.0.0.0", True),
        ("192.0.2.1", "::", True),
        ("", "example.org", True),
    ],
)
def test_which_hosts_are_in_each_others_way(one: str, other: str, expected: bool) -> None:
    assert predecessors._overlap(one, other) is expected
    assert predecessors._overlap(other, one) is expected


# What they show


def test_links(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server = DomsyncServer(shows("1"), "localhost", 8765, token="s3cret")
    direct = ("http://localhost:8765/", "http://localhost:8765/#token=s3cret")
    assert links_to(server) == [direct]
    # A Jupyter Server says where it is.
    monkeypatch.setenv("JPY_PARENT_PID", "4711")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "jpserver-4711.json").write_text(json.dumps({"base_url": "/lab/"}))
    proxied = ("/lab/proxy/8765/", f"/lab/proxy/8765/#token={server.page_ticket()}")
    assert links_to(server) == [direct, proxied]
    assert server.page_ticket() != "s3cret"
    # A hub does, too; there the kernel is not where the browser is.
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    proxied = ("/user/ada/proxy/8765/", f"/user/ada/proxy/8765/#token={server.page_ticket()}")
    assert links_to(server) == [proxied, direct]
    monkeypatch.setenv("DOMSYNC_JUPYTER_PROXY", "0")
    assert links_to(server) == [direct]


def test_what_jupyter_has_written_is_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    server = DomsyncServer(shows("1"), "localhost", 8765)
    monkeypatch.setenv("JPY_PARENT_PID", "4711")
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    assert len(links_to(server)) == 1
    file = tmp_path / "jpserver-4711.json"
    file.write_text(json.dumps({"base_url": "/lab/"}))
    assert len(links_to(server)) == 2, "it was not there before"
    file.unlink()
    assert len(links_to(server)) == 2


def test_that_it_has_started_is_displayed(shell: FakeShell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.cell("a")
    server = make("1", 0).start()
    (widget,) = shell.displayed
    assert capsys.readouterr().out == ""
    with connect(widget) as seen:
        assert seen.text == f"domsync server {server.url}"
        link = seen.get("a")
        assert (link.getAttribute("href"), link.getAttribute("target")) == (server.url, "_blank")
        server.stop()
        seen.wait_for_text("domsync server stopped")
    shell.cell("b")
    quiet = DomsyncServer(shows("1"), "localhost", 0, verbose=False).start()
    assert len(shell.displayed) == 1
    quiet.stop()


async def test_a_server_shows_itself(shell: FakeShell) -> None:
    shell.cell("a")
    server = await asyncio.to_thread(make("1", 0).start)
    shell.cell("b")
    data, _ = server._repr_mimebundle_()
    assert data["text/plain"] == f"<DomsyncServer {server.url}, clients: 0>"
    widget = panels._panels[server][-1].widget
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    async with connect(widget) as panel:
        assert "0 clients" in panel.text
        async with page(server.url):
            await panel.wait_for_text("1 client")
            assert panel.get("li").innerText.startswith(("127.0.0.1", "::1"))
        await panel.wait_for_text("0 clients")
        await panel.click("button")
        assert panel.text == "domsync server stopped"
    assert server.loop is None
    assert repr(server) == "<DomsyncServer stopped, clients: 0>"


async def test_one_that_was_served_can_be_stopped_there(shell: FakeShell) -> None:
    shell.cell("a")
    server = make("1", 0)
    await server.serve()
    server._repr_mimebundle_()
    (announced,) = shell.displayed
    assert announced.comm is None, "what the same run has said is said once"
    widget = panels._panels[server][-1].widget
    async with connect(widget) as panel:
        await panel.click("button")
        assert panel.text == "domsync server stopped"
    assert server.loop is None


def test_what_a_cell_showed_goes_when_it_is_run_again(shell: FakeShell) -> None:
    shell.cell("a")
    server = make("1", 0).start()
    made = []
    for _ in range(3):
        shell.cell("b")
        server._repr_mimebundle_()
        made.append(panels._panels[server][-1].widget)
    assert [widget.comm is None for widget in (*shell.displayed, *made)] == [False, True, True, False]
    server.stop()


def test_panels_of_cells_that_are_gone_are_not_kept(shell: FakeShell) -> None:
    shell.cell("a")
    server = make("1", 0).start()
    server.stop()
    panel = weakref.ref(panels._panels[server][0])
    assert panel() in panels._in_cells
    # The cell is deleted: nobody will run it again.
    shell.displayed.clear()
    del server
    DomsyncWidget.close_all()
    gc.collect()
    assert panel() is None


def test_elsewhere_it_is_a_text() -> None:
    server = DomsyncServer(shows("1"), "localhost", 8765, token="s3cret")
    assert server._repr_mimebundle_() == {"text/plain": "<DomsyncServer stopped, clients: 0>"}
