"""`NumberRange`."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document
from domsync_jupyter.components import NumberInput, RangeSlider, Slider
from domsync_jupyter.components.number_range import NumberRange, usual_step
from domsync_jupyter.dom.reflection import number_text

WHOLE = st.integers(-(10**15), 10**15)
REAL = st.floats(-1e9, 1e9).map(lambda value: round(value, 6))
NUMBERS = WHOLE | REAL
STEPS = st.none() | st.integers(1, 10**6) | st.sampled_from([0.1, 0.25, 0.01, 1e-6, 2.5])


@st.composite
def ranges(draw: Any) -> NumberRange:
    low, high = draw(st.none() | NUMBERS), draw(st.none() | NUMBERS)
    if low is not None and high is not None and low > high:
        low, high = high, low
    return NumberRange(low, high, draw(STEPS))


@given(ranges(), NUMBERS)
def test_clamped_numbers_are_of_the_range_and_stay(range: NumberRange, number: float) -> None:
    value = range.clamped(number)
    assert range.checked(value) == value
    assert range.clamped(value) == value
    assert range.parsed(number_text(value)) == value
    assert isinstance(value, int) or not range.is_whole


@given(ranges(), st.text() | NUMBERS.map(str))
def test_what_is_typed_is_of_the_range_or_an_error(range: NumberRange, text: str) -> None:
    try:
        value = range.parsed(text)
    except ValueError:
        return
    assert range.low is None or range.low <= value
    assert range.high is None or value <= range.high
    assert value == float(text) or value == int(text)


@pytest.mark.parametrize(
    ("range", "text", "message"),
    [
        (NumberRange(), "", "Enter a whole number."),
        (NumberRange(), "2.5", "Enter a whole number."),
        (NumberRange(step=None), "x", "Enter a number."),
        (NumberRange(step=None), "nan", "Enter a number."),
        (NumberRange(step=None), "1e999", "Enter a number."),
        (NumberRange(1, 10), "11", "Between 1 and 10, not 11."),
        (NumberRange(low=0.5, step=None), "0.25", "At least 0.5, not 0.25."),
        (NumberRange(high=10), "11", "At most 10, not 11."),
        (NumberRange(1, 10, 3), "5", "In steps of 3 from 1: for example 4."),
        (NumberRange(0, 1, 0.1), "0.25", "In steps of 0.1: for example 0.2."),
    ],
)
def test_says_what_is_wrong(range: NumberRange, text: str, message: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - all of it is compared
        range.parsed(text)
    assert str(raised.value) == message


def test_numbers_keep_their_digits() -> None:
    tenths = NumberRange(0, 1, 0.1)
    assert [tenths.nearest(i / 10) for i in range(4)] == [0.0, 0.1, 0.2, 0.3]
    assert tenths.checked(0.1 + 0.2) == 0.3
    assert NumberRange(0, 1, step=None).checked(0.1 + 0.2) == 0.1 + 0.2
    whole = NumberRange(0, 10).checked(7.0)
    assert (whole, type(whole)) == (7, int)
    assert NumberRange(0, 10, 4).clamped(10) == 8


def test_bounds_make_sense() -> None:
    with pytest.raises(ValueError, match="more than max"):
        NumberRange(2, 1)
    with pytest.raises(ValueError, match="step"):
        NumberRange(step=0)
    with pytest.raises(ValueError, match="finite"):
        NumberRange(low=math.inf)
    with pytest.raises(TypeError, match="max must be a number, not str"):
        NumberRange(high="3")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="bool"):
        NumberRange(low=True)


def test_takes_numbers_of_other_kinds() -> None:
    numpy = pytest.importorskip("numpy")
    assert NumberRange(0, 10).checked(numpy.int64(3)) == 3
    assert NumberRange(0, 10, step=None).checked(numpy.float32(2.5)) == 2.5
    assert NumberRange(0, 10, step=None).checked(Fraction(1, 2)) == 0.5
    with pytest.raises(TypeError, match="str"):
        NumberRange().checked("3")


def test_the_bounds_of_an_input_can_be_changed() -> None:
    field = NumberInput(Document(), "Trials", 50, min=0, max=100)
    heard: list[Any] = []
    field.watch(heard.append)
    field.max = 20
    assert (field.value, field.control.getAttribute("max")) == (20, "20")
    field.min = 15
    field.step = 10
    assert (field.value, field.min, field.step, heard) == (15, 15, 10, [20, 15])
    field.max = None
    assert (field.max, field.control.getAttribute("max")) == (None, None)
    with pytest.raises(ValueError, match="more than max"):
        field.max = 3
    assert field.max is None


@pytest.mark.parametrize("number", [10**400, -(10**400), float("inf"), float("nan")])
def test_what_no_float_can_be_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="that a float can be"):
        NumberRange().checked(number)
    with pytest.raises(ValueError, match="Enter a whole number"):
        NumberRange().parsed(str(number))


@pytest.mark.parametrize(
    ("numbers", "step"),
    [
        ((0, 100), 1),
        ((0, 1, 0), 1),
        ((0.0, 100.0, 30.0), 1),
        ((0, 1, 0.5), 0.01),
        ((0, 2.5), 0.025),
        ((0, 1, 0.001), None),
        ((None, None, 0.5), None),
        ((0.5, 0.5, 0.5), None),
        ((0, math.inf), None),
    ],
)
def test_the_usual_step(numbers: tuple[Any, ...], step: float | None) -> None:
    assert usual_step("auto", *numbers) == step
    assert usual_step(7, *numbers) == 7
    assert usual_step(None, *numbers) is None


def test_a_fraction_is_kept_if_nothing_is_said_of_steps() -> None:
    document = Document()
    assert Slider(document, "", 0.5, max=1).value == 0.5
    assert RangeSlider(document, "", (0.25, 0.75), max=1).value == (0.25, 0.75)
    assert NumberInput(document, "", 0.001, max=1).value == 0.001
