"""The dashboard notebook in a real JupyterLab: real readings, controls that work, views that agree.

Most tests share one open notebook, since to open it and to run it costs more than each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell
from playwright.sync_api import Locator, Page, expect

from scripts.demo import run_before_opening
from scripts.lab_server import LabServer
from tests.browser.axe import serious_violations
from tests.browser.conftest import watched
from tests.browser.lab import LabNotebook

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "dashboard.ipynb"
CELLS = nbformat.read(NOTEBOOK, as_version=4).cells
CODE = [index for index, cell in enumerate(CELLS) if cell.cell_type == "code"]

# Cells behind the notebook's own.
FURTHER = {
    "reset": """\
with document.batch():
    live.value, every.value, table.selection = True, 0.5, []
    table.sort("cpu", descending=True)
""",
    "view": "widget",
    "clients": """\
import asyncio
async with asyncio.timeout(10):
    while len(widget.get_clients()) != expected:
        await asyncio.sleep(0.01)
print("clients:", len(widget.get_clients()))
""",
    "one client": "expected = 1",
    "two clients": "expected = 2",
    "loops": """\
import asyncio
async with asyncio.timeout(10):
    while sum(each.name.endswith("(run)") for each in threading.enumerate()) != 1:
        await asyncio.sleep(0.01)
print("one loop")
""",
    "serve": """\
from domsync_jupyter import DomsyncServer

server = DomsyncServer(document, "localhost", 0, verbose=False)
await server.serve()
print(server.url)
""",
}

CLOSE_OUTPUT_VIEW = """() => {
    const shell = window.jupyterapp.shell;
    const open = [...shell.widgets("main"), ...shell.widgets("down")];
    open.find((w) => w.node.querySelector(".domsync-view") && !w.node.querySelector(".jp-Notebook")).close();
}"""
# Looks at every state of the dashboard until its clock has shown two more times, and fails if `fault` finds one.
WATCH = """(dashboard, [fault, argument]) => new Promise((resolve, reject) => {
    const find = new Function("return " + fault)();
    const clocks = new Set();
    const look = () => {
        const found = find(dashboard, argument);
        clocks.add(dashboard.querySelector("time").textContent);
        if (found || clocks.size > 2) observer.disconnect();
        if (found) reject(new Error(found));
        if (clocks.size > 2) resolve();
    };
    const observer = new MutationObserver(look);
    observer.observe(dashboard, { subtree: true, childList: true, characterData: true, attributes: true });
    setTimeout(() => reject(new Error("the readings did not come")), 30_000);
    look();
})"""
NOT_SORTED = """(dashboard, [column, sign]) => {
    const value = (text) => column === 5 ? text : Number(text.replaceAll(",", ""));
    const cells = dashboard.querySelectorAll(`td[aria-colindex="${column}"]`);
    const values = [...cells].map((cell) => value(cell.textContent));
    if (values.length < 5) return "too few rows";
    const wrong = values.some((it, i) => i > 0 && (sign > 0 ? it < values[i - 1] : it > values[i - 1]));
    return wrong && `not sorted: ${values}`;
}"""
# Resolves when the dashboard has not changed for three of the shortest intervals.
QUIET = """(dashboard) => new Promise((resolve, reject) => {
    let timer;
    const restart = () => {
        clearTimeout(timer);
        timer = setTimeout(() => (observer.disconnect(), resolve()), 1600);
    };
    const observer = new MutationObserver(restart);
    observer.observe(dashboard, { subtree: true, childList: true, characterData: true, attributes: true });
    setTimeout(() => reject(new Error("it does not stop changing")), 30_000);
    restart();
})"""
JUMPED = """(dashboard) => {
    const boxes = [...dashboard.querySelectorAll("h2, time, select, section, figure, dl, th, [role=meter]")];
    const places = boxes.map((box) => [box.offsetLeft, box.offsetTop, box.offsetWidth, box.offsetHeight].join());
    dashboard.places ??= places;
    const jumped = places.findIndex((place, i) => place !== dashboard.places[i]);
    return jumped >= 0 && `<${boxes[jumped].localName}> was at ${dashboard.places[jumped]}, is at ${places[jumped]}`;
}"""
# Counts in `dashboard.built` the rows that came although as many others went.
WATCH_ROWS = """(dashboard) => {
    const rows = () => new Set(dashboard.querySelectorAll("tbody tr"));
    let known = rows();
    dashboard.built = 0;
    new MutationObserver(() => {
        const now = rows();
        const came = [...now].filter((row) => !known.has(row)).length;
        dashboard.built += Math.min(came, came - (now.size - known.size));
        known = now;
    }).observe(dashboard, { subtree: true, childList: true });
}"""
CARET = "(field) => field.getRootNode().activeElement === field && field.selectionStart"


@pytest.fixture(scope="module")
def opened(jupyter_lab: LabServer, module_page: Page) -> Iterator[LabNotebook]:
    """A copy of the notebook, with further cells behind its own, which have run."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells += [new_code_cell(source) for source in FURTHER.values()]
    nbformat.write(notebook, jupyter_lab.root / "dashboard.ipynb")
    opened = LabNotebook(jupyter_lab, "dashboard.ipynb").open(module_page)
    for index in CODE:
        opened.run_cell(index)
    yield opened
    opened.shut_down()


@pytest.fixture
def notebook(
    opened: LabNotebook, page_errors: list[str], request: pytest.FixtureRequest
) -> Iterator[LabNotebook]:
    """That notebook, as if nobody had touched a control; readings come every half second."""
    with watched(opened.page, page_errors, request):
        dashboards(opened).first.get_by_role("searchbox").fill("")
        run_further(opened, "reset")
        dashboards(opened).first.scroll_into_view_if_needed()  # charts are drawn where somebody looks
        yield opened


@pytest.fixture
def dashboard(notebook: LabNotebook) -> Locator:
    return dashboards(notebook).first


def dashboards(notebook: LabNotebook) -> Locator:
    """The dashboards that are on the page: one for each view."""
    return notebook.page.locator(".domsync-view .domsync-root")


def next_reading(dashboard: Locator) -> None:
    """Wait until another reading is shown."""
    clock = dashboard.locator("h2 + time")
    expect(clock).not_to_have_text(clock.inner_text())


def run_further(notebook: LabNotebook, name: str) -> Locator:
    """Run a further cell and return its output."""
    index = len(CELLS) + list(FURTHER).index(name)
    notebook.run_cell(index)
    return notebook.output(index)


def column(dashboard: Locator, number: int) -> Locator:
    """The cells of a column, from 1."""
    return dashboard.locator(f'td[aria-colindex="{number}"]')


def test_is_short() -> None:
    lines = [line.strip() for index in CODE for line in CELLS[index].source.splitlines()]
    written = [line for line in lines if line and not line.startswith("#")]
    assert len(written) <= 120
    assert f"{len(written)} lines of Python" in (NOTEBOOK.parents[1] / "README.md").read_text(
        encoding="utf-8"
    )


def test_shows_what_the_machine_does(
    notebook: LabNotebook, dashboard: Locator, jupyter_lab: LabServer
) -> None:
    expect(dashboard.locator("h2 + time")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    expect(dashboard.locator("dt + dd")).to_have_text(
        [re.compile(r"^\d+$")] + 5 * [re.compile(r"^\d+\.\d\d$")]
    )
    expect(dashboard).to_contain_text(f"of {psutil.virtual_memory().total / 1e9:.1f} GB")
    meters = dashboard.get_by_role("meter")
    expect(meters).to_have_count(len(psutil.cpu_percent(percpu=True)))
    expect(meters.first).to_have_attribute("aria-valuenow", re.compile(r"^\d+$"))
    expect(dashboard.get_by_role("progressbar")).to_have_count(2)
    expect(notebook.page.locator(".domsync-plot canvas")).to_have_count(2)  # beside the view, in slots
    expect(dashboard.locator("figure").first).to_have_attribute(
        "aria-label", re.compile(r"CPU \d+, memory \d+")
    )
    expect(notebook.page.locator('[data-mime-type="application/vnd.jupyter.stderr"]')).to_have_count(0)
    dashboard.evaluate(WATCH, [JUMPED, None])

    assert jupyter_lab.process is not None
    dashboard.get_by_role("searchbox").fill(str(jupyter_lab.process.pid))
    row = dashboard.locator("tbody tr", has_text=str(jupyter_lab.process.pid)).first
    expect(row.locator("td").last).to_have_text(re.compile("^python.* jupyterlab$"))
    memory = psutil.Process(jupyter_lab.process.pid).memory_info().rss / 1e6
    assert float(row.locator("td").nth(3).inner_text().replace(",", "")) == pytest.approx(memory, rel=0.5)
    assert serious_violations(dashboards(notebook).first) == []


def test_pause_and_interval(dashboard: Locator) -> None:
    live, interval = dashboard.get_by_role("switch"), dashboard.get_by_label("Interval")
    next_reading(dashboard)
    live.click()
    expect(live).not_to_be_checked()
    dashboard.evaluate(QUIET)
    live.click()
    next_reading(dashboard)

    interval.select_option("every 5 s")
    dashboard.evaluate(QUIET)
    interval.select_option("every 0.5 s")
    next_reading(dashboard)


def test_sorts_by_any_column_and_stays_sorted(dashboard: Locator) -> None:
    expect(column(dashboard, 1).nth(5)).to_be_visible()
    dashboard.evaluate(WATCH, [NOT_SORTED, [3, -1]])
    for number, order in (4, "ascending"), (4, "descending"), (5, "ascending"):
        head = dashboard.locator("th").nth(number - 1)
        head.click()
        expect(head).to_have_attribute("aria-sort", order)
        expect(dashboard.locator("th:not([aria-sort=none])")).to_have_count(1)
        dashboard.evaluate(WATCH, [NOT_SORTED, [number, 1 if order == "ascending" else -1]])


def test_rows_are_never_built_again_and_what_is_selected_stays(
    dashboard: Locator, jupyter_lab: LabServer
) -> None:
    expect(column(dashboard, 1).nth(5)).to_be_visible()
    assert jupyter_lab.process is not None
    pid = str(jupyter_lab.process.pid)
    field = dashboard.get_by_role("searchbox")
    field.fill(pid)
    expect(column(dashboard, 5).first).to_contain_text("jupyterlab")
    column(dashboard, 1).get_by_text(pid, exact=True).click()
    field.fill("python")
    expect(column(dashboard, 5).nth(1)).to_contain_text("python")
    dashboard.evaluate(WATCH_ROWS)
    selected = dashboard.locator("tbody tr[aria-selected=true] td:first-child")
    # Processes come and go before it, so that it has other numbers in the frame and other places.
    for order in ("ascending", "descending"):
        dashboard.locator("th").first.click()
        expect(dashboard.locator("th").first).to_have_attribute("aria-sort", order)
        expect(selected).to_have_text([pid])
    for _ in range(2):
        next_reading(dashboard)
        expect(selected).to_have_text([pid])
    assert dashboard.evaluate("(dashboard) => dashboard.built") == 0


def test_filter_keeps_focus_and_caret_while_the_table_changes(
    notebook: LabNotebook, dashboard: Locator
) -> None:
    next_reading(dashboard)
    field = dashboard.get_by_role("searchbox")
    names = column(dashboard, 5)
    field.click()
    for typed in ("py", "pyth"):
        notebook.page.keyboard.type(typed[-2:])
        next_reading(dashboard)
        expect(field).to_have_value(typed)
        assert field.evaluate(CARET) == len(typed)
    for _ in range(3):
        notebook.page.keyboard.press("ArrowLeft")
    for caret, typed in enumerate(("pxyth", "pxxyth"), start=2):
        notebook.page.keyboard.press("x")
        next_reading(dashboard)
        expect(field).to_have_value(typed)
        assert field.evaluate(CARET) == caret
    expect(dashboard.locator("tbody tr")).to_have_count(0)
    expect(dashboard.get_by_role("status")).to_have_text(re.compile(r"^0 of \d+ rows"))
    for _ in range(2):
        notebook.page.keyboard.press("Backspace")
    expect(names.first).to_contain_text("python")
    assert all("pyth" in text.lower() for text in names.all_inner_texts())
    notebook.page.keyboard.press("End")
    notebook.page.keyboard.type("on ipykernel")  # as fast as it goes
    expect(field).to_have_value("python ipykernel")
    expect(names.first).to_have_text(re.compile("ipykernel_launcher$"))
    next_reading(dashboard)
    expect(field).to_have_value("python ipykernel")
    assert field.evaluate(CARET) == len("python ipykernel")


def test_is_a_web_page_too(notebook: LabNotebook, dashboard: Locator) -> None:
    page = notebook.page.context.new_page()
    page.set_viewport_size({"width": 390, "height": 900})
    page.emulate_media(color_scheme="dark")
    page.goto(run_further(notebook, "serve").inner_text().strip())
    on_page = page.locator("body")
    next_reading(on_page)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert serious_violations(on_page) == []
    on_page.get_by_role("switch").click()
    expect(dashboard.get_by_role("switch")).not_to_be_checked()
    page.close()


def test_views_agree_come_back_and_go(notebook: LabNotebook) -> None:
    first, second = dashboards(notebook).nth(0), dashboards(notebook).nth(1)
    run_further(notebook, "one client")
    expect(run_further(notebook, "clients")).to_have_text("clients: 1\n")
    notebook.page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    notebook.execute("notebook:create-output-view")
    next_reading(second)
    run_further(notebook, "two clients")
    expect(run_further(notebook, "clients")).to_have_text("clients: 2\n")

    first.get_by_role("searchbox").press_sequentially("python")
    expect(second.get_by_role("searchbox")).to_have_value("python")
    next_reading(first)
    assert first.get_by_role("searchbox").evaluate(CARET) == len("python")
    second.locator("th").nth(3).click()
    expect(first.locator("th").nth(3)).to_have_attribute("aria-sort", "ascending")
    second.get_by_role("switch").click()
    expect(first.get_by_role("switch")).not_to_be_checked()
    first.evaluate(QUIET)
    shown = seen(first)
    assert seen(second) == shown

    notebook.page.evaluate(CLOSE_OUTPUT_VIEW)
    expect(dashboards(notebook)).to_have_count(1)
    run_further(notebook, "one client")
    expect(run_further(notebook, "clients")).to_have_text("clients: 1\n")

    notebook.save()
    notebook.reload()
    expect(first.get_by_role("switch")).not_to_be_checked()
    expect(first.get_by_role("searchbox")).to_have_value("python")
    assert seen(first) == shown

    run_further(notebook, "view")  # a late one
    expect(second.get_by_role("searchbox")).to_have_value("python")
    assert seen(second) == shown
    second.get_by_role("switch").click()
    next_reading(first)
    next_reading(second)


def test_can_be_run_again(notebook: LabNotebook) -> None:
    for cells in CODE[-1:], CODE:
        for index in cells:
            notebook.run_cell(index)
        expect(run_further(notebook, "loops")).to_have_text("one loop\n")
    next_reading(dashboards(notebook).first)


def test_is_live_when_it_ran_before_it_was_opened(
    notebook: LabNotebook, jupyter_lab: LabServer, page_errors: list[str]
) -> None:
    (jupyter_lab.root / "ran-before.ipynb").write_bytes(NOTEBOOK.read_bytes())
    with ThreadPoolExecutor(1) as thread:  # this one has the event loop of Playwright
        assert thread.submit(run_before_opening, jupyter_lab, "ran-before.ipynb").result(60) is None
    other = LabNotebook(jupyter_lab, "ran-before.ipynb").open_instead(notebook.page)
    next_reading(dashboards(other))
    other.shut_down()


def seen(dashboard: Locator) -> str:
    """What a dashboard shows, but for the charts, of which each view has its own, and traces of axe-core."""
    html: str = dashboard.evaluate("""(dashboard) => {
        const copy = dashboard.cloneNode(true);
        copy.querySelectorAll("figure").forEach((figure) => figure.replaceChildren());
        copy.querySelectorAll("[style]").forEach((element) => {
            const style = element.getAttribute("style");
            element.removeAttribute("style");  // and to the end, as views have attributes in the order that they came
            if (style) element.setAttribute("style", style);
        });
        return copy.innerHTML;
    }""")
    return html
