"""`Header`: the names of the columns, by which a person sorts, and which they widen and move."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from domsync_jupyter.components.data_table.order import can_sort
from domsync_jupyter.components.data_table.said import number_said

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from domsync_jupyter.components.data_table.columns import Column
    from domsync_jupyter.components.data_table.order import Sorting
    from domsync_jupyter.dom import Element
    from domsync_jupyter.dom.events import Event

__all__ = ["Header"]

#: A pointer that moved by no more pixels has clicked.
_CLICK = 4
_LAST = ("pointerup", "pointercancel")


@dataclass(slots=True)
class _Drag:
    """What a person does with the pointer on the header.

    Attributes:
        viewer: Who: the pointers of others do not move it.
        column: The place of the column.
        is_resizing: Whether they change its width; otherwise they take it elsewhere.
        start: Where the pointer was, in pixels.
        width: How wide the column was.
        has_moved: Whether the pointer has moved enough to be no click.
    """

    viewer: str
    column: int
    is_resizing: bool
    start: float
    width: int
    has_moved: bool = False


class Header:
    """The row with the names of the columns.

    While a mouse button is held, the style sheet spreads what is dragged over all of the page, so that its events
    come from wherever the pointer goes, in the view of the person alone.

    Args:
        table: What to put it into.

    Attributes:
        on_sort: Called with the place of a column, and whether it is sorted by in addition.
        on_resize: Called with the place of a column and its new width.
        on_move: Called with the place of a column and the one it is to have.
    """

    def __init__(self, table: Element) -> None:
        self._document = table._document
        self.on_sort: Callable[[int, bool], object] = _nothing
        self.on_resize: Callable[[int, int], object] = _nothing
        self.on_move: Callable[[int, int], object] = _nothing
        self.element: Any = self._document.createElement("thead", attributes={"role": "rowgroup"})
        self._row: Any = self._document.createElement("tr", attributes={"role": "row", "aria-rowindex": "1"})
        self.element.append(self._row)
        table.append(self.element)
        self.cells: list[Any] = []
        self._columns: list[Column] = []
        self._drag: _Drag | None = None
        self.element.addEventListener("pointerdown", self._pressed)
        self.element.addEventListener("click", self._clicked)
        for kind in _LAST:
            self.element.addEventListener(kind, self._moved)

    def set_columns(self, columns: Sequence[Column]) -> None:
        """Show these columns."""
        if list(columns) != self._columns:
            # What is dragged may be elsewhere now, or gone.
            self._end_drag()
        while len(self.cells) > len(columns):
            self.cells.pop().remove()
        while len(self.cells) < len(columns):
            cell: Any = self._document.createElement(
                "th",
                attributes={
                    "role": "columnheader",
                    "scope": "col",
                    "aria-colindex": str(len(self.cells) + 1),
                },
            )
            cell.append(
                self._document.createElement("span"),
                self._document.createElement(
                    "i", attributes={"class": "domsync-handle", "aria-hidden": "true"}
                ),
            )
            self.cells.append(cell)
            self._row.append(cell)
        self._columns = list(columns)
        for cell, column in zip(self.cells, columns, strict=True):
            cell.firstChild.textContent = column.label
            cell.title = f"{column.label} ({column.dtype})"
            cell.classList.toggle("domsync-number", column.is_number)

    def show_sorting(self, sorting: Sorting) -> None:
        """Mark the columns by which the rows are sorted."""
        directions = dict(sorting)
        for cell, column in zip(self.cells, self._columns, strict=True):
            direction = directions.get(column.name)
            if can_sort(column.dtype):
                cell.setAttribute("aria-sort", direction or "none")
            else:
                cell.removeAttribute("aria-sort")
            if direction is not None and len(directions) > 1:
                cell.dataset["order"] = str(list(directions).index(column.name) + 1)
            else:
                cell.removeAttribute("data-order")

    def find(self, target: Any) -> int | None:
        """The place of the column that an element of the header belongs to."""
        cell = target.closest("th")
        return self.cells.index(cell) if cell in self.cells else None

    def _pressed(self, event: Event) -> None:
        self._end_drag()
        target: Any = event.target
        column = self.find(target)
        if column is None or event.fields.get("button"):
            return
        self._drag = _Drag(
            _viewer(event),
            column,
            target.matches(".domsync-handle"),
            number_said(event, "clientX", 0.0),
            self._columns[column].width,
        )
        # Not before: a pointer that merely passes is nothing that Python has to hear of.
        self.element.addEventListener("pointermove", self._moved)

    def _moved(self, event: Event) -> None:
        drag = self._drag
        if drag is None or drag.viewer != _viewer(event):
            return
        way = number_said(event, "clientX", drag.start) - drag.start
        drag.has_moved = drag.has_moved or abs(way) > _CLICK
        with self._document.batch():
            if drag.is_resizing and event.type != "pointercancel":
                self.on_resize(drag.column, round(drag.width + way))
            if not drag.is_resizing and drag.has_moved:
                target = self._target(drag.column, way)
                for index, cell in enumerate(self.cells):
                    cell.classList.toggle("domsync-dragged", index == drag.column)
                    cell.classList.toggle("domsync-drop-before", index == target < drag.column)
                    cell.classList.toggle("domsync-drop-after", index == target > drag.column)
                if event.type == "pointerup" and target != drag.column:
                    self.on_move(drag.column, target)
            if event.type in _LAST or not event.fields.get("buttons", 1):
                self._end_drag()
                # The click that follows is none.
                self._drag = drag

    def _clicked(self, event: Event) -> None:
        drag, target = self._drag, cast("Element", event.target)
        if drag is not None and drag.viewer != _viewer(event):
            drag = None
        else:
            self._end_drag()
        column = self.find(target)
        if column is None or (drag is not None and (drag.is_resizing or drag.has_moved)):
            return
        self.on_sort(column, bool(event.fields.get("shiftKey")))

    def _end_drag(self) -> None:
        self._drag = None
        self.element.removeEventListener("pointermove", self._moved)
        for cell in self.cells:
            for name in ("domsync-dragged", "domsync-drop-before", "domsync-drop-after"):
                cell.classList.remove(name)

    def _target(self, column: int, way: float) -> int:
        """The place that a column has when its middle was moved so far."""
        lefts = [0]
        for each in self._columns:
            lefts.append(lefts[-1] + each.width)
        middle = lefts[column] + self._columns[column].width / 2 + way
        others = [
            lefts[index] + each.width / 2 for index, each in enumerate(self._columns) if index != column
        ]
        return sum(other < middle for other in others)


def _viewer(event: Event) -> str:
    """Whose pointer it is; ``""`` if the event was made in Python."""
    return "" if event.client is None else str(event.client.id)


def _nothing(*_: object) -> None:
    pass
