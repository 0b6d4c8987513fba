"""The inputs as a person has them: by keyboard and mouse, in both hosts; and two viewers of one document."""

from __future__ import annotations

import re
from contextlib import ExitStack
from functools import partial
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from domsync_jupyter import Document
from domsync_jupyter.components import NumberInput, RadioGroup, RangeSlider, Select, Slider, TextInput
from tests.browser.axe import serious_violations
from tests.browser.components.conftest import Show
from tests.browser.serving import serving

PROGRAM = """
import asyncio
import datetime as dt
from domsync_jupyter.components import *

column = Column(document)
last = document.createElement("output", id="last")

def say(value):
    last.textContent = repr(value)

async def read(files):
    last.textContent = repr(await files[0].read())

free = asyncio.Event()

async def run(event):
    last.textContent = "running"
    await free.wait()

TextInput(column, "Name", "Ada", on_change=say, help="as in the passport")
TextArea(column, "Notes", on_change=say)
NumberInput(column, "Trials", 10, min=1, max=99, on_change=say)
Slider(column, "Speed", 30, max=120, step=5, format="{} km/h", on_change=say)
RangeSlider(column, "Years", (1990, 2020), min=1950, max=2050, on_change=say)
Checkbox(column, "Smooth", on_change=say)
Switch(column, "Live", on_change=say)
RadioGroup(column, "Scale", {"linear": None, "log": 10, "root": 0.5}, on_change=say)
Select(column, "Colour", ["red", "green", "blue"], on_change=say)
MultiSelect(column, "Islands", ["Biscoe", "Dream", "Torgersen"], on_change=say)
DateInput(column, "Start", dt.date(2025, 3, 20), on_change=say)
ColorInput(column, "Line", "steelblue", on_change=say)
FileInput(column, "Data", accept=".csv", on_change=read)
Button(column, "Run", run)
Button(column, "Stop", disabled=True)
Button(column, "Go on", lambda event: say(event.type), kind="primary")
column.getElement().append(last)
"""


def middle(thumb: Locator, share: float) -> tuple[float, float]:
    """Where the thumb of a slider is, on the screen."""
    found = thumb.bounding_box()
    assert found is not None
    return found["x"] + 8 + (found["width"] - 16) * share, found["y"] + found["height"] / 2


def drag(thumb: Locator, start: float, end: float) -> None:
    thumb.scroll_into_view_if_needed()
    mouse = thumb.page.mouse
    mouse.move(*middle(thumb, start))
    mouse.down()
    mouse.move(*middle(thumb, end), steps=5)
    mouse.up()


def test_every_input_by_keyboard_and_mouse(show: Show) -> None:
    root = show(PROGRAM)
    page, last = root.page, root.locator("#last")
    press, field = page.keyboard.press, partial(root.get_by_label, exact=True)

    name = field("Name")
    expect(name).to_have_accessible_description("as in the passport")
    name.click()
    press("End")
    name.press_sequentially(" L")
    expect(last).to_have_text("'Ada L'")
    press("Tab")
    expect(field("Notes")).to_be_focused()
    page.keyboard.type("a\nb")
    expect(last).to_have_text(r"'a\nb'")

    press("Tab")
    trials = field("Trials")
    expect(trials).to_be_focused()
    press("ArrowUp")
    expect(last).to_have_text("11")
    press("End")
    page.keyboard.type("5")
    expect(trials).to_have_accessible_description("Between 1 and 99, not 115.")
    expect(trials).to_have_attribute("aria-invalid", "true")
    trials.select_text()
    page.keyboard.type("-")
    expect(trials).to_have_accessible_description("Enter a whole number.")
    expect(last).to_have_text("11")
    trials.fill("12")
    expect(last).to_have_text("12")
    expect(trials).not_to_have_attribute("aria-invalid", "true")

    press("Tab")
    speed = root.get_by_role("slider", name="Speed", exact=True)
    expect(speed).to_be_focused()
    press("ArrowRight")
    expect(last).to_have_text("35")
    expect(speed).to_have_attribute("aria-valuetext", "35 km/h")
    press("End")
    expect(last).to_have_text("120")
    drag(speed, 1, 0.5)
    expect(last).to_have_text("60")
    expect(root.get_by_text("60 km/h")).to_be_visible()

    press("Tab")
    low, high = root.get_by_role("group", name="Years").get_by_role("slider").all()
    expect(low).to_be_focused()
    expect(low).to_have_accessible_name("Years, from")
    press("ArrowRight")
    expect(last).to_have_text("(1991, 2020)")
    press("Tab")
    expect(high).to_be_focused()
    press("PageDown")
    expect(last).to_have_text("(1991, 2010)")
    drag(high, 0.6, 0.8)
    expect(last).to_have_text("(1991, 2030)")
    drag(low, 0.41, 0.9)
    expect(last).to_have_text("(2030, 2040)")
    expect(low).to_have_accessible_name("Years, to")

    smooth = field("Smooth")
    smooth.focus()
    press("Space")
    expect(last).to_have_text("True")
    root.get_by_text("Smooth").click()
    expect(last).to_have_text("False")
    press("Tab")
    expect(root.get_by_role("switch", name="Live")).to_be_focused()
    press("Space")
    expect(last).to_have_text("True")

    press("Tab")
    expect(field("linear")).to_be_focused()
    press("ArrowDown")
    expect(last).to_have_text("10")
    field("root").click()
    expect(last).to_have_text("0.5")
    expect(root.get_by_role("group", name="Scale").get_by_role("radio", checked=True)).to_have_count(1)

    press("Tab")
    colour = root.get_by_role("combobox", name="Colour", exact=True)
    expect(colour).to_be_focused()
    press("g")
    expect(last).to_have_text("'green'")
    colour.select_option("blue")
    expect(last).to_have_text("'blue'")

    field("Dream").focus()
    press("Space")
    expect(last).to_have_text("['Dream']")
    field("Biscoe").click()
    expect(last).to_have_text("['Biscoe', 'Dream']")

    start = field("Start")
    start.fill("2025-04-01")
    expect(last).to_have_text("datetime.date(2025, 4, 1)")
    start.focus()
    press("ArrowUp")
    expect(last).to_have_text("datetime.date(2025, 5, 1)")
    press("Backspace")
    expect(start).to_have_accessible_description("Enter a whole date.")
    expect(last).to_have_text("datetime.date(2025, 5, 1)")
    press("1")
    expect(last).to_have_text("datetime.date(2025, 1, 1)")

    root.get_by_role("textbox", name="Line", exact=True).fill("#ff8000")
    expect(last).to_have_text("'#ff8000'")

    data = root.get_by_role("button", name="Data", exact=True)
    expect(data).to_have_accessible_description("Choose a file, or drop it here")
    data.set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": b"x,y"})
    expect(last).to_have_text("b'x,y'")
    expect(root.get_by_text("a.csv (3 bytes)")).to_be_visible()
    data.set_input_files({"name": "b.png", "mimeType": "image/png", "buffer": b"x"})
    expect(root.get_by_text("b.png is none of these: .csv")).to_be_visible()
    expect(root.get_by_text("a.csv (3 bytes)")).to_be_visible()
    with page.expect_file_chooser() as chooser:
        data.click()
    chooser.value.set_files([])

    expect(root.get_by_role("button", name="Stop")).to_be_disabled()
    go_on = root.get_by_role("button", name="Go on")
    go_on.focus()
    press("Enter")
    expect(last).to_have_text("'click'")
    run = root.get_by_role("button", name="Run")
    run.focus()
    press("Space")
    expect(run).to_have_attribute("aria-busy", "true")
    expect(run).to_be_focused()
    assert serious_violations(root) == []


def test_two_viewers_stay_in_step(running: ExitStack, page: Page, context: BrowserContext) -> None:
    document = Document()
    inputs: list[Any] = [
        TextInput(document, "Name"),
        NumberInput(document, "Trials", 10),
        Slider(document, "Speed"),
        RangeSlider(document, "Years"),
        RadioGroup(document, "Scale", ["linear", "log"]),
        Select(document, "Colour", ["red", "green"]),
    ]
    server, _ = running.enter_context(serving(document))
    other = context.new_page()
    for each in (page, other):
        each.goto(server.url)
    page.get_by_label("Name").press_sequentially("Ada")
    expect(other.get_by_label("Name")).to_have_value("Ada")
    other.get_by_label("Name").press("End")
    other.get_by_label("Name").press_sequentially("!")
    expect(page.get_by_label("Name")).to_have_value("Ada!")
    page.get_by_label("Trials").fill("")
    for each in (page, other):
        expect(each.get_by_label("Trials")).to_have_value("")
        expect(each.get_by_text("Enter a whole number.")).to_be_visible()
    other.get_by_label("Trials").fill("7")
    expect(page.get_by_label("Trials")).to_have_value("7")
    page.get_by_label("Speed").press("End")
    expect(other.get_by_label("Speed")).to_have_value("100")
    other.get_by_label("Years, from").press("PageUp")
    expect(page.get_by_label("Years, from")).to_have_value("10")
    expect(page.get_by_text("10 – 100")).to_be_visible()
    page.get_by_label("log").check()
    expect(other.get_by_label("log")).to_be_checked()
    expect(other.get_by_label("linear")).not_to_be_checked()
    other.get_by_label("Colour").select_option("green")
    expect(page.get_by_label("Colour")).to_have_value(re.compile("1"))
    assert [each.value for each in inputs] == ["Ada!", 7, 100, (10, 100), "log", "green"]
    # What a program sets is seen by both, where one of them has the focus, too.
    with document.batch():
        for each, value in zip(inputs, ("Bob", 8, 50, (20, 30), "linear", "red"), strict=True):
            each.value = value
    for each in (page, other):
        expect(each.get_by_label("Name")).to_have_value("Bob")
        expect(each.get_by_label("Trials")).to_have_value("8")
        expect(each.get_by_label("Speed")).to_have_value("50")
        expect(each.get_by_text("20 – 30")).to_be_visible()
        expect(each.get_by_label("linear")).to_be_checked()
        expect(each.get_by_label("Colour")).to_have_value("0")
