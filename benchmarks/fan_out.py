"""One document, a thousand viewers: what a shared document costs its server, for each frame and each viewer.

    python -m benchmarks.fan_out [--viewers 1000] [--rate 10] [--seconds 10] [--profile]

A server process shows one `Document` to all who connect, and changes one text in it so many times a second. This
process is the viewers: real WebSockets that speak `domsync.v1` and acknowledge as the page does (see "Messages" in
``docs/protocol.md``), but only count what comes. The text is the time at which it was set, so a frame tells how long
it was on its way, on the clock which both processes share.

* delivered: frames that came, of one for each change and viewer. One that was merged into the next is missing.
* latency: from right before the change in Python until the frame is read by the viewer
* cores: CPU time of the process, divided by the time of the run
* memory: how much larger the server is, after a garbage collection, than with fewer viewers
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import cProfile
import gc
import io
import itertools
import json
import multiprocessing
import pstats
import resource
import secrets
import struct
import sys
import time
from array import array
from collections import deque
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

import psutil

from domsync_jupyter import Document, DomsyncServer, Element
from domsync_jupyter.sync.limits import Limits

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
#: Connections that are being opened at a time: fewer than a listening socket keeps waiting.
CONNECTING = 50
#: Seconds between two looks for acknowledgements that are due.
TICK_SECONDS = 0.01


# The server


def make_document(nodes: int) -> tuple[Document, Element]:
    """A list of about `nodes` nodes, and the element whose text changes."""
    document = Document("root")
    stamp = document.createElement("p", innerText="0")
    items = document.createElement("ul")
    for number in range(nodes // 3):
        item = document.createElement("li", innerText=f"item {number}")
        item.setAttribute("class", "even" if number % 2 else "odd")
        items.appendChild(item).appendChild(document.createElement("b", innerText=str(number)))
    document.getRootElement().append(stamp, items)
    return document, stamp


def serve(pipe: Connection, options: argparse.Namespace) -> None:
    """Be the server: do what is asked for through the pipe."""
    raise_file_limit()
    asyncio.run(_serve(pipe, options))


async def _serve(pipe: Connection, options: argparse.Namespace) -> None:
    document, stamp = make_document(options.nodes)
    loop = asyncio.get_running_loop()
    questions: asyncio.Queue[str] = asyncio.Queue()
    loop.add_reader(pipe.fileno(), lambda: questions.put_nowait(pipe.recv()))
    process = psutil.Process()
    limits = Limits() if options.ack_ms is None else Limits(ack_ms=options.ack_ms)
    async with DomsyncServer(document, "127.0.0.1", 0, verbose=False, limits=limits) as server:
        pipe.send(server.url)
        while (question := await questions.get()) != "stop":
            if question == "memory":
                gc.collect()
                pipe.send((process.memory_info().rss, len(server.get_clients())))
            elif question == "run":
                profile = cProfile.Profile() if options.profile else None
                pauses = Pauses()
                before, start = process.cpu_times(), time.perf_counter()
                if profile:
                    profile.enable()
                last = await change(stamp, options.rate, options.seconds)
                if profile:
                    profile.disable()
                after, seconds = process.cpu_times(), time.perf_counter() - start
                cpu = after.user + after.system - before.user - before.system
                pauses.close()
                pipe.send((last, cpu / seconds, pauses.words(), report(profile) if profile else ""))


class Pauses:
    """The garbage collections of this process, during which nothing else happens."""

    def __init__(self) -> None:
        #: Milliseconds, by generation.
        self._ms: tuple[list[float], list[float], list[float]] = ([], [], [])
        self._start = 0.0
        gc.callbacks.append(self._note)

    def close(self) -> None:
        gc.callbacks.remove(self._note)

    def words(self) -> str:
        young, full = self._ms[0] + self._ms[1], self._ms[2]
        return (
            f"{len(young)} young, {sum(young):.0f} ms; "
            f"{len(full)} full, {sum(full):.0f} ms, the longest {max(full, default=0):.0f} ms"
        )

    def _note(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            self._start = time.perf_counter()
        else:
            self._ms[info["generation"]].append((time.perf_counter() - self._start) * 1000)


async def change(stamp: Element, rate: float, seconds: float) -> float:
    """Set the text to the present time, at an even pace; return what it is set to last."""
    loop = asyncio.get_running_loop()
    start, now = loop.time(), 0.0
    for number in range(int(rate * seconds)):
        await asyncio.sleep(start + number / rate - loop.time())
        now = time.time()
        stamp.innerText = f"{now:.6f}"
    await asyncio.sleep(start + seconds - loop.time())
    return float(f"{now:.6f}")


def report(profile: cProfile.Profile) -> str:
    text = io.StringIO()
    pstats.Stats(profile, stream=text).strip_dirs().sort_stats("tottime").print_stats(35)
    return text.getvalue()


# The viewers


class Tally:
    """What all viewers saw."""

    def __init__(self) -> None:
        #: Seconds that each frame took to get to a viewer.
        self.latencies = array("d")
        self.snapshots = 0
        #: How many viewers have seen each text.
        self.seen: dict[float, int] = {}
        self.arrival = asyncio.Event()
        #: Viewers with something unacknowledged, and when they say so; oldest first.
        self.waiting: deque[tuple[float, Viewer]] = deque()


class Viewer(asyncio.Protocol):
    """A page that counts. It does as little as it can: its machine is the server's."""

    def __init__(self, host: str, tally: Tally) -> None:
        self._host = host
        self._tally = tally
        self._transport: asyncio.Transport
        self._rest = b""
        self._open = False
        self._window = 8
        self._ack_seconds = 0.05
        self._applied = self._acked = 0
        self._ack_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        transport.write(
            f"GET / HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: domsync.v1\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        if self._rest:
            data = self._rest + data
        start = 0
        if not self._open:
            end = data.find(b"\r\n\r\n") + 4
            if end < 4:
                self._rest = data
                return
            assert data.startswith(b"HTTP/1.1 101 "), data
            self._open, start = True, end
            self._send(TEXT, b'[0,1,"",0,"a benchmark"]')
        while len(data) - start >= 2:
            length, head = data[start + 1], start + 2
            if length > 125:
                form, size = (">H", 2) if length == 126 else (">Q", 8)
                if len(data) < head + size:
                    break
                length, head = struct.unpack_from(form, data, head)[0], head + size
            end = head + length
            if len(data) < end:
                break
            self._received(data[start] & 15, data[head:end])
            start = end
        self._rest = data[start:]

    def acknowledge(self) -> None:
        if self._acked != self._applied and not self._transport.is_closing():
            self._acked = self._applied
            self._send(TEXT, b"[3,%d]" % self._applied)

    def acknowledge_if_due(self, now: float) -> None:
        """Acknowledge, unless a newer frame put that off."""
        if self._ack_at <= now:
            self.acknowledge()

    def close(self) -> None:
        self._transport.abort()

    def _received(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self._send(PONG, payload)
            return
        if opcode == CLOSE:
            self.close()
            return
        assert opcode == TEXT, (opcode, payload)
        tag = payload[:3]
        if tag == b"[1,":
            now = time.time()
            seq = int(payload[3 : payload.index(b",", 3)])
            assert seq == self._applied + 1, f"{seq} after {self._applied}"
            # The only string in the frame, at its end: [1,seq,ack,[6,node,"time"]]
            stamp = float(payload[payload.rindex(b'"', 0, -3) + 1 : -3])
            tally = self._tally
            tally.latencies.append(now - stamp)
            tally.seen[stamp] = tally.seen.get(stamp, 0) + 1
            tally.arrival.set()
            self._take(seq)
        elif tag == b"[2,":
            self._tally.snapshots += 1
            self._tally.arrival.set()
            self._take(int(payload[3 : payload.index(b",", 3)]))
        elif tag == b"[0,":
            options = json.loads(payload)[4]
            self._window, self._ack_seconds = options["window"], options["ack_ms"] / 1000

    def _take(self, seq: int) -> None:
        self._applied = seq
        if (seq - self._acked) * 2 >= self._window:
            self.acknowledge()
        else:
            self._ack_at = time.monotonic() + self._ack_seconds
            self._tally.waiting.append((self._ack_at, self))

    def _send(self, opcode: int, payload: bytes) -> None:
        # Masked with zeros, as a mask must be there.
        self._transport.write(bytes((0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0)) + payload)


async def acknowledge_in_time(tally: Tally) -> None:
    """One timer for all viewers."""
    waiting = tally.waiting
    while True:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            waiting.popleft()[1].acknowledge_if_due(now)
        await asyncio.sleep(TICK_SECONDS)


async def connect(url: str, count: int, tally: Tally) -> list[Viewer]:
    """Open so many viewers, each with its snapshot."""
    parts = urlsplit(url)
    host, port = parts.hostname, parts.port
    assert host is not None
    assert port is not None
    loop, gate, goal = asyncio.get_running_loop(), asyncio.Semaphore(CONNECTING), tally.snapshots + count

    async def one() -> Viewer:
        async with gate:
            _, viewer = await loop.create_connection(lambda: Viewer(parts.netloc, tally), host, port)
            return viewer

    viewers = await asyncio.gather(*(one() for _ in range(count)))
    await until(tally, lambda: tally.snapshots >= goal, 60)
    return list(viewers)


async def until(tally: Tally, condition: Any, seconds: float) -> bool:
    """Wait for something that arrives to make the condition true; whether it did in time."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():
                tally.arrival.clear()
                await tally.arrival.wait()
    except TimeoutError:
        return False
    return True


async def measure(pipe: Connection, options: argparse.Namespace) -> None:
    async def ask(question: str) -> Any:
        pipe.send(question)
        while not pipe.poll():  # noqa: ASYNC110 - a pipe has no event, and this is waiting only
            await asyncio.sleep(0.05)
        return pipe.recv()

    url = pipe.recv()
    tally = Tally()
    timer = asyncio.get_running_loop().create_task(acknowledge_in_time(tally))
    viewers: list[Viewer] = []
    sizes: list[tuple[int, int]] = [(0, (await ask("memory"))[0])]
    for goal in sorted({1, options.viewers // 5, options.viewers}):
        viewers += await connect(url, goal - len(viewers), tally)
        await asyncio.sleep(0.2)
        size, connected = await ask("memory")
        assert connected == goal, f"{connected} of {goal} viewers"
        sizes.append((goal, size))
    gc.collect()
    gc.freeze()  # The viewers' own pauses are not what is measured.
    process = psutil.Process()
    before, start = process.cpu_times(), time.perf_counter()
    last, server_cores, pauses, profile = await ask("run")
    await until(tally, lambda: tally.seen.get(last, 0) == len(viewers), 5)
    after, seconds = process.cpu_times(), time.perf_counter() - start
    viewer_cores = (after.user + after.system - before.user - before.system) / seconds
    size, connected = await ask("memory")
    sizes.append((connected, size))
    timer.cancel()
    for viewer in viewers:
        viewer.close()
    pipe.send("stop")

    expected = int(options.rate * options.seconds) * len(viewers)
    latencies = sorted(tally.latencies)
    print(f"{len(viewers)} viewers, {options.rate:g} changes a second for {options.seconds:g} s, "
          f"a document of {options.nodes} nodes")  # fmt: skip
    print(f"delivered            {len(latencies):,} of {expected:,} frames; "
          f"connected at the end: {connected}")  # fmt: skip
    if latencies:
        for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
            print(f"latency {name}          {latencies[int(share * (len(latencies) - 1))] * 1000:.1f} ms")
        print(f"latency max          {latencies[-1] * 1000:.1f} ms")
    print(f"server               {server_cores:.2f} cores")
    print(f"its collections      {pauses}")
    print(f"viewers, together    {viewer_cores:.2f} cores")
    for (fewer, small), (more, large) in itertools.pairwise(sizes[:-1]):
        print(f"memory, {fewer:4} to {more:4}  {(large - small) / (more - fewer) / 1000:.1f} kB a viewer")
    print(f"memory, after        {(sizes[-1][1] - sizes[1][1]) / (len(viewers) - 1) / 1000:.1f} kB a viewer")
    if profile:
        print(profile)


def raise_file_limit() -> None:
    """Allow as many sockets as this user may have."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def main() -> int:
    parser = argparse.ArgumentParser(description="A shared document with many viewers on WebSockets.")
    parser.add_argument("--viewers", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=10, help="changes a second")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--nodes", type=int, default=1000, help="of the document")
    parser.add_argument("--ack-ms", type=int, help="instead of the default of `Limits`")
    parser.add_argument("--profile", action="store_true", help="tell where the server's time goes")
    options = parser.parse_args()
    raise_file_limit()
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    server = context.Process(target=serve, args=(there, options), daemon=True)
    server.start()
    there.close()
    try:
        asyncio.run(measure(here, options))
    finally:
        server.join(10)
        if server.is_alive():
            server.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
