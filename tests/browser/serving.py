"""A `DomsyncServer` in a thread of its own, and pages of the old kind, which evaluate what they get."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from domsync_jupyter import DomsyncServer

__all__ = ["CLIENT_HTML", "pages", "serving"]

#: What domsync asks of a page: an element, a socket whose messages are evaluated, and ``ws_send``.
CLIENT_HTML = """<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<div id="domsync_root_id"></div>
<script>
  var socket = new WebSocket("ws://localhost:PORT");
  socket.onmessage = function (event) { (function () { eval.apply(this, arguments); })(event.data); };
  function ws_send(message) { socket.send(JSON.stringify(message)); }
</script>
"""


class Loop:
    """An event loop in a thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function, or a coroutine function, in the loop, and wait for it."""

        async def call() -> Any:
            result = function(*arguments)
            return await result if asyncio.iscoroutine(result) else result

        return asyncio.run_coroutine_threadsafe(call(), self.loop).result(20)

    def end(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@contextmanager
def serving(app: Any, port: int = 0, **options: Any) -> Iterator[tuple[DomsyncServer, Loop]]:
    """Serve while the block runs."""
    loop = Loop()
    try:
        server = DomsyncServer(app, "localhost", port, verbose=False, **options)
        loop.run(server.serve)
        try:
            yield server, loop
        finally:
            loop.run(server.close)
    finally:
        loop.end()


@contextmanager
def pages(html: str) -> Iterator[str]:
    """Serve one page at an address of its own: that of a program's own web server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = html.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
