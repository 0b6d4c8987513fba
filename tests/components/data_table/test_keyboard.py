"""Where keys lead: never out of the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.components.data_table.keyboard import HEADER, MOVES, moved


@given(
    st.sampled_from(MOVES), st.integers(0, 9), st.integers(1, 9), st.integers(1, 5), st.booleans(), st.data()
)
def test_stays_inside(
    key: str, rows: int, columns: int, page: int, control: bool, data: st.DataObject
) -> None:
    cell = (data.draw(st.integers(HEADER, rows - 1)), data.draw(st.integers(0, columns - 1)))
    row, column = moved(key, cell, rows=rows, columns=columns, page=page, control=control)
    assert HEADER <= row < max(rows, 0) or row == HEADER
    assert 0 <= column < columns


@pytest.mark.parametrize(
    ("key", "control", "cell"),
    [
        ("ArrowUp", False, (4, 2)),
        ("ArrowUp", True, (0, 2)),
        ("ArrowDown", True, (99, 2)),
        ("ArrowLeft", True, (5, 0)),
        ("ArrowRight", True, (5, 3)),
        ("PageUp", False, (0, 2)),
        ("PageDown", False, (15, 2)),
        ("Home", False, (5, 0)),
        ("End", False, (5, 3)),
        ("Home", True, (0, 0)),
        ("End", True, (99, 3)),
    ],
)
def test_leads(key: str, control: bool, cell: tuple[int, int]) -> None:
    assert moved(key, (5, 2), rows=100, columns=4, page=10, control=control) == cell


def test_above_the_first_row_is_the_header() -> None:
    assert moved("ArrowUp", (0, 1), rows=3, columns=2, page=2) == (HEADER, 1)
    assert moved("PageUp", (HEADER, 1), rows=3, columns=2, page=2) == (HEADER, 1)
    assert moved("ArrowDown", (HEADER, 1), rows=3, columns=2, page=2) == (0, 1)
