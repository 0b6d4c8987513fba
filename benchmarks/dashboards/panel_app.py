"""The dashboard of this machine. Run it with: panel serve benchmarks/dashboards/panel_app.py --show

Charts are those of Bokeh, which Panel stands on. As is usual there, each visitor has a dashboard of their own.
"""

import time

import pandas as pd
import panel as pn
from bokeh.models import ColumnDataSource
from bokeh.palettes import Category10_4
from bokeh.plotting import figure

from benchmarks.dashboards.machine import CORES, TOTAL, processes, read_for_ever

pn.extension("tabulator", theme="default", sizing_mode="stretch_width")
POINTS = 240


def number(name, format):
    return pn.indicators.Number(name=name, value=0, format=format, font_size="24pt", title_size="10pt")


def chart(names, **options):
    source = ColumnDataSource({"time": [], **{name: [] for name in names}})
    plot = figure(
        x_axis_type="datetime", height=220, sizing_mode="stretch_width", toolbar_location=None, **options
    )
    plot.x_range.follow, plot.x_range.follow_interval = "end", pd.Timedelta(minutes=2)
    for name, colour in zip(names, Category10_4, strict=False):
        plot.line("time", name, source=source, legend_label=name, color=colour, line_width=2)
    plot.legend.orientation, plot.legend.location = "horizontal", "top_left"
    return source, pn.pane.Bokeh(plot)


clock = pn.pane.Str("")
live = pn.widgets.Switch(value=True, name="Live")
every = pn.widgets.Select(options={f"every {s} s": s for s in (0.5, 1, 2, 5)}, value=1, width=120)
cpu, used = number(f"% of {CORES} cores", "{value:.0f}"), number("GB used", "{value:.2f}")
cores = [pn.indicators.Progress(value=0, max=100, margin=(2, 10)) for _ in range(CORES)]
part, space = pn.indicators.Progress(value=0, max=100), pn.indicators.Progress(value=0, max=100)
figures = {name: number(f"MB/s {name}", "{value:.2f}") for name in ("read", "written", "received", "sent")}
load_source, load = chart(["CPU", "memory"], y_range=(0, 100))
rates_source, rates = chart(list(figures))
search = pn.widgets.TextInput(placeholder="Filter by name or PID")
readings = read_for_ever()
table = pn.widgets.Tabulator(
    processes(),
    titles={"pid": "PID", "threads": "Threads", "cpu": "CPU %", "memory": "MB", "process": "Process"},
    formatters={
        "cpu": {"type": "progress", "max": 100, "legend": True, "color": "#1976d240"},
        "memory": {"type": "money", "precision": 0},
    },
    sorters=[{"field": "cpu", "dir": "desc"}],
    show_index=False,
    disabled=True,
    selectable=True,
    height=360,
)


def matches(frame, text):
    names = frame.process.str.lower().str.contains(text.lower(), regex=False)
    return frame[names | frame.pid.astype(str).str.contains(text, regex=False)]


table.add_filter(pn.bind(matches, text=search.param.value_input))


def show():
    reading = next(readings)
    clock.object = time.strftime("%H:%M:%S")
    cpu.value, used.value = reading.cpu, reading.memory
    for bar, percent in zip(cores, reading.cores, strict=True):
        bar.value = round(percent)
    memory = 100 * reading.memory / TOTAL
    part.value, space.value = round(memory), round(reading.disk)
    now = pd.Timestamp(reading.time, unit="s")
    load_source.stream({"time": [now], "CPU": [reading.cpu], "memory": [memory]}, POINTS)
    rates_source.stream({"time": [now], **{name: [rate] for name, rate in reading.rates.items()}}, POINTS)
    for name, rate in reading.rates.items():
        figures[name].value = rate
    selected = table.value.pid.iloc[table.selection]
    table.value = reading.processes
    table.selection = reading.processes.index[reading.processes.pid.isin(selected)].tolist()


updates = pn.state.add_periodic_callback(show, period=1000)
every.param.watch(lambda event: setattr(updates, "period", int(1000 * event.new)), "value")
live.param.watch(lambda event: setattr(updates, "running", event.new), "value")

pn.Column(
    pn.Row("## This machine", clock, live, every),
    pn.FlexBox(
        pn.Card(cpu, *cores, title="CPU", width=270),
        pn.Card(used, part, title="Memory", width=270),
        pn.Card(pn.Row(figures["read"], figures["written"]), space, title="Disk", width=270),
        pn.Card(pn.Row(figures["received"], figures["sent"]), title="Network", width=270),
        pn.Card(load, title="Load, %", width=550),
        pn.Card(rates, title="Rates, MB/s", width=550),
    ),
    pn.Card(search, table, title="Processes"),
).servable(title="This machine")
