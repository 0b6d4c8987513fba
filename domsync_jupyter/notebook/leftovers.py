"""Widgets that a cell made when it was run before, and that nobody can see or name any more.

ipywidgets keeps every widget until it is closed, and the front end makes all of them again whenever the page is
reloaded. A cell that is run thirty times would leave twenty-nine.
"""

from __future__ import annotations

import logging
import threading
import weakref
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from domsync_jupyter.notebook.shell import cell_run, notebook_shell

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator

    from domsync_jupyter.notebook.shell import CellRun
    from domsync_jupyter.widget import DomsyncWidget

__all__ = ["displayed", "made"]

logger = logging.getLogger("domsync_jupyter")

#: Seconds until the views of a cell's last output have said that they are gone, and how often to look.
PATIENCE_SECONDS: Final = 2.0
LOOKS: Final = 5

#: Items of lists, tuples, sets and dicts that are looked at for widgets, each time.
MAX_ITEMS: Final = 10_000


class _Made(NamedTuple):
    run: CellRun
    #: The cells that have displayed it.
    shown_in: set[str]


_lock = threading.Lock()
_made: weakref.WeakKeyDictionary[DomsyncWidget, _Made] = weakref.WeakKeyDictionary()


def made(widget: DomsyncWidget, loop: asyncio.AbstractEventLoop) -> None:
    """Remember which cell made a widget; what that cell made before is closed, if it is of no use to anyone.

    Of no use is what only this cell has displayed, has no view any more, and has no name: it is neither the value of a
    variable nor an item of a list, tuple, set or dict that is one. What is deeper inside, in an attribute of an object
    for example, does not count.
    """
    run = cell_run()
    if run is None or not run.cell:
        return
    with _lock:
        earlier = [each for each, by in _made.items() if by.run.cell == run.cell and by.run.run != run.run]
        _made[widget] = _Made(run, set())
    for each in earlier:
        _look_later(weakref.ref(each), loop, LOOKS)


def displayed(widget: DomsyncWidget) -> None:
    """A widget is about to be displayed."""
    run = cell_run()
    with _lock:
        if widget in _made:
            _made[widget].shown_in.add("" if run is None else run.cell)


def _look_later(widget: weakref.ref[DomsyncWidget], loop: asyncio.AbstractEventLoop, looks: int) -> None:
    loop.call_soon_threadsafe(loop.call_later, PATIENCE_SECONDS, _look, widget, loop, looks - 1)


def _look(reference: weakref.ref[DomsyncWidget], loop: asyncio.AbstractEventLoop, looks: int) -> None:
    widget = reference()
    if widget is None or widget.comm is None or not _is_out_of_reach(widget):
        return
    if not widget.has_views:
        logger.info("closed a widget that the same cell had made before")
        widget.close()
    elif looks:
        _look_later(reference, loop, looks)


def _is_out_of_reach(widget: DomsyncWidget) -> bool:
    with _lock:
        by = _made.get(widget)
    if by is None or by.shown_in != {by.run.cell}:
        return False
    return not any(value is widget for value in _named())


def _named() -> Iterator[object]:
    """The values of the person's variables, and what is in those that are containers."""
    values = [
        value
        for name, value in dict(getattr(notebook_shell(), "user_ns", {})).items()
        # IPython's own, such as the results of earlier cells.
        if not name.startswith("_") and name not in ("In", "Out")
    ]
    yield from values
    # Copies, as another thread may change them. Those that are short, as a list of widgets is, come first.
    containers: list[list[object]] = [
        list(value.values() if isinstance(value, dict) else value)
        for value in values
        if isinstance(value, list | tuple | set | frozenset | dict) and len(value) <= MAX_ITEMS
    ]
    containers.sort(key=len)
    yield from islice(chain.from_iterable(containers), MAX_ITEMS)
