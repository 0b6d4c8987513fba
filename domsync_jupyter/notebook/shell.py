"""The shell of the notebook, if there is one. It imports nothing: in a program without IPython there is none."""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

__all__ = ["CellRun", "cell_run", "notebook_shell"]


class CellRun(NamedTuple):
    """One run of one cell.

    Attributes:
        cell: Names the cell, as long as the front end knows it; ``""`` if the front end does not say.
        run: Names the run.
    """

    cell: str
    run: str


def notebook_shell() -> Any:
    """The running IPython shell of a kernel, whose outputs a front end shows; None elsewhere, in a terminal too."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell if hasattr(shell, "kernel") else None


def cell_run() -> CellRun | None:
    """The cell that runs, where this is called in one."""
    kernel = getattr(notebook_shell(), "kernel", None)
    parent = {} if kernel is None else kernel.get_parent()
    header = parent.get("header") or {}
    if header.get("msg_type") != "execute_request":
        return None
    return CellRun(str((parent.get("metadata") or {}).get("cellId", "")), str(header.get("msg_id", "")))
