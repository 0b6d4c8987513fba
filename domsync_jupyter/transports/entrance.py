"""The entrance: how many sockets there may be, how long they may take to say what they want, what all answers carry.

What happens before anybody knows who connects, and needs no knowledge of it. Who may come in is decided by the
gate (`gate.py`), what is served by the page (`page.py`).

Each step has a deadline of its own, of `handshake_seconds`: the TLS handshake, the HTTP request with its response, and
the Hello of a WebSocket (which the server sees to). A peer that sends a byte now and then gains nothing: they are
deadlines for the whole. An HTTP request has at most `MAX_HEADERS` headers and `MAX_LINE_BYTES` in a line.
"""

from __future__ import annotations

import asyncio
import logging
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from websockets import http11
from websockets.asyncio.server import Server, ServerConnection
from websockets.asyncio.server import serve as serve_websockets

from domsync_jupyter.transports.gate import TOKEN_PREFIX
from domsync_jupyter.transports.page import SECURITY_HEADERS
from domsync_jupyter.transports.rate import Allowance

try:
    import resource
except ImportError:  # Windows, where sockets do not count as open files.
    resource = None  # type: ignore[assignment]  # that is how it is there

if TYPE_CHECKING:
    import ssl as ssl_module
    from collections.abc import Awaitable, Callable, MutableMapping, Sequence
    from http import HTTPStatus

    from websockets.http11 import Request, Response
    from websockets.server import ServerProtocol
    from websockets.typing import Subprotocol

__all__ = ["MAX_HEADERS", "MAX_LINE_BYTES", "Entrance"]

logger = logging.getLogger("domsync_jupyter")

#: Headers of a request, and bytes of each, and of the request line; websockets' own bounds: answered with 431 and 414.
MAX_HEADERS = http11.MAX_NUM_HEADERS
MAX_LINE_BYTES = http11.MAX_LINE_LENGTH

#: Files that the program itself may open, besides the sockets.
SPARE_FILES = 100

#: Bytes that may wait for a peer to read them before nothing is read from it any more.
UNREAD_BYTES = 4 << 20


class Entrance:
    """The sockets of one server.

    Args:
        max_connections: Sockets at once, of any kind and in any state. One more is closed at once, before anything is
            read from it. Where the process may not open as many files, as many as it may, less 100.
        handshake_seconds: Seconds that a TLS handshake may take, and an HTTP request with its response.
        close_seconds: Seconds that the end of a WebSocket, or of TLS, may take.
        ssl: Serve HTTPS with this context.

    Raises:
        ValueError: If one of the numbers is not above 0.
    """

    def __init__(
        self,
        *,
        max_connections: int = 2_000,
        handshake_seconds: float = 10,
        close_seconds: float = 2,
        ssl: ssl_module.SSLContext | None = None,
    ) -> None:
        if max_connections < 1 or not handshake_seconds > 0:
            raise ValueError(
                f"expected numbers above 0, got max_connections={max_connections}, "
                f"handshake_seconds={handshake_seconds}"
            )
        self.max_connections = _affordable(max_connections)
        self.handshake_seconds = handshake_seconds
        self.close_seconds = close_seconds
        self.ssl = ssl
        self.connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._warnings = Allowance(per_second=1, burst=20)
        self._left_out = 0

    async def listen(
        self,
        handler: Callable[[ServerConnection], Awaitable[None]],
        host: str,
        port: int,
        *,
        process_request: Callable[[ServerConnection, Request], Response | None],
        select_subprotocol: Callable[[ServerConnection, Sequence[Subprotocol]], Subprotocol | None],
        subprotocols: Sequence[Subprotocol],
        max_message_bytes: int,
    ) -> Server:
        """Begin to listen; see :func:`websockets.asyncio.server.serve`.

        Raises:
            OSError: If the address cannot be had.
        """
        return await serve_websockets(
            handler,
            host,
            port,
            process_request=process_request,
            subprotocols=subprotocols,
            select_subprotocol=select_subprotocol,
            create_connection=partial(Connection, self),  # type: ignore[arg-type]  # it is made as the class is
            compression=None,
            open_timeout=self.handshake_seconds,
            close_timeout=self.close_seconds,
            max_size=max_message_bytes,
            server_header=None,
            logger=_Discreet(logging.getLogger("websockets.server")),
        )

    def abort_all(self) -> None:
        """Cut all sockets off, those in a handshake included."""
        for connection in list(self.connections):
            connection.abort()

    async def turn_away(self, connection: ServerConnection, code: int, reason: str) -> None:
        """Close a WebSocket that nobody has taken, and cut it off if that takes longer than `close_seconds`."""
        try:
            async with asyncio.timeout(self.close_seconds):
                await connection.close(code, reason)
        except TimeoutError:
            pass
        finally:
            connection.transport.abort()

    def warn(self, words: str, *arguments: object) -> None:
        """Log what strangers do: a warning, unless there are very many."""
        if not self._warnings.take(asyncio.get_running_loop().time()):
            self._left_out += 1
            return
        if self._left_out:
            words, arguments = words + " (%d warnings before it were left out)", (*arguments, self._left_out)
            self._left_out = 0
        logger.warning(words, *arguments)

    def spawn(self, connection: Connection, transport: asyncio.Transport) -> None:
        """Have a connection do its TLS handshake."""
        task = asyncio.get_running_loop().create_task(connection.start_tls(transport))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Connection(ServerConnection):
    """A connection that counts from its first moment on, before anything was asked for.

    It does its own TLS handshake. `asyncio` would do it before it says that there is a connection, so that
    connections which never end theirs could be neither counted nor closed.
    """

    def __init__(self, entrance: Entrance, protocol: ServerProtocol, *args: Any, **kwargs: Any) -> None:
        super().__init__(protocol, *args, **kwargs)
        # Also what websockets refuses by itself goes through here.
        protocol.reject = partial(_reject, protocol.reject)  # type: ignore[method-assign]  # the way to add headers
        self._entrance = entrance
        self._socket: asyncio.Transport | None = None
        self._is_made = self._is_lost = False
        self._early: list[bytes] = []
        self._reads_later = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        entrance = self._entrance
        if len(entrance.connections) >= entrance.max_connections:
            # A transport that is closing does not begin to read.
            transport.abort()
            entrance.warn(
                "closed a connection from %s: there are %d already; max_connections is their number",
                transport.get_extra_info("peername"),
                entrance.max_connections,
            )
            return
        self._socket = transport
        entrance.connections.add(self)
        if entrance.ssl is None:
            self._begin(transport)
        else:
            transport.pause_reading()
            entrance.spawn(self, transport)

    async def start_tls(self, transport: asyncio.Transport) -> None:
        """Do the TLS handshake; then the connection is what it would be without."""
        assert self._entrance.ssl is not None
        try:
            encrypted = await asyncio.get_running_loop().start_tls(
                transport,
                self,
                self._entrance.ssl,
                server_side=True,
                ssl_handshake_timeout=self._entrance.handshake_seconds,
                ssl_shutdown_timeout=self._entrance.close_seconds,
            )
        except OSError as error:  # ssl.SSLError and TimeoutError are such.
            logger.debug("no TLS with %s: %s", transport.get_extra_info("peername"), error)
            encrypted = None
        if encrypted is None or self._is_lost:
            transport.abort()
            self._entrance.connections.discard(self)
            return
        self._begin(encrypted)
        # What came in the same moment as the end of the handshake.
        for data in self._early:
            self.data_received(data)
        self._early.clear()

    def data_received(self, data: bytes) -> None:
        if not self._is_made:
            self._early.append(data)
            return
        super().data_received(data)
        # websockets answers pings by itself, also to a peer that reads no answers.
        if not self._reads_later and self.transport.get_write_buffer_size() > UNREAD_BYTES:
            self._reads_later = True
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._reads_later:
            self._reads_later = False
            if not self.recv_messages.paused:
                self.transport.resume_reading()

    def eof_received(self) -> None:
        if self._is_made:
            super().eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_lost = True
        self._entrance.connections.discard(self)
        if self._is_made:
            super().connection_lost(exc)

    def abort(self) -> None:
        """Cut the socket off, in whichever state it is."""
        if self._socket is not None:
            self._socket.abort()

    def _begin(self, transport: asyncio.Transport) -> None:
        self._is_made = True
        super().connection_made(transport)


class _Discreet(logging.LoggerAdapter[logging.Logger]):
    """Keeps secrets out of what websockets logs at level DEBUG, which is all headers."""

    def log(self, level: int, msg: object, *args: object, **kwargs: Any) -> None:
        super().log(level, msg, *_without_secrets(args), **kwargs)

    def process(self, msg: Any, kwargs: MutableMapping[str, Any]) -> tuple[Any, MutableMapping[str, Any]]:
        return msg, kwargs


_SECRET = re.compile(re.escape(TOKEN_PREFIX) + r"[^\s,]+")
# jupyter-server-proxy passes on by what Jupyter knows the person.
_CREDENTIALS = {"authorization", "cookie", "proxy-authorization"}


def _without_secrets(args: tuple[object, ...]) -> list[object]:
    if len(args) == 2 and isinstance(args[0], str) and args[0].lower() in _CREDENTIALS:
        return [args[0], "..."]
    return [_SECRET.sub(f"{TOKEN_PREFIX}...", arg) if isinstance(arg, str) else arg for arg in args]


def _reject(
    reject: Callable[[HTTPStatus | int, str], Response], status: HTTPStatus | int, text: str
) -> Response:
    response = reject(status, text)
    for name, value in SECURITY_HEADERS.items():
        response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    return response


def _affordable(sockets: int) -> int:
    """Of so many sockets, those which the limit of open files leaves room for."""
    if resource is None:
        return sockets
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return sockets
    return max(1, min(sockets, files - SPARE_FILES))
