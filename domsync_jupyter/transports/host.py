"""`Host`: who is connected, to which document.

What `DomsyncServer` and `DomsyncWidget` have in common: it gives each client its document, runs the connection
handler, and answers the questions which a handler has. It knows nothing of sockets.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Literal

from websockets.protocol import State

from domsync_jupyter.dom.document import Document
from domsync_jupyter.errors import ClientGoneError
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.session import Session
from domsync_jupyter.transports.audience import Audience
from domsync_jupyter.transports.client import Client
from domsync_jupyter.transports.remounting import Remounting
from domsync_jupyter.transports.viewer import Viewer
from domsync_jupyter.transports.worker import Worker

if TYPE_CHECKING:
    from domsync_jupyter.transports.link import Link

__all__ = ["ConnectionHandler", "Host"]

logger = logging.getLogger("domsync_jupyter")

#: Close codes after which neither side wants to go on, besides an application's own (4000 and above).
_FINAL_CODES = frozenset({1000, 1002, 1003, 1007, 1008, 1009, 1010})
_FIRST_OWN_CODE = 4000

#: How often it is looked whether a page is still there, in the time that it may be silent.
_LOOKS = 4

#: ``async def app(server, client)``: builds and runs the document of one client.
ConnectionHandler = Callable[[Any, Any], Awaitable[None] | None]


class Host:
    """Clients, each with a document.

    Args:
        app: A connection handler, called for each client, which has a new document of its own; or a `Document`, which
            all clients see.
        root_id: ``id`` of the root element of the documents made here.
        resume_seconds: Seconds for which a session waits for its page, after its socket was lost or the page went away
            and may come back; 0: not at all.
        max_waiting: Sessions that may wait at once; one more ends the one that has waited longest.
        silence_seconds: Seconds after which a page is taken for gone that says nothing and whose transport, a comm,
            would not tell. (A page says something every 15 seconds; browsers let hidden ones speak once a minute.)
        close_seconds: Seconds that closing a client may take; then its socket is cut off.
        callbacks: Where callbacks that are plain functions run: in the event ``"loop"``, or in a ``"thread"`` of the
            document's, one at a time, so that one which blocks keeps nobody waiting but who waits for it. Coroutines
            run in the loop.
        limits: Of each session.

    Raises:
        TypeError: If `app` is neither.
        ValueError: If `callbacks` is neither.
    """

    def __init__(
        self,
        app: ConnectionHandler | Document,
        *,
        root_id: str = "domsync_root_id",
        resume_seconds: float = 180,
        max_waiting: int = 1_000,
        silence_seconds: float = 150,
        close_seconds: float = 2,
        callbacks: Literal["loop", "thread"] = "loop",
        limits: Limits | None = None,
    ) -> None:
        check_app(app)
        if callbacks not in ("loop", "thread"):
            raise ValueError(f"callbacks must be 'loop' or 'thread', not {callbacks!r}")
        self.connection_handler = app
        self.root_id = root_id
        self.resume_seconds = resume_seconds
        self.max_waiting = max_waiting
        self.silence_seconds = silence_seconds
        self.close_seconds = close_seconds
        self.callbacks = callbacks
        self._limits = limits or Limits()
        self._viewers: dict[Client, Viewer] = {}
        self._by_session: dict[str, Viewer] = {}
        self._audiences: dict[Document, Audience] = {}
        #: Those that wait for their page, the one that has waited longest first.
        self._expiries: dict[Viewer, asyncio.TimerHandle] = {}
        self._endings: set[asyncio.Task[None]] = set()
        self._next_look: asyncio.TimerHandle | None = None
        self._handlers: dict[Client, asyncio.Task[None]] = {}
        self._remounting = Remounting(self)
        #: Called when a client has come or gone, in the loop of that client.
        self.watchers: list[Callable[[], None]] = []

    # The contract

    def get_clients(self) -> list[Client]:
        """The connected clients, on every transport, in the order in which they came. Any thread."""
        return list(self._viewers)

    def get_document(self, client: Client) -> Document:
        """The client's document. Any thread.

        Raises:
            ClientGoneError: If the client is not connected (any more).
        """
        return self._remounting.document_of(self._viewer(client))

    def is_connected(self, client: Client) -> bool:
        """Whether the client is connected; one whose session waits for its page to come back is. Any thread."""
        return client in self._viewers

    async def flush(self, client: Client) -> None:
        """Send what changed in the client's document since the last flush.

        Changes are sent without it too, at most once a frame; this sends now, and waits while the client
        has more unread than its socket takes. Only in the event loop of the client. Cancelling it loses nothing.

        Raises:
            ClientGoneError: If the client is not connected (any more).
        """
        viewer = self._viewer(client)
        await self._remounting.flushed(client)
        try:
            await viewer.flush()
        except Exception:
            # Between the two moments the client may have gone: say it as this method does.
            self._viewer(client)
            raise

    async def reload(self, app: ConnectionHandler | Document) -> None:
        """Go on with another app, in the pages that are open, as they are. In the event loop of the clients.

        For apps that are reloaded while they are written. A page keeps focus, scroll position, and what was typed,
        ticked and chosen, as far as the new document has an element with the same ``id``, or of the same kind in the
        same place. It changes when the new connection handler has built something, or has flushed, or after two
        seconds. If the handler raises before, that is shown, and the old one goes on; otherwise it is cancelled.

        Args:
            app: As for the constructor.

        Raises:
            TypeError: If it is neither. Nothing has changed.
            DomsyncError: If clients belong to another event loop: run it there.
        """
        check_app(app)
        await self._remounting.reload(app)

    def show(self, document: Document) -> None:
        """Go on with another document, in all views; see `reload`. In the event loop of the clients.

        Only one document can hand over to it. Pages of the others, and all if somebody sees the new one already, come
        again with a new session: what they know nodes by stands for other nodes there.
        """
        self._remounting.show(document)

    def notify(self, kind: str, title: str, text: str = "", *, count: int = 1) -> None:
        """Show all viewers a notice, ``"error"`` or ``"info"``; a `count` of 0 takes one with this title away.

        In the event loop of the clients.
        """
        for viewer in list(self._viewers.values()):
            viewer.notify(messages.Notice(kind, title, text[-20_000:], count))

    # For those who have a socket

    def new_client(self, link: Link) -> Client:
        """Make the client of a session that begins on this socket."""
        return Client(
            link,
            close_timeout=self.close_seconds,
            max_inbox_messages=self._limits.max_inbox_messages,
            max_inbox_bytes=self._limits.max_inbox_bytes,
        )

    def open(self, client: Client, kind: type[Session] = Session) -> Viewer:
        """Begin a session, of this kind, for a new client, and start its handler. In the event loop of the client."""
        app = self.connection_handler
        document = app if isinstance(app, Document) else Document(self.root_id)
        session = kind(Mirror.of(document), self._limits)
        viewer = Viewer(client, document, session, self._audience(document, client.loop))
        self._viewers[client] = self._by_session[session.id] = viewer
        if not isinstance(app, Document):
            self._handlers[client] = viewer.spawn(self._run_handler(app, client), "connection handler")
        if self._next_look is None:
            self._look_later(client.loop)
        self.tell_watchers()
        return viewer

    def resume(self, token: str) -> Viewer | None:
        """The viewer whose session a page may take up that says this in its Hello. Its client is to get the new socket.

        If there is a socket still, the page has left it: it may know so before this side does. In the event loop of
        the new socket; a session lives in one loop.
        """
        viewer = self._by_session.get(Session.id_of(token))
        if (
            viewer is None
            or not viewer.session.is_opened_by(token)
            or viewer.client.state is not State.OPEN
            or viewer.client.loop is not asyncio.get_running_loop()
        ):
            if token:
                logger.info("a page asked for a session that has ended, or for which it has no key")
            return None
        self._stop_waiting(viewer)
        viewer.bye = ""
        viewer.session.suspend()
        return viewer

    async def socket_ended(self, viewer: Viewer) -> None:
        """Say that the viewer's socket ended: the session ends, or waits for the page to come back."""
        if viewer.client.attached:
            return  # It came back on another socket before this one was read to its end.
        if self.resume_seconds <= 0 or self._is_final(viewer):
            await self.end(viewer)
            return
        viewer.session.suspend()
        if viewer in self._expiries:
            return
        if len(self._expiries) >= self.max_waiting:
            longest = next(iter(self._expiries))
            logger.warning("client %s waits no longer: %d others do", longest.client.id, self.max_waiting)
            self._expire(longest)
        loop = asyncio.get_running_loop()
        self._expiries[viewer] = loop.call_later(self.resume_seconds, self._expire, viewer)

    def _is_final(self, viewer: Viewer) -> bool:
        """Whether a viewer, whose socket ended, will not come back."""
        if viewer.session.closed or not viewer.session.is_resumable or viewer.client.state is not State.OPEN:
            return True
        if viewer.bye:
            return viewer.bye != "pagehide"
        ended = viewer.client.socket_close
        frames = (ended.rcvd, ended.sent) if ended is not None else ()
        codes = [frame.code for frame in frames if frame is not None]
        return any(code in _FINAL_CODES or code >= _FIRST_OWN_CODE for code in codes)

    async def end(self, viewer: Viewer) -> None:
        """End a session: its client is not connected any more, its tasks end. Idempotent."""
        self._stop_waiting(viewer)
        self._viewers.pop(viewer.client, None)
        self._handlers.pop(viewer.client, None)
        if not self._viewers and self._next_look is not None:
            self._next_look.cancel()
            self._next_look = None
        self._by_session.pop(viewer.session.id, None)
        self.tell_watchers()
        viewer.client.finished()
        try:
            await viewer.close()
        finally:
            if not self._audiences.get(viewer.document):
                self._audiences.pop(viewer.document, None)

    async def end_all(self, code: int = 1001, reason: str = "") -> None:
        """Close all clients, within their ``close_timeout``."""
        ends = (self._dismiss(viewer, code, reason) for viewer in list(self._viewers.values()))
        await asyncio.gather(*ends, return_exceptions=True)

    def tell_watchers(self) -> None:
        """Say that something is another than before: who is connected, or whether anybody can."""
        for watcher in list(self.watchers):
            try:
                watcher()
            except Exception:
                # Who came, or went, has nothing to do with it.
                logger.exception("a watcher of the clients raised")

    def _stop_waiting(self, viewer: Viewer) -> None:
        handle = self._expiries.pop(viewer, None)
        if handle is not None:
            handle.cancel()

    def _expire(self, viewer: Viewer) -> None:
        self._stop_waiting(viewer)
        logger.info("client %s has not come back", viewer.client.id)
        self._end_soon(self.end(viewer))

    def _end_soon(self, ending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(ending)
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)

    async def _dismiss(self, viewer: Viewer, code: int, reason: str) -> None:
        """Close a client, which may have no socket, and end its session."""
        try:
            await viewer.client.close(code, reason)
        finally:
            await self.end(viewer)

    def _viewer(self, client: Client) -> Viewer:
        try:
            return self._viewers[client]
        except KeyError:
            raise ClientGoneError(
                f"client {getattr(client, 'id', client)} is not connected (any more): check is_connected(client) first"
            ) from None

    def _look_later(self, loop: asyncio.AbstractEventLoop) -> None:
        self._next_look = loop.call_later(self.silence_seconds / _LOOKS, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take pages for gone that have been silent for too long."""
        self._next_look = None
        for viewer in list(self._viewers.values()):
            if viewer.heard or viewer.client.tells_its_end or not viewer.client.attached:
                viewer.looks = 0
            else:
                # It takes several: while the loop is blocked, nobody hears what a page says.
                viewer.looks += 1
            viewer.heard = False
            if viewer.looks >= _LOOKS:
                logger.info("client %s has been silent for %g s", viewer.client.id, self.silence_seconds)
                viewer.client.detach()
        if self._viewers:
            self._look_later(loop)

    def _audience(self, document: Document, loop: asyncio.AbstractEventLoop) -> Audience:
        audience = self._audiences.get(document)
        if not audience:
            worker = Worker() if self.callbacks == "thread" else None
            audience = self._audiences[document] = Audience(document, loop, worker)
        return audience

    async def _run_handler(self, handler: ConnectionHandler, client: Client) -> None:
        result = handler(self, client)
        if result is not None:
            await result


def check_app(app: object) -> None:
    """Check that it is something to show.

    Raises:
        TypeError: If it is neither a connection handler nor a `Document`.
    """
    if not isinstance(app, Document) and not callable(app):
        raise TypeError(
            "expected a connection handler (async def app(server, client)) or a Document, "
            f"not {type(app).__name__}"
        )
