"""Cells are run again: a server that is started in one takes the place of the one that it started before.

Only in a notebook. In a program, a port that is in use is a mistake, and is told as one.
"""

from __future__ import annotations

import asyncio
import threading
import weakref
from typing import TYPE_CHECKING, Final

from domsync_jupyter.notebook.shell import CellRun, cell_run, notebook_shell
from domsync_jupyter.transports.gate import is_loopback_host, normal_host

if TYPE_CHECKING:
    from domsync_jupyter.domsync_server import DomsyncServer

__all__ = ["replace", "replace_soon", "started"]

#: Hosts that stand for all addresses of the machine.
_WILDCARDS: Final = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, not bound to

_lock = threading.Lock()
#: The servers that were started in this process, and the runs of cells which did that.
_started: weakref.WeakKeyDictionary[DomsyncServer, CellRun | None] = weakref.WeakKeyDictionary()


def started(server: DomsyncServer) -> None:
    """Remember that a server listens, where a cell has started it."""
    if notebook_shell() is not None:
        with _lock:
            _started[server] = cell_run()


async def replace(server: DomsyncServer) -> None:
    """Stop the server whose place this one is to take, if there is one. In the event loop of the new one."""
    earlier = _predecessor(server)
    if earlier is None:
        return
    server.inherit_from(earlier)
    if earlier._thread is not None:
        await asyncio.to_thread(earlier.stop)
    elif earlier.loop is asyncio.get_running_loop():
        await earlier.close()
    else:
        replace_soon(server)


def replace_soon(server: DomsyncServer) -> None:
    """The same where nothing can be awaited: if this thread's own loop runs the earlier one, it ends after the cell."""
    earlier = _predecessor(server)
    if earlier is None:
        return
    server.inherit_from(earlier)
    loop = earlier.loop
    if earlier._thread is not None:
        earlier.stop()
    elif loop is not None:
        ending = asyncio.run_coroutine_threadsafe(earlier.close(), loop)
        if _running_loop() is loop:
            # The port is free at once.
            earlier._stop_listening()
        else:
            ending.result(5)


def _predecessor(server: DomsyncServer) -> DomsyncServer | None:
    """The server that listens where this one wants to; for any free port, the one that this cell started before."""
    if notebook_shell() is None:
        return None
    run = cell_run()
    with _lock:
        running = [
            (each, by) for each, by in _started.items() if each.loop is not None and each is not server
        ]
    if server.port:
        same = [each for each, _ in running if each.port == server.port and _overlap(each.host, server.host)]
        return same[0] if same else None
    if run is None or not run.cell:
        return None
    # Of several, in the order in which they were started.
    earlier = [each for each, by in running if by is not None and by.cell == run.cell and by.run != run.run]
    if not earlier:
        return None
    # Pages that are open find the new one where the old one was.
    server.port = earlier[0].port
    return earlier[0]


def _overlap(one: str, other: str) -> bool:
    """Whether servers that listen on these hosts, on the same port, are in each other's way."""
    hosts = {normal_host(one), normal_host(other)}
    return len(hosts) == 1 or not hosts.isdisjoint(_WILDCARDS) or all(map(is_loopback_host, hosts))


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
