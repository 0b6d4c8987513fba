"""`Host`: who is connected, to which document.

What `DomsyncServer` and `DomsyncWidget` have in common: it gives each client its document, runs the connection
handler, and answers the questions which a handler has. It knows nothing of sockets.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.document import Document
from domsync_jupyter.errors import ClientGoneError
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.session import Limits, Session
from domsync_jupyter.transports.audience import Audience
from domsync_jupyter.transports.viewer import Viewer

if TYPE_CHECKING:
    from domsync_jupyter.transports.client import Client

__all__ = ["ConnectionHandler", "Host"]

logger = logging.getLogger("domsync_jupyter")

#: ``async def app(server, client)``: builds and runs the document of one client.
ConnectionHandler = Callable[[Any, Any], Awaitable[None] | None]


class Host:
    """Clients, each with a document.

    Args:
        app: A connection handler, called for each client, which has a new document of its own; or a `Document`, which
            all clients see.
        root_id: ``id`` of the root element of the documents made here.
        resume_seconds: Seconds for which a session waits for a view that was reloaded.
        limits: Of each session.

    Raises:
        TypeError: If `app` is neither.
    """

    def __init__(
        self,
        app: ConnectionHandler | Document,
        *,
        root_id: str = "domsync_root_id",
        resume_seconds: float = 180,
        limits: Limits | None = None,
    ) -> None:
        if not isinstance(app, Document) and not callable(app):
            raise TypeError(
                "expected a connection handler (async def app(server, client)) or a Document, "
                f"not {type(app).__name__}"
            )
        self.connection_handler = app
        self.root_id = root_id
        self.resume_seconds = resume_seconds
        self._limits = limits or Limits()
        self._viewers: dict[Client, Viewer] = {}
        self._by_session: dict[str, Viewer] = {}
        self._audiences: dict[Document, Audience] = {}
        self._expiries: dict[Client, asyncio.TimerHandle] = {}
        self._endings: set[asyncio.Task[None]] = set()

    # The contract

    def get_clients(self) -> list[Client]:
        """The connected clients, on every transport, in the order in which they came. Any thread."""
        return list(self._viewers)

    def get_document(self, client: Client) -> Document:
        """The client's document. Any thread.

        Raises:
            ClientGoneError: If the client is not connected (any more).
        """
        return self._viewer(client).document

    def is_connected(self, client: Client) -> bool:
        """Whether the client is connected; one whose page is being reloaded is. Any thread."""
        return client in self._viewers

    async def flush(self, client: Client) -> None:
        """Send what changed in the client's document since the last flush.

        Changes are sent without it too, at most once a frame; this sends now, and waits while the client
        has more unread than its socket takes. Only in the event loop of the client. Cancelling it loses nothing.

        Raises:
            ClientGoneError: If the client is not connected (any more).
        """
        viewer = self._viewer(client)
        try:
            await viewer.flush()
        except Exception:
            # Between the two moments the client may have gone: say it as this method does.
            self._viewer(client)
            raise

    # For those who have a socket

    def open(self, client: Client, kind: type[Session] = Session) -> Viewer:
        """Begin a session, of this kind, for a new client, and start its handler. In the event loop of the client."""
        app = self.connection_handler
        document = app if isinstance(app, Document) else Document(self.root_id)
        session = kind(Mirror.of(document), self._limits)
        audience = self._audiences.get(document)
        if not audience:
            audience = self._audiences[document] = Audience(document, client.loop)
        viewer = Viewer(client, document, session, audience)
        self._viewers[client] = self._by_session[session.id] = viewer
        if not isinstance(app, Document):
            viewer.spawn(self._run_handler(app, client), "connection handler")
        return viewer

    def resumable(self, session_id: str) -> Viewer | None:
        """The viewer whose session has this id, if it waits for its page to come back."""
        viewer = self._by_session.get(session_id)
        return viewer if viewer is not None and not viewer.client.attached else None

    def resumed(self, viewer: Viewer) -> None:
        """The page came back: the session does not expire."""
        viewer.bye = ""
        handle = self._expiries.pop(viewer.client, None)
        if handle is not None:
            handle.cancel()

    async def socket_ended(self, viewer: Viewer) -> None:
        """Say that the viewer's socket ended: the session ends, or waits for the page to come back."""
        if viewer.client.attached:
            return  # It came back on another socket before this one was read to its end.
        if viewer.bye == "pagehide" and self.resume_seconds > 0 and not viewer.session.closed:
            viewer.session.suspend()
            loop = asyncio.get_running_loop()
            self._expiries[viewer.client] = loop.call_later(self.resume_seconds, self._expire, viewer)
            return
        await self.end(viewer)

    async def end(self, viewer: Viewer) -> None:
        """End a session: its client is not connected any more, its tasks end. Idempotent."""
        self.resumed(viewer)
        self._viewers.pop(viewer.client, None)
        self._by_session.pop(viewer.session.id, None)
        viewer.client.finished()
        try:
            await viewer.close()
        finally:
            if not self._audiences.get(viewer.document):
                self._audiences.pop(viewer.document, None)

    async def end_all(self, code: int = 1001, reason: str = "") -> None:
        """Close all clients, within their ``close_timeout``."""

        async def end(viewer: Viewer) -> None:
            try:
                await viewer.client.close(code, reason)
            finally:
                await self.end(viewer)

        await asyncio.gather(*map(end, list(self._viewers.values())), return_exceptions=True)

    def _expire(self, viewer: Viewer) -> None:
        logger.info("client %s did not come back within %g seconds", viewer.client.id, self.resume_seconds)
        task = asyncio.get_running_loop().create_task(self.end(viewer))
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)

    def _viewer(self, client: Client) -> Viewer:
        try:
            return self._viewers[client]
        except KeyError:
            raise ClientGoneError(
                f"client {getattr(client, 'id', client)} is not connected (any more): check is_connected(client) first"
            ) from None

    async def _run_handler(self, handler: ConnectionHandler, client: Client) -> None:
        result = handler(self, client)
        if result is not None:
            await result
