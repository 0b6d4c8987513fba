"""Both transports, each as a pair of a client and its peer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.transports.peers import CommPeer, Peer, WebSocketPeer, over_comm, over_websocket

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from domsync_jupyter.transports import Client


@pytest.fixture(params=["websocket", "comm"])
async def pair(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Client, Peer]]:
    """A client over each transport in turn, and its peer."""
    over: Any = {"websocket": over_websocket, "comm": over_comm}[request.param]
    async with over() as client_and_peer:
        yield client_and_peer


@pytest.fixture
def client(pair: tuple[Client, Peer]) -> Client:
    return pair[0]


@pytest.fixture
def peer(pair: tuple[Client, Peer]) -> Peer:
    return pair[1]


@pytest.fixture
async def websocket() -> AsyncIterator[tuple[Client, WebSocketPeer]]:
    async with over_websocket() as client_and_peer:
        yield client_and_peer


@pytest.fixture
async def comm() -> AsyncIterator[tuple[Client, CommPeer]]:
    async with over_comm() as client_and_peer:
        yield client_and_peer
