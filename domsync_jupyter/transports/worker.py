"""`Worker`: a thread for callbacks that block.

A plain function which takes its time keeps the event loop from all else, so that no ping of any client is answered. One
that runs here does not. It knows neither clients nor documents.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import queue
import threading
from collections.abc import Awaitable, Callable, Generator
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contextvars import Context

__all__ = ["Worker"]


class Worker:
    """Runs functions in a thread of its own, one at a time, in the order in which they come.

    Belongs to the event loop in which it is made. The thread begins with the first function. It is a daemon: a function
    that never returns does not keep the program from ending.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._waiting: set[asyncio.Future[Any]] = set()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, function: Callable[[], Any]) -> Awaitable[Any]:
        """Have a function called in the thread, after all that came before it, with the caller's context variables.

        Returns:
            To be awaited in the loop: what the function returns or raises. If it returns something to be awaited, as
            coroutine functions do, that is awaited, in the loop. A ``StopIteration``, which no future can hold,
            is the cause of a ``RuntimeError``. If whoever awaits it is cancelled, a function that has not begun
            is not called; one that runs goes on.

        Raises:
            RuntimeError: If the worker is closed.
        """
        if self._closed:
            raise RuntimeError("the worker is closed")
        if self._thread is None:
            self._thread = threading.Thread(
                target=_work, args=(self._jobs,), name="domsync callbacks", daemon=True
            )
            self._thread.start()
        future = self._loop.create_future()
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        self._jobs.put(_Job(function, copy_context(), future))
        return _Outcome(future)

    def close(self) -> None:
        """End the thread when the function that runs has returned; those that wait are cancelled. Idempotent.

        Does not wait for it. Whoever awaits a function, that which runs included, is cancelled.
        """
        self._closed = True
        for future in list(self._waiting):
            future.cancel()
        if self._thread is not None:
            self._jobs.put(None)
            self._thread = None


class _Job:
    """A function to be called, and where to put what becomes of it."""

    def __init__(self, function: Callable[[], Any], context: Context, future: asyncio.Future[Any]) -> None:
        self._function = function
        self._context = context
        self._future = future

    def run(self) -> None:
        # A future may be asked in any thread whether it is done; only its loop may change it.
        if self._future.done():
            return
        try:
            result, error = self._context.run(self._function), None
        except BaseException as raised:  # noqa: BLE001 - whoever awaits it is to get it
            result, error = None, raised
        # The error of a closed loop: nobody awaits it any more.
        with contextlib.suppress(RuntimeError):
            self._future.get_loop().call_soon_threadsafe(_settle, self._future, result, error)


class _Outcome(Awaitable[Any]):
    """What becomes of a job. Unlike a coroutine's object, it may be dropped."""

    def __init__(self, future: asyncio.Future[Any]) -> None:
        self._future = future

    def __await__(self) -> Generator[Any, None, Any]:
        result = yield from self._future.__await__()
        if inspect.isawaitable(result):
            result = yield from _awaited(result).__await__()
        return result


async def _awaited(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


def _settle(future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
    if future.done():
        if inspect.iscoroutine(result):
            result.close()
    elif error is None:
        future.set_result(result)
    elif isinstance(error, StopIteration):
        raised = RuntimeError("a function raised StopIteration")
        raised.__cause__ = error
        future.set_exception(raised)
    else:
        future.set_exception(error)


def _work(jobs: queue.SimpleQueue[_Job | None]) -> None:
    while (job := jobs.get()) is not None:
        job.run()
        del job
