"""`DomsyncWidget`, with a comm in memory in place of a kernel."""

from __future__ import annotations

import asyncio
import logging
import ssl
import threading
from typing import TYPE_CHECKING, Any

import comm
import pytest
from comm.base_comm import BaseComm
from websockets.exceptions import InvalidStatus

from domsync_jupyter import Document, DomsyncError, DomsyncServer, DomsyncWidget, Event
from domsync_jupyter.sync import messages
from domsync_jupyter.transports import reminders
from tests.peer import CommPage, eventually, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domsync_jupyter.transports import Client


class MemoryComm(BaseComm):
    """A comm without a kernel. Everyone who listens to it gets all messages, as all tabs do."""

    made: list[MemoryComm]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.pages: list[CommPage] = []
        #: The synced state.
        self.state: dict[str, Any] = {}
        #: Contents and buffers of custom messages to the pages.
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        self.broken = False
        super().__init__(*args, **kwargs)
        self.made.append(self)

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        if self.broken:
            raise RuntimeError("the comm is broken")
        data = data or {}
        self.state |= data.get("state", {})
        if data.get("method") == "custom":
            self.sent.append((data["content"], buffers))
            for each in self.pages:
                each.deliver(data["content"], buffers)

    def bring(self, content: Any, buffers: list[memoryview] | None = None) -> None:
        """Deliver a custom message of a page, as the kernel does."""
        self.handle_msg(
            {"content": {"data": {"method": "custom", "content": content}}, "buffers": buffers or []}
        )

    def page(self, view: str) -> CommPage:
        made = CommPage(view, self.bring)
        self.pages.append(made)
        return made

    async def view(self, view: str = "v") -> CommPage:
        """A view that has said Hello and shows the document."""
        made = self.page(view)
        await made.hello()
        return made


@pytest.fixture(autouse=True)
def comms(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[MemoryComm]]:
    """The comms that were opened."""
    MemoryComm.made = []
    monkeypatch.setattr(comm, "create_comm", MemoryComm)
    yield MemoryComm.made
    DomsyncWidget.close_all()


def comm_of(widget: DomsyncWidget) -> MemoryComm:
    made = widget.comm
    assert isinstance(made, MemoryComm)
    return made


def counting() -> Document:
    document = Document()
    button = document.createElement("button", innerText="0")

    def on_click(_event: Event) -> None:
        button.innerText = str(int(button.innerText) + 1)

    button.addEventListener("click", on_click)
    document.getRootElement().appendChild(button)
    return document


async def app(server: Any, client: Client) -> None:
    """Shows how often it was clicked, to each client for itself."""
    root = server.get_document(client).getRootElement()
    root.textContent = "0"
    root.addEventListener("click", lambda event: setattr(root, "textContent", str(int(root.textContent) + 1)))


# What it may be made of


async def test_of_nothing_it_has_a_document() -> None:
    widget = DomsyncWidget()
    other = DomsyncWidget(root_id="here")
    assert widget.document is not other.document
    assert other.document.getRootId() == "here"
    view = await comm_of(widget).view()
    widget.document.getRootElement().append("hello")
    await view.shows("hello")


async def test_of_a_document() -> None:
    document = counting()
    one, other = DomsyncWidget(document), DomsyncWidget(document)
    assert one.document is document
    views = [await comm_of(one).view("a"), await comm_of(one).view("b"), await comm_of(other).view("c")]
    assert len(one.get_clients()) == 2
    await views[0].click(2)
    for view in views:
        await view.shows("<button>1</button>")


async def test_of_a_connection_handler() -> None:
    widget = DomsyncWidget(app)
    views = [await comm_of(widget).view(name) for name in "ab"]
    await views[0].shows("0")
    await views[0].click(1)
    await views[0].shows("1")
    await views[1].shows("0")
    with pytest.raises(DomsyncError, match="get_document"):
        _ = widget.document


async def test_of_a_server() -> None:
    async with DomsyncServer(app, "127.0.0.1", 0, verbose=False) as server:
        widget = DomsyncWidget(server)
        options = comm_of(widget).state["_options"]
        assert options["url"] == f"ws://127.0.0.1:{server.port}/"
        assert len(options["token"]) >= 22, "128 bits"
        view = await comm_of(widget).view()
        async with page(server.url) as peer:
            assert widget.get_clients() == server.get_clients()
            assert len(server.get_clients()) == 2
            await view.click(1)
            await view.shows("1")
            await peer.shows("0")


async def test_of_a_server_it_has_a_ticket_of_its_own() -> None:
    hub = "https://hub.example.org"
    async with DomsyncServer(app, "127.0.0.1", 0, verbose=False, token="secret") as server:
        one, other = DomsyncWidget(server), DomsyncWidget(server)
        tickets = [comm_of(widget).state["_options"]["token"] for widget in (one, other)]
        assert tickets[0] != tickets[1]
        assert "secret" not in tickets
        for ticket in tickets:
            async with page(f"{server.url.partition('#')[0]}#token={ticket}", origin=hub) as peer:
                await peer.shows("0")
        one.close()
        with pytest.raises(InvalidStatus, match="403"):
            async with page(f"{server.url.partition('#')[0]}#token={tickets[0]}", origin=hub):
                pass
        async with page(f"{server.url.partition('#')[0]}#token={tickets[1]}", origin=hub):
            pass


async def test_what_is_not_needed_is_not_told() -> None:
    server = DomsyncServer(app, "0.0.0.0", 8888)
    for widget in (DomsyncWidget(server, transport="comm"), DomsyncWidget()):
        options = comm_of(widget).state["_options"]
        assert (options["url"], options["token"], options["proxy"]) == ("", "", "")
    assert not server._tickets


@pytest.mark.parametrize(
    ("told", "options", "proxy"),
    [
        ("1", {}, "proxy/8888/"),
        ("0", {}, ""),
        ("1", {"host": "10.0.0.5"}, ""),
        ("1", {"ssl": ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)}, ""),
        ("1", {"port": 0}, ""),
    ],
)
async def test_tells_where_jupyter_hands_on_to_the_server(
    monkeypatch: pytest.MonkeyPatch, told: str, options: dict[str, Any], proxy: str
) -> None:
    monkeypatch.setenv("DOMSYNC_JUPYTER_PROXY", told)
    keywords: dict[str, Any] = {"host": "localhost", "port": 8888} | options
    server = DomsyncServer(app, **keywords)
    assert comm_of(DomsyncWidget(server)).state["_options"]["proxy"] == proxy


@pytest.mark.parametrize("what", [1, "app", object()])
def test_of_nothing_else(what: Any) -> None:
    with pytest.raises(TypeError, match="connection handler"):
        DomsyncWidget(what)


def test_transports() -> None:
    with pytest.raises(ValueError, match="'auto', 'comm' or 'websocket'"):
        DomsyncWidget(transport="carrier pigeon")
    with pytest.raises(ValueError, match="needs a DomsyncServer"):
        DomsyncWidget(transport="websocket")


async def test_what_is_synced_is_small_and_has_no_content() -> None:
    """Frames never travel as traits; each widget has a key of its own."""
    one, other = DomsyncWidget(), DomsyncWidget(isolate=False)
    state = comm_of(one).state
    before = dict(state)
    view = await comm_of(one).view()
    one.document.getRootElement().append("not in the state")
    await view.shows("not in the state")
    assert state == before
    assert state["_options"]["isolate"]
    assert not comm_of(other).state["_options"]["isolate"]
    assert state["_options"]["key"] != comm_of(other).state["_options"]["key"]


# The wire


async def test_messages_are_one_buffer_addressed_to_one_view() -> None:
    widget = DomsyncWidget(counting())
    await comm_of(widget).view("a")
    await comm_of(widget).view("b")
    for content, buffers in comm_of(widget).sent:
        assert content in ({"view": "a"}, {"view": "b"})
        assert len(buffers) == 1
        assert isinstance(messages.encode(bytes(buffers[0]).decode()), bytes)


async def test_strings_and_bytes_of_the_application() -> None:
    async def echo(server: Any, client: Client) -> None:
        async for message in client:
            await client.send(message)

    widget = DomsyncWidget(echo)
    view = await comm_of(widget).view()
    view.posted += 1
    await view.say(messages.App(view.posted, 0, "text"))
    await view.until(lambda: view.data == ["text"])
    view.say_binary(b"\x00\xff")
    await view.until(lambda: view.data == ["text", b"\x00\xff"])


@pytest.mark.parametrize(
    ("content", "buffers"),
    [
        (None, []), ([], []), ("x", []), (1, []), ({}, []), ({"view": None}, []),
        ({"view": 1, "text": "x"}, []),
        ({"view": "w"}, []), ({"view": "w", "text": 1}, []), ({"view": "w", "text": "x"}, []),
        ({"view": "w", "text": "[3,0]"}, []),
        ({"view": "w", "text": "\ud800"}, []), ({"view": "w", "binary": True}, [memoryview(b"x")]),
        ({"view": "w", "binary": True}, []),
        ({"view": "w", "text": "[" * 100_000}, []), ({"view": "w", "text": ""}, [memoryview(b"x")]),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
async def test_garbage_is_dropped(content: Any, buffers: list[memoryview]) -> None:
    widget = DomsyncWidget(counting())
    view = await comm_of(widget).view("v")
    comm_of(widget).bring(content, buffers)
    await view.click(2)
    assert view.html() == "<button>1</button>"
    assert len(widget.get_clients()) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"text": "x"}, 1007), ({"text": 1}, 1007), ({"binary": True}, 1007), ({}, 1007),
        ({"text": "[3,99]"}, 1002),
        ({"text": " " * (2**20 + 1)}, 1009), ({"text": '[0,2,"",0,""]'}, 1002),
    ],
    ids=lambda value: repr(value)[:20],
)  # fmt: skip
async def test_a_view_that_misbehaves_is_closed(content: dict[str, Any], code: int) -> None:
    widget = DomsyncWidget(counting())
    view, other = await comm_of(widget).view("v"), await comm_of(widget).view("w")
    comm_of(widget).bring({"view": "v"} | content)
    await eventually(lambda: view.close_message is not None)
    assert view.close_message is not None
    assert view.close_message[0] == code
    await eventually(lambda: len(widget.get_clients()) == 1)
    await other.click(2)
    assert other.html() == "<button>1</button>"


async def test_a_view_of_another_version_is_told_so() -> None:
    widget = DomsyncWidget(counting())
    view = comm_of(widget).page("v")
    await view.say(messages.Hello(2, "", 0, ""))
    await eventually(lambda: view.close_message is not None)
    assert view.close_message is not None
    assert "reload" in view.close_message[1]
    await eventually(lambda: not widget.get_clients())


async def test_views_are_bounded() -> None:
    widget = DomsyncWidget(counting(), max_views=2)
    for name in "abc":
        comm_of(widget).page(name).say_now(messages.Hello(1, "", 0, ""))
    assert len(widget.get_clients()) == 2


async def test_connection_tells_how_it_was_made() -> None:
    widget = DomsyncWidget()
    assert widget.connection == "not connected yet"
    comm_of(widget).bring({"view": "v", "connection": "websocket: because"})
    assert widget.connection == "websocket: because"
    comm_of(widget).bring({"view": "v", "connection": "x" * 10_000})
    assert len(widget.connection) == 1000
    assert widget.get_clients() == []


# Coming and going


async def test_a_view_that_is_removed_ends_its_client() -> None:
    widget = DomsyncWidget(app)
    before = asyncio.all_tasks()
    view = await comm_of(widget).view()
    (client,) = widget.get_clients()
    await view.say(messages.Bye("view"))
    await client.wait_closed()
    await eventually(lambda: asyncio.all_tasks() <= before)
    assert widget.get_clients() == []
    comm_of(widget).bring({"view": "v", "text": '[1,1,0,"click",1,{},[],[]]'})
    assert widget.get_clients() == []


async def test_a_view_that_was_reloaded_goes_on() -> None:
    widget = DomsyncWidget(app)
    view = await comm_of(widget).view("v")
    await view.click(1)
    (client,) = widget.get_clients()
    await view.say(messages.Bye("pagehide"))
    await eventually(lambda: not client.attached)
    assert widget.get_clients() == [client]
    again = comm_of(widget).page("v2")
    await again.hello(view.session)
    assert again.html() == "1"
    assert widget.get_clients() == [client]
    again.posted = view.posted
    await again.click(1)
    assert again.html() == "2"


async def test_hello_may_be_repeated() -> None:
    """As a page does that has heard no Welcome."""
    widget = DomsyncWidget(app)
    view = comm_of(widget).page("v")
    for _ in range(3):
        view.say_now(messages.Hello(1, "", 0, ""))
    await view.until(lambda: view.applied > 0)
    await view.shows("0")
    assert len(widget.get_clients()) == 1


async def test_close_ends_its_clients() -> None:
    before = asyncio.all_tasks()
    widget = DomsyncWidget(app)
    await comm_of(widget).view("a")
    await comm_of(widget).view("b")
    clients = widget.get_clients()
    widget.close()
    widget.close()
    for client in clients:
        await client.wait_closed()
    await eventually(lambda: not widget.get_clients())
    await eventually(lambda: asyncio.all_tasks() <= before)


async def test_close_from_another_thread() -> None:
    widget = DomsyncWidget(app)
    await comm_of(widget).view("a")
    (client,) = widget.get_clients()
    thread = threading.Thread(target=widget.close)
    thread.start()
    await client.wait_closed()
    thread.join()


async def test_a_comm_that_is_broken_ends_the_view_only(caplog: pytest.LogCaptureFixture) -> None:
    document = counting()
    one, other = DomsyncWidget(document), DomsyncWidget(document)
    one._host.resume_seconds = 0
    await comm_of(one).view("a")
    good = await comm_of(other).view("b")
    comm_of(one).broken = True
    await good.click(2)
    assert good.html() == "<button>1</button>"
    await eventually(lambda: one.get_clients() == [])
    comm_of(one).broken = False


# The code of the views


async def test_the_code_goes_where_it_is_asked_for() -> None:
    one, other = DomsyncWidget(), DomsyncWidget()
    assert len(str(one._esm)) < 1000
    comm_of(one).bring({"want": "code"})
    (content, buffers), *_ = comm_of(one).sent
    assert content == {"code": one._options["code"]}
    assert b"as default" in buffers[0]
    assert comm_of(other).sent == []


async def test_the_code_goes_with_the_first_widget_that_is_displayed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose cell may run for long after that."""
    monkeypatch.setattr(DomsyncWidget, "_code_was_sent", False)
    first, second = DomsyncWidget(), DomsyncWidget()
    for widget in (first, second, first):
        widget._repr_mimebundle_()
    assert [content for content, _ in comm_of(first).sent] == [{"code": first._options["code"]}]
    assert comm_of(second).sent == []


# Carriers that change, and lose


async def test_a_view_that_left_the_comm_may_be_back_at_once() -> None:
    """While its first link over the comm is still being read to its end."""
    widget = DomsyncWidget(counting())
    first = await comm_of(widget).view("a")
    (client,) = widget.get_clients()
    client.detach()  # As a WebSocket that takes the session up does.
    again = comm_of(widget).page("a")
    again.say_now(messages.Hello(1, first.welcomes[-1].session, first.applied, "comm"))
    await again.until(lambda: bool(again.welcomes))
    await asyncio.sleep(0.05)
    again.applied = first.applied
    again.replica = first.replica
    await again.click(2)
    assert again.html() == "<button>1</button>"
    assert widget.get_clients() == [client]


async def test_a_view_is_told_of_a_frame_that_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "_FIRST", 0.01)
    document = Document()
    widget = DomsyncWidget(document)
    comm = comm_of(widget)
    view = await comm.view()
    comm.pages = []
    document.getRootElement().textContent = "lost"
    await asyncio.sleep(0.1)
    comm.pages = [view]
    await view.until(lambda: any(message[:2] == [6, ""] and message[2] == 2 for message in view.received))
    view.say_now(messages.Resend(1))
    await view.until(lambda: view.html() == "lost")


# Threads


async def test_messages_of_another_thread_come_to_the_loop() -> None:
    """As where comms have subshells."""
    threads: list[int] = []
    document = Document()
    document.getRootElement().addEventListener("click", lambda event: threads.append(threading.get_ident()))
    widget = DomsyncWidget(document)
    view = await comm_of(widget).view()

    def bring() -> None:
        view.say_now(messages.Event(1, 0, "click", 1, {}, [], []))

    thread = threading.Thread(target=bring)
    thread.start()
    await view.until(lambda: view.processed == 1)
    thread.join()
    assert threads == [threading.get_ident()]


def test_without_a_loop_it_has_one_of_its_own() -> None:
    """In a plain Python shell."""
    document = counting()
    widget = DomsyncWidget(document)

    async def main() -> None:
        view = comm_of(widget).page("v")
        loop = asyncio.get_running_loop()
        arrived = asyncio.Event()
        deliver = view.deliver

        def hand_over(content: dict[str, Any], buffers: Any) -> None:
            def here() -> None:
                deliver(content, buffers)
                arrived.set()

            loop.call_soon_threadsafe(here)

        view.deliver = hand_over  # type: ignore[method-assign]  # it is called by the thread of the widget's loop
        await view.hello()
        await view.click(2)
        assert view.html() == "<button>1</button>"

    asyncio.run(main())
    widget.close()


async def test_errors_are_shown_in_the_view(expected_errors: list[logging.LogRecord]) -> None:
    widget = DomsyncWidget()
    widget.document.getRootElement().addEventListener("click", lambda event: 1 / 0)
    view = await comm_of(widget).view()
    await view.click(1)
    assert view.notices[0].title.endswith("raised ZeroDivisionError: division by zero")
    expected_errors.clear()


async def test_the_kernel_keeps_quiet_about_its_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[str] = []

    class FakeKernel:
        def get_parent(self, channel: str) -> Any:
            return {}

        def _publish_status(self, status: str, channel: str, parent: Any = None) -> None:
            published.append(f"{status} of {parent['content']['comm_id']}")

    def message(comm_id: str) -> dict[str, Any]:
        content = {"comm_id": comm_id, "data": {"method": "custom"}}
        return {"header": {"msg_type": "comm_msg"}, "content": content}

    kernel = FakeKernel()
    monkeypatch.setattr(MemoryComm, "kernel", kernel, raising=False)
    widget = DomsyncWidget()
    for comm_id in (comm_of(widget).comm_id, "another"):
        kernel._publish_status("busy", "shell", message(comm_id))
    assert published == ["busy of another"]
