"""How many clients a server takes: who comes too late is told so, who comes back is not."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from domsync_jupyter import DomsyncServer
from domsync_jupyter.sync import messages
from tests.peer import PagePeer, eventually, page, request


class App:
    def __init__(self) -> None:
        self.calls = 0

    async def __call__(self, server: Any, client: Any) -> None:
        self.calls += 1
        server.get_document(client).getRootElement().append("hello")


def serving(app: App, **options: Any) -> DomsyncServer:
    return DomsyncServer(app, "127.0.0.1", 0, verbose=False, **options)


async def refused(server: DomsyncServer) -> str:
    """Try to connect, and be refused with the HTTP status 503; the reason."""
    with pytest.raises(InvalidStatus) as caught:
        async with page(server.url):
            pass
    response = caught.value.response
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "Content-Security-Policy" in response.headers
    return response.body.decode()


async def leave(server: DomsyncServer, peer: PagePeer) -> str:
    """Go away as a page does that is reloaded; what takes its session up."""
    before = sum(client.attached for client in server.get_clients())
    session = peer.session
    await peer.say(messages.Bye("pagehide"))
    await peer.closed()
    await eventually(lambda: sum(client.attached for client in server.get_clients()) == before - 1)
    return session


async def test_one_client_too_many_is_refused_before_the_app_runs() -> None:
    app = App()
    async with serving(app, max_clients=2) as server, page(server.url) as one, page(server.url):
        for _ in range(3):
            words = await refused(server)
            assert "2 clients already" in words
            assert "max_clients" in words
        assert app.calls == 2
        assert len(server.get_clients()) == 2
        assert (await request(server.url))[0] == 200, "the page itself is no client"
        await one.say(messages.Bye("view"))
        await one.closed()
        await eventually(lambda: len(server.get_clients()) == 1)
        async with page(server.url) as late:
            await late.shows("hello")


async def test_waiting_sessions_count_and_their_pages_get_in() -> None:
    app = App()
    async with serving(app, max_clients=2) as server, page(server.url):
        async with page(server.url) as peer:
            session = await leave(server, peer)
        assert len(server.get_clients()) == 2
        # What it wants is known from its Hello, so the WebSocket is let in that far.
        async with page(server.url, greet=False) as stranger:
            await stranger.say(messages.Hello(1, "", 0, "a test"))
            assert await stranger.closed() == (1013, "too many clients: try again later")
        async with page(server.url, greet=False) as stranger:
            await stranger.say(messages.Hello(1, session[:-1] + "x", 0, "a test"))
            assert (await stranger.closed())[0] == 1013
        assert app.calls == 2
        async with page(server.url, greet=False) as again:
            await again.hello(session)
            await again.shows("hello")
            assert app.calls == 2
            await refused(server)


async def test_only_as_many_are_let_in_as_may_come_back() -> None:
    app = App()
    async with serving(app, max_clients=2) as server, page(server.url), contextlib.AsyncExitStack() as stack:
        async with page(server.url) as peer:
            session = await leave(server, peer)
        undecided = await stack.enter_async_context(page(server.url, greet=False))
        await eventually(lambda: server._greeting == 1)
        await refused(server)
        undecided.vanish()
        await eventually(lambda: server._greeting == 0)
        async with page(server.url, greet=False) as again:
            await again.hello(session)


async def test_greetings_that_race_for_the_last_place() -> None:
    app = App()
    async with serving(app, max_clients=3) as server, contextlib.AsyncExitStack() as stack:
        peers = [await stack.enter_async_context(page(server.url, greet=False)) for _ in range(3)]
        await eventually(lambda: server._greeting == 3)
        await refused(server)
        for peer in peers:
            await peer.hello()
        assert app.calls == 3
        assert server._greeting == 0


async def test_eval_clients_count() -> None:
    app = App()
    async with serving(app, max_clients=2) as server, page(server.url) as peer:
        address = "ws" + server.url.removeprefix("http")
        await leave(server, peer)
        async with connect(address):
            await eventually(lambda: app.calls == 2)
            async with connect(address) as late:
                await late.wait_closed()
                assert late.close_code == 1013
        assert app.calls == 2
