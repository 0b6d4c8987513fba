"""`embed`: an element for a widget, with a door for what pages say to it."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, Final

from ipywidgets import Widget

from domsync_jupyter.dom import names
from domsync_jupyter.dom.document import Document
from domsync_jupyter.dom.element import make_element
from domsync_jupyter.dom.embedded import EMBED, EmbeddedElement
from domsync_jupyter.dom.figure import figure_of, make_figure
from domsync_jupyter.embedding.channel import Channel, decode
from domsync_jupyter.embedding.charts import chart_widget
from domsync_jupyter.embedding.island import make_island
from domsync_jupyter.errors import ProtocolError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from domsync_jupyter.dom.events import Event
    from domsync_jupyter.dom.figure import Format
    from domsync_jupyter.transports.client import Client

__all__ = ["embed"]

#: The type of the events in which pages speak to widgets.
EVENT: Final = "domsync:model"
#: Characters of a message of a page, at most; it comes in parts, each of which counts for somewhat more.
MAX_MESSAGE = 8 << 20
_OVERHEAD = 64


class _Parts:
    """Of a message that has not come whole."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.size = 0

    def add(self, text: str) -> None:
        self.texts.append(text)
        self.size += len(text) + _OVERHEAD


class _Door:
    """What pages say to the widget of one element comes in here."""

    def __init__(self) -> None:
        self._channels: weakref.WeakKeyDictionary[Client, Channel] = weakref.WeakKeyDictionary()
        self._parts: weakref.WeakKeyDictionary[Client, _Parts] = weakref.WeakKeyDictionary()

    def hear(self, event: Event) -> None:
        """Take a message of a page, or a part of one: all but the last begin with ``+``."""
        detail, client, element = event.fields.get("detail"), event.client, event.target
        if not isinstance(detail, str) or client is None or not isinstance(element, EmbeddedElement):
            return
        channel = self._channels.get(client)
        parts = self._parts.setdefault(client, _Parts())
        parts.add(detail[1:])
        if parts.size > MAX_MESSAGE:
            del self._parts[client]
            words = f"a message to a widget has more than {MAX_MESSAGE} characters"
            if channel is not None:
                # The page waits for an answer to it before it says more.
                channel.refuse(words)
            raise ProtocolError(words)
        if detail.startswith("+"):
            return
        del self._parts[client]
        try:
            said = decode("".join(parts.texts))
        except ValueError as error:
            raise ProtocolError(f"a page said something strange to a widget: {error}") from error
        widget = element.widget
        if not isinstance(widget, Widget) or widget.comm is None:
            return
        if said.method == "open" and said.token:
            if channel is None:
                channel = self._channels[client] = Channel(client, element, widget)
            channel.begin(said.token)
        if channel is not None:
            channel.hear(said)


def embed(
    document: Document,
    widget: Any = None,
    *,
    esm: str | Path | None = None,
    css: str | Path | None = None,
    model: Mapping[str, Any] | None = None,
    format: Format | None = None,
    width: float | str | None = None,
    alt: str | None = None,
) -> EmbeddedElement:
    """See `Document.embed`."""
    if (widget is None) == (esm is None):
        raise TypeError("embed() takes a widget, or else the esm of an island")
    if esm is None and (css is not None or model is not None):
        raise TypeError("css and model belong to an island, with esm: a widget has its own")
    figure = figure_of(widget)
    if figure is not None:
        return make_figure(document, figure, format or "svg", width, alt)
    if not (format is None and width is None and alt is None):
        raise TypeError("format, width and alt belong to a figure of matplotlib's")
    widget = make_island(esm, css, model) if esm is not None else chart_widget(widget) or widget
    element = make_element(document, names.HTML, EMBED, EmbeddedElement)
    assert isinstance(element, EmbeddedElement)
    element.setAttribute("model", _model_id(widget))
    element._start(widget)
    return element


def _model_id(widget: Any) -> str:
    if isinstance(widget, Widget):
        if widget.comm is None:
            raise ValueError(f"the {type(widget).__name__} was closed: there is nothing to show")
        if getattr(widget, "_view_name", None) is None:
            raise TypeError(
                f"a {type(widget).__name__} has no view of its own: embed a widget that shows something"
            )
        return str(widget.model_id)
    # Whatever shows itself as a widget, such as an object with anywidget's MimeBundleDescriptor.
    bundle = getattr(widget, "_repr_mimebundle_", None)
    shown = bundle(include=None, exclude=None) if callable(bundle) and not isinstance(widget, type) else None
    data = shown[0] if isinstance(shown, tuple) else shown
    view = (data or {}).get("application/vnd.jupyter.widget-view+json")
    if view is None:
        raise TypeError(
            f"expected a widget or a chart, or something that shows itself as a widget, not {type(widget).__name__}"
        )
    return str(view["model_id"])


def _open_door(element: EmbeddedElement) -> None:
    element.addEventListener(EVENT, _Door().hear, fields=["detail"])


Document._embedder = embed
EmbeddedElement._on_start = _open_door
