"""`SearchField`: where a person says what rows are looked for, and in which column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from domsync_jupyter.components.data_table.columns import Column
    from domsync_jupyter.dom import Document
    from domsync_jupyter.dom.events import Event

__all__ = ["SearchField"]

_DELAY_MS = 200
#: Characters of what a person looks for; libraries refuse expressions that are much longer.
_MOST = 1000


class SearchField:
    """A field, and a choice of the column. It knows what is looked for, not how.

    Args:
        document: The document.
        changed: Called when a person has changed what is looked for.

    Attributes:
        element: It, for who shows it.
        text: What is looked for.
        column: Where; everywhere, if ``""``.
    """

    def __init__(self, document: Document, changed: Callable[[], object]) -> None:
        create = document.createElement
        self._document = document
        self._changed = changed
        self.text = self.column = ""
        self.element = create("header")
        self._field: Any = create("input", attributes={"aria-label": "Search", "placeholder": "Search"})
        self._field.type = "search"
        self._field.maxLength = _MOST
        self._where: Any = create("select", attributes={"aria-label": "Column to search"})
        self._field.addEventListener("input", self._searched, debounce_ms=_DELAY_MS)
        self._where.addEventListener("change", self._searched)
        self.element.append(self._field, self._where)

    def put(self, text: str, column: str = "") -> None:
        """Show what a program looks for."""
        self.text = self._field.value = text
        self.column = self._where.value = column

    def offer(self, columns: Iterable[Column]) -> None:
        """Offer these columns."""
        options = [("", "All columns"), *((column.name, column.label) for column in columns)]
        create = self._document.createElement
        self._where.replaceChildren(*(create("option", innerText=text, value=name) for name, text in options))

    def _searched(self, _: Event) -> None:
        self.text, self.column = self._field.value[:_MOST], self._where.value
        self._changed()
