"""What docs/comparison.md says about the length of dashboards is so."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.dashboards.lines import APPS, HERE, count

COMPARISON = Path(__file__).parent.parent / "docs" / "comparison.md"


def test_counts_neither_blank_lines_nor_comments_nor_docstrings() -> None:
    assert count('"""A\nB."""\n\n# no\nx = """a\nb"""\ndef f():\n    "C."\n    return 1  # yes\n') == 4


def test_the_comparison_has_the_counts() -> None:
    said = re.findall(r"^\| ([^|]+?) \| (\d+) \|$", COMPARISON.read_text(encoding="utf-8"), re.MULTILINE)
    counted = {name: count((HERE / file).read_text(encoding="utf-8")) for name, file in APPS.items()}
    assert {name.replace("charts by ", ""): int(number) for name, number in said} == counted
