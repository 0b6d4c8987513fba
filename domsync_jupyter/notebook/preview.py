"""`Preview`: what a view shows until its session can begin, which it cannot while a cell blocks the kernel.

A cell may display a widget and then go on for minutes. Nobody reads what the new view says until it ends; but what is
sent arrives at once. So a flush sends the whole document to all views, as a Snapshot that belongs to no session: a view
which has none shows it, the others pass over it.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from domsync_jupyter.sync import messages
from domsync_jupyter.sync.mirror import Mirror

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom.document import Document

__all__ = ["Preview"]

#: Seconds between two previews: each is the whole document.
PAUSE_SECONDS: Final = 0.1


class Preview:
    """Sends previews of a document, from when it is displayed until a view begins its session.

    Args:
        document: The document.
        send: Sends a message to all views. Called by whichever thread flushes the document, under its lock.
    """

    def __init__(self, document: Document, send: Callable[[bytes], None]) -> None:
        self._mirror = Mirror.of(document)
        self._send = send
        self._is_wanted = False
        self._not_before = 0.0

    def displayed(self) -> None:
        """There will be a view. Any thread."""
        with self._mirror.document._lock:
            if not self._is_wanted:
                self._is_wanted = True
                self._mirror.subscribe(on_flush=self._flush)

    def stop(self) -> None:
        """A view has begun its session, or there will be none. Any thread; idempotent."""
        with self._mirror.document._lock:
            if self._is_wanted:
                self._is_wanted = False
                self._mirror.unsubscribe(on_flush=self._flush)

    def _flush(self) -> None:
        now = time.monotonic()
        if now < self._not_before or self._mirror.document._batches:
            return
        self._not_before = now + PAUSE_SECONDS
        self._mirror.collect()
        parts = self._mirror.snapshot()
        if len(parts) == 1:  # What is larger would take the page longer than the pause.
            self._send(messages.encode(messages.Snapshot(0, 0, parts[0])))
