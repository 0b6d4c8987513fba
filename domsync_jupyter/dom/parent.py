"""`ParentNode`: the algorithms that change a tree.

How children are kept and read is `domsync_jupyter.dom.container`'s. Every change of them goes through `_insert`,
`_take_out`, `_remove_all` and `_set_text`, or the short way of `appendChild`; they check first and
then do, so an error leaves the tree as it was, and they tell `Changes` what the children were.
https://dom.spec.whatwg.org/#mutation-algorithms
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, TypeVar

from domsync_jupyter.dom import names
from domsync_jupyter.dom.changes import PRIMARY_TEXT
from domsync_jupyter.dom.character_data import Text
from domsync_jupyter.dom.child import ChildNode
from domsync_jupyter.dom.container import Container, set_kids
from domsync_jupyter.dom.node import REMOVED, Node, set_index, set_parent
from domsync_jupyter.errors import HierarchyRequestError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable

    from domsync_jupyter.dom.changes import OldChildren

__all__ = ["ParentNode"]

NodeT = TypeVar("NodeT", bound=Node)


class ParentNode(Container):
    """A node that can have children."""

    __slots__ = ()

    #: Whether nothing more happens, when a child is added, than with any other parent.
    _appends_plainly: ClassVar[bool] = True

    @property
    def textContent(self) -> str | None:
        """All text below. https://dom.spec.whatwg.org/#dom-node-textcontent

        Raises:
            TypeError: When set to what is neither a ``str`` nor ``None``, which is the empty text.
            InvalidCharacterError: When set to a text with a lone surrogate.
        """
        kids = self._read_kids()
        if kids is None:
            return ""
        if isinstance(kids, str):
            return kids
        return "".join(kid.textContent or "" for kid in kids if kid.nodeType != Node.COMMENT_NODE)

    @textContent.setter
    def textContent(self, data: str | None) -> None:
        if data is None:
            data = ""
        elif type(data) is not str or not data.isascii():
            names.text(data, "textContent")
        with self._document._lock:
            self._set_text(data)

    # Changing

    def appendChild(self, node: NodeT) -> NodeT:
        """Insert `node` as the last child; a node that is elsewhere moves. Returns it.

        https://dom.spec.whatwg.org/#dom-node-appendchild

        Raises:
            TypeError: If `node` is not a node.
            HierarchyRequestError: If `node` contains this node, or cannot be a child.
        """
        document = self._document
        # The most frequent insertion of all, so it has a way of its own.
        with document._lock:
            if (
                self._appends_plainly
                and isinstance(node, ChildNode)
                and node._parent is None
                and node._document is document
                and node is not self  # type: ignore[comparison-overlap]  # an element is a parent, too
                and (self._parent is None or not node.contains(self))
            ):
                kids: list[Node] = self._kids  # type: ignore[assignment]  # or else the next lines make it one
                if kids is None:
                    kids = []
                    set_kids(self, kids)
                elif kids.__class__ is not list:
                    kids = self._open_list()
                index = len(kids)
                if self._number:
                    self._note_children(index)
                if self._blueprint is not None:
                    self._forget_blueprint()
                kids.append(node)
                set_index(node, index)
                set_parent(node, self)
                document._version += 1
                return node
        return self.insertBefore(node, None)

    def insertBefore(self, node: NodeT, child: Node | None) -> NodeT:
        """Insert `node` before `child`, or as the last one if that is ``None``. Returns it.

        A node of another document is adopted. https://dom.spec.whatwg.org/#dom-node-insertbefore

        Raises:
            TypeError: If `node` is not a node.
            HierarchyRequestError: If `node` contains this node, or cannot be a child.
            NotFoundError: If `child` is not a child of this node.
        """

        def insert() -> None:
            self._check_insertion(node, child)
            if node.nodeType == Node.DOCUMENT_FRAGMENT_NODE:
                self._insert_all(node._empty(), child)  # type: ignore[attr-defined]  # a fragment is a parent
            else:
                self._insert(node, child)

        self._with_own((node,), insert, child)
        return node

    def moveBefore(self, node: Node, child: Node | None) -> None:
        """Move `node` within the tree; in the page it keeps its state: focus, scroll position, a playing video.

        https://dom.spec.whatwg.org/#dom-parentnode-movebefore

        Raises:
            TypeError: If `node` is not a node.
            HierarchyRequestError: If `node` is not in the same tree, contains this node, or cannot be a child.
            NotFoundError: If `child` is not a child of this node.
        """
        with self._document._lock:
            self._check_insertion(node, None)
            if node.getRootNode() is not self.getRootNode() or _is_fragment(node):
                raise HierarchyRequestError(f"{node!r} is not in the same tree as {self!r}: use insertBefore")
            self._check_insertion(node, child)
            self._insert(node, child)

    def removeChild(self, child: NodeT) -> NodeT:
        """Take `child` out; it stays usable. Returns it. https://dom.spec.whatwg.org/#dom-node-removechild

        Raises:
            TypeError: If `child` is not a node.
            NotFoundError: If `child` is not a child of this node.
        """
        with self._document._lock:
            self._check_child(child)
            self._take_out(child)
        return child

    def replaceChild(self, node: Node, child: NodeT) -> NodeT:
        """Put `node` where `child` is. Returns `child`. https://dom.spec.whatwg.org/#dom-node-replacechild

        Raises:
            TypeError: If one is not a node.
            HierarchyRequestError: If `node` contains this node, or cannot be a child.
            NotFoundError: If `child` is not a child of this node.
        """

        def replace() -> None:
            self._check_insertion(node, None)
            self._check_child(child)
            if node is not child:
                following = child.nextSibling
                if following is node:
                    following = node.nextSibling
                new = node._empty() if isinstance(node, ParentNode) and _is_fragment(node) else [node]
                self._take_out(child)
                self._insert_all(new, following)

        self._with_own((node,), replace, child)
        return child

    def append(self, *nodes: Node | str) -> None:
        """Insert nodes, and strings as `Text` nodes, at the end. https://dom.spec.whatwg.org/#dom-parentnode-append

        Raises:
            HierarchyRequestError: As `appendChild`; nothing was inserted.
        """
        self._with_own(nodes, lambda: self._insert_all(self._nodes_from(nodes), None))

    def prepend(self, *nodes: Node | str) -> None:
        """Insert nodes, and strings as `Text` nodes, at the start. https://dom.spec.whatwg.org/#dom-parentnode-prepend

        Raises:
            HierarchyRequestError: As `appendChild`; nothing was inserted.
        """
        self._with_own(nodes, lambda: self._insert_before_viable(nodes, after=None))

    def replaceChildren(self, *nodes: Node | str) -> None:
        """Make these the only children. https://dom.spec.whatwg.org/#dom-parentnode-replacechildren

        Raises:
            HierarchyRequestError: As `appendChild`; nothing was changed.
        """

        def replace() -> None:
            new = self._nodes_from(nodes)
            self._remove_all()
            self._insert_all(new, None)

        self._with_own(nodes, replace)

    def normalize(self) -> None:
        """Join adjacent texts below, and remove empty ones. https://dom.spec.whatwg.org/#dom-node-normalize"""
        if not isinstance(self._read_kids(), list):
            return
        with self._document._lock:
            text: Text | None = None
            for kid in self.childNodes:
                if not isinstance(kid, Text):
                    text = None
                    kid.normalize()
                elif not kid._data:
                    kid.remove()
                elif text is None:
                    text = kid
                else:
                    text.data = text._data + kid._data
                    kid.remove()

    # Inside

    def _note_children(self, old: OldChildren) -> None:
        """Remember what the children were, unless it is known already. Only called for nodes that have a number."""
        document = self._document
        document._changes.children.setdefault(self, old)  # type: ignore[arg-type]  # only elements have numbers
        document._changed()

    def _note_children_list(self, kids: list[Node]) -> None:
        """`_note_children` before a change that is not an append."""
        children = self._document._changes.children
        old = children.get(self)  # type: ignore[call-overload]  # only elements have numbers
        if old is None:
            children[self] = kids.copy()  # type: ignore[index]  # only elements have numbers
            self._document._changed()
        elif isinstance(old, int):
            children[self] = kids[:old]  # type: ignore[index]  # only elements have numbers

    def _check_insertion(self, node: Node, child: Node | None) -> None:
        """https://dom.spec.whatwg.org/#concept-node-ensure-pre-insertion-validity"""
        if not isinstance(node, Node):
            raise TypeError(f"a child must be a node, not {type(node).__name__}: {_way_in(node)}")
        if isinstance(node, ParentNode):
            if node.nodeType == Node.DOCUMENT_NODE or node is node._document._root:
                raise HierarchyRequestError(f"{node!r} cannot be a child of another node")
            # A node without children cannot contain this one: the common case costs nothing.
            if node is self or (node._kids is not None and node.contains(self)):
                raise HierarchyRequestError(f"{node!r} contains {self!r}, so it cannot become its child")
        if child is not None:
            self._check_child(child)

    def _check_child(self, child: Node) -> None:
        if not isinstance(child, Node):
            raise TypeError(f"a child must be a node, not {type(child).__name__}")
        if child._parent is not self:
            raise NotFoundError(f"{child!r} is not a child of {self!r}")

    def _with_own(
        self, items: tuple[Node | str, ...], act: Callable[[], None], child: Node | None = None
    ) -> None:
        """Call `act` under the document's lock, with the nodes among `items` in the document.

        A node is not adopted under the lock of the document to which it comes: two threads could wait for each other.
        """
        while True:
            document = self._document
            with document._lock:
                for item in items:
                    if getattr(item, "_document", document) is not document:
                        break
                else:
                    if self._document is document:
                        act()
                        return
            # What would be refused is not adopted.
            if child is not None:
                self._check_child(child)
            for node in self._checked(items):
                if node._document is not document:
                    document.adoptNode(node)

    def _checked(self, items: tuple[Node | str, ...]) -> list[Node]:
        """Nodes for `items`, which may be inserted, now."""
        for item in items:
            if not isinstance(item, Node | str):
                raise TypeError(f"expected a node or a str, not {type(item).__name__}: {_way_in(item)}")
        new = [item if isinstance(item, Node) else self._document.createTextNode(item) for item in items]
        for node in new:
            # Several nodes go into a fragment first, which empties fragments, even this one.
            for single in node.childNodes if len(new) > 1 and _is_fragment(node) else [node]:
                self._check_insertion(single, None)
        return new

    def _nodes_from(self, items: tuple[Node | str, ...]) -> list[Node]:
        """Nodes for `items`, all checked, under the lock; of one that is repeated the last place counts.

        https://dom.spec.whatwg.org/#converting-nodes-into-a-node
        """
        nodes: dict[Node, None] = {}
        for node in self._checked(items):
            for single in node._empty() if isinstance(node, ParentNode) and _is_fragment(node) else [node]:
                nodes.pop(single, None)
                nodes[single] = None
        return list(nodes)

    def _insert_beside(
        self, child: Node, items: tuple[Node | str, ...], where: Literal["before", "after", "instead"]
    ) -> None:
        """Insert what `append` accepts beside a child, or what was one: another thread may have moved it."""

        def insert() -> None:
            parent = child._parent
            if parent is None:
                return
            if where == "before":
                previous = child.previousSibling
                while previous is not None and previous in items:
                    previous = previous.previousSibling
                parent._insert_before_viable(items, after=previous)
                return
            following = child.nextSibling
            while following is not None and following in items:
                following = following.nextSibling
            parent._check_stays(following, items)
            new = parent._nodes_from(items)
            if where == "instead" and child._parent is parent and child not in new:
                parent._take_out(child)
            parent._insert_all(new, following)

        self._with_own(items, insert)

    def _insert_before_viable(self, items: tuple[Node | str, ...], *, after: Node | None) -> None:
        """Insert before what then follows `after`, or first if that is ``None``. Under the lock."""
        self._check_stays(after, items)
        new = self._nodes_from(items)
        before = self.firstChild if after is None else after.nextSibling
        while before is not None and before in new:
            before = before.nextSibling
        self._insert_all(new, before)

    def _check_stays(self, neighbour: Node | None, items: tuple[Node | str, ...]) -> None:
        """Refuse to insert next to a node which leaves with the fragment that it is in."""
        parent = None if neighbour is None else neighbour._parent
        if parent is not None and _is_fragment(parent) and len(items) > 1 and parent in items:
            raise NotFoundError(f"{neighbour!r} is in {parent!r}, which is emptied by this")

    def _insert_all(self, nodes: list[Node], before: Node | None) -> None:
        for node in nodes:
            self._insert(node, before)

    def _insert(self, node: Node, before: Node | None) -> None:
        """https://dom.spec.whatwg.org/#concept-node-insert, after the checks and under the lock."""
        if before is node:
            before = node.nextSibling
        if node._parent is not None:
            node._parent._take_out(node)
        if self._blueprint is not None:
            self._forget_blueprint()
        kids: list[Node] = self._kids  # type: ignore[assignment]  # or else the next line makes it one
        if kids.__class__ is not list:
            kids = self._open_list()
        if before is None:
            index = len(kids)
            if self._number:
                self._note_children(index)
            kids.append(node)
        else:
            index = before._position()
            if self._number:
                self._note_children_list(kids)
            kids.insert(index, node)
        set_index(node, index)
        set_parent(node, self)
        self._document._version += 1

    def _open_list(self) -> list[Node]:
        """Make the children a list, to add to it."""
        if self._kids is not None:
            return self._materialise()
        new: list[Node] = []
        set_kids(self, new)
        return new

    def _take_out(self, child: Node) -> None:
        """https://dom.spec.whatwg.org/#concept-node-remove"""
        with self._document._lock:
            if self._blueprint is not None:
                self._forget_blueprint()
            index = child._position()
            kids = self._child_list()
            if self._number:
                self._note_children_list(kids)
            del kids[index]
            set_parent(child, None)
            set_index(child, REMOVED)
            self._document._version += 1

    def _remove_all(self) -> None:
        kids = self._kids if self._kids is None or not self._number else self._read_kids()
        if not kids:
            return
        if self._blueprint is not None:
            self._forget_blueprint()
        self._document._version += 1
        if isinstance(kids, str):
            if self._number:
                self._note_children(PRIMARY_TEXT)
            set_kids(self, None)
            return
        if not isinstance(kids, list):
            # A copy that nobody has looked into: nobody can have its children.
            set_kids(self, None)
            return
        if self._number:
            self._note_children_list(kids)
        for kid in kids:
            set_parent(kid, None)
            set_index(kid, REMOVED)
        set_kids(self, [])

    def _empty(self) -> list[Node]:
        """Take all children out and return them: what inserting a fragment begins with."""
        kids = list(self._child_list())
        self._remove_all()
        return kids

    def _clone_children(self, clone: ParentNode) -> None:
        kids = self._kids
        if kids.__class__ is list:
            assert isinstance(kids, list)
            document = clone._document
            new = [kid._clone(document, True) for kid in kids]
            for index, kid in enumerate(new):
                set_parent(kid, clone)
                set_index(kid, index)
            set_kids(clone, new)
        else:
            set_kids(clone, kids)

    def _set_text(self, data: str) -> None:
        """https://dom.spec.whatwg.org/#string-replace-all, under the lock."""
        kids = self._kids
        if self._blueprint is not None:
            self._forget_blueprint()
        if kids is None and not self._number:
            set_kids(self, data or None)
            return
        if isinstance(kids, str):
            if data == kids:
                return
            if data:
                set_kids(self, data)
                if self._number:
                    self._document._changes.texts[self] = None
                    self._document._changed()
                return
        if self._number and kids is not None and not isinstance(kids, str):
            # Its primary text may live on as a node: see `_kids`.
            self._remove_all()
            if data:
                self._insert(Text(self._document, data), None)
            return
        if kids is not None:
            self._remove_all()
        if data:
            if self._number:
                self._note_children(0)
            set_kids(self, data)
        else:
            set_kids(self, None)


def _way_in(thing: object) -> str:
    """How something that is no node comes into a document."""
    if hasattr(thing, "getElement"):
        return "a component is in the document since it was made; to move it, give its getElement()"
    if isinstance(thing, str):
        return "append() takes texts, createElement and createTextNode make nodes"
    if isinstance(thing, int | float):
        return "use append(str(...))"
    return "make it with createElement; a widget or a chart with document.embed(...)"


def _is_fragment(node: Node) -> bool:
    return node.nodeType == Node.DOCUMENT_FRAGMENT_NODE
