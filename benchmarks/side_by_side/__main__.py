"""Python libraries for live pages side by side, in a real Chromium, beside hand-written JavaScript.

``python -m benchmarks.side_by_side`` runs interleaved rounds: in each, every system is started afresh, in a new order,
so that a busy machine is unfair to all alike. Everything found is added to a JSON file, from which the report is made.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Playwright, sync_playwright

from benchmarks.side_by_side import environments, report
from benchmarks.side_by_side.measuring import chromium, measure
from benchmarks.side_by_side.phases import Options
from benchmarks.side_by_side.systems import DEFAULT, PHASES, SYSTEMS, System, named

FOLDER = environments.ROOT / ".bench"
EXTRAS = {"wire", "paused", "stream"}


class Rounds:
    """All measurements of one run, and those of earlier runs that they are added to.

    Args:
        data: What is in the JSON file: ``meta`` and ``runs``.
        options: The command line's.
    """

    def __init__(self, data: dict[str, Any], options: argparse.Namespace) -> None:
        self._data, self._options = data, options
        self._systems: list[System] = options.systems
        self._given_up: dict[str, set[str]] = {system.name: set() for system in self._systems}

    def run(self, play: Playwright) -> None:
        generator = random.Random(self._options.seed)
        slow = set(self._options.slow)
        for number in range(self._options.rounds):
            order = generator.sample(self._systems, len(self._systems))
            for system in order:
                if (number % 2 and system.name in slow) or "all" in self._given_up[system.name]:
                    continue
                run = self._measure(play, system)
                self._data["runs"].append(run)
                self._options.json.write_text(json.dumps(self._data), encoding="utf-8")
                print(f"round {number + 1} {report.one_line(run)}", file=sys.stderr, flush=True)

    def _measure(self, play: Playwright, system: System) -> dict[str, Any]:
        run: dict[str, Any] = {"system": system.name, "time": time.time(), "load": os.getloadavg()[0]}
        given_up = self._given_up[system.name]
        log_file = FOLDER / "logs" / f"{system.name}.log"
        log_file.parent.mkdir(parents=True, exist_ok=True)
        options = Options(
            timeout=self._options.timeout,
            allowance=self._options.allowance,
            clicks=self._options.clicks,
            pictures=log_file.parent if self._options.pictures else None,
        )
        with log_file.open("w", encoding="utf-8") as log:
            try:
                environments.ensure(system.environment)
                self._data["meta"]["versions"][system.name] = environments.versions(
                    system.environment, system.packages
                )
                run |= measure(play, system, self._phases(system) - given_up, options, log)
            except Exception as error:  # noqa: BLE001 - a peer that fails must not end the benchmark
                run["error"] = f"{type(error).__name__}: {error}".splitlines()[0][:300]
                traceback.print_exc(file=log)
                given_up.add("all")
        # What failed once is not given the time again.
        for phase, found in (("lots", run.get("ops", {}).get("lots")), ("stream", run.get("stream"))):
            if isinstance(found, dict) and (found.get("error") or found.get("timed_out")):
                given_up.add(phase)
        return run

    def _phases(self, system: System) -> set[str]:
        """The phases asked for; those that say little more when repeated only in some rounds."""
        done = sum("wall_s" in run for run in self._data["runs"] if run["system"] == system.name)
        phases = set(self._options.phases)
        return phases if done < self._options.extras else phases - EXTRAS


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write."""
    options = _parse(arguments)
    data: dict[str, Any] = {"meta": {}, "runs": []}
    if options.json.exists() and (options.append or not options.rounds):
        data = json.loads(options.json.read_text(encoding="utf-8"))
    if options.rounds:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        data["meta"].setdefault("versions", {})
        data["meta"].update(_machine(), seed=options.seed)
        print(f"seed {options.seed}", file=sys.stderr, flush=True)
        with sync_playwright() as play:
            Rounds(data, options).run(play)
    text = report.render(data)
    print(text)
    options.json.with_suffix(".md").write_text(text, encoding="utf-8")
    if options.write_docs:
        report.write_docs(data)


def _machine() -> dict[str, Any]:
    printed = subprocess.run([chromium(), "--version"], capture_output=True, text=True, check=True).stdout
    return {
        "chromium": printed.split(" built")[0].strip(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.side_by_side",
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )

    def add(name: str, **more: Any) -> None:
        parser.add_argument(f"--{name}", **more)

    add("systems", type=_systems, default=DEFAULT, help=f'comma-separated, or "all": {", ".join(SYSTEMS)}')
    add("rounds", type=int, default=3, help="0: only report what the JSON file has")
    add("phases", type=_phase_list, default=",".join(PHASES), help="comma-separated")
    add("seed", type=int, default=random.randrange(10_000), help="of the order within the rounds")
    add("slow", type=lambda text: text.split(","), default="", help="systems that sit out every other round")
    add("extras", type=int, default=5, help=f"rounds with {', '.join(sorted(EXTRAS))}, per system")
    add("clicks", type=int, default=200, help="round trips per round")
    add("timeout", type=float, default=60, help="seconds for one operation")
    add("allowance", type=float, default=6, help="seconds after which an operation is not repeated")
    add("json", type=Path, default=FOLDER / "results.json", help="file for everything that is found")
    add("append", action="store_true", help="add to what that file has")
    add("pictures", action="store_true", help=f"save screenshots in {FOLDER.name}/logs")
    add("write-docs", action="store_true", help="put tables and chart into docs/performance.md")
    return parser.parse_args(arguments)


def _systems(text: str) -> list[System]:
    try:
        return named(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _phase_list(text: str) -> list[str]:
    phases = text.split(",")
    unknown = set(phases) - set(PHASES)
    if unknown:
        raise argparse.ArgumentTypeError(f"no such phase: {', '.join(sorted(unknown))}")
    return phases


if __name__ == "__main__":
    main()
