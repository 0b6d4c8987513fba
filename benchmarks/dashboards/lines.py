"""Count the lines of each dashboard: python -m benchmarks.dashboards.lines

Of the user's code, formatted alike (`ruff format`): neither blank lines, comments and docstrings, nor `machine.py`,
which all of them share.
"""

from __future__ import annotations

import ast
from pathlib import Path

__all__ = ["APPS", "count", "table"]

HERE = Path(__file__).parent
APPS = {
    "this": "ours.py",
    "ipywidgets, plotly": "ipywidgets_app.py",
    "Panel, Bokeh": "panel_app.py",
    "Solara, plotly": "solara_app.py",
}


def count(source: str) -> int:
    """How many lines of a program are code."""
    lines = {
        number
        for number, line in enumerate(source.splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("#")
    }
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            docstring = node.body[0]
            lines -= set(range(docstring.lineno, (docstring.end_lineno or docstring.lineno) + 1))
    return len(lines)


def table() -> str:
    """All counts, in Markdown."""
    rows = [f"| {name} | {count((HERE / file).read_text(encoding='utf-8'))} |" for name, file in APPS.items()]
    return "\n".join(["| | lines |", "| --- | --: |", *rows])


if __name__ == "__main__":
    print(table())
