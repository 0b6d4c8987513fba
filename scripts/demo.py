"""Open JupyterLab on a notebook that already runs: ``make demo``.

A notebook does not run by itself when it is opened. So it runs *before* it is opened, in the kernel of a session
which JupyterLab is going to find for the file. JupyterLab then attaches to that kernel, asks it for its widgets
and shows them live, as it does after a reload of the page.

It works on a copy of ``notebooks`` in ``.demo``, made anew each time, so the checkout stays clean. The other notebooks
are there, too, and do not run before somebody runs them; their first cells say what to install.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys
import time
import webbrowser
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.asynchronous.client import AsyncKernelClient
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.sign import NotebookNotary

from scripts.lab_server import LabServer, free_port

__all__ = ["main", "run_before_opening"]

CHECKOUT = Path(__file__).parent.parent
USUAL_PORT = 8888


def main(arguments: list[str] | None = None) -> int:
    """Run the demo until JupyterLab ends or Ctrl-C is pressed; return the exit status."""
    options = _parse(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that `kill` stops the server too
    notebook: Path = options.notebook
    root = options.directory / "notebooks"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(notebook.parent, root, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"))

    print("Starting JupyterLab ...", flush=True)
    try:
        with LabServer(root, options.directory / "jupyter", _port(options.port)) as server:
            print(f"Running {notebook.name} ...", flush=True)
            failure = run_before_opening(server, notebook.name)
            if failure is not None:
                print(
                    f"{failure}\n\n{notebook.name} stopped at this error; it is opened all the same.",
                    file=sys.stderr,
                )
            address = server.address(f"lab/tree/{notebook.name}", reset="")
            others = len(list(root.glob("*.ipynb"))) - 1
            beside = (
                f"{others} more notebooks are beside it, in JupyterLab's file browser. " if others else ""
            )
            print(f"\n    {address}\n\n{beside}Ctrl-C stops it. The log is {server.log}", flush=True)
            if options.browser and _has_display():
                webbrowser.open(address)
            return server.wait()
    except KeyboardInterrupt:
        return 0


def run_before_opening(server: LabServer, path: str) -> CellExecutionError | None:
    """Run a notebook in the session that JupyterLab will attach to, and save its outputs as trusted.

    Args:
        server: A running server.
        path: The notebook, relative to the server's root.

    Returns:
        The error at which the notebook stopped, or None.
    """
    file = server.root / path
    notebook = nbformat.read(file, as_version=4)
    kernel = notebook.metadata.get("kernelspec", {}).get("name", "python3")
    session = server.request(
        "POST", "api/sessions", {"path": path, "name": path, "type": "notebook", "kernel": {"name": kernel}}
    )
    failure = asyncio.run(_run_cells(notebook, server.connection_file(session["kernel"]["id"])))
    nbformat.write(notebook, file)
    # Outputs of a notebook without a signature are shown as plain sanitised HTML.
    NotebookNotary(data_dir=str(server.data_dir)).sign(notebook)
    return failure


async def _wait_for_ready(kernel: AsyncKernelClient, seconds: float) -> None:
    """Wait until the kernel answers.

    A client without a manager takes one missed heartbeat for the kernel's death, and a busy machine misses some.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            await kernel.wait_for_ready(timeout=max(1, deadline - time.monotonic()))
        except RuntimeError:
            if time.monotonic() >= deadline:
                raise
        else:
            return


async def _run_cells(notebook: nbformat.NotebookNode, connection_file: Path) -> CellExecutionError | None:
    kernel = AsyncKernelClient(connection_file=str(connection_file))
    kernel.load_connection_file()
    kernel.start_channels()
    try:
        await _wait_for_ready(kernel, seconds=60)
        # The kernel is the server's, and there is no manager for it here: cell by cell, which needs only a client.
        runner = NotebookClient(notebook, timeout=300, store_widget_state=False)
        runner.reset_execution_trackers()
        runner.kc = kernel
        for index, cell in enumerate(notebook.cells):
            await runner.async_execute_cell(cell, index)
    except CellExecutionError as error:
        return error
    finally:
        kernel.stop_channels()
    return None


def _port(wanted: int | None) -> int:
    return free_port(USUAL_PORT) if wanted is None else wanted or free_port()


def _has_display() -> bool:
    if sys.platform == "linux":
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def _parse(arguments: list[str] | None) -> Any:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.demo", description="Open JupyterLab on a live notebook."
    )
    parser.add_argument(
        "notebook",
        nargs="?",
        type=Path,
        default=CHECKOUT / "notebooks" / "dashboard.ipynb",
        help="the notebook to open; all of its folder is copied (default: notebooks/dashboard.ipynb)",
    )
    parser.add_argument(
        "--directory",
        type=Path,
        default=CHECKOUT / ".demo",
        help="where the copy and JupyterLab's own files go",
    )
    parser.add_argument(
        "--port", type=int, help=f"0 for any free one (default: {USUAL_PORT} if it is free, else any)"
    )
    parser.add_argument(
        "--no-browser",
        dest="browser",
        action="store_false",
        help="only print the address (as without a display)",
    )
    options = parser.parse_args(arguments)
    if not options.notebook.is_file():
        parser.error(f"there is no notebook {options.notebook}")
    return options


if __name__ == "__main__":
    sys.exit(main())
