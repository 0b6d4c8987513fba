"""Selections, against sets of row numbers."""

from __future__ import annotations

import narwhals as nw
import polars as pl
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domsync_jupyter.components.data_table.frame import as_frame
from domsync_jupyter.components.data_table.order import Order
from domsync_jupyter.components.data_table.selection import Selection

FRAME = as_frame(pl.DataFrame({"n": [4, 1, 3, 1, 0, 2]}))
ORDERS = [
    Order.of(FRAME),
    Order.of(FRAME, [("n", "ascending")]),
    Order.of(FRAME, [("n", "descending")], [nw.col("n") > 0]),
]


class Selecting(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.selection = Selection(len(FRAME))
        self.model: set[int] = set()
        self.anchor: int | None = None
        self.order = ORDERS[0]

    @rule(order=st.sampled_from(ORDERS))
    def arrange(self, order: Order) -> None:
        self.order = order

    @rule(number=st.integers(0, 5))
    def only(self, number: int) -> None:
        self.selection.only(number)
        self.model, self.anchor = {number}, number

    @rule(number=st.integers(0, 5))
    def toggle(self, number: int) -> None:
        self.selection.toggle(number)
        self.model ^= {number}
        self.anchor = number

    @precondition(lambda self: len(self.order) > 4)
    @rule(place=st.integers(0, 4))
    def extend(self, place: int) -> None:
        self.selection.extend(place, self.order)
        shown = list(self.order.numbers(0, 9))
        if self.anchor is None:
            self.anchor = shown[place]
        start = shown.index(self.anchor) if self.anchor in shown else place
        first, last = sorted((start, place))
        self.model = set(shown[first : last + 1])

    @rule()
    def all(self) -> None:
        self.selection.all(self.order)
        self.model = set(self.order.numbers(0, 9))

    @rule()
    def clear(self) -> None:
        self.selection.clear()
        self.model, self.anchor = set(), None

    @invariant()
    def is_the_set(self) -> None:
        assert self.selection.numbers == sorted(self.model)
        assert len(self.selection) == len(self.model)
        assert bool(self.selection) == bool(self.model)
        assert all((number in self.selection) == (number in self.model) for number in range(6))


Selecting.TestCase.settings = settings(max_examples=30, stateful_step_count=20)
TestSelecting = Selecting.TestCase


def test_a_wrong_number_changes_nothing() -> None:
    selection = Selection(3)
    selection.only(1)
    with pytest.raises(IndexError, match="no row 3"):
        selection.replace([0, 3])
    assert selection.numbers == [1]


def test_rows_that_are_gone_are_not_selected() -> None:
    selection = Selection(4)
    selection.replace([1, 3])
    selection.anchor = 3
    selection.resize(2)
    assert selection.numbers == [1]
    anchor: int | None = selection.anchor
    assert anchor is None
    selection.resize(5)
    assert selection.numbers == [1]
