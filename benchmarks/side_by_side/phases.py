"""What is measured in a page, phase by phase: operations, bytes, round trips, the stream, many rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PageError
from playwright.sync_api import Page

from benchmarks.side_by_side.processes import Cpu, Server, received_over_tcp
from benchmarks.side_by_side.systems import System
from benchmarks.side_by_side.traffic import Traffic

__all__ = ["PAUSE_MS", "Options", "PagePhases"]

WARM_UP_CREATIONS = 2
PAUSE_MS = 150
WIRE_OPS = (("run", True), ("update", None), ("select", 5), ("swap", None), ("clear", None))


@dataclass(frozen=True)
class Options:
    """What the command line says about each measurement; times are in seconds."""

    timeout: float = 60
    allowance: float = 6
    clicks: int = 200
    pictures: Path | None = None


class PagePhases:
    """The phases of one page that is ready.

    Args:
        page: A page in which harness.js has run.
        system: The system that it is of.
        server: Its server, whose processor time is counted.
        options: Of the command line.
    """

    def __init__(self, page: Page, system: System, server: Server, options: Options) -> None:
        self._page, self._system, self._options = page, system, options
        self._port = server.port
        self._server, self._renderer = Cpu.of_tree(server.pid), Cpu.of_renderers()
        self._found: dict[str, Any] = {"ops": {}}

    def run(self, phases: set[str]) -> dict[str, Any]:
        """Measure these phases; what fails is noted as such and does not end the others."""
        self._settle()
        try:
            for _ in range(WARM_UP_CREATIONS):
                self._create()
        except PageError as error:
            reason = str(error).splitlines()[0]
            raise RuntimeError(f"{self._system.rows:,} rows were not created: {reason}") from None
        self._found["shape"] = self._page.evaluate("__bench.shape()")
        if "ops" in phases and not self._basic_ops():
            return self._found
        if "wire" in phases and self._system.has_server:
            self._attempt(self._found, "wire", self._wire)
        self._clear()
        if "latency" in phases:
            self._attempt(self._found, "latency", lambda: self._latency(self._options.clicks, 0))
        if "paused" in phases and self._system.in_lab:
            self._attempt(self._found, "paused", lambda: self._latency(self._options.clicks // 4, PAUSE_MS))
        for phase in self._system.tail:
            if phase in phases:
                self._settle()
                {"stream": self._stream, "lots": self._lots}[phase]()
        return self._found

    def _basic_ops(self) -> bool:
        """All operations at the usual size; whether rows could be created at all."""
        n = self._system.rows
        per_mille = n / 1000

        def cleared() -> dict[str, Any]:
            if not self._count():
                self._op("run", n)
            return self._op("clear")

        def appended() -> dict[str, Any]:
            self._create()
            return self._op("add", n)

        if not self._repeat("run", 3, self._create):
            return False
        self._repeat("add", 3, appended)
        self._create()
        self._repeat("update", 5, lambda: self._op("update"))
        self._repeat_with("select", [int(i * per_mille) for i in (5, 300, 7, 600, 2)])
        self._repeat("swap", 5, lambda: self._op("swap"))
        self._repeat_with("remove", [int(i * per_mille) for i in (4, 90, 5, 200, 10)])
        if self._page.evaluate("__bench.can('sort')"):
            self._repeat("sort", 2, lambda: self._op("sort"))
        self._repeat("clear", 3, cleared)
        return True

    def _lots(self) -> None:
        if self._system.lots is not None:
            self._clear()
            self._repeat("lots", 1, lambda: self._op("runlots", self._system.lots))

    def _latency(self, clicks: int, pause: int) -> list[float]:
        times: list[float] = self._page.evaluate("(a) => __bench.latency(...a)", [clicks, pause])
        return times

    def _stream(self) -> None:
        def streamed() -> dict[str, Any]:
            return self._with_cpu("(a) => __bench.stream(...a)", [self._options.timeout * 1000])

        self._attempt(self._found, "stream", streamed)

    def _wire(self) -> dict[str, Any]:
        """Bytes of single operations: payload, as the page sees it, and TCP."""
        found: dict[str, Any] = {}
        self._clear()
        with Traffic(self._page) as traffic:
            for name, argument in WIRE_OPS:
                traffic.reset()
                before = self._received()
                self._op(name, self._system.rows if argument is True else argument)
                self._page.wait_for_timeout(200)
                after = self._received()
                tcp = None if before is None or after is None else after - before
                found[name] = {**traffic.seen, "tcp_received": tcp}
        return found

    def _received(self) -> int | None:
        return received_over_tcp(self._port) if self._system.one_port else None

    # Steps

    def _op(self, name: str, argument: object = None) -> dict[str, Any]:
        timeout = self._options.timeout * 1000
        return self._with_cpu("(a) => __bench.op(...a)", [name, argument, timeout], settle=True)

    def _with_cpu(self, script: str, arguments: list[Any], *, settle: bool = False) -> dict[str, Any]:
        server, renderer = self._server.ms(), self._renderer.ms()
        found: dict[str, Any] = self._page.evaluate(script, arguments)
        if settle:
            self._settle()
        found["server_cpu"] = self._server.ms() - server
        found["renderer_cpu"] = self._renderer.ms() - renderer
        return found

    def _create(self) -> dict[str, Any]:
        self._clear()
        return self._op("run", self._system.rows)

    def _count(self) -> int:
        return int(self._page.evaluate("__bench.count()"))

    def _clear(self) -> None:
        if self._count():
            self._op("clear")

    def _settle(self, seconds: float = 30) -> None:
        """Wait until server and page use (almost) no processor any more."""
        deadline, calm = time.monotonic() + seconds, 0
        before = self._server.ms() + self._renderer.ms()
        while time.monotonic() < deadline and calm < 2:
            time.sleep(0.05)
            now = self._server.ms() + self._renderer.ms()
            calm = calm + 1 if now - before < 10 else 0
            before = now

    def _repeat(self, name: str, times: int, step: Callable[[], dict[str, Any]]) -> bool:
        return self._repeat_each(name, [step] * times)

    def _repeat_with(self, name: str, arguments: list[int]) -> bool:
        return self._repeat_each(name, [partial(self._op, name, argument) for argument in arguments])

    def _repeat_each(self, name: str, steps: Iterable[Callable[[], dict[str, Any]]]) -> bool:
        """Take an operation's measurements, as many as the allowance of time permits."""

        def taken() -> list[dict[str, Any]]:
            started, found = time.monotonic(), []
            for step in steps:
                found.append(step())
                if time.monotonic() - started > self._options.allowance:
                    break
            return found

        return self._attempt(self._found["ops"], name, taken)

    def _attempt(self, found: dict[str, Any], name: str, step: Callable[[], object]) -> bool:
        """Note what a step found, or how it failed: one that fails does not end the others."""
        try:
            found[name] = step()
        except PageError as error:
            found[name] = {"error": str(error).splitlines()[0][:200]}
            return False
        return True
