"""`Channel`: stands in for the comm between a widget and its model in one page that has no notebook.

Up, the page's messages are events of the element in the document, so each runs once and in order. Down, they are
questions: the page's element has a method that takes all that waits, and while that is not answered what changes
meanwhile is merged. "Islands" in `docs/protocol.md` has the messages.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import anywidget
import msgspec
from ipywidgets.widgets.widget import _instances, _remove_buffers
from websockets.exceptions import ConnectionClosed

from domsync_jupyter.embedding import states, taps
from domsync_jupyter.errors import ClientGoneError, NotFoundError, PageError, ProtocolError
from domsync_jupyter.transports.modules import Module, publish_module

if TYPE_CHECKING:
    from ipywidgets import Widget

    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.transports.client import Client

__all__ = ["Channel", "Said", "decode"]

logger = logging.getLogger("domsync_jupyter")

#: Custom messages that wait for a page; the oldest are dropped, which is logged.
MAX_CUSTOM = 10_000
#: How a value names another model.
_REFERENCES = ("IPY_MODEL_", "anywidget:")


class Said(msgspec.Struct):
    """What a page says to a model.

    Attributes:
        model: The id of the model.
        method: ``open``: what is it, and its state? ``update``: keys were set. ``custom``: a message for its widget.
        number: Counts the updates and customs of an element, from 1.
        token: For ``open`` of the element's own model: marks what is said down from now on.
        state: Key -> value.
        content: Of a custom message.
        buffer_paths: Where in the state the buffers belong.
        buffers: Base64.
    """

    model: str
    method: Literal["open", "update", "custom"]
    number: int = 0
    token: str = ""
    state: dict[str, Any] = {}
    content: Any = None
    buffer_paths: list[list[str | int]] = []
    buffers: list[str] = []

    def bytes(self) -> list[bytes]:
        """The buffers.

        Raises:
            ValueError: If one is not Base64.
        """
        return [base64.b64decode(text, validate=True) for text in self.buffers]


_decoder = msgspec.json.Decoder(Said)


def decode(text: str) -> Said:
    """Read a message of a page.

    Raises:
        ValueError: If it is none.
    """
    said = _decoder.decode(text)
    if said.buffer_paths and (
        said.method != "update"
        or len(said.buffer_paths) != len(said.buffers)
        or not all(path and isinstance(path[0], str) for path in said.buffer_paths)
    ):
        raise ValueError("expected one buffer for each path in the state")
    return said


class Channel:
    """Between the models of one element in one page, and their widgets.

    What widgets say may come from any thread; what the page says comes from the one that runs the client's callbacks.

    Args:
        client: The page.
        element: Where the widget stands in the document.
        widget: The widget. The page may also open those that it refers to, and so on.
        token: The page's mark for this channel.
    """

    def __init__(self, client: Client, element: Element, widget: Widget, token: str) -> None:
        # Weak, as that of the client which leads here: one that is gone is to be forgotten.
        self._client = weakref.ref(client)
        self._name = client.id
        self._element = element
        self._root = widget
        self._token = token
        self._lock = threading.Lock()
        self._widgets: dict[str, Widget] = {}
        self._modules: dict[str, Module] = {}
        #: What waits for the page, in order: updates are merged with the one before.
        self._waiting: list[dict[str, Any]] = []
        self._dropped = 0
        #: The number of the page's last message, and whether that is news to it.
        self._seen = 0
        self._seen_is_news = False
        self._sent = 0
        self._pumping: asyncio.Task[None] | None = None
        #: The thread in which a widget hears something of this page now.
        self._hearing: int | None = None
        self.closed = False

    def close(self) -> None:
        """Say nothing more to the page. Idempotent."""
        self.closed = True

    # Up

    def hear(self, said: Said) -> None:
        """Take a message of the page.

        Raises:
            Exception: What an observer of the widget raises.
        """
        if said.method == "open":
            self._open(said.model)
            return
        widget = self._widgets.get(said.model)
        with self._lock:
            self._seen = max(self._seen, said.number)
            self._seen_is_news = True
            # What the page set is later than what waits for it.
            for message in self._waiting:
                if message["model"] == said.model and message["method"] == "update":
                    for key in said.state:
                        message["values"].pop(key, None)
        if widget is not None:
            custom = {"method": "custom", "content": said.content}
            data = _update(widget, said) if said.method == "update" else custom
            self._hearing = threading.get_ident()
            try:
                taps.tell(widget, data, said.bytes())
            finally:
                self._hearing = None
        self._wake()

    def _open(self, model_id: str) -> None:
        widget = self._find(model_id)
        if widget is None:
            self._put({"model": model_id, "method": "close"})
            return
        name = type(widget).__name__
        if not isinstance(widget, anywidget.AnyWidget):
            text = f"{name} is shown in a notebook only: it needs the widgets of Jupyter's own page."
            self._put({"model": model_id, "method": "refuse", "text": text})
            return
        taps.listen(widget, self)
        self._widgets[model_id] = widget
        state, paths, buffers = _remove_buffers(widget.get_state())
        values = states.split(state, paths, buffers)
        code = values.pop("_esm", states.Value(""))
        self._put(
            {"model": model_id, "method": "open", "esm": self._publish(model_id, code.json), "values": values}
        )

    def _publish(self, model_id: str, code: str) -> str:
        """The address of a widget's module."""
        if code.startswith(("http://", "https://")):
            return code
        module = self._modules[model_id] = publish_module(code)
        return module.path

    def _find(self, model_id: str) -> Widget | None:
        """The widget of a model, if it is ours, or one of ours refers to it."""
        if self._root.comm is not None and model_id == self._root.model_id:
            return self._root
        wanted = {prefix + model_id for prefix in _REFERENCES}
        if any(not wanted.isdisjoint(_texts(widget.get_state())) for widget in list(self._widgets.values())):
            found: Widget | None = _instances.get(model_id)
            return found
        return None

    # Down

    def said(self, model_id: str, data: dict[str, Any] | None, buffers: Sequence[Any]) -> None:
        """See `taps.Listener`."""
        if self.closed:
            return
        if data is None:
            self._widgets.pop(model_id, None)
            self._modules.pop(model_id, None)
            self._put({"model": model_id, "method": "close"})
            return
        method = data.get("method")
        if method == "custom":
            encoded = [base64.b64encode(buffer).decode() for buffer in buffers]
            self._put(
                {"model": model_id, "method": "custom", "content": data.get("content"), "buffers": encoded}
            )
        # A page needs no echo of its own.
        elif method == "update" or (method == "echo_update" and self._hearing != threading.get_ident()):
            values = states.split(data.get("state", {}), data.get("buffer_paths", ()), buffers)
            code = values.pop("_esm", None)
            if code is not None:
                self._put({"model": model_id, "method": "module", "esm": self._publish(model_id, code.json)})
            self._put({"model": model_id, "method": "update", "values": values})

    def _put(self, message: dict[str, Any]) -> None:
        with self._lock:
            last = self._waiting[-1] if self._waiting else None
            if (
                message["method"] == "update"
                and last is not None
                and last["method"] in ("update", "open")
                and last["model"] == message["model"]
            ):
                last["values"] |= message["values"]
            else:
                self._waiting.append(message)
                if len(self._waiting) > MAX_CUSTOM:
                    self._drop()
        self._wake()

    def _drop(self) -> None:
        oldest = next((each for each in self._waiting if each["method"] == "custom"), None)
        if oldest is not None:
            self._waiting.remove(oldest)
            if not self._dropped:
                logger.warning(
                    "client %s: more than %d messages of a widget wait for the page: the oldest are dropped",
                    self._name,
                    MAX_CUSTOM,
                )
            self._dropped += 1

    def _wake(self) -> None:
        """Have what waits sent. Any thread."""
        client = self._client()
        try:
            if client is not None:
                client.loop.call_soon_threadsafe(self._start)
        except RuntimeError:
            self.closed = True  # The loop is closed: there is no page any more.

    def _start(self) -> None:
        if self._pumping is None and not self.closed:
            self._pumping = asyncio.get_running_loop().create_task(
                self._pump(), name="domsync widget of a page"
            )

    async def _pump(self) -> None:
        try:
            while not self.closed and (text := self._take()) is not None:
                await self._deliver(text)
        except (ClientGoneError, ConnectionClosed, NotFoundError):
            # The page is gone, or the element is; another one opens a channel of its own.
            self.closed = True
        except PageError as error:
            logger.error("client %s: its page cannot show a widget: %s", self._name, error)
            self.closed = True
        finally:
            self._pumping = None

    def _take(self) -> str | None:
        """All that waits, as text."""
        with self._lock:
            if not self._waiting and not self._seen_is_news:
                return None
            waiting, self._waiting = self._waiting, []
            self._seen_is_news = False
            seen = self._seen
        return states.encode(
            {"seen": seen, "messages": [text for each in waiting if (text := self._raw(each))]}
        )

    def _raw(self, message: dict[str, Any]) -> msgspec.Raw | None:
        """A message as JSON; one that JSON cannot carry is left out, which is logged."""
        try:
            return msgspec.Raw(states.encode(_plain(message)).encode())
        except (TypeError, ValueError):
            logger.exception("client %s: what a widget says cannot be sent", self._name)
            return None

    async def _deliver(self, text: str) -> None:
        self._sent += 1
        while (client := self._client()) is not None:
            try:
                await client.call(self._element, "tell", self._token, self._sent, text)
            except TimeoutError:
                # It may be away, and come back. What it has had already it knows by the number.
                continue
            return


def _plain(message: dict[str, Any]) -> dict[str, Any]:
    values = message.pop("values", None)
    return message if values is None else message | states.join(values)


def _update(widget: Widget, said: Said) -> dict[str, Any]:
    """The message of a comm for what a page has set, as far as it may."""
    # A value that is nothing but bytes is missing in the state; they are put there by their paths.
    state = {str(path[0]): None for path in said.buffer_paths} | said.state
    refused = [key for key in state if not _is_settable(widget, key)]
    if refused:
        raise ProtocolError(
            f"a page may not set {', '.join(map(repr, refused))} of a {type(widget).__name__}"
        )
    return {"method": "update", "state": state, "buffer_paths": said.buffer_paths}


def _is_settable(widget: Widget, key: str) -> bool:
    """Whether a page may set a key: not what decides which code runs in pages."""
    return key in widget.keys and not key.startswith(("_esm", "_css", "_anywidget_id", "_model_", "_view_"))


def _texts(value: Any) -> Iterator[str]:
    """All strings in a state."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
