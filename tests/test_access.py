"""Who is let in, at a live server: every rule on every route, before any Python of the app runs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from domsync_jupyter import DomsyncServer
from tests.peer import DEADLINE_SECONDS, page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from domsync_jupyter.sync.session import Session
    from domsync_jupyter.transports import Client
    from domsync_jupyter.transports.viewer import Viewer

TOKEN = "s3cret-of-the-server"
HUB = "hub.example.org"

#: The routes: a target, and whether a WebSocket is asked for.
ROUTES = [
    ("/", False),
    ("/domsync.js", False),
    ("/other", False),
    ("/domsync%2Ejs", False),
    ("/%2e%2e/", False),
    ("/", True),
    ("/?x=y", True),
    ("/domsync.js", True),
    ("/other", True),
    ("/%2f", True),
]

#: Names of a header with the values that it is to have; none: it is left out. ``PORT`` is the server's.
Changes = dict[str, "list[str]"]


class Answer(NamedTuple):
    """Of an HTTP server. Names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes
    whole: bytes


class Guarded(DomsyncServer):
    """A server that notes whether anything of the app was reached."""

    def __init__(self, host: str, **options: Any) -> None:
        self.called: list[Client] = []
        self.opened: list[Viewer] = []
        super().__init__(self.app, host, 0, verbose=False, **options)

    async def app(self, server: Any, client: Client) -> None:
        self.called.append(client)

    def open(self, client: Client, *kind: type[Session]) -> Viewer:
        viewer = super().open(client, *kind)
        self.opened.append(viewer)
        return viewer

    def untouched(self) -> bool:
        return not self.called and not self.opened and not self.get_clients()

    async def ask(
        self,
        target: str = "/",
        changes: Changes | None = None,
        *,
        websocket: bool = False,
        method: str = "GET",
        token: str | None = None,
    ) -> Answer:
        """Make a request that is right, but for some changes."""
        token = self.token if token is None else token
        headers: Changes = {"Host": ["127.0.0.1:PORT"]}
        if websocket:
            offered = "domsync.v1" + (f", domsync.token.{token}" if token else "")
            headers |= {
                "Connection": ["Upgrade"], "Upgrade": ["websocket"], "Sec-WebSocket-Version": ["13"],
                "Sec-WebSocket-Key": ["AAAAAAAAAAAAAAAAAAAAAA=="], "Sec-WebSocket-Protocol": [offered],
            }  # fmt: skip
        headers |= changes or {}
        lines = [f"{method} {target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, values in headers.items() for value in values]
        text = "\r\n".join([*lines, "", ""]).replace("PORT", str(self.port))
        return await self.send(text.encode("latin-1"))

    async def send(self, data: bytes) -> Answer:
        """Send bytes, and read the answer to its end, or to the end of the headers of one that opens a WebSocket.

        What every answer must have is checked here.
        """
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(data)
            async with asyncio.timeout(DEADLINE_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                status = int(head.split()[1])
                body = b"" if status == 101 else await reader.read()
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        pairs = [line.partition(":")[::2] for line in head.decode().split("\r\n")[1:-2]]
        found = {name.lower(): value.strip() for name, value in pairs}
        assert len(found) == len(pairs), "each header once"
        answer = Answer(status, found, body, head + body)
        if status != 101:
            check_security_headers(answer)
            if TOKEN.encode() in data:
                assert TOKEN.encode() not in answer.whole
        return answer


def check_security_headers(answer: Answer) -> None:
    headers = answer.headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'self'"
    assert policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    # The page itself may make the one of `js/src/islands/trust.ts`.
    is_page = headers["content-type"].startswith("text/html")
    assert policy["trusted-types"] == ("default" if is_page else "'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] in {"no-cache", "no-store"}
    assert headers["connection"] == "close"
    assert "server" not in headers
    assert not [name for name in headers if name.startswith("access-control-")]


@pytest.fixture(
    params=[
        ("127.0.0.1", {}),
        ("127.0.0.1", {"token": TOKEN}),
        ("0.0.0.0", {"token": TOKEN}),
        ("127.0.0.1", {"token": TOKEN, "origins": ["https://listed.example"]}),
    ],
    ids=["loopback", "loopback with a token", "all addresses", "with a listed origin"],
)
async def server(request: pytest.FixtureRequest) -> AsyncIterator[Guarded]:
    host, options = request.param
    async with Guarded(host, **options) as server:
        yield server


# What is right is let in: without this, the refusals below would prove nothing.


async def test_what_is_right_is_let_in(server: Guarded) -> None:
    answers = [(await server.ask(target, websocket=websocket)).status for target, websocket in ROUTES]
    assert answers == [200, 200, 404, 404, 404, 101, 101, 200, 404, 404]
    for host in ("127.0.0.1:PORT", "localhost:PORT", "[::1]:PORT", "LOCALHOST:PORT"):
        for origin in ([], ["http://" + host]):
            answer = await server.ask(websocket=True, changes={"Host": [host], "Origin": origin})
            assert answer.status == 101
            assert answer.headers["sec-websocket-protocol"] == "domsync.v1"
            assert TOKEN.encode() not in answer.whole


# Host


@pytest.mark.parametrize(
    "host",
    [
        # Names that may resolve to this machine, or be made to: DNS rebinding.
        "evil.example:PORT", "localhost.evil.example:PORT", "127.0.0.1.evil.example:PORT", "127.0.0.1.nip.io:PORT",
        "localtest.me:PORT", "app.localhost:PORT", "evil-localhost:PORT", "localhost-:PORT", "evil.example",
        f"{HUB}:PORT", HUB, "xn--lcalhost-n0a:PORT", "a.b.c.d:PORT",
        # Other spellings of 127.0.0.1, which no browser writes.
        "127.1:PORT", "2130706433:PORT", "0x7f000001:PORT", "0177.0.0.1:PORT", "0:PORT", "127.0.0.1.:PORT",
        # Another port.
        "localhost", "127.0.0.1", "localhost:1", "localhost:80", "127.0.0.1:65535", "[::1]", "localhost:99999",
        # No name of a host.
        "", " ", ":PORT", "localhost:", "localhost:0PORT", "localhost:+1", "localhost.:PORT", "[::1:PORT", "::1:PORT",
        "user@localhost:PORT", "localhost:PORT@evil.example", "localhost:PORT/x", "localhost:PORT#", "a b", "*",
        "localhost:PORT, localhost:PORT", "http://localhost:PORT", "l\xf6calhost:PORT",  "\\localhost",
        "[::1%25lo]:PORT", "[v1.x]:PORT", "%6cocalhost:PORT",
    ],
)  # fmt: skip
async def test_wrong_host(server: Guarded, host: str) -> None:
    for target, websocket in ROUTES:
        answer = await server.ask(target, {"Host": [host]}, websocket=websocket)
        assert answer.status in {400, 421}, (target, websocket)
    assert server.untouched()


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        ["127.0.0.1:PORT"] * 2,
        ["127.0.0.1:PORT", "evil.example"],
        ["evil.example", "127.0.0.1:PORT"],
        [""],
    ],
)
async def test_host_must_be_there_once(server: Guarded, hosts: list[str]) -> None:
    more = {
        "X-Forwarded-Host": ["127.0.0.1:PORT"],
        "Forwarded": ["host=127.0.0.1:PORT"],
        "X-Host": ["127.0.0.1:PORT"],
    }
    for target, websocket in ROUTES:
        for others in ({}, more):
            answer = await server.ask(target, {"Host": hosts} | others, websocket=websocket)
            assert answer.status == 400, (target, websocket)
    assert server.untouched()


async def test_other_addresses_of_this_machine() -> None:
    """Bound to all addresses, any may be its own; bound to one, no other is."""
    async with Guarded("0.0.0.0", token=TOKEN) as wide, Guarded("127.0.0.1", token=TOKEN) as narrow:
        for host in ("10.0.0.5:PORT", "[fe80::1]:PORT", "0.0.0.0:PORT", "127.0.0.2:PORT"):
            assert (await wide.ask(changes={"Host": [host]})).status == 200
            assert (await narrow.ask(changes={"Host": [host]})).status == 421


# Origin


@pytest.mark.parametrize(
    "origin",
    [
        "null", "", "http://evil.example", "http://evil.example:PORT", "https://evil.example", f"https://{HUB}",
        "http://localhost.evil.example:PORT", "http://127.0.0.1.evil.example:PORT", "http://evil-localhost:PORT",
        "http://127.0.0.1:PORT.evil.example", "http://127.0.0.1:PORT@evil.example",
        "http://evil.example#127.0.0.1:PORT",
        "http://evil.example/127.0.0.1:PORT", "http://127.0.0.1:PORT/", "http://127.0.0.1:PORT?",
        "127.0.0.1:PORT", "*",
        "http://127.0.0.1:PORT http://evil.example", "http://127.0.0.1:PORT, http://127.0.0.1:PORT", "file://",
        "tauri://localhost", "vscode-webview://x", "chrome-extension://abcdefgh", "javascript://localhost:PORT",
        "http://app.localhost:PORT", "http://10.0.0.5:PORT", "http://0.0.0.0:PORT", "http://[::2]:PORT",
        "http://127.1:PORT",
        "http://l\xf6calhost:PORT", "http://user@127.0.0.1:PORT", "http:127.0.0.1:PORT", "//127.0.0.1:PORT",
        "undefined",
        # The listed one is https://listed.example, and nothing near it.
        "http://listed.example", "https://listed.example:8443", "https://a.listed.example",
        "https://listed.example.evil.example", "https://listed.example/", "https://xlisted.example",
    ],
)  # fmt: skip
async def test_wrong_origin(server: Guarded, origin: str) -> None:
    for target, websocket in ROUTES:
        answer = await server.ask(target, {"Origin": [origin]}, websocket=websocket)
        assert answer.status == 403, (target, websocket)
    assert server.untouched()


@pytest.mark.parametrize(
    "origins",
    [["http://127.0.0.1:PORT"] * 2, ["http://127.0.0.1:PORT", "http://evil.example"], ["null", "null"]],
)
async def test_origin_twice(server: Guarded, origins: list[str]) -> None:
    for target, websocket in ROUTES:
        answer = await server.ask(target, {"Origin": origins}, websocket=websocket)
        assert answer.status == 400, (target, websocket)
    assert server.untouched()


async def test_beyond_loopback_other_servers_of_this_machine_are_strangers() -> None:
    async with Guarded("0.0.0.0", token=TOKEN) as wide, Guarded("127.0.0.1", token=TOKEN) as narrow:
        for origin in (
            "http://127.0.0.1:1",
            "http://localhost:PORT",
            "http://[::1]:PORT",
            "https://127.0.0.1:PORT",
        ):
            assert (await wide.ask(websocket=True, changes={"Origin": [origin]})).status == 403
            assert (await narrow.ask(websocket=True, changes={"Origin": [origin]})).status == 101


# Token


@pytest.fixture
async def guarded() -> AsyncIterator[Guarded]:
    async with Guarded("0.0.0.0", token=TOKEN) as server:
        yield server


SOCKETS = [target for target, websocket in ROUTES if websocket]


@pytest.mark.parametrize(
    "changes",
    [
        {"Sec-WebSocket-Protocol": []},
        {"Sec-WebSocket-Protocol": [""]},
        *(
            {"Sec-WebSocket-Protocol": [f"domsync.v1, {offer}"]}
            for offer in (
                "domsync.v1", "domsync.token.", "domsync.token", TOKEN, "domsync.token.wrong",
                f"domsync.token.{TOKEN}x",
                f"domsync.token.{TOKEN[:-1]}", f"domsync.token.{TOKEN.upper()}", f"Domsync.Token.{TOKEN}",
                f"domsync.token.domsync.token.{TOKEN}", f"domsync.ticket.{TOKEN}", f"domsync_token_{TOKEN}",
                "domsync.token.*", "domsync.token.None", "domsync.token.null", "domsync.token.undefined",
            )
        ),
        # Where other servers take it.
        {"Sec-WebSocket-Protocol": ["domsync.v1"], "Authorization": [f"Bearer {TOKEN}"]},
        {"Sec-WebSocket-Protocol": ["domsync.v1"], "Authorization": [f"token {TOKEN}"]},
        {"Sec-WebSocket-Protocol": ["domsync.v1"], "Cookie": [f"token={TOKEN}; domsync.token.{TOKEN}"]},
        {"Sec-WebSocket-Protocol": ["domsync.v1"], "X-Token": [f"domsync.token.{TOKEN}"]},
        # Two headers, none of them right.
        {"Sec-WebSocket-Protocol": ["domsync.v1", "domsync.token.wrong"]},
        {"Sec-WebSocket-Protocol": ["domsync.token.s3cret-of-the", "-server"]},
    ],
    ids=str,
)  # fmt: skip
async def test_wrong_token(guarded: Guarded, changes: Changes) -> None:
    for target in (*SOCKETS, f"/?token={TOKEN}", f"/?domsync.token.{TOKEN}"):
        answer = await guarded.ask(target, changes, websocket=True)
        assert answer.status == 401, target
        assert TOKEN.encode() not in answer.whole
    assert guarded.untouched()


@pytest.mark.parametrize(
    "offer", [f"domsync.token.{TOKEN}\xe9", f'"domsync.token.{TOKEN}"', f"domsync.token.{TOKEN} x", "a/b"]
)
async def test_what_is_no_subprotocol(server: Guarded, offer: str) -> None:
    for target in SOCKETS:
        answer = await server.ask(
            target, {"Sec-WebSocket-Protocol": ["domsync.v1, " + offer]}, websocket=True
        )
        assert answer.status == 400, target
    assert server.untouched()


async def test_more_subprotocols_than_anybody_has(server: Guarded) -> None:
    many = {"Sec-WebSocket-Protocol": [", ".join(f"domsync.token.{number}" for number in range(9))]}
    assert (await server.ask(changes=many, websocket=True)).status == 400
    assert server.untouched()


async def test_the_token_may_stand_in_a_header_of_its_own(guarded: Guarded) -> None:
    both = {"Sec-WebSocket-Protocol": ["domsync.v1", f"domsync.token.{TOKEN}"]}
    assert (await guarded.ask(changes=both, websocket=True)).status == 101


async def test_a_request_that_only_looks_like_a_websocket_needs_the_token(guarded: Guarded) -> None:
    for changes in ({"Upgrade": ["h2c"]}, {"Upgrade": [""]}, {"Sec-WebSocket-Key": ["x"]}):
        for target, _ in ROUTES:
            assert (await guarded.ask(target, dict(changes))).status == 401
    assert guarded.untouched()


async def test_the_token_is_in_no_request_target(server: Guarded) -> None:
    """Only in the fragment of the URL, which browsers keep to themselves."""
    parts = urlsplit(server.url)
    assert parts.fragment == (f"token={TOKEN}" if server.token else "")
    assert TOKEN not in server.url.partition("#")[0]
    for target in ("/", "/domsync.js"):
        assert TOKEN.encode() not in (await server.ask(target)).whole


# Tickets

# What a page behind jupyter-server-proxy says.
BEHIND: Changes = {"Host": [HUB], "Origin": [f"https://{HUB}"]}


async def test_a_ticket_lets_in_from_anywhere(server: Guarded) -> None:
    ticket = server.issue_ticket()
    for host in (HUB, f"{HUB}:8000", "127.0.0.1:PORT", "evil.example:PORT"):
        for origin in ([], ["null"], [f"https://{HUB}"], ["vscode-webview://x"]):
            changes = {"Host": [host], "Origin": origin}
            answer = await server.ask(changes=changes, websocket=True, token=ticket)
            assert answer.status == 101
            assert ticket.encode() not in answer.whole


async def test_wrong_tickets(server: Guarded) -> None:
    revoked, valid = server.issue_ticket(), server.issue_ticket()
    server.revoke_ticket(revoked)
    server.revoke_ticket(revoked)
    server.revoke_ticket("never issued")
    wrong = [
        "", revoked, valid[:-1], valid + "x", valid[::-1], valid.swapcase(), "x" * len(valid), "*",
        f"domsync.token.{valid}",
    ]  # fmt: skip
    for ticket in wrong:
        for target in SOCKETS:
            answer = await server.ask(target, BEHIND, websocket=True, token=ticket)
            assert answer.status == 421, (ticket, target)
            answer = await server.ask(target, {"Origin": [f"https://{HUB}"]}, websocket=True, token=ticket)
            assert answer.status == 403, (ticket, target)
    # The server's own token proves nothing about the page.
    assert (await server.ask(changes=BEHIND, websocket=True)).status == 421
    assert server.untouched()


async def test_tickets_are_taken_in_subprotocols_only(server: Guarded) -> None:
    ticket = server.issue_ticket()
    for changes in (
        {"Authorization": [f"Bearer {ticket}"]},
        {"Cookie": [f"ticket={ticket}; domsync.token.{ticket}"]},
        {"X-Ticket": [f"domsync.token.{ticket}"]},
    ):
        for target in (*SOCKETS, f"/?token={ticket}"):
            answer = await server.ask(target, BEHIND | changes, websocket=True)
            assert answer.status == 421
            assert ticket.encode() not in answer.whole
    assert server.untouched()


async def test_a_ticket_opens_no_page(server: Guarded) -> None:
    """Or jupyter-server-proxy would hand it out as one of Jupyter's own."""
    ticket = server.issue_ticket()
    for target in ("/", "/domsync.js", "/other", f"/?token={ticket}"):
        changes = BEHIND | {"Sec-WebSocket-Protocol": [f"domsync.token.{ticket}"]}
        assert (await server.ask(target, changes)).status == 421
    assert (await server.ask("/other", BEHIND, websocket=True, token=ticket)).status == 404
    assert server.untouched()


async def test_a_ticket_excuses_nothing_else(server: Guarded) -> None:
    ticket = server.issue_ticket()
    for status, changes in (
        (400, {"Host": []}), (400, {"Host": [HUB, HUB]}), (400, {"Host": ["a b"]}), (400, {"Host": [f"x@{HUB}"]}),
        (400, {"Origin": [f"https://{HUB}"] * 2}), (400, {"Sec-WebSocket-Key": []}), (426, {"Connection": []}),
    ):  # fmt: skip
        assert (await server.ask(changes=BEHIND | changes, websocket=True, token=ticket)).status == status
    for method in ("POST", "HEAD"):
        assert (await server.ask(changes=BEHIND, websocket=True, token=ticket, method=method)).status == 405
    assert server.untouched()


async def test_who_came_in_with_a_ticket_stays_when_it_is_revoked() -> None:
    async with Guarded("127.0.0.1", token=TOKEN) as server:
        ticket = server.issue_ticket()
        async with page(f"http://127.0.0.1:{server.port}/#token={ticket}", origin=f"https://{HUB}") as peer:
            server.revoke_ticket(ticket)
            await peer.settled()


# Method, target, handshake


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get", "X", "G\x00T"]
)
async def test_wrong_method(server: Guarded, method: str) -> None:
    for target, websocket in ROUTES:
        answer = await server.ask(target, websocket=websocket, method=method)
        assert answer.status == 405, (target, websocket)
        assert answer.headers["allow"] == "GET, HEAD"
    assert server.untouched()


async def test_head(server: Guarded) -> None:
    for target, websocket in ROUTES:
        answer = await server.ask(target, websocket=websocket, method="HEAD")
        if websocket:
            assert answer.status == 405
        else:
            assert answer.status == (await server.ask(target)).status
            assert answer.body == b""
    assert server.untouched()


@pytest.mark.parametrize("websocket", [False, True])
@pytest.mark.parametrize(
    "target",
    [
        "/..", "/../", "/../../etc/passwd", "/./domsync.js", "//domsync.js", "//", "///", "/domsync.js/",
        "/domsync.js/..",
        "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%2e%2e%5cpage.js", "/..\\..\\page.js",
        "/%252e%252e/",
        "/.%00./", "/domsync.js%00.html", "/\x00", "/domsync.js;a=b", "/domsync.js%3Fx", "/domsync%2ejs",
        "/%64omsync.js",
        "/DOMSYNC.JS", "/page.js", "/widget.js", "/static/page.js", "/static/", "/index.html", "/favicon.ico",
        "/robots.txt",
        "/.git/config", "/domsync_jupyter/__init__.py", "//127.0.0.1:PORT/", "//[", "//[::1/", "/%", "/%zz",
        "/~root/",
        "/file:///etc/passwd", "/C:/", "/domsync.js\t", "/\tdomsync.js", "/" + "a/" * 1000, "/" + "../" * 1000,
    ],
)  # fmt: skip
async def test_there_is_nothing_but_a_fixed_set_of_files(
    guarded: Guarded, target: str, websocket: bool
) -> None:
    answer = await guarded.ask(target, websocket=websocket)
    assert (answer.status, answer.body) == (404, b"There is no such page.\n")
    assert guarded.untouched()


@pytest.mark.parametrize("websocket", [False, True])
@pytest.mark.parametrize(
    "target",
    ["*", "domsync.js", "http://127.0.0.1:PORT/", "http://evil.example/", "127.0.0.1:PORT", "../", "?", "#"],
)
async def test_targets_that_are_no_path(guarded: Guarded, target: str, websocket: bool) -> None:
    assert (await guarded.ask(target, websocket=websocket)).status == 400
    assert guarded.untouched()


@pytest.mark.parametrize(
    ("status", "changes"),
    [
        (400, {"Sec-WebSocket-Key": []}),
        (400, {"Sec-WebSocket-Key": ["short"]}),
        (400, {"Sec-WebSocket-Key": ["AAAAAAAAAAAAAAAAAAAAAA=="] * 2}),
        (400, {"Sec-WebSocket-Version": []}),
        (400, {"Sec-WebSocket-Version": ["12"]}),
        (400, {"Sec-WebSocket-Version": ["13", "13"]}),
        (400, {"Sec-WebSocket-Protocol": [f"other, domsync.v2{{}}, domsync.token.{TOKEN}"]}),
        (426, {"Connection": []}),
        (426, {"Connection": ["close"]}),
        (426, {"Upgrade": ["websocket", "websocket"]}),
        (426, {"Upgrade": ["h2c, websocket"]}),
    ],
)
async def test_no_right_opening_of_a_websocket(guarded: Guarded, status: int, changes: Changes) -> None:
    assert (await guarded.ask(changes=changes, websocket=True)).status == status
    assert guarded.untouched()


@pytest.mark.parametrize(
    ("status", "data"),
    [
        (505, b"GET / HTTP/1.0\r\nHost: 127.0.0.1:PORT\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"),
        (414, b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n"),
        (431, b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n"),
        (431, b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 200 + b"\r\n"),
        (400, b"GET / HTTP/1.1\r\n\r\n"),
    ],
    ids=["old version", "long target", "long header", "many headers", "no headers"],
)
async def test_other_errors(status: int, data: bytes) -> None:
    async with Guarded("127.0.0.1") as server:
        answer = await server.send(data.replace(b"PORT", str(server.port).encode()))
        assert answer.status == status
        assert server.untouched()


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/2.0\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x00\x05\x00",
        b"GET / HTTP/1.1\nHost: localhost\n\n", b"GET / HTTP/1.1\r\n: x\r\n\r\n", b"GET / HTTP/1.1\r\nA B: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n folded\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n",
        b"GET  / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1 \r\n\r\n", b"GET / x HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nx",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
        b"GET / HTTP/1.1\r\nX: a\x00b\r\n\r\n",
    ],
)  # fmt: skip
async def test_what_is_no_request_gets_no_answer(data: bytes) -> None:
    async with Guarded("127.0.0.1", handshake_seconds=0.3) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(data)
        async with asyncio.timeout(DEADLINE_SECONDS):
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        writer.close()
        assert server.untouched()


# Logs


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that anybody logs, at every level."""
    loggers = [
        logging.getLogger(name) for name in ("websockets", "websockets.server", "asyncio", "domsync_jupyter")
    ]
    with contextlib.ExitStack() as stack:
        stack.enter_context(caplog.at_level(1))
        for logger in loggers:
            stack.enter_context(caplog.at_level(1, logger.name))
        yield caplog


def logged(log: pytest.LogCaptureFixture) -> str:
    formatter = logging.Formatter("%(name)s %(message)s %(args)s")
    return "\n".join(formatter.format(record) for record in log.records)


async def test_no_log_has_a_secret(log: pytest.LogCaptureFixture) -> None:
    async with Guarded("127.0.0.1", token=TOKEN) as server:
        ticket, revoked = server.issue_ticket(), server.issue_ticket()
        server.revoke_ticket(revoked)
        asyncio.get_running_loop().set_debug(True)
        for token in (TOKEN, ticket, revoked, "wr0ng"):
            for target, websocket in ROUTES:
                for changes in (
                    {},
                    BEHIND,
                    {"Origin": ["null"]},
                    {"Sec-WebSocket-Protocol": [f"domsync.v1 domsync.token.{token}"]},
                    {"Sec-WebSocket-Protocol": [f"other, domsync.token.{token}"]},
                    {"Connection": [], "Cookie": [f"session={token}"], "Authorization": [f"token {token}"]},
                ):
                    await server.ask(target, changes, websocket=websocket, token=token)
        async with page(
            f"http://127.0.0.1:{server.port}/#token={ticket}", logger=logging.getLogger("the.page")
        ):
            pass
        asyncio.get_running_loop().set_debug(False)
    lines = [line for line in logged(log).splitlines() if not line.startswith("the.page")]
    assert any("Sec-WebSocket-Protocol: domsync.v1, domsync.token...." in line for line in lines), (
        "it was logged at all"
    )
    assert any("refused" in line for line in lines)
    for secret in (TOKEN, ticket, revoked, "wr0ng"):
        assert not [line for line in lines if secret in line]


async def test_a_flood_of_refusals_is_counted_instead_of_logged(log: pytest.LogCaptureFixture) -> None:
    async with Guarded("127.0.0.1") as server:
        for _ in range(100):
            await server.ask(changes={"Host": ["evil.example"]})
        warnings = [record for record in log.records if "refused" in record.getMessage()]
        assert 20 <= len(warnings) < 50
        server._entrance._warnings.burst = server._entrance._warnings._left = 1
        await server.ask(changes={"Host": ["evil.example"]})
    assert any("warnings before it were left out" in record.getMessage() for record in log.records)
