"""Charts of Altair and Plotly as the widgets that they have for them. Neither is imported unless the program did."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import find_spec
from typing import Any

__all__ = ["chart_widget"]

#: Else a chart whose width is "container" has none: it would be as wide as what is in it.
_CSS = ".vega-embed { box-sizing: border-box; width: 100%; }"

#: Vega is to read expressions instead of making code of them, which a server's page does not allow; and its menu, which
#: has no name to be read out, would lead away from the page.
_EMBED_OPTIONS = {"ast": True, "actions": False}


def chart_widget(chart: Any) -> Any:
    """The widget for a chart; ``None`` if it is none.

    Raises:
        Exception: What Altair or Plotly raise if something that they need is missing.
    """
    altair = sys.modules.get("altair")
    if altair is not None and isinstance(chart, altair.TopLevelSpec):
        return _altair_widget(altair)(chart, embed_options=dict(_EMBED_OPTIONS))
    plotly = sys.modules.get("plotly.graph_objects")
    if plotly is not None and isinstance(chart, plotly.Figure):
        return plotly.FigureWidget(chart)
    return None


@cache
def _altair_widget(altair: Any) -> Any:
    """`altair.JupyterChart`: one that needs no Internet, if that is possible, as it brings Vega along."""
    css = altair.JupyterChart._css + _CSS
    widget: Any = type(
        "JupyterChart", (altair.JupyterChart,), {"_css": css, "__doc__": "See `Document.embed`."}
    )
    if find_spec("vl_convert") is not None:
        widget.enable_offline()
    return widget
