"""The queue before ``recv()``."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import ConcurrencyError

from domsync_jupyter.transports.inbox import Inbox


@given(
    lengths=st.lists(st.integers(0, 30), max_size=40),
    max_messages=st.integers(1, 10),
    max_bytes=st.integers(0, 60),
)
async def test_keeps_the_newest_within_the_limits(
    lengths: list[int], max_messages: int, max_bytes: int
) -> None:
    inbox = Inbox(max_messages=max_messages, max_bytes=max_bytes)
    put = [bytes([number]) * length for number, length in enumerate(lengths)]
    dropped = sum(inbox.put(message) for message in put)
    inbox.close()
    kept = []
    while True:
        try:
            kept.append(await inbox.get())
        except EOFError:
            break
    assert kept == put[dropped:]
    assert len(kept) <= max_messages
    assert len(kept) == min(len(put), 1) or sum(map(len, kept)) <= max_bytes
    if dropped:  # One more would have been too much.
        more = put[dropped - 1 :]
        assert len(more) > max_messages or sum(map(len, more)) > max_bytes or len(put[-1]) > max_bytes


async def test_a_waiter_learns_of_the_end() -> None:
    inbox = Inbox(max_messages=1, max_bytes=1)
    waiting = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    with pytest.raises(ConcurrencyError):
        await inbox.get()
    inbox.close()
    inbox.close()
    with pytest.raises(EOFError):
        await waiting
