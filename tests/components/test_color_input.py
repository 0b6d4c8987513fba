"""`ColorInput`."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document
from domsync_jupyter.components import ColorInput
from tests.components.person import change


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("#1E90FF", "#1e90ff"),
        ("#abc", "#aabbcc"),
        ("steelblue", "#4682b4"),
        ("rgb(1, 2, 3)", "#010203"),
        ("black", "#000000"),
        ("#000", "#000000"),
        ("rgb(0,0,0)", "#000000"),
    ],
)
def test_takes_what_is_a_colour(given: str, value: str) -> None:
    assert ColorInput(Document(), "Line", given).value == value


def test_a_person_picks_one() -> None:
    heard: list[str] = []
    line = ColorInput(Document(), "Line", on_change=heard.append)
    change(line.control, "value", "#ff8000")
    assert (line.value, heard) == ("#ff8000", ["#ff8000"])
    assert line.getElement().querySelector("output").textContent == "#ff8000"  # type: ignore[union-attr]
    lazy = ColorInput(Document(), "Line", on_change=heard.append, continuous=False)
    change(lazy.control, "value", "#ffffff", "input")
    assert len(heard) == 1
    change(lazy.control, "value", "#ffffff", "change")
    assert heard == ["#ff8000", "#ffffff"]


@given(st.text())
def test_whatever_a_page_says_the_value_is_a_colour(said: str) -> None:
    line = ColorInput(Document(), "Line", "#123456")
    change(line.control, "value", said)
    assert re.fullmatch("#[0-9a-f]{6}", line.value)


@pytest.mark.parametrize("wrong", ["", "#12345", "bleu", "#12345g", "url(x)"])
def test_says_what_is_no_colour(wrong: str) -> None:
    line = ColorInput(Document(), "Line", "#123456")
    with pytest.raises(ValueError, match="no colour"):
        line.value = wrong
    assert line.value == "#123456"


def test_is_text() -> None:
    wrong: Any = 0
    with pytest.raises(TypeError, match="int"):
        ColorInput(Document(), "Line", wrong)
