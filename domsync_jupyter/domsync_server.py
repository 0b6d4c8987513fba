"""`DomsyncServer`: a WebSocket server whose clients each see a document."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import threading
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, Self

from websockets.exceptions import ConnectionClosed, NegotiationError
from websockets.typing import Subprotocol

from domsync_jupyter.errors import DomsyncError, ProtocolError
from domsync_jupyter.notebook import panel, predecessors
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.eval_session import EvalSession
from domsync_jupyter.transports import gate
from domsync_jupyter.transports.entrance import Entrance
from domsync_jupyter.transports.host import ConnectionHandler, Host
from domsync_jupyter.transports.loop_thread import LoopThread
from domsync_jupyter.transports.page import Page, check_source
from domsync_jupyter.transports.websocket import WebSocketLink

if TYPE_CHECKING:
    import ssl as ssl_module
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from websockets.asyncio.server import Server, ServerConnection
    from websockets.http11 import Request, Response

    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.sync.limits import Limits
    from domsync_jupyter.transports.client import Client
    from domsync_jupyter.transports.viewer import Viewer
    from domsync_jupyter.widget import DomsyncWidget

__all__ = ["DomsyncServer"]

logger = logging.getLogger("domsync_jupyter")

SUBPROTOCOL = Subprotocol("domsync.v1")


class DomsyncServer(Host):
    """A WebSocket server that gives each client a `Document`, and the page that shows it.

    ``http://host:port/`` is that page; the same port carries the WebSockets. Belongs to the event loop in which `serve`
    was awaited, or which `start` made in a thread of its own; the members which say so may be used from any thread.

    Args:
        connection_handler: ``async def app(server, client)``, called for each client that connects, with this server
            and the client; it finds its document with `get_document`. Or a `Document`, which all clients see.
        host: Name or address to listen on. Not on loopback, a token is needed.
        port: Port to listen on; 0 picks a free one, which `url` tells.
        verbose: Print a line when the server starts and stops, and when a client comes and goes. In a notebook:
            display a link to it when it starts, and whether it runs still.
        root_id: ``id`` of the element in which everything is.
        token: What a page must know to connect. Default: none on loopback, otherwise a random one of 128 bits; it is
            part of `url`, behind the ``#``, where no log sees it.
        origins: Further origins, such as ``"https://hub.example.org"``, whose pages may connect. Always let in: the
            server's own and, while it is bound to loopback, other loopback origins.
        ssl: Serve HTTPS with this context.
        resume_seconds: Seconds for which a session waits for its page, after its socket was lost or the page went away
            and may come back; 0: not at all.
        max_waiting: Sessions that may wait at once; one more ends the one that has waited longest.
        silence_seconds: Seconds after which a page is taken for gone that says nothing over a comm, which would not
            tell that it is. (Pages say something every 15 seconds; browsers let hidden ones speak once a minute.)
        max_message_bytes: Length of a message from a page, in bytes; a longer one closes its connection with code 1009.
        max_connections: Sockets at once, of any kind, handshaken or not. One more is closed at once, before anything is
            read from it. Where the process may not open as many files, as many as it may, less 100.
        max_clients: Sessions at once, those that wait for their page included. One more WebSocket is answered with the
            HTTP status 503, or closed with code 1013 if it might have taken up a waiting session and did not. For views
            of a `DomsyncWidget` over the comm, which it counts, but does not refuse, see `max_views` there.
        handshake_seconds: Seconds that each may take: a TLS handshake, an HTTP request with its response, and the first
            message of a WebSocket.
        write_seconds: Seconds after which a WebSocket is cut off whose peer reads nothing of what waits for it.
        close_seconds: Seconds that closing a client may take; then its socket is cut off.
        callbacks: ``"loop"``: callbacks that are plain functions run in the event loop, so all pages wait for one that
            blocks. ``"thread"``: they run in a thread of their document's, one at a time and in order, where no event
            loop runs; only who waits for one waits. Coroutines and connection handlers run in the loop.
        stylesheet: CSS of pages in place of ours, which makes bare HTML look at home; ``""`` for that of the browser.
        script_sources: Further sources from which pages may load scripts, and these styles, fonts and data, such as
            ``["https://esm.sh"]``: for embedded widgets (`Document.embed`) that need them. Also ``"blob:"``, and
            ``"'unsafe-eval'"`` for those that make code of text. By default only the server itself.
        limits: Of each session: see `Limits`.

    Raises:
        TypeError: If `connection_handler` is neither callable nor a `Document`.
        ValueError: If one of `origins` is not an origin, one of `script_sources` is no source, `token` cannot be sent
            as a subprotocol, or a number is not above 0.
    """

    def __init__(
        self,
        connection_handler: ConnectionHandler | Document,
        host: str,
        port: int,
        verbose: bool = True,
        root_id: str = "domsync_root_id",
        *,
        token: str | None = None,
        origins: Iterable[str] = (),
        ssl: ssl_module.SSLContext | None = None,
        resume_seconds: float = 180,
        max_waiting: int = 1_000,
        silence_seconds: float = 150,
        max_message_bytes: int = 1 << 20,
        max_connections: int = 2_000,
        max_clients: int = 1_000,
        handshake_seconds: float = 10,
        write_seconds: float = 4,
        close_seconds: float = 2,
        callbacks: Literal["loop", "thread"] = "loop",
        stylesheet: str | None = None,
        script_sources: Iterable[str] = (),
        limits: Limits | None = None,
    ) -> None:
        super().__init__(
            connection_handler,
            root_id=root_id,
            resume_seconds=resume_seconds,
            max_waiting=max_waiting,
            silence_seconds=silence_seconds,
            close_seconds=close_seconds,
            callbacks=callbacks,
            limits=limits,
        )
        self.host = host
        self.port = port
        self.verbose = verbose
        self._is_loopback = gate.is_loopback_host(host)
        self.token = token if token is not None or self._is_loopback else secrets.token_urlsafe(16)
        self._has_random_token = token is None and not self._is_loopback
        if self.token is not None:
            gate.validate_token(self.token)
        self.origins = tuple(origins)
        for origin in self.origins:
            if origin != "null":
                gate.parse_origin(origin)
        self.stylesheet = stylesheet
        self.script_sources = tuple(script_sources)
        for source in self.script_sources:
            check_source(source)
        self._ssl = ssl
        self.max_message_bytes = max_message_bytes
        self._write_seconds = write_seconds
        if max_clients < 1:
            raise ValueError(f"expected a number above 0, got max_clients={max_clients}")
        self.max_clients = max_clients
        self._entrance = Entrance(
            max_connections=max_connections,
            handshake_seconds=handshake_seconds,
            close_seconds=close_seconds,
            ssl=ssl,
        )
        self._tickets: frozenset[str] = frozenset()
        self._tickets_lock = threading.Lock()
        self._page_ticket = ""
        self._is_announced = False
        # WebSockets which have not said who they are.
        self._greeting = 0
        self._server: Server | None = None
        self._page: Page | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: LoopThread | None = None
        self._starting = threading.Lock()

    def __repr__(self) -> str:
        state = "stopped" if self._loop is None else self.url.partition("#")[0]
        return f"<DomsyncServer {state}, clients: {len(self.get_clients())}>"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        """What a notebook shows of it: the address, the clients, and a button that stops it."""
        return panel.bundle_of(self, **kwargs)

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The event loop in which it runs; ``None`` while it does not listen. Any thread."""
        return self._loop

    @property
    def url(self) -> str:
        """The address of the page, with the token if there is one. Any thread.

        With ``port=0``, known when `serve` or `start` has returned.
        """
        host = "localhost" if self.host in ("", "0.0.0.0", "::") else self.host  # noqa: S104 - compared with, not bound to
        host = f"[{host}]" if ":" in host else host
        token = "" if self.token is None else f"#token={self.token}"
        return f"{'http' if self._ssl is None else 'https'}://{host}:{self.port}/{token}"

    async def serve(self) -> None:
        """Start listening in the running event loop; returns when clients can connect. `close` stops it.

        In a notebook, a server of the same process that listens there already is stopped first: the cell was run again.

        Raises:
            DomsyncError: If it is listening already, or has clients in another event loop: views of widgets that were
                shown before.
            OSError: If the address cannot be had, for example because the port is in use.
        """
        self._claim(None)
        await predecessors.replace(self)
        await self._serve()
        self._announce()

    def start(self) -> Self:
        """Start listening in a thread of its own; returns the server when clients can connect. `stop` stops it.

        In a notebook, a server of the same process that listens there already is stopped first: the cell was run again.

        Connection handlers and callbacks run in that thread, so pages are answered while other code blocks: a cell
        of a notebook, for example. Any thread may call it. From other threads, use what says so, and documents: their
        `flush` works everywhere.

        Raises:
            DomsyncError: As with `serve`. It is not started twice, nor is a server that `serve` started.
            OSError: If the address cannot be had, for example because the port is in use.
        """
        thread = LoopThread("domsync server")
        self._claim(thread)
        try:
            predecessors.replace_soon(self)
            thread.start().run(self._serve())
        except BaseException:
            thread.stop(self._close)
            self._thread = None
            raise
        self._announce()
        return self

    def stop(self) -> None:
        """Stop a server that `start` started, as `close` does, and end its thread. Any other thread; idempotent.

        Returns within 5 seconds. If a callback blocks the server's thread for longer, that is logged, and the rest
        happens when it is done.

        Raises:
            DomsyncError: If it is called in the thread of the server, for which it would wait, or `serve` started it.
        """
        thread = self._thread
        if thread is None:
            if self._server is not None:
                raise DomsyncError("the server was started with serve(): stop it with 'await server.close()'")
            return
        if thread.is_current:
            raise DomsyncError(
                "stop() waits for the thread of the server, in which it was called: "
                "there, use 'await asyncio.to_thread(server.stop)'"
            )
        if not thread.stop(self._close):
            logger.warning(
                "the thread of the server on %s is blocked by a callback: it stops later", self.url
            )
        with self._starting:
            if self._thread is thread:
                self._thread = None

    def _claim(self, thread: LoopThread | None) -> None:
        with self._starting:
            if self._server is not None or self._thread is not None:
                raise DomsyncError(f"the server is listening on {self.url} already")
            self._thread = thread

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        if elsewhere := [client for client in self.get_clients() if client.loop is not loop]:
            raise DomsyncError(
                f"{len(elsewhere)} views of widgets are connected in another event loop: start the server before "
                "they are shown, or close the widgets first"
            )
        static = files("domsync_jupyter") / "static"
        self._page = Page(
            static / "page.js",
            self.root_id,
            islands=static / "islands.js",
            stylesheet=self.stylesheet,
            script_sources=self.script_sources,
        )
        server = await self._listen(self.port)
        while len(ports := {each.getsockname()[1] for each in server.sockets}) > 1:
            # "localhost" has several addresses, each with a free port of its own: try one port for all.
            server.close()
            await server.wait_closed()
            with contextlib.suppress(OSError):
                server = await self._listen(ports.pop())
        self._server = server
        self.port = ports.pop()
        self._loop = loop

    def _announce(self) -> None:
        """Say where it is; in a notebook, with a link."""
        predecessors.started(self)
        # What clients do would be printed below whichever cell ran last.
        self._is_announced = self.verbose and panel.announce(self)
        self._say(f"domsync server started on {self.url}")

    async def _listen(self, port: int) -> Server:
        return await self._entrance.listen(
            self._connected,
            self.host,
            port,
            process_request=self._answer,
            subprotocols=[SUBPROTOCOL],
            select_subprotocol=_select_subprotocol,
            max_message_bytes=self.max_message_bytes,
        )

    async def close(self) -> None:
        """Stop: no client is let in any more, all are closed, all tasks ended. Idempotent.

        Returns within `close_seconds` and one more, even if a peer does not answer.

        Raises:
            DomsyncError: If it was started with `start`.
        """
        if self._thread is not None:
            raise DomsyncError(
                "the server was started with start(): stop it with server.stop(), in another thread"
            )
        await self._close()

    def _stop_listening(self) -> None:
        """Give up the port now; what is connected stays until `close`."""
        if self._server is not None:
            # The asyncio.Server below it: websockets' own closes in a task.
            self._server.server.close()

    async def _close(self) -> None:
        self._loop = None
        self.tell_watchers()
        server, self._server = self._server, None
        if server is None:
            return
        server.close(close_connections=False)
        await self.end_all(1001, "the server stops")
        self._entrance.abort_all()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1):
                await server.wait_closed()
        self._say("domsync server stopped")

    async def __aenter__(self) -> Self:
        await self.serve()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def get_clients(self) -> list[Client]:
        """The connected clients, on every transport, in the order in which they came. Any thread."""
        return super().get_clients()

    def get_document(self, client: Client) -> Document:
        """The client's document. Any thread.

        It is recommended to check `is_connected` right before.

        Raises:
            ClientGoneError: If the client is not connected (any more).
        """
        return super().get_document(client)

    def is_connected(self, client: Client) -> bool:
        """Whether the client is connected; one whose session waits for its page to come back is. Any thread."""
        return super().is_connected(client)

    async def flush(self, client: Client) -> None:
        """Send what changed in the client's document since the last flush.

        Changes are sent without it too, at most once a frame; this sends now, and waits while the client
        has more unread than its socket takes. Cancelling it loses nothing.

        Only in the event loop of the server. `Document.flush` does the same in any thread, but does not wait.

        Raises:
            ClientGoneError: If the client is not connected (any more).
            DomsyncError: If it is awaited in another event loop.
        """
        self.get_document(client)  # Whether it is gone comes first.
        if client.loop is not asyncio.get_running_loop():
            raise DomsyncError(
                "flush(client) belongs to the event loop of the server: "
                "elsewhere, use server.get_document(client).flush()"
            )
        await super().flush(client)

    def widget(self, **kwargs: Any) -> DomsyncWidget:
        """``DomsyncWidget(server, **kwargs)``: what this server shows, in an output cell of a notebook."""
        from domsync_jupyter.widget import DomsyncWidget  # noqa: PLC0415 - it needs this module, and loads anywidget

        return DomsyncWidget(self, **kwargs)

    def page_ticket(self) -> str:
        """The ticket of links that lead to the page through Jupyter's own server, which then hands it out. Any thread.

        From then on, who is logged in there may load the page, which holds no data; to connect takes the ticket.
        """
        if not self._page_ticket:
            self._page_ticket = self.issue_ticket()
        return self._page_ticket

    def inherit_from(self, earlier: DomsyncServer) -> None:
        """Let the pages in that an earlier server had let in, in whose place this one is. Before it listens.

        They know its random token, if both have one, and the ticket of its links.
        """
        if self._has_random_token and earlier._has_random_token:
            self.token = earlier.token
        if earlier._page_ticket:
            with self._tickets_lock:
                self._page_ticket = earlier._page_ticket
                self._tickets |= {earlier._page_ticket}

    def issue_ticket(self) -> str:
        """Make a random secret of 128 bits with which a page may connect, wherever it is from. Any thread.

        A WebSocket carries it like the token, as the subprotocol ``domsync.token.`` with the ticket behind it, and
        passes the checks of the token, of ``Host`` and of ``Origin``. Tell it to one page, on a way that only this page
        can read: `DomsyncWidget` does, over the comm. Valid until `revoke_ticket`.
        """
        ticket = secrets.token_urlsafe(16)
        with self._tickets_lock:
            self._tickets |= {ticket}
        return ticket

    def revoke_ticket(self, ticket: str) -> None:
        """Let nobody in with this ticket any more; who came in with it stays. Any thread; idempotent."""
        with self._tickets_lock:
            self._tickets -= {ticket}

    # Connections

    def _answer(self, connection: ServerConnection, request: Request) -> Response | None:
        """One gate in front of every route; then the page's files; then the WebSocket."""
        refusal = gate.check(
            request.path,
            request.method,
            request.headers,
            bound_host=self.host,
            port=self.port,
            is_loopback=self._is_loopback,
            origins=self.origins,
            token=self.token,
            tickets=self._tickets,
            is_page_shared=bool(self._page_ticket),
            secure=self._ssl is not None,
        )
        if refusal is not None:
            self._entrance.warn("refused %s: %s", connection.remote_address, refusal.reason)
            response = connection.respond(refusal.status, refusal.reason + "\n")
            if refusal.status == 405:
                response.headers["Allow"] = "GET, HEAD"
            return response
        assert self._page is not None
        answer = self._page.answer(request)
        if answer is not None or self._may_take_another():
            return answer
        self._entrance.warn("refused %s: %s", connection.remote_address, self._full())
        response = connection.respond(503, self._full() + "\n")
        response.headers["Retry-After"] = "10"
        return response

    def _may_take_another(self) -> bool:
        """Whether a WebSocket can still become a client: a new one, or one that takes a waiting session up."""
        # Of those that are full, only the sessions which wait for their page have room for a socket.
        in_use = sum(viewer.client.attached for viewer in self._viewers.values())
        return in_use + self._greeting < self.max_clients

    def _is_full(self) -> bool:
        return len(self._viewers) >= self.max_clients

    def _full(self) -> str:
        return (
            f"there are {len(self._viewers)} clients already, and the server takes {self.max_clients} "
            "(max_clients): try again later"
        )

    async def _connected(self, connection: ServerConnection) -> None:
        self._greeting += 1
        try:
            if connection.subprotocol == SUBPROTOCOL:
                viewer, hello = await self._greet(connection)
            else:
                # An eval client, of the old kind: it says nothing until something happens in it.
                if self._is_full():
                    raise ProtocolError(self._full(), code=1013)
                viewer, hello = self.open(self.new_client(self._link(connection)), EvalSession), None
                viewer.changed()
        except (ProtocolError, TimeoutError) as error:
            code = getattr(error, "code", 1002)
            reason = "too many clients: try again later" if code == 1013 else "expected a Hello of domsync.v1"
            words = str(error) or "it said no Hello in time"
            self._entrance.warn("refused %s: %s", connection.remote_address, words)
            await self._entrance.turn_away(connection, code, reason)
            return
        except ConnectionClosed:
            return
        finally:
            self._greeting -= 1
        self._say(f"domsync client {viewer.client.id} connected")
        try:
            await viewer.run_socket(hello)
        finally:
            await self.socket_ended(viewer)
            self._say(f"domsync client {viewer.client.id} disconnected")

    async def _greet(self, connection: ServerConnection) -> tuple[Viewer, str]:
        """Wait for the page's Hello and find, or open, its session."""
        async with asyncio.timeout(self._entrance.handshake_seconds):
            text = await connection.recv()
        if isinstance(text, bytes):
            raise ProtocolError("the first message is not text", code=1003)
        hello = messages.decode(text)
        if not isinstance(hello, messages.Hello):
            raise ProtocolError("the first message is not a Hello")
        hello.check_version()
        viewer = self.resume(hello.session)
        if viewer is not None:
            viewer.client.attach(self._link(connection))
        elif self._is_full():
            raise ProtocolError(self._full(), code=1013)
        else:
            viewer = self.open(self.new_client(self._link(connection)))
        return viewer, text

    def _link(self, connection: ServerConnection) -> WebSocketLink:
        return WebSocketLink(connection, write_timeout=self._write_seconds)

    def _say(self, text: str) -> None:
        if self.verbose and not self._is_announced:
            print(text)  # noqa: T201 - what `verbose` is for


def _select_subprotocol(_connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Our pages' one, if it is offered; otherwise it is an eval client, which may offer the token alone."""
    if SUBPROTOCOL in offered:
        return SUBPROTOCOL
    token = next((name for name in offered if name.startswith(gate.TOKEN_PREFIX)), None)
    if offered and token is None:
        # Browsers give up a connection whose server chooses none of what they offer.
        raise NegotiationError(f"expected the subprotocol {SUBPROTOCOL}, or none")
    return token
