"""`Session`: one viewer's life, across sockets. No I/O: messages in, messages out.

Downwards the viewer gets frames. While more than a window of them is unacknowledged nothing is sent and
changes coalesce in one delta. A new viewer, one that came back, and one that reports a fault get a snapshot.
Upwards each event has a number, is accepted once and in order, and is acknowledged when it was processed.
"""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domsync_jupyter.errors import ProtocolError
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.delta import Delta

if TYPE_CHECKING:
    from collections.abc import Sequence

    import msgspec

    from domsync_jupyter.sync.mirror import Mirror

__all__ = ["Limits", "Session"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a session allows; each is an option of the server.

    Attributes:
        window_frames: Frames that may be unacknowledged before changes coalesce instead.
        window_bytes: Bytes that may be.
        ack_ms: Milliseconds for which the page may keep an acknowledgement back.
        resume_on_reload: Whether a standalone page takes its session up again when it is reloaded.
    """

    window_frames: int = 4
    window_bytes: int = 1 << 20
    ack_ms: int = 250
    resume_on_reload: bool = False


@dataclass(slots=True)
class _App:
    data: str
    #: 0 until it is sent after the last snapshot.
    seq: int = 0


class Session:
    """One viewer of a document.

    Every method takes the document's lock and may be called from any thread.

    Args:
        mirror: The document's.
        limits: See `Limits`.
    """

    def __init__(self, mirror: Mirror, limits: Limits | None = None) -> None:
        self.mirror = mirror
        self.limits = limits or Limits()
        #: The session's id. Who has it may take the session up, so it is a secret: 128 random bits.
        self.id = secrets.token_urlsafe(16)
        self._lock = mirror.document._lock
        self._closed = False
        #: Whether a page is there to send to: from its Hello on.
        self._greeted = False
        self._needs_snapshot = True
        self._behind: Delta | None = None
        #: The highest node number, and the number of templates, that the viewer has.
        self._watermark = 0
        self._templates = 0
        # Downwards
        self._sent = 0
        self._acked = 0
        self._in_flight: deque[tuple[int, int]] = deque()
        self._bytes_in_flight = 0
        self._outbox: list[bytes] = []
        #: What a frame or snapshot that was sent in parts has left to send.
        self._parts: deque[msgspec.Raw] = deque()
        #: What had been processed when they were written. Nothing later is acknowledged before the last of them, or
        #: the page would take their values for ones which have seen its edits.
        self._parts_saw = 0
        #: The application's strings which the page has not acknowledged: they survive a lost socket.
        self._apps: deque[_App] = deque()
        # Upwards
        self._received = 0
        self._processed = 0
        self._ack_due = False
        with self._lock:
            mirror.sessions.append(self)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    @property
    def greeted(self) -> bool:
        """Whether a page has said Hello and has not gone since."""
        return self._greeted

    @property
    def unacknowledged(self) -> int:
        """Number of frames that the page has not acknowledged."""
        return len(self._in_flight)

    # Upwards

    def decode(self, text: str | bytes) -> messages.Upstream | None:
        """Read one message of the page, or ``None`` for one that is to be ignored.

        Raises:
            ProtocolError: With code 1007, if it is not a message of ``domsync.v1``.
        """
        return messages.decode(text)

    def receive(self, message: messages.Upstream) -> messages.Upstream | None:
        """Accept one message from the page.

        An Event, Edits or App whose ``seq`` was seen before is ignored, so that it may be sent again.

        Args:
            message: Decoded; at most ``max_message_bytes`` when encoded.

        Returns:
            The message, if there is something left to do for whoever runs the session: an `Event`, `Edits`
            or `App`, to be processed in this order and reported with `processing`; a `Bye`, `Pong` or `Fault`.

        Raises:
            ProtocolError: If it is not allowed now: close the session. The document is unchanged.
        """
        with self._lock:
            match message:
                case messages.Hello():
                    self._hello(message)
                case messages.Ack():
                    self._acknowledged(message.ack)
                case messages.Event() | messages.Edits() | messages.App():
                    self._acknowledged(message.ack)
                    if message.seq <= self._received:
                        self._ack_due = True
                        return None
                    if message.seq != self._received + 1:
                        raise ProtocolError(f"seq {message.seq} where {self._received + 1} was expected")
                    self._received = message.seq
                    return message
                case messages.Ping():
                    self._outbox.append(messages.encode(messages.Pong(message.token)))
                case messages.Fault():
                    self._needs_snapshot = True
                    return message
                case messages.Bye() | messages.Pong() | messages.Answer():
                    return message
            return None

    def processing(self, seq: int) -> None:
        """Say that the edits of message `seq` are in the document, so that what changes from now on has seen them."""
        with self._lock:
            self._processed = max(self._processed, seq)
            self._ack_due = True

    def _hello(self, hello: messages.Hello) -> None:
        hello.check_version()
        self._greeted = True
        self._needs_snapshot = True
        if hello.session == self.id:
            self._apps_arrived(hello.seq)
        self._outbox = [
            messages.encode(
                messages.Welcome(
                    messages.VERSION,
                    self.id,
                    self._received,
                    {
                        "window": self.limits.window_frames,
                        "ack_ms": self.limits.ack_ms,
                        "unsafe": self.mirror.document._allow_unsafe,
                        "resume_on_reload": self.limits.resume_on_reload,
                    },
                )
            )
        ]
        self._in_flight.clear()
        self._bytes_in_flight = 0

    def _acknowledged(self, ack: int) -> None:
        if ack > self._sent:
            raise ProtocolError(f"ack {ack} of what was never sent: the last seq is {self._sent}")
        self._acked = max(self._acked, ack)
        while self._in_flight and self._in_flight[0][0] <= ack:
            self._bytes_in_flight -= self._in_flight.popleft()[1]
        self._apps_arrived(ack)

    def _apps_arrived(self, seq: int) -> None:
        while self._apps and 0 < self._apps[0].seq <= seq:
            self._apps.popleft()

    # Downwards

    @property
    def up_to_date(self) -> bool:
        """Whether the next frame can go to this viewer as to all others."""
        return (
            self._greeted
            and not self._needs_snapshot
            and self._behind is None
            and not self._parts
            and self._window_open()
        )

    def push_frame(self, parts: Sequence[msgspec.Raw]) -> None:
        """Queue the ops of a frame which all up-to-date viewers get."""
        self._push_parts(messages.Frame, parts)

    def fall_behind(self, delta: Delta) -> None:
        """Remember what a frame would have brought."""
        if self._needs_snapshot or not self._greeted:
            return
        if self._behind is None:
            self._behind = Delta()
        self._behind.merge(delta, self.mirror.nodes, self._watermark)

    def send_app(self, data: str) -> None:
        """Queue a string for code on the page. It is sent again until the page has acknowledged it.

        Raises:
            UnicodeEncodeError: If it has a lone surrogate. Nothing is queued.
        """
        data.encode()
        with self._lock:
            self._apps.append(_App(data))
            if self._greeted and not self._needs_snapshot:
                self._queue_apps()

    def send(self, message: messages.Notice | messages.Ping | messages.Ask) -> None:
        """Queue a message that has no ``seq``."""
        with self._lock:
            self._outbox.append(messages.encode(message))

    def take(self, *, urgent: bool = False) -> list[bytes]:
        """What is to be written to the page now, each item one message.

        Args:
            urgent: Send what changed even if the window is full: for a `Document.flush` in a cell that keeps
                acknowledgements from being read.
        """
        with self._lock:
            if self._closed or not self._greeted or self.mirror.document._batches:
                return []
            if self._needs_snapshot:
                self.mirror.collect()
                self._needs_snapshot = False
                self._behind = None
                self._in_flight.clear()
                self._bytes_in_flight = 0
                self._parts.clear()
                self._push_parts(messages.Snapshot, self.mirror.snapshot())
                # A page that waits for a snapshot takes no strings.
                for app in self._apps:
                    app.seq = 0
                self._queue_apps()
            elif self._parts:
                self._push_more(urgent=urgent)
            if self._behind is not None and not self._parts and (urgent or self._window_open()):
                self._catch_up()
            out, self._outbox = self._outbox, []
            if self._ack_due and not self._parts:
                out.append(messages.encode(messages.Ack(self._processed)))
                self._ack_due = False
            return out

    def suspend(self) -> None:
        """The page went away and may come back: changes are not kept, it will get a snapshot."""
        with self._lock:
            self._greeted = False
            self._needs_snapshot = True
            self._behind = None
            self._outbox = []
            self._parts.clear()

    def close(self) -> None:
        """End the session. Idempotent."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._behind = None
                self._outbox = []
                self._parts.clear()
                self.mirror.sessions.remove(self)

    def _queue_apps(self) -> None:
        for app in self._apps:
            if not app.seq:
                self._sent += 1
                app.seq = self._sent
                saw = self._parts_saw if self._parts else self._processed
                self._outbox.append(messages.encode(messages.App(app.seq, saw, app.data)))

    def _window_open(self) -> bool:
        return (
            len(self._in_flight) < self.limits.window_frames
            and self._bytes_in_flight < self.limits.window_bytes
        )

    def _catch_up(self) -> None:
        assert self._behind is not None
        self.mirror.collect()
        behind, self._behind = self._behind, None
        parts = self.mirror.frame_for(behind, self._watermark, self._templates)
        if parts:
            self._push_parts(messages.Frame, parts)

    def _push_parts(
        self, kind: type[messages.Frame | messages.Snapshot], parts: Sequence[msgspec.Raw]
    ) -> None:
        """Queue a frame or a snapshot; as much of it as the window has room for, and the rest later."""
        self._parts_saw = self._processed
        self._push(kind, parts[0])
        self._watermark = self.mirror.last_number
        self._templates = len(self.mirror.templates.specs)
        if len(parts) > 1:
            self._parts.extend(parts[1:])
            self._push_more()

    def _push_more(self, *, urgent: bool = False) -> None:
        while self._parts and (urgent or self._window_open()):
            self._push(messages.Frame, self._parts.popleft())
            urgent = False

    def _push(self, kind: type[messages.Frame | messages.Snapshot], body: msgspec.Raw) -> None:
        self._sent += 1
        text = messages.encode(kind(self._sent, self._parts_saw, body))
        self._ack_due = self._ack_due and self._parts_saw < self._processed
        self._outbox.append(text)
        self._in_flight.append((self._sent, len(text)))
        self._bytes_in_flight += len(text)
