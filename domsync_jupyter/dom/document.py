"""`Document`: makes nodes, finds them, and knows what changed."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar, overload

from domsync_jupyter.dom import names, safety
from domsync_jupyter.dom.changes import Changes
from domsync_jupyter.dom.character_data import Comment, Text
from domsync_jupyter.dom.element import Element, make_element
from domsync_jupyter.dom.fragment import DocumentFragment
from domsync_jupyter.dom.html import HTMLDivElement, interface_for
from domsync_jupyter.dom.id_index import IdIndex
from domsync_jupyter.dom.index import TreeIndex
from domsync_jupyter.dom.legacy import LegacyDocument
from domsync_jupyter.dom.node import Node
from domsync_jupyter.dom.parent import ParentNode
from domsync_jupyter.dom.style_sheets import CSSStyleSheet
from domsync_jupyter.errors import HierarchyRequestError, InvalidStateError, NotFoundError, NotSupportedError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
    from pathlib import Path

    from domsync_jupyter.dom.embedded import EmbeddedElement
    from domsync_jupyter.dom.figure import DrawnFigure, FigureElement, Format

__all__ = ["Document"]

NodeT = TypeVar("NodeT", bound=Node)

#: Name of an HTML element that no document refuses -> its tag and interface.
_KNOWN: dict[str, tuple[str, type[Element]]] = {}
_KNOWN_AT_MOST = 4096


class Document(LegacyDocument):
    """A document, mirrored to any number of viewers. https://dom.spec.whatwg.org/#interface-document

    Changes reach the viewers by themselves; `batch` makes several of them one, and `flush` sends at once.

    May be used from any thread: it has one lock, taken by each operation, and by `batch` for a set of them.

    Args:
        root_id: The ``id`` of the root element, in which everything is.
        allow_unsafe: Let in what can carry code: ``<script>``, ``on*`` attributes, ``javascript:`` addresses. Only for
            a program that puts nothing into the document that comes from elsewhere.
    """

    __slots__ = (
        "__weakref__",
        "_allow_unsafe",
        "_batches",
        "_changes",
        "_dirty",
        "_has_namespaced_attributes",
        "_ids",
        "_lock",
        "_mirror",
        "_on_adopted",
        "_on_change",
        "_on_coroutine",
        "_on_flush",
        "_on_leave",
        "_root",
        "_sheets",
        "_tree_index",
        "_version",
    )  # fmt: skip

    nodeType: ClassVar[int] = Node.DOCUMENT_NODE
    _appends_plainly: ClassVar[bool] = False
    #: Set by the layer above, which knows what widgets are.
    _embedder: ClassVar[Callable[..., EmbeddedElement] | None] = None

    def __init__(self, root_id: str = "domsync_root_id", *, allow_unsafe: bool = False) -> None:
        super().__init__(self)
        self._lock = threading.RLock()
        self._allow_unsafe = allow_unsafe
        self._changes = Changes()
        self._dirty = False
        self._batches = 0
        #: Whether some element has, or had, an attribute with a namespace: most documents have none.
        self._has_namespaced_attributes = False
        self._ids = IdIndex()
        self._tree_index = TreeIndex(self)
        #: Grows with each change of children or attributes anywhere in the document's nodes: what caches compare.
        self._version = 0
        #: Set by the layers above: what to do at the first change after changes were taken, when viewers want
        #: a flush now, and when a primary text became a node with a number.
        self._on_change: Callable[[], None] | None = None
        self._on_flush: Callable[[], None] | None = None
        self._on_adopted: Callable[[Node], None] | None = None
        #: Set by the layer above: have changes collected now, because a node with a number leaves the document.
        self._on_leave: Callable[[], None] | None = None
        #: Set by the layer above: run what a callback of `Element.dispatchEvent` returned.
        self._on_coroutine: Callable[[Coroutine[Any, Any, Any]], None] | None = None
        #: The `Mirror` of this document, made by the layer above.
        self._mirror: object | None = None
        self._sheets: tuple[CSSStyleSheet, ...] = ()
        self._root = make_element(self, names.HTML, "div", HTMLDivElement)
        self._kids = [self._root]
        self._root._parent = self
        self._root.setAttribute("id", root_id)

    def __repr__(self) -> str:
        return f"<Document root_id={self._root.id!r}>"

    @property
    def nodeName(self) -> str:
        """https://dom.spec.whatwg.org/#dom-node-nodename"""
        return "#document"

    @property
    def ownerDocument(self) -> None:
        """https://dom.spec.whatwg.org/#dom-node-ownerdocument"""
        return None

    @property
    def textContent(self) -> None:
        """``None``; setting it does nothing. https://dom.spec.whatwg.org/#dom-node-textcontent"""
        return None

    @textContent.setter
    def textContent(self, data: str | None) -> None:
        pass

    @property
    def documentElement(self) -> Element:
        """The root element. https://dom.spec.whatwg.org/#dom-document-documentelement"""
        return self._root

    @property
    def body(self) -> Element:
        """The root element: where a page's program puts its elements."""
        return self._root

    def getRootElement(self) -> Element:
        """The root element: append what shall be seen to it."""
        return self._root

    def getRootId(self) -> str:
        """The ``id`` of the root element."""
        return self._root.id

    # Making nodes

    def createElement(
        self,
        tagName: str,
        id: str | None = None,
        innerText: str | None = None,
        value: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> Element:
        """Make an HTML element. https://dom.spec.whatwg.org/#dom-document-createelement

        Args:
            tagName: Any valid name; custom elements too.
            id: If given, its ``id``. An id does not have to be unique, but `getElementById` finds the first one only.
            innerText: If given, its text.
            value: If given, its value.
            attributes: If given, its attributes.

        Raises:
            TypeError: If an argument is of a wrong type.
            InvalidCharacterError: If a name is not a name.
            SecurityError: If the element or an attribute would carry code into the page.
        """
        known = _KNOWN.get(tagName) if type(tagName) is str else None
        if known is None:
            known = self._look_up(tagName)
        tag, interface = known
        element = make_element(self, names.HTML, tag, interface)
        if attributes is not None:
            element._start_attributes(attributes)
        if id is not None:
            element.setAttribute("id", id)
        if innerText is not None:
            element._start_text(innerText)
        if value is not None:
            element.value = value
        return element

    def _look_up(self, name: str) -> tuple[str, type[Element]]:
        """The tag and the interface of an HTML element, checked; remembered if nothing speaks against it."""
        tag = names.tag_name(name)
        if not self._allow_unsafe:
            safety.check_tag(tag)
        known = tag, interface_for(names.HTML, tag)
        if len(_KNOWN) < _KNOWN_AT_MOST and safety.tag_danger(tag) is None:
            _KNOWN[name] = known
        return known

    def createElementNS(self, namespace: str | None, qualifiedName: str) -> Element:
        """Make an element of a namespace, such as SVG's. https://dom.spec.whatwg.org/#dom-document-createelementns

        Raises:
            TypeError: If an argument is of a wrong type.
            InvalidCharacterError: If the name is not a qualified name.
            NamespaceError: If the name cannot be in the namespace.
            SecurityError: If the element would carry code into the page.
        """
        namespace, name = names.qualified_tag_name(namespace, qualifiedName)
        if not self._allow_unsafe:
            safety.check_tag(names.local(name).lower())
        return make_element(self, namespace, name, interface_for(namespace, names.local(name)))

    def createTextNode(self, data: str) -> Text:
        """https://dom.spec.whatwg.org/#dom-document-createtextnode

        Raises:
            TypeError: If `data` is not a ``str``.
            InvalidCharacterError: If it has a lone surrogate.
        """
        return Text(self, names.text(data, "text"))

    def createComment(self, data: str) -> Comment:
        """https://dom.spec.whatwg.org/#dom-document-createcomment

        Raises:
            TypeError: If `data` is not a ``str``.
            InvalidCharacterError: If it has a lone surrogate.
        """
        return Comment(self, names.text(data, "comment"))

    def createDocumentFragment(self) -> DocumentFragment:
        """https://dom.spec.whatwg.org/#dom-document-createdocumentfragment"""
        return DocumentFragment(self)

    def importNode(self, node: Node, deep: bool = False) -> Node:
        """A copy of a node, of this or another document, that belongs to this one.

        https://dom.spec.whatwg.org/#dom-document-importnode

        Raises:
            NotSupportedError: If `node` is a document.
        """
        if isinstance(node, Document):
            raise NotSupportedError("a document cannot be imported: import its getRootElement()")
        self._check_safe(node)
        return node._clone(self, deep)

    def adoptNode(self, node: NodeT) -> NodeT:
        """Take a node, with all that is below, out of its tree and make it belong to this document. Returns it.

        https://dom.spec.whatwg.org/#dom-document-adoptnode

        Raises:
            NotSupportedError: If `node` is a document.
            HierarchyRequestError: If it is the root element of a document.
        """
        if isinstance(node, Document):
            raise NotSupportedError("a document cannot be adopted: move its getRootElement().childNodes")
        previous = node._document
        self._check_safe(node)
        with previous._lock:
            if node._parent is not None:
                node._parent._take_out(node)
            if previous is self:
                return node
            if previous._dirty and previous._on_leave is not None:
                # Viewers of the other document know it, or what is in it, by numbers: now they lose them.
                previous._on_leave()
            with_id: list[Element] = []
            stack: list[Node] = [node]
            while stack:
                each = stack.pop()
                if isinstance(each, ParentNode) and isinstance(each._kids, list):
                    stack += each._kids
                if isinstance(each, Element) and "id" in each._attributes:
                    previous._ids.rename(each, each.id, None)
                    with_id.append(each)
                each._document = self
        with self._lock:
            for element in with_id:
                if element._document is self:
                    self._ids.rename(element, None, element._attributes.get("id"))
        return node

    @overload
    def embed(
        self,
        widget: DrawnFigure,
        *,
        format: Format | None = None,
        width: float | str | None = None,
        alt: str | None = None,
    ) -> FigureElement: ...
    @overload
    def embed(
        self,
        widget: Any = None,
        *,
        esm: str | Path | None = None,
        css: str | Path | None = None,
        model: Mapping[str, Any] | None = None,
    ) -> EmbeddedElement: ...
    def embed(
        self,
        widget: Any = None,
        *,
        esm: str | Path | None = None,
        css: str | Path | None = None,
        model: Mapping[str, Any] | None = None,
        format: Format | None = None,
        width: float | str | None = None,
        alt: str | None = None,
    ) -> EmbeddedElement:
        """Make an element that shows a widget or a chart: of others, or an **island**, made here.

        In a notebook, the notebook shows it, as it does in a cell: each view of the document has a view of the
        widget. A page of a `DomsyncServer` shows anywidgets, islands among them, and says of others that they need a
        notebook. Whatever is embedded, ``element.widget`` is the widget; for a chart of Altair's or Plotly's it is the
        one that they make of it, a `JupyterChart` or a `FigureWidget`.

        A figure of matplotlib's becomes an image, in whatever page. ``element.redraw()`` shows it as it is then.

        Args:
            widget: What to show: a widget, a chart of Altair's or Plotly's, a figure of matplotlib's, or what belongs
                to one, such as axes.
            esm: Instead of a widget, an ES module in anywidget's form: its text, its file, or its address. Widgets
                are code: nothing in them is checked, and they may do in the page whatever they like.
            css: Styles for it; likewise.
            model: Names and values of the island's model. They are traits of ``element.widget``: set them, and
                observe them.
            format: Of a figure: ``"svg"``, the default, which is sharp at any size, or ``"png"``, which is smaller
                where there are thousands of points.
            width: Of a figure: CSS pixels, or CSS such as ``"100%"``; by default its own, `figsize` times `dpi`. It is
                never wider than what it is in.
            alt: Of a figure: what it shows, for who cannot see it; by default its titles, or what its axes say.

        Raises:
            TypeError: If `widget` is nothing to embed, both or none of `widget` and `esm` are given, or an argument
                belongs to something else.
            ValueError: If the widget was closed, a name in `model` cannot be used, or there is no such `format`.
        """
        assert Document._embedder is not None
        return Document._embedder(
            self, widget, esm=esm, css=css, model=model, format=format, width=width, alt=alt
        )

    # Finding nodes

    @overload
    def getElementById(self, id: str, strict: Literal[True] = True) -> Element: ...
    @overload
    def getElementById(self, id: str, strict: bool) -> Element | None: ...
    def getElementById(self, id: str, strict: bool = True) -> Element | None:
        """The first element in the tree with this ``id``; else one that was never in the tree yet.

        https://dom.spec.whatwg.org/#dom-nonelementparentnode-getelementbyid

        Args:
            id: What to look for.
            strict: Raise instead of returning ``None``, as domsync does.

        Raises:
            NotFoundError: If there is none and `strict`.
        """
        with self._lock:
            element = (self._ids.find(id, self) or self._by_made_up_id(id)) if id else None
        if element is None and strict:
            raise NotFoundError(
                f"there is no element with the id {id!r}: use getElementById(id, strict=False) to get None"
            )
        return element

    def getElementsByName(self, elementName: str) -> list[Element]:
        """The elements whose ``name`` attribute is this, in tree order; a list of now.

        https://html.spec.whatwg.org/#dom-document-getelementsbyname
        """
        with self._lock:
            return self._tree_index.by_name(self, elementName)

    # Changing and telling

    @property
    def adoptedStyleSheets(self) -> tuple[CSSStyleSheet, ...]:
        """The style sheets that hold for the whole document, in their order. They are no nodes.

        https://drafts.csswg.org/cssom/#dom-documentorshadowroot-adoptedstylesheets
        """
        return self._sheets

    @adoptedStyleSheets.setter
    def adoptedStyleSheets(self, sheets: Iterable[CSSStyleSheet]) -> None:
        with self._lock:
            before, self._sheets = self._sheets, tuple(sheets)
            for sheet in set(before) - set(self._sheets):
                sheet._dropped_by(self)
            for sheet in set(self._sheets) - set(before):
                sheet._adopted_by(self)
            self._root._put_property("adoptedStyleSheets", [sheet.cssText for sheet in self._sheets])

    def add_style(self, css: str) -> CSSStyleSheet:
        """Adopt a new style sheet, after those that are there.

        It holds for this document alone where its views are isolated, as they are in a notebook by default. In a page,
        all views of the document share it. ``sheet.replaceSync(css)`` changes it; to take it out, set
        `adoptedStyleSheets`.

        Args:
            css: The CSS. ``@import`` has no effect.

        Returns:
            The sheet.

        Raises:
            TypeError: If `css` is no ``str``.
        """
        sheet = CSSStyleSheet(css)
        with self._lock:
            self.adoptedStyleSheets = (*self._sheets, sheet)
        return sheet

    @contextmanager
    def batch(self) -> Iterator[None]:
        """``with document.batch():`` makes what is done inside one change, which viewers see as a whole.

        A change of more than 256 KiB reaches them in parts, though, which they may see one after the other.

        Other threads wait until it is over, so do no slow work and no ``await`` inside.
        """
        with self._lock:
            self._batches += 1
            try:
                yield
            finally:
                self._batches -= 1
                if not self._batches and self._dirty and self._on_change is not None:
                    self._on_change()

    def flush(self) -> None:
        """Send what changed to all viewers now, from any thread, even while a cell is running.

        Not needed otherwise: changes are sent after the cell, after a callback, and otherwise at most once a frame.
        Does not wait until they have arrived.
        """
        if self._on_flush is not None:
            self._on_flush()

    def _changed(self) -> None:
        """Called, under the lock, after each change that a viewer has to learn of."""
        if not self._dirty:
            self._dirty = True
            if self._on_change is not None and not self._batches:
                self._on_change()

    def _take_changes(self) -> Changes:
        """The changes since the last call; under the lock."""
        changes = self._changes
        self._changes = Changes()
        self._dirty = False
        self._tree_index.release()
        return changes

    def _check_safe(self, top: Node) -> None:
        """Refuse code in nodes of a document that was made with ``allow_unsafe=True``."""
        if self._allow_unsafe or not top._document._allow_unsafe:
            return
        stack = [top]
        while stack:
            node = stack.pop()
            if isinstance(node, Element):
                safety.check_tag(names.local(node._tag).lower())
                for key, value in list(node._attributes.items()):
                    safety.check_attribute(
                        node._tag, (key if isinstance(key, str) else key[1]).lower(), value
                    )
            if isinstance(node, ParentNode):
                stack += node._child_list()

    def _start(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        if self._on_coroutine is None:
            coroutine.close()
            raise InvalidStateError(
                "a callback is a coroutine function, and the document is shown nowhere: no event loop could run it"
            )
        self._on_coroutine(coroutine)

    def _adopted(self, text: Node) -> None:
        if self._on_adopted is not None:
            self._on_adopted(text)

    def _check_insertion(self, node: Node, child: Node | None) -> None:
        super()._check_insertion(node, child)
        raise HierarchyRequestError(
            f"{node!r} cannot be a child of the document, which has one root element: "
            "use getRootElement().appendChild(...)"
        )

    def _clone(self, document: Document, deep: bool) -> Document:
        clone = Document(self._root.id, allow_unsafe=self._allow_unsafe)
        if deep:
            for name, value in self._root._attributes.items():
                clone._root._put_attribute(name, value)
            for kid in self._root.childNodes:
                clone._root.appendChild(kid._clone(clone, True))
        return clone

    def _equals(self, other: Node) -> bool:
        return isinstance(other, Document) and self._root._equals(other._root)

    def _take_out(self, child: Node) -> None:
        raise HierarchyRequestError(
            "the root element cannot be removed: use getRootElement().replaceChildren()"
        )

    def _remove_all(self) -> None:
        raise HierarchyRequestError(
            "the root element cannot be removed: use getRootElement().replaceChildren()"
        )
