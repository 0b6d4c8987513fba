"""README.md is true for a person at a real JupyterLab and a real page, too."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from scripts.lab_server import LabServer
from tests.browser.conftest import OpenNotebook
from tests.test_readme import CLOCK, COUNTER, NOTEBOOK, PORT, SHARED

TIME = re.compile(r"\d\d:\d\d:\d\d")


def test_the_counter_counts(open_beside: OpenNotebook) -> None:
    notebook = open_beside([COUNTER])
    notebook.run_cell(0)
    button = notebook.page.locator(".domsync-view button")
    expect(button).to_have_text("0")
    button.click()
    expect(button).to_have_text("1")


def test_the_clock_is_a_page_and_two_cells(
    open_beside: OpenNotebook, jupyter_lab: LabServer, free_port: int
) -> None:
    port = str(free_port)
    (jupyter_lab.root / "clock.py").write_text(CLOCK.replace(PORT, port))
    notebook = open_beside(
        [NOTEBOOK.replace(PORT, port), "through_the_server", "print(through_the_server.connection)"]
    )
    for cell in range(2):
        notebook.run_cell(cell)
        expect(notebook.output(cell).locator("time")).to_have_text(TIME)
    notebook.run_cell(2)
    expect(notebook.output(2)).to_have_text(
        # Through Jupyter's own address if it has jupyter-server-proxy, or else straight to the server's.
        re.compile(rf"websocket: ws://(localhost:{port}/|[^ ]*/proxy/{port}/) answered\n")
    )
    page = notebook.page.context.new_page()
    page.goto(f"http://localhost:{port}/")
    expect(page.locator("time")).to_have_text(TIME)
    page.close()


def test_a_cell_and_a_page_share_a_document(open_beside: OpenNotebook, free_port: int) -> None:
    notebook = open_beside([SHARED.replace(PORT, str(free_port))])
    notebook.run_cell(0)
    cell = notebook.page.locator(".domsync-view")
    page = notebook.page.context.new_page()
    page.goto(f"http://localhost:{free_port}/")
    for number, shown in enumerate((cell, page.locator("body")), 1):
        shown.get_by_placeholder("Say something").fill(f"line {number}")
        shown.get_by_placeholder("Say something").press("Enter")
        expect(cell.locator("li")).to_have_count(number)
        expect(page.locator("li")).to_have_count(number)
    expect(page.locator("li")).to_have_text(["line 1", "line 2"])
    page.close()
