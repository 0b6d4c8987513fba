"""``make demo``: JupyterLab opens on a notebook that is live already."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Page, expect

from tests.browser.lab import COUNTER

CHECKOUT = Path(__file__).parents[2]
HEADING = new_markdown_cell("# A notebook")


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    """Where the notebook to show is; tests write it."""
    (tmp_path / "notebooks").mkdir()
    return tmp_path / "notebooks" / "shown.ipynb"


@pytest.fixture
def demo(notebook: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The demo of the notebook, starting."""
    arguments = [str(notebook), "--directory", str(tmp_path / "demo"), "--port", "0", "--no-browser"]
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.demo", *arguments],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.terminate()


def _address(demo: subprocess.Popen[str]) -> str:
    assert demo.stdout is not None
    for line in demo.stdout:
        if line.strip().startswith("http://127.0.0.1:"):
            return line.strip()
    assert demo.stderr is not None
    pytest.fail(f"the demo printed no address:\n{demo.stderr.read()}")


def test_opens_a_live_notebook_also_if_a_cell_fails(
    notebook: Path, request: pytest.FixtureRequest, page: Page
) -> None:
    nbformat.write(
        new_notebook(cells=[HEADING, *map(new_code_cell, (COUNTER, "print(40 + 2)", "1/0", "print('no')"))]),
        notebook,
    )
    before = notebook.read_bytes()
    demo: subprocess.Popen[str] = request.getfixturevalue("demo")
    page.goto(_address(demo))

    button = page.locator("button.counter")  # no cell is run here
    expect(button).to_have_text("count 0")
    button.click()
    expect(button).to_have_text("count 1")
    expect(page.locator(".jp-OutputArea-output").nth(1)).to_have_text("42\n")
    expect(page.locator(".jp-OutputArea-output").last).to_contain_text(
        "ZeroDivisionError"
    )  # there it stopped
    expect(page.locator(".jp-InputPrompt", has_text="[2]:")).to_have_count(1)
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    page.reload()
    expect(button).to_have_text("count 1")  # the count is Python's
    assert notebook.read_bytes() == before

    children = psutil.Process(demo.pid).children(recursive=True)
    assert len(children) >= 2  # the server and the kernel
    page.context.close()  # it would complain of a server that is gone
    demo.terminate()
    assert demo.wait(timeout=30) == 0
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
    assert demo.stderr is not None
    assert "ZeroDivisionError" in demo.stderr.read()


def test_says_which_notebook_is_missing(demo: subprocess.Popen[str]) -> None:
    _, errors = demo.communicate(timeout=60)
    assert demo.returncode != 0
    assert "shown.ipynb" in errors
    assert "Traceback" not in errors
