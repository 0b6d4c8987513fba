"""`LogView`: the last lines of a log."""

from __future__ import annotations

import logging
import weakref
from collections import deque
from typing import TYPE_CHECKING, Literal, get_args

from domsync_jupyter.components.component import Component, Parent
from domsync_jupyter.components.showing import Showing

if TYPE_CHECKING:
    from domsync_jupyter.dom import Element
    from domsync_jupyter.dom.events import Event

__all__ = ["Level", "LogView"]

Level = Literal["debug", "info", "good", "warn", "bad"]

# As they are, some of JupyterLab's colours have too little contrast for text.
# The lines are in a box of their own, in one that begins at its end: so a browser keeps showing the end while lines
# come, and stays where it is if a person has scrolled to others.
STYLE = """
:where(.domsync-log) {
  display: flex; flex-direction: column-reverse; overflow: auto; box-sizing: border-box; padding: 8px 12px;
  background: var(--domsync-surface); border: 1px solid var(--domsync-line); border-radius: var(--domsync-radius);
  font-family: var(--jp-code-font-family, ui-monospace, monospace); font-size: 0.92em;
}
:where(.domsync-log > div) { flex: none; margin-bottom: auto; }
:where(.domsync-log > div > div) { white-space: pre-wrap; overflow-wrap: anywhere; }
:where(.domsync-log .domsync-debug) { color: var(--domsync-muted); }
:where(.domsync-log .domsync-good) { color: color-mix(in srgb, var(--domsync-good) 70%, var(--domsync-text)); }
:where(.domsync-log .domsync-warn) { color: color-mix(in srgb, var(--domsync-warn) 70%, var(--domsync-text)); }
:where(.domsync-log .domsync-bad) { color: color-mix(in srgb, var(--domsync-bad) 70%, var(--domsync-text)); }
:where(.domsync-log .domsync-bad) { font-weight: 600; }
"""
#: Ours come from what shows the log: with them, each line would bring the next.
OWN = "domsync_jupyter"
#: An event that no page knows: a listener for it keeps a log as long as its element.
_KEEPS = "domsync-logs"


class LogView(Component):
    """Lines of text, of which it keeps the last ones. It shows the end, unless its reader has scrolled up.

    ```python
    log = LogView(document, max_lines=200)
    log.append("It has begun")
    log.append("The disk is full", "bad")
    logging.getLogger().addHandler(log.handler())       # what the program logs
    ```

    May be written to from any thread. Lines are seen at once, also while a loop blocks the cell of a notebook.

    Args:
        parent: The element, component or document to put it in.
        label: What it is a log of, for those who do not see it.
        max_lines: How many lines it keeps; older ones go.
        height: CSS length.

    Raises:
        ValueError: If `max_lines` is less than 1.
    """

    def __init__(
        self, parent: Parent, *, label: str = "Log", max_lines: int = 1000, height: str = "240px"
    ) -> None:
        super().__init__(parent)
        if max_lines < 1:
            raise ValueError(f"a log keeps at least one line, not {max_lines}")
        self.max_lines = max_lines
        document = self.getDocument()
        self._showing = Showing(document)
        self._lines = document.createElement("div")
        self._kept: deque[Element] = deque()
        # Who has no mouse can scroll what has the focus.
        attributes = {"class": "domsync-log", "role": "log", "aria-label": label, "tabindex": "0"}
        element = document.createElement("div", attributes=attributes)
        element.setAttribute("style", f"height: {height}")
        element.append(self._lines)
        self.mount(element, STYLE)

    @property
    def content(self) -> Element:
        """The element with the lines."""
        return self._lines

    @property
    def lines(self) -> list[str]:
        """The texts that it has now, the oldest first."""
        with self.getDocument().batch():
            return [line.textContent or "" for line in self._kept]

    def append(self, text: str, level: Level = "info") -> None:
        """Add a line at the end; a text with line breaks is one.

        Args:
            text: What it says.
            level: What it is like: it decides the colour, so let the text say it, too.

        Raises:
            ValueError: If there is no such level.
        """
        if level not in get_args(Level):
            raise ValueError(f"there is no level {level!r}: there are {', '.join(get_args(Level))}")
        document = self.getDocument()
        line = document.createElement("div", attributes={"class": f"domsync-{level}"})
        line.textContent = text
        with document.batch():
            self._lines.append(line)
            self._kept.append(line)
            while len(self._kept) > self.max_lines:
                self._kept.popleft().remove()
        if self._showing.is_due:
            self._showing.show()

    def clear(self) -> None:
        """Take all lines away."""
        with self.getDocument().batch():
            self._kept.clear()
            self._lines.replaceChildren()

    def handler(self, level: int | str = logging.INFO) -> logging.Handler:
        """Make a handler, for ``logger.addHandler``, that appends what is logged.

        What this package logs of itself is left out unless it is a warning. ``handler.setFormatter`` changes how
        records are written. A logger keeps its handlers, but this one does not keep the document: once that is gone, or
        the log was removed, it does nothing.

        Args:
            level: What is less severe is left out.
        """
        self.getElement().addEventListener(_KEEPS, self._keep)
        return _Handler(self, level)

    def _keep(self, event: Event) -> None:
        """Nothing: the element has it, and so the log."""


class _Handler(logging.Handler):
    def __init__(self, view: LogView, level: int | str) -> None:
        super().__init__(level)
        self._view = weakref.ref(view)
        self.setFormatter(
            logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", datefmt="%H:%M:%S")
        )

    def createLock(self) -> None:
        # Who logs in a batch has the document's lock already, so a lock of this handler could be held by one who
        # waits for that one.
        self.lock = None

    def handle(self, record: logging.LogRecord) -> bool:
        # As in `logging.Handler`, but for the lock; since Python 3.12, a filter may give another record.
        passed: object = self.filter(record)
        if passed:
            self.emit(passed if isinstance(passed, logging.LogRecord) else record)
        return bool(passed)

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] == OWN and record.levelno < logging.WARNING:
            return
        view = self._view()
        if view is None or view.has_been_removed():
            return
        try:
            view.append(self.format(record), _level_of(record.levelno))
        except Exception:  # noqa: BLE001 - logging's own way: a line that cannot be written ends no program
            self.handleError(record)


def _level_of(number: int) -> Level:
    if number >= logging.ERROR:
        return "bad"
    if number >= logging.WARNING:
        return "warn"
    return "info" if number >= logging.INFO else "debug"
