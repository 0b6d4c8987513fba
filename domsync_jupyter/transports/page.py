"""The page that shows a document: a fixed set of files, held in memory, and the modules of widgets.

No path of a request ever reaches the file system. The headers forbid the page everything it does not need: no
inline script, no ``eval``, no connection elsewhere, no HTML text as a sink (Trusted Types). Widgets of others use that
sink; so a page that shows one makes a policy for it, the only one that may be made. What comes that way still is under
the rest: it runs no script that is not the server's own.
"""

from __future__ import annotations

import hashlib
import re
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING

from websockets.datastructures import Headers
from websockets.http11 import Response

from domsync_jupyter.errors import DomsyncError
from domsync_jupyter.transports.modules import find_module

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from importlib.resources.abc import Traversable

    from websockets.http11 import Request

__all__ = ["SECURITY_HEADERS", "Page", "check_source"]

_JAVASCRIPT = "text/javascript; charset=utf-8"


def _policy(sources: Iterable[str] = (), trusted_types: str = "'none'") -> str:
    more = "".join(f" {source}" for source in sources)
    return "; ".join([
        "default-src 'none'",
        f"script-src 'self'{more}",
        # Style sheets and style attributes are data that the document itself brings.
        f"style-src 'self' 'unsafe-inline'{more}",
        "img-src 'self' data: blob: https: http:",
        "media-src 'self' data: blob: https: http:",
        f"font-src 'self' data:{more}",
        f"connect-src 'self'{more}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "require-trusted-types-for 'script'",
        f"trusted-types {trusted_types}",
    ])  # fmt: skip


#: What every response says, a refusal included.
SECURITY_HEADERS = {
    "Content-Security-Policy": _policy(),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # For browsers that do not know frame-ancestors.
    "X-Frame-Options": "SAMEORIGIN",
}

_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="icon" href="data:,">{style}
</head>
<body data-domsync-root="{root_id}">
<div id="{root_id}"></div>
<script type="module" src="domsync.js"></script>
</body>
</html>
"""


# The page looks for it by its title.
_STYLE = """
<style title="domsync">{css}</style>"""


class Page:
    """The files that a server hands out.

    Args:
        script: The built applier.
        root_id: ``id`` of the element in which everything is.
        title: Title of the page.
        islands: The built module that shows widgets, which the page loads when it needs it.
        stylesheet: CSS in place of that which the script brings.
        script_sources: Further sources of the policy for scripts, and for what they load.

    Raises:
        DomsyncError: If a script was not built.
        ValueError: If a source is none: it would end the directive.
    """

    def __init__(
        self,
        script: Traversable,
        root_id: str,
        title: str = "domsync",
        *,
        islands: Traversable | None = None,
        stylesheet: str | None = None,
        script_sources: Collection[str] = (),
    ) -> None:
        for source in script_sources:
            check_source(source)
        # The one that js/src/islands/trust.ts makes.
        self._policy = _policy(script_sources, "default")
        style = "" if stylesheet is None else _STYLE.format(css=stylesheet.replace("<", r"\3c "))
        html = _HTML.format(title=escape(title), root_id=escape(root_id), style=style).encode()
        self._files = {
            "/": ("text/html; charset=utf-8", html),
            "/domsync.js": (_JAVASCRIPT, _read(script)),
        }
        if islands is not None:
            self._files["/islands.js"] = (_JAVASCRIPT, _read(islands))
        self._tags = {
            path: f'"{hashlib.sha256(body).hexdigest()[:32]}"' for path, (_, body) in self._files.items()
        }

    def answer(self, request: Request) -> Response | None:
        """The response to a request that passed the gate, or ``None`` if it opens a WebSocket on a known path."""
        # Nothing is decoded or normalized: a path is one of these names, or there is no such page.
        path = re.split("[?#]", request.path, maxsplit=1)[0]
        is_head = request.method == "HEAD"
        if (module := find_module(path)) is not None:
            return self._respond_unless_known(request, _JAVASCRIPT, module, f'"{path}"')
        if path not in self._files:
            text = b"There is no such page.\n"
            return self._respond(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", text, is_head=is_head)
        # A header may be there twice, in a request that somebody made by hand.
        if path == "/" and "websocket" in ",".join(request.headers.get_all("Upgrade")).lower():
            return None
        return self._respond_unless_known(request, *self._files[path], self._tags[path])

    def _respond_unless_known(self, request: Request, kind: str, body: bytes, tag: str) -> Response:
        if tag in request.headers.get_all("If-None-Match"):
            return self._respond(HTTPStatus.NOT_MODIFIED, kind, b"", tag)
        return self._respond(HTTPStatus.OK, kind, body, tag, is_head=request.method == "HEAD")

    def _respond(
        self, status: HTTPStatus, kind: str, body: bytes, tag: str | None = None, *, is_head: bool = False
    ) -> Response:
        policy = {"Content-Security-Policy": self._policy}
        headers = Headers(
            [
                ("Content-Type", kind),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-cache"),
                ("Connection", "close"),
                *(SECURITY_HEADERS | (policy if kind.startswith("text/html") else {})).items(),
            ]
        )
        if tag is not None:
            headers["ETag"] = tag
        return Response(status.value, status.phrase, headers, b"" if is_head else body)


def check_source(source: str) -> None:
    """Check a source for scripts.

    Raises:
        ValueError: If it is none: it would end the directive, or the header.
    """
    if not re.fullmatch(r"[!-+\--:<-~]+", source):
        raise ValueError(
            f'expected a source of a content security policy, such as "https://esm.sh", not {source!r}'
        )


def _read(script: Traversable) -> bytes:
    try:
        return script.read_bytes()
    except FileNotFoundError as error:
        raise DomsyncError(
            f"{script} is missing: the package was not built. In a checkout, run 'make build' (it needs Node)"
        ) from error
