"""`NumberInput`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document
from domsync_jupyter.components import NumberInput
from domsync_jupyter.testing import connect
from tests.components.person import change


def test_a_person_types_a_number() -> None:
    document = Document()
    heard: list[Any] = []
    trials = NumberInput(document, "Trials", 1, min=1, max=500, on_change=heard.append)
    with connect(document) as page:
        page.type("input", "2")
        page.type("input", "0")
        page.type("input", "0")
        assert heard == [12, 120]
        assert (trials.value, trials.error) == (120, "Between 1 and 500, not 1200.")
        assert page.get("input").value == "1200"  # type: ignore[attr-defined]  # it is theirs
        page.press("Backspace")
        assert (trials.value, trials.error, heard) == (120, "", [12, 120])
        trials.value = 7
        page.until(lambda: page.get("input").value == "7")  # type: ignore[attr-defined]


def test_what_is_no_number_yet_leaves_the_last_good_one() -> None:
    field = NumberInput(Document(), "Rate", 0.5, step=None)
    change(field.control, "value", "", bad=True)
    assert (field.value, field.error) == (0.5, "Enter a number.")
    field.value = 0.5
    assert (field.control.value, field.error) == ("0.5", "")  # type: ignore[attr-defined]
    change(field.control, "value", "")
    assert (field.value, field.error) == (0.5, "Enter a number.")


def test_an_optional_one_may_be_empty() -> None:
    heard: list[Any] = []
    field = NumberInput(Document(), "Limit", optional=True, on_change=heard.append, placeholder="none")
    assert field.value is None
    change(field.control, "value", "3")
    change(field.control, "value", "")
    assert heard == [3, None]
    change(field.control, "value", "", bad=True)
    assert (field.value, field.error) == (None, "Enter a whole number.")
    field.value = None
    field.max = 10
    assert field.value is None


@given(st.text() | st.floats().map(str) | st.integers().map(str))
def test_whatever_a_page_says_the_value_may_be(said: str) -> None:
    field = NumberInput(Document(), "Trials", 5, min=2, max=9, step=1)
    change(field.control, "value", said)
    assert isinstance(field.value, int)
    assert 2 <= field.value <= 9
    assert field.value == 5 or float(said) == field.value


def test_begins_where_it_can() -> None:
    assert NumberInput(Document(), "A").value == 0
    assert NumberInput(Document(), "B", min=3).value == 3
    assert NumberInput(Document(), "C", max=-3).value == -3
    with pytest.raises(ValueError, match="At least 3"):
        NumberInput(Document(), "D", 2, min=3)
    with pytest.raises(TypeError, match="NoneType"):
        NumberInput(Document(), "E", 2).value = None
