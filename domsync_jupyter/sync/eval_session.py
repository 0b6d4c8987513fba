"""`EvalSession`: one eval client's life, and what `Document.render_js_updates` and its like do.

An eval client has no protocol: it evaluates each text it gets, and sends ``{"domsync": true, "event": ..., ...}``.
It acknowledges nothing, so what changed is kept as one delta until somebody takes it: who writes to the socket
does so when there is room. If its socket is lost, so is the session.
"""

from __future__ import annotations

import inspect
import logging
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from domsync_jupyter.dom.element import Element
from domsync_jupyter.dom.events import Event, Listener, dispatch_order
from domsync_jupyter.dom.legacy import LegacyDocument
from domsync_jupyter.errors import InvalidStateError
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.controls import apply_edits, getter_values
from domsync_jupyter.sync.frames import frame_ops, snapshot_ops
from domsync_jupyter.sync.javascript import JavaScript, ask_statement, notice_statement
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.session import Session
from domsync_jupyter.sync.templates import Templates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.sync.limits import Limits

__all__ = ["EvalSession", "Rendering"]

logger = logging.getLogger("domsync_jupyter")

_Number = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53 - 1)]
_Name = Annotated[str, msgspec.Meta(max_length=256)]
_Scalar = int | float | str | bool | None


class _Answer(msgspec.Struct, gc=False):
    id: _Number
    ok: bool
    value: Any = None


class _Said(msgspec.Struct):
    """A message of an eval client. domsync's own have the first three; what a page may say besides is ignored."""

    event: _Name = ""
    id: str = ""
    value: Any = None
    #: Of the element that the event happened to; 0 if the message is not from `RUNTIME`.
    node: _Number = 0
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)] = 0
    fields: dict[_Name, _Scalar] = {}
    values: list[_Scalar] = []
    edits: list[_Scalar | list[int]] = []
    answer: _Answer | None = None


class EvalSession(Session):
    """One eval client of a document. See `Session`, whose place it takes."""

    is_resumable = False

    def __init__(self, mirror: Mirror, limits: Limits | None = None) -> None:
        super().__init__(mirror, limits)
        self._greeted = True
        self._javascript = JavaScript(mirror.document.getRootId())
        self._complained = False

    # Upwards

    def decode(self, text: str | bytes) -> messages.Upstream | None:
        """Read one message of the page. What is none of domsync's is the application's.

        Returns:
            The message, or ``None`` if it says that it is domsync's, and is not.
        """
        try:
            message = msgspec.json.decode(text)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            message = None
        if isinstance(message, dict) and message.get("domsync"):
            return self.read(message)
        return messages.App(self._received, 0, text if isinstance(text, str) else text.decode())

    def read(self, message: object) -> messages.Event | messages.Answer | None:
        """Understand one decoded message: an event, or the answer to a question.

        Returns:
            ``None`` if it is neither, which is logged once.
        """
        try:
            if not (isinstance(message, dict) and message.get("domsync")):
                raise msgspec.ValidationError('expected an object with "domsync": true')
            said = msgspec.convert(message, _Said)
            if not (said.event or said.answer):
                raise msgspec.ValidationError('expected an "event"')
        except (msgspec.ValidationError, RecursionError) as error:
            log = logger.debug if self._complained else logger.warning
            self._complained = True
            log("ignored what is not an event of domsync: %s", error)
            return None
        if said.answer is not None:
            return messages.Answer(said.answer.id, said.answer.ok, said.answer.value)
        with self._lock:
            self._received = max(self._received, said.seq)
            target: int = said.node
            values: list[Any] = list(said.values)
            fields: dict[str, Any] = dict(said.fields)
            if not target:
                target, values = self._addressed(said)
                fields = {"value": said.value} | fields
        return messages.Event(self._received, 0, said.event, target, fields, said.edits, values)

    def _addressed(self, said: _Said) -> tuple[int, list[Any]]:
        """What a message means that names an element by its id alone: the number of that, and what its getters read."""
        element = self.mirror.document.getElementById(said.id, strict=False) if said.id else None
        if element is None:
            return 0, []
        values: list[Any] = []
        for listener in (element._listeners or {}).get(said.event, ()):
            if listener.getter:
                values += (element._number, listener.getter, said.value)
        return element._number, values

    def receive(self, message: messages.Upstream) -> messages.Upstream | None:
        """Accept one message: there is nothing to check, an eval client numbers nothing that would be resent."""
        return message

    # Downwards

    @property
    def up_to_date(self) -> bool:
        """Never: what changed waits, as one delta, until it is taken."""
        return False

    def send_app(self, data: str) -> None:
        """Queue a string as it is. An eval client evaluates it, so it is the program that speaks here, not a person."""
        with self._lock:
            self._outbox.append((0, data.encode()))

    def send(self, message: messages.Notice | messages.Ping | messages.Ask) -> None:
        """Queue a notice, for the browser's console, or a question."""
        text = None
        match message:
            case messages.Notice():
                text = notice_statement(message)
            case messages.Ask():
                text = ask_statement(message)
        if text is not None:
            with self._lock:
                self._outbox.append((0, text.encode()))

    def take(self, *, urgent: bool = False) -> list[bytes]:
        """What is to be evaluated in the page now, each item one text."""
        del urgent  # There is no window that could be full.
        with self._lock:
            mirror = self.mirror
            if self._closed or not self._greeted or mirror.document._batches:
                return []
            mirror.collect()
            ops: list[Any] = []
            behind, self._behind = self._behind, None
            if self._needs_snapshot:
                self._needs_snapshot = False
                ops = snapshot_ops(mirror.nodes, Templates(0))
            elif behind is not None:
                ops = frame_ops(behind, mirror.nodes, self._watermark, Templates(0), remember=False)
            self._watermark = mirror.last_number
            out, self._outbox = [text for _, text in self._outbox], []
            if ops:
                out.insert(0, self._javascript.text(ops, self._processed).encode())
            return out


class Rendering:
    """A document as JavaScript text, for a program that has a server of its own.

    Args:
        document: The document.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        self._session = EvalSession(Mirror.of(document))
        #: What was rendered to find out whether there is anything, and not returned yet.
        self._rendered = ""

    def updates(self) -> str:
        """See `LegacyDocument.render_js_updates`."""
        with self._document._lock:
            text, self._rendered = self._rendered, ""
            return text + b"".join(self._session.take()).decode()

    def full(self) -> str:
        """See `LegacyDocument.render_js_full`."""
        document = self._document
        with document._lock:
            if document._batches:
                raise InvalidStateError("render_js_full() inside a batch: call it when the batch is over")
            if self._session._needs_snapshot:
                self._session.mirror.collect()
            else:
                self._rendered = self.updates()
                if self._rendered:
                    raise InvalidStateError(
                        "there are changes which render_js_updates() has not returned yet: call it and send them "
                        "before render_js_full(), or the new page would get them twice"
                    )
            ops = snapshot_ops(self._session.mirror.nodes, Templates(0))
            return JavaScript(document.getRootId()).text(ops)

    def event(self, message: object) -> Any:
        """See `LegacyDocument.handle_event`."""
        said = self._session.read(message)
        if not isinstance(said, messages.Event):
            return None
        apply_edits(self._session, said.edits)
        self._session.processing(said.seq)
        target = self._session.mirror.node(said.target)
        if not isinstance(target, Element):
            return None
        fields: dict[str, Any] = dict(said.fields)
        event = Event(
            said.type,
            bubbles=bool(fields.pop("bubbles", False)),
            fields=fields,
            getter_values=getter_values(said.values),
        )
        return _run(dispatch_order(event, target), event)


def _run(order: Iterator[Listener], event: Event) -> Any:
    """Call listeners; return what the first one returns. From a coroutine function on, a coroutine does the rest."""
    results: list[Any] = []
    for listener in order:
        result = listener.callback(event)
        if inspect.isawaitable(result):
            return _go_on(order, event, results, result)
        results.append(result)
    return results[0] if results else None


async def _go_on(order: Iterator[Listener], event: Event, results: list[Any], awaitable: Any) -> Any:
    results.append(await awaitable)
    for listener in order:
        result = listener.callback(event)
        results.append(await result if inspect.isawaitable(result) else result)
    return results[0]


LegacyDocument._make_rendering = Rendering
