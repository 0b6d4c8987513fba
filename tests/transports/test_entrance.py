"""Sockets before anybody knows who connects: their number, their deadlines, their TLS."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import ssl
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import trustme

from domsync_jupyter import DomsyncServer
from domsync_jupyter.transports.entrance import MAX_HEADERS, MAX_LINE_BYTES, Entrance
from tests.peer import DEADLINE_SECONDS, eventually, page

REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"


async def app(server: Any, client: Any) -> None:
    server.get_document(client).getRootElement().append("hello")


def serving(**options: Any) -> DomsyncServer:
    return DomsyncServer(app, "127.0.0.1", 0, verbose=False, **options)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def client_context(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextlib.asynccontextmanager
async def connected(server: DomsyncServer, **options: Any) -> AsyncIterator[Pair]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, **options)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def end_of(reader: asyncio.StreamReader) -> bytes:
    """What comes until the connection is closed."""
    data = b""
    async with asyncio.timeout(DEADLINE_SECONDS):
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            while more := await reader.read(65_536):
                data += more
    return data


# How many


@pytest.mark.parametrize("encrypted", [False, True])
async def test_one_connection_too_many_is_closed_before_it_is_read(
    server_context: ssl.SSLContext, encrypted: bool
) -> None:
    """None of them says anything: they count from their first moment on, before any handshake."""
    options = {"ssl": server_context} if encrypted else {}
    async with serving(max_connections=3, **options) as server, contextlib.AsyncExitStack() as stack:
        silent = [await stack.enter_async_context(connected(server)) for _ in range(3)]
        await eventually(lambda: len(server._entrance.connections) == 3)
        for _ in range(5):
            async with connected(server) as (reader, writer):
                writer.write(REQUEST % server.port + b"\r\n")
                assert await end_of(reader) == b""
        assert len(server._entrance.connections) == 3
        silent[0][1].transport.abort()
        await eventually(lambda: len(server._entrance.connections) == 2)
        async with connected(server):
            await eventually(lambda: len(server._entrance.connections) == 3)


async def test_websockets_and_requests_count_too() -> None:
    async with serving(max_connections=2) as server, page(server.url), page(server.url):
        async with connected(server) as (reader, writer):
            writer.write(REQUEST % server.port + b"\r\n")
            assert await end_of(reader) == b""
        assert len(server.get_clients()) == 2


async def test_connections_are_forgotten_however_they_end(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async with serving(ssl=server_context) as server:
        async with connected(server) as (_, writer):
            writer.write(b"not TLS at all")
            await writer.drain()
            await eventually(lambda: not server._entrance.connections)
        for options in ({}, {"ssl": client_context}):
            async with connected(server, **options):
                pass
        with pytest.raises(ssl.SSLCertVerificationError):
            async with connected(server, ssl=ssl.create_default_context()):
                pass
        async with connected(server, ssl=client_context) as (reader, writer):
            writer.write(REQUEST % server.port + b"\r\n")
            assert (await end_of(reader)).startswith(b"HTTP/1.1 200")
        async with page(server.url, ssl=client_context):
            pass
        await eventually(lambda: not server._entrance.connections and not server._entrance._tasks)


@pytest.mark.parametrize(
    ("files", "wanted", "expected"),
    [
        (1024, 2000, 924),
        (1024, 100, 100),
        (4096, 2000, 2000),
        (50, 2000, 1),
        (resource.RLIM_INFINITY, 2000, 2000),
    ],
)
def test_no_more_than_the_process_may_open(
    monkeypatch: pytest.MonkeyPatch, files: int, wanted: int, expected: int
) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert Entrance(max_connections=wanted).max_connections == expected


@pytest.mark.parametrize(
    "options",
    [
        {"max_connections": 0},
        {"max_connections": -1},
        {"handshake_seconds": 0},
        {"handshake_seconds": float("nan")},
        {"max_clients": 0},
    ],
)
def test_numbers_that_let_nobody_in(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="above 0"):
        serving(**options)


# How long


async def drip(writer: asyncio.StreamWriter, data: bytes) -> None:
    """Send a byte now and then, as one who wants to keep the connection."""
    with contextlib.suppress(ConnectionError):
        for number in range(len(data)):
            writer.write(data[number : number + 1])
            await writer.drain()
            await asyncio.sleep(0.02)


ENDLESS: list[tuple[str, Callable[[int], bytes]]] = [
    ("nothing", lambda _: b""),
    ("half a request line", lambda _: b"GET / HT"),
    ("headers without end", lambda port: REQUEST % port + b"X: y\r\n" * 5_000),
    ("half a header", lambda port: REQUEST % port + b"X: " + b"y" * 5_000),
    ("a body", lambda port: REQUEST % port + b"Content-Length: 0\r\n\r\n" + b"x" * 5_000),
]


@pytest.mark.parametrize(("name", "data"), ENDLESS, ids=[name for name, _ in ENDLESS])
async def test_a_request_that_never_ends(name: str, data: Callable[[int], bytes]) -> None:
    async with serving(handshake_seconds=0.3) as server, connected(server) as (reader, writer):
        start = time.monotonic()
        dripping = asyncio.create_task(drip(writer, data(server.port)))
        answer = await end_of(reader)
        assert time.monotonic() - start < 3
        if name != "a body":
            assert answer == b""
            assert time.monotonic() - start >= 0.3
        await eventually(lambda: not server._entrance.connections)
        dripping.cancel()


@pytest.mark.parametrize("data", [b"", b"\x16\x03\x01\x02\x00\x01" + b"\x00" * 500], ids=["silent", "drips"])
async def test_a_tls_handshake_that_never_ends(server_context: ssl.SSLContext, data: bytes) -> None:
    async with (
        serving(handshake_seconds=0.3, ssl=server_context) as server,
        connected(server) as (reader, writer),
    ):
        start = time.monotonic()
        dripping = asyncio.create_task(drip(writer, data))
        assert await end_of(reader) == b""
        assert 0.3 <= time.monotonic() - start < 3
        await eventually(lambda: not server._entrance.connections and not server._entrance._tasks)
        dripping.cancel()


async def test_a_request_over_tls_that_never_ends(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async with (
        serving(handshake_seconds=0.3, ssl=server_context) as server,
        connected(server, ssl=client_context) as (reader, writer),
    ):
        dripping = asyncio.create_task(drip(writer, REQUEST % server.port + b"X: y\r\n" * 5_000))
        start = time.monotonic()
        assert await end_of(reader) == b""
        assert time.monotonic() - start < 3
        await eventually(lambda: not server._entrance.connections)
        dripping.cancel()


async def test_a_websocket_that_says_no_hello() -> None:
    async with serving(handshake_seconds=0.3) as server, page(server.url, greet=False) as peer:
        start = time.monotonic()
        assert (await peer.closed())[0] == 1002
        assert 0.3 <= time.monotonic() - start < 3
        await eventually(lambda: not server._entrance.connections)
        assert server.get_clients() == []


async def test_a_websocket_whose_hello_never_ends() -> None:
    """And that answers no close frame."""
    async with serving(handshake_seconds=0.3) as server, connected(server) as (reader, writer):
        writer.write(
            REQUEST
            % server.port
            + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: domsync.v1\r\n\r\n"
        )
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        start = time.monotonic()
        # Fragments of one byte, none of them the last.
        fragments = b"\x01\x81\x00\x00\x00\x00[" + b"\x00\x81\x00\x00\x00\x00 " * 5_000
        dripping = asyncio.create_task(drip(writer, fragments))
        assert b"expected a Hello" in await end_of(reader)
        assert time.monotonic() - start < 5
        await eventually(lambda: not server._entrance.connections)
        dripping.cancel()


async def test_close_does_not_wait_for_handshakes(server_context: ssl.SSLContext) -> None:
    for options in ({}, {"ssl": server_context}):
        async with contextlib.AsyncExitStack() as stack:
            server = serving(**options)
            async with server:
                pairs = [await stack.enter_async_context(connected(server)) for _ in range(5)]
                await eventually(lambda server=server: len(server._entrance.connections) == 5)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
                start = time.monotonic()
            assert time.monotonic() - start < 1.5
            for reader, _ in pairs:
                assert await end_of(reader) == b""
            assert not server._entrance.connections


# How much


@pytest.mark.parametrize(
    ("status", "size", "count"),
    [
        (b"200", 100, 1),
        (b"200", MAX_LINE_BYTES - 10, 1),
        (b"431", MAX_LINE_BYTES, 1),
        (b"200", 1, MAX_HEADERS - 3),
        (b"431", 1, MAX_HEADERS),
    ],
)
async def test_sizes_of_headers(status: bytes, size: int, count: int) -> None:
    assert (MAX_LINE_BYTES, MAX_HEADERS) == (8192, 128)
    async with serving() as server, connected(server) as (reader, writer):
        writer.write(REQUEST % server.port + (b"X: " + b"y" * size + b"\r\n") * count + b"\r\n")
        assert (await end_of(reader)).split()[1] == status


async def test_a_header_line_without_end_is_not_kept() -> None:
    async with serving(handshake_seconds=0.5) as server, connected(server) as (reader, writer):
        writer.write(REQUEST % server.port + b"X: " + b"y" * 10_000_000)
        assert (await end_of(reader))[:12] in {b"", b"HTTP/1.1 431"}
        await eventually(lambda: not server._entrance.connections)


# TLS


async def test_over_tls_all_is_as_without(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    async with serving(ssl=server_context) as server:
        assert server.url == f"https://127.0.0.1:{server.port}/"
        async with page(server.url, ssl=client_context) as peer:
            await peer.shows("hello")
            await peer.settled()
        for _ in range(20):
            # The request comes with the last bytes of the handshake.
            async with connected(server, ssl=client_context) as (reader, writer):
                writer.write(REQUEST % server.port + b"\r\n")
                assert (await end_of(reader)).startswith(b"HTTP/1.1 200")


async def test_what_comes_together_with_the_end_of_the_handshake(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    """In one packet, which TLS 1.3 makes possible: the client is ready first."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = client_context.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    async with serving(ssl=server_context) as server, connected(server) as (reader, writer):
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                writer.write(outgoing.read())
                incoming.write(await reader.read(65_536))
        tls.write(REQUEST % server.port + b"\r\n")
        writer.write(outgoing.read())
        answer = b""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while b"HTTP/1.1 200" not in answer:
                with contextlib.suppress(ssl.SSLWantReadError):
                    answer += tls.read(65_536)
                    continue
                incoming.write(await reader.read(65_536))


async def test_a_failed_handshake_is_no_error(
    server_context: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "domsync_jupyter")
    async with serving(ssl=server_context) as server, connected(server) as (reader, writer):
        writer.write(REQUEST % server.port + b"\r\n")
        await end_of(reader)
        await eventually(lambda: not server._entrance.connections)
    assert "no TLS with" in caplog.text
