"""The bars that this project sets itself, and what was measured: those that a browser is needed for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.side_by_side.results import COMPARED, SMALL, Results, middle

__all__ = ["Bar", "bars"]

SEVEN = tuple(op for op in COMPARED if op != "lots")
PAGES = {"ours_create": "`createElement`", "ours_clone": "`cloneNode`"}


@dataclass(frozen=True)
class Bar:
    """One bar.

    Args:
        measure: What is measured.
        limit: The bar; the measured value must not be above it, or with ``at_least`` not below it.
        value: What was measured; ``None`` if it was not.
        unit: Of both.
    """

    measure: str
    limit: float
    value: float | None
    unit: str = ""
    at_least: bool = False

    @property
    def digits(self) -> int:
        """Digits behind the point that say something: of a ratio, of a measure, of a count."""
        return {"": 2, "of 3": 0}.get(self.unit, 1)

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "not measured"
        kept = self.value >= self.limit if self.at_least else self.value <= self.limit
        return "pass" if kept else "**miss**"


def bars(results: Results) -> Iterator[Bar]:
    """All bars, in the order of the issue that sets them."""
    ratio = results.ratio
    for name, how in PAGES.items():
        value = ratio(name, "vanilla", COMPARED, "paint")
        yield Bar(f"click to next paint, 8 operations, {how} / vanilla JS", 1.30, value)
    for name, how in PAGES.items():
        value = ratio(name, "wire", SEVEN, "dom")
        yield Bar(f"click to DOM, 7 operations, {how} / hand-tuned wire", 1.3, value)
    for name, limit in (("ours_create", 2.4), ("ours_clone", 1.4)):
        value = ratio(name, "wire", ("run",), "dom")
        yield Bar(f"create 1,000 rows, click to DOM, {PAGES[name]} / hand-tuned wire", limit, value)
    for name, how in PAGES.items():
        value = ratio(name, "wire", SMALL, "dom")
        yield Bar(f"select, swap, remove, click to DOM, {how} / hand-tuned wire", 1.2, value)
    for name, how in PAGES.items():
        keyed = results.keyed(name)
        value = sum(keyed.values()) if keyed else None
        yield Bar(f"row identity kept by swap, remove and sort, {how}", 3, value, "of 3", at_least=True)
    value = ratio("ours_lab", "lab_anywidget", SEVEN, "dom")
    yield Bar("click to DOM in JupyterLab over the comm, 7 operations / hand-tuned anywidget", 1.2, value)
    for name, how in PAGES.items():
        mine, echo = middle(results.trips(name, 0.5)), middle(results.trips("echo_ws", 0.5))
        value = mine / echo if mine and echo else None
        yield Bar(f"round trip p50 on a page, {how} / bare websockets echo", 1.5, value)
    value = middle(results.trips("ours_lab", 0.5))
    yield Bar("round trip p50 in JupyterLab over the comm, clicks in quick succession", 20, value, "ms")
    value = middle(results.trips("ours_lab", 0.5, "paused"))
    yield Bar("the same, clicks 150 ms apart", 20, value, "ms")
    for name, how in PAGES.items():
        value = middle(results.stream(name, "cell_updates_per_s"))
        yield Bar(
            f"stream on a page, {how}: updates that reach the DOM", 50_000, value, "cells/s", at_least=True
        )
        value = middle(results.stream(name, "lag_ms"))
        yield Bar(f"stream on a page, {how}: lag when Python stops", 50, value, "ms")
    for name, how in PAGES.items():
        value = middle(results.wire(name, "run", "received"))
        value = None if value is None else value / 1000
        yield Bar(f"bytes to create 1,000 rows, {how}, uncompressed", 30, value, "kB")
    value = middle(results.op("ours_create", "run", "server_cpu"))
    yield Bar("server CPU to create 1,000 rows by `createElement`", 25, value, "ms")
