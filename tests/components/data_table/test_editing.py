"""Typed text as a value of a column, and how the frame takes it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import narwhals as nw
import pandas as pd  # type: ignore[import-untyped]  # it ships no types
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]  # likewise
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.components.data_table.columns import plain_text
from domsync_jupyter.components.data_table.editing import can_edit, parse
from domsync_jupyter.components.data_table.frame import as_frame, with_values


@pytest.mark.parametrize(
    ("text", "dtype", "value"),
    [
        ("1,234", nw.Int64(), 1234),
        (" -7 ", nw.Int8(), -7),
        ("", nw.Int64(), None),
        ("", nw.String(), ""),
        (" x ", nw.String(), " x "),
        ("1 234.5", nw.Float64(), 1234.5),
        ("1e3", nw.Float32(), 1000.0),
        ("2.50", nw.Decimal(), Decimal("2.50")),
        ("Yes", nw.Boolean(), True),
        ("0", nw.Boolean(), False),
        ("2024-05-17", nw.Date(), dt.date(2024, 5, 17)),
        ("2024-05-17 12:30", nw.Datetime(), dt.datetime.fromisoformat("2024-05-17T12:30")),
        ("12:30", nw.Time(), dt.time(12, 30)),
        ("low", nw.Categorical(), "low"),
    ],
)
def test_reads(text: str, dtype: nw.dtypes.DType, value: Any) -> None:
    assert can_edit(dtype)
    assert parse(text, dtype) == value


@pytest.mark.parametrize(
    ("text", "dtype", "message"),
    [
        ("1.5", nw.Int64(), "not a whole number"),
        ("128", nw.Int8(), "not between -128 and 127"),
        ("-1", nw.UInt16(), "not between 0 and 65,535"),
        ("many", nw.Float64(), "not a number"),
        ("many", nw.Decimal(), "not a number"),
        ("perhaps", nw.Boolean(), "neither true nor false"),
        ("17.5.2024", nw.Date(), "not a date"),
        ("noon", nw.Datetime(), "not a date and time"),
        ("noon", nw.Time(), "not a time"),
        ("[1]", nw.List(nw.Int64()), "cannot be typed"),
    ],
)
def test_says_what_is_wrong(text: str, dtype: nw.dtypes.DType, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse(text, dtype)


def test_lists_cannot_be_edited() -> None:
    assert not can_edit(nw.List(nw.Int64()))
    assert not can_edit(nw.Object())


@given(
    st.one_of(
        st.tuples(st.just(nw.Int64()), st.integers(-(2**63), 2**63 - 1)),
        st.tuples(st.just(nw.Float64()), st.floats(allow_nan=False)),
        st.tuples(st.just(nw.Boolean()), st.booleans()),
        st.tuples(st.just(nw.Date()), st.dates()),
        st.tuples(st.just(nw.Datetime()), st.datetimes()),
        st.tuples(st.just(nw.Time()), st.times()),
        st.tuples(st.just(nw.String()), st.text()),
    )
)
def test_what_the_field_shows_is_the_value(case: tuple[nw.dtypes.DType, Any]) -> None:
    dtype, value = case
    assert parse(plain_text(value), dtype) == value


def test_a_changed_column_is_new_and_the_others_are_shared() -> None:
    table = pa.table({"a": [1, 2], "b": ["x", "y"]})
    changed = with_values(as_frame(table), "a", [1], [7]).to_native()
    assert changed.column("a").to_pylist() == [1, 7]
    assert table.column("a").to_pylist() == [1, 2]
    addresses = [each.column("b").chunk(0).buffers()[2].address for each in (table, changed)]
    assert addresses[0] == addresses[1]


@pytest.mark.parametrize(
    ("frame", "value"),
    [
        (pd.DataFrame({"a": [1, 2]}), None),
        (pd.DataFrame({"a": [1, 2]}), 2.5),
        (pd.DataFrame({"a": [True, False]}), None),
        (pd.DataFrame({"a": pd.Categorical(["x", "y"])}), "z"),
        (pl.DataFrame({"a": pl.Series([1, 2], dtype=pl.Int8)}), 300),
        (pl.DataFrame({"a": pl.Series(["x", "y"], dtype=pl.Enum(["x", "y"]))}), "z"),
    ],
)
def test_what_a_column_cannot_hold_is_refused(frame: Any, value: Any) -> None:
    before = as_frame(frame)["a"].to_list()
    with pytest.raises(ValueError, match="cannot hold"):
        with_values(as_frame(frame), "a", [0], [value])
    assert as_frame(frame)["a"].to_list() == before
