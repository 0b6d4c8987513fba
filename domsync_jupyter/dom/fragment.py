"""`DocumentFragment`. https://dom.spec.whatwg.org/#interface-documentfragment"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from domsync_jupyter.dom.node import Node
from domsync_jupyter.dom.parent import ParentNode

if TYPE_CHECKING:
    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element

__all__ = ["DocumentFragment"]


class DocumentFragment(ParentNode):
    """Nodes on their way into a tree: inserting the fragment inserts its children, and empties it."""

    __slots__ = ()
    nodeType: ClassVar[int] = Node.DOCUMENT_FRAGMENT_NODE

    @property
    def nodeName(self) -> str:
        """https://dom.spec.whatwg.org/#dom-node-nodename"""
        return "#document-fragment"

    def __repr__(self) -> str:
        return f"<DocumentFragment of {len(self._child_list())}>"

    def getElementById(self, id: str) -> Element | None:
        """https://dom.spec.whatwg.org/#dom-nonelementparentnode-getelementbyid"""
        return next((element for element in self._descendants() if element._attributes.get("id") == id), None)

    def _clone(self, document: Document, deep: bool) -> DocumentFragment:
        clone = DocumentFragment(document)
        if deep:
            self._clone_children(clone)
        return clone

    def _equals(self, other: Node) -> bool:
        return isinstance(other, DocumentFragment) and self._children_equal(other)
