"""What a person types to find rows, in each kind of column."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.components.data_table.frame import as_frame
from domsync_jupyter.components.data_table.order import Order
from domsync_jupyter.components.data_table.search import condition_of

FRAME = as_frame(
    pl.DataFrame(
        {
            "word": ["Alpha", "a.b (c)", None, "12"],
            "whole": [12, -3, None, 120],
            "real": [12.0, 12.34, 11.5, None],
            "yes": [True, False, None, True],
            "day": [dt.date(2024, 2, 29), dt.date(2024, 12, 31), dt.date(2023, 1, 1), None],
            "moment": pl.Series(
                ["2024-02-29 23:59", "2024-03-01 00:00", None, "2025-01-01 00:00"]
            ).str.to_datetime(),
            "kind": pl.Series(["low", "high", None, "low"], dtype=pl.Categorical),
        }
    )
)


def found(text: str, *columns: str) -> list[int]:
    schema = FRAME.schema
    condition = condition_of(text, {name: schema[name] for name in columns or FRAME.columns})
    return list(Order.of(FRAME, (), [] if condition is None else [condition]).numbers(0, 9))


@pytest.mark.parametrize(
    ("text", "column", "rows"),
    [
        ("ALPH", "word", [0]),
        ("b (c", "word", [1]),
        (".", "word", [1]),
        ("HIGH", "kind", [1]),
        ("12", "whole", [0]),
        (">= 12", "whole", [0, 3]),
        ("<0", "whole", [1]),
        ("-5..12", "whole", [0, 1]),
        ("=120", "whole", [3]),
        ("x", "whole", []),
        (">x", "whole", []),
        ("1..x", "whole", []),
        ("12", "real", [0, 1, 2]),
        ("12.3", "real", [1]),
        ("=12", "real", [0]),
        ("12.0", "real", [0]),
        (">12", "real", [1]),
        ("true", "yes", [0, 3]),
        ("False", "yes", [1]),
        ("maybe", "yes", []),
        ("2024", "day", [0, 1]),
        ("2024-02", "day", [0]),
        ("2024-12-31", "day", [1]),
        ("2024-13", "day", []),
        ("<2024", "day", [2]),
        (">2024-02", "day", [1]),
        ("2023..2024-11", "day", [0, 2]),
        ("2024-02-29", "moment", [0]),
        (">2024-02-29", "moment", [1, 3]),
        ("<=2024-03-01", "moment", [0, 1]),
        ("2024", "moment", [0, 1]),
    ],
)
def test_finds(text: str, column: str, rows: list[int]) -> None:
    assert found(text, column) == rows


def test_looks_in_all_columns() -> None:
    assert found("12") == [0, 1, 2, 3]
    assert found("nowhere") == []
    assert found("") == [0, 1, 2, 3]
    assert found("  ") == [0, 1, 2, 3]


def test_without_columns_there_is_nothing_to_say() -> None:
    assert condition_of("x", {}) is None


@given(st.text(max_size=8), st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_a_text_is_never_a_pattern(text: str, words: list[str]) -> None:
    frame = as_frame(pl.DataFrame({"word": words}))
    condition = condition_of(text, frame.schema)
    shown: Any = range(len(words)) if condition is None else Order.of(frame, (), [condition]).numbers(0, 99)
    # What is the same but for capitals is found; languages differ in what capitals are.
    assert {row for row, word in enumerate(words) if text.strip() in word} <= set(shown)
