"""Apps that are loaded again while their pages are open: `loading`, `reloading`, and ``--reload``."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from domsync_jupyter import Document, DomsyncServer
from domsync_jupyter.loading import folder_of, load, reload
from domsync_jupyter.reloading import Reloader
from domsync_jupyter.testing import AsyncPage, connect
from tests.peer import page
from tests.test_main import running

APP = """
from {words} import WORDS

async def app(server, client):
    root = server.get_document(client).getRootElement()
    root.innerHTML = f"<h1>{{WORDS}}</h1><input>"
    await client.wait_closed()
"""


class Sources:
    """A folder with an app, ``NAME.py``, and a module that it imports, ``NAME_words.py``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"reloaded_{abs(hash(folder))}"
        self.app = folder / f"{self.name}.py"
        self.words = folder / f"{self.name}_words.py"
        self.app.write_text(APP.format(words=self.words.stem))
        self.say("one")

    def say(self, words: str) -> None:
        self.words.write_text(f"WORDS = {words!r}\n")


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sources]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    modules = set(sys.modules)
    yield Sources(tmp_path)
    for name in set(sys.modules) - modules:
        if name.startswith(("reloaded_", "domsync_app_", "package")):
            del sys.modules[name]


@pytest.fixture(params=["{}.py", "{}.py:app", "{}:app"])
def target(request: pytest.FixtureRequest, sources: Sources) -> str:
    """The app, in the ways in which it can be named."""
    named: str = request.param.format(sources.name)
    return named


# Loading


def test_load_and_load_again(sources: Sources, target: str) -> None:
    app = load(target)
    assert app.__name__ == "app"
    folder = folder_of(target)
    assert folder == sources.folder
    words = sys.modules[sources.words.stem]
    assert reload(target, folder) is not app
    assert sys.modules[sources.words.stem] is not words


def test_what_cannot_be_loaded_leaves_all_as_it_was(sources: Sources, target: str) -> None:
    load(target)
    before = {name: module for name, module in sys.modules.items() if name.startswith("reloaded_")}
    assert len(before) == 2
    for broken in ("x = (", "1 / 0", "import there_is_no_such_module"):
        sources.words.write_text(broken)
        with pytest.raises((SyntaxError, ZeroDivisionError, ModuleNotFoundError)):
            reload(target, sources.folder)
        assert {
            name: module for name, module in sys.modules.items() if name.startswith("reloaded_")
        } == before


def test_packages(sources: Sources) -> None:
    package = sources.folder / "package_of_app"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "main.py").write_text("from domsync_jupyter import Document\n\ndocument = Document()\n")
    target = "package_of_app.main:document"
    app = load(target)
    assert isinstance(app, Document)
    assert folder_of(target) == sources.folder
    assert reload(target, sources.folder) is not app


def test_nothing_else_is_loaded_again(sources: Sources, target: str) -> None:
    load(target)
    others = {name: module for name, module in sys.modules.items() if not name.startswith("reloaded_")}
    reload(target, sources.folder)
    assert {name: sys.modules.get(name) for name in others} == others


@pytest.mark.parametrize(
    ("target", "words"), [("nowhere.py", "there is no file"), ("{}.py:nothing", "has no 'nothing'")]
)
def test_load_says_what_is_wrong_with_a_file(sources: Sources, target: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        load(target.format(sources.name))


# Reloading


async def until_text(seen: AsyncPage, words: str) -> None:
    await seen.until(lambda: seen.query("h1") is not None and seen.get("h1").innerText == words)


async def test_pages_go_on(sources: Sources, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    server = DomsyncServer(load(target), "localhost", 0)
    reloader = Reloader(server, target)
    async with connect(server, raise_errors=False) as seen:
        await seen.type("input", "typed")
        number = seen._screen._numbers[seen.get("input")]
        sources.say("two")
        await reloader.reload()
        await until_text(seen, "two")
        assert seen.get("input").value == "typed"  # type: ignore[attr-defined]
        assert seen._screen._numbers[seen.get("input")] == number

        sources.words.write_text("WORDS = (")
        await reloader.reload()
        await seen.until(lambda: seen.notices)
        assert seen.notices[-1].title == "the app was not reloaded: the one before goes on"
        assert "SyntaxError" in seen.notices[-1].text
        assert "loading.py" not in seen.notices[-1].text
        assert sources.words.name in capsys.readouterr().err
        assert seen.get("h1").innerText == "two"
        # Who comes now is told as well.
        async with connect(server, raise_errors=False) as late:
            await late.until(lambda: late.notices)
            assert late.get("h1").innerText == "two"

        sources.say("three")
        await reloader.reload()
        await until_text(seen, "three")
        assert seen.notices[-1].count == 0


async def test_a_document_is_reloaded_too(sources: Sources) -> None:
    sources.app.write_text(
        "from domsync_jupyter import Document\n\n"
        f"from {sources.words.stem} import WORDS\n\n"
        "app = Document()\napp.getRootElement().innerHTML = f'<h1>{WORDS}</h1><input>'\n"
    )
    target = f"{sources.name}:app"
    server = DomsyncServer(load(target), "localhost", 0)
    reloader = Reloader(server, target)
    async with connect(server) as one, connect(server) as other:
        await one.type("input", "typed")
        sources.say("two")
        await reloader.reload()
        for seen in one, other:
            await until_text(seen, "two")
            assert seen.get("input").value == "typed"  # type: ignore[attr-defined]


async def test_files_are_watched(sources: Sources, target: str) -> None:
    server = DomsyncServer(load(target), "localhost", 0)
    reloader = Reloader(server, target)
    stop = asyncio.Event()
    watching = asyncio.create_task(reloader.run(stop))
    try:
        async with connect(server, timeout=20) as seen:
            async with asyncio.timeout(20):
                # When it has begun to watch nobody tells: it is told until it has seen it.
                number = 0
                while seen.get("h1").innerText == "one":
                    number += 1
                    sources.say(f"two {number}")
                    await asyncio.sleep(0.2)
                    await seen.settle()
            assert seen.get("h1").innerText.startswith("two")
    finally:
        stop.set()
        await watching


async def test_without_what_it_needs(sources: Sources, target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    server = DomsyncServer(load(target), "localhost", 0)
    with pytest.raises(ValueError, match=r"pip install 'domsync-jupyter\[reload\]'"):
        Reloader(server, target)


def test_from_a_shell(sources: Sources) -> None:
    """The program, a real socket, real files: a page that is open goes on."""

    async def look(url: str) -> None:
        async with page(url) as viewer:
            await viewer.until(lambda: "<h1>one</h1>" in viewer.html())
            field = next(node.number for node in viewer.replica.nodes.values() if node.tag == "input")
            await viewer.fire("input", field, edits=[field, "value", "typed"])
            number = 0
            async with asyncio.timeout(30):
                while "<h1>one</h1>" in viewer.html():
                    number += 1
                    sources.say(f"two {number}")
                    await asyncio.sleep(0.3)
            assert "<h1>two" in viewer.html()
            assert viewer.replica.nodes[field].tag == "input"
            assert len(viewer.welcomes) == 1

    with running(f"{sources.name}.py", "--port", "0", "--reload") as (process, url):
        assert process.stdout is not None
        asyncio.run(look(url))
