"""`TextInput` and `TextArea`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document
from domsync_jupyter.components import TextArea, TextInput
from domsync_jupyter.testing import connect
from tests.components.person import change

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS, TEXTS)
def test_whatever_a_page_says_the_value_is_a_text_that_may_be(first: str, said: str) -> None:
    field = TextInput(Document(), "Name", "good", max_length=5)
    change(field.control, "value", said)
    assert "\n" not in field.value
    assert "\r" not in field.value
    assert len(field.value) <= 5
    assert bool(field.error) == (len(said.replace("\n", "").replace("\r", "")) > 5)
    area = TextArea(Document(), "Notes", first)
    assert area.value == area.control.value  # type: ignore[attr-defined]
    assert "\r" not in area.value


def test_too_long_a_text_is_an_error() -> None:
    field = TextInput(Document(), "Code", max_length=3)
    assert field.control.maxLength == 3  # type: ignore[attr-defined]
    change(field.control, "value", "abcd")
    assert (field.value, field.error) == ("", "At most 3 characters, not 4.")
    change(field.control, "value", "abc")
    assert (field.value, field.error) == ("abc", "")
    with pytest.raises(ValueError, match="At most 3"):
        field.value = "abcd"
    with pytest.raises(TypeError, match="int"):
        field.value = 3  # type: ignore[assignment]
    assert field.value == "abc"


def test_not_continuous_means_when_it_is_done() -> None:
    document = Document()
    heard: list[str] = []
    field = TextInput(document, "Name", on_change=heard.append, continuous=False)
    with connect(document) as page:
        page.type("input", "Ada")
        assert (field.value, heard) == ("", [])
        page.type("input", "\n")
        assert (field.value, heard) == ("Ada", ["Ada"])
        page.type("input", "!")
        page.blur()
        assert heard == ["Ada", "Ada!"]


def test_an_area_has_lines() -> None:
    document = Document()
    area = TextArea(document, "Notes", "a\r\nb", rows=7, placeholder="what you saw")
    assert area.value == "a\nb"
    with connect(document) as page:
        page.type("textarea[rows='7']", "\nc")
    assert area.value == "a\nb\nc"
    area.placeholder = "anything"
    assert area.placeholder == "anything" == area.control.getAttribute("placeholder")


def test_has_the_types_of_a_text() -> None:
    field: Any = TextInput(Document(), "Password", "x", type="password").control
    assert field.type == "password"
    with pytest.raises(ValueError, match="'date'"):
        TextInput(Document(), "Day", type="date")  # type: ignore[arg-type]
