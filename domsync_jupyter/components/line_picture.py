"""`line_picture`: lines as an ``<svg>`` element, for where no script draws them: a saved notebook."""

from __future__ import annotations

from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domsync_jupyter.components.point_ring import Column
    from domsync_jupyter.dom import Document, Element

__all__ = ["format_number", "line_picture"]

WIDTH: Final = 640
LEFT, RIGHT, TOP, BOTTOM = 56, 8, 8, 44
SVG: Final = "http://www.w3.org/2000/svg"
#: To be told apart, and from what is behind them, be it white or black.
COLORS: Final = (
    "#3b8ae6", "#e0712a", "#3f9d57", "#d44f98", "#8f6ad6", "#1f97a5", "#a88b1f", "#d1584e", "#808c98", "#96714c",
)  # fmt: skip
GRAY: Final = "#888888"
DAY: Final = 24 * 60 * 60


def line_picture(
    document: Document,
    names: Sequence[str],
    columns: Sequence[Column],
    *,
    label: str,
    height: int,
    y_range: tuple[float | None, float | None] = (None, None),
    is_clock: bool = True,
) -> Element:
    """Draw lines, with the ends of the axes and a legend.

    However many points there are, a line has at most two for each pixel of the width.

    Args:
        document: Whose element to make.
        names: Of the lines.
        columns: The times, which go up, and as many values for each line.
        label: What is shown, in words.
        height: In pixels.
        y_range: The ends of the axis of the values; ``None``: the least and the greatest of them.
        is_clock: Whether times are those of a clock.
    """
    svg = _element(
        document, "svg", viewBox=f"0 0 {WIDTH} {height}", width=str(WIDTH), height=str(height), role="img"
    )
    svg.setAttribute("aria-label", label)
    svg.setAttribute("style", "max-width: 100%; height: auto")
    svg.setAttribute("font-family", "system-ui, sans-serif")
    svg.setAttribute("font-size", "12")
    times, values = columns[0], columns[1:]
    low, high = _ends([end for column in values for end in _extent(column)], y_range)
    first, last = (times[0], times[-1]) if times else (0.0, 1.0)
    bottom = height - BOTTOM
    x_scale = (WIDTH - LEFT - RIGHT) / ((last - first) or 1)
    y_scale = (bottom - TOP) / (high - low)

    for y in (TOP, bottom):
        line = _element(document, "line", x1=str(LEFT), x2=str(WIDTH - RIGHT), y1=str(y), y2=str(y))
        line.setAttribute("stroke", GRAY)
        line.setAttribute("stroke-opacity", "0.4")
        svg.append(line)
    for y, value in ((TOP + 4, high), (bottom + 4, low)):
        svg.append(_text(document, format_number(value), LEFT - 6, y, "end"))
    if times:
        for x, time, anchor in ((LEFT, first, "start"), (WIDTH - RIGHT, last, "end")):
            text = _time(time, last - first) if is_clock else format_number(time)
            svg.append(_text(document, text, x, bottom + 16, anchor))
    for index, (name, column) in enumerate(zip(names, values, strict=True)):
        color = COLORS[index % len(COLORS)]
        for run in _runs(times, column, WIDTH - LEFT - RIGHT):
            points = " ".join(
                f"{LEFT + (x - first) * x_scale:.1f},{bottom - (min(max(y, low), high) - low) * y_scale:.1f}"
                for x, y in run
            )
            polyline = _element(document, "polyline", points=points, fill="none", stroke=color)
            polyline.setAttribute("stroke-width", "1.5")
            polyline.setAttribute("stroke-linejoin", "round")
            svg.append(polyline)
        entry = _text(
            document, name, LEFT + index * (WIDTH - LEFT - RIGHT) // len(names), height - 8, "start"
        )
        entry.setAttribute("fill", color)
        svg.append(entry)
    return svg


def format_number(value: float) -> str:
    """A number as people write it, with four digits or so."""
    return f"{value:,.4g}" if isfinite(value) else "–"


def _ends(values: Sequence[float], fixed: tuple[float | None, float | None]) -> tuple[float, float]:
    low = fixed[0] if fixed[0] is not None else min(values, default=0.0)
    high = fixed[1] if fixed[1] is not None else max(values, default=1.0)
    return (low, high) if low < high else (low - 0.5, low + 0.5)


def _extent(column: Column) -> Sequence[float]:
    finite = column if isfinite(sum(column)) else [value for value in column if isfinite(value)]
    return (min(finite), max(finite)) if finite else ()


def _runs(times: Column, column: Column, most: int) -> Iterator[list[tuple[float, float]]]:
    """The points of a line: one list for each piece between gaps."""
    step = max(1, len(times) // most)
    run: list[tuple[float, float]] = []
    for at in range(0, len(times), step):
        part = column[at : at + step]
        extent = _extent(part)
        if not extent:
            if run:
                yield run
            run = []
        elif extent[0] == extent[1]:
            run.append((times[at], extent[0]))
        else:
            # As they follow each other, so that a line that goes up does not look like a saw.
            run += [(times[at], y) for y in (extent if part[0] <= part[-1] else reversed(extent))]
    if run:
        yield run


def _element(document: Document, tag: str, **attributes: str) -> Element:
    element = document.createElementNS(SVG, tag)
    for name, value in attributes.items():
        element.setAttribute(name, value)
    return element


def _text(document: Document, text: str, x: float, y: float, anchor: str) -> Element:
    element = _element(document, "text", x=str(x), y=str(y), fill=GRAY)
    element.setAttribute("text-anchor", anchor)
    element.textContent = text
    return element


def _time(seconds: float, span: float) -> str:
    """A time of a clock, as exactly as it takes for an end of so many seconds."""
    form = "%H:%M:%S" if span < DAY else "%Y-%m-%d %H:%M" if span < 7 * DAY else "%Y-%m-%d"
    return datetime.fromtimestamp(seconds).astimezone().strftime(form)
