"""`FigureElement`: an image that a figure of matplotlib's draws. matplotlib is never imported: figures know how."""

from __future__ import annotations

import base64
import io
import re
import struct
import threading
import weakref
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NamedTuple, Protocol, cast
from urllib.parse import quote

from domsync_jupyter.dom import names
from domsync_jupyter.dom.element import make_element
from domsync_jupyter.dom.embedded import EmbeddedElement
from domsync_jupyter.dom.html.media import HTMLImageElement

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom.document import Document

__all__ = ["DrawnFigure", "FigureElement", "Format", "figure_of", "make_figure"]

Format = Literal["svg", "png"]

#: Pixels of a PNG for each CSS pixel: sharp on most screens.
SCALE: Final = 2
#: SVG's own unit of length: https://www.w3.org/TR/css-values-3/#absolute-lengths
POINTS_PER_INCH: Final = 72
#: Beside letters and digits, what stands in a ``data:`` address as it is; spaces, of which SVG is full, too.
_PLAIN: Final = " !$&'()*+,-./:;=?@_~"

#: One figure is drawn at a time: matplotlib promises nothing else, as settings and fonts are the process's.
_drawing = threading.RLock()


class DrawnFigure(Protocol):
    """What a figure of matplotlib's has."""

    @property
    def savefig(self) -> Callable[..., Any]:
        """Draw it into a file."""

    @property
    def get_size_inches(self) -> Callable[[], Any]:
        """Width and height."""


class _Shown(NamedTuple):
    figure: Any
    format: Format
    #: What was said of it; else it says so itself.
    alt: str | None


class FigureElement(HTMLImageElement, EmbeddedElement):
    """An image of a matplotlib figure. Made by `Document.embed`."""

    __slots__ = ()

    #: As `EmbeddedElement._widgets`.
    _shown: ClassVar[weakref.WeakKeyDictionary[FigureElement, _Shown]] = weakref.WeakKeyDictionary()

    @property
    def figure(self) -> Any:
        """The figure."""
        return FigureElement._shown[self].figure

    @property
    def widget(self) -> Any:
        """The figure, too: what is embedded."""
        return self.figure

    def redraw(self) -> None:
        """Show the figure as it is now. The element stays, and with it its style and listeners.

        A figure does not tell of itself that it has changed: call this after what changes it. It is drawn in the
        calling thread, without pyplot, outside the document's lock; the figure must not be changed meanwhile. In a
        coroutine, ``await asyncio.to_thread(element.redraw)`` keeps the event loop free.

        Raises:
            Exception: What the figure raises when it draws itself. The element shows what it did before.
        """
        figure, form, alt = FigureElement._shown[self]
        with _drawing:
            address, (width, height) = _draw(figure, form)
            words = _words(figure) if alt is None else alt
        with self._document.batch():
            self.setAttribute("src", address)
            self.setAttribute("alt", words)
            self.setAttribute("width", str(width))
            self.setAttribute("height", str(height))

    def _clone(self, document: Document, deep: bool) -> FigureElement:
        clone = super()._clone(document, deep)
        assert isinstance(clone, FigureElement)
        FigureElement._shown[clone] = FigureElement._shown[self]
        return clone

    def _start(self, widget: Any) -> None:
        """There is nothing that pages could say to an image."""


def figure_of(thing: Any) -> DrawnFigure | None:
    """The figure that something is, or belongs to, as axes and seaborn's grids do; ``None`` if there is none."""
    for candidate in (thing, getattr(thing, "figure", None)):
        if not isinstance(candidate, type) and all(
            callable(getattr(candidate, name, None)) for name in ("savefig", "get_size_inches")
        ):
            return cast("DrawnFigure", candidate)
    return None


def make_figure(
    document: Document, figure: DrawnFigure, form: Format, width: float | str | None, alt: str | None
) -> FigureElement:
    """Make the image of a figure, and draw it.

    Raises:
        ValueError: If there is no such format.
    """
    if form not in ("svg", "png"):
        raise ValueError(f'a figure is drawn as "svg" or "png", not {form!r}')
    element = make_element(document, names.HTML, "img", FigureElement)
    assert isinstance(element, FigureElement)
    FigureElement._shown[element] = _Shown(figure, form, alt)
    own = "" if width is None else f"width: {width if isinstance(width, str) else f'{width:g}px'}; "
    element.setAttribute("style", f"display: block; {own}max-width: 100%; height: auto")
    element.redraw()
    return element


def _draw(figure: Any, form: Format) -> tuple[str, tuple[int, int]]:
    """The address of the image, and its size in CSS pixels."""
    stream = io.BytesIO()
    if form == "png":
        figure.savefig(stream, format="png", dpi=SCALE * figure.dpi)
        data = stream.getvalue()
        width, height = struct.unpack(">II", data[16:24])
        return (
            f"data:image/png;base64,{base64.b64encode(data).decode()}",
            (round(width / SCALE), round(height / SCALE)),
        )
    # Without a date, a figure that has not changed much is drawn much the same.
    figure.savefig(stream, format="svg", metadata={"Date": None})
    text = stream.getvalue().decode()
    text = text[text.index("<svg") :]
    # With savefig.bbox, an image is not as large as its figure.
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)
    width, height = (
        size.groups() if size else [POINTS_PER_INCH * inches for inches in figure.get_size_inches()]
    )
    scale = figure.dpi / POINTS_PER_INCH
    return (
        f"data:image/svg+xml,{quote(text, safe=_PLAIN)}",
        (round(float(width) * scale), round(float(height) * scale)),
    )


def _words(figure: Any) -> str:
    """What a figure says of itself: its title, and for each of its axes the title, or what is shown against what."""
    said = [figure.get_suptitle()] if hasattr(figure, "get_suptitle") else []
    for axes in getattr(figure, "axes", ()):
        x, y = axes.get_xlabel(), axes.get_ylabel()
        said.append(axes.get_title() or (f"{y} against {x}" if x and y else x or y))
    return "; ".join(text for text in said if text) or "Figure"
