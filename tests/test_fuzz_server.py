"""Random and nearly right messages: no error, the right close code, the others served, nothing left over.

Environment:
    DOMSYNC_FUZZ: How many messages; 20,000 by default, 1,000,000 in ``make soak``.
    DOMSYNC_FUZZ_SEED: Repeats a run; it is printed.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import random
import weakref
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close
from websockets.typing import Subprotocol

from domsync_jupyter import DomsyncError, DomsyncServer
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.eval_session import EvalSession
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.sync.session import Session
from domsync_jupyter.transports.client import Client
from domsync_jupyter.transports.host import Host
from domsync_jupyter.transports.link import Link, connection_closed
from tests.faults.soak import pick, report
from tests.hostile import Hostile
from tests.peer import eventually, page

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator

    from domsync_jupyter import Event

COUNT = int(os.environ.get("DOMSYNC_FUZZ") or pick(20_000, 1_000_000))
SEED = int(os.environ.get("DOMSYNC_FUZZ_SEED", "0")) or random.randrange(1, 2**32)
#: The share of messages that go over sockets, which cost more.
OVER_SOCKETS = 0.1
#: Close codes that a page may earn, and 1001 for one that says Bye.
CODES = {1001, 1002, 1003, 1007, 1008, 1009}
#: Messages of one connection, if it lives so long.
MOST = 200
MOST_OVER_SOCKETS = 50
HELLO = messages.encode(messages.Hello(messages.VERSION, "", 0, "fuzz")).decode()

pytestmark = pytest.mark.timeout(60 + COUNT / 100)


async def app(server: Any, client: Client) -> None:
    """Listens to everything, to what a page may say and what it may not, and survives any value."""
    document = server.get_document(client)
    root = document.getRootElement()
    clicks = document.createElement("button", id="b", innerText="0")

    def on_click(event: Event) -> None:
        clicks.innerText = str(int(clicks.innerText) + 1)
        root.setAttribute("title", repr((event.target, dict(event)))[:100].encode(errors="replace").decode())

    async def on_change(event: Event) -> None:
        await asyncio.sleep(0)
        files = event.get("files")
        for file in files if isinstance(files, list) else ():
            with contextlib.suppress(DomsyncError, TimeoutError, ConnectionClosed):
                async with asyncio.timeout(0.01):
                    await file.read()

    clicks.addEventListener("click", on_click, "this.value")
    root.append(clicks)
    for markup in ("<input id='i'>", "<input type='checkbox' checked>", "<textarea>t</textarea>", "<input type='file'>",
                   "<select><option>1<option>2</select>", "<select multiple><option>1<option>2</select>"):  # fmt: skip
        part = document.createElement("p")
        part.innerHTML = markup
        control: Any = part.firstChild
        control.addEventListener("input", lambda event: event.get("value"), "this.value")
        control.addEventListener("change", on_change)
        control.addEventListener("keydown", lambda event: None, keys=["Enter"], prevent_default=True)
        control.addEventListener("scroll", lambda event: None, debounce_ms=1)
        root.append(part)
    with contextlib.suppress(ConnectionClosed):
        async for message in client:
            with contextlib.suppress(UnicodeEncodeError):
                await client.send(message)


class Complaints(logging.Handler):
    """Formats all that is logged, and keeps what is an error; not the faults that pages say they have."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        text.encode()
        if record.exc_info or (record.levelno >= logging.ERROR and ": fault " not in text):
            self.texts.append(text)


@contextlib.contextmanager
def listening() -> Iterator[list[str]]:
    """The errors that are logged meanwhile."""
    handler = Complaints()
    logger = logging.getLogger("domsync_jupyter")
    # pytest would keep all records, and with them the elements and exceptions that are spoken of.
    handlers, logger.handlers = logger.handlers, [handler]
    logger.propagate = False
    print(f"\nfuzz: repeat with DOMSYNC_FUZZ={COUNT} DOMSYNC_FUZZ_SEED={SEED}")
    try:
        yield handler.texts
    finally:
        logger.handlers, logger.propagate = handlers, True
    assert not handler.texts


class FuzzLink(Link):
    """A socket without a network. What is sent down it is encoded, and gone."""

    request = response = subprotocol = local_address = remote_address = None

    def __init__(self, source: Hostile, count: int, is_eval: bool) -> None:
        super().__init__(asyncio.get_running_loop())
        self.source = source
        self.said = 0
        self.last: list[str | bytes] = []
        self._count = count
        self._is_eval = is_eval
        self._ended: Any = None

    @property
    def is_open(self) -> bool:
        return self._ended is None

    @property
    def ended(self) -> Any:
        return self._ended

    async def transmit(self, text: str | bytes) -> bool:
        return self.transmit_nowait(text)

    async def transmit_binary(self, data: bytes) -> bool:
        return self.transmit_nowait(data)

    def transmit_nowait(self, text: str | bytes) -> bool:
        self.source.heard(text if isinstance(text, bytes) else text.encode())
        return self.is_open

    async def drain(self) -> None:
        return

    async def messages(self) -> AsyncGenerator[str | bytes]:
        if not self._is_eval:
            yield HELLO
        for _ in range(3):  # The app, and its first frame.
            await asyncio.sleep(0)
        while self.said < self._count and self.is_open:
            self.said += 1
            message = self.source.eval_message() if self._is_eval else self.source.message()
            self.last = [*self.last[-4:], message]
            yield message
            if self.said % 20 == 0:
                await asyncio.sleep(0)
        self.abort()

    async def send_ping(self, token: str, answered: Any) -> None:
        return

    async def send_pong(self, token: str) -> None:
        return

    def peer_closed(self, code: int = 1001, reason: str = "") -> None:
        self._end(Close(code, reason), None)

    async def close(self, frame: Close) -> None:
        self._end(None, frame)

    def abort(self) -> None:
        self._end(None, None)

    def _end(self, rcvd: Close | None, sent: Close | None) -> None:
        if self._ended is None:
            self._ended = connection_closed(rcvd, sent, None)

    @property
    def code(self) -> int:
        """With which code it was closed; 0 if it was not."""
        frame = self._ended and (self._ended.sent or self._ended.rcvd)
        return frame.code if frame else 0


async def test_in_process() -> None:
    """From `Session.decode` to the callbacks, without sockets."""
    with listening() as complaints:
        await fuzz_in_process(complaints)


async def fuzz_in_process(complaints: list[str]) -> None:
    limits = Limits(messages_per_second=10**6)
    host = Host(app, limits=limits, resume_seconds=0)
    viewers: weakref.WeakSet[Any] = weakref.WeakSet()
    source = random.Random(SEED)
    codes: Counter[int] = Counter()
    left = int(COUNT * (1 - OVER_SOCKETS))
    while left > 0:
        wildness = source.choice([0, 0.02, 0.1, 0.5, 1])
        seed, is_eval = source.randrange(2**32), source.random() < 0.2
        link = FuzzLink(Hostile(seed, wildness), min(left, MOST), is_eval)
        viewer = host.open(Client(link), EvalSession if is_eval else Session)
        viewers.add(viewer)
        await viewer.run_socket()
        await host.socket_ended(viewer)
        codes[link.code] += 1
        assert link.code in CODES | {0}, (link.code, seed, link.last)
        assert not complaints, (complaints, SEED, seed, link.last)
        left -= max(link.said, 1)
    report(f"fuzz: {COUNT - int(COUNT * OVER_SOCKETS):,} messages in process; closed with {dict(codes)}")
    assert {1002, 1007} <= codes.keys(), "the messages are hostile"
    assert codes[0] > 10, "and not all of them"
    assert host.get_clients() == []
    assert host._by_session == {}
    assert host._audiences == {}
    viewer = link = None  # type: ignore[assignment]  # lets go of them
    await asyncio.sleep(0.05)  # longer than what the app waits for, and than what is debounced
    gc.collect()
    assert not viewers


async def test_over_sockets() -> None:
    """With somebody beside who wants to be served."""
    with listening() as complaints:
        await fuzz_over_sockets(complaints)


async def fuzz_over_sockets(complaints: list[str]) -> None:
    source = random.Random(SEED + 1)
    codes: Counter[int | None] = Counter()
    left = int(COUNT * OVER_SOCKETS)
    limits = Limits(messages_per_second=10**6)
    async with (
        DomsyncServer(
            app, "127.0.0.1", 0, verbose=False, resume_seconds=0, max_message_bytes=50_000, limits=limits
        ) as server,
        page(server.url) as bystander,
    ):
        await bystander.until(lambda: "select" in bystander.html())
        button, clicks = bystander.find("b"), 0
        while left > 0:
            seeds = [source.randrange(2**32) for _ in range(8)]
            said, ended = zip(*await asyncio.gather(*(attack(server, seed) for seed in seeds)), strict=True)
            codes.update(ended)
            left -= sum(said)
            assert {code for code in ended if code is not None} <= CODES | {1006}, (SEED, seeds, ended)
            assert not complaints, (complaints, SEED, seeds)
            clicks += 1
            await bystander.click(button)
            await bystander.until(lambda clicks=clicks: f">{clicks}<" in bystander.html())  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        await eventually(lambda: len(server.get_clients()) == 1 and len(server._entrance.connections) == 1)
        assert server._greeting == 0
        report(f"fuzz: {int(COUNT * OVER_SOCKETS):,} messages over sockets; closed with {dict(codes)}")
        assert {1002, 1007, 1009} <= codes.keys() or COUNT < 100_000


async def attack(server: DomsyncServer, seed: int) -> tuple[int, int | None]:
    """One connection; how much it said, and the close code."""
    chance = random.Random(seed)
    hostile = Hostile(seed, chance.choice([0.02, 0.1, 1]))
    if chance.random() < 0.1:
        return await speak_no_http(server, hostile)
    is_eval = chance.random() < 0.2
    offered = None if is_eval else [Subprotocol("domsync.v1")]
    async with connect(
        f"ws://127.0.0.1:{server.port}/",
        subprotocols=offered,
        compression=None,
        ping_interval=None,
        max_queue=None,
    ) as connection:
        said = 0

        async def listen() -> None:
            async for message in connection:
                hostile.heard(message if isinstance(message, bytes) else message.encode())

        reading = asyncio.create_task(listen())
        with contextlib.suppress(ConnectionClosed):
            if not is_eval and chance.random() < 0.95:
                await connection.send(HELLO)
            while said < MOST_OVER_SOCKETS:
                said += 1
                if chance.random() < 0.002:
                    await connection.send("x" * 50_001)
                elif chance.random() < 0.01:
                    # No frame at all, or one that is against the rules.
                    connection.transport.write(chance.randbytes(chance.randrange(1, 30)))
                else:
                    await connection.send(hostile.eval_message() if is_eval else hostile.message())
            if is_eval or chance.random() < 0.5:
                connection.transport.abort()
            else:
                await connection.send(messages.encode(messages.Bye("view")).decode())
        with contextlib.suppress(TimeoutError):
            # Random bytes may have announced a long frame, for whose rest the server waits.
            async with asyncio.timeout(0.2):
                await connection.wait_closed()
        connection.transport.abort()
        with contextlib.suppress(ConnectionClosed):
            await reading
    return said, connection.close_code


async def speak_no_http(server: DomsyncServer, hostile: Hostile) -> tuple[int, None]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(hostile._noise() + b"\r\n\r\n")
    with contextlib.suppress(ConnectionError, TimeoutError):
        async with asyncio.timeout(0.2):
            await reader.read()
    writer.transport.abort()
    return 1, None
