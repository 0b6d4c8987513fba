"""The built bundles: small, and without any way to run text as code or to read it as HTML."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[1] / "domsync_jupyter" / "static"
#: Gzipped, in bytes. Each widget of a notebook has a loader of its own; the rest comes once in a page.
BUDGETS = {
    "loader.js": 600,
    "widget.js": 16_000,
    "page.js": 16_000,
    "islands.js": 8_000,
    "time_series.js": 27_000,
}
SINKS = (
    r"\beval\b|\bFunction\b|innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment"
    r"|setHTML|srcdoc|setTimeout\([\"'`]|javascript:"
)


@pytest.mark.parametrize("name", BUDGETS)
def test_size(name: str) -> None:
    size = len(gzip.compress((STATIC / name).read_bytes(), 9, mtime=0))
    assert size <= BUDGETS[name], f"{name} has {size} bytes gzipped"


@pytest.mark.parametrize("name", BUDGETS)
def test_no_sinks(name: str) -> None:
    assert not re.search(SINKS, (STATIC / name).read_text(encoding="utf-8"))


def test_the_applier_never_looks_anything_up_by_id() -> None:
    assert "getElementById" not in (STATIC / "widget.js").read_text(encoding="utf-8")
    # Only the page itself, for the one element that it names.
    assert (STATIC / "page.js").read_text(encoding="utf-8").count("getElementById") == 1


def test_the_widget_is_one_module_with_a_default_export() -> None:
    code = (STATIC / "widget.js").read_text(encoding="utf-8")
    assert re.search(r"export\{\w+ as default\}", code)
    assert not re.search(r"\bimport\b", code)
