"""`Remounting`: another app in the pages that are open, as they are. For apps that are reloaded while they are written.

A page changes when the new app has something to show: until then a client has the document that it sees, and one that
is being built.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final, NamedTuple

from domsync_jupyter.dom.document import Document
from domsync_jupyter.errors import DomsyncError
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.succession import succeed

if TYPE_CHECKING:
    from domsync_jupyter.transports.client import Client
    from domsync_jupyter.transports.host import ConnectionHandler, Host
    from domsync_jupyter.transports.viewer import Viewer

__all__ = ["Remounting"]

#: With which a page is closed that is to come again, for the new app.
_RELOADED: Final = (1012, "the app was reloaded")

#: Seconds in which an app that is begun anew is expected to have built something.
_READY_SECONDS: Final = 2.0


class _Beginning(NamedTuple):
    """A connection handler that was begun anew for a client, whose page does not show its document yet."""

    document: Document
    ready: asyncio.Event
    tasks: set[asyncio.Task[None]]


class Remounting:
    """What `Host.reload` and `Host.show` do. In the event loop of the clients, except where a method says otherwise.

    Args:
        host: Whose clients they are.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._beginnings: dict[Client, _Beginning] = {}

    def document_of(self, viewer: Viewer) -> Document:
        """The document that a handler is to build on: the coming one, if there is one. Any thread."""
        beginning = self._beginnings.get(viewer.client)
        return viewer.document if beginning is None else beginning.document

    async def flushed(self, client: Client) -> None:
        """A handler wants to be seen: if it is one that was begun anew, its document is, from now on."""
        beginning = self._beginnings.get(client)
        if beginning is not None and asyncio.current_task() in beginning.tasks:
            beginning.ready.set()
            await asyncio.sleep(0)

    async def reload(self, app: ConnectionHandler | Document) -> None:
        """See `Host.reload`."""
        host = self._host
        viewers = list(host._viewers.values())
        if any(viewer.client.loop is not asyncio.get_running_loop() for viewer in viewers):
            raise DomsyncError(
                "reload(app) belongs to the event loop of the clients: "
                "elsewhere, use asyncio.run_coroutine_threadsafe(server.reload(app), server.loop)"
            )
        host.connection_handler = app
        # Eval clients: what they were sent cannot be taken up by anything else.
        evals = [viewer for viewer in viewers if not viewer.session.is_resumable]
        await asyncio.gather(*(viewer.client.close(*_RELOADED) for viewer in evals))
        viewers = [viewer for viewer in viewers if viewer.session.is_resumable]
        if isinstance(app, Document):
            self.show(app)
        else:
            await asyncio.gather(*(self._begin_anew(viewer, app) for viewer in viewers))

    def show(self, document: Document) -> None:
        """See `Host.show`."""
        host = self._host
        host.connection_handler = document
        for task in host._handlers.values():
            task.cancel()
        host._handlers.clear()
        by_document: dict[Document, list[Viewer]] = {}
        for viewer in host._viewers.values():
            if viewer.session.is_resumable and viewer.document is not document:
                by_document.setdefault(viewer.document, []).append(viewer)
        for viewers in by_document.values():
            self._switch(viewers, document)

    def _switch(self, viewers: list[Viewer], document: Document) -> None:
        """Have the viewers of one document show another one; if somebody sees that already, after they came again."""
        host = self._host
        old = viewers[0].document
        # Locked, as the new one may be shown by another thread's host.
        with old._lock, document._lock:
            if Mirror.of(document).sessions:
                for viewer in viewers:
                    host._end_soon(host._dismiss(viewer, *_RELOADED))
                return
            for viewer in viewers:
                viewer.leave()
            restored = succeed(Mirror.of(old), Mirror.of(document), [viewer.session for viewer in viewers])
        if not host._audiences.get(old):
            host._audiences.pop(old, None)
        for viewer in viewers:
            viewer.enter(document, host._audience(document, viewer.client.loop))
        viewers[0].tell_restored(restored)

    async def _begin_anew(self, viewer: Viewer, handler: ConnectionHandler) -> None:
        """Run another connection handler for a client; once it has built something, the page shows that."""
        host = self._host
        client = viewer.client
        beginning = _Beginning(Document(host.root_id), asyncio.Event(), set())
        document, ready, tasks = beginning
        mirror = Mirror.of(document)
        failed = False

        async def run() -> None:
            nonlocal failed
            try:
                await host._run_handler(handler, client)
            except Exception:
                failed = not ready.is_set()
                raise
            finally:
                ready.set()

        def look() -> None:
            mirror.collect()  # Or nobody hears of the next change.
            if document.getRootElement().hasChildNodes():
                ready.set()

        def changed() -> None:
            client.loop.call_soon_threadsafe(look)

        def flushed() -> None:
            client.loop.call_soon_threadsafe(ready.set)

        mirror.subscribe(changed, flushed)
        self._beginnings[client] = beginning
        task = viewer.spawn(run(), "connection handler")
        tasks.add(task)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_READY_SECONDS):
                    await ready.wait()
        finally:
            mirror.unsubscribe(changed, flushed)
            if self._beginnings.get(client) is beginning:
                del self._beginnings[client]
        if failed or not host.is_connected(client):
            return
        last = host._handlers.get(client)
        if last is not None:
            last.cancel()
        host._handlers[client] = task
        self._switch([viewer], document)
