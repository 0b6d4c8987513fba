"""The dashboard of this machine. Run it with: python -m domsync_jupyter run benchmarks/dashboards/ours.py --open"""

import threading
import time

from benchmarks.dashboards.machine import CORES, TOTAL, processes, read_for_ever
from domsync_jupyter import Document
from domsync_jupyter.components import (
    Card,
    Column,
    Component,
    DataTable,
    Grid,
    ProgressBar,
    Row,
    Select,
    Stat,
    Switch,
    TimeSeries,
)


class Bars(Component):
    STYLE = """
    .bars { display: flex; gap: 4px; height: 34px }
    .bars i { flex: 1; border-radius: 4px; transition: background-size 0.4s; background:
      linear-gradient(var(--domsync-accent) 0 0) bottom / 100% var(--level, 0%) no-repeat var(--domsync-line) }"""

    def __init__(self, parent, labels):
        super().__init__(parent)
        create = self.getDocument().createElement
        element = create("div", attributes={"class": "bars"})
        element.append(*(create("i", attributes={"role": "meter", "aria-label": label}) for label in labels))
        self.mount(element, self.STYLE)

    def show(self, values):
        for bar, value in zip(self.getElement().children, values, strict=True):
            bar.setAttribute("style", f"--level: {value:.0f}%")
            bar.setAttribute("aria-valuenow", f"{value:.0f}")


def stripe(percent, row):
    colour = "color-mix(in srgb, var(--domsync-accent) 25%, #0000)"
    return f"background: linear-gradient(90deg, {colour} {percent:.0f}%, #0000 0)"


app = document = Document()
page = Column(document)
top = Row(page, align="center", gap="16px")
top.content.append(document.createElement("h2", innerText="This machine"))
clock = top.content.appendChild(document.createElement("time"))
live = Switch(top, "Live", True)
every = Select(top, "", {f"every {seconds} s": seconds for seconds in (0.5, 1, 2, 5)}, 1)
every.control.ariaLabel = "Interval"
halves = Grid(page, min_width="max(400px, 40%)")
left, right = Column(halves), Column(halves)
cards = Grid(left, 2)
processor, memory = Card(cards, "CPU"), Card(cards, "Memory")
cpu = Stat(processor, f"% of {CORES} cores", format=".0f")
cores = Bars(processor, [f"Core {number}" for number in range(CORES)])
used = Stat(memory, "GB used", format=".2f")
part = ProgressBar(memory, f"of {TOTAL:.1f} GB")
load = TimeSeries(Card(left, "Load, %"), ["CPU", "memory"], seconds=120, y_range=(0, 100), height=180)
cards = Grid(right, 2)
disk, network = Card(cards, "Disk"), Card(cards, "Network")
figures = {}
for card, names in (disk, ("read", "written")), (network, ("received", "sent")):
    pair = Grid(card, min_width="max(72px, 40%)")
    figures |= {name: Stat(pair, f"MB/s {name}", format=".2f") for name in names}
space = ProgressBar(disk, "used")
rates = TimeSeries(Card(right, "Rates, MB/s"), list(figures), seconds=120, y_range=(0, None), height=180)
table = DataTable(
    Card(page, "Processes"),
    processes(),
    height=360,
    label="Processes",
    labels={"pid": "PID", "threads": "Threads", "cpu": "CPU %", "memory": "MB", "process": "Process"},
    formats={"cpu": ".1f", "memory": ",.0f"},
    style={"cpu": stripe},
)
table.sort("cpu", descending=True)
document.add_style("""
h2 { flex: 1 0 auto; margin: 4px 0; font-size: 1.4em }
time { color: var(--domsync-muted); font-variant-numeric: tabular-nums }
.domsync-grid > .domsync-column { display: grid; grid: subgrid / minmax(0, 1fr); grid-row: span 2 }""")


def show(reading):
    clock.textContent = time.strftime("%H:%M:%S")
    cores.show(reading.cores)
    cpu.value, used.value = reading.cpu, reading.memory
    part.value, space.value = reading.memory / TOTAL, reading.disk / 100
    load.append(reading.time, [round(reading.cpu), round(100 * reading.memory / TOTAL)])
    rates.append(reading.time, {name: round(rate, 2) for name, rate in reading.rates.items()})
    for name, stat in figures.items():
        stat.value = reading.rates[name]
    selected = table.selected.pid
    table.update(reading.processes)
    table.selection = reading.processes.index[reading.processes.pid.isin(selected)]


def run():
    for reading in read_for_ever():
        with document.batch():
            show(reading)
        shown = time.monotonic()
        while not live.value or time.monotonic() < shown + every.value:
            time.sleep(0.05)


threading.Thread(target=run, daemon=True).start()
