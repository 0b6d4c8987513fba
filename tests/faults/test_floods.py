"""Peers that say half of something for ever, or far too much: nobody else notices."""

from __future__ import annotations

import asyncio
import time

import psutil
import pytest

from tests.faults.board import Board, measured, until, watching
from tests.faults.raw_peer import PING, TEXT, RawPeer, SlowLoris, connect, frame
from tests.faults.served import serving
from tests.faults.soak import SECONDS, pick, report

pytestmark = pytest.mark.timeout(SECONDS)

#: What a hostile peer may cost the server, in bytes.
MAX_BYTES = 20_000_000


async def test_half_a_frame_and_half_a_request_for_ever_harm_nobody() -> None:
    count = pick(20, 100)
    async with serving(Board, resume_seconds=1) as server, watching(server.url, 5) as peers:
        await server.ask("run")
        before = await measured(peers, 1)
        bad: list[RawPeer] = [await connect(server.url, SlowLoris) for _ in range(count)]
        for _ in range(count):
            bad.append(await connect(server.url))
            await bad[-1].until(lambda: bad[-1].applied > 0)
            # It says that a megabyte is to come, and brings a byte now and then.
            bad[-1].write(frame(TEXT, bytes(1_000_000))[:20])
        slow = asyncio.create_task(drip(bad))
        after = await measured(peers, pick(1.5, 10))
        if pick(False, True):
            # None of these may stay for ever: opening takes 10 seconds at most.
            for peer in bad[:count]:
                await peer.gone(20)
        slow.cancel()
        await server.ask("halt")
        for peer in bad:
            peer.abort()
        report(
            f"half frames and requests: p99 of others {before * 1000:.1f} ms before, "
            f"{after * 1000:.1f} ms beside {count} of each"
        )
        assert after < max(0.5, 10 * before)


async def drip(peers: list[RawPeer]) -> None:
    while True:
        for peer in peers:
            peer.write(b"x")
        await asyncio.sleep(0.2)


class Deaf(RawPeer):
    """Stops to read when it shows the document."""

    def _message(self, payload: bytes) -> None:
        super()._message(payload)
        if self.applied:
            self.transport.pause_reading()


FLOODS = {
    "WebSocket pings, not read": (Deaf, frame(PING, b"p" * 125)),
    "messages, not read": (Deaf, frame(TEXT, b'[6,"p",0]')),
    "WebSocket pings": (RawPeer, frame(PING, b"p" * 125)),
    "messages": (RawPeer, frame(TEXT, b'[6,"p",0]')),
}


@pytest.mark.parametrize("name", list(FLOODS)[: pick(2, 4)])
async def test_a_flood_of_pings_harms_nobody(name: str) -> None:
    """Pongs are answers which the peer may not read: they must not pile up."""
    kind, ping = FLOODS[name]
    async with serving(Board, resume_seconds=1) as server, watching(server.url, 5) as peers:
        await server.ask("run")
        await measured(peers, 0.5)
        before = psutil.Process(server.pid).memory_info().rss
        bad = await connect(server.url, kind, receive_buffer=4096)
        await bad.until(lambda: bad.applied > 0)
        flooding = asyncio.create_task(flood(bad, ping, pick(30_000_000, 400_000_000)))
        most, latency = before, 0.0
        while not flooding.done():
            latency = max(latency, await measured(peers, 0.25))
            most = max(most, psutil.Process(server.pid).memory_info().rss)
        await server.ask("halt")
        report(
            f"flood of {name}: {flooding.result() / 1e6:.0f} MB; the server grew by {(most - before) / 1e6:.2f} MB; "
            f"p99 of others {latency * 1000:.1f} ms; closed with {bad.close_code}, lost: {bad.lost}"
        )
        bad.abort()
        assert most - before <= MAX_BYTES
        assert latency < 1


async def flood(peer: RawPeer, data: bytes, size: int) -> int:
    """Send this again and again, as fast as the server reads; how many bytes that were."""
    chunk, sent = data * (65_536 // len(data)), 0
    stuck_since = time.monotonic()
    while sent < size and not peer.lost:
        if peer.transport.get_write_buffer_size() < 1 << 18:
            peer.write(chunk)
            sent += len(chunk)
            stuck_since = time.monotonic()
        elif time.monotonic() - stuck_since > pick(1, 5):
            break  # The server has stopped reading, which is its right.
        await asyncio.sleep(0)
    return sent


async def test_a_flood_of_events_closes_its_connection_with_1008() -> None:
    async with serving(Board, resume_seconds=1) as server, watching(server.url, 5) as peers:
        await server.ask("run")
        before = await measured(peers, 0.5)
        bad = await connect(server.url)
        await bad.until(lambda: bad.applied > 0)

        async def fire() -> None:
            while not bad.lost:
                for _ in range(200):
                    bad.fire("click", 2)
                await until(lambda: bad.lost or bad.transport.get_write_buffer_size() < 1 << 18)
                await asyncio.sleep(0)

        firing = asyncio.create_task(fire())
        latency = 0.0
        while not firing.done():
            latency = max(latency, await measured(peers, 0.25))
            assert bad.posted < 1_000_000, "it is still let in"
        assert bad.close_code == 1008
        report(
            f"events: closed with {bad.close_code} after {bad.posted:,}; "
            f"p99 of others {before * 1000:.1f} ms before, {latency * 1000:.1f} ms meanwhile"
        )
        assert latency < 1
        await server.ask("halt")
