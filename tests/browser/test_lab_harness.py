"""The tools of the browser tests: that they run what they say, and that their safety nets catch something."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from scripts.lab_server import LabServer
from tests.browser.conftest import OpenNotebook
from tests.browser.lab import COUNTER, LabNotebook


def test_runs_cells_and_shows_their_output(open_beside: OpenNotebook, tmp_path: Path) -> None:
    notebook = open_beside(["print(6*7)", "1/0", "print('not reached')"])
    notebook.run_all()
    expect(notebook.output(0)).to_have_text("42\n")
    expect(notebook.output(1)).to_contain_text("ZeroDivisionError")
    expect(notebook.output(2)).to_have_count(0)
    notebook.run_cell(2)
    expect(notebook.output(2)).to_have_text("not reached\n")
    notebook.screenshot(tmp_path / "notebook.png")
    assert (tmp_path / "notebook.png").stat().st_size > 0


def test_starts_a_cell_without_waiting_for_it(open_beside: OpenNotebook) -> None:
    notebook = open_beside(["answer = input('? ')"])
    notebook.start_cell(0)
    box = notebook.cell(0).locator(".jp-Stdin-input")
    box.fill("42")
    box.press("Enter")
    notebook.wait_for_cell(0)
    notebook.save()


def test_widget_lives_on_after_save_and_reload(open_beside: OpenNotebook) -> None:
    notebook = open_beside([COUNTER, "print(counter.count)"])
    notebook.run_cell(0)
    button = notebook.output(0).locator("button.counter")
    button.click()
    button.click()
    expect(button).to_have_text("count 2")
    notebook.run_cell(1)
    expect(notebook.output(1)).to_have_text("2\n")

    saved = notebook.save()
    assert "application/vnd.jupyter.widget-view+json" in saved.cells[0].outputs[0].data
    notebook.reload()
    expect(button).to_have_text("count 2")
    button.click()
    expect(button).to_have_text("count 3")
    notebook.run_cell(1)
    expect(notebook.output(1)).to_have_text("3\n")


def test_restarts_the_kernel(open_beside: OpenNotebook) -> None:
    notebook = open_beside(["here = True", "print('here' in globals())"])
    notebook.run_all()
    expect(notebook.output(1)).to_have_text("True\n")
    notebook.restart_kernel()
    notebook.run_cell(1)
    expect(notebook.output(1)).to_have_text("False\n")


def test_records_errors_of_every_page(page: Page, page_errors: list[str]) -> None:
    second = page.context.new_page()
    with second.expect_event("pageerror"):
        second.evaluate("() => { setTimeout(() => { throw new Error('lost'); }); }")
    with page.expect_console_message():
        page.evaluate("() => console.error('said')")
    page.wait_for_function("() => true")  # a round trip, so that both have been recorded
    texts = sorted(page_errors)
    page_errors.clear()
    assert len(texts) == 2
    assert "said" in texts[0]
    assert "lost" in texts[1]


def test_opens_in_all_of_jupyterlab(jupyter_lab: LabServer, page: Page) -> None:
    """In Notebook 7: test_front_ends.py."""
    notebook = LabNotebook.write(jupyter_lab, "all-of-jupyterlab.ipynb", [COUNTER]).open(page, "lab/tree")
    notebook.run_all()
    button = notebook.output(0).locator("button.counter")
    button.click()
    expect(button).to_have_text("count 1")
    notebook.shut_down()
