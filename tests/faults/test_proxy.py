"""The proxy does what it says: a harness that breaks nothing proves nothing."""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import AsyncIterator

import pytest

from tests.faults.board import until
from tests.faults.proxy import DOWN, UP, Proxy, schedule


class Echo:
    """A server that sends everything back, and knows what came at once."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.ends: list[str] = []
        self.open = 0

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            while data := await reader.read(1 << 20):
                self.pieces.append(data)
                writer.write(data)
                await writer.drain()
            self.ends.append("fin")
        except ConnectionResetError:
            self.ends.append("rst")
        finally:
            writer.transport.abort()
            await asyncio.sleep(0)  # Then it is closed.
            self.open -= 1


@pytest.fixture
async def echo() -> AsyncIterator[tuple[Echo, Proxy]]:
    echo = Echo()
    async with await asyncio.start_server(echo.connected, "127.0.0.1", 0) as server:
        with Proxy(*server.sockets[0].getsockname()) as proxy:
            yield echo, proxy
        await until(lambda: not echo.open)


async def connect(proxy: Proxy) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", proxy.port)


async def test_forwards(echo: tuple[Echo, Proxy]) -> None:
    _, proxy = echo
    reader, writer = await connect(proxy)
    data = random.randbytes(3_000_000)
    writer.write(data)
    assert await reader.readexactly(len(data)) == data
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    await until(lambda: proxy.open_connections == 0)


async def test_delays_each_way(echo: tuple[Echo, Proxy]) -> None:
    _, proxy = echo
    reader, writer = await connect(proxy)
    proxy.delay(0.05)
    start = time.monotonic()
    writer.write(b"x")
    await reader.readexactly(1)
    assert time.monotonic() - start >= 0.1
    writer.close()


async def test_stalls_one_way_until_it_heals(echo: tuple[Echo, Proxy]) -> None:
    echoes, proxy = echo
    reader, writer = await connect(proxy)
    proxy.stall(DOWN)
    writer.write(b"x")
    await until(lambda: echoes.pieces == [b"x"])
    reading = asyncio.create_task(reader.readexactly(1))
    _, pending = await asyncio.wait([reading], timeout=0.05)
    assert pending
    proxy.heal()
    assert await reading == b"x"
    writer.close()


@pytest.mark.parametrize("how", ["rst", "fin"])
async def test_cuts_in_the_middle(echo: tuple[Echo, Proxy], how: str) -> None:
    echoes, proxy = echo
    reader, writer = await connect(proxy)
    proxy.cut_after(5, DOWN, how)  # type: ignore[arg-type]  # it is one of the two
    writer.write(b"0123456789")
    if how == "fin":
        assert await reader.read() == b"01234"
    else:
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(6)
    await until(lambda: echoes.ends == [how])
    assert proxy.cuts == 1
    writer.close()


async def test_cuts_when_asked_to(echo: tuple[Echo, Proxy]) -> None:
    _, proxy = echo
    reader, writer = await connect(proxy)
    writer.write(b"x")
    await reader.readexactly(1)
    assert proxy.cut() == 1
    with pytest.raises(ConnectionResetError):
        await reader.readexactly(1)
    writer.close()


async def test_forgets_a_connection_and_carries_the_next(echo: tuple[Echo, Proxy]) -> None:
    echoes, proxy = echo
    reader, writer = await connect(proxy)
    writer.write(b"x")
    await reader.readexactly(1)
    assert proxy.forget() == 1
    writer.write(b"y")
    proxy.heal()
    next_reader, next_writer = await connect(proxy)
    next_writer.write(b"z")
    assert await next_reader.readexactly(1) == b"z"
    reading = asyncio.create_task(reader.read(1))
    _, pending = await asyncio.wait([reading], timeout=0.05)
    assert pending
    assert echoes.pieces == [b"x", b"z"]
    assert proxy.cuts == 0
    reading.cancel()
    writer.close()
    next_writer.close()


async def test_refuses_until_it_heals(echo: tuple[Echo, Proxy]) -> None:
    _, proxy = echo
    port = proxy.port
    proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        await connect(proxy)
    proxy.heal()
    assert proxy.port == port
    reader, writer = await connect(proxy)
    writer.write(b"x")
    assert await reader.readexactly(1) == b"x"
    writer.close()


async def test_throttles_and_splits(echo: tuple[Echo, Proxy]) -> None:
    echoes, proxy = echo
    reader, writer = await connect(proxy)
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    proxy.split(100, UP)
    proxy.throttle(10_000, UP)
    for _ in range(20):
        echoes.pieces.clear()
        start = time.monotonic()
        writer.write(bytes(1_000))
        await reader.readexactly(1_000)
        assert time.monotonic() - start >= 0.09
        # An echo that is slow, on a busy machine, finds several pieces in one.
        if len(echoes.pieces) >= 5:
            break
    else:
        pytest.fail("it does not split")
    writer.close()


async def test_plays_a_schedule_which_a_seed_repeats(echo: tuple[Echo, Proxy]) -> None:
    _, proxy = echo
    acts = schedule(random.Random(7), 1, harshness=10)
    assert acts == schedule(random.Random(7), 1, harshness=10)
    assert len({act.method for act in acts}) > 3
    proxy.play(acts)
    await asyncio.to_thread(proxy.wait)
    reader, writer = await connect(proxy)
    writer.write(b"x")
    await reader.readexactly(1)
    writer.close()
    proxy.stop()
