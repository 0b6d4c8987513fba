"""`ChildNode`: what a node can do with its neighbours. https://dom.spec.whatwg.org/#interface-childnode"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from domsync_jupyter.dom.node import Node

if TYPE_CHECKING:
    from domsync_jupyter.dom.element import Element

__all__ = ["ChildNode"]


class ChildNode(Node):
    """An element, a text or a comment."""

    __slots__ = ()

    @property
    def nextElementSibling(self) -> Element | None:
        """https://dom.spec.whatwg.org/#dom-nondocumenttypechildnode-nextelementsibling"""
        return self._element_sibling(1)

    @property
    def previousElementSibling(self) -> Element | None:
        """https://dom.spec.whatwg.org/#dom-nondocumenttypechildnode-previouselementsibling"""
        return self._element_sibling(-1)

    def remove(self) -> None:
        """Take the node out of its parent; nothing happens if it has none.

        The node stays usable and may be inserted again. https://dom.spec.whatwg.org/#dom-childnode-remove
        """
        with self._document._lock:
            if self._parent is not None:
                self._parent._take_out(self)

    def before(self, *nodes: Node | str) -> None:
        """Insert nodes, and strings as texts, before this one. https://dom.spec.whatwg.org/#dom-childnode-before

        Raises:
            HierarchyRequestError: As `appendChild`; nothing was inserted.
        """
        self._put_beside(nodes, "before")

    def after(self, *nodes: Node | str) -> None:
        """Insert nodes, and strings as texts, after this one. https://dom.spec.whatwg.org/#dom-childnode-after

        Raises:
            HierarchyRequestError: As `appendChild`; nothing was inserted.
        """
        self._put_beside(nodes, "after")

    def replaceWith(self, *nodes: Node | str) -> None:
        """Put nodes, and strings as texts, where this one is. https://dom.spec.whatwg.org/#dom-childnode-replacewith

        Raises:
            HierarchyRequestError: As `appendChild`; nothing was changed.
        """
        self._put_beside(nodes, "instead")

    def _put_beside(
        self, nodes: tuple[Node | str, ...], where: Literal["before", "after", "instead"]
    ) -> None:
        with self._document._lock:  # A node that another thread moves has no parent for a moment.
            parent = self._parent
        if parent is not None:
            parent._insert_beside(self, nodes, where)
