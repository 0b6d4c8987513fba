"""`Dispatcher`: what a page says takes its turn, and each turn calls the listeners of its event, in order.

A turn that comes alone is begun where it is read, so a plain function is called at once. What is to be awaited, and
what comes behind it, waits in a queue for the task that `run` is: the receive loop only reads, so a callback that
awaits something keeps neither pings nor acknowledgements waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from websockets.exceptions import ConnectionClosed

from domsync_jupyter.dom.element import Element
from domsync_jupyter.dom.events import RESTORED, Event, Listener, dispatch_order
from domsync_jupyter.dom.files import File
from domsync_jupyter.errors import ProtocolError
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.controls import apply_edits, getter_values
from domsync_jupyter.transports.pacing import Pacer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from domsync_jupyter.sync.session import Session
    from domsync_jupyter.transports.client import Client
    from domsync_jupyter.transports.guard import Guard
    from domsync_jupyter.transports.questions import Questions
    from domsync_jupyter.transports.worker import Worker

__all__ = ["Dispatcher"]

logger = logging.getLogger("domsync_jupyter")


class _Due(NamedTuple):
    """A listener that is to be called now."""

    listener: Listener
    event: Event


class _Rest(NamedTuple):
    """What is left to do of a turn: something to await, and the calls after it."""

    awaitable: Awaitable[Any]
    what: str
    calls: Iterator[_Due]


class Dispatcher:
    """That of one client. Belongs to its event loop.

    Args:
        client: What events say they come from.
        session: Whose `Limits.max_events` bounds the turns that wait.
        guard: Runs the listeners.
        questions: Reads the files that events bring.
        worker: Returns what runs plain functions, if that is not the loop.
        pump: Called after a turn that was done at once, to send what it changed.
        flush: The same, awaited, after one that was not.
    """

    def __init__(
        self,
        client: Client,
        session: Session,
        guard: Guard,
        questions: Questions,
        *,
        worker: Callable[[], Worker | None],
        pump: Callable[[], object],
        flush: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._session = session
        self._guard = guard
        self._questions = questions
        self._worker = worker
        self._pump = pump
        self._flush = flush
        self._turns: asyncio.Queue[
            messages.Event | messages.Edits | messages.App | _Rest | Iterator[_Due]
        ] = asyncio.Queue(session.limits.max_events)
        #: Whether nothing is being processed.
        self._is_idle = True
        self._pacer = Pacer(client.loop, self._due)

    def take(self, message: messages.Event | messages.Edits | messages.App) -> None:
        """Have a message processed after all that came before it; at once, if it is the only one.

        Raises:
            ProtocolError: With code 1008, if too many wait already.
        """
        if self._is_idle and self._turns.empty() and self._client.has_room:
            self._is_idle = False
            rest = self._begin(message)
            if rest is None:
                self._is_idle = True
                self._pump()
                return
            # A coroutine is for `run` to await.
            self._turns.put_nowait(rest)
            return
        try:
            self._turns.put_nowait(message)
        except asyncio.QueueFull:
            raise ProtocolError(
                f"more than {self._session.limits.max_events} events wait to be processed", code=1008
            ) from None

    def tell_restored(self, controls: Iterable[Element]) -> None:
        """Have the document's listeners hear which controls have what a person did to those of the app before."""

        def calls() -> Iterator[_Due]:
            for control in controls:
                event = Event(RESTORED, bubbles=True, client=self._client)
                for listener in dispatch_order(event, control):
                    yield _Due(listener, event)

        with contextlib.suppress(asyncio.QueueFull):
            self._turns.put_nowait(calls())

    async def run(self) -> None:
        """Process what waits, one turn after the other, until the task is cancelled."""
        while True:
            turn = await self._turns.get()
            self._is_idle = False
            rest = turn if isinstance(turn, _Rest) else self._begin(turn)
            while rest is not None:
                await self._guard.wait_apart(rest.awaitable, rest.what)
                rest = self._call(rest.calls)
            with contextlib.suppress(ConnectionClosed):
                await self._flush()
            self._is_idle = True

    def stop_timers(self) -> None:
        """Forget the listeners whose time is still to come."""
        self._pacer.close()

    def discard(self) -> None:
        """Forget what waits, after `run` has ended."""
        # What was called and will not be awaited is closed, or Python complains of it.
        while not self._turns.empty():
            turn = self._turns.get_nowait()
            if isinstance(turn, _Rest) and inspect.iscoroutine(turn.awaitable):
                turn.awaitable.close()

    def _begin(self, turn: messages.Event | messages.Edits | messages.App | Iterator[_Due]) -> _Rest | None:
        """Process what takes its turn, up to the first coroutine."""
        if isinstance(turn, Iterator):
            return self._call(turn)
        if isinstance(turn, messages.Event | messages.Edits):
            apply_edits(self._session, turn.edits, is_shown=self._session.is_of_present_page(turn.seq))
        self._session.processing(turn.seq)
        match turn:
            case messages.App():
                self._client.receive_app(turn.data)
            case messages.Event():
                return self._call(self._calls(turn))
        return None

    def _call(self, calls: Iterator[_Due]) -> _Rest | None:
        """Call listeners, up to the first that has to be awaited."""
        for listener, event in calls:
            what = f"a {event.type!r} callback"
            awaitable = self._guard.call(partial(self._begin_callback, listener.callback, event), what)
            if awaitable is not None:
                return _Rest(awaitable, what, calls)
        return None

    def _begin_callback(self, callback: Callable[[Event], Any], event: Event) -> Any:
        worker = self._worker()
        if worker is None or inspect.iscoroutinefunction(callback):
            return callback(event)
        return worker.submit(partial(callback, event))

    def _calls(self, message: messages.Event) -> Iterator[_Due]:
        """The listeners to be called for an event, found one by one, as each may change what comes after it."""
        target = self._session.mirror.node(message.target)
        if not isinstance(target, Element):
            logger.debug("an event %r for node %d, which is gone", message.type, message.target)
            return
        fields: dict[str, Any] = dict(message.fields)
        if isinstance(infos := fields.get("files"), list):
            fields["files"] = [self._file(info) for info in infos]
        event = Event(
            message.type,
            bubbles=bool(fields.pop("bubbles", False)),
            fields=fields,
            client=self._client,
            getter_values=getter_values(message.values),
        )
        for listener in dispatch_order(event, target):
            if not self._pacer.holds(listener, event):
                yield _Due(listener, event)

    def _file(self, info: messages.FileInfo) -> File:
        async def read_part(offset: int, length: int) -> bytes:
            return await self._questions.read_file(info.handle, offset, length)

        return File(info.name, info.size, info.type, info.last_modified, read_part)

    def _due(self, listener: Listener, event: Event) -> None:
        """The time of a debounced or throttled listener has come: it takes its turn."""
        with contextlib.suppress(asyncio.QueueFull):
            self._turns.put_nowait(iter([_Due(listener, event)]))
