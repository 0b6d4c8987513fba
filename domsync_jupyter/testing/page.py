"""`AsyncPage`: a page in memory, in the event loop of what it shows."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import mimetypes
import time
import uuid
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from domsync_jupyter.sync import messages
from domsync_jupyter.sync.page_session import PageSession
from domsync_jupyter.sync.questions import ASK_FILE
from domsync_jupyter.testing.screen import Screen
from domsync_jupyter.transports.client import Client
from domsync_jupyter.transports.comm import CommLink

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.transports.host import Host
    from domsync_jupyter.transports.viewer import Viewer

__all__ = ["AsyncPage", "CallbackError", "PageMessage"]

T = TypeVar("T")

#: Seconds after which a condition is looked at again, although nothing came: it may be about something else.
LOOK_SECONDS = 0.02

_TAGS_DOWN = (
    "Welcome",
    "Frame",
    "Snapshot",
    "Ack",
    "Close",
    "Text",
    "Ping",
    "Pong",
    "Notice",
    "Ask",
    "Resend",
    "Check",
)
_TAGS_UP = ("Hello", "Event", "Edits", "Ack", "Bye", "App", "Ping", "Pong", "Fault", "Answer", "Resend")


class CallbackError(AssertionError):
    """A callback or a connection handler of the app raised; the message has its traceback."""


class PageMessage(NamedTuple):
    """A message of ``docs/protocol.md``.

    Attributes:
        sent: Whether the page said it; otherwise it came from Python.
        name: Such as ``"Event"`` or ``"Frame"``.
        fields: Its fields, in order.
    """

    sent: bool
    name: str
    fields: list[Any]


class AsyncPage:
    """A page without a browser: it shows a document, and a test acts in it. Made by ``async with connect(app)``.

    It has no layout and no scripts, and fetches nothing. All that is in the document counts as visible.

    Where a member takes a `target`, that is a selector, which has to match something (the first match counts), or an
    element that one of the members has returned.

    What acts returns when the app's callbacks have run to their end and the page shows what they did. If one of them
    raised, it raises `CallbackError`, unless the page was made with ``raise_errors=False``.

    Args:
        host: What the page is connected to.
        timeout: Seconds to wait at most, wherever something is waited for.
        raise_errors: Whether what the app's code raises fails the test.
    """

    def __init__(self, host: Host, *, timeout: float, raise_errors: bool) -> None:
        self.timeout = timeout
        self.raise_errors = raise_errors
        #: All messages so far, both ways.
        self.frames: list[PageMessage] = []
        #: What the app's ``client.send`` sent: strings and bytes.
        self.received: list[str | bytes] = []
        #: What the page answers to ``client.call`` and ``client.get``, by the name of the method or property: a value,
        #: or a function of the element and the arguments. ``focus`` and ``blur`` move the focus without one; any other
        #: question is answered with an error.
        self.answers: dict[str, Any] = {}
        self._host = host
        self._loop = asyncio.get_running_loop()
        self._link: CommLink | None = None
        self._viewer: Viewer | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._session = PageSession(self._say, self)
        self._screen = Screen(self._session)
        self._arrival = asyncio.Event()
        self._version = 0
        self._reported = 0
        self._answered = 0
        self._heard = 0
        #: Contents of the files that were chosen; the first one has the handle 1.
        self._files: list[bytes] = []

    # Looking

    @property
    def server(self) -> Host:
        """What connection handlers get as their first argument."""
        return self._host

    @property
    def client(self) -> Client:
        """This page's client: what connection handlers get as their second argument."""
        assert self._viewer is not None
        return self._viewer.client

    @property
    def app_document(self) -> Document:
        """The app's document: what Python writes to."""
        assert self._viewer is not None
        return self._viewer.document

    @property
    def document(self) -> Document:
        """What the page shows, as a `Document` to read: a copy of the moment, which knows what was typed, too."""
        return self._screen.document

    @property
    def focused(self) -> Element | None:
        """The element with the focus."""
        return self._screen.focused

    @property
    def html(self) -> str:
        """What the page shows, as HTML: what is in the root element."""
        return self._screen.html

    @property
    def text(self) -> str:
        """What the page shows, as text."""
        return self._screen.document.getRootElement().innerText

    @property
    def notices(self) -> list[messages.Notice]:
        """What the page tells the person, so far: errors of callbacks, among others."""
        return self._session.notices

    @property
    def calls(self) -> list[tuple[int, str, list[Any]]]:
        """Methods that Python called in the page, such as ``scrollIntoView``: number of the node, method, arguments."""
        return self._session.replica.calls

    @property
    def is_connected(self) -> bool:
        """Whether it has a connection that is open."""
        return self._link is not None and self._link.is_open

    def query(self, selector: str) -> Element | None:
        """The first element that matches, or ``None``."""
        return self.document.querySelector(selector)

    def query_all(self, selector: str) -> list[Element]:
        """All elements that match."""
        return list(self.document.querySelectorAll(selector))

    def get(self, selector: str) -> Element:
        """The first element that matches.

        Raises:
            AssertionError: If there is none; it shows the page's HTML.
        """
        return self._screen.locate(selector)

    def get_by_text(self, text: str, selector: str = "*") -> Element:
        """The innermost element whose text contains this, first in the order of the document.

        Raises:
            AssertionError: If there is none.
        """
        found = [each for each in self.query_all(selector) if text in (each.textContent or "")]
        for element in found:
            if not any(other is not element and element.contains(other) for other in found):
                return element
        raise AssertionError(
            f"nothing that matches {selector!r} has the text {text!r} in this page:\n{self.html}"
        )

    def get_by_label(self, text: str) -> Element:
        """The control of the first label, or with the first ``aria-label``, that contains this.

        Raises:
            AssertionError: If there is none.
        """
        for label in self.query_all("label, [aria-label]"):
            if text in (label.getAttribute("aria-label") or ""):
                return label
            control = getattr(label, "control", None)
            if control is not None and text in (label.textContent or ""):
                found: Element = control
                return found
        raise AssertionError(f"no control has the label {text!r} in this page:\n{self.html}")

    # Waiting

    async def until(self, condition: Callable[[], T], within: float | None = None) -> T:
        """Wait until a condition holds, and return what it returns. It is looked at whenever something comes.

        Args:
            condition: A function, without arguments.
            within: Seconds to wait at most; by default the page's `timeout`.

        Raises:
            AssertionError: If it does not in time; it shows the page's HTML.
            CallbackError: If the app's code raises meanwhile.
        """
        deadline = self._deadline(within)
        while not (result := condition()):
            await self._next(self._version, deadline, condition)
        self._raise_errors()
        return result

    async def wait_for(self, selector: str, within: float | None = None) -> Element:
        """Wait until something matches, and return it. Raises as `until`."""
        found = await self.until(
            _named(lambda: self.query(selector), f"something matches {selector!r}"), within
        )
        assert found is not None
        return found

    async def wait_for_text(self, text: str, within: float | None = None) -> Element:
        """Wait until an element has this text, and return it. Raises as `until`."""
        await self.until(_named(lambda: text in self.text, f"there is the text {text!r}"), within)
        return self.get_by_text(text)

    async def settle(self) -> None:
        """Wait until all callbacks of what was done here have ended, and what they changed is shown.

        Raises:
            AssertionError: If they do not end in time, or the connection is gone.
            CallbackError: If one raised.
        """
        if not self.is_connected:
            raise AssertionError("this page has no connection (any more): call reconnect()")
        done = self._screen.flush()
        await self.until(_named(done, "all callbacks have ended: one of them waits for something"))

    # Acting

    async def click(self, target: str | Element, **fields: Any) -> None:
        """Click an element; a label clicks its control, a checkbox is ticked, a submit button submits.

        Args:
            target: A selector or an element.
            fields: Properties of the event, such as ``ctrlKey=True``, ``clientX=10``.

        Raises:
            AssertionError: If there is no such element, or it is disabled.
        """
        self._screen.click(self._screen.locate(target), **fields)
        await self.settle()

    async def type(self, target: str | Element, text: str) -> None:
        r"""Type into a text field or text area, key by key, behind what it has. ``\n`` presses Enter.

        The event ``change`` comes, as in a browser, with Enter or when the focus goes elsewhere: see `blur`.
        """
        element = self._screen.locate(target)
        self._screen.check_editable(element)
        self._screen.focus(element)
        for key in text:
            self._screen.press("Enter" if key == "\n" else key)
            await self.settle()
        await self.settle()

    async def fill(self, target: str | Element, value: str) -> None:
        """Give a text field, slider, date or the like this value, with the events ``input`` and ``change``."""
        element = self._screen.locate(target)
        self._screen.check_editable(element)
        self._screen.focus(element)
        self._screen.put(element, "value", value)
        await self.settle()
        self._screen.change(self._screen.locate(element))
        await self.settle()

    async def check(self, target: str | Element, on: bool = True) -> None:
        """Tick a checkbox or radio button, or with ``on=False`` untick it, by a click if that is needed."""
        element: Any = self._screen.locate(target)
        if not hasattr(element, "checked"):
            raise AssertionError(f"{element!r} cannot be ticked")
        if element.checked is not on:
            await self.click(element)
        if (now := self._screen.locate(element).checked) is not on:  # type: ignore[attr-defined]
            raise AssertionError(f"{element!r} is {'ticked' if now else 'not ticked'} after all")

    async def select(self, target: str | Element, *choices: str) -> None:
        """Choose options of a ``<select>``, by value or by what they show; of a multiple one these and no others."""
        element: Any = self._screen.locate(target)
        self._screen.check_editable(element)
        options = list(element.options)
        indices = [
            next((i for i, option in enumerate(options) if choice in (option.value, option.text)), -1)
            for choice in choices
        ]
        if -1 in indices:
            shown = [option.text for option in options]
            raise AssertionError(f"there is no option {choices[indices.index(-1)]!r}, only {shown}")
        self._screen.focus(element)
        if element.multiple:
            self._screen.put(element, "selectedOptions", sorted(indices))
        else:
            (index,) = indices
            self._screen.put(element, "selectedIndex", index)
        self._screen.change(element)
        await self.settle()

    async def choose_files(self, target: str | Element, files: Mapping[str, bytes]) -> None:
        """Choose these files, by name, in an ``<input type=file>``, with the events ``input`` and ``change``."""
        element = self._screen.locate(target)
        if element.getAttribute("type") != "file":
            raise AssertionError(f"{element!r} takes no files")
        infos = []
        for name, content in files.items():
            self._files.append(content)
            kind = mimetypes.guess_type(name)[0] or ""
            infos.append(messages.FileInfo(len(self._files), name, len(content), kind, 0))
        for type in ("input", "change"):  # noqa: A001 - of events
            self._screen.fire(self._screen.locate(element), type, files=infos)
        await self.settle()

    async def press(self, key: str, target: str | Element | None = None) -> None:
        """Press a key, such as ``"a"``, ``"Enter"`` or ``"Control+s"``, where the focus is or at `target`."""
        if target is not None:
            self._screen.focus(self._screen.locate(target))
        self._screen.press(key)
        await self.settle()

    async def focus(self, target: str | Element) -> None:
        """Move the focus there."""
        self._screen.focus(self._screen.locate(target))
        await self.settle()

    async def blur(self) -> None:
        """Take the focus away from where it is: a field that was typed in has its event ``change``."""
        self._screen.focus(None)
        await self.settle()

    async def fire(self, target: str | Element, type: str, /, *, bubbles: bool = True, **fields: Any) -> None:
        """Let any other event happen, such as ``"dblclick"`` or ``"drop"``, with these properties."""
        self._screen.fire(self._screen.locate(target), type, bubbles=bubbles, **fields)
        await self.settle()

    async def send(self, data: str | bytes) -> None:
        """Send what code of a page sends to ``client.recv()``."""
        if isinstance(data, bytes):
            assert self._link is not None
            self._link.feed({"view": self._link.view, "binary": True}, [data])
        else:
            self._session.post(lambda seq, ack: messages.App(seq, ack, data))
        await self.settle()

    # The connection

    async def drop(self) -> None:
        """Lose the connection without a word, as when the network fails. The app's session waits for the page."""
        if self._link is not None:
            self._link.abort()
        self._session.disconnected()
        await self._ended()

    async def reconnect(self) -> None:
        """Connect anew, and take the session up again, if Python has it still."""
        await self.drop()
        await self._open(self._session.token)

    async def close(self) -> None:
        """Close the page, for good. Idempotent."""
        if self.is_connected:
            self._session.say(messages.Bye("view"))
            self._session.disconnected()
            await self._ended()
        elif self._viewer is not None:
            await self._host.end(self._viewer)
        self._session.disconnected()

    # Inside

    def after(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        """For the session: its clock."""
        return self._loop.call_later(seconds, callback).cancel

    async def _open(self, token: str = "") -> None:
        link = CommLink(self._deliver, uuid.uuid4().hex, self._loop)
        viewer = self._host.resume(token)
        if viewer is not None:
            viewer.client.attach(link)
        else:
            viewer = self._host.open(Client(link))
        self._link, self._viewer = link, viewer
        task = self._loop.create_task(self._serve(viewer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._session.close_message = None
        self._session.connected()
        await self.until(_named(lambda: self._session.ready, "Python has answered"))
        # Now the handler has begun: what it has built is part of what comes next.
        await self.settle()

    async def _serve(self, viewer: Viewer) -> None:
        try:
            await viewer.run_socket()
        finally:
            await self._host.socket_ended(viewer)

    async def _ended(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self.timeout)

    def _say(self, text: str) -> None:
        link = self._link
        if link is None or not link.is_open:
            return
        tag, *fields = json.loads(text)
        self.frames.append(PageMessage(True, _TAGS_UP[tag], fields))
        link.feed({"view": link.view, "text": text})

    def _deliver(self, content: dict[str, Any], buffers: list[bytes] | None) -> None:
        """Take what Python sends. Any thread: it may be sent under locks, so nothing is done here."""
        (buffer,) = buffers or [b""]
        try:
            self._loop.call_soon_threadsafe(self._take, content, bytes(buffer))
        except RuntimeError:
            return  # The loop is closed, and with it the page.

    def _take(self, content: dict[str, Any], data: bytes) -> None:
        if self._link is None or content["view"] != self._link.view:
            return  # Of a connection that was dropped.
        if content.get("binary"):
            self.received.append(data)
        else:
            tag, *fields = json.loads(data)
            self.frames.append(PageMessage(False, _TAGS_DOWN[tag], fields))
            self._session.receive(data.decode())
            self.received += self._session.texts[self._heard :]
            self._heard = len(self._session.texts)
            self._screen.changed()
            for question in self._session.questions[self._answered :]:
                self._answered += 1
                self._session.say(self._answer(question))
        self._version += 1
        self._arrival.set()

    def _answer(self, question: messages.Ask) -> messages.Answer:
        if question.kind == ASK_FILE:
            handle, offset, length = question.arguments
            part = self._files[handle - 1][offset : offset + length]
            return messages.Answer(question.id, True, base64.b64encode(part).decode())
        element = self._screen._element(question.node)
        if question.name in ("focus", "blur") and question.name not in self.answers:
            self._screen.focus(element if question.name == "focus" else None)
            return messages.Answer(question.id, True, None)
        if question.name not in self.answers:
            words = f"the page of this test has no answer to {question.name!r}: put one into page.answers"
            return messages.Answer(question.id, False, words)
        answer = self.answers[question.name]
        if callable(answer):
            answer = answer(element, *question.arguments)
        return messages.Answer(question.id, True, answer)

    def _deadline(self, within: float | None) -> float:
        return time.monotonic() + (self.timeout if within is None else within)

    async def _next(self, version: int, deadline: float, condition: Callable[[], object]) -> None:
        """Wait for what comes after `version`, or a moment.

        Raises:
            AssertionError: If the time is over, or nothing can come any more.
        """
        self._raise_errors()
        words = ""
        if time.monotonic() > deadline:
            words = "in vain"
        elif not self.is_connected:
            ended = self._session.close_message
            words = f"with a connection that was closed{f' ({ended[0]} {ended[1]!r})' if ended else ''}"
        if words:
            name = getattr(condition, "__name__", "")
            what = "a condition holds" if name in ("", "<lambda>") else name
            raise AssertionError(f"waited {words} until {what}; the page shows:\n{self.html}")
        if version == self._version:
            self._arrival.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrival.wait(), LOOK_SECONDS)

    def _raise_errors(self) -> None:
        """Raise what the app's code raised, once each."""
        if self._session.faults:
            raise AssertionError(f"the page could not show what Python sent: {self._session.faults}")
        new, self._reported = self._session.notices[self._reported :], len(self._session.notices)
        if not self.raise_errors:
            return
        for notice in new:
            if notice.kind == "error" and notice.count:
                raise CallbackError(f"{notice.title}\n{notice.text}")


def _named(condition: Callable[[], T], name: str) -> Callable[[], T]:
    condition.__name__ = name
    return condition
