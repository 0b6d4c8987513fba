"""What became of a list of siblings."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.sync.siblings import arrange

LISTS = st.lists(st.integers(0, 12), unique=True, max_size=10)


@pytest.mark.parametrize(
    ("old", "new", "gone", "coming"),
    [
        ("", "", "", []), ("abc", "abc", "", []), ("", "abc", "", [0, 1, 2]), ("abc", "", "abc", []),
        ("ad", "abcd", "", [1, 2]), ("abcd", "ad", "bc", []), ("abcd", "dabc", "", [0]), ("abcd", "bcda", "", [3]),
        ("abcd", "dbca", "", [0, 3]), ("abcd", "xbcy", "ad", [0, 3]), ("abcd", "bcdx", "a", [3]),
        ("abcd", "xabc", "d", [0]), ("ab", "ba", "", [1]), ("a", "b", "a", [0]), ("abcde", "xedcy", "ab", [0, 1, 2, 4]),
    ],
)  # fmt: skip
def test_examples(old: str, new: str, gone: str, coming: list[int]) -> None:
    arrangement = arrange(list(old), list(new))
    assert "".join(arrangement.gone) == gone
    assert list(arrangement.coming) == coming


def longest(places: list[int]) -> int:
    ends: list[int] = []
    for place in places:
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return len(ends)


@given(LISTS, LISTS)
def test_what_stays_is_in_order_and_as_much_as_can_be(old: list[int], new: list[int]) -> None:
    arrangement = arrange(old, new)
    assert set(arrangement.gone) == set(old) - set(new)
    staying = [item for at, item in enumerate(new) if at not in arrangement.coming]
    assert staying == [item for item in old if item in staying]
    assert len(staying) == longest([old.index(item) for item in new if item in old])


@given(LISTS, LISTS)
def test_ranges_are_the_indices_in_order(old: list[int], new: list[int]) -> None:
    arrangement = arrange(old, new)
    ranges = list(arrangement.ranges())
    assert [at for first, end in ranges for at in range(first, end)] == list(arrangement.coming)
    assert all(end < first for (_, end), (first, _) in pairwise(ranges))
