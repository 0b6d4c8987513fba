"""`Pacer`: listeners that want to be called less often than their events come."""

from __future__ import annotations

import weakref
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from domsync_jupyter.dom.events import Event, Listener

__all__ = ["Pacer"]


class Pacer:
    """Debounces and throttles. Belongs to one event loop.

    Args:
        due: Called with a listener and its event when its time has come.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, due: Callable[[Listener, Event], None]) -> None:
        self._loop = loop
        self._due = due
        self._timers: dict[Listener, asyncio.TimerHandle] = {}
        self._called: weakref.WeakKeyDictionary[Listener, float] = weakref.WeakKeyDictionary()

    def holds(self, listener: Listener, event: Event) -> bool:
        """Whether the listener is not to be called now: then it will be, later, with this event or a later one."""
        if listener.debounce_ms:
            self._call_later(listener, event, listener.debounce_ms / 1000)
            return True
        if not listener.throttle_ms:
            return False
        now = self._loop.time()
        wait = self._called.get(listener, -float("inf")) + listener.throttle_ms / 1000 - now
        if wait <= 0 and listener not in self._timers:
            self._called[listener] = now
            return False
        self._call_later(listener, event, max(0.0, wait))
        return True

    def close(self) -> None:
        """Forget what is still to come."""
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _call_later(self, listener: Listener, event: Event, seconds: float) -> None:
        timer = self._timers.pop(listener, None)
        if timer is not None:
            timer.cancel()
        # The event goes on to other listeners meanwhile: keep it as this one would have seen it.
        self._timers[listener] = self._loop.call_later(seconds, self._fire, listener, replace(event))

    def _fire(self, listener: Listener, event: Event) -> None:
        del self._timers[listener]
        self._called[listener] = self._loop.time()
        if not listener.removed:
            self._due(listener, event)
