"""`DomsyncServer.start` and `stop`: a server in a thread of its own, over real WebSockets."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from domsync_jupyter import ClientGoneError, Document, DomsyncError, DomsyncServer, DomsyncWidget, Event
from domsync_jupyter.transports import Client
from tests.peer import eventually, page


async def count(server: DomsyncServer, client: Client) -> None:
    """An app: a button that counts its clicks."""
    document = server.get_document(client)
    button = document.createElement("button", id="b", innerText="0")

    def on_click(_event: Event) -> None:
        button.innerText = str(int(button.innerText) + 1)

    button.addEventListener("click", on_click)
    document.getRootElement().appendChild(button)


def made(app: Any = count, port: int = 0, **options: Any) -> DomsyncServer:
    return DomsyncServer(app, "127.0.0.1", port, verbose=False, **options)


@pytest.fixture
def server() -> Iterator[DomsyncServer]:
    server = made().start()
    yield server
    server.stop()
    assert not server_threads()


def server_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "domsync server"]


async def test_pages_are_answered(server: DomsyncServer) -> None:
    async with page(server.url) as peer:
        await peer.click(peer.find("b"))
        assert peer.html() == '<button id="b">1</button>'


def test_start_returns_the_server_when_it_listens(server: DomsyncServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port)):
        assert server.loop is not None
        assert server.loop.is_running()


def test_answers_while_this_thread_blocks(server: DomsyncServer) -> None:
    """The clicking page has a loop in a thread too; here, nothing runs but a lock."""
    done = threading.Event()

    async def click() -> None:
        async with page(server.url) as peer:
            for _ in range(10):
                await peer.click(peer.find("b"))
            await peer.shows('<button id="b">10</button>')
        done.set()

    thread = threading.Thread(target=lambda: asyncio.run(click()))
    thread.start()
    assert done.wait(10)
    thread.join()


async def test_callbacks_run_in_its_thread_and_may_use_its_loop() -> None:
    seen: list[Any] = []

    async def app(server: DomsyncServer, client: Client) -> None:
        root = server.get_document(client).getRootElement()

        def on_click(_event: Event) -> None:
            seen.append((threading.current_thread().name, asyncio.get_running_loop() is server.loop))

        root.addEventListener("click", on_click)
        root.append("hello")
        await server.flush(client)

    server = made(app).start()
    async with page(server.url) as peer:
        await peer.click(1)
    server.stop()
    assert seen == [("domsync server", True)]


async def test_others_are_answered_while_a_callback_blocks() -> None:
    document = Document()
    blocked, release = threading.Event(), threading.Event()

    def block(_event: Event) -> None:
        blocked.set()
        assert release.wait(10)

    async def answer(event: Event) -> None:
        assert event.target is not None
        event.target.textContent = threading.current_thread().name

    for name, callback in ("slow", block), ("quick", answer):
        button = document.createElement("button", id=name)
        button.addEventListener("click", callback)
        document.getRootElement().append(button)
    server = made(document, callbacks="thread").start()
    async with page(server.url) as one, page(server.url) as other:
        await one.fire("click", one.find("slow"))
        assert await asyncio.to_thread(blocked.wait, 10)
        await other.click(other.find("quick"))
        await one.shows('<button id="slow"></button><button id="quick">domsync server</button>')
        release.set()
        await one.settled()
    server.stop()


async def test_a_document_may_be_changed_and_flushed_by_any_thread(server: DomsyncServer) -> None:
    async with page(server.url) as peer:
        (client,) = server.get_clients()
        assert server.is_connected(client)
        document = server.get_document(client)
        document.getElementById("b").innerText = "from here"
        document.flush()
        await peer.shows('<button id="b">from here</button>')


async def test_flush_of_a_client_belongs_to_its_loop() -> None:
    server = made(resume_seconds=0).start()
    async with page(server.url):
        (client,) = server.get_clients()
        with pytest.raises(DomsyncError, match=r"document\(client\)\.flush\(\)"):
            await server.flush(client)
    await eventually(lambda: not server.get_clients())
    with pytest.raises(ClientGoneError):
        await server.flush(client)
    server.stop()


async def test_questions_about_clients_may_come_from_any_thread(server: DomsyncServer) -> None:
    """While clients come and go."""
    stop = threading.Event()
    failed: list[Exception] = []

    def ask() -> None:
        try:
            while not stop.is_set():
                for client in server.get_clients():
                    try:
                        server.get_document(client)
                    except ClientGoneError:
                        continue
                    server.is_connected(client)
        except Exception as error:  # noqa: BLE001 - the test is about it
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(20):
        async with page(server.url), page(server.url), page(server.url):
            pass
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []


# Once, and one way


def test_is_started_once(server: DomsyncServer) -> None:
    with pytest.raises(DomsyncError, match="already"):
        server.start()
    assert len(server_threads()) == 1


async def test_start_and_serve_do_not_mix(server: DomsyncServer) -> None:
    with pytest.raises(DomsyncError, match="already"):
        await server.serve()
    with pytest.raises(DomsyncError, match=r"server\.stop\(\)"):
        await server.close()
    async with made() as other:
        with pytest.raises(DomsyncError, match="already"):
            other.start()
        with pytest.raises(DomsyncError, match=r"server\.close\(\)"):
            other.stop()


def test_stop_is_idempotent_and_may_be_followed_by_a_start() -> None:
    server = made()
    server.stop()
    server.start()
    port = server.port
    server.stop()
    server.stop()
    assert server.loop is None
    server.start()
    assert server.port == port
    server.stop()
    asyncio.run(served(server))


async def served(server: DomsyncServer) -> None:
    async with server, page(server.url):
        assert server.loop is asyncio.get_running_loop()


def test_errors_come_to_the_caller(server: DomsyncServer) -> None:
    second = made(port=server.port)
    with pytest.raises(OSError, match="in use"):
        second.start()
    assert len(server_threads()) == 1
    second.stop()
    second.port = 0
    second.start().stop()


async def test_views_that_are_connected_elsewhere_are_in_the_way() -> None:
    """A document's viewers are told together, in one loop."""
    server = made(Document())
    widget = DomsyncWidget(server)
    sent: list[Any] = []
    widget.send = lambda content, buffers=None: sent.append(content)
    widget._on_message(widget, {"view": "v", "text": '[0,1,"",0,"test"]'}, [])
    assert len(server.get_clients()) == 1
    with pytest.raises(DomsyncError, match="before they are shown"):
        server.start()
    widget.close()
    await eventually(lambda: not server.get_clients())
    server.start()
    server.stop()


# Stopping


async def test_stop_closes_clients_and_ends_their_tasks() -> None:
    ended = threading.Event()

    async def app(server: DomsyncServer, client: Client) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    server = made(app).start()
    async with page(server.url) as peer:
        await asyncio.to_thread(server.stop)
        assert await peer.closed() == (1001, "the server stops")
    assert ended.is_set()
    assert server.get_clients() == []
    assert not server_threads()


async def test_stop_from_a_callback() -> None:
    said: list[str] = []

    async def app(server: DomsyncServer, client: Client) -> None:
        root = server.get_document(client).getRootElement()

        async def on_click(_event: Event) -> None:
            try:
                server.stop()
            except DomsyncError as error:
                said.append(str(error))
            await asyncio.to_thread(server.stop)

        root.addEventListener("click", on_click)
        root.append("hello")

    server = made(app).start()
    async with page(server.url) as peer:
        await peer.shows("hello")
        await peer.fire("click", 1)
        await peer.closed()
    await eventually(lambda: not server_threads())
    assert "asyncio.to_thread(server.stop)" in said[0]


async def test_stop_does_not_wait_for_a_callback_that_blocks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    blocked, release = threading.Event(), threading.Event()

    async def app(server: DomsyncServer, client: Client) -> None:
        root = server.get_document(client).getRootElement()

        def on_click(_event: Event) -> None:
            blocked.set()
            release.wait(10)

        root.addEventListener("click", on_click)
        root.append("hello")

    server = made(app).start()
    async with page(server.url) as peer:
        await peer.shows("hello")
        await peer.fire("click", 1)
        await asyncio.to_thread(blocked.wait, 10)
        with monkeypatch.context() as patch:
            thread = server._thread
            assert thread is not None
            stop = thread.stop
            patch.setattr(thread, "stop", lambda last: stop(last, timeout=0.01))
            with caplog.at_level(logging.WARNING):
                server.stop()
        assert "blocked by a callback" in caplog.text
        release.set()
        await peer.closed()
    await eventually(lambda: not server_threads())
    assert server.get_clients() == []


def test_starts_and_stops_at_the_same_time() -> None:
    server = made()
    results: list[str] = []

    def start_and_stop() -> None:
        try:
            server.start()
        except DomsyncError:
            results.append("already")
        else:
            results.append("started")
            server.stop()

    threads = [threading.Thread(target=start_and_stop) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "started" in results
    assert not server_threads()
    server.start()
    server.stop()


# Widgets of it


async def test_widget() -> None:
    server = made()
    widget = server.widget(transport="comm", isolate=False)
    assert isinstance(widget, DomsyncWidget)
    assert not widget._options["isolate"]
    widget.close()
