"""`MultiSelect`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document
from domsync_jupyter.components import MultiSelect
from domsync_jupyter.testing import connect
from tests.components.person import change


def test_any_number_is_chosen_in_the_order_of_the_options() -> None:
    document = Document()
    heard: list[Any] = []
    islands = MultiSelect(document, "Islands", ["Biscoe", "Dream", "Torgersen"], on_change=heard.append)
    with connect(document) as page:
        page.check("label:nth-child(3) input")
        page.check("label:nth-child(1) input")
        assert heard == [["Torgersen"], ["Biscoe", "Torgersen"]]
        islands.value = ["Dream", "Dream"]
        page.until(lambda: [box.checked for box in page.query_all("input")] == [False, True, False])  # type: ignore[attr-defined]
    assert islands.value == ["Dream"]
    assert len(heard) == 2


def test_its_list_is_nobody_elses() -> None:
    islands = MultiSelect(Document(), "Islands", ["a", "b"], ["a"], disabled=True)
    islands.value.append("b")
    assert islands.value == ["a"]
    islands.disabled = False
    islands.watch(lambda value: value.append("c"))
    islands.value = ["b"]
    islands.error = "?"
    assert islands.value == ["b"]


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans())))
def test_the_value_is_what_is_ticked(said: list[tuple[int, bool]]) -> None:
    values = [None, 1, "1", 2.5]
    group = MultiSelect(Document(), "Values", values)
    boxes: list[Any] = list(group.getElement().querySelectorAll("input"))
    ticked: set[int] = set()
    for index, on in said:
        change(boxes[index], "checked", on)
        ticked = ticked | {index} if on else ticked - {index}
        assert group.value == [values[index] for index in sorted(ticked)]


def test_what_is_chosen_stays_while_it_is_among_the_options() -> None:
    group = MultiSelect(Document(), "Values", [1, 2, 3], [2, 3])
    group.options = {"three": 3, "one": 1}
    assert group.value == [3]
    group.options = []
    assert group.value == []


def test_says_what_is_wrong() -> None:
    group = MultiSelect(Document(), "Values", ["a", "b"], ["a"])
    with pytest.raises(ValueError, match="'c'"):
        group.value = ["a", "c"]
    with pytest.raises(TypeError, match="'ab'"):
        group.value = "ab"
    with pytest.raises(TypeError):
        group.value = None
    assert group.value == ["a"]
