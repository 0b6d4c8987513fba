"""Listening to what a widget says to its models in pages, whichever comm it has.

Where there is no kernel, ipykernel's comm keeps a widget from saying anything. It is replaced, under the same id, by
one that has nobody at its other end but those who listen here.
"""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, Protocol

import comm as comms
from comm.base_comm import BaseComm
from ipywidgets.widgets.widget import _put_buffers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipywidgets import Widget

__all__ = ["Listener", "listen", "tell"]


class Listener(Protocol):
    """Who hears what a widget says."""

    def said(self, model_id: str, data: dict[str, Any] | None, buffers: Sequence[Any]) -> None:
        """The widget sent this to its models; ``None``: it was closed. Any thread."""


class _KernellessComm(BaseComm):
    """A comm that no page is connected to."""

    def publish_msg(self, msg_type: str, *args: Any, **kwargs: Any) -> None:
        """Nobody is there."""


class _Tap:
    """Hands on what goes through one comm."""

    def __init__(self, comm: Any) -> None:
        self._model_id = comm.comm_id
        self._publish = comm.publish_msg
        self._listeners: weakref.WeakSet[Any] = weakref.WeakSet()
        self._lock = threading.Lock()
        comm.publish_msg = self.publish

    def add(self, listener: Listener) -> None:
        """Hand on to this listener, too."""
        with self._lock:
            self._listeners.add(listener)

    def publish(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
    ) -> None:
        self._publish(msg_type, data=data, metadata=metadata, buffers=buffers, **keys)
        if msg_type in ("comm_msg", "comm_close"):
            with self._lock:
                listeners = list(self._listeners)
            for listener in listeners:
                listener.said(self._model_id, data if msg_type == "comm_msg" else None, buffers or ())


def listen(widget: Widget, listener: Listener) -> None:
    """Have a listener called from now on, for as long as it lives.

    Raises:
        ValueError: If the widget was closed.
    """
    comm = widget.comm
    if comm is None:
        raise ValueError(f"the {type(widget).__name__} was closed: there is nothing to show")
    if getattr(comm, "kernel", True) is None:
        manager = comms.get_comm_manager()
        comm = _KernellessComm(target_name="jupyter.widget", comm_id=comm.comm_id, primary=False)
        manager.register_comm(comm)
        widget.comm = comm
    # Nothing but the comm holds its tap, so both are freed together.
    tap = getattr(comm.publish_msg, "__self__", None)
    if not isinstance(tap, _Tap):
        tap = _Tap(comm)
    tap.add(listener)


def tell(widget: Widget, data: dict[str, Any], buffers: Sequence[bytes]) -> None:
    """Hand a widget what a model in a page says to it, as a comm does.

    Not through the comm: it has IPython do what belongs to the end of a cell, such as showing the figures so far, and
    this may be another thread than the one that runs cells. And it prints what an observer raises, where nobody sees
    it; here it is raised.

    Raises:
        Exception: What an observer of the widget raises.
    """
    # What a comm hands over.
    views = [memoryview(buffer) for buffer in buffers]
    if data["method"] == "update":
        state = data["state"]
        _put_buffers(state, data["buffer_paths"], views)
        widget.set_state(state)
    else:
        widget._handle_custom_msg(data["content"], views)
