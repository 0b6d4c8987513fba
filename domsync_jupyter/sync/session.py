"""`Session`: one viewer's life, across sockets. No I/O: messages in, messages out.

Downwards the viewer gets frames. While more than a window of them is unacknowledged nothing is sent and
changes coalesce in one delta. What is unacknowledged is kept, in a ring bounded by bytes, and sent again to a page that
missed it; one that missed more, that is new, or that reports a fault gets a snapshot.
Upwards each event has a number, is accepted once and in order, and is acknowledged when it was processed.

A socket may lose, repeat and reorder messages as it likes: a page that hears nothing asks, and says how far it has
got (Ping, Resend), so nothing here needs a clock.
"""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass
from hmac import compare_digest
from typing import TYPE_CHECKING

import msgspec

from domsync_jupyter.errors import ProtocolError
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.delta import Delta
from domsync_jupyter.sync.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domsync_jupyter.sync.mirror import Mirror

__all__ = ["Session"]

#: Secrets that take a session up, while it is not known which of them its page has got.
_MOST_SECRETS = 8
#: Notices that wait for a page to come back.
_MOST_NOTICES = 20
#: Faults by hash after which the page is left alone: something else changes it, such as an extension of the browser.
_MOST_MISMATCHES = 3


@dataclass(slots=True)
class _Text:
    """A string of the application's."""

    number: int
    data: str
    #: 0 until it is sent after the last snapshot.
    seq: int = 0


class _Sent(msgspec.Struct, gc=False):
    """What is on its way, and what it takes to send it again."""

    seq: int
    size: int
    #: None if it was too much to keep.
    message: messages.Frame | messages.Snapshot | messages.Text | None


class Session:
    """One viewer of a document.

    Every method takes the document's lock and may be called from any thread.

    Args:
        mirror: The document's.
        limits: See `Limits`.
    """

    #: Whether a page that lost its socket may take it up again.
    is_resumable = True

    def __init__(self, mirror: Mirror, limits: Limits | None = None) -> None:
        self.mirror = mirror
        self.limits = limits or Limits()
        #: Names the session. Not a secret.
        self.id = secrets.token_urlsafe(9)
        #: How many sockets have said Hello.
        self.epoch = 0
        #: What takes the session up again, and what may do so, too, until the page has said that it got the first.
        self._secret = ""
        self._earlier_secrets: deque[str] = deque(maxlen=_MOST_SECRETS)
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
        self._in_flight: deque[_Sent] = deque()
        self._bytes_in_flight = 0
        #: What is to be written now: its `seq`, or 0, and its text.
        self._outbox: list[tuple[int, bytes]] = []
        #: What a frame or snapshot that was sent in parts has left to send.
        self._parts: deque[msgspec.Raw] = deque()
        #: What had been processed when they were written. Nothing later is acknowledged before the last of them, or
        #: the page would take their values for ones which have seen its edits.
        self._parts_saw = 0
        #: The application's strings which the page has not acknowledged: they survive a lost socket.
        self._texts: deque[_Text] = deque()
        self._text_count = 0
        self._text_bytes = 0
        self._notices: deque[messages.Notice] = deque(maxlen=_MOST_NOTICES)
        self._frames_since_check = 0
        self._mismatches = 0
        # Upwards
        self._received = 0
        #: What had been accepted when the present page began.
        self._received_before = 0
        self._processed = 0
        self._ack_due = False
        #: The last number for whose successors the page was asked.
        self._asked_after = -1
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

    @property
    def acknowledged(self) -> int:
        """The last frame that the page has acknowledged."""
        return self._acked

    @property
    def text_bytes(self) -> int:
        """Length of the application's strings that the page has not acknowledged, in characters."""
        return self._text_bytes

    @property
    def token(self) -> str:
        """What takes the session up again, once: its id and a secret of 128 bits, which the last Welcome told."""
        return f"{self.id}.{self._secret}"

    @staticmethod
    def id_of(token: str) -> str:
        """The id of the session which a token is for."""
        return token.partition(".")[0]

    def is_opened_by(self, token: str) -> bool:
        """Whether a page that says this in its Hello may take the session up."""
        _, _, secret = token.partition(".")
        with self._lock:
            # All of them are compared, however the first one comes out.
            matches = [
                compare_digest(secret.encode(), known.encode())
                for known in (self._secret, *self._earlier_secrets)
                if known
            ]
            return any(matches)

    # Upwards

    def decode(self, text: str | bytes) -> messages.Upstream | None:
        """Read one message of the page, or ``None`` for one that is to be ignored.

        Raises:
            ProtocolError: With code 1007, if it is not a message of ``domsync.v1``.
        """
        return messages.decode(text)

    def receive(self, message: messages.Upstream) -> messages.Upstream | None:
        """Accept one message from the page.

        An Event, Edits or App whose ``seq`` was seen before is ignored, so that it may be sent again; one that is not
        the next is ignored, too, and the page is asked for those before it. Before its Hello a page says nothing that
        counts.

        Args:
            message: Decoded; at most ``max_message_bytes`` when encoded.

        Returns:
            The message, if there is something left to do for whoever runs the session: an `Event`, `Edits`
            or `App`, to be processed in this order and reported with `processing`; a `Bye`, `Pong` or `Fault`.

        Raises:
            ProtocolError: If it is not allowed now: close the session. The document is unchanged.
        """
        with self._lock:
            if isinstance(message, messages.Bye):
                return message
            if isinstance(message, messages.Hello):
                self._hello(message)
                return None
            if not self._greeted:
                return None
            # It has got the last Welcome.
            self._earlier_secrets.clear()
            match message:
                case messages.Ack():
                    self._acknowledged(message.ack)
                case messages.Event() | messages.Edits() | messages.App():
                    self._acknowledged(message.ack)
                    return message if self._is_next(message.seq) else None
                case messages.Resend():
                    self._acknowledged(message.seq)
                    if message.seq >= self._acked:
                        self._replay(message.seq)
                case messages.Ping():
                    # Whatever it may have missed is said again, or said how to ask for.
                    self._queue(messages.Pong(message.token, self._sent))
                    self._ack_due = True
                    self._look_for_gap(message.seq)
                case messages.Pong():
                    self._look_for_gap(message.seq)
                    return message
                case messages.Fault():
                    self._needs_snapshot = True
                    self._mismatches += message.code == "hash"
                    return message
                case messages.Answer():
                    return message
            return None

    def is_of_present_page(self, seq: int) -> bool:
        """Whether message `seq` comes from the page that is there now, not from one that has been reloaded since."""
        return seq > self._received_before

    def processing(self, seq: int) -> None:
        """Say that the edits of message `seq` are in the document, so that what changes from now on has seen them."""
        with self._lock:
            self._processed = max(self._processed, seq)
            self._ack_due = True

    def _is_next(self, seq: int) -> bool:
        if seq == self._received + 1:
            self._received = seq
            return True
        if seq <= self._received:
            self._ack_due = True
        elif self._asked_after != self._received:
            # Once: all that follow it come too early as well.
            self._look_for_gap(seq)
        return False

    def _look_for_gap(self, seq: int) -> None:
        if seq > self._received:
            self._asked_after = self._received
            self._queue(messages.Resend(self._received))

    def _hello(self, hello: messages.Hello) -> None:
        hello.check_version()
        if not self._greeted:
            self._greeted = True
            self.epoch += 1
            self._rotate(hello.session)
            self._asked_after = -1
        limits = self.limits
        self._outbox = []
        self._queue(
            messages.Welcome(
                messages.VERSION,
                self.token,
                self.epoch,
                self._received,
                {
                    "window": limits.window_frames,
                    "ack_ms": limits.ack_ms,
                    "heartbeat_ms": limits.heartbeat_ms,
                    "silence_ms": limits.silence_ms,
                    "busy_ms": limits.busy_ms,
                    "unsafe": self.mirror.document._allow_unsafe,
                    "resume_on_reload": limits.resume_on_reload,
                    "document": self.mirror.id,
                },
            )
        )
        while self._notices:
            self._queue(self._notices.popleft())
        # What a page that asked for another session has applied is of no meaning in this one.
        applied = hello.seq if self.id_of(hello.session) == self.id else 0
        # One that was reloaded begins anew.
        if not applied:
            self._received_before = self._received
        self._acked = min(self._acked, applied)
        self._acknowledged(applied)
        self._replay(applied)
        if not self._needs_snapshot:
            self._queue_texts()

    def _rotate(self, token: str) -> None:
        """Make a new secret. The page will have that one, or what it says now, however many Welcomes were lost."""
        said = token.partition(".")[2]
        if said and self.is_opened_by(token):
            self._earlier_secrets.clear()
            self._earlier_secrets.append(said)
        elif self._secret:
            self._earlier_secrets.append(self._secret)
        self._secret = secrets.token_urlsafe(16)

    def _acknowledged(self, ack: int) -> None:
        if ack > self._sent:
            raise ProtocolError(f"ack {ack} of what was never sent: the last seq is {self._sent}")
        self._acked = max(self._acked, ack)
        while self._in_flight and self._in_flight[0].seq <= ack:
            self._bytes_in_flight -= self._in_flight.popleft().size
        while self._texts and 0 < self._texts[0].seq <= ack:
            self._text_bytes -= len(self._texts.popleft().data)

    def _replay(self, applied: int) -> None:
        """Send what a page in the state after `applied` has missed; a snapshot, if it is not all there any more."""
        if self._needs_snapshot:
            return
        kept = list(self._in_flight)
        first = kept[0].seq if kept else self._sent + 1
        # A snapshot does not mind what the page has.
        fits = (applied and first == applied + 1) or (kept and isinstance(kept[0].message, messages.Snapshot))
        if not fits or any(sent.message is None for sent in kept):
            self._needs_snapshot = True
            return
        # Not what waits in the outbox: it is among them.
        self._outbox = [(seq, text) for seq, text in self._outbox if not seq]
        self._outbox += [(sent.seq, messages.encode(sent.message)) for sent in kept]

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
        if self._needs_snapshot:
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
            self._text_count += 1
            self._text_bytes += len(data)
            self._texts.append(_Text(self._text_count, data))
            if self._greeted and not self._needs_snapshot:
                self._queue_texts()

    def send(self, message: messages.Notice | messages.Ping | messages.Ask) -> None:
        """Queue a message that has no ``seq``. Of these, a page that is away gets the last notices when it is back."""
        with self._lock:
            if self._greeted:
                self._queue(message)
            elif isinstance(message, messages.Notice):
                self._notices.append(message)

    def remind(self) -> None:
        """Queue a Ping that says what was sent last, so that a page asks for what it has missed, or acknowledges it."""
        with self._lock:
            if self._greeted:
                self._queue(messages.Ping("", self._sent))

    def take(self, *, urgent: bool = False) -> list[bytes]:
        """What is to be written to the page now, each item one message.

        Args:
            urgent: Send what changed even if the window is full, though not the ring: for a `Document.flush` in a cell
                that keeps acknowledgements from being read.
        """
        with self._lock:
            if self._closed or not self._greeted or self.mirror.document._batches:
                return []
            urgent = urgent and self._bytes_in_flight < self.limits.ring_bytes
            if self._needs_snapshot:
                self._begin_again()
            elif self._parts:
                self._push_more(urgent=urgent)
            if self._behind is not None and not self._parts and (urgent or self._window_open()):
                self._catch_up()
            self._ask_to_check()
            out, self._outbox = [text for _, text in self._outbox], []
            if self._ack_due and not self._parts:
                out.append(messages.encode(messages.Ack(self._processed)))
                self._ack_due = False
            return out

    def suspend(self) -> None:
        """The page's socket is gone: what changes from now on is kept as one difference, until it says Hello again."""
        with self._lock:
            self._greeted = False
            self._outbox = []

    def move(self, mirror: Mirror) -> None:
        """Go on with another document: the page gets a snapshot of it. See `succeed`, which calls it."""
        with self._lock, mirror.document._lock:
            self.mirror.sessions.remove(self)
            mirror.sessions.append(self)
            self.mirror, self._lock = mirror, mirror.document._lock
            self._needs_snapshot = True
            self._behind = None
            self._parts.clear()
            self._watermark = self._templates = 0

    def close(self) -> None:
        """End the session. Idempotent."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._behind = None
                self._outbox = []
                self._parts.clear()
                self._in_flight.clear()
                self._texts.clear()
                self.mirror.sessions.remove(self)

    def _begin_again(self) -> None:
        """Queue a snapshot, in the place of all that is on its way."""
        self.mirror.collect()
        self._needs_snapshot = False
        self._behind = None
        self._in_flight.clear()
        self._bytes_in_flight = 0
        self._outbox = [(seq, text) for seq, text in self._outbox if not seq]
        self._parts.clear()
        self._push_parts(messages.Snapshot, self.mirror.snapshot())
        # A page that waits for a snapshot takes no strings.
        for text in self._texts:
            text.seq = 0
        self._queue_texts()

    def _queue(
        self,
        message: messages.Welcome
        | messages.Notice
        | messages.Ping
        | messages.Pong
        | messages.Ask
        | messages.Resend
        | messages.Check,
    ) -> None:
        self._outbox.append((0, messages.encode(message)))

    def _queue_texts(self) -> None:
        for text in self._texts:
            if not text.seq:
                text.seq = self._sent + 1
                saw = self._parts_saw if self._parts else self._processed
                message = messages.Text(text.seq, saw, text.number, text.data)
                self._send(message, len(text.data))

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
        self._ack_due = self._ack_due and self._parts_saw < self._processed
        self._frames_since_check += 1
        self._send(kind(self._sent + 1, self._parts_saw, body), len(memoryview(body)))

    def _send(self, message: messages.Frame | messages.Snapshot | messages.Text, size: int) -> None:
        """Queue a message that has a number, and keep it until it is acknowledged."""
        self._sent = message.seq
        self._outbox.append((message.seq, messages.encode(message)))
        self._bytes_in_flight += size
        # The message, not its text: the ops are the same object for all viewers.
        self._in_flight.append(_Sent(message.seq, size, message))
        if self._bytes_in_flight > self.limits.ring_bytes:
            for sent in self._in_flight:
                sent.message = None

    def _ask_to_check(self) -> None:
        """Have the page compare its DOM with the document, now and then, if it will have all of it."""
        every = self.limits.check_frames
        if (
            every
            and self._frames_since_check >= every
            and self._mismatches < _MOST_MISMATCHES
            and not self._parts
            and self._behind is None
            and not self.mirror.document._dirty
        ):
            self._frames_since_check = 0
            nodes, checksum = self.mirror.check()
            self._queue(messages.Check(self._sent, nodes, checksum))
