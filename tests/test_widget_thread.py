"""`DomsyncWidget` whose clients live in another thread than the kernel's: a server's, or one of its own."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from domsync_jupyter import Document, DomsyncServer, DomsyncWidget
from domsync_jupyter.sync import messages
from domsync_jupyter.transports import Client
from tests.peer import CommPage, eventually, page
from tests.test_widget import MemoryComm, comm_of, comms, counting

__all__ = ["comms"]

SERVER, WIDGET, CALLBACKS = "domsync server", "domsync widget", "domsync callbacks"


@pytest.fixture
def server() -> Iterator[DomsyncServer]:
    """A server of one document, in a thread."""
    server = DomsyncServer(counting(), "127.0.0.1", 0, verbose=False).start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
async def no_thread_is_left(comms: list[MemoryComm]) -> AsyncIterator[None]:
    yield
    DomsyncWidget.close_all()
    await eventually(lambda: not {SERVER, WIDGET, CALLBACKS} & set(threads()))


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


async def view_of(widget: DomsyncWidget, name: str = "v", session: str = "") -> CommPage:
    """A view that has said Hello. Other threads send to it; it takes what they send in the loop of the test."""
    made = comm_of(widget).page(name)
    loop = asyncio.get_running_loop()
    deliver = made.deliver
    made.deliver = lambda *arguments: loop.call_soon_threadsafe(deliver, *arguments)  # type: ignore[method-assign, assignment]
    await made.hello(session)
    return made


def where() -> tuple[Document, list[str]]:
    """A document whose clicks tell in which thread its callback runs."""
    document = Document()
    seen: list[str] = []
    root = document.getRootElement()
    root.addEventListener("click", lambda event: seen.append(threading.current_thread().name))
    root.append("hello")
    return document, seen


# Of a server


async def test_its_views_are_in_the_thread_of_the_server() -> None:
    document, seen = where()
    server = DomsyncServer(document, "127.0.0.1", 0, verbose=False).start()
    widget = DomsyncWidget(server)
    view = await view_of(widget)
    await view.click(1)
    assert seen == [SERVER]
    (client,) = widget.get_clients()
    assert client.loop is server.loop
    assert WIDGET not in threads()
    server.stop()


async def test_views_and_pages_of_a_server_are_told_together(server: DomsyncServer) -> None:
    widget = DomsyncWidget(server)
    view = await view_of(widget)
    async with page(server.url) as peer:
        await view.click(2)
        await peer.shows("<button>1</button>")
        await peer.click(2)
        await view.shows("<button>2</button>")
        document = widget.document
        document.getRootElement().append("!")
        for each in (view, peer):
            await each.shows("<button>2</button>!")
        assert len(server.get_clients()) == 2


async def test_a_callback_runs_while_the_loop_of_the_kernel_is_blocked(server: DomsyncServer) -> None:
    widget = DomsyncWidget(server)
    view = await view_of(widget)
    clicked = threading.Event()
    widget.document.getRootElement().addEventListener("click", lambda event: clicked.set())
    await view.settled()
    subshell = threading.Thread(
        target=view.say_now,
        args=[messages.Event(view.posted + 1, view.applied, "click", 1, {"bubbles": True}, [], [])],
    )
    subshell.start()
    assert clicked.wait(10), "here, nothing else runs in this loop"
    subshell.join()
    view.posted += 1


async def test_a_server_that_is_started_after_its_widget_was_made() -> None:
    document, seen = where()
    server = DomsyncServer(document, "127.0.0.1", 0, verbose=False)
    widget = DomsyncWidget(server)
    server.start()
    view = await view_of(widget)
    await view.click(1)
    assert seen == [SERVER]
    server.stop()


async def test_a_server_that_does_not_run_leaves_them_to_the_loop_of_the_kernel() -> None:
    document, seen = where()
    server = DomsyncServer(document, "127.0.0.1", 0, verbose=False)
    widget = DomsyncWidget(server)
    server.start()
    first = await view_of(widget, "first")
    server.stop()
    await eventually(lambda: first.close_message is not None)
    assert widget.get_clients() == []
    view = await view_of(widget, "second")
    await view.click(1)
    assert seen == [threading.main_thread().name]


async def test_a_view_that_was_reloaded_goes_on(server: DomsyncServer) -> None:
    widget = DomsyncWidget(server)
    view = await view_of(widget)
    await view.click(2)
    (client,) = widget.get_clients()
    await view.say(messages.Bye("pagehide"))
    await eventually(lambda: not client.attached)
    again = await view_of(widget, "again", view.session)
    assert again.html() == "<button>1</button>"
    assert widget.get_clients() == [client]


async def test_close_ends_its_own_views_only(server: DomsyncServer) -> None:
    one, other = DomsyncWidget(server), DomsyncWidget(server)
    await view_of(one)
    (client,) = server.get_clients()
    view = await view_of(other)
    one.close()
    await eventually(lambda: not server.is_connected(client))
    await view.click(2)
    assert view.html() == "<button>1</button>"
    other.close()
    other.close()
    await eventually(lambda: not server.get_clients())


async def test_close_from_a_callback(server: DomsyncServer) -> None:
    widget = DomsyncWidget(server)
    widget.document.getRootElement().addEventListener("click", lambda event: widget.close())
    view = await view_of(widget)
    await view.fire("click", 1)
    await eventually(lambda: not server.get_clients())


async def test_a_widget_outlives_its_server(server: DomsyncServer) -> None:
    widget = DomsyncWidget(server)
    view = await view_of(widget)
    server.stop()
    await view.say(messages.Edits(1, 0, []))
    comm_of(widget).bring(None)
    comm_of(widget).bring({"view": 1})
    widget.close()


# Of its own


async def test_thread() -> None:
    document, seen = where()
    widget = DomsyncWidget(document, thread=True)
    view = await view_of(widget)
    await view.click(1)
    assert seen == [WIDGET]
    await view.say(messages.Bye("view"))
    await eventually(lambda: not widget.get_clients())


async def test_a_handler_in_a_thread() -> None:
    async def app(server: Any, client: Client) -> None:
        root = server.get_document(client).getRootElement()
        root.append(threading.current_thread().name)
        await server.flush(client)

    view = await view_of(DomsyncWidget(app, thread=True))
    await view.shows(WIDGET)


async def test_without_it_callbacks_run_where_the_widget_was_made() -> None:
    document, seen = where()
    widget = DomsyncWidget(document)
    view = await view_of(widget)
    await view.click(1)
    assert seen == [threading.current_thread().name]
    assert WIDGET not in threads()


async def test_one_document_in_several_loops() -> None:
    document = counting()
    one, other = DomsyncWidget(document), DomsyncWidget(document, thread=True)
    views = [await view_of(one, "one"), await view_of(other, "other")]
    for number, view in enumerate(views, 1):
        await view.click(2)
        for each in views:
            await each.shows(f"<button>{number}</button>")


async def test_close_ends_the_thread_and_all_that_runs_there() -> None:
    ended: list[str] = []

    async def app(server: Any, client: Client) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(threading.current_thread().name)

    widget = DomsyncWidget(app, thread=True)
    view = await view_of(widget, "one")
    await view_of(widget, "other")
    await view.say(messages.Bye("pagehide"))
    await eventually(lambda: not all(client.attached for client in widget.get_clients()))
    assert len(widget.get_clients()) == 2
    widget.close()
    await eventually(lambda: WIDGET not in threads())
    assert ended == [WIDGET] * 2
    assert widget.get_clients() == []
    comm_of_closed: MemoryComm = MemoryComm.made[-1]
    comm_of_closed.bring({"view": "x", "text": '[0,1,"",0,"late"]'})
    assert widget.get_clients() == []


async def test_close_in_its_own_thread() -> None:
    document = Document()
    widget = DomsyncWidget(document, thread=True)
    document.getRootElement().addEventListener("click", lambda event: widget.close())
    view = await view_of(widget)
    await view.fire("click", 1)
    await eventually(lambda: WIDGET not in threads())
    assert widget.get_clients() == []


async def test_a_session_that_waits_ends_with_the_widget() -> None:
    """In the kernel's loop as well."""
    widget = DomsyncWidget(counting())
    view = await view_of(widget)
    await view.say(messages.Bye("pagehide"))
    (client,) = widget.get_clients()
    await eventually(lambda: not client.attached)
    widget.close()
    await eventually(lambda: not widget.get_clients())


@pytest.mark.parametrize("options", [{"thread": True}, {"callbacks": "thread"}])
def test_a_server_has_its_own(options: Any) -> None:
    server = DomsyncServer(counting(), "127.0.0.1", 0, verbose=False)
    with pytest.raises(ValueError, match=r"server\.start\(\)"):
        DomsyncWidget(server, **options)
    gc.collect()


async def test_callbacks_in_a_thread_of_the_document() -> None:
    document, seen = where()
    widget = DomsyncWidget(document, callbacks="thread")
    view = await view_of(widget)
    await view.click(1)
    assert seen == [CALLBACKS]
    with pytest.raises(ValueError, match="callbacks"):
        DomsyncWidget(callbacks="elsewhere")  # type: ignore[arg-type]


# Where the kernel handles its messages


@pytest.mark.parametrize(
    ("make", "stays"),
    [
        (lambda server: DomsyncWidget(), False),
        (lambda server: DomsyncWidget(thread=True), True),
        (lambda server: DomsyncWidget(server.start()), True),
        (DomsyncWidget, False),
    ],
    ids=["default", "thread", "server", "server that does not run"],
)
async def test_only_what_has_another_thread_is_handled_in_a_subshell(
    make: Any, stays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def route(data: Any, default: Any) -> Any:
        return "main"

    monkeypatch.setattr(MemoryComm, "_reply_subshell_for", staticmethod(route), raising=False)
    server = DomsyncServer(counting(), "127.0.0.1", 0, verbose=False)
    widget = make(server)
    made: Any = comm_of(widget)
    assert made._reply_subshell_for({}, "sub") == ("sub" if stays else "main")
    server.stop()


async def test_a_server_that_starts_later_takes_messages_in_a_subshell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(MemoryComm, "_reply_subshell_for", lambda self, data, default: "main", raising=False)
    server = DomsyncServer(counting(), "127.0.0.1", 0, verbose=False)
    widget = DomsyncWidget(server)
    made: Any = comm_of(widget)
    server.start()
    assert made._reply_subshell_for({}, "sub") == "main"
    await view_of(widget)
    assert made._reply_subshell_for({}, "sub") == "sub"
    server.stop()
