"""Rows as text that spreadsheets take: values separated by tabs, one row a line.

Python cannot reach the clipboard of a page, but a browser copies what is selected in a text field. So when a person
presses Control (or Command), a field that nobody sees gets the text and the focus, all of it selected, before they
press C; when they let go, the table has the focus again. That is for the view in which it happens, not for others.
If the text comes later than the C, the table says so, and C copies it when pressed again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.components.data_table.columns import plain_text
from domsync_jupyter.components.data_table.frame import read_rows
from domsync_jupyter.components.data_table.in_view import in_view

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from domsync_jupyter.components.data_table.frame import Frame
    from domsync_jupyter.components.data_table.sheet import Sheet
    from domsync_jupyter.dom.events import Event

__all__ = ["COPY_KEYS", "MOST_CELLS", "MOST_CHARACTERS", "Clipboard", "TooLargeError", "as_tsv"]

#: How much travels for one keystroke.
MOST_CELLS = 100_000
MOST_CHARACTERS = 10_000_000
_MODIFIERS = ("Control", "Meta")
COPY_KEYS = (*_MODIFIERS, "c", "C")
_QUOTED = frozenset('\t\n\r"')


class TooLargeError(ValueError):
    """There is more to copy than should travel."""


def as_tsv(frame: Frame, numbers: Sequence[int], columns: Sequence[str]) -> str:
    """Rows as text: the values themselves, not as they are formatted.

    Raises:
        TooLargeError: If it has more than `MOST_CHARACTERS`.
    """
    lines, size = [], 0
    for row in read_rows(frame.select(*columns), numbers):
        lines.append("\t".join(_quoted(plain_text(value)) for value in row))
        size += len(lines[-1]) + 1
        if size > MOST_CHARACTERS:
            raise TooLargeError(
                f"this is too much to copy: more than {MOST_CHARACTERS:,} characters. In Python, table.selected has "
                "it all."
            )
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTED.intersection(text) else text


class Clipboard:
    """Lets a person copy the rows that are selected, or else the cell that the keyboard is at.

    Args:
        sheet: Where they are.
        say: Shows the person a sentence.

    Attributes:
        element: The field that nobody sees.
    """

    def __init__(self, sheet: Sheet, say: Callable[[str], object]) -> None:
        self._sheet = sheet
        self._say = say
        self.element: Any = sheet.document.createElement(
            "textarea",
            attributes={"readonly": "", "tabindex": "-1", "aria-label": "What Control and C copies"},
        )
        for element in (self.element, sheet.element):
            # A quick person has let go before the focus has moved.
            element.addEventListener("keyup", self._released, keys=_MODIFIERS)
            element.addEventListener("keydown", self._pressed, keys=COPY_KEYS)

    def _pressed(self, event: Event) -> Awaitable[None] | None:
        fields = event.fields
        is_modifier = event.key in _MODIFIERS
        if fields.get("repeat") or not (is_modifier or fields.get("ctrlKey") or fields.get("metaKey")):
            return None
        if not is_modifier and event.target is self.element:
            self._say("")
            return None  # The browser copies what is selected there.
        try:
            text = self._text()
        except TooLargeError as error:
            if not is_modifier:
                self._say(str(error))
            return None
        if not text:
            return None
        if not is_modifier:
            self._say("Not copied yet: press C once more")
        self.element.value = text
        return self._select(event)

    async def _select(self, event: Event) -> None:
        # Chromium gives it the focus as well, others do not.
        await in_view(event, self.element, "select")
        await in_view(event, self.element, "focus", {"preventScroll": True})

    def _released(self, event: Event) -> Awaitable[None] | None:
        if not self.element.value:
            return None
        self.element.value = ""
        return in_view(event, self._sheet.element, "focus", {"preventScroll": True})

    def _text(self) -> str:
        sheet = self._sheet
        if not sheet.shown:
            return ""
        if sheet.selection:
            columns = len(sheet.shown)
            if len(sheet.selection) * columns > MOST_CELLS:
                raise TooLargeError(
                    f"{len(sheet.selection):,} rows are too many to copy: {MOST_CELLS // columns:,} of them can be. "
                    "In Python, table.selected has them all."
                )
            return as_tsv(sheet.frame, sheet.order.among(sheet.selection.numbers), sheet.shown)
        if sheet.active is None or sheet.active[0] < 0:
            return ""
        place, column = sheet.active
        return as_tsv(sheet.frame, [sheet.number_at(place)], [sheet.shown[column]])
