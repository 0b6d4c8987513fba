"""Keeps the kernel's `busy` and `idle` out of the way of a widget's frames.

A kernel says ``busy`` before it hands a message of the page to anybody, and ``idle`` after. Jupyter Server passes each
on at once, and its sockets have Nagle's algorithm: the frame that comes next is not sent until the browser's machine
has acknowledged them, which it puts off for 40 ms. So messages to a comm of ours make no ``busy``, and their ``idle``
waits until no more of them come: JupyterLab remembers each message until it has seen its ``idle``.

Nothing is lost by that: a callback begins when the kernel has already said ``idle``. ipykernel itself says neither
for a message that comes while a cell awaits. It knows kernels only by two methods; where these are not as it knows
them, and outside a kernel, it does nothing.
"""

from __future__ import annotations

import inspect
from collections import deque
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

__all__ = ["hush"]

#: Seconds without a message after which those that came are said to be done.
CALM_SECONDS = 1.0

#: Messages that may wait for that. The page gets all of their ``idle`` at once, some 0.3 ms of work each.
MOST_OWED = 200


def hush(comm: Any, loop: asyncio.AbstractEventLoop) -> None:
    """Keep back what the kernel says about custom messages to this comm, as long as it lives. Any thread.

    Args:
        comm: An open comm.
        loop: What the first caller in a kernel gives measures the pauses for all, until it is closed.
    """
    kernel = getattr(comm, "kernel", None)
    publish: Any = getattr(kernel, "_publish_status", None)
    if not isinstance(publish, _Hushed):
        if kernel is None or not _is_known(kernel, publish):
            return
        # Private, but the same in ipykernel 6 and 7, and there is no other place to step in.
        publish = kernel._publish_status = _Hushed(publish, kernel.get_parent, loop)
    publish.listen(comm, loop)


class _Hushed:
    """Stands in for a kernel's ``_publish_status``. The kernel calls it in any of its threads."""

    def __init__(
        self,
        publish: Callable[[str, str, Any], None],
        get_parent: Callable[[str], Any],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._comms: WeakValueDictionary[str, Any] = WeakValueDictionary()
        self._publish = publish
        self._get_parent = get_parent
        self._loop = loop
        self._owed: deque[dict[str, Any]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def listen(self, comm: Any, loop: asyncio.AbstractEventLoop) -> None:
        """Keep quiet about this comm too."""
        self._comms[comm.comm_id] = comm
        if self._loop.is_closed():
            self._loop = loop
            self._timer = None

    def __call__(self, status: str, channel: str, parent: Any = None) -> None:
        message = parent or self._get_parent(channel)
        if not self._is_ours(message):
            self._publish(status, channel, parent)
        elif status == "idle":
            self._owed.append({"header": message["header"]})
            if len(self._owed) >= MOST_OWED:
                # Here, as the loop may be blocked by a cell while messages come in a subshell.
                self._pay()
            try:
                self._loop.call_soon_threadsafe(self._postpone)
            except RuntimeError:
                # The loop is closed: there is no later.
                self._pay()

    def _is_ours(self, message: object) -> bool:
        match message:
            # Only custom messages: hosts wait for the `idle` of a trait's update before they send the next.
            case {
                "header": {"msg_type": "comm_msg"},
                "content": {"comm_id": str(comm_id), "data": {"method": "custom"}},
            }:
                return comm_id in self._comms
        return False

    def _postpone(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_later(CALM_SECONDS, self._pay) if self._owed else None

    def _pay(self) -> None:
        while self._owed:
            try:
                owed = self._owed.popleft()
            except IndexError:
                return  # Another thread was quicker.
            self._publish("idle", "shell", owed)


def _is_known(kernel: Any, publish: Any) -> bool:
    if not callable(publish) or not callable(getattr(kernel, "get_parent", None)):
        return False
    return list(inspect.signature(publish).parameters) == ["status", "channel", "parent"]
