"""The micro-benchmarks as a table in Markdown.

    python -m benchmarks.micro.report RESULTS.json [--write docs/performance.md]

RESULTS.json is what ``pytest benchmarks/micro --benchmark-only --benchmark-json=RESULTS.json`` wrote.
With ``--write``, the table goes between two markers of that file, or to its end if it has none.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- micro:begin -->", "<!-- micro:end -->"


def render(results: dict[str, Any]) -> str:
    benchmarks = results["benchmarks"]
    lines = [
        f"Python {platform.python_version()}, its garbage collector on. What takes milliseconds is CPU time,",
        "what takes microseconds elapsed time.",
        "",
        "| in Python | median | fastest | fastest, each | bytes |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    grown: dict[str, dict[int, Any]] = {}
    for benchmark in benchmarks:
        extra, stats = benchmark["extra_info"], benchmark["stats"]
        if extra["nodes"]:
            grown.setdefault(extra["words"], {})[extra["nodes"]] = stats
            continue
        each = words(stats["min"] / extra["items"]) if extra["items"] > 1 else ""
        size = f"{extra['bytes']:,}" if "bytes" in extra else ""
        what = f"{benchmark['group']}: {extra['words']}"
        lines.append(f"| {what} | {words(stats['median'])} | {words(stats['min'])} | {each} | {size} |")
    sizes = sorted({nodes for row in grown.values() for nodes in row})
    if sizes:
        lines += [
            "",
            "| growth, medians: nodes in the document | "
            + " | ".join(f"{nodes:,}" for nodes in sizes)
            + " | largest / smallest |",
            "| --- |" + " ---: |" * (len(sizes) + 1),
        ]
    for what, row in grown.items():
        cells = [words(row[nodes]["median"]) if nodes in row else "" for nodes in sizes]
        ratio = row[max(row)]["median"] / row[min(row)]["median"]
        lines.append(f"| {what} | {' | '.join(cells)} | {ratio:.2f} |")
    return "\n".join(lines) + "\n"


def words(seconds: float) -> str:
    """A time with three digits and its unit."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            value = seconds * factor
            return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def write(file: Path, table: str) -> None:
    """Put the table between the markers of the file, which is made if it does not exist."""
    text = file.read_text(encoding="utf-8") if file.exists() else "# Performance\n"
    if BEGIN not in text:
        text = f"{text.rstrip()}\n\n## What an operation costs in Python\n\n{BEGIN}\n{END}\n"
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}\n{table}{END}{after}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description="The micro-benchmarks as a table in Markdown.")
    parser.add_argument("results", type=Path, help="what --benchmark-json wrote")
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="put the table between the markers of this file"
    )
    options = parser.parse_args()
    table = render(json.loads(options.results.read_text(encoding="utf-8")))
    print(table)
    if options.write:
        write(options.write, table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
