"""A link over a Jupyter comm.

Owns one view's end of a comm: how messages lie in contents and buffers (docs/protocol.md, Carriers), the
hand-over between the kernel's threads and the session's event loop, and what stands in for the
control frames of a WebSocket. It knows comms only as a function that sends.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import weakref
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.frames import Close, CloseCode
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from domsync_jupyter.transports.link import FRAME_SECONDS, Link, connection_closed

__all__ = ["CommLink", "CommSend"]

CommSend: TypeAlias = Callable[[dict[str, Any], list[bytes] | None], None]

#: Frames a second that all comm links of this process send together. By default Jupyter Server drops what is beyond
#: 1,000 messages of a kernel a second, counted over 3 s for each browser connection, of whichever widget they are.
FRAMES_PER_SECOND = 400

# Tags of docs/protocol.md, Messages.
CLOSE, PING, PONG = 4, 6, 7
# The `seq` of a Ping or Pong which does not say what was sent last.
NO_SEQ = 0


class CommLink(Link):
    """One attachment of one view of a widget to a Jupyter comm.

    :meth:`feed`, :meth:`peer_closed`, :meth:`abort` and :meth:`transmit_nowait` may be called by any thread; the
    rest belongs to ``loop``.

    Args:
        send: Sends a content and its buffers over the comm. Called by one thread at a time, but by
            any. If it raises, the link ends.
        view: The random string with which the page addresses this view.
        loop: Event loop of the session.
        request: What the handler sees as the opening request; ``GET /`` without headers by default.
        max_message_bytes: Length of one message from the page, in UTF-8; a longer one closes the
            link with code 1009.
        max_queue: Messages from the page that may wait for :meth:`messages`, which are many only
            while the loop is blocked; one more closes the link with code 1008.
    """

    # In this process: they share what a kernel may send.
    _all_open: ClassVar[weakref.WeakSet[CommLink]] = weakref.WeakSet()

    def __init__(
        self,
        send: CommSend,
        view: str,
        loop: asyncio.AbstractEventLoop,
        *,
        request: Request | None = None,
        max_message_bytes: int = 2**20,
        max_queue: int = 10_000,
    ) -> None:
        super().__init__(loop)
        self.view = view
        """The string that addresses the view."""
        self.max_message_bytes = max_message_bytes
        """Length of one message from the page, in UTF-8."""
        self.max_queue = max_queue
        """Messages from the page that may wait for :meth:`messages`."""
        self._send = send
        self._request = Request("/", Headers()) if request is None else request
        self._response = Response(101, "Switching Protocols", Headers())
        self._ended: ConnectionClosed | None = None
        self._received: deque[str | bytes] = deque()
        self._arrival = asyncio.Event()
        # Held while one message is sent, for the order of several threads; reentrant, as `send` may
        # deliver an answer before it returns.
        self._lock = threading.RLock()
        self._all_open.add(self)

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
        return ("comm", self.view)

    @property
    def tells_its_end(self) -> bool:
        """Never: a comm does not know who still listens to it."""
        return False

    @property
    def frame_seconds(self) -> float:
        """Seconds that should lie between two frames: the more views in this process, the more. Any thread."""
        return max(FRAME_SECONDS, len(self._all_open) / FRAMES_PER_SECOND)

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent now. Once false it stays so. Any thread."""
        return self._ended is None

    @property
    def ended(self) -> ConnectionClosed | None:
        """How the link ended; :obj:`None` while it has not. Any thread."""
        return self._ended

    def feed(self, content: object, buffers: Sequence[bytes | memoryview] | None = None) -> None:
        """Take one custom message of the comm. Any thread, in order.

        A message for another view, or one that comes after the end, is ignored. One that is not in the
        form of docs/protocol.md closes the link with code 1007, and the limits of this link
        with 1008 and 1009.

        Args:
            content: ``{"view": V, "text": T}``, or ``{"view": V, "binary": true}`` with one buffer.
            buffers: The buffers of the message.
        """
        if not self.is_open or not isinstance(content, Mapping) or content.get("view") != self.view:
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
                    self._refuse(CloseCode.INVALID_DATA, "text is not valid Unicode")
                    return
            case _:
                self._refuse(CloseCode.INVALID_DATA, "expected a text, or one buffer")
                return
        if size > self.max_message_bytes:
            self._refuse(CloseCode.MESSAGE_TOO_BIG, f"over {self.max_message_bytes} bytes in a message")
        elif not self._put(message):
            self._refuse(CloseCode.POLICY_VIOLATION, f"over {self.max_queue} messages wait for the kernel")

    def peer_closed(self, code: CloseCode | int = CloseCode.GOING_AWAY, reason: str = "") -> None:
        """Say that the page said that the view goes away. Ends the link. Any thread.

        That counts as a received close frame and is answered by one, as on a WebSocket.
        """
        frame = Close(code, reason)
        self._say_and_end(rcvd=frame, sent=frame, rcvd_then_sent=True)

    async def close(self, frame: Close) -> None:
        """Say Close, and end: a comm has no closing handshake, and this message stands for both frames. Idempotent."""
        self._say_and_end(rcvd=frame, sent=frame, rcvd_then_sent=False)

    def abort(self) -> None:
        """End without a word. Idempotent. Any thread."""
        self._end()

    async def transmit(self, text: str | bytes) -> bool:
        """Send one protocol message. Does not wait.

        Raises:
            ConnectionClosed: If the link has ended, or ends now because the comm is gone.
        """
        return self._write({}, text)

    async def transmit_binary(self, data: bytes) -> bool:
        """Like :meth:`transmit`, for a binary message."""
        return self._write({"binary": True}, data)

    def transmit_nowait(self, text: str | bytes) -> bool:
        """Send one protocol message from any thread, at once."""
        try:
            return self._write({}, text)
        except ConnectionClosed:
            return False

    async def drain(self) -> None:
        """Nothing to wait for; the window of the session is the only back-pressure of a comm."""

    async def messages(self) -> AsyncGenerator[str | bytes]:
        """Iterate over what comes, to the end."""
        ended = False
        while not ended:
            await self._arrival.wait()
            self._arrival.clear()
            # In this order: nothing is put after the end.
            ended = self._ended is not None
            while self._received:
                yield self._received.popleft()

    async def send_ping(self, token: str, answered: Callable[[str], None]) -> None:
        """Send a Ping, whose Pong is one of :meth:`messages`."""
        self._write({}, encode(PING, token, NO_SEQ))

    async def send_pong(self, token: str) -> None:
        """Send a Pong."""
        self._write({}, encode(PONG, token, NO_SEQ))

    def _write(self, content: dict[str, Any], data: str | bytes) -> bool:
        """Send ``data`` as the one buffer of a message to the view."""
        buffer = data.encode() if isinstance(data, str) else data
        with self._lock:
            if self._ended is None:
                try:
                    self._send({"view": self.view, **content}, [buffer])
                except Exception as error:  # noqa: BLE001 - whatever a comm raises, it is of no use now
                    self._end(cause=error)
                else:
                    return True
            raise repeated(self._ended or connection_closed())

    def _put(self, message: str | bytes) -> bool:
        """Hand one message to the reader; tell whether there was room for it, or nobody to read."""
        with self._lock:
            if self._ended is None:
                if len(self._received) >= self.max_queue:
                    return False
                self._received.append(message)
                self._wake()
            return True

    def _refuse(self, code: CloseCode, reason: str) -> None:
        if self._say_and_end(sent=Close(code, reason)):
            self.logger.warning("view %s closed with code %d: %s", self.view, code, reason)

    def _say_and_end(
        self, rcvd: Close | None = None, *, sent: Close, rcvd_then_sent: bool | None = None
    ) -> bool:
        """Say ``sent`` and end. Idempotent; tell whether it was this call that ended the link."""
        with self._lock:
            try:
                self._write({}, encode(CLOSE, sent.code, sent.reason))
            except ConnectionClosed:
                return False
            self._end(rcvd, sent, rcvd_then_sent)
            return True

    def _end(
        self,
        rcvd: Close | None = None,
        sent: Close | None = None,
        rcvd_then_sent: bool | None = None,
        cause: BaseException | None = None,
    ) -> None:
        """End without a word. Idempotent: the first end counts."""
        with self._lock:
            if self._ended is None:
                self._ended = connection_closed(rcvd, sent, rcvd_then_sent, cause)
                self._all_open.discard(self)
                self._wake()

    def _wake(self) -> None:
        # The error of a closed loop: its readers are gone as well.
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self._arrival.set)


def encode(tag: int, *fields: int | str) -> bytes:
    """Encode one of the messages that stand in for control frames."""
    return json.dumps([tag, *fields], separators=(",", ":")).encode()


def repeated(exception: ConnectionClosed) -> ConnectionClosed:
    """Copy an exception, as one object raised many times would collect tracebacks."""
    return connection_closed(exception.rcvd, exception.sent, exception.rcvd_then_sent, exception.__cause__)
