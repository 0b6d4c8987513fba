"""Where the arrow keys and their kin lead, as in https://www.w3.org/WAI/ARIA/apg/patterns/grid/."""

from __future__ import annotations

__all__ = ["HEADER", "KEYS", "MOVES", "moved"]

#: The row of the header, above row 0.
HEADER = -1
MOVES = (
    "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End",
)  # fmt: skip
#: What the table does something with, and the browser shall not; besides, there are the keys for copying.
KEYS = (*MOVES, "Enter", "F2", " ", "Escape", "a", "A")


def moved(
    key: str, cell: tuple[int, int], *, rows: int, columns: int, page: int, control: bool = False
) -> tuple[int, int]:
    """The cell that a key leads to.

    Args:
        key: One of `MOVES`.
        cell: Where it was: row and column; the header is row -1.
        rows: How many rows are shown.
        columns: How many columns.
        page: How many rows PageUp and PageDown pass.
        control: Whether Control is held: as far as it goes.
    """
    row, column = cell
    match key:
        case "ArrowUp":
            row = 0 if control and row > 0 else row - 1
        case "ArrowDown":
            row = rows - 1 if control else row + 1
        case "ArrowLeft":
            column = 0 if control else column - 1
        case "ArrowRight":
            column = columns - 1 if control else column + 1
        case "PageUp":
            row = max(row - page, min(row, 0))
        case "PageDown":
            row += page
        case "Home":
            row, column = (0 if control else row), 0
        case "End":
            row, column = (rows - 1 if control else row), columns - 1
    return min(max(row, HEADER), rows - 1), min(max(column, 0), columns - 1)
