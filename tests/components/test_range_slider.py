"""`RangeSlider`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document
from domsync_jupyter.components import RangeSlider
from tests.components.person import change


def thumbs(slider: RangeSlider) -> list[Any]:
    return list(slider.getElement().querySelectorAll("input"))


def shown(slider: RangeSlider) -> str | None:
    found = slider.getElement().querySelector("output")
    assert found is not None
    return found.textContent


def test_has_two_ends() -> None:
    heard: list[Any] = []
    years = RangeSlider(Document(), "Years", (1990, 2020), min=1950, max=2050, on_change=heard.append)
    low, high = thumbs(years)
    assert [thumb.ariaLabel for thumb in (low, high)] == ["Years, from", "Years, to"]
    assert shown(years) == "1990 – 2020"
    change(low, "value", "2000")
    assert (years.value, heard, shown(years)) == ((2000, 2020), [(2000, 2020)], "2000 – 2020")
    years.value = (1960, 1970)
    assert ([low.value, high.value], shown(years)) == (["1960", "1970"], "1960 – 1970")
    bar: Any = low.previousElementSibling
    assert bar.style.getPropertyValue("--low") == "0.1000"
    assert bar.style.getPropertyValue("--high") == "0.2000"


def test_a_thumb_that_passes_the_other_one_is_the_other_end() -> None:
    years = RangeSlider(Document(), "Years", (10, 20))
    low, high = thumbs(years)
    change(low, "value", "20")
    assert (years.value, low.ariaLabel, high.ariaLabel) == ((20, 20), "Years, from", "Years, to")
    change(low, "value", "30")
    assert (years.value, low.ariaLabel, high.ariaLabel) == ((20, 30), "Years, to", "Years, from")
    assert (low.ariaValueText, high.ariaValueText) == ("30", "20")


def test_not_continuous_means_when_it_is_let_go() -> None:
    years = RangeSlider(Document(), "Years", (10, 20), continuous=False)
    change(thumbs(years)[0], "value", "15", "input")
    assert (years.value, shown(years)) == ((10, 20), "15 – 20")
    change(thumbs(years)[0], "value", "15", "change")
    assert years.value == (15, 20)


@given(st.text() | st.floats().map(str), st.text() | st.integers().map(str))
def test_whatever_a_page_says_the_value_is_in_range_and_in_order(first: str, second: str) -> None:
    slider = RangeSlider(Document(), "Share", (0.2, 0.8), min=0, max=1.0, step=0.1)
    for thumb, said in zip(thumbs(slider), (first, second), strict=True):
        change(thumb, "value", said)
    low, high = slider.value
    assert 0 <= low <= high <= 1
    assert not slider.error


def test_bounds_can_be_changed() -> None:
    slider = RangeSlider(Document(), "Years", (10, 90))
    slider.max = 50
    assert slider.value == (10, 50)
    assert RangeSlider(Document(), "All").value == (0, 100)
    assert RangeSlider(Document(), "Steps", max=10, step=4).value == (0, 8)
    assert RangeSlider(Document(), "One", min=5, max=5).value == (5, 5)


@pytest.mark.parametrize("wrong", [3, (1,), "ab", ("a", "b"), (1, 2, 3), (None, 1)])
def test_its_value_is_a_pair_of_numbers(wrong: Any) -> None:
    slider = RangeSlider(Document(), "Years", (10, 20))
    with pytest.raises(TypeError):
        slider.value = wrong
    assert slider.value == (10, 20)


def test_its_value_is_within_its_bounds() -> None:
    slider = RangeSlider(Document(), "Years", (10, 20))
    with pytest.raises(ValueError, match="more than the second"):
        slider.value = (20, 10)
    with pytest.raises(ValueError, match="Between"):
        slider.value = (20, 1000)
    assert slider.value == (10, 20)
