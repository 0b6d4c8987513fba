"""`Guard`: calls and awaits what users wrote. What that raises is logged and shown in the view, and ends nothing."""

from __future__ import annotations

import asyncio
import inspect
import sys
from typing import TYPE_CHECKING, Any

from websockets.exceptions import ConnectionClosed

from domsync_jupyter.errors import ClientGoneError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domsync_jupyter.sync.session import Session
    from domsync_jupyter.transports.errors_raised import ErrorsRaised

__all__ = ["Guard"]


class Guard:
    """That of one client. Belongs to its event loop.

    Args:
        session: The client's. Once it is closed, that the client is gone is no error.
        errors: Counts and words what is raised.
        changed: Called when there is a notice to send.
    """

    def __init__(self, session: Session, errors: ErrorsRaised, changed: Callable[[], None]) -> None:
        self._session = session
        self._errors = errors
        self._changed = changed

    def call(self, function: Callable[[], Any], what: str) -> Awaitable[Any] | None:
        """Call what a user wrote, and return what is to be awaited."""
        try:
            result = function()
            # Which asks the result for its class, and that may be anything.
            return result if inspect.isawaitable(result) else None
        except (ClientGoneError, ConnectionClosed):
            if not self._session.closed:
                self.report(what)
        except BaseException:  # noqa: BLE001 - KeyboardInterrupt of a kernel, SystemExit, whatever else there is
            self.report(what)
        return None

    async def wait(self, awaitable: Awaitable[Any], what: str) -> None:
        """Await what a user wrote, in the present task."""
        try:
            await awaitable
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            self.report(what)
        except (ClientGoneError, ConnectionClosed):
            if not self._session.closed:
                self.report(what)
        except GeneratorExit:
            raise  # That is how Python ends this coroutine.
        except BaseException:  # noqa: BLE001 - as in `call`
            self.report(what)

    async def wait_apart(self, awaitable: Awaitable[Any], what: str) -> None:
        """Await what a user wrote in a task of its own, which may cancel itself."""
        task = asyncio.get_running_loop().create_task(self.wait(awaitable, what))
        if inspect.iscoroutine(awaitable):
            # A task that is cancelled before it began has not awaited it.
            task.add_done_callback(lambda _: awaitable.close())
        try:
            await task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            self.report(what)

    def report(self, what: str) -> None:
        """Log the exception that is being handled, and show it in the view."""
        error = sys.exception()
        assert error is not None
        self._session.send(self._errors.report(what, error))
        self._changed()
