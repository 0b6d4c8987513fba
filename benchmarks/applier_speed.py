"""What the page's applier costs beside JavaScript that was written by hand for just this table, in a real Chromium.

``python -m benchmarks.applier_speed`` runs `js/test/insert_speed.ts`: 1,000 rows are inserted, clicked, changed and
cleared, by ops and by hand, in turns. Printed are lower quartiles of a page, as medians over pages.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.round_trip import chromium
from tests.browser.applier_page.stage import serve, until


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.applier_speed", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000, help="(default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=30, help="in a page (default: %(default)s)")
    parser.add_argument("--pages", type=int, default=5, help="(default: %(default)s)")
    options = parser.parse_args()
    results: list[dict[str, dict[str, float]]] = []
    with tempfile.TemporaryDirectory() as folder, serve(Path(folder)) as address, chromium() as browser:
        for _ in range(options.pages):
            page = browser.new_page()
            page.goto(address)
            until(page, "window.compareInserts")
            results.append(
                page.evaluate(
                    "([rows, rounds]) => compareInserts(rows, rounds)", [options.rows, options.rounds]
                )
            )
            page.close()
    print("| operation | by hand, ms | by ops, ms | ratio |")
    print("| --- | ---: | ---: | ---: |")
    for name in results[0]["hand"]:
        hand, ops = (median(result[side][name] for result in results) for side in ("hand", "ops"))
        ratio = median(result["ops"][name] / result["hand"][name] for result in results)
        print(f"| {name} | {hand:.2f} | {ops:.2f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
