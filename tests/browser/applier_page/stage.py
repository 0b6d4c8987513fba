"""The applier page: `js/test/applier_page.ts`, bundled, and served under the policy that we promise to run under."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

__all__ = ["freeze", "serve", "until", "vectors"]

CHECKOUT = Path(__file__).parents[3]
WIRE = CHECKOUT / "tests" / "wire"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "img-src 'self' data: blob:; require-trusted-types-for 'script'; trusted-types 'none'"
)
HTML = """<!doctype html>
<meta charset="utf-8">
<title>applier</title>
<link rel="icon" href="data:,">
<body><script type="module" src="/applier_page.js"></script>
"""


class _Handler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


def vectors(name: str) -> list[dict[str, Any]]:
    """The vectors in `tests/wire` that both halves read."""
    found: list[dict[str, Any]] = json.loads((WIRE / f"{name}.json").read_text(encoding="utf-8"))
    return found


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Bundle the page into `folder` and serve it; yields its address."""
    subprocess.run(
        ["node", "build.mjs", str(folder), "test/applier_page.ts"],
        cwd=CHECKOUT / "js",
        check=True,
        timeout=60,
    )
    (folder / "index.html").write_text(HTML, encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def until(page: Page, condition: str) -> None:
    """Wait until a JavaScript expression is true.

    `Page.wait_for_function` uses ``eval`` in the page, which the policy forbids.
    """
    page.evaluate(
        f"""() => new Promise((resolve, reject) => {{
            let polls = 1000;
            const poll = () => {{
                if ({condition}) resolve();
                else if (polls-- > 0) setTimeout(poll, 10);
                else reject(new Error("it never came true"));
            }};
            poll();
        }})"""
    )


def freeze(page: Page) -> None:
    """Stop the page's clock; from now on only `page.clock.run_for` moves it."""
    page.clock.install(time=0)
    page.clock.pause_at(1000)
