"""One viewer's session: numbers, acknowledgements, windows, and what survives a lost socket."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domsync_jupyter.dom import Document
from domsync_jupyter.errors import ProtocolError
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.session import Limits, Session

WELCOME, FRAME, SNAPSHOT, ACK, APP, PONG = 0, 1, 2, 3, 5, 7


@pytest.fixture
def document() -> Document:
    return Document()


@pytest.fixture
def session(document: Document) -> Session:
    """A session whose page has said Hello and has shown the first snapshot."""
    session = Session(Mirror.of(document), Limits(window_frames=2))
    session.receive(hello())
    assert tags(take(session)) == [WELCOME, SNAPSHOT]
    session.receive(messages.Ack(1))
    return session


def hello(session: str = "", seq: int = 0, version: int = 1) -> messages.Hello:
    return messages.Hello(version, session, seq, "a test")


def event(seq: int, ack: int = 0) -> messages.Event:
    return messages.Event(seq, ack, "click", 1, {}, [], [])


def take(session: Session, *, urgent: bool = False) -> list[list[Any]]:
    return [json.loads(text) for text in session.take(urgent=urgent)]


def tags(taken: list[list[Any]]) -> list[int]:
    return [message[0] for message in taken]


def change(session: Session, value: object) -> None:
    """Change the document, and collect it as the runtime does before it takes."""
    session.mirror.document.getRootElement().setAttribute("title", str(value))
    session.mirror.collect()


# Hello


def test_ids_are_long_and_random(document: Document) -> None:
    mirror = Mirror.of(document)
    ids = {Session(mirror).id for _ in range(100)}
    assert len(ids) == 100
    assert min(map(len, ids)) >= 22, "128 bits"


def test_says_nothing_before_hello(document: Document) -> None:
    session = Session(Mirror.of(document))
    change(session, 1)
    session.send_app("x")
    assert not session.greeted
    assert take(session, urgent=True) == []


def test_hello_is_answered_by_welcome_and_snapshot(document: Document) -> None:
    session = Session(Mirror.of(document), Limits(window_frames=5, ack_ms=70))
    session.receive(hello())
    welcome, snapshot = take(session)
    assert welcome[:4] == [WELCOME, 1, session.id, 0]
    assert welcome[4] == welcome[4] | {"window": 5, "ack_ms": 70}
    assert snapshot[:3] == [SNAPSHOT, 1, 0]
    assert session.greeted


def test_hello_of_another_version_is_refused(document: Document) -> None:
    session = Session(Mirror.of(document))
    with pytest.raises(ProtocolError, match="version 2") as caught:
        session.receive(hello(version=2))
    assert caught.value.code == 1002
    assert not session.greeted


def test_hello_may_be_repeated(session: Session) -> None:
    session.receive(event(1))
    change(session, 1)
    session.receive(hello(session.id, 1))
    welcome, snapshot = take(session)
    assert welcome[3] == 1, "the event that was accepted"
    assert snapshot[:2] == [SNAPSHOT, 3]
    change(session, 2)
    assert take(session)[0][:2] == [FRAME, 4]


# Upwards


def test_events_are_accepted_once_and_in_order(session: Session) -> None:
    first, second = event(1), event(2)
    assert session.receive(first) is first
    assert session.receive(event(1)) is None
    assert session.receive(second) is second
    assert session.receive(event(1)) is None
    assert session.receive(event(2)) is None


def test_events_edits_and_strings_share_their_numbers(session: Session) -> None:
    said: list[messages.Upstream] = [event(1), messages.Edits(2, 0, []), messages.App(3, 0, "x"), event(4)]
    for seq, message in enumerate(said, 1):
        assert session.receive(message) is message
        assert session.receive(messages.App(seq, 0, "again")) is None


@pytest.mark.parametrize("seq", [2, 3, 2**53 - 1])
def test_gap_is_refused(session: Session, seq: int) -> None:
    with pytest.raises(ProtocolError, match="1 was expected") as caught:
        session.receive(event(seq))
    assert caught.value.code == 1002
    first = event(1)
    assert session.receive(first) is first, "the refused one does not count"


def test_ack_of_what_was_never_sent_is_refused(session: Session) -> None:
    for message in (messages.Ack(2), event(1, ack=2)):
        with pytest.raises(ProtocolError, match="ack 2") as caught:
            session.receive(message)
        assert caught.value.code == 1002
    first = event(1, ack=1)
    assert session.receive(first) is first


def test_events_are_acknowledged_when_they_were_processed(session: Session) -> None:
    session.receive(event(1))
    session.receive(event(2))
    assert take(session) == []
    session.processing(1)
    assert take(session) == [[ACK, 1]]
    assert take(session) == []
    session.processing(2)
    session.processing(1)
    assert take(session) == [[ACK, 2]]


def test_a_frame_acknowledges_too(session: Session) -> None:
    session.receive(event(1))
    session.processing(1)
    change(session, 1)
    (frame,) = take(session)
    assert frame[:3] == [FRAME, 2, 1]


def test_a_frame_from_before_an_event_was_processed_does_not_acknowledge_it(session: Session) -> None:
    session.receive(event(1))
    change(session, 1)
    session.processing(1)
    frame, ack = take(session)
    assert frame[:3] == [FRAME, 2, 0]
    assert ack == [ACK, 1]


def test_a_repeated_event_is_acknowledged_again(session: Session) -> None:
    """The acknowledgement may be what was lost."""
    session.receive(event(1))
    session.processing(1)
    take(session)
    session.receive(event(1))
    assert take(session) == [[ACK, 1]]


def test_ping_is_answered(session: Session) -> None:
    assert session.receive(messages.Ping("abc")) is None
    assert take(session) == [[PONG, "abc"]]


@pytest.mark.parametrize("message", [messages.Bye("view"), messages.Pong("x"), messages.Fault("gap", "?")])
def test_what_the_runtime_has_to_deal_with_is_returned(session: Session, message: Any) -> None:
    assert session.receive(message) is message


# Downwards


def test_frames_are_numbered_from_the_snapshot_on(session: Session) -> None:
    for number in (2, 3):
        change(session, number)
        assert take(session)[0][:2] == [FRAME, number]
        session.receive(messages.Ack(number))


def test_frames_beyond_the_window_become_one(session: Session) -> None:
    for number in range(10):
        change(session, number)
    assert [message[1] for message in take(session)] == [2, 3]
    assert session.unacknowledged == 2
    assert take(session) == []
    session.receive(messages.Ack(2))
    ((_, seq, _, ops),) = take(session)
    assert seq == 4
    assert ops[-1] == "9"
    assert session.unacknowledged == 2


def test_the_window_counts_bytes(document: Document) -> None:
    session = Session(Mirror.of(document), Limits(window_bytes=1000))
    session.receive(hello())
    take(session)
    change(session, "x" * 1000)
    change(session, "y")
    assert len(take(session)) == 1
    session.receive(messages.Ack(2))
    assert len(take(session)) == 1


def test_urgent_changes_do_not_wait_for_the_window(session: Session) -> None:
    for number in range(4):
        change(session, number)
    assert len(take(session)) == 2
    ((tag, seq, _, ops),) = take(session, urgent=True)
    assert (tag, seq, ops[-1]) == (FRAME, 4, "3")
    assert session.unacknowledged == 3


def test_old_acks_do_not_close_the_window_again(session: Session) -> None:
    change(session, 1)
    change(session, 2)
    session.receive(messages.Ack(3))
    session.receive(messages.Ack(1))
    session.receive(messages.Ack(0))
    assert session.unacknowledged == 0


def test_nothing_is_sent_within_a_batch(session: Session, document: Document) -> None:
    with document.batch():
        change(session, 1)
        session.send_app("x")
        assert take(session, urgent=True) == []
    session.mirror.collect()
    assert sorted(tags(take(session))) == [FRAME, APP]


def test_fault_is_answered_by_a_snapshot(session: Session) -> None:
    change(session, 1)
    take(session)
    change(session, 2)
    session.receive(messages.Fault("gap", "?"))
    change(session, 3)
    assert tags(take(session))[-1] == SNAPSHOT
    assert session.unacknowledged == 1
    change(session, 4)
    assert tags(take(session)) == [FRAME]


# Away, and back


def test_while_the_page_is_away_nothing_is_kept_for_it(session: Session) -> None:
    change(session, 1)
    session.suspend()
    change(session, 2)
    assert take(session, urgent=True) == []
    assert session._behind is None
    session.receive(hello(session.id, 2))
    assert tags(take(session)) == [WELCOME, SNAPSHOT]
    assert session.unacknowledged == 1


def test_after_close_nothing_is_said(session: Session) -> None:
    session.close()
    session.close()
    change(session, 1)
    assert session.closed
    assert take(session, urgent=True) == []
    assert session.mirror.sessions == []


# Strings of the application


def test_strings_share_the_numbers_of_frames(session: Session) -> None:
    session.send_app("one")
    change(session, 1)
    session.send_app("two")
    assert [message[:2] for message in take(session)] == [[APP, 2], [FRAME, 3], [APP, 4]]


def test_strings_wait_for_the_snapshot(document: Document) -> None:
    """A page that waits for a snapshot ignores all else."""
    session = Session(Mirror.of(document))
    session.send_app("early")
    session.receive(hello())
    session.send_app("late")
    assert [message[-1] for message in take(session)[2:]] == ["early", "late"]
    assert take(session) == []


def test_strings_that_were_not_acknowledged_are_sent_again(session: Session) -> None:
    session.send_app("arrived")
    session.send_app("acknowledged with the Hello")
    session.send_app("lost")
    take(session)
    session.receive(messages.Ack(2))
    session.suspend()
    session.send_app("said while away")
    session.receive(hello(session.id, 3))
    taken = take(session)
    assert tags(taken) == [WELCOME, SNAPSHOT, APP, APP]
    assert [message[1] for message in taken[1:]] == [5, 6, 7]
    assert [message[-1] for message in taken[2:]] == ["lost", "said while away"]


def test_strings_are_sent_again_after_a_fault(session: Session) -> None:
    session.send_app("lost")
    take(session)
    session.receive(messages.Fault("gap", "?"))
    taken = take(session)
    assert tags(taken) == [SNAPSHOT, APP]
    session.receive(messages.Ack(taken[-1][1]))
    session.receive(messages.Fault("gap", "?"))
    assert tags(take(session)) == [SNAPSHOT]


def test_a_page_of_another_session_has_acknowledged_nothing(session: Session) -> None:
    session.send_app("kept")
    take(session)
    session.suspend()
    session.receive(hello("another", 1000))
    assert take(session)[-1][-1] == "kept"


def test_a_string_that_cannot_be_sent_uses_no_number(session: Session) -> None:
    with pytest.raises(UnicodeEncodeError):
        session.send_app("\ud800")
    session.send_app("fine")
    assert take(session) == [[APP, 2, 0, "fine"]]
