"""Charts of Altair and Plotly: the widgets that they become."""

from __future__ import annotations

from typing import Any

import altair as alt
import ipywidgets
import pandas as pd  # type: ignore[import-untyped]  # it ships no types
import plotly.graph_objects as go  # type: ignore[import-untyped]  # likewise
import pytest

from domsync_jupyter import Document

FRAME = pd.DataFrame({"x": [1, 2], "y": [2, 1]})


@pytest.fixture(scope="module")
def chart() -> Any:
    brush = alt.selection_interval(name="brush")
    return alt.Chart(FRAME).mark_point().encode(x="x", y="y").add_params(brush)


def test_altair(chart: Any) -> None:
    widget = Document().embed(chart).widget
    assert isinstance(widget, alt.JupyterChart)
    assert widget.embed_options == {"ast": True, "actions": False}
    assert widget.selections.trait_values()["brush"].name == "brush"
    widget.chart = chart.properties(title="Second")
    assert widget.spec["title"] == "Second"
    both = Document().embed(alt.layer(chart, alt.Chart(FRAME).mark_line().encode(x="x", y="y"))).widget
    assert type(both).__mro__[1] is type(widget).__mro__[1], "what it brings along is made once"


def test_altair_brings_along_what_it_needs_and_changes_nothing_of_altair(chart: Any) -> None:
    widget = Document().embed(chart).widget
    assert "https://esm.sh" not in str(widget.get_state()["_esm"])[:1000]
    assert not alt.JupyterChart._is_offline
    assert "https://esm.sh" in str(alt.JupyterChart(chart).get_state()["_esm"])[:1000]


def test_a_widget_of_altair_is_taken_as_it_is(chart: Any) -> None:
    widget = alt.JupyterChart(chart)
    assert Document().embed(widget).widget is widget


def test_plotly() -> None:
    widget = Document().embed(go.Figure(go.Scatter(y=[1, 2]))).widget
    assert isinstance(widget, go.FigureWidget)
    widget.data[0].y = [3, 4]
    assert widget.data[0].y == (3, 4)
    assert Document().embed(widget).widget is widget


def test_what_belongs_to_a_figure(chart: Any) -> None:
    for thing in (chart, ipywidgets.IntSlider()):
        with pytest.raises(TypeError, match="belong to a figure"):
            Document().embed(thing, width=100)
    with pytest.raises(TypeError, match="expected a widget or a chart"):
        Document().embed(alt.Chart)
