"""`Choices`."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.components.choices import Choices


def test_a_mapping_has_texts_and_values_a_list_has_values() -> None:
    choices = Choices({"one": 1, 2: "two"})
    assert (choices.texts, choices.values) == (["one", "2"], [1, "two"])
    choices = Choices(value for value in (1, None))
    assert (choices.texts, choices.values, len(choices)) == (["1", "None"], [1, None], 2)


@given(st.lists(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), min_size=1), st.data())
def test_finds_the_one_that_is_meant(values: list[Any], data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(values))
    found = values[Choices(values).index(value)]
    assert found is value or (type(found) is type(value) and found == value)


def test_tells_alike_values_apart() -> None:
    choices = Choices([1, 1.0, True, "1"])
    assert [choices.index(value) for value in (1, 1.0, True, "1")] == [0, 1, 2, 3]
    assert Choices([1]).index(1.0) == 0


def test_values_may_be_what_cannot_be_compared() -> None:
    numpy = pytest.importorskip("numpy")
    one, other = numpy.arange(3), numpy.arange(3)
    choices = Choices({"one": one, "other": other})
    assert choices.index(other) == 1
    with pytest.raises(ValueError, match="none of the options"):
        choices.index(numpy.arange(3))


def test_says_what_is_wrong() -> None:
    with pytest.raises(TypeError, match="not str"):
        Choices("abc")
    with pytest.raises(TypeError, match="not int"):
        Choices(3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'z' is none of the options: there are none"):
        Choices([]).index("z")
    with pytest.raises(ValueError, match=r"0, 1, 2, 3, 4, 5, 6, 7, 8, 9, \.\.\.$"):
        Choices(range(20)).index(20)
