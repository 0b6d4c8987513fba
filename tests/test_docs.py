"""The documentation is true: the code of the pages that teach runs as a reader would run it, and does what they say."""

from __future__ import annotations

import ast
import asyncio
import inspect
import logging
import re
import runpy
import shlex
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import websockets.datastructures

from domsync_jupyter import Document, DomsyncServer, DomsyncWidget, components
from domsync_jupyter.__main__ import _parser
from domsync_jupyter.loading import load
from domsync_jupyter.sync import ops, questions
from domsync_jupyter.testing import connect
from domsync_jupyter.transports import gate
from scripts.docs_hook import relink
from tests.test_readme import PORT

DOCS = Path(__file__).parent.parent / "docs"
_FENCE = re.compile(
    r"^```(?P<language>\w*)(?: title=\"(?P<file>[^\"]+)\")?\n(?P<source>.*?)^```$", re.MULTILINE | re.DOTALL
)

#: Those whose blocks are run. Others, which tell how things are, have tests of their own, or no code.
GUIDES = [
    "index.md",
    "tutorial.md",
    "components.md",
    *sorted(f"how-to/{file.name}" for file in (DOCS / "how-to").glob("*.md")),
]


class Guide:
    """A page of the docs, with the files that it has readers save, and the cells that it has them run."""

    def __init__(self, name: str, port: int = 0) -> None:
        self.text = (DOCS / name).read_text(encoding="utf-8")
        blocks = list(_FENCE.finditer(self.text.replace(PORT, str(port)) if port else self.text))
        self.files = {block["file"]: block["source"] for block in blocks if block["file"]}
        self.cells = [
            block["source"] for block in blocks if block["language"] == "python" and not block["file"]
        ]
        self.commands = [
            line for block in blocks if block["language"] == "sh" for line in block["source"].splitlines()
        ]
        self.outputs = [block["source"] for block in blocks if not block["language"]]

    def save(self, folder: Path) -> None:
        for name, source in self.files.items():
            (folder / name).write_text(source)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where a reader works: the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    before = set(sys.modules)
    yield tmp_path
    for name, module in list(sys.modules.items()):
        if name not in before and str(getattr(module, "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


class Notebook:
    """Cells that are run one after the other, in one namespace, with ``await`` and a last expression that is shown."""

    def __init__(self) -> None:
        self.shown: list[Any] = []
        self.names: dict[str, Any] = {"display": self.shown.append}

    async def run(self, source: str) -> None:
        tree = ast.parse(source)
        parts: list[ast.Module | ast.Expression] = [tree]
        if tree.body and isinstance(last := tree.body[-1], ast.Expr):
            tree.body.pop()
            parts.append(ast.Expression(last.value))
        for part in parts:
            mode = "eval" if isinstance(part, ast.Expression) else "exec"
            code = compile(part, "cell", mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            result = eval(code, self.names)
            self.shown.append(await result if inspect.iscoroutine(result) else result)

    async def end(self) -> None:
        made = [*self.names.values(), *self.shown]
        for widget in made:
            if isinstance(widget, DomsyncWidget):
                widget.close()
        for server in made:
            if isinstance(server, DomsyncServer):
                await asyncio.to_thread(server.stop)


@pytest.fixture
async def notebook() -> AsyncIterator[Notebook]:
    notebook = Notebook()
    yield notebook
    await notebook.end()


async def read(name: str, folder: Path, notebook: Notebook, port: int = 0) -> Notebook:
    """Do what a page says, from top to bottom."""
    guide = Guide(name, port)
    guide.save(folder)
    for source in guide.cells:
        await notebook.run(source)
    return notebook


@pytest.mark.parametrize("name", GUIDES)
async def test_every_block_runs(name: str, folder: Path, notebook: Notebook, free_port: int) -> None:
    await read(name, folder, notebook, free_port)
    for file in Guide(name).files:
        compile((folder / file).read_text(), file, "exec")
        app = getattr(__import__(Path(file).stem), "app", None)
        if app is not None:
            async with connect(app) as page:
                assert page.html


#: They are what another component makes, or have no other arguments than domsync's.
NOT_MADE = {
    "AccordionSection",
    "Binding",
    "CellEdit",
    "Refusal",
    "SelectComponent",
    "Tab",
    "TableComponent",
    "Toast",
    "Track",
}


@pytest.mark.parametrize("name", [name for name in components.__all__ if name not in NOT_MADE])
async def test_the_example_of_a_component_runs(name: str, notebook: Notebook) -> None:
    text = inspect.getdoc(getattr(components, name)) or ""
    examples = re.findall(r"^( *)```python\n(.*?)^\1```$", text, re.MULTILINE | re.DOTALL)
    assert examples, f"{name} has no example"
    for _, source in examples:
        notebook.names |= {each: getattr(components, each) for each in components.__all__}
        notebook.names |= {"document": Document(), "asyncio": asyncio, "logging": logging}
        await notebook.run(textwrap.dedent(source))


def test_the_page_of_components_names_all() -> None:
    text = (DOCS / "components.md").read_text(encoding="utf-8")
    made = set(components.__all__) - NOT_MADE - {"Input"}
    assert [name for name in sorted(made) if not re.search(rf"\b{name}\b", text)] == []


@pytest.mark.parametrize("name", [*GUIDES, "reference/command-line.md"])
def test_every_command_is_one(name: str) -> None:
    for line in Guide(name).commands:
        words = shlex.split(line)
        while "=" in words[0]:
            words.pop(0)
        if words[0] == "domsync-jupyter":
            _parser("test").parse_args(words[1:])
        else:
            assert words[0] in {"python3", ".", "pip", "voila", "jupyter", "ssh"}


async def page_of(name: str, file: str, folder: Path) -> Any:
    Guide(name).save(folder)
    return load(file)


async def test_the_first_app_counts(folder: Path) -> None:
    async with connect(await page_of("index.md", "app.py", folder)) as page:
        await page.click("button")
        assert page.get("button").innerText == "1"


@pytest.mark.parametrize("where", ["the notebook", "the file"])
async def test_the_dashboard_of_the_tutorial_works(where: str, folder: Path, notebook: Notebook) -> None:
    names = (await read("tutorial.md", folder, notebook)).names
    app = names["document"] if where == "the notebook" else load("epidemic.py")

    def most_ill(contacts: float) -> str:
        return str(max(ill for _, _, ill, _ in names["epidemic"](contacts, 10)))

    async with connect(app) as page:
        assert page.get("dd").innerText == most_ill(0.4)
        await page.fill(page.get_by_label("Contacts per day"), "1.5")
        assert page.get("dd").innerText == most_ill(1.5)
        assert page.query("[role=grid]") is not None
        assert page.query("domsync-embed") is not None


def test_the_test_of_the_tutorial_passes(folder: Path) -> None:
    Guide("tutorial.md").save(folder)
    load("epidemic.py")  # which others can import then
    runpy.run_path("test_epidemic.py")["test_more_contacts_make_more_people_ill"]()


async def test_components_do_what_their_page_says(folder: Path, notebook: Notebook) -> None:
    names = (await read("components.md", folder, notebook)).names
    async with connect(names["document"]) as page:
        await page.fill(page.get_by_label("Name"), "Sample 12")
        await page.click(page.get_by_text("Start"))
        assert names["shown"].text == '{"name": "Sample 12", "index": 1.33, "from": 10}'
        await page.fill(page.get_by_label("Rate"), "0.25")
        assert names["model"].rate == 0.25
        await page.click(".my-counter")
        assert names["counter"].value == 1


async def test_files_are_taken(folder: Path, notebook: Notebook) -> None:
    await read("how-to/files.md", folder, notebook)
    async with connect(load("app.py")) as page:
        await page.choose_files("input", {"data.csv": b"a,b\n1,2\n3,4\n"})
        assert page.get("p").innerText == "data.csv: 3 rows"
    link = notebook.names["link"]
    assert link.getAttribute("href").startswith("data:text/csv;base64,eWVhcix2YWx1ZQ")


async def test_progress_arrives_and_a_callback_works(folder: Path, notebook: Notebook) -> None:
    names = (await read("how-to/progress.md", folder, notebook)).names
    assert names["bar"].value == 100
    async with connect(names["app"]) as page:
        await page.click("button")
    assert names["stopped"] is True
    document = Document()
    button = document.createElement("button", innerText="Start")
    button.addEventListener("click", names["on_click"])
    document.body.append(button)
    async with connect(document) as page:
        await page.click("button")
        assert page.get("button").innerText == "Result: 42"


async def test_charts_are_drawn_and_change(folder: Path, notebook: Notebook) -> None:
    names = (await read("how-to/charts.md", folder, notebook)).names
    assert list(names["chart"].widget.data[0].y) == [4, 6]
    assert names["points"].widget.chart.mark == "bar"
    async with connect(names["document"]) as page:
        before = page.get("img").getAttribute("src")
        assert page.get("img").getAttribute("alt") == "A sine wave"
        await page.fill(page.get_by_label("Frequency"), "3")
        assert page.get("img").getAttribute("src") != before


async def test_styles_change(folder: Path, notebook: Notebook) -> None:
    names = (await read("how-to/style.md", folder, notebook)).names
    assert names["sheet"].cssText == "h2 { color: rebeccapurple }"
    assert names["note"].getAttribute("style") == "font-style: italic;"


async def test_viewers_count_alone_and_talk_together(folder: Path) -> None:
    Guide("how-to/viewers.md").save(folder)
    async with connect(DomsyncServer(load("counter.py"), "localhost", 0)) as one:
        await one.click("button")
        assert one.get("button").innerText == "1"
    board = load("board.py")
    async with connect(board) as one, connect(board) as other:
        await one.type("input", "hello\n")
        assert (await other.wait_for("li")).innerText == "hello"


async def test_presence_is_told(folder: Path) -> None:
    Guide("how-to/viewers.md").save(folder)
    present = load("presence.py:board")
    server = DomsyncServer(load("presence.py"), "localhost", 0)
    async with connect(server) as page:
        assert page.text == "Welcome"
        assert load("presence.py")
    assert "here" in present.body.innerText


async def test_a_notebook_and_a_page_have_the_same_code(folder: Path, notebook: Notebook) -> None:
    names = (await read("how-to/voila.md", folder, notebook)).names
    assert names["widget"].document.querySelector("h1").innerText == "Analysis"
    async with connect(load("analysis.py")) as page:
        await page.fill("input", "12")
        assert page.get("output").innerText == "12 bins"


async def test_what_is_not_to_be_saved_is_not(folder: Path, notebook: Notebook) -> None:
    names = (await read("how-to/save.md", folder, notebook)).names
    assert "text/html" not in names["secret"]._repr_mimebundle_()[0]
    assert names["widget"]._saved is not None


@pytest.mark.parametrize(
    ("host", "origin", "is_let_in"),
    [
        ("apps.example.org", "https://apps.example.org", True),
        ("apps.example.org", "http://apps.example.org", False),
        ("apps.example.com", "https://apps.example.com", False),
    ],
)
def test_a_proxy_is_let_in_as_the_page_says(host: str, origin: str, is_let_in: bool) -> None:
    (command,) = [line for line in Guide("how-to/share.md").commands if "--origin" in line]
    options = _parser("test").parse_args(shlex.split(command)[1:])
    headers = websockets.datastructures.Headers(Host=host, Origin=origin, Upgrade="websocket")
    refusal = gate.check(
        "/", "GET", headers, bound_host="localhost", port=8888, is_loopback=True, origins=options.origin
    )
    assert (refusal is None) is is_let_in


async def test_another_client_shows_what_the_page_says(folder: Path) -> None:
    guide = Guide("how-to/write-a-client.md")
    guide.save(folder)
    session = load("client.py:session")
    async with DomsyncServer(load("counter.py"), "localhost", 0, token="secret") as server:
        url = server.url.partition("#")[0].replace("http", "ws")
        assert [await session(url, 3, "secret")] == [f"{output}" for output in guide.outputs]


async def test_another_client_reads_rows_of_one_shape(folder: Path) -> None:
    guide = Guide("how-to/write-a-client.md")
    guide.save(folder)
    document = Document()
    document.body.append(
        document.createElement("button", innerText="go"), table := document.createElement("table")
    )

    def rows(event: object) -> None:
        if table.children:
            table.append(*reversed(table.children[:3]))
            return
        for number in range(50):
            row = document.createElement("tr", attributes={"class": "odd" if number % 2 else "even"})
            row.append(document.createElement("td", innerText=str(number)), document.createElement("td"))
            table.append(row)
        table.firstChild.replaceWith("text")  # type: ignore[union-attr]  # it has rows

    document.querySelector("button").addEventListener("click", rows)  # type: ignore[union-attr]  # it is there
    async with DomsyncServer(document, "localhost", 0) as server:
        shown = await load("client.py:session")(server.url.replace("http", "ws"), 2)
    lines = shown.splitlines()
    assert lines[:4] == ["root id=domsync_root_id", "  button go", "  table", "    #text text"]
    assert lines[4:8] == ["    tr class=even", "      td 4", "      td", "    tr class=odd"]
    numbers = [line.split()[1] for line in lines if line.startswith("      td ")]
    assert numbers == [str(number) for number in (*range(4, 50), 3, 2, 1)]


def test_the_protocol_has_all_names() -> None:
    rows = re.findall(r"^\| `([A-Z]+)`, in \w+ \| (.*) \|$", (DOCS / "protocol.md").read_text(), re.MULTILINE)
    named = {name: set(re.findall(r"`(\w+)`", text)) - {"METHODS"} for name, text in rows}
    assert named == {
        "PROPERTIES": ops.PROPERTIES, "METHODS": ops.METHODS, "CALLABLE": questions.CALLABLE - ops.METHODS,
        "READABLE": questions.READABLE,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("page", "markdown", "expected"),
    [
        ("notebook.md", "[a](../README.md)", "[a](index.md)"),
        ("how-to/share.md", "[a](../../CONTRIBUTING.md#tests)", "[a](../contributing.md#tests)"),
        ("contributing.md", "[a](docs/architecture.md)", "[a](architecture.md)"),
        ("benchmarks.md", "[a](../docs/performance.md#x)", "[a](performance.md#x)"),
        ("notebook.md", "[a](../notebooks/dashboard.ipynb)", "a"),
        ("notebook.md", "[a](../nothing.md) [b](#x) [c](https://d.org)", "[a](../nothing.md) [b](#x) [c](https://d.org)"),
    ],
)  # fmt: skip
def test_links_are_made_to_fit_the_site(page: str, markdown: str, expected: str) -> None:
    assert relink(markdown, page) == expected
