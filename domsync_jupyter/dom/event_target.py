"""`EventTarget`: who can be listened to. https://dom.spec.whatwg.org/#interface-eventtarget"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.events import Callback, Event, Listener, dispatch_order
from domsync_jupyter.dom.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["EventTarget"]


class EventTarget(Node):
    """A node with listeners: an element."""

    __slots__ = ()

    if TYPE_CHECKING:
        #: Type -> listeners, in the order in which they were added. The slot is `Element`'s.
        _listeners: dict[str, list[Listener]] | None

    def addEventListener(
        self,
        event: str,
        callback: Callback,
        js_value_getter: str | bool | Mapping[str, Any] | None = None,
        *,
        capture: bool = False,
        once: bool = False,
        passive: bool = False,
        prevent_default: bool = False,
        stop_propagation: bool = False,
        fields: Iterable[str] = (),
        keys: Iterable[str] = (),
        debounce_ms: int = 0,
        throttle_ms: int = 0,
    ) -> None:
        """Call `callback` with an `Event` when `event` happens to this element or below it.

        The same callback for the same type and phase is registered once. Callbacks of one client run one at a
        time, in order; a coroutine function is awaited, so use ``asyncio.create_task`` in it for long work. Of events
        that come fast (``input``, ``mousemove``, ``scroll``, ...) a slow callback gets the latest; of
        others, such as ``click``, each one.
        https://dom.spec.whatwg.org/#dom-eventtarget-addeventlistener

        Args:
            event: Type, such as ``"click"`` or ``"input"``.
            callback: Function or coroutine function of one argument, the `Event`.
            js_value_getter: A property path for ``event.value``, such as ``"this.value"`` or ``"event.clientX"``. It
                is read in the page and never evaluated as code. Or what JavaScript has in this place: ``True``
                for `capture`, or a mapping of ``capture``, ``once`` and ``passive``.
            capture: Call it on the way down to the target instead of on the way up.
            once: Remove it before its first call.
            passive: Promise the page not to prevent the default.
            prevent_default: The page prevents the default action of the event.
            stop_propagation: The event goes no further, in the page and in Python.
            fields: Names of further properties of the page's event to bring along.
            keys: For keyboard events: call it for these values of ``event.key`` only, such as ``["Enter"]``.
            debounce_ms: Call it when nothing has come for so many milliseconds, with the last event.
            throttle_ms: Call it at most once in so many milliseconds: with the first event, and with the last.

        Raises:
            TypeError: If `event` or `callback` is of a wrong type.
            GetterError: If `js_value_getter` is not a property path.
        """
        if isinstance(js_value_getter, Mapping):
            options = js_value_getter
            capture = bool(options.get("capture", capture))
            once = bool(options.get("once", once))
            passive = bool(options.get("passive", passive))
            js_value_getter = None
        elif isinstance(js_value_getter, bool):
            capture, js_value_getter = js_value_getter, None
        listener = Listener(
            type=event,
            callback=callback,
            capture=capture,
            once=once,
            passive=passive,
            prevent_default=prevent_default,
            stop_propagation=stop_propagation,
            getter=js_value_getter or "",
            fields=tuple(fields),
            keys=(keys,) if isinstance(keys, str) else tuple(keys),
            debounce_ms=debounce_ms,
            throttle_ms=throttle_ms,
        )
        with self._document._lock:
            if self._listeners is None:
                self._listeners = {}  # type: ignore[misc]  # the slot is `Element`'s
            listeners = self._listeners.setdefault(event, [])
            if any(other.callback == callback and other.capture == capture for other in listeners):
                return
            listeners.append(listener)
            self._note_listeners()

    def removeEventListener(
        self,
        event: str,
        callback: Callback,
        options: bool | Mapping[str, Any] = False,
        *,
        capture: bool = False,
    ) -> None:
        """Undo `addEventListener`; nothing happens if there is no such listener.

        https://dom.spec.whatwg.org/#dom-eventtarget-removeeventlistener
        """
        capture = capture or bool(options.get("capture") if isinstance(options, Mapping) else options)
        for listener in (self._listeners or {}).get(event, []):
            if listener.callback == callback and listener.capture == capture:
                self._remove_listener(listener)
                return

    def dispatchEvent(self, event: Event) -> bool:
        """Call the listeners for an event made in Python; it does not reach the page.

        A coroutine function among them is not awaited here: it is started, if the document is shown somewhere.

        Returns:
            Whether nobody prevented the default. https://dom.spec.whatwg.org/#dom-eventtarget-dispatchevent

        Raises:
            Exception: What a callback raises; listeners after it are not called.
            InvalidStateError: If a callback is a coroutine function and there is no event loop to run it.
        """
        for listener in dispatch_order(event, self):
            result = listener.callback(event)
            if hasattr(result, "__await__"):
                self._document._start(result)
        return not event.defaultPrevented

    def _remove_listener(self, listener: Listener) -> None:
        with self._document._lock:
            listener.removed = True
            assert self._listeners is not None
            listeners = self._listeners.get(listener.type, [])
            if listener in listeners:
                listeners.remove(listener)
                if not listeners:
                    del self._listeners[listener.type]
                self._note_listeners()

    def _note_listeners(self) -> None:
        if self._number:
            self._document._changes.listeners[self] = None  # type: ignore[index]  # it is an element
            self._document._changed()


#: Calls that wait for a viewer.
MAX_CALLS = 1_000
