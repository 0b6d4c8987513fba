"""How long a page takes to show a large document, and for how long it is blocked at a time, in a real Chromium.

``python -m benchmarks.large_document`` serves documents of two kinds: a table, whose rows have one shape, and a text in
which no two neighbours are alike. A frame of more than 256 KiB comes in parts, after each of which the page may
paint and react.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import threading
from collections.abc import Callable
from statistics import median
from typing import Any

from benchmarks.round_trip import chromium
from domsync_jupyter import Document, DomsyncServer, Element
from domsync_jupyter.sync.mirror import Mirror

WATCH = """
globalThis.tasks = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)))
    .observe({ type: "longtask", buffered: true });
"""


def table(document: Document, nodes: int) -> Element:
    """Rows of ten nodes."""
    body = document.createElement("tbody")
    row = document.createElement("tr")
    row.append(*(document.createElement("td") for _ in range(9)))
    for number in range(nodes // 10):
        copy: Any = row.cloneNode(True)
        for column, cell in enumerate(copy.children):
            cell.textContent = f"{number * 31 % 1000}.{column}"
        body.appendChild(copy)
    whole = document.createElement("table")
    whole.append(body)
    return whole


def text(document: Document, nodes: int) -> Element:
    """Paragraphs with words of which some are marked, all different."""
    chance = random.Random(1)
    whole = document.createElement("div")
    left = nodes
    while left > 0:
        paragraph = document.createElement(chance.choice(["p", "li", "blockquote", "h3"]))
        for _ in range(chance.randrange(3, 30)):
            mark = document.createElement(chance.choice(["b", "i", "a", "code", "em"]))
            mark.textContent = f"word {chance.randrange(10_000)}"
            if chance.random() < 0.3:
                mark.setAttribute("title", f"t{chance.randrange(1000)}")
            paragraph.append(mark, chance.choice([" and ", " or ", " "]))
            left -= 2
        whole.append(paragraph)
    return whole


def serve(document: Document, ready: Callable[[str], None], done: asyncio.Event) -> None:
    """Serve a document until `done`."""

    async def main() -> None:
        async with DomsyncServer(document, "127.0.0.1", 0, verbose=False) as server:
            ready(server.url)
            await done.wait()

    asyncio.run(main())


def measure(document: Document, rounds: int) -> tuple[float, float]:
    """Milliseconds from the navigation until everything is there, and of the longest task; medians."""
    urls: list[str] = []
    started, done = threading.Event(), asyncio.Event()
    loops: list[asyncio.AbstractEventLoop] = []

    def ready(url: str) -> None:
        urls.append(url)
        loops.append(asyncio.get_running_loop())
        started.set()

    thread = threading.Thread(target=serve, args=(document, ready, done))
    thread.start()
    started.wait()
    elements = len(document.getElementsByTagName("*"))
    times: list[tuple[float, float]] = []
    try:
        with chromium() as browser:
            for _ in range(rounds):
                page = browser.new_page()
                page.add_init_script(WATCH)
                page.goto(urls[0])
                page.wait_for_function(
                    f"() => document.getElementsByTagName('*').length >= {elements}", timeout=120_000
                )
                page.evaluate("() => new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)))")
                times.append(
                    page.evaluate("[performance.now(), Math.max(0, ...tasks)]")  # since the navigation
                )
                page.close()
    finally:
        loops[0].call_soon_threadsafe(done.set)
        thread.join()
    return median(each[0] for each in times), median(each[1] for each in times)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_document", description=__doc__)
    parser.add_argument("--nodes", type=int, default=100_000, help="(default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="(default: %(default)s)")
    options = parser.parse_args()
    print(f"| {options.nodes:,} nodes | bytes | parts | shown after, ms | longest task, ms |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for make in (table, text):
        for one_part in (False, True):
            document = Document()
            document.getRootElement().append(make(document, options.nodes))
            mirror = Mirror.of(document)
            if one_part:
                mirror.part_bytes = 2**40
            parts = mirror.snapshot()
            size = sum(len(bytes(part)) for part in parts)
            shown, longest = measure(document, options.rounds)
            name = make.__name__ + ", undivided" * one_part
            print(f"| {name} | {size:,} | {len(parts)} | {shown:,.0f} | {longest:,.0f} |")


if __name__ == "__main__":
    main()
