"""`Linked`: what has one link at a time, and may go on with another, of the same transport or not.

The part of a client that knows its sockets: writing to the present one, reading it, exchanging it. It knows neither
what a handler sees nor when the session ends.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from websockets.frames import CloseCode

from domsync_jupyter.transports.link import FRAME_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from websockets.exceptions import ConnectionClosed

    from domsync_jupyter.transports.link import Link

__all__ = ["Linked"]


class Linked:
    """The present link of a viewer.

    Belongs to the event loop of its links, except what says otherwise.

    Args:
        link: The first link.
    """

    def __init__(self, link: Link) -> None:
        self.loop: asyncio.AbstractEventLoop = link.loop
        """Event loop of the session, and of all links."""
        self._link: Link | None = link
        # The present one or, for its request and addresses, the last.
        self._last_link = link
        # Set when a link comes: what waits for one. Whoever ends the session sets it, too.
        self._changed = asyncio.Event()
        self._reader: tuple[asyncio.Task[Any] | None, asyncio.Event] | None = None

    @property
    def link(self) -> Link | None:
        """For the runtime: the present link; `None` while detached. Any thread."""
        return self._link

    @property
    def attached(self) -> bool:
        """For the runtime: whether there is a live socket now. Any thread."""
        link = self._link
        return link is not None and link.is_open

    @property
    def socket_close(self) -> ConnectionClosed | None:
        """How the last socket ended; `None` while it lives."""
        return self._last_link.ended

    @property
    def tells_its_end(self) -> bool:
        """For the runtime: whether the last link ends by itself when the page is gone without a word. Any thread."""
        return self._last_link.tells_its_end

    @property
    def frame_seconds(self) -> float:
        """For the runtime: seconds that should lie between two frames to this viewer. Any thread."""
        link = self._link
        return FRAME_SECONDS if link is None else link.frame_seconds

    def attach(self, link: Link) -> None:
        """For the runtime: go on with another link to the same viewer, over whichever transport.

        One that is still there is cut off: the viewer has left it. What had not been read from it is not
        read any more; the page sends again what matters.
        """
        assert link.loop is self.loop, "the links of a client have one event loop"
        previous, self._link, self._last_link = self._link, link, link
        if previous is not None:
            previous.abort()
        self._changed.set()

    def detach(self) -> None:
        """For the runtime: cut off the link without a word, and forget what was not written to it.

        `incoming` ends after what had come before. The session lives on. Idempotent.
        """
        link, self._link = self._link, None
        if link is not None:
            link.abort()

    async def transmit(self, text: str | bytes) -> bool:
        """For the runtime: write one protocol message and wait until the socket has room again.

        Messages are written in the order of the calls to this and `transmit_nowait`.

        Args:
            text: The message, bytes being its UTF-8.

        Returns:
            Whether it was written: `False` while detached, and after `peer_closed`.

        Raises:
            ConnectionClosed: If the socket is gone, or was exchanged meanwhile. The session lives on.
        """
        link = self._link
        return link is not None and await link.transmit(text)

    async def transmit_binary(self, data: bytes) -> bool:
        """For the runtime: like `transmit`, for a binary message of the application."""
        link = self._link
        return link is not None and await link.transmit_binary(data)

    def transmit_nowait(self, text: str | bytes) -> bool:
        """For the runtime: write one protocol message from any thread, without waiting.

        Returns:
            Whether it was handed over: `False` if there is no live socket.
        """
        link = self._link
        return link is not None and link.transmit_nowait(text)

    @property
    def has_room(self) -> bool:
        """For the runtime: whether `drain` has nothing to wait for."""
        link = self._link
        return link is None or link.has_room

    async def drain(self) -> None:
        """For the runtime: wait until the socket has room again, or is gone, or there is none. Never raises."""
        link = self._link
        if link is not None:
            await link.drain()

    def peer_closed(self, code: CloseCode | int = CloseCode.GOING_AWAY, reason: str = "") -> None:
        """For the runtime: the page said, in the protocol, that it goes away. Any thread.

        The socket is closed, and `incoming` ends in a moment. It counts as a received close frame, so that
        the end of a session is a normal one (``ConnectionClosedOK``) even if the page had no time for more.
        """
        link = self._link
        if link is not None:
            link.peer_closed(code, reason)

    async def incoming(self) -> AsyncGenerator[str | bytes]:
        """For the runtime: iterate over what comes from the present link, once per link.

        Strings are protocol messages; bytes are binary messages of the application. Ends, and never raises,
        when the socket does or another one takes its place. In the first case `socket_close` says how, in the
        second `attached` is true and the session must go on. Take messages promptly: a socket that is not
        read is closed by its peer's keepalive.
        """
        link = self._link
        if link is None:
            return
        reader = (asyncio.current_task(), asyncio.Event())
        self._reader = reader
        try:
            async for message in link.messages():
                if self._last_link is not link:
                    return
                yield message
            if self._link is link:
                self.detach()
        finally:
            reader[1].set()

    async def _read_to_end(self, caller: asyncio.Task[Any] | None) -> None:
        """Wait until `incoming` has ended, unless it is `caller` that reads it."""
        if self._reader is not None and self._reader[0] is not caller:
            await self._reader[1].wait()
