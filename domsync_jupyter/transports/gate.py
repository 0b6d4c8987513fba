"""Who may connect: one decision for every HTTP request, a WebSocket's opening request included.

Pure functions of the request and of how the server listens. No I/O, no state: the server asks before it
does anything else with a request, whatever the route. What the rules defend against:

* A web page that makes its own name resolve to this machine (DNS rebinding): ``Host`` must be a name
  of this server.
* A web page that opens a WebSocket to this machine, which no same-origin policy hinders: ``Origin`` must be
  one of this server's, or listed; while it listens on loopback alone, pages from loopback may.
* Other machines and users, as soon as it listens beyond loopback: a WebSocket must carry the token.

The page and its scripts hold no data and need no token. A page that cannot connect asks whether it has the right one,
which a browser does not tell it of a refused WebSocket: with the header ``Domsync-Token``.

**Tickets.** A widget's page may be shown by a server whose origin and name nobody here can know: that of a JupyterHub,
behind jupyter-server-proxy. So the kernel gives it a ticket, a random secret of 128 bits, over the comm. A WebSocket
that carries a valid one passes the checks of the token, of what ``Host`` names and of what ``Origin`` names. Both
attacks above are pages that make a browser connect; none makes it send something which the page does not know, as
the ticket is no cookie: no browser adds it by itself. Who has it was told by the kernel, and the kernel is
the program that runs the app. What a ticket does not do:

* It opens nothing but a WebSocket. The page is served by the rules above, so jupyter-server-proxy hands out no page of
  ours as one of Jupyter's origin, unless a notebook has shown a link to it there: who runs the server's app in a kernel
  has shown it in that origin, too. Whatever its ``Host`` says, a page has no data; its WebSocket needs the ticket.
* It excuses no malformed request: ``Host`` must be there once and be one, ``Origin`` may be there once, method and
  target are checked.
* It is compared in constant time, among the few subprotocols that a request may offer. It appears in no URL, log or
  reason.
* It is no password of a person: a widget's page has one of its own, and `DomsyncWidget.close` revokes it. Connections
  that it opened go on.

A ticket is as secret as the notebook's other widget state: whoever may read the page's models, or a file in which a
tool saved them while the kernel still runs, may connect.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

__all__ = [
    "TOKEN_PREFIX",
    "Headers",
    "Origin",
    "Refusal",
    "check",
    "is_loopback_host",
    "offered_subprotocols",
    "parse_origin",
    "validate_token",
]

TOKEN_HEADER = "Domsync-Token"  # noqa: S105 - the name of the place, not a token
"""In this, a page asks whether a token is the right one: 401 says that it is not."""

TOKEN_PREFIX = "domsync.token."  # noqa: S105 - the name of the place, not a token
"""A WebSocket carries the token as this, followed by the token, among the subprotocols it offers."""

PROXY_HEADER = "X-ProxyContextPath"
"""jupyter-server-proxy sends it with a request of the page; no browser does by itself."""

DEFAULT_PORTS = {"http": 80, "https": 443}
WILDCARDS = {"", "0.0.0.0", "::"}  # noqa: S104 - compared with, not bound to

PORT = r"(?::(?P<port>[1-9][0-9]{0,4}))?"
HOST = r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)"
# ASCII alone: a Kelvin sign is no "k".
AUTHORITY = re.compile(HOST + PORT, re.ASCII | re.IGNORECASE)
SERIALIZED_ORIGIN = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://" + HOST + PORT, re.ASCII | re.IGNORECASE)

#: Subprotocols that a request may offer. Ours offer two; each costs a comparison with each ticket.
MAX_SUBPROTOCOLS = 8

# RFC 9110, 5.6.2.
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


class Headers(Protocol):
    """What is needed of :class:`websockets.datastructures.Headers`; names are case-insensitive."""

    def get_all(self, key: str) -> list[str]:
        """Return the values of all headers of this name."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is turned away.

    Attributes:
        status: Status of the HTTP response: 400 malformed, 401 token, 403 origin, 405 method, 421 host.
        reason: For a person who reads the log or the response: what was expected, what came, and what
            to do. It never holds the token. What it quotes of the request is escaped and shortened.
    """

    status: HTTPStatus
    reason: str


class Origin(NamedTuple):
    """An origin, parsed. The port is never left out, except for schemes whose default is not known."""

    scheme: str
    host: str
    port: int | None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        shown = "" if self.port in {None, DEFAULT_PORTS.get(self.scheme)} else f":{self.port}"
        return f"{self.scheme}://{host}{shown}"


def check(
    request_path: str,
    method: str,
    headers: Headers,
    *,
    bound_host: str,
    port: int,
    is_loopback: bool,
    origins: Collection[str] = (),
    token: str | None = None,
    tickets: Collection[str] = (),
    subprotocols: Sequence[str] | None = None,
    is_page_shared: bool = False,
    secure: bool = False,
) -> Refusal | None:
    """Decide about one request.

    Args:
        request_path: The target in the request line.
        method: The method in the request line.
        headers: All headers of the request.
        bound_host: The name or address that the server was told to listen on; ``""``, ``0.0.0.0`` and ``::``
            mean all.
        port: The port that it listens on.
        is_loopback: Whether only this machine can reach it; see :func:`is_loopback_host`.
        origins: Further origins that may connect, as in ``"https://example.org"``; ``"null"`` lets in pages
            without an origin (files, sandboxed frames). Their hosts are also accepted as ``Host``, which
            is what a proxy or a forwarded port needs.
        token: What a WebSocket must carry; needed when ``is_loopback`` is false.
        tickets: Secrets of which a WebSocket may carry one instead, wherever its page is from (see above).
        subprotocols: Those that the client offers; by default they are read from the headers.
        is_page_shared: Whether jupyter-server-proxy may hand out the page (see above).
        secure: Whether the server speaks TLS.

    Returns:
        :obj:`None` if the request may pass.

    Raises:
        ValueError: If an entry of ``origins`` is not an origin (see :func:`parse_origin`), or the token cannot
            be one (see :func:`validate_token`).
    """
    if token is not None:
        validate_token(token)
    listed = {parse_origin(text) for text in origins if text != "null"}
    own = Origin("https" if secure else "http", normal_host(bound_host), port)
    is_websocket = bool(headers.get_all("Upgrade") or headers.get_all("Sec-WebSocket-Key"))
    offered: Sequence[str] = ()
    if is_websocket:
        offered = offered_subprotocols(headers) if subprotocols is None else subprotocols
    refusal = check_subprotocols(offered)
    has_ticket = refusal is None and carries(offered, tickets)
    called = None
    if refusal is None:
        is_shared = is_page_shared and not is_websocket and bool(headers.get_all(PROXY_HEADER))
        called, refusal = check_host(headers, own, listed, any_name=has_ticket or is_shared)
    if refusal is None:
        refusal = check_request_line(request_path, method, is_websocket=is_websocket)
    if refusal is None:
        refusal = check_origin(
            headers,
            own,
            called,
            listed,
            allow_null="null" in origins,
            is_loopback=is_loopback,
            any_origin=has_ticket,
        )
    if refusal is None and is_websocket and not has_ticket:
        refusal = check_token(offered, token, is_loopback=is_loopback)
    if refusal is None and not is_websocket and token is not None:
        refusal = check_asked_token(headers, token)
    return refusal


def is_loopback_host(host: str) -> bool:
    """Tell whether a name or address is this machine's own by definition.

    That is ``localhost``, ``127.0.0.0/8`` and ``::1``. No name is looked up.
    """
    host = normal_host(host)
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def parse_origin(text: str) -> Origin:
    """Parse an origin as browsers write it: scheme, host and port, and nothing else.

    Raises:
        ValueError: If there is more or less to it.
    """
    match = SERIALIZED_ORIGIN.fullmatch(text)
    origin = match and make_origin(match["scheme"], match["host"], match["port"])
    if not origin:
        raise ValueError(f'expected an origin such as "https://example.org:8443", got {quoted(text)}')
    return origin


def validate_token(token: str) -> None:
    """Check that a browser can send this token: it travels as part of the name of a subprotocol.

    Raises:
        ValueError: If it is empty, or has other characters than names in HTTP headers may have.
    """
    if not TOKEN.fullmatch(token):
        raise ValueError(
            "expected a token of ASCII letters, digits and !#$%&'*+-.^_`|~ only, at least one of them"
        )


def offered_subprotocols(headers: Headers) -> list[str]:
    """Return the subprotocols that a WebSocket offers, in order."""
    values = ",".join(headers.get_all("Sec-WebSocket-Protocol")).split(",")
    return [value.strip() for value in values if value.strip()]


def check_subprotocols(offered: Sequence[str]) -> Refusal | None:
    """Refuse what no browser sends: names that are none, and more of them than are worth comparing."""
    if len(offered) > MAX_SUBPROTOCOLS:
        return Refusal(
            HTTPStatus.BAD_REQUEST, f"expected at most {MAX_SUBPROTOCOLS} subprotocols, got {len(offered)}"
        )
    # websockets would quote the header in its response.
    if not all(TOKEN.fullmatch(name) for name in offered):
        return Refusal(HTTPStatus.BAD_REQUEST, "expected names of subprotocols, got something else")
    return None


def carries(offered: Sequence[str], secrets: Collection[str]) -> bool:
    """Tell whether one of the subprotocols is one of the secrets, as :data:`TOKEN_PREFIX` says."""
    # All of them, so that the time tells nothing about which one is right, or how much of it.
    matches = [
        hmac.compare_digest(name.encode(errors="replace"), (TOKEN_PREFIX + secret).encode())
        for name in offered
        if name.startswith(TOKEN_PREFIX)
        for secret in secrets
    ]
    return any(matches)


def may_be_called(own: Origin, host: str, port: int | None) -> bool:
    """Tell whether a browser that asks for ``host`` and ``port`` means the server ``own``.

    Where the server listens on all addresses, any address may be its own: what an attacker can make
    resolve to this machine is a name, not an address.
    """
    if port != own.port:
        return False
    if host in {"localhost", "127.0.0.1", "::1"} or (host == own.host and host not in WILDCARDS):
        return True
    return own.host in WILDCARDS and is_address(host)


def check_host(
    headers: Headers, own: Origin, listed: Collection[Origin], *, any_name: bool = False
) -> tuple[Origin | None, Refusal | None]:
    """Find out by which origin the client calls this server, or refuse."""
    values = headers.get_all("Host")
    if len(values) != 1:
        return None, Refusal(HTTPStatus.BAD_REQUEST, f"expected one Host header, got {len(values)}")
    match = AUTHORITY.fullmatch(values[0])
    called = match and make_origin(own.scheme, match["host"], match["port"])
    if not called:
        return None, Refusal(
            HTTPStatus.BAD_REQUEST, f"expected a Host header with a name and a port, got {quoted(values[0])}"
        )
    if any_name or may_be_called(own, called.host, called.port):
        return called, None
    # Behind a proxy that ends TLS, the listed origin is https, and the request arrives as http.
    for origin in listed:
        if (
            origin.host == called.host
            and match
            and origin.port
            in {
                called.port,
                make_port(origin.scheme, match["port"]),
            }
        ):
            return origin, None
    return None, Refusal(
        HTTPStatus.MISDIRECTED_REQUEST,
        f"expected a Host header that names this server, got {quoted(values[0])}. Use {own_url(own)}, "
        f'or let this name in with origins=["{called}"] if you trust it',
    )


def check_request_line(request_path: str, method: str, *, is_websocket: bool) -> Refusal | None:
    """Refuse methods that nothing here answers, and targets that are not a path."""
    allowed = ("GET",) if is_websocket else ("GET", "HEAD")
    if method not in allowed:
        return Refusal(
            HTTPStatus.METHOD_NOT_ALLOWED, f"expected {' or '.join(allowed)}, got {quoted(method)}"
        )
    if not request_path.startswith("/"):
        return Refusal(HTTPStatus.BAD_REQUEST, f"expected a path, got {quoted(request_path)}")
    return None


def check_origin(
    headers: Headers,
    own: Origin,
    called: Origin | None,
    listed: Collection[Origin],
    *,
    allow_null: bool,
    is_loopback: bool,
    any_origin: bool = False,
) -> Refusal | None:
    """Refuse pages of other sites. Who sends no Origin is no page of another site."""
    values = headers.get_all("Origin")
    if not values:
        return None
    if len(values) > 1:
        return Refusal(HTTPStatus.BAD_REQUEST, f"expected one Origin header, got {len(values)}")
    if any_origin:
        return None
    if values[0] == "null":
        if allow_null:
            return None
        return Refusal(
            HTTPStatus.FORBIDDEN,
            f"expected a page with an origin, got one without (a file, or a sandboxed frame). Use {own_url(own)}, "
            'or let such pages in with origins=["null"]',
        )
    try:
        origin = parse_origin(values[0])
    except ValueError as error:
        return Refusal(HTTPStatus.FORBIDDEN, f"in the Origin header: {error}")
    if (
        origin in listed
        or origin == called
        or (origin == own and own.host not in WILDCARDS)
        or (is_loopback and origin.scheme in DEFAULT_PORTS and is_loopback_host(origin.host))
    ):
        return None
    return Refusal(
        HTTPStatus.FORBIDDEN,
        f"expected a page of {own_url(own)}, got one of {origin}. "
        f'If you trust that site, let it in with origins=["{origin}"]',
    )


def check_token(subprotocols: Sequence[str], token: str | None, *, is_loopback: bool) -> Refusal | None:
    """Refuse a WebSocket without the token, where one is needed."""
    if token is None:
        if is_loopback:
            return None
        return Refusal(
            HTTPStatus.UNAUTHORIZED,
            "this server listens beyond loopback and has no token: set token=, or listen on 127.0.0.1",
        )
    if carries(subprotocols, (token,)):
        return None
    return Refusal(
        HTTPStatus.UNAUTHORIZED,
        f"expected the subprotocol {TOKEN_PREFIX}<token>, got "
        + (
            "another token"
            if any(offered.startswith(TOKEN_PREFIX) for offered in subprotocols)
            else "no token"
        )
        + ". Open the URL that the server printed, with its token",
    )


def check_asked_token(headers: Headers, token: str) -> Refusal | None:
    """Refuse a request that says a wrong token; others need none."""
    said = headers.get_all(TOKEN_HEADER)
    if all(hmac.compare_digest(each.encode(errors="replace"), token.encode()) for each in said):
        return None
    return Refusal(
        HTTPStatus.UNAUTHORIZED, "expected the server's token. Open the URL that the server printed"
    )


def make_origin(scheme: str, host: str, port: str | None) -> Origin | None:
    """Put normalized parts together; :obj:`None` if the host or the port cannot be one."""
    scheme, host = scheme.lower(), host.lower()
    if host.startswith("["):
        try:
            host = ipaddress.IPv6Address(host[1:-1]).compressed
        except ValueError:
            return None
    number = make_port(scheme, port)
    return None if number is not None and number > 65_535 else Origin(scheme, host, number)


def make_port(scheme: str, port: str | None) -> int | None:
    """Return the number of a port, the default one of the scheme if it is left out."""
    return DEFAULT_PORTS.get(scheme) if port is None else int(port)


def normal_host(host: str) -> str:
    """Write a host as :class:`Origin` does: lower case, addresses without brackets and in their short form."""
    host = host.lower().removeprefix("[").removesuffix("]")
    try:
        return ipaddress.ip_address(host).compressed
    except ValueError:
        return host


def is_address(host: str) -> bool:
    """Tell an IP address from a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def own_url(own: Origin) -> str:
    """Return a URL of this server that passes the gate."""
    host = "localhost" if own.host in WILDCARDS else own.host
    return f"{Origin(own.scheme, host, own.port)}/"


def quoted(text: str) -> str:
    """Quote what a stranger sent: escaped, and at most about a hundred characters of it."""
    return ascii(text if len(text) <= 100 else text[:100] + "...")
