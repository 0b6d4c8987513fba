"""A client over a WebSocket.

Owns the writing to one connection of :mod:`websockets` at a time: the order of messages from several
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

from domsync_jupyter.transports.client import Client, connection_closed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from websockets.http11 import Request, Response
    from websockets.typing import Subprotocol

__all__ = ["WebSocketClient"]


class Outgoing(NamedTuple):
    connection: ServerConnection
    data: bytes
    is_text: bool


class WebSocketClient(Client):
    """One viewer over a WebSocket, across any number of connections.

    Make it in the event loop of the connections.

    Args:
        connection: The first connection, open.
        write_timeout: Seconds after which a peer that reads nothing is cut off, while more than
            the connection's ``write_limit`` waits to be written. A slow peer that reads something
            in that time is not. websockets' keepalive does not do this: its ping waits behind the data.
        close_timeout: Seconds that :meth:`close` waits for the peer before it cuts it off.
        max_inbox_messages: See :meth:`receive_app`.
        max_inbox_bytes: See :meth:`receive_app`.
    """

    def __init__(
        self,
        connection: ServerConnection,
        *,
        write_timeout: float = 5,
        close_timeout: float = 2,
        max_inbox_messages: int = 1_000,
        max_inbox_bytes: int = 2**20,
    ) -> None:
        super().__init__(
            asyncio.get_running_loop(),
            id=connection.id,
            close_timeout=close_timeout,
            max_inbox_messages=max_inbox_messages,
            max_inbox_bytes=max_inbox_bytes,
        )
        self.write_timeout = write_timeout
        """Seconds after which a peer that reads nothing is cut off."""
        # The last connection stays here when it is detached, for its request and addresses.
        self._connection = connection
        self._detached = True
        self._thread = threading.get_ident()
        # Appended to by any thread, emptied by the loop alone: one order for all writers.
        self._outgoing: deque[Outgoing] = deque()
        self._watch: asyncio.Task[None] | None = None
        # What the connection itself does not know about its end.
        self._goodbye: Close | None = None
        self._overdue: TimeoutError | None = None
        # Bytes added to the write buffer since the watch looked last.
        self._buffered = 0
        self.attach(connection)

    @property
    def request(self) -> Request | None:
        """Opening request of the last connection."""
        return self._connection.request

    @property
    def response(self) -> Response | None:
        """Opening response of the last connection."""
        return self._connection.response

    @property
    def subprotocol(self) -> Subprotocol | None:
        """Subprotocol of the last connection; :obj:`None` if there was none to agree on."""
        return self._connection.subprotocol

    @property
    def local_address(self) -> Any:
        """This end of the last connection; ``(host, port)`` for IPv4."""
        return self._connection.local_address

    @property
    def remote_address(self) -> Any:
        """The viewer's end of the last connection; ``(host, port)`` for IPv4."""
        return self._connection.remote_address

    @property
    def latency(self) -> float:
        """Last round-trip time in seconds, by keepalive or :meth:`ping`; 0.0 before the first."""
        return self._connection.latency or self._latency

    @property
    def attached(self) -> bool:
        """For the runtime: whether there is an open connection now. Any thread."""
        return not self._detached and self._goodbye is None and self._connection.state is State.OPEN

    def attach(self, connection: ServerConnection) -> None:
        """For the runtime: go on with another connection of the same viewer.

        A connection that is still there is cut off: the viewer has left it.

        Raises:
            ConnectionClosed: If the session has ended. The connection is left as it is.
        """
        if self._state is not State.OPEN:
            raise self._closed_exception()
        previous, was_detached = self._connection, self._detached
        self._connection, self._detached = connection, False
        self._watch, self._buffered = None, 0
        self._goodbye = self._overdue = None
        self._outgoing.clear()
        if previous is not connection and not was_detached:
            previous.transport.abort()
        self._socket_came()

    def detach(self) -> None:
        """For the runtime: cut off the connection without a close frame. Idempotent."""
        if not self._detached and self._connection.state is not State.CLOSED:
            self._connection.transport.abort()
        self._detached = True
        self._outgoing.clear()

    async def transmit(self, text: str | bytes) -> bool:
        """For the runtime: write one text message and wait until the socket has room again.

        Raises:
            ConnectionClosed: If the connection is gone, by the deadline of ``write_timeout`` or otherwise.
        """
        return await self._write(as_bytes(text), is_text=True)

    async def transmit_binary(self, data: bytes) -> bool:
        """For the runtime: like :meth:`transmit`, for a binary message."""
        return await self._write(data, is_text=False)

    def transmit_nowait(self, text: str | bytes) -> bool:
        """For the runtime: write one text message from any thread, without waiting.

        In the loop's own thread it is written at once, from another one as soon as the loop turns.
        """
        if not self.attached:
            return False
        self._outgoing.append(Outgoing(self._connection, as_bytes(text), is_text=True))
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
        """For the runtime: whether :meth:`drain` has nothing to wait for."""
        return self._watch is None

    async def drain(self) -> None:
        """For the runtime: wait until the socket has room again, or is gone, or there is none. Never raises.

        It has room when at most the connection's ``write_limit`` waits to be written, and is gone by
        the deadline of ``write_timeout`` if the peer reads nothing.
        """
        self._pump()
        if self._watch is not None:
            await asyncio.shield(self._watch)

    def peer_closed(self, code: CloseCode | int = CloseCode.GOING_AWAY, reason: str = "") -> None:
        """For the runtime: the page said, in the protocol, that it goes away. Any thread.

        The connection is closed, with the deadline of ``close_timeout``. If no close frame comes, this
        goodbye stands for it.
        """
        frame = Close(code, reason)
        if self._in_loop():
            self._say_goodbye(frame)
        else:
            with contextlib.suppress(RuntimeError):  # The loop is closed, and all is over.
                self.loop.call_soon_threadsafe(self._say_goodbye, frame)

    async def _write(self, data: bytes, *, is_text: bool) -> bool:
        if self._detached or self._goodbye is not None:
            return False
        connection = self._connection
        self._outgoing.append(Outgoing(connection, data, is_text))
        await self.drain()
        if connection.state is not State.OPEN:
            await self._wait_lost(connection)
            raise self._ending(connection, connection.protocol.close_exc)
        return True

    def _in_loop(self) -> bool:
        # Not by asyncio's `get_running_loop`: this is asked for each message to each viewer, and that makes
        # a system call each time (before Python 3.12).
        return threading.get_ident() == self._thread and not self.loop.is_closed()

    def _pump(self) -> None:
        """Write all that was handed over, and watch the peer if it falls behind."""
        transport = self._connection.transport
        while self._outgoing:
            connection, data, is_text = self._outgoing.popleft()
            if connection is not self._connection or not self.attached:
                continue
            before = transport.get_write_buffer_size()
            # Of websockets' public functions, the one that writes without waiting.
            try:
                broadcast([connection], data, text=is_text, raise_exceptions=True)
            except ExceptionGroup:
                self.logger.debug("cannot write to the connection", exc_info=True)
                transport.abort()
            self._buffered += transport.get_write_buffer_size() - before
        if self._watch is None and (size := transport.get_write_buffer_size()):
            _, high = transport.get_write_buffer_limits()
            if size > high:
                self._watch = self._spawn(self._watch_writing(self._connection))

    async def _watch_writing(self, connection: ServerConnection) -> None:
        transport = connection.transport
        try:
            while True:
                size, self._buffered = transport.get_write_buffer_size(), 0
                try:
                    async with asyncio.timeout(self.write_timeout):
                        await connection.drain()
                    return
                except TimeoutError:
                    if transport.get_write_buffer_size() - self._buffered >= size:
                        self._cut_off(
                            connection,
                            f"the peer {connection.remote_address} has read nothing for "
                            f"{self.write_timeout:g} seconds",
                        )
                        await connection.wait_closed()
                        return
        except OSError:
            return  # The connection is lost, which its reader reports.
        finally:
            if self._connection is connection:
                self._watch = None

    async def _wait_lost(self, connection: ServerConnection) -> None:
        try:
            async with asyncio.timeout(self.close_timeout):
                await connection.wait_closed()
        except TimeoutError:
            self._cut_off(connection, f"the peer did not finish closing in {self.close_timeout:g} seconds")
            await connection.wait_closed()

    async def _close_connection(self, connection: ServerConnection, frame: Close) -> None:
        try:
            async with asyncio.timeout(self.close_timeout):
                await connection.close(frame.code, frame.reason)
        except TimeoutError:
            self._cut_off(
                connection, f"the peer did not answer the close frame in {self.close_timeout:g} seconds"
            )
            await connection.wait_closed()

    def _cut_off(self, connection: ServerConnection, why: str) -> None:
        self.logger.info("cut off: %s", why)
        if connection is self._connection:
            self._overdue = TimeoutError(why)
        connection.transport.abort()

    def _say_goodbye(self, frame: Close) -> None:
        if not self._detached:
            self._goodbye = frame
            self._spawn(self._close_connection(self._connection, frame))

    def _ending(self, connection: ServerConnection, exception: ConnectionClosed) -> ConnectionClosed:
        """Tell how a connection ended, with what it does not know by itself."""
        if connection is not self._connection:
            return exception
        cause = self._overdue or exception.__cause__
        if exception.rcvd is None and self._goodbye is not None:
            return connection_closed(self._goodbye, exception.sent or self._goodbye, True, cause)
        return connection_closed(exception.rcvd, exception.sent, exception.rcvd_then_sent, cause)

    async def _read_socket(self) -> AsyncGenerator[str | bytes]:
        connection = self._connection
        try:
            while True:
                message = await connection.recv()
                if connection is not self._connection:
                    return
                yield message
        except ConnectionClosed as exception:
            if connection is self._connection:
                self.socket_close = self._ending(connection, exception)
                self.detach()

    async def _close_socket(self, frame: Close) -> ConnectionClosed | None:
        if self._detached:
            return None
        connection = self._connection
        await self._close_connection(connection, frame)
        return self._ending(connection, connection.protocol.close_exc)

    async def _send_ping(self, token: str) -> None:
        pong = await self._connection.ping(token.encode("latin-1"))
        assert isinstance(pong, asyncio.Future)
        pong.add_done_callback(lambda done: self._pong_came(token, done))

    async def _send_pong(self, token: str) -> None:
        await self._connection.pong(token.encode("latin-1"))

    def _pong_came(self, token: str, done: asyncio.Future[float]) -> None:
        # A lost connection fails or cancels the future: the ping is repeated on the next one.
        if not done.cancelled() and done.exception() is None:
            self.pong_received(token)


def as_bytes(data: str | bytes) -> bytes:
    """Return the UTF-8 of a text message."""
    return data.encode() if isinstance(data, str) else data
