"""`Host`: who is connected, to which document; over a comm in memory."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import pytest
from websockets.protocol import State

from domsync_jupyter import ClientGoneError, Document, Event
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.session import Session
from domsync_jupyter.transports import Client, CommLink
from domsync_jupyter.transports.host import Host
from tests.peer import CommPage, eventually

if TYPE_CHECKING:
    from domsync_jupyter.transports.viewer import Viewer


async def nothing(host: Any, client: Any) -> None:
    """A connection handler."""


class View:
    """A viewer of a host, whose page is in memory, and the task that reads its messages."""

    def __init__(self, host: Host, name: str = "v") -> None:
        self.host = host
        self.link = CommLink(self._deliver, name, asyncio.get_running_loop())
        self.client = Client(self.link)
        self.page = CommPage(name, self.link.feed)
        self.viewer: Viewer = host.open(self.client)
        self.running = asyncio.create_task(self._run())

    def _deliver(self, content: dict[str, Any], buffers: list[bytes] | None) -> None:
        self.page.deliver(content, buffers)

    async def _run(self) -> None:
        await self.viewer.run_socket()
        await self.host.socket_ended(self.viewer)

    async def come_back(self) -> None:
        """The page was reloaded: another one takes up the session."""
        token = self.viewer.session.token
        assert self.host.resume(token) is self.viewer
        self.link = CommLink(self._deliver, self.page.view + "'", self.client.loop)
        self.page = CommPage(self.link.view, self.link.feed)
        self.client.attach(self.link)
        self.running = asyncio.create_task(self._run())
        await self.page.hello(token)

    async def vanish(self) -> None:
        """The socket is gone, without a word."""
        self.client.detach()
        await self.running


@pytest.mark.parametrize("app", [None, 1, "app", Document])
def test_what_is_an_app(app: Any) -> None:
    if app is Document:
        Host(Document())
        return
    with pytest.raises(TypeError, match="expected a connection handler"):
        Host(app)


async def test_clients_in_the_order_in_which_they_came() -> None:
    host = Host(nothing, root_id="here")
    views = [View(host, name) for name in "abc"]
    assert host.get_clients() == [view.client for view in views]
    documents = {host.get_document(view.client) for view in views}
    assert len(documents) == 3
    assert {document.getRootId() for document in documents} == {"here"}
    await host.end(views[1].viewer)
    assert host.get_clients() == [views[0].client, views[2].client]
    assert not host.is_connected(views[1].client)
    await host.end_all()
    assert host.get_clients() == []


async def test_watchers_that_raise_are_nobody_elses_concern(
    expected_errors: list[logging.LogRecord],
) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    host = Host(nothing)
    seen: list[int] = []
    host.watchers += [broken, lambda: seen.append(len(host.get_clients()))]
    view = View(host)
    await view.page.hello()
    await host.end(view.viewer)
    await view.running
    assert seen[:2] == [1, 0]
    messages_logged = {record.getMessage() for record in expected_errors}
    assert messages_logged == {"a watcher of the clients raised"}
    expected_errors.clear()


async def test_end_is_idempotent_and_ends_all_tasks() -> None:
    async def endless(host: Host, client: Any) -> None:
        await asyncio.Event().wait()

    before = asyncio.all_tasks()
    host = Host(endless)
    view = View(host)
    await view.page.hello()
    await host.end(view.viewer)
    await host.end(view.viewer)
    await view.running
    assert asyncio.all_tasks() == before
    assert view.viewer.session.closed
    assert view.viewer.session.mirror.sessions == []


async def test_end_at_once() -> None:
    """Before the tasks of the viewer have begun; nothing is left that was never awaited."""
    host = Host(nothing)
    view = View(host)
    await host.end(view.viewer)
    await view.running


async def test_a_handler_may_end_its_own_client() -> None:
    async def app(host: Host, client: Client) -> None:
        host.get_document(client).getRootElement().append("bye")
        await host.flush(client)
        await client.close(1000, "enough")

    host = Host(app)
    view = View(host)
    await view.page.say(messages.Hello(1, "", 0, ""))
    await view.running
    assert view.page.close_message == (1000, "enough")
    assert host.get_clients() == []


async def test_a_callback_may_end_its_own_client() -> None:
    document = Document()

    async def on_click(event: Event) -> None:
        await event.client.close(1000, "enough")

    document.getRootElement().addEventListener("click", on_click)
    host = Host(document)
    view = View(host)
    await view.page.hello()
    await view.page.fire("click", 1)
    await view.running
    assert view.page.close_message == (1000, "enough")
    assert host.get_clients() == []


async def test_flush_says_that_the_client_is_gone() -> None:
    host = Host(nothing)
    view = View(host)
    await view.page.hello()
    await host.flush(view.client)
    await host.end(view.viewer)
    with pytest.raises(ClientGoneError, match=str(view.client.id)):
        await host.flush(view.client)
    await view.running


@pytest.mark.parametrize("way", ["pagehide", "vanish"])
async def test_pages_that_go_away_may_come_back(way: str) -> None:
    host = Host(nothing)
    view = View(host)
    await view.page.hello()
    token = view.viewer.session.token
    if way == "vanish":
        await view.vanish()
    else:
        await view.page.say(messages.Bye("pagehide"))
        await view.running
    assert host.is_connected(view.client)
    host.get_document(view.client).getRootElement().append("meanwhile")
    await host.flush(view.client)
    await view.come_back()
    assert view.page.html() == "meanwhile"
    await eventually(lambda: not view.viewer.session.is_opened_by(token))  # It is taken once.
    await host.end_all()
    await view.running


async def test_only_who_has_the_key_may_come_back(caplog: pytest.LogCaptureFixture) -> None:
    host = Host(nothing)
    view = View(host)
    await view.page.hello()
    await view.vanish()
    caplog.set_level("INFO", "domsync_jupyter")
    for token in ("", "another", view.viewer.session.id, f"{view.viewer.session.id}.guess"):
        assert host.resume(token) is None
    assert [record.getMessage() for record in caplog.records] == [
        "a page asked for a session that has ended, or for which it has no key"
    ] * 3
    await host.end_all()


async def test_what_is_being_closed_is_not_taken_up() -> None:
    view = View(Host(nothing))
    await view.page.hello()
    closing = asyncio.create_task(view.client.close())
    await asyncio.sleep(0)
    assert view.client.state is State.CLOSING
    assert view.host.resume(view.viewer.session.token) is None
    await closing
    await view.running


async def test_a_page_that_lost_its_socket_may_know_so_first() -> None:
    """As after another network was chosen: the old socket looks open until its keepalive ends."""
    host = Host(nothing)
    view = View(host)
    await view.page.hello()
    first = view.running
    await view.come_back()
    await first
    assert host.is_connected(view.client)
    host.get_document(view.client).getRootElement().append("here")
    await view.page.shows("here")
    await host.end_all()
    await view.running


async def test_a_page_that_was_reloaded_gets_the_edits_that_had_to_wait() -> None:
    """Its snapshot was made before their turn came."""
    document, busy = Document(), asyncio.Event()
    field = document.createElement("input")
    document.getRootElement().append(field)

    async def take_time(_event: Event) -> None:
        await busy.wait()

    document.getRootElement().addEventListener("click", take_time)
    host = Host(document)
    view = View(host)
    await view.page.hello()
    await view.page.fire("click", 1)
    await view.page.say(messages.Edits(2, 1, [field._number, "value", "typed"]))
    await view.vanish()
    await view.come_back()
    node = view.page.replica.nodes[field._number]
    assert node.properties == {}
    busy.set()
    await view.page.until(lambda: node.properties == {"value": "typed"})
    await host.end_all()
    await view.running


async def test_those_that_wait_are_bounded(caplog: pytest.LogCaptureFixture) -> None:
    host = Host(nothing, max_waiting=2)
    views = [View(host, name) for name in "abc"]
    for view in views:
        await view.page.hello()
    for view in views:
        await view.vanish()
    await eventually(lambda: len(host.get_clients()) == 2)
    assert host.get_clients() == [view.client for view in views[1:]]
    assert "waits no longer" in caplog.text
    await views[1].come_back()
    await host.end_all()
    await views[1].running


async def test_a_page_that_vanished_without_a_word_is_noticed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "domsync_jupyter")
    host = Host(nothing, silence_seconds=0.1, resume_seconds=0.1)
    silent, speaking = View(host, "a"), View(host, "b")
    await silent.page.hello()
    await speaking.page.hello()

    async def speak() -> None:
        while True:
            await speaking.page.say(messages.Ping("", 0))
            await asyncio.sleep(0.01)

    task = asyncio.create_task(speak())
    await silent.running
    assert host.is_connected(silent.client), "it may come back"
    await eventually(lambda: host.get_clients() == [speaking.client])
    assert "has been silent for 0.1 s" in caplog.text
    task.cancel()
    await host.end_all()
    await speaking.running


@pytest.mark.parametrize(
    ("code", "waits"),
    [(None, True), (1001, True), (1006, True), (1011, True), (1000, False), (1002, False), (4000, False)],
)
async def test_what_a_socket_ended_with_says_whether_the_page_comes_back(
    code: int | None, waits: bool
) -> None:
    host = Host(nothing)
    view = View(host)
    await view.page.hello()
    if code is not None and code != 1006:
        view.client.peer_closed(code, "")
    else:
        view.client.detach()
    await view.running
    assert host.is_connected(view.client) == waits
    await host.end_all()


async def test_a_page_may_come_back_before_its_going_was_noticed() -> None:
    """As when a kernel was busy during a reload: both messages wait, and are read one right after the other."""
    host = Host(nothing)
    view = View(host)
    await view.page.hello()
    await view.page.say(messages.Bye("pagehide"))
    first = view.running
    await eventually(lambda: not view.client.attached)
    await view.come_back()
    await first
    assert host.is_connected(view.client)
    host.get_document(view.client).getRootElement().append("still here")
    await view.page.shows("still here")
    await host.end_all()
    await view.running


async def test_who_comes_back_again_and_again_does_not_expire() -> None:
    host = Host(nothing, resume_seconds=0.05)
    view = View(host)
    await view.page.hello()
    for _ in range(3):
        await view.page.say(messages.Bye("pagehide"))
        await view.running
        await view.come_back()
    loop = asyncio.get_running_loop()
    later = loop.time() + 0.1
    await eventually(lambda: loop.time() > later)
    assert host.is_connected(view.client)
    await host.end_all()
    await view.running


async def test_a_view_that_was_removed_does_not_come_back() -> None:
    host = Host(nothing)
    view = View(host)
    await view.page.hello()
    token = view.viewer.session.token
    await view.page.say(messages.Bye("view"))
    await view.running
    assert host.resume(token) is None
    assert host.get_clients() == []


async def test_clients_that_are_away_are_ended_too() -> None:
    host = Host(nothing)
    view = View(host)
    await view.page.hello()
    await view.page.say(messages.Bye("pagehide"))
    await view.running
    await host.end_all(1001, "stop")
    assert host.get_clients() == []
    assert host.resume(view.viewer.session.token) is None
    assert view.viewer.session.closed


async def test_pages_of_several_documents_that_are_to_show_one() -> None:
    """The first one's hands over. In the others the same numbers stand for other nodes: their pages come again."""
    clicks: list[str] = []

    def app(server: Host, client: Client) -> None:
        root = server.get_document(client).getRootElement()
        root.innerHTML = "<b>old</b>"
        root.children[0].addEventListener("click", lambda event: clicks.append("old"))

    host = Host(app)
    views = [View(host, name) for name in "abc"]
    for view in views:
        await view.page.hello()
        await view.page.shows("<b>old</b>")
    first, second, away = views
    await away.vanish()
    new = Document()
    new.getRootElement().innerHTML = "<b>new</b>"
    new.getRootElement().children[0].addEventListener("click", lambda event: clicks.append("new"))
    await second.page.fire("click", 2)
    host.show(new)
    await first.page.shows("<b>new</b>")
    await first.page.click(2)
    await second.running
    await eventually(lambda: host.get_clients() == [first.client])
    assert second.page.close_message == (1012, "the app was reloaded")
    assert sorted(clicks) == ["new", "old"], "what was on its way was for the old node"
    for view in (second, away):
        assert host.resume(view.viewer.session.token) is None
        again = View(host, view.page.view + "'")
        await again.page.hello(view.viewer.session.token)
        await again.page.shows("<b>new</b>")
        assert again.page.welcomes[0].options["document"] != view.page.welcomes[0].options["document"]
        assert again.page.welcomes[0].options["document"] == first.page.welcomes[0].options["document"]
    await host.end_all()


async def test_a_document_that_somebody_sees_keeps_its_numbers() -> None:
    document = Document()
    document.getRootElement().innerHTML = "<b>old</b>"
    shown = Document()
    shown.getRootElement().innerHTML = "<i></i><b>shown</b>"
    other = View(Host(shown))
    await other.page.hello()
    view = View(Host(document))
    await view.page.hello()
    view.host.show(shown)
    await view.running
    assert view.page.close_message == (1012, "the app was reloaded")
    shown.getRootElement().children[0].append("more")
    await other.page.shows("<i>more</i><b>shown</b>")
    await other.host.end_all()


async def test_a_document_that_goes_on_elsewhere_keeps_its_name() -> None:
    """Or a page of it would take the new one, in which the numbers are others by now, for the same."""
    document = Document()
    views = [View(Host(document)) for _ in range(2)]
    for view in views:
        await view.page.hello()
    new = Document()
    views[0].host.show(new)
    again = View(views[0].host)
    await again.page.hello()
    assert again.page.welcomes[0].options["document"] != views[1].page.welcomes[0].options["document"]
    for view in views:
        await view.host.end_all()


async def test_eval_clients_are_closed_at_once_when_an_app_is_reloaded() -> None:
    class Unresumable(Session):
        is_resumable = False

    host = Host(Document())
    closing: list[Client] = []
    go_on = asyncio.Event()

    def send(content: dict[str, Any], buffers: list[bytes] | None) -> None:
        """Nobody listens."""

    for name in "ab":
        link = CommLink(send, name, asyncio.get_running_loop())
        client = Client(link)
        host.open(client, Unresumable)

        async def close(code: int, reason: str, client: Client = client) -> None:
            closing.append(client)
            await go_on.wait()

        client.close = close  # type: ignore[method-assign,assignment]
    reloading = asyncio.create_task(host.reload(Document()))
    await eventually(lambda: closing == host.get_clients())
    assert not reloading.done()
    go_on.set()
    await reloading
    for client in host.get_clients():
        del client.close
    await host.end_all()
