"""`Component`: a group of elements with a root of its own, and data. What ours and users' own derive from."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar, overload

from domsync_jupyter.components.theme import THEME
from domsync_jupyter.dom import Document, Element
from domsync_jupyter.errors import DomsyncError

__all__ = ["Component", "Parent"]

#: Where a component can be put: an element, a component that has room for others, or a document (its root element).
Parent: TypeAlias = "Element | Component | Document"
AnyElement = TypeVar("AnyElement", bound=Element)


class Component(dict[str, Any]):
    """A reusable group of elements, along with data: it is a mapping in which a component keeps what it likes.

    A class derived from it makes its elements in ``__init__`` and gives the outermost one to `mount`:

    ```python
    class Counter(Component):
        def __init__(self, parent):
            super().__init__(parent)
            self.button = self.mount(self.getDocument().createElement("button", innerText="0"))
            self.button.addEventListener("click", self.count)

        def count(self, event):
            self.button.innerText = str(int(self.button.innerText) + 1)

    Counter(document)
    ```

    Like an element, a component is of one document, may be made and changed from any thread, and is seen when the
    document is. domsync's form ``Component(doc, parent_id, id=None)`` works as well.

    Args:
        parent_el: What to put it in: an element, a component (its `content`), or a document (its root element).
        doc: The document, instead.
        parent_id: And the ``id`` of the element to put it in.
        id: The ``id`` which the component means to give its root element; if there is none, one is made up, by
            which `getElement` finds it.

    Raises:
        TypeError: If the arguments have neither form.
        NotFoundError: If there is no element with the id `parent_id`.
    """

    @overload
    def __init__(self, parent_el: Parent, /) -> None: ...
    @overload
    def __init__(self, *, parent_el: Parent) -> None: ...
    @overload
    def __init__(self, doc: Document, parent_id: str, id: str | None = None) -> None: ...
    def __init__(
        self,
        doc: Parent | None = None,
        parent_id: str | None = None,
        id: str | None = None,
        *,
        parent_el: Parent | None = None,
    ) -> None:
        parent = parent_el if doc is None else doc
        if isinstance(parent, Component):
            parent = parent.content
        elif isinstance(parent, Document):
            parent = parent.getRootElement() if parent_id is None else parent.getElementById(parent_id)
        if not isinstance(parent, Element):
            raise TypeError(
                "expected an element, a component or a document to put it in, or a document and the id of an "
                f"element, not {type(parent).__name__}"
            )
        parent_el = parent
        document = parent_el._document
        # A derived class may have put something in before.
        self["doc"] = document
        self["parent_el"] = parent_el
        self["parent_id"] = parent_el._any_id() if parent_id is None else parent_id
        self["id"] = document._made_up_id() if id is None else id
        self._has_been_removed = False
        self._mounted: Element | None = None

    def __repr__(self) -> str:
        # What a cell says below it if its last line makes a component.
        return f"<{type(self).__name__}>"

    @property
    def content(self) -> Element:
        """The element that holds what is put into the component; the root element, if it does not say otherwise."""
        return self.getElement()

    def mount(self, element: AnyElement, *styles: str) -> AnyElement:
        """Make `element` the component's root, and put it at the end of its parent: the last step of ``__init__``.

        Args:
            element: It, with all that is in it.
            styles: CSS that the component needs, with the names of `theme.py`; the document adopts each once, however
                many components have it. Keep it weak, with ``:where()``, so that an app's own rules are stronger.

        Returns:
            The element.
        """
        document = self.getDocument()
        with document.batch():
            for css in filter(None, (THEME, *styles) if styles else ()):
                if all(sheet.cssText != css for sheet in document.adoptedStyleSheets):
                    document.add_style(css)
            self._mounted = element
            self._take_as_root(element)
            self.getParentElement().appendChild(element)
        return element

    def getDocument(self) -> Document:
        """The document."""
        document: Document = self["doc"]
        return document

    def getDoc(self) -> Document:
        """The document, as domsync 0.1 called it."""
        return self.getDocument()

    def getParentElement(self) -> Element:
        """The element under which the component put its own."""
        parent: Element = self["parent_el"]
        return parent

    def getRootId(self) -> str:
        """The id of the component's root element; one that was made up is no attribute of it."""
        root_id: str = self["id"]
        return root_id

    def getElement(self) -> Element:
        """The component's root element.

        Raises:
            NotFoundError: If it was not mounted, and no element has its id (any more).
        """
        if self._mounted is not None:
            return self._mounted
        element = self.getDocument().getElementById(self.getRootId())
        assert element is not None
        return element

    def has_been_removed(self) -> bool:
        """Whether `remove` was called."""
        return self._has_been_removed

    def remove(self) -> None:
        """Take the component's elements out of the document.

        Raises:
            DomsyncError: If that was done before.
            NotImplementedError: If the component neither used `mount` nor says how.
        """
        if self._has_been_removed:
            raise DomsyncError(f"this {type(self).__name__} has been removed already")
        self._remove()
        self._has_been_removed = True

    def _remove(self) -> None:
        """Take out all elements that the component put in; to be written in a class that does not use `mount`."""
        if self._mounted is None:
            raise NotImplementedError(f"{type(self).__name__} does not define _remove()")
        self._mounted.remove()

    def _take_as_root(self, element: Element) -> None:
        """Have the made-up id mean `element`, if the component's user gave none."""
        if not element.id:
            self["id"] = element._any_id()
