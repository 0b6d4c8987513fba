"""`TimeSeries`: lines of values that come while one looks."""

from __future__ import annotations

import threading
import weakref
from array import array
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import nan
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, Literal

from domsync_jupyter.components.component import Component, Parent
from domsync_jupyter.components.feed import Feed
from domsync_jupyter.components.float_columns import floats, times_of
from domsync_jupyter.components.line_picture import format_number, line_picture
from domsync_jupyter.components.point_ring import PointRing
from domsync_jupyter.dom.embedded import EmbeddedElement
from domsync_jupyter.errors import DomsyncError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domsync_jupyter.components.float_columns import Time
    from domsync_jupyter.dom import Document, Element

__all__ = ["TimeSeries"]

STYLE = """
:where(.domsync-time-series) { margin: 0; min-width: 0; }
:where(.domsync-time-series > figcaption) { margin-bottom: 4px; font-weight: 600; }
"""
#: Points that are kept if nothing else is said, and if only the seconds are.
POINTS: Final = 10_000
POINTS_OF_SECONDS: Final = 100_000


class TimeSeries(Component):
    """A line chart of values that come while one looks: a load, a temperature, the loss of a training.

    Points go to the pages in binary, and only the new ones; a page that is opened later gets all that are kept. A
    person zooms in by dragging over a part, goes back by a double-click or the button "Live", and hides and shows lines
    in the legend, which has the last values, or those at the pointer. It is as wide as what it is in, and follows the
    theme.

    Any thread may call its methods.

    Example:
        ```python
        import random, time
        from domsync_jupyter import Document
        from domsync_jupyter.components import TimeSeries

        document = Document()
        chart = TimeSeries(document, ["cpu", "memory"], seconds=120, title="Load", y_range=(0, 100))
        for _ in range(10):
            chart.append(time.time(), [random.uniform(0, 100), 42])
            time.sleep(0.01)
        ```

    Args:
        parent: The element, component or document to put it in.
        names: What the lines are called.
        seconds: How much of the time is seen, and kept; by default all of the last `points`.
        points: How many points of each line are kept at most: by default 10,000, or 100,000 with `seconds`.
        title: Above the chart.
        y_range: The lower and the upper end of the axis, each ``None`` where it follows the values.
        height: Of the plot, in CSS pixels.
        x: ``"time"`` if times are those of a clock; ``"number"`` if they are numbers of another kind: steps, seconds
            since the beginning.

    Raises:
        ValueError: If there are no names, two are the same, or a number makes no sense.
    """

    def __init__(
        self,
        parent: Parent,
        names: Sequence[str],
        *,
        seconds: float | None = None,
        points: int | None = None,
        title: str = "",
        y_range: tuple[float | None, float | None] | None = None,
        height: int = 240,
        x: Literal["time", "number"] = "time",
    ) -> None:
        super().__init__(parent)
        self._names = _check_names(names)
        low, high = y_range or (None, None)
        if points is None:
            points = POINTS if seconds is None else POINTS_OF_SECONDS
        if points < 1 or (seconds is not None and not seconds > 0) or height < 1:
            raise ValueError("seconds, points and height have to be more than 0")
        if low is not None and high is not None and low >= high:
            raise ValueError(f"the lower end of y_range comes first, not {low}, {high}")
        if x not in ("time", "number"):
            raise ValueError(f'x is "time" or "number", not {x!r}')
        document = self.getDocument()
        self._figure = document.createElement("figure")
        self._figure.className = "domsync-time-series"
        self._caption = document.createElement("figcaption")
        lines = "Line chart of " + ", ".join(self._names)
        island = document.embed(
            esm=_module(),
            model={
                "names": self._names,
                "description": lines,
                "height": height,
                "seconds": seconds,
                "y_range": [low, high],
                "is_clock": x == "time",
                "reached": [0, 0],
            },
        )
        # A page may ask for points, but change nothing that other pages see.
        island.read_only = True
        self._figure.append(island)
        self.title = title
        # Whatever is said here holds as long as the widget does; the component need not.
        describing = weakref.WeakMethod(self._describe)

        def describe() -> None:
            if (known := describing()) is not None:
                known()

        self._feed = feed = Feed(
            island.widget,
            PointRing(1 + len(self._names), points, seconds),
            describe,
        )

        drawn = self._names

        def picture(document: Document) -> Element:
            return line_picture(
                document, drawn, feed.points(),
                label=lines, height=height, y_range=(low, high), is_clock=x == "time",
            )  # fmt: skip

        island.picture = picture
        # ipywidgets keeps widgets: that of a document which is gone, as a client's is, would stay with all its points.
        _close_after(island, feed, island.widget)
        self._island = island
        self.mount(self._figure, STYLE)
        self._describe()

    @property
    def title(self) -> str:
        """Above the chart."""
        return self._caption.textContent or ""

    @title.setter
    def title(self, title: str) -> None:
        self._caption.textContent = title
        if title:
            self._figure.prepend(self._caption)
        else:
            self._caption.remove()

    def append(self, time: Time, values: Sequence[float | None] | Mapping[str, float | None] | float) -> None:
        """Add a point to each line.

        However often it is called, pages hear of it at most 30 times a second.

        Args:
            time: When, not before the last one: seconds since 1970, or a ``datetime`` or ``date``, be it Python's,
                numpy's or pandas'. Without a time zone it is one of this machine's, for numpy and pandas one of UTC; a
                page shows it in the reader's. For data of days, give dates: ``frame.day.dt.date``.
            values: One for each line, in their order, or by name; a line without a value, or whose value is ``None`` or
                no finite number, has a gap. A chart of one line takes its value alone.

        Raises:
            TypeError: If `time` is no time.
            ValueError: If the time goes back, there are more or fewer values than lines, or there is no line of a name.
        """
        if isinstance(values, Real):
            values = [float(values)]
        self._feed.add([times_of([time]), *(floats([value]) for value in self._in_order(values, None))])

    def extend(
        self,
        times: Iterable[Time],
        columns: Sequence[Iterable[float | None]] | Mapping[str, Iterable[float | None]],
    ) -> None:
        """Add many points to each line: fast for arrays of float64.

        Args:
            times: When, as for `append`; they go up, and begin not before the last one.
            columns: The values of each line, in their order, or by name: ``[frame.temperature, frame.rain]``.

        Raises:
            ValueError: As for `append`; or if columns are not as long as `times`. Nothing is added.
        """
        begun = times_of(times)
        missing = array("d", [nan]) * len(begun)
        values = [floats(column) for column in self._in_order(columns, missing)]
        for name, column in zip(self._names, values, strict=True):
            if len(column) != len(begun):
                raise ValueError(f"there are {len(begun)} times, but {len(column)} values of {name!r}")
        self._feed.add([begun, *values])

    def clear(self) -> None:
        """Take out all points."""
        self._feed.clear()

    def _in_order(self, values: Any, missing: Any) -> Sequence[Any]:
        """One for each line."""
        if isinstance(values, Mapping):
            if unknown := values.keys() - set(self._names):
                raise ValueError(
                    f"there is no line {min(map(str, unknown))!r}: there are {', '.join(self._names)}"
                )
            return [values.get(name, missing) for name in self._names]
        if len(values) != len(self._names):
            raise ValueError(
                f"expected {len(self._names)} values, for {', '.join(self._names)}; got {len(values)}"
            )
        ordered: Sequence[Any] = values
        return ordered

    def _describe(self) -> None:
        """Say in words what is seen: to who cannot see it, and for a saved notebook, which follows the document."""
        title = self.title or "Line chart"
        _, *last = self._feed.last() or [0.0]
        values = ", ".join(
            f"{name} {format_number(value)}" for name, value in zip(self._names, last, strict=False)
        )
        self._figure.setAttribute("aria-label", f"{title}: {values or 'no values yet'}")

    def _remove(self) -> None:
        super()._remove()
        _close(self._feed, self._island.widget)


def _close_after(island: EmbeddedElement, feed: Feed, widget: Any) -> None:
    weakref.finalize(island, _close_later, feed, widget).atexit = False


def _close_later(feed: Feed, widget: Any) -> None:
    """Close a widget that nothing shows any more: elsewhere, as whoever frees memory just now may hold any lock."""
    copy = EmbeddedElement._shown_by(widget)
    if copy is not None:
        _close_after(copy, feed, widget)
    else:
        threading.Thread(target=_close, args=[feed, widget], daemon=True).start()


def _close(feed: Feed, widget: Any) -> None:
    feed.close()
    # It was made with the widget, and goes with it.
    widget.layout.close()
    widget.close()


@cache
def _module() -> str:
    file = files("domsync_jupyter") / "static" / "time_series.js"
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DomsyncError(
            f"{file} is missing: the package was not built. In a checkout, run 'make build' (it needs Node)"
        ) from error


def _check_names(names: Sequence[str]) -> list[str]:
    if isinstance(names, str):
        raise TypeError(f"expected the names of the lines in a list: [{names!r}]")
    if not names or len(set(names)) < len(names):
        raise ValueError(f"expected one or more names, each once, not {list(names)}")
    return list(names)
