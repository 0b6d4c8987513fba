"""`DomsyncServer`: its contract, over real WebSockets, and what it does when pages misbehave."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from domsync_jupyter import ClientGoneError, Document, DomsyncError, DomsyncServer, Event
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.sync.session import Session
from tests.peer import eventually, page, request

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from domsync_jupyter.transports import Client

#: A server of this kind prints nothing.
QUIET: dict[str, Any] = {"verbose": False}
ORIGIN = "http://localhost"


async def nothing(server: Any, client: Any) -> None:
    """A connection handler that does nothing: its client stays."""


def serving(app: Any, host: str = "127.0.0.1", port: int = 0, **options: Any) -> DomsyncServer:
    return DomsyncServer(app, host, port, **(QUIET | options))


class Counter:
    """An app with a button that counts its clicks: the document of each client, and what happened."""

    def __init__(self) -> None:
        self.clients: list[Client] = []
        self.events: list[Event] = []

    async def __call__(self, server: DomsyncServer, client: Client) -> None:
        self.clients.append(client)
        document = server.get_document(client)
        button = document.createElement("button", id="b", innerText="0")

        def on_click(event: Event) -> None:
            self.events.append(event)
            button.innerText = str(int(button.innerText) + 1)

        button.addEventListener("click", on_click)
        document.getRootElement().appendChild(button)


def counting() -> Document:
    """A document with such a button."""
    document = Document()
    button = document.createElement("button", id="b", innerText="0")

    def on_click(_event: Event) -> None:
        button.innerText = str(int(button.innerText) + 1)

    button.addEventListener("click", on_click)
    document.getRootElement().appendChild(button)
    return document


def shown(count: int) -> str:
    return f'<button id="b">{count}</button>'


# Starting


async def test_port_0_picks_a_free_one_which_url_tells() -> None:
    async with serving(nothing) as one, serving(nothing) as other:
        assert one.port != other.port
        assert one.url == f"http://127.0.0.1:{one.port}/"
        async with page(one.url), page(other.url):
            assert len(one.get_clients()) == len(other.get_clients()) == 1


async def test_port_0_is_one_port_on_all_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where localhost is both 127.0.0.1 and ::1."""
    addresses = ["127.0.0.1", "127.0.0.2", "127.0.0.3"]

    async def getaddrinfo(_loop: object, _host: str, port: int, **_options: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    with monkeypatch.context() as patch:
        patch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
        server = serving(nothing, "localhost")
        await server.serve()
    for address in addresses:
        _, writer = await asyncio.open_connection(address, server.port)
        writer.close()
        await writer.wait_closed()
    await server.close()


@pytest.mark.parametrize(
    ("host", "token", "url"),
    [
        ("localhost", None, "http://localhost:8888/"),
        ("::1", None, "http://[::1]:8888/"),
        ("127.0.0.1", "t", "http://127.0.0.1:8888/#token=t"),
        ("0.0.0.0", "t", "http://localhost:8888/#token=t"),
        ("", "t", "http://localhost:8888/#token=t"),
    ],
)
def test_url(host: str, token: str | None, url: str) -> None:
    assert serving(nothing, host, 8888, token=token).url == url


def test_beyond_loopback_there_is_a_token() -> None:
    tokens = {serving(nothing, "0.0.0.0", 8888).token for _ in range(10)}
    assert len(tokens) == 10
    assert all(token is not None and len(token) >= 22 for token in tokens)
    assert serving(nothing, "localhost", 8888).token is None


@pytest.mark.parametrize("app", [None, "app", 1, object()])
def test_what_is_no_app(app: Any) -> None:
    with pytest.raises(TypeError, match="connection handler"):
        serving(app)


def test_what_is_no_origin() -> None:
    with pytest.raises(ValueError, match="origin"):
        serving(nothing, origins=["example.org"])


async def test_serves_once_at_a_time() -> None:
    server = serving(nothing)
    async with server:
        with pytest.raises(DomsyncError, match="already"):
            await server.serve()
    await server.serve()
    async with page(server.url):
        pass
    await server.close()
    await server.close()


async def test_port_that_is_taken() -> None:
    async with serving(nothing) as server:
        second = serving(nothing, port=server.port)
        with pytest.raises(OSError, match="in use"):
            await second.serve()
        assert second.get_clients() == []


async def test_tells_what_happens_if_verbose(capsys: pytest.CaptureFixture[str]) -> None:
    async with serving(nothing, verbose=True) as server:
        async with page(server.url):
            pass
        await eventually(lambda: not server.get_clients())
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines] == [server.url, "connected", "disconnected", "stopped"]
    async with serving(nothing) as server, page(server.url):
        pass
    assert capsys.readouterr().out == ""


# Clients and documents


async def test_each_client_has_a_document_of_its_own() -> None:
    app = Counter()
    async with serving(app) as server, page(server.url) as one, page(server.url) as other:
        await one.shows(shown(0))
        await other.shows(shown(0))
        await one.click(one.find("b"))
        await one.shows(shown(1))
        assert other.html() == shown(0)
        assert server.get_clients() == app.clients
        documents = [server.get_document(client) for client in app.clients]
        assert documents[0] is not documents[1]
        assert all(server.is_connected(client) for client in app.clients)
        assert app.events[0].client is app.clients[0]


async def test_all_clients_share_a_document() -> None:
    document = counting()
    async with serving(document) as server, page(server.url) as one, page(server.url) as other:
        assert {server.get_document(client) for client in server.get_clients()} == {document}
        await one.click(one.find("b"))
        await other.shows(shown(1))
        await other.click(other.find("b"))
        await one.shows(shown(2))
        async with page(server.url) as late:
            assert late.html() == shown(2)


async def test_root_id() -> None:
    async with serving(nothing, root_id="here") as server, page(server.url) as peer:
        assert peer.replica.root.attributes == {"id": "here"}
        assert server.get_document(server.get_clients()[0]).getRootId() == "here"


async def test_handler_may_be_a_plain_function() -> None:
    seen: list[Any] = []

    def app(server: DomsyncServer, client: Client) -> None:
        seen.append((server, client))
        server.get_document(client).getRootElement().append("hello")

    async with serving(app) as server, page(server.url) as peer:
        await peer.shows("hello")
        assert seen == [(server, server.get_clients()[0])]


async def test_changes_arrive_without_flush_after_the_handler_returned() -> None:
    async with serving(nothing) as server, page(server.url) as peer:
        root = server.get_document(server.get_clients()[0]).getRootElement()
        for text in ("one", "two"):
            root.textContent = text
            await peer.shows(text)


async def test_changes_of_another_thread_arrive() -> None:
    async with serving(counting()) as server, page(server.url) as peer:
        (client,) = server.get_clients()
        document = server.get_document(client)
        thread = threading.Thread(
            target=lambda: setattr(document.getRootElement(), "textContent", "from afar")
        )
        thread.start()
        await peer.shows("from afar")
        thread.join()


async def test_flush_sends_now(monkeypatch: pytest.MonkeyPatch) -> None:
    done = asyncio.Event()

    async def app(server: DomsyncServer, client: Client) -> None:
        root = server.get_document(client).getRootElement()
        for number in range(3):
            root.textContent = str(number)
            await server.flush(client)
        done.set()

    async with serving(app, limits=Limits(window_frames=100)) as server, page(server.url) as peer:
        await done.wait()
        await peer.shows("2")
        texts = [message[3][-1] for message in peer.received if message[0] in (1, 2)]
        assert texts[-2:] == ["1", "2"], "each state was sent, though all came in less than one frame's time"


async def test_flush_without_changes_sends_nothing() -> None:
    async with serving(nothing) as server, page(server.url) as peer:
        (client,) = server.get_clients()
        before = len(peer.received)
        for _ in range(3):
            await server.flush(client)
        await peer.settled()
        assert [message[0] for message in peer.received[before:]] == [3]


async def test_batch_arrives_as_a_whole() -> None:
    async with serving(nothing) as server, page(server.url) as peer:
        (client,) = server.get_clients()
        document = server.get_document(client)
        root = document.getRootElement()
        with document.batch():
            root.append("a")
            document.flush()
            root.append("b")
        await peer.until(lambda: peer.html() != "")
        assert peer.html() == "ab"


async def test_client_that_is_gone() -> None:
    app = Counter()
    async with serving(app) as server:
        async with page(server.url):
            pass
        (client,) = app.clients
        await eventually(lambda: not server.is_connected(client))
        assert server.get_clients() == []
        for error in (ClientGoneError, KeyError, DomsyncError):
            with pytest.raises(error, match="not connected"):
                server.get_document(client)
            with pytest.raises(error, match="not connected"):
                await server.flush(client)
        with pytest.raises(ClientGoneError):
            server.get_document("what is no client")  # type: ignore[arg-type]  # that is the point
        assert not server.is_connected("what is no client")  # type: ignore[arg-type]  # likewise
        with pytest.raises(ConnectionClosed):
            await client.send("x")


async def test_handler_that_goes_on_without_its_client_ends_quietly() -> None:
    """The loop of the documentation: what it raises when the client goes in between is no error."""
    ended: list[BaseException] = []

    async def app(server: DomsyncServer, client: Client) -> None:
        try:
            while True:
                server.get_document(client).getRootElement().append("x")
                await server.flush(client)
                await asyncio.sleep(0)
        except BaseException as error:
            ended.append(error)
            raise

    async with serving(app) as server:
        async with page(server.url) as peer:
            await peer.until(lambda: "xx" in peer.html())
        await eventually(lambda: not server.get_clients())
    assert isinstance(ended[0], ClientGoneError | ConnectionClosed | asyncio.CancelledError)


# Events


async def test_event_brings_its_fields_values_and_edits() -> None:
    seen: list[Any] = []

    async def app(server: DomsyncServer, client: Client) -> None:
        document = server.get_document(client)
        control: Any = document.createElement("input", id="i")
        control.addEventListener(
            "input",
            lambda event: seen.append(
                (event.value, event.inputType, control.value, event.target, dict(event)["id"])
            ),
            "this.value",
        )
        document.getRootElement().append(control)

    async with serving(app) as server, page(server.url) as peer:
        await peer.until(lambda: len(peer.replica.nodes) == 2)
        seq = await peer.fire(
            "input", 2, edits=[2, "value", "typed"], values=[2, "this.value", "read"], inputType="insertText"
        )
        await peer.until(lambda: peer.processed == seq)
        control = server.get_document(server.get_clients()[0]).getElementById("i")
        assert seen == [("read", "insertText", "typed", control, "i")]
        assert "value" not in peer.replica.nodes[2].properties, "the page has it already"


async def test_callbacks_run_one_at_a_time_in_order() -> None:
    log: list[str] = []

    async def app(server: DomsyncServer, client: Client) -> None:
        document = server.get_document(client)

        async def slow(event: Event) -> None:
            log.append(f"{event.number} begins")
            for _ in range(5):
                await asyncio.sleep(0)
            log.append(f"{event.number} ends")

        document.getRootElement().addEventListener("click", slow, fields=["number"])

    async with serving(app) as server, page(server.url) as peer:
        await peer.settled()
        for number in range(3):
            await peer.fire("click", 1, number=number)
        await peer.settled()
    assert log == [f"{number} {what}" for number in range(3) for what in ("begins", "ends")]


async def test_a_callback_may_wait_for_what_the_page_says() -> None:
    """The receive loop goes on reading while callbacks run."""
    latencies: list[float] = []

    async def app(server: DomsyncServer, client: Client) -> None:
        async def on_click(event: Event) -> None:
            latencies.append(await (await client.ping()))
            assert await client.recv() == b"an answer"

        server.get_document(client).getRootElement().addEventListener("click", on_click)

    async with serving(app) as server, page(server.url) as peer:
        await peer.settled()
        seq = await peer.fire("click", 1)
        await peer.say_raw(b"an answer")
        await peer.until(lambda: peer.processed >= seq)
        await peer.settled()
    assert len(latencies) == 1


async def test_a_slow_callback_keeps_no_frames_waiting() -> None:
    go_on = asyncio.Event()

    async def app(server: DomsyncServer, client: Client) -> None:
        root = server.get_document(client).getRootElement()

        async def on_click(event: Event) -> None:
            root.textContent = "working"
            await go_on.wait()
            root.textContent = "done"

        root.addEventListener("click", on_click)

    async with serving(app) as server, page(server.url) as peer:
        await peer.settled()
        await peer.fire("click", 1)
        await peer.shows("working")
        go_on.set()
        await peer.shows("done")


async def test_repeated_events_run_once() -> None:
    app = Counter()
    async with serving(app) as server, page(server.url) as peer:
        await peer.shows(shown(0))
        number = peer.find("b")
        for seq in (1, 1, 2, 1, 2):
            await peer.fire("click", number, seq=seq)
        peer.posted = 2
        await peer.settled()
        assert peer.html() == shown(2)


@pytest.mark.parametrize("target", [0, -1, -2, 3, 999, 2**40, 10**30])
async def test_events_for_nodes_that_are_not_there_do_nothing(target: int) -> None:
    app = Counter()
    async with serving(app) as server, page(server.url) as peer:
        await peer.shows(shown(0))
        await peer.fire("click", target)
        await peer.click(2)
        assert peer.html() == shown(1)


async def test_forged_events_do_nothing() -> None:
    app = Counter()
    async with serving(app) as server, page(server.url) as peer:
        await peer.shows(shown(0))
        for kind in ("keydown", "__init__", "", "onclick", "click "):
            await peer.fire(kind, 2)
        await peer.fire("click", 1)  # the root has no listener
        for edits in ([2, "innerText", "9"], [2, "value", "9"], [1, "checked", True], [2], ["x"] * 7, [[1]]):
            await peer.fire("click", 1, edits=edits)
        await peer.settled()
        assert peer.html() == shown(0)
        assert app.events == []


async def test_fields_of_an_event_cannot_replace_what_python_says_of_it() -> None:
    app = Counter()
    async with serving(app) as server, page(server.url) as peer:
        await peer.shows(shown(0))
        await peer.fire(
            "click", 2, client="me", target="x", type="y", currentTarget=1, event="z", doc=1, domsync=0
        )
        await peer.settled()
        (event,) = app.events
        assert event.client is app.clients[0]
        assert event.type == event["event"] == "click"
        assert event.target is server.get_document(app.clients[0]).getElementById("b")
        assert event["doc"] is server.get_document(app.clients[0])
        assert event["domsync"] is True


# What raises


class BadError(Exception):
    def __str__(self) -> str:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("sorry"), "ValueError: sorry"),
        (KeyError("x"), "KeyError: 'x'"),
        (asyncio.CancelledError(), "CancelledError"),
        (TimeoutError(), "TimeoutError"),
        (StopIteration(), "StopIteration"),
        (StopAsyncIteration(), "StopAsyncIteration"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (ClientGoneError("who"), "who"),
        (ValueError("lone \ud800"), "lone"),
        (ValueError("x" * 100_000), "xxx"),
        (ExceptionGroup("many", [ValueError("a")]), "many"),
        (BadError(), "BadError"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
@pytest.mark.parametrize("kind", ["function", "coroutine"])
async def test_raising_callback_is_logged_and_shown_and_ends_nothing(
    error: BaseException, words: str, kind: str, expected_errors: list[logging.LogRecord]
) -> None:
    async def app(server: DomsyncServer, client: Client) -> None:
        document = server.get_document(client)
        button = document.createElement("button", id="b", innerText="0")

        def raises(event: Event) -> None:
            raise error

        async def raises_later(event: Event) -> None:
            await asyncio.sleep(0)
            raise error

        def works(event: Event) -> None:
            button.innerText = str(int(button.innerText) + 1)

        button.addEventListener("click", raises if kind == "function" else raises_later)
        button.addEventListener("click", works)
        document.getRootElement().append(button)

    async with serving(app) as server, page(server.url) as peer:
        await peer.shows(shown(0))
        for count in (1, 2):
            await peer.click(2)
            await peer.shows(shown(count))
            if count == 1:  # In the log, it is said once.
                text = expected_errors.pop().getMessage()
                assert "Traceback" in text
                assert words in text
                assert "callback" in text
            await peer.until(lambda count=count: len(peer.notices) == count)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            notice = peer.notices[-1]
            assert (notice.kind, notice.count) == ("error", count)
            assert words in notice.title
            assert "Traceback" in notice.text or len(notice.text) == 20_000
            assert len(notice.title) <= 300
        assert expected_errors == []
        assert len(server.get_clients()) == 1


async def test_raising_handler_is_logged_and_shown_and_ends_nothing(
    expected_errors: list[logging.LogRecord],
) -> None:
    async def app(server: DomsyncServer, client: Client) -> None:
        await Counter()(server, client)
        raise ValueError("sorry")

    async with serving(app) as server, page(server.url) as peer:
        await peer.until(lambda: bool(peer.notices))
        assert "ValueError: sorry" in peer.notices[0].title
        assert "handler" in expected_errors.pop().getMessage()
        await peer.click(2)
        await peer.shows(shown(1))


# The application's own messages


async def test_strings_and_bytes_of_the_application() -> None:
    async def app(server: DomsyncServer, client: Client) -> None:
        await client.send("welcome")
        async for message in client:
            await client.send(message)

    async with serving(app) as server, page(server.url) as peer:
        await peer.until(lambda: peer.data == ["welcome"])
        peer.posted += 1
        await peer.say(messages.App(peer.posted, peer.applied, "text \N{GRINNING FACE}"))
        await peer.say_raw(b"\x00\xff")
        await peer.until(lambda: len(peer.data) == 3)
        assert set(peer.data[1:]) == {"text \N{GRINNING FACE}", b"\x00\xff"}


async def test_sending_what_cannot_be_sent_raises_and_changes_nothing() -> None:
    raised: list[BaseException] = []

    async def app(server: DomsyncServer, client: Client) -> None:
        try:
            await client.send("\ud800")
        except UnicodeEncodeError as error:
            raised.append(error)
        await client.send("fine")

    async with serving(app) as server, page(server.url) as peer:
        await peer.until(lambda: peer.data == ["fine"])
        assert len(raised) == 1


# Pages that misbehave


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 1007), ("x", 1007), ("[]", 1007), ("[99]", 1007), ("[1,1]", 1007), ("[" * 100_000, 1007),
        ("[10,1000]", 1002), ("[3,1000]", 1002), ('[1,1,1000,"click",1,{},[],[]]', 1002),
        ('[0,2,"",0,""]', 1002), (" " * 1001, 1009), (b"x" * 1001, 1009),
    ],
    ids=lambda value: repr(value[:9]) if isinstance(value, str | bytes) else str(value),
)  # fmt: skip
async def test_misbehaving_page_is_closed(text: str | bytes, code: int) -> None:
    limit = 1000 if len(text) == 1001 else 1 << 20
    app = Counter()
    async with serving(app, max_message_bytes=limit) as server, page(server.url) as other:
        async with page(server.url) as peer:
            before = asyncio.all_tasks()
            await peer.say_raw(text)
            assert (await peer.closed())[0] == code
            await eventually(lambda: len(server.get_clients()) == 1)
        await eventually(lambda: asyncio.all_tasks() < before)
        await other.shows(shown(0))
        await other.click(2)
        assert other.html() == shown(1)


async def test_nothing_counts_after_what_is_not_allowed() -> None:
    app = Counter()
    async with serving(app) as server, page(server.url) as peer:
        await peer.shows(shown(0))
        await peer.say(messages.Ack(1000))
        await peer.fire("click", 2)
        assert (await peer.closed())[0] == 1002
        await eventually(lambda: not server.get_clients())
        assert app.events == []


@pytest.mark.parametrize(
    "first", ["x", "[3,0]", '[0,2,"",0,""]', '[1,1,0,"click",1,{},[],[]]', b"\xff"], ids=repr
)
async def test_first_message_that_is_no_hello(first: str | bytes) -> None:
    app = Counter()
    async with serving(app) as server, page(server.url, greet=False) as peer:
        before = asyncio.all_tasks()
        await peer.say_raw(first)
        assert (await peer.closed())[0] in (1002, 1003, 1007)
        await eventually(lambda: asyncio.all_tasks() < before)
        assert app.clients == []
        assert server.get_clients() == []


async def test_page_that_does_not_say_hello() -> None:
    async with serving(nothing, handshake_seconds=0.1) as server, page(server.url, greet=False) as peer:
        assert (await peer.closed())[0] == 1002


async def test_page_that_leaves_before_it_says_hello() -> None:
    async with serving(nothing) as server:
        before = asyncio.all_tasks()
        async with page(server.url, greet=False):
            pass
        await eventually(lambda: asyncio.all_tasks() <= before)


@pytest.mark.parametrize("end", ["close", "abort", "bye"])
async def test_any_end_unregisters_the_client_and_ends_its_tasks(end: str) -> None:
    app = Counter()

    async def endless(server: DomsyncServer, client: Client) -> None:
        await app(server, client)
        await asyncio.Event().wait()

    async with serving(endless, resume_seconds=0.05) as server:
        before = asyncio.all_tasks()
        async with page(server.url) as peer:
            await peer.shows(shown(0))
            if end == "close":
                await peer.connection.close()
            elif end == "bye":
                await peer.say(messages.Bye("view"))
                await peer.closed()
            else:
                peer.vanish()
            await eventually(lambda: not server.get_clients())
        await eventually(lambda: asyncio.all_tasks() <= before)
        (client,) = app.clients
        assert not server.is_connected(client)
        await client.wait_closed()
        assert client.close_code == {"close": 1000, "abort": 1006, "bye": 1001}[end]


# Stopping


async def test_close_ends_everything() -> None:
    app = Counter()

    async def endless(server: DomsyncServer, client: Client) -> None:
        await app(server, client)
        await asyncio.Event().wait()

    before = asyncio.all_tasks()
    async with contextlib.AsyncExitStack() as stack:
        server = serving(endless)
        await server.serve()
        peers = [await stack.enter_async_context(page(server.url)) for _ in range(3)]
        await stack.enter_async_context(page(server.url, greet=False))
        await server.close()
        assert server.get_clients() == []
        assert [await peer.closed() for peer in peers] == [(1001, "the server stops")] * 3
    await eventually(lambda: asyncio.all_tasks() <= before)
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection("127.0.0.1", server.port)


@pytest.mark.parametrize("where", ["callback", "handler"])
async def test_the_server_may_be_closed_by_what_it_runs(where: str) -> None:
    before = asyncio.all_tasks()
    server: DomsyncServer

    async def stop(event: Event) -> None:
        await server.close()

    async def app(_server: DomsyncServer, client: Client) -> None:
        server.get_document(client).getRootElement().addEventListener("click", stop)
        if where == "handler":
            await client.recv()
            await server.close()

    server = serving(app)
    await server.serve()
    async with page(server.url) as peer, page(server.url) as other:
        await peer.settled()
        if where == "callback":
            await peer.fire("click", 1)
        else:
            await peer.say_raw(b"stop")
        assert (await peer.closed())[0] == (await other.closed())[0] == 1001
        await eventually(lambda: server.get_clients() == [])
    await eventually(lambda: asyncio.all_tasks() <= before)
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncio.open_connection("127.0.0.1", server.port)


async def test_close_has_a_deadline() -> None:
    """Peers that neither read nor answer, and one that never asked for anything, hold nothing up."""
    before = asyncio.all_tasks()
    server = serving(counting())
    await server.serve()
    with contextlib.ExitStack() as sockets:
        silent = sockets.enter_context(
            contextlib.closing(socket.create_connection(("127.0.0.1", server.port)))
        )
        half = sockets.enter_context(contextlib.closing(socket.create_connection(("127.0.0.1", server.port))))
        half.sendall(b"GET / HT")
        async with page(server.url) as stuck:
            stuck.connection.transport.pause_reading()
            begin = time.monotonic()
            async with asyncio.timeout(8):
                await server.close()
            assert time.monotonic() - begin < 4
            assert server.get_clients() == []
            await eventually(lambda: asyncio.all_tasks() <= before | {stuck.reading, asyncio.current_task()})
            assert time.monotonic() - begin < 5, "not by websockets' deadline for opening requests"
        assert silent.recv(1) == b""


async def test_a_client_that_reads_nothing_costs_one_difference_only() -> None:
    document = counting()
    async with serving(document) as server, page(server.url) as stuck, page(server.url) as other:
        stuck.acknowledges = False
        root = document.getRootElement()
        for number in range(30):
            root.setAttribute("title", str(number))
            await other.until(lambda number=number: other.replica.root.attributes.get("title") == str(number))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        frames = [message for message in stuck.received if message[0] == 1]
        assert len(frames) <= Limits().window_frames
        await stuck.say(messages.Ack(stuck.applied))
        await stuck.until(lambda: stuck.replica.root.attributes.get("title") == "29")
        assert len([message for message in stuck.received if message[0] == 1]) == len(frames) + 1


# Refusals


@pytest.fixture
async def guarded() -> AsyncIterator[tuple[DomsyncServer, Counter]]:
    app = Counter()
    async with serving(app, token="secret") as server:
        yield server, app


@pytest.mark.parametrize(
    ("status", "headers", "token"),
    [
        (401, {}, ""), (401, {}, "wrong"), (403, {"Origin": "http://evil.example"}, "secret"),
        (403, {"Origin": "null"}, "secret"), (403, {"Origin": "http://localhost.evil.example"}, "secret"),
        (421, {"Host": "evil.example"}, "secret"), (421, {"Host": "localhost:1"}, "secret"),
    ],
)  # fmt: skip
async def test_refusals_come_before_the_app(
    guarded: tuple[DomsyncServer, Counter], status: int, headers: dict[str, str], token: str
) -> None:
    server, app = guarded
    protocols = "domsync.v1" + (f", domsync.token.{token}" if token else "")
    upgrade = {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version": "13", "Sec-WebSocket-Protocol": protocols,
    }  # fmt: skip
    answer, _, body = await request(server.url, headers=upgrade | headers)
    assert answer == status
    assert b"secret" not in body
    assert app.clients == []
    assert server.get_clients() == []


async def test_who_has_the_token_is_let_in(guarded: tuple[DomsyncServer, Counter]) -> None:
    server, app = guarded
    async with page(server.url) as peer:
        await peer.shows(shown(0))
        assert len(app.clients) == 1
        assert peer.connection.subprotocol == "domsync.v1"
    async with page(server.url, origin=f"http://127.0.0.1:{server.port}"):
        pass
    with pytest.raises(InvalidStatus):
        async with page(server.url.partition("#")[0]):
            pass


async def test_listed_origin_is_let_in() -> None:
    async with serving(nothing, origins=["https://hub.example.org"]) as server:
        async with page(server.url, origin="https://hub.example.org"):
            pass
        with pytest.raises(InvalidStatus):
            async with page(server.url, origin="https://hub.example.org.evil.example"):
                pass


# The page


async def test_serves_the_page() -> None:
    async with serving(nothing, root_id='a"<b>') as server:
        status, headers, body = await request(server.url)
        assert status == 200
        assert headers["content-type"] == "text/html; charset=utf-8"
        assert b'id="a&quot;&lt;b&gt;"' in body
        policy = headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "require-trusted-types-for 'script'" in policy
        assert "unsafe-eval" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        status, headers, script = await request(server.url, "/domsync.js")
        assert (status, headers["content-type"]) == (200, "text/javascript; charset=utf-8")
        assert len(script) == int(headers["content-length"]) > 1000
        status, _, body = await request(server.url, "/domsync.js", headers={"If-None-Match": headers["etag"]})
        assert (status, body) == (304, b"")
        assert server.get_clients() == []


@pytest.mark.parametrize(
    "path",
    ["/x", "//", "/domsync.js/", "/../domsync_server.py", "/%2e%2e/x", "/static/page.js", "/domsync.js%00"],
)
async def test_there_is_no_other_page(path: str) -> None:
    async with serving(nothing) as server:
        status, headers, _ = await request(server.url, path)
        assert status == 404
        assert "content-security-policy" in headers


async def test_a_websocket_elsewhere_is_refused() -> None:
    async with serving(nothing) as server:
        with pytest.raises(InvalidStatus) as caught:
            async with page(server.url + "elsewhere"):
                pass
        assert caught.value.response.status_code == 404


async def test_other_methods_are_refused() -> None:
    async with serving(nothing) as server:
        status, _, _ = await request(server.url, method="POST")
        assert status in (400, 405)


# Sessions


@pytest.mark.parametrize("way", ["reloaded", "lost"])
async def test_a_page_that_comes_back_finds_everything_as_it_was(way: str) -> None:
    app = Counter()
    async with serving(app) as server:
        async with page(server.url) as peer:
            await peer.shows(shown(0))
            await peer.click(2)
            session, posted = peer.session, peer.posted
            if way == "lost":
                peer.vanish()
            else:
                await peer.say(messages.Bye("pagehide"))
            await peer.closed()
        (client,) = server.get_clients()
        assert server.is_connected(client)
        await eventually(lambda: not client.attached)
        server.get_document(client).getRootElement().append("meanwhile")
        await server.flush(client)
        async with page(server.url, greet=False) as peer:
            await peer.hello(session)
            assert Session.id_of(peer.session) == Session.id_of(session)
            assert peer.session != session, "the key is another one each time"
            assert peer.welcomes[-1].epoch == 2
            assert peer.welcomes[-1].seq == posted
            assert peer.html() == shown(1) + "meanwhile"
            assert server.get_clients() == [client]
            peer.posted = posted
            await peer.fire("click", 2, seq=posted)  # said before, and accepted then
            await peer.click(2)
            assert peer.html() == shown(2) + "meanwhile"
        await eventually(lambda: not server.get_clients())
    assert app.clients == [client]


async def test_a_page_that_lost_its_socket_gets_what_it_missed_and_no_snapshot() -> None:
    document = counting()
    async with serving(document) as server:
        async with page(server.url) as peer:
            await peer.settled()
            peer.vanish()
            await peer.closed()
        document.getRootElement().append("meanwhile")
        async with page(server.url, greet=False) as again:
            again.replica, again.applied = peer.replica, peer.applied
            await again.say(messages.Hello(1, peer.session, peer.applied, "again"))
            await again.shows(shown(0) + "meanwhile")
            assert 2 not in {message[0] for message in again.received}


async def test_a_page_that_does_not_come_back_in_time_is_forgotten() -> None:
    async with serving(Counter(), resume_seconds=0.05) as server:
        before = asyncio.all_tasks()
        async with page(server.url) as peer:
            session = peer.session
            await peer.say(messages.Bye("pagehide"))
            await peer.closed()
        await eventually(lambda: not server.get_clients())
        await eventually(lambda: asyncio.all_tasks() <= before)
        async with page(server.url, greet=False) as peer:
            await peer.hello(session)
            assert Session.id_of(peer.session) != Session.id_of(session)
            assert peer.welcomes[-1].seq == 0


async def test_close_forgets_pages_that_are_away() -> None:
    before = asyncio.all_tasks()
    async with serving(Counter()) as server:
        async with page(server.url) as peer:
            await peer.say(messages.Bye("pagehide"))
            await peer.closed()
        assert len(server.get_clients()) == 1
    assert server.get_clients() == []
    await eventually(lambda: asyncio.all_tasks() <= before)


async def test_resume_seconds_0_means_not_at_all() -> None:
    async with serving(Counter(), resume_seconds=0) as server:
        async with page(server.url) as peer:
            await peer.say(messages.Bye("pagehide"))
            await peer.closed()
        await eventually(lambda: not server.get_clients())


async def test_who_has_the_key_takes_over() -> None:
    """A page knows that its socket is dead before the server does."""
    async with serving(Counter()) as server, page(server.url) as peer, page(server.url, greet=False) as again:
        (client,) = server.get_clients()
        await again.hello(peer.session)
        await peer.closed()
        assert server.get_clients() == [client]
        await again.settled()


async def test_a_key_that_was_used_opens_nothing() -> None:
    async with serving(Counter()) as server, page(server.url) as peer, page(server.url, greet=False) as again:
        used = peer.session
        await again.hello(used)
        await again.settled()
        async with page(server.url, greet=False) as thief:
            await thief.hello(used)
            assert Session.id_of(thief.session) != Session.id_of(used)
            assert len(server.get_clients()) == 2
            await again.settled()


async def test_session_ids_that_are_none() -> None:
    async with serving(Counter()) as server, page(server.url, greet=False) as peer:
        await peer.hello("x" * 256)
        assert len(server.get_clients()) == 1


async def test_a_refused_hello_does_not_end_the_session_that_it_asks_for() -> None:
    async with serving(Counter()) as server:
        async with page(server.url) as peer:
            session = peer.session
            await peer.say(messages.Bye("pagehide"))
            await peer.closed()
        async with page(server.url, greet=False) as peer:
            await peer.say(messages.Hello(2, session, 0, ""))
            assert (await peer.closed())[0] == 1002
        assert len(server.get_clients()) == 1, "it may still come back, reloaded"
        async with page(server.url, greet=False) as peer:
            await peer.hello(session)
            assert Session.id_of(peer.session) == Session.id_of(session)
        await eventually(lambda: not server.get_clients())


async def test_a_fault_is_logged_and_repaired(expected_errors: list[logging.LogRecord]) -> None:
    async with serving(Counter()) as server, page(server.url) as peer:
        await peer.shows(shown(0))
        peer.replica.root.kids.clear()
        await peer.say(messages.Fault("frame", "op 2 at 0"))
        await peer.shows(shown(0))
        assert "op 2 at 0" in expected_errors.pop().getMessage()


async def test_what_strangers_say_is_shortened_in_the_log(
    caplog: pytest.LogCaptureFixture, expected_errors: list[logging.LogRecord]
) -> None:
    async with serving(Counter()) as server, page(server.url) as peer:
        await peer.say(messages.Fault("frame", "a\nb" * 1000))
        await peer.settled()
        assert all("\n" not in record.getMessage() for record in expected_errors)
        expected_errors.clear()
