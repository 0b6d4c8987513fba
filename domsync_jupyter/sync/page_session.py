"""`PageSession`: the page's side of a session, in Python: what `js/src/session.ts` does, over a `Replica`.

Sans-I/O like the original, so that thousands of schedules of faults can be tried on a clock that is not real. For
tests, ours and users': `domsync_jupyter.testing` puts it on a clock that is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from domsync_jupyter.errors import FrameError
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.replica import Replica

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Clock", "PageSession"]

PROBE = 0.5
HELLO_REPEAT, HELLO_REPEAT_AT_MOST = 1.0, 5.0
RESEND_REPEAT, RESEND_REPEAT_AT_MOST = 0.3, 4.0
FAULT_REPEAT = 2.0


class Clock(Protocol):
    """Time, in seconds, that somebody else makes pass."""

    def after(self, seconds: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back once; what is returned cancels it."""


def never() -> None:
    """Cancel nothing."""


class PageSession:
    """A page, as far as its session is concerned.

    Args:
        send: Takes a message to Python, or loses it.
        clock: Time.
    """

    def __init__(self, send: Callable[[str], None], clock: Clock) -> None:
        self._send_text = send
        self._clock = clock
        self.replica = Replica()
        self.token = ""
        self.epoch = 0
        self.ready = False
        self.lost = False
        self.applied = 0
        self.processed = 0
        #: The strings that came, the notices, and the questions.
        self.texts: list[str] = []
        self.notices: list[messages.Notice] = []
        self.questions: list[messages.Ask] = []
        #: Code and reason of a Close message.
        self.close_message: tuple[int, str] | None = None
        self.sessions = 0
        #: Hashes that were compared, and faults that were reported.
        self.checks = 0
        self.faults: list[str] = []
        self.resends = 0
        self.snapshots = 0
        self._text_number = 0
        self._last_seq = 0
        self._pending: list[Callable[[int, int], messages.Upstream]] = []
        self._sent: list[tuple[int, Callable[[int, int], messages.Upstream]]] = []
        self._asked = False
        self._heartbeat = 15.0
        self._ack_seconds = 0.25
        self._window = 4
        self._acked = 0
        self._cancel = dict.fromkeys(("hello", "ack", "repeat", "probe"), never)

    @property
    def unacknowledged(self) -> int:
        """How many messages Python has not processed, as far as the page knows."""
        return len(self.waiting())

    def waiting(self) -> list[Callable[[int, int], messages.Upstream]]:
        """What makes the messages that Python has not processed, as far as the page knows."""
        return [compose for _, compose in self._sent] + self._pending

    @property
    def last_seq(self) -> int:
        """The number of the last message that must not be lost; those which wait for a Welcome have none yet."""
        return self._last_seq

    def connected(self) -> None:
        """Say Hello: there is a way to Python now."""
        self.disconnected()
        self._hello(HELLO_REPEAT)

    def disconnected(self) -> None:
        """Say nothing more until it is connected again."""
        self.ready = self._asked = False
        for name in self._cancel:
            self._stop(name)

    def post(self, compose: Callable[[int, int], messages.Upstream]) -> None:
        """Post a message that must not be lost: `compose` makes it of its ``seq`` and ``ack``."""
        self._pending.append(compose)
        self._pump()

    def say(self, message: messages.Upstream) -> None:
        """Say something that has no number: an Answer, a Bye."""
        self._send_text(messages.encode(message).decode())

    def click(self, target: int, **fields: Any) -> None:
        """Post a click of the node with this number."""
        self.post(
            lambda seq, ack: messages.Event(seq, ack, "click", target, {"bubbles": True} | fields, [], [])
        )

    def receive(self, text: str) -> None:
        """Take a message of Python's.

        Raises:
            AssertionError: If there is no such message.
        """
        message: list[Any] = json.loads(text)
        if not self.ready and message[0] != 0:
            return
        match message:
            case [0, _, token, epoch, seq, options]:
                self._welcome(token, epoch, seq, options)
            case [1 | 2 | 5 as tag, seq, ack, *body]:
                self._acknowledged(ack)
                self._in_order(tag, seq, body)
            case [3, ack]:
                self._acknowledged(ack)
            case [6, token, seq]:
                self.say(messages.Pong(token, self._last_seq))
                if seq and seq == self.applied:
                    self._ack()
                self._look_for_gap(seq)
            case [7, _, seq]:
                self._look_for_gap(seq)
            case [8, *notice]:
                self.notices.append(messages.Notice(*notice))
            case [4, code, reason]:
                self.close_message = code, reason
                self.disconnected()
            case [9, *question]:
                self.questions.append(messages.Ask(*question))
            case [10, seq]:
                self._accepted(seq)
                for number, compose in self._sent:
                    self._transmit(number, compose)
            case [11, seq, numbers, checksum]:
                if seq == self.applied:
                    self.checks += 1
                    if self.replica.checksum(numbers) != checksum:
                        self._fault("hash", str(numbers))
            case _:
                raise AssertionError(f"not a message: {message}")

    def _stop(self, name: str) -> None:
        self._cancel[name]()
        self._cancel[name] = never

    def _after(self, name: str, seconds: float, callback: Callable[[], None]) -> None:
        self._cancel[name]()
        self._cancel[name] = self._clock.after(seconds, callback)

    def _hello(self, pause: float) -> None:
        self._after("hello", pause, lambda: self._hello(min(pause * 2, HELLO_REPEAT_AT_MOST)))
        self.say(messages.Hello(1, self.token, self.applied, "a test"))

    def _welcome(self, token: str, epoch: int, seq: int, options: dict[str, Any]) -> None:
        is_same = token.partition(".")[0] == self.token.partition(".")[0]
        if is_same and epoch < self.epoch:
            return
        self._stop("hello")
        asked, self.token, self.epoch = self.token, token, epoch
        self._heartbeat = options["heartbeat_ms"] / 1000
        self._ack_seconds = options["ack_ms"] / 1000
        self._window = options["window"]
        self.ready, self._asked = True, False
        if not is_same:
            self.sessions += 1
            if asked:
                self.applied = self._acked = self._last_seq = self._text_number = 0
                self._sent, self._pending = [], []
        self._accepted(seq)
        if not self._sent:
            # A Welcome that comes late, or twice, is of no news.
            self._last_seq = max(self._last_seq, seq)
        for number, compose in self._sent:
            self._transmit(number, compose)
        self._pump()
        self._probe(PROBE)
        if self.lost:
            self._complain("what came before the connection was lost")

    def _accepted(self, seq: int) -> None:
        while self._sent and self._sent[0][0] <= seq:
            self._sent.pop(0)

    def _acknowledged(self, seq: int) -> None:
        self.processed = max(self.processed, seq)
        self._accepted(seq)
        self._pump()

    def _in_order(self, tag: int, seq: int, body: list[Any]) -> None:
        if seq <= self.applied:
            return
        if tag != 2 and (self.lost or seq != self.applied + 1 or not self.applied):
            self._look_for_gap(seq)
            return
        if tag == 5:
            number, data = body
            if number > self._text_number:
                self._text_number = number
                self.texts.append(data)
        else:
            try:
                self.replica.apply(body[0])
            except FrameError as error:
                self.lost = True
                self._fault("frame", str(error))
                return
        self.snapshots += tag == 2
        self._stop("repeat")
        self.lost = self._asked = False
        self.applied = seq
        self._schedule_ack()
        if not self._sent:
            self._probe(PROBE)

    def _look_for_gap(self, seq: int) -> None:
        if seq > self.applied and not self.lost:
            self._missing()

    def _missing(self) -> None:
        if not self._asked:
            self._ask_again(RESEND_REPEAT)

    def _ask_again(self, pause: float) -> None:
        self._asked = True
        self._after("repeat", pause, lambda: self._ask_again(min(pause * 2, RESEND_REPEAT_AT_MOST)))
        self.resends += 1
        self.say(messages.Resend(self.applied))

    def _probe(self, pause: float) -> None:
        def ask() -> None:
            self._probe(min(pause * 2, self._heartbeat))
            self.say(messages.Ping("", self._last_seq))

        self._after("probe", pause, ask)

    def _fault(self, code: str, detail: str) -> None:
        self.faults.append(f"{code}: {detail}")
        if code == "frame":
            self._complain(detail)
        else:
            self.say(messages.Fault(code, detail[:1000]))

    def _complain(self, detail: str) -> None:
        self._after("repeat", FAULT_REPEAT, lambda: self._complain(detail))
        self.say(messages.Fault("frame", detail[:1000]))

    def _schedule_ack(self) -> None:
        if (self.applied - self._acked) * 2 >= self._window or self._sent:
            self._ack()
        else:
            self._after("ack", self._ack_seconds, self._ack)

    def _ack(self) -> None:
        self._stop("ack")
        self._acked = self.applied
        self.say(messages.Ack(self.applied))

    def _pump(self) -> None:
        while self.ready and self._pending:
            self._last_seq += 1
            compose = self._pending.pop(0)
            self._sent.append((self._last_seq, compose))
            self._transmit(self._last_seq, compose)
            if len(self._sent) == 1:
                self._probe(PROBE)

    def _transmit(self, seq: int, compose: Callable[[int, int], messages.Upstream]) -> None:
        self._stop("ack")
        self._acked = self.applied
        self.say(compose(seq, self.applied))
