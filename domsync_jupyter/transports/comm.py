"""A client over a Jupyter comm.

Owns one view's end of a comm: how messages lie in contents and buffers (docs/protocol.md, Carriers), the
hand-over between the kernel's threads and the session's event loop, and what stands in for the
control frames of a WebSocket. It knows comms only as a function that sends.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any, TypeAlias

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close, CloseCode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.typing import Subprotocol

from domsync_jupyter.transports.client import Client, connection_closed

__all__ = ["CommClient", "CommSend"]

CommSend: TypeAlias = Callable[[dict[str, Any], list[bytes] | None], None]

# Tags of docs/protocol.md, Messages.
CLOSE, PING, PONG = 4, 6, 7


class CommClient(Client):
    """One viewer over a Jupyter comm: one view of a widget.

    :meth:`feed`, :meth:`peer_closed` and :meth:`transmit_nowait` may be called by any thread; the rest
    belongs to ``loop``.

    Args:
        send: Sends a content and its buffers over the comm. Called by one thread at a time, but by
            any. If it raises, the socket counts as lost.
        view: The random string with which the page addresses this view.
        loop: Event loop of the session.
        request: What the handler sees as the opening request; ``GET /`` without headers by default.
        close_timeout: Seconds that :meth:`close` may take.
        max_message_bytes: Length of one message from the page, in UTF-8; a longer one closes the
            socket with code 1009.
        max_queue: Messages from the page that may wait for :meth:`incoming`, which are many only
            while the loop is blocked; one more closes the socket with code 1008.
        max_inbox_messages: See :meth:`receive_app`.
        max_inbox_bytes: See :meth:`receive_app`.
    """

    def __init__(
        self,
        send: CommSend,
        view: str,
        loop: asyncio.AbstractEventLoop,
        *,
        request: Request | None = None,
        close_timeout: float = 2,
        max_message_bytes: int = 2**20,
        max_queue: int = 10_000,
        max_inbox_messages: int = 1_000,
        max_inbox_bytes: int = 2**20,
    ) -> None:
        super().__init__(
            loop,
            close_timeout=close_timeout,
            max_inbox_messages=max_inbox_messages,
            max_inbox_bytes=max_inbox_bytes,
        )
        self.max_message_bytes = max_message_bytes
        """Length of one message from the page, in UTF-8."""
        self.max_queue = max_queue
        """Messages from the page that may wait for :meth:`incoming`."""
        self._request = Request("/", Headers()) if request is None else request
        self._response = Response(101, "Switching Protocols", Headers())
        self._view = view
        self._socket: CommSocket | None = None
        self.attach(send, view)

    @property
    def view(self) -> str:
        """The string that addresses the last view."""
        return self._view

    @property
    def request(self) -> Request | None:
        """A stand-in: a comm opens without an HTTP request."""
        return self._request

    @property
    def response(self) -> Response | None:
        """A stand-in: a comm opens without an HTTP response."""
        return self._response

    @property
    def subprotocol(self) -> Subprotocol | None:
        """Always ``domsync.v1``."""
        return Subprotocol("domsync.v1")

    @property
    def local_address(self) -> Any:
        """``("comm", "kernel")``."""
        return ("comm", "kernel")

    @property
    def remote_address(self) -> Any:
        """``("comm", view)``."""
        return ("comm", self._view)

    @property
    def attached(self) -> bool:
        """For the runtime: whether there is a view to send to now. Any thread."""
        socket = self._socket
        return socket is not None and socket.ended is None

    def attach(self, send: CommSend, view: str) -> None:
        """For the runtime: go on with another view, or with the same one after it came back.

        A view that is still there is dropped without a word.

        Raises:
            ConnectionClosed: If the session has ended.
        """
        if self._state is not State.OPEN:
            raise self._closed_exception()
        self.detach()
        self._view = view
        self._socket = CommSocket(send, view, self.loop)
        self._socket_came()

    def detach(self) -> None:
        """For the runtime: drop the view without a word. Idempotent."""
        socket, self._socket = self._socket, None
        if socket is not None:
            self.socket_close = socket.end()

    def feed(self, content: object, buffers: Sequence[bytes | memoryview] | None = None) -> None:
        """For the runtime: take one custom message of the comm. Any thread, in order.

        A message for another view, or one that comes while detached, is ignored. One that is not in the
        form of docs/protocol.md closes the socket with code 1007, and the limits of this client
        with 1008 and 1009.

        Args:
            content: ``{"view": V, "text": T}``, or ``{"view": V, "binary": true}`` with one buffer.
            buffers: The buffers of the message.
        """
        socket = self._socket
        if socket is None or not isinstance(content, Mapping) or content.get("view") != socket.view:
            return
        message: str | bytes
        match content, buffers or ():
            case {"binary": True}, [data]:
                message = bytes(data)
                size = len(message)
            case {"text": str(message)}, []:
                try:
                    size = len(message.encode())
                except UnicodeEncodeError:
                    self._refuse(socket, CloseCode.INVALID_DATA, "text is not valid Unicode")
                    return
            case _:
                self._refuse(socket, CloseCode.INVALID_DATA, "expected a text, or one buffer")
                return
        if size > self.max_message_bytes:
            self._refuse(
                socket, CloseCode.MESSAGE_TOO_BIG, f"over {self.max_message_bytes} bytes in a message"
            )
        elif not socket.put(message, self.max_queue):
            self._refuse(
                socket, CloseCode.POLICY_VIOLATION, f"over {self.max_queue} messages wait for the kernel"
            )

    def peer_closed(self, code: CloseCode | int = CloseCode.GOING_AWAY, reason: str = "") -> None:
        """For the runtime: the page said that the view goes away. Ends :meth:`incoming`. Any thread.

        That counts as a received close frame and is answered by one, as on a WebSocket.
        """
        socket = self._socket
        if socket is not None:
            frame = Close(code, reason)
            socket.close(rcvd=frame, sent=frame, rcvd_then_sent=True)

    async def transmit(self, text: str | bytes) -> bool:
        """For the runtime: send one protocol message. Does not wait.

        Raises:
            ConnectionClosed: If the socket is gone.
        """
        return self._write({}, text)

    async def transmit_binary(self, data: bytes) -> bool:
        """For the runtime: like :meth:`transmit`, for a binary message."""
        return self._write({"binary": True}, data)

    def transmit_nowait(self, text: str | bytes) -> bool:
        """For the runtime: send one protocol message from any thread, at once."""
        try:
            return self._write({}, text)
        except ConnectionClosed:
            return False

    async def drain(self) -> None:
        """For the runtime: nothing to wait for; the window of the session is the only back-pressure of a comm."""

    def _write(self, content: dict[str, Any], data: str | bytes) -> bool:
        socket = self._socket
        if socket is None:
            return False
        socket.send(content, data.encode() if isinstance(data, str) else data)
        return True

    def _refuse(self, socket: CommSocket, code: CloseCode, reason: str) -> None:
        if socket.close(sent=Close(code, reason)):
            self.logger.warning("view %s closed with code %d: %s", socket.view, code, reason)

    async def _read_socket(self) -> AsyncGenerator[str | bytes]:
        socket = self._socket
        if socket is None:
            return
        async for message in socket:
            if self._socket is not None and self._socket is not socket:
                return
            yield message
        if self._socket is socket:
            self.detach()

    async def _close_socket(self, frame: Close) -> ConnectionClosed | None:
        # A comm has no closing handshake: the Close message stands for both frames.
        socket = self._socket
        if socket is None:
            return None
        socket.close(rcvd=frame, sent=frame, rcvd_then_sent=False)
        return socket.ended

    async def _send_ping(self, token: str) -> None:
        await self.transmit(encode(PING, token))

    async def _send_pong(self, token: str) -> None:
        await self.transmit(encode(PONG, token))


class CommSocket:
    """One attachment of a view: what a connection is to a WebSocket. Any thread may use it."""

    def __init__(self, send: CommSend, view: str, loop: asyncio.AbstractEventLoop) -> None:
        self.view = view
        self.ended: ConnectionClosed | None = None
        self._send = send
        self._loop = loop
        self._received: deque[str | bytes] = deque()
        self._arrival = asyncio.Event()
        # Held while one message is sent, for the order of several threads; reentrant, as `send` may
        # deliver an answer before it returns.
        self._lock = threading.RLock()

    def send(self, content: dict[str, Any], data: bytes) -> None:
        """Send ``data`` as the one buffer of a message to the view.

        Raises:
            ConnectionClosed: If the socket has ended, or ends now because the comm is gone.
        """
        with self._lock:
            if self.ended is None:
                try:
                    self._send({"view": self.view, **content}, [data])
                    return
                except Exception as error:  # noqa: BLE001 - whatever a comm raises, it is of no use now
                    self.end(cause=error)
            raise repeated(self.ended or connection_closed())

    def put(self, message: str | bytes, limit: int) -> bool:
        """Hand one message to the reader; tell whether there was room for it, or nobody to read."""
        with self._lock:
            if self.ended is None:
                if len(self._received) >= limit:
                    return False
                self._received.append(message)
                self._wake()
            return True

    def close(self, rcvd: Close | None = None, *, sent: Close, rcvd_then_sent: bool | None = None) -> bool:
        """Say ``sent`` and end. Idempotent; tell whether it was this call that ended it."""
        with self._lock:
            if self.ended is not None:
                return False
            try:
                self.send({}, encode(CLOSE, sent.code, sent.reason))
            except ConnectionClosed:
                return False
            self.end(rcvd, sent, rcvd_then_sent)
            return True

    def end(
        self,
        rcvd: Close | None = None,
        sent: Close | None = None,
        rcvd_then_sent: bool | None = None,
        cause: BaseException | None = None,
    ) -> ConnectionClosed:
        """End without a word. Idempotent: the first end counts, and is returned."""
        with self._lock:
            if self.ended is None:
                self.ended = connection_closed(rcvd, sent, rcvd_then_sent, cause)
                self._wake()
            return self.ended

    async def __aiter__(self) -> AsyncGenerator[str | bytes]:
        ended = False
        while not ended:
            await self._arrival.wait()
            self._arrival.clear()
            # In this order: nothing is put after the end.
            ended = self.ended is not None
            while self._received:
                yield self._received.popleft()

    def _wake(self) -> None:
        # The error of a closed loop: its readers are gone as well.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._arrival.set)


def encode(tag: int, *fields: int | str) -> bytes:
    """Encode one of the messages that stand in for control frames."""
    return json.dumps([tag, *fields], separators=(",", ":")).encode()


def repeated(exception: ConnectionClosed) -> ConnectionClosed:
    """Copy an exception, as one object raised many times would collect tracebacks."""
    return connection_closed(exception.rcvd, exception.sent, exception.rcvd_then_sent, exception.__cause__)
