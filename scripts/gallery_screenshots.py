"""Make the pictures of components in ``docs/images``, and those of a saved notebook, each in light and in dark.

The components are those of ``docs/examples/gallery``, on a server's page; the notebook is opened as one of
somebody else's, whom nobody trusts, in a kernel that
knows nothing of the widget.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal

import nbformat
from nbformat.v4 import new_markdown_cell
from playwright.sync_api import Browser, Page, expect, sync_playwright

from domsync_jupyter import Document
from scripts.lab_server import LabServer
from scripts.screenshots import CHANGE_THEME, IMAGES, THEMES
from tests.browser.conftest import ARGUMENTS
from tests.browser.lab import LabNotebook
from tests.browser.serving import serving

__all__ = ["main"]

GALLERY = Path(__file__).parent.parent / "docs" / "examples" / "gallery"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTH = 1100
SAVED = """\
import math
from domsync_jupyter import DomsyncWidget
from domsync_jupyter.components import Card, Checkbox, Grid, Select, Stat, TimeSeries

widget = DomsyncWidget()
grid = Grid(widget.document, "1fr 2fr")
oven = Card(grid, "Oven 8")
Stat(oven, "Temperature", "231 °C", delta="+4 °C")
Select(oven, "Programme", ["Bake", "Anneal", "Cool"], "Anneal")
Checkbox(oven, "Heating", True)
chart = TimeSeries(Card(grid, "Last hour"), ["upper", "lower"], x="number", height=190)
for minute in range(60):
    chart.append(minute, [190 + minute * 0.7 + 6 * math.sin(minute / 3), 185 + minute * 0.6])
widget
"""


def main(arguments: list[str] | None = None) -> int:
    """Make the pictures; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.gallery_screenshots", description="Make pictures of components."
    )
    parser.add_argument("--directory", type=Path, default=IMAGES, help="where they go (default: docs/images)")
    directory: Path = parser.parse_args(arguments).directory
    directory.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        executable = shutil.which(os.environ.get("DOMSYNC_CHROMIUM", "chromium"))
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        for file in sorted(GALLERY.glob("*.py")):
            _take_family(browser, file, directory)
        _take_saved(browser, directory)
        browser.close()
    for image in sorted(directory.glob("*.png")):
        print(f"{image} {image.stat().st_size // 1000} kB")
    return 0


def _take_family(browser: Browser, file: Path, directory: Path) -> None:
    document = Document()
    _load(file).build(document)
    with serving(document) as (server, _):
        for scheme in SCHEMES:
            page = browser.new_page(viewport={"width": WIDTH, "height": 400}, color_scheme=scheme)
            page.goto(server.url)
            expect(page.locator(".domsync-card, .domsync-sidebar").first).to_be_visible()
            _settle(page)
            page.screenshot(path=directory / f"components-{file.stem}-{scheme}.png", full_page=True)
            page.close()


def _take_saved(browser: Browser, directory: Path) -> None:
    with (
        tempfile.TemporaryDirectory() as base,
        LabServer(Path(base, "notebooks"), Path(base, "state")) as server,
    ):
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        notebook = LabNotebook.write(server, "oven.ipynb", [SAVED]).open(page)
        notebook.run_cell(0)
        expect(page.locator(".domsync-saved img")).to_have_count(1)
        saved = notebook.save()
        notebook.shut_down()
        saved.metadata.author = "somebody else"  # so the signature is not that of what is in it
        saved.cells.insert(
            0, new_markdown_cell("Saved, and opened by somebody else: untrusted, in a new kernel")
        )
        nbformat.write(saved, server.root / "saved.ipynb")
        for scheme, theme in THEMES.items():
            page.goto(server.address("doc/tree/saved.ipynb", reset=""))
            expect(page.locator(".jp-OutputArea img")).to_be_visible()
            page.evaluate(CHANGE_THEME, theme)
            expect(page.locator(f'body[data-jp-theme-name="{theme}"]')).to_be_attached()
            page.keyboard.press("Escape")
            _settle(page)
            page.screenshot(path=directory / f"saved-notebook-{scheme}.png")
        page.close()


def _settle(page: Page) -> None:
    """Let what is drawn late, charts and fonts, be drawn."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1_500)


def _load(file: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"gallery_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    sys.exit(main())
