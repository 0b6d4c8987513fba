"""The chart for the documentation: one SVG that is readable on white and on black."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from benchmarks.side_by_side.bars import SEVEN
from benchmarks.side_by_side.results import Results, middle
from benchmarks.side_by_side.systems import System

__all__ = ["write_chart"]

TEXT = "#7d8590"  # has contrast with both
COLOURS = {"ours": "#2f81f7", "limit": "#6e7781", "echo": "#6e7781", "peer": "#afb8c1"}
NAMES = {"ours": "this project", "limit": "hand-written for this page", "peer": "libraries"}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "side_by_side",
    "font.family": "sans-serif",
    "font.size": 10,
    "figure.constrained_layout.wspace": 0.06,
    "text.color": TEXT,
    "axes.labelcolor": TEXT,
    "axes.edgecolor": TEXT,
    "xtick.color": TEXT,
    "ytick.color": TEXT,
}


def write_chart(results: Results, file: Path) -> None:
    """Draw the ratios of all systems that have them, and the round trips."""
    panels: dict[str, Callable[[str], float | None]] = {
        "click to next paint,\ntimes that of vanilla JS": lambda name: results.ratio(
            name, "vanilla", SEVEN, "paint"
        ),
        "click to DOM,\ntimes that of the hand-tuned wire": lambda name: results.ratio(
            name, "wire", SEVEN, "dom"
        ),
        "round trip of a click,\nmilliseconds": lambda name: middle(results.trips(name, 0.5)),
    }
    systems = [system for system in results.systems if any(panel(system.name) for panel in panels.values())]
    file.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(11, 1.3 + 0.32 * len(systems)), layout="constrained")
        axes = figure.subplots(1, len(panels), sharey=True)
        for axis, (title, panel) in zip(axes, panels.items(), strict=True):
            _draw(axis, title, systems, [panel(system.name) for system in systems])
        kinds = {kind: axes[0].barh(0, 0, color=COLOURS[kind]) for kind in NAMES}
        figure.legend(
            kinds.values(), NAMES.values(), loc="outside lower center", ncols=len(NAMES), frameon=False
        )
        figure.savefig(file, transparent=True, metadata={"Date": None})


def _draw(axis: Axes, title: str, systems: list[System], values: list[float | None]) -> None:
    known = [(row, value) for row, value in enumerate(values) if value]
    axis.set_title(title, fontsize=10, loc="left")
    axis.set_yticks(range(len(systems)), [system.title for system in systems])
    axis.set_ylim(len(systems) - 0.5, -0.5)
    axis.tick_params(axis="y", length=0)
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.set_xscale("log")
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    if not known:
        return
    low, high = min(value for _, value in known), max(value for _, value in known)
    left = min(low / 1.5, 0.5)
    for row, value in known:
        axis.barh(row, value - left, left=left, height=0.66, color=COLOURS[systems[row].kind])
        axis.annotate(
            f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}",
            (value, row),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=9,
        )
    axis.set_xlim(left, high * 3)
