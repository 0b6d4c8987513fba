"""`Select`, and with it `ChoiceInput`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document
from domsync_jupyter.components import Select
from domsync_jupyter.testing import connect
from tests.components.person import change


def test_chooses_objects() -> None:
    document = Document()
    penguins, cars = object(), object()
    heard: list[Any] = []
    select = Select(document, "Data", {"Penguins": penguins, "Cars": cars}, on_change=heard.append)
    assert select.value is penguins
    with connect(document) as page:
        page.select("select", "Cars")
        assert heard == [cars]
        assert select.value is cars
        select.value = penguins
        page.until(lambda: page.get("select").selectedIndex == 0)  # type: ignore[attr-defined]
    assert heard == [cars]


def test_nothing_is_chosen_while_the_placeholder_is() -> None:
    document = Document()
    heard: list[Any] = []
    select = Select(document, "Station", [1, 2], on_change=heard.append, placeholder="Choose one")
    assert select.value is None
    with connect(document) as page:
        page.select("select", "2")
        page.select("select", "Choose one")
    assert heard == [2, None]
    select.value = 1
    assert select.value == 1
    assert select.control.selectedIndex == 1  # type: ignore[attr-defined]
    select.value = None
    assert select.value is None


@given(st.integers(-1, 2**31))
def test_whatever_a_page_says_the_value_is_an_option(index: int) -> None:
    select = Select(Document(), "Colour", ["red", "green", "blue"], "green")
    change(select.control, "selectedIndex", index)
    assert select.value == (["red", "green", "blue"][index] if 0 <= index < 3 else "green")
    assert select.control.selectedIndex == ["red", "green", "blue"].index(select.value)  # type: ignore[attr-defined]
    assert bool(select.error) == (not 0 <= index < 3)


def test_options_may_become_others() -> None:
    select = Select(Document(), "Colour", ["red", "green"], "green")
    heard: list[Any] = []
    select.watch(heard.append)
    select.options = {"Blue": "blue", "Green": "green"}
    assert (select.value, select.control.selectedIndex, heard) == ("green", 1, [])  # type: ignore[attr-defined]
    assert select.options == {"Blue": "blue", "Green": "green"}
    select.options = ["red", "white"]
    assert (select.value, heard) == ("red", ["red"])
    select.options = []
    assert select.value is None
    with pytest.raises(TypeError, match="str"):
        select.options = "abc"
    optional = Select(Document(), "Colour", ["red"], "red", placeholder="none")
    optional.options = ["blue"]
    assert optional.value is None


def test_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match="'z' is none of the options: 'x'"):
        Select(Document(), "Colour", ["x"], "z")
    select = Select(Document(), "Colour", ["x"])
    with pytest.raises(ValueError, match="None"):
        select.value = None
    assert select.value == "x"
