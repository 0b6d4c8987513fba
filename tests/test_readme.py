"""README.md is true: each of its Python blocks runs as a reader would run it, and is seen by a viewer."""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import re
import shlex
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Origin, Subprotocol

from domsync_jupyter import DomsyncServer, DomsyncWidget
from domsync_jupyter.sync.replica import Replica

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PORT = "8888"


def blocks(language: str) -> list[str]:
    """The code blocks of the README, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


COUNTER, CLOCK, NOTEBOOK, SHARED = blocks("python")


class Viewer:
    """A viewer without a browser: shows what it is sent, and clicks."""

    def __init__(self, send: Callable[[str], None]) -> None:
        self._send = send
        self._page = Replica()
        self._news = asyncio.Event()
        self._seq = self._ack = 0
        send(json.dumps([0, 1, "", 0, "a test"]))

    def receive(self, text: str | bytes) -> None:
        """Take a message from Python."""
        tag, *fields = json.loads(text)
        if tag in {1, 2}:
            self._ack, _, ops = fields
            self._page.apply(ops)
        self._news.set()

    async def shows(self, pattern: str) -> None:
        """Wait until the page's HTML has something like this."""
        try:
            async with asyncio.timeout(10):
                while not re.search(pattern, self._page.root.html()):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            pytest.fail(f"{pattern!r} never came: {self._page.root.html()}")

    def fire(self, type_: str, tag: str, **edits: object) -> None:
        """Have an event at the first element of this name, after what the person did to it."""
        number = next(node.number for node in self._page.nodes.values() if node.tag == tag)
        flat = [part for name, value in edits.items() for part in (number, name, value)]
        self._seq += 1
        self._send(json.dumps([1, self._seq, self._ack, type_, number, {"bubbles": True}, flat, []]))


@asynccontextmanager
async def page(url: str) -> AsyncIterator[Viewer]:
    """A page of a server."""
    address = url.removeprefix("http").rstrip("/")
    async with connect(
        f"ws{address}/", subprotocols=[Subprotocol("domsync.v1")], origin=Origin(f"http{address}")
    ) as socket:
        up: asyncio.Queue[str] = asyncio.Queue()
        viewer = Viewer(up.put_nowait)

        async def write() -> None:
            while True:
                await socket.send(await up.get())

        async def read() -> None:
            async for message in socket:
                viewer.receive(message)

        tasks = [asyncio.create_task(write()), asyncio.create_task(read())]
        yield viewer
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


@asynccontextmanager
async def output(widget: DomsyncWidget) -> AsyncIterator[Viewer]:
    """An output cell of a widget; its comm ends here."""
    inbox: list[str] = []
    viewers: list[Viewer] = []

    def down(_content: object, buffers: list[bytes] | None = None) -> None:
        for message in buffers or ():
            viewers[0].receive(message) if viewers else inbox.append(message.decode())

    def up(text: str) -> None:
        widget._on_message(widget, {"view": "cell", "text": text}, [])

    widget.send = down
    viewers.append(Viewer(up))
    for message in inbox:
        viewers[0].receive(message)
    yield viewers[0]
    widget.close()


async def run_cell(source: str, port: int) -> tuple[Any, dict[str, Any]]:
    """Run a block as a notebook's cell: with top-level ``await``, and a last expression that is displayed."""
    tree = ast.parse(source.replace(PORT, str(port)))
    last = tree.body.pop()
    assert isinstance(last, ast.Expr), "a block for a notebook ends in what it displays"
    names: dict[str, Any] = {}
    result: Any = None
    for part in (tree, ast.Expression(last.value)):
        mode = "eval" if isinstance(part, ast.Expression) else "exec"
        code = compile(part, "README.md", mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        result = eval(code, names)
        if inspect.iscoroutine(result):
            result = await result
    return result, names


@pytest.fixture
def clock(tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder where a reader saved ``clock.py``, as the current one."""
    (tmp_path / "clock.py").write_text(CLOCK.replace(PORT, str(free_port)))
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    sys.modules.pop("clock", None)


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"(?:\]\(|src=\"|srcset=\")([^)\"]+)", README)
    headings = {
        "#" + heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", README, re.MULTILINE)
    }
    inside = [link for link in links if not link.startswith("https://")]
    assert [link for link in inside if link not in headings and not (ROOT / link).exists()] == []


async def test_the_counter_counts() -> None:
    widget, _ = await run_cell(COUNTER, 0)
    assert isinstance(widget, DomsyncWidget)
    async with output(widget) as cell:
        await cell.shows("<button[^>]*>0<")
        cell.fire("click", "button")
        await cell.shows("<button[^>]*>1<")


@pytest.mark.parametrize(
    "command",
    ["python clock.py", next(block.strip() for block in blocks("sh") if "domsync_jupyter" in block)],
)
async def test_the_clock_runs_from_a_shell(command: str, clock: Path, free_port: int) -> None:
    _, *arguments = shlex.split(command.replace(PORT, str(free_port)))
    assert command in README
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-u", *arguments, cwd=clock, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(30):
            said = (await process.stdout.readline()).decode()
        assert said.endswith(f"http://localhost:{free_port}/\n")
        async with page(f"http://localhost:{free_port}/") as viewer:
            await viewer.shows(r"<time[^>]*>\d\d:\d\d:\d\d<")
    finally:
        process.terminate()
        # Reads on, so that what it says at its end does not block it.
        await process.communicate()


async def test_the_clock_runs_in_a_notebook(clock: Path, free_port: int) -> None:
    widget, names = await run_cell(NOTEBOOK, free_port)
    server = names["server"]
    assert isinstance(server, DomsyncServer)
    try:
        for shown in (widget, names["through_the_server"]):
            async with output(shown) as cell:
                await cell.shows(r"\d\d:\d\d:\d\d")
        async with page(server.url) as viewer:
            await viewer.shows(r"\d\d:\d\d:\d\d")
    finally:
        await server.close()


async def test_a_cell_and_a_page_share_a_document(free_port: int) -> None:
    widget, names = await run_cell(SHARED, free_port)
    try:
        async with output(widget) as cell, page(names["server"].url) as viewer:
            await cell.shows("<ul")
            await viewer.shows("<ul")
            viewer.fire("change", "input", value="from the page")
            await cell.shows("<li>from the page</li>")
            cell.fire("change", "input", value="from the cell")
            await viewer.shows("<li>from the cell</li>")
    finally:
        await names["server"].close()


def test_what_is_said_to_be_refused_is() -> None:
    import domsync_jupyter

    doc = domsync_jupyter.Document()
    for tag in re.findall(r"`<(\w+)>`", README):
        with pytest.raises(domsync_jupyter.DOMException, match="refused"):
            doc.createElement(tag)
    link = doc.createElement("a")
    for name, value in {"onclick": "x", "href": "javascript:x", "srcdoc": "x"}.items():
        with pytest.raises(domsync_jupyter.DOMException, match="refused"):
            link.setAttribute(name, value)
    domsync_jupyter.Document(allow_unsafe=True).createElement("script")
