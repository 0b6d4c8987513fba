"""The dashboard of this machine. In a notebook: from benchmarks.dashboards.ipywidgets_app import page; page

Charts are those of plotly, as a FigureWidget, since ipywidgets has none.
"""

import threading
import time
from collections import deque
from datetime import UTC, datetime
from html import escape

import ipywidgets as widgets
import plotly.graph_objects as go

from benchmarks.dashboards.machine import CORES, TOTAL, read_for_ever

SECONDS = 120
COLUMNS = {"pid": "PID", "threads": "Threads", "cpu": "CPU %", "memory": "MB", "process": "Process"}


def figure(label):
    title, value = widgets.HTML(f"<small>{label}</small>"), widgets.HTML()
    return widgets.VBox([title, value], layout={"flex": "1"}), value


def card(title, *children):
    return widgets.VBox(
        [widgets.HTML(f"<b>{title}</b>"), *children],
        layout={"border": "1px solid #bbb", "padding": "8px 16px", "min_width": "0"},
    )


def chart(names, **axis):
    chart = go.FigureWidget([go.Scatter(name=name, x=[], y=[], mode="lines") for name in names])
    chart.update_layout(
        height=240,
        margin={"l": 40, "r": 10, "t": 10, "b": 10},
        legend={"orientation": "h"},
        yaxis=axis,
        paper_bgcolor="rgba(0,0,0,0)",
    )
    return chart


def draw(chart, times, lines):
    with chart.batch_update():
        for trace, values in zip(chart.data, lines, strict=True):
            trace.x, trace.y = times, values


clock = widgets.HTML()
live = widgets.ToggleButton(value=True, description="Live", icon="play")
every = widgets.Dropdown(options=[(f"every {s} s", s) for s in (0.5, 1, 2, 5)], value=1)
top = widgets.HBox([widgets.HTML("<h2>This machine</h2>"), clock, live, every])

cpu_box, cpu = figure(f"% of {CORES} cores")
cores = [
    widgets.FloatProgress(max=100, orientation="vertical", layout={"height": "50px", "width": "40px"})
    for _ in range(CORES)
]
used_box, used = figure(f"GB of {TOTAL:.1f} GB used")
part, space = widgets.FloatProgress(max=TOTAL), widgets.FloatProgress(max=100, description="used")
boxes, figures = {}, {}
for name in ("read", "written", "received", "sent"):
    boxes[name], figures[name] = figure(f"MB/s {name}")
cards = widgets.GridBox(
    [
        card("CPU", cpu_box, widgets.HBox(cores)),
        card("Memory", used_box, part),
        card("Disk", widgets.HBox([boxes["read"], boxes["written"]]), space),
        card("Network", widgets.HBox([boxes["received"], boxes["sent"]])),
    ],
    layout={"grid_template_columns": "repeat(auto-fit, minmax(220px, 1fr))", "grid_gap": "12px"},
)
load, rates = chart(["CPU", "memory"], range=[0, 100]), chart(list(figures), rangemode="tozero")
charts = widgets.GridBox(
    [card("Load, %", load), card("Rates, MB/s", rates)],
    layout={"grid_template_columns": "repeat(auto-fit, minmax(400px, 1fr))", "grid_gap": "12px"},
)

search = widgets.Text(placeholder="Filter by name or PID")
sorting = widgets.Dropdown(options=[(text, name) for name, text in COLUMNS.items()], value="cpu")
descending = widgets.Checkbox(value=True, description="Descending")
rows, count = widgets.HTML(layout={"height": "360px", "overflow": "auto"}), widgets.HTML()
table = card("Processes", widgets.HBox([search, sorting, descending, count]), rows)
page = widgets.VBox([top, cards, charts, table])
state = {"processes": None}


def show_table(change=None):
    frame = state["processes"]
    if frame is None:
        return
    wanted = search.value.lower()
    names = frame.process.str.lower().str.contains(wanted, regex=False)
    found = frame[names | frame.pid.astype(str).str.contains(wanted, regex=False)]
    found = found.sort_values(sorting.value, ascending=not descending.value)
    count.value = f"{len(found)} of {len(frame)}"
    head = "".join(f"<th>{text}</th>" for text in COLUMNS.values())
    body = "".join(
        f"<tr><td>{pid}</td><td>{threads}</td><td style='background: linear-gradient(90deg, "
        f"#1976d240 {percent:.0f}%, #0000 0)'>{percent:.1f}</td><td>{memory:,.0f}</td><td>{escape(name)}</td></tr>"
        for pid, threads, percent, memory, name in found.itertuples(index=False)
    )
    rows.value = f"<table style='width: 100%'><tr>{head}</tr>{body}</table>"


for control in (search, sorting, descending):
    control.observe(show_table, "value")


def show(reading, history):
    clock.value = time.strftime("%H:%M:%S")
    cpu.value, used.value = f"<h2>{reading.cpu:.0f}</h2>", f"<h2>{reading.memory:.2f}</h2>"
    for bar, percent in zip(cores, reading.cores, strict=True):
        bar.value = percent
    part.value, space.value = reading.memory, reading.disk
    for name, value in figures.items():
        value.value = f"<h2>{reading.rates[name]:.2f}</h2>"
    times = [datetime.fromtimestamp(past.time, UTC) for past in history]
    draw(load, times, [[past.cpu for past in history], [100 * past.memory / TOTAL for past in history]])
    draw(rates, times, [[past.rates[name] for past in history] for name in figures])
    state["processes"] = reading.processes
    show_table()


def run():
    history = deque()
    for reading in read_for_ever():
        history.append(reading)
        while history[0].time < reading.time - SECONDS:
            history.popleft()
        show(reading, history)
        shown = time.monotonic()
        while not live.value or time.monotonic() < shown + every.value:
            time.sleep(0.05)


threading.Thread(target=run, daemon=True).start()
