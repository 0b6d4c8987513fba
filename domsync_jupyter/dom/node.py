"""`Node`: the place of a node in its tree, for reading.

Changing the tree is `domsync_jupyter.dom.parent`'s. https://dom.spec.whatwg.org/#interface-node
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Callable

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

    DOCUMENT_POSITION_DISCONNECTED: ClassVar[int] = 1
    DOCUMENT_POSITION_PRECEDING: ClassVar[int] = 2
    DOCUMENT_POSITION_FOLLOWING: ClassVar[int] = 4
    DOCUMENT_POSITION_CONTAINS: ClassVar[int] = 8
    DOCUMENT_POSITION_CONTAINED_BY: ClassVar[int] = 16
    DOCUMENT_POSITION_IMPLEMENTATION_SPECIFIC: ClassVar[int] = 32

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
    def nodeValue(self) -> str | None:
        """https://dom.spec.whatwg.org/#dom-node-nodevalue"""
        return None

    @nodeValue.setter
    def nodeValue(self, value: str | None) -> None:
        """Nothing happens: only character data has a value."""

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
        return False

    def isSameNode(self, other: Node | None) -> bool:
        """https://dom.spec.whatwg.org/#dom-node-issamenode"""
        return self is other

    def isEqualNode(self, other: Node | None) -> bool:
        """Whether `other` has the same type, names, attributes, data and equal children.

        https://dom.spec.whatwg.org/#dom-node-isequalnode
        """
        return other is not None and (self is other or self._equals(other))

    def compareDocumentPosition(self, other: Node) -> int:
        """Where `other` is, seen from here: a sum of ``Node.DOCUMENT_POSITION_...``.

        https://dom.spec.whatwg.org/#dom-node-comparedocumentposition
        """
        with self._document._lock:
            return self._compare_position(other)

    @property
    def textContent(self) -> str | None:
        """https://dom.spec.whatwg.org/#dom-node-textcontent"""
        return None

    @textContent.setter
    def textContent(self, data: str | None) -> None:
        """Nothing happens: a document has no text of its own."""

    def cloneNode(self, deep: bool = False) -> Node:
        """A copy without a parent; with copies of all that is below, if `deep`. Listeners are not copied.

        https://dom.spec.whatwg.org/#dom-node-clonenode
        """
        with self._document._lock:
            return self._clone(self._document, deep)

    def normalize(self) -> None:
        """Join adjacent texts below, and remove empty ones. https://dom.spec.whatwg.org/#dom-node-normalize"""

    # Inside

    def _clone(self, document: Document, deep: bool) -> Node:
        raise NotImplementedError

    def _equals(self, other: Node) -> bool:
        raise NotImplementedError

    def _compare_position(self, other: Node) -> int:
        if self is other:
            return 0
        mine, others = self._path(), other._path()
        if mine[0] is not others[0]:
            # Any order will do, as long as it is always the same.
            order = (
                self.DOCUMENT_POSITION_PRECEDING
                if id(mine[0]) > id(others[0])
                else self.DOCUMENT_POSITION_FOLLOWING
            )
            return (
                self.DOCUMENT_POSITION_DISCONNECTED + self.DOCUMENT_POSITION_IMPLEMENTATION_SPECIFIC + order
            )
        depth = 0
        while depth < len(mine) and depth < len(others) and mine[depth] is others[depth]:
            depth += 1
        if depth == len(others):
            return self.DOCUMENT_POSITION_CONTAINS + self.DOCUMENT_POSITION_PRECEDING
        if depth == len(mine):
            return self.DOCUMENT_POSITION_CONTAINED_BY + self.DOCUMENT_POSITION_FOLLOWING
        if others[depth]._position() < mine[depth]._position():
            return self.DOCUMENT_POSITION_PRECEDING
        return self.DOCUMENT_POSITION_FOLLOWING

    def _path(self) -> list[Node]:
        """From the topmost ancestor to this node."""
        path: list[Node] = [self]
        while path[-1]._parent is not None:
            path.append(path[-1]._parent)
        return path[::-1]

    def _position(self) -> int:
        """Index among the parent's children; constant time when neighbours are visited in order."""
        assert self._parent is not None
        siblings = self._parent._child_list()
        index = self._index
        if not (0 <= index < len(siblings) and siblings[index] is self):
            index = siblings.index(self)
            set_index(self, index)
        return index

    def _sibling(self, step: int) -> Node | None:
        parent = self._parent
        index = self._index
        at = index + step
        if parent is not None and index >= 0 <= at:
            # Without the lock, which would take as long again: this node is where it was before the other was read.
            siblings = parent._child_list()
            try:
                sibling = siblings[at]
                if sibling._index == at and siblings[index] is self:
                    return sibling
            except IndexError:
                pass
        return self._find_sibling(step)

    def _find_sibling(self, step: int) -> Node | None:
        with self._document._lock:
            parent = self._parent
            if parent is None:
                return None
            siblings = parent._child_list()
            index = self._index
            if not (0 <= index < len(siblings) and siblings[index] is self):
                index = self._position()
            index += step
            if not 0 <= index < len(siblings):
                return None
            sibling = siblings[index]
            if sibling._index != index:
                set_index(sibling, index)
            return sibling

    def _element_sibling(self, step: int) -> Element | None:
        node = self._sibling(step)
        while node is not None and node.nodeType != Node.ELEMENT_NODE:
            node = node._sibling(step)
        return node  # type: ignore[return-value]  # nodeType says it


def slot_writer(owner: type, name: str) -> Callable[[Any, Any], None]:
    """What writes a slot without asking ``__setattr__``.

    `Element.__setattr__` is there for people's typing errors; where nodes are made and moved by the thousand,
    it would cost more than the rest.
    """
    writer: Callable[[Any, Any], None] = owner.__dict__[name].__set__
    return writer


set_parent = slot_writer(Node, "_parent")
set_index = slot_writer(Node, "_index")
set_number = slot_writer(Node, "_number")
