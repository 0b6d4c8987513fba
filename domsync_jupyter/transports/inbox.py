"""The queue of application messages between a session and ``recv()``.

It keeps order, lets one reader wait at a time, and bounds its memory. It knows nothing of
sockets, sessions or how a connection ended.
"""

from __future__ import annotations

import asyncio
from collections import deque

from websockets.exceptions import ConcurrencyError

__all__ = ["Inbox"]


class Inbox:
    """Messages in the order of their arrival, at most ``max_messages`` and ``max_bytes`` of them.

    The newest message is always kept, whatever its size. Everything here belongs to one
    event loop and its thread.

    Args:
        max_messages: Number of messages kept, at least 1.
        max_bytes: Sum of their lengths: bytes for :class:`bytes`, characters for :class:`str`.
    """

    def __init__(self, *, max_messages: int, max_bytes: int) -> None:
        self.max_messages = max_messages
        self.max_bytes = max_bytes
        self._messages: deque[str | bytes] = deque()
        self._size = 0
        self._closed = False
        self._reading = False
        self._arrival: asyncio.Future[None] | None = None

    def put(self, message: str | bytes) -> int:
        """Append one message.

        Returns:
            How many of the oldest messages were dropped to stay within the limits.
        """
        self._messages.append(message)
        self._size += len(message)
        dropped = 0
        while len(self._messages) > 1 and (
            len(self._messages) > self.max_messages or self._size > self.max_bytes
        ):
            self._pop()
            dropped += 1
        self._wake()
        return dropped

    async def get(self) -> str | bytes:
        """Take the oldest message, waiting for one if there is none.

        Cancelling it loses nothing: a message is taken only when it is returned.

        Raises:
            EOFError: If the inbox is closed and empty.
            ConcurrencyError: If another coroutine is waiting already.
        """
        if self._reading:
            raise ConcurrencyError("get() is already running")
        self._reading = True
        try:
            while not self._messages:
                if self._closed:
                    raise EOFError("the inbox is closed")
                self._arrival = asyncio.get_running_loop().create_future()
                await self._arrival
            return self._pop()
        finally:
            self._reading = False
            self._arrival = None

    def close(self) -> None:
        """Declare that nothing more will come. What is there can still be taken. Idempotent."""
        self._closed = True
        self._wake()

    def _pop(self) -> str | bytes:
        message = self._messages.popleft()
        self._size -= len(message)
        return message

    def _wake(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)
