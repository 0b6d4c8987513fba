"""Through a real Jupyter Server with jupyter-server-proxy, as behind a JupyterHub: another origin, another name."""

from __future__ import annotations

import asyncio
import contextlib
import urllib.request
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any

import pytest
from websockets.exceptions import InvalidStatus

from domsync_jupyter import Document, DomsyncServer
from domsync_jupyter.transports.jupyter_proxy import proxy_path
from scripts.lab_server import LabServer
from tests.peer import PagePeer, eventually, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domsync_jupyter import Event

pytestmark = pytest.mark.lab

HUB = "hub.example.org"


class HubServer(LabServer):
    """Jupyter as a JupyterHub runs it: below a path of the person's own, under a name that is not this machine's."""

    @property
    def url(self) -> str:
        return super().url + "user/ada/"

    def _command(self) -> list[str]:
        options = {"ServerApp.base_url": "/user/ada/", "ServerApp.allow_remote_access": True}
        return super()._command() + [f"--{name}={value}" for name, value in options.items()]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HubServer]:
    folder = tmp_path_factory.mktemp("hub")
    with HubServer(folder / "root", folder / "state") as server:
        yield server


def counting() -> Document:
    document = Document()
    button = document.createElement("button", id="b", innerText="0")

    def on_click(_event: Event) -> None:
        button.innerText = str(int(button.innerText) + 1)

    button.addEventListener("click", on_click)
    document.getRootElement().appendChild(button)
    return document


def through(
    hub: HubServer,
    server: DomsyncServer,
    ticket: str,
    *,
    path: str = "",
    headers: dict[str, str] | None = None,
    **options: Any,
) -> contextlib.AbstractAsyncContextManager[PagePeer]:
    """The page of a notebook at the hub, which connects on its own origin."""
    base = f"http://{HUB}/user/ada/"
    path = path or proxy_path(server.host, server.port, secure=False)
    return page(
        f"{base}{path}" + (f"#token={ticket}" if ticket else ""),
        **{"origin": f"https://{HUB}"} | options,
        host="127.0.0.1",
        port=hub.port,
        additional_headers={"Authorization": f"token {hub.token}"} if headers is None else headers,
    )


@pytest.mark.parametrize("token", [None, "s3cret-of-the-server"])
async def test_with_a_ticket_all_is_as_without_a_proxy(hub: HubServer, token: str | None) -> None:
    async with DomsyncServer(counting(), "127.0.0.1", 0, verbose=False, token=token) as server:
        ticket = server.issue_ticket()
        async with through(hub, server, ticket) as peer:
            assert peer.connection.subprotocol == "domsync.v1"
            assert [message[0] for message in peer.received[:2]] == [0, 2], "Welcome, Snapshot"
            assert peer.html() == '<button id="b">0</button>'
            for count in (1, 2, 3):
                await peer.click(peer.find("b"))
                assert peer.html() == f'<button id="b">{count}</button>'
            (client,) = server.get_clients()
            assert client.request is not None
            assert client.request.path == "/"
            # What the gate lets pass for the ticket's sake: the hub's name and origin, not this server's.
            assert client.request.headers["Host"] == HUB
            assert client.request.headers["Origin"] == f"https://{HUB}"
            # jupyter-server-proxy answers the page before it asks the server, with the first subprotocol.
            assert client.request.headers["Sec-WebSocket-Protocol"] == f"domsync.v1,domsync.token.{ticket}"
            await peer.say_raw(b"\x00\xff")
            assert await client.recv() == b"\x00\xff"
            await client.send(b"\xfe" * 1_000_000)
            await peer.until(lambda: peer.data == [b"\xfe" * 1_000_000])
            await peer.connection.close()
        await eventually(lambda: not server._entrance.connections)
        server.revoke_ticket(ticket)
        await refused(hub, server, ticket)
    log = hub.log.read_text()
    assert f":{server.port}/" in log
    assert ticket not in log


async def refused(
    hub: HubServer, server: DomsyncServer, ticket: str, **options: Any
) -> tuple[int | None, str | None]:
    before = server.get_clients()
    async with through(hub, server, ticket, greet=False, **options) as peer:
        closed = await peer.closed()
        assert peer.received == []
    assert server.get_clients() == before
    return closed


async def test_without_a_ticket_nobody_gets_in(hub: HubServer, caplog: pytest.LogCaptureFixture) -> None:
    """The proxy has opened the page's WebSocket by then; so what the page sees is its end."""
    async with DomsyncServer(
        counting(), "127.0.0.1", 0, verbose=False, token="s3cret-of-the-server"
    ) as server:
        server.issue_ticket()
        for ticket in ("", "wrong", "s3cret-of-the-server"):
            caplog.clear()
            assert await refused(hub, server, ticket) == (1006, "")
            assert "expected a Host header that names this server, got 'hub.example.org'" in caplog.text
        assert server.get_clients() == []


FILES = ("", "domsync.js", "other")


async def test_the_proxy_hands_out_no_page_of_ours(hub: HubServer) -> None:
    """It would be one of Jupyter's own origin."""
    async with DomsyncServer(counting(), "127.0.0.1", 0, verbose=False) as server:
        for path in FILES:
            answer = await get(hub, f"proxy/{server.port}/{path}")
            assert answer.split()[1] == b"421"
            assert b"script" not in answer.partition(b"\r\n\r\n")[2]


async def test_unless_a_notebook_has_shown_a_link_to_it(hub: HubServer) -> None:
    """Who follows it has the ticket, and is logged in to Jupyter."""
    async with DomsyncServer(counting(), "127.0.0.1", 0, verbose=False) as server:
        ticket = server.page_ticket()
        answers = [await get(hub, f"proxy/{server.port}/{path}") for path in FILES]
        assert [answer.split()[1] for answer in answers] == [b"200", b"200", b"404"]
        # Wherever it is, it finds what belongs to it.
        assert b'src="domsync.js"' in answers[0]
        async with through(hub, server, ticket) as peer:
            assert peer.html() == '<button id="b">0</button>'
        await eventually(lambda: not server.get_clients())
        await refused(hub, server, "")
        assert (await get(hub, f"proxy/{server.port}/", login=False)).split()[1] in (b"302", b"403")


async def get(hub: HubServer, path: str, *, login: bool = True) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", hub.port)
    lines = [f"GET /user/ada/{path} HTTP/1.1", f"Host: {HUB}", "Connection: close"]
    if login:
        lines.append(f"Authorization: token {hub.token}")
    writer.write("\r\n".join([*lines, "", ""]).encode())
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    return answer


async def test_the_proxy_asks_who_it_is(hub: HubServer) -> None:
    """A ticket alone is not enough: Jupyter wants a login, and its own origin."""
    async with DomsyncServer(counting(), "127.0.0.1", 0, verbose=False) as server:
        ticket = server.issue_ticket()
        # As browsers do: by cookie. Who has Jupyter's token itself may come from any origin.
        cookie = await asyncio.to_thread(cookie_of, hub)
        async with through(hub, server, ticket, headers={"Cookie": cookie}) as peer:
            assert peer.html() == '<button id="b">0</button>'
        await eventually(lambda: not server._entrance.connections)
        for headers, origin in (({}, HUB), ({"Cookie": cookie}, "evil.example")):
            with pytest.raises(InvalidStatus, match="403"):
                async with through(hub, server, ticket, headers=headers, origin=f"https://{origin}"):
                    pass
        assert not server._entrance.connections


def cookie_of(hub: HubServer) -> str:
    asked = urllib.request.Request(
        hub.address("api/status"), headers={"Host": HUB}
    )  # each name has cookies of its own
    with urllib.request.urlopen(asked) as response:
        cookies = [SimpleCookie(text) for text in response.headers.get_all("Set-Cookie")]
    return "; ".join(morsel.OutputString([]) for cookie in cookies for morsel in cookie.values())
