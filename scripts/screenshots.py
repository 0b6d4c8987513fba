"""Make the pictures in ``docs/images``: the dashboard in a real JupyterLab, in its light and its dark theme.

They show what the machine is doing, with the names of its processes. In a process namespace of its own there are no
others than JupyterLab's: ``unshare --map-root-user --pid --fork --mount-proc python -m scripts.screenshots``.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from scripts.lab_server import LabServer
from tests.browser.conftest import ARGUMENTS
from tests.browser.lab import LabNotebook

__all__ = ["main"]

CHECKOUT = Path(__file__).parent.parent
NOTEBOOK = CHECKOUT / "notebooks" / "dashboard.ipynb"
IMAGES = CHECKOUT / "docs" / "images"
WIDTH, HEIGHT, SCALE = 1200, 1060, 1.5
CHART_MS = 125_000  # until the lines fill the charts
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
CHANGE_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
# Something to see: computes, now with one core and now with two, and writes.
WORK = """
import hashlib, os, tempfile, threading, time

def compute(seconds, rest):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        hashlib.sha256(bytes(2_000_000)).digest()
        time.sleep(rest)

for turn in range(1000):
    second = threading.Thread(target=compute, args=(3 + turn % 3, 0.004 * (turn % 4)))
    second.start()
    compute(5 + turn % 4, 0.002 * (turn % 3))
    second.join()
    with tempfile.TemporaryFile() as file:
        for _ in range(4 + turn % 5):
            file.write(os.urandom(2_000_000 * (1 + turn % 3)))
            os.fsync(file.fileno())
            time.sleep(0.4)
"""


def main(arguments: list[str] | None = None) -> int:
    """Make the pictures; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.screenshots", description="Make the pictures in docs/images."
    )
    parser.add_argument("--directory", type=Path, default=IMAGES, help="where they go (default: docs/images)")
    directory: Path = parser.parse_args(arguments).directory
    directory.mkdir(parents=True, exist_ok=True)
    with _opened_notebook() as notebook, _busy_machine():
        notebook.run_all()
        notebook.page.wait_for_timeout(CHART_MS)
        for name, theme in THEMES.items():
            file = directory / f"dashboard-{name}.png"
            _take(notebook.page, theme, file)
            print(f"{file} {file.stat().st_size // 1000} kB")
    return 0


@contextmanager
def _opened_notebook() -> Iterator[LabNotebook]:
    executable = shutil.which(os.environ.get("DOMSYNC_CHROMIUM", "chromium"))
    with (
        tempfile.TemporaryDirectory() as base,
        LabServer(Path(base, "notebooks"), Path(base, "state")) as server,
    ):
        shutil.copy(NOTEBOOK, server.root)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE)
            yield LabNotebook(server, NOTEBOOK.name).open(page)
            browser.close()


@contextmanager
def _busy_machine() -> Iterator[None]:
    with subprocess.Popen([sys.executable, "-c", WORK]) as worker:
        try:
            yield
        finally:
            worker.kill()


def _take(page: Page, theme: str, file: Path) -> None:
    page.evaluate(CHANGE_THEME, theme)
    expect(page.locator(f'body[data-jp-theme-name="{theme}"]')).to_be_attached()
    page.locator(".domsync-view h2").evaluate("title => title.parentElement.scrollIntoView()")
    page.screenshot(path=file, animations="disabled")  # bars in their places


if __name__ == "__main__":
    sys.exit(main())
