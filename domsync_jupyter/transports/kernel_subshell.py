"""Lets a widget's messages come in while a cell runs.

JupyterLab sends what a page says to a comm to a *subshell*, a thread of the kernel that runs beside its cells.
ipykernel 6 has none. 7.0 to 7.3 hand the message over there. 7.4 takes it back to the main thread, where it waits for
the cell to end, unless the comm itself says otherwise: by a private method, which this replaces if it is as it is
known, and leaves alone if it is not. Who listens to such a comm is called in the subshell's thread.
"""

from __future__ import annotations

import inspect
from typing import Any

__all__ = ["stay_in_subshell"]


def stay_in_subshell(comm: Any) -> bool:
    """Have the messages to this comm handled in the subshell to which the page sends them. Any thread; idempotent.

    Args:
        comm: An open comm, or ``None``.

    Returns:
        Whether that was needed and possible. If not, the kernel does what it does.
    """
    route = getattr(comm, "_reply_subshell_for", None)
    if route is None or not callable(route):
        return False
    if route is not _as_sent:
        if list(inspect.signature(route).parameters) != ["data", "default"]:
            return False
        comm._reply_subshell_for = _as_sent
    return True


def _as_sent(data: Any, default: str | None) -> str | None:
    """The subshell that handles a message: that to which it was sent. ``None`` is the main thread."""
    return default
