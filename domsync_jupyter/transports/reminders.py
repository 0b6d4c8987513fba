"""`Reminder`: says again how far Python has got, to a page that may not know.

A comm loses messages without a word. A page finds out by what comes next; if nothing comes, by asking, and one that has
nothing to do asks seldom. So whoever sent something says soon afterwards that there was something.
"""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from domsync_jupyter.sync.session import Session
    from domsync_jupyter.transports.client import Client

__all__ = ["Reminder"]

#: Seconds until the first reminder, beyond the time for which a page may keep its acknowledgement back.
_FIRST: Final = 0.15
#: By which each pause is longer than the one before, and seconds that it is at most.
_FACTOR: Final = 1.25
_MOST: Final = 10.0


class Reminder:
    """Repeats, with growing pauses, what was sent last, until the page has acknowledged it.

    Args:
        client: Where it goes. Belongs to its loop.
        session: What the page has acknowledged, and in which it is said.
        changed: Called when there is something to send.
    """

    def __init__(self, client: Client, session: Session, changed: Callable[[], None]) -> None:
        self._client = client
        self._session = session
        self._changed = changed
        self._first = session.limits.ack_ms / 1000 + _FIRST
        # Held while it is decided whether one runs: what another thread sends meanwhile needs one that does.
        self._lock = threading.Lock()
        self._is_running = False
        self._closed = False
        self._timer: asyncio.TimerHandle | None = None

    def expect(self) -> None:
        """Something was sent. Any thread."""
        # Where one end of a carrier learns what happened to the other, nothing is lost without a word either.
        if self._client.tells_its_end:
            return
        with self._lock:
            if self._is_running or self._closed:
                return
            self._is_running = True
        with contextlib.suppress(RuntimeError):  # The loop is closed, and nobody is left.
            self._client.loop.call_soon_threadsafe(self._wait, self._first)

    def close(self) -> None:
        """Remind no more. In the loop."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()

    def _wait(self, pause: float) -> None:
        if self._closed:
            return  # While the call was on its way from another thread.
        self._timer = self._client.loop.call_later(pause, self._remind, pause, self._session.acknowledged)

    def _remind(self, pause: float, acknowledged: int) -> None:
        with self._lock:
            goes_on = self._is_running = self._session.unacknowledged > 0
        if not goes_on:
            return
        if self._session.acknowledged > acknowledged:
            self._wait(self._first)
        else:
            self._session.remind()
            self._changed()
            self._wait(min(pause * _FACTOR, _MOST))
