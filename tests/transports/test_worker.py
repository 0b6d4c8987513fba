"""`Worker`: functions run one at a time, in order, beside the loop, and whatever they do comes back to it."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator
from contextvars import ContextVar
from typing import Any

import pytest

from domsync_jupyter.transports.worker import Worker
from tests.peer import eventually

CONTEXT: ContextVar[str] = ContextVar("CONTEXT")


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    worker = Worker()
    yield worker
    threads = {each for each in threading.enumerate() if each.name == "domsync callbacks"}
    worker.close()
    for thread in threads:
        thread.join(10)
        assert not thread.is_alive()


class Gate:
    """A function that blocks until it is let go."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def __call__(self) -> str:
        self.reached.set()
        assert self.opened.wait(10)
        return "through"


async def test_runs_in_one_thread_which_begins_when_it_is_needed(worker: Worker) -> None:
    before = threading.active_count()
    one = await worker.submit(threading.get_ident)
    assert one == await worker.submit(threading.get_ident) != threading.get_ident()
    assert threading.active_count() == before + 1


async def test_one_at_a_time_and_in_order_while_the_loop_goes_on(worker: Worker) -> None:
    gate = Gate()
    seen: list[int] = []
    first = worker.submit(gate)
    rest = [worker.submit(lambda number=number: seen.append(number)) for number in range(100)]  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    await eventually(gate.reached.is_set)
    await asyncio.sleep(0)
    assert seen == []
    gate.opened.set()
    assert await first == "through"
    for each in rest:
        await each
    assert seen == list(range(100))


@pytest.mark.parametrize(
    "error", [ValueError("sorry"), KeyboardInterrupt(), asyncio.CancelledError(), SystemExit()]
)
async def test_raises_what_the_function_raises(worker: Worker, error: BaseException) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        await worker.submit(fail)
    if isinstance(error, ValueError):
        assert caught.value is error
        assert caught.traceback[-1].name == "fail"
    assert await worker.submit(lambda: "goes on") == "goes on"


async def test_stop_iteration_is_a_cause(worker: Worker) -> None:
    nothing: list[object] = []
    with pytest.raises(RuntimeError, match="StopIteration") as caught:
        await worker.submit(lambda: next(iter(nothing)))
    assert isinstance(caught.value.__cause__, StopIteration)


async def test_what_is_to_be_awaited_is_awaited_in_the_loop(worker: Worker) -> None:
    async def where() -> int:
        await asyncio.sleep(0)
        return threading.get_ident()

    async def fail() -> None:
        raise ValueError("sorry")

    assert await worker.submit(where) == threading.get_ident()
    with pytest.raises(ValueError, match="sorry"):
        await worker.submit(fail)
    future = asyncio.get_running_loop().create_future()
    future.set_result(1)
    assert await worker.submit(lambda: future) == 1


async def test_has_the_context_of_the_caller(worker: Worker) -> None:
    token = CONTEXT.set("here")
    inside = worker.submit(lambda: (CONTEXT.get(), CONTEXT.set("there"))[0])
    CONTEXT.reset(token)
    assert await inside == "here"
    assert await worker.submit(lambda: CONTEXT.get("nowhere")) == "nowhere"


async def test_a_function_that_nobody_waits_for_any_more_is_not_called(worker: Worker) -> None:
    gate = Gate()
    called: list[str] = []

    async def call(name: str) -> Any:
        return await worker.submit(lambda: called.append(name))

    running = asyncio.ensure_future(worker.submit(gate))
    dropped = asyncio.create_task(call("dropped"))
    kept = asyncio.create_task(call("kept"))
    await eventually(gate.reached.is_set)
    dropped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dropped
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    gate.opened.set()
    await kept
    assert called == ["kept"]


async def test_an_outcome_may_be_dropped(worker: Worker) -> None:
    called: list[int] = []
    worker.submit(lambda: called.append(1))
    gc.collect()
    await worker.submit(int)
    assert called == [1]


async def test_a_coroutine_that_nobody_waits_for_any_more_is_closed(worker: Worker) -> None:
    gate = Gate()

    async def never() -> None:
        raise AssertionError

    def function() -> Any:
        gate()
        return never()

    waiting = asyncio.ensure_future(worker.submit(function))
    await eventually(gate.reached.is_set)
    waiting.cancel()
    gate.opened.set()
    await worker.submit(int)
    gc.collect()  # would warn of a coroutine that was never awaited


async def test_close_lets_go_of_all_that_wait(worker: Worker) -> None:
    gate = Gate()
    called: list[int] = []
    outcomes = [worker.submit(gate), worker.submit(lambda: called.append(1))]
    await eventually(gate.reached.is_set)
    worker.close()
    worker.close()
    for outcome in outcomes:
        with pytest.raises(asyncio.CancelledError):
            await outcome
    with pytest.raises(RuntimeError, match="closed"):
        worker.submit(int)
    (thread,) = [each for each in threading.enumerate() if each.name == "domsync callbacks"]
    gate.opened.set()
    thread.join(10)
    assert not thread.is_alive()
    assert called == []


async def test_without_any_function_there_is_nothing_to_close() -> None:
    before = threading.active_count()
    Worker().close()
    assert threading.active_count() == before


def test_a_loop_that_is_closed_meanwhile() -> None:
    gate = Gate()
    workers: list[Worker] = []

    async def main() -> None:
        workers.append(Worker())
        workers[0].submit(gate)
        await eventually(gate.reached.is_set)

    asyncio.run(main())
    (thread,) = [each for each in threading.enumerate() if each.name == "domsync callbacks"]
    workers[0]._jobs.put(None)
    gate.opened.set()
    thread.join(10)
    assert not thread.is_alive()
