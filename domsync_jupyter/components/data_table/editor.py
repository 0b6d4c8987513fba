"""`Editor`: the field in a cell whose value a person changes. There is one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals as nw

from domsync_jupyter.components.data_table.clipboard import COPY_KEYS
from domsync_jupyter.components.data_table.columns import is_missing, plain_text
from domsync_jupyter.components.data_table.editing import CellEdit, can_edit, parse
from domsync_jupyter.components.data_table.frame import with_values
from domsync_jupyter.components.data_table.in_view import in_view
from domsync_jupyter.components.data_table.keyboard import KEYS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from domsync_jupyter.components.data_table.sheet import Sheet
    from domsync_jupyter.dom.events import Event

__all__ = ["Editor"]

_LEAVING = {"Enter": (1, 0), "Tab": (0, 1)}


class Editor:
    """Edits cells.

    Args:
        sheet: Where they are.
        say: Shows the person a sentence: what is wrong.
        go: Called with an event and the cell that the keyboard is to be at next; to be awaited.

    Attributes:
        editable: Whether cells can be edited, or the names of the columns whose cells can.
        on_edit: Called with each `CellEdit`.
    """

    def __init__(
        self,
        sheet: Sheet,
        *,
        say: Callable[[str], object],
        go: Callable[[Event, tuple[int, int]], Awaitable[None]],
    ) -> None:
        self.editable: bool | Collection[str] = False
        self.on_edit: Callable[[CellEdit], object] | None = None
        self._sheet = sheet
        self._say, self._go = say, go
        self._field: Any = None
        #: Number of the row, name of the column, and their places.
        self._at: tuple[int, str, int, int] = (0, "", 0, 0)

    def can_edit(self, column: str) -> bool:
        """Whether the cells of a column can be edited."""
        allowed = self.editable if isinstance(self.editable, bool) else column in self.editable
        return allowed and can_edit(self._sheet.columns[column].dtype)

    async def begin(self, event: Event, place: int, column: int) -> None:
        """Put the field into a cell; nothing happens if that cannot be edited."""
        sheet = self._sheet
        name = sheet.shown[column]
        self.end()
        row = sheet.body.at(place)
        if row is None or not self.can_edit(name):
            return
        dtype = sheet.columns[name].dtype
        field: Any = sheet.document.createElement(
            "input", value=plain_text(sheet.value(row.number, name)), attributes={"aria-label": name}
        )
        field.type = "date" if isinstance(dtype, nw.Date) else "text"
        if dtype.is_numeric():
            field.inputMode = "decimal"
        field.addEventListener("keydown", self._typed, keys=(*KEYS, *COPY_KEYS), stop_propagation=True)
        field.addEventListener("keydown", self._take, keys=("Tab",), prevent_default=True)
        field.addEventListener("blur", self._take)
        for kind in ("click", "dblclick"):
            field.addEventListener(kind, _nothing, stop_propagation=True)
        with sheet.document.batch():
            self._field, self._at = field, (row.number, name, place, column)
            row.cells[column].replaceChildren(field)
            row.forget(column)
            sheet.viewport.pin(place, event.client)
        # In this order: what is typed as soon as it has the focus is not to be selected.
        await in_view(event, field, "select")
        await in_view(event, field, "focus")

    def end(self) -> None:
        """Take the field out, and forget what is in it."""
        if self._field is not None:
            self._field = None
            self._sheet.viewport.pin(None)
            self._say("")
            self._sheet.draw(anew=True)

    async def _typed(self, event: Event) -> None:
        if event.key == "Escape" and event.target is self._field:
            self.end()
            await in_view(event, self._sheet.element, "focus", {"preventScroll": True})
        elif event.key == "Enter":
            await self._take(event)

    async def _take(self, event: Event) -> None:
        """Have what was typed in the frame, and go on to the next cell if a key said so."""
        if self._field is None or event.target is not self._field:
            return  # Somebody edits another cell by now.
        field: Any = self._field
        _, name, place, column = self._at
        try:
            edit = self._change(field.value)
            if edit is not None and self.on_edit is not None:
                await self._tell(edit)
        except ValueError as error:
            field.ariaInvalid = "true"
            self._say(f"{name}: {error}")
            return
        if self._field is field:
            self.end()
        key = event.fields.get("key")
        if key in _LEAVING:
            down, right = _LEAVING[key]
            right = -right if event.fields.get("shiftKey") else right
            await in_view(event, self._sheet.element, "focus", {"preventScroll": True})
            await self._go(event, (place + down, column + right))

    def _change(self, text: str) -> CellEdit | None:
        """Put a value into the frame; None if it was there before."""
        sheet = self._sheet
        number, name, _, _ = self._at
        before = sheet.value(number, name)
        if text == plain_text(before):
            return None
        value = parse(text, sheet.columns[name].dtype)
        if is_missing(value) and is_missing(before):
            return None
        # What its format cannot write could not be drawn, for nobody.
        sheet.columns[name].text(value)
        sheet.frame = with_values(sheet.frame, name, [number], [value])
        return CellEdit(number, name, value, before)

    async def _tell(self, edit: CellEdit) -> None:
        assert self.on_edit is not None
        try:
            result = self.on_edit(edit)
            if hasattr(result, "__await__"):
                await result
        except ValueError:
            # Whoever hears of it refuses it.
            sheet = self._sheet
            sheet.frame = with_values(sheet.frame, edit.column, [edit.row], [edit.before])
            raise


def _nothing(_: Event) -> None:
    pass
