"""`Sheet`: a frame, how it is shown at the moment, and the elements that show it. Nothing here listens to anybody."""

from __future__ import annotations

from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.data_table.body import Body
from domsync_jupyter.components.data_table.columns import LEAST_WIDTH, WIDEST
from domsync_jupyter.components.data_table.frame import read_rows
from domsync_jupyter.components.data_table.header import Header
from domsync_jupyter.components.data_table.keyboard import HEADER
from domsync_jupyter.components.data_table.order import Order
from domsync_jupyter.components.data_table.selection import Selection
from domsync_jupyter.components.data_table.style import HEADER_HEIGHT, ROW_HEIGHT
from domsync_jupyter.components.data_table.viewport import Viewport

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from domsync_jupyter.components.data_table.columns import Column
    from domsync_jupyter.components.data_table.frame import Frame
    from domsync_jupyter.components.data_table.order import Condition, Direction
    from domsync_jupyter.dom import Document, Element

__all__ = ["Sheet"]

#: Rows whose values tell how wide and how exact a column is.
_SAMPLE = 100


class Sheet:
    """The part of a table that scrolls.

    Args:
        document: The document.
        frame: The data.
        height: Pixels of the rows that a viewer sees, as long as their page has not said.
        prefix: What the ids of its cells begin with.

    Attributes:
        element: What scrolls, has the focus, and is the ``grid``.
        columns: All columns of the frame, by name.
        shown: The names of those that are shown, in order.
        sorting: By what the rows are sorted.
        conditions: Which rows are shown, and who says so.
        active: Row and column, as they are shown, that the keyboard is at; the header is row -1.
    """

    def __init__(self, document: Document, frame: Frame, *, height: int, prefix: str) -> None:
        self.document = document
        self.frame = frame
        self.columns: dict[str, Column] = {}
        self.shown: list[str] = []
        self.sorting: list[tuple[str, Direction]] = []
        self.conditions: dict[str, Condition] = {}
        self.order = Order(len(frame))
        self.selection = Selection(len(frame))
        self.viewport = Viewport(ROW_HEIGHT, height)
        self.active: tuple[int, int] | None = None
        self._prefix = prefix
        self._marked: Any = None
        self._ids = 0
        self.element: Any = document.createElement("div", attributes={"role": "grid", "tabindex": "0"})
        self.element.setAttribute("aria-multiselectable", "true")
        self._table: Any = document.createElement("table", attributes={"role": "none"})
        self.element.append(self._table)
        self.header = Header(self._table)
        self.body = Body(self._table, self._read)

    # Columns

    @property
    def shown_columns(self) -> list[Column]:
        """The columns that are shown, in order."""
        return [self.columns[name] for name in self.shown]

    def set_columns(self, columns: Sequence[Column], shown: Sequence[str]) -> None:
        """Have these columns, and show some of them."""
        self.columns = {column.name: column for column in columns}
        self.shown = list(shown)
        at = {name: place for place, name in enumerate(self.frame.columns)}
        sample = read_rows(self.frame, range(min(_SAMPLE, len(self.frame))))
        for column in columns:
            column.look_at([row[at[column.name]] for row in sample])
        self.show_columns()

    def show_columns(self) -> None:
        """Show the columns as they are now."""
        self.header.set_columns(self.shown_columns)
        self.header.show_sorting(self.sorting)
        self.body.set_columns(self.frame.columns, self.shown_columns)
        self.element.setAttribute("aria-colcount", str(len(self.shown)))
        if self.active is not None:
            self.active = (self.active[0], min(self.active[1], len(self.shown) - 1)) if self.shown else None
        self.draw(anew=True)

    def resize(self, column: int, width: int) -> None:
        """Give a column, by its place, another width in pixels, within what can be used."""
        self.columns[self.shown[column]].width = min(max(width, LEAST_WIDTH), WIDEST)
        self._set_sizes()

    def move(self, column: int, to: int) -> None:
        """Put a column from one place to another."""
        to = min(max(to, 0), len(self.shown) - 1)
        self.shown.insert(to, self.shown.pop(column))
        if self.active is not None and self.active[1] == column:
            self.active = (self.active[0], to)
        self.show_columns()

    # Rows

    def replace(self, frame: Frame) -> None:
        """Take a frame with other columns, which are to be set next: nothing is selected, sorted or hidden."""
        self.frame = frame
        self.order = Order(len(frame))
        self.selection = Selection(len(frame))
        self.active = None

    def set_frame(self, frame: Frame, key: str | None = None) -> None:
        """Show other data in the same columns; what was selected and where people look stays.

        Args:
            frame: The data.
            key: The column that tells its rows apart: then those are selected that have the same values there as
                those that were, and else those with the same numbers.

        Raises:
            Exception: What sorting and filtering raise, or a format. Nothing was changed.
        """
        order = Order.of(frame, self.sorting, list(self.conditions.values()))
        with self._all_or_nothing():
            if key is None:
                self.selection = copy(self.selection)
                self.selection.resize(len(frame))
            else:
                self.selection = self.selection.followed(self.frame[key], frame[key])
            self.frame = frame
            self._set_order(order)

    def arrange(
        self,
        sorting: Sequence[tuple[str, Direction]] | None = None,
        conditions: dict[str, Condition] | None = None,
    ) -> None:
        """Show other rows, or show them in another order.

        Raises:
            Exception: What the frame's library, a condition or a format raises. Nothing was changed.
        """
        sorting = self.sorting if sorting is None else list(sorting)
        conditions = self.conditions if conditions is None else conditions
        order = Order.of(self.frame, sorting, list(conditions.values()))
        with self._all_or_nothing():
            self.sorting, self.conditions = sorting, conditions
            self.header.show_sorting(sorting)
            self._set_order(order)

    def draw(self, *, anew: bool = False) -> None:
        """Have the rows there that somebody looks at.

        Args:
            anew: Whether those that are there may have other values now.
        """
        self.viewport.size = len(self.order)
        self._set_sizes()
        self.element.setAttribute("aria-rowcount", str(len(self.order) + 1))
        self.body.show(self.viewport.runs(), self.selection.__contains__, anew=anew)
        self.mark_active()

    def number_at(self, place: int) -> int:
        """The number in the frame of the row at a place."""
        return self.order.numbers(place, place + 1)[0]

    def value(self, number: int, column: str) -> Any:
        """What is in a cell of the frame."""
        (row,) = read_rows(self.frame, range(number, number + 1))
        return row[self.frame.columns.index(column)]

    # Marks

    def cell(self, at: tuple[int, int]) -> Element | None:
        """The element of a cell, if it is there."""
        place, column = at
        if place == HEADER:
            return self.header.cells[column]  # type: ignore[no-any-return]  # elements of many kinds
        row = self.body.at(place)
        return None if row is None else row.cells[column]

    def mark_active(self) -> None:
        """Show where the keyboard is."""
        cell: Any = None if self.active is None else self.cell(self.active)
        if self._marked is not None and self._marked is not cell:
            self._marked.removeAttribute("data-active")
        self._marked = cell
        if cell is None:
            self.element.removeAttribute("aria-activedescendant")
            return
        if not cell.id:
            self._ids += 1
            cell.id = f"{self._prefix}-cell-{self._ids}"
        cell.setAttribute("data-active", "")
        self.element.setAttribute("aria-activedescendant", cell.id)

    def mark_selected(self) -> None:
        """Show what is selected."""
        self.body.mark_selected(self.selection.__contains__)

    # Inside

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Be as before if it fails: a format may raise for values that nobody has seen yet."""
        names = ("frame", "order", "sorting", "conditions", "selection", "active")
        before = {name: getattr(self, name) for name in names}
        try:
            yield
        except BaseException:
            for name, value in before.items():
                setattr(self, name, value)
            self.header.show_sorting(self.sorting)
            self.draw()
            raise

    def _set_order(self, order: Order) -> None:
        active = self.active
        number = None if active is None or active[0] < 0 else self.number_at(active[0])
        self.order = order
        if active is not None and number is not None:
            # The keyboard stays at the row, wherever that is now.
            place = order.place(number) if number < len(self.frame) else None
            self.active = None if place is None else (place, active[1])
        self.draw(anew=True)

    def _read(self, places: range) -> tuple[Sequence[int], Sequence[tuple[Any, ...]]]:
        numbers = self.order.numbers(places.start, places.stop)
        return numbers, read_rows(self.frame, numbers)

    def _set_sizes(self) -> None:
        # Columns are as wide as they are said to be; what room is left is behind the last one.
        widths = [*(f"{column.width}px" for column in self.shown_columns), "minmax(0, 1fr)"]
        height = HEADER_HEIGHT + self.viewport.height
        self._table.setAttribute("style", f"height: {height}px; --domsync-columns: {' '.join(widths)}")
