"""The inputs: everything that a person can set, and what the program gets."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import TYPE_CHECKING, Any

from domsync_jupyter.components import (
    Button,
    Card,
    Checkbox,
    ColorInput,
    Column,
    DateInput,
    FileInput,
    Grid,
    MultiSelect,
    NumberInput,
    RadioGroup,
    RangeSlider,
    Row,
    Select,
    Slider,
    Switch,
    TextArea,
    TextInput,
    bind,
)

if TYPE_CHECKING:
    from domsync_jupyter import Event
    from domsync_jupyter.components.component import Parent
    from domsync_jupyter.dom.files import File


class Oscillator:
    """What a program has anyway: it knows nothing of documents."""

    def __init__(self) -> None:
        self.frequency = 2.0
        self.name = "Oscillator 1"


def build(parent: Parent) -> None:
    """Put the page into `parent`."""
    page = Column(parent)
    document = page.getDocument()
    heading = document.createElement("h2", innerText="Inputs")
    heading.setAttribute("style", "margin: 0")
    page.content.append(heading)
    grid = Grid(page, min_width="300px")

    def say(name: str) -> Any:
        """A callback that writes what came last, below."""

        def write(value: object) -> None:
            last.textContent = f"{name}: {value!r}"

        return write

    def column(title: str) -> Column:
        return Column(Card(grid, title), gap="14px")

    text = column("Text")
    TextInput(text, "Name", "Ada Lovelace", on_change=say("Name"))
    TextInput(text, "Search", type="search", placeholder="species, island, year", on_change=say("Search"))
    TextInput(text, "Password", type="password", help="At least eight characters.", on_change=say("Password"))
    TextArea(text, "Notes", "Second run, with the new sensor.", max_length=500, on_change=say("Notes"))

    numbers = column("Numbers")
    NumberInput(numbers, "Trials", 100, min=1, max=10_000, on_change=say("Trials"))
    rate = NumberInput(
        numbers, "Learning rate", 0.01, min=0, max=1, step=None, on_change=say("Learning rate")
    )
    rate.error = "The last run with this rate diverged."
    Slider(numbers, "Speed", 45, max=120, step=5, format="{} km/h", on_change=say("Speed"))
    RangeSlider(numbers, "Years", (1990, 2020), min=1950, max=2025, on_change=say("Years"))
    Slider(numbers, "Threshold", 0.4, max=1.0, step=0.01, format="{:.0%}", disabled=True, help="Fitted.")

    choices = column("Choices")
    Select(choices, "Species", ["Adelie", "Chinstrap", "Gentoo"], on_change=say("Species"))
    Select(choices, "Station", range(1, 13), placeholder="Choose a station", on_change=say("Station"))
    RadioGroup(choices, "Scale", {"Linear": 1, "Logarithmic": 10}, inline=True, on_change=say("Scale"))
    MultiSelect(
        choices, "Islands", ["Biscoe", "Dream", "Torgersen"], ["Biscoe", "Dream"], on_change=say("Islands")
    )

    switches = column("On and off")
    Checkbox(switches, "Smooth the curve", True, on_change=say("Smooth"))
    Checkbox(switches, "Show outliers", help="Points beyond three deviations.", on_change=say("Outliers"))
    Checkbox(switches, "Use the cache", True, disabled=True)
    Switch(switches, "Live updates", True, on_change=say("Live"))
    Switch(switches, "Dark charts", on_change=say("Dark"))

    others = column("Dates, colours, files")
    today = dt.date(2025, 6, 30)
    DateInput(
        others, "Start", dt.date(2025, 3, 20), min=dt.date(2000, 1, 1), max=today, on_change=say("Start")
    )
    ColorInput(others, "Line", "steelblue", on_change=say("Line"))

    async def load(files: list[File]) -> None:
        content = await files[0].read()
        last.textContent = f"{files[0].name}: {content[:60]!r}"

    FileInput(others, "Measurements", accept=".csv,.txt", max_bytes=10_000_000, on_change=load)

    buttons = column("Buttons, and a model")

    async def run(event: Event) -> None:
        await asyncio.sleep(2)
        last.textContent = "done"

    row = Row(buttons, gap="8px")
    Button(row, "Run", run, kind="primary")
    Button(row, "Preview", lambda event: say("Preview")(event.type))
    Button(row, "Delete", lambda event: say("Delete")(event.type), kind="danger")
    row = Row(buttons, gap="8px")
    Button(row, "Not now", disabled=True)
    Button(row, "Running").busy = True
    model = Oscillator()
    bind(TextInput(buttons, "Model", help="Bound to an attribute of an object."), "value", model, "name")
    frequency = Slider(buttons, "Frequency", min=0.1, max=10, step=0.1, format="{} Hz")
    bind(frequency, "value", model, "frequency")

    card = Card(page, "What the program got last")
    last = document.createElement("output", innerText="nothing yet")
    card.content.append(last)
