"""`RadioGroup`."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document
from domsync_jupyter.components import RadioGroup
from domsync_jupyter.testing import connect
from tests.components.person import change


def boxes(group: RadioGroup) -> list[Any]:
    return list(group.getElement().querySelectorAll("input"))


def test_one_is_chosen() -> None:
    document = Document()
    heard: list[Any] = []
    scale = RadioGroup(document, "Scale", {"linear": None, "log": 10}, on_change=heard.append)
    other = RadioGroup(document, "Size", ["S", "M"], "M")
    assert (scale.value, other.value) == (None, "M")
    with connect(document) as page:
        page.click(page.get_by_text("log", "label"))
        assert (scale.value, heard) == (10, [10])
        page.click(page.get_by_text("S", "label"))
        assert (scale.value, other.value) == (10, "S")
        scale.value = None
        page.until(lambda: page.query_all("input")[0].checked)  # type: ignore[attr-defined]
    assert [box.checked for box in boxes(scale)] == [True, False]
    assert heard == [10]


@given(st.lists(st.tuples(st.integers(0, 2), st.booleans())))
def test_whatever_a_page_says_one_is_chosen(said: list[tuple[int, bool]]) -> None:
    group = RadioGroup(Document(), "Size", ["S", "M", "L"], "M")
    for index, on in said:
        change(boxes(group)[index], "checked", on)
        assert [box.checked for box in boxes(group)].count(True) == 1
        assert boxes(group)[["S", "M", "L"].index(group.value)].checked


def test_options_may_become_others() -> None:
    document = Document()
    heard: list[Any] = []
    group = RadioGroup(document, "Size", ["S", "M"], "M", on_change=heard.append, inline=True)
    group.options = ["M", "L", "XL"]
    assert (group.value, [box.checked for box in boxes(group)]) == ("M", [True, False, False])
    with connect(document) as page:
        page.check("label:nth-child(3) input")
    assert heard == ["XL"]
    group.options = []
    assert group.value is None
    assert group.control is group.getElement()
    empty = RadioGroup(document, "None", [])
    assert empty.value is None
    empty.options = [1]
    assert empty.value == 1
