"""The dashboard of this machine. Run it with: solara run benchmarks/dashboards/solara_app.py

Charts are those of plotly, and the table is Vuetify's, since Solara's own cannot be sorted.
"""

import threading
import time
from collections import deque
from datetime import UTC, datetime

import plotly.graph_objects as go
import reacton.ipyvuetify as v
import solara

from benchmarks.dashboards.machine import CORES, TOTAL, read_for_ever

SECONDS = 120
COLUMNS = {"pid": "PID", "threads": "Threads", "cpu": "CPU %", "memory": "MB", "process": "Process"}
history = solara.reactive(())
live = solara.reactive(True)
every = solara.reactive("1")
search = solara.reactive("")
selected = solara.reactive([])


def run():
    past = deque()
    for reading in read_for_ever():
        past.append(reading)
        while past[0].time < reading.time - SECONDS:
            past.popleft()
        history.value = tuple(past)
        shown = time.monotonic()
        while not live.value or time.monotonic() < shown + float(every.value):
            time.sleep(0.05)


@solara.component
def Figure(label, value):
    with solara.Column(gap="0px", style={"flex": "1"}):
        solara.Text(label, style={"opacity": "0.7"})
        solara.Text(value, style={"font-size": "1.9em", "font-weight": "600"})


@solara.component
def Bar(percent, label):
    v.ProgressLinear(value=percent, height=14, rounded=True, attributes={"aria-label": label})


@solara.component
def Chart(title, lines, **axis):
    times = [datetime.fromtimestamp(past.time, UTC) for past in history.value]
    chart = go.Figure([go.Scatter(name=name, x=times, y=values) for name, values in lines.items()])
    chart.update_layout(height=240, margin={"l": 40, "r": 10, "t": 10, "b": 10}, yaxis=axis)
    chart.update_layout(legend={"orientation": "h"})
    with solara.Card(title, margin=0):
        solara.FigurePlotly(chart)


@solara.component
def Processes(frame):
    items = [
        {**row, "cpu": round(row["cpu"], 1), "memory": round(row["memory"])}
        for row in frame.to_dict("records")
    ]
    with solara.Card("Processes", margin=0):
        solara.InputText("Filter by name or PID", value=search, continuous_update=True)
        v.DataTable(
            headers=[{"text": text, "value": name} for name, text in COLUMNS.items()],
            items=items,
            item_key="pid",
            search=search.value,
            sort_by=["cpu"],
            sort_desc=[True],
            show_select=True,
            v_model=selected.value,
            on_v_model=selected.set,
            height=360,
            fixed_header=True,
            hide_default_footer=True,
            items_per_page=-1,
        )


@solara.component
def Page():
    solara.use_effect(lambda: threading.Thread(target=run, daemon=True).start(), [])
    solara.Title("This machine")
    if not history.value:
        return
    past, reading = history.value, history.value[-1]
    rates = {name: f"{rate:.2f}" for name, rate in reading.rates.items()}
    with solara.Row(style={"align-items": "center"}):
        solara.Markdown("## This machine")
        solara.Text(time.strftime("%H:%M:%S", time.localtime(reading.time)))
        solara.Switch(label="Live", value=live)
        solara.Select("Every, seconds", value=every, values=["0.5", "1", "2", "5"])
    with solara.ColumnsResponsive(12, 6, large=3):
        with solara.Card("CPU", margin=0):
            Figure(f"% of {CORES} cores", f"{reading.cpu:.0f}")
            for number, percent in enumerate(reading.cores):
                Bar(percent, f"Core {number}")
        with solara.Card("Memory", margin=0):
            Figure(f"GB of {TOTAL:.1f} GB used", f"{reading.memory:.2f}")
            Bar(100 * reading.memory / TOTAL, "Memory used")
        with solara.Card("Disk", margin=0):
            with solara.Row():
                Figure("MB/s read", rates["read"])
                Figure("MB/s written", rates["written"])
            Bar(reading.disk, "Disk used")
        with solara.Card("Network", margin=0), solara.Row():
            Figure("MB/s received", rates["received"])
            Figure("MB/s sent", rates["sent"])
    with solara.ColumnsResponsive(12, large=6):
        cpu, memory = [each.cpu for each in past], [100 * each.memory / TOTAL for each in past]
        Chart("Load, %", {"CPU": cpu, "memory": memory}, range=[0, 100])
        speeds = {name: [each.rates[name] for each in past] for name in rates}
        Chart("Rates, MB/s", speeds, rangemode="tozero")
    Processes(reading.processes)
