"""A document that changes by itself, and viewers that measure how late they see it: what others must not disturb."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

from domsync_jupyter import Document
from domsync_jupyter.sync.limits import Limits
from tests.faults.raw_peer import RawPeer, connect
from tests.faults.served import Stage

__all__ = ["RATE", "Board", "Timed", "measured", "until", "watching"]

#: Changes a second.
RATE = 20


class Board(Stage):
    """One document for all, which changes by itself."""

    def __init__(self, wide: bool = False, size: int = 10_000, **options: Any) -> None:
        self._size = size
        if wide:
            # No window keeps what is sent below what the socket takes: it is the socket's buffer that fills up.
            options["limits"] = Limits(window_frames=100_000, window_bytes=1 << 30)
        self.document = Document()
        self._stamp = self.document.createElement("p", id="stamp")
        self._slow = asyncio.Event()
        button = self.document.createElement("button")
        button.addEventListener("click", self._click)
        self.document.getRootElement().append(button, self._stamp)
        super().__init__(**options)
        self._tasks_held: set[asyncio.Task[None]] = set()
        #: When the first buffer was found full, when the last one was not any more, and the most that waited.
        self._full_at = self._free_at = 0.0
        self._most = 0

    def app(self) -> Any:
        return self.document

    async def _click(self, _event: object) -> None:
        await self._slow.wait()

    def run(self) -> None:
        """Change from now on, and watch what waits to be written."""
        task = asyncio.get_running_loop().create_task(self._run())
        self._tasks_held.add(task)

    def halt(self) -> None:
        """End that."""
        for task in self._tasks_held:
            task.cancel()
        self._tasks_held.clear()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        start, number, padding = loop.time(), 0, "x" * self._size
        while True:
            self._stamp.innerText = f"@{time.time():.6f}@{padding}"
            number += 1
            await asyncio.sleep(max(0, start + number / RATE - loop.time()))
            sizes = self.buffers()
            self._most = max(self._most, *sizes, 0)
            if any(size > 32_768 for size in sizes):
                self._full_at = self._full_at or time.time()
                self._free_at = 0.0
            elif self._full_at:
                self._free_at = self._free_at or time.time()

    def watched(self) -> tuple[float, float, int]:
        """When a buffer was full first, when none was any more, and the most that waited in one."""
        return self._full_at, self._free_at, self._most


class Timed(RawPeer):
    """Measures how long each change was on its way."""

    latencies: list[float]

    def _begin(self) -> None:
        super()._begin()
        self.latencies = []
        self.on_frame = self._note

    def _note(self, payload: bytes) -> None:
        if len(parts := payload.split(b"@", 2)) == 3:
            self.latencies.append(time.time() - float(parts[1]))


def p99(peers: list[Timed]) -> float:
    latencies = sorted(latency for peer in peers for latency in peer.latencies)
    assert latencies
    return latencies[int(0.99 * (len(latencies) - 1))]


@contextlib.asynccontextmanager
async def watching(url: str, count: int) -> AsyncIterator[list[Timed]]:
    """So many live viewers."""
    peers: list[Timed] = []
    try:
        for _ in range(count):
            peers.append(await connect(url, Timed))
            await peers[-1].until(lambda: peers[-1].applied > 0)
        yield peers
    finally:
        for peer in peers:
            peer.abort()


async def measured(peers: list[Timed], seconds: float) -> float:
    """The 99th percentile of the latency in the next seconds."""
    for peer in peers:
        peer.latencies.clear()
    goal = int(seconds * RATE)
    for peer in peers:
        await peer.until(lambda peer=peer: len(peer.latencies) >= goal)  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
    return p99(peers)


async def until(condition: Any, seconds: float = 20) -> None:
    """Wait for what nothing tells of."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(0.01)
