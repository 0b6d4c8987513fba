"""`Event`, listeners, and the order in which listeners are called.

https://dom.spec.whatwg.org/#events. Knows nothing of the page that an event came from, and calls no
callback itself: `Dispatch` hands them out one by one, so that whoever runs them may await between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Final

from domsync_jupyter.dom import names
from domsync_jupyter.dom.getters import check_getter

if TYPE_CHECKING:
    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.dom.node import Node

__all__ = ["RESTORED", "Callback", "Event", "Listener", "dispatch_order"]

#: What is called for an event: a plain or an ``async`` function of the `Event`.
Callback = Callable[["Event"], Any]

#: The type of the event of a control that has, after a hot reload, what a person did to that of the app before. It
#: bubbles, and comes from Python.
RESTORED: Final = "domsync:restored"

CAPTURE, ONCE, PASSIVE, PREVENT_DEFAULT, STOP_PROPAGATION = 1, 2, 4, 8, 16


@dataclass(slots=True, eq=False, weakref_slot=True)
class Listener:
    """One registration by ``addEventListener``."""

    type: str
    callback: Callback
    capture: bool = False
    once: bool = False
    passive: bool = False
    prevent_default: bool = False
    stop_propagation: bool = False
    getter: str = ""
    fields: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    debounce_ms: int = 0
    throttle_ms: int = 0
    removed: bool = False

    def __post_init__(self) -> None:
        names.text(self.type, "the event type")
        if not callable(self.callback):
            raise TypeError(f"the callback must be callable, not {type(self.callback).__name__}")
        if self.getter:
            self.getter = check_getter(self.getter)
        for name, items in (("fields", self.fields), ("keys", self.keys)):
            for item in items:
                names.text(item, f"each of {name}")
        for name, milliseconds in (("debounce_ms", self.debounce_ms), ("throttle_ms", self.throttle_ms)):
            if not milliseconds >= 0:
                raise ValueError(f"{name} must be a number of milliseconds, not {milliseconds!r}")

    def wants(self, event: Event) -> bool:
        """Whether the listener is to be called: one with `keys` for those keys only."""
        return not self.keys or event.fields.get("key") in self.keys

    @property
    def flags(self) -> int:
        """The options as the sum of their bits."""
        return (
            CAPTURE * self.capture
            + ONCE * self.once
            + PASSIVE * self.passive
            + PREVENT_DEFAULT * self.prevent_default
            + STOP_PROPAGATION * self.stop_propagation
        )

    @property
    def descriptor(self) -> tuple[str, int, str, tuple[str, ...], tuple[str, ...]]:
        """What the page has to know about the listener."""
        return (self.type, self.flags, self.getter, self.fields, self.keys)


@dataclass(slots=True, eq=False)
class Event(Mapping[str, Any]):
    """Something that happened to a node. https://dom.spec.whatwg.org/#interface-event

    The page's event properties are attributes (``event.key``, ``event.clientX``); one that this event does not
    have raises ``AttributeError``. It is also the mapping that domsync gave to callbacks:
    ``event["event"]``, ``event["id"]``, ``event["doc"]``, ``event["value"]``.

    Args:
        type: Such as ``"click"``.
        bubbles: Whether it goes up the tree; or a mapping like the second argument in JavaScript, such as
            ``{"bubbles": True, "detail": 3}``.
        fields: Further properties.
    """

    NONE: ClassVar[int] = 0
    CAPTURING_PHASE: ClassVar[int] = 1
    AT_TARGET: ClassVar[int] = 2
    BUBBLING_PHASE: ClassVar[int] = 3

    type: str
    bubbles: bool | Mapping[str, Any] = False
    fields: dict[str, Any] = field(default_factory=dict)
    #: The client that the event came from; ``None`` if Python made it.
    client: Any = None
    target: Node | None = None
    currentTarget: Element | Document | None = None
    eventPhase: int = 0
    #: (element, getter) -> value, for listeners with a ``js_value_getter``.
    getter_values: dict[tuple[int, str], Any] = field(default_factory=dict)
    #: The value of the present listener's ``js_value_getter``, else the ``value`` of the target.
    value: Any = None
    defaultPrevented: bool = False
    _stopped: bool = False
    _stopped_now: bool = False

    def __post_init__(self) -> None:
        names.text(self.type, "the event type")
        if isinstance(self.bubbles, Mapping):
            init = dict(self.bubbles)
            self.bubbles = bool(init.pop("bubbles", False))
            self.fields = {**init, **self.fields}

    def stopPropagation(self) -> None:
        """Call no listener of a further node. https://dom.spec.whatwg.org/#dom-event-stoppropagation"""
        self._stopped = True

    def stopImmediatePropagation(self) -> None:
        """Call no further listener. https://dom.spec.whatwg.org/#dom-event-stopimmediatepropagation"""
        self._stopped = self._stopped_now = True

    def preventDefault(self) -> None:
        """Note that the default is not wanted: what ``dispatchEvent`` returns.

        The default action of an event that came from a page is long done when Python hears of it: use
        ``addEventListener(..., prevent_default=True)``, which the page itself obeys.
        """
        self.defaultPrevented = True

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in Event.__dataclass_fields__:
            # Not a property of the page's; and a copy in the making has no fields to look in yet.
            raise AttributeError(f"an event has no {name!r}")
        try:
            return self.fields[name]
        except KeyError:
            known = ", ".join(sorted(self.fields)) or "none"
            raise AttributeError(
                f"a {self.type!r} event has no {name!r} (from the page it has: {known}); "
                f"ask for more with addEventListener(..., fields=[{name!r}])"
            ) from None

    _KEYS: ClassVar[tuple[str, ...]] = ("domsync", "event", "id", "doc", "value")

    def __getitem__(self, key: str) -> Any:
        match key:
            case "event":
                return self.type
            case "id":
                # Never empty while a listener is called: domsync's programs look for the element by it.
                return getattr(self.currentTarget, "_any_id", str)()
            case "doc":
                return self.target.ownerDocument if self.target is not None else None
            case "value":
                return self.value
            case "domsync":
                return True
        return self.fields[key]

    def __iter__(self) -> Iterator[str]:
        yield from self._KEYS
        yield from (name for name in self.fields if name not in self._KEYS)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def dispatch_order(event: Event, target: Node) -> Iterator[Listener]:
    """Set up `event` for each listener that is to be called, and yield that listener.

    The caller calls the callback between two steps; ``stopPropagation`` and the removal of a listener by
    it are honoured. https://dom.spec.whatwg.org/#concept-event-dispatch
    """
    path: list[Any] = []
    node: Node | None = target
    while node is not None:
        path.append(node)
        node = node._parent
    event.target = target
    target_value = event.fields.get("value")
    try:
        for phase, nodes in ((Event.CAPTURING_PHASE, reversed(path)), (Event.BUBBLING_PHASE, path)):
            for current in nodes:
                if event._stopped:
                    return
                if current is target:
                    event.eventPhase = Event.AT_TARGET
                elif phase == Event.BUBBLING_PHASE and not event.bubbles:
                    return
                else:
                    event.eventPhase = phase
                registered: dict[str, list[Listener]] | None = getattr(current, "_listeners", None)
                if not registered or event.type not in registered:
                    continue
                event.currentTarget = current
                for listener in list(registered[event.type]):
                    if listener.removed or listener.capture != (phase == Event.CAPTURING_PHASE):
                        continue
                    if not listener.wants(event):
                        continue
                    if listener.once:
                        current._remove_listener(listener)
                    if listener.getter:
                        event.value = event.getter_values.get((current._number, listener.getter))
                    else:
                        event.value = target_value
                    yield listener
                    if listener.prevent_default:
                        event.defaultPrevented = True
                    if listener.stop_propagation:
                        event._stopped = True
                    if event._stopped_now:
                        return
    finally:
        event.eventPhase = Event.NONE
        event.currentTarget = None
        event._stopped = event._stopped_now = False
