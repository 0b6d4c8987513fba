"""What a page reports: the listeners that an event reaches, what their getters read, and the states of controls.

The same as `events.ts`, `getter.ts` and `properties.ts` of the page; vectors and browsers keep them alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domsync_jupyter.dom.getters import parse_getter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domsync_jupyter.dom.getters import Path
    from domsync_jupyter.sync.replica import ReplicaNode

__all__ = ["BOXES", "PREVENT_DEFAULT", "is_tag", "reached", "read_getter", "state_of"]

# Flags of a listener: docs/protocol.md, Events.
_CAPTURE, PREVENT_DEFAULT, _STOP_PROPAGATION = 1, 8, 16

BOXES = ("checkbox", "radio")


def reached(
    target: ReplicaNode | None, type: str, key: str | None, *, bubbles: bool
) -> Sequence[tuple[ReplicaNode, list[Any]]]:
    """The listeners that an event would reach, in order: the same as in `js/src/events.ts`."""
    path: list[ReplicaNode] = []
    while target is not None:
        path.append(target)
        target = target.parent
    found: list[tuple[ReplicaNode, list[Any]]] = []
    stages = [(node, _CAPTURE) for node in reversed(path)] + [
        (node, 0) for node in path[: None if bubbles else 1]
    ]
    for node, phase in stages:
        stops = False
        for listener in node.listeners:
            if listener[0] != type or listener[1] & _CAPTURE != phase:
                continue
            keys = listener[4] if len(listener) > 4 else []
            if not keys or key in keys:
                found.append((node, listener))
                stops = stops or bool(listener[1] & _STOP_PROPAGATION)
        if stops:
            break
    return found


def _follow(path: Path, this: Any, event: dict[str, Any]) -> Any:
    """The value of a property path; None if it leads nowhere."""
    start, *steps = path
    value: Any = this if start == "this" else event
    for step in steps:
        key = _follow(step, this, event) if isinstance(step, tuple) else step
        try:
            if isinstance(value, dict):
                value = value.get(key)
            elif isinstance(key, int):
                value = value[key]
            else:
                value = getattr(value, key)
        except (AttributeError, LookupError, TypeError):
            return None
    return value


def read_getter(getter: str, this: Any, event: dict[str, Any]) -> Any:
    """What a getter reads: a scalar, or None for all else."""
    value = _follow(parse_getter(getter), this, event)
    return value if isinstance(value, str | int | float | bool) else None


def state_of(element: Any) -> tuple[str, Any]:
    """What a control reports of itself: `stateOf` in `js/src/properties.ts`."""
    if is_tag(element, "select"):
        if not element.multiple:
            return "selectedIndex", element.selectedIndex
        return "selectedOptions", [option.index for option in element.selectedOptions]
    if is_tag(element, "details", "dialog"):
        return "open", "open" in element._attributes
    if is_tag(element, "input") and element.type in BOXES:
        return "checked", element.checked
    return "value", element.value


def is_tag(element: Any, *tags: str) -> bool:
    """Whether it is an element of one of these tags."""
    return element is not None and element._tag in tags
