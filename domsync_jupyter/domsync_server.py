"""`DomsyncServer`: a WebSocket server whose clients each see a document."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Self

from websockets.asyncio.server import Server, ServerConnection
from websockets.asyncio.server import serve as serve_websockets
from websockets.exceptions import ConnectionClosed, NegotiationError
from websockets.typing import Subprotocol

from domsync_jupyter.errors import DomsyncError, ProtocolError
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.eval_session import EvalSession
from domsync_jupyter.transports import gate
from domsync_jupyter.transports.client import Client
from domsync_jupyter.transports.host import ConnectionHandler, Host
from domsync_jupyter.transports.page import Page
from domsync_jupyter.transports.websocket import WebSocketLink

if TYPE_CHECKING:
    import ssl as ssl_module
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from websockets.http11 import Request, Response

    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.sync.session import Limits
    from domsync_jupyter.transports.viewer import Viewer

__all__ = ["DomsyncServer"]

logger = logging.getLogger("domsync_jupyter")

SUBPROTOCOL = Subprotocol("domsync.v1")
HELLO_SECONDS = 10


class DomsyncServer(Host):
    """A WebSocket server that gives each client a `Document`, and the page that shows it.

    ``http://host:port/`` is that page; the same port carries the WebSockets. Belongs to the event loop in which `serve`
    was awaited; the members which say so may be used from any thread.

    Args:
        connection_handler: ``async def app(server, client)``, called for each client that connects, with this server
            and the client; it finds its document with `get_document`. Or a `Document`, which all clients see.
        host: Name or address to listen on. Not on loopback, a token is needed.
        port: Port to listen on; 0 picks a free one, which `url` tells.
        verbose: Print a line when the server starts and stops, and when a client comes and goes.
        root_id: ``id`` of the element in which everything is.
        token: What a page must know to connect. Default: none on loopback, otherwise a random one of 128 bits; it is
            part of `url`, behind the ``#``, where no log sees it.
        origins: Further origins, such as ``"https://hub.example.org"``, whose pages may connect. Always let in: the
            server's own and, while it is bound to loopback, other loopback origins.
        ssl: Serve HTTPS with this context.
        resume_seconds: Seconds for which a session waits for a notebook view that is reloaded.
        max_message_bytes: Length of a message from a page, in bytes; a longer one closes its connection with code 1009.
        limits: Of each session: see `Limits`.

    Raises:
        TypeError: If `connection_handler` is neither callable nor a `Document`.
        ValueError: If one of `origins` is not an origin, or `token` cannot be sent as a subprotocol.
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
        max_message_bytes: int = 1 << 20,
        limits: Limits | None = None,
    ) -> None:
        super().__init__(connection_handler, root_id=root_id, resume_seconds=resume_seconds, limits=limits)
        self.host = host
        self.port = port
        self.verbose = verbose
        self._is_loopback = gate.is_loopback_host(host)
        self.token = token if token is not None or self._is_loopback else secrets.token_urlsafe(16)
        if self.token is not None:
            gate.validate_token(self.token)
        self.origins = tuple(origins)
        for origin in self.origins:
            if origin != "null":
                gate.parse_origin(origin)
        self._ssl = ssl
        self._max_message_bytes = max_message_bytes
        self._server: Server | None = None
        self._page: Page | None = None
        self._connections: set[ServerConnection] = set()

    @property
    def url(self) -> str:
        """The address of the page, with the token if there is one. Any thread.

        With ``port=0``, known when `serve` has returned.
        """
        host = "localhost" if self.host in ("", "0.0.0.0", "::") else self.host  # noqa: S104 - compared with, not bound to
        host = f"[{host}]" if ":" in host else host
        token = "" if self.token is None else f"#token={self.token}"
        return f"{'http' if self._ssl is None else 'https'}://{host}:{self.port}/{token}"

    async def serve(self) -> None:
        """Start listening; returns when clients can connect.

        Raises:
            DomsyncError: If it is listening already.
            OSError: If the address cannot be had, for example because the port is in use.
        """
        if self._server is not None:
            raise DomsyncError(f"the server is listening on {self.url} already")
        self._page = Page(files("domsync_jupyter") / "static" / "page.js", self.root_id)
        server = await self._listen(self.port)
        while len(ports := {each.getsockname()[1] for each in server.sockets}) > 1:
            # "localhost" has several addresses, each with a free port of its own: try one port for all.
            server.close()
            await server.wait_closed()
            with contextlib.suppress(OSError):
                server = await self._listen(ports.pop())
        self._server = server
        self.port = ports.pop()
        self._say(f"domsync server started on {self.url}")

    async def _listen(self, port: int) -> Server:
        return await serve_websockets(
            self._connected,
            self.host,
            port,
            process_request=self._answer,
            subprotocols=[SUBPROTOCOL],
            select_subprotocol=_select_subprotocol,
            create_connection=partial(_Connection, self._connections),  # type: ignore[arg-type]  # it is made as the class is
            compression=None,
            max_size=self._max_message_bytes,
            ssl=self._ssl,
            server_header=None,
        )

    async def close(self) -> None:
        """Stop: no client is let in any more, all are closed, all tasks ended. Idempotent.

        Returns within the clients' ``close_timeout`` (2 seconds) and one more, even if a peer does not answer.
        """
        server, self._server = self._server, None
        if server is None:
            return
        server.close(close_connections=False)
        await self.end_all(1001, "the server stops")
        for connection in list(self._connections):
            connection.transport.abort()
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
        """Whether the client is connected; one whose page is being reloaded is. Any thread."""
        return super().is_connected(client)

    async def flush(self, client: Client) -> None:
        """Send what changed in the client's document since the last flush.

        Changes are sent without it too, at most once a frame; this sends now, and waits while the client
        has more unread than its socket takes. Only in the event loop of the server. Cancelling it loses nothing.

        Raises:
            ClientGoneError: If the client is not connected (any more).
        """
        await super().flush(client)

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
            secure=self._ssl is not None,
        )
        if refusal is not None:
            logger.warning("refused %s: %s", connection.remote_address, refusal.reason)
            return connection.respond(refusal.status, refusal.reason + "\n")
        assert self._page is not None
        return self._page.answer(request)

    async def _connected(self, connection: ServerConnection) -> None:
        try:
            if connection.subprotocol == SUBPROTOCOL:
                viewer = await self._greet(connection)
            else:
                # An eval client, of the old kind: it says nothing until something happens in it.
                viewer = self.open(Client(WebSocketLink(connection)), EvalSession)
                viewer.changed()
        except (ProtocolError, TimeoutError) as error:
            logger.warning("%s: %s", connection.remote_address, error)
            await connection.close(getattr(error, "code", 1002), "expected a Hello of domsync.v1")
            return
        except ConnectionClosed:
            return
        self._say(f"domsync client {viewer.client.id} connected")
        try:
            await viewer.run_socket()
        finally:
            await self.socket_ended(viewer)
            self._say(f"domsync client {viewer.client.id} disconnected")

    async def _greet(self, connection: ServerConnection) -> Viewer:
        """Wait for the page's Hello and find, or open, its session."""
        async with asyncio.timeout(HELLO_SECONDS):
            text = await connection.recv()
        hello = messages.decode(text)
        if not isinstance(hello, messages.Hello):
            raise ProtocolError("the first message is not a Hello")
        hello.check_version()
        viewer = self.resumable(hello.session)
        if viewer is not None and viewer.client.loop is asyncio.get_running_loop():
            viewer.client.attach(WebSocketLink(connection))
            self.resumed(viewer)
        else:
            viewer = self.open(Client(WebSocketLink(connection)))
        viewer.receive(hello)
        return viewer

    def _say(self, text: str) -> None:
        if self.verbose:
            print(text)  # noqa: T201 - what `verbose` is for


class _Connection(ServerConnection):
    """A connection that is known from its first moment on, before anything was asked for."""

    def __init__(self, connections: set[ServerConnection], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._connections.discard(self)


def _select_subprotocol(_connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Our pages' one, if it is offered; otherwise it is an eval client, which may offer the token alone."""
    if SUBPROTOCOL in offered:
        return SUBPROTOCOL
    token = next((name for name in offered if name.startswith(gate.TOKEN_PREFIX)), None)
    if offered and token is None:
        # Browsers give up a connection whose server chooses none of what they offer.
        raise NegotiationError(f"expected the subprotocol {SUBPROTOCOL}, or none")
    return token
