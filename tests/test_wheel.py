"""The archives that are published: complete, and installed and run where there is no Node.js."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CHECKOUT = Path(__file__).parent.parent
BUILD = [sys.executable, "-m", "build", "--no-isolation"]
BUNDLES = {f"domsync_jupyter/static/{name}.js" for name in ("loader", "widget", "page", "islands")}
CARRIED = BUNDLES | {"domsync_jupyter/py.typed", "domsync_jupyter/__init__.py"}
# Made on the machine of whoever builds, and nobody else's business.
FOREIGN = ("node_modules/", ".venv/", ".demo/", "__pycache__/", ".hypothesis/")

# Run by the wheel's users: serves a document, opens it as a page does, and makes a widget.
PROGRAM = """
import asyncio, json, urllib.request
from urllib.parse import urlsplit

import domsync_jupyter
from domsync_jupyter import DomsyncServer, DomsyncWidget
from websockets.asyncio.client import connect

def get(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        return response.status, response.headers.get_content_type(), response.read().decode()

async def app(server, client):
    document = server.get_document(client)
    document.getRootElement().appendChild(document.createElement("b", innerText="hello"))
    await server.flush(client)
    await client.wait_closed()

async def main():
    server = DomsyncServer(app, "127.0.0.1", 0, verbose=False)
    await server.serve()
    try:
        base = server.url.rstrip("/")
        status, kind, page = await asyncio.to_thread(get, base + "/")
        assert (status, kind) == (200, "text/html"), (status, kind)
        assert 'src="domsync.js"' in page, page
        status, kind, script = await asyncio.to_thread(get, base + "/domsync.js")
        assert (status, kind) == (200, "text/javascript"), (status, kind)
        assert len(script) > 1000, script

        netloc = urlsplit(base).netloc
        async with connect(f"ws://{netloc}/", subprotocols=["domsync.v1"], origin=f"http://{netloc}") as socket:
            assert socket.subprotocol == "domsync.v1"
            await socket.send(json.dumps([0, 1, "", 0, "test"]))
            async with asyncio.timeout(10):
                tag, version, session, epoch, seq, options = json.loads(await socket.recv())
                assert (tag, version, epoch, seq) == (0, 1, 1, 0), (tag, version, epoch, seq)
                assert session and options["window"] > 0, (session, options)
                snapshot = json.loads(await socket.recv())
            assert snapshot[0] == 2, snapshot
    finally:
        await server.close()

asyncio.run(main())
assert "msg:custom" in str(DomsyncWidget()._esm)
print("domsync_jupyter", domsync_jupyter.__version__, "works")
"""


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist of this checkout, whose bundles were built before the tests started."""
    missing = [name for name in BUNDLES if not (CHECKOUT / name).exists()]
    assert not missing, f"{missing} not built yet: `cd js && npm ci && npm run build`, or `make test`"
    folder = tmp_path_factory.mktemp("sdist")
    # The hook would run `npm ci` under the feet of whatever else uses js/node_modules.
    _run(*BUILD, "--sdist", "--outdir", folder, CHECKOUT, skip_hook=True)
    return next(folder.glob("domsync_jupyter-*.tar.gz"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the sdist, without Node.js."""
    source = tmp_path_factory.mktemp("source")
    with tarfile.open(sdist) as archive:
        archive.extractall(source, filter="data")
    folder = tmp_path_factory.mktemp("wheel")
    unpacked = next(source.iterdir())
    _run(*BUILD, "--wheel", "--outdir", folder, unpacked, path="")
    return next(folder.glob("domsync_jupyter-*.whl"))


def test_sdist_is_complete(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= CARRIED | {"LICENSE", "README.md", "js/package-lock.json", "scripts/build_js.py"}
    assert _foreign(names) == []


def test_wheel_is_complete(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert names >= CARRIED
    assert _foreign(names) == []
    folders = {name.partition("/")[0] for name in names}
    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {"domsync_jupyter"}


def test_a_checkout_without_bundles_says_what_it_needs(tmp_path: Path) -> None:
    ignored = shutil.ignore_patterns("static", "node_modules", "build", ".*", "dist", "test-results")
    shutil.copytree(CHECKOUT, tmp_path / "checkout", ignore=ignored)
    command = [*BUILD, "--wheel", "--outdir", str(tmp_path), str(tmp_path / "checkout")]
    result = subprocess.run(command, env=_environment(path=""), capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "needs npm" in result.stdout + result.stderr


def test_wheel_works_without_node(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv")
    binaries = tmp_path / "venv" / "bin"
    assert shutil.which("node", path=str(binaries)) is None
    packages = Path(
        _run(binaries / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    )
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    for distribution in _needed_by(next(packages.glob("*.dist-info"))):
        for top in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
            (packages / top).symlink_to(Path(str(distribution.locate_file(top))))
    output = _run(binaries / "python", "-W", "error", "-c", PROGRAM, path=str(binaries), cwd=tmp_path)
    assert output.strip().endswith("works")


def _needed_by(dist_info: Path) -> list[Distribution]:
    """What an installer would fetch for a wheel, and nothing else that the tests have; from here, not the network."""
    found: dict[str, Distribution] = {}
    left: list[Distribution] = [Distribution.at(dist_info)]
    while left:
        for requirement in map(Requirement, left.pop().requires or ()):
            name = canonicalize_name(requirement.name)
            if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
                continue
            if name not in found:
                found[name] = Distribution.from_name(name)
                left.append(found[name])
            assert found[name].version in requirement.specifier, requirement
    return list(found.values())


def _run(
    *command: str | Path, path: str | None = None, skip_hook: bool = False, cwd: Path | None = None
) -> str:
    environment = _environment(path) | ({"SKIP_JUPYTER_BUILDER": "1"} if skip_hook else {})
    result = subprocess.run(command, env=environment, cwd=cwd, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout


def _environment(path: str | None) -> dict[str, str]:
    """Return our environment without what points into this venv, with another PATH if one is given."""
    dropped = {"PYTHONPATH", "VIRTUAL_ENV", "SKIP_JUPYTER_BUILDER"}
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    return environment if path is None else environment | {"PATH": path}


def _foreign(names: set[str]) -> list[str]:
    return sorted(name for name in names if any(part in f"{name}/" for part in FOREIGN))
