"""Who may connect."""

from __future__ import annotations

import re
import string
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from websockets.datastructures import Headers

from domsync_jupyter.transports.gate import (
    TOKEN_PREFIX,
    Origin,
    Refusal,
    check,
    is_loopback_host,
    offered_subprotocols,
    parse_origin,
)

LOOPBACK: dict[str, Any] = {"bound_host": "localhost", "port": 8888, "is_loopback": True}
WILDCARD: dict[str, Any] = {"bound_host": "0.0.0.0", "port": 8888, "is_loopback": False, "token": "secret"}
LAN: dict[str, Any] = {"bound_host": "10.0.0.5", "port": 8888, "is_loopback": False, "token": "secret"}

OK = None
BAD, TOKEN, FORBIDDEN, METHOD, HOST = 400, 401, 403, 405, 421


def headers(*pairs: tuple[str, str]) -> Headers:
    result = Headers()
    for name, value in pairs:
        result[name] = value
    return result


def page(host: str, origin: str | None = None, *more: tuple[str, str]) -> Headers:
    return headers(("Host", host), *([] if origin is None else [("Origin", origin)]), *more)


def socket(host: str, origin: str | None = None, *offers: str) -> Headers:
    protocols = [("Sec-WebSocket-Protocol", ", ".join(offers))] if offers else []
    upgrade = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Key", "x")]
    return page(host, origin, *upgrade, *protocols)


def status(request: Headers, *, path: str = "/", method: str = "GET", **server: Any) -> int | None:
    refusal = check(path, method, request, **server)
    return None if refusal is None else refusal.status


@pytest.mark.parametrize(
    ("said", "expected"), [([], OK), (["secret"], OK), ([""], TOKEN), (["secret", "x"], TOKEN)]
)
def test_a_page_may_ask_whether_its_token_is_right(said: list[str], expected: int | None) -> None:
    asked = page("10.0.0.5:8888", None, *(("Domsync-Token", each) for each in said))
    assert status(asked, method="HEAD", **LAN) == expected
    # Where none is needed, any will do.
    asked = page("localhost:8888", None, *(("Domsync-Token", each) for each in said))
    assert status(asked, method="HEAD", **LOOPBACK) is OK


class TestHost:
    @pytest.mark.parametrize(
        ("server", "host", "expected"),
        [
            (LOOPBACK, "localhost:8888", OK),
            (LOOPBACK, "LocalHost:8888", OK),
            (LOOPBACK, "127.0.0.1:8888", OK),
            (LOOPBACK, "[::1]:8888", OK),
            (LOOPBACK, "[0:0:0:0:0:0:0:1]:8888", OK),
            (LOOPBACK, "localhost", HOST),
            (LOOPBACK, "localhost:80", HOST),
            (LOOPBACK, "localhost:88888", BAD),
            (LOOPBACK, "localhost:08888", BAD),
            (LOOPBACK, "localhost:", BAD),
            (LOOPBACK, "localhost.:8888", BAD),
            (LOOPBACK, "evil.example:8888", HOST),
            (LOOPBACK, "localhost.evil.example:8888", HOST),
            (LOOPBACK, "evil-localhost:8888", HOST),
            (LOOPBACK, "127.0.0.1.evil.example:8888", HOST),
            (LOOPBACK, "127.1:8888", HOST),
            (LOOPBACK, "127.0.0.2:8888", HOST),
            (LOOPBACK, "10.0.0.5:8888", HOST),
            (LOOPBACK, "[::2]:8888", HOST),
            (LOOPBACK, "[::1:8888", BAD),
            (LOOPBACK, "::1", BAD),
            (LOOPBACK, "user@localhost:8888", BAD),
            (LOOPBACK, "localhost:8888/path", BAD),
            (LOOPBACK, "localhost:8888, evil.example", BAD),
            (LOOPBACK, "", BAD),
            ({**LOOPBACK, "port": 80}, "localhost", OK),
            ({**LOOPBACK, "port": 443, "secure": True}, "localhost", OK),
            ({**LOOPBACK, "port": 443}, "localhost", HOST),
            ({**LOOPBACK, "bound_host": "127.0.0.2"}, "127.0.0.2:8888", OK),
            ({**LOOPBACK, "bound_host": "[::1]"}, "[::1]:8888", OK),
            ({**LOOPBACK, "origins": ["http://proxy.example:9000"]}, "proxy.example:9000", OK),
            ({**LOOPBACK, "origins": ["http://proxy.example:9000"]}, "proxy.example:8888", HOST),
            ({**LOOPBACK, "origins": ["https://proxy.example"]}, "proxy.example", OK),
            ({**LOOPBACK, "origins": ["https://proxy.example"]}, "proxy.example:443", OK),
            ({**LOOPBACK, "origins": ["https://proxy.example"]}, "other.example", HOST),
            (WILDCARD, "192.168.1.7:8888", OK),
            (WILDCARD, "[fe80::1]:8888", OK),
            (WILDCARD, "localhost:8888", OK),
            (WILDCARD, "0.0.0.0:8888", OK),
            (WILDCARD, "192.168.1.7:8889", HOST),
            (WILDCARD, "this-machine:8888", HOST),
            (WILDCARD, "evil.example:8888", HOST),
            (LAN, "10.0.0.5:8888", OK),
            (LAN, "10.0.0.6:8888", HOST),
            ({**LAN, "bound_host": "This-Machine.local"}, "this-machine.local:8888", OK),
        ],
    )
    def test_must_name_the_server(self, server: dict[str, Any], host: str, expected: int | None) -> None:
        assert status(page(host), **server) == expected
        if expected is not OK:
            assert status(socket(host, None, TOKEN_PREFIX + "secret"), **server) == expected

    @pytest.mark.parametrize(
        "values", [[], ["localhost:8888", "localhost:8888"], ["localhost:8888", "evil.example"]]
    )
    def test_must_be_there_once(self, values: list[str]) -> None:
        assert status(headers(*(("Host", value) for value in values)), **LOOPBACK) == BAD

    def test_other_headers_do_not_stand_in(self) -> None:
        forwarded = page("evil.example:8888", None, ("X-Forwarded-Host", "localhost:8888"))
        assert status(forwarded, **LOOPBACK) == HOST

    def test_the_reason_says_what_to_do(self) -> None:
        refusal = check("/", "GET", page("tunnel.example:9000"), **LOOPBACK)
        assert refusal is not None
        assert "http://localhost:8888/" in refusal.reason
        assert 'origins=["http://tunnel.example:9000"]' in refusal.reason


class TestOrigin:
    @pytest.mark.parametrize(
        ("server", "host", "origin", "expected"),
        [
            (LOOPBACK, "localhost:8888", None, OK),
            (LOOPBACK, "localhost:8888", "http://localhost:8888", OK),
            (LOOPBACK, "127.0.0.1:8888", "http://localhost:8888", OK),
            # A JupyterLab on another port.
            (LOOPBACK, "127.0.0.1:8888", "http://localhost:8889", OK),
            (LOOPBACK, "127.0.0.1:8888", "https://127.0.0.1:8889", OK),
            (LOOPBACK, "127.0.0.1:8888", "http://[::1]", OK),
            (LOOPBACK, "localhost:8888", "null", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "http://evil.example", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "http://evil.example:8888", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "http://localhost.evil.example:8888", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "http://localhost:8888.evil.example", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "http://localhost@evil.example", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "http://localhost:8888/", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "http://localhost:8888#x", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "http://localhost:8888 http://evil.example", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "localhost:8888", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "file://", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "tauri://localhost", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "http://app.localhost:3000", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "http://10.0.0.5:8888", FORBIDDEN),
            (LOOPBACK, "localhost:8888", "http://0.0.0.0:8888", FORBIDDEN),
            ({**LOOPBACK, "origins": ["null"]}, "localhost:8888", "null", OK),
            ({**LOOPBACK, "origins": ["https://a.example"]}, "localhost:8888", "https://a.example", OK),
            ({**LOOPBACK, "origins": ["https://a.example"]}, "localhost:8888", "https://a.example:443", OK),
            ({**LOOPBACK, "origins": ["HTTPS://A.Example:443"]}, "localhost:8888", "https://a.example", OK),
            ({**LOOPBACK, "origins": ["https://a.example"]}, "localhost:8888", "http://a.example", FORBIDDEN),
            (
                {**LOOPBACK, "origins": ["https://a.example"]},
                "localhost:8888",
                "https://b.a.example",
                FORBIDDEN,
            ),
            (
                {**LOOPBACK, "origins": ["https://a.example"]},
                "localhost:8888",
                "https://a.example:8443",
                FORBIDDEN,
            ),
            ({**LOOPBACK, "origins": ["tauri://localhost"]}, "localhost:8888", "tauri://localhost", OK),
            (LAN, "10.0.0.5:8888", "http://10.0.0.5:8888", OK),
            (LAN, "10.0.0.5:8888", "https://10.0.0.5:8888", FORBIDDEN),
            ({**LAN, "secure": True}, "10.0.0.5:8888", "https://10.0.0.5:8888", OK),
            (LAN, "10.0.0.5:8888", "http://10.0.0.5:8889", FORBIDDEN),
            (LAN, "10.0.0.5:8888", "http://localhost:8888", FORBIDDEN),
            (LAN, "10.0.0.5:8888", "http://127.0.0.1:8889", FORBIDDEN),
            (WILDCARD, "192.168.1.7:8888", "http://192.168.1.7:8888", OK),
            # A stranger's server can choose its port, but not where the browser connects to.
            (WILDCARD, "192.168.1.7:8888", "http://203.0.113.9:8888", FORBIDDEN),
            (WILDCARD, "192.168.1.7:8888", "http://0.0.0.0:8888", FORBIDDEN),
            (WILDCARD, "192.168.1.7:8888", "http://localhost:8888", FORBIDDEN),
        ],
    )
    def test_must_be_own_loopback_or_listed(
        self, server: dict[str, Any], host: str, origin: str | None, expected: int | None
    ) -> None:
        assert status(socket(host, origin, "domsync.v1", TOKEN_PREFIX + "secret"), **server) == expected
        assert status(page(host, origin), **server) == expected

    def test_twice_is_refused(self) -> None:
        request = page("localhost:8888", "http://localhost:8888", ("Origin", "http://localhost:8888"))
        assert status(request, **LOOPBACK) == BAD

    def test_behind_a_proxy_that_ends_tls(self) -> None:
        server = {**LAN, "origins": ["https://app.example"]}
        request = socket("app.example", "https://app.example", TOKEN_PREFIX + "secret")
        assert status(request, **server) is OK

    def test_the_reason_says_what_to_do(self) -> None:
        refusal = check("/", "GET", socket("localhost:8888", "https://hub.example"), **LOOPBACK)
        assert refusal is not None
        assert 'origins=["https://hub.example"]' in refusal.reason

    @pytest.mark.parametrize(
        "wrong", ["example.org", "https://example.org/", "*", "https://*.example.org", ""]
    )
    def test_the_list_is_checked(self, wrong: str) -> None:
        with pytest.raises(ValueError, match="expected an origin such as"):
            check("/", "GET", page("localhost:8888"), **LOOPBACK, origins=[wrong])


class TestToken:
    @pytest.mark.parametrize(
        ("server", "offers", "expected"),
        [
            (LOOPBACK, [], OK),
            (LOOPBACK, ["domsync.token.whatever"], OK),
            ({**LOOPBACK, "token": "secret"}, [], TOKEN),
            ({**LOOPBACK, "token": "secret"}, ["domsync.v1", "domsync.token.secret"], OK),
            (LAN, [], TOKEN),
            (LAN, ["domsync.v1"], TOKEN),
            (LAN, ["secret"], TOKEN),
            (LAN, ["domsync.token."], TOKEN),
            (LAN, ["domsync.token.secre"], TOKEN),
            (LAN, ["domsync.token.secrets"], TOKEN),
            (LAN, ["domsync.token.SECRET"], TOKEN),
            (LAN, ["Domsync.token.secret"], TOKEN),
            # No name of a subprotocol at all.
            (LAN, ["domsync.token.é"], BAD),
            (LAN, ["domsync.v1", "domsync.token.secret", "a b"], BAD),
            (LAN, ["domsync.token.secret"] * 8, OK),
            (LAN, ["domsync.token.secret"] * 9, BAD),
            (LOOPBACK, ["a"] * 9, BAD),
            (LAN, ["domsync.token.secret"], OK),
            (LAN, ["domsync.token.wrong", "domsync.v1", "domsync.token.secret"], OK),
            # Closed rather than open, if nobody made a token.
            ({**LAN, "token": None}, [], TOKEN),
            ({**LAN, "token": None}, ["domsync.token.None"], TOKEN),
        ],
    )
    @pytest.mark.parametrize("origin", [None, "own"])
    def test_guards_the_websocket(
        self, server: dict[str, Any], offers: list[str], origin: str | None, expected: int | None
    ) -> None:
        host = "localhost:8888" if server["is_loopback"] else "10.0.0.5:8888"
        request = socket(host, f"http://{host}" if origin else None, *offers)
        assert status(request, **server) == expected
        assert status(request, **server, subprotocols=offers) == expected

    def test_does_not_guard_the_page(self) -> None:
        assert status(page("10.0.0.5:8888"), **LAN) is OK

    @pytest.mark.parametrize(
        "marker", [("Upgrade", "h2c, WebSocket"), ("Upgrade", ""), ("Sec-WebSocket-Key", "")]
    )
    def test_cannot_be_evaded_by_an_odd_upgrade(self, marker: tuple[str, str]) -> None:
        assert status(page("10.0.0.5:8888", None, marker), **LAN) == TOKEN

    def test_may_stand_in_any_of_several_headers(self) -> None:
        request = socket("10.0.0.5:8888", None, "domsync.v1")
        request["Sec-WebSocket-Protocol"] = "a,domsync.token.secret ,b"
        assert offered_subprotocols(request) == ["domsync.v1", "a", "domsync.token.secret", "b"]
        assert status(request, **LAN) is OK

    def test_is_never_told(self) -> None:
        for offer in ("domsync.v1", "domsync.token.wrong"):
            refusal = check("/", "GET", socket("10.0.0.5:8888", None, offer), **LAN)
            assert refusal is not None
            assert "secret" not in refusal.reason
            assert "wrong" not in refusal.reason

    @pytest.mark.parametrize("token", ["", "two words", "a,b", "é", "a\n"])
    def test_must_be_one_that_a_browser_can_send(self, token: str) -> None:
        with pytest.raises(ValueError, match="expected a token of"):
            check("/", "GET", page("localhost:8888"), **LOOPBACK, token=token)


class TestTicket:
    TICKET = TOKEN_PREFIX + "ticket-2"

    @pytest.fixture(params=[LOOPBACK, {**LOOPBACK, "token": "secret"}, WILDCARD, LAN])
    def server(self, request: pytest.FixtureRequest) -> dict[str, Any]:
        return {**request.param, "tickets": {"ticket-1", "ticket-2"}}

    @pytest.mark.parametrize("host", ["localhost:8888", "hub.example.org", "hub.example.org:8000", "[::2]:1"])
    @pytest.mark.parametrize(
        "origin", [None, "https://hub.example.org", "vscode-webview://x", "null", "http://e:1"]
    )
    def test_stands_for_token_host_and_origin(
        self, server: dict[str, Any], host: str, origin: str | None
    ) -> None:
        assert status(socket(host, origin, "domsync.v1", self.TICKET), **server) is OK
        assert status(socket(host, origin, self.TICKET), **server) is OK

    @pytest.mark.parametrize(
        "offers",
        [
            [],
            ["domsync.v1"],
            ["ticket-2"],
            ["domsync.token."],
            ["domsync.token.ticket-"],
            ["domsync.token.ticket-3"],
            ["domsync.token.ticket-22"],
            ["domsync.token.TICKET-2"],
            ["domsync.token.ticket-1ticket-2"],
            ["Domsync.token.ticket-2"],
        ],
    )
    def test_must_be_valid(self, server: dict[str, Any], offers: list[str]) -> None:
        assert status(socket("hub.example.org", "https://hub.example.org", *offers), **server) == HOST
        assert status(socket("localhost:8888", "https://hub.example.org", *offers), **server) == FORBIDDEN

    def test_none_were_given_out(self) -> None:
        request = socket("hub.example.org", None, "domsync.token.", self.TICKET)
        assert status(request, **LOOPBACK, tickets=()) == HOST

    def test_opens_websockets_only(self, server: dict[str, Any]) -> None:
        request = page("hub.example.org", None, ("Sec-WebSocket-Protocol", self.TICKET))
        assert status(request, **server) == HOST
        request = page("localhost:8888", "https://hub.example.org", ("Sec-WebSocket-Protocol", self.TICKET))
        assert status(request, **server) == FORBIDDEN

    def test_excuses_nothing_malformed(self, server: dict[str, Any]) -> None:
        for host in ("", "a b", "user@hub.example.org", "hub.example.org:99999", "a, b"):
            assert status(socket(host, None, self.TICKET), **server) == BAD
        request = socket("hub.example.org", "https://hub.example.org", self.TICKET)
        assert status(request, **server, path="https://hub.example.org/") == BAD
        assert status(request, **server, method="POST") == METHOD
        for name in ("Host", "Origin"):
            twice = socket("hub.example.org", "https://hub.example.org", self.TICKET)
            twice[name] = twice[name]
            assert status(twice, **server) == BAD

    def test_is_never_told(self, server: dict[str, Any]) -> None:
        for host in ("localhost:8888", "hub.example.org", ""):
            for offer in ("domsync.v1", "domsync.token.wrong", self.TICKET):
                refusal = check("/", "GET", socket(host, "https://x.example", offer), **server)
                assert refusal is None or not re.search("ticket-|wrong", refusal.reason)


class TestRequestLine:
    @pytest.mark.parametrize(
        ("method", "expected"),
        [("GET", OK), ("HEAD", OK), ("POST", METHOD), ("get", METHOD), ("OPTIONS", METHOD)],
    )
    def test_methods(self, method: str, expected: int | None) -> None:
        assert status(page("localhost:8888"), method=method, **LOOPBACK) == expected

    def test_a_websocket_opens_with_get(self) -> None:
        assert status(socket("localhost:8888"), method="HEAD", **LOOPBACK) == METHOD

    @pytest.mark.parametrize("path", ["http://localhost:8888/", "*", ""])
    def test_targets_are_paths(self, path: str) -> None:
        assert status(page("localhost:8888"), path=path, **LOOPBACK) == BAD


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True), ("LOCALHOST", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True),
        ("[::1]", True),
        ("", False), ("0.0.0.0", False), ("::", False), ("10.0.0.5", False), ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False), ("app.localhost", False),
    ],
)  # fmt: skip
def test_loopback_hosts(host: str, expected: bool) -> None:
    assert is_loopback_host(host) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://a", Origin("http", "a", 80)),
        ("https://A.b", Origin("https", "a.b", 443)),
        ("http://a:8080", Origin("http", "a", 8080)),
        ("http://[0:0::1]:1", Origin("http", "::1", 1)),
        ("app://id", Origin("app", "id", None)),
    ],
)
def test_origins_are_parsed(text: str, expected: Origin) -> None:
    assert parse_origin(text) == expected
    assert parse_origin(str(expected)) == expected


@pytest.mark.parametrize(
    "text",
    ["http://[1]", "http://[::1", "http://a:0", "http://a:65536", "http://-", "http://é", "http://\u212a"],
)
def test_what_is_no_origin(text: str) -> None:
    with pytest.raises(ValueError, match="expected an origin"):
        parse_origin(text)


HOSTS = st.sampled_from(
    ["localhost", "127.0.0.1", "::1", "10.0.0.5", "evil.example", "localhost.evil.example"]
)
ORIGINS = st.builds(
    Origin, st.sampled_from(["http", "https", "app"]), HOSTS, st.sampled_from([80, 443, 8888, 9])
)


@given(origin=ORIGINS)
def test_a_parsed_origin_is_its_text(origin: Origin) -> None:
    assert parse_origin(str(origin)) == origin


@given(origin=ORIGINS, listed=st.lists(ORIGINS, max_size=2))
def test_on_loopback_exactly_loopback_and_listed_origins_pass(origin: Origin, listed: list[Origin]) -> None:
    request = socket("localhost:8888", str(origin))
    trusted = origin in listed or (
        origin.scheme != "app" and origin.host in {"localhost", "127.0.0.1", "::1"}
    )
    assert (status(request, **LOOPBACK, origins=[str(o) for o in listed]) is OK) == trusted


@given(origin=ORIGINS, listed=st.lists(ORIGINS, max_size=2))
def test_beyond_loopback_exactly_own_and_listed_origins_pass(origin: Origin, listed: list[Origin]) -> None:
    request = socket("10.0.0.5:8888", str(origin), TOKEN_PREFIX + "secret")
    trusted = origin in listed or origin == Origin("http", "10.0.0.5", 8888)
    assert (status(request, **LAN, origins=[str(o) for o in listed]) is OK) == trusted


NEAR_MISSES = st.text(alphabet="localhost127.:/@#?[]\\ \t%,-_8é\u212a" + string.ascii_lowercase, max_size=40)


@given(host=NEAR_MISSES)
@example(host="localhost:8888\t")
@example(host="loc\u212alhost:8888")
def test_nothing_near_a_host_passes(host: str) -> None:
    refusal = check("/", "GET", page(host.encode().decode("latin-1")), **LOOPBACK)
    if host not in {"localhost:8888", "127.0.0.1:8888", "[::1]:8888"}:
        assert refusal is not None
        assert refusal.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.MISDIRECTED_REQUEST}
        assert refusal.reason.isprintable()


@given(text=NEAR_MISSES.map("http://".__add__) | NEAR_MISSES)
def test_nothing_near_an_origin_passes(text: str) -> None:
    refusal = check(
        "/", "GET", socket("10.0.0.5:8888", text.encode().decode("latin-1")), **{**LAN, "token": None}
    )
    assert isinstance(refusal, Refusal)
    assert refusal.reason.isprintable()
    if text:
        assert refusal.status in {HTTPStatus.FORBIDDEN, HTTPStatus.UNAUTHORIZED}


TOKENS = st.text(alphabet=string.ascii_letters + string.digits + "-_.~", min_size=1, max_size=20)


@given(
    token=TOKENS,
    ticket=TOKENS,
    offered=st.lists(TOKENS, max_size=3),
    carried=st.sampled_from(["neither", "token", "ticket"]),
)
def test_only_the_token_or_a_ticket_opens(token: str, ticket: str, offered: list[str], carried: str) -> None:
    right = {"neither": [], "token": [token], "ticket": [ticket]}[carried]
    offers = [TOKEN_PREFIX + text for text in [*offered, *right]]
    server = {**LAN, "token": token, "tickets": [ticket]}
    own = status(socket("10.0.0.5:8888"), **server, subprotocols=offers)
    assert (own is OK) == (token in [*offered, *right] or ticket in [*offered, *right])
    other = status(socket("hub.example", "https://hub.example"), **server, subprotocols=offers)
    assert (other is OK) == (ticket in [*offered, *right])


@given(offered=st.lists(st.text(max_size=20), min_size=1, max_size=3))
def test_what_is_no_name_of_a_subprotocol_opens_nothing(offered: list[str]) -> None:
    request = socket("10.0.0.5:8888")
    assert status(request, **LAN, subprotocols=[TOKEN_PREFIX + text for text in offered]) in {BAD, TOKEN}


def test_a_page_that_a_notebook_has_linked_is_handed_out_by_the_proxy() -> None:
    proxied = ("X-ProxyContextPath", "/user/ada/proxy/8888")
    shared: dict[str, Any] = LOOPBACK | {"is_page_shared": True, "tickets": ["ticket"]}
    assert status(page("hub.example.org", None, proxied), **shared) is OK
    assert status(page("hub.example.org"), **shared) == HOST
    assert status(page("hub.example.org", None, proxied), **LOOPBACK) == HOST
    assert status(page("a,b", None, proxied), **shared) == BAD
    assert status(page("hub.example.org", "https://evil.example", proxied), **shared) == FORBIDDEN
    # To connect takes the ticket all the same.
    wrong = socket("hub.example.org", "https://hub.example.org", TOKEN_PREFIX + "wrong")
    wrong["X-ProxyContextPath"] = "/user/ada/proxy/8888"
    assert status(wrong, **shared) == HOST
    right = socket("hub.example.org", "https://hub.example.org", TOKEN_PREFIX + "ticket")
    assert status(right, **shared) is OK
