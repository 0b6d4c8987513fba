"""`SavedOutput`: what a notebook that is saved shows of a widget where there is no kernel.

An output of its own, beside that of the widget: static HTML, which the front end saves as it stands. A live view hides
it (`js/src/widget.ts`). Front ends save what was displayed last, so it is brought up to date while the document
changes: after a cell, and seldom in between, as each time makes the notebook one with unsaved changes.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any, Final

from domsync_jupyter.dom.static_html import static_html
from domsync_jupyter.notebook.shell import notebook_shell
from domsync_jupyter.sync.mirror import Mirror

if TYPE_CHECKING:
    import asyncio

    from domsync_jupyter.dom.document import Document

__all__ = ["SavedOutput"]

logger = logging.getLogger("domsync_jupyter")

#: Seconds after a change until the output follows, and seconds between two updates.
QUIET_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 10.0
#: By which the pause is at least longer than the time that the update took, as nothing else happens meanwhile.
SHARE: Final = 20
#: Characters; a longer one would make the notebook large.
MOST: Final = 1_000_000

# Beside it stands the output of the widget: a live view, which hides this one, or the front end's words that there is
# no such widget any more. (In an Output widget it stands beside that too, but not beside what follows the Output.)
_FRAME: Final = (
    "<style>.jp-OutputArea-child:has(>.jp-OutputArea-output>.domsync-saved-{key})"
    "+.jp-OutputArea-child:has(.jupyter-widgets):not(:has(.domsync-view)){{display:none}}</style>"
    '<div class="domsync-saved domsync-saved-{key}">{html}</div>'
)


class SavedOutput:
    """The static output of one widget. Does nothing where there is no notebook.

    Belongs to the widget's event loop, except where a method says otherwise.

    Args:
        key: Tells it from those of other widgets; letters, digits, ``-`` and ``_``.
        loop: The event loop.
    """

    def __init__(self, key: str, loop: asyncio.AbstractEventLoop) -> None:
        self._key = key
        self._loop = loop
        self._document: Document | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._is_waiting = False
        self._last = ""
        self._not_before = 0.0
        self._shell: Any = None
        # A cell may end in another thread than that of the loop.
        self._updating = threading.Lock()

    def show(self, document: Document | None) -> bool:
        """Display the output, as the widget is about to be. Where a cell runs.

        Returns:
            Whether there is a notebook that may be saved.
        """
        shell = notebook_shell()
        if shell is None:
            return False
        if self._shell is None:
            self._shell = shell
            shell.events.register("post_run_cell", self._after_cell)
        if document is not None and document is not self._document:
            self.follow(document)
        self._last = self._html()
        self._publish(update=False)
        return True

    def follow(self, document: Document) -> None:
        """From now on, show this document. Any thread."""
        self._unfollow()
        self._document = document
        Mirror.of(document).subscribe(self._changed)
        self._changed()

    def close(self) -> None:
        """Follow nothing any more; what was displayed stays. Any thread; idempotent."""
        self._unfollow()
        self._is_waiting = True
        if self._shell is not None:
            shell, self._shell = self._shell, None
            shell.events.unregister("post_run_cell", self._after_cell)

    def _unfollow(self) -> None:
        document, self._document = self._document, None
        if document is not None:
            Mirror.of(document).unsubscribe(self._changed)

    def _changed(self) -> None:
        """The document changed. Any thread, under its lock."""
        if self._is_waiting or self._shell is None:
            return
        self._is_waiting = True
        try:
            self._loop.call_soon_threadsafe(self._wait)
        except RuntimeError:
            logger.debug("the event loop is closed: an output is not saved any more")

    def _wait(self) -> None:
        self._timer = self._loop.call_at(
            max(self._loop.time() + QUIET_SECONDS, self._not_before), self._update
        )

    def _after_cell(self, *_: Any) -> None:
        """What runs a notebook without a front end ends right after the last cell."""
        if self._is_waiting:
            self._update()

    def _update(self) -> None:
        with self._updating:
            self._bring_up_to_date()

    def _bring_up_to_date(self) -> None:
        self._is_waiting = False
        began = self._loop.time()
        if self._timer is not None:
            self._timer.cancel()
        document = self._document
        if document is None:
            return
        # A change is told of once, until it was collected.
        Mirror.of(document).collect()
        html = self._html()
        if html != self._last:
            self._last = html
            self._publish(update=True)
        took = self._loop.time() - began
        self._not_before = began + max(PAUSE_SECONDS, took * SHARE)

    def _html(self) -> str:
        document = self._document
        try:
            html = "" if document is None else static_html(document.getRootElement())
        except Exception:
            # The widget is to be displayed all the same.
            logger.exception("the state of a document cannot be saved with the notebook")
            return ""
        if len(html) > MOST:
            return f"<p><i>This output is too large to be saved: {len(html):,} characters of HTML.</i></p>"
        return html

    def _publish(self, *, update: bool) -> None:
        from IPython.display import HTML, display  # noqa: PLC0415 - most programs have no need of it

        html = HTML(_FRAME.format(key=self._key, html=self._last))  # type: ignore[no-untyped-call]  # it has no types
        display(html, display_id=f"domsync-{self._key}", update=update)  # type: ignore[no-untyped-call]  # as above
