"""What only a WebSocket has: back-pressure, peers that do not read, another connection for the same session."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import (
    ConcurrencyError,
    ConnectionClosed,
    ConnectionClosedError,
    ConnectionClosedOK,
)
from websockets.frames import Close
from websockets.protocol import State

from domsync_jupyter.transports import Client, WebSocketLink
from domsync_jupyter.transports.websocket import LOOKS, Outgoing
from tests.transports.peers import (
    WebSocketPeer,
    connection,
    eventually,
    listening,
    over_websocket,
    refuses,
    server,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

MEGABYTE = "x" * 2**20
# More than the kernel's buffers hold for a peer that does not read.
MANY = 64


@pytest.fixture
async def stuck() -> AsyncIterator[Client]:
    """A client whose peer does not read."""
    async with over_websocket(link_options={"write_timeout": 0.2}, close_timeout=0.2) as (client, peer):
        peer.connection.transport.pause_reading()
        yield client


class TestPeerThatDoesNotRead:
    async def test_transmit_is_cut_off_by_the_deadline(
        self, stuck: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO", "domsync_jupyter")
        with pytest.raises(ConnectionClosedError) as caught:
            await asyncio.wait_for(send_all(stuck, [MEGABYTE] * MANY), 10)
        assert caught.value.rcvd is None
        assert isinstance(caught.value.__cause__, TimeoutError)
        await stuck.wait_closed()
        assert stuck.close_code == 1006
        assert "has read nothing for 0.2 seconds" in caplog.text

    async def test_so_is_a_writer_that_does_not_wait(self, stuck: Client) -> None:
        for _ in range(MANY):
            assert stuck.transmit_nowait(MEGABYTE)
        async with asyncio.timeout(10):
            await stuck.wait_closed()
        assert not stuck.transmit_nowait("late")

    async def test_all_who_wait_are_woken(self, stuck: Client) -> None:
        ends = await asyncio.wait_for(
            asyncio.gather(*(stuck.transmit(MEGABYTE) for _ in range(MANY)), return_exceptions=True), 10
        )
        # The kernel took the first ones.
        assert {type(end) for end in ends} <= {bool, ConnectionClosedError}
        assert [type(end) for end in ends[-10:]] == [ConnectionClosedError] * 10

    async def test_one_who_waits_no_longer_does_not_stop_the_watch(self, stuck: Client) -> None:
        sending = [asyncio.create_task(stuck.transmit(MEGABYTE)) for _ in range(MANY)]
        await eventually(lambda: not stuck.has_room)
        for task in sending:
            task.cancel()
        await asyncio.wait_for(stuck.wait_closed(), 10)

    async def test_the_runtime_learns_how_it_ended(self, stuck: Client) -> None:
        receiving = asyncio.create_task(refuses(stuck))
        with pytest.raises(ConnectionClosedError):
            await asyncio.gather(*(stuck.transmit(MEGABYTE) for _ in range(MANY)))
        exception = await receiving
        assert (exception.rcvd, exception.sent) == (None, None)
        assert isinstance(exception.__cause__, TimeoutError)

    async def test_close_returns_within_its_deadline(self) -> None:
        async with over_websocket(link_options={"write_timeout": 60}, close_timeout=0.2) as (client, peer):
            peer.connection.transport.pause_reading()
            for _ in range(MANY):
                client.transmit_nowait(MEGABYTE)
            async with asyncio.timeout(10):
                await client.close(1001)
            assert client.state is State.CLOSED
            with pytest.raises(ConnectionClosedError) as caught:
                await client.recv()
            assert caught.value.sent == Close(1001, "")
            assert caught.value.rcvd is None
            assert isinstance(caught.value.__cause__, TimeoutError)

    async def test_close_of_an_idle_one_too(self, stuck: Client) -> None:
        async with asyncio.timeout(10):
            await stuck.close()
        assert stuck.close_code == 1006

    async def test_finished_does_not_wait(self, stuck: Client) -> None:
        sending = [asyncio.create_task(stuck.transmit(MEGABYTE)) for _ in range(MANY)]
        await asyncio.sleep(0)
        stuck.finished()
        assert stuck.state is State.CLOSED
        ends = await asyncio.gather(*sending, return_exceptions=True)
        assert [type(end) for end in ends[-10:]] == [ConnectionClosedError] * 10


class FakeTransport:
    """A write buffer of which the test says how full it is at each look."""

    def __init__(self, *sizes: int) -> None:
        self.sizes = list(sizes)
        self.aborted = False

    def get_write_buffer_size(self) -> int:
        return self.sizes.pop(0) if len(self.sizes) > 1 else self.sizes[0]

    def abort(self) -> None:
        self.aborted = True


class FakeConnection:
    id = None
    remote_address = ("peer", 1)
    while_waiting: Callable[[], None]

    def __init__(self, transport: FakeTransport) -> None:
        self.transport = transport

    async def drain(self) -> None:
        self.while_waiting()
        if self.transport.sizes != [0]:
            await asyncio.Event().wait()

    async def wait_closed(self) -> None:
        assert self.transport.aborted


class TestPeerThatReadsSlowly:
    @pytest.mark.parametrize(
        ("sizes", "looks_left"),
        [
            # Before and after each look; a pair that does not fall means that nothing was read meanwhile.
            ((9, 8, 8, 5, 5, 1, 0), 0),
            ((*(9, 9) * (LOOKS - 1), 9, 8, *(8, 8) * (LOOKS - 1), 0), 0),
            ((*(9, 9) * LOOKS, 0), 1),
            ((9, 8, *(8, 8) * LOOKS, 7, 0), 2),
        ],
    )
    async def test_is_cut_off_only_when_it_stops(self, sizes: tuple[int, ...], looks_left: int) -> None:
        transport = FakeTransport(*sizes)
        await watch(transport)
        assert transport.aborted is (looks_left > 0)
        assert len(transport.sizes) == max(looks_left, 1), "it was cut off after so many looks, not later"

    async def test_is_not_blamed_for_what_was_added_meanwhile(self) -> None:
        # Of 9 bytes it read 4 at a time, as often 4 were added, and then it read all.
        transport = FakeTransport(*(9, 9) * LOOKS * 2, 0)
        await watch(transport, added=4)
        assert not transport.aborted

    async def test_the_default_is_well_below_5_seconds(self, websocket: tuple[Client, WebSocketPeer]) -> None:
        assert link_of(websocket[0]).write_timeout * (1 + 1 / LOOKS) < 4.5

    async def test_gets_everything_in_the_end(self) -> None:
        async with (
            server(link_options={"write_timeout": 30}) as (clients, uri),
            connection(uri, max_queue=1, max_size=None) as reader,
        ):
            client = await clients.get()
            sending = asyncio.create_task(send_all(client, [f"{number}{MEGABYTE}" for number in range(MANY)]))
            # The writer has come to where it waits.
            await eventually(lambda: not client.has_room)
            assert not sending.done()
            for number in range(MANY):
                assert (await reader.recv())[:2] == f"{number}x"[:2]
            await sending


def link_of(client: Client) -> WebSocketLink:
    assert isinstance(client.link, WebSocketLink)
    return client.link


async def watch(transport: FakeTransport, added: int = 0) -> None:
    """Watch a peer that is one in name only, while so many bytes are added between two looks."""
    fake: Any = FakeConnection(transport)
    link = WebSocketLink(fake, write_timeout=0.01 * LOOKS)
    fake.while_waiting = lambda: setattr(link, "_buffered", added)
    await link._watch_writing()


async def send_all(client: Client, messages: list[str]) -> None:
    for message in messages:
        assert await client.transmit(message)


class TestThreads:
    async def test_keep_their_order(self, websocket: tuple[Client, WebSocketPeer]) -> None:
        client, peer = websocket

        def write(name: str) -> None:
            for number in range(200):
                assert client.transmit_nowait(f"{name}{number}".encode())

        threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for number in range(200):
            await client.transmit(f"l{number}")
        received = [str(await peer.recv()) for _ in range(800)]
        for thread in threads:
            thread.join()
        for name in "abcl":
            assert [text for text in received if text[0] == name] == [f"{name}{n}" for n in range(200)]

    async def test_what_a_thread_hands_over_is_not_overtaken(
        self, websocket: tuple[Client, WebSocketPeer]
    ) -> None:
        client, peer = websocket
        handed_over = threading.Thread(target=client.transmit_nowait, args=("first",))
        handed_over.start()
        handed_over.join()  # The loop has not turned yet.
        await client.transmit("second")
        assert [await peer.recv(), await peer.recv()] == ["first", "second"]

    async def test_closed_loop(self, websocket: tuple[Client, WebSocketPeer]) -> None:
        client, _ = websocket
        link = link_of(client)
        closed = asyncio.new_event_loop()
        closed.close()
        link.loop, kept = closed, link.loop
        assert client.transmit_nowait("a") is False
        link.loop = kept


class TestAnotherConnection:
    async def test_takes_up_the_session(self) -> None:
        async with server(resume=True) as (clients, uri):
            async with connection(uri) as first:
                client = await clients.get()
                await first.send("before")
                assert await client.recv() == "before"
            await eventually(lambda: client.link is None)
            assert not client.attached
            assert client.socket_close is not None
            assert client.state is State.OPEN
            assert client.close_code is None
            address = client.remote_address
            assert await client.transmit("lost") is False
            assert client.transmit_nowait("lost") is False
            await client.pong()

            receiving = asyncio.create_task(client.recv())
            sending = asyncio.create_task(client.send(b"kept"))
            ping = await client.ping("same")
            with pytest.raises(ConcurrencyError):
                await client.ping("same")
            async with connection(uri) as second:
                assert await clients.get() is client
                assert client.attached
                assert client.socket_close is None
                assert client.remote_address != address
                assert await second.recv() == b"kept"
                await sending
                assert await ping >= 0
                await second.send("after")
                assert await receiving == "after"

    async def test_replaces_one_that_is_still_there(self) -> None:
        async with (
            server(resume=True) as (clients, uri),
            connection(uri) as first,
        ):
            client = await clients.get()
            async with connection(uri) as second:
                assert await clients.get() is client
                await first.wait_closed()
                assert first.close_code == 1006
                await client.send("to the second")
                assert await second.recv() == "to the second"
                await second.send("from the second")
                assert await client.recv() == "from the second"
                assert client.attached

    async def test_gets_nothing_that_was_meant_for_the_first(self) -> None:
        async with server(resume=True) as (clients, uri), connection(uri):
            client = await clients.get()
            first = link_of(client)
            stale = threading.Thread(target=client.transmit_nowait, args=("stale",))
            stale.start()
            stale.join()  # Handed over, and not yet written: the loop has not turned.
            client.detach()
            # A thread that was in the middle of it.
            first._outgoing.append(Outgoing(b"late", is_text=True))
            async with connection(uri) as second:
                await clients.get()
                first._outgoing.append(Outgoing(b"later", is_text=True))
                await client.transmit("fresh")
                assert await second.recv() == "fresh"

    async def test_writes_nothing_more_to_the_first(
        self, websocket: tuple[Client, WebSocketPeer], caplog: pytest.LogCaptureFixture
    ) -> None:
        client, _ = websocket
        link = link_of(client)

        def write() -> None:
            for number in range(20):
                assert client.transmit_nowait(str(number))

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()  # Handed over, and not yet written: the loop has not turned.
        client.detach()
        link._pump()
        assert not link._outgoing
        assert "socket.send" not in caplog.text

    async def test_ends_the_reading_of_the_one_before(self) -> None:
        async with listening() as (connections, uri), connection(uri) as first, connection(uri):
            client = Client(WebSocketLink(await connections.get()))
            await first.send("one")
            await first.send("resent on the next one")
            incoming = client.incoming()
            assert await anext(incoming) == "one"
            await (await first.ping())  # The second message has arrived.
            client.attach(WebSocketLink(await connections.get()))
            assert [message async for message in incoming] == []
            assert client.socket_close is None
            assert client.attached
            client.finished()

    async def test_comes_too_late(self) -> None:
        async with server() as (clients, uri), connection(uri):
            client = await clients.get()
            link = link_of(client)
            await client.close()
            with pytest.raises(ConnectionClosed):
                client.attach(link)

    async def test_close_while_detached(self) -> None:
        async with server(resume=True) as (clients, uri), connection(uri) as first:
            client = await clients.get()
            first.transport.abort()
            await eventually(lambda: not client.attached)
            sending = asyncio.create_task(client.send(b"waits"))
            await client.close()
            assert client.close_code == 1006
            with pytest.raises(ConnectionClosedError):
                await sending


class TestGoodbye:
    async def test_of_a_page_that_has_no_time_for_more(self) -> None:
        async with over_websocket(close_timeout=0.1) as (client, peer):
            peer.connection.transport.pause_reading()
            client.peer_closed(1001, "view")
            assert not client.attached
            exception = await refuses(client)
            assert isinstance(exception, ConnectionClosedOK)
            assert exception.rcvd == exception.sent == Close(1001, "view")
            assert exception.rcvd_then_sent

    async def test_from_another_thread(self, websocket: tuple[Client, WebSocketPeer]) -> None:
        client, peer = websocket
        thread = threading.Thread(target=client.peer_closed)
        thread.start()
        thread.join()
        assert isinstance(await refuses(client), ConnectionClosedOK)
        assert await peer.closed() == (1001, "")
        client.peer_closed()  # Too late, and harmless.

    async def test_is_forgotten_with_its_connection(self) -> None:
        async with server(resume=True) as (clients, uri):
            async with connection(uri):
                client = await clients.get()
                client.peer_closed(1001, "pagehide")
                await eventually(lambda: client.socket_close is not None)
                assert client.state is State.OPEN
            async with connection(uri) as second:
                await clients.get()
                second.transport.abort()
                await eventually(lambda: client.socket_close is not None)
                assert isinstance(client.socket_close, ConnectionClosedError)


async def test_drain_without_a_connection_does_not_wait() -> None:
    async with over_websocket() as (client, _):
        client.detach()
        await client.drain()


async def test_invalid_utf8_closes_with_1007(websocket: tuple[Client, WebSocketPeer]) -> None:
    client, peer = websocket
    peer.connection.protocol.send_text(b"\xff")
    peer.connection.send_data()
    exception = await refuses(client)
    assert exception.sent is not None
    assert exception.sent.code == 1007
