"""docs/testing.md is true: its tests pass, run by pytest as a reader would run them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from domsync_jupyter.testing import AsyncPage, Page

CHECKOUT = Path(__file__).parents[2]
PAGE = (CHECKOUT / "docs" / "testing.md").read_text(encoding="utf-8")
# pytest-asyncio warns about a default that will be another one.
_SCOPE = "asyncio_default_fixture_loop_scope=function"


def test_the_examples_pass(tmp_path: Path) -> None:
    app, *tests = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    (tmp_path / "todo.py").write_text(app)
    (tmp_path / "test_todo.py").write_text("\n\n".join(tests))
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-o",
            "asyncio_mode=auto",
            "-o",
            _SCOPE,
            "-W",
            "error",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    count = len(re.findall(r"^(?:async )?def test_", "\n".join(tests), re.MULTILINE))
    assert f"{count} passed" in done.stdout


def test_what_it_names_is_there() -> None:
    for name in re.findall(r"`(?:page\.)?(\w+)(?:\([^`]*\))?`", PAGE):
        if name in {
            "click",
            "type",
            "fill",
            "check",
            "select",
            "choose_files",
            "press",
            "focus",
            "blur",
            "fire",
            "drop",
            "reconnect",
        }:
            assert hasattr(AsyncPage, name)
    assert {name for name in vars(Page) if not name.startswith("_")} | {
        "after",
        "timeout",
        "raise_errors",
    } >= {name for name in vars(AsyncPage) if not name.startswith("_")}
