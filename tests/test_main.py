"""``python -m domsync_jupyter``."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from domsync_jupyter import Document, __version__
from domsync_jupyter.__main__ import _own_address, main
from domsync_jupyter.loading import load
from tests.peer import page

CHECKOUT = Path(__file__).parents[1]

MODULE = """
from domsync_jupyter import Document

async def app(server, client):
    server.get_document(client).getRootElement().append("hello")

def build(parent):
    parent.append("hello")

document = Document()
number = 1
"""


BROWSER = """#!{python}
import sys, urllib.request
with urllib.request.urlopen(sys.argv[1]) as page, open({seen!r}, "w") as seen:
    seen.write(f"{{sys.argv[1]}} {{page.status}}")
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
        ("{}:build", "does not take a server and a client"),
    ],
)  # fmt: skip
def test_load_says_what_is_wrong(module: str, target: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        load(target.format(module))


def test_errors_of_the_module_itself_are_shown_as_they_are(module: str) -> None:
    with pytest.raises(ModuleNotFoundError, match="there_is_no_such_module"):
        load("broken:app")


def test_a_file_without_app_says_what_it_has(module: str) -> None:
    Path("other.py").write_text("async def shop(server, client): ...\nasync def helper(): ...\nprice = 1\n")
    with pytest.raises(ValueError, match=r"the file 'other.py' has no 'app': did you mean other.py:shop\?"):
        load("other.py")
    with pytest.raises(ValueError, match=r"did you mean other:shop\?"):
        load("other:app")
    Path("empty.py").write_text("")
    with pytest.raises(ValueError, match="write 'async def app"):
        load("empty.py")


def test_a_name_without_its_ending_is_understood(module: str) -> None:
    with pytest.raises(ValueError, match=rf"Did you mean {module}\.py\?"):
        load(module)
    with pytest.raises(ValueError, match="Voila"):
        load("notebook.ipynb")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["app"], "expected package.module:app"),
        (["run", "nothing.py"], "there is no file 'nothing.py'"),
        (["there_is_no_such_module:app"], "there is no module"),
        (["{}:number"], "but of the type int"),
        (["run", "{}:app", "--workers", "4"], "sticky sessions"),
        (["{}:app", "--token", "not a token"], "expected a token"),
        (["{}:app", "--origin", "example.org"], 'such as "https://example.org'),
        (["{}:app", "--host", "192.0.2.1"], "no address of this machine"),
        (["{}:app", "--host", "there-is-no-such-host.invalid"], "there is no host"),
    ],
)
def test_a_mistake_is_one_line(
    module: str, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([argument.format(module) for argument in arguments]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_a_port_in_use_says_what_to_do(module: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main([f"{module}:app", "--host", "127.0.0.1", "--port", str(port)]) == 2
    said = capsys.readouterr().err
    assert f"port {port} on 127.0.0.1 is in use" in said
    assert "--port 0" in said


@pytest.mark.parametrize("number", ["-1", "65536", "http"])
def test_a_port_is_a_port(module: str, number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["run", f"{module}:app", "--port", number])
    assert caught.value.code == 2
    assert number in capsys.readouterr().err


def test_an_error_of_the_app_is_shown_with_its_traceback_alone(
    module: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["broken.py"]) == 1
    said = capsys.readouterr().err
    assert "import there_is_no_such_module" in said
    assert "ModuleNotFoundError" in said
    assert said.count("  File ") == 1
    assert said.endswith("broken.py could not be loaded: see above\n")


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "run an app as a web page" in capsys.readouterr().err
    for arguments, words in (
        (["--version"], f"domsync-jupyter {__version__}\n"),
        (["run", "--help"], "--workers"),
        (["--help"], "run an app as a web page"),
    ):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 0
        assert words in capsys.readouterr().out


def test_the_script_is_this_command() -> None:
    metadata = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    assert metadata["project"]["scripts"] == {"domsync-jupyter": "domsync_jupyter.__main__:main"}


@contextmanager
def running(*arguments: str, **variables: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program, and the address that it printed."""
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": "1"} | variables
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


@pytest.mark.parametrize("arguments", [["run", "{}.py"], ["{}.py"], ["--port", "0", "{}:document"]])
def test_apps_are_named_in_many_ways(module: str, arguments: list[str]) -> None:
    given = [argument.format(module) for argument in arguments]
    if "--port" not in given:
        given += ["--port", "0"]
    with running(*given) as (_, url):
        assert re.fullmatch(r"http://localhost:\d+/", url)


def test_the_token_comes_from_the_environment(module: str) -> None:
    with running(f"{module}:app", "--port", "0", DOMSYNC_TOKEN="from-there") as (_, url):
        assert url.endswith("/#token=from-there")


def test_other_machines_are_told_an_address(module: str) -> None:
    with running(f"{module}:app", "--port", "0", "--host", "0.0.0.0", "--token", "secret") as (process, url):
        assert url.startswith("http://localhost:")
        if (address := _own_address()) is None:
            return  # This machine is in no network.
        assert process.stdout is not None
        assert process.stdout.readline() == (f"from other machines: {url.replace('localhost', address)}\n")

        async def look() -> None:
            async with page(url.replace("localhost", address)) as peer:
                await peer.shows("hello")

        asyncio.run(look())


def test_an_origin_is_let_in(module: str) -> None:
    async def status(url: str, origin: str) -> int:
        reader, writer = await asyncio.open_connection("localhost", int(url.rsplit(":", 1)[1].strip("/")))
        writer.write(f"GET / HTTP/1.1\r\nHost: {url[7:-1]}\r\nOrigin: {origin}\r\n\r\n".encode())
        line = await reader.readline()
        writer.close()
        await writer.wait_closed()
        return int(line.split()[1])

    with running(f"{module}:app", "--port", "0", "--origin", "https://apps.example.org") as (_, url):
        assert asyncio.run(status(url, "https://apps.example.org")) == 200
        assert asyncio.run(status(url, "https://other.example.org")) == 403


def test_the_page_is_opened_once_it_is_there(module: str, tmp_path: Path) -> None:
    # The browser is a program that is given the address, as BROWSER says. It loads the page at once.
    browser, seen = tmp_path / "browser", tmp_path / "seen"
    browser.write_text(BROWSER.format(python=sys.executable, seen=str(seen)))
    browser.chmod(0o755)
    os.mkfifo(seen)
    with running(f"{module}:app", "--port", "0", "--open", BROWSER=f"{browser} %s") as (_, url):
        assert seen.read_text() == f"{url} 200"


def test_a_browser_that_stays_keeps_nobody_from_stopping(module: str, tmp_path: Path) -> None:
    browser, held = tmp_path / "browser", tmp_path / "held"
    browser.write_text(f"#!/bin/sh\nread line < {held}\n")
    browser.chmod(0o755)
    os.mkfifo(held)
    with (
        running(f"{module}:app", "--port", "0", "--open", BROWSER=f"{browser} %s") as (process, _),
        held.open("w"),
    ):
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_no_browser_is_told(module: str, tmp_path: Path) -> None:
    with running(f"{module}:app", "--port", "0", "--open", BROWSER=f"{tmp_path}/none %s", PATH="") as (
        process,
        url,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "domsync found no browser: open the address yourself\n"

        async def look() -> None:
            async with page(url) as peer:
                await peer.shows("hello")

        asyncio.run(look())
