"""A document takes the place of another one, in the pages that show that: what is the person's stays.

For apps that are reloaded while they are written. The new document is one of its own, with no node in common with the
old one. Elements that correspond, by their id or by their place, get the numbers of the old ones; so for a page, which
knows nodes by number, they are the same, and keep focus, selection, scroll position and unsent input. What persons
typed, ticked and chose goes over into the new controls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from domsync_jupyter.dom.element import Element
from domsync_jupyter.dom.embedded import EmbeddedElement
from domsync_jupyter.dom.node import set_number
from domsync_jupyter.sync.ops import ROOT
from domsync_jupyter.sync.runs import Runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from domsync_jupyter.sync.mirror import Mirror
    from domsync_jupyter.sync.session import Session

__all__ = ["succeed"]

#: Properties of controls that tell the state which a person can change.
_STATES: Final = ("value", "checked", "selectedIndex", "selectedOptions")


def succeed(old: Mirror, new: Mirror, sessions: Iterable[Session]) -> list[Element]:
    """Have viewers of a document see another one from now on.

    Args:
        old: The mirror of the document that they see.
        new: That of the other one. It has no viewers yet: they would know its nodes by the numbers that it has.
        sessions: Those of the viewers; all of them have `old`.

    Returns:
        The new controls to which the state of old ones went over, in the order of the document.
    """
    sessions = list(sessions)
    restored = set()
    with old.document._lock, new.document._lock:
        old.collect(force=True)
        new.collect(force=True)
        assert not new.sessions
        pairs = list(_pairs(old.document._root, new.document._root))
        _number(old, new, pairs)
        for was, now in pairs:
            _hand_over(was, now, edited=was in old.edited)
            if was in old.edited:
                new.edited.add(now)
                restored.add(now)
        # If somebody goes on with the old one, the numbers of the two are no longer the same ones.
        if len(old.sessions) == len(sessions):
            new.id = old.id
        for session in sessions:
            session.move(new)
        return [each for each in new.document._root._descendants() if each in restored]


def _pairs(old: Element, new: Element) -> Iterator[tuple[Element, Element]]:
    """Elements that correspond: those with an id by that, the others by their place among those of their kind."""
    by_id = {
        (name, element._tag): element
        for element in old._descendants()
        if (name := element._attributes.get("id"))
    }
    taken = set(by_id.values())
    parents = [(old, new)]
    while parents:
        was, now = parents.pop()
        yield was, now
        places: dict[tuple[Any, ...], list[Element]] = {}
        for place in was._child_list():
            if isinstance(place, Element) and place not in taken:
                places.setdefault(_kind(place), []).append(place)
        for kid in now._child_list():
            if not isinstance(kid, Element):
                continue
            name = kid._attributes.get("id")
            if name:
                found = by_id.pop((name, kid._tag), None)
            else:
                alike = places.get(_kind(kid))
                found = alike.pop(0) if alike else None
            if found is not None and _may_stay(found, kid):
                parents.append((found, kid))
            elif found is None:
                # What is inside may have ids.
                parents += _adopted(kid, by_id)


def _adopted(top: Element, by_id: dict[tuple[str, str], Element]) -> Iterator[tuple[Element, Element]]:
    """Descendants of a new element that correspond by their ids, the topmost ones."""
    waiting = [top]
    while waiting and by_id:
        for kid in waiting.pop()._child_list():
            if not isinstance(kid, Element):
                continue
            name = kid._attributes.get("id")
            found = by_id.pop((name, kid._tag), None) if name else None
            if found is not None and _may_stay(found, kid):
                yield found, kid
            else:
                waiting.append(kid)


def _kind(element: Element) -> tuple[Any, ...]:
    attributes = element._attributes
    return element._tag, element._namespace, attributes.get("type"), attributes.get("name")


def _may_stay(old: Element, new: Element) -> bool:
    """Whether what a page has for one element can become the other: not if it is the view of another widget."""
    if isinstance(new, EmbeddedElement):
        return isinstance(old, EmbeddedElement) and old.widget is new.widget
    return old._namespace == new._namespace


def _number(old: Mirror, new: Mirror, pairs: list[tuple[Element, Element]]) -> None:
    """Number the new nodes: corresponding ones as the old ones, all others as no old one ever was."""
    root = new.document._root
    new._release(list(root._child_list()))
    new.last_number = max(old.last_number, new.last_number)
    new._pending.clear()
    new._number_kids(root._child_list(), Runs())
    for was, now in pairs:
        if was._number and now._number != ROOT:
            del new.nodes[now._number]
            set_number(now, was._number)
            new.nodes[was._number] = now
    new.forget_snapshot()


def _hand_over(old: Any, new: Any, *, edited: bool) -> None:
    """Give a new control the state in which a person left the old one; or the page would have it, and not Python."""
    was, now = old._properties or {}, new._properties or {}
    if edited:
        if hasattr(new, "options"):
            _choose(new, {option.value for option in old.selectedOptions})
        elif "checked" in was:
            new.checked = old.checked
        elif "value" in was:
            new.value = old.value
        elif old._tag in ("details", "dialog"):
            new.toggleAttribute("open", "open" in old._attributes)
        return
    for name in was:
        # What the page was told, and is told no more, it would keep.
        if name in now:
            continue
        if name in _STATES and not any(state in now for state in _STATES):
            new._put_property(name, _plain(getattr(new, name)))
        elif name in ("indeterminate", "modal"):
            new._put_property(name, False)
        elif name == "adoptedStyleSheets":
            new._put_property(name, [])


def _choose(select: Any, values: set[str]) -> None:
    for option in select.options:
        if (option.value in values) != option.selected and (select.multiple or option.value in values):
            option.selected = option.value in values


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | bool | int) else [option.index for option in value]
