"""What only a comm has: contents and buffers, threads that feed it, views, and a sender that raises."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from typing import Any

import pytest
from websockets.exceptions import ConcurrencyError, ConnectionClosed, ConnectionClosedError
from websockets.frames import Close
from websockets.protocol import State

from domsync_jupyter.transports import Client, CommLink
from domsync_jupyter.transports.link import FRAME_SECONDS
from tests.transports.peers import CommPeer, WebSocketPeer, eventually, over_comm, refuses, run

Pair = tuple[Client, CommPeer]


class TestCarrier:
    async def test_messages_to_the_page(self, comm: Pair) -> None:
        client, peer = comm
        assert await client.transmit("[3,1]")
        assert await client.transmit('[5,1,0,"é"]'.encode())
        assert await client.transmit_binary(b"\x00")
        assert client.transmit_nowait("[3,2]")
        await client.close(4000, "é")
        assert peer.raw == [
            ({"view": "v1"}, [b"[3,1]"]),
            ({"view": "v1"}, ['[5,1,0,"é"]'.encode()]),
            ({"view": "v1", "binary": True}, [b"\x00"]),
            ({"view": "v1"}, [b"[3,2]"]),
            ({"view": "v1"}, [b'[4,4000,"\\u00e9"]']),
        ]

    async def test_what_stands_in_for_control_frames(self, comm: Pair) -> None:
        client, peer = comm
        await (await client.ping("a"))
        await client.pong(b"b")
        assert peer.raw == [({"view": "v1"}, [b'[6,"a",0]']), ({"view": "v1"}, [b'[7,"b",0]'])]

    async def test_other_views_are_not_ours(self, comm: Pair) -> None:
        client, peer = comm
        for content in ({"view": "v2", "text": "a"}, {"text": "a"}, {}, None, "v1", ["v1"]):
            peer.link.feed(content, [])
        peer.link.feed({"view": "v1", "text": "ours"})
        assert await client.recv() == "ours"

    @pytest.mark.parametrize(
        ("content", "buffers"),
        [
            ({}, []),
            ({"text": 1}, []),
            ({"text": "a"}, [b""]),
            ({"binary": True}, []),
            ({"binary": True}, [b"", b""]),
            ({"binary": False}, [b""]),
            ({"text": "\ud800"}, []),
        ],
    )
    async def test_what_is_no_message_closes_with_1007(
        self, comm: Pair, content: dict[str, Any], buffers: list[bytes]
    ) -> None:
        client, peer = comm
        peer.link.feed({"view": "v1", **content}, buffers)
        exception = await refuses(client)
        assert exception.sent is not None
        assert exception.sent.code == 1007
        assert (await peer.closed())[0] == 1007
        peer.link.feed({"view": "v1", **content}, buffers)  # Ignored from now on.

    async def test_stand_ins(self, comm: Pair) -> None:
        client, peer = comm
        assert peer.link.view == "v1"
        assert client.remote_address == ("comm", "v1")
        assert client.request is not None
        assert client.request.path == "/"
        assert len(client.request.headers) == 0


class TestLimits:
    @pytest.mark.parametrize(("length", "fits"), [(10, True), (11, False)])
    @pytest.mark.parametrize("binary", [False, True])
    async def test_size(self, length: int, fits: bool, binary: bool) -> None:
        async with over_comm(max_message_bytes=10) as (client, peer):
            await peer.send(b"x" * length if binary else "é" * (length // 2) + "x" * (length % 2))
            if fits:
                assert await client.recv()
            else:
                exception = await refuses(client)
                assert exception.sent is not None
                assert exception.sent.code == 1009

    async def test_number(self) -> None:
        async with over_comm(max_queue=3) as (client, peer):
            for number in range(5):
                await peer.send(str(number))
            assert [await client.recv() for _ in range(3)] == ["0", "1", "2"]
            exception = await refuses(client)
            assert exception.sent == Close(1008, "over 3 messages wait for the kernel")


class TestThreads:
    async def test_feed(self, comm: Pair) -> None:
        client, peer = comm

        def feed(name: str) -> None:
            for number in range(200):
                peer.link.feed({"view": "v1", "text": f"{name}{number}"}, [])

        threads = [threading.Thread(target=feed, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        received = [str(await client.recv()) for _ in range(600)]
        for name in "abc":
            assert [text for text in received if text[0] == name] == [f"{name}{n}" for n in range(200)]

    async def test_feed_while_the_loop_is_blocked(self, comm: Pair) -> None:
        client, peer = comm
        thread = threading.Thread(target=peer.link.feed, args=({"view": "v1", "text": "a"}, []))
        thread.start()
        thread.join()
        assert await client.recv() == "a"

    async def test_send_is_never_entered_twice(self) -> None:
        inside = threading.Lock()
        sent: list[str] = []

        def send(content: dict[str, Any], buffers: list[bytes] | None) -> None:
            assert inside.acquire(blocking=False)
            assert buffers is not None
            sent.append(buffers[0].decode())
            time.sleep(0)  # Another thread may run now.
            inside.release()

        client = Client(CommLink(send, "v", asyncio.get_running_loop()))
        start = threading.Barrier(3)

        def write(name: str) -> None:
            start.wait()
            for number in range(300):
                assert client.transmit_nowait(f"{name}{number}")

        threads = [threading.Thread(target=write, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for name in "abc":
            assert [text for text in sent if text[0] == name] == [f"{name}{n}" for n in range(300)]

    async def test_the_page_leaves(self, comm: Pair) -> None:
        client, peer = comm
        thread = threading.Thread(target=client.peer_closed, args=(1001, "view"))
        thread.start()
        thread.join()
        exception = await refuses(client)
        assert exception.rcvd == Close(1001, "view")
        assert await peer.closed() == (1001, "view")

    async def test_closed_loop(self) -> None:
        loop = asyncio.new_event_loop()
        link = CommLink(lambda content, buffers: None, "v", loop)
        loop.close()
        link.feed({"view": "v", "text": "a"}, [])
        link.peer_closed()


class TestCommThatIsGone:
    @pytest.mark.parametrize(
        "how", ["transmit", "transmit_nowait", "close", "ping", "pong", "send", "peer_closed"]
    )
    async def test_ends_the_socket(self, comm: Pair, how: str) -> None:
        client, peer = comm
        peer.gone = True
        match how:
            case "transmit":
                with pytest.raises(ConnectionClosedError) as caught:
                    await client.transmit("a")
                assert isinstance(caught.value.__cause__, RuntimeError)
                await client.drain()
            case "transmit_nowait":
                assert client.transmit_nowait("a") is False
            case "peer_closed":
                client.peer_closed()
            case _:
                await getattr(client, how)(*(["a"] if how == "send" else []))
        assert not client.attached
        exception = await refuses(client)
        assert type(exception) is ConnectionClosedError
        assert str(exception.__cause__) == "Cannot send"
        assert client.close_code == 1006


class TestPace:
    @pytest.fixture(autouse=True)
    def only_these(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(CommLink, "_all_open", type(CommLink._all_open)())

    @pytest.mark.parametrize(
        ("count", "frames"), [(1, 60), (2, 120), (6, 360), (7, 400), (50, 400), (1_000, 400)]
    )
    async def test_all_together_send_at_most_400_frames_a_second(self, count: int, frames: int) -> None:
        clients = [Client(CommPeer().open()) for _ in range(count)]
        assert sum(1 / client.frame_seconds for client in clients) == pytest.approx(frames)

    @pytest.mark.parametrize("how", ["close", "detach", "peer_closed", "finished", "is gone", "is garbage"])
    async def test_those_that_have_ended_do_not_count(
        self, how: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def end(client: Client) -> None:
            match how:
                case "close":
                    await client.close()
                case "is gone":
                    monkeypatch.setattr(client.link, "_send", None)
                    assert not client.transmit_nowait("a")
                case "detach" | "peer_closed" | "finished":
                    getattr(client, how)()

        one = Client(CommPeer().open())
        others = [Client(CommPeer().open()) for _ in range(20)]
        assert one.frame_seconds > FRAME_SECONDS
        while others:
            await end(others.pop())
        gc.collect()
        assert one.frame_seconds == FRAME_SECONDS

    async def test_a_websocket_keeps_its_pace(self, websocket: tuple[Client, WebSocketPeer]) -> None:
        client, _ = websocket
        views = [CommPeer() for _ in range(20)]
        others = [Client(view.open()) for view in views]
        assert client.frame_seconds == FRAME_SECONDS < others[0].frame_seconds
        client.attach(CommPeer().open())
        assert client.frame_seconds == others[0].frame_seconds > FRAME_SECONDS
        client.detach()
        assert client.frame_seconds == FRAME_SECONDS


class TestAnotherView:
    async def test_takes_up_the_session(self) -> None:
        first, second = CommPeer(), CommPeer()
        second.view = "v2"
        client = Client(first.open())
        running = asyncio.create_task(run(client, keep=True))
        await first.send("before")
        assert await client.recv() == "before"
        client.detach()
        await first.send("ignored")
        await running
        assert client.state is State.OPEN
        assert client.socket_close is not None
        assert await client.transmit("lost") is False
        assert client.transmit_nowait("lost") is False

        sending = asyncio.create_task(client.send(b"kept"))
        ping = await client.ping("same")
        with pytest.raises(ConcurrencyError):
            await client.ping("same")
        client.attach(second.open())
        assert client.socket_close is None
        running = asyncio.create_task(run(client))
        await first.send("ignored")
        await second.send("after")
        assert await second.recv() == b"kept"
        assert await ping >= 0
        assert await client.recv() == "after"
        assert client.remote_address == ("comm", "v2")
        await sending
        await client.close()
        await running
        assert await second.closed() == (1000, "")
        assert not first.close_message.done()
        late = first.open()
        with pytest.raises(ConnectionClosed):
            client.attach(late)
        assert late.is_open

    async def test_the_same_view_comes_back_while_it_is_still_there(self, comm: Pair) -> None:
        client, peer = comm
        client.attach(peer.open())
        running = asyncio.create_task(run(client))
        await eventually(lambda: client.attached)
        await peer.send("a")
        assert await client.recv() == "a"
        client.finished()
        await running

    async def test_ends_the_reading_of_the_one_before(self) -> None:
        peer = CommPeer()
        client = Client(peer.open())
        await peer.send("one")
        await peer.send("resent on the next one")
        incoming = client.incoming()
        assert await anext(incoming) == "one"
        client.attach(peer.open())
        assert [message async for message in incoming] == []
        assert client.socket_close is None
        assert client.attached

    async def test_incoming_without_one_ends(self, comm: Pair) -> None:
        client, _ = comm
        client.detach()
        assert [message async for message in client.incoming()] == []
