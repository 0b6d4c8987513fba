"""The notebooks of ``notebooks/``, each run from top to bottom in a real JupyterLab, and used as a reader would.

The dashboard has tests of its own: test_dashboard.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import serious_violations
from tests.browser.conftest import OpenNotebook
from tests.browser.lab import LabNotebook

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"

# Of all cells: what went wrong, and what was warned of.
COMPLAINTS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .flatMap((cell) => cell.model.outputs.toJSON())
    .filter((output) => output.output_type === "error" || output.name === "stderr")
    .map((output) => output.text ?? `${output.ename}: ${output.evalue}`)"""
CHANGE_THEME = "theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })"
# Whether a chart has pixels of the colour of each of its lines, as the legend shows them.
HAS_LINES = """(chart) => {
    const canvas = chart.querySelector("canvas");
    const { data } = canvas.getContext("2d", { willReadFrequently: true })
        .getImageData(0, 0, canvas.width, canvas.height);
    const pixels = new Set();
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) pixels.add(data.slice(i, i + 3).join(", "));
    return [...chart.querySelectorAll(".domsync-legend i")]
        .every((mark) => pixels.has(getComputedStyle(mark).color.match(/[\\d, ]+/)[0]));
}"""
# Whether a figure and the table's footer both tell of some of 79 cars.
AGREE = """([figure, footer]) => {
    const cars = Number(figure.textContent);
    return 0 < cars && cars < 79 && Number.parseInt(footer.textContent) === cars;
}"""
# Notes whether an epoch is shown that was before.
WATCH_FOR = """([text, before]) => {
    window.hasBegunAnew = false;
    const look = () => { window.hasBegunAnew ||= Number.parseInt(text.textContent) < before; };
    new MutationObserver(look).observe(text, { childList: true, characterData: true, subtree: true });
}"""
#: What others make and give no name that could be read out: the part of a chart that Vega marks, ipywidgets' slider.
NOT_OURS = ('<g class="mark-rect', "noUi-handle")

Run = Callable[[str], LabNotebook]


@pytest.fixture
def run(open_beside: OpenNotebook) -> Run:
    """Run all code of a notebook; no cell has failed or warned."""

    def run(name: str) -> LabNotebook:
        cells = nbformat.read(NOTEBOOKS / name, as_version=4).cells
        notebook = open_beside([cell.source for cell in cells if cell.cell_type == "code"])
        notebook.run_all()
        assert notebook.page.evaluate(COMPLAINTS) == []
        return notebook

    return run


def views(notebook: LabNotebook) -> Locator:
    """What the notebook's widgets show, in their order."""
    return notebook.page.locator(".jp-OutputArea-output .domsync-root")


def view(notebook: LabNotebook, text: str) -> Locator:
    """The view in which there is a text."""
    return views(notebook).filter(has_text=text).first


def figure(root: Locator, label: str | re.Pattern[str]) -> Locator:
    """The figure of a `Stat`."""
    stat = root.locator(".domsync-stat", has=root.page.locator("dt", has_text=label))
    return stat.locator("dd").first


def number(text: str | None) -> float:
    """The first number in a text."""
    found = re.search(r"[\d,.]+", text or "")
    assert found is not None, text
    return float(found[0].replace(",", ""))


def violations(root: Locator) -> list[str]:
    """What axe-core calls serious, in what is ours."""
    return [each for each in serious_violations(root) if not any(other in each for other in NOT_OURS)]


def box(part: Locator) -> Any:
    """Where it is in the page."""
    found = part.bounding_box()
    assert found is not None
    return found


def drag(page: Page, place: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    """With the mouse, from one place to another, in shares of width and height."""
    place.scroll_into_view_if_needed()
    frame = box(place)
    (x1, y1), (x2, y2) = (
        (frame["x"] + x * frame["width"], frame["y"] + y * frame["height"]) for x, y in (start, end)
    )
    page.mouse.move(x1, y1)
    page.mouse.down()
    page.mouse.move(x2, y2, steps=8)
    page.mouse.up()


def test_quick_start(run: Run) -> None:
    notebook = run("1_quick_start.ipynb")
    counters = views(notebook).filter(has_text="Python was here.")
    expect(counters).to_have_count(2)
    counters.first.get_by_role("button").click()
    expect(counters.nth(1).get_by_role("button")).to_have_text("Clicked 1 times")

    letters = view(notebook, "Letters")
    letters.get_by_label("Type something").press_sequentially("anna")
    expect(letters).to_contain_text("a 2  n 2")

    bill = view(notebook, "The bill")
    assert (
        box(bill.get_by_text("Tip"))["y"] - sum(box(bill.get_by_label("Amount"))[k] for k in ("y", "height"))
        > 8
    )
    bill.get_by_label("People").press("ArrowRight")
    bill.get_by_label("Amount").fill("100")
    expect(figure(bill, "All together")).to_have_text("110.00")
    expect(figure(bill, "Each")).to_have_text("27.50")

    expect(view(notebook, "Looking for primes")).to_contain_text("19,998 of 19,998")
    for part in (letters, bill, view(notebook, "Looking for primes")):
        assert serious_violations(part) == []

    with notebook.page.expect_popup() as popup:
        view(notebook, "domsync server").get_by_role("link").first.click()
    page = popup.value
    page.get_by_role("button", name="Clicked 1 times").click()
    expect(counters.first.get_by_role("button")).to_have_text("Clicked 2 times")


def test_data_explorer(run: Run) -> None:
    notebook = run("2_data_explorer.ipynb")
    page = notebook.page
    root = view(notebook, "Which cars")
    cars, rows = figure(root, "Cars"), root.locator(".domsync-data-table tbody tr")
    # What is embedded stands beside the document's own tree, in a notebook.
    points = page.locator(".vega-embed .mark-symbol.role-mark path")
    expect(points).to_have_count(392)
    expect(cars).to_have_text("392")
    plot = page.locator(".vega-embed svg")
    assert box(plot)["width"] > 500

    root.get_by_label("USA").uncheck()
    root.get_by_label("Europe").uncheck()
    expect(cars).to_have_text("79")
    expect(points).to_have_count(79)
    expect(root.get_by_role("status").last).to_contain_text("79")

    drag(page, plot, (0.08, 0.3), (0.45, 0.85))
    status = root.get_by_role("status").last
    page.wait_for_function(AGREE, arg=[cars.element_handle(), status.element_handle()])

    large = "(paths) => paths.filter((path) => path.getAttribute('stroke') === '#e91e63').length"
    assert points.evaluate_all(large) == 0
    rows.nth(1).locator("td").first.click()
    rows.nth(2).locator("td").first.click(modifiers=["ControlOrMeta"])
    expect(figure(root, "Cars selected")).to_have_text("2")
    page.wait_for_function(
        f"() => ({large})([...document.querySelectorAll('.vega-embed .mark-symbol.role-mark path')]) === 2"
    )
    assert violations(root) == []

    root.get_by_role("button", name="Show all").click()
    expect(points).to_have_count(392)
    # Altair's widget does not end its chart, which would go on telling a kernel that is gone what is chosen.
    page.goto("about:blank")


def test_shared_server(run: Run) -> None:
    notebook = run("3_shared_server.ipynb")
    here = view(notebook, "Whiteboard")
    address = view(notebook, "domsync server").get_by_role("link").first.get_attribute("href")
    assert address is not None
    there = notebook.page.context.new_page()
    there.goto(address)
    lines = here.locator("g[stroke]")
    board = there.get_by_role("img", name="Whiteboard")
    expect(here.locator("path")).to_have_count(1)

    drag(there, board, (0.25, 0.5), (0.75, 0.5))
    expect(lines).to_have_count(1)
    # In a board of 800 by 500, however large it is in the page.
    expect(lines.locator("line").last).to_have_attribute("x2", re.compile(r"^(599|600)(\.\d)?$"))
    assert float(lines.locator("line").first.get_attribute("x1") or 0) == pytest.approx(200, abs=1.5)
    drag(notebook.page, here.get_by_role("img", name="Whiteboard"), (0.3, 0.2), (0.3, 0.8))
    drawn = there.locator("g[stroke]")
    expect(drawn).to_have_count(2)
    colours = [line.get_attribute("stroke") for line in drawn.all()]
    assert len(set(colours)) == 2, "each has a colour"

    there.get_by_label("Message").fill("Is this a tree?")
    there.keyboard.press("Enter")
    expect(there.get_by_label("Message")).to_have_value("")
    expect(here.get_by_role("log")).to_have_text("Blue Is this a tree?")
    here.get_by_label("Message").fill("No, a spiral.")
    here.get_by_role("button", name="Send").click()
    expect(there.get_by_role("log").locator("p").first).to_have_text("Orange No, a spiral.")
    assert serious_violations(here) == []
    assert serious_violations(there.locator("body")) == []

    there.get_by_role("button", name="Undo").click()
    expect(lines).to_have_count(1)


def test_training_monitor(run: Run) -> None:
    notebook = run("4_training_monitor.ipynb")
    page = notebook.page
    root = view(notebook, "Epochs per second")
    done = root.locator(".domsync-progress span").last
    chart = page.locator(".domsync-series").first

    def epoch() -> int:
        return int(number(done.text_content()))

    expect(done).to_have_text(re.compile(r"^(\d\d|\d{3}) of 1,000"))
    # It learns: a coin would be right half of the time.
    expect(figure(root, "Right in 2015")).to_have_text(re.compile(r"^([6-9]\d(\.\d)?|100) %"))
    rate = root.get_by_label("Learning rate")
    rate.fill("0.5")
    expect(root.locator(".domsync-slider output").first).to_have_text("3.16")
    root.get_by_role("button", name="Stop").click()
    expect(root.get_by_role("button", name="Go on")).to_be_visible()
    assert serious_violations(root) == []
    stopped = epoch()  # By now, an epoch that had begun is over.
    shown = chart.locator("time")
    expect(shown).to_have_text(str(stopped))
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        page.evaluate(CHANGE_THEME, theme)
        expect(page.locator(f'body[data-jp-theme-name="{theme}"]')).to_be_attached()
        page.wait_for_function(f"() => ({HAS_LINES})(document.querySelector('.domsync-series'))")
        if "Dark" in theme:
            assert serious_violations(root) == []
    assert epoch() == stopped

    root.get_by_role("button", name="Go on").click()
    expect(done).not_to_have_text(f"{stopped:,} of 1,000")
    page.evaluate(WATCH_FOR, [done.element_handle(), stopped])
    root.get_by_role("button", name="Start anew").click()
    page.wait_for_function("() => window.hasBegunAnew")
    root.get_by_role("button", name="Stop").click()


def test_other_widgets(run: Run) -> None:
    notebook = run("5_other_widgets.ipynb")
    page = notebook.page
    pendulum = view(notebook, "A pendulum")
    picture = pendulum.locator("img")
    before = picture.get_attribute("src") or ""
    page.get_by_role("slider").first.press("ArrowRight")
    expect(picture).not_to_have_attribute("src", before)

    figures = view(notebook, "Drag the point")
    title = figures.locator("h3").last
    expect(title).to_have_text("Lissajous 2 : 3")
    curve = page.locator(".js-plotly-plot path.js-line")
    path = curve.get_attribute("d") or ""
    drag(page, page.locator("canvas").first, (0.625, 0.25), (0.98, 0.02))
    expect(title).to_have_text("Lissajous 5 : 5")
    expect(curve).not_to_have_attribute("d", path)

    reaction = view(notebook, "How fast are you?")
    page.get_by_role("button", name="Now!").dispatch_event("pointerdown")
    expect(figure(reaction, "Fastest")).to_have_text(re.compile(r"^\d+$"))
    assert page.locator(".reaction button").evaluate("(field) => field.offsetHeight") == 120
    for part in (pendulum, figures, reaction):
        assert violations(part) == []


def test_from_notebook_to_app(run: Run) -> None:
    notebook = run("6_from_notebook_to_app.ipynb")
    first = views(notebook).first
    expect(figure(first, "Paid in")).to_have_text("36,000")
    first.get_by_label("Years").fill("10")
    expect(figure(first, "Paid in")).to_have_text("18,000")

    # The same file, in the notebook and as a page.
    own = views(notebook).last
    expect(figure(own, "In the end")).to_have_text("49,368")
    page = notebook.page.context.new_page()
    page.goto(notebook.page.get_by_role("link", name="http://localhost").get_attribute("href") or "")
    body = page.locator("body")
    body.get_by_role("slider", name="Interest").fill("0")
    expect(figure(body, "In the end")).to_have_text("36,000")
    assert serious_violations(first) == serious_violations(own) == serious_violations(body) == []

    file = notebook.server.root / "savings.py"
    file.write_text(file.read_text().replace('TITLE = "Savings"', 'TITLE = "Put aside"'))
    expect(body.get_by_text("Put aside")).to_be_visible()
    expect(body.get_by_role("slider", name="Interest")).to_have_value("0")  # what was chosen stays
    expect(figure(body, "In the end")).to_have_text("36,000")  # and the new app has heard of it
