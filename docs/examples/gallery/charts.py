"""Charts: lines that go on while one looks, and figures of matplotlib, Altair and Plotly."""

from __future__ import annotations

import asyncio
import math
import time
from typing import TYPE_CHECKING

import altair as alt
import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # it ships no types
import plotly.graph_objects as go  # type: ignore[import-untyped]  # likewise
from matplotlib.figure import Figure

from domsync_jupyter.components import Button, Card, Column, Grid, Slider, TimeSeries

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter import Event
    from domsync_jupyter.components.component import Parent

#: To be read on white as well as on black.
GRAY, BLUE, ORANGE = "#7f8790", "#3b8ae6", "#e0712a"


def build(parent: Parent) -> None:
    """Put the demonstration into `parent`."""
    page = Column(parent, gap="16px")
    live(page)
    both = Grid(page, min_width="380px", gap="16px")
    loss(both)
    matplotlib_figure(both)
    altair_chart(both)
    plotly_figure(both)


def live(parent: Parent) -> None:
    """Load of a machine, of the last two minutes, that goes on when asked to."""
    card = Card(parent, "TimeSeries: values of a clock")
    chart = TimeSeries(card, ["cpu", "memory", "disk"], seconds=120, y_range=(0, 100))
    walk = walking()
    now = time.time()
    before = [walk() for _ in range(1200)]
    chart.extend([now - 120 + number / 10 for number in range(1200)], list(zip(*before, strict=True)))
    task: asyncio.Task[None] | None = None

    async def go_on() -> None:
        while True:
            chart.append(time.time(), walk())
            await asyncio.sleep(0.1)

    def on_click(event: Event) -> None:
        nonlocal task
        if task is None:
            task = asyncio.get_running_loop().create_task(go_on())
        else:
            task.cancel()
            task = None
        button.text = "Start" if task is None else "Stop"

    button = Button(card.header, "Start", on_click)


def walking() -> Callable[[], list[float]]:
    """Values that change little by little."""
    levels = [35.0, 52.0, 12.0]
    chance = np.random.default_rng(4)

    def step() -> list[float]:
        for index, (spread, rest) in enumerate([(4, 35), (0.4, 52), (2.5, 12)]):
            pulled = levels[index] + 0.02 * (rest - levels[index]) + chance.normal(0, spread)
            levels[index] = min(max(pulled, 0), 100)
        return list(levels)

    return step


def loss(parent: Parent) -> None:
    """What a training says of itself, step by step."""
    chart = TimeSeries(Card(parent, "TimeSeries: steps"), ["training", "validation"], x="number", height=300)
    chance = np.random.default_rng(2)
    steps = range(0, 3000, 10)
    training = [2.2 * math.exp(-step / 700) + 0.18 + chance.normal(0, 0.035) for step in steps]
    validation = [2.2 * math.exp(-step / 800) + 0.27 + step / 40_000 for step in steps]
    chart.extend(steps, [training, validation])


def matplotlib_figure(parent: Parent) -> None:
    """A figure that is drawn anew, in place, while a slider moves."""
    card = Card(parent, "matplotlib")
    figure = Figure(figsize=(5.2, 3), layout="constrained", facecolor="none")
    axes = figure.subplots()
    axes.set_facecolor("none")
    axes.tick_params(colors=GRAY, labelcolor=GRAY)
    axes.spines[:].set_color(GRAY)
    axes.grid(color=GRAY, alpha=0.25)
    axes.set_xlabel("time", color=GRAY)
    axes.set_ylabel("elongation", color=GRAY)
    times = [number / 100 for number in range(1000)]
    (line,) = axes.plot(times, [0] * len(times), color=BLUE)
    axes.set_ylim(-1.1, 1.1)
    element = card.getDocument().embed(figure, width="100%")

    def draw(damping: float) -> None:
        line.set_ydata([math.exp(-damping * t) * math.cos(6 * t) for t in times])
        element.redraw()

    Slider(card, "Damping", min=0, max=1, step=0.05, value=0.3, on_change=draw)
    card.content.append(element)
    draw(0.3)


def altair_chart(parent: Parent) -> None:
    """A chart in which a part is chosen: Python says what is in it."""
    card = Card(parent, "Altair: choose a part")
    chance = np.random.default_rng(7)
    frame = pd.DataFrame(
        [
            {
                "weight": kind[1] + chance.normal(0, 300),
                "reach": kind[2] + chance.normal(0, 3),
                "class": kind[0],
            }
            for kind in (("small", 1900, 33), ("large", 3300, 21))
            for _ in range(60)
        ]
    )
    brush = alt.selection_interval(name="brush")
    chart = (
        alt.Chart(frame, width="container", height=260)
        .mark_circle(size=60)
        .encode(
            alt.X("weight").scale(zero=False),
            alt.Y("reach").scale(zero=False),
            color=alt.condition(
                brush, alt.Color("class:N").scale(range=[ORANGE, BLUE]), alt.value("#88888855")
            ),
        )
        .add_params(brush)
        .configure(background="transparent")
        .configure_axis(labelColor=GRAY, titleColor=GRAY, gridOpacity=0.25, domainColor=GRAY, tickColor=GRAY)
        .configure_legend(labelColor=GRAY, titleColor=GRAY)
        .configure_view(stroke=None)
    )
    document = card.getDocument()
    element = document.embed(chart)
    said = document.createElement("p", innerText=f"{len(frame)} of {len(frame)}")

    def count() -> None:
        chosen = frame
        for field, (low, high) in element.widget.selections.brush.value.items():
            chosen = chosen[chosen[field].between(low, high)]
        said.innerText = f"{len(chosen)} of {len(frame)}"

    element.widget.selections.observe(lambda change: count(), "brush")
    card.content.append(element, said)


def plotly_figure(parent: Parent) -> None:
    """A figure whose data change, with an animation, and without a new figure."""
    card = Card(parent, "Plotly")
    chance = np.random.default_rng(5)

    def values() -> list[float]:
        return [abs(chance.normal(50, 20)) for _ in "ABCDEFG"]

    figure = go.Figure(go.Bar(x=list("ABCDEFG"), y=values(), marker_color=BLUE))
    figure.update_layout(
        height=320,
        margin={"l": 40, "r": 10, "t": 10, "b": 30},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": GRAY},
        yaxis={"range": [0, 110], "gridcolor": "rgba(127,135,144,.25)"},
    )
    element = card.getDocument().embed(figure)

    def change(event: Event) -> None:
        element.widget.data[0].y = values()

    Button(card.header, "New data", change)
    card.content.append(element)
