"""`TableComponent`: a table whose cells are addressed by row id and column id."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, overload

from domsync_jupyter.components.component import Component
from domsync_jupyter.components.options import by_id
from domsync_jupyter.dom import Document, Element
from domsync_jupyter.errors import NotFoundError

__all__ = ["TableComponent"]

Columns = Mapping[str, str] | Iterable[str]
Values = Sequence[str | None] | Mapping[str, str | None]
#: By this, rows are sorted: those with a sort order first, by it; then by row id.
_Key = tuple[float, str]


class TableComponent(Component):
    """A ``<table>`` with a header, whose rows are sorted by row id.

    If it has an ``id``, its parts have some too, as in domsync: ``id.tr.header``, ``id.td.header.column``,
    ``id.tr.row``, ``id.td.row.column``. Otherwise only this component knows them.

    Args:
        parent_el: The element to put the table in. Or instead:
        doc: The document.
        parent_id: And the ``id`` of that element.
        columns: Mapping from the ids of the columns to their names, or a list of names which are the ids too.
        id: The table's ``id``.

    Raises:
        TypeError: If an argument is of a wrong type.
        NotFoundError: If there is no element with the id `parent_id`.
    """

    @overload
    def __init__(self, parent_el: Element, columns: Columns, id: str | None = None) -> None: ...
    @overload
    def __init__(self, doc: Document, parent_id: str, columns: Columns, id: str | None = None) -> None: ...
    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        has_document = isinstance(arguments[0], Document) if arguments else "doc" in keywords
        (self._make_in_document if has_document else self._make_in_element)(*arguments, **keywords)

    def _make_in_document(
        self, doc: Document, parent_id: str, columns: Columns, id: str | None = None
    ) -> None:
        super().__init__(doc, parent_id, id)
        self._make(columns, id)

    def _make_in_element(self, parent_el: Element, columns: Columns, id: str | None = None) -> None:
        super().__init__(parent_el)
        if id is not None:
            self["id"] = id
        self._make(columns, id)

    def _make(self, columns: Columns, id: str | None) -> None:
        self["columns"] = by_id(columns)
        self._prefix = id
        self._keys: list[_Key] = []
        self._rows: dict[str, Element] = {}
        self._row_keys: dict[str, _Key] = {}
        self._ids_of_rows: dict[Element, str] = {}
        self._cells: dict[str, dict[str, Element]] = {}
        document = self.getDocument()
        self.table_el = document.createElement("table", id=id)
        self._take_as_root(self.table_el)
        header = document.createElement("tr", id=self._part("tr.header"))
        for column, name in self["columns"].items():
            header.appendChild(
                document.createElement("th", id=self._part(f"td.header.{column}"), innerText=name)
            )
        self.table_el.appendChild(header)
        self.getParentElement().appendChild(self.table_el)

    def addRow(self, row_id: str, values: Values | None = None, sort_order: float | None = None) -> None:
        """Add a row where its id belongs.

        Args:
            row_id: Its id: the rows are sorted by it.
            values: Texts of the cells, in the order of the columns or by their ids; ``None``, and an id that is
                missing, leave a cell empty.
            sort_order: A number that comes before the id when rows are sorted; rows without one are behind those
                that have one.

        Raises:
            TypeError: If an argument is of a wrong type.
            ValueError: If there is such a row, or there are not as many values as columns.
        """
        if self.hasRow(row_id):
            raise ValueError(f"there is a row {row_id!r} already: use updateRow or addOrUpdateRow")
        self._forget(row_id)
        texts = self._texts(values)
        document = self.getDocument()
        row = document.createElement("tr", id=self._part(f"tr.{row_id}"))
        cells = {
            column: document.createElement("td", id=self._part(f"td.{row_id}.{column}"), innerText=text)
            for column, text in texts.items()
        }
        row.append(*cells.values())
        key = (math.inf if sort_order is None else float(sort_order), row_id)
        self.table_el.insertBefore(row, self._following(key))
        insort(self._keys, key)
        self._rows[row_id], self._row_keys[row_id], self._cells[row_id] = row, key, cells
        self._ids_of_rows[row] = row_id

    def updateRow(self, row_id: str, values: Values) -> None:
        """Change the texts of a row's cells; ``None``, and a column id that is missing, leave a cell as it is.

        Raises:
            NotFoundError: If there is no such row.
            TypeError: If a value is no text.
            ValueError: If there are not as many values as columns.
        """
        self.getRowElement(row_id)
        for column, text in self._texts(values).items():
            if text is not None:
                self.updateCell(row_id, column, text)

    def addOrUpdateRow(self, row_id: str, values: Values, sort_order: float | None = None) -> None:
        """`updateRow`, or `addRow` if there is no such row.

        Raises:
            TypeError: As these.
            ValueError: As these.
        """
        if self.hasRow(row_id):
            self.updateRow(row_id, values)
        else:
            self.addRow(row_id, values, sort_order)

    def hasRow(self, row_id: str) -> bool:
        """Whether there is such a row."""
        row = self._rows.get(row_id)
        return row is not None and row.parentNode is self.table_el

    def removeRow(self, row_id: str) -> None:
        """Take a row out.

        Raises:
            NotFoundError: If there is no such row.
        """
        self.getRowElement(row_id).remove()
        self._forget(row_id)

    def getRowIds(self) -> list[str]:
        """The ids of the rows, from top to bottom."""
        return [self._ids_of_rows[row] for row in self.table_el.children if row in self._ids_of_rows]

    def updateCell(self, row_id: str, col_id: str, value: str) -> None:
        """Change the text of a cell.

        Raises:
            NotFoundError: If there is no such cell.
            TypeError: If `value` is no text.
        """
        self.getCellElement(row_id, col_id).innerText = value

    def getTableElement(self) -> Element:
        """The ``<table>``."""
        return self.table_el

    def getElement(self) -> Element:
        """The ``<table>``."""
        return self.table_el

    def getRowElement(self, row_id: str) -> Element:
        """The ``<tr>`` of a row.

        Raises:
            NotFoundError: If there is no such row.
        """
        if not self.hasRow(row_id):
            raise NotFoundError(f"there is no row {row_id!r}: check hasRow, or use addRow")
        return self._rows[row_id]

    def getCellElement(self, row_id: str, col_id: str) -> Element:
        """The ``<td>`` of a cell.

        Raises:
            NotFoundError: If there is no such cell.
        """
        self.getRowElement(row_id)
        try:
            return self._cells[row_id][col_id]
        except KeyError:
            known = ", ".join(map(repr, self["columns"]))
            raise NotFoundError(f"there is no column {col_id!r}: the columns are {known}") from None

    def _remove(self) -> None:
        self.table_el.remove()

    def _part(self, name: str) -> str | None:
        return None if self._prefix is None else f"{self._prefix}.{name}"

    def _texts(self, values: Values | None) -> dict[str, str | None]:
        columns: dict[str, str] = self["columns"]
        if values is None:
            return dict.fromkeys(columns)
        if isinstance(values, Mapping):
            return {column: values.get(column) for column in columns}
        if isinstance(values, str) or not isinstance(values, Sequence):
            raise TypeError(f"expected a list or a mapping of values, not {type(values).__name__}")
        if len(values) != len(columns):
            raise ValueError(f"expected {len(columns)} values, one for each column, got {len(values)}")
        return dict(zip(columns, values, strict=True))

    def _following(self, key: _Key) -> Element | None:
        """The row that a new one with this key belongs before."""
        at = bisect_left(self._keys, key)
        while at < len(self._keys):
            row_id = self._keys[at][1]
            if self.hasRow(row_id):
                return self._rows[row_id]
            self._forget(row_id)
        return None

    def _forget(self, row_id: str) -> None:
        """Nothing happens if there is no such row. Its element may have been taken out without telling."""
        row = self._rows.pop(row_id, None)
        if row is not None:
            del self._ids_of_rows[row], self._cells[row_id]
            self._keys.remove(self._row_keys.pop(row_id))
