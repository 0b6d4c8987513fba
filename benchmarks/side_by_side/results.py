"""Numbers from the runs of a JSON file: a median per round, medians over rounds, ratios. Knows no Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import median
from typing import Any

from benchmarks.side_by_side.systems import SYSTEMS, System

__all__ = ["COMPARED", "OPS", "SMALL", "Results", "middle", "quantile"]

OPS = {
    "run": "create 1,000",
    "lots": "create 10,000",
    "add": "append 1,000",
    "update": "update every 10th",
    "select": "select",
    "swap": "swap",
    "remove": "remove",
    "clear": "clear",
    "sort": "sort",
}
COMPARED = tuple(op for op in OPS if op != "sort")
"""The eight operations whose ratios make a geometric mean; `sort` is there for the identity of the rows."""
SMALL = ("select", "swap", "remove")
IDENTITY = ("swap", "remove", "sort")


def middle(values: list[float]) -> float | None:
    return median(values) if values else None


def quantile(values: list[float], part: float) -> float:
    """The smallest value that at least `part` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(part * len(ordered)) - 1)]


class Results:
    """What is known about each system.

    Args:
        data: What the driver wrote: ``meta`` and ``runs``.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self.meta: dict[str, Any] = data["meta"]
        self._runs: dict[str, list[dict[str, Any]]] = {name: [] for name in SYSTEMS}
        for run in data["runs"]:
            self._runs[run["system"]].append(run)

    @property
    def systems(self) -> list[System]:
        """Those that took part, or tried to, in the order of the registry."""
        return [system for name, system in SYSTEMS.items() if self._runs[name]]

    def op(self, name: str, op: str, key: str) -> list[float]:
        """One number per round: the median of the repeats in that round."""
        samples = (run.get("ops", {}).get(op) for run in self._runs[name])
        return [median(each[key] for each in found) for found in samples if isinstance(found, list) and found]

    def ratio(self, name: str, base: str, ops: Iterable[str], key: str) -> float | None:
        """Geometric mean over operations of the ratio of medians; ``None`` if one was not measured."""
        logarithms = []
        for op in ops:
            mine, its = middle(self.op(name, op, key)), middle(self.op(base, op, key))
            if not mine or not its:
                return None
            logarithms.append(math.log(mine / its))
        return math.exp(sum(logarithms) / len(logarithms))

    def trips(self, name: str, part: float, phase: str = "latency") -> list[float]:
        """That quantile of the round trips of each round, in milliseconds."""
        found = (run.get(phase) for run in self._runs[name])
        return [quantile(times, part) for times in found if isinstance(times, list) and times]

    def stream(self, name: str, key: str) -> list[float]:
        """One number per round in which the stream came to its end."""
        found = (run.get("stream") or {} for run in self._runs[name])
        return [each[key] for each in found if not each.get("timed_out", True) and each[key] is not None]

    def wire(self, name: str, op: str, key: str) -> list[float]:
        found = (run.get("wire") or {} for run in self._runs[name])
        return [each[op][key] for each in found if op in each and each[op][key] is not None]

    def keyed(self, name: str) -> dict[str, bool]:
        """For each operation that was measured, whether the rows were the same elements afterwards, every time."""
        found: dict[str, bool] = {}
        for run in self._runs[name]:
            for op in IDENTITY:
                samples = run.get("ops", {}).get(op)
                if isinstance(samples, list):
                    found[op] = found.get(op, True) and all(each["keyed"] for each in samples)
        return found

    def shapes(self, name: str) -> set[str]:
        """Elements of a row, where they are not the agreed ones."""
        found = (run["shape"] for run in self._runs[name] if "shape" in run)
        return {each["got"] for each in found if not each["ok"]}

    def rounds(self, name: str) -> int:
        return sum("wall_s" in run for run in self._runs[name])

    def errors(self, name: str) -> list[str]:
        """What went wrong, each once."""
        found = set()
        for run in self._runs[name]:
            if "error" in run:
                found.add(run["error"])
            parts = {
                **run.get("ops", {}),
                **{phase: run.get(phase) for phase in ("latency", "stream", "wire")},
            }
            for part, value in parts.items():
                if isinstance(value, dict) and "error" in value:
                    found.add(f"{part}: {value['error']}")
                elif isinstance(value, dict) and value.get("timed_out"):
                    found.add(f"{part}: its end was not shown in time")
        return sorted(found)

    def versions(self, name: str) -> dict[str, str]:
        return dict(self.meta.get("versions", {}).get(name, {}))

    @property
    def is_busy(self) -> bool:
        """Whether the machine had more to do than it has cores, so that not even ratios can be trusted."""
        return (middle(self._loads()) or 0) > float(self.meta.get("cores", math.inf))

    def _loads(self) -> list[float]:
        return [run["load"] for runs in self._runs.values() for run in runs]

    def machine(self) -> str:
        """One line about what was measured on, for a reader who compares."""
        loads = self._loads()
        rounds = max((self.rounds(system.name) for system in self.systems), default=0)
        load = f"load {min(loads):.1f} to {max(loads):.1f} before each measurement" if loads else ""
        meta = self.meta
        return (
            f"{meta.get('chromium')}, Python {meta.get('python')}, {meta.get('system')}, {meta.get('cores')} cores; "
            f"up to {rounds} rounds, seed {meta.get('seed')}; {load}"
        )
