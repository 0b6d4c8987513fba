"""A link over a WebSocket.

Owns the writing to one connection of :mod:`websockets`: the order of messages from several
threads, the wait for a slow peer, and the deadline for one that reads nothing at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from websockets.asyncio.server import ServerConnection, broadcast
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close, CloseCode
from websockets.protocol import State

from domsync_jupyter.transports.link import Link, connection_closed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine

    from websockets.http11 import Request, Response
    from websockets.typing import Subprotocol

__all__ = ["WebSocketLink"]

# How often in `write_timeout` it is looked whether the peer reads: a peer that stops right after one look is cut off
# by so much later.
LOOKS = 10


class Outgoing(NamedTuple):
    data: bytes
    is_text: bool


class WebSocketLink(Link):
    """One connection of a viewer.

    Make it in the event loop of the connection.

    Args:
        connection: The connection, open.
        write_timeout: Seconds after which a peer that reads nothing is cut off (a tenth more, at most), while
            more than the connection's ``write_limit`` waits to be written. A slow peer that reads something
            in that time is not. websockets' keepalive does not do this: its ping waits behind the data.
    """

    def __init__(self, connection: ServerConnection, *, write_timeout: float = 4) -> None:
        super().__init__(asyncio.get_running_loop(), connection.id)
        self.write_timeout = write_timeout
        """Seconds after which a peer that reads nothing is cut off."""
        self._connection = connection
        self._thread = threading.get_ident()
        # Appended to by any thread, emptied by the loop alone: one order for all writers.
        self._outgoing: deque[Outgoing] = deque()
        self._watch: asyncio.Task[None] | None = None
        # Bytes added to the write buffer since the watch looked last.
        self._buffered = 0
        # What the connection itself does not know about its end.
        self._aborted = False
        self._goodbye: Close | None = None
        self._cause: BaseException | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def request(self) -> Request | None:
        """Opening request."""
        return self._connection.request

    @property
    def response(self) -> Response | None:
        """Response to :attr:`request`."""
        return self._connection.response

    @property
    def subprotocol(self) -> Subprotocol | None:
        """Subprotocol that was agreed on; :obj:`None` if there was none to agree on."""
        return self._connection.subprotocol

    @property
    def local_address(self) -> Any:
        """This end; ``(host, port)`` for IPv4."""
        return self._connection.local_address

    @property
    def remote_address(self) -> Any:
        """The viewer's end; ``(host, port)`` for IPv4."""
        return self._connection.remote_address

    @property
    def latency(self) -> float:
        """Last round-trip time in seconds, by keepalive or a ping; 0.0 before the first."""
        return self._connection.latency

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent now. Once false it stays so. Any thread."""
        return not self._aborted and self._goodbye is None and self._connection.state is State.OPEN

    @property
    def ended(self) -> ConnectionClosed | None:
        """How the connection ended, with what it does not know by itself; :obj:`None` while it has not."""
        if self._connection.state is not State.CLOSED:
            return None
        exception = self._connection.protocol.close_exc
        if exception.rcvd is None and self._goodbye is not None:
            return connection_closed(self._goodbye, exception.sent or self._goodbye, True, self._cause)
        return connection_closed(exception.rcvd, exception.sent, exception.rcvd_then_sent, self._cause)

    async def transmit(self, text: str | bytes) -> bool:
        """Write one text message and wait until the socket has room again.

        Raises:
            ConnectionClosed: If the connection is gone, by the deadline of ``write_timeout`` or otherwise.
        """
        return await self._write(as_bytes(text), is_text=True)

    async def transmit_binary(self, data: bytes) -> bool:
        """Like :meth:`transmit`, for a binary message."""
        return await self._write(data, is_text=False)

    def transmit_nowait(self, text: str | bytes) -> bool:
        """Write one text message from any thread, without waiting.

        In the loop's own thread it is written at once, from another one as soon as the loop turns.
        """
        if not self.is_open:
            return False
        self._outgoing.append(Outgoing(as_bytes(text), is_text=True))
        if self._in_loop():
            self._pump()
            return True
        try:
            self.loop.call_soon_threadsafe(self._pump)
        except RuntimeError:
            return False  # The loop is closed.
        return True

    @property
    def has_room(self) -> bool:
        """Whether :meth:`drain` has nothing to wait for."""
        return self._watch is None

    async def drain(self) -> None:
        """Wait until the socket has room again, or has ended. Never raises.

        It has room when at most the connection's ``write_limit`` waits to be written, and has ended by
        the deadline of ``write_timeout`` if the peer reads nothing.
        """
        self._pump()
        if self._watch is not None:
            await asyncio.shield(self._watch)

    async def messages(self) -> AsyncGenerator[str | bytes]:
        """Iterate over what comes, to the end."""
        try:
            while True:
                yield await self._connection.recv()
        except ConnectionClosed as exception:
            self._cause = self._cause or exception.__cause__

    async def send_ping(self, token: str, answered: Callable[[str], None]) -> None:
        """Write a ping; the pong that comes is none of :meth:`messages`."""

        def pong_came(done: asyncio.Future[float]) -> None:
            # A lost connection fails or cancels the future.
            if not done.cancelled() and done.exception() is None:
                answered(token)

        pong = await self._connection.ping(token.encode("latin-1"))
        assert isinstance(pong, asyncio.Future)
        pong.add_done_callback(pong_came)

    async def send_pong(self, token: str) -> None:
        """Write a pong."""
        await self._connection.pong(token.encode("latin-1"))

    def peer_closed(self, code: CloseCode | int = CloseCode.GOING_AWAY, reason: str = "") -> None:
        """Say that the page said, in the protocol, that it goes away. Any thread.

        The connection is closed, with the deadline of ``close_timeout``. If no close frame comes, this
        goodbye stands for it.
        """
        frame = Close(code, reason)
        if self._in_loop():
            self._say_goodbye(frame)
        else:
            with contextlib.suppress(RuntimeError):  # The loop is closed, and all is over.
                self.loop.call_soon_threadsafe(self._say_goodbye, frame)

    async def close(self, frame: Close) -> None:
        """Close with this frame; a peer that does not answer it within ``close_timeout`` is cut off. Idempotent."""
        try:
            async with asyncio.timeout(self.close_timeout):
                await self._connection.close(frame.code, frame.reason)
        except TimeoutError:
            self._cut_off(f"the peer did not answer the close frame in {self.close_timeout:g} seconds")
            await self._connection.wait_closed()

    def abort(self) -> None:
        """Cut off the connection without a close frame. Idempotent."""
        if not self._aborted and self._connection.state is not State.CLOSED:
            self._connection.transport.abort()
        self._aborted = True

    async def _write(self, data: bytes, *, is_text: bool) -> bool:
        if self._goodbye is not None:
            return False
        self._outgoing.append(Outgoing(data, is_text))
        await self.drain()
        if self._aborted or self._connection.state is not State.OPEN:
            await self._wait_lost()
            raise self.ended or connection_closed()
        return True

    def _in_loop(self) -> bool:
        # Not by asyncio's `get_running_loop`: this is asked for each message to each viewer, and that makes
        # a system call each time (before Python 3.12).
        return threading.get_ident() == self._thread and not self.loop.is_closed()

    def _pump(self) -> None:
        """Write all that was handed over, and watch the peer if it falls behind."""
        transport = self._connection.transport
        while self._outgoing:
            data, is_text = self._outgoing.popleft()
            if not self.is_open:
                continue  # asyncio warns of those who write to what was cut off.
            before = transport.get_write_buffer_size()
            # Of websockets' public functions, the one that writes without waiting.
            try:
                broadcast([self._connection], data, text=is_text, raise_exceptions=True)
            except ExceptionGroup:
                self.logger.debug("cannot write to the connection", exc_info=True)
                transport.abort()
            self._buffered += transport.get_write_buffer_size() - before
        if self._watch is None and (size := transport.get_write_buffer_size()):
            _, high = transport.get_write_buffer_limits()
            if size > high:
                self._watch = self._spawn(self._watch_writing())

    async def _watch_writing(self) -> None:
        """Wait until the socket has room, and cut off a peer that reads nothing."""
        transport = self._connection.transport
        # Looks, and not a clock: while this loop is blocked, it is not the peer's fault that nothing is read.
        looks_in_vain = 0
        try:
            while looks_in_vain < LOOKS:
                size, self._buffered = transport.get_write_buffer_size(), 0
                try:
                    async with asyncio.timeout(self.write_timeout / LOOKS):
                        await self._connection.drain()
                    return
                except TimeoutError:
                    has_read = transport.get_write_buffer_size() - self._buffered < size
                    looks_in_vain = 0 if has_read else looks_in_vain + 1
            self._cut_off(
                f"the peer {self.remote_address} has read nothing for {self.write_timeout:g} seconds"
            )
            await self._connection.wait_closed()
        except OSError:
            return  # The connection is lost, which its reader reports.
        finally:
            self._watch = None

    async def _wait_lost(self) -> None:
        try:
            async with asyncio.timeout(self.close_timeout):
                await self._connection.wait_closed()
        except TimeoutError:
            self._cut_off(f"the peer did not finish closing in {self.close_timeout:g} seconds")
            await self._connection.wait_closed()

    def _cut_off(self, why: str) -> None:
        self.logger.info("cut off: %s", why)
        self._cause = TimeoutError(why)
        self._connection.transport.abort()

    def _say_goodbye(self, frame: Close) -> None:
        if not self._aborted:
            self._goodbye = frame
            self._spawn(self.close(frame))

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self.loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def as_bytes(data: str | bytes) -> bytes:
    """Return the UTF-8 of a text message."""
    return data.encode() if isinstance(data, str) else data
