"""`Audience`: the viewers of one document in one event loop, who are told together that it changed.

It says when, and in which order; what a viewer is sent is its own business. One run serves all of them: with a handle
of the loop for each, a thousand viewers would make a thousand objects for each frame, and the garbage collector
would stop the server for longer than the sending takes.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.transports.link import FRAME_SECONDS

if TYPE_CHECKING:
    import asyncio

    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.transports.viewer import Viewer
    from domsync_jupyter.transports.worker import Worker

__all__ = ["Audience"]

logger = logging.getLogger("domsync_jupyter")


class Audience:
    """The viewers of a document. Make it in their event loop, to which it belongs.

    Args:
        document: The document.
        loop: The event loop.
        worker: Runs the plain callbacks of all of them, if they are not to run in the loop.
    """

    def __init__(
        self, document: Document, loop: asyncio.AbstractEventLoop, worker: Worker | None = None
    ) -> None:
        self.worker = worker
        self._document = document
        self._loop = loop
        self._thread = threading.get_ident()
        self._viewers: list[Viewer] = []
        self._next_run: asyncio.Handle | None = None
        self._not_before = 0.0

    def __bool__(self) -> bool:
        """Whether there is anyone."""
        return bool(self._viewers)

    def add(self, viewer: Viewer) -> None:
        """From now on, tell this viewer what happens to the document."""
        with self._document._lock:
            if not self._viewers:
                Mirror.of(self._document).subscribe(self._changed, self._flush)
            self._viewers.append(viewer)

    def remove(self, viewer: Viewer) -> None:
        """Tell it nothing any more."""
        with self._document._lock:
            self._viewers.remove(viewer)
            if self._viewers:
                return
            Mirror.of(self._document).unsubscribe(self._changed, self._flush)
        if self._next_run is not None:
            self._next_run.cancel()
            self._next_run = None
        if self.worker is not None:
            self.worker.close()

    def _changed(self) -> None:
        # By any thread, under the document's lock.
        if threading.get_ident() == self._thread:
            self._schedule()
            return
        try:
            self._loop.call_soon_threadsafe(self._schedule)
        except RuntimeError:
            # The loop is closed: there is nobody left to send to.
            logger.debug("a document changed after the loop of its viewers was closed")

    def _flush(self) -> None:
        # By any thread, under the document's lock.
        for viewer in list(self._viewers):
            viewer.flush_now()

    def _schedule(self) -> None:
        """Run when the code that runs in the loop is done, and a frame's time after the last run."""
        if self._next_run is not None or not self._viewers:
            return
        if self._loop.time() >= self._not_before:
            self._next_run = self._loop.call_soon(self._run)
        else:
            self._next_run = self._loop.call_at(self._not_before, self._run)

    def _run(self) -> None:
        self._next_run = None
        now = self._loop.time()
        sent = [viewer.pump(now) for viewer in list(self._viewers)]
        if any(sent):
            self._not_before = now + FRAME_SECONDS
