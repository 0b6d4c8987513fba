"""The dashboard notebook in a real JupyterLab: real readings, controls that work, views that agree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell
from playwright.sync_api import Locator, Page, expect

from scripts.demo import run_before_opening
from scripts.lab_server import LabServer
from tests.browser.lab import LabNotebook

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "dashboard.ipynb"
CELLS = nbformat.read(NOTEBOOK, as_version=4).cells
RUN = len(CELLS) - 1 - next(i for i, cell in enumerate(reversed(CELLS)) if cell.cell_type == "code")

# Cells that tests add behind the notebook's own.
CLIENTS = """\
async with asyncio.timeout(10):
    while len(widget.get_clients()) != {count}:
        await asyncio.sleep(0.01)
print("clients:", len(widget.get_clients()))
"""
LOOPS = """\
async with asyncio.timeout(10):
    while sum(task.get_coro().__name__ == "update" for task in asyncio.all_tasks()) != 1:
        await asyncio.sleep(0.01)
print("one loop")
"""
SERVE = """\
from domsync_jupyter import DomsyncServer

server = DomsyncServer(doc, "localhost", 0, verbose=False)
await server.serve()
print(server.url)
"""

CLOSE_OUTPUT_VIEW = """() => {
    const shell = window.jupyterapp.shell;
    const open = [...shell.widgets("main"), ...shell.widgets("down")];
    open.find((w) => w.node.querySelector(".domsync-view") && !w.node.querySelector(".jp-Notebook")).close();
}"""
# Looks at every state of the article until it has shown three more readings, and fails if `fault` finds one.
WATCH = """(article, [fault, argument]) => new Promise((resolve, reject) => {
    const find = new Function("return " + fault)();
    const clocks = new Set();
    const look = () => {
        const found = find(article, argument);
        clocks.add(article.querySelector("time").textContent);
        if (found || clocks.size > 3) observer.disconnect();
        if (found) reject(new Error(found));
        if (clocks.size > 3) resolve();
    };
    const observer = new MutationObserver(look);
    observer.observe(article, { subtree: true, childList: true, characterData: true, attributes: true });
    setTimeout(() => reject(new Error("three readings did not come")), 30_000);
    look();
})"""
NOT_SORTED = """(article, [column, sign]) => {
    const value = (text) => column === "name" ? text.toLowerCase() : Number(text.replaceAll(",", ""));
    const values = [...article.querySelectorAll(`td.${column}`)].map((cell) => value(cell.textContent));
    if (values.length < 5) return "too few rows";
    const wrong = values.some((it, i) => i > 0 && (sign > 0 ? it < values[i - 1] : it > values[i - 1]));
    return wrong && `not sorted: ${values}`;
}"""
# Notes in `article.rebuilt` which rows are not the elements that they were in the state before.
WATCH_ROWS = """(article) => {
    const body = article.querySelector("tbody");
    const rows = () => new Map([...body.rows].map((row) => [row.id, row]));
    let known = rows();
    article.rebuilt = [];
    new MutationObserver(() => {
        for (const [id, row] of rows()) if (known.has(id) && known.get(id) !== row) article.rebuilt.push(id);
        known = rows();
    }).observe(body, { childList: true });
}"""
# Resolves when the article has not changed for three of the shortest intervals.
QUIET = """(article) => new Promise((resolve, reject) => {
    let timer;
    const restart = () => {
        clearTimeout(timer);
        timer = setTimeout(() => (observer.disconnect(), resolve()), 1600);
    };
    const observer = new MutationObserver(restart);
    observer.observe(article, { subtree: true, childList: true, characterData: true, attributes: true });
    setTimeout(() => reject(new Error("it does not stop changing")), 30_000);
    restart();
})"""
JUMPED = """(article) => {
    const boxes = [...article.querySelectorAll("header > *, section, figure, th, svg, i")];
    const places = boxes.map((box) => [box.offsetLeft, box.offsetTop, box.offsetWidth, box.offsetHeight].join());
    article.places ??= places;
    const jumped = places.findIndex((place, i) => place !== article.places[i]);
    return jumped >= 0 && `<${boxes[jumped].localName}> was at ${article.places[jumped]}, is at ${places[jumped]}`;
}"""
CARET = "(field) => field.getRootNode().activeElement === field && field.selectionStart"

OpenDashboard = Callable[..., LabNotebook]


@pytest.fixture
def open_dashboard(
    jupyter_lab: LabServer, page: Page, request: pytest.FixtureRequest
) -> Iterator[OpenDashboard]:
    """Open a copy of the notebook, with further cells behind its own, and run its own."""
    opened: list[LabNotebook] = []

    def open_dashboard(*further_cells: str) -> LabNotebook:
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        notebook.cells += [new_code_cell(source) for source in further_cells]
        name = f"{request.node.name}.ipynb"
        nbformat.write(notebook, jupyter_lab.root / name)
        opened.append(LabNotebook(jupyter_lab, name).open(page))
        for index, cell in enumerate(CELLS):
            if cell.cell_type == "code":
                opened[0].run_cell(index)
        return opened[0]

    yield open_dashboard
    for notebook in opened:
        notebook.shut_down()


def articles(notebook: LabNotebook) -> Locator:
    """The dashboards that are on the page: one for each view."""
    return notebook.page.locator(".domsync-view article")


def next_reading(article: Locator) -> None:
    """Wait until another reading is shown."""
    expect(article.locator("time")).not_to_have_text(article.locator("time").inner_text())


def further_output(notebook: LabNotebook, index: int) -> Locator:
    """Run a further cell and return its output."""
    notebook.run_cell(len(CELLS) + index)
    return notebook.output(len(CELLS) + index)


def test_shows_what_the_machine_does(open_dashboard: OpenDashboard, jupyter_lab: LabServer) -> None:
    notebook = open_dashboard()
    article = articles(notebook)
    expect(article.locator("time")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    expect(article.locator("b")).to_have_text([re.compile(r"^\d+$")] + 5 * [re.compile(r"^\d+\.\d\d$")])
    expect(article).to_contain_text(f"of {psutil.virtual_memory().total / 1e9:.1f} GB")
    expect(article.locator(".cards i")).to_have_count(len(psutil.cpu_percent(percpu=True)) + 1)
    expect(notebook.page.locator('[data-mime-type="application/vnd.jupyter.stderr"]')).to_have_count(0)

    line = article.locator("figure path.cpu")
    expect(line).to_have_attribute("d", re.compile(r"^M[-\d.]+,[-\d.]+(L[-\d.]+,[-\d.]+){3,}$"))
    article.evaluate(WATCH, [JUMPED, None])

    assert jupyter_lab.process is not None
    article.get_by_role("searchbox").fill(str(jupyter_lab.process.pid))
    row = article.locator(f"tbody tr[id='{jupyter_lab.process.pid}']")
    expect(row.locator("td").first).to_have_text(re.compile("^python.* jupyterlab$"))
    memory = psutil.Process(jupyter_lab.process.pid).memory_info().rss / 1e6
    assert float(row.locator("td").last.inner_text().replace(",", "")) == pytest.approx(memory, rel=0.5)


def test_is_live_when_it_ran_before_it_was_opened(jupyter_lab: LabServer, page: Page) -> None:
    (jupyter_lab.root / "ran-before.ipynb").write_bytes(NOTEBOOK.read_bytes())
    with ThreadPoolExecutor(1) as thread:  # this one has the event loop of Playwright
        assert thread.submit(run_before_opening, jupyter_lab, "ran-before.ipynb").result(60) is None
    notebook = LabNotebook(jupyter_lab, "ran-before.ipynb").open(page)
    next_reading(articles(notebook))
    notebook.shut_down()


def test_pause_and_interval(open_dashboard: OpenDashboard) -> None:
    article = articles(open_dashboard())
    pause = article.locator("header button")
    article.locator("select").select_option("0.5 s")
    next_reading(article)
    pause.click()
    expect(pause).to_have_text("Resume")
    article.evaluate(QUIET)
    pause.click()
    expect(pause).to_have_text("Pause")
    next_reading(article)
    next_reading(article)

    article.locator("select").select_option("5 s")
    article.evaluate(QUIET)
    article.locator("select").select_option("0.5 s")
    next_reading(article)


def test_sorts_by_any_column_and_stays_sorted(open_dashboard: OpenDashboard) -> None:
    article = articles(open_dashboard())
    expect(article.locator("tbody tr").nth(5)).to_be_visible()
    article.locator("select").select_option("0.5 s")
    article.evaluate(WATCH, [NOT_SORTED, ["cpu_percent", -1]])
    signs = {"descending": -1, "ascending": 1}
    for column, orders in {
        "memory": ("descending", "ascending"),
        "name": ("ascending", "descending"),
    }.items():
        head = article.locator(f"th.{column}")
        for order in orders:
            head.locator("button").click()
            expect(head).to_have_attribute("aria-sort", order)
            expect(article.locator("th:not([aria-sort=none])")).to_have_count(1)
            article.evaluate(WATCH, [NOT_SORTED, [column, signs[order]]])


def test_rows_move_and_are_never_built_again(open_dashboard: OpenDashboard) -> None:
    article = articles(open_dashboard())
    expect(article.locator("tbody tr").nth(5)).to_be_visible()
    article.locator("select").select_option("0.5 s")
    article.evaluate(WATCH_ROWS)
    first = article.locator("tbody tr").first
    for _ in range(2):
        before = first.get_attribute("id")
        assert before is not None
        article.locator("th.pid button").click()
        expect(first).not_to_have_id(before)
    article.locator("th.cpu_percent button").click()
    for _ in range(3):
        next_reading(article)
    assert article.evaluate("(article) => article.rebuilt") == []


def test_filter_keeps_focus_and_caret_while_the_table_changes(open_dashboard: OpenDashboard) -> None:
    notebook = open_dashboard()
    article = articles(notebook)
    article.locator("select").select_option("0.5 s")
    next_reading(article)
    field = article.get_by_role("searchbox")
    field.click()
    for typed in ("p", "py", "pyt", "pyth"):
        notebook.page.keyboard.press(typed[-1])
        next_reading(article)
        expect(field).to_have_value(typed)
        assert field.evaluate(CARET) == len(typed)
    for _ in range(3):
        notebook.page.keyboard.press("ArrowLeft")
    for caret, typed in enumerate(("pxyth", "pxxyth"), start=2):
        notebook.page.keyboard.press("x")
        next_reading(article)
        expect(field).to_have_value(typed)
        assert field.evaluate(CARET) == caret
    expect(article.locator("tbody tr")).to_have_count(0)
    expect(article.locator("h4 small").last).to_have_text(re.compile(r"^0 of \d\d+$"))
    for _ in range(2):
        notebook.page.keyboard.press("Backspace")
    expect(article.locator("td.name").first).to_contain_text("python")
    assert all("pyth" in text.lower() for text in article.locator("td.name").all_inner_texts())
    notebook.page.keyboard.press("End")
    notebook.page.keyboard.type("on ipykernel")  # as fast as it goes
    expect(field).to_have_value("python ipykernel")
    expect(article.locator("td.name").first).to_have_text(re.compile("ipykernel_launcher$"))
    next_reading(article)
    expect(field).to_have_value("python ipykernel")
    assert field.evaluate(CARET) == len("python ipykernel")


def test_views_agree_come_back_and_go(open_dashboard: OpenDashboard) -> None:
    notebook = open_dashboard("widget", *(CLIENTS.format(count=count) for count in (1, 2)))
    first, second = articles(notebook).nth(0), articles(notebook).nth(1)
    expect(first.locator("tbody tr").nth(5)).to_be_visible()
    notebook.execute("notebook:enter-command-mode")
    notebook.page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    notebook.execute("notebook:create-output-view")
    next_reading(second)
    expect(further_output(notebook, 2)).to_have_text("clients: 2\n")

    first.get_by_role("searchbox").press_sequentially("python")
    expect(second.get_by_role("searchbox")).to_have_value("python")
    next_reading(first)
    assert first.get_by_role("searchbox").evaluate(CARET) == len("python")
    second.locator("th.memory button").click()
    expect(first.locator("th.memory")).to_have_attribute("aria-sort", "descending")
    second.locator("header button").click()
    expect(first.locator("header button")).to_have_text("Resume")
    first.evaluate(QUIET)
    shown = first.inner_html()
    assert second.inner_html() == shown

    notebook.page.evaluate(CLOSE_OUTPUT_VIEW)
    expect(articles(notebook)).to_have_count(1)
    expect(further_output(notebook, 1)).to_have_text("clients: 1\n")

    notebook.save()
    notebook.reload()
    expect(first.locator("header button")).to_have_text("Resume")
    expect(first.get_by_role("searchbox")).to_have_value("python")
    assert first.inner_html() == shown

    further_output(notebook, 0)  # a late view
    expect(second.get_by_role("searchbox")).to_have_value("python")
    assert second.inner_html() == shown
    second.locator("header button").click()
    next_reading(first)
    next_reading(second)


def test_can_be_run_again(open_dashboard: OpenDashboard) -> None:
    notebook = open_dashboard(LOOPS)
    next_reading(articles(notebook))
    notebook.run_cell(RUN)
    next_reading(articles(notebook))
    expect(further_output(notebook, 0)).to_have_text("one loop\n")
    notebook.run_all()
    next_reading(articles(notebook))
    expect(further_output(notebook, 0)).to_have_text("one loop\n")


def test_is_a_web_page_too(open_dashboard: OpenDashboard) -> None:
    notebook = open_dashboard(SERVE)
    page = notebook.page.context.new_page()
    page.goto(further_output(notebook, 0).inner_text().strip())
    article = page.locator("article")
    next_reading(article)
    article.locator("header button").click()
    expect(articles(notebook).locator("header button")).to_have_text("Resume")
    page.close()
