"""`Lifetime`: from open to closed, whatever becomes of the sockets in between.

The part of a client that ends it: states, close codes, the closing. It does not know what is sent and received.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Self

from websockets.exceptions import ProtocolError
from websockets.frames import Close, CloseCode
from websockets.protocol import State

from domsync_jupyter.transports.link import connection_closed
from domsync_jupyter.transports.linked import Linked
from domsync_jupyter.transports.payloads import MAX_CONTROL_BYTES

if TYPE_CHECKING:
    import uuid
    from collections.abc import Coroutine
    from types import TracebackType

    from websockets.exceptions import ConnectionClosed
    from websockets.typing import LoggerLike

    from domsync_jupyter.transports.link import Link

__all__ = ["Lifetime"]


class Lifetime(Linked):
    """A session that ends once, with or without a socket.

    Args:
        link: The first socket.
        id: Identifier for logs; by default that of ``link``.
        close_timeout: Seconds that `close` may take.
    """

    def __init__(self, link: Link, *, id: uuid.UUID | None = None, close_timeout: float = 2) -> None:
        super().__init__(link)
        self.id: uuid.UUID = link.id if id is None else id
        """Identifier of the client in logs; not a secret."""
        self.logger: LoggerLike = logging.LoggerAdapter(
            logging.getLogger("domsync_jupyter.client"), {"client": self}
        )
        """Logger for this client."""
        self.close_timeout = close_timeout
        """Seconds that `close` may take."""

        self._state = State.OPEN
        self._rcvd: Close | None = None
        self._sent: Close | None = None
        self._rcvd_then_sent: bool | None = None
        self._cause: BaseException | None = None
        self._closed = asyncio.Event()
        self._closing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._take(link)

    @property
    def state(self) -> State:
        """State of the session. A session whose socket is away is ``OPEN``. Any thread."""
        return self._state

    @property
    def close_code(self) -> int | None:
        """Code of the close frame received, 1006 if none was; `None` until closed."""
        if self._state is not State.CLOSED:
            return None
        return CloseCode.ABNORMAL_CLOSURE if self._rcvd is None else self._rcvd.code

    @property
    def close_reason(self) -> str | None:
        """Reason in the close frame received, ``""`` if none was; `None` until closed."""
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

    def attach(self, link: Link) -> None:
        """For the runtime: go on with another link to the same viewer, over whichever transport.

        One that is still there is cut off: the viewer has left it. What had not been read from it is not
        read any more; the page sends again what matters.

        Raises:
            ConnectionClosed: If the session has ended. The link is left as it is.
        """
        if self._state is not State.OPEN:
            raise self._closed_exception()
        self._take(link)
        super().attach(link)

    def finished(
        self,
        rcvd: Close | None = None,
        sent: Close | None = None,
        rcvd_then_sent: bool | None = None,
    ) -> None:
        """For the runtime: end the session at once. Wakes everyone who waits. Idempotent.

        A live socket is cut off. Call it once `incoming` has ended and the session will
        not be taken up again. Without arguments it ended as the last socket did.

        Args:
            rcvd: Close frame received.
            sent: Close frame sent.
            rcvd_then_sent: Which of the two was first, if there were two.
        """
        if self._state is State.CLOSED:
            return
        last = self.socket_close
        if rcvd is None and sent is None and last is not None:
            rcvd, sent, rcvd_then_sent = last.rcvd, last.sent, last.rcvd_then_sent
            self._cause = last.__cause__
        self._rcvd, self._sent, self._rcvd_then_sent = rcvd, sent, rcvd_then_sent
        self._state = State.CLOSED
        self.detach()
        self._changed.set()
        self._closed.set()

    def _take(self, link: Link) -> None:
        link.close_timeout, link.logger = self.close_timeout, self.logger

    def _closed_exception(self) -> ConnectionClosed:
        return connection_closed(self._rcvd, self._sent, self._rcvd_then_sent, self._cause)

    async def _raise_if_closed(self) -> None:
        if self._state is not State.OPEN:
            await self._closed.wait()
            raise self._closed_exception() from self._cause

    async def _close(self, frame: Close, caller: asyncio.Task[Any] | None) -> None:
        try:
            if self._link is not None:
                await self._link.close(frame)
            # What came before the end must be in the inbox before recv() learns of the end.
            async with asyncio.timeout(self.close_timeout):
                await self._read_to_end(caller)
        except TimeoutError:
            self.logger.debug("incoming() was not read to its end before the client closed")
        finally:
            self.finished()

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = self.loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
