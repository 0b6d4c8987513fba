"""Pages for tests: they speak domsync.v1, over a real WebSocket or a comm, and show what comes in a replica."""

from __future__ import annotations

import asyncio
import contextlib
import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from domsync_jupyter.sync import messages
from domsync_jupyter.sync.replica import Replica

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

DEADLINE_SECONDS = 10


class Page(ABC):
    """What a page knows and does, whatever carries it. It acknowledges what it has applied."""

    def __init__(self) -> None:
        self.replica = Replica()
        #: Every message that came, decoded.
        self.received: list[list[Any]] = []
        self.welcomes: list[messages.Welcome] = []
        self.notices: list[messages.Notice] = []
        #: Strings and bytes of the application.
        self.data: list[str | bytes] = []
        #: Questions that Python asked.
        self.questions: list[messages.Ask] = []
        #: Code and reason of a Close message: on a comm.
        self.close_message: tuple[int, str] | None = None
        #: The last `seq` applied, the last sent, and the last that Python said it had processed.
        self.applied = 0
        self.posted = 0
        self.processed = 0
        self.acknowledges = True
        self._arrival = asyncio.Event()

    @property
    def session(self) -> str:
        return self.welcomes[-1].session

    @abstractmethod
    async def say(self, message: messages.Upstream) -> None: ...

    def ended(self) -> str:
        """Why nothing will arrive any more, or ``""``."""
        return "" if self.close_message is None else f"closed with {self.close_message}"

    async def hello(self, session: str = "", seq: int = 0) -> None:
        """Say Hello, and wait until the document is there."""
        count = len(self.welcomes)
        await self.say(messages.Hello(1, session, seq, "a test"))
        await self.until(lambda: len(self.welcomes) > count and self.applied > 0)

    async def fire(
        self,
        type: str,
        target: int,
        /,
        *,
        edits: Any = (),
        values: Any = (),
        seq: int | None = None,
        **fields: Any,
    ) -> int:
        """Say that an event happened. Returns its number."""
        if seq is None:
            self.posted += 1
            seq = self.posted
        fields = {"bubbles": True} | fields
        await self.say(messages.Event(seq, self.applied, type, target, fields, list(edits), list(values)))
        return seq

    async def click(self, target: int) -> None:
        """Say that there was a click, and wait until its callbacks have run and what they did is shown."""
        seq = await self.fire("click", target)
        await self.until(lambda: self.processed >= seq)
        await self.settled()

    async def settled(self) -> None:
        """Wait until all has arrived that Python has to say now."""
        self.posted += 1
        seq = self.posted
        await self.say(messages.Edits(seq, self.applied, []))
        await self.until(lambda: self.processed >= seq)

    def find(self, id: str) -> int:
        """The number of the element with this id."""
        return next(n.number for n in self.replica.nodes.values() if n.attributes.get("id") == id)

    def html(self) -> str:
        return self.replica.root.html()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something that arrives makes the condition true."""
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                while not condition():
                    if words := self.ended():
                        raise AssertionError(f"{words}, after {self.received[-3:]}")
                    self._arrival.clear()
                    await self._arrival.wait()
        except TimeoutError:
            raise AssertionError(f"waited in vain; the last that came: {self.received[-5:]}") from None

    async def shows(self, html: str) -> None:
        """Wait until the page shows this."""
        try:
            await self.until(lambda: self.html() == html)
        except AssertionError:
            assert self.html() == html
            raise

    def receive(self, text: str) -> messages.Upstream | None:
        """Take one message; what is to be said to it."""
        message: list[Any] = json.loads(text)
        self.received.append(message)
        self._arrival.set()
        match message:
            case [0, *fields]:
                self.welcomes.append(messages.Welcome(*fields))
            case [1 | 2 | 5 as tag, seq, ack, *_, body]:
                if seq <= self.applied:
                    return None
                assert tag == 2 or seq == self.applied + 1, f"{seq} after {self.applied}"
                self.applied = seq
                if tag == 5:
                    self.data.append(body)
                else:
                    self.replica.apply(body)
                self.processed = max(self.processed, ack)
                if self.acknowledges:
                    return messages.Ack(seq)
            case [3, ack]:
                self.processed = max(self.processed, ack)
            case [4, code, reason]:
                self.close_message = code, reason
            case [6, token, _]:
                return messages.Pong(token, 0)
            case [8, *fields]:
                self.notices.append(messages.Notice(*fields))
            case [9, *fields]:
                self.questions.append(messages.Ask(*fields))
        return None


class PagePeer(Page):
    """A page over a WebSocket. It reads by itself."""

    def __init__(self, connection: ClientConnection) -> None:
        super().__init__()
        self.connection = connection
        self.reading = asyncio.create_task(self._read())

    async def say(self, message: messages.Upstream) -> None:
        await self.connection.send(messages.encode(message).decode())

    async def say_raw(self, text: str | bytes) -> None:
        await self.connection.send(text)

    def ended(self) -> str:
        if not self.reading.done():
            return ""
        self.reading.result()
        return f"closed with {self.connection.close_code} {self.connection.close_reason!r}"

    async def closed(self) -> tuple[int | None, str | None]:
        """Wait for the end of the connection; the code and reason of the close frame."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            await self.connection.wait_closed()
            await self.reading
        return self.connection.close_code, self.connection.close_reason

    async def leave(self) -> None:
        """Go for good, as a page does that is closed."""
        with contextlib.suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(1):
                await self.say(messages.Bye("view"))
                await self.connection.close()
        self.vanish()
        await self.connection.wait_closed()
        await self.reading

    def vanish(self) -> None:
        """Be gone without a word, as when the network or the machine fails."""
        self.connection.transport.abort()

    async def _read(self) -> None:
        try:
            async for message in self.connection:
                if isinstance(message, bytes):
                    self.data.append(message)
                    self._arrival.set()
                elif answer := self.receive(message):
                    await self.say(answer)
        except ConnectionClosed:
            pass
        finally:
            self._arrival.set()


class CommPage(Page):
    """A view of a widget. Its comm carries contents and buffers as docs/protocol.md says.

    Args:
        view: The string which the view made for itself.
        send: Takes a content and its buffers to Python.
    """

    def __init__(self, view: str, send: Callable[[dict[str, Any], list[memoryview]], None]) -> None:
        super().__init__()
        self.view = view
        self._send = send

    async def say(self, message: messages.Upstream) -> None:
        self.say_now(message)

    def say_now(self, message: messages.Upstream) -> None:
        self._send({"view": self.view, "text": messages.encode(message).decode()}, [])

    def say_binary(self, data: bytes) -> None:
        self._send({"view": self.view, "binary": True}, [memoryview(data)])

    def deliver(self, content: dict[str, Any], buffers: Sequence[bytes | memoryview] | None) -> None:
        """Take what Python sends to all views, at once."""
        if content["view"] not in (self.view, "*"):
            return
        assert buffers is not None
        (buffer,) = buffers
        if content.get("binary"):
            self.data.append(bytes(buffer))
            self._arrival.set()
        elif answer := self.receive(bytes(buffer).decode()):
            self.say_now(answer)


@contextlib.asynccontextmanager
async def page(
    url: str, *, greet: bool = True, origin: str | None = None, **options: Any
) -> AsyncIterator[PagePeer]:
    """A page that is connected to the server with this `url`."""
    address, _, fragment = url.partition("#")
    protocols = [Subprotocol("domsync.v1")]
    if fragment:
        protocols.append(Subprotocol(f"domsync.token.{fragment.removeprefix('token=')}"))
    connection = await connect(
        "ws" + address.removeprefix("http"),
        subprotocols=protocols,
        origin=None if origin is None else Origin(origin),
        compression=None,
        ping_interval=None,
        **options,
    )
    peer = PagePeer(connection)
    try:
        if greet:
            await peer.hello()
        yield peer
    finally:
        await peer.leave()


async def request(
    url: str, path: str = "/", *, method: str = "GET", headers: Mapping[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Make an HTTP request: the status, the headers in lower case, and the body."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        sent = {"Host": f"{parts.hostname}:{parts.port}"} | dict(headers or {})
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items()), "", ""]
        writer.write("\r\n".join(lines).encode())
        async with asyncio.timeout(DEADLINE_SECONDS):
            head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    finally:
        writer.close()
        await writer.wait_closed()
    status, *rest = head.decode().split("\r\n")
    found = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return int(status.split()[1]), found, body


async def eventually(condition: Callable[[], bool]) -> None:
    """Let the loop turn until a condition holds."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not condition():  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0)
    except TimeoutError:
        raise AssertionError("waited in vain") from None
