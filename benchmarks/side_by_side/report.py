"""The report in Markdown, and its place in docs/performance.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import median
from typing import Any

from benchmarks.side_by_side.bars import SEVEN, bars
from benchmarks.side_by_side.chart import write_chart
from benchmarks.side_by_side.environments import ROOT
from benchmarks.side_by_side.results import COMPARED, OPS, Results, middle
from benchmarks.side_by_side.systems import System

__all__ = ["one_line", "render", "write_docs"]

PAGE = ROOT / "docs" / "performance.md"
CHART = ROOT / "docs" / "images" / "performance.svg"
BEGIN = "<!-- Made by make bench, from here on: -->"
END = "<!-- up to here. -->"
WIRE_OPS = ("run", "update", "select", "swap", "clear")
PER_OP = {
    "paint": "Click to next paint, ms",
    "dom": "Click to DOM, ms",
    "server_cpu": "CPU of the server's processes per operation, ms",
    "renderer_cpu": "CPU of the page's renderer per operation, ms, measuring included",
}

Cell = Callable[[list[float]], str]


def render(data: dict[str, Any], *, spread: bool = True) -> str:
    """Everything that was found; with ``spread``, the smallest and largest round beside each median."""
    results = Results(data)
    cell = _with_spread if spread else _median
    parts = [results.machine() + ". Medians over rounds" + (" (smallest to largest)." if spread else ".")]
    if results.is_busy:
        parts.append(
            "**The machine was busy with other work: times and verdicts say little; CPU, bytes and identity hold.**"
        )
    parts += ["### The bars", _bars(results)]
    parts += ["### In short", _overview(results)]
    for key, title in PER_OP.items():
        parts += [f"### {title}", _per_op(results, key, cell)]
    parts += ["### Round trips of a click on a counter, ms", _round_trips(results, cell)]
    parts += ["### Streaming 1,000 cells, 5 s", _stream(results, cell)]
    parts += ["### Bytes to the page per operation: payload (TCP, after compression)", _bytes(results)]
    parts += ["### What ran", _systems(results)]
    return "\n\n".join(parts) + "\n"


def write_docs(data: dict[str, Any]) -> None:
    """Put tables and chart into the documentation, in place of those that are there.

    Raises:
        ValueError: If the page lacks the place for them.
    """
    text = PAGE.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{PAGE} needs a line {BEGIN!r} and, below it, a line {END!r}")
    PAGE.write_text(f"{before}{begin}\n\n{render(data, spread=False)}\n{end}{after}", encoding="utf-8")
    write_chart(Results(data), CHART)


def one_line(run: dict[str, Any]) -> str:
    """What a run found, click to DOM and to paint, for a person who waits."""
    if "error" in run:
        return f"{run['system']}: {run['error']}"
    words = [f"{run['system']}: {run['wall_s']} s, load {run['load']:.1f};"]
    for op, found in run.get("ops", {}).items():
        if isinstance(found, list):
            dom, paint = (_number(median(each[key] for each in found)) for key in ("dom", "paint"))
            words.append(f"{op} {dom}/{paint}")
        else:
            words.append(f"{op} {found['error']}")
    if isinstance(run.get("latency"), list):
        words.append(f"round trip {median(run['latency']):.1f}")
    return " ".join(words)


def _bars(results: Results) -> str:
    rows = []
    for bar in bars(results):
        unit = f" {bar.unit}" if bar.unit else ""
        sign = "≥" if bar.at_least else "≤"
        value = "–" if bar.value is None else f"{_number(bar.value, bar.digits)}{unit}"
        rows.append([bar.measure, f"{sign} {bar.limit:,g}{unit}", value, bar.verdict])
    return _table(["measure", "bar", "measured", ""], rows)


def _overview(results: Results) -> str:
    rows = []
    for system in _pages(results):
        name = system.name
        keyed = results.keyed(name)
        rows.append(
            [
                system.title,
                _ratio(results.ratio(name, "vanilla", COMPARED, "paint")),
                _ratio(results.ratio(name, "vanilla", SEVEN, "paint")),
                _ratio(results.ratio(name, "wire", SEVEN, "dom")),
                _ratio(results.ratio(name, "lab_anywidget", SEVEN, "dom")) if system.in_lab else "",
                _median(results.trips(name, 0.5)),
                _median(results.stream(name, "cell_updates_per_s")),
                _median(results.stream(name, "lag_ms")),
                _median(results.wire(name, "run", "received")),
                ", ".join(op for op, kept in keyed.items() if not kept) or ("–" if not keyed else "never"),
            ]
        )
    head = [
        "system",
        "paint, 8 operations / vanilla JS",
        "paint, 7 / vanilla JS",
        "DOM, 7 / hand-tuned wire",
        "DOM, 7 / hand-tuned anywidget",
        "round trip, ms",
        "stream, cells/s",
        "its lag, ms",
        "bytes to create 1,000",
        "loses row identity",
    ]
    return _table(head, rows)


def _per_op(results: Results, key: str, cell: Cell) -> str:
    rows = [
        [system.title, *(cell(results.op(system.name, op, key)) for op in OPS)] for system in _pages(results)
    ]
    return _table(["system", *OPS.values()], rows)


def _round_trips(results: Results, cell: Cell) -> str:
    rows = []
    for system in results.systems:
        columns = [
            results.trips(system.name, part, phase) for phase in ("latency", "paused") for part in (0.5, 0.99)
        ]
        if any(columns):
            rows.append([system.title, *map(cell, columns)])
    return _table(["system", "p50", "p99", "150 ms apart: p50", "p99"], rows)


def _stream(results: Results, cell: Cell) -> str:
    keys = {
        "cell_updates_per_s": "cell updates/s that reach the DOM",
        "frames_per_s": "frames/s with a change",
        "lag_ms": "lag when Python stops, ms",
        "sweeps": "sweeps by Python",
        "server_cpu": "CPU of the server, ms",
    }
    rows = [
        [system.title, *(cell(results.stream(system.name, key)) for key in keys)]
        for system in _pages(results)
    ]
    return _table(["system", *keys.values()], rows)


def _bytes(results: Results) -> str:
    rows = []
    for system in _pages(results):
        cells = []
        for op in WIRE_OPS:
            payload, tcp = (
                middle(results.wire(system.name, op, key)) for key in ("received", "tcp_received")
            )
            cells.append(
                "–" if payload is None else f"{payload:,.0f} ({'–' if tcp is None else f'{tcp:,.0f}'})"
            )
        if any(cell != "–" for cell in cells):
            rows.append([system.title, *cells])
    return _table(["system", *(OPS[op] for op in WIRE_OPS)], rows)


def _systems(results: Results) -> str:
    rows = []
    for system in results.systems:
        name = system.name
        versions = ", ".join(f"{package} {version}" for package, version in results.versions(name).items())
        remarks = [f"`{error}`" for error in results.errors(name)]
        remarks += [f"rows are `{shape}`" for shape in results.shapes(name)]
        if system.rows != 1_000:
            remarks.insert(0, f"measured with {system.rows} rows for 1,000")
        if system.lots is None:
            remarks.insert(0, "10,000 rows not tried")
        rows.append([system.title, f"`{name}`", str(results.rounds(name)), versions, "; ".join(remarks)])
    return _table(["system", "name", "rounds", "versions", "remarks"], rows, "---")


def _pages(results: Results) -> list[System]:
    """Those that were measured on more than their round trip."""
    return [system for system in results.systems if system.kind != "echo" and results.rounds(system.name)]


def _table(head: Iterable[str], rows: Iterable[list[str]], column: str = "---:") -> str:
    head = list(head)
    lines = [head, ["---", *[column] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(each.replace('|', '/') for each in line)} |" for line in lines)


def _number(value: float, digits: int = 1) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.{digits}f}"


def _ratio(value: float | None) -> str:
    return "–" if value is None else _number(value, 2)


def _median(values: list[float]) -> str:
    value = middle(values)
    return "–" if value is None else _number(value)


def _with_spread(values: list[float]) -> str:
    if not values:
        return "–"
    return f"{_median(values)} ({_number(min(values))} to {_number(max(values))})"
