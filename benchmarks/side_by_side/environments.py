"""An environment for each peer, below a git-ignored folder, made when it is first needed.

Peers want versions of websockets, starlette and Jupyter that exclude each other, and none of them may decide what this
project is measured with. What cannot be installed is an `InstallError`, which the report quotes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["OWN", "InstallError", "ensure", "python_of", "versions"]

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".bench" / "environments"
OWN = "own"
"""Name of the environment that runs the benchmark: for our systems, and for the limits that they are compared with."""

REQUIREMENTS = {
    "domsync": ("domsync==0.1.2", "websockets==10.4"),  # it does not start on newer websockets
    "nicegui": ("nicegui",),
    # reactpy 1.1 calls Starlette.add_websocket_route, which starlette 1 no longer has.
    "reactpy": ("reactpy==1.1.0", "fastapi<0.116", "starlette<0.47", "uvicorn[standard]"),
    "solara": ("solara", "solara-assets"),
    "trame": ("trame", "trame-vuetify", "trame-client"),
    "panel": ("panel", "bokeh"),
    "htmlws": ("starlette", "uvicorn[standard]"),
    # reactpy_jupyter imports notebook.base, which went with notebook 7; its page code needs an anywidget of then.
    "lab_reactpy": ("jupyterlab", "ipywidgets", "reactpy_jupyter==0.9.5", "notebook<7", "anywidget<0.7"),
    "lab_solara": ("jupyterlab", "ipywidgets", "solara", "reacton"),
}
# Solara fetches its page's code from the web at run time, and solara-assets lacks this version.
SOLARA_PAGE = "@widgetti/solara-vuetify3-app@5.2.0"
INSTALL_SECONDS = 1_200


class InstallError(Exception):
    """An environment that cannot be made; the message is the installer's last word."""


def python_of(name: str) -> Path:
    """The interpreter of that environment, which need not be there yet."""
    return Path(sys.executable) if name == OWN else FOLDER / name / "bin" / "python"


def ensure(name: str) -> None:
    """Make that environment, if it is not there or its requirements have changed.

    Raises:
        InstallError: If it cannot be made.
    """
    if name == OWN:
        return
    folder, requirements = FOLDER / name, list(REQUIREMENTS[name])
    stamp = folder / "installed.json"
    if stamp.exists() and json.loads(stamp.read_text(encoding="utf-8")) == requirements:
        return
    print(f"installing {name}: {' '.join(requirements)}", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", folder])
    _run([python_of(name), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements])
    if name == "solara":
        _add_page_of_solara(folder)
    stamp.write_text(json.dumps(requirements), encoding="utf-8")


def versions(name: str, packages: tuple[str, ...]) -> dict[str, str]:
    """The versions of those distributions in that environment; a missing one is left out."""
    code = (
        "import sys, json, importlib.metadata as m\n"
        "have = {d.name.lower(): d.version for d in m.distributions()}\n"
        "print(json.dumps({p: have[p] for p in sys.argv[1:] if p in have}))"
    )
    done = subprocess.run(
        [python_of(name), "-c", code, *packages], capture_output=True, text=True, check=False
    )
    return dict(json.loads(done.stdout)) if done.returncode == 0 else {}


def _add_page_of_solara(environment: Path) -> None:
    target = environment / "share" / "solara" / "cdn" / SOLARA_PAGE
    with tempfile.TemporaryDirectory() as folder:
        _run(["npm", "pack", "--silent", SOLARA_PAGE], folder)
        archive = next(Path(folder).glob("*.tgz"))
        shutil.unpack_archive(archive, folder, filter="data")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(Path(folder, "package"), target)


def _run(command: list[str | Path], folder: str | None = None) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": ""},
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallError(f"{command[0]}: {error}") from error
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or [f"exit status {done.returncode}"]
        errors = [line for line in lines if line.startswith("ERROR")]
        raise InstallError((errors or lines)[-1][:300])
