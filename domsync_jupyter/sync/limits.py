"""`Limits`: what a session allows its page, and how long each waits for the other.

Numbers only: `Session` keeps to them, and tells the page its part of them.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a session allows: ``limits=Limits(...)`` of a `DomsyncServer` or `DomsyncWidget`.

    Attributes:
        window_frames: Frames that may be unacknowledged before changes coalesce instead.
        window_bytes: Bytes that may be.
        ring_bytes: Bytes of unacknowledged frames that are kept to be sent again; a page that missed more gets a
            snapshot. Not more is sent at all by `Document.flush`, which does not wait for the window.
        ack_ms: Milliseconds for which the page may keep an acknowledgement back.
        heartbeat_ms: Milliseconds after which a page to which nothing was said asks whether there is something.
        silence_ms: Milliseconds without any answer after which a page gives its socket up and opens another.
        busy_ms: Milliseconds after which the page says that Python is busy, if an event is not processed.
        check_frames: Frames after which the page is asked to compare its DOM with the document's; 0: never.
        max_events: Events of a page that may wait to be processed; one more closes its socket with code 1008.
        messages_per_second: Messages that a page may send in the long run; more close its socket with code 1008.
        max_inbox_messages: Strings and bytes of code on the page that may wait for ``client.recv``; one more drops the
            oldest, which is logged.
        max_inbox_bytes: Their length, in characters or bytes.
        resume_on_reload: Whether a standalone page takes its session up again when it is reloaded.
    """

    window_frames: int = 4
    window_bytes: int = 1 << 20
    ring_bytes: int = 4 << 20
    ack_ms: int = 250
    heartbeat_ms: int = 15_000
    silence_ms: int = 45_000
    busy_ms: int = 2_000
    check_frames: int = 64
    max_events: int = 10_000
    messages_per_second: int = 2_000
    max_inbox_messages: int = 1_000
    max_inbox_bytes: int = 1 << 20
    resume_on_reload: bool = False
