"""README.md is true: each of its Python blocks runs as a reader would run it, and is seen by a viewer."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import shlex
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from domsync_jupyter import DomsyncServer, DomsyncWidget
from tests.peer import CommPage, Page, page

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PORT = "8888"


def blocks(language: str) -> list[str]:
    """The code blocks of the README, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


# The last one is a cell of its own kind: tests/notebook/test_magic.py runs it.
COUNTER, DASHBOARD, CLOCK, NOTEBOOK, BUSY, SHARED, LIMITED, MAGIC = blocks("python")


@asynccontextmanager
async def output(widget: DomsyncWidget) -> AsyncIterator[CommPage]:
    """An output cell of a widget; its comm ends here."""
    cell = CommPage("cell", lambda content, buffers: widget._on_message(widget, content, buffers))
    widget.send = cell.deliver
    await cell.hello()
    yield cell
    widget.close()


async def shows(seen: Page, pattern: str) -> None:
    """Wait until a page's HTML has something like this."""
    await seen.until(lambda: re.search(pattern, seen.html()) is not None)


def find(seen: Page, tag: str) -> int:
    """The number of the first element of this name."""
    return next(node.number for node in seen.replica.nodes.values() if node.tag == tag)


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
        await shows(cell, "<button[^>]*>0<")
        await cell.click(find(cell, "button"))
        await shows(cell, "<button[^>]*>1<")


async def test_the_dashboard_shows_what_the_slider_says() -> None:
    widget, names = await run_cell(DASHBOARD, 0)
    async with output(widget) as cell:
        await shows(cell, "€120.50")
        names["limit"](90)
        await cell.until(lambda: "€120.50" not in cell.html())
        assert names["affordable"].value == 2


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
            await shows(viewer, r"<time[^>]*>\d\d:\d\d:\d\d<")
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
                await shows(cell, r"\d\d:\d\d:\d\d")
        async with page(server.url) as viewer:
            await shows(viewer, r"\d\d:\d\d:\d\d")
    finally:
        await server.close()


async def test_the_clock_runs_in_a_thread(clock: Path, free_port: int) -> None:
    widget, names = await run_cell(BUSY, free_port)
    server = names["server"]
    assert isinstance(widget, DomsyncWidget)
    assert server.loop is not asyncio.get_running_loop()
    try:
        async with page(server.url) as viewer:
            await shows(viewer, r"\d\d:\d\d:\d\d")
    finally:
        widget.close()
        server.stop()


async def test_a_cell_and_a_page_share_a_document(free_port: int) -> None:
    widget, names = await run_cell(SHARED, free_port)
    try:
        async with output(widget) as cell, page(names["server"].url) as viewer:
            for seen, other, words in (viewer, cell, "from the page"), (cell, viewer, "from the cell"):
                field = find(seen, "input")
                await seen.fire("change", field, edits=[field, "value", words])
                await shows(other, f"<li>{words}</li>")
    finally:
        await names["server"].close()


async def test_a_page_that_was_cut_off_goes_on(clock: Path, free_port: int) -> None:
    url, names = await run_cell(LIMITED, free_port)
    server = names["server"]
    try:
        async with page(url) as viewer:
            await shows(viewer, r"\d\d:\d\d:\d\d")
            (client,) = server.get_clients()
            viewer.vanish()
            await viewer.connection.wait_closed()
            assert server.is_connected(client)
            async with page(url, greet=False) as again:
                await again.hello(viewer.session)
                await shows(again, r"\d\d:\d\d:\d\d")
                assert server.get_clients() == [client]
    finally:
        await server.close()


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
