"""`TableComponent`: both of domsync's forms, order of rows, addressing of cells."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domsync_jupyter import Document
from domsync_jupyter.components import TableComponent
from domsync_jupyter.errors import NotFoundError


@pytest.fixture
def table() -> TableComponent:
    return TableComponent(Document("root").getRootElement(), ["a", "b"])


def texts(table: TableComponent) -> list[list[str]]:
    return [[cell.innerText for cell in row.children] for row in table.getTableElement().children]


@pytest.mark.parametrize(
    ("arguments", "keywords"),
    [
        (("doc", "root", ["a"]), {}),
        (("doc", "root"), {"columns": ["a"], "id": "t"}),
        ((), {"doc": "doc", "parent_id": "root", "columns": {"a": "a"}}),
        (("el", ["a"]), {}),
        (("el", ("a",)), {"id": "t"}),
        ((), {"parent_el": "el", "columns": ["a"]}),
    ],
)
def test_forms(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    document = Document("root")
    real: dict[str, Any] = {"doc": document, "el": document.getRootElement()}
    known: Any = [real.get(item, item) if isinstance(item, str) else item for item in arguments]
    table = TableComponent(*known, **{key: real.get(str(item), item) for key, item in keywords.items()})
    assert document.getRootElement().children == [table.getTableElement()]
    assert table.getElement() is table.table_el is document.getElementById(table.getRootId())
    assert table["columns"] == {"a": "a"}
    assert table.table_el.id == keywords.get("id", "")
    assert table.getRootId() == keywords.get("id", table["id"])


def test_columns_with_names_of_their_own() -> None:
    table = TableComponent(Document().getRootElement(), {"n": "Name", "a": "Age"})
    table.addRow("r", {"a": "10", "n": "Kyle"})
    table.addRow("s", {"a": "9"})
    table.addRow("t")
    assert texts(table) == [["Name", "Age"], ["Kyle", "10"], ["", "9"], ["", ""]]


def test_with_an_id_its_parts_have_some_too() -> None:
    document = Document("root")
    TableComponent(document, "root", ["a"], id="t").addRow("r", ["1"])
    assert list(document["elements_by_id"]) == [
        "root",
        "t",
        "t.tr.header",
        "t.td.header.a",
        "t.tr.r",
        "t.td.r.a",
    ]


def test_without_one_nothing_made_up_gets_into_the_tree() -> None:
    document = Document("root")
    TableComponent(document, "root", ["a"]).addRow("r", ["1"])
    assert list(document["elements_by_id"]) == ["root"]


def test_cells_and_rows(table: TableComponent) -> None:
    table.addRow("r", ["1", None])
    table.updateCell("r", "b", "2")
    assert texts(table) == [["a", "b"], ["1", "2"]]
    table.updateRow("r", ["3", None])
    table.addOrUpdateRow("r", {"b": "4"})
    table.addOrUpdateRow("s", ["5", "6"])
    assert texts(table) == [["a", "b"], ["3", "4"], ["5", "6"]]
    assert table.getCellElement("s", "b").innerText == "6"
    assert table.getRowElement("s").children[1] is table.getCellElement("s", "b")
    assert table.hasRow("r")
    table.removeRow("r")
    assert not table.hasRow("r")
    assert table.getRowIds() == ["s"]
    table.remove()
    assert not table.getDocument().getRootElement().children


def test_a_row_taken_out_by_hand_is_gone(table: TableComponent) -> None:
    for row_id in ("b", "d"):
        table.addRow(row_id)
    table.getRowElement("d").remove()
    assert not table.hasRow("d")
    table.addRow("c")
    table.addRow("d", ["again", ""])
    assert table.getRowIds() == ["b", "c", "d"]
    with pytest.raises(NotFoundError):
        table.getRowElement("e")


def test_says_what_is_wrong(table: TableComponent) -> None:
    table.addRow("r")
    with pytest.raises(ValueError, match="'r' already"):
        table.addRow("r")
    with pytest.raises(ValueError, match="2 values"):
        table.addRow("s", ["1"])
    with pytest.raises(TypeError, match="list or a mapping"):
        table.addRow("s", "ab")
    with pytest.raises(TypeError):
        table.addRow("s", [1, 2])  # type: ignore[list-item]  # what the test is about
    with pytest.raises(NotFoundError, match="'c'"):
        table.updateCell("r", "c", "")
    with pytest.raises(NotFoundError, match="'s'"):
        table.updateRow("s", ["", ""])
    with pytest.raises(TypeError, match="list of names"):
        TableComponent(Document().getRootElement(), "ab")
    assert table.getRowIds() == ["r"], "nothing was added on the way to an error"


ROWS = st.lists(
    st.tuples(st.text(max_size=3), st.none() | st.integers(-3, 3) | st.floats(-1, 1)),
    unique_by=lambda row: row[0],
)


@given(rows=ROWS, removed=st.sets(st.integers(0, 10)))
def test_rows_are_sorted(rows: list[tuple[str, float | None]], removed: set[int]) -> None:
    table = TableComponent(Document().getRootElement(), ["a"])
    kept = {}
    for number, (row_id, order) in enumerate(rows):
        table.addRow(row_id, [row_id], sort_order=order)
        if number in removed:
            table.removeRow(row_id)
        else:
            kept[row_id] = order
    in_order = sorted((order is None, order or 0, row_id) for row_id, order in kept.items())
    assert table.getRowIds() == [row_id for _, _, row_id in in_order]
