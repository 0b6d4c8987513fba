"""Charts of Altair and Plotly as the widgets that they have for them. Neither is imported unless the program did."""

from __future__ import annotations

import sys
from functools import cache
from importlib.util import find_spec
from typing import Any

__all__ = ["chart_widget"]


def chart_widget(chart: Any) -> Any:
    """The widget for a chart; ``None`` if it is none.

    Raises:
        Exception: What Altair or Plotly raise if something that they need is missing.
    """
    altair = sys.modules.get("altair")
    if altair is not None and isinstance(chart, altair.TopLevelSpec):
        # So Vega reads expressions instead of making code of them, which a server's page does not allow.
        return _altair_widget(altair)(chart, embed_options={"ast": True})
    plotly = sys.modules.get("plotly.graph_objects")
    if plotly is not None and isinstance(chart, plotly.Figure):
        return plotly.FigureWidget(chart)
    return None


@cache
def _altair_widget(altair: Any) -> Any:
    """`altair.JupyterChart`; one that needs no Internet, if that is possible: it brings Vega along."""
    if altair.JupyterChart._is_offline or find_spec("vl_convert") is None:
        return altair.JupyterChart
    offline: Any = type("JupyterChart", (altair.JupyterChart,), {"__doc__": altair.JupyterChart.__doc__})
    offline.enable_offline()
    return offline
