"""`DataTable`. What it does is in the modules beside this one; here is what a program sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.component import Component, Parent
from domsync_jupyter.components.data_table.clipboard import Clipboard
from domsync_jupyter.components.data_table.columns import Column, by_column
from domsync_jupyter.components.data_table.editor import Editor
from domsync_jupyter.components.data_table.frame import as_frame, with_values
from domsync_jupyter.components.data_table.interaction import Interaction
from domsync_jupyter.components.data_table.order import can_sort
from domsync_jupyter.components.data_table.search import condition_of
from domsync_jupyter.components.data_table.search_field import SearchField
from domsync_jupyter.components.data_table.sheet import Sheet
from domsync_jupyter.components.data_table.style import HEADER_HEIGHT, STYLE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence

    from domsync_jupyter.components.data_table.columns import Style
    from domsync_jupyter.components.data_table.editing import CellEdit
    from domsync_jupyter.components.data_table.frame import Frame
    from domsync_jupyter.components.data_table.order import Condition, Direction
    from domsync_jupyter.components.formats import Format
    from domsync_jupyter.dom.events import Event

__all__ = ["DataTable"]

#: Pixels that count as seen as long as the height is no number and no page has said more.
_UNKNOWN_HEIGHT = 600


class DataTable(Component):
    """A data frame to look at, sort, filter, select, copy and edit, of a hundred rows or of many millions.

    Only the rows that somebody looks at are in the document. The frame is read where it is, never copied: what is
    sorted or filtered is a list of row numbers, and an edit makes a frame that shares all other columns with the
    old one. The frame that was given is not changed.

    ```python
    import pandas as pd
    from domsync_jupyter import Document
    from domsync_jupyter.components import DataTable

    trips = pd.DataFrame({"city": ["Oslo", "Rome", "Bonn"], "price": [120.5, 80.0, 95.25]})
    document = Document()
    table = DataTable(document, trips, formats={"price": "€{:.2f}".format}, editable=["price"])
    table.sort("price", descending=True)
    table.filter(lambda trip: trip["price"] > 90)
    ```

    A person sorts by clicking a header (with Shift, by one more column), drags its edge to widen and its name to
    move a column; selects rows by a click, with Control one by one, with Shift up to there; copies them with
    Control and C, as spreadsheets take them (at most 100,000 cells and 10 million characters); edits by a double
    click. With the keyboard: arrows, Page, Home and End, with Control as far as it goes; Space selects, Shift
    extends, Control and A selects all, Escape nothing; Enter or F2 edits, Escape leaves. Above the first row is the
    header: Enter sorts, Alt and an arrow widen, Shift and an arrow move the column. What is typed into the search
    field finds texts that have it, numbers that round to it, dates in that year, month or day; ``>5``,
    ``<=2024-05`` and ``5..10`` compare.

    A document may have several viewers. Order, filter, selection and edits are the same for all; where each of them
    has scrolled to is their own, and rows are there for the eight who scrolled last. Rows keep their order when a
    cell is edited.

    Numbers of rows are those in the frame, from 0, however they are shown. Like an element, a table may be used
    from any thread.

    Args:
        parent: The element, component or document to put it in.
        frame: A data frame of pandas, polars, pyarrow or another library that narwhals knows, or anything with
            ``__arrow_c_stream__`` or ``__dataframe__``. An index of pandas with a name, or of more
            than whole numbers, becomes columns.
        key: The column that tells rows apart: then `update` selects the rows that have the values there which the
            selected ones had, wherever they are now. Without, those with the same numbers.
        columns: The columns that are shown, in this order; all by default.
        labels: What headers say instead of the column's name.
        formats: How values are written: for each column a format such as ``",.2f"`` or ``"{:,.2f} km"``, or a function
            from a value to text.
        style: What cells look like: for each column, or for all, a function of the value and of the row, a mapping
            from columns to values, that returns CSS such as ``"color: red"``, names of classes, or ``None``.
        widths: Widths of columns in pixels; by default, as their values need.
        editable: Whether cells can be edited, or the names of the columns whose cells can.
        on_edit: Called with a `CellEdit` when a person has edited a cell. If it raises ``ValueError``, the edit is
            undone, and the person sees the message.
        on_select: Called with the numbers of the selected rows when a person has selected others.
        searchable: Whether there is a search field.
        height: Of the part that scrolls: pixels, or CSS such as ``"60vh"``.
        label: What the table is about, for those who do not see it.

    Raises:
        TypeError: If `frame` is no data frame.
        ValueError: If a column is named that there is not, or a format does not suit a column.

    Attributes:
        on_edit: See above; may be set at any time.
        on_select: Likewise.
    """

    def __init__(
        self,
        parent: Parent,
        frame: Any,
        *,
        key: str | None = None,
        columns: Iterable[str] | None = None,
        labels: Mapping[str, str] | None = None,
        formats: Mapping[str, Format] | None = None,
        style: Mapping[str, Style] | Style | None = None,
        widths: Mapping[str, int] | None = None,
        editable: bool | Collection[str] = False,
        on_edit: Callable[[CellEdit], object] | None = None,
        on_select: Callable[[list[int]], object] | None = None,
        searchable: bool = True,
        height: int | str = 420,
        label: str = "Data",
    ) -> None:
        super().__init__(parent)
        document = self.getDocument()
        given = {"label": labels, "format": formats, "style": style, "width": widths}
        self.on_select = on_select
        self._search = SearchField(document, self._apply_search)
        data = as_frame(frame)
        sheet = self._sheet = Sheet(
            document,
            data,
            height=height - HEADER_HEIGHT if isinstance(height, int) else _UNKNOWN_HEIGHT,
            prefix=self.getRootId(),
        )
        sheet.element.setAttribute("aria-label", label)
        sheet.element.style.setProperty("height", f"{height}px" if isinstance(height, int) else height)
        self._footer: Any = document.createElement("footer", attributes={"role": "status"})
        self._editor = Editor(sheet, say=self._say, go=self._go)
        self.on_edit = on_edit
        self.editable = editable
        self._interaction = Interaction(
            sheet, self._editor, selected=self._was_selected, arranged=self._count
        )
        clipboard = Clipboard(sheet, self._say)
        self._interaction.hear_keys(clipboard.element)
        element = document.createElement("div", attributes={"class": "domsync-data-table"})
        if searchable:
            element.append(self._search.element)
        element.append(clipboard.element, sheet.element, self._footer)
        names = data.columns
        self._key = key
        self._check_key(data)
        self._set_columns(
            names if columns is None else list(columns),
            {kind: by_column(each, names) for kind, each in given.items()},
        )
        self._count()
        self.mount(element, STYLE)

    # Data

    @property
    def frame(self) -> Any:
        """The data as it is now, edits included, in the library that it came in."""
        return self._sheet.frame.to_native()

    def __len__(self) -> int:
        """How many rows are shown."""
        return len(self._sheet.order)

    def __bool__(self) -> bool:
        return True

    def update(self, frame: Any, rows: Sequence[int] | None = None) -> None:  # type: ignore[override]  # not a dict's
        """Show other data in place. Only cells whose text differs are sent; scroll positions, selection and focus stay.

        Sorting and filter apply to the new data as well.

        Args:
            frame: A data frame in the place of the present one. It may have other columns.
            rows: The numbers of some rows: then `frame` has their new values only, as a data frame, or as a mapping
                from columns to values, and its columns need not be all.

        Raises:
            TypeError: If `frame` is no data frame.
            ValueError: If a column cannot hold a value, or there is none of the name, or not that of the `key`. Nothing
                was changed.
            IndexError: If there is no such row. Nothing was changed.
        """
        sheet = self._sheet
        with self.getDocument().batch():
            new = as_frame(frame) if rows is None else self._with_rows(frame, list(rows))
            self._check_key(new)
            self._editor.end()
            if new.schema == sheet.frame.schema:
                sheet.set_frame(new, self._key)
            else:
                self._replace(new)
            self._count()

    # Which rows, which columns, in which order

    @property
    def columns(self) -> list[str]:
        """The names of the columns that are shown, in order. It can be set.

        Raises:
            ValueError: When set to a name that is none of the frame's, or that is there twice.
        """
        return list(self._sheet.shown)

    @columns.setter
    def columns(self, names: Iterable[str]) -> None:
        with self.getDocument().batch():
            self._editor.end()
            self._sheet.shown = self._checked(names)
            self._sheet.show_columns()

    @property
    def widths(self) -> dict[str, int]:
        """The widths of the columns in pixels, as they are now."""
        return {column.name: column.width for column in self._sheet.columns.values()}

    @property
    def sorting(self) -> list[tuple[str, Direction]]:
        """By what the rows are sorted: columns with ``"ascending"`` or ``"descending"``."""
        return list(self._sheet.sorting)

    def sort(self, *columns: str, descending: bool | Sequence[bool] = False) -> None:
        """Sort by columns, the one that decides first at the front; by none, as the frame has them.

        Rows that are alike stay as the frame has them; what is missing comes last.

        Args:
            columns: Their names.
            descending: Whether the greatest comes first; for all, or for each.

        Raises:
            ValueError: If there is no such column, or its values have no order.
        """
        flags = [descending] * len(columns) if isinstance(descending, bool) else list(descending)
        for name in self._checked(columns):
            if not can_sort(self._sheet.columns[name].dtype):
                raise ValueError(f"{name!r} is of type {self._sheet.columns[name].dtype}, which has no order")
        sorting: list[tuple[str, Direction]] = [
            (name, "descending" if flag else "ascending") for name, flag in zip(columns, flags, strict=True)
        ]
        self._arrange(sorting=sorting)

    def filter(self, condition: Condition | None = None) -> None:
        """Show only rows for which something holds; what is in the search field applies as well.

        Args:
            condition: An expression of narwhals, such as ``nw.col("price") > 100``, for which the frame's library
                does the work; or a function of a row, a mapping from columns to values, which takes seconds for a
                million rows; or nothing, for all rows.

        Raises:
            TypeError: If it is neither, or the expression does not say true or false for each row.
            Exception: What it raises, or the library. What is shown stays as it was.
        """
        self._with_condition("filter", condition)

    def search(self, text: str, column: str | None = None) -> None:
        """Show only rows in which there is a text, a number or a date, as if it was typed into the search field.

        Args:
            text: What to look for; an empty one shows all.
            column: Where to look; everywhere by default.

        Raises:
            ValueError: If there is no such column.
        """
        if column is not None:
            self._checked([column])
        self._search.put(text, column or "")
        self._apply_search()

    # Selection

    @property
    def selection(self) -> list[int]:
        """The numbers of the selected rows, in the order of the frame. It can be set, which does not call `on_select`.

        Raises:
            IndexError: When set to a number that there is not.
        """
        return self._sheet.selection.numbers

    @selection.setter
    def selection(self, numbers: Iterable[int]) -> None:
        with self.getDocument().batch():
            self._sheet.selection.replace(numbers)
            self._sheet.mark_selected()
            self._count()

    @property
    def selected(self) -> Any:
        """The selected rows as a data frame of the same library."""
        return self._sheet.frame[self.selection].to_native()

    def scroll_to(self, row: int) -> None:
        """Have all viewers see a row; nothing happens if it is not shown.

        Args:
            row: Its number.
        """
        sheet = self._sheet
        with self.getDocument().batch():
            place = sheet.order.place(row)
            if place is not None:
                sheet.element.scrollTop = sheet.viewport.scroll_all_to(place)
                sheet.draw()

    @property
    def editable(self) -> bool | Collection[str]:
        """Whether cells can be edited, or the names of the columns whose cells can. It can be set."""
        return self._editor.editable

    @editable.setter
    def editable(self, editable: bool | Collection[str]) -> None:
        if not isinstance(editable, bool):
            editable = [editable] if isinstance(editable, str) else list(editable)
            unknown = [name for name in editable if name not in self._sheet.frame.columns]
            if unknown:
                raise ValueError(f"there is no column {unknown[0]!r}")
        with self.getDocument().batch():
            # What is being typed into a cell might not be allowed any more.
            self._editor.end()
            self._editor.editable = editable
            self._sheet.element.setAttribute("aria-readonly", "false" if editable else "true")

    @property
    def on_edit(self) -> Callable[[CellEdit], object] | None:
        """Called with a `CellEdit` when a person has edited a cell. It can be set."""
        return self._editor.on_edit

    @on_edit.setter
    def on_edit(self, on_edit: Callable[[CellEdit], object] | None) -> None:
        self._editor.on_edit = on_edit

    # Inside

    def _apply_search(self) -> None:
        sheet = self._sheet
        text, column = self._search.text, self._search.column
        names = [column] if column else sheet.shown
        schema = sheet.frame.schema
        self._with_condition("search", condition_of(text, {name: schema[name] for name in names}))

    def _with_condition(self, kind: str, condition: Condition | None) -> None:
        conditions = {name: each for name, each in self._sheet.conditions.items() if name != kind}
        if condition is not None:
            conditions[kind] = condition
        self._arrange(conditions=conditions)

    def _arrange(self, **what: Any) -> None:
        with self.getDocument().batch():
            self._editor.end()
            self._sheet.arrange(**what)
            self._count()

    def _set_columns(self, shown: Sequence[str], given: Mapping[str, Mapping[str, Any]]) -> None:
        sheet = self._sheet
        columns = [
            Column(
                name,
                dtype,
                given["label"].get(name, name),
                given["format"].get(name),
                given["style"].get(name),
                given["width"].get(name, 0),
            )
            for name, dtype in sheet.frame.schema.items()
        ]
        sheet.columns = {column.name: column for column in columns}
        sheet.set_columns(columns, self._checked(shown))
        self._search.offer(columns)

    def _replace(self, frame: Frame) -> None:
        """Show a frame with other columns, or with columns of another type."""
        sheet = self._sheet
        known = sheet.columns
        shown = [name for name in sheet.shown if name in frame.columns]
        shown += [name for name in frame.columns if name not in known]
        # What was asked for may be about columns that are gone.
        self._search.put("")
        sheet.sorting, sheet.conditions = [], {}
        kept = {name: column for name, column in known.items() if name in frame.columns}
        given: dict[str, dict[str, Any]] = {
            "label": {name: column.label for name, column in kept.items()},
            "format": {name: column.format for name, column in kept.items()},
            "style": {name: column.style for name, column in kept.items()},
            "width": {name: column.width for name, column in kept.items()},
        }
        sheet.replace(frame)
        self._set_columns(shown, given)

    def _with_rows(self, new: Any, rows: list[int]) -> Frame:
        """The frame with other values in some rows."""
        frame = self._sheet.frame
        for row in rows:
            if not 0 <= row < len(frame):
                raise IndexError(f"there is no row {row}: the frame has {len(frame):,}, from 0 on")
        values = new if isinstance(new, Mapping) else as_frame(new).to_dict(as_series=False)
        for name in self._checked(values):
            column = list(values[name])
            if len(column) != len(rows):
                raise ValueError(f"{name!r} has {len(column)} values for {len(rows)} rows")
            frame = with_values(frame, name, rows, column)
        return frame

    def _check_key(self, frame: Frame) -> None:
        if self._key is not None and self._key not in frame.columns:
            known = ", ".join(map(repr, frame.columns))
            raise ValueError(f"there is no column {self._key!r}, the key: there are {known}")

    def _checked(self, names: Iterable[str]) -> list[str]:
        names = list(names)
        for name in names:
            if name not in self._sheet.columns:
                known = ", ".join(map(repr, self._sheet.columns))
                raise ValueError(f"there is no column {name!r}: there are {known}")
        if len(set(names)) < len(names):
            raise ValueError(f"a column is named twice in {names!r}")
        return names

    def _go(self, event: Event, cell: tuple[int, int]) -> Awaitable[None]:
        return self._interaction.go(event, cell)

    def _was_selected(self) -> object:
        self._count()
        return None if self.on_select is None else self.on_select(self.selection)

    def _say(self, sentence: str) -> None:
        self._footer.classList.toggle("domsync-error", bool(sentence))
        if sentence:
            self._footer.textContent = sentence
        else:
            self._count()

    def _count(self) -> None:
        shown, there, selected = len(self), len(self._sheet.frame), len(self._sheet.selection)
        text = f"{there:,} row{'s' * (there != 1)}" if shown == there else f"{shown:,} of {there:,} rows"
        self._footer.classList.remove("domsync-error")
        self._footer.textContent = text + (f" · {selected:,} selected" if selected else "")
