"""What is measured, in Python: a counter, a table, and two echoes that show what the transports cost by themselves.

``python -m benchmarks.apps`` serves them to pages until its standard input ends; it prints their addresses. The source
of this file is also the first cell of the notebook that `benchmarks.round_trip` opens.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import anywidget
from websockets.asyncio.server import ServerConnection, serve

from domsync_jupyter import Document, DomsyncServer, Element

if TYPE_CHECKING:
    from websockets.http11 import Request, Response

ROWS = 1_000


def table(doc: Document) -> Element:
    """A table of eight elements a row, not yet in the tree: tr, 4 td, 2 a and 1 span."""
    body = doc.createElement("tbody")
    for number in range(1, ROWS + 1):
        row = doc.createElement("tr")
        cells = [doc.createElement("td", attributes={"class": f"col-md-{width}"}) for width in (1, 4, 1, 6)]
        cells[0].textContent = str(number)
        cells[1].append(doc.createElement("a", innerText=f"pretty red table {number}"))
        cells[2].append(doc.createElement("a"))
        cells[2].children[0].append(doc.createElement("span", attributes={"aria-hidden": "true"}))
        row.append(*cells)
        body.append(row)
    whole = doc.createElement("table")
    whole.append(body)
    return whole


async def counter(server: Any, client: Any) -> None:
    """A button that counts its clicks, and one that shows a table and when it did so."""
    doc = server.get_document(client)
    count = doc.createElement("button", id="count", innerText="0")
    show = doc.createElement("button", id="show", innerText="show")
    stamp = doc.createElement("p", id="stamp")
    place = doc.createElement("div")

    def on_count(event: Any) -> None:
        count.innerText = str(int(count.innerText) + 1)

    def on_show(event: Any) -> None:
        place.replaceChildren()
        built = table(doc)
        with doc.batch():
            stamp.innerText = str(time.time() * 1000)
            place.append(built)

    count.addEventListener("click", on_count)
    show.addEventListener("click", on_show)
    doc.getRootElement().append(count, show, stamp, place)


def document_with_table() -> Document:
    """A document that has a table already; its stamp is set when it is shown."""
    doc = Document()
    doc.getRootElement().append(doc.createElement("p", id="stamp", innerText="0"), table(doc))
    return doc


class BareEcho(anywidget.AnyWidget):
    """As little as a comm can do: sends back what it gets."""

    _esm = """
    function render({ model }) {
        let answered = () => {};
        model.on("msg:custom", () => answered());
        globalThis.bareEcho = () => new Promise((resolve) => {
            answered = resolve;
            model.send("ping");
        });
    }
    export default { render };
    """

    def __init__(self) -> None:
        super().__init__()
        self.on_msg(lambda _widget, content, _buffers: self.send(content))


async def bare_echo(connection: ServerConnection) -> None:
    """As little as a WebSocket can do."""
    async for message in connection:
        await connection.send(message)


def blank_page(connection: ServerConnection, request: Request) -> Response | None:
    """A page to connect from: browsers keep pages from nowhere away from this machine."""
    return None if "Upgrade" in request.headers else connection.respond(HTTPStatus.OK, "")


async def main() -> None:
    """Serve until the standard input ends."""
    app = DomsyncServer(counter, "localhost", 0, verbose=False)
    shown = DomsyncServer(document_with_table(), "localhost", 0, verbose=False)
    echo = serve(bare_echo, "127.0.0.1", 0, process_request=blank_page, compression=None)
    async with app, shown, echo as echoing:
        port = next(iter(echoing.sockets)).getsockname()[1]
        addresses = {"app": app.url, "table": shown.url, "echo": f"127.0.0.1:{port}/"}
        print(json.dumps(addresses), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__" and "get_ipython" not in globals():
    asyncio.run(main())
