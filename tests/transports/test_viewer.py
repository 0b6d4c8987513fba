"""`Viewer`: when what changed is sent, and how callbacks are run; over a comm in memory."""

from __future__ import annotations

import asyncio
import logging
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import ConnectionClosed

from domsync_jupyter import Document, Event
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.limits import Limits
from domsync_jupyter.transports import Client
from domsync_jupyter.transports import viewer as viewer_module
from domsync_jupyter.transports.host import Host
from tests.peer import eventually
from tests.transports.test_host import View

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
def document() -> Document:
    return Document()


@pytest.fixture
async def view(document: Document) -> AsyncIterator[View]:
    """A view that shows the document."""
    view = View(Host(document))
    await view.page.hello()
    yield view
    await view.host.end_all()
    await view.running


async def test_changes_are_sent_at_most_once_a_frame(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "frame_seconds", 1000)
    view = View(Host(document))
    await view.page.hello()
    document.getRootElement().append("a")
    for _ in range(20):
        await asyncio.sleep(0)
    assert view.page.html() == "", "the pump waits for the next frame's time"
    await view.viewer.flush()
    assert view.page.html() == "a"
    await view.host.end_all()
    await view.running


async def test_flush_of_the_document_sends_at_once(document: Document, view: View) -> None:
    """Without a turn of the loop: in the middle of a cell that computes."""
    document.getRootElement().append("now")
    document.flush()
    assert view.page.html() == "now"


async def test_flush_of_another_thread_sends_at_once(document: Document, view: View) -> None:
    def work() -> None:
        document.getRootElement().append("now")
        document.flush()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert view.page.html() == "now"


async def test_flush_in_a_blocked_loop_goes_beyond_the_window_now_and_then(
    document: Document, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A progress bar moves although nobody can read its acknowledgements."""
    now = 1000.0
    monkeypatch.setattr(f"{viewer_module.__name__}.time", SimpleNamespace(monotonic=lambda: now))
    view.page.acknowledges = False
    root = document.getRootElement()
    seen = set()
    for number in range(100):
        now += 0.01
        root.setAttribute("title", str(number))
        document.flush()
        seen.add(view.page.replica.root.attributes["title"])
    assert 10 < len(seen) < 50, "not all of them, and not none"
    now += 1
    document.flush()
    assert view.page.replica.root.attributes["title"] == "99"


async def test_flush_in_a_batch_waits_for_its_end(document: Document, view: View) -> None:
    with document.batch():
        document.getRootElement().append("a")
        document.flush()
        assert view.page.html() == ""
        document.getRootElement().append("b")
    await view.page.shows("ab")


async def test_an_acknowledgement_that_opens_nothing_wakes_nobody(document: Document, view: View) -> None:
    assert view.viewer.session.up_to_date
    assert view.viewer._pumping is None
    await view.page.say(messages.Ack(view.page.applied))
    await eventually(lambda: view.viewer.session.unacknowledged == 0)
    assert view.viewer._pumping is None


async def test_an_acknowledgement_that_opens_the_window_does(document: Document, view: View) -> None:
    view.page.acknowledges = False
    for number in range(20):
        document.getRootElement().setAttribute("title", str(number))
        await view.viewer.flush()
    audience = view.host._audiences[document]
    await eventually(lambda: view.viewer._pumping is None and audience._next_run is None)
    assert view.page.replica.root.attributes["title"] != "19"
    await view.page.say(messages.Ack(view.page.applied))
    await view.page.until(lambda: view.page.replica.root.attributes["title"] == "19")


async def test_the_pump_waits_for_a_socket_without_room(
    document: Document, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = asyncio.Event()
    monkeypatch.setattr(type(view.client), "has_room", property(lambda _: room.is_set()))
    monkeypatch.setattr(view.client, "drain", room.wait)
    monkeypatch.setattr(Client, "frame_seconds", 0)
    root = document.getRootElement()
    root.append("a")
    await view.page.shows("a")
    root.append("b")
    for _ in range(20):
        await asyncio.sleep(0)
    assert view.page.html() == "a"
    room.set()
    await view.page.shows("ab")


async def test_too_many_events_close_the_page(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    view.viewer._dispatcher._turns = asyncio.Queue(3)
    view.viewer._dispatcher._is_idle = False
    for _ in range(5):
        await view.page.fire("click", 1)
    await eventually(lambda: view.page.close_message is not None)
    assert view.page.close_message is not None
    assert view.page.close_message[0] == 1008
    await view.running
    assert view.host.get_clients() == []


@pytest.mark.parametrize("text", ["", "x", "[3,1000]", '[1,1,9,"click",1,{},[],[]]', '[0,2,"",0,""]', "[9]"])
async def test_what_is_not_allowed_closes_the_page(document: Document, view: View, text: str) -> None:
    clicks: list[Event] = []
    document.getRootElement().addEventListener("click", clicks.append)
    view.link.feed({"view": view.page.view, "text": text})
    await view.page.fire("click", 1)
    await view.running
    assert view.page.close_message is not None
    assert view.page.close_message[0] in (1002, 1007)
    assert clicks == [], "what came after it counts no more"
    assert view.host.get_clients() == []


async def test_garbage_is_reported_once(view: View, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(5):
        view.link.feed({"view": view.page.view, "text": "garbage"})
    await view.running
    assert sum("not a message" in record.getMessage() for record in caplog.records) == 1


async def test_edits_are_in_the_document_before_callbacks_run(document: Document, view: View) -> None:
    control: Any = document.createElement("input")
    seen: list[str] = []
    control.addEventListener("change", lambda event: seen.append(control.value))
    document.getRootElement().append(control)
    await view.page.settled()
    number = control._number
    await view.page.fire("change", number, edits=[number, "value", "a"])
    await view.page.fire("change", number, edits=[number, "value", "ab"])
    await view.page.settled()
    assert seen == ["a", "ab"]


async def test_a_callback_that_writes_back_what_was_typed_is_heard(document: Document, view: View) -> None:
    """The frame says that the edit was seen, so the page takes the value."""
    control: Any = document.createElement("input")
    control.addEventListener("input", lambda event: setattr(control, "value", control.value.upper()))
    document.getRootElement().append(control)
    await view.page.settled()
    number = control._number
    seq = await view.page.fire("input", number, edits=[number, "value", "a"])
    await view.page.until(lambda: view.page.replica.nodes[number].properties.get("value") == "A")
    frame = next(message for message in view.page.received if message[0] == 1 and "A" in message[3])
    assert frame[2] == seq


async def test_callbacks_of_different_clients_do_not_wait_for_each_other(
    document: Document, view: View
) -> None:
    go_on = asyncio.Event()
    log: list[Any] = []

    async def on_click(event: Event) -> None:
        log.append(event.client)
        await go_on.wait()

    document.getRootElement().addEventListener("click", on_click)
    other = View(view.host, "w")
    await other.page.hello()
    await view.page.fire("click", 1)
    await other.page.fire("click", 1)
    await eventually(lambda: len(log) == 2)
    assert set(log) == {view.client, other.client}
    go_on.set()
    await view.page.settled()
    await view.host.end(other.viewer)
    await other.running


async def test_a_document_may_change_after_the_loop_of_a_viewer_was_closed(document: Document) -> None:
    def other_thread() -> None:
        async def main() -> None:
            view = View(Host(document))
            await view.page.hello()
            view.running.cancel()

        asyncio.run(main())

    thread = threading.Thread(target=other_thread)
    thread.start()
    thread.join()
    document.getRootElement().append("x")
    document.flush()


async def test_a_task_that_fails_is_shown(view: View, expected_errors: list[logging.LogRecord]) -> None:
    async def fails() -> None:
        raise ZeroDivisionError

    view.viewer.spawn(fails(), "errand")
    await view.page.until(lambda: bool(view.page.notices))
    assert "the errand raised ZeroDivisionError" in view.page.notices[0].title
    assert "the errand" in expected_errors.pop().getMessage()


async def test_titles_are_one_line(
    document: Document, view: View, expected_errors: list[logging.LogRecord]
) -> None:
    def raises(event: Event) -> None:
        error = ValueError("first\nsecond")
        error.add_note("a note")
        raise error

    document.getRootElement().addEventListener("click", raises)
    await view.page.settled()
    await view.page.fire("click", 1)
    await view.page.until(lambda: bool(view.page.notices))
    assert view.page.notices[0].title == "a 'click' callback raised ValueError: first"
    assert "a note" in view.page.notices[0].text
    expected_errors.clear()


async def test_a_syntax_error_has_a_title_too(
    document: Document, view: View, expected_errors: list[logging.LogRecord]
) -> None:
    document.getRootElement().addEventListener("click", lambda event: compile("1 +", "<cell>", "eval"))
    await view.page.settled()
    await view.page.fire("click", 1)
    await view.page.until(lambda: bool(view.page.notices))
    assert "SyntaxError: invalid syntax" in view.page.notices[0].title
    expected_errors.clear()


async def test_errors_are_counted(
    document: Document, view: View, expected_errors: list[logging.LogRecord]
) -> None:
    def raises(event: Event) -> None:
        raise ValueError(event.fields["key"])

    document.getRootElement().addEventListener("keydown", raises, fields=["key"])
    await view.page.settled()
    keys = "aabca"
    for key in keys:
        await view.page.fire("keydown", 1, key=key)
    await view.page.until(lambda: len(view.page.notices) == len(keys))
    assert [notice.count for notice in view.page.notices] == [1, 2, 1, 1, 3]
    assert len(expected_errors) == 3, "each is logged once"
    expected_errors.clear()


async def test_bye_says_why(view: View) -> None:
    await view.page.say(messages.Bye("view"))
    await view.running
    assert (view.client.close_code, view.client.close_reason) == (1001, "view")


async def test_a_callback_that_nobody_begins_to_await_is_closed(document: Document, view: View) -> None:
    """The view ends in the turn of the loop in which its event came. Python would complain."""

    async def on_click(_event: Event) -> None:
        raise AssertionError("it began")

    document.getRootElement().addEventListener("click", on_click)
    event = messages.Event(1, view.page.applied, "click", 1, {"bubbles": True}, [], [])
    view.viewer.receive(event)
    await view.viewer.close()
    assert view.viewer._dispatcher._turns.empty()


async def test_turns_are_taken_in_order_whoever_awaits(document: Document, view: View) -> None:
    """A plain callback is called at once, unless one that awaits something is before it."""
    order: list[str] = []
    gate = asyncio.Event()

    async def slow(event: Event) -> None:
        order.append(f"slow {event.fields['detail']}")
        await gate.wait()
        order.append("slow again")

    def plain(event: Event) -> None:
        order.append(f"plain {event.fields['detail']}")

    root = document.getRootElement()
    root.addEventListener("click", slow)
    root.addEventListener("click", plain)
    root.addEventListener("input", plain)
    await view.page.fire("input", 1, detail=0)
    await view.page.fire("click", 1, detail=1)
    await view.page.fire("input", 1, detail=2)
    await eventually(lambda: len(order) == 2)
    assert order == ["plain 0", "slow 1"]
    gate.set()
    await eventually(lambda: len(order) == 5)
    assert order[2:] == ["slow again", "plain 1", "plain 2"]


async def test_events_that_come_too_early_wait_for_those_before(document: Document, view: View) -> None:
    clicks: list[Any] = []
    document.getRootElement().addEventListener("click", lambda event: clicks.append(event.detail))
    await view.page.fire("click", 1, seq=2, detail=2)
    await view.page.until(lambda: [10, 0] in view.page.received)
    await view.page.fire("click", 1, seq=1, detail=1)
    await view.page.fire("click", 1, seq=2, detail=2)
    await view.page.until(lambda: view.page.processed == 2)
    assert clicks == [1, 2]


async def test_who_says_too_much_is_closed(document: Document) -> None:
    view = View(Host(document, limits=Limits(messages_per_second=1, max_events=20)))
    await view.page.hello()
    for _ in range(30):
        await view.page.say(messages.Ack(0))
    await view.running
    assert view.page.close_message == (1008, "more than 1 messages a second")
    assert view.host.get_clients() == []


async def test_send_waits_for_a_page_that_does_not_acknowledge(document: Document) -> None:
    view = View(Host(document, limits=Limits(window_bytes=1_000)))
    await view.page.hello()
    view.page.acknowledges = False
    sent: list[int] = []

    async def send() -> None:
        for number in range(20):
            await view.client.send("x" * 100)
            sent.append(number)

    task = asyncio.create_task(send())
    await eventually(lambda: len(sent) == 10)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(sent) == 10
    await view.page.say(messages.Ack(view.page.applied))
    await eventually(lambda: len(sent) == 20)
    await task
    task = asyncio.create_task(send())
    await asyncio.sleep(0)
    await view.host.end_all()
    with pytest.raises(ConnectionClosed):
        await task
    await view.running


@pytest.mark.parametrize("callbacks", ["loop", "thread"])
async def test_where_callbacks_run(document: Document, callbacks: Any) -> None:
    threads: list[str] = []
    view = View(Host(document, callbacks=callbacks))
    root = document.getRootElement()

    async def coroutine(event: Event) -> None:
        threads.append(threading.current_thread().name)

    root.addEventListener("click", lambda event: threads.append(threading.current_thread().name))
    root.addEventListener("click", coroutine)
    await view.page.hello()
    await view.page.click(1)
    here = threading.current_thread().name
    assert threads == [here if callbacks == "loop" else "domsync callbacks", here]
    await view.host.end_all()
    await view.running


async def test_a_blocking_callback_in_a_thread_keeps_nobody_waiting(document: Document) -> None:
    host = Host(document, callbacks="thread")
    one, other = View(host, "one"), View(host, "other")
    go_on = threading.Event()
    root = document.getRootElement()

    def block(event: Event) -> None:
        root.append("began ")
        assert go_on.wait(10)
        root.append("ended ")

    root.addEventListener("click", block)
    await one.page.hello()
    await other.page.hello()
    await one.page.fire("click", 1)
    await one.page.shows("began ")
    await other.page.say(messages.Ping("t", 0))
    await one.page.say(messages.Ping("t", 0))
    for page in (one.page, other.page):
        await page.until(lambda page=page: [7, "t"] in [message[:2] for message in page.received])  # type: ignore[misc]  # mypy cannot infer a lambda with defaults
    await other.page.fire("click", 1)
    assert other.page.html() == "began ", "callbacks of one document run one at a time"
    go_on.set()
    await other.page.shows("began ended began ended ")
    await host.end_all()
    await one.running
    await other.running


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, RecursionError, StopIteration])
@pytest.mark.parametrize("callbacks", ["loop", "thread"])
async def test_whatever_a_callback_raises_is_shown_and_ends_nothing(
    document: Document, callbacks: Any, error: type[BaseException], expected_errors: list[logging.LogRecord]
) -> None:
    def fail(event: Event) -> None:
        raise error("no")

    view = View(Host(document, callbacks=callbacks))
    document.getRootElement().addEventListener("click", fail)
    await view.page.hello()
    await view.page.click(1)
    await view.page.until(lambda: len(view.page.notices) == 1)
    assert error.__name__ in view.page.notices[0].text
    assert len(expected_errors) == 1
    expected_errors.clear()
    await view.page.settled()
    await view.host.end_all()
    await view.running
