"""The interface of a client, the same over both transports."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
import time
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import (
    ConcurrencyError,
    ConnectionClosedError,
    ConnectionClosedOK,
    ProtocolError,
)
from websockets.frames import Close
from websockets.http11 import Request, Response
from websockets.protocol import State

from domsync_jupyter.transports import Client, WebSocketLink
from tests.transports.peers import (
    CommPeer,
    Peer,
    WebSocketPeer,
    connection,
    eventually,
    over_comm,
    over_websocket,
    refuses,
    run,
    server,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable

# What websockets documents of a ServerConnection, `respond` aside, which is for the opening handshake.
ATTRIBUTES = [
    "id", "logger", "local_address", "remote_address", "latency", "state", "request", "response", "subprotocol",
    "close_code", "close_reason",
]  # fmt: skip
METHODS = ["recv", "recv_streaming", "send", "close", "wait_closed", "ping", "pong"]


async def settled(client: Client, receiving: asyncio.Task[Any]) -> None:
    """Let a task that receives come to the point where it waits."""
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not receiving.done()
    assert client.state is State.OPEN


async def rest_of(peer: WebSocketPeer) -> list[int]:
    """The numbers that arrive until the connection is cut off."""
    numbers = []
    try:
        while True:
            numbers.append(int(await peer.recv()))
    except ConnectionClosedError:
        return numbers


class TestInterface:
    async def test_every_documented_member_exists(
        self, websocket: tuple[Client, Any], client: Client
    ) -> None:
        link = websocket[0].link
        assert isinstance(link, WebSocketLink)
        for name in ATTRIBUTES:
            assert hasattr(link._connection, name)
            assert hasattr(client, name)

    @pytest.mark.parametrize("name", METHODS)
    def test_methods_take_the_same_arguments(self, name: str) -> None:
        ours = inspect.signature(getattr(Client, name)).parameters
        theirs = inspect.signature(getattr(ServerConnection, name)).parameters
        for argument, parameter in ours.items():
            assert theirs[argument].default == parameter.default

    async def test_attributes_of_an_open_client(self, client: Client) -> None:
        assert isinstance(client.id, uuid.UUID)
        assert isinstance(client.logger, logging.Logger | logging.LoggerAdapter)
        assert client.state is State.OPEN
        assert isinstance(client.request, Request)
        assert isinstance(client.response, Response)
        assert client.request.path.startswith("/")
        assert client.request.headers.get("X-Absent") is None
        assert client.subprotocol == "domsync.v1"
        assert client.latency == 0.0
        assert client.close_code is None
        assert client.close_reason is None
        host, _ = client.remote_address[:2]
        assert str(host) in repr(client)
        assert len(client.local_address) >= 2
        assert client.attached

    async def test_is_its_own_key(self, client: Client) -> None:
        assert {client: 1}[client] == 1
        assert client == client  # noqa: PLR0124 - that is the claim
        assert client != object()


class TestSend:
    @pytest.mark.parametrize("message", ["", "text é 🙂", b"", b"\x00\xff"])
    async def test_strings_and_bytes(self, client: Client, peer: Peer, message: str | bytes) -> None:
        await client.send(message)
        assert await peer.recv() == message

    @pytest.mark.parametrize("message", [bytearray(b"ab"), memoryview(b"ab")])
    async def test_bytes_like_objects(self, client: Client, peer: Peer, message: Any) -> None:
        await client.send(message)
        assert await peer.recv() == b"ab"

    async def test_text_overrides_the_kind(self, client: Client, peer: Peer) -> None:
        await client.send(b"a", text=True)
        await client.send("b", text=False)
        assert [await peer.recv(), await peer.recv()] == ["a", b"b"]

    async def test_fragments_travel_as_one_message(self, client: Client, peer: Peer) -> None:
        async def pieces() -> AsyncIterator[bytes]:
            yield b"c"
            yield b"d"

        await client.send(["a", "b"])
        await client.send(pieces())
        await client.send(iter(()))
        await client.send("end")
        assert [await peer.recv() for _ in range(3)] == ["ab", b"cd", "end"]

    @pytest.mark.parametrize("message", [{"a": 1}, 1, None, ["a", b"b"], [1]])
    async def test_other_types_are_refused_and_change_nothing(
        self, client: Client, peer: Peer, message: Any
    ) -> None:
        with pytest.raises(TypeError, match="expected"):
            await client.send(message)
        await client.send("still open")
        assert await peer.recv() == "still open"

    async def test_bytes_that_are_no_text(self, client: Client) -> None:
        with pytest.raises(UnicodeDecodeError):
            await client.send(b"\xff", text=True)
        assert client.state is State.OPEN

    async def test_order(self, client: Client, peer: Peer) -> None:
        sent: list[str | bytes] = [str(i) if i % 3 else str(i).encode() for i in range(100)]
        await asyncio.gather(*(client.send(message) for message in sent))
        assert [await peer.recv() for _ in sent] == sent

    async def test_through_the_session(self, client: Client, peer: Peer) -> None:
        def numbered(text: str) -> None:
            assert client.transmit_nowait(f"[5,1,0,{text!r}]")

        client.set_app_sender(numbered)
        await client.send("a")
        await client.send(b"raw")
        assert [await peer.recv(), await peer.recv()] == ["[5,1,0,'a']", b"raw"]

    async def test_waits_for_what_the_session_returns(self, client: Client) -> None:
        room = asyncio.Event()

        async def wait_for_room(text: str) -> None:
            await room.wait()

        client.set_app_sender(wait_for_room)
        sending = asyncio.create_task(client.send("a"))
        await settled(client, sending)
        room.set()
        await sending

    async def test_a_string_survives_the_loss_of_the_socket(self, client: Client) -> None:
        kept: list[str] = []

        def keep_without_a_socket(text: str) -> None:
            kept.append(text)
            client.detach()

        client.set_app_sender(keep_without_a_socket)
        await client.send("a")
        assert kept == ["a"]

    async def test_after_the_end(self, client: Client, peer: Peer) -> None:
        await peer.close(1000)
        await client.wait_closed()
        for message in ("a", b"a"):
            with pytest.raises(ConnectionClosedOK):
                await client.send(message)

    async def test_nothing_but_a_type_error_precedes_the_state(self, client: Client) -> None:
        await client.close()
        with pytest.raises(TypeError):
            await client.send(1)  # type: ignore[arg-type]  # that is the test


class TestReceive:
    @pytest.mark.parametrize("message", ["", "text é 🙂", b"", b"\x00\xff"])
    async def test_strings_and_bytes(self, client: Client, peer: Peer, message: str | bytes) -> None:
        await peer.send(message)
        assert await client.recv() == message

    @pytest.mark.parametrize(
        ("message", "decode", "expected"),
        [("é", False, "é".encode()), ("é", True, "é"), ("é".encode(), True, "é"), (b"\xff", False, b"\xff")],
    )
    async def test_decode(
        self, client: Client, peer: Peer, message: str | bytes, decode: bool, expected: str | bytes
    ) -> None:
        await peer.send(message)
        assert await client.recv(decode) == expected

    async def test_bytes_that_cannot_be_decoded_close_the_client(self, client: Client, peer: Peer) -> None:
        await peer.send(b"\xff")
        with pytest.raises(ConnectionClosedError) as caught:
            await client.recv(decode=True)
        assert caught.value.sent == Close(1007, "invalid start byte at position 0")
        assert await peer.closed() == (1007, "invalid start byte at position 0")

    async def test_streaming_gives_the_message_whole(self, client: Client, peer: Peer) -> None:
        await peer.send("a")
        await peer.send(b"b")
        assert [piece async for piece in client.recv_streaming()] == ["a"]
        assert [piece async for piece in client.recv_streaming(decode=True)] == ["b"]

    async def test_waits_for_a_message(self, client: Client, peer: Peer) -> None:
        receiving = asyncio.create_task(client.recv())
        await settled(client, receiving)
        await peer.send("a")
        assert await receiving == "a"

    async def test_one_waiter_at_a_time(self, client: Client, peer: Peer) -> None:
        receiving = asyncio.create_task(client.recv())
        await settled(client, receiving)
        with pytest.raises(ConcurrencyError, match="one coroutine"):
            await client.recv()
        with pytest.raises(ConcurrencyError):
            await anext(client.recv_streaming())
        await peer.send("a")
        assert await receiving == "a"

    async def test_cancelling_loses_nothing(self, client: Client, peer: Peer) -> None:
        for number in range(20):
            receiving = asyncio.create_task(client.recv())
            await settled(client, receiving)
            client.receive_app(str(number))  # in the same turn of the loop as the cancellation
            receiving.cancel()
            with pytest.raises(asyncio.CancelledError):
                await receiving
            assert await client.recv() == str(number)
        await peer.send("last")
        assert await asyncio.wait_for(client.recv(), 10) == "last"

    async def test_the_inbox_drops_the_oldest_and_says_so_once(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        for number in range(1_500):
            client.receive_app(str(number))
        assert await client.recv() == "500"
        assert [record.levelname for record in caplog.records if "recv()" in record.message] == ["WARNING"]

    async def test_the_inbox_is_bounded_in_size_but_keeps_the_newest(self, client: Client) -> None:
        for letter in ("a", "b", "c"):
            client.receive_app(letter * 600_000)
        client.receive_app(b"x" * 2_000_000)
        assert await client.recv() == b"x" * 2_000_000


class TestIteration:
    async def test_ends_after_a_normal_close(self, client: Client, peer: Peer) -> None:
        for message in ("a", b"b", "c"):
            await peer.send(message)
        await peer.close(1001)
        assert [message async for message in client] == ["a", b"b", "c"]

    @pytest.mark.parametrize("code", [1011, 4000])
    async def test_raises_after_another(self, client: Client, peer: Peer, code: int) -> None:
        await peer.send("a")
        await peer.close(code)
        messages = aiter(client)
        assert await anext(messages) == "a"
        with pytest.raises(ConnectionClosedError):
            await anext(messages)


class TestClose:
    @pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1001, "bye é"), (4321, "own")])
    async def test_by_us(self, client: Client, peer: Peer, code: int, reason: str) -> None:
        receiving = asyncio.create_task(refuses(client))
        await settled(client, receiving)
        await client.close(code, reason)
        assert client.state is State.CLOSED
        assert (client.close_code, client.close_reason) == (code, reason)
        assert await peer.closed() == (code, reason)
        exception = await receiving
        assert type(exception) is (ConnectionClosedOK if code < 1002 else ConnectionClosedError)
        assert exception.sent == exception.rcvd == Close(code, reason)
        assert exception.rcvd_then_sent is False
        assert not client.attached

    @pytest.mark.parametrize(("code", "reason"), [(1000, ""), (1001, "pagehide"), (4321, "own")])
    async def test_by_the_peer(self, client: Client, peer: Peer, code: int, reason: str) -> None:
        await peer.close(code, reason)
        exception = await refuses(client)
        assert type(exception) is (ConnectionClosedOK if code < 1002 else ConnectionClosedError)
        assert exception.rcvd == exception.sent == Close(code, reason)
        assert exception.rcvd_then_sent is True
        assert client.state is State.CLOSED
        assert (client.close_code, client.close_reason) == (code, reason)

    async def test_by_loss(self, client: Client, peer: Peer) -> None:
        await peer.vanish()
        exception = await refuses(client)
        assert type(exception) is ConnectionClosedError
        assert (exception.rcvd, exception.sent, exception.rcvd_then_sent) == (None, None, None)
        assert (client.close_code, client.close_reason) == (1006, "")

    async def test_is_idempotent(self, client: Client, peer: Peer) -> None:
        await asyncio.gather(client.close(4001, "first"), client.close(4002, "second"))
        await client.close(4003, "third")
        client.finished(Close(1001, ""))
        assert (client.close_code, client.close_reason) == (4001, "first")
        assert await peer.closed() == (4001, "first")

    async def test_goes_on_when_its_caller_is_cancelled(self, client: Client, peer: Peer) -> None:
        closing = asyncio.create_task(client.close(4001))
        await asyncio.sleep(0)
        closing.cancel()
        await client.wait_closed()
        assert await peer.closed() == (4001, "")

    @pytest.mark.parametrize(("code", "reason"), [(1005, ""), (1006, ""), (999, ""), (1000, "é" * 62)])
    async def test_refuses_what_cannot_be_in_a_close_frame(
        self, client: Client, code: int, reason: str
    ) -> None:
        with pytest.raises(ProtocolError):
            await client.close(code, reason)
        assert client.state is State.OPEN

    @pytest.mark.parametrize("closer", ["client", "peer"])
    async def test_messages_that_came_before_are_still_received(
        self, client: Client, peer: Peer, closer: str
    ) -> None:
        for number in range(50):
            await peer.send(str(number))
        await (client if closer == "client" else peer).close(1000)
        await client.wait_closed()
        assert [message async for message in client] == [str(number) for number in range(50)]

    async def test_what_was_sent_before_still_arrives(self, client: Client, peer: Peer) -> None:
        client.transmit_nowait("first")
        await client.send("second")
        await client.close()
        assert [await peer.recv(), await peer.recv()] == ["first", "second"]

    async def test_wait_closed_never_raises(self, client: Client, peer: Peer) -> None:
        waiters = [asyncio.create_task(client.wait_closed()) for _ in range(3)]
        await settled(client, waiters[0])
        await peer.close(1011)
        await asyncio.gather(*waiters)
        await client.wait_closed()

    @pytest.mark.parametrize("over", [over_websocket, over_comm])
    async def test_by_the_reader_of_incoming(self, over: Any) -> None:
        # It cannot wait for itself.
        async with over(close_timeout=60) as (client, peer):
            await peer.send("close me")
            await asyncio.wait_for(client.wait_closed(), 10)
            assert await peer.closed() == (1002, "")

    async def test_context_manager(self, client: Client, peer: Peer) -> None:
        async with client as entered:
            assert entered is client
        assert await peer.closed() == (1000, "")

    async def test_context_manager_with_an_error(self, client: Client, peer: Peer) -> None:
        with pytest.raises(ZeroDivisionError):
            async with client:
                raise ZeroDivisionError
        assert await peer.closed() == (1011, "")

    async def test_every_call_raises_after_it(self, client: Client) -> None:
        await client.close(4000)
        calls: list[Awaitable[Any]] = [
            client.recv(), anext(client.recv_streaming()), client.send(""), client.ping(), client.pong(),
        ]  # fmt: skip
        for call in calls:
            with pytest.raises(ConnectionClosedError):
                await call

    async def test_the_runtime_ends_it_at_once(self, client: Client) -> None:
        receiving = asyncio.create_task(refuses(client))
        await settled(client, receiving)
        client.finished(Close(1001, "gone"), Close(1001, ""), rcvd_then_sent=True)
        assert client.state is State.CLOSED
        exception = await receiving
        assert isinstance(exception, ConnectionClosedOK)
        assert client.close_reason == "gone"


class TestPing:
    async def test_latency(self, client: Client) -> None:
        latency = await (await client.ping())
        assert 0 < latency < 5
        assert client.latency == pytest.approx(latency, abs=0.1)
        assert client.latency > 0

    @pytest.mark.parametrize("data", ["é", b"\x00\xff", bytearray(b"x")])
    async def test_payload(self, client: Client, data: Any) -> None:
        assert await (await client.ping(data)) >= 0

    async def test_a_pong_answers_earlier_pings(self, client: Client) -> None:
        client.pong_received("unasked")
        waiters = [await client.ping(name) for name in ("a", "b", "c")]
        client.pong_received("b")
        assert await asyncio.gather(*waiters[:2])
        await waiters[2]

    @pytest.mark.parametrize("data", ["x" * 126, b"x" * 126])
    async def test_too_long(self, client: Client, data: str | bytes) -> None:
        for call in (client.ping, client.pong):
            with pytest.raises(ProtocolError):
                await call(data)

    async def test_wrong_type(self, client: Client) -> None:
        for call in (client.ping, client.pong):
            with pytest.raises(TypeError):
                await call(1)  # type: ignore[arg-type]  # that is the test

    async def test_unasked_pong(self, client: Client, peer: Peer) -> None:
        await client.pong(b"hello")
        await client.send("still open")
        assert await peer.recv() == "still open"


class TestAnotherTransport:
    async def test_there_and_back(self) -> None:
        """As when a WebSocket becomes unreachable: its client goes on over the comm, and over a WebSocket later."""
        view = CommPeer()
        async with server(resume=True) as (clients, uri), connection(uri) as unreachable:
            unreachable.transport.pause_reading()
            client = await clients.get()
            name = repr(client.id)
            receiving = asyncio.create_task(client.recv())
            ping = await client.ping("there")
            await settled(client, receiving)

            client.attach(view.open())
            reading = asyncio.create_task(run(client, keep=True))
            assert client.attached
            assert client.socket_close is None
            assert client.remote_address == ("comm", "v1")
            assert await ping > 0
            assert client.latency > 0
            await view.send("from the comm")
            assert await receiving == "from the comm"
            await client.send("to the comm")
            assert await view.recv() == "to the comm"

            view.answers_pings = False
            receiving = asyncio.create_task(client.recv())
            ping = await client.ping("and back")
            client.detach()
            sending = asyncio.create_task(client.send(b"kept"))
            await settled(client, receiving)
            await settled(client, sending)
            async with connection(uri) as websocket:
                assert await clients.get() is client
                assert client.remote_address[0] == "127.0.0.1"
                assert await websocket.recv() == b"kept"
                await sending
                assert await ping > 0
                await view.send("from a view that was left")
                await websocket.send("from the WebSocket")
                assert await receiving == "from the WebSocket"
                assert repr(client.id) == name
                assert client.state is State.OPEN
                await client.close(4000)
                await websocket.wait_closed()
                assert websocket.close_code == 4000
            await reading
            assert not view.close_message.done()

    async def test_who_waits_for_a_peer_that_was_left_waits_no_longer(self) -> None:
        async with over_websocket(link_options={"write_timeout": 60}) as (client, peer):
            peer.connection.transport.pause_reading()
            sending = [asyncio.create_task(client.send(b"x" * 2**20)) for _ in range(64)]
            await eventually(lambda: not client.has_room)
            waiting = asyncio.gather(client.drain(), *sending)
            view = CommPeer()
            client.attach(view.open())
            assert client.has_room
            await asyncio.wait_for(waiting, 10)
            assert client.transmit_nowait("nothing before this")
            assert await view.recv() == "nothing before this"

    async def test_each_message_goes_one_way_and_none_overtakes_another(self) -> None:
        views = [CommPeer() for _ in range(3)]
        handed_over: list[bool] = []
        async with over_websocket() as (client, peer):

            def has_written(count: int) -> bool:
                return len(handed_over) > count

            def write() -> None:
                for number in range(2_000):
                    handed_over.append(client.transmit_nowait(str(number)))
                    time.sleep(0)  # Another thread may run now.

            writer = threading.Thread(target=write)
            writer.start()
            for count, view in enumerate(views, 1):
                await eventually(partial(has_written, 400 * count))
                client.attach(view.open())
            writer.join()
            arrived = await rest_of(peer)
            for view in views:
                texts = [int(data) for _, buffers in view.raw for data in buffers or ()]
                assert texts
                arrived += texts
            assert arrived == sorted(set(arrived))
            assert arrived[-1] == 1_999
            assert handed_over.count(True) >= len(arrived) > 10

    async def test_a_ping_is_not_repeated_on_the_link_on_which_it_was_sent(self) -> None:
        view = CommPeer()
        view.answers_pings = False
        client = Client(view.open())
        await client.ping("before")
        client.detach()
        client.attach(view.open())
        await client.ping("after")
        await eventually(lambda: len(view.raw) == 3)
        pings = [(buffers or [b""])[0] for _, buffers in view.raw]
        assert pings == [b'[6,"before",0]', b'[6,"after",0]', b'[6,"before",0]']
        client.finished()

    async def test_each_link_gets_what_the_client_was_told(self) -> None:
        links = [CommPeer().open() for _ in range(2)]
        client = Client(links[0], close_timeout=0.5)
        client.attach(links[1])
        for link in links:
            assert link.close_timeout == 0.5
            assert link.logger is client.logger
