"""Rows, columns, grids and cards, as they are laid out; tabs, accordions and so on, as a person uses them."""

from __future__ import annotations

import re

from playwright.sync_api import FloatRect, Locator, expect

from tests.browser.axe import serious_violations
from tests.browser.components.conftest import Show

PROGRAM = """
from domsync_jupyter.components import Card, Column, Grid, Row

outer = Column(document)
row = Row(outer, gap="10px")
for text in "ab":
    card = Card(row, f"Card {text}")
    card.content.textContent = text
grid = Grid(outer, 3)
for number in range(4):
    Card(grid).content.textContent = str(number)
"""

USED = """
from domsync_jupyter.components import Accordion, Button, Dialog, Sidebar, Tabs, toast

told = document.createElement("output")
def tell(what):
    return lambda value: setattr(told, "innerText", f"{what} {value}")

page = Sidebar(document, "Filters", on_toggle=tell("sidebar"))
page.side.content.append("what is filtered")
tabs = Tabs(page, label="Views", on_change=tell("tab"))
for title in ("One", "Two", "Three"):
    tabs.add(title).content.append(f"what is in {title}")
accordion = Accordion(page, exclusive=True)
for title in ("Soil", "Light"):
    accordion.add(title, on_toggle=tell(title)).content.append(f"about {title}")
dialog = Dialog(page, "Remove it?", ["Cancel", "Remove"], on_close=tell("dialog"))
dialog.content.append("It will be gone.")
Button(page, "Ask", lambda event: dialog.show())
Button(page, "Save", lambda event: toast(page, "Saved", "good", seconds=0.5))
Button(page, "Fail", lambda event: toast(page, "Not saved", "bad", seconds=None))
document.getRootElement().append(told)
"""


def box(locator: Locator) -> FloatRect:
    found = locator.bounding_box()
    assert found is not None
    return found


def test_stands_where_it_belongs(show: Show) -> None:
    root = show(PROGRAM)
    expect(root.get_by_role("heading")).to_have_text(["Card a", "Card b"])
    cards = [box(card) for card in root.locator(".domsync-card").all()]
    assert cards[0]["y"] == cards[1]["y"]
    assert abs(cards[1]["x"] - cards[0]["x"] - cards[0]["width"] - 10) < 1
    grid = cards[2:]
    assert grid[0]["y"] == grid[1]["y"] == grid[2]["y"] < grid[3]["y"]
    assert grid[0]["x"] == grid[3]["x"]
    assert len({round(card["width"]) for card in grid}) == 1
    assert serious_violations(root) == []


def test_python_knows_what_a_person_does(show: Show) -> None:
    root = show(USED)
    keyboard, told = root.page.keyboard, root.locator("output")
    assert serious_violations(root) == []

    tabs = root.get_by_role("tab")
    tabs.first.click()
    for key, title in (
        ("ArrowRight", "Two"),
        ("End", "Three"),
        ("ArrowRight", "One"),
        ("ArrowLeft", "Three"),
    ):
        keyboard.press(key)
        expect(tabs.get_by_text(title)).to_be_focused()
        expect(told).to_have_text(f"tab {title}")
        expect(root.get_by_role("tabpanel")).to_have_text(f"what is in {title}")
    keyboard.press("Tab")
    expect(root.get_by_role("tabpanel")).to_be_focused()

    root.get_by_text("Soil", exact=True).click()
    expect(told).to_have_text("Soil True")
    root.get_by_text("Light", exact=True).click()
    # The browser closes the other one.
    expect(root.get_by_text("about Soil")).to_be_hidden()
    expect(root.get_by_text("about Light")).to_be_visible()
    expect(told).to_have_text(re.compile("Soil False|Light True"))

    root.get_by_text("Filters", exact=True).focus()
    keyboard.press("Enter")
    expect(root.get_by_text("what is filtered")).to_be_hidden()
    expect(told).to_have_text("sidebar False")

    dialog = root.get_by_role("dialog")
    ask = root.get_by_role("button", name="Ask")
    ask.click()
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    expect(dialog).to_have_accessible_name("Remove it?")
    assert dialog.evaluate("dialog => dialog.matches(':modal')")
    assert serious_violations(root) == []
    keyboard.press("Escape")
    expect(told).to_have_text("dialog None")
    expect(ask).to_be_focused()

    ask.click()
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    keyboard.press("Tab")
    keyboard.press("Enter")
    expect(told).to_have_text("dialog Remove")
    expect(dialog).to_be_hidden()

    root.get_by_role("button", name="Save").click()
    status = root.get_by_role("status").filter(has_text="Saved")
    expect(status).to_be_in_viewport()
    expect(status).to_have_count(0)  # It goes by itself.
    root.get_by_role("button", name="Fail").click()
    alert = root.get_by_role("alert")
    expect(alert).to_be_in_viewport()
    assert serious_violations(root) == []
    alert.get_by_role("button", name="Close").click()
    expect(alert).to_have_count(0)
