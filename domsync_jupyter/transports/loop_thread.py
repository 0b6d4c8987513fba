"""`LoopThread`: an event loop that runs in a thread of its own, so that it goes on while others block.

While there is one, threads of the process switch sooner: see `switching.py`. It knows nothing of sockets and documents:
what runs in it is the caller's business.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from typing import TYPE_CHECKING, Any, Self, TypeVar

from domsync_jupyter.errors import DomsyncError
from domsync_jupyter.transports.switching import prompt_switching

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

__all__ = ["LoopThread"]

logger = logging.getLogger("domsync_jupyter")

T = TypeVar("T")

#: Seconds that tasks have to end after they were cancelled.
CANCEL_SECONDS = 1.0


class LoopThread:
    """An event loop and its daemon thread. Any thread may use any member, unless it says otherwise.

    Args:
        name: Of the thread.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._last: asyncio.Task[None] | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop. It is closed once the thread has ended.

        Raises:
            DomsyncError: If `start` was not called.
        """
        if self._loop is None:
            raise DomsyncError(f"the thread {self.name!r} was not started: call start() first")
        return self._loop

    @property
    def is_current(self) -> bool:
        """Whether the caller runs in this thread."""
        return threading.current_thread() is self._thread

    def start(self) -> Self:
        """Start the thread, once; another call does nothing. From now on there is a `loop`."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=self._main, args=(self._loop,), name=self.name, daemon=True
                )
                self._thread.start()
        return self

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run a coroutine in the loop, wait for it, and return or raise what it does. From any other thread.

        Args:
            coroutine: It goes on if waiting for it ends early: by an interrupt, or by the timeout.
            timeout: Seconds to wait at most; by default without end.

        Raises:
            DomsyncError: If it is called in this thread, which would wait for itself, or the thread has ended. The
                coroutine has not begun.
            TimeoutError: If it takes too long.
        """
        if self.is_current or self._stopping:
            coroutine.close()
            state = "cannot wait for itself" if self.is_current else "has ended"
            raise DomsyncError(f"the thread {self.name!r} {state}")
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout)

    def stop(
        self, last: Callable[[], Coroutine[Any, Any, None]] | None = None, *, timeout: float = 5.0
    ) -> bool:
        """End the thread: run `last`, then cancel all tasks, and close the loop. Idempotent.

        In the thread itself it does not wait: the rest happens when the code that calls it is done.

        Args:
            last: A coroutine function, called in the loop: the last that runs there. What it raises is logged. Ignored
                if the thread is stopping already.
            timeout: Seconds to wait at most. If a callback blocks the loop for longer, the rest happens later.

        Returns:
            Whether the thread has ended.
        """
        with self._lock:
            thread, loop = self._thread, self._loop
            if thread is None or loop is None:
                return True
            if not self._stopping:
                self._stopping = True
                loop.call_soon_threadsafe(self._begin_to_stop, last)
        if not self.is_current and timeout > 0:
            thread.join(timeout)
        return not thread.is_alive()

    def _begin_to_stop(self, last: Callable[[], Coroutine[Any, Any, None]] | None) -> None:
        self._last = self.loop.create_task(self._finish(last), name=f"stop {self.name}")

    async def _finish(self, last: Callable[[], Coroutine[Any, Any, None]] | None) -> None:
        try:
            if last is not None:
                await last()
        except Exception:
            logger.exception("what was to run last in the thread %r failed", self.name)
        finally:
            self.loop.stop()

    @prompt_switching()
    def _main(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            while not self._run(loop):
                pass
            tasks = asyncio.all_tasks(loop)
            for task in tasks:
                task.cancel()
            if tasks:
                loop.run_until_complete(asyncio.wait(tasks, timeout=CANCEL_SECONDS))
            with contextlib.suppress(TimeoutError):
                loop.run_until_complete(asyncio.wait_for(loop.shutdown_asyncgens(), CANCEL_SECONDS))
        finally:
            loop.close()

    def _run(self, loop: asyncio.AbstractEventLoop) -> bool:
        """Run the loop; whether it was stopped."""
        try:
            loop.run_forever()
        except (SystemExit, KeyboardInterrupt):
            # asyncio lets these through. In the main thread they end the program; here they would end it in silence
            # for those who are connected only.
            logger.exception("the thread %r goes on: only the main thread can end the program", self.name)
            return False
        return True
