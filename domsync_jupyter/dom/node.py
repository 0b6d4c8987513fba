"""`Node`: the place of a node in its tree, for reading.

Changing the tree is `domsync_jupyter.dom.parent`'s. https://dom.spec.whatwg.org/#interface-node
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element
    from domsync_jupyter.dom.parent import ParentNode

__all__ = ["Node"]

#: `Node._index` of a node which was never in a parent, and of one which was taken out of its parent.
NEVER_INSERTED, REMOVED = -1, -2


class Node:
    """A node of a document. Made by the factory methods of `Document`, never directly."""

    __slots__ = ("_document", "_index", "_number", "_parent")

    ELEMENT_NODE: ClassVar[int] = 1
    TEXT_NODE: ClassVar[int] = 3
    COMMENT_NODE: ClassVar[int] = 8
    DOCUMENT_NODE: ClassVar[int] = 9
    DOCUMENT_FRAGMENT_NODE: ClassVar[int] = 11

    #: https://dom.spec.whatwg.org/#dom-node-nodetype
    nodeType: ClassVar[int]

    _document: Document
    _parent: ParentNode | None
    #: Where in the parent's children the node was last seen: a hint, checked before use.
    _index: int
    #: The node's number in frames; 0 while no viewer has the node.
    _number: int

    def __init__(self, document: Document) -> None:
        self._document = document
        self._parent = None
        self._index = NEVER_INSERTED
        self._number = 0

    # An element can be truth-tested like any other object, whatever it contains.
    def __bool__(self) -> bool:
        return True

    @property
    def nodeName(self) -> str:
        """https://dom.spec.whatwg.org/#dom-node-nodename"""
        raise NotImplementedError

    @property
    def ownerDocument(self) -> Document | None:
        """https://dom.spec.whatwg.org/#dom-node-ownerdocument"""
        return self._document

    @property
    def parentNode(self) -> ParentNode | None:
        """https://dom.spec.whatwg.org/#dom-node-parentnode"""
        return self._parent

    @property
    def parentElement(self) -> Element | None:
        """https://dom.spec.whatwg.org/#dom-node-parentelement"""
        parent = self._parent
        return parent if parent is not None and parent.nodeType == Node.ELEMENT_NODE else None  # type: ignore[return-value]  # nodeType says it

    @property
    def childNodes(self) -> list[Node]:
        """The children, as a new list. https://dom.spec.whatwg.org/#dom-node-childnodes"""
        return []

    @property
    def firstChild(self) -> Node | None:
        """https://dom.spec.whatwg.org/#dom-node-firstchild"""
        return None

    @property
    def lastChild(self) -> Node | None:
        """https://dom.spec.whatwg.org/#dom-node-lastchild"""
        return None

    @property
    def nextSibling(self) -> Node | None:
        """https://dom.spec.whatwg.org/#dom-node-nextsibling"""
        return self._sibling(1)

    @property
    def previousSibling(self) -> Node | None:
        """https://dom.spec.whatwg.org/#dom-node-previoussibling"""
        return self._sibling(-1)

    @property
    def nextElementSibling(self) -> Element | None:
        """https://dom.spec.whatwg.org/#dom-nondocumenttypechildnode-nextelementsibling"""
        return self._element_sibling(1)

    @property
    def previousElementSibling(self) -> Element | None:
        """https://dom.spec.whatwg.org/#dom-nondocumenttypechildnode-previouselementsibling"""
        return self._element_sibling(-1)

    @property
    def isConnected(self) -> bool:
        """Whether the node is in its document's tree. https://dom.spec.whatwg.org/#dom-node-isconnected"""
        return self.getRootNode() is self._document

    def getRootNode(self) -> Node:
        """The topmost ancestor, or the node itself. https://dom.spec.whatwg.org/#dom-node-getrootnode"""
        node: Node = self
        while node._parent is not None:
            node = node._parent
        return node

    def contains(self, other: Node | None) -> bool:
        """Whether `other` is this node or below it. https://dom.spec.whatwg.org/#dom-node-contains"""
        while other is not None:
            if other is self:
                return True
            other = other._parent
        return False

    def hasChildNodes(self) -> bool:
        """https://dom.spec.whatwg.org/#dom-node-haschildnodes"""
        return self.firstChild is not None

    def isSameNode(self, other: Node | None) -> bool:
        """https://dom.spec.whatwg.org/#dom-node-issamenode"""
        return self is other

    @property
    def textContent(self) -> str | None:
        """https://dom.spec.whatwg.org/#dom-node-textcontent"""
        return None

    def remove(self) -> None:
        """Take the node out of its parent; nothing happens if it has none.

        The node stays usable and may be inserted again.
        https://dom.spec.whatwg.org/#dom-childnode-remove
        """
        if self._parent is not None:
            self._parent._take_out(self)

    def _position(self) -> int:
        """Index among the parent's children; constant time when neighbours are visited in order."""
        assert self._parent is not None
        siblings = self._parent._child_list()
        index = self._index
        if not (0 <= index < len(siblings) and siblings[index] is self):
            index = self._index = siblings.index(self)
        return index

    def _sibling(self, step: int) -> Node | None:
        if self._parent is None:
            return None
        siblings = self._parent._child_list()
        index = self._position() + step
        if not 0 <= index < len(siblings):
            return None
        sibling = siblings[index]
        sibling._index = index
        return sibling

    def _element_sibling(self, step: int) -> Element | None:
        node = self._sibling(step)
        while node is not None and node.nodeType != Node.ELEMENT_NODE:
            node = node._sibling(step)
        return node  # type: ignore[return-value]  # nodeType says it
