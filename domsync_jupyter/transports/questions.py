"""`Questions`: what a client can be asked about its page, and the answers that are still to come."""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import TYPE_CHECKING, Any

from domsync_jupyter.errors import NotFoundError, NotReadableError, NotSupportedError, PageError
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.questions import ASK_CALL, ASK_FILE, ASK_GET, CALLABLE, READABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.sync.session import Session

__all__ = ["Questions"]

#: Seconds in which a page has to answer.
ANSWER_SECONDS = 10


class Questions:
    """The questions to one page. Belongs to the client's event loop.

    Args:
        session: The page's.
        wake: Called when there is something to send.
    """

    def __init__(self, session: Session, wake: Callable[[], None]) -> None:
        self._session = session
        self._wake = wake
        self._waiting: dict[int, tuple[messages.Ask, asyncio.Future[Any]]] = {}
        self._last = 0

    async def call(self, element: Element, method: str, *arguments: Any) -> Any:
        """Call one of `CALLABLE` in the page; see `Client.call`."""
        if method not in CALLABLE:
            raise NotSupportedError(
                f"{method!r} cannot be called in a page: {', '.join(sorted(CALLABLE))} can"
            )
        return await self._ask(self._number(element), ASK_CALL, method, list(arguments))

    async def get(self, element: Element, name: str) -> Any:
        """Read one of `READABLE` in the page; see `Client.get`."""
        if name not in READABLE:
            raise NotSupportedError(f"{name!r} cannot be read from a page: {', '.join(sorted(READABLE))} can")
        return await self._ask(self._number(element), ASK_GET, name, [])

    async def read_file(self, handle: int, offset: int, length: int) -> bytes:
        """Read a part of a file of the page.

        Raises:
            NotReadableError: If the page cannot.
        """
        try:
            text = await self._ask(0, ASK_FILE, "", [handle, offset, length])
            part = base64.b64decode(text, validate=True)
        except (PageError, TypeError, binascii.Error) as error:
            raise NotReadableError(f"the page cannot read the file: {error}") from error
        if len(part) > length:
            raise NotReadableError(f"the page sent {len(part)} bytes where {length} were asked for")
        return part

    def answered(self, answer: messages.Answer) -> None:
        """Take an answer; one to no question is ignored: it may be late."""
        _, future = self._waiting.pop(answer.id, (None, None))
        if future is None or future.done():
            return
        if answer.ok:
            future.set_result(answer.value)
        else:
            future.set_exception(PageError(str(answer.value)[:1000]))

    def repeat(self) -> None:
        """Ask again what was not answered: the page came back on another socket."""
        for ask, _ in self._waiting.values():
            self._session.send(ask)

    def close(self, error: BaseException) -> None:
        """Nobody will answer any more: say so to all who wait."""
        for _, future in self._waiting.values():
            if not future.done():
                future.set_exception(error)
                # Retrieving it keeps asyncio from logging it when the one who asked was cancelled.
                future.exception()
        self._waiting.clear()

    def _number(self, element: Element) -> int:
        self._session.mirror.collect()
        if self._session.mirror.node(element._number) is not element:
            raise NotFoundError(f"{element!r} is not in the document that this client shows")
        return element._number

    async def _ask(self, node: int, kind: str, name: str, arguments: list[Any]) -> Any:
        self._last += 1
        ask = messages.Ask(self._last, node, kind, name, arguments)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._session.send(ask)
        self._waiting[ask.id] = (ask, future)
        self._wake()
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await future
        except TimeoutError:
            raise TimeoutError(f"the page did not answer within {ANSWER_SECONDS} seconds") from None
        finally:
            self._waiting.pop(ask.id, None)
