"""Tables: a data frame of a million rows, and one that people edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd  # type: ignore[import-untyped]  # it ships no types
import polars as pl

from domsync_jupyter.components import Button, Card, CellEdit, Column, DataTable, Grid, Row, Switch

if TYPE_CHECKING:
    from domsync_jupyter.components.component import Parent

CITIES = ("Amsterdam", "Berlin", "Copenhagen", "Dublin", "Lisbon", "Oslo", "Prague", "Vienna")


def build(parent: Parent) -> None:
    """Put the demonstration into `parent`."""
    page = Column(parent, gap="16px")
    trips(page)
    both = Grid(page, min_width="380px", gap="16px")
    stock(both)
    live(both)


def trips(parent: Parent, rows: int = 1_000_000) -> None:
    """A million rows of a polars frame."""
    chance = np.random.default_rng(7)
    cities = pl.Series(CITIES)
    start = np.datetime64("2023-01-01T00:00", "ms")
    frame = pl.DataFrame(
        {
            "trip": np.arange(1, rows + 1),
            "from": cities[chance.integers(0, len(CITIES), rows)],
            "to": cities[chance.integers(0, len(CITIES), rows)],
            "leaves": start + np.arange(rows) * np.timedelta64(90, "s"),
            "price": chance.gamma(4, 38, rows).round(2),
            "delay": chance.normal(4, 12, rows).round(1),
            "seats": chance.integers(0, 220, rows),
            "direct": chance.random(rows) > 0.3,
        }
    )
    card = Card(
        parent, f"A million trips, {frame.estimated_size() / 2**20:.0f} MB, of which this page has some rows"
    )
    inside = Column(card, gap="10px")
    controls = Row(inside, gap="12px", align="center")
    table = DataTable(
        inside,
        frame,
        labels={"price": "Price (€)", "delay": "Delay (min)", "direct": "Direct?"},
        formats={
            "price": ",.2f",
            "delay": "+.1f",
            "leaves": lambda value: f"{value:%d %b %Y, %H:%M}",
            "direct": yes_or_no,
        },
        style={
            "delay": of_delay,
            "seats": lambda seats, trip: "color: var(--domsync-muted)" if not seats else None,
        },
        height=420,
        label="Trips",
    )

    def late_only(is_on: bool) -> None:
        table.filter(nw.col("delay") > 15 if is_on else None)

    Switch(controls, "More than 15 minutes late", on_change=late_only)
    Button(controls, "The dearest first", on_click=lambda event: table.sort("price", descending=True))
    Button(controls, "As they leave", on_click=lambda event: table.sort())


def yes_or_no(value: bool) -> str:
    """For people."""
    return "yes" if value else "no"


def of_delay(value: float, trip: dict[str, Any]) -> str | None:
    """Red if late, green if early."""
    if value > 15:
        return "color: var(--domsync-bad); font-weight: 600"
    return "color: var(--domsync-good)" if value < 0 else None


def stock(parent: Parent) -> None:
    """A small frame of pandas that people edit."""
    frame = pd.DataFrame(
        {
            "item": ["Beaker 250 ml", "Pipette tips", "Gloves, M", "Ethanol 96 %", "Petri dishes", "Labels"],
            "in stock": [24, 1200, 340, 6, 180, 950],
            "price": [4.2, 0.03, 0.12, 11.5, 0.35, 0.01],
            "ordered": pd.to_datetime(["2024-03-02", None, "2024-05-17", "2024-05-20", None, "2023-11-30"]),
        }
    )
    card = Card(parent, "Stock: double-click to edit")

    def on_edit(edit: CellEdit) -> None:
        if edit.column == "in stock" and edit.value < 0:
            raise ValueError("there cannot be less than none")

    DataTable(
        card,
        frame,
        formats={"price": "€{:.2f}".format, "ordered": "%d %b %Y"},
        style={"in stock": lambda count, row: "color: var(--domsync-bad)" if count < 20 else None},
        editable=["in stock", "price", "ordered"],
        on_edit=on_edit,
        searchable=False,
        height=232,
        label="Stock",
    )


def live(parent: Parent) -> None:
    """A frame that changes: only cells that differ are sent."""
    chance = np.random.default_rng(3)
    symbols = pl.Series("symbol", ["ALPH", "BETA", "GAMM", "DELT", "EPSI", "ZETA"])
    prices = chance.gamma(9, 12, len(symbols))
    card = Card(parent, "Quotes, updated in place")

    def quotes() -> pl.DataFrame:
        nonlocal prices
        before, prices = prices, prices * np.exp(chance.normal(0, 0.01, len(symbols)))
        return pl.DataFrame([symbols, pl.Series("price", prices), pl.Series("change", prices / before - 1)])

    inside = Column(card, gap="10px")
    table = DataTable(
        inside,
        quotes(),
        formats={"price": ",.2f", "change": "+.2%"},
        style={"change": lambda x, row: f"color: var(--domsync-{'good' if x >= 0 else 'bad'})"},
        searchable=False,
        height=202,
        label="Quotes",
    )
    Button(Row(inside), "Next quotes", on_click=lambda event: table.update(quotes()))
