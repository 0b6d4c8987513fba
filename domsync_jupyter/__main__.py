"""``python -m domsync_jupyter module:app``: run an app as a web page, from a shell."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import signal
import sys
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.document import Document
from domsync_jupyter.domsync_server import DomsyncServer

if TYPE_CHECKING:
    from collections.abc import Sequence


def load(target: str) -> Any:
    """Import what ``package.module:name`` names.

    Raises:
        ValueError: If it is not of that form, or there is no such thing; with what to do about it.
    """
    module_name, colon, name = target.partition(":")
    if not colon or not module_name or not name:
        raise ValueError(f"expected package.module:app, got {target!r}")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise
        raise ValueError(
            f"there is no module {module_name!r} (looked in the current directory and the installed packages)"
        ) from error
    try:
        app = getattr(module, name)
    except AttributeError as error:
        raise ValueError(f"module {module_name!r} has no {name!r}") from error
    if not callable(app) and not isinstance(app, Document):
        raise ValueError(
            f"{target!r} is neither a connection handler (async def app(server, client)) nor a Document"
        )
    return app


async def run(server: DomsyncServer) -> None:
    """Serve until the process is told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no signal handlers in the loop: there, Ctrl-C raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with server:
        await stop.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m domsync_jupyter", description="Run a domsync app as a web page."
    )
    parser.add_argument("app", help="package.module:name of a connection handler or a Document")
    parser.add_argument(
        "--host", default="localhost", help="name or address to listen on (default: %(default)s)"
    )
    parser.add_argument(
        "--port", type=int, default=8888, help="port; 0 picks a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--token", help="what a page must know to connect (default: random, unless on loopback)"
    )
    options = parser.parse_args(arguments)
    sys.path.insert(0, "")
    try:
        server = DomsyncServer(load(options.app), options.host, options.port, token=options.token)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(run(server))
    except (ValueError, OSError) as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
