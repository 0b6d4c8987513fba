"""`Slider`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document
from domsync_jupyter.components import Slider
from domsync_jupyter.components.number_range import NumberRange
from tests.components.person import change
from tests.components.test_number_range import ranges


def output(slider: Slider) -> str | None:
    found = slider.getElement().querySelector("output")
    assert found is not None
    return found.textContent


def test_writes_its_number() -> None:
    slider = Slider(Document(), "Speed", 30, max=120, step=5, format="{} km/h")
    assert output(slider) == "30 km/h" == slider.control.ariaValueText
    slider.value = 52
    assert (slider.value, output(slider)) == (50, "50 km/h")
    change(slider.control, "value", "60", "input")
    assert (slider.value, output(slider)) == (60, "60 km/h")
    assert (
        output(Slider(Document(), "Share", 0.5, max=1.0, step=0.1, format=lambda share: f"{share:.0%}"))
        == "50%"
    )


def test_is_the_control_of_its_label() -> None:
    slider = Slider(Document(), "Speed")
    (label,) = slider.control.labels  # type: ignore[attr-defined]
    assert label.firstChild.textContent == "Speed"


def test_not_continuous_means_when_it_is_let_go() -> None:
    heard: list[Any] = []
    slider = Slider(Document(), "Speed", on_change=heard.append, continuous=False)
    change(slider.control, "value", "40", "input")
    assert (slider.value, heard, output(slider)) == (0, [], "40")
    change(slider.control, "value", "40", "change")
    assert (slider.value, heard, output(slider)) == (40, [40], "40")


@given(st.text() | st.floats().map(str) | st.integers().map(str), ranges())
def test_whatever_a_page_says_the_value_is_in_range(said: str, numbers: NumberRange) -> None:
    if numbers.low is None or numbers.high is None:
        numbers = NumberRange(0, 100, numbers.step)
    low, high = numbers.low, numbers.high
    assert low is not None
    assert high is not None
    slider = Slider(Document(), "S", min=low, max=high, step=numbers.step)
    change(slider.control, "value", said)
    assert numbers.checked(slider.value) == slider.value
    assert not slider.error


def test_needs_bounds_and_a_number_within() -> None:
    with pytest.raises(TypeError, match="both min and max"):
        Slider(Document(), "S", min=None)  # type: ignore[arg-type]
    slider = Slider(Document(), "S")
    with pytest.raises(TypeError, match="both min and max"):
        slider.max = None
    with pytest.raises(ValueError, match="Between 0 and 100, not 101"):
        slider.value = 101
    with pytest.raises(TypeError, match="str"):
        slider.value = "1"
    assert slider.value == 0
