"""``python -m domsync_jupyter run app.py``, or ``domsync-jupyter run app.py``: an app as a web page, from a shell."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import errno
import os
import signal
import socket
import sys
import threading
import traceback
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from domsync_jupyter._version import __version__
from domsync_jupyter.domsync_server import DomsyncServer
from domsync_jupyter.loading import NoAppError, load, without_machinery
from domsync_jupyter.reloading import Reloader
from domsync_jupyter.transports import gate

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCRIPT = "domsync-jupyter"

_ONE_WORKER = (
    "--workers must be 1: a session, with its document, lives in the memory of one process, and a page that comes back "
    "has to find it there. One process serves hundreds of pages. For more, start the command several times, with a "
    "--port each, behind a proxy that always sends a visitor to the same one (sticky sessions): see 'Share with "
    "colleagues' in the documentation"
)


async def run(server: DomsyncServer, reloader: Reloader | None = None, *, open_page: bool = False) -> None:
    """Serve until the process is told to stop; reload the app meanwhile, if it is to be.

    Args:
        server: The server.
        reloader: What watches the sources of its app.
        open_page: Open the page in a browser as soon as the server listens.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Windows has no signal handlers in the loop: there, Ctrl-C raises KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with server, asyncio.TaskGroup() as tasks:
        if reloader is not None:
            tasks.create_task(reloader.run(stop))
        if server.host in gate.WILDCARDS and (address := _own_address()):
            print(f"from other machines: {server.url.replace('//localhost', f'//{address}', 1)}")
        if open_page:
            # Some browsers' commands return only when the browser is closed: nothing waits for them, not even the end.
            threading.Thread(target=_open, args=[server.url], daemon=True).start()
        await stop.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    if arguments is None:
        arguments = sys.argv[1:]
    # As the script is named, or else as anybody can call it.
    prog = _SCRIPT if Path(sys.argv[0]).stem == _SCRIPT else "python -m domsync_jupyter"
    parser = _parser(prog)
    if not arguments:
        parser.print_help(sys.stderr)
        return 2
    if arguments[0] not in {"run", "-h", "--help", "--version"}:
        arguments = ["run", *arguments]
    options = parser.parse_args(arguments)
    if options.workers != 1:
        return _fail(prog, _ONE_WORKER)
    # What is in the current directory can be imported, as with `python -m`.
    sys.path.insert(0, "")
    try:
        app = load(options.app)
    except NoAppError as error:
        return _fail(prog, str(error))
    except Exception as error:  # noqa: BLE001 - it is the app's own, and shown with its traceback
        traceback.print_exception(without_machinery(error))
        return _fail(prog, f"{options.app} could not be loaded: see above", status=1)
    try:
        server = DomsyncServer(
            app, options.host, options.port, token=options.token, origins=options.origin or ()
        )
        reloader = Reloader(server, options.app) if options.reload else None
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(run(server, reloader, open_page=options.open))
    except ValueError as error:
        return _fail(prog, str(error))
    except OSError as error:
        return _fail(prog, _why_not(error, options.host, options.port))
    return 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="A live DOM for Python: run apps as web pages.")
    parser.add_argument("--version", action="version", version=f"{_SCRIPT} {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="command")
    run_parser = commands.add_parser(
        "run",
        help="run an app as a web page (what is done without a command, too)",
        description="Run an app as a web page, until Ctrl-C.",
        epilog=f"Example: {prog} run app.py --reload --open",
    )
    run_parser.add_argument(
        "app",
        help="app.py, whose name 'app' it is; app.py:name; or package.module:name. "
        "It is a connection handler (async def app(server, client)) or a Document",
    )
    run_parser.add_argument(
        "--host", default="localhost", help="name or address to listen on (default: %(default)s)"
    )
    run_parser.add_argument(
        "--port", type=_port, default=8888, help="port; 0 picks a free one (default: %(default)s)"
    )
    run_parser.add_argument(
        "--token",
        default=os.environ.get("DOMSYNC_TOKEN") or None,
        help="what a page must know to connect; others on this machine can read it in a command line, but not in "
        "the environment variable DOMSYNC_TOKEN (default: random, or none while the host is this machine alone)",
    )
    run_parser.add_argument(
        "--origin",
        action="append",
        metavar="URL",
        help="let in pages that are loaded from here, such as https://apps.example.org: a proxy's address "
        "(may be repeated)",
    )
    run_parser.add_argument("--open", action="store_true", help="open the page in a browser")
    run_parser.add_argument(
        "--reload",
        action="store_true",
        help="load the app anew when its sources change, in the pages that are open (needs watchfiles)",
    )
    run_parser.add_argument(
        "--workers",
        type=int,
        default=1,
        metavar="1",
        help="processes: one, as sessions live in its memory; says what to do if you need more",
    )
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError(f"expected a port from 0 to 65535, got {text}")
    return port


def _fail(prog: str, words: str, status: int = 2) -> int:
    print(f"{prog}: {words}", file=sys.stderr)
    return status


def _why_not(error: OSError, host: str, port: int) -> str:
    """What to do about an address that cannot be had."""
    match error.errno:
        case errno.EADDRINUSE:
            return (
                f"port {port} on {host} is in use: stop the program that listens there, take another port "
                f"(--port {port + 1 if port < 65_535 else 8888}), or let a free one be picked (--port 0)"
            )
        case errno.EACCES:
            return f"port {port} is not for ordinary users: take one above 1023, such as --port 8888"
        case errno.EADDRNOTAVAIL:
            return (
                f"{host} is no address of this machine: take localhost, for this machine alone, or 0.0.0.0, for "
                "its network, too"
            )
    if isinstance(error, socket.gaierror):
        return f"there is no host {host!r}: take localhost, 0.0.0.0, or an address of this machine"
    return str(error)


def _open(url: str) -> None:
    """Open a page in a browser, or say that there is none."""
    if not webbrowser.open(url):
        print("domsync found no browser: open the address yourself", flush=True)


def _own_address() -> str | None:
    """The address by which the network knows this machine, if it is in one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        # Sends nothing: it makes the system choose where it would send from.
        probe.connect(("192.0.2.1", 9))
        address: str = probe.getsockname()[0]
        return address
    return None


if __name__ == "__main__":
    sys.exit(main())
