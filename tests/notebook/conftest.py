"""A shell as a kernel's is, as far as what is tested looks at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import IPython
import IPython.display
import pytest
from IPython.core.compilerop import CachingCompiler


class FakeKernel:
    """Says which cell runs."""

    def __init__(self) -> None:
        self.cell = ""
        self.run = 0

    def get_parent(self) -> dict[str, Any]:
        return {
            "header": {"msg_type": "execute_request", "msg_id": f"run {self.run}"},
            "metadata": {"cellId": self.cell},
        }


class FakeShell:
    """Keeps what was displayed."""

    def __init__(self) -> None:
        self.kernel = FakeKernel()
        self.displayed: list[Any] = []
        self.user_ns: dict[str, Any] = {}
        self.execution_count = 0
        self.compile = CachingCompiler()  # type: ignore[no-untyped-call]  # IPython's own
        self.magics: dict[str, Callable[[str, str], None]] = {}

    def transform_cell(self, source: str) -> str:
        """IPython's own, of cells without magics."""
        return source

    def register_magic_function(self, function: Callable[[str, str], None], kind: str, name: str) -> None:
        """Have a magic."""
        assert kind == "cell"
        self.magics[name] = function

    def run(self, name: str, source: str) -> None:
        """Run a cell that begins with a magic."""
        self.cell(name)
        first, _, rest = source.partition("\n")
        magic, _, line = first.removeprefix("%%").partition(" ")
        self.execution_count += 1
        self.magics[magic](line, rest)

    def cell(self, name: str) -> None:
        """From now on, another run of this cell."""
        self.kernel.cell = name
        self.kernel.run += 1


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> FakeShell:
    """The shell of a notebook's kernel, in place of none."""
    shell = FakeShell()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    monkeypatch.setattr(IPython.display, "display", shell.displayed.append)
    return shell
