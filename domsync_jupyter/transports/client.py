"""The object that a connection handler gets: one viewer, for as long as its session lives.

A :class:`Client` has the interface of :class:`websockets.asyncio.server.ServerConnection` and
raises the exceptions of :mod:`websockets.exceptions`, whichever transport carries it. It differs
in one point: it outlives its socket. While a session waits for its viewer to come back, its
client is detached, and its state stays ``OPEN``.

This module owns what both transports share: the inbox, closing, pings. A subclass owns one kind of
socket. Neither knows what protocol messages mean: the runtime that drives the session does.
"""

from __future__ import annotations

import asyncio
import logging
import random
import uuid
from abc import ABC, abstractmethod
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
)
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias, overload

from websockets.exceptions import (
    ConcurrencyError,
    ConnectionClosed,
    ConnectionClosedError,
    ConnectionClosedOK,
    ProtocolError,
)
from websockets.frames import OK_CLOSE_CODES, Close, CloseCode
from websockets.protocol import State

from domsync_jupyter.transports.inbox import Inbox
from domsync_jupyter.transports.payloads import (
    MAX_CONTROL_BYTES,
    Piece,
    Sendable,
    control_token,
    put_together,
)

if TYPE_CHECKING:
    from types import TracebackType

    from websockets.http11 import Request, Response
    from websockets.typing import LoggerLike, Subprotocol

    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.transports.questions import Questions

__all__ = ["AppSender", "Client", "connection_closed"]

AppSender: TypeAlias = Callable[[str], Awaitable[None] | None]


class Client(ABC):
    """One viewer of a document, in the shape of a websockets connection.

    Attributes, and coroutines, belong to the event loop ``loop`` unless they say otherwise.

    Args:
        loop: Event loop of the session.
        id: Identifier for logs; a random one by default. It is not the secret session id.
        close_timeout: Seconds that :meth:`close` may take.
        max_inbox_messages: Messages that wait for :meth:`recv`; see :meth:`receive_app`.
        max_inbox_bytes: Their length in bytes or characters; see :meth:`receive_app`.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        id: uuid.UUID | None = None,
        close_timeout: float = 2,
        max_inbox_messages: int = 1_000,
        max_inbox_bytes: int = 2**20,
    ) -> None:
        self.loop = loop
        """Event loop of the session."""
        self.id: uuid.UUID = uuid.uuid4() if id is None else id
        """Identifier of the client in logs; not a secret."""
        self.logger: LoggerLike = logging.LoggerAdapter(
            logging.getLogger("domsync_jupyter.client"), {"client": self}
        )
        """Logger for this client."""
        self.close_timeout = close_timeout
        """Seconds that :meth:`close` may take."""
        self.socket_close: ConnectionClosed | None = None
        """How the last socket ended; :obj:`None` while there is none or it lives."""

        self._state = State.OPEN
        self._latency = 0.0
        self._inbox = Inbox(max_messages=max_inbox_messages, max_bytes=max_inbox_bytes)
        self._inbox_overflowed = False
        self._app_sender: AppSender | None = None
        self._questions: Questions | None = None

        self._rcvd: Close | None = None
        self._sent: Close | None = None
        self._rcvd_then_sent: bool | None = None
        self._cause: BaseException | None = None
        self._closed = asyncio.Event()
        self._closing: asyncio.Task[None] | None = None

        # Set when a socket comes and when the session ends: what a detached client waits for.
        self._changed = asyncio.Event()
        self._reader: tuple[asyncio.Task[Any] | None, asyncio.Event] | None = None
        # By token, oldest first: the waiter and the time of sending.
        self._pings: dict[str, tuple[asyncio.Future[float], float]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self._state.name} {self.remote_address}>"

    # What a handler uses: the interface of ServerConnection.

    @property
    def state(self) -> State:
        """State of the session. A session whose socket is away is ``OPEN``. Any thread."""
        return self._state

    @property
    @abstractmethod
    def request(self) -> Request | None:
        """Opening request of the last socket."""

    @property
    @abstractmethod
    def response(self) -> Response | None:
        """Response to :attr:`request`."""

    @property
    @abstractmethod
    def subprotocol(self) -> Subprotocol | None:
        """Subprotocol of the last socket."""

    @property
    @abstractmethod
    def local_address(self) -> Any:
        """This end of the last socket, a tuple whose first items are a host and a port."""

    @property
    @abstractmethod
    def remote_address(self) -> Any:
        """The viewer's end of the last socket, a tuple whose first items are a host and a port."""

    @property
    def latency(self) -> float:
        """Last round-trip time in seconds; 0.0 before the first pong."""
        return self._latency

    @property
    def close_code(self) -> int | None:
        """Code of the close frame received, 1006 if none was; :obj:`None` until closed."""
        if self._state is not State.CLOSED:
            return None
        return CloseCode.ABNORMAL_CLOSURE if self._rcvd is None else self._rcvd.code

    @property
    def close_reason(self) -> str | None:
        """Reason in the close frame received, ``""`` if none was; :obj:`None` until closed."""
        if self._state is not State.CLOSED:
            return None
        return "" if self._rcvd is None else self._rcvd.reason

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close(CloseCode.NORMAL_CLOSURE if exc_type is None else CloseCode.INTERNAL_ERROR)

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Iterate over the messages of the application until the client closes.

        Raises:
            ConnectionClosedError: If it closes otherwise than with code 1000 or 1001.
        """
        try:
            while True:
                yield await self.recv()
        except ConnectionClosedOK:
            return

    @overload
    async def recv(self, decode: Literal[True]) -> str: ...
    @overload
    async def recv(self, decode: Literal[False]) -> bytes: ...
    @overload
    async def recv(self, decode: bool | None = None) -> str | bytes: ...
    async def recv(self, decode: bool | None = None) -> str | bytes:
        """Receive the next message that the application's code in the page sent.

        Messages that arrived before the end are returned after it. Cancelling loses nothing.

        Args:
            decode: :obj:`True` turns bytes into a string, :obj:`False` a string into UTF-8.

        Raises:
            ConnectionClosedOK: After the end, if it was a normal one (code 1000 or 1001).
            ConnectionClosedError: After the end, if it was not. Also if ``decode=True`` meets
                bytes that are not UTF-8: the client closes with code 1007.
            ConcurrencyError: If another coroutine is receiving already.
        """
        try:
            message = await self._inbox.get()
        except EOFError:
            raise self._closed_exception() from self._cause
        except ConcurrencyError:
            raise ConcurrencyError(
                "expected one coroutine in recv() at a time, but another one is waiting already: "
                "receive in one place and pass the messages on"
            ) from None
        if decode is None:
            return message
        if isinstance(message, str):
            return message if decode else message.encode()
        if not decode:
            return message
        try:
            return message.decode()
        except UnicodeDecodeError as error:
            await self.close(CloseCode.INVALID_DATA, f"{error.reason} at position {error.start}")
            raise self._closed_exception() from error

    @overload
    def recv_streaming(self, decode: Literal[True]) -> AsyncGenerator[str]: ...
    @overload
    def recv_streaming(self, decode: Literal[False]) -> AsyncGenerator[bytes]: ...
    @overload
    def recv_streaming(self, decode: bool | None = None) -> AsyncGenerator[str | bytes]: ...
    async def recv_streaming(self, decode: bool | None = None) -> AsyncGenerator[str | bytes]:
        """Receive the next message as an iterator over its fragments.

        There is always one: messages are put together below this interface. Everything else is
        as in :meth:`recv`.
        """
        yield await self.recv(decode)

    async def send(self, message: Sendable, *, text: bool | None = None) -> None:
        """Send one message to the application's code in the page.

        A string is numbered by the session: if the socket is lost it is sent again. Bytes are
        not: without a socket :meth:`send` waits for one, and what was written to a socket
        that is lost may be lost with it.

        Waits while the socket has more to write than it can take. Cancelling it while it waits
        leaves the message on its way.

        Args:
            message: A string or bytes-like object, or an iterable, synchronous or not, of
                fragments of one kind; they are put together and travel as one message.
            text: :obj:`True` sends bytes as a string, :obj:`False` a string as bytes.

        Raises:
            ConnectionClosed: If the client is closed.
            TypeError: If ``message`` is neither of these, or fragments differ in kind. Nothing
                was sent then, and the client stays open.
            UnicodeDecodeError: If ``text=True`` and the bytes are not UTF-8. Likewise.
        """
        whole = await put_together(message)
        if whole is None:
            return
        if text is True and isinstance(whole, bytes):
            whole = whole.decode()
        elif text is False and isinstance(whole, str):
            whole = whole.encode()
        await self._raise_if_closed()
        if isinstance(whole, bytes):
            await self._send_when_attached(self.transmit_binary, whole)
        elif self._app_sender is None:
            await self._send_when_attached(self.transmit, whole)
        else:
            await self._send_by_session(self._app_sender, whole)

    async def close(self, code: CloseCode | int = CloseCode.NORMAL_CLOSURE, reason: str = "") -> None:
        """End the session, with a close frame if there is a socket.

        Returns when the client is closed, after ``close_timeout`` seconds at the latest: a peer that
        does not answer by then is cut off. Idempotent; a second call waits for the first one.
        Cancelling it does not stop the closing.

        Args:
            code: Code of RFC 6455 that may stand in a close frame, or 3000 to 4999.
            reason: At most 123 bytes of UTF-8.

        Raises:
            ProtocolError: If ``code`` or ``reason`` is not allowed. The client stays open.
        """
        frame = Close(code, reason)
        # Two bytes of the payload are the code.
        if len(frame.serialize()) > MAX_CONTROL_BYTES:
            raise ProtocolError(
                f"expected a close reason of at most {MAX_CONTROL_BYTES - 2} bytes in UTF-8, "
                f"got {len(reason.encode())}: shorten it"
            )
        if self._state is State.OPEN:
            self._state = State.CLOSING
            self._closing = self.loop.create_task(self._close(frame, asyncio.current_task()))
        await self._closed.wait()

    async def wait_closed(self) -> None:
        """Wait until the client is closed. Never raises; any number of coroutines may wait."""
        await self._closed.wait()

    async def ping(self, data: Piece | None = None) -> Awaitable[float]:
        """Send a ping.

        If the socket is lost before the pong comes, the ping is repeated on the next one.

        Args:
            data: Payload, at most 125 bytes (in UTF-8, for a string); random by default.

        Returns:
            An awaitable of the round-trip time in seconds. It raises
            :exc:`~websockets.exceptions.ConnectionClosed` if the client closes first. It may be ignored.

        Raises:
            ConnectionClosed: If the client is closed.
            ConcurrencyError: If a ping with this payload waits for its pong already.
            ProtocolError: If the payload is too long.
        """
        token = None if data is None else control_token(data)
        await self._raise_if_closed()
        if token in self._pings:
            raise ConcurrencyError("expected a payload of its own, but a ping with this one waits already")
        while token is None or token in self._pings:
            token = f"{random.getrandbits(32):08x}"
        waiter: asyncio.Future[float] = self.loop.create_future()
        self._pings[token] = (waiter, self.loop.time())
        if self.attached:
            try:
                await self._send_ping(token)
            except ConnectionClosed:
                await self._raise_if_closed()
        return waiter

    async def pong(self, data: Piece = b"") -> None:
        """Send a pong nobody asked for; nothing happens while there is no socket.

        Raises:
            ConnectionClosed: If the client is closed.
            ProtocolError: If the payload is longer than 125 bytes.
        """
        token = control_token(data)
        await self._raise_if_closed()
        if self.attached:
            try:
                await self._send_pong(token)
            except ConnectionClosed:
                await self._raise_if_closed()

    # What a handler uses beyond that interface: questions to the page.

    async def call(self, element: Element, method: str, *arguments: Any) -> Any:
        """Call a method of an element in this client's page, and return what it returned.

        Args:
            element: An element of this client's document.
            method: One of ``domsync_jupyter.sync.questions.CALLABLE``, such as ``"checkValidity"``.
            arguments: What JSON can carry.

        Raises:
            NotSupportedError: If `method` is none of these.
            NotFoundError: If `element` is not in the client's document.
            PageError: If it raised in the page.
            TimeoutError: If the page did not answer within 10 seconds.
            ConnectionClosed: If the client is closed, or closes meanwhile.
        """
        return await self._ready_questions().call(element, method, *arguments)

    async def get(self, element: Element, name: str) -> Any:
        """Read a property of an element in this client's page, such as ``"scrollTop"``.

        Args:
            element: An element of this client's document.
            name: One of ``domsync_jupyter.sync.questions.READABLE``.

        Raises:
            NotSupportedError: If `name` is none of these. The rest as for `call`.
        """
        return await self._ready_questions().get(element, name)

    async def get_bounding_client_rect(self, element: Element) -> dict[str, float]:
        """Where the element is in this client's page, in CSS pixels: ``x``, ``y``, ``width``, ``height``, ...

        https://drafts.csswg.org/cssom-view/#dom-element-getboundingclientrect. Raises as `call`.
        """
        rect: dict[str, float] = await self.call(element, "getBoundingClientRect")
        return rect

    # What the runtime uses: the code that drives a session through this client.

    @property
    @abstractmethod
    def attached(self) -> bool:
        """For the runtime: whether there is a live socket now. Any thread."""

    @abstractmethod
    def detach(self) -> None:
        """For the runtime: cut off the socket without a word, and forget what was not written to it.

        :meth:`incoming` ends after what had come before. The session lives on. Idempotent.
        """

    @abstractmethod
    async def transmit(self, text: str | bytes) -> bool:
        """For the runtime: write one protocol message and wait until the socket has room again.

        Messages are written in the order of the calls to this and :meth:`transmit_nowait`.

        Args:
            text: The message, bytes being its UTF-8.

        Returns:
            Whether it was written: :obj:`False` if the client is detached.

        Raises:
            ConnectionClosed: If the socket is gone. The session lives on until :meth:`finished`.
        """

    @abstractmethod
    async def transmit_binary(self, data: bytes) -> bool:
        """For the runtime: like :meth:`transmit`, for a binary message of the application."""

    @abstractmethod
    def transmit_nowait(self, text: str | bytes) -> bool:
        """For the runtime: write one protocol message from any thread, without waiting.

        Returns:
            Whether it was handed over: :obj:`False` if there is no live socket.
        """

    @property
    def has_room(self) -> bool:
        """For the runtime: whether :meth:`drain` has nothing to wait for."""
        return True

    @abstractmethod
    async def drain(self) -> None:
        """For the runtime: wait until the socket has room again, or is gone, or there is none. Never raises."""

    @abstractmethod
    def peer_closed(self, code: CloseCode | int = CloseCode.GOING_AWAY, reason: str = "") -> None:
        """For the runtime: the page said, in the protocol, that it goes away. Any thread.

        The socket is closed, and :meth:`incoming` ends in a moment. It counts as a received close frame, so that
        the end of a session is a normal one (``ConnectionClosedOK``) even if the page had no time for more.
        The session lives on until :meth:`finished`.
        """

    async def incoming(self) -> AsyncGenerator[str | bytes]:
        """For the runtime: iterate over what comes from the present socket, once per socket.

        Strings are protocol messages; bytes are binary messages of the application, for
        :meth:`receive_app`. Ends, and never raises, when the socket does or another one takes its
        place. In the first case :attr:`socket_close` says how, in the second :attr:`attached` is true and
        the session must go on. Take messages promptly: a socket that is not read is closed by
        its peer's keepalive.
        """
        reader = (asyncio.current_task(), asyncio.Event())
        self._reader = reader
        try:
            async for message in self._read_socket():
                yield message
        finally:
            reader[1].set()

    def receive_app(self, message: str | bytes) -> None:
        """For the runtime: put a message of the application where :meth:`recv` finds it.

        The inbox is bounded, as a handler need not call ``recv()`` at all: beyond 1,000 messages or
        1 MiB (by default) the oldest are dropped, and the first time that is logged.
        """
        dropped = self._inbox.put(message)
        if dropped and not self._inbox_overflowed:
            self._inbox_overflowed = True
            self.logger.warning(
                "more than %d messages or %d bytes wait for recv(): the oldest are dropped from now on. "
                "Call recv() in the connection handler, or send less from the page",
                self._inbox.max_messages,
                self._inbox.max_bytes,
            )

    def set_app_sender(self, sender: AppSender | None) -> None:
        """For the runtime: say how :meth:`send` sends a string.

        Args:
            sender: Called in the loop with the string. If it returns an awaitable, :meth:`send`
                awaits it, otherwise it waits for :meth:`drain`. Without a sender, strings
                are written to the socket as they are, and not sent again.
        """
        self._app_sender = sender

    def set_questions(self, questions: Questions) -> None:
        """For the runtime: say who asks the page."""
        self._questions = questions

    def _ready_questions(self) -> Questions:
        if self._state is not State.OPEN or self._questions is None:
            raise self._closed_exception()
        return self._questions

    def pong_received(self, token: str) -> None:
        """For the runtime: note that the peer answered the ping ``token``, and all earlier ones.

        An unknown token is ignored: a pong may come unasked.
        """
        if token not in self._pings:
            return
        now = self.loop.time()
        for earlier in list(self._pings):
            waiter, sent_at = self._pings.pop(earlier)
            if not waiter.done():
                waiter.set_result(now - sent_at)
            if earlier == token:
                self._latency = now - sent_at
                return

    def finished(
        self,
        rcvd: Close | None = None,
        sent: Close | None = None,
        rcvd_then_sent: bool | None = None,
    ) -> None:
        """For the runtime: end the session at once. Wakes everyone who waits. Idempotent.

        A live socket is cut off. Call it once :meth:`incoming` has ended and the session will
        not be taken up again. Without arguments it ended as the last socket did.

        Args:
            rcvd: Close frame received.
            sent: Close frame sent.
            rcvd_then_sent: Which of the two was first, if there were two.
        """
        if self._state is State.CLOSED:
            return
        if rcvd is None and sent is None and self.socket_close is not None:
            last = self.socket_close
            rcvd, sent, rcvd_then_sent = last.rcvd, last.sent, last.rcvd_then_sent
            self._cause = last.__cause__
        self._rcvd, self._sent, self._rcvd_then_sent = rcvd, sent, rcvd_then_sent
        self._state = State.CLOSED
        self.detach()
        self._inbox.close()
        for waiter, _ in self._pings.values():
            if not waiter.done():
                waiter.set_exception(self._closed_exception())
                # Retrieving the exception keeps asyncio from logging it for a ping nobody awaits.
                waiter.exception()
        self._pings.clear()
        self._changed.set()
        self._closed.set()

    # What a subclass implements, and uses.

    @abstractmethod
    def _read_socket(self) -> AsyncGenerator[str | bytes]:
        """Iterate over the messages of the present socket; end when it ends; never raise."""

    @abstractmethod
    async def _close_socket(self, frame: Close) -> ConnectionClosed | None:
        """Close the socket within ``close_timeout`` and tell how it ended; None if there is none."""

    @abstractmethod
    async def _send_ping(self, token: str) -> None:
        """Write a ping whose pong calls :meth:`pong_received`."""

    @abstractmethod
    async def _send_pong(self, token: str) -> None:
        """Write a pong."""

    def _socket_came(self) -> None:
        """Tell everyone who waits for a socket that there is one."""
        self.socket_close = None
        self._changed.set()
        if self._pings:
            self._spawn(self._repeat_pings())

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self.loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _repeat_pings(self) -> None:
        try:
            for token in list(self._pings):
                await self._send_ping(token)
        except ConnectionClosed:
            return  # The next socket repeats them.

    async def _close(self, frame: Close, caller: asyncio.Task[Any] | None) -> None:
        ended: ConnectionClosed | None = None
        try:
            ended = await self._close_socket(frame)
            if self._reader is not None and self._reader[0] is not caller:
                # What came before the end must be in the inbox before recv() learns of the end.
                async with asyncio.timeout(self.close_timeout):
                    await self._reader[1].wait()
        except TimeoutError:
            self.logger.debug("incoming() was not read to its end before the client closed")
        finally:
            self.socket_close = ended or self.socket_close
            self.finished()

    def _closed_exception(self) -> ConnectionClosed:
        return connection_closed(self._rcvd, self._sent, self._rcvd_then_sent, self._cause)

    async def _raise_if_closed(self) -> None:
        if self._state is not State.OPEN:
            await self._closed.wait()
            raise self._closed_exception() from self._cause

    async def _send_by_session(self, sender: AppSender, text: str) -> None:
        try:
            waiting = sender(text)
            await (self.drain() if waiting is None else waiting)
        except ConnectionClosed:
            # The socket is gone, not the session, which will send the string again.
            await self._raise_if_closed()

    async def _send_when_attached(
        self, transmit: Callable[[Any], Awaitable[bool]], data: str | bytes
    ) -> None:
        while not self.attached:
            self._changed.clear()
            await self._changed.wait()
            await self._raise_if_closed()
        try:
            await transmit(data)
        except ConnectionClosed:
            await self._raise_if_closed()


def connection_closed(
    rcvd: Close | None = None,
    sent: Close | None = None,
    rcvd_then_sent: bool | None = None,
    cause: BaseException | None = None,
) -> ConnectionClosed:
    """Make the exception for a connection that ended so, the way websockets tells OK from Error.

    Args:
        rcvd: Close frame received.
        sent: Close frame sent.
        rcvd_then_sent: Which of the two was first; given exactly if there were two.
        cause: What made it end, if known.
    """
    friendly = all(frame is not None and frame.code in OK_CLOSE_CODES for frame in (rcvd, sent))
    kind = ConnectionClosedOK if friendly else ConnectionClosedError
    exception = kind(rcvd, sent, rcvd_then_sent)
    exception.__cause__ = cause
    return exception
