"""The browser's end of a client, for tests, and the least runtime that a client needs.

Nothing here numbers messages: a string from the peer goes straight to ``recv()``, and ``send()`` writes it raw.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from domsync_jupyter.transports import Client, CommLink, WebSocketLink

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable


async def run(client: Client, *, keep: bool = False) -> None:
    """Do what the runtime does with one socket, without a session; ``keep`` waits for the next one."""
    async for message in client.incoming():
        await asyncio.sleep(0)  # Real ones do more than this: whoever does not wait for it shows.
        if message == "close me":
            await client.close(1002)
        elif isinstance(message, str) and message.startswith("[7,"):
            client.pong_received(json.loads(message)[1])
        else:
            client.receive_app(message)
    if not keep and not client.attached:
        client.finished()


class Peer(ABC):
    """A browser, seen from its side."""

    @abstractmethod
    async def send(self, message: str | bytes) -> None: ...

    @abstractmethod
    async def recv(self) -> str | bytes: ...

    @abstractmethod
    async def close(self, code: int, reason: str = "") -> None:
        """Leave politely."""

    @abstractmethod
    async def vanish(self) -> None:
        """Leave without a word."""

    @abstractmethod
    async def closed(self) -> tuple[int, str]:
        """The code and reason with which Python closed."""


class WebSocketPeer(Peer):
    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, message: str | bytes) -> None:
        await self.connection.send(message)

    async def recv(self) -> str | bytes:
        return await self.connection.recv()

    async def close(self, code: int, reason: str = "") -> None:
        await self.connection.close(code, reason)

    async def vanish(self) -> None:
        self.connection.transport.abort()

    async def closed(self) -> tuple[int, str]:
        await self.connection.wait_closed()
        assert self.connection.close_code is not None
        assert self.connection.close_reason is not None
        return self.connection.close_code, self.connection.close_reason


class CommPeer(Peer):
    """A view of a widget. Its comm carries contents and buffers as docs/protocol.md says."""

    view = "v1"
    answers_pings = True

    def __init__(self) -> None:
        self.link: CommLink
        """The view's present attachment."""
        self.gone = False
        self.raw: list[tuple[dict[str, Any], list[bytes] | None]] = []
        self.messages: asyncio.Queue[str | bytes] = asyncio.Queue()
        self.close_message: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()

    def open(self, **options: Any) -> CommLink:
        """Attach the view to Python."""
        self.link = CommLink(self.deliver, self.view, asyncio.get_running_loop(), **options)
        return self.link

    def deliver(self, content: dict[str, Any], buffers: list[bytes] | None) -> None:
        """Be the comm: take what Python sends."""
        if self.gone:
            raise RuntimeError("Cannot send")
        self.raw.append((content, buffers))
        assert content["view"] == self.view
        assert buffers is not None
        (data,) = buffers
        if content.get("binary"):
            self.messages.put_nowait(data)
            return
        text = data.decode()
        if text.startswith("[7,"):
            return
        if text.startswith("[6,"):
            if not self.answers_pings:
                return
            self.link.feed({"view": self.view, "text": "[7," + text[3:]})
        elif text.startswith("[4,"):
            if not self.close_message.done():
                _, code, reason = json.loads(text)
                self.close_message.set_result((code, reason))
        else:
            self.messages.put_nowait(text)

    async def send(self, message: str | bytes) -> None:
        if isinstance(message, str):
            self.link.feed({"view": self.view, "text": message}, [])
        else:
            self.link.feed({"view": self.view, "binary": True}, [memoryview(message)])

    async def recv(self) -> str | bytes:
        return await self.messages.get()

    async def close(self, code: int, reason: str = "") -> None:
        self.link.peer_closed(code, reason)

    async def vanish(self) -> None:
        self.gone = True
        self.link.abort()

    async def closed(self) -> tuple[int, str]:
        return await self.close_message


@contextlib.asynccontextmanager
async def over_websocket(**options: Any) -> AsyncIterator[tuple[Client, WebSocketPeer]]:
    async with server(**options) as (clients, uri), connection(uri) as peer:
        client = await clients.get()
        yield client, WebSocketPeer(peer)


@contextlib.asynccontextmanager
async def connection(uri: str, **options: Any) -> AsyncIterator[ClientConnection]:
    """A connection that is aborted at the end: a peer that does not read would make closing wait."""
    peer = await connect(uri, subprotocols=[Subprotocol("domsync.v1")], compression=None, **options)
    try:
        yield peer
    finally:
        peer.transport.abort()
        await peer.wait_closed()


@contextlib.asynccontextmanager
async def server(
    *, resume: bool = False, link_options: dict[str, Any] | None = None, **options: Any
) -> AsyncIterator[tuple[asyncio.Queue[Client], str]]:
    """A server whose connections become clients, or with ``resume`` one. Yields a queue of them, and the URL."""
    clients: asyncio.Queue[Client] = asyncio.Queue()
    made: list[Client] = []

    async def handle(connection: ServerConnection) -> None:
        link = WebSocketLink(connection, **(link_options or {}))
        if resume and made:
            client = made[0]
            client.attach(link)
        else:
            client = Client(link, **options)
            made.append(client)
        clients.put_nowait(client)
        await run(client, keep=resume)

    started = await serve(
        handle, "127.0.0.1", 0, subprotocols=[Subprotocol("domsync.v1")], compression=None, ping_interval=None
    )
    host, port = started.sockets[0].getsockname()[:2]
    try:
        yield clients, f"ws://{host}:{port}/path?q=1"
    finally:
        for client in made:
            client.finished()
        started.close()
        await started.wait_closed()


@contextlib.asynccontextmanager
async def listening() -> AsyncIterator[tuple[asyncio.Queue[ServerConnection], str]]:
    """A server that does nothing with its connections. Yields a queue of them, and the URL."""
    connections: asyncio.Queue[ServerConnection] = asyncio.Queue()

    async def handle(connection: ServerConnection) -> None:
        connections.put_nowait(connection)
        await connection.wait_closed()

    async with serve(handle, "127.0.0.1", 0, subprotocols=[Subprotocol("domsync.v1")]) as started:
        port = started.sockets[0].getsockname()[1]
        yield connections, f"ws://127.0.0.1:{port}/"


@contextlib.asynccontextmanager
async def over_comm(*, close_timeout: float = 2, **options: Any) -> AsyncIterator[tuple[Client, CommPeer]]:
    peer = CommPeer()
    client = Client(peer.open(**options), close_timeout=close_timeout)
    running = asyncio.create_task(run(client))
    try:
        yield client, peer
    finally:
        client.finished()
        await running


async def refuses(client: Client) -> ConnectionClosed:
    """Wait for the end of the client and return what its ``recv()`` raises."""
    try:
        while True:
            await client.recv()
    except ConnectionClosed as exception:
        return exception


async def eventually(condition: Callable[[], bool]) -> None:
    """Let the loop turn until a condition holds; fail after 10 seconds."""
    turns = 0
    async with asyncio.timeout(10):
        while not condition():
            turns += 1
            # A loop that turns and turns keeps other threads from running.
            await asyncio.sleep(0 if turns < 1_000 else 0.001)
