"""The page that shows a document: a fixed set of files, held in memory.

No path of a request ever reaches the file system. The headers forbid the page everything it does not need: no
inline script, no ``eval``, no connection elsewhere, no HTML text as a sink (Trusted Types).
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

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from websockets.http11 import Request

__all__ = ["SECURITY_HEADERS", "Page"]

_POLICY_PARTS = [
    "default-src 'none'",
    "script-src 'self'",
    # Style sheets and style attributes are data that the document itself brings.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob: https: http:",
    "media-src 'self' data: blob: https: http:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
]

#: What every response says, a refusal included.
SECURITY_HEADERS = {
    "Content-Security-Policy": "; ".join(_POLICY_PARTS),
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
<link rel="icon" href="data:,">
</head>
<body data-domsync-root="{root_id}">
<div id="{root_id}"></div>
<script type="module" src="domsync.js"></script>
</body>
</html>
"""


class Page:
    """The files that a server hands out.

    Args:
        script: The built applier.
        root_id: ``id`` of the element in which everything is.
        title: Title of the page.

    Raises:
        DomsyncError: If the applier was not built.
    """

    def __init__(self, script: Traversable, root_id: str, title: str = "domsync") -> None:
        try:
            code = script.read_bytes()
        except FileNotFoundError as error:
            raise DomsyncError(
                f"{script} is missing: the package was not built. In a checkout, run 'make build' (it needs Node)"
            ) from error
        html = _HTML.format(title=escape(title), root_id=escape(root_id)).encode()
        self._files = {
            "/": ("text/html; charset=utf-8", html),
            "/domsync.js": ("text/javascript; charset=utf-8", code),
        }
        self._tags = {
            path: f'"{hashlib.sha256(body).hexdigest()[:32]}"' for path, (_, body) in self._files.items()
        }

    def answer(self, request: Request) -> Response | None:
        """The response to a request that passed the gate, or ``None`` if it opens a WebSocket on a known path."""
        # Nothing is decoded or normalized: a path is one of these names, or there is no such page.
        path = re.split("[?#]", request.path, maxsplit=1)[0]
        is_head = request.method == "HEAD"
        if path not in self._files:
            text = b"There is no such page.\n"
            return _response(HTTPStatus.NOT_FOUND, "text/plain; charset=utf-8", text, is_head=is_head)
        # A header may be there twice, in a request that somebody made by hand.
        if path == "/" and "websocket" in ",".join(request.headers.get_all("Upgrade")).lower():
            return None
        kind, body = self._files[path]
        tag = self._tags[path]
        if tag in request.headers.get_all("If-None-Match"):
            return _response(HTTPStatus.NOT_MODIFIED, kind, b"", tag)
        return _response(HTTPStatus.OK, kind, body, tag, is_head=is_head)


def _response(
    status: HTTPStatus, kind: str, body: bytes, tag: str | None = None, *, is_head: bool = False
) -> Response:
    headers = Headers(
        [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-cache"),
            ("Connection", "close"),
            *SECURITY_HEADERS.items(),
        ]
    )
    if tag is not None:
        headers["ETag"] = tag
    return Response(status.value, status.phrase, headers, b"" if is_head else body)
