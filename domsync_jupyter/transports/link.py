"""`Link`: one socket, from open to its end. A transport is a subclass of it.

A link owns its socket and nothing that outlives it: another socket of the same viewer is another link, so that
nothing which was meant for one can reach the other. It knows neither the session nor what messages mean.
"""

from __future__ import annotations

import logging
import uuid
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK
from websockets.frames import OK_CLOSE_CODES, Close, CloseCode

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator, Callable

    from websockets.http11 import Request, Response
    from websockets.typing import LoggerLike, Subprotocol

__all__ = ["FRAME_SECONDS", "Link", "connection_closed"]

#: Seconds between two sendings of what changed by itself: one frame of a display.
FRAME_SECONDS = 1 / 60


class Link(ABC):
    """One socket of a viewer. When it has ended it stays so; the viewer comes back on another one.

    Attributes, and coroutines, belong to the event loop ``loop`` unless they say otherwise.

    Args:
        loop: Event loop of the socket.
        id: Identifier for logs; a random one by default.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, id: uuid.UUID | None = None) -> None:
        self.loop = loop
        """Event loop of the socket."""
        self.id = uuid.uuid4() if id is None else id
        """Identifier of the socket in logs; not a secret."""
        self.close_timeout = 2.0
        """Seconds that closing may take: those of the client, once it has the link."""
        self.logger: LoggerLike = logging.getLogger("domsync_jupyter.client")
        """Logger for this socket: that of the client, once it has the link."""

    @property
    @abstractmethod
    def request(self) -> Request | None:
        """Opening request."""

    @property
    @abstractmethod
    def response(self) -> Response | None:
        """Response to :attr:`request`."""

    @property
    @abstractmethod
    def subprotocol(self) -> Subprotocol | None:
        """Subprotocol that was agreed on."""

    @property
    @abstractmethod
    def local_address(self) -> Any:
        """This end, a tuple whose first items are a host and a port."""

    @property
    @abstractmethod
    def remote_address(self) -> Any:
        """The viewer's end, a tuple whose first items are a host and a port."""

    @property
    def latency(self) -> float:
        """Last round-trip time in seconds that the socket measured by itself; 0.0 if it has measured none."""
        return 0.0

    @property
    def tells_its_end(self) -> bool:
        """Whether the link ends by itself, sooner or later, when the page is gone without a word. Any thread."""
        return True

    @property
    def frame_seconds(self) -> float:
        """Seconds that should lie between two frames, for the sake of the transport. Any thread."""
        return FRAME_SECONDS

    @property
    @abstractmethod
    def is_open(self) -> bool:
        """Whether messages can be sent now. Once false it stays so. Any thread."""

    @property
    @abstractmethod
    def ended(self) -> ConnectionClosed | None:
        """How the socket ended; :obj:`None` while it has not."""

    @abstractmethod
    async def transmit(self, text: str | bytes) -> bool:
        """Write one protocol message and wait until the socket has room again.

        Messages are written in the order of the calls to this and :meth:`transmit_nowait`.

        Args:
            text: The message, bytes being its UTF-8.

        Returns:
            Whether it was written: :obj:`False` after :meth:`peer_closed`, while the socket is being closed.

        Raises:
            ConnectionClosed: If the socket has ended, or ends meanwhile.
        """

    @abstractmethod
    async def transmit_binary(self, data: bytes) -> bool:
        """Like :meth:`transmit`, for a binary message of the application."""

    @abstractmethod
    def transmit_nowait(self, text: str | bytes) -> bool:
        """Write one protocol message from any thread, without waiting.

        Returns:
            Whether it was handed over: :obj:`False` if the link is not open.
        """

    @property
    def has_room(self) -> bool:
        """Whether :meth:`drain` has nothing to wait for."""
        return True

    @abstractmethod
    async def drain(self) -> None:
        """Wait until the socket has room again, or has ended. Never raises."""

    @abstractmethod
    def messages(self) -> AsyncGenerator[str | bytes]:
        """Iterate over what comes, once: strings are protocol messages, bytes the application's.

        Ends, and never raises, when the socket has ended and all that came before was read.
        """

    @abstractmethod
    async def send_ping(self, token: str, answered: Callable[[str], None]) -> None:
        """Write a ping.

        Args:
            token: Its payload: at most 125 characters, each of which stands for a byte.
            answered: Called with the token when the pong comes, unless it comes as one of :meth:`messages`.

        Raises:
            ConnectionClosed: If the socket has ended.
        """

    @abstractmethod
    async def send_pong(self, token: str) -> None:
        """Write a pong that nobody asked for. Otherwise as :meth:`send_ping`."""

    @abstractmethod
    def peer_closed(self, code: CloseCode | int = CloseCode.GOING_AWAY, reason: str = "") -> None:
        """Say that the page said, in the protocol, that it goes away. Any thread.

        The link is not open from now on, and ends in a moment. It counts as a received close frame, so that the
        end is a normal one (``ConnectionClosedOK``) even if the page had no time for more.
        """

    @abstractmethod
    async def close(self, frame: Close) -> None:
        """Close with this frame; returns when the socket has ended, within ``close_timeout`` seconds. Idempotent."""

    @abstractmethod
    def abort(self) -> None:
        """Cut off the socket without a word, and forget what was not written to it. Idempotent.

        The link is not open from now on, and :meth:`messages` ends after what had come before.
        """


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
