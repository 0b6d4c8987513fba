"""`Feed`: brings the points of a `PointRing` to the island that shows them, in binary, and not too often."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domsync_jupyter.components.point_ring import Column, PointRing

__all__ = ["Feed"]

#: Seconds between two messages, at least: what comes faster is brought together.
PACE: Final = 1 / 30
#: Seconds after which is told how far the points go: pages that have lost the last ones ask for them.
REST: Final = 1.0


class Feed:
    """Any thread may use it. js/src/charts/time_series.ts is its other end.

    A message has the ``epoch``, the number of its ``first`` point and that of the ``oldest`` which is kept; its buffer
    has the columns, one after the other. A page that begins, or has missed something, says ``"all"``; it gets them
    within `REST`, with all others.

    It must not know the component or its element, as its widget, which holds it, is held by ipywidgets.

    Args:
        widget: The island's.
        ring: Where the points are; nobody else changes it.
        on_rest: Called at most once in `REST` seconds while points come, and once after the last; any thread.
    """

    def __init__(self, widget: Any, ring: PointRing, on_rest: Callable[[], None]) -> None:
        self._widget = widget
        self._ring = ring
        self._on_rest = on_rest
        self._lock = threading.Lock()
        #: The number of the first point that was not sent, and whether somebody wants those before as well.
        self._unsent = 0
        self._wants_all = False
        self._sent_at = self._all_sent_at = self._rested_at = float("-inf")
        self._timer: threading.Timer | None = None
        self._due = 0.0
        self._closed = False
        widget.on_msg(self._hear)

    def add(self, columns: Sequence[Column]) -> None:
        """Add points.

        Raises:
            ValueError: See `PointRing.add`.
        """
        with self._lock:
            self._ring.add(columns)
            self._go_on()

    def clear(self) -> None:
        """Forget all points."""
        with self._lock:
            self._ring.clear()
            self._unsent = 0
            self._wants_all, self._all_sent_at = True, float("-inf")
            self._go_on()

    def points(self) -> list[Column]:
        """Copies of the columns."""
        with self._lock:
            return self._ring.since(0)

    def last(self) -> list[float]:
        """The newest point; nothing, if there is none."""
        with self._lock:
            return self._ring.last()

    def close(self) -> None:
        """Send nothing more. Idempotent."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()

    def _hear(self, _: Any, content: Any, buffers: Any) -> None:
        if content == "all":
            with self._lock:
                self._wants_all = True
                self._go_on()

    def _go_on(self) -> None:
        """Send now, or else as soon as the pace allows. Under the lock."""
        now = time.monotonic()
        wait = self._sent_at + PACE - now
        if wait <= 0:
            self._send(now)
            wait = REST
        self._call_after(wait, now)

    def _send(self, now: float) -> None:
        if self._closed:
            return
        ring = self._ring
        first = max(self._unsent, ring.oldest)
        # All pages get what one has asked for: one that asks again and again is not to keep them busy.
        if self._wants_all and now >= self._all_sent_at + REST:
            first, self._wants_all, self._all_sent_at = ring.oldest, False, now
        self._unsent, self._sent_at = ring.next, now
        data = b"".join(column.tobytes() for column in ring.since(first))
        self._widget.send({"epoch": ring.epoch, "first": first, "oldest": ring.oldest}, [data])

    def _call_after(self, wait: float, now: float) -> None:
        if self._closed or (self._timer is not None and self._due <= now + wait):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due = now + wait
        self._timer = threading.Timer(wait, self._tick)
        self._timer.daemon = True
        self._timer.start()

    def _tick(self) -> None:
        with self._lock:
            if self._timer is not threading.current_thread():
                return  # Another one came in its place, just when it began.
            self._timer = None
            now = time.monotonic()
            if self._wants_all or self._unsent < self._ring.next:
                self._send(now)
            rests = now >= self._rested_at + REST
            if rests:
                self._rested_at = now
            if self._sent_at >= self._rested_at or not rests:
                self._call_after(REST, now)
            reached = [self._ring.epoch, self._ring.next]
            closed = self._closed
        if rests and not closed:
            self._widget.reached = reached
            self._on_rest()
