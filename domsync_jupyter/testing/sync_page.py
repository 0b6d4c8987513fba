"""`Page`: an `AsyncPage` for tests that are plain functions. The app runs in an event loop of another thread."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.sync import messages
    from domsync_jupyter.testing.page import AsyncPage, PageMessage
    from domsync_jupyter.transports.client import Client
    from domsync_jupyter.transports.host import Host

__all__ = ["Page"]

T = TypeVar("T")


class Page:
    """A page without a browser, for tests without ``async``. Made by ``with connect(app)``.

    Members, and what they raise, are those of `AsyncPage`; here nothing is awaited.
    """

    def __init__(self, page: AsyncPage) -> None:
        self._page = page

    # Looking

    @property
    def server(self) -> Host:
        """See `AsyncPage.server`."""
        return self._page.server

    @property
    def client(self) -> Client:
        """See `AsyncPage.client`. Its coroutines belong to the event loop of the app."""
        return self._page.client

    @property
    def app_document(self) -> Document:
        """See `AsyncPage.app_document`."""
        return self._page.app_document

    @property
    def document(self) -> Document:
        """See `AsyncPage.document`."""
        return self._read(lambda: self._page.document)

    @property
    def focused(self) -> Element | None:
        """See `AsyncPage.focused`."""
        return self._read(lambda: self._page.focused)

    @property
    def html(self) -> str:
        """See `AsyncPage.html`."""
        return self._read(lambda: self._page.html)

    @property
    def text(self) -> str:
        """See `AsyncPage.text`."""
        return self._read(lambda: self._page.text)

    @property
    def notices(self) -> list[messages.Notice]:
        """See `AsyncPage.notices`."""
        return self._read(lambda: list(self._page.notices))

    @property
    def calls(self) -> list[tuple[int, str, list[Any]]]:
        """See `AsyncPage.calls`."""
        return self._read(lambda: list(self._page.calls))

    @property
    def frames(self) -> list[PageMessage]:
        """See `AsyncPage.frames`."""
        return self._read(lambda: list(self._page.frames))

    @property
    def received(self) -> list[str | bytes]:
        """See `AsyncPage.received`."""
        return self._read(lambda: list(self._page.received))

    @property
    def answers(self) -> dict[str, Any]:
        """See `AsyncPage.answers`."""
        return self._page.answers

    @property
    def is_connected(self) -> bool:
        """See `AsyncPage.is_connected`."""
        return self._page.is_connected

    def query(self, selector: str) -> Element | None:
        """See `AsyncPage.query`."""
        return self._read(lambda: self._page.query(selector))

    def query_all(self, selector: str) -> list[Element]:
        """See `AsyncPage.query_all`."""
        return self._read(lambda: self._page.query_all(selector))

    def get(self, selector: str) -> Element:
        """See `AsyncPage.get`."""
        return self._read(lambda: self._page.get(selector))

    def get_by_text(self, text: str, selector: str = "*") -> Element:
        """See `AsyncPage.get_by_text`."""
        return self._read(lambda: self._page.get_by_text(text, selector))

    def get_by_label(self, text: str) -> Element:
        """See `AsyncPage.get_by_label`."""
        return self._read(lambda: self._page.get_by_label(text))

    # Waiting

    def until(self, condition: Callable[[], T], within: float | None = None) -> T:
        """See `AsyncPage.until`. The condition is looked at in the thread of the test."""
        deadline = self._page._deadline(within)
        while True:
            version = self._page._version
            if result := condition():
                self._read(self._page._raise_errors)
                return result
            self._run(self._page._next(version, deadline, condition))

    def wait_for(self, selector: str, within: float | None = None) -> Element:
        """See `AsyncPage.wait_for`."""
        return self._run(self._page.wait_for(selector, within))

    def wait_for_text(self, text: str, within: float | None = None) -> Element:
        """See `AsyncPage.wait_for_text`."""
        return self._run(self._page.wait_for_text(text, within))

    def settle(self) -> None:
        """See `AsyncPage.settle`."""
        self._run(self._page.settle())

    # Acting

    def click(self, target: str | Element, **fields: Any) -> None:
        """See `AsyncPage.click`."""
        self._run(self._page.click(target, **fields))

    def type(self, target: str | Element, text: str) -> None:
        """See `AsyncPage.type`."""
        self._run(self._page.type(target, text))

    def fill(self, target: str | Element, value: str) -> None:
        """See `AsyncPage.fill`."""
        self._run(self._page.fill(target, value))

    def check(self, target: str | Element, on: bool = True) -> None:
        """See `AsyncPage.check`."""
        self._run(self._page.check(target, on))

    def select(self, target: str | Element, *choices: str) -> None:
        """See `AsyncPage.select`."""
        self._run(self._page.select(target, *choices))

    def choose_files(self, target: str | Element, files: Mapping[str, bytes]) -> None:
        """See `AsyncPage.choose_files`."""
        self._run(self._page.choose_files(target, files))

    def press(self, key: str, target: str | Element | None = None) -> None:
        """See `AsyncPage.press`."""
        self._run(self._page.press(key, target))

    def focus(self, target: str | Element) -> None:
        """See `AsyncPage.focus`."""
        self._run(self._page.focus(target))

    def blur(self) -> None:
        """See `AsyncPage.blur`."""
        self._run(self._page.blur())

    def fire(self, target: str | Element, type: str, /, *, bubbles: bool = True, **fields: Any) -> None:
        """See `AsyncPage.fire`."""
        self._run(self._page.fire(target, type, bubbles=bubbles, **fields))

    def send(self, data: str | bytes) -> None:
        """See `AsyncPage.send`."""
        self._run(self._page.send(data))

    # The connection

    def drop(self) -> None:
        """See `AsyncPage.drop`."""
        self._run(self._page.drop())

    def reconnect(self) -> None:
        """See `AsyncPage.reconnect`."""
        self._run(self._page.reconnect())

    def close(self) -> None:
        """See `AsyncPage.close`."""
        self._run(self._page.close())

    # Inside

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._page._loop).result()

    def _read(self, function: Callable[[], T]) -> T:
        """Read in the thread that writes."""

        async def read() -> T:
            return function()

        return self._run(read())
