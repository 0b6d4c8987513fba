"""A shell as a kernel's is, as far as what is tested looks at it."""

from __future__ import annotations

from typing import Any

import IPython
import IPython.display
import pytest


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
