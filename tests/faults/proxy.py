"""A TCP proxy that breaks what goes through it: on demand, or by a schedule made from a seed.

It lives in a thread of its own, so that tests with and without an event loop can stand around it. TCP loses, doubles
and reorders nothing within a connection, and neither does this; what it does is late, slow, in pieces, or ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Literal, NamedTuple, Self, TypeVar
from urllib.parse import urlsplit

__all__ = ["DOWN", "UP", "Act", "Proxy", "schedule", "until"]

T = TypeVar("T")
How = Literal["rst", "fin"]
Direction = Literal["up", "down"]
#: From the page to the server, and back.
UP: Direction = "up"
DOWN: Direction = "down"
#: The most bytes that are read at once, and how many such pieces may wait before no more are read.
CHUNK, MAX_WAITING = 65_536, 16


@dataclass(frozen=True)
class Manners:
    """How bytes of one direction are treated.

    Attributes:
        delay: Seconds for which each byte is held back.
        rate: Bytes a second; 0 for no limit.
        segment: The most bytes that are written at once.
        stalled: Nothing is forwarded.
    """

    delay: float = 0
    rate: float = 0
    segment: int = CHUNK
    stalled: bool = False


class Act(NamedTuple):
    """One entry of a schedule: a method of `Proxy` and when to call it, in seconds from the start."""

    at: float
    method: str
    options: dict[str, Any]

    def __str__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self.options.items())
        return f"{self.at:.2f} s: {self.method}({options})"


class Proxy:
    """Stands between pages and one server, on a free port of the loopback interface.

    ``with`` starts it and stops it. Every method may be called from any thread, except the proxy's own, and what it
    asks for is in force when it returns.

    Args:
        host: Of the server.
        port: Of the server.
    """

    def __init__(self, host: str, port: int) -> None:
        self.target = host, port
        self.port = 0
        #: Connections so far, and how many of them were cut.
        self.accepted = 0
        self.cuts = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy")
        self._listener: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self._is_closing = False
        self._manners: dict[Direction, Manners] = {UP: Manners(), DOWN: Manners()}
        self._changed = asyncio.Event()
        self._fuse: _Fuse | None = None
        self._player: asyncio.Task[None] | None = None

    def through(self, url: str) -> str:
        """An address of the server as pages get to it through the proxy."""
        parts = urlsplit(url)
        return parts._replace(netloc=f"{parts.hostname}:{self.port}").geturl()

    def __enter__(self) -> Self:
        self._thread.start()
        self._do(self._listen)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._do(self._close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def open_connections(self) -> int:
        """Connections that go through at the moment."""
        return len(self._links)

    def delay(self, seconds: float, *directions: Direction) -> None:
        """Hold every byte back for so long, in these directions or both."""
        self._set(directions, delay=seconds)

    def throttle(self, bytes_per_second: float, *directions: Direction) -> None:
        """Forward no more than this; 0 lifts it."""
        self._set(directions, rate=bytes_per_second)

    def split(self, most_bytes: int, *directions: Direction) -> None:
        """Write no more than so many bytes at once, each in a segment of its own."""
        self._set(directions, segment=most_bytes)

    def stall(self, *directions: Direction) -> None:
        """Forward nothing, until `heal`. Neither side learns of it."""
        self._set(directions, stalled=True)

    def heal(self) -> None:
        """Forward at once and unchanged what comes and what waits; accept connections."""

        async def heal() -> None:
            self._manners = {UP: Manners(), DOWN: Manners()}
            self._tell()
            await self._listen()

        self._do(heal)

    def cut(self, how: How = "rst") -> int:
        """End all connections to both sides, with what was forwarded so far; how many there were."""
        count: int = self._do(lambda: self._cut(how))
        return count

    def cut_after(self, count: int, direction: Direction = DOWN, how: How = "rst") -> None:
        """Cut each connection, present and next, when so many more bytes have gone through: in the middle of a message.

        It happens once: the first connection that gets so far takes it for all.
        """

        async def arm() -> None:
            self._fuse = _Fuse(count, direction, how)

        self._do(arm)

    def forget(self) -> int:
        """Carry nothing more of the present connections, ever, and tell neither side: half-open; how many there were.

        Connections that come later are not concerned.
        """
        count: int = self._do(self._forget)
        return count

    def refuse(self) -> None:
        """Refuse new connections, until `heal`."""
        self._do(self._stop_listening)

    def play(self, acts: list[Act]) -> None:
        """Begin to do what the schedule says; `stop` ends it early, `wait` waits for its end."""

        async def play() -> None:
            start = self._loop.time()
            for act in acts:
                await asyncio.sleep(start + act.at - self._loop.time())
                await self._perform(act)

        async def begin() -> None:
            assert self._player is None or self._player.done(), "a schedule is being played"
            self._player = self._loop.create_task(play())

        self._do(begin)

    def wait(self, seconds: float = 60) -> None:
        """Wait for the end of the schedule."""

        async def wait() -> None:
            if self._player is not None:
                await self._player

        self._do(wait, seconds)

    def stop(self) -> None:
        """End the schedule, and `heal`. No cut is armed any more."""

        async def stop() -> None:
            self._fuse = None
            if self._player is not None:
                self._player.cancel()
                await asyncio.wait([self._player])

        self._do(stop)
        self.heal()

    # In the thread of the proxy

    def _do(self, function: Callable[[], Any], seconds: float = 20) -> Any:
        async def call() -> Any:
            result = function()
            return await result if asyncio.iscoroutine(result) else result

        return asyncio.run_coroutine_threadsafe(call(), self._loop).result(seconds)

    def _set(self, directions: tuple[Direction, ...], **changes: Any) -> None:
        self._do(lambda: self._change(directions or (UP, DOWN), changes))

    def _change(self, directions: tuple[Direction, ...], changes: dict[str, Any]) -> None:
        for direction in directions:
            self._manners[direction] = replace(self._manners[direction], **changes)
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _perform(self, act: Act) -> None:
        options = dict(act.options)
        directions = options.pop("directions", (UP, DOWN))
        match act.method:
            case "cut":
                self._cut(**options)
            case "cut_after":
                self._fuse = _Fuse(options["count"], options["direction"], options["how"])
            case "forget":
                self._forget()
            case "refuse":
                await self._stop_listening()
            case "heal":
                self._manners = {UP: Manners(), DOWN: Manners()}
                self._tell()
                await self._listen()
            case "stall":
                self._change(directions, {"stalled": True})
            case "delay" | "rate" | "segment" as name:
                self._change(directions, {name: options["value"]})
            case _:
                raise AssertionError(act)

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = await asyncio.start_server(
                self._connected, "127.0.0.1", self.port, reuse_address=True
            )
            self.port = self._listener.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            # Not awaited: from Python 3.12 on that waits for the connections too.
            listener.close()

    async def _close(self) -> None:
        if self._player is not None:
            self._player.cancel()
            await asyncio.wait([self._player])
        await self._stop_listening()
        self._is_closing = True
        self._cut("rst")
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        if tasks:
            await asyncio.wait(tasks, timeout=5)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.target)
        except OSError:
            writer.transport.abort()
            return
        link = _Link(writer, far_writer)
        if self._is_closing:
            link.cut("rst")
            return
        self._links.add(link)
        try:
            up = self._loop.create_task(self._carry(link, UP, reader, far_writer))
            down = self._loop.create_task(self._carry(link, DOWN, far_reader, writer))
            await asyncio.wait([up, down])
        finally:
            self._links.discard(link)
            await link.end()

    async def _carry(
        self, link: _Link, direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Read and forward, until either side ends; the other side is told then."""
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(MAX_WAITING)

        async def read() -> None:
            try:
                while data := await reader.read(CHUNK):
                    await waiting.put((self._loop.time(), data))
            except OSError:
                link.cut("rst")
                return
            await waiting.put((self._loop.time(), b""))

        reading = self._loop.create_task(read())
        current = asyncio.current_task()
        assert current is not None
        link.tasks |= {reading, current}
        try:
            while True:
                came, data = await waiting.get()
                await self._hold(link, came, direction)
                if not data:
                    writer.write_eof()
                    return
                while data:
                    step = self._manners[direction].segment
                    piece, data = data[:step], data[step:]
                    await self._forward(writer, piece, direction)
                    await self._hold(link, came, direction)
        except OSError:
            link.cut("rst")
        finally:
            reading.cancel()

    async def _forward(self, writer: asyncio.StreamWriter, piece: bytes, direction: Direction) -> None:
        fuse = self._fuse
        if fuse is not None and fuse.direction == direction:
            if fuse.left < len(piece):
                self._fuse = None
                writer.write(piece[: fuse.left])
                self._cut(fuse.how)
                return
            self._fuse = fuse._replace(left=fuse.left - len(piece))
        writer.write(piece)
        await writer.drain()
        manners = self._manners[direction]
        if manners.rate:
            await asyncio.sleep(len(piece) / manners.rate)
        elif manners.segment < CHUNK:
            await asyncio.sleep(0)  # Or the next piece would join this one.

    async def _hold(self, link: _Link, came: float, direction: Direction) -> None:
        """Wait until what came then may go on."""
        while True:
            manners, changed = self._manners[direction], self._changed
            late = came + manners.delay - self._loop.time()
            stalled = manners.stalled or link.forgotten
            if not stalled and late <= 0:
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(None if stalled else late):
                    await changed.wait()

    def _forget(self) -> int:
        for link in self._links:
            link.forgotten = True
        return len(self._links)

    def _cut(self, how: How) -> int:
        links = list(self._links)
        for link in links:
            link.cut(how)
        self.cuts += len(links)
        return len(links)


class _Fuse(NamedTuple):
    left: int
    direction: Direction
    how: How


class _Link:
    """One connection: a socket to each side."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self._writers = near, far
        self.forgotten = False
        self.tasks: set[asyncio.Task[Any]] = set()
        for writer in self._writers:
            writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def cut(self, how: How) -> None:
        for writer in self._writers:
            if how == "rst":
                # Without this, the end of a socket whose data was all read is a FIN.
                with contextlib.suppress(OSError):
                    writer.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                    )
                writer.transport.abort()
            else:
                writer.close()
        for task in self.tasks:
            task.cancel()

    async def end(self) -> None:
        for writer in self._writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def schedule(rnd: random.Random, seconds: float, *, harshness: float = 1) -> list[Act]:
    """A schedule of faults, which ends with a `heal`.

    Args:
        rnd: Where it is taken from.
        seconds: How long it lasts.
        harshness: How frequent faults are: 1 for about two a second.
    """
    acts: list[Act] = []
    now = 0.0
    while (now := now + rnd.expovariate(2 * harshness)) < seconds:
        directions = rnd.choice([(UP,), (DOWN,), (UP, DOWN)])
        how = rnd.choice(["rst", "fin"])
        match rnd.randrange(8):
            case 0:
                acts.append(Act(now, "cut", {"how": how}))
            case 1:
                options = {"count": rnd.randrange(1, 3_000), "direction": rnd.choice([UP, DOWN]), "how": how}
                acts.append(Act(now, "cut_after", options))
            case 2:
                acts.append(Act(now, "stall", {"directions": directions}))
                now += rnd.uniform(0.05, 1)
                acts.append(Act(now, "heal", {}))
            case 3:
                acts.append(Act(now, "refuse", {}))
                acts.append(Act(now, "cut", {"how": how}))
                now += rnd.uniform(0.05, 1)
                acts.append(Act(now, "heal", {}))
            case 4:
                acts.append(Act(now, "delay", {"value": rnd.uniform(0, 0.2), "directions": directions}))
            case 5:
                acts.append(
                    Act(now, "rate", {"value": rnd.uniform(20_000, 200_000), "directions": directions})
                )
            case 6:
                acts.append(Act(now, "segment", {"value": rnd.randrange(1, 100), "directions": directions}))
            case 7:
                acts.append(Act(now, "forget", {}))
    acts.append(Act(max(now, seconds), "heal", {}))
    return acts


def until(condition: Callable[[], T], seconds: float = 20) -> T:
    """Wait, without an event loop, until something is true; return it."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
    return value
