"""`connect`: a page in memory, to whatever shows a document."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from domsync_jupyter.domsync_server import DomsyncServer
from domsync_jupyter.errors import DomsyncError
from domsync_jupyter.testing.page import AsyncPage
from domsync_jupyter.testing.sync_page import Page
from domsync_jupyter.transports.host import ConnectionHandler, Host
from domsync_jupyter.transports.loop_thread import LoopThread
from domsync_jupyter.widget import DomsyncWidget

if TYPE_CHECKING:
    from types import TracebackType

    from domsync_jupyter.dom.document import Document

__all__ = ["Connection", "connect"]


def connect(
    app: ConnectionHandler | Document | DomsyncServer | DomsyncWidget,
    *,
    timeout: float = 5,
    raise_errors: bool = True,
) -> Connection:
    """Open a page of an app, without a browser and without a port.

    In a test that is a plain function, ``with connect(app) as page:`` gives a `Page`, and the app runs in an event loop
    of another thread. In one that is a coroutine, ``async with connect(app) as page:`` gives an `AsyncPage`, and the
    app runs in the test's own loop.

    Args:
        app: A connection handler, a `Document`, a `DomsyncServer` or a `DomsyncWidget`. Several pages of one
            `Document`, server or widget see each other. A server need not run; if it does, or if the widget has a loop
            of its own, the page is in that one.
        timeout: Seconds to wait at most, wherever the page waits for something.
        raise_errors: Whether what the app's callbacks and handlers raise fails the test, as `CallbackError`.

    Raises:
        TypeError: If `app` is none of these.
    """
    return Connection(app, timeout=timeout, raise_errors=raise_errors)


class Connection:
    """What `connect` returns, for ``with`` or ``async with``, once."""

    def __init__(
        self,
        app: ConnectionHandler | Document | DomsyncServer | DomsyncWidget,
        *,
        timeout: float,
        raise_errors: bool,
    ) -> None:
        self._widget = app if isinstance(app, DomsyncWidget) else None
        self._is_own = not isinstance(app, DomsyncServer | DomsyncWidget)
        if isinstance(app, DomsyncWidget):
            self._host = app._host
        else:
            self._host = app if isinstance(app, DomsyncServer) else Host(app)
        self._timeout = timeout
        self._raise_errors = raise_errors
        self._page: AsyncPage | None = None

    async def __aenter__(self) -> AsyncPage:
        loop = asyncio.get_running_loop()
        if (self._loop_of_app() or loop) is not loop:
            raise DomsyncError(
                "it runs in another event loop than this test: use 'with connect(...)' in a test that is a plain "
                "function, or start it in the test's loop"
            )
        return await self._open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._close(failed=kind is not None)

    def __enter__(self) -> Page:
        self._borrowed = self._loop_of_app() is None
        loop = _Shared.borrow() if self._borrowed else self._loop_of_app()
        assert loop is not None
        try:
            if loop is _running_loop():
                raise DomsyncError(
                    "a page that is not awaited would block its own event loop: use 'async with'"
                )
            return Page(asyncio.run_coroutine_threadsafe(self._open(), loop).result())
        except BaseException:
            if self._borrowed:
                _Shared.give_back()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._page is not None
        try:
            closing = self._close(failed=kind is not None)
            asyncio.run_coroutine_threadsafe(closing, self._page._loop).result()
        finally:
            if self._borrowed:
                _Shared.give_back()

    def _loop_of_app(self) -> asyncio.AbstractEventLoop | None:
        """The event loop in which it has to be; None if any will do."""
        if self._widget is not None:
            return self._widget._loop()
        if isinstance(self._host, DomsyncServer) and self._host.loop is not None:
            return self._host.loop
        return next((client.loop for client in self._host.get_clients()), None)

    async def _open(self) -> AsyncPage:
        page = self._page = AsyncPage(self._host, timeout=self._timeout, raise_errors=self._raise_errors)
        try:
            await page._open()
        except BaseException:
            await self._close(failed=True)
            raise
        return page

    async def _close(self, *, failed: bool) -> None:
        page = self._page
        assert page is not None
        try:
            if not failed:
                # What was said last may be on its way still.
                if page.is_connected:
                    await page.settle()
                page._raise_errors()
        finally:
            await page.close()
            if self._is_own:
                await self._host.end_all()


class _Shared:
    """The event loop of all pages of plain tests: pages that see each other have to be in one."""

    _lock = threading.Lock()
    _thread: LoopThread | None = None
    _users = 0

    @classmethod
    def borrow(cls) -> asyncio.AbstractEventLoop:
        with cls._lock:
            if cls._thread is None:
                cls._thread = LoopThread("domsync testing").start()
            cls._users += 1
            return cls._thread.loop

    @classmethod
    def give_back(cls) -> None:
        with cls._lock:
            cls._users -= 1
            if not cls._users and cls._thread is not None:
                thread, cls._thread = cls._thread, None
                thread.stop()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
