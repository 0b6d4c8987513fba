"""`Viewer`: what runs for one client.

Two tasks, held here and ended with the client: the connection handler, and the `Dispatcher`, which awaits callbacks.
The receive loop only reads.

The **pump**, which sends what changed, is no task: a shared document may have a thousand viewers, who all get something
at the same time, and a task and a timer for each would cost as much as the sending.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from typing import TYPE_CHECKING, Any

from domsync_jupyter.errors import ProtocolError
from domsync_jupyter.sync import messages
from domsync_jupyter.transports.dispatcher import Dispatcher
from domsync_jupyter.transports.errors_raised import ErrorsRaised
from domsync_jupyter.transports.guard import Guard
from domsync_jupyter.transports.questions import Questions
from domsync_jupyter.transports.rate import Allowance
from domsync_jupyter.transports.reminders import Reminder

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable

    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.sync.session import Session
    from domsync_jupyter.transports.audience import Audience
    from domsync_jupyter.transports.client import Client

__all__ = ["Viewer"]

logger = logging.getLogger("domsync_jupyter")

#: Seconds between two frames that `Document.flush` sends although no acknowledgement can be read.
URGENT_SECONDS = 1 / 30


class Viewer:
    """One client, its session and its document, while they last.

    Belongs to the client's event loop; `changed` and `flush_now` may be called by any thread.
    """

    def __init__(self, client: Client, document: Document, session: Session, audience: Audience) -> None:
        self.client = client
        self.document = document
        self.session = session
        self._audience = audience
        #: What the page said last when it went away: ``"view"``, ``"pagehide"`` or nothing.
        self.bye = ""
        #: Whether the page has said something since the host looked last, and how often it had not.
        self.heard = True
        self.looks = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.get_ident()
        #: The pump's next run, if there is one to come, and the time before which it is not to run.
        self._pumping: asyncio.Handle | None = None
        self._not_before = 0.0
        self._draining = False
        self._last_urgent = 0.0
        self._errors = ErrorsRaised(client.id, client.loop.time)
        self._guard = Guard(session, self._errors, self._schedule)
        #: Set when the page may have acknowledged something, and at the end.
        self._acknowledged = asyncio.Event()
        limits = session.limits
        # What a page says that comes back from a long absence is a burst.
        self._allowance = Allowance(limits.messages_per_second, limits.max_events)
        self.questions = Questions(session, self.changed)
        self._dispatcher = Dispatcher(
            client,
            session,
            self._guard,
            self.questions,
            worker=lambda: self._audience.worker,
            pump=lambda: self._send(client.loop.time()),
            flush=self.flush,
        )
        self._reminder = Reminder(client, session, self._schedule)
        client.set_app_sender(self._send_app)
        client.set_questions(self.questions)
        session.mirror.starters.append(self._start)
        audience.add(self)
        self.spawn(self._dispatcher.run(), "dispatcher")

    def spawn(self, coroutine: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Run a coroutine until the client goes; what it raises is logged and shown to the viewer. Returns its task."""
        task = asyncio.get_running_loop().create_task(
            self._guard.wait(coroutine, f"the {name}"), name=f"domsync {name}"
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # A task that is cancelled before it began has not awaited it.
        task.add_done_callback(lambda _: coroutine.close())
        return task

    def leave(self) -> None:
        """Show the document no more; `enter` is to follow, once the session has another one."""
        self._audience.remove(self)
        self.session.mirror.starters.remove(self._start)

    def enter(self, document: Document, audience: Audience) -> None:
        """Show this document, to which the session has moved."""
        self.document = document
        self._audience = audience
        self.session.mirror.starters.append(self._start)
        audience.add(self)
        self.changed()

    def tell_restored(self, controls: Iterable[Element]) -> None:
        """Have the document's listeners hear which controls have what a person did to those of the app before."""
        self._dispatcher.tell_restored(controls)

    def notify(self, notice: messages.Notice) -> None:
        """Show the person at the page a notice."""
        self.session.send(notice)
        self._schedule()

    async def run_socket(self, first: str | bytes | None = None) -> None:
        """Read the present socket to its end.

        Args:
            first: What has been read from it already.
        """
        if first is not None and not await self._read(first):
            return
        async for message in self.client.incoming():
            if not await self._read(message):
                return  # What has come already counts no more.

    async def _read(self, message: str | bytes) -> bool:
        """Take one message; whether the socket goes on."""
        self.heard = True
        try:
            if not self._allowance.take(self.client.loop.time()):
                raise ProtocolError(f"more than {self._allowance.per_second} messages a second", code=1008)
            if isinstance(message, bytes):
                self.client.receive_app(message)
            elif (decoded := self.session.decode(message)) is not None:
                self.receive(decoded)
        except ProtocolError as error:
            logger.warning("client %s: %s: closed with code %d", self.client.id, error, error.code)
            await self.client.close(error.code, str(error)[:100].encode()[:120].decode(errors="ignore"))
            return False
        return True

    def receive(self, message: messages.Upstream) -> None:
        """Take one message from the page.

        Raises:
            ProtocolError: If it is not allowed now. Nothing was changed.
        """
        accepted = self.session.receive(message)
        self._acknowledged.set()
        match accepted:
            case None if isinstance(message, messages.Hello):
                self.questions.repeat()
            case messages.Answer():
                self.questions.answered(accepted)
                return
            case messages.Event() | messages.Edits() | messages.App():
                self._dispatcher.take(accepted)
                return
            case messages.Bye():
                self.bye = accepted.reason
                self.client.peer_closed(1001, accepted.reason)
                return
            case messages.Pong():
                self.client.pong_received(accepted.token)
            case messages.Fault():
                self._errors.log(f"fault {accepted.code[:100]!r} in the page: {accepted.detail[:1000]!r}")
        # An acknowledgement may open the window, a Hello wants an answer, and so on. That of a viewer that has
        # everything, which is what comes most, opens nothing.
        if not (isinstance(message, messages.Ack) and self.session.up_to_date):
            self._schedule()

    def changed(self) -> None:
        """There is something to send. Any thread."""
        if threading.get_ident() == self._thread:
            self._schedule()
            return
        try:
            self.client.loop.call_soon_threadsafe(self._schedule)
        except RuntimeError:
            # The loop is closed: there is nobody left to send to.
            logger.debug("a document changed after the loop of client %s was closed", self.client.id)

    def pump(self, now: float) -> bool:
        """Send what there is; whether there was anything.

        If that is too soon after the last frame, or the socket has no room, it is sent later.

        Args:
            now: The time of the loop.
        """
        if self._pumping is not None or self._draining or now < self._not_before:
            self._schedule()
            return False
        return self._send(now)

    def flush_now(self) -> None:
        """Send what changed at once. Any thread, even while the loop is blocked."""
        urgent = time.monotonic() - self._last_urgent >= URGENT_SECONDS
        if urgent:
            self._last_urgent = time.monotonic()
        self._hand_over(urgent=urgent)

    async def flush(self) -> None:
        """Send what changed, and wait until the socket has room for more.

        Raises:
            ConnectionClosed: If the socket was lost on the way.
        """
        self._hand_over()
        await self.client.drain()

    async def close(self) -> None:
        """End the session and all tasks. Idempotent; does not touch the socket."""
        if not self.session.closed:
            self._audience.remove(self)
            self.session.close()
            self._acknowledged.set()
            self._dispatcher.stop_timers()
            self._reminder.close()
            self.questions.close(self.client._closed_exception())
            self.session.mirror.starters.remove(self._start)
            if self._pumping is not None:
                self._pumping.cancel()
        current = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not current]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=1)
        self._dispatcher.discard()

    def _hand_over(self, *, urgent: bool = False) -> bool:
        """Write what there is to send; whether there was anything."""
        # Under the lock, so that what several threads send stays in order.
        with self.document._lock:
            mirror = self.session.mirror
            mirror.gather()
            out = self.session.take(urgent=urgent)
            for message in out:
                self.client.transmit_nowait(message)
            mirror.dispose()
        if self.session.unacknowledged:
            self._reminder.expect()
        return bool(out)

    def _schedule(self) -> None:
        """Have the pump run when the code that runs in the loop is done, and a frame's time after its last frame."""
        if self._pumping is not None or self._draining or self.session.closed:
            return
        loop = self.client.loop
        if loop.time() >= self._not_before:
            self._pumping = loop.call_soon(self._pump)
        else:
            self._pumping = loop.call_at(self._not_before, self._pump)

    def _pump(self) -> None:
        self._pumping = None
        self._send(self.client.loop.time())

    def _send(self, now: float) -> bool:
        before, self._not_before = self._not_before, now + self.client.frame_seconds
        sent = False
        try:
            sent = self._hand_over()
            if not sent:
                self._not_before = before
        except (Exception, KeyboardInterrupt):  # noqa: BLE001 - that a kernel is interrupted now ends no session
            self._guard.report("the pump")
        if not self.client.has_room:
            self._draining = True
            self.spawn(self._pump_when_drained(), "pump")
        return sent

    async def _pump_when_drained(self) -> None:
        try:
            await self.client.drain()
        finally:
            self._draining = False
        self._schedule()

    async def _send_app(self, text: str) -> None:
        # Of an application that sends and sends, no more waits for a page than for the socket of one that is there.
        while self.session.text_bytes >= self.session.limits.window_bytes:
            self._acknowledged.clear()
            await self._acknowledged.wait()
            if self.session.closed:
                raise self.client._closed_exception()
        self.session.send_app(text)
        await self.flush()

    def _start(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Run what a callback of an event made in Python returned. Any thread."""
        self.client.loop.call_soon_threadsafe(self.spawn, coroutine, "callback")
