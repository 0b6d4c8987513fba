"""``python -m domsync_jupyter module:app``, or ``app.py``: run an app as a web page, from a shell."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from typing import TYPE_CHECKING

from domsync_jupyter.domsync_server import DomsyncServer
from domsync_jupyter.loading import load
from domsync_jupyter.reloading import Reloader

if TYPE_CHECKING:
    from collections.abc import Sequence


async def run(server: DomsyncServer, reloader: Reloader | None = None) -> None:
    """Serve until the process is told to stop; reload the app meanwhile, if it is to be."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no signal handlers in the loop: there, Ctrl-C raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with server, asyncio.TaskGroup() as tasks:
        if reloader is not None:
            tasks.create_task(reloader.run(stop))
        await stop.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m domsync_jupyter", description="Run a domsync app as a web page."
    )
    parser.add_argument(
        "app", help="package.module:name, or file.py:name, of a connection handler or a Document"
    )
    parser.add_argument(
        "--host", default="localhost", help="name or address to listen on (default: %(default)s)"
    )
    parser.add_argument(
        "--port", type=int, default=8888, help="port; 0 picks a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--token", help="what a page must know to connect (default: random, unless on loopback)"
    )
    parser.add_argument(
        "--reload",
        action="store_true",
        help="load the app anew when its sources change, in the pages that are open (needs watchfiles)",
    )
    options = parser.parse_args(arguments)
    sys.path.insert(0, "")
    try:
        server = DomsyncServer(load(options.app), options.host, options.port, token=options.token)
        reloader = Reloader(server, options.app) if options.reload else None
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(run(server, reloader))
    except (ValueError, OSError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
