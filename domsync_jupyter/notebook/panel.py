"""`Panel`: what a server shows of itself in a notebook: where it is, who is connected, and a button that stops it."""

from __future__ import annotations

import asyncio
import re
import weakref
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.document import Document
from domsync_jupyter.notebook.links import links_to
from domsync_jupyter.notebook.shell import CellRun, cell_run, notebook_shell

if TYPE_CHECKING:
    from domsync_jupyter.dom.events import Event
    from domsync_jupyter.domsync_server import DomsyncServer
    from domsync_jupyter.transports.client import Client
    from domsync_jupyter.widget import DomsyncWidget

__all__ = ["Panel", "announce", "bundle_of"]

# What each says, among the names of those that it is like.
_BROWSER = re.compile(r"(?P<name>Edg|Firefox|Chrome(?!.*Edg/)|Safari(?!.*Edg/))/(?P<version>\d+)")

#: Clients that are listed.
MOST = 20

_panels: weakref.WeakKeyDictionary[DomsyncServer, list[Panel]] = weakref.WeakKeyDictionary()
#: Those that cells have displayed: when one is run again its output is gone, and they go, too.
_in_cells: weakref.WeakSet[Panel] = weakref.WeakSet()


class Panel:
    """One view of a server.

    Args:
        server: The server.
        details: Whether to list its clients, and to offer to stop it.
    """

    def __init__(self, server: DomsyncServer, *, details: bool) -> None:
        from domsync_jupyter.widget import DomsyncWidget  # noqa: PLC0415 - it loads anywidget

        self.run: CellRun | None = cell_run()
        self._server = weakref.ref(server)
        self._details = details
        self._document = Document()
        root = self._document.getRootElement()
        self._line = self._document.createElement("div")
        self._clients = self._document.createElement("ul")
        root.append(self._line)
        if details:
            root.append(self._clients)
        # Not saved with the notebook: it shows a secret, and what is long gone.
        self.widget: DomsyncWidget = DomsyncWidget(self._document, transport="comm", save=False)
        self.show()

    def show(self) -> None:
        """Show the state of now. Any thread."""
        server = self._server()
        if server is None:
            return
        document = self._document
        with document.batch():
            self._line.replaceChildren("domsync server ")
            if server.loop is None:
                self._line.append("stopped")
                self._clients.replaceChildren()
                return
            for number, link in enumerate(links_to(server)):
                made = document.createElement("a", innerText=link.text)
                made.setAttribute("href", link.address)
                made.setAttribute("target", "_blank")
                made.setAttribute("rel", "noopener")
                self._line.append(*((" or ",) if number else ()), made)
            if self._details:
                clients = server.get_clients()
                button = document.createElement("button", innerText="Stop")
                button.addEventListener("click", self._stop)
                self._line.append(f" · {len(clients)} client{'' if len(clients) == 1 else 's'} ", button)
                self._clients.replaceChildren(
                    *(document.createElement("li", innerText=_words(client)) for client in clients[:MOST])
                )
                if len(clients) > MOST:
                    self._clients.append(
                        document.createElement("li", innerText=f"and {len(clients) - MOST} more")
                    )

    def close(self) -> None:
        """Take it out of the notebook."""
        self.widget.close()
        _in_cells.discard(self)
        server = self._server()
        if server is not None and self in _panels.get(server, []):
            _panels[server].remove(self)

    async def _stop(self, _event: Event) -> None:
        server = self._server()
        if server is None:
            return
        if server._thread is not None:
            await asyncio.to_thread(server.stop)
        elif (loop := server.loop) is not None:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(server.close(), loop))
        self.show()


def announce(server: DomsyncServer) -> bool:
    """Display where a server is that was just started; whether there is a notebook to do that in."""
    if notebook_shell() is None:
        return False
    from IPython.display import display  # noqa: PLC0415 - there is one

    display(_add(Panel(server, details=False), server).widget)  # type: ignore[no-untyped-call]  # IPython's own
    return True


def bundle_of(server: DomsyncServer, **kwargs: Any) -> Any:
    """What IPython is to show of a server at the end of a cell; a text, where no widget can be."""
    if notebook_shell() is None:
        return {"text/plain": repr(server)}
    panel = _add(Panel(server, details=True), server)
    # That it has started, in the same run, is said once.
    for other in _panels[server][:-1]:
        if other.run == panel.run:
            other.close()
    bundle: Any = panel.widget._repr_mimebundle_(**kwargs)
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    return {**data, "text/plain": repr(server)}, metadata


def _add(panel: Panel, server: DomsyncServer) -> Panel:
    panels = _panels.setdefault(server, [])
    if not panels:
        server.watchers.append(lambda: _show_all(panels))
    panels.append(panel)
    if panel.run is not None and panel.run.cell:
        for other in list(_in_cells):
            if other.run is not None and other.run.cell == panel.run.cell and other.run != panel.run:
                other.close()
        _in_cells.add(panel)
    return panel


def _show_all(panels: list[Panel]) -> None:
    for panel in list(panels):
        panel.show()


def _words(client: Client) -> str:
    address = client.remote_address
    where = address[0] if isinstance(address, tuple) and address else "unknown"
    if where == "comm":
        where = "a cell of this notebook"
    agent = client.request.headers.get("User-Agent", "") if client.request is not None else ""
    browser = _BROWSER.search(agent)
    return where if browser is None else f"{where}, {browser['name']} {browser['version']}"
