"""`Showing`: has viewers see what changes while a cell blocks, at most ten times a second."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom import Document

__all__ = ["Showing"]

SECONDS = 0.1


class Showing:
    """When a document's viewers were last shown something by a component that works in loops.

    Args:
        document: The document.
        clock: Seconds, from wherever.
    """

    def __init__(self, document: Document, clock: Callable[[], float] = time.monotonic) -> None:
        self._document = document
        self._clock = clock
        #: From when on it may be shown again.
        self.due = clock()

    @property
    def is_due(self) -> bool:
        """Whether the last time is long enough ago."""
        return self._clock() >= self.due

    def show(self) -> None:
        """Flush the document, unless the caller holds changes back in a ``batch``."""
        self.due = self._clock() + SECONDS
        if not self._document._batches:
            self._document.flush()
