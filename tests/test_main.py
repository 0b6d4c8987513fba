"""``python -m domsync_jupyter``."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domsync_jupyter import Document
from domsync_jupyter.__main__ import main
from domsync_jupyter.loading import load
from tests.peer import page

CHECKOUT = Path(__file__).parents[1]

MODULE = """
from domsync_jupyter import Document

async def app(server, client):
    server.get_document(client).getRootElement().append("hello")

document = Document()
number = 1
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module with an app."""
    name = f"some_app_{os.getpid()}_{abs(hash(tmp_path))}"
    (tmp_path / f"{name}.py").write_text(MODULE)
    (tmp_path / "broken.py").write_text("import there_is_no_such_module")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    return name


def test_load(module: str) -> None:
    assert load(f"{module}:app").__name__ == "app"
    assert isinstance(load(f"{module}:document"), Document)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("", "package.module:app"), ("app", "package.module:app"), (":app", "package.module:app"),
        ("app:", "package.module:app"),
        ("there_is_no_such_module:app", "no module"), ("{}.sub:app", "no module"),
        ("{}:nothing", "has no 'nothing'"), ("{}:number", "neither"),
    ],
)  # fmt: skip
def test_load_says_what_is_wrong(module: str, target: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        load(target.format(module))


def test_errors_of_the_module_itself_are_shown_as_they_are(module: str) -> None:
    with pytest.raises(ModuleNotFoundError, match="there_is_no_such_module"):
        load("broken:app")


@pytest.mark.parametrize("arguments", [["app"], ["there_is_no_such_module:app"], ["{}:number"]])
def test_a_mistake_is_one_line(module: str, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([argument.format(module) for argument in arguments])
    assert caught.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program, and the address that it printed."""
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "domsync_jupyter", *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serves_until_it_is_told_to_stop(module: str, number: signal.Signals) -> None:
    with running(f"{module}:app", "--port", "0", "--token", "secret") as (process, url):
        assert url.startswith("http://localhost:")
        assert url.endswith("/#token=secret")

        async def look() -> None:
            async with page(url) as peer:
                await peer.shows("hello")
                process.send_signal(number)
                assert (await peer.closed())[0] == 1001

        asyncio.run(look())
        assert process.wait(10) == 0
