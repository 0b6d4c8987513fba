"""`Interaction`: what a person does with the pointer and the keys, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.data_table.in_view import in_view
from domsync_jupyter.components.data_table.keyboard import HEADER, KEYS, MOVES, moved
from domsync_jupyter.components.data_table.order import can_sort
from domsync_jupyter.components.data_table.said import number_said
from domsync_jupyter.components.data_table.style import HEADER_HEIGHT, ROW_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domsync_jupyter.components.data_table.editor import Editor
    from domsync_jupyter.components.data_table.sheet import Sheet
    from domsync_jupyter.dom.events import Event

__all__ = ["Interaction"]

_RESIZE_STEP = 10
_SIDEWAYS = ("ArrowLeft", "ArrowRight")
_NEXT_DIRECTION = {None: "ascending", "ascending": "descending", "descending": None}
_SEEN = ("target.scrollTop", "target.scrollLeft", "target.clientHeight", "target.clientWidth")


class Interaction:
    """Listens to a table.

    Args:
        sheet: The part that scrolls.
        editor: Where cells are edited.
        selected: Called when a person has selected other rows; what it returns is awaited, if it can be.
        arranged: Called when a person has sorted.
    """

    def __init__(
        self, sheet: Sheet, editor: Editor, *, selected: Callable[[], object], arranged: Callable[[], object]
    ) -> None:
        self._sheet, self._editor = sheet, editor
        self._selected, self._arranged = selected, arranged
        element = sheet.element
        element.addEventListener("scroll", self._scrolled, fields=_SEEN, passive=True)
        element.addEventListener("click", self._clicked)
        element.addEventListener("dblclick", self._clicked_twice)
        self.hear_keys(element)
        sheet.header.on_sort = self.sort
        sheet.header.on_resize = sheet.resize
        sheet.header.on_move = self.move

    def hear_keys(self, element: Any) -> None:
        """Listen to the keys of one more element."""
        element.addEventListener(
            "keydown", self._pressed, keys=KEYS, fields=_SEEN, prevent_default=True, stop_propagation=True
        )

    async def go(self, event: Event, cell: tuple[int, int]) -> None:
        """Have the keyboard at a cell, and the person see it."""
        sheet = self._sheet
        if not sheet.shown:
            return
        row = min(max(cell[0], HEADER), len(sheet.order) - 1)
        column = min(max(cell[1], 0), len(sheet.shown) - 1)
        scroll: dict[str, Any] = {}
        with sheet.document.batch():
            sheet.active = (row, column)
            if row >= 0 and event.client is not None:
                top = sheet.viewport.scroll_to(event.client, row)
                if top is not None:
                    scroll["top"] = top
            sheet.draw()
        left = self._left_for(event, column)
        if left is not None:
            scroll["left"] = left
        if scroll:
            await in_view(event, sheet.element, "scrollTo", scroll)

    def sort(self, column: int, in_addition: bool) -> None:
        """Sort by a column, ascending, then descending, then not."""
        sheet = self._sheet
        name = sheet.shown[column]
        if not can_sort(sheet.columns[name].dtype):
            return
        direction: Any = _NEXT_DIRECTION[dict(sheet.sorting).get(name)]
        sorting = list(sheet.sorting) if in_addition else [each for each in sheet.sorting if each[0] == name]
        at = next((index for index, each in enumerate(sorting) if each[0] == name), len(sorting))
        sorting[at : at + 1] = [] if direction is None else [(name, direction)]
        self._editor.end()
        with sheet.document.batch():
            sheet.arrange(sorting)
        self._arranged()

    def move(self, column: int, to: int) -> None:
        """Put a column elsewhere."""
        self._editor.end()
        self._sheet.move(column, to)

    # Pointer

    def _scrolled(self, event: Event) -> None:
        with self._sheet.document.batch():
            self._look(event)
            self._sheet.draw()

    def _look(self, event: Event) -> None:
        """Note what the person sees."""
        top, height = (number_said(event, f"target.{name}", None) for name in ("scrollTop", "clientHeight"))
        if event.target is self._sheet.element and event.client is not None and top is not None and height:
            self._sheet.viewport.scrolled(event.client, top, height - HEADER_HEIGHT)

    def _clicked(self, event: Event) -> object:
        sheet = self._sheet
        found = sheet.body.find(event.target)
        if found is None:
            return None
        row, column = found
        with sheet.document.batch():
            sheet.active = (row.place, column)
            sheet.mark_active()
            if event.fields.get("shiftKey"):
                sheet.selection.extend(row.place, sheet.order)
            elif event.fields.get("ctrlKey") or event.fields.get("metaKey"):
                sheet.selection.toggle(row.number)
            else:
                sheet.selection.only(row.number)
            sheet.mark_selected()
        return self._selected()

    def _clicked_twice(self, event: Event) -> Awaitable[None] | None:
        found = self._sheet.body.find(event.target)
        return None if found is None else self._editor.begin(event, found[0].place, found[1])

    # Keys

    async def _pressed(self, event: Event) -> None:
        sheet, key = self._sheet, event.key
        if not sheet.shown:
            return
        with sheet.document.batch():
            self._look(event)
        cell = sheet.active or (0 if len(sheet.order) else HEADER, 0)
        control = bool(event.fields.get("ctrlKey") or event.fields.get("metaKey"))
        shift, alt = bool(event.fields.get("shiftKey")), bool(event.fields.get("altKey"))
        if key in ("a", "A"):
            if control:
                await self._select(lambda: sheet.selection.all(sheet.order))
        elif key == "Escape":
            await self._select(sheet.selection.clear)
        elif cell[0] == HEADER and (key in ("Enter", " ") or (key in _SIDEWAYS and (shift or alt))):
            await self._pressed_on_header(event, cell[1], shift=shift)
        elif key in ("Enter", "F2"):
            await self.go(event, cell)
            await self._editor.begin(event, *cell)
        elif key == " ":
            number = sheet.number_at(cell[0])
            await self._select(
                (lambda: sheet.selection.extend(cell[0], sheet.order))
                if shift
                else (lambda: sheet.selection.toggle(number))
            )
        elif key in MOVES:
            await self._move(event, cell, control=control, shift=shift)

    async def _move(self, event: Event, cell: tuple[int, int], *, control: bool, shift: bool) -> None:
        sheet = self._sheet
        page = max(1, int(sheet.viewport.place(event.client).height // ROW_HEIGHT) - 1)
        target = cell
        # The first key shows where the keyboard is.
        if sheet.active is not None:
            target = moved(
                event.key, cell, rows=len(sheet.order), columns=len(sheet.shown), page=page, control=control
            )
        await self.go(event, target)
        if shift and target[0] >= 0 and target[0] != cell[0]:
            if sheet.selection.anchor is None and cell[0] >= 0:
                sheet.selection.anchor = sheet.number_at(cell[0])
            await self._select(lambda: sheet.selection.extend(target[0], sheet.order))

    async def _pressed_on_header(self, event: Event, column: int, *, shift: bool) -> None:
        sheet = self._sheet
        if event.key in ("Enter", " "):
            self.sort(column, shift)
            return
        step = -1 if event.key == "ArrowLeft" else 1
        with sheet.document.batch():
            if shift:
                self.move(column, column + step)
            else:
                sheet.resize(column, sheet.columns[sheet.shown[column]].width + step * _RESIZE_STEP)
        assert sheet.active is not None
        await self.go(event, sheet.active)

    async def _select(self, change: Callable[[], None]) -> None:
        sheet = self._sheet
        with sheet.document.batch():
            change()
            sheet.mark_selected()
        result = self._selected()
        if hasattr(result, "__await__"):
            await result

    def _left_for(self, event: Event, column: int) -> float | None:
        """How far the page has to scroll sideways for a column to be seen; None if it is."""
        left, width = (number_said(event, f"target.{name}", None) for name in ("scrollLeft", "clientWidth"))
        if event.target is not self._sheet.element or left is None or not width:
            return None
        columns = self._sheet.shown_columns
        start = sum(each.width for each in columns[:column])
        stop = start + columns[column].width
        if start < left:
            return float(start)
        return float(stop - width) if stop > left + width else None
