"""What operations on the document cost: building, changing, moving. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from benchmarks.micro.conftest import Measure
from benchmarks.micro.tables import CPU_TIME, Table, clone_rows, make_row, make_rows
from domsync_jupyter import Document, Element

TableOf = Callable[..., Table]
ROWS = 1000


@pytest.mark.benchmark(group="build", timer=CPU_TIME)
def test_1000_rows_by_createElement(measure: Measure) -> None:
    document = Document("root")
    measure("1,000 rows by `createElement`", lambda: make_rows(document, ROWS), items=ROWS, rounds=20)


@pytest.mark.benchmark(group="build", timer=CPU_TIME)
def test_1000_rows_by_cloneNode(measure: Measure) -> None:
    prototype = make_row(Document("root"), 0)
    measure("1,000 rows by `cloneNode`", lambda: clone_rows(prototype, ROWS), items=ROWS, rounds=20)


@pytest.mark.benchmark(group="change", timer=CPU_TIME)
@pytest.mark.parametrize("what", ["text", "attribute", "class", "property", "style"])
def test_change(measure: Measure, what: str) -> None:
    table = Table(ROWS)
    boxes = [table.document.createElement("input") for _ in range(ROWS)]
    table.bodies[0].append(*boxes)
    labels: list[Any] = table.labels()[:ROWS]  # Elements; which class has `style` is known at run time only.
    count = 0

    def text(value: str) -> None:
        for element in labels:
            element.textContent = value

    def attribute(value: str) -> None:
        for element in labels:
            element.setAttribute("title", value)

    def classes(value: str) -> None:
        for element in labels:
            element.classList.toggle("selected")

    def live_property(value: str) -> None:
        for box in boxes:
            box.value = value

    def style(value: str) -> None:
        for element in labels:
            element.style.width = f"{count}px"

    def setup() -> str:
        nonlocal count
        table.bring_up_to_date()
        count += 1
        return f"text {count}"

    functions = {
        "text": text, "attribute": attribute, "class": classes, "property": live_property, "style": style,
    }  # fmt: skip
    measure(f"set the {what} of 1,000", functions[what], setup, items=ROWS, rounds=20)


@pytest.mark.benchmark(group="move rows")
@pytest.mark.parametrize("what", ["append", "remove", "swap", "sort"])
def test_move(measure: Measure, table_of: TableOf, what: str) -> None:
    table = table_of(ROWS, ROWS)
    body = table.bodies[0]
    rows: list[Element] = list(body.children)

    def append(row: Element) -> None:
        body.appendChild(row)

    def remove(row: Element) -> None:
        row.remove()

    def swap(_: Element) -> None:
        second, last = rows[1], rows[998]
        after = last.nextSibling
        body.insertBefore(last, second)
        body.insertBefore(second, after)

    def sort(_: Element) -> None:
        body.append(*reversed(rows))

    def setup() -> Element:
        body.replaceChildren(*rows)
        table.bring_up_to_date()
        return rows[ROWS // 2] if what != "append" else make_row(table.document, ROWS)

    functions = {"append": append, "remove": remove, "swap": swap, "sort": sort}
    words = {
        "append": "append one to 1,000", "remove": "remove one of 1,000", "swap": "swap two of 1,000",
        "sort": "reverse 1,000",
    }  # fmt: skip
    measure(words[what], functions[what], setup, items=ROWS if what == "sort" else 1, rounds=20)
    setup()
