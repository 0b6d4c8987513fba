"""One viewer's session: numbers, acknowledgements, windows, and what survives a lost socket."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domsync_jupyter.dom import Document
from domsync_jupyter.errors import ProtocolError
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.session import Session

WELCOME, FRAME, SNAPSHOT, ACK, TEXT, PING, PONG, NOTICE, RESEND, CHECK = 0, 1, 2, 3, 5, 6, 7, 8, 10, 11


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


def test_what_takes_a_session_up_is_long_and_random(document: Document) -> None:
    mirror = Mirror.of(document)
    sessions = [Session(mirror) for _ in range(100)]
    for session in sessions:
        session.receive(hello())
    ids = {session.id for session in sessions}
    secrets = {session.token.removeprefix(session.id + ".") for session in sessions}
    assert len(ids) == len(secrets) == 100
    assert min(map(len, secrets)) >= 22, "128 bits"
    assert {Session.id_of(session.token) for session in sessions} == ids


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
    assert welcome[:5] == [WELCOME, 1, session.token, 1, 0]
    assert welcome[5] == welcome[5] | {"window": 5, "ack_ms": 70, "document": session.mirror.id}
    assert snapshot[:3] == [SNAPSHOT, 1, 0]
    assert session.greeted


def test_hello_of_another_version_is_refused(document: Document) -> None:
    session = Session(Mirror.of(document))
    with pytest.raises(ProtocolError, match="version 2") as caught:
        session.receive(hello(version=2))
    assert caught.value.code == 1002
    assert not session.greeted


def test_hello_may_be_repeated(session: Session) -> None:
    """As by a page that has heard nothing: it is told the same, and gets what it may have missed."""
    first = session.token
    session.receive(event(1))
    change(session, 1)
    session.receive(hello(session.token, 1))
    welcome, frame = take(session)
    assert welcome[2:5] == [first, 1, 1], "the same secret and epoch, and the event that was accepted"
    assert frame[:2] == [FRAME, 2]
    change(session, 2)
    assert take(session)[0][:2] == [FRAME, 3]


def test_a_secret_is_taken_once(session: Session) -> None:
    first = session.token
    assert session.is_opened_by(first)
    session.suspend()
    session.receive(hello(first, 1))
    second = session.token
    assert take(session)[0][2:4] == [second, 2]
    assert session.is_opened_by(first), "the page may never have got the second"
    session.receive(messages.Ack(1))
    assert session.is_opened_by(second)
    assert not session.is_opened_by(first)


def test_a_page_that_gets_no_welcome_for_long_is_not_locked_out(session: Session) -> None:
    session.receive(messages.Ack(1))
    first = session.token
    for _ in range(20):
        session.suspend()
        session.receive(hello(first, 1))
    last = session.token
    session.suspend()
    assert session.is_opened_by(first)
    # One that got a Welcome in between says so with its next Hello; the first secret is worth nothing from then on.
    session.receive(hello(last, 1))
    assert not session.is_opened_by(first)


@pytest.mark.parametrize(
    "token", ["", "{id}", "{id}.", "{id}.x", ".{secret}", "x.{secret}", "{id}.{secret}x", "{id}.é"]
)
def test_what_is_no_key_opens_nothing(session: Session, token: str) -> None:
    _, _, secret = session.token.partition(".")
    text = token.format(id=session.id, secret=secret)
    assert not (Session.id_of(text) == session.id and session.is_opened_by(text))


def test_before_hello_nothing_is_listened_to(document: Document) -> None:
    session = Session(Mirror.of(document))
    for message in (
        event(1),
        messages.Ack(7),
        messages.Resend(7),
        messages.Ping("x", 9),
        messages.Fault("frame", ""),
    ):
        assert session.receive(message) is None
    session.receive(hello())
    assert tags(take(session)) == [WELCOME, SNAPSHOT]
    assert session.receive(event(1)) is not None


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
def test_what_comes_too_early_is_asked_for(session: Session, seq: int) -> None:
    assert session.receive(event(seq)) is None
    assert session.receive(event(seq)) is None
    assert take(session) == [[RESEND, 0]], "once"
    first = event(1)
    assert session.receive(first) is first, "the early one does not count"
    assert session.receive(event(3)) is None
    assert take(session) == [[RESEND, 1]]


def test_a_page_that_has_said_more_than_arrived_is_asked_for_it(session: Session) -> None:
    for _ in range(2):
        session.receive(messages.Ping("t", 2))
        assert take(session) == [[PONG, "t", 1], [RESEND, 0], [ACK, 0]], (
            "each time: the question may be what was lost"
        )


def test_ack_of_what_was_never_sent_is_refused(session: Session) -> None:
    for message in (messages.Ack(2), event(1, ack=2), messages.Resend(2), hello(session.token, 2)):
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


def test_ping_is_answered_with_how_far_python_has_got(session: Session) -> None:
    change(session, 1)
    take(session)
    assert session.receive(messages.Ping("abc", 0)) is None
    assert take(session) == [[PONG, "abc", 2], [ACK, 0]]


def test_a_reminder_says_what_was_sent_last(session: Session) -> None:
    change(session, 1)
    take(session)
    session.remind()
    assert take(session) == [[PING, "", 2]]
    session.suspend()
    session.remind()
    assert take(session) == []


@pytest.mark.parametrize(
    "message",
    [messages.Bye("view"), messages.Pong("x", 0), messages.Fault("frame", "?"), messages.Answer(1, True, 2)],
)
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
    assert sorted(tags(take(session))) == [FRAME, TEXT]


def test_fault_is_answered_by_a_snapshot(session: Session) -> None:
    change(session, 1)
    take(session)
    change(session, 2)
    session.receive(messages.Fault("frame", "?"))
    change(session, 3)
    assert tags(take(session))[-1] == SNAPSHOT
    assert session.unacknowledged == 1
    change(session, 4)
    assert tags(take(session)) == [FRAME]


# Away, and back


def test_what_a_page_missed_is_sent_again_and_then_what_changed_since(session: Session) -> None:
    for number in (2, 3):
        change(session, number)
    take(session)
    session.suspend()
    for number in (4, 5, 6):
        change(session, number)
        assert take(session, urgent=True) == []
    session.receive(hello(session.token, 2))
    welcome, missed, since = take(session)
    assert welcome[0] == WELCOME
    assert (missed[1], missed[3][-1]) == (3, "3")
    assert (since[1], since[3][-1]) == (4, "6")


def test_a_page_that_has_everything_gets_nothing(session: Session) -> None:
    change(session, 1)
    take(session)
    session.suspend()
    session.receive(hello(session.token, 2))
    assert tags(take(session)) == [WELCOME]


def test_a_page_that_was_reloaded_gets_a_snapshot(session: Session) -> None:
    change(session, 1)
    take(session)
    session.suspend()
    session.receive(hello(session.token, 0))
    assert tags(take(session)) == [WELCOME, SNAPSHOT]
    assert session.unacknowledged == 1
    session.receive(messages.Resend(0))
    assert tags(take(session)) == [SNAPSHOT], "that was lost"


def test_a_page_that_missed_more_than_the_ring_holds_gets_a_snapshot(document: Document) -> None:
    session = Session(Mirror.of(document), Limits(window_frames=100, ring_bytes=1_000))
    session.receive(hello())
    take(session)
    session.receive(messages.Ack(1))
    for size in (100, 900):
        change(session, "x" * size)
        take(session)
    session.receive(messages.Resend(1))
    assert tags(take(session)) == [SNAPSHOT]


def test_urgent_changes_wait_when_the_ring_is_full(document: Document) -> None:
    session = Session(Mirror.of(document), Limits(window_frames=1, ring_bytes=1_000))
    session.receive(hello())
    take(session)
    sent = 0
    for number in range(50):
        change(session, f"{number} {'x' * 90}")
        sent += len(take(session, urgent=True))
    assert 5 < sent < 15
    session.receive(messages.Ack(sent + 1))
    assert take(session)[0][3][-1].startswith("49"), "nothing is lost by that"


def test_resend_of_what_was_acknowledged_meanwhile_is_late(session: Session) -> None:
    change(session, 1)
    take(session)
    session.receive(messages.Ack(2))
    session.receive(messages.Resend(1))
    assert take(session) == []


def test_the_last_notices_wait_for_the_page(session: Session) -> None:
    session.suspend()
    for number in range(100):
        session.send(messages.Notice("error", f"{number}", "", 1))
    session.send(messages.Ask(1, 2, "get", "value", []))
    session.receive(hello(session.token, 1))
    taken = take(session)
    assert tags(taken) == [WELCOME] + [NOTICE] * 20
    assert taken[-1][2] == "99"


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
    assert [message[:2] for message in take(session)] == [[TEXT, 2], [FRAME, 3], [TEXT, 4]]


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
    session.receive(hello(session.token, 3))
    taken = take(session)
    assert tags(taken) == [WELCOME, TEXT, TEXT]
    assert [message[1] for message in taken[1:]] == [4, 5]
    assert [message[-1] for message in taken[1:]] == ["lost", "said while away"]
    assert session.text_bytes == len("lostsaid while away")


def test_strings_are_sent_again_after_a_fault(session: Session) -> None:
    session.send_app("lost")
    take(session)
    session.receive(messages.Fault("frame", "?"))
    taken = take(session)
    assert tags(taken) == [SNAPSHOT, TEXT]
    assert taken[1][1:4] == [4, 0, 1], "another seq, the same number: the page may have had it"
    session.receive(messages.Ack(taken[-1][1]))
    session.receive(messages.Fault("frame", "?"))
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
    assert take(session) == [[TEXT, 2, 0, 1, "fine"]]


# Checks


@pytest.fixture
def checked(document: Document) -> Session:
    """A session that asks for a comparison after every frame."""
    session = Session(Mirror.of(document), Limits(check_frames=1))
    session.receive(hello())
    take(session)
    return session


def test_now_and_then_the_page_is_asked_to_compare(document: Document) -> None:
    session = Session(Mirror.of(document), Limits(check_frames=3, window_frames=100))
    session.receive(hello())
    seen = []
    for number in range(9):
        change(session, number)
        seen.append(CHECK in tags(take(session)))
    # The snapshot is a frame, too, and brings what was changed before it.
    assert seen == [False, False, True] * 3


def test_a_check_is_of_the_state_after_the_last_frame(checked: Session) -> None:
    change(checked, 1)
    frame, check = take(checked)
    assert check[0] == CHECK
    assert check[1] == frame[1]
    assert take(checked) == []


def test_nothing_is_checked_while_the_page_has_not_everything(document: Document) -> None:
    session = Session(Mirror.of(document), Limits(check_frames=1, window_frames=1))
    session.receive(hello())
    take(session)
    change(session, 1)
    assert take(session) == []
    session.receive(messages.Ack(1))
    assert tags(take(session)) == [FRAME, CHECK]


def test_a_page_that_something_else_changes_is_left_alone_after_a_while(checked: Session) -> None:
    for number in range(3):
        change(checked, number)
        assert CHECK in tags(take(checked))
        checked.receive(messages.Fault("hash", "of nodes 1"))
        assert SNAPSHOT in tags(take(checked))
        checked.receive(messages.Ack(checked._sent))
    change(checked, "again")
    assert tags(take(checked)) == [FRAME]
