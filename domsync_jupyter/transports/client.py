"""The object that a connection handler gets: one viewer, for as long as its session lives.

A `Client` has the interface of `websockets.asyncio.server.ServerConnection` and
raises the exceptions of `websockets.exceptions`, whichever transport carries it. It differs
in one point: it outlives its socket. While a session waits for its viewer to come back, its
client is detached, and its state stays ``OPEN``; the viewer may come back over another transport.

This module owns what a handler sees: the inbox, sending, pings. Below it are `Lifetime`, how a session ends, and
`Linked`, how it goes from one socket, a `Link`, to the next. None of them knows what protocol messages mean: the
runtime that drives the session does.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from websockets.exceptions import ConcurrencyError, ConnectionClosed, ConnectionClosedOK
from websockets.frames import CloseCode
from websockets.protocol import State

from domsync_jupyter.transports.inbox import Inbox
from domsync_jupyter.transports.lifetime import Lifetime
from domsync_jupyter.transports.payloads import Piece, Sendable, control_token, put_together
from domsync_jupyter.transports.pings import Pings

if TYPE_CHECKING:
    import uuid

    from websockets.frames import Close
    from websockets.http11 import Request, Response
    from websockets.typing import Subprotocol

    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.transports.link import Link
    from domsync_jupyter.transports.questions import Questions

__all__ = ["AppSender", "Client"]

AppSender: TypeAlias = Callable[[str], Awaitable[None] | None]


class Client(Lifetime):
    """One viewer of a document, in the shape of a websockets connection.

    Attributes, and coroutines, belong to the event loop ``loop`` unless they say otherwise.

    Args:
        link: The first socket.
        id: Identifier for logs; by default that of ``link``. It is not the secret session id.
        close_timeout: Seconds that `close` may take.
        max_inbox_messages: Messages that wait for `recv`; see `receive_app`.
        max_inbox_bytes: Their length in bytes or characters; see `receive_app`.
    """

    def __init__(
        self,
        link: Link,
        *,
        id: uuid.UUID | None = None,
        close_timeout: float = 2,
        max_inbox_messages: int = 1_000,
        max_inbox_bytes: int = 2**20,
    ) -> None:
        super().__init__(link, id=id, close_timeout=close_timeout)
        self._inbox = Inbox(max_messages=max_inbox_messages, max_bytes=max_inbox_bytes)
        self._inbox_overflowed = False
        self._app_sender: AppSender | None = None
        self._questions: Questions | None = None
        self._pings = Pings(self.loop)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self._state.name} {self.remote_address}>"

    # What a handler uses: the interface of ServerConnection.

    @property
    def request(self) -> Request | None:
        """Opening request of the last socket; a stand-in, if it was a comm."""
        return self._last_link.request

    @property
    def response(self) -> Response | None:
        """Response to `request`."""
        return self._last_link.response

    @property
    def subprotocol(self) -> Subprotocol | None:
        """Subprotocol of the last socket; `None` if there was none to agree on."""
        return self._last_link.subprotocol

    @property
    def local_address(self) -> Any:
        """This end of the last socket: ``(host, port)`` for IPv4, ``("comm", "kernel")`` for a comm."""
        return self._last_link.local_address

    @property
    def remote_address(self) -> Any:
        """The viewer's end of the last socket: ``(host, port)`` for IPv4, ``("comm", view)`` for a comm."""
        return self._last_link.remote_address

    @property
    def latency(self) -> float:
        """Last round-trip time in seconds, by keepalive or `ping`; 0.0 before the first."""
        return self._last_link.latency or self._pings.latency

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
            decode: `True` turns bytes into a string, `False` a string into UTF-8.

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
        as in `recv`.
        """
        yield await self.recv(decode)

    async def send(self, message: Sendable, *, text: bool | None = None) -> None:
        """Send one message to the application's code in the page.

        A string is numbered by the session: if the socket is lost it is sent again. Bytes are
        not: without a socket `send` waits for one, and what was written to a socket
        that is lost may be lost with it.

        Waits while the socket has more to write than it can take. Cancelling it while it waits
        leaves the message on its way.

        Args:
            message: A string or bytes-like object, or an iterable, synchronous or not, of
                fragments of one kind; they are put together and travel as one message.
            text: `True` sends bytes as a string, `False` a string as bytes.

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

    async def ping(self, data: Piece | None = None) -> Awaitable[float]:
        """Send a ping.

        If the socket is lost before the pong comes, the ping is repeated on the next one.

        Args:
            data: Payload, at most 125 bytes (in UTF-8, for a string); random by default.

        Returns:
            An awaitable of the round-trip time in seconds. It raises
            `websockets.exceptions.ConnectionClosed` if the client closes first. It may be ignored.

        Raises:
            ConnectionClosed: If the client is closed.
            ConcurrencyError: If a ping with this payload waits for its pong already.
            ProtocolError: If the payload is too long.
        """
        token = None if data is None else control_token(data)
        await self._raise_if_closed()
        token, waiter = self._pings.add(token)
        link = self._link
        if link is not None and link.is_open:
            try:
                await link.send_ping(token, self.pong_received)
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
        link = self._link
        if link is not None and link.is_open:
            try:
                await link.send_pong(token)
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

    # What the runtime uses, the code that drives the session; the rest of it is in `Linked` and `Lifetime`.

    def attach(self, link: Link) -> None:
        """For the runtime: go on with another link. Pings that wait are repeated on it.

        Raises:
            ConnectionClosed: If the session has ended. The link is left as it is.
        """
        super().attach(link)
        if tokens := self._pings.tokens:
            self._spawn(self._repeat_pings(link, tokens))

    def finished(
        self,
        rcvd: Close | None = None,
        sent: Close | None = None,
        rcvd_then_sent: bool | None = None,
    ) -> None:
        """For the runtime: end the session at once, as `Lifetime.finished` says; no message and no pong will come."""
        super().finished(rcvd, sent, rcvd_then_sent)
        self._inbox.close()
        self._pings.fail(self._closed_exception)

    def receive_app(self, message: str | bytes) -> None:
        """For the runtime: put a message of the application where `recv` finds it.

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
        """For the runtime: say how `send` sends a string.

        Args:
            sender: Called in the loop with the string. If it returns an awaitable, `send`
                awaits it, otherwise it waits for `drain`. Without a sender, strings
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
        self._pings.answered(token)

    async def _repeat_pings(self, link: Link, tokens: list[str]) -> None:
        try:
            for token in tokens:
                await link.send_ping(token, self.pong_received)
        except ConnectionClosed:
            return  # The next socket repeats them.

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
