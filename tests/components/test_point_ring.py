"""`PointRing`: what it keeps, by number and by age, however the points come."""

from __future__ import annotations

from array import array
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.components.point_ring import PointRing


def add(ring: PointRing, times: list[float]) -> None:
    ring.add([array("d", times), array("d", [-time for time in times])])


@given(
    st.lists(st.lists(st.integers(0, 3), max_size=12), max_size=30), st.integers(1, 20),
    st.none() | st.integers(1, 10), st.integers(0, 100),
)  # fmt: skip
def test_it_keeps_the_last_ones(steps: list[list[int]], most: int, seconds: int | None, since: int) -> None:
    ring = PointRing(2, most, seconds)
    everything: list[float] = []
    for batch in steps:
        times: list[float] = []
        for step in batch:
            last = times[-1] if times else everything[-1] if everything else 0.0
            times.append(last + step)
        add(ring, times)
        everything += times
        kept = everything[-most:]
        if seconds is not None and kept:
            young = [time for time in kept if time >= kept[-1] - seconds]
            # And the one before, from which the line comes into the picture.
            kept = kept[max(0, len(kept) - len(young) - 1) :]
        assert (ring.next, ring.oldest) == (len(everything), len(everything) - len(kept))
        columns = ring.since(0)
        assert list(columns[0]) == kept
        assert list(columns[1]) == [-time for time in kept]
        assert ring.last() == ([kept[-1], -kept[-1]] if kept else [])
        assert list(ring.since(since)[0]) == kept[max(0, since - ring.oldest) :]


def test_it_takes_little_more_room_than_it_keeps() -> None:
    ring = PointRing(2, 100, None)
    for number in range(5000):
        add(ring, [float(number)])
    assert all(len(column) <= 201 for column in ring._columns)


@pytest.mark.parametrize("times", [[2.0], [4.0, 3.5], [nan], [4.0, inf]])
def test_times_go_up(times: list[float]) -> None:
    ring = PointRing(2, 100, None)
    add(ring, [1.0, 3.0])
    with pytest.raises(ValueError, match=r"must not go back|finite"):
        add(ring, times)
    assert list(ring.since(0)[0]) == [1.0, 3.0]
    add(ring, [3.0])


def test_clearing_begins_a_new_epoch() -> None:
    ring = PointRing(2, 100, None)
    add(ring, [5.0])
    ring.clear()
    assert (ring.epoch, ring.oldest, ring.next, ring.last()) == (1, 0, 0, [])
    add(ring, [1.0])
    assert (ring.oldest, ring.next) == (0, 1)
