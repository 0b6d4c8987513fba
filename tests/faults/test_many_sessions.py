"""Clients come and go, in every way there is, and nothing is left of them."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.faults import raw_peer
from tests.faults.raw_peer import CLOSE, RawPeer, connect, frame
from tests.faults.served import ServerProcess, Stage, serving
from tests.faults.soak import SECONDS, pick, report, seeded

pytestmark = pytest.mark.timeout(SECONDS)

CYCLES = pick(500, 100_000)
#: Cycles before memory is measured first. As many as are in flight at a time later: what memory grows to depends on how
#: many sessions wait, or wait to be collected, at once, and fewer cycles than are measured reach a smaller number.
WARM_UP = pick(1_000, 10_000)
#: Clients that come and go at the same time.
AT_ONCE = 16
RESUME_SECONDS = 0.5
#: Growth of the server's memory that is allowed, in bytes.
MAX_GROWTH = 5_000_000
#: The number of the button: the root is 1.
BUTTON = 2
#: Half-open connections that stay to the end, and how long the server may keep them: 10 seconds and a bit.
SILENT = pick(0, 50)
SILENT_SECONDS = 12


class Sessions(Stage):
    """Each client has a document, with callbacks, and a handler that runs as long as it is there."""

    def app(self) -> Any:
        async def app(server: Any, client: Any) -> None:
            document = server.get_document(client)
            rows = [document.createElement("p", innerText=f"row {number}") for number in range(20)]
            button = document.createElement("button", id="b", innerText="0")
            button.addEventListener(
                "click", lambda _: setattr(button, "innerText", str(int(button.innerText) + 1))
            )
            document.getRootElement().append(button, *rows)
            await client.wait_closed()

        return app


async def say_bye_view(peer: RawPeer) -> None:
    peer.say(4, "view")
    await peer.gone()


async def say_bye_pagehide(peer: RawPeer) -> None:
    peer.say(4, "pagehide")
    await peer.gone()


async def abort(peer: RawPeer) -> None:
    peer.abort()


async def close_1000(peer: RawPeer) -> None:
    peer.write(frame(CLOSE, (1000).to_bytes(2, "big")))
    await peer.gone()


async def close_1001(peer: RawPeer) -> None:
    peer.write(frame(CLOSE, (1001).to_bytes(2, "big") + b"leaving"))
    await peer.gone()


async def end_in_the_middle_of_a_message(peer: RawPeer) -> None:
    peer.write(frame(raw_peer.TEXT, b"[1,1,1,0")[:-3])
    peer.abort()


WAYS: list[Callable[[RawPeer], Awaitable[None]]] = [
    say_bye_view, say_bye_pagehide, abort, close_1000, close_1001, end_in_the_middle_of_a_message,
]  # fmt: skip


class HalfOpen(RawPeer):
    """Connects, and then does not even ask for a WebSocket."""

    def _begin(self) -> None:
        pass


async def come_and_go(url: str, rnd: random.Random, counted: Counter[str]) -> None:
    choice = rnd.random()
    if choice < 0.05:
        peer = await connect(url, HalfOpen)
        counted["half-open"] += 1
        peer.abort()
        return
    if choice < 0.1:
        peer = await connect(url, greets=False)
        await peer.until(lambda: peer.open)
        counted["no Hello"] += 1
        peer.abort()
        return
    leave, clicks = rnd.choice(WAYS), rnd.choice([0, 0, 1])
    peer = await connect(url)
    await peer.until(lambda: peer.applied > 0)
    for _ in range(clicks):
        await peer.done(peer.fire("click", BUTTON))
    counted[leave.__name__] += 1
    await leave(peer)
    if not peer.lost:
        peer.abort()


async def cycle(url: str, count: int, rnd: random.Random) -> Counter[str]:
    """So many cycles, some at a time; how many ended in which way."""
    counted: Counter[str] = Counter()
    seeds = iter([rnd.randrange(2**31) for _ in range(count)])

    async def work() -> None:
        for seed in seeds:
            await come_and_go(url, random.Random(seed), counted)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return counted


async def freed(server: ServerProcess) -> dict[str, Any]:
    """Wait until the sessions are freed, which must be soon; what is left then."""
    seconds = await server.until("count", 0)
    print(
        f"all sessions were freed {seconds:.2f} s after the last one left; retention is {RESUME_SECONDS:g} s"
    )
    assert seconds <= RESUME_SECONDS + 1
    # A client is gone at the moment when its tasks are told to end.
    deadline = time.monotonic() + 1
    while (figures := await server.ask("figures"))["tasks"] > 0:
        assert time.monotonic() < deadline, await server.ask("names_of_tasks")
    return dict(figures)


async def test_nothing_is_left_of_those_who_came_and_went() -> None:
    rnd = seeded()
    async with serving(Sessions, resume_seconds=RESUME_SECONDS) as server:
        await cycle(server.url, WARM_UP, rnd)
        before = await freed(server)
        silent = [await connect(server.url, greets=False) for _ in range(SILENT)]
        since = time.perf_counter()
        counted = await cycle(server.url, CYCLES, rnd)
        seconds = time.perf_counter() - since
        await asyncio.gather(
            *(peer.gone(max(0.1, since + SILENT_SECONDS - time.perf_counter())) for peer in silent)
        )
        after = await freed(server)
    growth = after["rss"] - before["rss"]
    report(f"many sessions: {CYCLES:,} cycles, {CYCLES / seconds:.0f} a second: {dict(counted)}")
    report(
        f"many sessions: memory {before['rss'] / 1e6:.1f} MB after {WARM_UP:,}, {after['rss'] / 1e6:.1f} MB after all: "
        f"{growth / 1e6:+.2f} MB; tasks left: {after['tasks']}; clients left: {after['clients']}"
    )
    left = Counter(after["objects"])
    left.subtract(before["objects"])
    assert not {kind: count for kind, count in left.items() if count > 0}
    assert after["objects"].keys().isdisjoint({"Session", "Viewer", "Document", "Mirror"})
    assert growth <= MAX_GROWTH


async def test_a_crowd_comes_at_once_and_goes_at_once() -> None:
    seeded()
    count = pick(100, 900)
    async with serving(Sessions, resume_seconds=RESUME_SECONDS) as server:
        before = await server.ask("figures")
        gate = asyncio.Semaphore(50)  # Fewer than a listening socket keeps waiting.

        async def one() -> RawPeer:
            async with gate:
                peer: RawPeer = await connect(server.url)
            await peer.until(lambda: peer.applied > 0, 60)
            return peer

        peers = await asyncio.gather(*(one() for _ in range(count)))
        assert await server.ask("count") == count
        for peer in peers:
            peer.abort()
        after = await freed(server)
    assert after["objects"].keys() <= before["objects"].keys()
