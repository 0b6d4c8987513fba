"""What an operation costs in Python, beside domsync 0.1.2: both in this process, in turns.

    python -m benchmarks.domsync_cost [--domsync FOLDER]

FOLDER is where domsync can be imported from, if it is not installed: a folder into which its wheel was unpacked
(``pip download --no-deps domsync==0.1.2 && unzip domsync-*.whl -d FOLDER``).

* create: ``createElement`` with a text, ``setAttribute``, ``appendChild``; for each element
* update: a new ``innerText``; for each element
* flush: the text for all that was created, and for all that was updated; for each element. domsync writes its text
  while the operations are made, so that its flush only joins it: what counts is the sum.

For ours also the flush to pages of ``domsync.v1``, which is what our own page gets.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from domsync_jupyter import Document
from domsync_jupyter.sync import messages
from domsync_jupyter.sync.mirror import Mirror
from domsync_jupyter.sync.session import Session

PHASES = ("create", "flush of it", "update", "flush of that")


class V1:
    """A page of ours, which acknowledges at once."""

    def __init__(self, document: Document) -> None:
        self._session = Session(Mirror.of(document))
        self._session.receive(messages.Hello(1, "", 0, "a benchmark"))
        self._session.take()
        self._sent = 1

    def flush(self) -> int:
        self._session.mirror.collect()
        texts = self._session.take()
        self._sent += len(texts)
        self._session.receive(messages.Ack(self._sent))
        return sum(map(len, texts))


def run(document: Any, flush: Callable[[], Any], elements: int) -> tuple[list[float], list[int]]:
    """Do it once; return the seconds of each phase and the bytes of the two flushes."""
    root = document.getElementById("root")
    flush()
    made: list[Any] = []
    clock = time.perf_counter
    gc.collect()
    gc.disable()
    start = clock()
    for number in range(elements):
        element = document.createElement("div", innerText=f"text {number}")
        element.setAttribute("class", "row")
        root.appendChild(element)
        made.append(element)
    created = clock()
    first = flush()
    flushed = clock()
    for number, element in enumerate(made):
        element.innerText = f"changed {number}"
    updated = clock()
    second = flush()
    end = clock()
    gc.enable()
    times = [created - start, flushed - created, updated - flushed, end - updated]
    return times, [size if isinstance(size, int) else len(size.encode()) for size in (first, second)]


def main() -> int:
    parser = argparse.ArgumentParser(description="Python cost per operation, beside domsync 0.1.2.")
    parser.add_argument("--domsync", metavar="FOLDER", help="where domsync is, if it is not installed")
    parser.add_argument("--elements", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    if options.domsync:
        sys.path.insert(0, options.domsync)
    try:
        original = importlib.import_module("domsync").Document
    except ImportError:
        parser.exit(
            2,
            "domsync cannot be imported: pip install domsync==0.1.2, "
            "or unpack its wheel and say where with --domsync\n",
        )

    def run_original() -> tuple[list[float], list[int]]:
        document = original("root")
        return run(document, document.render_js_updates, options.elements)

    def run_eval() -> tuple[list[float], list[int]]:
        document = Document("root")
        return run(document, document.render_js_updates, options.elements)

    def run_v1() -> tuple[list[float], list[int]]:
        document = Document("root")
        return run(document, V1(document).flush, options.elements)

    contestants = {"domsync 0.1.2": run_original, "ours, eval client": run_eval, "ours, domsync.v1": run_v1}
    results: dict[str, list[tuple[list[float], list[int]]]] = {name: [] for name in contestants}
    for number in range(options.rounds + 1):
        for name, contestant in contestants.items():
            result = contestant()
            if number:  # The first round warms up.
                results[name].append(result)
    medians = {
        name: [
            statistics.median(times[phase] for times, _ in rounds) / options.elements * 1e6
            for phase in range(4)
        ]
        for name, rounds in results.items()
    }
    print(
        f"microseconds per element; medians of {options.rounds} rounds of {options.elements} elements, in turns"
    )
    print(
        f"{'':20}" + "".join(f"{phase:>15}" for phase in (*PHASES, "sum", "ratio")) + f"{'bytes/element':>20}"
    )
    reference = sum(medians["domsync 0.1.2"])
    for name, values in medians.items():
        sizes = " + ".join(f"{size / options.elements:.0f}" for size in results[name][-1][1])
        total = sum(values)
        columns = "".join(f"{value:15.2f}" for value in (*values, total, total / reference))
        print(f"{name:20}{columns}{sizes:>20}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
