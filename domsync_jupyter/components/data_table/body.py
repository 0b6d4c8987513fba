"""`Body`: the elements of the rows that are there, and what they show.

A row that is not wanted any more becomes one that is: its element stays, gets the texts that differ, and moves. So
scrolling makes no elements, the page gets texts only, and a cell whose text is the same is not touched.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from domsync_jupyter.components.data_table.columns import Column
    from domsync_jupyter.components.data_table.viewport import Run
    from domsync_jupyter.dom import Document, Element

__all__ = ["Body", "RowOfCells"]


class _Content(NamedTuple):
    """What a row is to show: of each cell the text, and the classes and the CSS."""

    place: int
    number: int
    texts: list[str]
    looks: list[tuple[str, str]]


class RowOfCells:
    """A row's elements, and what they show.

    Attributes:
        element: The ``<tr>``.
        cells: The ``<td>`` elements, as the columns are shown.
        place: Its place among the rows that are shown.
        number: The number of its row in the frame.
    """

    __slots__ = ("_is_selected", "_looks", "_texts", "cells", "element", "number", "place")

    def __init__(self, prototype: Element) -> None:
        element: Any = prototype.cloneNode(True)
        self.element = element
        self.cells: list[Any] = list(element.children)
        self.place = self.number = -1
        self._texts = [""] * len(self.cells)
        self._looks = [("", "")] * len(self.cells)
        self._is_selected = False

    def show(self, content: _Content) -> None:
        """Be another row, or show other values."""
        place, self.number, texts, looks = content
        if place != self.place:
            self.place = place
            # The header is row 1.
            self.element.setAttribute("aria-rowindex", str(place + 2))
            self.element.classList.toggle("domsync-odd", place % 2 == 1)
        for cell, old, text in zip(self.cells, self._texts, texts, strict=True):
            if text != old:
                cell.textContent = text
        for cell, before, look in zip(self.cells, self._looks, looks, strict=True):
            if look != before:
                for name, value in (("class", look[0]), ("style", look[1])):
                    if value:
                        cell.setAttribute(name, value)
                    else:
                        cell.removeAttribute(name)
        self._texts, self._looks = texts, looks

    def select(self, is_selected: bool) -> None:
        """Say whether it is selected."""
        if is_selected != self._is_selected:
            self._is_selected = is_selected
            self.element.setAttribute("aria-selected", "true" if is_selected else "false")

    def forget(self, column: int) -> None:
        """Something else was put into a cell: it shows nothing that is known."""
        self._texts[column] = "\0"


class Body:
    """The rows of a table.

    Args:
        table: What to put them into: a ``<tbody>`` for each run of rows.
        read: From places of rows to the numbers of the rows in the frame, and their values.
    """

    def __init__(
        self, table: Element, read: Callable[[range], tuple[Sequence[int], Sequence[tuple[Any, ...]]]]
    ) -> None:
        self._table = table
        self._document: Document = table._document
        self._read = read
        self._parts: list[Any] = []
        #: By the offset of their run, and their place.
        self._rows: dict[tuple[int, int], RowOfCells] = {}
        self._by_element: dict[Element, RowOfCells] = {}
        self._columns: list[tuple[int, Column]] = []
        self._names: list[str] = []
        self._prototype = self._document.createElement("tr")

    @property
    def rows(self) -> Iterable[RowOfCells]:
        """All rows that are there."""
        return self._rows.values()

    def at(self, place: int) -> RowOfCells | None:
        """The row at a place, if it is there."""
        return next((row for (_, each), row in self._rows.items() if each == place), None)

    def find(self, target: Any) -> tuple[RowOfCells, int] | None:
        """The row and the place of the column that an element is in, if it is in a cell."""
        cell = target.closest("td")
        row = None if cell is None else self._by_element.get(cell.parentNode)
        return None if row is None else (row, row.cells.index(cell))

    def set_columns(self, names: Sequence[str], shown: Sequence[Column]) -> None:
        """Show these columns from now on; all rows that are there are taken away if they have another number of cells.

        Args:
            names: All columns of the frame, in the order of the values that are read.
            shown: The ones that are shown.
        """
        if len(shown) != len(self._columns):
            prototype: Any = self._document.createElement(
                "tr", attributes={"role": "row", "aria-selected": "false"}
            )
            for index in range(len(shown)):
                cell = self._document.createElement(
                    "td", attributes={"role": "gridcell", "aria-colindex": str(index + 1)}
                )
                prototype.append(cell)
            self._prototype = prototype
            for part in self._parts:
                part.remove()
            self._parts, self._rows, self._by_element = [], {}, {}
        self._names = list(names)
        self._columns = [(self._names.index(column.name), column) for column in shown]

    def show(self, runs: Sequence[Run], is_selected: Callable[[int], bool], *, anew: bool = False) -> None:
        """Have these rows there, and no others.

        Args:
            runs: Which, and where.
            is_selected: Of the number of a row.
            anew: Whether what is there already may have other values now.

        Raises:
            Exception: What a format or a style raises. The rows are as they were.
        """
        wanted = {(run.offset, place): None for run in runs for place in range(run.first, run.stop)}
        contents: list[tuple[tuple[int, int], _Content]] = []
        for run in runs:
            places = range(run.first, run.stop)
            missing = [place for place in places if anew or (run.offset, place) not in self._rows]
            for stretch in _stretches(missing):
                contents += [((run.offset, content.place), content) for content in self._contents(stretch)]
        spare = [row for key, row in self._rows.items() if key not in wanted]
        rows = {key: row for key, row in self._rows.items() if key in wanted}
        for key, content in contents:
            row = rows.get(key)
            if row is None:
                row = rows[key] = spare.pop() if spare else self._new_row()
            row.show(content)
            row.select(is_selected(content.number))
        for row in spare:
            del self._by_element[row.element]
        self._rows = rows
        self._arrange(runs)

    def mark_selected(self, is_selected: Callable[[int], bool]) -> None:
        """Show which rows are selected."""
        for row in self.rows:
            row.select(is_selected(row.number))

    def _arrange(self, runs: Sequence[Run]) -> None:
        while len(self._parts) < len(runs):
            part = self._document.createElement("tbody", attributes={"role": "rowgroup"})
            self._parts.append(part)
            self._table.append(part)
        while len(self._parts) > len(runs):
            self._parts.pop().remove()
        for part, run in zip(self._parts, runs, strict=True):
            part.setAttribute("style", f"top: {run.top}px")
            elements = [self._rows[run.offset, place].element for place in range(run.first, run.stop)]
            if list(part.children) != elements:
                part.replaceChildren(*elements)

    def _new_row(self) -> RowOfCells:
        row = RowOfCells(self._prototype)
        self._by_element[row.element] = row
        return row

    def _contents(self, places: range) -> list[_Content]:
        numbers, values = self._read(places)
        contents = []
        has_style = any(column.style is not None for _, column in self._columns)
        for place, number, row in zip(places, numbers, values, strict=True):
            named = dict(zip(self._names, row, strict=True)) if has_style else {}
            texts = [column.text(row[at]) for at, column in self._columns]
            looks = [column.look(row[at], named) for at, column in self._columns]
            contents.append(_Content(place, number, texts, looks))
        return contents


def _stretches(places: Sequence[int]) -> list[range]:
    """Places that follow each other, as ranges."""
    if not places:
        return []
    breaks = [0, *(i for i, (a, b) in enumerate(pairwise(places), 1) if b != a + 1), len(places)]
    return [range(places[first], places[last - 1] + 1) for first, last in pairwise(breaks)]
