"""`Container`: a node with children, for reading.

Owns how children are kept: as little as can be until somebody asks for them. Changing them is
`domsync_jupyter.dom.parent`'s. https://dom.spec.whatwg.org/#interface-parentnode
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from domsync_jupyter.dom.changes import PRIMARY_TEXT
from domsync_jupyter.dom.character_data import Comment, Text
from domsync_jupyter.dom.index import split_classes
from domsync_jupyter.dom.node import Node, set_index, set_number, set_parent, slot_writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domsync_jupyter.dom.blueprint import Blueprint
    from domsync_jupyter.dom.document import Document
    from domsync_jupyter.dom.element import Element

__all__ = ["Container"]

#: Classes of children that are not elements.
_DATA: frozenset[type[Node]] = frozenset({Text, Comment})


class Container(Node):
    """A node that can have children, and what is to be known of them."""

    __slots__ = ("_blueprint", "_kids")

    #: The children: ``None`` for none, a `str` for a single text that nobody has asked for as a node (the
    #: **primary text**), a `Blueprint` for those of a copy that nobody has asked for, else a list. Once it is a
    #: list while a viewer has the node it stays one, because then the primary text has become a `Text` with a
    #: number of its own, which may live on elsewhere.
    _kids: list[Node] | str | Blueprint | None
    #: What copies of the node are made of, as long as nothing in it or below it changes.
    _blueprint: Blueprint | None

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._kids = None
        self._blueprint = None

    # Reading

    @property
    def childNodes(self) -> list[Node]:
        """The children, as a new list. https://dom.spec.whatwg.org/#dom-node-childnodes"""
        return list(self._child_list())

    @property
    def children(self) -> list[Element]:
        """The children that are elements, as a new list. https://dom.spec.whatwg.org/#dom-parentnode-children"""
        kids = self._read_kids()
        if not isinstance(kids, list):
            return []
        if _DATA.isdisjoint(map(type, kids)):
            return kids.copy()  # type: ignore[return-value]  # all are elements
        return [kid for kid in kids if kid.nodeType == Node.ELEMENT_NODE]  # type: ignore[misc]  # nodeType says it

    @property
    def firstChild(self) -> Node | None:
        """https://dom.spec.whatwg.org/#dom-node-firstchild"""
        kids = self._child_list()
        return kids[0] if kids else None

    @property
    def lastChild(self) -> Node | None:
        """https://dom.spec.whatwg.org/#dom-node-lastchild"""
        kids = self._child_list()
        return kids[-1] if kids else None

    @property
    def firstElementChild(self) -> Element | None:
        """https://dom.spec.whatwg.org/#dom-parentnode-firstelementchild"""
        kids = self._read_kids()
        if isinstance(kids, list):
            for kid in kids:
                if kid.nodeType == Node.ELEMENT_NODE:
                    return kid  # type: ignore[return-value]  # nodeType says it
        return None

    @property
    def lastElementChild(self) -> Element | None:
        """https://dom.spec.whatwg.org/#dom-parentnode-lastelementchild"""
        kids = self._read_kids()
        if isinstance(kids, list):
            for kid in reversed(kids):
                if kid.nodeType == Node.ELEMENT_NODE:
                    return kid  # type: ignore[return-value]  # nodeType says it
        return None

    @property
    def childElementCount(self) -> int:
        """https://dom.spec.whatwg.org/#dom-parentnode-childelementcount"""
        return len(self.children)

    def hasChildNodes(self) -> bool:
        """https://dom.spec.whatwg.org/#dom-node-haschildnodes"""
        return bool(self._kids)

    def getElementsByTagName(self, qualified_name: str) -> list[Element]:
        """The elements below this one that have the tag, in tree order; ``"*"`` is any.

        A list of now, not a live collection. https://dom.spec.whatwg.org/#dom-element-getelementsbytagname
        """
        with self._document._lock:
            return self._document._tree_index.by_tag(self, qualified_name or "*")

    def getElementsByClassName(self, class_names: str) -> list[Element]:
        """The elements below this one that have all the classes, in tree order.

        A list of now, not a live collection. https://dom.spec.whatwg.org/#dom-element-getelementsbyclassname
        """
        with self._document._lock:
            return self._document._tree_index.by_class(self, split_classes(class_names))

    # The module behind these makes no elements, but it knows them, so it imports this one.

    def querySelector(self, selectors: str) -> Element | None:
        """The first element below this one that matches. https://dom.spec.whatwg.org/#dom-parentnode-queryselector

        Raises:
            DOMSyntaxError: If `selectors` is not a selector.
        """
        from domsync_jupyter.dom.selectors import select_first  # noqa: PLC0415

        return select_first(self, selectors)

    def querySelectorAll(self, selectors: str) -> list[Element]:
        """The elements below this one that match, in tree order.

        https://dom.spec.whatwg.org/#dom-parentnode-queryselectorall

        Raises:
            DOMSyntaxError: If `selectors` is not a selector.
        """
        from domsync_jupyter.dom.selectors import select  # noqa: PLC0415

        return select(self, selectors)

    # Inside

    def _child_list(self) -> list[Node]:
        """The list of children itself, made from the primary text or the blueprint if that is all there is."""
        kids = self._kids
        if kids.__class__ is list:
            return kids
        if kids is None:
            return []
        return self._materialise()

    def _read_kids(self) -> list[Node] | str | None:
        """`_kids`, with the nodes of a copy that nobody had asked for made."""
        kids = self._kids
        if kids is None or isinstance(kids, (list, str)):
            return kids
        return self._materialise()

    def _materialise(self) -> list[Node]:
        with self._document._lock:
            data = self._kids
            if isinstance(data, list):
                return data  # Another thread was faster.
            if not isinstance(data, str):
                opened = [] if data is None else data.open(self)
                set_kids(self, opened)
                return opened
            text = Text(self._document, data)
            set_parent(text, self)
            set_index(text, 0)
            changes = self._document._changes
            # A viewer has the primary text only if it was there when changes were last taken.
            if self._number and changes.children.get(self, PRIMARY_TEXT) is PRIMARY_TEXT:  # type: ignore[call-overload]  # only elements have numbers
                set_number(text, -self._number)
                if changes.texts.pop(self, self) is None or self in changes.children:
                    changes.texts[text] = None
                self._document._adopted(text)
            kids: list[Node] = [text]
            set_kids(self, kids)
            return kids

    def _descendants(self) -> Iterator[Element]:
        kids = self._read_kids()
        if not isinstance(kids, list):
            return
        stack = [kid for kid in reversed(kids) if kid.nodeType == Node.ELEMENT_NODE]
        while stack:
            element: Element = stack.pop()  # type: ignore[assignment]  # only elements are put there
            yield element
            below = element._read_kids()
            if isinstance(below, list):
                stack.extend(kid for kid in reversed(below) if kid.nodeType == Node.ELEMENT_NODE)

    def _children_equal(self, other: Container) -> bool:
        if isinstance(self._kids, str) and isinstance(other._kids, str):
            return self._kids == other._kids
        if self._kids is other._kids is not None:
            return True
        mine, others = self._child_list(), other._child_list()
        return len(mine) == len(others) and all(
            kid._equals(peer) for kid, peer in zip(mine, others, strict=True)
        )

    def _forget_blueprint(self) -> None:
        """Something changed here, so copies of this node and of those above it are others from now on."""
        node: Container | None = self
        while node is not None and node._blueprint is not None:
            set_blueprint(node, None)
            node = node._parent


set_kids = slot_writer(Container, "_kids")
set_blueprint = slot_writer(Container, "_blueprint")
