"""`IdIndex`: which elements have an id, kept up to date with each change of one.

It keeps no element alive, and knows nothing of the tree until it is asked which of several elements is the first.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from domsync_jupyter.dom.node import REMOVED

if TYPE_CHECKING:
    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.dom.node import Node

__all__ = ["IdIndex"]


class IdIndex:
    """id -> elements that have it, without keeping them alive."""

    __slots__ = ("_others", "_single")

    def __init__(self) -> None:
        self._single: weakref.WeakValueDictionary[str, Element] = weakref.WeakValueDictionary()
        #: Further elements with an id that is in `_single` already: rare.
        self._others: dict[str, weakref.WeakSet[Element]] = {}

    def rename(self, element: Element, old: str | None, new: str | None) -> None:
        """The element's id changes from `old` to `new`."""
        if old is not None:
            if self._single.get(old) is element:
                del self._single[old]
            if old in self._others:
                self._others[old].discard(element)
                if not self._others[old]:
                    del self._others[old]
        if new is not None and self._single.setdefault(new, element) is not element:
            self._others.setdefault(new, weakref.WeakSet()).add(element)

    def find(self, id: str, document: Document) -> Element | None:
        """The first element with this id in the tree of the document; else one that was never in a tree yet."""
        candidates: list[Element] = list(self._others.get(id, ()))
        single = self._single.get(id)
        if single is not None:
            candidates.append(single)
        connected = [element for element in candidates if element.getRootNode() is document]
        if connected:
            return min(connected, key=_tree_position) if len(connected) > 1 else connected[0]
        fresh = (element for element in candidates if element.getRootNode()._index != REMOVED)
        return next(fresh, None)


def _tree_position(node: Node) -> list[int]:
    position = []
    while node._parent is not None:
        position.append(node._position())
        node = node._parent
    return position[::-1]
