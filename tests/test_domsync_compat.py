"""Programs written for domsync, with another import, and clients of the old kind, on a real socket."""

from __future__ import annotations

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from domsync_jupyter import ClientGoneError, Document, DomsyncServer
from domsync_jupyter.components import TableComponent
from domsync_jupyter.core import Document as CoreDocument

CLOCK = """
import asyncio
from datetime import datetime
from domsync_jupyter.domsync_server import DomsyncServer

async def connection_handler(server, client):
    document = server.get_document(client)
    root_element = document.getElementById(document.getRootId())
    div_element = document.createElement('div')
    root_element.appendChild(div_element)
    while True:
        div_element.innerText = 'It is now: ' + datetime.now().isoformat()
        await server.flush(client)
        await asyncio.sleep(0.05)

async def main():
    await DomsyncServer(connection_handler, 'localhost', PORT).serve()

if __name__ == "__main__":
    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.run_forever()
"""


class EvalClient:
    """A page that evaluates what it gets, without the evaluating."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        #: All that came.
        self.text = ""

    async def shows(self, *parts: str) -> None:
        """Wait until text came that has these parts."""
        async with asyncio.timeout(10):
            while not all(part in self.text for part in parts):
                self.text += str(await self.connection.recv())

    async def says(self, message: object) -> None:
        await self.connection.send(message if isinstance(message, str) else json.dumps(message))

    async def fires(self, event: str, id: str, value: Any = None) -> None:
        await self.says({"domsync": True, "event": event, "id": id, "value": value})


@asynccontextmanager
async def eval_client(server: DomsyncServer, **options: Any) -> AsyncIterator[EvalClient]:
    async with connect(f"ws://localhost:{server.port}/", **options) as connection:
        yield EvalClient(connection)


def served(app: Any, **options: Any) -> DomsyncServer:
    return DomsyncServer(app, "localhost", 0, verbose=False, **options)


async def test_a_script_that_never_mentions_our_names_serves_a_clock(free_port: int) -> None:
    with subprocess.Popen(  # noqa: ASYNC220 - it takes no time
        [sys.executable, "-W", "error", "-c", CLOCK.replace("PORT", str(free_port))],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = await asyncio.to_thread(process.stdout.readline)
            assert line.startswith("domsync server started on ")
            async with connect(f"ws://localhost:{free_port}") as connection:
                client = EvalClient(connection)
                await client.shows('d.createElement("div")', "It is now: ")
                client.text = ""
                await client.shows('n.setText(2, "It is now: ')
        finally:
            process.terminate()


async def test_events_call_back_and_what_they_change_is_sent() -> None:
    async def app(server: DomsyncServer, client: Any) -> None:
        document = server.get_document(client)
        button = document.createElement("button", id="b", innerText="on")

        def on_click(event: Any) -> None:
            button = event["doc"].getElementById(event["id"])
            button.innerText = f"{button.innerText} {event['value']}"

        button.addEventListener("click", on_click, js_value_getter="this.value")
        document.getRootElement().appendChild(button)
        await server.flush(client)

    async with served(app) as server, eval_client(server) as client:
        await client.shows('"on"')
        await client.fires("click", "b", "and")
        await client.shows('"on and"')


async def test_nothing_that_a_page_says_ends_its_session(
    caplog: pytest.LogCaptureFixture, expected_errors: list[logging.LogRecord]
) -> None:
    def on_click(event: Any) -> None:
        if event["value"] == "raise":
            raise ValueError("mine")
        event["doc"].getRootElement().innerText = event["value"]

    async def app(server: DomsyncServer, client: Any) -> None:
        server.get_document(client).getRootElement().addEventListener("click", on_click)
        if await client.recv() == "[]":
            await client.send("received([])")

    async with served(app) as server, eval_client(server) as client:
        await client.shows("__domsync__")
        for garbage in (
            "[]",
            "",
            "{",
            "null",
            '{"domsync": true}',
            '{"domsync": true, "event": []}',
            "[" * 50_000,
        ):
            await client.says(garbage)
        await client.shows("received([])")
        await client.says(b"\xff".decode("latin-1"))
        await client.connection.send(b"\xff\x00")
        await client.fires("click", "no such id")
        await client.fires("no such event", "domsync_root_id")
        await client.fires("click", "domsync_root_id", "raise")
        await client.shows("console.error(", "ValueError: mine")
        await client.fires("click", "domsync_root_id", "still here")
        await client.shows('"still here"')
    assert ["ValueError: mine" in record.getMessage() for record in expected_errors] == [True]
    expected_errors.clear()
    assert len([record for record in caplog.records if "not an event" in record.getMessage()]) == 1


async def test_each_client_has_a_document_and_is_gone_when_its_socket_is() -> None:
    clients: list[Any] = []
    ended = asyncio.Event()

    async def app(server: DomsyncServer, client: Any) -> None:
        clients.append(client)
        document = server.get_document(client)
        try:
            while server.is_connected(client):
                document.getRootElement().innerText = f"client {len(clients)}"
                await server.flush(client)
                await asyncio.sleep(0.01)
        finally:
            ended.set()

    async with served(app) as server, eval_client(server) as one:
        async with eval_client(server) as two:
            await one.shows("client")
            await two.shows("client")
            assert server.get_clients() == clients
            assert server.get_document(clients[0]) is not server.get_document(clients[1])
            two.connection.transport.abort()
            await asyncio.wait_for(ended.wait(), 10)
        assert server.get_clients() == clients[:1]
        assert not server.is_connected(clients[1])
        with pytest.raises(KeyError):
            server.get_document(clients[1])
        with pytest.raises(ClientGoneError):
            await server.flush(clients[1])


async def test_one_document_for_all() -> None:
    document = Document()
    document.getRootElement().append("here")
    async with served(document) as server, eval_client(server) as one, eval_client(server) as two:
        await one.shows('"here"')
        await two.shows('"here"')
        document.getRootElement().append("later")
        await one.shows('"later"')
        await two.shows('"later"')


async def test_a_slow_client_gets_what_it_missed_in_one_piece() -> None:
    changes = 150
    changed = asyncio.Event()

    async def app(server: DomsyncServer, client: Any) -> None:
        root = server.get_document(client).getRootElement()
        for number in range(changes):
            root.innerText = f"{number}:" + "x" * 100_000
            await asyncio.sleep(FRAME)
        root.innerText = "done"
        changed.set()

    async with served(app) as server, eval_client(server, max_queue=1, max_size=None) as client:
        await asyncio.wait_for(changed.wait(), 20)
        frames = 0
        while '"done"' not in client.text:
            client.text = str(await client.connection.recv())
            frames += 1
        assert frames < changes * 0.75


FRAME = 1 / 60


async def test_who_may_connect() -> None:
    async with served(Document()) as server:
        with pytest.raises(InvalidStatus, match="403"):
            async with eval_client(server, origin=Origin("http://evil.example")):
                pass
        with pytest.raises(InvalidStatus, match="403"):
            async with eval_client(server, origin=Origin("null")):
                pass
        with pytest.raises(InvalidStatus, match="400"):
            async with eval_client(server, subprotocols=[Subprotocol("other")]):
                pass
        async with eval_client(server, origin=Origin("http://localhost:8000")) as client:
            await client.shows("__domsync__")


async def test_where_a_token_is_needed_it_may_be_the_only_subprotocol() -> None:
    async with served(Document(), token="secret") as server:
        with pytest.raises(InvalidStatus, match="401"):
            async with eval_client(server):
                pass
        offered = [Subprotocol("domsync.token.secret")]
        async with eval_client(server, subprotocols=offered) as client:
            await client.shows("__domsync__")
            assert client.connection.subprotocol == offered[0]


async def test_a_page_of_ours_is_none_of_the_old_kind() -> None:
    async with (
        served(Document()) as server,
        eval_client(server, subprotocols=[Subprotocol("domsync.v1")]) as client,
    ):
        await client.fires("click", "domsync_root_id")
        with pytest.raises(ConnectionClosed):
            await client.connection.recv()


async def test_questions_are_answered_or_refused() -> None:
    async def app(server: DomsyncServer, client: Any) -> None:
        root = server.get_document(client).getRootElement()
        root.innerText = str(await client.get(root, "scrollTop"))

    async with served(app) as server, eval_client(server) as client:
        await client.shows('.ask(1, 1, "get", "scrollTop", [])')
        await client.says({"domsync": True, "answer": {"id": 1, "ok": True, "value": 42}})
        await client.shows('"42"')


def test_a_document_with_a_server_of_ones_own() -> None:
    document = CoreDocument("domsync_root_id")
    table = TableComponent(document, "domsync_root_id", ["Name", "Hair"])
    for row_id, name in {"kyle": "Kyle Broflovski", "eric": "Eric Cartman"}.items():
        table.addRow(row_id, [name, "brown"])
    first = document.render_js_updates()
    assert first.index("Eric") < first.index("Kyle")
    table.updateCell("kyle", "Hair", "red")
    assert '"red"' in document.render_js_updates()
    assert document.render_js_updates() == ""


def test_what_the_tests_of_domsync_do() -> None:
    document = Document("domsync_root_id")
    find: Any = document.getElementById
    root = find("domsync_root_id")
    root.appendChild(document.createElement("div", id="el0"))
    root.insertBefore(document.createElement("div", id="el1"), find("el0"))
    find("el1").appendChild(document.createElement("div", id="el11"))
    find("el11").appendChild(document.createElement("div", id="el111"))
    find("el11").remove()
    find("el1").innerText = "goodbye"
    assert find("el11", strict=False) is None
    assert document.render_js_updates()
    find("el0").setAttribute("style", "color:red")
    assert '.setAttribute("style", "color:red")' in document.render_js_updates()
    assert document.render_js_full()
