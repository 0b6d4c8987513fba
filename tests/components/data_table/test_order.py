"""Orders, against what pandas and Python make of the same data."""

from __future__ import annotations

import math
from typing import Any

import narwhals as nw
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.components.data_table.frame import as_frame
from domsync_jupyter.components.data_table.order import Direction, Order, Sorting

LIBRARIES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}

numbers = st.lists(st.one_of(st.none(), st.integers(-3, 3)), min_size=1, max_size=30)
directions: st.SearchStrategy[Direction] = st.sampled_from(["ascending", "descending"])


def made(library: str, values: dict[str, list[Any]]) -> nw.DataFrame[Any]:
    if library == "pandas":
        return as_frame(pd.DataFrame({name: pd.array(each, dtype="Int64") for name, each in values.items()}))
    if library == "polars":
        return as_frame(pl.DataFrame(values, schema=dict.fromkeys(values, pl.Int64)))
    return as_frame(pa.table({name: pa.array(each, pa.int64()) for name, each in values.items()}))


def expected(values: dict[str, list[Any]], sorting: Sorting, shown: list[int]) -> list[int]:
    """What a stable sort gives, the least important column first."""
    for column, direction in reversed(list(sorting)):
        sign = -1 if direction == "descending" else 1
        shown = sorted(
            shown,
            key=lambda row: (values[column][row] is None, sign * (values[column][row] or 0)),
        )
    return shown


@pytest.mark.parametrize("library", LIBRARIES)
@given(data=st.data())
def test_sorts_and_filters_as_python_does(library: str, data: st.DataObject) -> None:
    a = data.draw(numbers)
    b = data.draw(st.lists(st.one_of(st.none(), st.integers(-3, 3)), min_size=len(a), max_size=len(a)))
    values = {"a": a, "b": b}
    sorting = data.draw(
        st.lists(st.tuples(st.sampled_from("ab"), directions), max_size=2, unique_by=lambda each: each[0])
    )
    least = data.draw(st.one_of(st.none(), st.integers(-3, 3)))
    conditions = [] if least is None else [nw.col("a") >= least]
    frame = made(library, values)
    order = Order.of(frame, sorting, conditions)
    shown = [row for row, value in enumerate(a) if least is None or (value is not None and value >= least)]
    wanted = expected(values, sorting, shown)
    assert list(order.numbers(0, len(order))) == wanted
    assert len(order) == len(wanted)
    for place, number in enumerate(wanted):
        assert order.place(number) == place
        assert list(order.numbers(place, place + 1)) == [number]
    hidden = set(range(len(a))) - set(wanted)
    assert all(order.place(number) is None for number in hidden)
    some = sorted(data.draw(st.sets(st.sampled_from(range(len(a))))))
    assert list(order.among(some)) == [each for each in wanted if each in some]
    assert [row for chunk in order.chunks() for row in order.numbers(chunk.start, chunk.stop)] == wanted


def test_agrees_with_pandas_on_floats_and_texts() -> None:
    frame = pd.DataFrame({"x": [2.5, math.nan, -1.0, 7.0], "s": ["b", "a", None, "c"]})
    for column in frame:
        for descending in (False, True):
            sorted_frame = frame.sort_values(
                column, ascending=not descending, kind="stable", na_position="last"
            )
            direction: Any = "descending" if descending else "ascending"
            order = Order.of(as_frame(frame), [(str(column), direction)])
            assert list(order.numbers(0, 4)) == list(sorted_frame.index)


def test_a_function_of_a_row_is_a_condition() -> None:
    frame = as_frame(pl.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]}))
    order = Order.of(frame, (), [lambda row: row["a"] > 1, lambda row: row["b"] != "z"])
    assert list(order.numbers(0, 9)) == [1]


@pytest.mark.parametrize("condition", [nw.col("a") + 1, nw.col("a").sum() > 3, nw.lit(True)])
def test_an_expression_has_to_say_for_each_row_whether_it_holds(condition: nw.Expr) -> None:
    with pytest.raises(TypeError, match="true or false for each row"):
        Order.of(as_frame(pl.DataFrame({"a": [1, 2, 3]})), (), [condition])


def test_what_is_no_condition_is_refused() -> None:
    with pytest.raises(TypeError, match="a function of a row"):
        Order.of(as_frame(pl.DataFrame({"a": [1]})), (), ["a > 1"])  # type: ignore[list-item]


def test_a_column_may_be_called_number() -> None:
    order = Order.of(as_frame(pl.DataFrame({"number": [3, 1, 2]})), [("number", "ascending")])
    assert list(order.numbers(0, 3)) == [1, 2, 0]


@pytest.mark.parametrize("library", LIBRARIES)
def test_unsorted_costs_no_list(library: str) -> None:
    order = Order.of(as_frame(LIBRARIES[library]({"a": list(range(9))})))
    assert order.numbers(2, 5) == range(2, 5)
    assert order.numbers(7, 99) == range(7, 9)
    assert list(order.numbers(12, 15)) == []
