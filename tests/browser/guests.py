"""A document with widgets of others, which says what they tell Python. Runs in a test, and as a cell of a notebook."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import drawdata
import ipywidgets
import pandas as pd  # type: ignore[import-untyped]  # it ships no types
import quak
import wigglystuff

from domsync_jupyter import Document


def chart(title: str) -> alt.Chart:
    """A chart in which points can be selected."""
    frame = pd.DataFrame({"x": [1, 2, 3], "y": [3, 1, 2]})
    brush = alt.selection_interval(name="brush")
    points: alt.Chart = alt.Chart(frame, title=title).mark_point(size=200).encode(x="x", y="y")
    return points.add_params(brush)


class Guests:
    """The document, the widgets in it by name, and what each has told last: also in an element ``#told``."""

    def __init__(self) -> None:
        alt.JupyterChart.enable_offline(True)
        frame = pd.DataFrame({"number": range(50), "letter": list("abcde") * 10})
        self.widgets: dict[str, Any] = {
            "slider": ipywidgets.IntSlider(value=3, description="plain"),
            "slider2d": wigglystuff.Slider2D(width=200, height=200),
            "sortable": wigglystuff.SortableList(["one", "two"], addable=True),
            "bars": drawdata.BarWidget(collection_names=["one"]),
            "table": quak.Widget(frame),
            "chart": alt.JupyterChart(chart("First"), embed_options={"renderer": "svg", "actions": False}),
        }
        self.document = Document()
        self.told: dict[str, Any] = {}
        self._told = self.document.createElement("pre", id="told", innerText="{}")
        for name, widget in self.widgets.items():
            place = self.document.embed(widget)
            place.id = name
            self.document.body.append(self.document.createElement("h3", innerText=name), place)
        self.document.body.append(self._told)
        for name, key in [
            ("slider", "value"),
            ("slider2d", "x"),
            ("sortable", "value"),
            ("bars", "data"),
            ("table", "sql"),
        ]:
            self.widgets[name].observe(lambda change, name=name: self._hear(name, change["new"]), key)
        self.widgets["chart"].selections.observe(
            lambda change: self._hear("chart", change["new"].value), "brush"
        )

    def _hear(self, name: str, value: Any) -> None:
        self.told[name] = value
        self._told.innerText = json.dumps(self.told)

    def change(self) -> None:
        """Set something in each, from Python."""
        self.widgets["slider"].value = 42
        self.widgets["slider2d"].x = 0.25
        self.widgets["sortable"].value = ["three", "four"]
        self.widgets["chart"].chart = chart("Second")
