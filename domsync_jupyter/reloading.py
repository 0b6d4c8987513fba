"""``python -m domsync_jupyter APP --reload``: an app is loaded anew when its sources change, and its pages go on."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from domsync_jupyter import loading

if TYPE_CHECKING:
    import asyncio

    from domsync_jupyter.domsync_server import DomsyncServer

__all__ = ["Reloader"]

_SUFFIXES = frozenset({".css", ".html", ".json", ".py", ".svg"})
_FAILED = "the app was not reloaded: the one before goes on"


class Reloader:
    """Reloads the app of a server.

    Args:
        server: The server. It shows the app already.
        target: What `loading.load` has loaded it from.

    Raises:
        ValueError: If what it needs to watch files is not installed.
    """

    def __init__(self, server: DomsyncServer, target: str) -> None:
        try:
            import watchfiles  # noqa: F401, PLC0415 - it is an extra
        except ImportError as error:
            raise ValueError(
                "--reload needs the package watchfiles: pip install 'domsync-jupyter[reload]'"
            ) from error
        self._server = server
        self._target = target
        #: The folder that is watched.
        self.folder = loading.folder_of(target)
        self._error = ""
        # Files that are written twice in a second would be taken for what was compiled before.
        sys.dont_write_bytecode = True
        server.watchers.append(self._tell)

    async def run(self, stop: asyncio.Event) -> None:
        """Reload the app after each change, until `stop` is set. In the server's event loop."""
        from watchfiles import awatch  # noqa: PLC0415 - it is an extra

        print(f"domsync watches {self.folder}")  # noqa: T201 - for whoever sits at the terminal
        async for changes in awatch(self.folder, stop_event=stop):
            files = {Path(file) for _, file in changes}
            if any(file.suffix in _SUFFIXES for file in files):
                await self.reload()

    async def reload(self) -> None:
        """Load the app anew, and have all pages show it. What it raises is shown in the terminal and on the pages."""
        try:
            app = loading.reload(self._target, self.folder)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - sources are broken while they are written
            self._error = "".join(traceback.format_exception(loading.without_machinery(error)))
            print(f"{_FAILED}\n{self._error}", file=sys.stderr)  # noqa: T201 - as above
            self._tell()
            return
        if self._error:
            self._error = ""
            self._server.notify("error", _FAILED, count=0)
        await self._server.reload(app)
        print("domsync reloaded the app")  # noqa: T201 - as above

    def _tell(self) -> None:
        """Show the last error, to those who come meanwhile, too."""
        if self._error:
            self._server.notify("error", _FAILED, self._error)
