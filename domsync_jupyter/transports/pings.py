"""`Pings`: which pings of a client wait for their pong, over however many sockets."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from websockets.exceptions import ConcurrencyError

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

__all__ = ["Pings"]


class Pings:
    """Pings in the order of their sending. Belongs to the event loop ``loop``."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.latency = 0.0
        """Last round-trip time in seconds; 0.0 before the first pong."""
        self._loop = loop
        # By token, oldest first: the waiter and the time of sending.
        self._waiting: dict[str, tuple[asyncio.Future[float], float]] = {}

    @property
    def tokens(self) -> list[str]:
        """Those of the pings that wait, oldest first."""
        return list(self._waiting)

    def add(self, token: str | None) -> tuple[str, asyncio.Future[float]]:
        """Note a ping that is sent now.

        Args:
            token: Its payload; :obj:`None` chooses a random one that is free.

        Returns:
            The token, and what will be the round-trip time in seconds.

        Raises:
            ConcurrencyError: If a ping with this token waits already.
        """
        if token in self._waiting:
            raise ConcurrencyError("expected a payload of its own, but a ping with this one waits already")
        while token is None or token in self._waiting:
            token = f"{random.getrandbits(32):08x}"
        waiter: asyncio.Future[float] = self._loop.create_future()
        self._waiting[token] = (waiter, self._loop.time())
        return token, waiter

    def answered(self, token: str) -> None:
        """Note the answer to a ping, and with it to all earlier ones; that to an unknown one is ignored."""
        if token not in self._waiting:
            return
        now = self._loop.time()
        for earlier in list(self._waiting):
            waiter, sent_at = self._waiting.pop(earlier)
            if not waiter.done():
                waiter.set_result(now - sent_at)
            if earlier == token:
                self.latency = now - sent_at
                return

    def fail(self, make_exception: Callable[[], BaseException]) -> None:
        """Let all that wait raise: no pong will come."""
        for waiter, _ in self._waiting.values():
            if not waiter.done():
                waiter.set_exception(make_exception())
                # Retrieving the exception keeps asyncio from logging it for a ping nobody awaits.
                waiter.exception()
        self._waiting.clear()
