"""Fixtures of the micro-benchmarks, and what `benchmarks.micro.report` needs to know of each."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any, Protocol

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.micro.tables import ROWS_PER_BODY, Table


class Measure(Protocol):
    """Times `function`, with `setup` before each round; what that returns, unless it is None, is passed on.

    `words` say what it does. `items` is how many things one call does; `nodes`, the size of the document, is for
    measurements that are repeated with another size.
    """

    def __call__(
        self,
        words: str,
        function: Callable[..., Any],
        setup: Callable[[], Any] | None = None,
        *,
        items: int = 1,
        nodes: int = 0,
        rounds: int = 200,
    ) -> None: ...


@pytest.fixture
def measure(benchmark: BenchmarkFixture) -> Measure:
    def measure(
        words: str,
        function: Callable[..., Any],
        setup: Callable[[], Any] | None = None,
        *,
        items: int = 1,
        nodes: int = 0,
        rounds: int = 200,
    ) -> None:
        benchmark.extra_info.update(words=words, items=items, nodes=nodes)

        def prepare() -> tuple[tuple[Any, ...], dict[str, Any]]:
            value = setup() if setup is not None else None
            return (() if value is None else (value,)), {}

        run: Callable[..., Any] = benchmark.pedantic
        run(function, setup=prepare, rounds=rounds, warmup_rounds=max(1, rounds // 20))

    return measure


_tables: dict[tuple[int, int], Table] = {}


@pytest.fixture
def table_of() -> Callable[..., Table]:
    """Tables by their size. Each is made once, as the largest take seconds; leave one as it was."""

    def table_of(rows: int, rows_per_body: int = ROWS_PER_BODY) -> Table:
        table = _tables.get((rows, rows_per_body))
        if table is None:
            table = _tables[rows, rows_per_body] = Table(rows, rows_per_body)
            # What the garbage collector has to look at is this benchmark's, not all tables of the others.
            gc.collect()
            gc.freeze()
        table.bring_up_to_date()
        return table

    return table_of
