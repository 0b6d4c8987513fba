"""How much of something may happen in a time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter.transports.rate import Allowance


def test_a_burst_and_then_what_each_second_brings() -> None:
    allowance = Allowance(per_second=2, burst=3)
    assert [allowance.take(100) for _ in range(4)] == [True, True, True, False]
    assert not allowance.take(100.25)
    assert allowance.take(100.5)
    assert not allowance.take(100.5)
    assert allowance.take(101)


def test_quiet_time_saves_up_no_more_than_a_burst() -> None:
    allowance = Allowance(per_second=2, burst=3)
    assert allowance.take(0, 3)
    assert [allowance.take(1e9) for _ in range(4)] == [True, True, True, False]


def test_what_is_not_granted_costs_nothing() -> None:
    allowance = Allowance(per_second=1, burst=10)
    assert allowance.take(0, 8)
    assert not allowance.take(0, 3)
    assert allowance.take(0, 2)
    assert not allowance.take(100, 10.5)
    assert allowance.take(100, 10)


def test_a_clock_that_goes_back_grants_nothing() -> None:
    allowance = Allowance(per_second=1, burst=1)
    assert allowance.take(100)
    assert not allowance.take(0)
    assert not allowance.take(100.5)
    assert allowance.take(101)


@pytest.mark.parametrize(
    ("per_second", "burst"), [(0, 1), (1, 0), (-1, 1), (float("nan"), 1), (1, float("nan"))]
)
def test_what_is_no_allowance(per_second: float, burst: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        Allowance(per_second, burst)


@given(
    st.floats(0.1, 1000),
    st.floats(1, 1000),
    st.lists(st.tuples(st.floats(0, 10), st.floats(0, 2000)), max_size=50),
)
def test_never_grants_more_than_a_burst_and_the_rate(
    per_second: float, burst: float, steps: list[tuple[float, float]]
) -> None:
    allowance = Allowance(per_second, burst)
    now = granted = 0.0
    for wait, amount in steps:
        now += wait
        if allowance.take(now, amount):
            granted += amount
        assert granted <= (burst + now * per_second) * (1 + 1e-9)
