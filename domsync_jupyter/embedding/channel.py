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

from domsync_jupyter.embedding import states, taps, waiting
from domsync_jupyter.embedding.waiting import Message, Waiting
from domsync_jupyter.errors import ClientGoneError, NotFoundError, PageError, ProtocolError
from domsync_jupyter.transports.modules import Module, publish_module

if TYPE_CHECKING:
    from ipywidgets import Widget

    from domsync_jupyter.dom.embedded import EmbeddedElement
    from domsync_jupyter.transports.client import Client

__all__ = ["Channel", "Said", "decode"]

logger = logging.getLogger("domsync_jupyter")

#: What decides which code runs in pages, by how the keys begin: no page may set that. (Keys that a widget does not have
#: it ignores, as over a comm: Plotly's module says one.)
_CODE = ("_esm", "_css", "_anywidget_id", "_model_", "_view_")
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
    """

    def __init__(self, client: Client, element: EmbeddedElement, widget: Widget) -> None:
        # Weak, as that of the client which leads here: one that is gone is to be forgotten.
        self._client = weakref.ref(client)
        self._name = client.id
        self._element = element
        self._root = widget
        self._lock = threading.Lock()
        #: The page's mark for what is said since it began.
        self._token = ""
        #: Those that it has opened, and what each refers to: ids, which are looked up when its state has changed.
        self._widgets: dict[str, Widget] = {}
        self._references: dict[str, frozenset[str]] = {}
        self._changed: set[str] = set()
        self._modules: dict[str, Module] = {}
        self._waiting = Waiting()
        self._has_dropped = False
        #: The number of the page's last message, and whether that is news to it.
        self._seen = 0
        self._seen_is_news = False
        self._sent = 0
        #: One, also when the page begins anew: it is asked one question at a time.
        self._pumping: asyncio.Task[None] | None = None
        #: The thread in which a widget hears something of this page now.
        self._hearing: int | None = None
        self._closed = True

    def begin(self, token: str) -> None:
        """The page knows nothing any more, and opens its models after this.

        Args:
            token: Its mark for what is said from now on.
        """
        with self._lock:
            self._token = token
            self._waiting.clear()
            self._seen = self._sent = 0
            self._seen_is_news = self._has_dropped = self._closed = False
            for known in (self._widgets, self._references, self._changed, self._modules):
                known.clear()

    # Up

    def hear(self, said: Said) -> None:
        """Take a message of the page.

        Raises:
            ProtocolError: If a page may not say that.
            Exception: What an observer of the widget raises.
        """
        if said.method == "open":
            self._open(said.model)
            return
        widget = self._widgets.get(said.model)
        try:
            data = self._accept(widget, said)
            if widget is None:
                return
            self._hearing = threading.get_ident()
            try:
                taps.tell(widget, data, said.bytes())
            finally:
                self._hearing = None
                self._changed.add(said.model)
        finally:
            # Also what was refused the page waits for, before it says more.
            self._wake()

    def refuse(self, text: str) -> None:
        """Have the page show this instead of the widget."""
        self._put(Message(self._root.model_id, "refuse", text=text))

    def _accept(self, widget: Widget | None, said: Said) -> dict[str, Any]:
        """The message of a comm for what a page says, as far as it may."""
        data: dict[str, Any] = {"method": "custom", "content": said.content}
        keys: list[str] = []
        try:
            if widget is not None and said.method == "update":
                data = self._update(widget, said)
                keys = list(data["state"])
        finally:
            with self._lock:
                self._seen = max(self._seen, said.number)
                self._seen_is_news = True
                self._waiting.forget(said.model, keys)
        return data

    def _update(self, widget: Widget, said: Said) -> dict[str, Any]:
        # A value that is nothing but bytes is missing in the state; they are put there by their paths.
        state = {str(path[0]): None for path in said.buffer_paths} | said.state
        refused = [key for key in state if key.startswith(_CODE)]
        if refused:
            raise ProtocolError(
                f"a page may not set {', '.join(map(repr, refused))} of a {type(widget).__name__}"
            )
        # Else a page might have ours refer to whatever it likes, and then open that.
        for model_id in _referred(state):
            if self._find(model_id) is None:
                raise ProtocolError(
                    f"a page may not name the model {model_id!r:.100}, which it was not told of"
                )
        if self._element.read_only:
            return {"method": "update", "state": {}, "buffer_paths": []}
        return {"method": "update", "state": state, "buffer_paths": said.buffer_paths}

    def _open(self, model_id: str) -> None:
        with self._lock:
            if self._waiting.is_opening(model_id):
                return  # It is kept up to date.
        widget = self._find(model_id)
        if widget is None:
            self._put(Message(model_id, "close"))
            return
        reason = _refusal(widget)
        if reason:
            self._put(Message(model_id, "refuse", text=reason))
            return
        self._widgets[model_id] = widget
        self._changed.add(model_id)
        taps.listen(widget, self)
        state, paths, buffers = _remove_buffers(widget.get_state())
        code = state.pop("_esm", "")
        values = self._split(state, paths, buffers)
        if values is not None:
            self._put(Message(model_id, "open", values, esm=self._publish(model_id, code)))

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
        known = self._widgets.get(model_id)
        if known is not None:
            return known
        found: Widget | None = _instances.get(model_id)
        if found is None:
            return None
        while self._changed:
            # Before the state is read: what changes meanwhile is looked up again.
            changed = self._changed.pop()
            widget = self._widgets.get(changed)
            if widget is not None:
                self._references[changed] = _references(widget)
        return found if any(model_id in ids for ids in list(self._references.values())) else None

    # Down

    def said(self, model_id: str, data: dict[str, Any] | None, buffers: Sequence[Any]) -> None:
        """See `taps.Listener`."""
        if self._closed or model_id not in self._widgets:
            return
        if data is None:
            for known in (self._widgets, self._references, self._modules):
                known.pop(model_id, None)
            self._put(Message(model_id, "close"))
            return
        method = data.get("method")
        if method == "custom":
            self._put_custom(model_id, data.get("content"), buffers)
        elif method in ("update", "echo_update"):
            self._changed.add(model_id)
            # A page needs no echo of its own.
            if method == "update" or self._hearing != threading.get_ident():
                self._put_update(model_id, data, buffers)

    def _put_custom(self, model_id: str, content: Any, buffers: Sequence[Any]) -> None:
        values = self._split({"content": content})
        if values is not None:
            text = values["content"].json
            encoded = [base64.b64encode(buffer).decode() for buffer in buffers]
            size = len(text) + sum(map(len, encoded))
            self._put(Message(model_id, "custom", size=size, content=text, buffers=encoded))

    def _put_update(self, model_id: str, data: dict[str, Any], buffers: Sequence[Any]) -> None:
        state = dict(data.get("state", {}))
        code = state.pop("_esm", None)
        if code is not None:
            self._put(Message(model_id, "module", esm=self._publish(model_id, code)))
        values = self._split(state, data.get("buffer_paths", ()), buffers)
        if values:
            self._put(Message(model_id, "update", values))

    def _split(
        self, state: dict[str, Any], paths: Sequence[Any] = (), buffers: Sequence[Any] = ()
    ) -> states.Values | None:
        """The values of a state; if JSON cannot carry it, it is left out, which is logged."""
        try:
            return states.split(state, paths, buffers)
        except (TypeError, ValueError):
            logger.exception("client %s: what a widget says cannot be sent", self._name)
            return None

    def _put(self, message: Message) -> None:
        with self._lock:
            if self._closed:
                return
            dropped = self._waiting.put(message)
            says = bool(dropped) and not self._has_dropped
            self._has_dropped |= says
            ends = self._waiting.size > waiting.MAX_BYTES
        if says:
            logger.warning(
                "client %s: more than %d messages, or %d bytes, of a widget wait for the page: the oldest are dropped",
                self._name, waiting.MAX_CUSTOM, waiting.MAX_BYTES,
            )  # fmt: skip
        if ends:
            logger.error(
                "client %s: more than %d bytes of a widget wait for the page: it is told nothing more",
                self._name, waiting.MAX_BYTES,
            )  # fmt: skip
            self._end(self._token)
        self._wake()

    def _wake(self) -> None:
        """Have what waits sent. Any thread."""
        client = self._client()
        try:
            if client is not None:
                client.loop.call_soon_threadsafe(self._start)
        except RuntimeError:
            self._end(self._token)  # The loop is closed: there is no page any more.

    def _start(self) -> None:
        if self._pumping is None and not self._closed:
            self._pumping = asyncio.get_running_loop().create_task(
                self._pump(), name="domsync widget of a page"
            )

    async def _pump(self) -> None:
        try:
            while (question := self._take()) is not None:
                await self._ask(*question)
        finally:
            self._pumping = None

    def _take(self) -> tuple[str, int, str] | None:
        """All that waits: the token, a number and the text."""
        with self._lock:
            if self._closed or not (self._waiting or self._seen_is_news):
                return None
            messages = self._waiting.take()
            self._seen_is_news = False
            self._sent += 1
            token, number, seen = self._token, self._sent, self._seen
        return token, number, states.encode({"seen": seen, "messages": messages})

    async def _ask(self, token: str, number: int, text: str) -> None:
        while token == self._token and (client := self._client()) is not None:
            try:
                await client.call(self._element, "tell", token, number, text)
            except TimeoutError:
                # It may be away, and come back. What it has had already it knows by the number.
                continue
            except (ClientGoneError, ConnectionClosed, NotFoundError):
                # The page is gone, or the element is. It begins anew when it is back.
                self._end(token)
            except PageError as error:
                logger.error("client %s: its page cannot show a widget: %s", self._name, error)
                self._end(token)
            return

    def _end(self, token: str) -> None:
        """Say nothing more to the page, unless it has begun anew. Idempotent."""
        with self._lock:
            if token == self._token:
                self._closed = True
                self._waiting.clear()


def _refusal(widget: Widget) -> str:
    """Why a widget cannot be shown on a page without a notebook; ``""`` if it can."""
    name = type(widget).__name__
    if not isinstance(widget, anywidget.AnyWidget):
        return f"{name} is shown in a notebook only: it needs the widgets of Jupyter's own page."
    if any(widget.trait_metadata(key, "secret") for key in widget.keys):
        return f"{name} is shown in a notebook only: its state has secrets of the notebook's pages."
    return ""


def _references(widget: Widget) -> frozenset[str]:
    """The ids of the models of the widgets in a state. A text that looks so is none: anybody may have typed it."""
    return frozenset(
        model_id
        for key, value in widget.get_state().items()
        for model_id in set(_referred(value)).difference(_referred(getattr(widget, key)))
    )


def _referred(state: Any) -> Iterator[str]:
    """The ids of the models that a state names."""
    for text in _texts(state):
        for prefix in _REFERENCES:
            if text.startswith(prefix):
                yield text.removeprefix(prefix)


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
