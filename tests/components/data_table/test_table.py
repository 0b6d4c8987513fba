"""`DataTable`, as a program uses it and as a person does, in pages without a browser."""

from __future__ import annotations

import datetime as dt
from typing import Any

import narwhals as nw
import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import CellEdit, DataTable
from domsync_jupyter.dom import Event
from domsync_jupyter.testing import connect

CITIES: dict[str, list[Any]] = {
    "city": ["Oslo", "Rome", "Bonn", None],
    "price": [120.5, 80.0, 95.25, 7.0],
    "count": [3, 1, 2, 4],
}
LIBRARIES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}
GRID, SEARCH = "[role=grid]", "input[type=search]"


def table_of(data: Any = None, **options: Any) -> tuple[Document, DataTable]:
    document = Document()
    return document, DataTable(document, pl.DataFrame(CITIES) if data is None else data, **options)


def shown(document: Any) -> list[list[str]]:
    """The texts of the cells of all rows that are there."""
    rows = document.querySelectorAll("tbody tr")
    return [[cell.textContent or "" for cell in row.children] for row in rows]


def column(document: Any, place: int = 0) -> list[str]:
    return [row[place] for row in shown(document)]


@pytest.fixture(params=LIBRARIES)
def cities(request: pytest.FixtureRequest) -> Any:
    return LIBRARIES[request.param](CITIES)


# What is shown


def test_shows_a_frame_of_any_library(cities: Any) -> None:
    document, table = table_of(cities)
    assert shown(document)[:2] == [["Oslo", "120.50", "3"], ["Rome", "80.00", "1"]]
    assert shown(document)[3] == ["", "7.00", "4"]
    assert table.frame is cities or table.frame.equals(cities)
    assert len(table) == 4
    assert table
    grid = document.querySelector(GRID)
    assert grid is not None
    assert (grid.getAttribute("aria-rowcount"), grid.getAttribute("aria-colcount")) == ("5", "3")


class Stream:
    """Only what the Arrow PyCapsule interface asks for."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return pa.table(CITIES).__arrow_c_stream__(requested_schema)


class Interchange:
    """Only what the data frame interchange protocol asks for."""

    def __dataframe__(self, **options: Any) -> object:
        return pa.table(CITIES).__dataframe__(**options)


@pytest.mark.parametrize("data", [Stream(), Interchange(), nw.from_native(pl.DataFrame(CITIES))])
def test_takes_what_says_how_its_memory_is_laid_out(data: Any) -> None:
    document, _ = table_of(data)
    assert column(document) == ["Oslo", "Rome", "Bonn", ""]


def test_says_what_it_takes() -> None:
    with pytest.raises(TypeError, match=r"\.collect\(\)"):
        table_of(pl.DataFrame(CITIES).lazy())
    with pytest.raises(TypeError, match="expected a data frame"):
        table_of([1, 2])
    with pytest.raises(TypeError, match=r"Series is a single column: give its .to_frame"):
        table_of(pd.Series([1, 2]))


def test_an_index_of_pandas_becomes_columns() -> None:
    frame = pd.DataFrame(CITIES).dropna().groupby("city")[["price"]].mean()
    document, table = table_of(frame)
    assert shown(document)[0] == ["Bonn", "95.25"]
    assert table.columns == ["city", "price"]
    assert list(frame.columns) == ["price"]
    levels = pd.DataFrame({0: [1, 2], "index": [3, 4]}, index=pd.MultiIndex.from_tuples([("a", 1), ("b", 2)]))
    assert table_of(levels)[1].columns == ["level_0", "level_1", "0", "index"]
    years = pd.DataFrame({"price": [1.5, 2.5]}, index=pd.Index([2024, 2025], name="year"))
    assert table_of(years)[1].columns == ["year", "price"]


def test_the_numbers_of_rows_that_pandas_kept_are_no_column() -> None:
    frame = pd.DataFrame(CITIES)
    document, table = table_of(frame)
    for some in (frame[frame.city != "Oslo"], frame[::2], frame.sort_values("city")):
        table.update(some)
        assert table.columns == list(frame.columns)
        assert shown(document)[0][0] == some.city.iloc[0]


def test_a_frame_without_rows_and_one_without_columns() -> None:
    document, table = table_of(pl.DataFrame({"a": pl.Series([], dtype=pl.Int64)}))
    assert (shown(document), len(table), table.columns) == ([], 0, ["a"])
    table.sort("a")
    table.search("1")
    with connect(document) as page:
        for key in ("ArrowDown", "End", " ", "Enter", "PageDown"):
            page.press(key, GRID)
    document, table = table_of(pl.DataFrame())
    table.search("1")
    assert table.columns == []


def test_only_rows_that_are_seen_are_there() -> None:
    document, table = table_of(pd.DataFrame({"n": range(1_000_000)}), height=400)
    rows = shown(document)
    assert len(rows) < 50
    assert rows[0] == ["0"]
    assert len(table) == 1_000_000
    with connect(document) as page:
        before = len(page.query_all("*"))
        for top in (4_000, 3_999_000, 7_000_000, 123):
            page.fire(GRID, "scroll", bubbles=False, **seen(top))
            assert len(page.query_all("*")) < 4 * before
        assert any(row[0] == str(123 // 28 + 1) for row in shown(page.document))


def seen(top: float, left: float = 0) -> dict[str, Any]:
    return {
        "target.scrollTop": top,
        "target.scrollLeft": left,
        "target.clientHeight": 400,
        "target.clientWidth": 800,
    }


def test_rows_that_leave_become_those_that_come() -> None:
    document, _ = table_of(pl.DataFrame({"n": range(10_000)}), height=400)
    with connect(document) as page:
        page.fire(GRID, "scroll", bubbles=False, **seen(40_000))
        rows = {id(row) for row in document.querySelectorAll("tbody tr")}
        for top in (40_280, 60_000, 59_000):
            page.fire(GRID, "scroll", bubbles=False, **seen(top))
            now = {id(row) for row in document.querySelectorAll("tbody tr")}
            # One more, where three parts of rows are seen instead of two.
            assert len(now - rows) <= 1
            rows |= now


# How values are written


def test_formats_and_styles() -> None:
    document, _ = table_of(
        columns=["price", "city"],
        labels={"price": "Price (€)"},
        formats={"price": ",.1f", "city": str.upper},
        style={"price": lambda value, row: "color: red" if value > 100 and row["city"] == "Oslo" else "low"},
    )
    assert shown(document)[0] == ["120.5", "OSLO"]
    cells = document.querySelectorAll("tbody tr td:first-child")
    assert [cell.getAttribute("style") for cell in cells] == ["color: red", None, None, None]
    assert [cell.className for cell in cells] == ["domsync-number", *["domsync-number low"] * 3]
    assert document.querySelector("th span").textContent == "Price (€)"  # type: ignore[union-attr]


@pytest.mark.parametrize("form", ["{:,.1f} €", lambda price: f"{price:,.1f} €"])
def test_a_format_may_have_text_around_it(form: Any) -> None:
    document, _ = table_of(columns=["price"], formats={"price": form})
    assert shown(document)[0] == ["120.5 €"]


def test_times_that_are_all_midnight_are_days() -> None:
    document, table = table_of(pd.DataFrame({"t": pd.to_datetime(["2024-05-17", None, "2024-05-18"])}))
    assert shown(document) == [["2024-05-17"], [""], ["2024-05-18"]]
    times = pd.to_datetime(["2024-05-17 00:00", "2024-05-18 06:30", "2024-05-18 00:00"])
    table.update(pd.DataFrame({"t": times}))
    assert shown(document) == [["2024-05-17"], ["2024-05-18 06:30:00"], ["2024-05-18"]]


def test_a_style_for_all_cells() -> None:
    document, _ = table_of(style=lambda value, row: "mine" if value == row["count"] else None)
    assert [cell.textContent for cell in document.querySelectorAll("td.mine")] == ["3", "1", "2", "4"]


def test_what_is_missing_is_marked() -> None:
    frame = pd.DataFrame(
        {
            "f": [1.5, None],
            "t": pd.to_datetime(["2024-05-17 12:30", None]),
            "i": pd.array([1, None], dtype="Int64"),
        }
    )
    document, _ = table_of(frame)
    assert shown(document) == [["1.5", "2024-05-17 12:30:00", "1"], ["", "", ""]]
    assert len(document.querySelectorAll(".domsync-missing")) == 3


def test_texts_are_short_enough_for_a_cell() -> None:
    document, _ = table_of(pl.DataFrame({"s": ["x" * 10_000]}))
    assert shown(document) == [["x" * 299 + "…"]]


@pytest.mark.parametrize(
    "options",
    [
        {"columns": ["city", "nothing"]},
        {"columns": ["city", "city"]},
        {"formats": {"nothing": ".1f"}},
        {"formats": {"city": ".1f"}},
        {"style": {"nothing": lambda value, row: None}},
        {"formats": {"price": "{:.1x} €"}},
        {"formats": {"price": "{0.nothing}"}},
        {"widths": {"nothing": 3}},
        {"editable": ["nothing"]},
    ],
)
def test_wrong_arguments_are_refused(options: dict[str, Any]) -> None:
    document = Document()
    with pytest.raises(ValueError, match=r"nothing|twice|does not suit"):
        DataTable(document, pl.DataFrame(CITIES), **options)
    assert document.getRootElement().children == []


# Sorting and filtering


def test_sorts_by_clicks_on_the_header() -> None:
    document, table = table_of()
    with connect(document) as page:
        price = "th:nth-child(2)"
        page.click(price)
        assert column(page.document, 1) == ["7.00", "80.00", "95.25", "120.50"]
        assert page.get(price).getAttribute("aria-sort") == "ascending"
        page.click(price)
        assert column(page.document, 1) == ["120.50", "95.25", "80.00", "7.00"]
        page.click(price)
        assert (table.sorting, page.get(price).getAttribute("aria-sort")) == ([], "none")
        page.click("th:first-child")
        page.click(price, shiftKey=True)
        assert table.sorting == [("city", "ascending"), ("price", "ascending")]
        assert page.get(price).getAttribute("data-order") == "2"
        page.click(price)
        assert table.sorting == [("price", "descending")]


def test_sorts_and_filters_by_program(cities: Any) -> None:
    document, table = table_of(cities)
    table.sort("count", descending=True)
    assert column(document, 2) == ["4", "3", "2", "1"]
    table.filter(nw.col("price") > 90)
    assert column(document, 0) == ["Oslo", "Bonn"]
    table.filter(lambda row: row["count"] < 3)
    assert column(document, 0) == ["Bonn", "Rome"]
    table.search("o")
    assert column(document, 0) == ["Bonn", "Rome"]
    table.search("o", "city")
    table.filter()
    table.sort()
    assert column(document, 0) == ["Oslo", "Rome", "Bonn"]
    table.search("")
    assert len(table) == 4
    with pytest.raises(ValueError, match="no column 'nothing'"):
        table.sort("nothing")
    with pytest.raises(ValueError, match="no column 'nothing'"):
        table.search("x", "nothing")


def test_what_cannot_be_sorted_says_so() -> None:
    document, table = table_of(pl.DataFrame({"l": [[1], [2]]}))
    with pytest.raises(ValueError, match="no order"):
        table.sort("l")
    with connect(document) as page:
        page.click("th")
        assert table.sorting == []
        assert page.get("th").getAttribute("aria-sort") is None


def test_a_condition_that_raises_changes_nothing() -> None:
    document, table = table_of()
    with pytest.raises(KeyError):
        table.filter(lambda row: row["nothing"])
    table.sort("price")
    assert len(shown(document)) == 4


def test_searches_while_a_person_types() -> None:
    document, _ = table_of()
    with connect(document) as page:
        page.fill(SEARCH, "rom")
        page.wait_for_text("1 of 4 rows")
        assert column(page.document) == ["Rome"]
        page.select("select", "count")
        page.wait_for_text("0 of 4 rows")
        page.fill(SEARCH, ">=3")
        page.until(lambda: column(page.document, 2) == ["3", "4"])


# Selection


def test_selects_by_clicks() -> None:
    chosen: list[list[int]] = []
    document, table = table_of(on_select=chosen.append)
    table.sort("price")  # count 4, 1, 2, 3; numbers 3, 1, 2, 0
    with connect(document) as page:
        page.click("tbody tr:nth-child(1) td")
        page.click("tbody tr:nth-child(3) td", shiftKey=True)
        page.click("tbody tr:nth-child(2) td", ctrlKey=True)
        assert chosen == [[3], [1, 2, 3], [2, 3]]
        assert [row.getAttribute("aria-selected") for row in page.query_all("tbody tr")] == [
            "true", "false", "true", "false"
        ]  # fmt: skip
        table.sort()
        page.settle()
        assert [row.getAttribute("aria-selected") for row in page.query_all("tbody tr")] == [
            "false", "false", "true", "true"
        ]  # fmt: skip
        assert "2 selected" in page.text
    table.selection = [0]
    assert table.selected.equals(pl.DataFrame(CITIES)[[0]])
    assert len(chosen) == 3
    with pytest.raises(IndexError, match="no row 4"):
        table.selection = [4]


def test_selects_by_keys() -> None:
    document, table = table_of(pl.DataFrame({"n": range(1000)}))
    with connect(document) as page:
        page.press("ArrowDown", GRID)
        page.press("ArrowDown")
        page.press(" ")
        assert table.selection == [1]
        page.press("Shift+ArrowDown")
        page.press("Shift+ArrowDown")
        assert table.selection == [1, 2, 3]
        page.press("Shift+ArrowUp")
        assert table.selection == [1, 2]
        page.press("Control+a")
        assert len(table.selection) == 1000
        page.press("a")
        page.press("Escape")
        assert table.selection == []
        table.filter(nw.col("n") % 2 == 0)
        page.press("Control+a")
        assert table.selection == list(range(0, 1000, 2))


async def test_on_select_may_be_a_coroutine_function() -> None:
    chosen: list[list[int]] = []

    async def on_select(numbers: list[int]) -> None:
        chosen.append(numbers)

    document, table = table_of(on_select=on_select)
    async with connect(document) as page:
        await page.click("tbody td")
        await page.press(" ", GRID)
        assert chosen == [[0], []]
        table.on_select = None
        await page.press(" ", GRID)
    assert chosen == [[0], []]


# The keyboard


def test_the_keyboard_goes_from_cell_to_cell() -> None:
    document, _ = table_of(pl.DataFrame({name: range(100) for name in "abc"}), height=318)

    def active() -> str:
        cell = page.get("[data-active]")
        assert page.get(GRID).getAttribute("aria-activedescendant") == cell.id != ""
        return f"{cell.textContent} {cell.getAttribute('aria-colindex')}"

    with connect(document) as page:
        page.answers["scrollTo"] = None
        steps = {
            "ArrowDown": "0 1", "ArrowRight": "0 2", "End": "0 3", "Home": "0 1", "PageDown": "9 1",
            "Control+End": "99 3", "PageUp": "90 3", "Control+Home": "0 1", "ArrowUp": "a 1",
        }  # fmt: skip
        page.focus(GRID)
        for key, cell in steps.items():
            page.press(key)
            assert active() == cell, key
        page.press("ArrowDown")
        page.press("ArrowDown")
        assert active() == "1 1"


def test_a_page_scrolls_to_where_the_keyboard_goes_and_no_other_does() -> None:
    document, _ = table_of(
        pl.DataFrame({"n": range(1000), "m": range(1000)}), widths={"n": 500, "m": 500}, height=432
    )
    with connect(document) as page, connect(document) as other:
        asked: list[Any] = []
        page.answers["scrollTo"] = lambda element, options: asked.append(options)
        page.press("ArrowDown", GRID)
        page.press("Control+End")
        assert asked == [{"top": 1000 * 28 - 400}]
        page.fire(GRID, "keydown", key="ArrowLeft", **seen(27_632, 200))
        assert asked[1:] == [{"left": 0.0}]
        assert [each for each in other.frames if each.name == "Ask"] == []


def test_columns_are_sorted_widened_and_moved_by_keys() -> None:
    document, table = table_of()
    with connect(document) as page:
        page.press("ArrowDown", GRID)
        page.press("ArrowUp")
        page.press("Enter")
        assert table.sorting == [("city", "ascending")]
        width = table.widths["city"]
        page.press("Alt+ArrowRight")
        assert table.widths["city"] == width + 10
        page.press("Shift+ArrowRight")
        assert table.columns == ["price", "city", "count"]
        assert page.get("[data-active]").textContent == "city"
        page.press(" ")
        assert table.sorting == [("city", "descending")]
        page.press("Shift+ArrowLeft")
        page.press("Shift+ArrowLeft")
        assert table.columns == ["city", "price", "count"]


# The pointer on the header


def drag(page: Any, target: str, way: float) -> None:
    page.fire(target, "pointerdown", clientX=100, button=0, buttons=1)
    for part in (0.5, 1):
        page.fire(target, "pointermove", clientX=100 + part * way, buttons=1)
    page.fire(target, "pointerup", clientX=100 + way, buttons=0)
    page.fire(target, "click", clientX=100 + way)


def test_drags_an_edge_and_a_name() -> None:
    document, table = table_of(widths={"city": 100, "price": 100, "count": 100})
    with connect(document) as page:
        drag(page, "th:first-child .domsync-handle", 35)
        assert table.widths["city"] == 135
        assert "135px 100px" in (page.get("table").getAttribute("style") or "")
        drag(page, "th:first-child .domsync-handle", -900)
        assert table.widths["city"] == 40
        drag(page, "th:first-child", 130)
        assert table.columns == ["price", "city", "count"]
        assert shown(page.document)[0] == ["120.50", "Oslo", "3"]
        assert table.sorting == []
        page.click("th:first-child")
        assert table.sorting == [("price", "ascending")]
        assert page.query(".domsync-dragged, .domsync-drop-after, .domsync-drop-before") is None


def test_a_drag_whose_end_nobody_saw_ends_with_the_next_move() -> None:
    document, table = table_of(widths={"city": 100, "price": 100, "count": 100})
    with connect(document) as page:
        page.fire("th:first-child", "pointerdown", clientX=0, button=0, buttons=1)
        page.fire("th:first-child", "pointermove", clientX=50, buttons=1)
        assert page.query(".domsync-dragged") is not None
        page.fire("th:first-child", "pointermove", clientX=500, buttons=0)
        assert page.query(".domsync-dragged") is None
        page.fire("th:first-child", "pointermove", clientX=600, buttons=1)
    assert table.columns == ["city", "price", "count"]


def test_columns_can_be_set() -> None:
    document, table = table_of()
    table.columns = ["count", "city"]
    assert shown(document)[0] == ["3", "Oslo"]
    assert [cell.textContent for cell in document.querySelectorAll("th")] == ["count", "city"]
    with pytest.raises(ValueError, match="twice"):
        table.columns = ["city", "city"]


# Editing


def edit(page: Any, selector: str, text: str, key: str = "Enter") -> None:
    page.fire(selector, "dblclick")
    page.fill("td input", text)
    page.press(key, "td input")


def test_edits_a_cell(cities: Any) -> None:
    edits: list[CellEdit] = []
    document, table = table_of(cities, editable=["price"], on_edit=edits.append)
    table.sort("price")
    with connect(document) as page:
        page.fire("tbody tr:first-child td:nth-child(1)", "dblclick")
        assert page.query("td input") is None
        page.fire("tbody tr:first-child td:nth-child(2)", "dblclick")
        assert page.get("td input").value == "7.0"  # type: ignore[attr-defined]
        edit(page, "tbody tr:first-child td:nth-child(2)", "1,000.25")
        assert edits == [CellEdit(3, "price", 1000.25, 7.0)]
        assert column(page.document, 1) == ["1000.25", "80.00", "95.25", "120.50"]
        assert page.get("[data-active]").textContent == "80.00"
        assert nw.from_native(table.frame, eager_only=True)["price"].to_list() == [
            120.5,
            80.0,
            95.25,
            1000.25,
        ]
        assert nw.from_native(cities, eager_only=True)["price"].to_list() == CITIES["price"]
        edit(page, "tbody tr:first-child td:nth-child(2)", "1", "Escape")
        edit(page, "tbody tr:first-child td:nth-child(2)", "1000.25")
        assert len(edits) == 1


def test_what_is_no_value_of_the_column_is_said_and_stays_to_be_mended() -> None:
    document, table = table_of(editable=True)
    with connect(document) as page:
        edit(page, "tbody tr:first-child td:nth-child(3)", "many")
        assert page.get("td input").getAttribute("aria-invalid") == "true"
        assert page.get("footer").textContent == "count: 'many' is not a whole number"
        page.fill("td input", "30")
        page.press("Tab", "td input")
        assert table.frame["count"].to_list() == [30, 1, 2, 4]
        assert page.get("footer").textContent == "4 rows"
        page.focus("tbody")


def test_leaving_the_field_takes_what_is_in_it() -> None:
    document, table = table_of(editable=True)
    with connect(document) as page:
        page.fire("tbody tr:first-child td", "dblclick")
        page.fill("td input", "Bergen")
        page.focus(SEARCH)
        assert table.frame["city"][0] == "Bergen"
        assert page.query("td input") is None


def test_on_edit_may_refuse() -> None:
    async def on_edit(change: CellEdit) -> None:
        if change.value < 0:
            raise ValueError("a price is not negative")

    document, table = table_of(editable=True, on_edit=on_edit)
    with connect(document) as page:
        edit(page, "tbody tr:first-child td:nth-child(2)", "-1")
        assert page.get("footer").textContent == "price: a price is not negative"
        assert table.frame["price"][0] == 120.5
        page.press("Escape", "td input")
        assert column(page.document, 1)[0] == "120.50"


def test_edits_with_the_keyboard_and_scrolled_away() -> None:
    document, table = table_of(pl.DataFrame({"n": range(10_000)}), editable=True)
    with connect(document) as page:
        page.press("ArrowDown", GRID)
        page.press("F2")
        page.fill("td input", "77")
        page.fire(GRID, "scroll", bubbles=False, **seen(100_000))
        page.press("Enter", "td input")
        assert table.frame["n"][0] == 77


def test_dates_are_edited_in_a_date_field() -> None:
    document, table = table_of(pl.DataFrame({"d": [dt.date(2024, 5, 17)]}), editable=True)
    with connect(document) as page:
        page.fire("td", "dblclick")
        assert page.get("td input").getAttribute("type") == "date"
        page.fill("td input", "2025-01-31")
        page.press("Enter", "td input")
    assert table.frame["d"][0] == dt.date(2025, 1, 31)


# The clipboard


def test_offers_the_selected_rows_to_the_clipboard() -> None:
    document, table = table_of(pl.DataFrame({"a": [1.5, None, 3.0], "b": ["x\ty", "z", 'say "so"']}))
    table.sort("a", descending=True)
    field = "textarea"
    with connect(document) as page, connect(document) as other:
        page.answers["select"] = None
        page.click("tbody tr:nth-child(1) td")
        page.press("Control", GRID)  # goes down and up
        assert page.get(field).value == ""  # type: ignore[attr-defined]
        page.fire(GRID, "keydown", key="Control", ctrlKey=True)
        assert page.get(field).value == '3.0\t"say ""so"""'  # type: ignore[attr-defined]
        assert page.focused is not None
        assert page.focused.localName == "textarea"
        assert other.focused is None
        page.fire(field, "keydown", key="c", ctrlKey=True)
        page.fire(field, "keyup", key="Control")
        assert page.focused.getAttribute("role") == "grid"
        page.press("Control+a", GRID)
        page.fire(GRID, "keydown", key="Meta", metaKey=True)
        assert page.get(field).value == '3.0\t"say ""so"""\n1.5\t"x\ty"\n\tz'  # type: ignore[attr-defined]
        page.fire(field, "keyup", key="Meta")
        page.press("Escape", GRID)
        page.fire(GRID, "keydown", key="Control", ctrlKey=True)
        assert page.get(field).value == "3.0"  # type: ignore[attr-defined]


def test_says_that_a_copy_came_too_late_or_is_too_large() -> None:
    document, _ = table_of(pl.DataFrame({"n": range(200_000)}))
    with connect(document) as page:
        page.answers["select"] = None
        page.click("tbody td")
        page.fire(GRID, "keydown", key="c", ctrlKey=True)
        assert page.get("footer").textContent == "Not copied yet: press C once more"
        page.fire("textarea", "keydown", key="c", ctrlKey=True)
        assert page.get("footer").textContent == "200,000 rows · 1 selected"
        page.press("Control+a", GRID)
        page.fire(GRID, "keydown", key="c", ctrlKey=True)
        assert "200,000 rows are too many to copy" in (page.get("footer").textContent or "")


# Changes in place


def test_what_is_selected_follows_its_key(cities: Any) -> None:
    """Wherever it is in the new frame; without a key, the selected rows have the same numbers."""
    _, table = table_of(cities, key="city")
    _, other = table_of(cities)
    make = type(cities) if not isinstance(cities, pa.Table) else pa.table
    for each in (table, other):
        each.selection = [0, 2]
        each.update(make({"city": ["Bonn", "Kyiv", "Oslo"], "price": [1.0, 2.0, 3.0], "count": [1, 2, 3]}))
    assert table.selection == [0, 2]
    assert other.selection == [0, 2]
    for each in (table, other):
        each.selection = [2]
        each.update(make({"city": ["Rome", "Oslo", "Bonn"], "price": [1.0, 2.0, 3.0], "count": [1, 2, 3]}))
    assert table.selection == [1]
    assert other.selection == [2]
    with pytest.raises(ValueError, match="there is no column 'city', the key: there are 'price'"):
        table.update(make({"price": [1.0]}))
    assert len(table) == 3
    with pytest.raises(ValueError, match="there is no column 'town', the key"):
        table_of(cities, key="town")


def test_a_range_is_extended_from_where_its_first_row_is_now() -> None:
    document, table = table_of(key="city")
    with connect(document) as page:
        page.click("tbody tr:nth-child(3) td")  # Bonn
        table.update(
            pl.DataFrame({"city": ["Bonn", "Rome", "Oslo"], "price": [1.0, 2.0, 3.0], "count": [1, 2, 3]})
        )
        page.fire("tbody tr:nth-child(2) td", "click", shiftKey=True)
        assert table.selection == [0, 1]


def test_update_sends_only_what_differs() -> None:
    frame = pl.DataFrame({"n": range(1000), "x": [0.5] * 1000})
    document, table = table_of(frame)
    table.selection = [3]
    with connect(document) as page:
        page.press("ArrowDown", GRID)
        before = len(page.frames)
        table.update(
            frame.with_columns(pl.when(pl.col("n") == 2).then(9.5).otherwise(pl.col("x")).alias("x"))
        )
        page.until(lambda: column(page.document, 1)[2] == "9.5")
        sent = [str(each.fields) for each in page.frames[before:] if each.name == "Frame"]
        assert sum(map(len, sent)) < 100
        assert table.selection == [3]
        assert page.get("[data-active]").textContent == "0"
        assert page.focused is not None


def test_update_of_some_rows(cities: Any) -> None:
    document, table = table_of(cities)
    table.update({"price": [1.0, 2.5]}, rows=[0, 2])
    assert column(document, 1) == ["1.00", "80.00", "2.50", "7.00"]
    table.update(pl.DataFrame({"city": ["Bergen"], "count": [9]}), rows=[3])
    assert shown(document)[3] == ["Bergen", "7.00", "9"]
    for wrong, rows, error in (
        ({"price": ["x"]}, [0], ValueError),
        ({"price": [1.0]}, [0, 1], ValueError),
        ({"nothing": [1]}, [0], ValueError),
        ({"count": [2.5]}, [0], ValueError),
        ({"price": [1.0]}, [4], IndexError),
    ):
        with pytest.raises(error):
            table.update(wrong, rows=rows)
    assert column(document, 1) == ["1.00", "80.00", "2.50", "7.00"]


def test_update_applies_order_and_filter_to_the_new_rows() -> None:
    document, table = table_of()
    table.sort("price")
    table.filter(nw.col("price") < 100)
    table.selection = [1, 3]
    table.update(pl.DataFrame({"city": ["A", "B"], "price": [50.0, 20.0], "count": [1, 2]}))
    assert column(document) == ["B", "A"]
    assert table.selection == [1]


def test_update_to_other_columns() -> None:
    document, table = table_of(labels={"price": "€"}, widths={"price": 99})
    table.sort("price")
    table.search("o")
    table.update(pl.DataFrame({"price": [2, 1], "new": ["x", "y"]}))
    assert table.columns == ["price", "new"]
    assert shown(document) == [["2", "x"], ["1", "y"]]
    assert [cell.textContent for cell in document.querySelectorAll("th")] == ["€", "new"]
    assert table.widths["price"] == 99
    assert table.sorting == []


def test_scroll_to_a_row_that_is_elsewhere() -> None:
    document, table = table_of(pl.DataFrame({"n": range(100_000)}))
    table.sort("n", descending=True)
    with connect(document) as page:
        table.scroll_to(20_000)
        page.until(lambda: "20000" in column(page.document))
        assert page.app_document.querySelector(GRID).scrollTop == 79_999 * 28  # type: ignore[union-attr]
        table.scroll_to(-1)


def test_viewers_scroll_for_themselves() -> None:
    document, _ = table_of(pl.DataFrame({"n": range(100_000)}))
    with connect(document) as page, connect(document) as other:
        page.fire(GRID, "scroll", bubbles=False, **seen(28_000))
        other.fire(GRID, "scroll", bubbles=False, **seen(56_000))
        page.settle()
        assert {"0", "1000", "2000"} <= set(column(page.document))


async def test_events_made_in_python() -> None:
    document, table = table_of(editable=True)
    cell = document.querySelector("td")
    assert cell is not None
    cell.dispatchEvent(Event("click", True))
    assert table.selection == [0]
    async with connect(document) as page, connect(document) as other:
        # Of nobody's view, so of all.
        cell.dispatchEvent(Event("dblclick", True))
        for each in (page, other):
            await each.wait_for("td input")
            await each.until(lambda each=each: each.focused is not None)  # type: ignore[misc]


def test_other_buttons_and_keys_do_nothing() -> None:
    document, table = table_of()
    with connect(document) as page:
        page.answers["select"] = None
        page.fire("th", "pointerdown", clientX=0, button=2, buttons=2)
        page.fire("th", "pointermove", clientX=200, buttons=2)
        page.fire("thead", "click")
        page.fire("tbody", "click")
        page.fire("tbody", "dblclick")
        page.press("c", GRID)
        page.fire(GRID, "keydown", key="Control", ctrlKey=True, repeat=True)
        page.fire(GRID, "keydown", key="Control", ctrlKey=True)  # nothing is selected or active
        page.press("ArrowDown", GRID)
        page.press("ArrowUp")
        page.fire(GRID, "keydown", key="Control", ctrlKey=True)  # nor is a header copied
        page.press("Shift+ArrowDown")
    assert (table.columns, table.sorting) == (["city", "price", "count"], [])
    assert table.selection == [0]


def test_a_column_to_the_right_is_scrolled_to() -> None:
    document, _ = table_of(widths={"city": 500, "price": 500, "count": 500})
    with connect(document) as page:
        asked: list[Any] = []
        page.answers["scrollTo"] = lambda element, options: asked.append(options)
        page.press("ArrowDown", GRID)
        page.fire(GRID, "keydown", key="End", **seen(0))
    assert asked == [{"left": 700.0}]


def test_a_wide_table_has_columns_that_are_not_there_any_more() -> None:
    document, table = table_of()
    with connect(document) as page:
        page.press("ArrowDown", GRID)
        page.press("End")
        table.columns = ["price"]
        page.settle()
        assert page.get("[data-active]").textContent == "120.50"
        table.columns = []
        page.press("ArrowDown", GRID)
        assert page.query("[data-active]") is None


def test_goes() -> None:
    document, table = table_of()
    table.remove()
    assert document.getRootElement().children == []
