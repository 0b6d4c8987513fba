"""What a page may say to a `DataTable` that no browser would: it harms neither other viewers nor the program."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import pandas as pd  # type: ignore[import-untyped]
import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pytest

from domsync_jupyter import Document
from domsync_jupyter.components import CellEdit, DataTable
from domsync_jupyter.components.data_table.clipboard import TooLargeError, as_tsv
from domsync_jupyter.components.data_table.frame import as_frame
from domsync_jupyter.components.data_table.said import number_said
from domsync_jupyter.components.data_table.viewport import MOST_SEEN, Viewport
from domsync_jupyter.dom import Event
from domsync_jupyter.testing import connect

if TYPE_CHECKING:
    from collections.abc import Callable

GRID, SEARCH = "[role=grid]", "input[type=search]"


def table_of(data: Any = None, **options: Any) -> tuple[Document, DataTable]:
    document = Document()
    frame = pl.DataFrame({"city": ["Oslo", "Rome"], "count": [3, 1]}) if data is None else data
    return document, DataTable(document, frame, **options)


@pytest.mark.parametrize(
    "said", [None, "12", "nan", math.nan, math.inf, -math.inf, 1e300, 10**400, [], {"a": 1}]
)
def test_a_number_is_taken_only_if_it_is_one(said: Any) -> None:
    assert number_said(Event("scroll", fields={"x": said}), "x", None) is None
    assert number_said(Event("scroll", fields={}), "x", 7.0) == 7
    assert number_said(Event("scroll", fields={"x": 12}), "x", None) == 12


@pytest.mark.parametrize("height", ["nan", "inf", "tall", 1e300, None, True, -5])
@pytest.mark.parametrize("top", ["nan", -1e300, 1e300, 5])
def test_a_place_that_cannot_be_leaves_the_rows_to_the_others(top: Any, height: Any) -> None:
    document, table = table_of(pl.DataFrame({"n": range(100_000)}))
    with connect(document) as page, connect(document) as other:
        page.fire(GRID, "scroll", bubbles=False, **{"target.scrollTop": top, "target.clientHeight": height})
        page.fire(
            GRID, "keydown", key="ArrowDown", **{"target.scrollLeft": "x", "target.clientWidth": height}
        )
        table.sort("n", descending=True)
        other.until(lambda: other.get("tbody td").textContent == "99999")
        assert len(document.querySelectorAll("tr")) < 400


def test_a_page_that_says_it_is_high_gets_no_more_rows_than_a_screen_has() -> None:
    view, viewer = Viewport(28, 400), Document()
    view.size = 1_000_000
    view.scrolled(viewer, 0, 5e8)
    assert sum(run.stop - run.first for run in view.runs()) < 3 * MOST_SEEN / 28


def test_an_edge_is_dragged_as_far_as_anybody_would() -> None:
    document, table = table_of(widths={"city": 100, "count": 100})
    with connect(document) as page:
        for x in (1e8, "nan", None):
            page.fire(".domsync-handle", "pointerdown", clientX=0, button=0)
            page.fire(".domsync-handle", "pointerup", clientX=x)
    assert table.widths["city"] == 4000


def test_pointers_of_others_drag_nothing() -> None:
    document, table = table_of(widths={"city": 100, "count": 100})
    with connect(document) as page, connect(document) as other:
        page.fire("th:first-child", "pointerdown", clientX=0, button=0, buttons=1)
        page.fire("th:first-child", "pointermove", clientX=50, buttons=1)
        other.settle()
        other.fire("th:last-child", "pointermove", clientX=900, buttons=0)
        other.fire("th:last-child", "click")
        assert table.sorting == [("count", "ascending")]
        page.fire("th:first-child", "pointermove", clientX=120, buttons=1)
        page.fire("th:first-child", "pointerup", clientX=120)
    assert table.columns == ["count", "city"]


def test_a_column_that_goes_while_it_is_dragged() -> None:
    document, table = table_of()
    with connect(document) as page:
        page.fire("th:last-child .domsync-handle", "pointerdown", clientX=0, button=0, buttons=1)
        table.columns = ["city"]
        page.settle()
        page.fire("thead", "pointermove", clientX=50, buttons=1)
        page.fire("thead", "pointerup", clientX=50)
    assert table.columns == ["city"]


@pytest.mark.parametrize("library", [pl.DataFrame, pd.DataFrame, pa.table])
@pytest.mark.parametrize(
    "text", ["9" * 23, "-" + "9" * 400, "1" * 5000, ">" + "9" * 23, str(2**63), "a" * 200_000]
)
def test_what_is_searched_may_be_any_text(library: Any, text: str) -> None:
    document, table = table_of(library({"whole": [1, 2], "real": [1.0, 2.0], "word": ["a", "b"]}))
    with connect(document) as page:
        page.fill(SEARCH, text)
        page.until(lambda: len(table) == 0)


def test_a_search_takes_no_square_of_what_is_typed() -> None:
    _, table = table_of()
    began = time.perf_counter()
    table.search("1" + " " * 100_000 + "x")
    assert time.perf_counter() - began < 5


def test_a_cell_that_must_not_be_edited_any_more_takes_nothing() -> None:
    edits: list[CellEdit] = []
    document, table = table_of(editable=True)
    table.on_edit = edits.append
    assert table.on_edit == edits.append
    field: Any
    with connect(document) as page:
        page.answers.update(dict.fromkeys(("select", "focus", "scrollTo")))
        page.fire("td", "dblclick")
        field = document.querySelector("td input")
        table.editable = False
        assert document.querySelector("td input") is None
        field.value = "Paris"
        field.dispatchEvent(Event("keydown", fields={"key": "Tab"}))
        page.settle()
        page.fire("td", "dblclick")
        assert page.query("td input") is None
    assert table.frame["city"].to_list() == ["Oslo", "Rome"]
    assert edits == []


def test_a_long_text_that_is_no_number_is_not_told_in_full() -> None:
    document, table = table_of(editable=True)
    with connect(document) as page:
        page.answers.update(dict.fromkeys(("select", "focus", "scrollTo")))
        for text in ("x" * 100_000, "9" * 4000, "9" * 100_000):
            page.fire("td + td", "dblclick")
            page.fill("td input", text)
            page.press("Enter", "td input")
            assert len(page.get("footer").textContent or "") < 200
            page.press("Escape", "td input")
    assert table.frame["count"].to_list() == [3, 1]


def test_nothing_is_copied_of_a_table_without_columns() -> None:
    document, table = table_of()
    table.selection = [0, 1]
    table.columns = []
    with connect(document) as page:
        page.fire(GRID, "keydown", key="Control", ctrlKey=True)
        assert page.get("textarea").value == ""  # type: ignore[attr-defined]


def test_what_is_copied_reads_no_other_columns() -> None:
    frame = as_frame(pl.DataFrame({"a": [1, 2], "b": [object(), object()], "c": ["x", "y\tz"]}))
    assert as_tsv(frame, [1, 0], ["c", "a"]) == '"y\tz"\t2\nx\t1'


def test_not_all_of_long_texts_is_copied() -> None:
    frame = as_frame(pl.DataFrame({"a": ["x" * 4_000_000] * 3}))
    assert len(as_tsv(frame, [0, 1], ["a"])) == 8_000_001
    with pytest.raises(TooLargeError, match="10,000,000 characters"):
        as_tsv(frame, [0, 1, 2], ["a"])


def below_ten(value: float) -> str:
    if value >= 10:
        raise ValueError("it is too large to be written")
    return f"{value:.1f}"


def test_what_a_format_cannot_write_leaves_the_table_as_it_was() -> None:
    frame = pl.DataFrame({"n": [float(n // 100) for n in range(2000)]})
    document, table = table_of(frame, formats={"n": below_ten})
    table.selection = [1999]
    before = document.body.outerHTML
    changes: list[Callable[[], object]] = [
        lambda: table.sort("n", descending=True),
        lambda: table.filter(lambda row: row["n"] > 15),
        lambda: table.update(pl.DataFrame({"n": [99.0]})),
    ]
    for change in changes:
        with pytest.raises(ValueError, match="too large"):
            change()
        assert document.body.outerHTML == before
    assert (table.sorting, table.selection, table.frame.equals(frame)) == ([], [1999], True)
    table.sort("n")


def test_a_person_cannot_enter_what_its_format_cannot_write() -> None:
    document, table = table_of(pl.DataFrame({"n": [1.0, 2.0]}), formats={"n": below_ten}, editable=True)
    with connect(document) as page:
        page.answers.update(dict.fromkeys(("select", "focus", "scrollTo")))
        page.fire("td", "dblclick")
        page.fill("td input", "12")
        page.press("Enter", "td input")
        assert page.get("footer").textContent == "n: it is too large to be written"
        page.press("Escape", "td input")
        assert page.get("td").textContent == "1.0"
    assert table.frame["n"].to_list() == [1.0, 2.0]
