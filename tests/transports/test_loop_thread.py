"""`LoopThread`: starts once, runs what others give it, and ends in bounded time whatever runs in it."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import AsyncGenerator, Iterator

import pytest

from domsync_jupyter import DomsyncError
from domsync_jupyter.transports import loop_thread
from domsync_jupyter.transports.loop_thread import LoopThread


@pytest.fixture
def thread() -> Iterator[LoopThread]:
    thread = LoopThread("test").start()
    yield thread
    assert thread.stop()


async def ident() -> int:
    return threading.get_ident()


async def forever() -> None:
    await asyncio.Event().wait()


def test_runs_in_a_thread_of_its_own(thread: LoopThread) -> None:
    one, other = thread.run(ident()), thread.run(ident())
    assert one == other != threading.get_ident()
    assert not thread.is_current
    (found,) = [each for each in threading.enumerate() if each.ident == one]
    assert (found.name, found.daemon) == ("test", True)


def test_starts_once(thread: LoopThread) -> None:
    loop = thread.loop
    assert thread.start() is thread
    assert thread.loop is loop


def test_before_it_is_started() -> None:
    thread = LoopThread("test")
    with pytest.raises(DomsyncError, match="not started"):
        _ = thread.loop
    with pytest.raises(DomsyncError, match="not started"):
        thread.run(coroutine := ident())
    coroutine.close()
    assert thread.stop()


def test_raises_what_the_coroutine_raises(thread: LoopThread) -> None:
    async def fail() -> None:
        raise ValueError("sorry")

    with pytest.raises(ValueError, match="sorry"):
        thread.run(fail())


def test_waits_no_longer_than_it_should(thread: LoopThread) -> None:
    with pytest.raises(TimeoutError):
        thread.run(forever(), timeout=0.001)


def test_does_not_wait_for_itself(thread: LoopThread) -> None:
    async def run() -> None:
        assert thread.is_current
        thread.run(ident())

    with pytest.raises(DomsyncError, match="itself"):
        thread.run(run())


def test_runs_nothing_after_its_end(thread: LoopThread) -> None:
    assert thread.stop()
    assert thread.stop()
    assert thread.loop.is_closed()
    with pytest.raises(DomsyncError, match="ended"):
        thread.run(ident())


def test_stops_by_itself(thread: LoopThread) -> None:
    async def stop() -> bool:
        return thread.stop()

    assert thread.run(stop()) is False, "it has not ended while its code runs"


def test_the_last_runs_to_its_end_and_all_else_is_cancelled(thread: LoopThread) -> None:
    seen: list[str] = []
    begun = threading.Event()

    async def work() -> None:
        begun.set()
        try:
            await forever()
        finally:
            seen.append("cancelled")

    async def last() -> None:
        await asyncio.sleep(0.001)
        seen.append("last")

    asyncio.run_coroutine_threadsafe(work(), thread.loop)
    assert begun.wait(10)
    assert thread.stop(last)
    assert seen == ["last", "cancelled"]


def test_a_last_that_raises_is_logged(thread: LoopThread, expected_errors: list[logging.LogRecord]) -> None:
    async def last() -> None:
        raise ValueError("sorry")

    assert thread.stop(last)
    record = expected_errors.pop()
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ValueError)


def test_tasks_and_generators_that_do_not_want_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_thread, "CANCEL_SECONDS", 0.05)
    thread = LoopThread("test").start()
    stubborn: list[object] = []
    release = asyncio.Event()

    async def numbers() -> AsyncGenerator[int]:
        try:
            yield 1
        finally:
            await release.wait()

    async def work() -> None:
        stubborn.append(generator := numbers())
        await anext(generator)
        try:
            await forever()
        finally:
            await release.wait()

    async def begin() -> None:
        stubborn.append(asyncio.create_task(work()))
        await asyncio.sleep(0)

    thread.run(begin())
    assert thread.stop()
    (task,) = (each for each in stubborn if isinstance(each, asyncio.Task))
    task._log_destroy_pending = False  # type: ignore[attr-defined]  # it never ends, which asyncio would say


def test_a_callback_that_blocks_does_not_hold_up_who_stops_it(thread: LoopThread) -> None:
    blocked, release = threading.Event(), threading.Event()

    def block() -> None:
        blocked.set()
        assert release.wait(10)

    thread.loop.call_soon_threadsafe(block)
    assert blocked.wait(10)
    assert not thread.stop(timeout=0.001)
    assert not thread.stop(timeout=0)
    release.set()
    assert thread.stop()


def test_a_callback_cannot_end_it(thread: LoopThread, expected_errors: list[logging.LogRecord]) -> None:
    for error in (SystemExit, KeyboardInterrupt):
        before = threading.Event()

        async def raise_it(error: type[BaseException] = error, before: threading.Event = before) -> None:
            before.set()
            raise error

        task = asyncio.run_coroutine_threadsafe(raise_it(), thread.loop)
        assert before.wait(10)
        assert isinstance(task.exception(10), error)
    thread.loop.call_soon_threadsafe(sys.exit)
    assert thread.run(ident())
    assert len(expected_errors) == 3
    expected_errors.clear()
