"""`Pings`: what waits for a pong, in memory. How clients use it: `test_client.py`."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConcurrencyError

from domsync_jupyter.transports.pings import Pings

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
async def pings() -> Pings:
    return Pings(asyncio.get_running_loop())


async def test_a_random_token_is_one_that_is_free(pings: Pings, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter([1, 1, 2])
    monkeypatch.setattr(random, "getrandbits", lambda _: next(numbers))
    assert [pings.add(None)[0] for _ in range(2)] == ["00000001", "00000002"]


async def test_a_token_waits_once(pings: Pings) -> None:
    pings.add("a")
    with pytest.raises(ConcurrencyError):
        pings.add("a")
    pings.answered("a")
    pings.add("a")
    assert pings.tokens == ["a"]


async def test_an_answer_is_one_to_all_earlier_pings(pings: Pings) -> None:
    waiters = {token: pings.add(token)[1] for token in "abc"}
    waiters["a"].cancel()
    pings.answered("unknown")
    pings.answered("b")
    assert pings.tokens == ["c"]
    assert pings.latency == waiters["b"].result()


async def test_failing(pings: Pings) -> None:
    waiters = [pings.add(token)[1] for token in "abc"]
    waiters[0].cancel()
    make: Callable[[], BaseException] = lambda: ValueError("closed")  # noqa: E731 - its type is the point
    pings.fail(make)
    assert pings.tokens == []
    assert waiters[1].exception() is not waiters[2].exception()
