"""A table of a million rows by pointer, wheel and keyboard, and what a real clipboard gets."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.axe import serious_violations
from tests.browser.components.conftest import Show

PROGRAM = """
import polars as pl
from domsync_jupyter.components import DataTable

n = pl.col("n")
frame = pl.DataFrame({"n": range(1_000_000)}).with_columns(
    (n * 7 % 1000 / 4).alias("x"), pl.format("row {}", n).alias("name"), (n % 2 == 0).alias("even")
)
widths = {"n": 100, "x": 100, "name": 100, "even": 100}
table = DataTable(document, frame, editable=["x"], on_edit=lambda edit: edits.append(edit), widths=widths, height=400)
edits = []
said = document.createElement("button")
said.addEventListener("click", lambda event: setattr(said, "textContent", f"{table.selection} {table.columns} {edits}"))
document.getRootElement().append(said, document.createElement("textarea", attributes={"aria-label": "Paste"}))
said.textContent = "?"
"""

# The places of the rows that are seen below the header, from top to bottom; empty if there is a gap between them.
SEEN = """(grid) => {
    const box = grid.getBoundingClientRect();
    const above = box.top + grid.querySelector("thead").offsetHeight;
    const rows = [...grid.querySelectorAll("tbody tr")]
        .map((row) => [row.getBoundingClientRect(), Number(row.getAttribute("aria-rowindex")) - 2])
        .filter(([each]) => each.bottom > above + 1 && each.top < box.bottom - 1)
        .sort(([a], [b]) => a.top - b.top);
    const isWhole = rows.every(([each], i) => !i || Math.abs(each.top - rows[i - 1][0].bottom) < 1);
    return isWhole && rows.at(-1)?.[0].bottom >= box.bottom - 2 ? rows.map(([, place]) => place) : [];
}"""


def until_seen(grid: Locator, condition: str = "true") -> list[int]:
    """Wait until rows cover what is seen, and something holds of their places, `rows`; they have no gap."""
    found = grid.page.wait_for_function(
        f"""(grid) => {{
            const rows = ({SEEN})(grid);
            return rows.length && ({condition}) ? rows : null;
        }}""",
        arg=grid.element_handle(),
    )
    rows: list[int] = found.json_value()
    assert rows == list(range(rows[0], rows[-1] + 1))
    return rows


def drag(handle: Locator, right: float, down: float) -> None:
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = handle.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + right, y + down, steps=4)
    mouse.up()


def test_a_million_rows(show: Show) -> None:
    root = show(PROGRAM)
    page, grid = root.page, root.get_by_role("grid")
    expect(grid).to_have_attribute("aria-rowcount", "1000001")
    until_seen(grid, "rows[0] === 0")
    assert serious_violations(root) == []

    # Scrolling: by a jump, by the wheel, to the end
    grid.evaluate("(grid) => { grid.scrollTop = grid.scrollHeight / 2; }")
    middle = until_seen(grid, "Math.abs(rows[0] - 500_000) <= 50")[0]
    grid.hover(position={"x": 200, "y": 200})
    page.mouse.wheel(0, 280)
    until_seen(grid, f"rows[0] === {middle + 10}")
    grid.evaluate("(grid) => { grid.scrollTop = grid.scrollHeight; }")
    until_seen(grid, "rows.at(-1) === 999_999")
    assert root.locator("tr").count() < 150
    grid.evaluate("(grid) => { grid.scrollTop = 0; }")
    until_seen(grid, "rows[0] === 0")

    # The keyboard

    def cell(place: int, column: int) -> Locator:
        return grid.locator(f"tr[aria-rowindex='{place + 2}'] > :nth-child({column + 1})")

    cell(1, 2).click()
    page.keyboard.press("Control+End")
    until_seen(grid, "rows.at(-1) === 999_999")
    expect(cell(999_999, 3)).to_have_attribute("data-active", "")
    page.keyboard.press("Control+Home")
    until_seen(grid, "rows[0] === 0")
    expect(grid).to_be_focused()
    active = grid.get_attribute("aria-activedescendant")
    expect(grid.locator(f"[id='{active}']")).to_have_text("0")

    # Copying: the browser's own, and into a field of the page
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    expect(root.get_by_role("status")).to_have_text("1,000,000 rows · 2 selected")
    page.keyboard.down("Control")
    expect(root.locator(".domsync-data-table > textarea")).to_be_focused()
    page.keyboard.press("c")
    page.keyboard.up("Control")
    expect(grid).to_be_focused()
    field = root.locator("textarea").last
    field.focus()
    page.keyboard.press("Control+v")
    expect(field).to_have_value("1\t1.75\trow 1\tfalse\n2\t3.5\trow 2\ttrue")

    # Editing
    cell(2, 1).dblclick()
    expect(cell(2, 1).get_by_role("textbox")).to_be_focused()
    page.keyboard.type("much")
    page.keyboard.press("Enter")
    expect(root.get_by_role("status")).to_have_text("x: 'much' is not a number")
    assert serious_violations(root) == []
    page.keyboard.press("Control+a")
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.type("12.5")
    page.keyboard.press("Enter")
    expect(cell(2, 1)).to_have_text("12.50")
    expect(grid).to_be_focused()
    expect(cell(3, 1)).to_have_attribute("data-active", "")

    # The header

    def header(name: str) -> Locator:
        return grid.get_by_role("columnheader", name=name, exact=True)

    header("x").click()
    expect(header("x")).to_have_attribute("aria-sort", "ascending")
    expect(cell(0, 1)).to_have_text("0.00")
    expect(cell(1, 0)).to_have_text("1000")
    # Elsewhere on the page: the pointer is still that of the edge.
    drag(header("n").locator(".domsync-handle"), 40, 300)
    expect(header("n")).to_have_css("width", "140px")
    drag(header("n"), 230, 100)
    expect(grid.get_by_role("columnheader")).to_have_text(["x", "name", "n", "even"])
    expect(header("n")).to_have_attribute("aria-sort", "none")
    root.get_by_role("searchbox").fill("row 99999")
    expect(root.get_by_role("status")).to_have_text("11 of 1,000,000 rows · 1 selected")
    root.get_by_role("searchbox").fill("")
    expect(root.get_by_role("status")).to_have_text("1,000,000 rows · 1 selected")
    output = root.get_by_role("button")
    output.click()
    expect(output).to_contain_text(
        "[2] ['x', 'name', 'n', 'even'] [CellEdit(row=2, column='x', value=12.5, before=3.5)]"
    )
