"""`Row`, `Column` and `Grid`: what is put into them stands beside, below, or in a grid."""

from __future__ import annotations

from typing import Literal

from domsync_jupyter.components.component import Component, Parent

__all__ = ["Column", "Grid", "Row"]

Align = Literal["start", "center", "end", "stretch", "baseline"]
Justify = Literal["start", "center", "end", "space-between"]

STYLE = """
:where(.domsync-row) { display: flex; flex-flow: row wrap; }
:where(.domsync-row > *) { min-width: 0; }
:where(.domsync-column) { display: flex; flex-direction: column; min-width: 0; }
:where(.domsync-grid) { display: grid; }
:where(.domsync-grid > *) { min-width: 0; }
:where(.domsync-row, .domsync-column, .domsync-grid) { gap: var(--domsync-gap); }
"""


class _Layout(Component):
    def __init__(self, parent: Parent, kind: str, styles: dict[str, str | None]) -> None:
        super().__init__(parent)
        element = self.getDocument().createElement("div")
        element.className = f"domsync-{kind}"
        style = "; ".join(f"{name}: {value}" for name, value in styles.items() if value is not None)
        if style:
            element.setAttribute("style", style)
        self.mount(element, STYLE)


class Row(_Layout):
    """Things beside each other; they wrap where there is no room.

    ```python
    row = Row(document, align="center")
    Card(row, "Left")
    Card(row, "Right")
    ```

    Args:
        parent: The element, component or document to put it in.
        gap: CSS length between them.
        align: How they stand across: at the top, in the middle, at the bottom, or, by default, all as high as the
            highest.
        justify: Where they stand along the row if there is room left; at its start by default.
    """

    def __init__(
        self,
        parent: Parent,
        *,
        gap: str | None = None,
        align: Align | None = None,
        justify: Justify | None = None,
    ) -> None:
        super().__init__(parent, "row", {"gap": gap, "align-items": align, "justify-content": justify})


class Column(_Layout):
    """Things below each other.

    ```python
    column = Column(document, gap="24px")
    Card(column, "Above")
    Card(column, "Below")
    ```

    Args:
        parent: The element, component or document to put it in.
        gap: CSS length between them.
        align: How they stand across: left, in the middle, right, or, by default, all as wide as the
            column.
    """

    def __init__(self, parent: Parent, *, gap: str | None = None, align: Align | None = None) -> None:
        super().__init__(parent, "column", {"gap": gap, "align-items": align})


class Grid(_Layout):
    """Things in columns that are all alike, or as told.

    ```python
    cards = Grid(document, min_width="160px")     # as many columns as there is room for
    for name in ("CPU", "Memory", "Disk"):
        Card(cards, name)
    page = Grid(document, "240px 1fr")            # a narrow one, and the rest
    ```

    Args:
        parent: The element, component or document to put it in.
        columns: How many; or CSS of ``grid-template-columns``, such as ``"200px 1fr"``; or ``None`` for as many as fit.
        min_width: CSS length: how narrow a column may become where `columns` is ``None``.
        gap: CSS length between them.

    Raises:
        ValueError: If `columns` is less than 1.
    """

    def __init__(
        self,
        parent: Parent,
        columns: int | str | None = None,
        *,
        min_width: str = "220px",
        gap: str | None = None,
    ) -> None:
        if columns is None:
            columns = f"repeat(auto-fill, minmax(min({min_width}, 100%), 1fr))"
        elif isinstance(columns, int):
            if columns < 1:
                raise ValueError(f"a grid has at least one column, not {columns}")
            columns = f"repeat({columns}, minmax(0, 1fr))"
        super().__init__(parent, "grid", {"grid-template-columns": columns, "gap": gap})
