"""docs/architecture.md stays true as far as a test can tell: its files exist, and no module is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "domsync_jupyter"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*(?:/\*)?\.(?:css|json|md|mjs|py|ts)\b|(?<=`)[\w./-]+/(?=`)")
TABLE_ROW = re.compile(r"^\| (?:`(\w+)/`|top)[^|]*\| (.*) \|$", re.MULTILINE)


def files() -> set[Path]:
    """All files and folders that the page names; those of the table of files stand under their layer's folder."""
    found = {_find(name) for name in PATH.findall(TABLE_ROW.sub("", PAGE))}
    for row in TABLE_ROW.finditer(PAGE):
        folder = PACKAGE / (row[1] or "")
        for name in PATH.findall(row[2]):
            found |= set(folder.glob(name)) if "*" in name else {folder / name}
    return found


def _find(name: str) -> Path:
    inside = PACKAGE / name
    if name.endswith(".md") and "/" not in name:
        return ROOT / "docs" / name
    return inside if inside.exists() else ROOT / name


def test_every_file_exists() -> None:
    named = files()
    assert len(named) > 50
    assert sorted(str(file.relative_to(ROOT)) for file in named if not file.exists()) == []


def test_every_module_is_mentioned() -> None:
    modules = {file for file in PACKAGE.rglob("*.py") if file.name != "__init__.py"}
    missing = sorted(str(file.relative_to(ROOT)) for file in modules - files())
    assert missing == [], "docs/architecture.md does not say what these are for"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("`dom/element.py`, `js/src/transports/`", ["dom/element.py", "js/src/transports/"]),
        ("dom/element.py<br>sync/ops.py", ["dom/element.py", "sync/ops.py"]),
        ("`html/*.py`; `node.py`", ["html/*.py", "node.py"]),
        ("[protocol.md](protocol.md) and/or `dom/`", ["protocol.md", "protocol.md", "dom/"]),
    ],
)
def test_finds_paths(text: str, found: list[str]) -> None:
    assert PATH.findall(text) == found
