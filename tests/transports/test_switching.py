"""`prompt_switching`: the interval while it is wanted, and afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from domsync_jupyter.transports.loop_thread import LoopThread
from domsync_jupyter.transports.switching import SECONDS, prompt_switching


@pytest.fixture(autouse=True)
def interval() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield
    sys.setswitchinterval(before)


def now() -> float:
    return round(sys.getswitchinterval(), 5)  # kept in whole microseconds, rounded down


def test_holds_until_the_last_one_is_done() -> None:
    one, other = prompt_switching(), prompt_switching()
    with one:
        with other:
            assert now() == SECONDS
        assert now() == SECONDS
    assert now() == 0.005


def test_keeps_what_others_set() -> None:
    with prompt_switching():
        sys.setswitchinterval(0.001)
    assert now() == 0.001
    sys.setswitchinterval(0.00005)
    with prompt_switching():
        assert now() == 0.00005
    assert now() == 0.00005


def test_a_loop_in_a_thread_wants_it() -> None:
    thread = LoopThread("test").start()
    thread.run(_nothing())
    assert now() == SECONDS
    assert thread.stop()
    assert now() == 0.005


async def _nothing() -> None:
    pass
