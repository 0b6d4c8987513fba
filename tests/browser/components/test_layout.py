"""Rows, columns, grids and cards, as they are laid out."""

from __future__ import annotations

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
