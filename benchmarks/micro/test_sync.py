"""What it costs to send: flushing, snapshots, messages. Each flush includes a session that takes it as bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.micro.conftest import Measure
from benchmarks.micro.tables import (
    CPU_TIME,
    NODES_PER_ROW,
    Page,
    Table,
    clone_rows,
    event_text,
    make_row,
    make_rows,
)
from domsync_jupyter import Document, Element
from domsync_jupyter.sync import messages

TableOf = Callable[..., Table]
ROWS = 1000
SIZES = [1_000, 10_000, 100_000]


@pytest.mark.benchmark(group="flush")
@pytest.mark.parametrize("texts", [1, 100])
def test_flush_of_changed_texts(measure: Measure, table_of: TableOf, texts: int) -> None:
    table = table_of(ROWS, ROWS)
    labels = table.labels()[:texts]
    count = 0

    def setup() -> None:
        nonlocal count
        table.page.acknowledge()
        count += 1
        for label in labels:
            label.textContent = f"text {count}"

    words = "one changed text" if texts == 1 else f"{texts} changed texts"
    measure(words, table.page.flush, setup, items=texts)


@pytest.mark.benchmark(group="flush", timer=CPU_TIME)
@pytest.mark.parametrize("how", ["createElement", "cloneNode"])
def test_flush_of_1000_new_rows(
    measure: Measure, benchmark: BenchmarkFixture, table_of: TableOf, how: str
) -> None:
    table, rows = _empty_table(how)

    def setup() -> None:
        table.clear()
        table.bodies[0].append(*rows())

    measure(f"1,000 new rows by `{how}`", table.page.flush, setup, items=ROWS, rounds=20)
    setup()
    benchmark.extra_info["bytes"] = sum(map(len, table.page.flush()))


@pytest.mark.benchmark(group="build and flush", timer=CPU_TIME)
@pytest.mark.parametrize("how", ["createElement", "cloneNode"])
def test_1000_new_rows(measure: Measure, benchmark: BenchmarkFixture, how: str) -> None:
    table, rows = _empty_table(how)
    body = table.bodies[0]

    def show() -> list[bytes]:
        for row in rows():
            body.appendChild(row)
        return table.page.flush()

    measure(f"1,000 new rows by `{how}`", show, table.clear, items=ROWS, rounds=20)
    table.clear()
    benchmark.extra_info["bytes"] = sum(map(len, show()))


def _empty_table(how: str) -> tuple[Table, Callable[[], list[Element]]]:
    """A table, and what makes rows for it."""
    table = Table(1)
    prototype = make_row(table.document, 0)
    if how == "cloneNode":
        return table, lambda: clone_rows(prototype, ROWS)
    return table, lambda: make_rows(table.document, ROWS)


@pytest.mark.benchmark(group="messages")
def test_encode_a_frame(measure: Measure) -> None:
    document = Document("root")
    ops = Page(document).mirror
    document.getRootElement().append("text")
    ops.collect()
    [body] = ops.snapshot()
    frame = messages.Frame(12, 7, body)
    measure("encode a frame of few bytes", lambda: messages.encode(frame), rounds=2000)


@pytest.mark.benchmark(group="messages")
def test_decode_an_event(measure: Measure) -> None:
    text = event_text().decode()
    measure("decode and validate a click", lambda: messages.decode(text), rounds=2000)


@pytest.mark.benchmark(group="growth", timer=CPU_TIME)
@pytest.mark.parametrize("nodes", SIZES)
def test_snapshot(measure: Measure, table_of: TableOf, nodes: int) -> None:
    mirror = table_of(nodes // NODES_PER_ROW).page.mirror
    rounds = max(4, 100_000 // nodes)
    measure("snapshot", mirror.snapshot, mirror.forget_snapshot, nodes=nodes, rounds=rounds)


@pytest.mark.benchmark(group="growth")
@pytest.mark.parametrize("nodes", SIZES)
@pytest.mark.parametrize("what", ["text", "append", "swap"])
def test_change_and_flush(measure: Measure, table_of: TableOf, what: str, nodes: int) -> None:
    """One change and its flush, in documents of different sizes: 100 rows have one parent in each of them."""
    table = table_of(nodes // NODES_PER_ROW)
    flush, document = table.page.flush, table.document
    body = table.bodies[len(table.bodies) // 2]
    rows: list[Element] = list(body.children)
    label = rows[50].querySelector("a")
    assert label is not None
    count = 0

    def text(value: Any) -> None:
        label.textContent = value
        flush()

    def append(value: Any) -> None:
        body.appendChild(make_row(document, value))
        flush()

    def swap(_: Any) -> None:
        second, last = rows[1], rows[98]
        after = last.nextSibling
        body.insertBefore(last, second)
        body.insertBefore(second, after)
        flush()

    def setup() -> Any:
        nonlocal count
        table.page.acknowledge()
        if what != "text" and count:
            body.replaceChildren(*rows)
            table.bring_up_to_date()
        count += 1
        return f"text {count}" if what == "text" else count

    words = {
        "text": "change one text, and flush",
        "append": "create and append one row, and flush",
        "swap": "swap two rows of a parent with 100, and flush",
    }
    measure(words[what], {"text": text, "append": append, "swap": swap}[what], setup, nodes=nodes)
    setup()


@pytest.mark.benchmark(group="growth", timer=CPU_TIME)
@pytest.mark.parametrize("rows", [100, 1_000, 10_000])
def test_swap_in_one_parent(measure: Measure, table_of: TableOf, rows: int) -> None:
    """What does depend on a size: that of the parent whose children change places."""
    table = table_of(rows, rows)
    body, flush = table.bodies[0], table.page.flush
    kids: list[Element] = list(body.children)

    def swap() -> None:
        second, last = kids[1], kids[-2]
        body.insertBefore(last, second)
        body.insertBefore(second, kids[-1])
        flush()

    def setup() -> None:
        body.replaceChildren(*kids)
        table.bring_up_to_date()

    measure(
        "swap two rows of a parent with all of them, and flush",
        swap,
        setup,
        nodes=rows * NODES_PER_ROW,
        rounds=40,
    )
    setup()
